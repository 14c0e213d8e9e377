"""Plain tables of the books, for other programs."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import Any

from compliance.ledger.books import Books, Entry
from compliance.ledger.chain import TABLES
from compliance.ledger.models import Event
from compliance.ledger.rows import name_in_sql
from compliance.money import plain

Rows = tuple[list[str], Iterator[tuple[Any, ...]]]
"""Column names, and rows; amounts are decimals in the unit of their currency."""


def balance_rows(books: Books, *, start: date | None = None, end: date | None = None) -> Rows:
    """By account, agreement and currency: held before ``start``, debit and credit in ``[start, end)``, held then.

    Opening balances of these days were held before them. A bank's line and what sorts it are one movement, and what was
    undone is none, so that the turnover of an account is that of its statements.
    """
    keys = ("account", "fund", "currency")
    totals: dict[tuple[str | None, ...], list[int]] = defaultdict(lambda: [0, 0, 0])
    for item in books.sums(keys, end=start) if start is not None else ():
        totals[item.key][0] += item.amount_minor
    undone = _undone(books, start, end)
    for _on, day in groupby(books.entries(start=start, end=end), key=lambda entry: entry.on):
        moved: Counter[tuple[str, str, str, str | int]] = Counter()
        for entry in day:
            place = (entry.account, entry.fund, entry.currency)
            if entry.txn in undone:
                continue
            if entry.kind == "opening":
                totals[place][0] += entry.amount_minor
            else:
                moved[*place, _same(entry)] += entry.amount_minor
        for (*key, _what), minor in moved.items():
            totals[tuple(key)][1 if minor > 0 else 2] += minor

    def rows() -> Iterator[tuple[Any, ...]]:
        for (account, fund, currency), (before, debit, credit) in sorted(totals.items(), key=str):
            kind = books.accounts[str(account)].type if account in books.accounts else None
            figures = (before, debit, credit, before + debit + credit)
            if any(figures):
                yield account, kind, fund, currency, *(decimal(minor, str(currency)) for minor in figures)

    return ["account", "type", "fund", "currency", "opening", "debit", "credit", "closing"], rows()


def _same(entry: Entry) -> str | int:
    """What a posting is a part of: the bank's line, or its own transaction."""
    return entry.line or entry.txn


def _undone(books: Books, start: date | None, end: date | None) -> set[int]:
    """Transactions whose opposite lies in the same days, and those opposites."""
    pairs = books.reversals()
    if not pairs:
        return set()
    inside = {item.id for item in books.transactions(start=start, end=end)}
    return {number for pair in pairs for number in pair if inside.issuperset(pair)}


def posting_rows(books: Books, *, start: date | None = None, end: date | None = None) -> Rows:
    """Every posting in ``[start, end)`` with its transaction, by day."""
    columns = [
        "txn", "entry", "on", "kind", "account", "fund", "currency", "amount", "source", "programme",
        "expense_line", "purpose", "property", "memo", "document", "line", "reverses", "amends_filing",
    ]  # fmt: skip

    def rows() -> Iterator[tuple[Any, ...]]:
        for item in books.transactions(start=start, end=end):
            for leg in item.postings:
                yield (
                    item.id, item.seq, item.on.isoformat(), item.kind, leg.account, leg.fund, leg.currency,
                    decimal(leg.amount_minor, leg.currency), leg.source, leg.programme, leg.expense_line,
                    leg.purpose, leg.property, item.memo, item.document, item.line, item.reverses, item.amends_filing,
                )  # fmt: skip

    return columns, rows()


def decimal(minor: int, currency: str) -> Decimal:
    return Decimal(plain(minor, currency))


def tables(books: Books) -> Iterator[tuple[str, list[str], Iterator[tuple[Any, ...]]]]:
    """(table, columns, rows) of everything in the ledger as known: every version of every fact."""
    for table in (*TABLES, Event.table):
        columns = [column.name for column in table.columns]
        keys = ", ".join(column.name for column in table.primary_key.columns)
        query = f"SELECT {', '.join(columns)} FROM {name_in_sql(table)} WHERE seq <= ? ORDER BY seq, {keys}"
        yield table.name, columns, books.read(query, (books.known_at,))
