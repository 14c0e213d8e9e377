"""Contributions and things given: recorded, asked of people by a sheet, read back as a plan, listed on forms."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from workbench import Bench, empty

from compliance.periods import parse_period
from compliance.practice.others import others
from compliance.reports import readback
from compliance.reports.fill import fill as filled
from compliance.rules import load_packs
from compliance.workspace import Config
from compliance.yamlfile import load_bytes

CONFIG = next(text for other, text in others() if other.folder == "brightwater")
PERIOD = "2025-12-15..2026-06-30"
NAME = "Canary Caroline"


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    made = empty(tmp_path_factory.mktemp("contributions") / "books", CONFIG, day="2026-07-01")
    for words in (
        ("source", "--id", "ministry", "--kind", "state_body", "--name", "Example Ministry", "--country", "NL"),
        ("source", "--id", "board", "--kind", "foreign_organisation", "--name", "Example Board", "--country", "NO"),
        ("source", "--id", "old", "--kind", "foreign_organisation", "--name", "Example Former", "--country", "SE"),
        ("fund", "--id", "m", "--title", "M", "--donor", "ministry", "--since", "2026-01-10"),
        ("fund", "--id", "m2", "--title", "M2", "--donor", "ministry", "--since", "2026-02-10", "--until", "2026-03-01"),
        ("fund", "--id", "b", "--title", "B", "--donor", "board", "--since", "2025-01-10", "--until", "2026-03-31"),
        ("fund", "--id", "o", "--title", "O", "--donor", "old", "--since", "2024-01-10", "--until", "2025-12-01"),
        ("person", "--id", "head", "--name", NAME),
        ("role", "--person", "head", "--body", "executive", "--title", "Director", "--since", "2026-01-05"),
        ("person", "--id", "gone", "--name", "Canary Karl"),
        ("role", "--person", "gone", "--body", "council", "--title", "Chair", "--since", "2024-01-05", "--until", "2026-02-01"),
    ):  # fmt: skip
        made.run("record", *words)
    return made


@pytest.fixture
def bench(recorded: Bench, tmp_path: Path) -> Bench:
    return recorded.copy(tmp_path / "books")


def contribution(bench: Bench, *more: str) -> Any:
    words = (
        "--kind",
        "political",
        "--on",
        "2026-04-20",
        "--recipient",
        "Committee for Example",
        "--person",
        "head",
    )
    return bench.run("record", "contribution", *words, *more)


def cells(bench: Bench, form: str, section: str) -> list[list[str]]:
    """The texts of a section's rows, in print order, on the captions as they are."""
    rules, config = load_packs(["us"]), load_bytes(Config, CONFIG.encode(), Path("schedules.yaml"))
    found = rules.form(form)
    assert found is not None
    with bench.books() as books:
        report = filled(found, books, rules, config, parse_period(PERIOD), on=date(2026, 7, 1))
    part = next((item for item in report.sections if item.id == section), None)
    return [[cell.text for cell in row.cells] for row in part.rows] if part else []


def test_principals_came_went_and_stayed(bench: Bench) -> None:
    """One agreement of two that ended ends nothing; who left before the period is on no list."""
    assert cells(bench, "nsd2", "item_7") == [["Example Board", "2026-03-31"]]
    assert cells(bench, "nsd2", "item_8") == [["Example Ministry", "", "2026-01-10"]]
    assert cells(bench, "nsd2", "item_9") == []
    bench.run("record", "fund", "--id", "b", "--until", "2026-07-02")
    assert cells(bench, "nsd2", "item_7") == []
    assert cells(bench, "nsd2", "item_9") == [["Example Board"]]


def test_who_joined_and_left_is_listed_without_a_name(bench: Bench) -> None:
    bench.run("report", "nsd2", PERIOD, "--out", str(bench.folder / "out"))
    paper = next((bench.folder / "out").glob("*.xlsx"))
    texts = readback.texts(paper.read_bytes(), paper.name)
    assert not [text for text in texts if "Canary" in text]
    assert len(cells(bench, "nsd2", "item_5a")) == len(cells(bench, "nsd2", "item_5b")) == 1


def test_an_amount_or_a_thing(bench: Bench) -> None:
    contribution(bench, "--amount", "250.00", "--place", "Example Town")
    bench.run("record", "contribution", "--kind", "thing", "--on", "2026-02-03", "--recipient", "Example Committee",
              "--principal", "ministry", "--thing", "A book", "--purpose", "Courtesy")  # fmt: skip
    assert cells(bench, "nsd2", "item_15c_others") == [
        ["2026-04-20", "Committee for Example", "USD 250.00", "Director", "Example Town"]
    ]
    assert cells(bench, "nsd2", "item_15b@ministry") == [
        ["2026-02-03", "Example Committee", "A book", "Courtesy"]
    ]
    assert cells(bench, "nsd2", "item_15b@board") == []
    said = bench.fail(
        2, "record", "contribution", "--kind", "thing", "--on", "2026-02-03", "--recipient", "X"
    )
    assert "--thing" in said
    bench.fail(2, "record", "contribution", "--id", "contribution-1", "--currency", "EUR")
    bench.run("record", "contribution", "--id", "contribution-1", "--state", "withdrawn")
    assert cells(bench, "nsd2", "item_15c_others") == []


def sheet(bench: Bench, name: str = "ask.xlsx") -> openpyxl.Workbook:
    bench.run(
        "workbook", "make", "contributions", "--person", "head", "--period", PERIOD, str(bench.folder / name)
    )
    return openpyxl.load_workbook(bench.folder / name)


def back(bench: Bench, book: openpyxl.Workbook) -> str:
    book.save(bench.folder / "back.xlsx")
    return str(bench.folder / "back.xlsx")


