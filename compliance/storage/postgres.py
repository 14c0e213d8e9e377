"""Stores on a PostgreSQL server: each store a schema of its own name, so that rights can differ.

A writer holds an advisory lock for the length of its transaction (READ COMMITTED: what it reads
after the lock is what the last writer left); the guards take the same lock, so that no other program
writes beside it. Readers see one snapshot (REPEATABLE READ READ ONLY). Queries are written with the
``?`` of SQLite: ``_marks`` turns them into the driver's, in this one place. Text sorts by code point
(``COLLATE "C"``) and whole numbers are 64 bits, as in a file.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Engine, Integer, Text, create_engine, event
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.pool import NullPool
from sqlalchemy.schema import ColumnCollectionConstraint

from compliance.errors import BooksDamaged, ComplianceError, Refused, SetupError
from compliance.i18n import _
from compliance.storage.address import connect, driver
from compliance.storage.base import (
    IN_FILES,
    Server,
    Store,
    Writer,
    in_use,
    missing,
    other_version,
    strangers,
    taken,
    unstorable,
)
from compliance.storage.pglock import MARK, holder, lock
from compliance.storage.steps import migrate

_PATH = "SET LOCAL search_path = ledger, vault, pg_temp"


@compiles(Integer, "postgresql")
def _integer(_element: Integer, _compiler: Any, **_more: Any) -> str:
    return "BIGINT"


@compiles(Text, "postgresql")
def _text(_element: Text, _compiler: Any, **_more: Any) -> str:
    return 'TEXT COLLATE "C"'


@contextmanager
def opened(
    stores: Sequence[Store], server: Server, *, write: bool = False, writer: Writer | None = None
) -> Iterator[Connection]:
    """One connection inside one transaction for one or more stores; see ``storage.open_store``."""
    with _transaction(server, write, writer) as connection:
        for store in stores:
            _check(store, server, connection)
        yield connection


@contextmanager
def created(stores: Sequence[Store], server: Server) -> Iterator[Connection]:
    """New schemas with all tables and guards, in one transaction with whatever else is written."""
    with _transaction(server, True, None) as connection:
        if connection.exec_driver_sql("SHOW server_encoding").scalar_one() != "UTF8":
            raise SetupError(
                _("this database does not keep all letters"),
                place=str(server),
                remedy=_("Make one with: createdb --encoding=UTF8 --template=template0 NAME"),
            )
        for store in stores:
            _create(store, server, connection)
        connection.exec_driver_sql(_PATH)
        yield connection


def _create(store: Store, server: Server, connection: Connection) -> None:
    if connection.exec_driver_sql("SELECT to_regnamespace(?)", (store.name,)).scalar() is not None:
        raise taken(server)
    connection.exec_driver_sql(f"CREATE SCHEMA {store.name}")
    connection.exec_driver_sql(f"SET LOCAL search_path = {store.name}, pg_temp")
    store.metadata.create_all(connection, checkfirst=False)
    _make_guards(store, connection)
    _set_version(store, connection)


def is_there(store: Store, server: Server) -> bool:
    with _transaction(server, False, None) as connection:
        return connection.exec_driver_sql("SELECT to_regnamespace(?)", (store.name,)).scalar() is not None


def upgrade(store: Store, server: Server, *, beside: str) -> bool:
    """To this code's version in one transaction; the rows from before are kept in the schema ``beside``.

    False when there is nothing to do. Guards are dropped and made anew: they hold no data.
    """
    with _transaction(server, True, None) as connection:
        found = _look(store, server, connection)[0]
        if found >= store.version:
            _check(store, server, connection)
            return False
        connection.exec_driver_sql(f"CREATE SCHEMA {beside}")
        for name in _tables(store, connection):
            connection.exec_driver_sql(f'CREATE TABLE {beside}."{name}" AS TABLE {store.name}."{name}"')
        for trigger, table, *_rest in _triggers(store, connection):
            connection.exec_driver_sql(f'DROP TRIGGER "{trigger}" ON {store.name}."{table}"')
        for function, *_rest in _functions(store, connection):
            connection.exec_driver_sql(f"DROP FUNCTION {store.name}.{function}()")
        connection.exec_driver_sql(f"SET LOCAL search_path = {store.name}, pg_temp")
        migrate(store, connection, since=found)
        _make_guards(store, connection)
        _set_version(store, connection)
    return True


# One transaction


@contextmanager
def _transaction(server: Server, write: bool, writer: Writer | None) -> Iterator[Connection]:
    psycopg = driver()
    committing = False
    try:
        with _engine(server, write).begin() as connection:
            if write:
                lock(connection, writer, lambda: _holder(server))
            yield connection
            committing = write
    except DBAPIError as error:
        if not isinstance(error.orig, psycopg.Error):
            raise  # another store's, opened around this one
        if committing and isinstance(error.orig, psycopg.OperationalError):
            raise _unknown(error.orig, server) from error
        raise _explained(error.orig, server) from error
    except psycopg.Error as error:
        raise _explained(error, server) from error
    except UnicodeEncodeError:
        raise unstorable() from None


@lru_cache(maxsize=8)
def _engine(server: Server, write: bool) -> Engine:
    """Keeps no connection: only what the driver once learned about the server."""
    engine = create_engine(
        "postgresql+psycopg://",
        creator=lambda: connect(server, write),
        poolclass=NullPool,
        hide_parameters=True,
        use_native_hstore=False,
    )
    event.listen(engine, "before_cursor_execute", _translate, retval=True)
    return engine


def _translate(
    _connection: Connection, _cursor: Any, statement: str, parameters: Any, context: Any, _many: bool
) -> tuple[str, Any]:
    if context is not None and context.compiled is None:
        statement = _marks(statement)
    return statement, parameters


@lru_cache(maxsize=512)
def _marks(statement: str) -> str:
    """``?`` as psycopg writes it, and the empty list that only SQLite reads. Our own statements have
    neither in a literal."""
    assert "NOT IN ()" not in statement
    return statement.replace("%", "%%").replace("?", "%s").replace("IN ()", "IN (NULL)")


def _holder(server: Server) -> Writer | None:
    with suppress(ComplianceError), _transaction(server, False, None) as connection:
        return holder(connection)
    return None


# Schemas


def _set_version(store: Store, connection: Connection) -> None:
    connection.exec_driver_sql(f"COMMENT ON SCHEMA {store.name} IS '{MARK} {store.name} {store.version}'")


def _look(store: Store, server: Server, connection: Connection) -> tuple[int, set[str], bool]:
    """Version, names of triggers, and whether rules or row policies stand before the tables; one question."""
    query = f"""
        SELECT obj_description(home.oid, 'pg_namespace'),
          ARRAY(SELECT tgname::text FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid
                WHERE relnamespace = home.oid AND NOT tgisinternal),
          {_BEFORE_TABLES}
        FROM pg_namespace AS home WHERE nspname = ?"""
    row = connection.exec_driver_sql(query, (store.name,)).first()
    if row is None:
        raise missing(server)
    mark, _space, version = str(row[0]).rpartition(" ")
    if mark != f"{MARK} {store.name}" or not version.isdigit():
        raise SetupError(_("this database is not ours"), place=str(server))
    return int(version), set(row[1]), row[2]


_BEFORE_TABLES = """(
    EXISTS (SELECT 1 FROM pg_rewrite JOIN pg_class ON pg_class.oid = ev_class WHERE relnamespace = home.oid)
    OR EXISTS (SELECT 1 FROM pg_class WHERE relnamespace = home.oid AND (relrowsecurity OR relforcerowsecurity)))"""
"""Rewrite rules (a view is one) and row policies: they would change what we read or write."""


def _check(store: Store, server: Server, connection: Connection) -> None:
    version, triggers, covered = _look(store, server, connection)
    refusal = other_version(store, server, version)
    if refusal is not None:
        raise refusal
    if covered or not triggers <= set(store.guards.triggers):
        raise strangers(server)


def _make_guards(store: Store, connection: Connection) -> None:
    for name, body in store.guards.functions.items():
        connection.exec_driver_sql(
            f"CREATE FUNCTION {store.name}.{name}() RETURNS trigger LANGUAGE plpgsql "
            f"SET search_path = pg_catalog, pg_temp AS $guard${body}$guard$"
        )
    for name, text in store.guards.triggers.items():
        connection.exec_driver_sql(text)
        table = text.split(f" ON {store.name}.")[1].split()[0]
        # Always: also in a session that calls itself a replica.
        connection.exec_driver_sql(f"ALTER TABLE {store.name}.{table} ENABLE ALWAYS TRIGGER {name}")


def is_ours(store: Store, connection: Connection) -> bool:
    """Tables, keys, guards and functions are exactly those of this code, and nothing stands before them."""
    functions = {
        (name, body, "plpgsql", "search_path=pg_catalog, pg_temp", False)
        for name, body in store.guards.functions.items()
    }
    triggers = {(text, "A") for text in store.guards.triggers.values()}
    return (
        set(_tables(store, connection)) == set(store.metadata.tables)
        and {row[2:] for row in _triggers(store, connection)} == triggers
        and set(_functions(store, connection)) == functions
        and _keys(store, connection) == _expected_keys(store)
        and not _is_covered(store, connection)
    )


def _tables(store: Store, connection: Connection) -> list[str]:
    """Names of whatever holds or shows rows in the schema: tables, views, foreign tables."""
    query = "SELECT relname FROM pg_class WHERE relnamespace = ?::regnamespace AND relkind NOT IN ('i', 'I', 'S', 'c')"
    return [str(row[0]) for row in connection.exec_driver_sql(query, (store.name,))]


def _triggers(store: Store, connection: Connection) -> list[tuple[str, ...]]:
    """(name, table, text, whether it is enabled: ``A`` for always) of every trigger that is no key's own."""
    # With nothing of ours on the path every name is written with its schema.
    connection.exec_driver_sql("SET LOCAL search_path = pg_catalog")
    query = (
        "SELECT tgname, relname, pg_get_triggerdef(pg_trigger.oid), tgenabled::text FROM pg_trigger "
        "JOIN pg_class ON pg_class.oid = tgrelid WHERE relnamespace = ?::regnamespace AND NOT tgisinternal"
    )
    found = [tuple(row) for row in connection.exec_driver_sql(query, (store.name,))]
    connection.exec_driver_sql(_PATH)
    return found


