"""Reading the ledger: the facts as known at an event, and the movements up to a day.

``Books(connection, known_at=seq)`` reproduces exactly what was known then; without it, what is known
now. ``as_of`` leaves out what happened after that day, whenever it was learned. Sums are made in SQL
over integers; nothing here knows a law.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import cached_property
from itertools import groupby, zip_longest
from typing import Any, TypeVar

from sqlalchemy import Connection

from compliance.errors import UsageError
from compliance.i18n import _
from compliance.ledger.chain import STREAM, anchor
from compliance.ledger.dated import happened_by
from compliance.ledger.merging import joined, merged, names_sources, read_as, with_merged
from compliance.ledger.models import (
    Account,
    Activity,
    Contact,
    Decision,
    Document,
    Event,
    Fact,
    Filing,
    Freeze,
    Fund,
    Line,
    Material,
    Person,
    Placement,
    Programme,
    Rate,
    Role,
    Source,
    Statement,
)
from compliance.ledger.movements import Entry as Entry
from compliance.ledger.movements import JournalEntry as JournalEntry
from compliance.ledger.movements import Sum as Sum
from compliance.ledger.rows import Row
from compliance.ledger.stored import stored_day, stored_moment, unreadable
from compliance.periods import ONE_DAY

F = TypeVar("F", bound=Fact)
R = TypeVar("R", bound=Row)

_MOMENT = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\dZ)?\Z", re.ASCII)
AXES = ("account", "fund", "currency", "source", "programme", "expense_line", "purpose", "property", "kind")
"""What ``sums`` may group by and filter on, besides the day: columns of posting, and ``txn.kind``."""


class Books:
    """A read of the ledger at one moment of knowledge. Cheap to make; caches what it has read."""

    def __init__(
        self, connection: Connection, *, known_at: int | None = None, as_of: date | None = None
    ) -> None:
        self._connection = connection
        self.last_seq = connection.exec_driver_sql("SELECT coalesce(max(seq), 0) FROM event").scalar_one()
        self.known_at = self.last_seq if known_at is None else min(known_at, self.last_seq)
        self.as_of = as_of
        self._cache: dict[type[Fact], dict[str, Any]] = {}
        self._read: dict[type[Fact], dict[str, Any]] = {}

    def at(self, seq: int) -> Books:
        """The same books as known at an earlier event."""
        return Books(self._connection, known_at=seq)

    def read(self, query: str, values: Sequence[Any]) -> Iterator[tuple[Any, ...]]:
        """Rows of a query over the ledger's tables, streamed; for the modules of this package."""
        result = self._connection.exec_driver_sql(query, tuple(values), execution_options=STREAM)
        for row in result.yield_per(1000):
            yield tuple(row)

    # Facts

    def facts(self, model: type[F]) -> dict[str, F]:
        """The newest version known of every entity of a kind, by entity, in entity order; a source that turned out to
        be another is named as that one."""
        found = self.stored(model)
        if not names_sources(model) or not self.merged:
            return found
        if model not in self._read:
            funds = self.stored(Fund)
            self._read[model] = {key: read_as(item, self.merged, funds) for key, item in found.items()}
        return self._read[model]

    def stored(self, model: type[F]) -> dict[str, F]:
        """``facts`` as they were written: what the next version of one begins from."""
        if model not in self._cache:
            rows = self._rows(model, "seq <= ? ORDER BY entity, version", self.known_at)
            self._cache[model] = {row.entity: row for row in rows if happened_by(row, self.as_of)}
        return self._cache[model]

    def before(self, end: date | None) -> date | None:
        """The first day that is left out: ``end``, or the day after ``as_of`` where that is earlier."""
        bounds = [day for day in (end, self.as_of and self.as_of + ONE_DAY) if day is not None]
        return min(bounds, default=None)

    def versions(self, model: type[F], entity: str) -> list[F]:
        """Every version known of one entity, oldest first."""
        return list(self._rows(model, "seq <= ? AND entity = ? ORDER BY version", self.known_at, entity))

    @cached_property
    def sources(self) -> dict[str, Source]:
        return self.facts(Source)

    @cached_property
    def merged(self) -> dict[str, str]:
        """Sources that turned out to be another -> that one: postings are read as its own."""
        return merged(self.stored(Source))

    @cached_property
    def funds(self) -> dict[str, Fund]:
        return self.facts(Fund)

    @cached_property
    def accounts(self) -> dict[str, Account]:
        return self.facts(Account)

    @cached_property
    def programmes(self) -> dict[str, Programme]:
        return self.facts(Programme)

    @cached_property
    def activities(self) -> dict[str, Activity]:
        return self.facts(Activity)

    @cached_property
    def roles(self) -> dict[str, Role]:
        return self.facts(Role)

    @cached_property
    def people(self) -> dict[str, Person]:
        return self.facts(Person)

    @cached_property
    def materials(self) -> dict[str, Material]:
        return self.facts(Material)

    @cached_property
    def placements(self) -> dict[str, Placement]:
        return self.facts(Placement)

    @cached_property
    def documents(self) -> dict[str, Document]:
        return self.facts(Document)

    @cached_property
    def statements(self) -> dict[str, Statement]:
        return self.facts(Statement)

    @cached_property
    def filings(self) -> dict[str, Filing]:
        return self.facts(Filing)

    @cached_property
    def freezes(self) -> dict[str, Freeze]:
        return self.facts(Freeze)

    @cached_property
    def decisions(self) -> dict[str, Decision]:
        """By finding id; withdrawn ones are left out."""
        return {key: value for key, value in self.facts(Decision).items() if value.state == "decided"}

    @cached_property
    def rates(self) -> dict[tuple[str, str, date], Decimal]:
        """(currency, quote, day) -> units of quote for one of currency."""
        return {
            (rate.currency, rate.quote, rate.on_date): _stored_rate(rate.rate)
            for rate in self.facts(Rate).values()
        }

    def commitments(self) -> dict[str, str]:
        """What the ledger committed to about people in the vault, by their pseudonyms."""
        kept = {key: item.commitment for key, item in self.people.items()}
        kept |= {key: item.commitment for key, item in self.facts(Contact).items() if item.commitment}
        return kept | {key: item.commitment for key, item in self.sources.items() if item.commitment}

    # Movements

    def sums(
        self,
        by: Sequence[str],
        *,
        start: date | None = None,
        end: date | None = None,
        where: dict[str, Sequence[str]] | None = None,
        by_day: bool = False,
    ) -> list[Sum]:
        """Signed totals of postings in ``[start, end)`` grouped by ``by`` (of ``AXES``), in key order.

        ``where`` keeps rows whose axis is one of the given values. With ``by_day`` the day (ISO
        text) is the last member of each key: what valuing at dated rates needs.
        """
        columns = [_axis(axis) for axis in by] + (["txn.on_date"] if by_day else [])
        tests, values = self._tests(start, end, where)
        # SQLite puts empty values first by itself, PostgreSQL does not.
        order = ", ".join(f"{column} NULLS FIRST" for column in columns)
        group = f" GROUP BY {', '.join(columns)} ORDER BY {order}" if columns else ""
        selected = ", ".join([*columns, "sum(posting.amount_minor)", "count(*)"])
        query = f"SELECT {selected} FROM posting JOIN txn ON txn.id = posting.txn WHERE {tests}{group}"
        rows = self._connection.exec_driver_sql(query, tuple(values))
        found = [Sum(tuple(row[:-2]), row[-2] or 0, row[-1]) for row in rows]
        return (
            joined(found, list(by).index("source"), self.merged) if "source" in by and self.merged else found
        )

    def entries(
        self,
        *,
        start: date | None = None,
        end: date | None = None,
        where: dict[str, Sequence[str]] | None = None,
        txn: int | None = None,
    ) -> Iterator[Entry]:
        """Postings one by one, by day then row number; memory stays flat."""
        tests, values = self._tests(start, end, where)
        merges = self.merged
        if txn is not None:
            tests, values = f"{tests} AND txn.id = ?", [*values, txn]
        query = (
            "SELECT posting.id, posting.txn, txn.on_date, txn.kind, posting.account, posting.fund, "
            "posting.currency, posting.amount_minor, posting.source, posting.programme, "
            "posting.expense_line, posting.purpose, posting.property, txn.memo, txn.line, txn.document "
            f"FROM posting JOIN txn ON txn.id = posting.txn WHERE {tests} ORDER BY txn.on_date, posting.id"
        )
        result = self._connection.exec_driver_sql(query, tuple(values), execution_options=STREAM)
        for row in result.yield_per(1000):
            entry = Entry(row[0], row[1], stored_day(row[2]), *row[3:])
            yield entry if entry.source not in merges else replace(entry, source=merges[entry.source])

    def transactions(self, *, start: date | None = None, end: date | None = None) -> Iterator[JournalEntry]:
        """Whole transactions in ``[start, end)``, by day then number; memory stays flat."""
        end = self.before(end)
        heads = self._connection.exec_driver_sql(
            "SELECT id, seq, memo, line, document, reverses, amends_filing FROM txn "
            "WHERE seq <= ? AND on_date >= ? AND on_date < ? ORDER BY on_date, id",
            (self.known_at, start.isoformat() if start else "", end.isoformat() if end else "~"),
        )
        groups = groupby(self.entries(start=start, end=end), key=lambda entry: entry.txn)
        for head, group in zip_longest(heads, groups):
            if head is None or group is None or head[0] != group[0]:
                raise unreadable()
            postings = tuple(group[1])
            number, seq, memo, line, document, reverses, amends = head
            first = postings[0]
            yield JournalEntry(
                number, seq, first.on, first.kind, memo, line, document, reverses, amends, postings
            )

    def lines(self, *, start: date | None = None, end: date | None = None) -> Iterator[Line]:
        """Statement lines in ``[start, end)``, by day then number."""
        end = self.before(end)
        days = (start.isoformat() if start else "", end.isoformat() if end else "~")
        tests = "seq <= ? AND on_date >= ? AND on_date < ? ORDER BY on_date, id"
        yield from self._rows(Line, tests, self.known_at, *days)

    def last_used(self, axis: str) -> list[str]:
        """Values of an axis in the newest postings, newest first, each once: what to offer a person."""
        query = f"SELECT {_axis(axis)} FROM posting WHERE posting.seq <= ? ORDER BY posting.id DESC LIMIT 50"
        rows = self._connection.exec_driver_sql(query, (self.known_at,))
        return list(dict.fromkeys(str(row[0]) for row in rows if row[0] is not None))

    def amended_filings(self) -> set[str]:
        """Filings that a transaction or an activity recorded since says it amends."""
        query = (
            "SELECT amends_filing FROM txn WHERE amends_filing IS NOT NULL AND seq <= ? "
            "UNION SELECT amends_filing FROM activity WHERE amends_filing IS NOT NULL AND seq <= ?"
        )
        return {row[0] for row in self.read(query, (self.known_at, self.known_at))}

    def used_documents(self) -> set[str]:
        """Papers that some transaction rests on: it names them, or they were recorded about it or its line."""
        query = "SELECT DISTINCT document FROM txn WHERE document IS NOT NULL AND seq <= ?"
        found = {str(row[0]) for row in self._connection.exec_driver_sql(query, (self.known_at,))}
        about = {key: paper.about for key, paper in self.documents.items() if paper.about}
        undone = self.reversed_transactions() if about else set()
        for key, subject in about.items():
            number = subject.removeprefix("txn:")
            by_id = number != subject and number.isascii() and number.isdigit()
            test, value = ("id = ?", int(number)) if by_id else ("line = ?", subject)
            rows = self.read(f"SELECT id FROM txn WHERE {test} AND seq <= ?", (value, self.known_at))
            if any(row[0] not in undone for row in rows):
                found.add(key)
        return found

    def resting_on(self, document: str) -> list[int]:
        """Transactions that a paper stands behind and that nobody has undone."""
        query = "SELECT id FROM txn WHERE document = ? AND seq <= ? ORDER BY id"
        rows = self._connection.exec_driver_sql(query, (document, self.known_at))
        undone = self.reversed_transactions()
        return [int(row[0]) for row in rows if row[0] not in undone]

    def reversed_transactions(self) -> set[int]:
        """Numbers of transactions that a later one undoes, and of those that undo."""
        return {number for pair in self.reversals() for number in pair}

    def reversals(self) -> list[tuple[int, int]]:
        """Numbers of the transactions that undo, each with the one that it undoes."""
        rows = self._connection.exec_driver_sql(
            "SELECT id, reverses FROM txn WHERE reverses IS NOT NULL AND seq <= ?", (self.known_at,)
        )
        return [(int(undoing), int(undone)) for undoing, undone in rows]

    # Events

    def seq_at(self, moment: str) -> int:
        """The last event recorded at or before ``moment``: ``2026-01-12`` (its end) or ``...T09:00:00Z``."""
        if not _MOMENT.match(moment):
            raise UsageError(
                _("--known-at: write an entry's number, a day such as 2025-12-31, or a filing of the list")
            )
        text = moment if "T" in moment else f"{moment}T23:59:59Z"
        return int(
            self._connection.exec_driver_sql(
                "SELECT coalesce(max(seq), 0) FROM event WHERE recorded_at <= ?", (text,)
            ).scalar_one()
        )

    def recorded_on(self, seq: int) -> date | None:
        """The day an event was recorded, by UTC; ``None`` where there is none of that number."""
        query = "SELECT recorded_at FROM event WHERE seq = ?"
        found = self._connection.exec_driver_sql(query, (seq,)).scalar_one_or_none()
        return stored_moment(found).date() if found else None

    def event_anchor(self, seq: int) -> str:
        row = self._connection.exec_driver_sql("SELECT hash FROM event WHERE seq = ?", (seq,)).one()
        return anchor(seq, row[0])

    def last_recorded_at(self) -> datetime | None:
        found = self._connection.exec_driver_sql("SELECT max(recorded_at) FROM event").scalar_one()
        return stored_moment(found) if found else None

    def practice_day(self) -> date | None:
        """The day of the practice clock, from the first event; ``None`` in real books."""
        day = self.first_note().get("practice")
        return stored_day(day) if day else None

    @property
    def is_packet(self) -> bool:
        """Whether these are no books but a press packet that was opened: publications, no money."""
        return "press" in self.first_note()

    def first_note(self) -> dict[str, Any]:
        """What the first event says of these books."""
        note = self._connection.exec_driver_sql("SELECT note FROM event WHERE seq = 1").scalar_one_or_none()
        try:
            return dict(json.loads(note)) if note else {}
        except (ValueError, TypeError, RecursionError):
            raise unreadable() from None

    def events(self) -> Iterator[Event]:
        yield from self._rows(Event, "seq <= ? ORDER BY seq", self.known_at)

    def _rows(self, model: type[R], tests: str, *values: Any) -> Iterator[R]:
        for row in self.read(f"{model.selected()} WHERE {tests}", values):
            yield model.loaded(row)

    def _tests(
        self, start: date | None, end: date | None, where: dict[str, Sequence[str]] | None
    ) -> tuple[str, list[Any]]:
        tests, values = ["posting.seq <= ?"], [self.known_at]
        end = self.before(end)
        if start is not None:
            tests.append("txn.on_date >= ?")
            values.append(start.isoformat())
        if end is not None:
            tests.append("txn.on_date < ?")
            values.append(end.isoformat())
        if where and "source" in where:
            where = with_merged(where, self.merged)
        for axis, allowed in (where or {}).items():
            tests.append(f"{_axis(axis)} IN ({', '.join('?' * len(allowed))})")
            values.extend(allowed)
        return " AND ".join(tests), values


def _axis(axis: str) -> str:
    assert axis in AXES, axis
    return "txn.kind" if axis == "kind" else f"posting.{axis}"


def _stored_rate(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        raise unreadable() from None
