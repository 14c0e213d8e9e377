"""Practice for people: any seed gives books in which each planted mistake is told, and mending is scored."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from workbench import Bench

from compliance.practice import FIRST_TIER, training


def make(folder: Path, seed: int, count: int) -> Bench:
    bench = Bench(folder)
    folder.mkdir()
    # The command changes into its folder; it wants none of ours.
    bench.run("practice", "make", str(folder), "--seed", str(seed), "--mistakes", str(count))
    return bench


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    return make(tmp_path_factory.mktemp("training") / "seed3", 3, 5)


@pytest.fixture
def bench(made: Bench, tmp_path: Path) -> Bench:
    return Bench(Path(shutil.copytree(made.folder, tmp_path / "books")))


def score(bench: Bench) -> tuple[int, dict[int, str]]:
    result = bench.call("practice", "score", "--format", "json")
    return result.code, {row["number"]: row["state"] for row in result.rows}


def everything_is_told_and_nothing_else(bench: Bench, seed: int, count: int) -> None:
    planted = training.chosen(seed, count)
    assert score(bench) == (1, dict.fromkeys(sorted(planted), "open"))
    told = {row["code"] for row in bench.call("check", "--format", "json").rows}
    extra = {"expense.fixed_asset"} if 11 in planted else set()
    assert told == {training.FOUND_BY[number] for number in planted} | extra
    with bench.books() as books:
        assert training.broken(seed, books) == []


def test_what_is_planted_is_told(bench: Bench) -> None:
    assert len(training.chosen(3, 5)) == 5
    everything_is_told_and_nothing_else(bench, 3, 5)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(20))
def test_any_seed(tmp_path: Path, seed: int) -> None:
    count = 1 + seed % len(FIRST_TIER)
    everything_is_told_and_nothing_else(make(tmp_path / "books", seed, count), seed, count)


def test_mending_and_deciding_is_scored(bench: Bench) -> None:
    rows = {row["code"]: row for row in bench.call("check", "--format", "json").rows}
    bench.run(
        "record", "rate", "--currency", "EUR", "--on", "2025-11-20", "--rate", "93.1234", "--origin", "test"
    )
    bench.run(
        "decide", rows["budget.overspent"]["id"], "--because", "The donor agreed by letter of 12 December"
    )
    found = score(bench)[1]
    assert found[9] == "mended"
    assert found[10] == "decided"
    assert "2 of 5 planted mistakes are dealt with." in bench.call("practice", "score").err
    bench.run("register", "book", "tax-2025-10-28", "--yes")
    assert score(bench)[1][6] == "mended"


def test_breaking_what_was_right_is_told(bench: Bench) -> None:
    """A decoy mended: a payment that only looked wrong is taken out of the books."""
    bench.run(
        "record",
        "expense",
        "--on",
        "2025-12-30",
        "--account",
        "a1",
        "--fund",
        "f4",
        "--amount",
        "99",
        "--expense-line",
        "other",
    )
    said = bench.call("practice", "score").err
    assert "a1, f4" in said
    assert "is right: something was changed" in said


def test_a_folder_that_is_none(bench: Bench, tmp_path: Path) -> None:
    path = bench.folder / training.FILE
    path.write_text("{}")
    bench.fail(3, "practice", "score")
    path.write_text(json.dumps({"schema": "practice/1", "seed": 3, "mistakes": 99}))
    bench.fail(3, "practice", "score")
    path.unlink()
    assert "no practice" in bench.fail(1, "practice", "score")
    bench.fail(4, "practice", "make", str(bench.folder))


def test_the_same_seed_the_same_books(made: Bench, tmp_path: Path) -> None:
    again = make(tmp_path / "again", 3, 5)
    assert (again.folder / "ledger.sqlite").read_bytes() == (made.folder / "ledger.sqlite").read_bytes()
