"""The limited child: what it returns, what it refuses, and that it is the one that dies."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from compliance import limited
from compliance.errors import InputError
from compliance.importers.model import Context
from compliance.importers.reading import try_apart
from compliance.importers.source import Source

CAMT = Path(__file__).parent / "statements" / "camt_address.xml"


def double(number: int) -> int:
    return 2 * number


def endless() -> None:
    while True:
        pass


def hungry() -> int:
    return len(bytearray(4 * 1024**3))


def writes(folder: str) -> None:
    Path(folder, "left").write_text("x" * 10, encoding="utf-8")


def stranger() -> object:
    return Path("x")


def refused() -> None:
    raise InputError("what", place="x:1", why="why", remedy="remedy")


def ours() -> None:
    raise KeyError("a mistake of ours")


def run(name: str, *arguments: object) -> object:
    return limited.run(f"{__name__}:{name}", *arguments, seconds=2)


def test_values_come_back() -> None:
    assert run("double", 21) == 42


@pytest.mark.parametrize("name", ["endless", "hungry", "stranger"])
def test_the_child_dies_and_the_file_is_refused(name: str) -> None:
    with pytest.raises(InputError, match="too long to read, or too much memory"):
        run(name)


def test_nothing_is_left_on_the_disk(tmp_path: Path) -> None:
    with pytest.raises((InputError, RuntimeError)):
        run("writes", str(tmp_path))
    assert not (tmp_path / "left").exists() or os.path.getsize(tmp_path / "left") == 0  # noqa: PTH202


def test_a_refusal_is_told_as_it_was() -> None:
    with pytest.raises(InputError) as caught:
        run("refused")
    error = caught.value
    assert (error.what, error.place, error.why, error.remedy) == ("what", "x:1", "why", "remedy")


def test_a_mistake_of_ours_is_not_blamed_on_the_file() -> None:
    with pytest.raises(RuntimeError, match="a mistake of ours"):
        run("ours")


def test_a_statement_is_read_apart_first() -> None:
    whole = Source.of_file(CAMT)
    try_apart(whole, Context())
    with pytest.raises(InputError):
        try_apart(Source.of_bytes(CAMT.read_bytes()[:-200], "cut.xml"), Context())
