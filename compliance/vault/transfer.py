"""All rows of a vault as a stream, from one engine to the other."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import Connection

from compliance.vault.models import METADATA

Record = tuple[str, tuple[Any, ...]]
_CHUNK = 500
_STREAM = {"stream_results": True}


def rows(connection: Connection) -> Iterator[Record]:
    """(table, values as stored) of every row, table by table, in the order of their keys."""
    for name in sorted(METADATA.tables):
        columns = [column.name for column in METADATA.tables[name].columns]
        key = ", ".join(column.name for column in METADATA.tables[name].primary_key.columns)
        query = f"SELECT {', '.join(columns)} FROM {name} ORDER BY {key}"
        found = connection.exec_driver_sql(query, execution_options=_STREAM)
        for row in found.yield_per(_CHUNK):
            yield name, tuple(row)


def write_rows(connection: Connection, stream: Iterable[Record]) -> int:
    """The rows of a stream into an empty vault; how many there were."""
    count, waiting, name = 0, list[tuple[Any, ...]](), ""
    for table, values in stream:
        if table != name or len(waiting) == _CHUNK:
            _insert(connection, name, waiting)
            waiting, name = [], table
        waiting.append(values)
        count += 1
    _insert(connection, name, waiting)
    return count


def _insert(connection: Connection, name: str, waiting: list[tuple[Any, ...]]) -> None:
    if waiting:
        marks = ", ".join("?" * len(waiting[0]))
        connection.exec_driver_sql(f"INSERT INTO {name} VALUES ({marks})", waiting)


def digest(connection: Connection) -> str:
    """SHA-256 over every row; the same on both engines for the same vault."""
    found = hashlib.sha256()
    for name, values in rows(connection):
        parts = [name.encode(), *(_bytes(value) for value in values)]
        for part in parts:
            found.update(b"%d:" % len(part))
            found.update(part)
    return found.hexdigest()


def _bytes(value: object) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "surrogatepass")
