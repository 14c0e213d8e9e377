"""What no program can talk a server's ledger out of: the guards, tried with plain SQL as the owner of all."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import ledgerkit
import psycopg
import pytest
from ledgerkit import DAY, earn
from pgserver import Cluster

from compliance.errors import BooksDamaged
from compliance.ledger.chain import TABLES, audit
from compliance.ledger.store import LEDGER
from compliance.storage import Server, open_store

Sql = psycopg.Connection[Any]


@pytest.fixture
def books(cluster: Cluster) -> Iterator[Server]:
    made = ledgerkit.new(cluster.database())
    with ledgerkit.writing(made) as event:
        earn(event)
    yield made
    cluster.give_back(made)


@pytest.fixture
def sql(books: Server) -> Iterator[Sql]:
    with psycopg.connect(books.url, options="-c search_path=ledger", autocommit=True) as connection:
        yield connection


TXN = "INSERT INTO txn (id, seq, on_date, kind) VALUES (2, 3, '2025-10-14', 'income')"
POSTING = "INSERT INTO posting (id, seq, txn, account, fund, currency, amount_minor) VALUES "
EVENT = (
    "INSERT INTO event SELECT 3, hash, 'new', 1, recorded_at, 'anna', 'x', 3, NULL FROM event WHERE seq = 2"
)
LEGS = "(3, 3, 2, 'a1', 'f1', 'RUB', 5), (4, 3, 2, 'gifts', 'f1', 'RUB', -5)"


def test_a_balanced_event_is_accepted(sql: Sql) -> None:
    """The control: what follows is refused for its own reason, not for its form."""
    at_once(sql, TXN, POSTING + LEGS, EVENT)


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        (LEGS.replace("-5", "-4"), "unbalanced"),
        (LEGS.replace("'gifts', 'f1'", "'gifts', 'f2'"), "unbalanced"),
        (LEGS.replace("'RUB', -5", "'EUR', -5"), "unbalanced"),
        (LEGS.partition("), ")[0] + ")", "unbalanced"),
        ("", "empty transaction"),
    ],
)
def test_what_does_not_balance_is_refused(sql: Sql, rows: str, reason: str) -> None:
    with pytest.raises(psycopg.IntegrityError, match=reason):
        at_once(sql, TXN, *([POSTING + rows] if rows else []), EVENT)


def at_once(sql: Sql, *statements: str) -> None:
    with sql.transaction():
        for statement in statements:
            sql.execute(statement.encode())


def test_rows_without_an_event_are_refused(sql: Sql) -> None:
    with pytest.raises(psycopg.IntegrityError, match="foreign key"):
        at_once(sql, TXN, POSTING + LEGS)


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        (POSTING + "(3, 2, 1, 'a1', 'f1', 'RUB', 0)", "sealed"),
        (POSTING + "(3, 3, 1, 'a1', 'f1', 'RUB', 0)", "headless"),
        (POSTING + "(3, 3, 77, 'a1', 'f1', 'RUB', 0)", "headless|foreign key"),
        ("INSERT INTO txn (id, seq, on_date, kind) VALUES (2, 2, '2025-01-01', 'x')", "sealed"),
        ("INSERT INTO fund (entity, version, seq, title, restricted) VALUES ('f1', 2, 1, 'x', 1)", "sealed"),
    ],
)
def test_late_rows_are_refused(sql: Sql, statement: str, reason: str) -> None:
    with pytest.raises(psycopg.IntegrityError, match=reason):
        sql.execute(statement)


@pytest.mark.parametrize("table", [table.name for table in TABLES] + ["event"])
def test_nothing_is_changed_or_removed(sql: Sql, table: str) -> None:
    """Also in empty tables, by TRUNCATE, by an upsert, and in a session that calls itself a replica."""
    for replica in ("origin", "replica"):
        sql.execute(f"SET session_replication_role = {replica}".encode())
        for statement in (
            f'UPDATE "{table}" SET seq = seq',
            f'DELETE FROM "{table}"',
            f'TRUNCATE "{table}" CASCADE',
            f'INSERT INTO "{table}" SELECT * FROM "{table}" ON CONFLICT ({_key(table)}) DO UPDATE SET seq = 1',
        ):
            with pytest.raises(psycopg.IntegrityError, match="append_only"):
                sql.execute(statement.encode())


def _key(table: str) -> str:
    keys = {item.name: item.primary_key for item in LEDGER.metadata.tables.values()}
    return ", ".join(column.name for column in keys[table].columns)


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        (EVENT.replace("SELECT 3", "SELECT 4"), "chain: seq"),
        (EVENT.replace("SELECT 3", "SELECT 2"), "chain: seq"),
        (EVENT.replace("3, hash,", "3, 'forged',"), "chain: prev"),
    ],
)
def test_the_chain_has_no_gap_and_no_fork(sql: Sql, event: str, reason: str) -> None:
    with pytest.raises(psycopg.IntegrityError, match=reason):
        sql.execute(event)


def test_a_temporary_table_cannot_stand_in_for_ours(sql: Sql) -> None:
    """A guard that looked tables up by the session's path would find an empty ``event``."""
    sql.execute("CREATE TEMPORARY TABLE event (LIKE ledger.event)")
    sql.execute("SET search_path = pg_temp, ledger")
    with pytest.raises(psycopg.IntegrityError, match="sealed"):
        sql.execute("INSERT INTO txn (id, seq, on_date, kind) VALUES (2, 1, '2025-01-01', 'x')")