def fill(book: openpyxl.Workbook, row: int, *values: Any, answer: str | None = "yes") -> None:
    for column, value in enumerate(values, start=2):
        book.worksheets[0].cell(row, column, value)
    book.worksheets[1].cell(2, 2, answer)


ROW = (
    "political",
    date(2026, 4, 20),
    "Committee for Example",
    250,
    "USD",
    None,
    "Campaign",
    "Example Town",
    None,
)


def unasked(bench: Bench) -> set[str]:
    rows = bench.call("check", "contribution.unasked", "--format", "json").rows
    return {row["subject"] for row in rows}


def test_a_sheet_goes_out_and_comes_back(bench: Bench) -> None:
    assert unasked(bench) == {"person:head", "person:gone"}
    book = sheet(bench)
    assert book.worksheets[0]["A1"].value == f"contributions/1 head {PERIOD}"
    assert NAME not in str(
        [cell.value for page in book.worksheets for row in page.iter_rows() for cell in row]
    )
    fill(book, 2, *ROW)
    fill(book, 3, "thing · whatever", "21.04.2026", "Office of Example", None, None, "A vase")
    told = bench.run("workbook", "apply", back(bench, book), "--yes").out
    assert "+2 ~0 -0" in told
    found = {row["id"]: row for row in bench.rows("list", "contributions")}
    assert found["given-head-20260420"]["amount_minor"] == 25000
    assert found["given-head-20260421"]["thing"] == "A vase"
    assert unasked(bench) == {"person:gone"}
    again = bench.run("workbook", "apply", str(bench.folder / "back.xlsx"), "--yes")
    assert "Nothing to change" in again.err
    assert len(bench.rows("list", "contributions")) == 2
    bench.run("books", "audit")


def test_what_is_known_stands_on_the_next_sheet_and_is_changed_there(bench: Bench) -> None:
    contribution(bench, "--amount", "250.00")
    book = sheet(bench)
    page = book.worksheets[0]
    assert [page.cell(2, column).value for column in (1, 4, 5)] == [
        "contribution-1",
        "Committee for Example",
        250,
    ]
    page.cell(2, 5, 300.5)
    fill(book, 2, answer="да")
    assert "+0 ~1 -0" in bench.run("workbook", "apply", back(bench, book), "--yes").out
    assert bench.rows("list", "contributions")[0]["amount_minor"] == 30050


def test_nothing_is_an_answer_and_silence_is_none(bench: Bench) -> None:
    book = sheet(bench)
    told = bench.run("workbook", "apply", back(bench, book), "--yes")
    assert "ask head again" in told.err
    assert "person:head" in unasked(bench)
    fill(book, 2, answer="Yes")
    told = bench.run("workbook", "apply", back(bench, book), "--yes")
    assert "1: facts of the workbook" in told.err  # the answer itself
    assert unasked(bench) == {"person:gone"}
    assert bench.rows("list", "contributions") == []


def test_the_same_gift_again_above_the_one_that_is_known(bench: Bench) -> None:
    """A row without an id never takes the id of another row; all wrong rows are told at once."""
    book = sheet(bench)
    fill(book, 2, *ROW, answer="yes")
    bench.run("workbook", "apply", back(bench, book), "--yes")
    book = sheet(bench, "again.xlsx")
    page = book.worksheets[0]
    page["A3"], page["A2"] = page["A2"].value, None
    fill(book, 3, *ROW, answer="yes")
    assert "+1 ~0 -0" in bench.run("workbook", "apply", back(bench, book), "--yes").out
    fill(book, 2, "bribe", *ROW[1:])
    page["D3"] = None
    assert "2 rows are wrong" in bench.fail(3, "workbook", "apply", back(bench, book), "--yes")


@pytest.mark.parametrize(
    ("at", "value", "said"),
    [
        (0, "bribe", "none of the list"), (1, "2026-02-30", "not a day"), (1, date(2025, 1, 1), "outside"), (2, None, "empty"),
        (3, -5, "not an amount"), (3, "1,2,3", "not an amount"), (3, 0.001, "not an amount"), (4, "dollars", "three capital letters"),
        (3, None, "neither an amount"), (6, f"for {NAME}", "person's data"), (8, "ghost", "none of the list"), (7, 5, "a text was expected"),
    ],
)  # fmt: skip
def test_a_wrong_row_is_told_with_its_place(bench: Bench, at: int, value: Any, said: str) -> None:
    book, row = sheet(bench), list(ROW)
    row[at] = value
    fill(book, 2, *row)
    told = bench.fail(3, "workbook", "apply", back(bench, book), "--yes")
    assert said in told
    assert "!2" in told
    assert bench.rows("list", "contributions") == []


def test_another_persons_row_and_a_page_less_are_refused(bench: Bench) -> None:
    contribution(bench, "--id", "c1", "--amount", "250.00")
    bench.run("record", "contribution", "--id", "c1", "--person", "gone")
    book = sheet(bench)
    fill(book, 2, *ROW)
    book.worksheets[0].cell(2, 1, "c1")
    assert "by this person" in bench.fail(3, "workbook", "apply", back(bench, book), "--yes")
    book.worksheets[0].cell(2, 1).value = None
    del book["Answer"]
    assert "answer is missing" in bench.fail(3, "workbook", "apply", back(bench, book), "--yes")


def test_a_day_that_no_report_lists(bench: Bench) -> None:
    contribution(bench, "--id", "in", "--amount", "250.00")
    contribution(bench, "--id", "slip", "--amount", "250.00")
    bench.run("record", "contribution", "--id", "slip", "--on", "2025-04-20")
    rows = bench.call("check", "contribution.outside", "--format", "json").rows
    assert [row["subject"] for row in rows] == ["contribution:slip"]
