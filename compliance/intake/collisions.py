"""A bank that gives one document number two amounts corrected itself, or the file was edited: say so."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from compliance.i18n import _
from compliance.importers.identity import normalised
from compliance.intake.bankfiles import Screened
from compliance.ledger import lines
from compliance.ledger.books import Books
from compliance.vault.vault import Vault

Key = tuple[str, str]
"""A document number and a payer, normalised."""


class Collisions:
    """New lines of an account beside those that the books held before this command began.

    A day is asked for once and kept while lines of it come: what this command adds does not count.
    """

    def __init__(self, account: str, books: Books, vault: Vault) -> None:
        self._account, self._books, self._vault = account, books, vault
        self._known: dict[date, dict[Key, set[int]]] = {}

    def warnings(self, new: Iterable[Screened]) -> list[str]:
        """One for each new line that has document number, day and payer of a known one, but another amount."""
        numbered = [item.line for item in new if item.line.bank_ref]
        self._look_at({line.on for line in numbered})
        found = []
        for line in numbered:
            amounts = self._known[line.on]
            if not amounts:
                continue
            party = line.counterparty
            payer = _payer({"account": party.account, "tax_id": party.tax_id, "name": party.name})
            others = amounts.get((normalised(line.bank_ref), payer))
            if others and line.amount_minor not in others:
                found.append(
                    _(
                        "{place}: the books hold a payment with this document number, day and counterparty, "
                        "but another amount. Did the bank correct it? Both are kept."
                    ).format(place=line.place)
                )
        return found

    def _look_at(self, days: set[date]) -> None:
        fresh = days - self._known.keys()
        self._known = {day: self._known.get(day, {}) for day in days}
        known = lines.on_days(self._books, self._account, fresh)
        texts = self._vault.line_texts([line.identity for line in known]) if known else {}
        for line in known:
            text = texts.get(line.identity, {})
            key = normalised(text.get("ref", "")), _payer(text)
            self._known[line.on].setdefault(key, set()).add(line.amount_minor)


def _payer(text: dict[str, str]) -> str:
    return normalised(text.get("account") or text.get("tax_id") or text.get("name") or "")
