"""All rows out as text and in again are the same books, to the digest; a changed text is refused."""

from __future__ import annotations

import json
from pathlib import Path

import ledgerkit
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ledgerkit import earn, new, writing

from compliance.errors import BooksDamaged, InputError
from compliance.ledger.chain import audit
from compliance.ledger.models import Fund, Programme
from compliance.ledger.store import LEDGER
from compliance.ledger.transfer import Record, records, rows, text_lines, write_rows
from compliance.storage import create_store, open_store


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    path = new(tmp_path / "ledger.sqlite")
    for number in range(4):
        with writing(path) as event:
            event.line(f"line{number}", "st", "a1", ledgerkit.DAY, "RUB", number)
            earn(event, 100 + number, memo=f"мемо\u2028 {number}\n\x1f")
            event.add(Fund(entity=f"g{number}", title='"{}"', restricted=True))
    with writing(path) as event:
        event.add(*(Programme(entity=f"p{number}", title="x") for number in range(3)))
    return path


def text(path: Path, known_at: int | None = None) -> list[str]:
    with open_store(LEDGER, path) as connection:
        return list(text_lines(connection, known_at=known_at))


def code(path: Path) -> str:
    with open_store(LEDGER, path) as connection:
        return audit(connection).anchor


def read_in(lines: list[str], path: Path) -> Path:
    with create_store(LEDGER, path) as connection:
        write_rows(connection, records(lines, place="books.jsonl"))
    return path


def test_the_same_books(ledger: Path, tmp_path: Path) -> None:
    lines = text(ledger)
    copy = read_in(lines, tmp_path / "copy.sqlite")
    assert code(copy) == code(ledger)
    assert text(copy) == lines
    with open_store(LEDGER, ledger) as one, open_store(LEDGER, copy) as two:
        assert list(rows(one)) == list(rows(two))


def test_the_copy_goes_on(ledger: Path, tmp_path: Path) -> None:
    copy = read_in(text(ledger), tmp_path / "copy.sqlite")
    for path in (ledger, copy):
        with writing(path) as event:
            earn(event)
    assert code(copy) == code(ledger)


def test_as_known_at_an_earlier_entry(ledger: Path, tmp_path: Path) -> None:
    copy = read_in(text(ledger, known_at=3), tmp_path / "copy.sqlite")
    with open_store(LEDGER, copy) as one:
        assert audit(one).events == 3
    with open_store(LEDGER, ledger) as connection:
        audit(connection, anchors=[code(copy)])


TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=12)


@settings(max_examples=20, deadline=None)
@given(
    events=st.lists(
        st.lists(st.tuples(st.integers(-(2**62), 2**62), st.none() | TEXT), max_size=3), max_size=4
    )
)
def test_any_books(
    tmp_path_factory: pytest.TempPathFactory, events: list[list[tuple[int, str | None]]]
) -> None:
    folder = tmp_path_factory.mktemp("any")
    path = new(folder / "one.sqlite")
    for acts in events:
        with writing(path) as event:
            for minor, memo in acts:
                earn(event, minor, memo=memo)
    assert code(read_in(text(path), folder / "two.sqlite")) == code(path)


def test_a_cut_is_found_at_every_line(ledger: Path) -> None:
    lines = text(ledger)
    for end in range(len(lines)):
        with pytest.raises(InputError):
            list(records(lines[:end]))
    assert list(records(lines))


@pytest.mark.parametrize(
    "line",
    ["", "[]", "{}", "1", "{", '{"txn": 1}', '{"stranger": {}}', '{"fund": {"stranger": 1}}',
     '{"fund": {"entity": 5}}', '{"posting": {"amount_minor": "5"}}', '{"posting": {"amount_minor": 1.5}}',
     '{"posting": {"amount_minor": 99999999999999999999}}', '{"fund": {"restricted": true}}', "[" * 100000],
)  # fmt: skip
def test_a_line_that_is_not_ours(ledger: Path, line: str) -> None:
    lines = text(ledger)
    with pytest.raises(InputError) as caught:
        list(records([*lines[:5], line, *lines[5:]], place="books.jsonl"))
    assert caught.value.place == "books.jsonl:6"


def test_a_newer_export(ledger: Path) -> None:
    with pytest.raises(InputError, match="newer"):
        list(records(['{"compliance":1,"schema":9999}', *text(ledger)[1:]]))
    with pytest.raises(InputError, match="not an export"):
        list(records(text(ledger)[1:]))


def changed(line: str, **values: object) -> str:
    name, body = next(iter(json.loads(line).items()))
    return json.dumps({name: body | values})


def test_a_changed_amount_is_refused_by_a_guard_or_the_audit(ledger: Path, tmp_path: Path) -> None:
    lines = text(ledger)
    at = [number for number, line in enumerate(lines) if line.startswith('{"posting"')]
    one = [*lines[: at[0]], changed(lines[at[0]], amount_minor=5), *lines[at[0] + 1 :]]
    with pytest.raises(InputError, match="refused"):
        read_in(one, tmp_path / "one.sqlite")
    assert not (tmp_path / "one.sqlite").exists()
    both = list(one)
    both[at[1]] = changed(lines[at[1]], amount_minor=-5)
    with pytest.raises(BooksDamaged):
        code(read_in(both, tmp_path / "both.sqlite"))


def test_rows_of_another_order_are_refused(ledger: Path, tmp_path: Path) -> None:
    with open_store(LEDGER, ledger) as connection:
        stream: list[Record] = list(rows(connection))
    first = next(at for at, record in enumerate(stream) if record[0] == "event")
    with pytest.raises(InputError), create_store(LEDGER, tmp_path / "x.sqlite") as target:
        write_rows(target, [stream[first], *stream[:first], *stream[first + 1 :]])
