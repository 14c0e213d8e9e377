"""Many writers at once: no fork, no gap, nothing acknowledged is lost, and readers see whole books.

python3 run.py test tests/test_writers.py -m soak      16 x 500 in a file, 32 x 500 on a server
"""

from __future__ import annotations

import io
import multiprocessing
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import ledgerkit
import pytest
from ledgerkit import earn, reading, writing
from workbench import Bench, furnished

from compliance import cli
from compliance.ledger.chain import audit
from compliance.ledger.store import LEDGER
from compliance.storage import Place, Server, open_store

# A copy of this process begins at once, with everything imported.
FORK = multiprocessing.get_context("fork")
READERS = 2


def writers_of(place: Place) -> int:
    return 32 if isinstance(place, Server) else 16


@pytest.fixture
def bench(new_place: Callable[[], Place], tmp_path: Path) -> Bench:
    place = new_place()
    return furnished(tmp_path / "books", server=place if isinstance(place, Server) else None)


def test_many_people_record_at_once(bench: Bench, tmp_path: Path) -> None:
    """Whole commands, each in a process of its own, as at a team's desks."""
    count = 3
    before = bench.rows("books", "audit")[0]["events"]
    acknowledged = together(writers_of(bench.place), count, tmp_path, _Command(bench.folder), bench.place)
    assert len(acknowledged) == writers_of(bench.place) * count
    assert bench.rows("books", "audit")[0]["events"] == before + len(acknowledged)
    with bench.books() as books:
        assert {item.memo for item in books.transactions() if item.memo} == acknowledged
    assert not list(bench.folder.glob(".*.writer"))


@pytest.mark.soak
def test_five_hundred_events_each(new_place: Callable[[], Place], tmp_path: Path) -> None:
    place = ledgerkit.new(new_place())  # type: ignore[type-var]
    acknowledged = together(writers_of(place), 500, tmp_path, _Event(place), place)
    assert len(acknowledged) == writers_of(place) * 500
    with open_store(LEDGER, place) as connection:
        assert audit(connection).events == 1 + len(acknowledged)
    with reading(place) as books:
        assert {item.memo for item in books.transactions()} == acknowledged


class _Command:
    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __call__(self, memo: str) -> bool:
        words = ("record", "expense", "--account", "a1", "--fund", "f1", "--as", "pay", "--on", "2025-10-05")
        said = io.StringIO()
        with redirect_stderr(said), redirect_stdout(said):
            code = cli.run(["-C", str(self.folder), *words, "--amount", "1.00", "--memo", memo])
        if code:
            print(said.getvalue())
        return code == 0


class _Event:
    def __init__(self, place: Place) -> None:
        self.place = place

    def __call__(self, memo: str) -> bool:
        with writing(self.place) as event:
            earn(event, memo=memo)
        return True


def together(
    writers: int, count: int, folder: Path, act: Callable[[str], bool], place: Place
) -> set[str | None]:
    """Run ``act`` ``count`` times in each of ``writers`` processes while others read; what was acknowledged."""
    start, stop = FORK.Event(), FORK.Event()
    logs = [folder / f"writer-{number}" for number in range(writers)]
    hands = [FORK.Process(target=_write, args=(act, log, count, start)) for log in logs]
    eyes = [FORK.Process(target=_read, args=(place, start, stop)) for _ in range(READERS)]
    for process in (*hands, *eyes):
        process.start()
    start.set()
    for process in hands:
        process.join()
    stop.set()
    for process in eyes:
        process.join()
    assert [process.exitcode for process in hands] == [0] * writers
    assert [process.exitcode for process in eyes] == [0] * READERS
    return set(_lines(logs))


def _lines(logs: list[Path]) -> Iterator[str]:
    for log in logs:
        yield from log.read_text(encoding="utf-8").splitlines()


def _write(act: Callable[[str], bool], log: Path, count: int, start: Any) -> None:
    start.wait()
    with log.open("w", encoding="utf-8") as stream:
        for number in range(count):
            memo = f"{log.name} {number}"
            assert act(memo), memo
            print(memo, file=stream, flush=True)


def _read(place: Place, start: Any, stop: Any) -> None:
    """What a reader sees is balanced at every moment, and only grows."""
    start.wait()
    seen, looks = 0, 0
    while not stop.is_set() or not looks:
        with reading(place) as books:
            sums = books.sums(("fund", "currency"))
            assert all(item.amount_minor == 0 for item in sums), sums
            assert books.last_seq >= seen
            seen, looks = books.last_seq, looks + 1


def test_who_waits_is_told_for_whom(new_place: Callable[[], Place]) -> None:
    """On both engines, once, after a while; and gets the books when the other has done."""
    import threading
    from dataclasses import replace

    from compliance.storage import create_store
    from compliance.storage.base import Writer

    place = new_place()
    with create_store(LEDGER, place):
        pass
    holding, heard, told = threading.Event(), threading.Event(), list[str]()
    first = Writer("boris", "laptop-1", "2026-01-12 10:00:00")

    def hold() -> None:
        with open_store(LEDGER, place, write=True, writer=first):
            holding.set()
            heard.wait(60)  # until the other has been told

    holder = threading.Thread(target=hold)
    holder.start()
    assert holding.wait(10)

    def listen(words: str) -> None:
        told.append(words)
        heard.set()

    second = replace(first, name="anna", waiting=listen)
    with open_store(LEDGER, place, write=True, writer=second) as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM event").scalar_one() == 0
    holder.join()
    assert len(told) == 1
    assert "boris" in told[0]
    assert "laptop-1" in told[0]
    with open_store(LEDGER, place, write=True, writer=second):  # nobody in the way: nothing is said
        pass
    assert len(told) == 1
