"""The cash book: the entries of a cash box with the balance after each, as a petty cash book shows them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from compliance.ledger.books import Books, Entry
from compliance.ledger.chart import UNASSIGNED
from compliance.ledger.valuation import held_before
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
    """A row of a sheet and what sorts it are one entry; what was undone on its own day is none, and opening balances
    of these days were there before them."""
    balance = held_before(books, box, span)
    yield CashEntry(span.start, None, "", (), 0, 0, balance)
    undone = {number for pair in books.reversals() for number in pair}
    for _on, day in groupby(
        books.entries(start=span.start, end=span.end, where={"account": [box]}), key=lambda entry: entry.on
    ):
        entries: dict[str | int, list[Entry]] = defaultdict(list)
        for leg in day:
            if leg.kind != "opening":
                entries[leg.line or leg.txn].append(leg)
        gone = {leg.txn for legs in entries.values() for leg in legs} & undone
        for legs in _standing(entries, gone):
            minor = sum(leg.amount_minor for leg in legs)
            balance += minor
            yield _entry(books, box, legs, minor, balance)


def _standing(entries: Mapping[str | int, Sequence[Entry]], gone: set[int]) -> Iterator[Sequence[Entry]]:
    """Those of a day that moved something, without what came and went on it."""
    pairs = sum(leg.amount_minor for legs in entries.values() for leg in legs if leg.txn in gone)
    for legs in entries.values():
        left = legs if pairs else [leg for leg in legs if leg.txn not in gone]
        if sum(leg.amount_minor for leg in left):
            yield left


def _entry(books: Books, box: str, legs: Sequence[Entry], minor: int, balance: int) -> CashEntry:
    by_fund: Counter[str] = Counter()
    for leg in legs:
        by_fund[leg.fund] += leg.amount_minor
    last = legs[-1]
    what = next((leg.memo for leg in reversed(legs) if leg.memo), "") or last.kind
    if what == "assign":  # on what, as nobody wrote words
        far = [
            item for item in books.entries(txn=last.txn) if item.account != box and item.fund != UNASSIGNED
        ]
        what = ", ".join(dict.fromkeys(books.accounts[item.account].title for item in far))
    funds = tuple(fund for fund, moved in by_fund.items() if moved)
    return CashEntry(last.on, legs[0].txn, what, funds, max(minor, 0), max(-minor, 0), balance)


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
