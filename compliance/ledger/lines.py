"""Statement lines and what became of them.

A line is the bank's word and is written once. Whether it is *in the books* is whether its transaction
of kind ``line`` stands (nobody reversed it); whether it is *sorted* is whether a transaction of kind
``assign`` stands for it. So an undone import can be loaded again without writing a line twice, and
the queue is a derived list.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from compliance.ledger.append import Leg
from compliance.ledger.books import Books

_STANDS = "NOT EXISTS (SELECT 1 FROM txn AS undo WHERE undo.reverses = {txn}.id AND undo.seq <= ?)"
_LINE_COLUMNS = (
    "line.identity, line.statement, line.account, line.on_date, line.currency, line.amount_minor, "
    "loaded.id, loaded.seq"
)
_LOADED = (
    "FROM txn AS loaded JOIN line ON line.identity = loaded.line "
    f"WHERE loaded.kind = 'line' AND loaded.seq <= ? AND {_STANDS.format(txn='loaded')}"
)


HANDLE = 8
"""How many characters of a line's identity people type."""


@dataclass(frozen=True, slots=True)
class BankLine:
    """A line that is in the books. ``txn`` is its transaction against suspense, ``batch`` the import's event."""

    identity: str
    statement: str
    account: str
    on: date
    currency: str
    amount_minor: int
    txn: int
    batch: int

    @property
    def handle(self) -> str:
        """How people name it: the first characters; any longer prefix does as well."""
        return self.identity[:HANDLE]


@dataclass(frozen=True, slots=True)
class Known:
    """Of some identities: those written before, and those of them that are in the books now."""

    written: frozenset[str]
    standing: frozenset[str]


NONE = Known(frozenset(), frozenset())


def known(books: Books, identities: Sequence[str], *, seq: int | None = None) -> Known:
    """``seq``: count what the open event ``seq`` has flushed as well."""
    at = books.known_at if seq is None else seq
    if not identities:
        return NONE
    marks = ", ".join("?" * len(identities))
    written = books.read(
        f"SELECT identity FROM line WHERE identity IN ({marks}) AND seq <= ?", (*identities, at)
    )
    found = [row[0] for row in written]
    if not found:
        return NONE
    marks = ", ".join("?" * len(found))
    standing = books.read(
        f"SELECT loaded.line FROM txn AS loaded WHERE loaded.line IN ({marks}) AND loaded.kind = 'line' "
        f"AND loaded.seq <= ? AND {_STANDS.format(txn='loaded')}",
        (*found, at, at),
    )
    return Known(frozenset(found), frozenset(row[0] for row in standing))


def standing(books: Books) -> dict[str, bool]:
    """Each line that is in the books -> whether it is sorted; one of an undone import is not there."""
    at = books.known_at
    query = (
        f"SELECT loaded.line, EXISTS (SELECT 1 FROM txn AS sorted WHERE sorted.line = loaded.line "
        f"AND sorted.kind = 'assign' AND sorted.seq <= ? AND {_STANDS.format(txn='sorted')}) "
        f"FROM txn AS loaded WHERE loaded.kind = 'line' AND loaded.seq <= ? AND {_STANDS.format(txn='loaded')}"
    )
    return {str(row[0]): bool(row[1]) for row in books.read(query, (at, at, at, at))}


def uncleared(books: Books) -> Iterator[BankLine]:
    """The queue: lines in the books that nothing standing has sorted, by day."""
    at = books.known_at
    query = (
        f"SELECT {_LINE_COLUMNS} {_LOADED} AND NOT EXISTS (SELECT 1 FROM txn AS sorted WHERE "
        f"sorted.line = loaded.line AND sorted.kind = 'assign' AND sorted.seq <= ? "
        f"AND {_STANDS.format(txn='sorted')}) ORDER BY line.on_date, line.account, line.id"
    )
    for line in _bank_lines(books.read(query, (at, at, at, at))):
        if books.as_of is None or line.on <= books.as_of:
            yield line


def on_days(books: Books, account: str, days: Iterable[date]) -> list[BankLine]:
    """Lines in the books of one account on some days."""
    wanted = sorted({day.isoformat() for day in days})
    if not wanted:
        return []
    marks = ", ".join("?" * len(wanted))
    query = (
        f"SELECT {_LINE_COLUMNS} {_LOADED} AND line.account = ? AND loaded.on_date IN ({marks}) "
        "ORDER BY line.id"
    )
    return list(_bank_lines(books.read(query, (books.known_at, books.known_at, account, *wanted))))


def by_prefix(books: Books, prefix: str, *, limit: int = 5) -> list[BankLine]:
    """Lines in the books whose identity begins with ``prefix`` (lower-case hexadecimal), at most ``limit``."""
    query = (
        f"SELECT {_LINE_COLUMNS} {_LOADED} AND line.identity >= ? AND line.identity < ? "
        "ORDER BY line.identity LIMIT ?"
    )
    return list(_bank_lines(books.read(query, (books.known_at, books.known_at, prefix, prefix + "g", limit))))


def of_batch(books: Books, batch: int) -> Iterator[BankLine]:
    """Lines that the import ``batch`` brought into the books and that still stand."""
    query = f"SELECT {_LINE_COLUMNS} {_LOADED} AND loaded.seq = ? ORDER BY line.id"
    return _bank_lines(books.read(query, (books.known_at, books.known_at, batch)))


