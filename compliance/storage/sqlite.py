"""A store in a file: SQLite, or SQLCipher where there is a key.

``opened`` gives one SQLAlchemy connection inside one transaction: readers ``BEGIN``, writers
``BEGIN IMMEDIATE`` (a default transaction start lets two writers fork the chain silently). The
settings below are one list because half of them is no protection: journal DELETE + synchronous
EXTRA lost nothing in simulated power cuts where Python's defaults lost acknowledged commits;
``recursive_triggers`` is what makes append-only triggers stop ``INSERT OR REPLACE``.
"""

from __future__ import annotations

import json
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from random import uniform
from time import monotonic, sleep
from types import ModuleType
from typing import Any

from sqlalchemy import Connection, MetaData, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from compliance.errors import BooksDamaged, ComplianceError, SetupError
from compliance.files import private_folder, sync_folder
from compliance.i18n import _
from compliance.storage.base import (
    Store,
    Writer,
    in_use,
    missing,
    other_version,
    strangers,
    taken,
    unstorable,
)
from compliance.storage.steps import migrate

APPLICATION_ID = 0x434F4D50
"""``COMP`` in the SQLite header, so that another program's database is never taken for ours."""

_SETTINGS = (
    "journal_mode=DELETE",
    "synchronous=EXTRA",
    *(("fullfsync=ON",) if sys.platform == "darwin" else ()),
    "foreign_keys=ON",
    "recursive_triggers=ON",
    "secure_delete=ON",
    "temp_store=MEMORY",
    "trusted_schema=OFF",
    "cell_size_check=ON",
    "busy_timeout=30000",
    "cache_size=-8000",
)


_ANY = Store("any", -1, MetaData())
"""Our own file of whatever kind and version; only for copying and upgrading."""


@contextmanager
def created(store: Store, path: Path, key: bytes | None) -> Iterator[Connection]:
    """A new file with all tables and triggers; the context commits them with whatever else is written.

    The file gets its name only when all of it is on disk: a creation that was cut short leaves
    nothing that could be taken for books, and can be repeated.
    """
    if path.exists():
        raise taken(path)
    private_folder(path.parent)
    part = path.with_name(f".{path.name}.part")
    try:
        for left in (part, part.with_name(f"{part.name}-journal")):
            left.unlink(missing_ok=True)
        part.touch(mode=0o600, exist_ok=False)
    except OSError as error:
        raise _explained(error, path) from error
    with opened(store, part, key, write=True, create=True) as connection:
        yield connection
    try:
        part.replace(path)
        sync_folder(path.parent)
    except OSError as error:
        raise _explained(error, path) from error


@contextmanager
def opened(
    store: Store,
    path: Path,
    key: bytes | None,
    *,
    write: bool = False,
    create: bool = False,
    writer: Writer | None = None,
) -> Iterator[Connection]:
    """One connection inside one transaction; see ``storage.open_store``."""
    if not path.is_file():
        raise missing(path)
    engine = create_engine(
        "sqlite://",
        creator=_creator(path, key),
        module=_driver(key),
        poolclass=NullPool,
        hide_parameters=True,
        query_cache_size=200,
    )

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        if write:
            _begin_writing(connection, path, writer)
        else:
            connection.exec_driver_sql("BEGIN")

    try:
        with engine.begin() as connection:
            if create:
                _create(store, connection)
            else:
                _check_version(store, path, connection)
            with _named(path, writer):
                yield connection
    except DBAPIError as error:
        if not isinstance(error.orig, _driver(key).Error):
            raise  # another store's, opened around this one
        raise _explained(error.orig, path) from error
    except (sqlite3.Error, OSError) as error:
        raise _explained(error, path) from error
    except (UnicodeEncodeError, OverflowError) as error:
        if isinstance(error, OverflowError) and "SQLite" not in str(error):
            raise
        raise unstorable() from None
    finally:
        engine.dispose()


_PATIENCE = 4
"""How many times ``busy_timeout`` a writer waits for the one before: there is no queue, and none may starve."""
_TELL_S = 2.0


