"""``books audit`` and ``books upgrade``."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from workbench import Bench, empty, furnished

from compliance.ledger.store import LEDGER
from compliance.storage import Store
from compliance.storage.sqlite import stored_version


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return furnished(tmp_path / "books")


def tamper(path: Path, *statements: str) -> None:
    """Another program without scruples: it drops the guards first."""
    connection = sqlite3.connect(path)
    guards = connection.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").fetchall()
    for name, _sql in guards:
        connection.execute(f'DROP TRIGGER "{name}"')
    for statement in statements:
        connection.execute(statement)
    for _name, sql in guards:
        connection.execute(sql)
    connection.commit()
    connection.close()


def test_an_untouched_ledger(bench: Bench) -> None:
    result = bench.run("books", "audit", "--format", "json")
    row = result.rows[0]
    assert row["events"] == len(bench.rows("list", "events"))
    assert bench.run("books", "audit", "--anchor", row["anchor"]).code == 0
    code = str(row["anchor"])
    typed = code.lower().replace("-", " \N{EN DASH} ").replace("a", "а").replace("c", "с")
    assert bench.run("books", "audit", "--anchor", typed).code == 0
    for slip in (code[:-1], code + "0", "G" + code, "", code.rpartition("-")[0]):
        assert "is not a code" in bench.fail(2, "books", "audit", "--anchor", slip)
    other = code[:-1] + ("0" if code[-1] != "0" else "1")
    assert "replaced or cut off" in bench.fail(5, "books", "audit", "--anchor", other)
    bench.run("record", "programme", "--title", "later")
    bench.run("books", "audit", "--anchor", row["anchor"])


def test_a_changed_amount_is_exit_5(bench: Bench) -> None:
    tamper(
        bench.ledger,
        "UPDATE posting SET amount_minor = amount_minor * 2",
    )
    said = bench.fail(5, "books", "audit")
    assert "changed after they were written" in said
    assert "restore" in said


def test_a_changed_identity_is_exit_5_and_a_purged_one_is_said(bench: Bench) -> None:
    bench.run("record", "person", "--id", "director", "--name", "Canary Caroline")
    vault = bench.folder / "vault.sqlite"
    tamper(vault, 'UPDATE identity SET body = \'{"name":"Canary Other"}\'')
    said = bench.fail(5, "books", "audit")
    assert "director" in said
    assert "Canary" not in said
    tamper(vault, "DELETE FROM identity")
    result = bench.run("books", "audit", "--format", "json")
    assert result.rows[0]["purged"] == 1


def test_replaced_history_is_found_by_a_code_kept_outside(tmp_path: Path) -> None:
    first, second = furnished(tmp_path / "one"), empty(tmp_path / "two")
    code = first.rows("books", "audit")[0]["anchor"]
    first.ledger.write_bytes(second.ledger.read_bytes())
    first.run("books", "audit")
    assert "replaced or cut off" in first.fail(5, "books", "audit", "--anchor", code)


def test_a_torn_file(bench: Bench) -> None:
    data = bench.ledger.read_bytes()
    bench.ledger.write_bytes(data[: len(data) // 2])
    bench.fail(5, "books", "audit")
    bench.ledger.write_bytes(b"not a database at all" * 100)
    bench.fail(4, "books", "audit")


def test_a_day_that_is_none_is_damage_not_a_bug(bench: Bench) -> None:
    tamper(bench.ledger, "UPDATE txn SET on_date = 'spring'")
    bench.fail(5, "list", "transactions")


def test_nothing_to_upgrade(bench: Bench) -> None:
    before = bench.ledger.read_bytes()
    assert "fit this version" in bench.run("books", "upgrade").err
    assert bench.ledger.read_bytes() == before
    assert not list(bench.folder.glob("*before*"))


def test_older_books_are_upgraded_after_a_copy(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    newer = Store(LEDGER.name, LEDGER.version + 1, LEDGER.metadata, LEDGER.triggers, LEDGER.migrations)
    monkeypatch.setattr("compliance.ledger.store.LEDGER", newer)
    said = bench.fail(4, "balance")
    assert "older version" in said
    assert "compliance books upgrade" in said
    before = bench.ledger.read_bytes()
    bench.run("books", "upgrade")
    copy = next(bench.folder.glob("ledger.before-*.sqlite"))
    assert stored_version(copy) == LEDGER.version
    assert stored_version(bench.ledger) == newer.version
    assert bench.ledger.read_bytes() != before
    bench.run("books", "audit")
    assert len(bench.rows("balance")) == 1


def test_newer_books_are_left_alone(bench: Bench) -> None:
    tamper(bench.ledger, "PRAGMA user_version = 99")
    before = bench.ledger.read_bytes()
    for words in (("balance",), ("books", "upgrade"), ("books", "audit")):
        assert "newer version" in bench.fail(4, *words)
    assert bench.ledger.read_bytes() == before