def _functions(store: Store, connection: Connection) -> list[tuple[Any, ...]]:
    query = (
        "SELECT proname, prosrc, lanname, array_to_string(proconfig, ';'), prosecdef FROM pg_proc "
        "JOIN pg_language ON pg_language.oid = prolang WHERE pronamespace = ?::regnamespace"
    )
    return [tuple(row) for row in connection.exec_driver_sql(query, (store.name,))]


def _is_covered(store: Store, connection: Connection) -> bool:
    query = f"SELECT {_BEFORE_TABLES} FROM pg_namespace AS home WHERE nspname = ?"
    return bool(connection.exec_driver_sql(query, (store.name,)).scalar_one())


def _keys(store: Store, connection: Connection) -> set[tuple[str, str, str]]:
    """(table, kind, columns) of every primary key, uniqueness and reference that is in force."""
    query = (
        "SELECT relname, contype::text, (SELECT string_agg(attname, ',' ORDER BY at.place) "
        "FROM unnest(conkey) WITH ORDINALITY AS at (number, place) "
        "JOIN pg_attribute ON attrelid = conrelid AND attnum = at.number) "
        "FROM pg_constraint JOIN pg_class ON pg_class.oid = conrelid "
        "WHERE connamespace = ?::regnamespace AND contype IN ('p', 'u', 'f') AND convalidated"
    )
    return {(row[0], row[1], row[2]) for row in connection.exec_driver_sql(query, (store.name,))}