def _begin_writing(connection: Connection, path: Path, writer: Writer | None) -> None:
    """The lock of the one writer, or the refusal.

    SQLite itself asks ever more rarely the longer it has waited, so that among many writers the oldest
    may wait for ever. Here all ask as often as each other.
    """
    wait_ms = int(connection.exec_driver_sql("PRAGMA busy_timeout").scalar_one())
    connection.exec_driver_sql("PRAGMA busy_timeout=0")
    begun, told = monotonic(), False
    while True:
        try:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            break
        except DBAPIError as error:
            text, waited = str(error.orig).lower(), monotonic() - begun
            if ("locked" not in text and "busy" not in text) or waited > _PATIENCE * wait_ms / 1000:
                raise
        if waited > _TELL_S and not told and writer is not None and writer.waiting is not None:
            told, holder = True, _holder(path)
            writer.waiting(holder.words() if holder else "")
        sleep(uniform(0.002, 0.02))
    connection.exec_driver_sql(f"PRAGMA busy_timeout={wait_ms}")


def _note(path: Path) -> Path:
    return path.with_name(f".{path.name}.writer")


@contextmanager
def _named(path: Path, writer: Writer | None) -> Iterator[None]:
    """While a writer holds the file, a note beside it says who; it is a courtesy, not the lock."""
    if writer is None:
        yield
        return
    note = _note(path)
    with suppress(OSError):
        note.touch(mode=0o600)
        note.write_text(json.dumps([writer.name, writer.machine, writer.since]), encoding="utf-8")
    try:
        yield
    finally:
        with suppress(OSError):
            note.unlink(missing_ok=True)


def _holder(path: Path) -> Writer | None:
    with suppress(OSError, ValueError, TypeError):
        name, machine, since = json.loads(_note(path).read_text(encoding="utf-8"))
        return Writer(str(name), str(machine), str(since))
    return None


@contextmanager
def late_index(connection: Connection, table: str, column: str) -> Iterator[None]:
    """See ``storage.late_index``; all within the open transaction."""
    name = f"ix_{table}_{column}"
    text = connection.exec_driver_sql("SELECT sql FROM sqlite_schema WHERE name = ?", (name,)).scalar_one()
    connection.exec_driver_sql(f"DROP INDEX {name}")
    yield
    connection.exec_driver_sql(text)


def copy(store: Store, path: Path, target: Path, key: bytes | None) -> None:
    """A consistent copy at ``target`` while others may read and write; encrypted as the original is."""
    with opened(store, path, key) as connection:
        _copy(connection, target, key)


def _copy(connection: Connection, target: Path, key: bytes | None) -> None:
    target.touch(mode=0o600, exist_ok=False)
    made = _creator(target, key)()
    try:
        connection.connection.driver_connection.backup(made)  # type: ignore[union-attr]
    finally:
        made.close()


def stored_version(path: Path, key: bytes | None = None) -> int:
    """The schema version in a file's header, whatever this code expects."""
    with opened(_ANY, path, key) as connection:
        return int(connection.exec_driver_sql("PRAGMA user_version").scalar_one())


def upgrade(store: Store, path: Path, key: bytes | None, copy_to: Path) -> bool:
    """Bring an older file to this code's version in one transaction, after copying it to ``copy_to``.

    False (and no copy) when there is nothing to do. Guards are dropped and made anew: they hold no data.
    """
    found = stored_version(path, key)
    if found >= store.version:
        with opened(store, path, key):
            return False
    copy(_ANY, path, copy_to, key)
    with opened(_ANY, path, key, write=True) as connection:
        for name in connection.exec_driver_sql("SELECT name FROM sqlite_schema WHERE type = 'trigger'").all():
            connection.exec_driver_sql(f'DROP TRIGGER "{name[0]}"')
        migrate(store, connection, since=found)
        for trigger in store.triggers:
            connection.exec_driver_sql(trigger)
        connection.exec_driver_sql(f"PRAGMA user_version={store.version}")
    return True


def _driver(key: bytes | None) -> ModuleType:
    if key is None:
        return sqlite3
    try:
        from sqlcipher3 import dbapi2  # type: ignore[import-untyped]
    except ImportError:
        raise SetupError(
            _("these books are protected by a key, and the program part that opens them is missing"),
            remedy=_('Install it with: pip install "compliance[crypt]"'),
        ) from None
    return dbapi2  # type: ignore[no-any-return]


