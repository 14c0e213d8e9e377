"""The chain: no two different rows look alike, and an audit finds what anybody changed."""

from __future__ import annotations

import sqlite3
from contextlib import suppress
from pathlib import Path

import ledgerkit
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ledgerkit import earn, new, writing

from compliance.errors import BooksDamaged, SetupError
from compliance.ledger.chain import RowHasher, anchor, audit
from compliance.ledger.models import Fund, Transaction
from compliance.ledger.store import LEDGER
from compliance.storage import open_store

VALUE = st.one_of(st.none(), st.integers(), st.text("ab1:,\x1e\x1f\x00ж", max_size=6), st.text(max_size=4))
ROW = st.tuples(*[VALUE] * len(Fund.table.columns))


def digest(*rows: tuple[object, ...]) -> str:
    hasher = RowHasher(Fund.table)
    hasher.add(rows)
    return hasher.hexdigest()


@given(st.lists(ROW, max_size=3), st.lists(ROW, max_size=3))
def test_different_rows_have_different_digests(
    first: list[tuple[object, ...]], second: list[tuple[object, ...]]
) -> None:
    def stored(rows: list[tuple[object, ...]]) -> list[tuple[object, ...]]:
        return [tuple(value if value is None else str(value) for value in row) for row in rows]

    assert (digest(*first) == digest(*second)) == (stored(first) == stored(second))


@given(st.lists(st.tuples(*[st.text("a1:\x1e\x1f", max_size=3)] * 2), max_size=4))
def test_rows_with_the_same_columns_are_hashed_alike_at_once(rows: list[tuple[str, str]]) -> None:
    hasher = RowHasher(Fund.table)
    hasher.add_alike(("entity", "title"), rows)
    at = {column.name: number for number, column in enumerate(Fund.table.columns)}
    whole = [[None] * len(at) for _row in rows]
    for values, (entity, title) in zip(whole, rows, strict=True):
        values[at["entity"]], values[at["title"]] = entity, title
    assert hasher.hexdigest() == digest(*map(tuple, whole))


def test_a_separator_in_a_value_moves_no_boundary() -> None:
    empty = (None,) * (len(Fund.table.columns) - 3)
    assert digest(("a\x1fb", "c", None, *empty)) != digest(("a", "b\x1fc", None, *empty))
    assert digest(("a", None, "c", *empty)) != digest(("a", "c", None, *empty))
    assert digest(("a", "b", None, *empty), ("c", "d", None, *empty)) != digest(
        ("a", "bc", None, *empty), ("", "d", None, *empty)
    )


def test_a_new_empty_column_changes_nothing() -> None:
    """The digest of what is stored today, for all time: changing the format must raise HASH_VERSION."""
    hasher = RowHasher(Transaction.table)
    hasher.add(
        [
            (1, 2, "2025-10-14", "income", None, None, None, None, None),
            (2, 2, "2025-10-15", "x", "мемо", "l", "d", 1, "f"),
        ]
    )
    assert hasher.hexdigest() == DIGEST


DIGEST = "8e83cd5057929797d1d156c2bb3f4ff7e520bd4feb0f04a0230ad36b8bdc086c"


def test_anchors_are_short_and_typable() -> None:
    assert anchor(12, "7f3a90bc" + "0" * 56) == "12-7F3A-90BC-0000-0000-0000"


# What an audit finds


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    path = new(tmp_path / "ledger.sqlite")
    for number in range(4):
        with writing(path) as event:
            event.line(f"line{number}", "st", "a1", ledgerkit.DAY, "RUB", number)
            earn(event, 100 + number, memo=f"memo {number}")
            event.add(Fund(entity=f"g{number}", title="x", restricted=True))
    return path


def audited(path: Path, *anchors: str) -> str:
    with open_store(LEDGER, path) as connection:
        return audit(connection, anchors=anchors).anchor


def edit(path: Path, *statements: str, keep_guards: bool = True) -> None:
    connection = sqlite3.connect(path)
    guards = connection.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").fetchall()
    for name, _sql in guards:
        connection.execute(f'DROP TRIGGER "{name}"')
    for statement in statements:
        connection.execute(statement)
    if keep_guards:
        for _name, sql in guards:
            connection.execute(sql)
    connection.commit()
    connection.close()