def counts_of_batch(books: Books, batch: int) -> tuple[int, int]:
    """How many lines of an import are in the books, and how many of these are sorted."""
    at = books.known_at
    total = f"SELECT count(*) {_LOADED} AND loaded.seq = ?"
    sorted_ = (
        f"{total} AND EXISTS (SELECT 1 FROM txn AS sorted WHERE sorted.line = loaded.line "
        f"AND sorted.kind = 'assign' AND sorted.seq <= ? AND {_STANDS.format(txn='sorted')})"
    )
    values = (at, at, batch)
    return int(next(books.read(total, values))[0]), int(next(books.read(sorted_, (*values, at, at)))[0])


def assignments(books: Books, identity: str) -> list[int]:
    """Numbers of the standing transactions that sort a line; normally none or one."""
    query = (
        "SELECT sorted.id FROM txn AS sorted WHERE sorted.line = ? AND sorted.kind = 'assign' "
        f"AND sorted.seq <= ? AND {_STANDS.format(txn='sorted')} ORDER BY sorted.id"
    )
    return [row[0] for row in books.read(query, (identity, books.known_at, books.known_at))]


def last_sorted(books: Books, identity: str) -> int | None:
    """The last entry that sorted a line or undid that; ``None`` where there is none."""
    query = (
        "SELECT max(sorted.seq) FROM txn AS sorted LEFT JOIN txn AS undone ON undone.id = sorted.reverses "
        "WHERE sorted.line = ? AND (sorted.kind = 'assign' OR undone.kind = 'assign') AND sorted.seq <= ?"
    )
    [(seq,)] = books.read(query, (identity, books.known_at))
    return None if seq is None else int(seq)


def legs_of(books: Books, txn: int) -> list[Leg]:
    """The postings of a transaction as legs, in row order."""
    query = (
        "SELECT account, fund, currency, amount_minor, source, programme, expense_line, purpose, property "
        "FROM posting WHERE txn = ? ORDER BY id"
    )
    return [Leg(*row) for row in books.read(query, (txn,))]


def papers_of(books: Books, txns: Sequence[int]) -> set[str]:
    """The documents that transactions name."""
    if not txns:
        return set()
    marks = ", ".join("?" * len(txns))
    query = f"SELECT document FROM txn WHERE id IN ({marks}) AND document IS NOT NULL"
    return {str(row[0]) for row in books.read(query, tuple(txns))}


def _bank_lines(rows: Iterable[Sequence[object]]) -> Iterator[BankLine]:
    for identity, statement, account, on, currency, amount, txn, batch in rows:
        yield BankLine(
            str(identity),
            str(statement),
            str(account),
            date.fromisoformat(str(on)),
            str(currency),
            int(str(amount)),
            int(str(txn)),
            int(str(batch)),
        )


def of_amount(
    books: Books,
    amount_minor: int,
    currency: str,
    *,
    days: tuple[date, date] | None = None,
    account: str | None = None,
) -> list[BankLine]:
    """Lines in the books of exactly that signed amount, by day; from one day to another and of one account, where given."""
    query = f"SELECT {_LINE_COLUMNS} {_LOADED} AND line.amount_minor = ? AND line.currency = ?"
    values: list[object] = [books.known_at, books.known_at, amount_minor, currency]
    if days is not None:
        query += " AND loaded.on_date BETWEEN ? AND ?"
        values += [day.isoformat() for day in days]
    if account is not None:
        query += " AND line.account = ?"
        values.append(account)
    return list(_bank_lines(books.read(f"{query} ORDER BY line.on_date, line.id", values)))


def cleared(
    books: Books, *, start: date | None = None, end: date | None = None, newest: int | None = None
) -> Iterator[tuple[BankLine, list[Leg]]]:
    """Sorted lines with the legs of what sorts them, by day; with ``newest`` so many, the last first."""
    at = books.known_at
    order, limit = ("DESC", f" LIMIT {int(newest)}") if newest is not None else ("ASC", "")
    query = (
        f"SELECT {_LINE_COLUMNS}, sorted.id {_LOADED} AND sorted.seq <= ? "
        f"AND {_STANDS.format(txn='sorted')} AND line.on_date >= ? AND line.on_date < ? "
        f"ORDER BY line.on_date {order}, line.account, line.id{limit}"
    ).replace(
        "FROM txn AS loaded ",
        "FROM txn AS loaded JOIN txn AS sorted ON sorted.line = loaded.line AND sorted.kind = 'assign' ",
    )
    values = (at, at, at, at, start.isoformat() if start else "", end.isoformat() if end else "~")
    found = list(books.read(query, values)) if newest is not None else books.read(query, values)
    for *row, txn in found:
        yield next(_bank_lines([row])), legs_of(books, int(txn))


def incoming(books: Books) -> Iterator[BankLine]:
    """Lines in the books that brought money, by day."""
    query = f"SELECT {_LINE_COLUMNS} {_LOADED} AND line.amount_minor > 0 ORDER BY line.on_date, line.account, line.id"
    return _bank_lines(books.read(query, (books.known_at, books.known_at)))


def of_account(books: Books, account: str, start: date, end: date) -> Iterator[BankLine]:
    """Lines in the books of one account in ``[start, end)``, by day; memory stays flat."""
    query = (
        f"SELECT {_LINE_COLUMNS} {_LOADED} AND line.account = ? AND loaded.on_date >= ? AND loaded.on_date < ? "
        "ORDER BY loaded.on_date, line.id"
    )
    values = (books.known_at, books.known_at, account, start.isoformat(), end.isoformat())
    return _bank_lines(books.read(query, values))