def _creator(path: Path, key: bytes | None) -> Callable[[], Any]:
    def connect() -> Any:
        driver = _driver(key)
        connection = driver.connect(str(path), isolation_level=None)
        if key is not None:
            assert len(key) == 32
            connection.execute("PRAGMA cipher_log_level=NONE")
            connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
        for setting in _SETTINGS:
            connection.execute(f"PRAGMA {setting}")
        return connection

    if sqlite3.sqlite_version_info < (3, 37):
        raise SetupError(
            _("this Python carries SQLite {version}, older than 3.37").format(version=sqlite3.sqlite_version),
            remedy=_("Use a newer Python."),
        )
    return connect


def _create(store: Store, connection: Connection) -> None:
    store.metadata.create_all(connection)
    for trigger in store.triggers:
        connection.exec_driver_sql(trigger)
    connection.exec_driver_sql(f"PRAGMA application_id={APPLICATION_ID}")
    connection.exec_driver_sql(f"PRAGMA user_version={store.version}")


def _check_version(store: Store, path: Path, connection: Connection) -> None:
    application = connection.exec_driver_sql("PRAGMA application_id").scalar_one()
    version = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
    if application != APPLICATION_ID:
        raise SetupError(_("this file is not ours"), place=str(path))
    if store is _ANY:
        _refuse_strangers(store, path, connection)
        return
    refusal = other_version(store, path, version)
    if refusal is not None:
        raise refusal
    _refuse_strangers(store, path, connection)


def _refuse_strangers(store: Store, path: Path, connection: Connection) -> None:
    """A view in a table's place or a trigger we did not write would run with every command: it may
    never end, or change what we write. Missing guards are for the audit."""
    found = connection.exec_driver_sql(
        "SELECT iif(type = 'view', '', trim(sql, char(10))) FROM sqlite_schema WHERE type IN ('view', 'trigger')"
    )
    here = set(found.scalars())
    if "" in here or (store is not _ANY and not here <= {trigger.strip() for trigger in store.triggers}):
        raise strangers(path)


def is_sound(connection: Connection) -> bool:
    """SQLite's own look at its pages and at what refers to what."""
    if connection.exec_driver_sql("PRAGMA integrity_check").scalars().all() != ["ok"]:
        return False
    return connection.exec_driver_sql("PRAGMA foreign_key_check").first() is None


def is_ours(store: Store, connection: Connection) -> bool:
    """Exactly our tables, and our triggers to the letter."""
    found = [
        row
        for row in connection.exec_driver_sql("SELECT type, name, sql FROM sqlite_schema")
        if not row.name.startswith("sqlite_")
    ]
    triggers = {row.sql.strip() for row in found if row.type == "trigger"}
    tables = {row.name for row in found if row.type == "table"} - {"alembic_version"}
    views = [row.name for row in found if row.type == "view"]
    expected = {trigger.strip() for trigger in store.triggers}
    return triggers == expected and tables == set(store.metadata.tables) and not views


def _explained(error: BaseException | None, path: Path) -> ComplianceError:
    """Our exception for a database error: whose move is it? Row values never enter the message."""
    text = str(error).lower()
    place = str(path)
    if "locked" in text or "busy" in text:
        return in_use(place, _holder(path))
    if "full" in text:
        return SetupError(_("the disk is full; nothing was changed"), place=place)
    if "readonly" in text or "read-only" in text:
        return SetupError(_("the books cannot be written: read-only file or folder"), place=place)
    if "not a database" in text:
        return SetupError(
            _("the books cannot be opened: wrong key, or not a database"),
            place=place,
            remedy=_("Check the passphrase. If it is right, restore a backup: compliance restore FILE"),
        )
    if "i/o error" in text or "unable to open" in text:
        return SetupError(_("the disk does not answer as it should; nothing was changed"), place=place)
    if isinstance(error, OSError) and not isinstance(error, sqlite3.Error):
        return SetupError(_("the books cannot be reached"), place=place, why=error.strerror or "")
    return BooksDamaged(
        _("the books are damaged or were changed by another program"),
        place=place,
        why=type(error).__name__,
        remedy=_("Stop, keep this file as it is, and run: compliance books audit"),
    )