def _expected_keys(store: Store) -> set[tuple[str, str, str]]:
    kinds = {"primary_key_constraint": "p", "unique_constraint": "u", "foreign_key_constraint": "f"}
    return {
        (table.name, kinds[constraint.__visit_name__], ",".join(constraint.columns.keys()))
        for table in store.metadata.tables.values()
        for constraint in table.constraints
        if isinstance(constraint, ColumnCollectionConstraint)
        and constraint.__visit_name__ in kinds
        and not constraint.info.get(IN_FILES)
    }


def copy_rows(connection: Connection, table: str, rows: Sequence[Sequence[Any]]) -> None:
    """Rows with all columns in order, by COPY: no statement is parsed a row, guards look once at all."""
    raw = connection.connection.driver_connection
    assert raw is not None
    psycopg = driver()
    try:
        with raw.cursor() as cursor, cursor.copy(f"COPY {table} FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
    except psycopg.IntegrityError as error:
        raise IntegrityError(None, None, error) from error


# Errors


def _explained(error: BaseException | None, server: Server) -> ComplianceError:
    """Our exception for the server's: whose move is it? Row values never enter the message."""
    state = getattr(error, "sqlstate", None) or ""
    place = str(server)
    if state in ("55P03", "40P01"):
        return in_use(server, _holder(server))
    if state == "42501":
        return Refused(
            _("the server gives you no right to do this"),
            place=place,
            why=_said(error),
            remedy=_("Ask whoever administers the database; the rights are those of: compliance db roles"),
        )
    if state[:2] == "22" or (not state and type(error).__name__ == "DataError"):
        return unstorable()
    if state in ("53100", "53200"):
        return SetupError(_("the disk is full; nothing was changed"), place=place)
    if state == "25006":
        return SetupError(_("the books cannot be written: the server only lets read"), place=place)
    if state in ("57014", "25P03"):
        return SetupError(_("the server took too long; nothing was changed"), place=place)
    if state[:2] in ("08", "28", "3D", "53", "57") or (
        not state and type(error).__name__ == "OperationalError"
    ):
        return SetupError(
            _("the server with the books cannot be used"),
            place=place,
            why=_said(error),
            remedy=_("Check the address, the network and the password (~/.pgpass), then try again."),
        )
    return BooksDamaged(
        _("the books are damaged or were changed by another program"),
        place=place,
        why=type(error).__name__,
        remedy=_("Stop, keep the database as it is, and run: compliance books audit"),
    )


def _unknown(error: BaseException, server: Server) -> SetupError:
    """The connection broke while the server was keeping what it got: only it knows whether it did."""
    return SetupError(
        _("the connection broke at the last moment: the entry may be recorded or not"),
        place=str(server),
        why=_said(error),
        remedy=_("Before you repeat the command, look for it: compliance list events"),
    )


def _said(error: BaseException | None) -> str:
    """The first line of what the server said: names of objects and hosts, never a row."""
    found = getattr(getattr(error, "diag", None), "message_primary", None) or str(error)
    return next(iter(found.strip().splitlines()), "")[:300]
