"""Postings and transactions as they are read, and sums of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Entry:
    """One posting with the day and kind of its transaction; ``id`` is the posting's row number."""

    id: int
    txn: int
    on: date
    kind: str
    account: str
    fund: str
    currency: str
    amount_minor: int
    source: str | None
    programme: str | None
    expense_line: str | None
    purpose: str | None
    property: str | None
    memo: str | None
    line: str | None
    document: str | None


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """One transaction whole, as ``list`` and ``export`` show it; ``seq`` is the event that brought it."""

    id: int
    seq: int
    on: date
    kind: str
    memo: str | None
    line: str | None
    document: str | None
    reverses: int | None
    amends_filing: str | None
    postings: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Sum:
    """One group of ``sums``: the values of the axes asked for, and the signed total (debit positive)."""

    key: tuple[str | None, ...]
    amount_minor: int
    count: int
