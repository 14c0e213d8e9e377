"""The limited child: what it returns, what it refuses, and that it is the one that dies."""

from __future__ import annotations

import mmap
import os
import time
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


LEFT: list[mmap.mmap] = []


def leaves(megabytes: int) -> int:
    """Takes address space alone: pages that are written would cost the child's time too."""
    LEFT.append(mmap.mmap(-1, megabytes * 1024**2))
    return len(LEFT)


def who() -> int:
    return os.getpid()


def either(name: str, number: int) -> int:
    return {"endless": endless, "hungry": hungry}[name]() or 0 if name else double(number)


def unready() -> None:
    raise InputError("not ready")


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


def child(name: str, **more: object) -> limited.Child:
    return limited.Child(f"{__name__}:{name}", seconds=2, **more)  # type: ignore[arg-type]


def test_one_child_answers_many_calls() -> None:
    with child("who") as one:
        first = one.call()
        assert [one.call() for _n in range(5)] == [first] * 5
    assert first != os.getpid()
    with pytest.raises(ProcessLookupError):
        os.kill(first, 0)


@pytest.mark.parametrize("killer", ["endless", "hungry"])
def test_only_the_call_that_kills_is_refused(killer: str) -> None:
    with child("either") as one:
        assert one.call("", 1) == 2
        with pytest.raises(InputError, match="too long to read, or too much memory"):
            one.call(killer, 2)
        assert [one.call("", n) for n in (3, 4)] == [6, 8]


def test_each_call_has_its_own_time() -> None:
    with child("busy") as one:
        assert [one.call(1.2) for _n in range(3)] == [None] * 3


def busy(seconds: float) -> None:
    until = time.process_time() + seconds
    while time.process_time() < until:
        pass


def test_what_earlier_calls_left_behind_is_not_a_later_one_s_fault() -> None:
    """600 MiB stay with the child at each call: the third would have no room, so it is asked in a new child."""
    with child("leaves") as one:
        assert [one.call(600) for _n in range(5)] == [1, 2, 1, 2, 1]


def test_a_child_is_not_kept_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limited, "_MOST_CALLS", 2)
    with child("who") as one:
        found = [one.call() for _n in range(4)]
    assert found[0] == found[1] != found[2] == found[3]


def test_what_hangs_without_working_is_killed_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limited, "_GRACE_SECONDS", -1)
    with child("sleeps") as one, pytest.raises(InputError):
        one.call()


def sleeps() -> None:
    time.sleep(60)


def test_a_child_that_cannot_be_made_ready_says_why_each_time() -> None:
    with child("who", prepare=f"{__name__}:unready") as one:
        for _n in range(2):
            with pytest.raises(InputError, match="not ready"):
                one.call()