@pytest.mark.parametrize(
    "statements",
    [
        ("UPDATE posting SET amount_minor = amount_minor + 1 WHERE id = 3",),
        ("UPDATE posting SET amount_minor = -amount_minor WHERE txn = 2",),
        ("UPDATE posting SET account = 'a2' WHERE id = 3",),
        ("UPDATE posting SET fund = 'f2' WHERE txn = 2",),
        ("UPDATE posting SET source = 'x' WHERE id = 4",),
        ("UPDATE txn SET on_date = '2025-10-15' WHERE id = 2",),
        ("UPDATE txn SET memo = NULL WHERE id = 2",),
        ("UPDATE txn SET kind = memo, memo = kind WHERE id = 2",),
        ("UPDATE fund SET title = 'y' WHERE entity = 'g1'",),
        ("UPDATE fund SET restricted = 0 WHERE entity = 'g1'",),
        ("UPDATE line SET amount_minor = 9 WHERE id = 2",),
        ("DELETE FROM posting WHERE txn = 2",),
        ("DELETE FROM posting WHERE txn = 2", "DELETE FROM txn WHERE id = 2"),
        ("DELETE FROM line WHERE id = 2",),
        ("DELETE FROM fund WHERE entity = 'g1'",),
        ("INSERT INTO txn (id, seq, on_date, kind) VALUES (9, 3, '2025-01-01', 'x')",),
        ("INSERT INTO fund (entity, version, seq, title, restricted) VALUES ('new', 1, 3, 'x', 1)",),
        ("INSERT INTO fund (entity, version, seq, title, restricted) VALUES ('new', 1, 99, 'x', 1)",),
        ("UPDATE posting SET seq = 4 WHERE txn = 2", "UPDATE txn SET seq = 4 WHERE id = 2"),
        ("UPDATE event SET actor = 'eve' WHERE seq = 3",),
        ("UPDATE event SET recorded_at = '2026-01-13T09:00:00Z' WHERE seq = 5",),
        ("UPDATE event SET note = 'x' WHERE seq = 3",),
        ("UPDATE event SET hash_version = 2 WHERE seq = 3",),
        ("UPDATE event SET count = 99 WHERE seq = 3",),
        ("DELETE FROM event WHERE seq = 3",),
        ("DELETE FROM event WHERE seq = 5",),
    ],
)
def test_every_change_of_a_value_is_found(ledger: Path, statements: tuple[str, ...]) -> None:
    edit(ledger, *statements)
    with pytest.raises(BooksDamaged):
        audited(ledger)


def test_an_edit_that_changes_nothing_passes(ledger: Path) -> None:
    """The control of the test above: dropping and remaking guards alone is not what is found."""
    edit(ledger, "UPDATE posting SET amount_minor = amount_minor")
    assert audited(ledger).startswith("5-")


def test_dropped_or_weakened_guards_are_found(ledger: Path) -> None:
    edit(ledger, keep_guards=False)
    with pytest.raises(BooksDamaged, match="guards"):
        audited(ledger)


@pytest.mark.parametrize("statement", ["CREATE TABLE extra (x)", "CREATE VIEW seen AS SELECT 1"])
def test_foreign_tables_are_found(ledger: Path, statement: str) -> None:
    edit(ledger, statement)
    with pytest.raises(BooksDamaged, match="guards"):
        audited(ledger)


def test_the_last_events_cut_off_are_found_by_an_anchor_only(ledger: Path) -> None:
    code = audited(ledger)
    edit(
        ledger,
        *(f"DELETE FROM {table} WHERE seq = 5" for table in ("posting", "txn", "line", "fund", "event")),
    )
    assert audited(ledger).startswith("4-")
    with pytest.raises(BooksDamaged, match="cut off"):
        audited(ledger, code)


def test_older_anchors_stay_good(ledger: Path) -> None:
    code = audited(ledger)
    with writing(ledger) as event:
        earn(event)
    assert audited(ledger, code, code.lower()) != code
    with pytest.raises(BooksDamaged):
        audited(ledger, code[:-1] + ("0" if code[-1] != "0" else "1"))


def test_bit_flips_in_the_file(ledger: Path) -> None:
    """Each flipped byte that a read can see is found; the others (free space) change nothing."""
    whole = ledger.read_bytes()
    with ledgerkit.reading(ledger) as books:
        before = [(item.id, item.account, item.amount_minor, item.memo) for item in books.entries()]
    silent = 0
    for at in range(0, len(whole), 1_987):
        ledger.write_bytes(whole[:at] + bytes([whole[at] ^ 0x11]) + whole[at + 1 :])
        with suppress(BooksDamaged, SetupError):
            audited(ledger)
            silent += 1
            with ledgerkit.reading(ledger) as books:
                assert [
                    (item.id, item.account, item.amount_minor, item.memo) for item in books.entries()
                ] == before
    assert silent


def test_a_person_recomputing_everything_needs_an_anchor(ledger: Path, tmp_path: Path) -> None:
    """The chain alone proves nothing against a rewritten history; that is why codes are kept outside."""
    code = audited(ledger)
    other = new(tmp_path / "forged.sqlite")
    audited(other)
    with pytest.raises(BooksDamaged):
        audited(other, code)
