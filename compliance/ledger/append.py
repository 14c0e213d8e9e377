"""The one way into the ledger: an event gathers rows, then seals itself.

    with write(connection, kind="record source", actor="anna", now=moment) as event:
        event.add(Source(entity="zeewind", kind="foreign_organisation", country="NL"))
        event.transaction(day, "income", [Leg("a1", "f1", "RUB", 100), Leg("income", "f1", "RUB", -100)])

Leaving the block writes the event row, whose trigger refuses what does not balance; leaving it by
an exception writes nothing. One command is one event.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import date, datetime, timedelta
from itertools import chain, groupby
from operator import attrgetter
from typing import Any, NamedTuple

from sqlalchemy import Connection, Table
from sqlalchemy.exc import IntegrityError

from compliance.errors import Refused
from compliance.i18n import _
from compliance.ledger.chain import GENESIS, HASH_VERSION, RowHasher, event_hash
from compliance.ledger.models import Activity, Event, Fact, Line, Posting, Transaction
from compliance.ledger.rows import moment_text, name_in_sql
from compliance.ledger.stored import stored_day
from compliance.storage import copy_rows, late_index

_CHUNK = 4000
_ROWS_A_STATEMENT = 50
_MANY = range(2_000, 250_001)
"""Lines: for fewer an index made at the end gains nothing, for more its sorting takes too much memory."""
_ON_DATE = [column.name for column in Transaction.table.columns].index("on_date")
_AMENDS = [column.name for column in Transaction.table.columns].index("amends_filing")


class Leg(NamedTuple):
    """One posting before it has a number; fields as in ``models.Posting``."""

    account: str
    fund: str
    currency: str
    amount_minor: int
    source: str | None = None
    programme: str | None = None
    expense_line: str | None = None
    purpose: str | None = None
    property: str | None = None


class BankMovement(NamedTuple):
    """A statement line to be booked; ``written``: the books hold the line itself from an undone import."""

    identity: str
    on: date
    currency: str
    amount_minor: int
    written: bool
    amends_filing: str | None


_ENTRY = ("id", "seq", "on_date", "kind", "line", "amends_filing")
_ENTRIES_OF_LINES = f"""
INSERT INTO txn ({", ".join(_ENTRY)})
SELECT id + ?, seq, on_date, 'line', identity, ? FROM line WHERE id BETWEEN ? AND ?"""
_SIDE = ("id", "seq", "txn", "account", "fund", "currency", "amount_minor")
_SIDES_OF_LINES = f"""
INSERT INTO posting ({", ".join(_SIDE)})
SELECT 2 * line.id + ? + side.n, seq, line.id + ?, CASE side.n WHEN 0 THEN account ELSE ? END, ?, currency,
       CASE side.n WHEN 0 THEN amount_minor ELSE -amount_minor END
