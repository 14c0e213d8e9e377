"""A report on money that was handed out: the advance becomes costs, what is left comes back, what is more is owed.

The advance counted as paid when it was handed out; the report moves it to what it was really spent on.
Money of another agreement that was used is exchanged where the advance had come from.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from compliance.errors import UsageError
from compliance.i18n import _
from compliance.ledger import entries
from compliance.ledger.append import Leg
from compliance.ledger.books import Books
from compliance.ledger.chart import of_class
from compliance.ledger.debts import Debt
from compliance.ledger.entries import Share, far_leg


@dataclass(frozen=True, slots=True)
class Reported:
    """Balanced legs; ``open_minor`` stays with the person, ``owed_minor`` is owed to the person."""

    legs: tuple[Leg, ...]
    open_minor: int
    owed_minor: int


def reported(
    books: Books,
    debts: Sequence[Debt],
    spent: Sequence[Share],
    returned: tuple[str, int] | None,
    place: str,
) -> Reported:
    """``spent``: negative shares on expense accounts; ``returned``: where to and how much; ``place``: where the
    advance came from. ``UsageError`` where more comes back than is left."""
    currency = debts[0].currency
    left = {number: debt.amount_minor for number, debt in enumerate(debts)}
    legs: list[Leg] = []
    owed = 0
    for share in spent:
        need = -share.amount_minor
        # The agreement's own advance first.
        for number in sorted(left, key=lambda number: debts[number].fund != share.fund):
            step = min(need, left[number])
            if step > 0:
                left[number] -= step
                need -= step
                legs += _spent(books, debts[number], replace(share, amount_minor=-step), place)
        if need:
            owed += need
            legs += entries.owed(books.accounts, replace(share, amount_minor=-need), currency)
    if returned:
        legs += _returned(books, debts, left, *returned)
    return Reported(tuple(legs), sum(left.values()), owed)


def _spent(books: Books, debt: Debt, share: Share, place: str) -> list[Leg]:
    step = -share.amount_minor
    legs = [_less(books, debt, step), far_leg(share, debt.currency)]
    if share.fund != debt.fund:
        legs += [
            Leg(place, debt.fund, debt.currency, step),
            Leg(place, share.fund, debt.currency, -step),
        ]
    return legs


def _less(books: Books, debt: Debt, step: int) -> Leg:
    """The advance gets smaller where it stands."""
    account = of_class(books.accounts, "advance")
    return Leg(account, debt.fund, debt.currency, -step, None, debt.programme, debt.expense_line)


def _returned(books: Books, debts: Sequence[Debt], left: dict[int, int], to: str, minor: int) -> list[Leg]:
    if minor > sum(left.values()):
        raise UsageError(_("more comes back than is left of the advance"))
    legs: list[Leg] = []
    for number, debt in enumerate(debts):
        step = min(minor, left[number])
        if step > 0:
            left[number] -= step
            minor -= step
            legs += [_less(books, debt, step), Leg(to, debt.fund, debt.currency, step)]
    return legs
