"""The cash book: the entries of a cash box with the balance after each, as a petty cash book shows them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from compliance.ledger.books import Books
from compliance.periods import Period


@dataclass(frozen=True, slots=True)
class CashEntry:
    """``txn`` is ``None`` in the first row, the balance brought forward. ``what`` holds nothing from the vault."""

    on: date
    txn: int | None
    what: str
    funds: tuple[str, ...]
    in_minor: int
    out_minor: int
    balance_minor: int


def book_of(books: Books, box: str, span: Period) -> Iterator[CashEntry]:
    balance = sum(item.amount_minor for item in books.sums((), end=span.start, where={"account": [box]}))
    yield CashEntry(span.start, None, "", (), 0, 0, balance)
    for txn, group in groupby(
        books.entries(start=span.start, end=span.end, where={"account": [box]}), key=lambda entry: entry.txn
    ):
        legs = list(group)
        minor = sum(leg.amount_minor for leg in legs)
        if not minor:
            continue
        balance += minor
        funds = tuple(dict.fromkeys(leg.fund for leg in legs))
        yield CashEntry(
            legs[0].on, txn, legs[0].memo or legs[0].kind, funds, max(minor, 0), max(-minor, 0), balance
        )


def below_zero(books: Books, box: str, *, also: tuple[date, int] | None = None) -> tuple[date, int] | None:
    """The first day that ends with less than nothing in the box, and how much less. ``also``: a movement
    (day, minor units) that is about to be written; then from that day on only."""
    days = [
        (date.fromisoformat(str(item.key[-1])), item.amount_minor)
        for item in books.sums((), where={"account": [box]}, by_day=True)
    ]
    balance = 0
    for on, moved in groupby(sorted([*days, *([also] if also else [])]), key=lambda pair: pair[0]):
        balance += sum(minor for _on, minor in moved)
        if balance < 0 and (also is None or on >= also[0]):
            return on, -balance
    return None
