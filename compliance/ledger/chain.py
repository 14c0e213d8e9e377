"""The chain: every event's SHA-256 over the one before, its own header and all rows it brought.

    hash = H(hash_version, prev, seq, recorded_at, actor, kind, count, note, {table: (rows, digest)})

A table's digest runs over its rows of this event in primary-key order; a row is the names of its
filled columns and their values, nulls left out, so a new nullable column changes no old hash.
``audit`` recomputes it all from the rows, which is another path than the one that wrote them.

The chain alone proves nothing against someone who recomputes it; the anchor code of an event, kept
outside (on a filing record, with a witness), does.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, Table

from compliance.errors import BooksDamaged
from compliance.i18n import _
from compliance.ledger.models import FACTS, MOVEMENTS
from compliance.ledger.rows import name_in_sql
from compliance.storage import is_ours, is_sound

HASH_VERSION = 1
GENESIS = ""
_RECORD, _UNIT = "\x1e", "\x1f"
_CHUNK = 1000
STREAM = {"stream_results": True}
"""For one statement, never for the connection: what is written after it must not be streamed."""


TABLES: tuple[Table, ...] = tuple(
    sorted((model.table for model in (*FACTS, *MOVEMENTS)), key=lambda table: table.name)
)


class _Shape:
    """How a row with values at the columns ``at`` is written: its names, and its values as one text."""

    def __init__(self, names: Sequence[str], at: tuple[int, ...]) -> None:
        self.head = ",".join(names[index] for index in at) + _RECORD
        self.nulls = len(names) - len(at)
        self.units = max(len(at) - 1, 0)
        self.joined = _UNIT.join(["%s"] * len(at))
        self._pick = itemgetter(*at) if len(at) > 1 else None
        self._at = at

    def filled(self, values: tuple[Any, ...]) -> tuple[Any, ...]:
        return self._pick(values) if self._pick else tuple([values[index] for index in self._at])

    def text(self, filled: tuple[Any, ...]) -> str:
        head, body = self.head, self.joined % filled
        if body.count(_UNIT) != self.units:
            body = "".join([f"{len(text)}:{text}" for text in map(str, filled)])
            head = f"length {head}"
        return f"{len(body)}:{head}{body}"


class RowHasher:
    """The running digest of one table's rows within one event. Values are as stored: text or int.

    A row is ``LENGTH:NAMES RS VALUE US VALUE...``: the length is that of the values' text, and a row
    with a US character in a value is written with a length before each value, so that no two
    different rows ever have the same text.
    """

    def __init__(self, table: Table) -> None:
        self.table = table
        self.rows = 0
        self._names = [column.name for column in table.columns]
        self._nullable = any(column.nullable for column in table.columns)
        self._shapes: dict[tuple[int, ...], _Shape] = {}
        self._digest = hashlib.sha256()

    def add(self, rows: Sequence[tuple[Any, ...]]) -> None:
        """Rows with all columns in table order."""
        if not self._nullable:
            self.add_alike(self._names, rows)
            return
        texts = []
        shape = self._shape(rows[0]) if rows else None
        for values in rows:
            assert shape is not None
            filled = shape.filled(values)
            # Neighbours mostly have the same columns filled: then nothing has to be looked up.
            if values.count(None) != shape.nulls or None in filled:
                shape = self._shape(values)
                filled = shape.filled(values)
            texts.append(shape.text(filled))
        self._take(texts, len(rows))

    def add_alike(self, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
        """Rows with the same columns filled; ``columns`` and values in table order, none of them null."""
        shape = self._shape_at(tuple([self._names.index(name) for name in columns]))
        bodies = [shape.joined % values for values in rows]
        head = shape.head
        text = "".join([f"{len(body)}:{head}{body}" for body in bodies])
        # One look at all of them whether a value holds the separator.
        alone = text.count(_UNIT) == shape.units * len(rows)
        self._take([text] if alone else map(shape.text, rows), len(rows))

    def _take(self, texts: Iterable[str], rows: int) -> None:
        self._digest.update("".join(texts).encode("utf-8", "surrogatepass"))
        self.rows += rows

    def _shape(self, values: tuple[Any, ...]) -> _Shape:
        return self._shape_at(tuple([index for index, value in enumerate(values) if value is not None]))

    def _shape_at(self, at: tuple[int, ...]) -> _Shape:
        if at not in self._shapes:
            self._shapes[at] = _Shape(self._names, at)
        return self._shapes[at]

    def hexdigest(self) -> str:
        return self._digest.hexdigest()


def event_hash(header: Sequence[Any], tables: Iterable[RowHasher]) -> str:
    """``header``: hash_version, prev, seq, recorded_at (text), actor, kind, count, note."""
    digest = hashlib.sha256()
    for value in header:
        text = "" if value is None else str(value)
        data = text.encode("utf-8", "surrogatepass")
        digest.update(b"%d:" % len(data))
        digest.update(data)
    for hasher in sorted(tables, key=lambda item: item.table.name):
        if hasher.rows:
            digest.update(f"{hasher.table.name} {hasher.rows} {hasher.hexdigest()};".encode())
    return digest.hexdigest()


def anchor(seq: int, digest: str) -> str:
    """The short code for a filing record or a witness: ``12-7F3A-90BC-...`` (80 bits of the hash)."""
    code = digest[:20].upper()
    return "-".join([str(seq), *(code[at : at + 4] for at in range(0, 20, 4))])


_CODE = re.compile(r"[1-9][0-9]{0,17}(?:-[0-9A-F]{4}){5}\Z", re.ASCII)
_TYPED = str.maketrans("АВСЕ\N{EN DASH}\N{EM DASH}\N{NON-BREAKING HYPHEN}", "ABCE---")
"""Cyrillic letters that look like those of a code, and dashes of word processors."""


def typed_anchor(text: str) -> str:
    """A code as somebody typed it, as ``anchor`` writes it; ``ValueError`` for what is none."""
    code = "".join(text.split()).upper().translate(_TYPED)
    if not _CODE.match(code):
        raise ValueError("not an anchor")
    return code


@dataclass(frozen=True, slots=True)
class Audit:
    """What was recomputed: events and rows counted, and the last event's anchor."""

    events: int
    rows: int
    anchor: str


