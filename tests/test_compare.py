"""A report beside another: the filing before, another period, several beside their sum."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import reporters
from test_times import CONFIG, begun, spend
from workbench import Bench, empty

from compliance.reports.shown import Shown
from compliance.storage import Server


@pytest.fixture(scope="module")
def made(new_server: Callable[[], Server | None], tmp_path_factory: pytest.TempPathFactory) -> Bench:
    config = CONFIG.replace("starts_on: 2025-10-01", "starts_on: 2025-07-01")
    bench = empty(tmp_path_factory.mktemp("compare") / "books", config, server=new_server())
    begun(bench, ("2025-08-14", "1000400.70"), opened="2025-06-30")
    spend(bench, "2025-09-20", "100499.00")
    spend(bench, "2025-10-20", "100499.00")
    spend(bench, "2025-11-20", "300000.00")
    return bench


@pytest.fixture
def bench(made: Bench, tmp_path: Path) -> Bench:
    if made.server is None:
        return Bench(Path(shutil.copytree(made.folder, tmp_path / "books")))
    return made.copy(tmp_path / "books")


def file(bench: Bench, period: str, on: str) -> None:
    sent = bench.folder / "sent.pdf"
    sent.write_bytes(b"%PDF")
    bench.run("file", "money", period, "--on", on, "--channel", "post", "--sent", str(sent), "--yes")


def test_with_the_period_before_filed_or_not(bench: Bench) -> None:
    rows = {row["cell"]: row for row in bench.rows("compare", "money", "2025-Q4")}
    assert (
        rows["spent.pay.foreign"]["before"],
        rows["spent.pay.foreign"]["now"],
        rows["spent.pay.foreign"]["difference"],
    ) == (100, 401, 301)
    assert {row["with"] for row in rows.values()} == {"2025-Q3"}
    assert all(row["before"] != row["now"] for row in rows.values())
    assert len(bench.rows("compare", "money", "2025-Q4", "--all")) > len(rows)
    file(bench, "2025-Q3", "2025-10-14")
    rows = {row["cell"]: row for row in bench.rows("compare", "money", "2025-Q4")}
    assert {row["with"] for row in rows.values()} == {"money-2025-Q3"}
    assert rows["spent.pay.foreign"]["before"] == 100


def test_with_a_filing_what_changed_since(bench: Bench) -> None:
    file(bench, "2025-Q4", "2026-01-12")
    assert bench.rows("compare", "money", "2025-Q4", "--with", "money-2025-Q4") == []
    spend(bench, "2025-12-30", "77000", "--amends", "money-2025-Q4")
    rows = {
        row["cell"]: row["difference"]
        for row in bench.rows("compare", "money", "2025-Q4", "--with", "money-2025-Q4")
    }
    assert rows == {
        f"{line}.{column}": sign * 77
        for line, sign in (("spent.pay", 1), ("spent.all", 1), ("balance.closing", -1))
        for column in ("foreign", "all")
    }


def test_quarters_beside_their_sum_and_openings_beside_closings(bench: Bench) -> None:
    result = bench.run("compare", "money", "2025-Q3", "2025-Q4", "--sum", "--all", "--format", "json")
    rows = {row["cell"]: row for row in result.rows}
    pay = rows["spent.pay.foreign"]
    # 100,499 and 400,499 would be 100 and 400; the second is rounded so that its opening stays the closing before.
    assert (pay["parts"], pay["sum"], pay["whole"], pay["off"]) == ([100, 401], 501, 501, 0)
    assert rows["balance.targeted.foreign"]["off"] == 0
    assert "Every opening is the closing before it." in result.err
    assert {
        row["cell"]
        for row in bench.run("compare", "money", "2025-Q3", "2025-Q4", "--sum", "--format", "json").rows
    } == {cell for cell, row in rows.items() if row["off"]}


def test_an_opening_that_is_not_the_closing_before(bench: Bench) -> None:
    """Filed, amended in the books, not filed anew: the next report opens with what the books say."""
    file(bench, "2025-Q3", "2025-10-14")
    spend(bench, "2025-09-21", "500000", "--amends", "money-2025-Q3")
    result = bench.call("compare", "money", "2025-Q3", "2025-Q4", "--sum")
    assert result.code == 1
    assert (
        "balance.opening.foreign: money-2025-Q3 closes with 9\xa0900, 2025-Q4 opens with 9\xa0400"
        in result.err
    )


def test_what_was_filed_before_the_books_is_added_too(bench: Bench) -> None:
    sent = bench.folder / "sent.pdf"
    sent.write_bytes(b"%PDF")
    figures = ("--cell", "spent.all.all=7", "--cell", "balance.closing.all=10001")
    words = ("--on", "2025-07-14", "--channel", "post", "--sent", str(sent), "--yes")
    bench.run("file", "money", "2025-Q2", *words, *figures)
    result = bench.call("compare", "money", "2025-Q2", "2025-Q3", "--sum", "--format", "json")
    [row] = result.rows
    assert (row["cell"], row["parts"], row["sum"], row["whole"]) == ("spent.all.all", [7, 100], 107, None)
    assert "nothing is filled over all of it" in result.err
    assert "balance.opening.all: money-2025-Q2 closes with 10\xa0001, 2025-Q3 opens with" in result.err


@pytest.mark.parametrize(
    ("code", "words", "said"),
    [
        (2, ("money", "2025-Q3", "2025-Q4"), "--sum"),
        (2, ("money", "2025-Q4", "--with", "poem"), "neither a filing nor a period"),
        (2, ("money", "2025-Q3", "--sum"), "follow one another"),
        (2, ("money", "2025-Q4", "2025-Q3", "--sum"), "follow one another"),
        (2, ("poem", "2025-Q4"), "no filing called"),
        (1, ("public", "2025-H2"), "no figures to compare"),
        (1, ("money", "2025-Q2", "2025-Q3", "--sum"), "is not made here"),
    ],
)
def test_slips(bench: Bench, code: int, words: tuple[str, ...], said: str) -> None:
    assert said in bench.fail(code, "compare", *words)


@pytest.mark.parametrize("pack", reporters.LAWS)
def test_bare_figures_are_shown_as_the_form_prints_them(tmp_path: Path, pack: str) -> None:
    for report in reporters.make(tmp_path, pack, 2).reports():
        shown = Shown.of(report)
        figures = [cell for cell in report.all_cells() if cell.is_figure and cell.units]
        assert [shown.text(cell.id, cell.units) for cell in figures] == [cell.text for cell in figures]
        one = next((cell for cell in figures if "@" in cell.id and cell.kind != "count"), None)
        if one is not None:  # of a list: a row that is gone is written as those that are left
            gone = f"{one.id.partition('@')[0]}@gone.{one.id.rpartition('.')[2]}"
            assert shown.text(gone, one.units) == one.text
