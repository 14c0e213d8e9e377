"""The only door to a database: a file on this computer (SQLite), or a server (PostgreSQL).

A *place* is a path or a ``Server``; the same store, the same tables and the same refusals on both.
``open_store`` gives one SQLAlchemy connection inside one transaction, for reading or for writing;
there is one writer at a time. What is particular to an engine is in ``sqlite`` and ``postgres``; the
second is imported only when a place is a server.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from compliance.errors import SetupError
from compliance.i18n import _
from compliance.storage import sqlite
from compliance.storage.base import Guards, Place, Server, Store, Writer
from compliance.storage.sqlite import APPLICATION_ID
from compliance.storage.steps import migrate

__all__ = [
    "APPLICATION_ID",
    "Guards",
    "Place",
    "Server",
    "Store",
    "Where",
    "Writer",
    "copy_rows",
    "copy_store",
    "create_pair",
    "create_store",
    "is_ours",
    "is_sound",
    "is_there",
    "late_index",
    "migrate",
    "open_pair",
    "open_store",
    "upgrade_store",
]


def open_store(
    store: Store,
    place: Place,
    *,
    key: bytes | None = None,
    write: bool = False,
    writer: Writer | None = None,
) -> AbstractContextManager[Connection]:
    """A context manager giving a ``Connection``; commits on success, rolls back on any exception.

    ``key`` is a file's raw 256-bit key, or ``None`` for a plain one. ``writer`` is whom a second
    writer is told of. ``SetupError`` when the place is missing, in use, of another schema or
    encrypted; ``Refused`` where the server gives no right; ``BooksDamaged`` when it is no readable
    database.
    """
    if isinstance(place, Server):
        from compliance.storage import postgres

        return postgres.opened((store,), place, write=write, writer=writer)
    return sqlite.opened(store, place, key, write=write, writer=writer)


Where = tuple[Store, Place, bytes | None]
"""A store, its place and its key."""


@contextmanager
def open_pair(
    first: Where, second: Where, *, write: bool = False, writer: Writer | None = None
) -> Iterator[tuple[Connection, Connection]]:
    """Two stores, opened in this order; the second commits before the first.

    In one database they are one connection and one transaction: both commit or neither.
    """
    (one, place, key), (other, other_place, other_key) = first, second
    if isinstance(place, Server) and place == other_place:
        from compliance.storage import postgres

        with postgres.opened((one, other), place, write=write, writer=writer) as connection:
            yield connection, connection
        return
    with (
        open_store(one, place, key=key, write=write, writer=writer) as outer,
        open_store(other, other_place, key=other_key, write=write) as inner,
    ):
        yield outer, inner


@contextmanager
def create_pair(first: Where, second: Where) -> Iterator[tuple[Connection, Connection]]:
    """Two new stores, as ``create_store`` makes one; the second is there before the first."""
    (one, place, key), (other, other_place, other_key) = first, second
    if isinstance(place, Server) and place == other_place:
        from compliance.storage import postgres

        with postgres.created((one, other), place) as connection:
            yield connection, connection
        return
    with create_store(one, place, key=key) as outer, create_store(other, other_place, key=other_key) as inner:
        yield outer, inner


def create_store(
    store: Store, place: Place, *, key: bytes | None = None
) -> AbstractContextManager[Connection]:
    """A new store with all tables and guards; the context commits them with whatever else is written.

    ``SetupError`` where there is one already. A creation that was cut short leaves nothing that could
    be taken for books, and can be repeated.
    """
    if isinstance(place, Server):
        from compliance.storage import postgres

        return postgres.created((store,), place)
    return sqlite.created(store, place, key)


def is_there(store: Store, place: Place) -> bool:
    """Whether there is such a store, of whatever version. ``SetupError`` when the server does not answer."""
    if isinstance(place, Server):
        from compliance.storage import postgres

        return postgres.is_there(store, place)
    return place.exists()


def copy_store(store: Store, path: Path, target: Path, *, key: bytes | None = None) -> None:
    """A consistent copy of a file while others may read and write; encrypted as the original is."""
    if not target.parent.is_dir() or target.exists():
        raise SetupError(_("the file cannot be written"), place=str(target))
    sqlite.copy(store, path, target, key)


def upgrade_store(store: Store, place: Place, *, key: bytes | None = None, copy_to: Path) -> bool:
    """Bring an older store to this code's version in one transaction, after copying it to ``copy_to``.

    On a server the copy is a schema beside the store's, named like the file.
    False (and no copy) when there is nothing to do. Guards are dropped and made anew: they hold no data.
    """
    if isinstance(place, Server):
        from compliance.storage import postgres

        return postgres.upgrade(store, place, beside=schema_beside(copy_to))
    return sqlite.upgrade(store, place, key, copy_to)


def schema_beside(copy_to: Path) -> str:
    return "".join(letter if letter.isalnum() else "_" for letter in copy_to.stem.lower())


def copy_rows(connection: Connection, table: str, rows: Sequence[Sequence[Any]]) -> bool:
    """Many rows at once, where the engine has a way of its own; False where it has none."""
    if connection.dialect.name == "sqlite":
        return False
    from compliance.storage import postgres

    postgres.copy_rows(connection, table, rows)
    return True


def late_index(connection: Connection, table: str, column: str) -> AbstractContextManager[object]:
    """Within it one index is not kept, and made at the end out of all rows at once: for filling an empty
    table with many rows whose keys are random. On a server nothing changes: an index is everybody's there."""
    if connection.dialect.name == "sqlite":
        return sqlite.late_index(connection, table, column)
    return nullcontext()


def is_sound(connection: Connection) -> bool:
    """The engine's own look at its file: pages, and what refers to what."""
    return connection.dialect.name != "sqlite" or sqlite.is_sound(connection)


def is_ours(store: Store, connection: Connection) -> bool:
    """Exactly our tables and our guards to the letter: a dropped guard is damage."""
    if connection.dialect.name == "sqlite":
        return sqlite.is_ours(store, connection)
    from compliance.storage import postgres

    return postgres.is_ours(store, connection)
