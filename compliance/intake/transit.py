"""Money on its way: what left one place must arrive at another; what has not is a remainder.

In transit is per currency and returns to zero by itself, whatever the bank's papers call the movement.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from compliance.ledger.books import Books, Entry
from compliance.ledger.chart import UNASSIGNED

GRACE = timedelta(days=5)
"""A bank transfer over a long weekend takes no longer; our threshold, not a law's."""


@dataclass(frozen=True, slots=True)
class Leg:
    """One half that waits for its other: positive has left a place, negative has arrived from nowhere."""

    on: date
    amount_minor: int
    currency: str
    fund: str
    txn: int


def remainders(books: Books) -> list[Leg]:
    """Halves of own transfers and currency sales that nothing has met, oldest first."""
    return sorted(_unmatched(books) + _unpaired_sales(books), key=lambda leg: (leg.on, leg.txn))


def _unmatched(books: Books) -> list[Leg]:
    """In-transit legs that no opposite legs of the same fund and currency have used up, oldest first.

    Legs that together come to zero again within one currency and fund are matched in order of days.
    """
    waiting: dict[tuple[str, str, str], list[Leg]] = defaultdict(list)
    for entry in _entries_of_class(books, "in_transit"):
        leg = Leg(entry.on, entry.amount_minor, entry.currency, entry.fund, entry.txn)
        key = (entry.account, leg.currency, leg.fund)
        waiting[key] = _consume(waiting[key], leg)
    return [leg for legs in waiting.values() for leg in legs]


def _unpaired_sales(books: Books) -> list[Leg]:
    """Currency given up through conversion for which no other currency came in within the grace days."""
    undone = books.reversed_transactions()
    legs = [
        Leg(entry.on, entry.amount_minor, entry.currency, entry.fund, entry.txn)
        for entry in _entries_of_class(books, "conversion")
        if entry.txn not in undone
    ]
    return [
        leg
        for leg in legs
        if leg.amount_minor > 0
        and not any(
            other.amount_minor < 0
            and other.currency != leg.currency
            and other.fund == leg.fund
            and abs(other.on - leg.on) <= GRACE
            for other in legs
        )
    ]


def _entries_of_class(books: Books, account_class: str) -> Iterator[Entry]:
    """Postings on accounts of a class, without the fund of lines that nobody has sorted yet."""
    accounts = [key for key, account in books.accounts.items() if account.account_class == account_class]
    for entry in books.entries(where={"account": accounts}):
        if entry.fund != UNASSIGNED:
            yield entry


def _consume(waiting: list[Leg], leg: Leg) -> list[Leg]:
    """``leg`` against the oldest waiting legs of the other sign; an equal one is preferred."""
    for at, other in enumerate(waiting):
        if other.amount_minor == -leg.amount_minor:
            return waiting[:at] + waiting[at + 1 :]
    rest, left = leg.amount_minor, []
    for other in waiting:
        if rest and (other.amount_minor > 0) != (rest > 0):
            used = min(abs(rest), abs(other.amount_minor)) * (1 if other.amount_minor > 0 else -1)
            rest += used
            remaining = other.amount_minor - used
            if remaining:
                left.append(Leg(other.on, remaining, other.currency, other.fund, other.txn))
        else:
            left.append(other)
    if rest:
        left.append(Leg(leg.on, rest, leg.currency, leg.fund, leg.txn))
    return left
