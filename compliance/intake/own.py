"""Own money moved between own accounts, told by the other side of a line: our account, or our tax number.

What is proposed is the kind; whose money it is follows where it can: from the other half that was sorted
already, or from a place that holds the money of one agreement only. Else a person says it.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from compliance.importers.accounts import letters_and_digits
from compliance.intake.attribution import Proposal
from compliance.intake.parts import Part
from compliance.intake.transit import GRACE, Leg, remainders
from compliance.ledger.books import Books
from compliance.ledger.chart import UNASSIGNED
from compliance.ledger.lines import BankLine

BY_ACCOUNT, BY_TAX_ID = "own-account", "own-tax-number"
"""What stands where the ids of rules stand."""


class Own:
    """Our account numbers and our tax number, to hold the other side of lines against."""

    def __init__(self, books: Books, tax_id: str | None) -> None:
        self._books = books
        self._tax_id = _bare(tax_id or "")
        self._numbers = {_bare(item.number): key for key, item in books.accounts.items() if item.number}
        self._homes: dict[str, str] = {}

    def proposal(self, line: BankLine, text: Mapping[str, str]) -> Proposal | None:
        """``text``: the line's, from the vault. ``None`` when the other side is not ours."""
        other = self._numbers.get(_bare(text.get("account", "")))
        if other == line.account:
            return None
        if other is not None:
            same = self._books.accounts[other].currency in (None, line.currency)
            return self._told(BY_ACCOUNT, "transfer" if same else "exchange", line)
        if self._tax_id and _bare(text.get("tax_id", "")) == self._tax_id:
            return self._told(BY_TAX_ID, "transfer", line)
        return None

    def _told(self, by: str, kind: str, line: BankLine) -> Proposal:
        return Proposal((by,), Part(kind=kind, fund=self._other_half(line) or self._home(line.account)))

    def _other_half(self, line: BankLine) -> str:
        """The agreement of a half that waits for exactly this line; empty when it is none or several."""
        funds = {
            leg.fund
            for leg in self._waiting
            if leg.amount_minor == line.amount_minor
            and leg.currency == line.currency
            and abs(leg.on - line.on) <= GRACE
        }
        return funds.pop() if len(funds) == 1 else ""

    @cached_property
    def _waiting(self) -> list[Leg]:
        return remainders(self._books)

    def _home(self, account: str) -> str:
        """The one agreement whose money a place holds; empty when it is none or several."""
        if account not in self._homes:
            sums = self._books.sums(("fund",), where={"account": [account]})
            funds = {str(item.key[0]) for item in sums if item.amount_minor} - {UNASSIGNED}
            self._homes[account] = funds.pop() if len(funds) == 1 else ""
        return self._homes[account]


def _bare(number: str) -> str:
    """Banks write numbers in groups, and IBAN in small letters too."""
    return letters_and_digits(number).upper()