def audit(connection: Connection, *, anchors: Sequence[str] = ()) -> Audit:
    """Recompute every hash from the rows; ``BooksDamaged`` at the first thing that does not fit.

    Also: the engine's own look at its file, the expected tables and guards, no row
    without an event, balance of every transaction, and each code of ``anchors`` at its place.
    """
    if not is_sound(connection):
        raise _damaged(0)
    _check_schema(connection)
    tables = [_Stream(connection, table) for table in TABLES]
    previous, last_at, events, rows = GENESIS, "", 0, 0
    known: dict[str, str] = {}
    for row in connection.exec_driver_sql(
        "SELECT seq, prev, hash, hash_version, recorded_at, actor, kind, count AS total, note "
        "FROM event ORDER BY seq"
    ):
        events += 1
        if row.seq != events or row.prev != previous or row.recorded_at < last_at:
            raise _damaged(row.seq)
        hashers = [table.hashed(row.seq) for table in tables]
        count = sum(hasher.rows for hasher in hashers)
        version, seq, at = row.hash_version, row.seq, row.recorded_at
        header = (version, row.prev, seq, at, row.actor, row.kind, row.total, row.note)
        if version != HASH_VERSION or count != row.total or event_hash(header, hashers) != row.hash:
            raise _damaged(seq)
        previous, last_at, rows = row.hash, at, rows + count
        known[str(seq)] = anchor(seq, row.hash)
    if any(not table.ended for table in tables):
        raise _damaged(events + 1)
    _check_balance(connection)
    _check_anchors(anchors, known)
    return Audit(events, rows, known.get(str(events), ""))


def _check_anchors(anchors: Sequence[str], known: Mapping[str, str]) -> None:
    for code in anchors:
        if known.get(code.split("-")[0]) != code.strip().upper():
            raise BooksDamaged(
                _("the code {code} is not in these books: history was replaced or cut off").format(code=code),
                remedy=_("Stop, keep this file, and compare with the last backup."),
            )


class _Stream:
    """One table's rows in the order of events, given out event by event; memory stays flat."""

    def __init__(self, connection: Connection, table: Table) -> None:
        self._table = table
        self._rows = _rows_by_event(connection, table)
        self._next = next(self._rows, None)

    @property
    def ended(self) -> bool:
        return self._next is None

    def hashed(self, seq: int) -> RowHasher:
        """The digest of the rows of event ``seq``; ``BooksDamaged`` where a row belongs to none before it."""
        hasher, chunk = RowHasher(self._table), list[tuple[Any, ...]]()
        while self._next is not None and self._next[0] == seq:
            chunk.append(self._next[1])
            if len(chunk) == _CHUNK:
                hasher.add(chunk)
                chunk.clear()
            self._next = next(self._rows, None)
        hasher.add(chunk)
        if self._next is not None and self._next[0] < seq:
            raise _damaged(seq)
        return hasher


def _rows_by_event(connection: Connection, table: Table) -> Iterator[tuple[int, tuple[Any, ...]]]:
    names = [column.name for column in table.columns]
    keys = ", ".join(column.name for column in table.primary_key.columns)
    at = names.index("seq")
    query = f"SELECT {', '.join(names)} FROM {name_in_sql(table)} ORDER BY seq, {keys}"
    result = connection.exec_driver_sql(query, execution_options=STREAM)
    for row in result.yield_per(2000):
        yield row[at], tuple(row)


def _check_schema(connection: Connection) -> None:
    """Exactly our tables, and our guards to the letter: a dropped guard is damage."""
    from compliance.ledger.store import LEDGER

    if not is_ours(LEDGER, connection):
        raise BooksDamaged(
            _("the guards of the books were changed by another program"),
            remedy=_("Stop, keep this file, and go to the last backup: compliance restore FILE"),
        )


def _check_balance(connection: Connection) -> None:
    unbalanced = connection.exec_driver_sql(
        "SELECT min(seq) FROM posting GROUP BY txn, fund, currency HAVING sum(amount_minor) <> 0 LIMIT 1"
    ).first()
    if unbalanced is not None:
        raise _damaged(unbalanced[0])


def _damaged(seq: int) -> BooksDamaged:
    what = (
        _("the books were changed after they were written, at entry {seq}").format(seq=seq)
        if seq
        else _("the books file is damaged")
    )
    return BooksDamaged(
        what, remedy=_("Stop, keep this file as it is, and go to the last backup: compliance restore FILE")
    )
