"""All rows of a ledger as one stream, event by event, in an order in which they can be written again.

    for record in rows(one): ...             every row as stored, whatever database it is in
    write_rows(two, rows(one))               the same books in another database, to the digest
    text_lines(one) / records(lines)         the same stream as portable text (JSON lines)

A record is ``(table, values)``: the values in the order of the table's columns, as stored (text,
integer or ``None``). The rows of an event come before its event row, transactions before their
postings: guards of the database hold while they are written. Nothing of the vault is in it.

The text: a head line ``{"compliance": 1, "schema": N}``, a line ``{"TABLE": {COLUMN: VALUE}}`` a row
(nulls left out, so a later column changes no old file), and a last line with what must have come:
``{"end": {"events": N, "rows": N, "hash": "..."}}``. A file without it is cut off.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Integer, Table, TypeDecorator, column, insert, select, table
from sqlalchemy.exc import IntegrityError

from compliance.errors import InputError
from compliance.i18n import _
from compliance.ledger.books import Books
from compliance.ledger.chain import GENESIS, STREAM, anchor
from compliance.ledger.models import FACTS, MOVEMENTS, SCHEMA_VERSION, Event
from compliance.ledger.stored import unreadable

Record = tuple[str, tuple[Any, ...]]
FORMAT = 1
EVENT = Event.table
ORDER: tuple[Table, ...] = (
    *sorted((model.table for model in FACTS), key=lambda item: item.name),
    *(model.table for model in MOVEMENTS),
)
"""Within an event: facts, then lines, transactions and postings, as ``append`` writes them."""
TABLES = {item.name: item for item in (*ORDER, EVENT)}
_CHUNK = 2000


def _is_whole(kind: Any) -> bool:
    return isinstance(kind.impl if isinstance(kind, TypeDecorator) else kind, Integer)


_WANTED = {
    name: {each.name: int if _is_whole(each.type) else str for each in item.columns}
    for name, item in TABLES.items()
}


@dataclass(frozen=True, slots=True)
class Extent:
    """How much a stream held; ``hash`` is that of the last event, which binds all before it."""

    events: int
    rows: int
    hash: str

    @property
    def anchor(self) -> str:
        return anchor(self.events, self.hash) if self.events else ""


# Out


def rows(connection: Connection, *, known_at: int | None = None) -> Iterator[Record]:
    """Every row up to the event ``known_at`` (all without it); memory stays flat.

    ``BooksDamaged`` where a row belongs to no event.
    """
    tables = [_Queue(item, _stored(connection, item, known_at)) for item in ORDER]
    at = [item.name for item in EVENT.columns].index("seq")
    for event in _stored(connection, EVENT, known_at):
        for queue in tables:
            for values in queue.take(event[at]):
                yield queue.name, values
        yield EVENT.name, event
    if any(queue.waiting for queue in tables):
        raise unreadable()


def _stored(connection: Connection, item: Table, known_at: int | None) -> Iterator[tuple[Any, ...]]:
    """Rows as stored, by event and key; the column types of the models stay out of it."""
    bare = _bare(item)
    query = select(*bare.columns).order_by(
        bare.columns.seq, *(bare.columns[key.name] for key in item.primary_key.columns)
    )
    if known_at is not None:
        query = query.where(bare.columns.seq <= known_at)
    result = connection.execute(query, execution_options=STREAM)
    for row in result.yield_per(_CHUNK):
        yield tuple(row)


def _bare(item: Table) -> Any:
    return table(item.name, *(column(each.name) for each in item.columns))


class _Queue:
    """One table's rows, given out event by event."""

    def __init__(self, item: Table, found: Iterator[tuple[Any, ...]]) -> None:
        self.name = item.name
        self._at = [each.name for each in item.columns].index("seq")
        self._found = found
        self.waiting = next(found, None)

    def take(self, seq: int) -> Iterator[tuple[Any, ...]]:
        while self.waiting is not None and self.waiting[self._at] == seq:
            yield self.waiting
            self.waiting = next(self._found, None)


def text_lines(connection: Connection, *, known_at: int | None = None) -> Iterator[str]:
    """The stream as text, line by line without line ends."""
    yield _line({"compliance": FORMAT, "schema": SCHEMA_VERSION})
    names = {item.name: [each.name for each in item.columns] for item in TABLES.values()}
    counter = _Counter()
    for name, values in counter.through(rows(connection, known_at=known_at)):
        filled = {key: value for key, value in zip(names[name], values, strict=True) if value is not None}
        yield _line({name: filled})
    found = counter.extent()
    yield _line({"end": {"events": found.events, "rows": found.rows, "hash": found.hash}})


def text_of(books: Books) -> Iterator[str]:
    """The text of what ``books`` knows."""
    return text_lines(books._connection, known_at=books.known_at)


