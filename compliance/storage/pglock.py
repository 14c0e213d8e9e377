"""The one writer of books on a server: its lock, who holds it, and a word to whoever waits."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from compliance.storage.address import driver
from compliance.storage.base import Writer

LOCK = 0x434F4D50
"""The advisory lock of the one writer; per database, so that each organisation has its own."""
MARK = "compliance"
"""Begins the comment of our schemas, before the version: another program's schema is never taken for ours."""
_TELL_MS = 2_000
"""After so long a wait people are told whom they wait for."""


def lock(connection: Connection, writer: Writer | None, held_by: Callable[[], Writer | None]) -> None:
    """Waits as long as ``lock_timeout`` says; the session then tells others who holds the books.

    Whoever waits for a while is told for whom: ``held_by`` asks that on a connection of its own.
    """
    if not connection.exec_driver_sql("SELECT pg_try_advisory_xact_lock(?)", (LOCK,)).scalar_one():
        if not _locked_soon(connection) and writer is not None and writer.waiting is not None:
            other = held_by()
            writer.waiting(other.words() if other else "")
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(?)", (LOCK,))
    name = f"{MARK}|{writer.name}|{writer.machine[:20]}|{writer.since}" if writer else MARK
    connection.exec_driver_sql("SELECT set_config('application_name', ?, true)", (name,))


def _locked_soon(connection: Connection) -> bool:
    """The lock, if it comes soon; a failed try leaves the transaction as it was."""
    usual = connection.exec_driver_sql("SELECT current_setting('lock_timeout')").scalar_one()
    try:
        with connection.begin_nested():
            connection.exec_driver_sql(f"SELECT set_config('lock_timeout', '{_TELL_MS}ms', true)")
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(?)", (LOCK,))
    except DBAPIError as error:
        if not isinstance(error.orig, driver().errors.LockNotAvailable):
            raise
        return False
    connection.exec_driver_sql("SELECT set_config('lock_timeout', ?, true)", (usual,))
    return True


def holder(connection: Connection) -> Writer | None:
    """Who holds the lock now, as that session tells it."""
    query = (
        "SELECT application_name, usename, coalesce(host(client_addr), '') FROM pg_locks JOIN pg_stat_activity "
        "USING (pid) WHERE locktype = 'advisory' AND granted AND objid::bigint = ? AND objsubid = 1 "
        "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    )
    row = connection.exec_driver_sql(query, (LOCK,)).first()
    if row is None:
        return None
    mark, name, machine, since, *_more = [*str(row[0]).split("|"), "", "", ""]
    # The server keeps ASCII only; the role is then the better name.
    told = name if mark == MARK and name and "?" not in name and "\\x" not in name else row[1]
    return Writer(str(told), machine or row[2] or "?", since or "?")