FROM line CROSS JOIN (SELECT 0 AS n UNION ALL SELECT 1) AS side WHERE line.id BETWEEN ? AND ?"""


class PeriodClosed(Refused):
    """The database refused a fact of a period that was filed."""


class _Rows:
    """Chunked inserts into one table, hashed as they go by; memory stays flat.

    Many rows a statement halve the time that SQLite spends on statements and their triggers.
    """

    def __init__(self, connection: Connection, table: Table) -> None:
        self.hasher = RowHasher(table)
        self._connection = connection
        self.waiting: list[tuple[Any, ...]] = []
        self._row = f"({', '.join('?' * len(table.columns))})"
        self._name = name_in_sql(table)
        self._insert = f"INSERT INTO {self._name} VALUES "
        self.add = self.waiting.append

    @property
    def full(self) -> bool:
        return len(self.waiting) >= _CHUNK

    def flush(self) -> None:
        rows = self.waiting
        if not rows:
            return
        with _step(self._connection):
            self._write(rows)
        rows.clear()

    def _write(self, rows: list[tuple[Any, ...]]) -> None:
        self.hasher.add(rows)
        if len(rows) >= _ROWS_A_STATEMENT and copy_rows(self._connection, self._name, rows):
            return
        whole = len(rows) - len(rows) % _ROWS_A_STATEMENT
        if whole:
            groups = (rows[at : at + _ROWS_A_STATEMENT] for at in range(0, whole, _ROWS_A_STATEMENT))
            statement = self._insert + ", ".join([self._row] * _ROWS_A_STATEMENT)
            self._connection.exec_driver_sql(
                statement, [tuple(chain.from_iterable(group)) for group in groups]
            )
        if rows[whole:]:
            self._connection.exec_driver_sql(self._insert + self._row, rows[whole:])


def _step(connection: Connection) -> AbstractContextManager[object]:
    """What a guard refuses is undone alone, as in a file, so that the books can still be read: what would
    the refused rows have changed?"""
    return connection.begin_nested() if connection.dialect.name == "postgresql" else nullcontext()


class EventWriter:
    """What a command may add while its event is open. Not for use after the block."""

    def __init__(self, connection: Connection, seq: int) -> None:
        self.seq = seq
        self.count = 0
        self.amends: set[str] = set()
        self._connection = connection
        self._lines, self._transactions, self._postings = (
            _Rows(connection, model.table) for model in (Line, Transaction, Posting)
        )
        # Transactions before their postings: a trigger looks the parent up.
        self._movements = (self._lines, self._transactions, self._postings)
        self._facts: list[tuple[Table, tuple[str, int], tuple[Any, ...]]] = []
        self._versions: dict[tuple[str, str], int] = {}
        self._next = {name: _next_id(connection, name) for name in ("txn", "posting", "line")}

    def add(self, *facts: Fact) -> None:
        """Facts as new versions of their entities (the first version where there was none)."""
        for fact in facts:
            table = fact.table
            fact.version = self._next_version(name_in_sql(table), fact.entity)
            fact.seq = self.seq
            self._facts.append((table, (fact.entity, fact.version), fact.stored()))
            if isinstance(fact, Activity) and fact.amends_filing:
                self.amends.add(fact.amends_filing)
            self.count += 1

    def line(
        self, identity: str, statement: str, account: str, on: date, currency: str, amount_minor: int
    ) -> None:
        """A statement line; its transaction must be added too."""
        number = self._take("line")
        self._lines.add(
            (number, self.seq, identity, statement, account, on.isoformat(), currency, amount_minor)
        )
        self.count += 1

    def transaction(
        self,
        on: date,
        kind: str,
        legs: Sequence[Leg],
        *,
        memo: str | None = None,
        line: str | None = None,
        document: str | None = None,
        reverses: int | None = None,
        amends_filing: str | None = None,
    ) -> int:
        """A balanced transaction; returns its number. ``memo`` must not hold anything about a person."""
        number = self._take("txn")
        self._transactions.add(
            (number, self.seq, on.isoformat(), kind, memo, line, document, reverses, amends_filing)
        )
        for leg in legs:
            values = (
                self._take("posting"), self.seq, number, leg.account, leg.fund, leg.currency,
                leg.amount_minor, leg.source, leg.programme, leg.expense_line, leg.purpose, leg.property,
            )  # fmt: skip
            self._postings.add(values)
        self.count += 1 + len(legs)
        if amends_filing is not None:
            self.amends.add(amends_filing)
        if self._postings.full:
            self.flush()
        return number

    @contextmanager
    def loading(self, lines: int) -> Iterator[bool]:
        """Around ``bank_lines`` of so many lines, all different. Gives whether the books had none before: then
        none of them can be known, and of ``_MANY`` the index by line is made at the end, out of all at once."""
        first = self._next["line"] == 1
        late = late_index(self._connection, Transaction.table.name, "line")
        with late if first and lines in _MANY else nullcontext():
            yield first

    def bank_lines(
        self, statement: str, account: str, against: str, fund: str, lines: Iterable[BankMovement]
    ) -> None:
        """Many statement lines at once, each with its transaction: what ``line`` and ``transaction`` do a line."""
        for (written, amends), run in groupby(lines, attrgetter("written", "amends_filing")):
            if amends is not None:
                self.amends.add(amends)
            if not written:
                self._new_lines(statement, account, against, fund, amends, list(run))
                continue
            for identity, on, currency, minor, *_rest in run:
                legs = Leg(account, fund, currency, minor), Leg(against, fund, currency, -minor)
                self.transaction(on, "line", legs, line=identity, amends_filing=amends)

    def _new_lines(
        self,
        statement: str,
        account: str,
        against: str,
        fund: str,
        amends: str | None,
        lines: list[BankMovement],
    ) -> None:
        """The engine makes the transactions and postings out of the lines; what they must be is hashed here."""
        self.flush()
        seq, start, n = self.seq, dict(self._next), len(lines)
        txn, posting = start["txn"], start["posting"]
        entries, postings = list[tuple[Any, ...]](), list[tuple[Any, ...]]()
        more = () if amends is None else (amends,)
        for number, (identity, on, currency, minor, *_rest) in enumerate(lines, start["line"]):
            day = on.isoformat()
            self._lines.add((number, seq, identity, statement, account, day, currency, minor))
            entries.append((txn, seq, day, "line", identity, *more))
            postings.append((posting, seq, txn, account, fund, currency, minor))
            postings.append((posting + 1, seq, txn, against, fund, currency, -minor))
            txn, posting = txn + 1, posting + 2
        self._lines.flush()
        self._transactions.hasher.add_alike(_ENTRY if more else _ENTRY[:-1], entries)
        self._postings.hasher.add_alike(_SIDE, postings)
        first, last = start["line"], start["line"] + n - 1
        to_txn, to_posting = start["txn"] - first, start["posting"] - 2 * first
        with _step(self._connection):
            self._connection.exec_driver_sql(_ENTRIES_OF_LINES, (to_txn, amends, first, last))
            self._connection.exec_driver_sql(
                _SIDES_OF_LINES, (to_posting, to_txn, against, fund, first, last)
            )
        self._next |= {"line": last + 1, "txn": txn, "posting": posting}
        self.count += 4 * n

    def _take(self, name: str) -> int:
        number = self._next[name]
        self._next[name] = number + 1
        return number

    def _next_version(self, table: str, entity: str) -> int:
        key = (table, entity)
        if key not in self._versions:
            query = f"SELECT coalesce(max(version), 0) FROM {table} WHERE entity = ?"
            self._versions[key] = self._connection.exec_driver_sql(query, (entity,)).scalar_one()
        self._versions[key] += 1
        return self._versions[key]

    def flush(self) -> None:
        """The movements so far into the database, so that the same command can read them back."""
        for rows in self._movements:
            rows.flush()

    def waiting_days(self) -> tuple[set[date], set[date]]:
        """The days of transactions and of activities that are not in the database yet."""
        at = [column.name for column in Activity.table.columns].index("end_on")
        money = {stored_day(row[_ON_DATE]) for row in self._transactions.waiting}
        return money, {stored_day(row[at]) for table, _key, row in self._facts if table is Activity.table}

    def flush_as_amending(self, filing_of: Callable[[date], str | None]) -> None:
        """What if: the waiting transactions as amendments, flushed. Only for a look before rolling back."""
        waiting = self._transactions.waiting
        waiting[:] = [
            (*row[:_AMENDS], filing_of(stored_day(row[_ON_DATE])), *row[_AMENDS + 1 :]) for row in waiting
        ]
        self.flush()

    def seal(self, prev: str, recorded_at: str, actor: str, kind: str, note: str | None) -> str:
        """Write what is left and the event row; returns the event's hash."""
        facts: dict[str, _Rows] = {}
        for table, _key, values in sorted(self._facts, key=lambda item: (item[0].name, item[1])):
            if table.name not in facts:
                facts[table.name] = _Rows(self._connection, table)
            facts[table.name].add(values)
        for rows in facts.values():
            rows.flush()
        self.flush()
        header = (HASH_VERSION, prev, self.seq, recorded_at, actor, kind, self.count, note)
        digest = event_hash(header, [rows.hasher for rows in (*facts.values(), *self._movements)])
        values = (self.seq, prev, digest, HASH_VERSION, recorded_at, actor, kind, self.count, note)
        marks = ", ".join("?" * len(values))
        self._connection.exec_driver_sql(f"INSERT INTO {Event.table.name} VALUES ({marks})", values)
        return digest