def test_who_inserts_holds_the_lock_whatever_program_it_is(books: Server, sql: Sql) -> None:
    with ledgerkit.writing(books):
        sql.execute("SET lock_timeout = 50")
        with pytest.raises(psycopg.errors.LockNotAvailable):
            sql.execute(TXN)


# An audit finds what the owner of the database did


@pytest.mark.parametrize(
    "statement",
    [
        "DROP TRIGGER event_chain ON event",
        "ALTER TABLE posting DISABLE TRIGGER posting_home",
        "ALTER TABLE txn ENABLE TRIGGER txn_frozen",
        "CREATE OR REPLACE FUNCTION sealed() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp"
        " AS 'BEGIN RETURN NULL; END'",
        "ALTER FUNCTION sealed() RESET search_path",
        "ALTER FUNCTION sealed() SECURITY DEFINER",
        "CREATE FUNCTION more() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "CREATE TABLE extra (x int)",
        "CREATE VIEW seen AS SELECT 1",
        "CREATE RULE quiet AS ON INSERT TO fund DO INSTEAD NOTHING",
        "ALTER TABLE posting ENABLE ROW LEVEL SECURITY",
        "ALTER TABLE event DROP CONSTRAINT event_prev_key",
        "ALTER TABLE txn DROP CONSTRAINT txn_seq_fkey",
    ],
)
def test_a_weakened_guard_is_found(books: Server, sql: Sql, statement: str) -> None:
    sql.execute(statement.encode())
    with pytest.raises(BooksDamaged, match="guards"):
        audited(books)


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE RULE quiet AS ON INSERT TO fund DO INSTEAD NOTHING",
        "CREATE TRIGGER other BEFORE INSERT ON fund FOR EACH STATEMENT EXECUTE FUNCTION append_only()",
    ],
)
def test_what_would_run_with_every_command_stops_every_command(
    books: Server, sql: Sql, statement: str
) -> None:
    sql.execute(statement.encode())
    with pytest.raises(BooksDamaged, match="guards"), ledgerkit.reading(books):
        pass


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE posting SET amount_minor = amount_minor + 1 WHERE id = 1",
        "UPDATE posting SET amount_minor = -amount_minor",
        "UPDATE txn SET on_date = '2025-10-15'",
        "UPDATE fund SET title = 'y' WHERE entity = 'f1'",
        "DELETE FROM fund WHERE entity = 'f1'",
        "UPDATE event SET actor = 'eve' WHERE seq = 2",
        "DELETE FROM event WHERE seq = 2",
        "INSERT INTO fund (entity, version, seq, title, restricted) VALUES ('new', 1, 2, 'x', 1)",
        "INSERT INTO fund (entity, version, seq, title, restricted) VALUES ('new', 1, 99, 'x', 1)",
    ],
)
def test_every_change_of_a_value_is_found(books: Server, sql: Sql, statement: str) -> None:
    """By one who takes the guards away and puts them back as they were."""
    tables = ["posting", "txn", "fund", "event"]
    for table in tables:
        sql.execute(f"ALTER TABLE {table} DISABLE TRIGGER ALL".encode())
    sql.execute(statement.encode())
    for table in tables:
        sql.execute(f"ALTER TABLE {table} ENABLE TRIGGER ALL".encode())
        for name in LEDGER.guards.triggers:
            if f" ON ledger.{table} " in LEDGER.guards.triggers[name]:
                sql.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}".encode())
    with pytest.raises(BooksDamaged, match="changed after"):
        audited(books)


def audited(books: Server) -> str:
    with open_store(LEDGER, books) as connection:
        return audit(connection).anchor


def test_the_same_acts_give_the_same_code_on_both_engines(books: Server, tmp_path: Any) -> None:
    file = ledgerkit.new(tmp_path / "l.sqlite")
    with ledgerkit.writing(file) as event:
        earn(event)
    for place in (file, books):
        with ledgerkit.writing(place) as event:
            earn(event, 10**15, memo="Жё\x1f'%?", on=DAY)
    with open_store(LEDGER, file) as connection:
        assert audit(connection).anchor == audited(books)
