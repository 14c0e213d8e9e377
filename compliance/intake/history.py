"""Lines that somebody has sorted, as the parts that were said of them: to correct, and to learn from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from compliance.i18n import language
from compliance.intake.parts import SETTLED, Part
from compliance.ledger import lines
from compliance.ledger.append import Leg
from compliance.ledger.books import Books
from compliance.ledger.lines import BankLine
from compliance.money import display

_BY_CLASS = {"in_transit": "transfer", "conversion": "exchange"} | {
    name: kind for kind, name in SETTLED.items()
}


@dataclass(frozen=True, slots=True)
class Sorted:
    """A line and what it is now; the amounts of ``parts`` are filled only where there are several."""

    line: BankLine
    parts: tuple[Part, ...]


def sorted_lines(
    books: Books, *, start: date | None = None, end: date | None = None, newest: int | None = None
) -> Iterator[Sorted]:
    """By day; with ``newest`` only so many of the last ones, the newest first."""
    for line, legs in lines.cleared(books, start=start, end=end, newest=newest):
        yield Sorted(line, _parts(books, line, legs))


def now_of(books: Books, line: BankLine) -> tuple[Part, ...]:
    """The parts of one line as it is sorted now; none where it is not."""
    legs = [leg for txn in lines.assignments(books, line.identity) for leg in lines.legs_of(books, txn)]
    return _parts(books, line, legs)


def _parts(books: Books, line: BankLine, legs: Sequence[Leg]) -> tuple[Part, ...]:
    # Two legs take the line out of the fund of nobody; each part has its own pair, the far leg second.
    far = legs[3::2]
    return tuple(part_of(books, line, leg, alone=len(far) == 1) for leg in far)


def part_of(books: Books, line: BankLine, leg: Leg, *, alone: bool) -> Part:
    """What was said, from the leg on the far side of the bank."""
    account = books.accounts[leg.account]
    inwards = leg.amount_minor < 0
    if account.type == "income":
        kind, natural = ("income" if inwards or not alone else "refund"), inwards
    elif account.type == "expense":
        kind, natural = "expense", not inwards or alone
    else:
        kind = _BY_CLASS.get(account.account_class or "", "")
        natural = not inwards if kind in SETTLED else inwards == (line.amount_minor > 0)
    amount = display(abs(leg.amount_minor), leg.currency, language())
    return Part(
        kind=kind,
        fund=leg.fund,
        account="" if account.account_class in _BY_CLASS else leg.account,
        source=leg.source or "",
        programme=leg.programme or "",
        line=(leg.expense_line or account.expense_line or "")
        if account.type == "expense"
        else leg.expense_line or "",
        purpose=leg.purpose or "",
        property=leg.property or "",
        amount="" if alone else amount if natural else f"-{amount}",
    )
