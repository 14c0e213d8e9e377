"""What no program can talk the ledger file out of: the triggers, tried one by one with plain SQL."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import ledgerkit
import pytest

from compliance.ledger.chain import TABLES
from compliance.ledger.models import FACTS, MOVEMENTS
from compliance.ledger.triggers import TRIGGERS


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    path = ledgerkit.new(tmp_path / "ledger.sqlite")
    with ledgerkit.writing(path) as event:
        ledgerkit.earn(event)
    return path


@pytest.fixture
def sql(ledger: Path) -> Iterator[sqlite3.Connection]:
    connection = ledgerkit.raw(ledger)
    yield connection
    connection.close()


TXN = "INSERT INTO txn (id, seq, on_date, kind) VALUES (2, 3, '2025-10-14', 'income')"
POSTING = "INSERT INTO posting (id, seq, txn, account, fund, currency, amount_minor) VALUES "
EVENT = (
    "INSERT INTO event SELECT 3, hash, 'new', 1, recorded_at, 'anna', 'x', 3, NULL FROM event WHERE seq = 2"
)


def balanced(connection: sqlite3.Connection) -> None:
    connection.execute("BEGIN IMMEDIATE")
    connection.execute(TXN)
    connection.execute(POSTING + "(3, 3, 2, 'a1', 'f1', 'RUB', 5), (4, 3, 2, 'gifts', 'f1', 'RUB', -5)")


def test_a_balanced_event_is_accepted(sql: sqlite3.Connection) -> None:
    """The control: what follows is refused for its own reason, not for its form."""
    balanced(sql)
    sql.execute(EVENT)
    sql.execute("COMMIT")


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ("(3, 3, 2, 'a1', 'f1', 'RUB', 5), (4, 3, 2, 'gifts', 'f1', 'RUB', -4)", "unbalanced"),
        ("(3, 3, 2, 'a1', 'f1', 'RUB', 5), (4, 3, 2, 'gifts', 'f2', 'RUB', -5)", "unbalanced"),
        ("(3, 3, 2, 'a1', 'f1', 'RUB', 5), (4, 3, 2, 'gifts', 'f1', 'EUR', -5)", "unbalanced"),
        ("(3, 3, 2, 'a1', 'f1', 'RUB', 5)", "unbalanced"),
        ("", "empty transaction"),
    ],
)
def test_what_does_not_balance_is_refused(sql: sqlite3.Connection, rows: str, reason: str) -> None:
    sql.execute("BEGIN IMMEDIATE")
    sql.execute(TXN)
    if rows:
        sql.execute(POSTING + rows)
    with pytest.raises(sqlite3.IntegrityError, match=reason):
        sql.execute(EVENT)


@pytest.mark.parametrize("txn", [1, 77])
def test_a_posting_of_no_transaction_of_its_event_is_refused(sql: sqlite3.Connection, txn: int) -> None:
    """1 is an earlier event's, 77 is nobody's; a connection of another program does not look at foreign keys."""
    sql.execute("PRAGMA foreign_keys=OFF")
    balanced(sql)
    sql.execute(POSTING + f"(5, 3, {txn}, 'a1', 'f1', 'RUB', 0)")
    with pytest.raises(sqlite3.IntegrityError, match="headless"):
        sql.execute(EVENT)


def test_rows_without_an_event_are_refused(sql: sqlite3.Connection) -> None:
    balanced(sql)
    with pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY"):
        sql.execute("COMMIT")


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        (POSTING + "(3, 2, 1, 'a1', 'f1', 'RUB', 0)", "sealed"),
        ("INSERT INTO txn (id, seq, on_date, kind) VALUES (2, 2, '2025-01-01', 'x')", "sealed"),
        ("INSERT INTO txn (id, seq, on_date, kind) VALUES (2, 1, '2025-01-01', 'x')", "sealed"),
        (
            "INSERT INTO fund (entity, version, seq, title, restricted) VALUES ('f1', 2, 1, 'x', 1)",
            "sealed",
        ),
    ],
)
def test_late_rows_are_refused(sql: sqlite3.Connection, statement: str, reason: str) -> None:
    with pytest.raises(sqlite3.IntegrityError, match=reason):
        sql.execute(statement)


@pytest.mark.parametrize("table", [table.name for table in TABLES] + ["event"])
@pytest.mark.parametrize("verb", ["UPDATE", "DELETE", "REPLACE"])
def test_nothing_is_changed_or_removed(ledger: Path, sql: sqlite3.Connection, table: str, verb: str) -> None:
    if sql.execute(f"SELECT count(*) FROM {table}").fetchone()[0] == 0:
        # The guard is there all the same: an empty table has no row to try it on.
        names = {row[0] for row in sql.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'")}
        assert {f"{table}_no_update", f"{table}_no_delete"} <= names
        return
    statement = {
        "UPDATE": f"UPDATE {table} SET seq = seq",
        "DELETE": f"DELETE FROM {table}",
        "REPLACE": f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}",
    }[verb]
    with pytest.raises(sqlite3.IntegrityError, match=r"append_only|sealed|chain"):
        sql.execute(statement)


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        (EVENT.replace("SELECT 3", "SELECT 4"), "chain: seq"),
        (EVENT.replace("SELECT 3", "SELECT 2"), "chain: seq"),
        (EVENT.replace("3, hash,", "3, 'forged',"), "chain: prev"),
    ],
)
def test_the_chain_has_no_gap_and_no_fork(sql: sqlite3.Connection, event: str, reason: str) -> None:
    with pytest.raises(sqlite3.IntegrityError, match=reason):
        sql.execute(event)


def test_types_are_kept(sql: sqlite3.Connection) -> None:
    sql.execute("BEGIN IMMEDIATE")
    sql.execute(TXN)
    with pytest.raises(sqlite3.IntegrityError, match="cannot store"):
        sql.execute(POSTING + "(3, 3, 2, 'a1', 'f1', 'RUB', 5.5)")


def test_every_table_has_its_guards() -> None:
    names = " ".join(trigger.split()[2] for trigger in TRIGGERS).split()
    assert len(names) == len(set(names)) == len(TRIGGERS)
    for table in [model.table.name for model in (*FACTS, *MOVEMENTS)]:
        assert {f"{table}_no_update", f"{table}_no_delete", f"{table}_sealed"} <= set(names)
    assert {"event_no_update", "event_no_delete", "event_chain"} <= set(names)
    assert {"txn_frozen", "activity_frozen"} <= set(names)
