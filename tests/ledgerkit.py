"""A bare ledger for tests: accounts a1 and a2, income, pay; agreements f1 and f2."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TypeVar

from compliance.ledger.append import EventWriter, write
from compliance.ledger.books import Books
from compliance.ledger.chart import system_accounts
from compliance.ledger.entries import Share, movement
from compliance.ledger.models import Account, Fund
from compliance.ledger.store import LEDGER
from compliance.ledger.transfer import rows
from compliance.storage import Place, Server, create_store, open_store
from compliance.storage.sqlite import _SETTINGS

NOW = datetime(2026, 1, 12, 9, tzinfo=UTC)
DAY = date(2025, 10, 14)


P = TypeVar("P", Path, Server)


def new(path: P, *, key: bytes | None = None) -> P:
    with (
        create_store(LEDGER, path, key=key) as connection,
        write(connection, kind="init", actor="anna", now=NOW) as event,
    ):
        event.add(*system_accounts())
        for entity, kind in (("a1", "asset"), ("a2", "asset"), ("gifts", "income"), ("pay", "expense")):
            event.add(Account(entity=entity, title=entity, type=kind))
        event.add(*(Fund(entity=entity, title=entity, restricted=True) for entity in ("f1", "f2")))
    return path


@contextmanager
def writing(
    path: Place, *, key: bytes | None = None, kind: str = "test", now: datetime = NOW
) -> Iterator[EventWriter]:
    with (
        open_store(LEDGER, path, key=key, write=True) as connection,
        write(connection, kind=kind, actor="anna", now=now) as event,
    ):
        yield event


@contextmanager
def reading(path: Place, known_at: int | None = None) -> Iterator[Books]:
    with open_store(LEDGER, path) as connection:
        yield Books(connection, known_at=known_at)


def earn(
    event: EventWriter, minor: int = 1000, *, fund: str = "f1", on: date = DAY, memo: str | None = None
) -> int:
    return event.transaction(on, "income", movement("a1", "RUB", [Share("gifts", fund, minor)]), memo=memo)


def raw(path: Path) -> sqlite3.Connection:
    """The file as another program opens it that keeps our settings, but not our manners."""
    connection = sqlite3.connect(path, isolation_level=None)
    for setting in _SETTINGS:
        connection.execute(f"PRAGMA {setting}")
    return connection


def state(place: Place) -> bytes:
    """What must be the same where nothing was written, and hold no name: a file's bytes, or the text of
    all rows of a server's ledger."""
    if isinstance(place, Path):
        return place.read_bytes()
    with open_store(LEDGER, place) as connection:
        return "\n".join(repr(row) for row in rows(connection)).encode()