def _line(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


class _Counter:
    """Counts a stream on its way through."""

    def __init__(self) -> None:
        self._events = self._rows = 0
        self._hash = GENESIS
        self._at = [each.name for each in EVENT.columns].index("hash")

    def through(self, stream: Iterable[Record]) -> Iterator[Record]:
        for name, values in stream:
            if name == EVENT.name:
                self._events += 1
                self._hash = values[self._at]
            else:
                self._rows += 1
            yield name, values

    def extent(self) -> Extent:
        return Extent(self._events, self._rows, self._hash)


# In


def write_rows(connection: Connection, stream: Iterable[Record]) -> Extent:
    """The rows of a stream into empty books on ``connection``; the database's own guards look at each.

    The caller audits afterwards: that the hashes fit the rows is another path than this one.
    ``InputError`` where a guard refuses a row.
    """
    counter = _Counter()
    waiting: list[tuple[Any, ...]] = []
    name = ""
    inserts: dict[str, Callable[[Sequence[tuple[Any, ...]]], None]] = {
        item.name: _insert(connection, item) for item in TABLES.values()
    }
    try:
        for table_name, values in counter.through(stream):
            if table_name != name or len(waiting) >= _CHUNK:
                if waiting:
                    inserts[name](waiting)
                    waiting.clear()
                name = table_name
            waiting.append(values)
        if waiting:
            inserts[name](waiting)
    except IntegrityError:
        raise InputError(
            _("the rows do not make books: entry {seq} is refused").format(seq=counter.extent().events + 1),
            why=_("The file was changed after it was written, or is not of these books."),
        ) from None
    return counter.extent()


def _insert(connection: Connection, item: Table) -> Callable[[Sequence[tuple[Any, ...]]], None]:
    names = [each.name for each in item.columns]
    statement = insert(_bare(item))

    def run(waiting: Sequence[tuple[Any, ...]]) -> None:
        connection.execute(statement, [dict(zip(names, values, strict=True)) for values in waiting])

    return run


def records(lines: Iterable[str], *, place: str = "") -> Iterator[Record]:
    """The stream that ``text_lines`` wrote, checked line by line; ``InputError`` with the line's number.

    The last thing checked is that all of it came.
    """
    counter, ended, number = _Counter(), False, 0
    for number, line in enumerate(lines, start=1):
        where = f"{place}:{number}" if place else str(number)
        name, body = _parsed(line, where)
        if number == 1:
            _check_head(name, body, line, where)
        elif name == "end":
            _check_end(body, counter.extent(), where)
            ended = True
        elif ended:
            raise _unfit(where)
        else:
            yield from counter.through([(name, _values(name, body, where))])
    if not ended:
        raise InputError(_("the file is cut off: its last line is missing"), place=f"{place}:{number}")


def extent(lines: Iterable[str], *, place: str = "") -> Extent:
    """Reads a text to its end, checking every line, and says how much it holds."""
    counter = _Counter()
    for _record in counter.through(records(lines, place=place)):
        pass
    return counter.extent()


def _parsed(line: str, where: str) -> tuple[str, Any]:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        raise _unfit(where) from None
    if not isinstance(value, dict) or not value:
        raise _unfit(where)
    return next(iter(value.items()))


def _check_head(name: str, body: Any, line: str, where: str) -> None:
    schema = json.loads(line).get("schema")
    if name != "compliance" or not isinstance(body, int) or not isinstance(schema, int):
        raise InputError(_("this is not an export of ours"), place=where)
    if body > FORMAT or schema > SCHEMA_VERSION:
        raise InputError(
            _("the export was made by a newer version of this program"),
            place=where,
            remedy=_("Upgrade this program."),
        )


def _check_end(body: Any, found: Extent, where: str) -> None:
    if body != {"events": found.events, "rows": found.rows, "hash": found.hash}:
        raise InputError(_("the file does not hold what its last line says"), place=where)


def _values(name: str, body: Any, where: str) -> tuple[Any, ...]:
    item = TABLES.get(name)
    if item is None or not isinstance(body, dict):
        raise _unfit(where)
    given = dict(body)
    values = [given.pop(column_, None) for column_ in _WANTED[name]]
    fits = [
        value is None or _fits(value, wanted)
        for value, wanted in zip(values, _WANTED[name].values(), strict=True)
    ]
    if given or not all(fits):
        raise _unfit(where)
    return tuple(values)


def _fits(value: object, wanted: type) -> bool:
    if isinstance(value, int) and not isinstance(value, bool):
        return wanted is int and abs(value) < 2**63
    return wanted is str and isinstance(value, str)


def _unfit(where: str) -> InputError:
    return InputError(_("this line is not one of an export of ours"), place=where)
