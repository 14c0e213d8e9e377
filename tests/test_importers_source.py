"""A given file is read once, bounded, and decoded again as often as wanted; no bytes make a reader stumble."""

from __future__ import annotations

import hashlib
import io
import os
import tracemalloc
import zlib
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from statements.profiles import PROFILES
from statements.writer import A1, Section, document, encoded, header, text
from typedbalances import typed

from compliance.errors import InputError
from compliance.importers import source as sources
from compliance.importers.accounts import iban_country
from compliance.importers.reading import importers, read_statements
from compliance.importers.source import Source

WHOLE = encoded(text(header(), Section(received=300).lines(), document(300, "14.11.2025")))
TABLE = f"{PROFILES['primer-bank'].header}\r\n14.11.2025;1;;;;5,00;;Взнос;5,00\r\n".encode("cp1251")


def test_every_format_comes_through_the_same_door() -> None:
    names = ["camt", "csv", "mt940", "ofx", "1c", "xlsx"]
    assert [part.NAME for part in importers()] == names


@given(st.binary(min_size=1, max_size=3_000))
def test_packed_and_unpacked(data: bytes) -> None:
    source = Source.of_bytes(data * 100, "f")
    assert b"".join(source.chunks()) == data * 100
    assert zlib.decompress(b"".join(source.packed())) == data * 100
    assert (source.size, source.digest) == (len(data) * 100, hashlib.sha256(data * 100).hexdigest())


@given(
    st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1),
    st.sampled_from(["utf-8", "utf-16"]),
)
def test_lines_are_those_of_the_text(content: str, encoding: str) -> None:
    content = content.removeprefix("\ufeff")
    if not content:
        return
    expected = list(io.StringIO(content, newline=None))
    found = list(Source.of_bytes(content.encode(encoding), "f").lines(encoding))
    assert found == [line.removesuffix("\n") for line in expected]


def test_letters_across_pieces() -> None:
    content = "ё\r\n" * 200_000
    lines = list(Source.of_bytes(content.encode(), "f").lines("utf-8"))
    assert len(lines) == 200_000
    assert set(lines) == {"ё"}


def test_empty_folder_pipe_missing_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "empty").touch()
    (tmp_path / "file").write_bytes(b"x" * 11)
    with pytest.raises(InputError, match="the file is empty"):
        Source.of_file(tmp_path / "empty")
    with pytest.raises(InputError, match="no such file"):
        Source.of_file(tmp_path / "absent")
    with pytest.raises(InputError, match="not a regular file"):
        Source.of_file(tmp_path)
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe")
        with pytest.raises(InputError, match="not a regular file"):
            Source.of_file(tmp_path / "pipe")
    monkeypatch.setattr(sources, "MAX_BYTES", 10)
    with pytest.raises(InputError, match="larger than"):
        Source.of_file(tmp_path / "file")


def test_one_endless_line() -> None:
    with pytest.raises(InputError, match="longer than") as caught:
        read_statements(WHOLE.replace(b"\r\n", b"") + b"x" * 1_000_000, "f", accounts=None)
    assert caught.value.place == "f:1"


def test_memory_does_not_grow_with_the_file() -> None:
    def peak(count: int) -> int:
        documents = [document(100, f"{1 + n * 30 // count:02}.11.2025", number=str(n)) for n in range(count)]
        source = Source.of_bytes(
            encoded(text(header(), Section(received=100 * count).lines(), *documents)), "f"
        )
        tracemalloc.start()
        (statement,) = read_statements(source, accounts=None)
        assert sum(1 for _line in statement.lines()) == count
        size = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return size

    peak(10)
    assert peak(8_000) <= 1.1 * peak(2_000)


@pytest.mark.parametrize(
    ("account", "country"),
    [
        ("NL91ABNA0417164300", "NL"),
        ("NL91ABNA0417164301", ""),
        (A1, ""),
        ("", ""),
        ("NL91", ""),
        ("nl91abna0417164300", ""),
    ],
)
def test_iban(account: str, country: str) -> None:
    assert iban_country(account) == country


def attempt(data: bytes) -> None:
    """Either statements that add up, or one refusal."""
    try:
        statements = read_statements(data, "f", accounts=None, profiles=PROFILES, balances=typed(0, 0))
        for statement in statements:
            total = sum(line.amount_minor for line in statement.lines())
            assert statement.opening_minor + total == statement.closing_minor
    except InputError as error:
        refused = error
    else:
        return
    assert refused.place.startswith("f")
    assert refused.what


@settings(max_examples=300, deadline=None)
@given(st.sampled_from([WHOLE, TABLE]), st.data())
def test_damaged_files_are_refused_or_right(whole: bytes, data: st.DataObject) -> None:
    damaged = bytearray(whole)
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(damaged)))
        length = data.draw(st.integers(0, 40))
        damaged[at : at + length] = data.draw(
            st.one_of(
                st.binary(max_size=12), st.sampled_from([b"\r\n", b"\r\n=", b";", b'"', b"\0", whole[:200]])
            )
        )
    attempt(bytes(damaged) or b"x")


@settings(max_examples=200, deadline=None)
@given(st.binary(min_size=1, max_size=400), st.sampled_from([b"", WHOLE[:60], TABLE[:70]]))
@example(b"\xff\xfe", b"")
@example(b"\xff\xfex", b"")
@example(b"\xef\xbb\xbf", b"")
@example(b"\xef\xbb\xbf1CClientBankExchange", b"")
def test_any_bytes(tail: bytes, head: bytes) -> None:
    attempt(head + tail)


def test_a_file_that_changes_between_two_readings_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "growing.txt"
    path.write_bytes(b"one\n" * 40_000)
    source = Source.of_file(path)
    assert len(b"".join(source.chunks())) == source.size
    with path.open("ab") as more:
        more.write(b"two\n")
    with pytest.raises(InputError, match="changed while"):
        list(source.lines("utf-8"))
    path.unlink()
    with pytest.raises(InputError, match="no such file"):
        list(source.chunks())
