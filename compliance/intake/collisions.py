"""A bank that gives one document number two amounts corrected itself, or the file was edited: say so."""

from __future__ import annotations

from collections.abc import Iterable

from compliance.i18n import _
from compliance.importers.identity import normalised
from compliance.intake.bankfiles import Screened
from compliance.ledger import lines
from compliance.ledger.books import Books
from compliance.vault.vault import Vault


def collisions(new: Iterable[Screened], account: str, books: Books, vault: Vault) -> list[str]:
    """A warning for each new line that has document number, day and payer of a known one, but another amount.

    Looks only at days of which the books hold lines already.
    """
    numbered = [item for item in new if item.line.bank_ref]
    known = lines.on_days(books, account, (item.line.on for item in numbered))
    if not known:
        return []
    amounts: dict[tuple[str, str, str], set[int]] = {}
    texts = vault.line_texts([line.identity for line in known])
    for line in known:
        text = texts.get(line.identity, {})
        key = (line.on.isoformat(), normalised(text.get("ref", "")), _payer(text))
        amounts.setdefault(key, set()).add(line.amount_minor)
    found = []
    for item in numbered:
        line_, party = item.line, item.line.counterparty
        payer = _payer({"account": party.account, "tax_id": party.tax_id, "name": party.name})
        others = amounts.get((line_.on.isoformat(), normalised(line_.bank_ref), payer))
        if others and line_.amount_minor not in others:
            found.append(
                _(
                    "{place}: the books hold a payment with this document number, day and counterparty, "
                    "but another amount. Did the bank correct it? Both are kept."
                ).format(place=line_.place)
            )
    return found


def _payer(text: dict[str, str]) -> str:
    return normalised(text.get("account") or text.get("tax_id") or text.get("name") or "")