@contextmanager
def write(
    connection: Connection, *, kind: str, actor: str, now: datetime, note: str | None = None
) -> Iterator[EventWriter]:
    """An open event on a connection that ``open_store(..., write=True)`` gave.

    ``recorded_at`` never goes back: it is the later of ``now`` and the last event's. An event that
    brought no row writes nothing. ``Refused`` where a trigger forbids (frozen period).
    """
    last = connection.exec_driver_sql(
        "SELECT seq, hash, recorded_at FROM event ORDER BY seq DESC LIMIT 1"
    ).first()
    seq, prev, last_at = (last.seq + 1, last.hash, last.recorded_at) if last else (1, GENESIS, "")
    event = EventWriter(connection, seq)
    try:
        yield event
        if event.count or note:
            event.seal(prev, max(moment_text(now), last_at), actor, kind, note)
    except IntegrityError as error:
        raise _refused(str(error.orig)) from error


def _refused(text: str) -> Refused | AssertionError:
    """A frozen period is the user's business; everything else a trigger refuses is our own bug."""
    if text.startswith("frozen: "):
        return PeriodClosed(
            _("this period has been filed and is closed"),
            why=_("What was filed must stay what it was; a late fact becomes an amendment."),
            remedy=_("List filings: compliance filing list — then repeat the command with --amends FILING"),
        )
    return AssertionError(text)


def _next_id(connection: Connection, table: str) -> int:
    return int(connection.exec_driver_sql(f"SELECT coalesce(max(id), 0) + 1 FROM {table}").scalar_one())


def practice_moment(last: datetime | None, day: date) -> datetime:
    """The practice clock: nine o'clock of ``day``, one second after the last event."""
    start = datetime.fromisoformat(f"{day.isoformat()}T09:00:00+00:00")
    return start if last is None else max(start, last + timedelta(seconds=1))
