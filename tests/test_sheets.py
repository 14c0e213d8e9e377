"""Plain workbooks: two other programs read back what was written."""

from __future__ import annotations

import io
import re
import zipfile
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import load_workbook

from compliance import sheets
from compliance.xlsx import read_workbook

TEXT = st.text(st.characters(exclude_categories=["C"]), min_size=1, max_size=30)
CELL = st.none() | TEXT | st.integers(-(10**14), 10**14) | st.decimals(-(10**9), 10**9, places=2)


def back(data: bytes) -> dict[str, list[tuple[object, ...]]]:
    book = openpyxl.load_workbook(io.BytesIO(data))
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book.worksheets}


@settings(max_examples=40, deadline=None)
@given(rows=st.lists(st.tuples(TEXT, CELL, CELL), max_size=8))
def test_round(rows: list[tuple[sheets.Cell, ...]]) -> None:
    data = sheets.workbook([("postings", ["one", "two", "three"], rows)])
    read = back(data)["postings"]
    assert read[0] == ("one", "two", "three")

    def same(ours: object, theirs: object) -> bool:
        return ours == theirs if ours is None or isinstance(ours, str) else Decimal(str(theirs)) == ours

    assert len(read) == len(rows) + 1
    assert all(
        same(one, two)
        for row, other in zip(rows, read[1:], strict=True)
        for one, two in zip(row, other, strict=True)
    )
    assert sheets.workbook([("postings", ["one", "two", "three"], rows)]) == data


def test_text_is_never_a_formula() -> None:
    hostile = ["=HYPERLINK(1)", "+1", "@cmd", "<v>5</v>", "a\x00b\x1bc\u202e", "x" * 40_000, "\ud800"]
    data = sheets.workbook([("a", ["t"], [(text,) for text in hostile])])
    cells = [row[0] for row in back(data)["a"][1:]]
    assert cells[:4] == hostile[:4]
    assert cells[4] == "a b c "
    assert len(str(cells[5])) < 32_768
    assert "<f>" not in zipfile.ZipFile(io.BytesIO(data)).read("xl/worksheets/sheet1.xml").decode()
    assert read_workbook(data, "x")[0].rows[2][1] == "=HYPERLINK(1)"


def test_a_number_too_long_for_a_spreadsheet_stays_whole_as_text() -> None:
    data = sheets.workbook([("a", ["t"], [(12345678901234567,), (Decimal("1234567890123456.78"),)])])
    assert [row[0] for row in back(data)["a"][1:]] == ["12345678901234567", "1234567890123456.78"]


def test_names_and_continued_sheets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "MAX_ROWS", 3)
    read = back(sheets.workbook([("a/b:c", ["t"], [(n,) for n in range(7)]), ("a_b_c", ["t"], [])]))
    assert [len(rows) - 1 for rows in read.values()] == [3, 3, 1, 0]
    assert list(read) == ["a_b_c", "a_b_c (2)", "a_b_c (3)", "a_b_c_"]


def test_nothing_about_who_and_when() -> None:
    with zipfile.ZipFile(io.BytesIO(sheets.workbook([("a", ["t"], [])]))) as archive:
        assert not [name for name in archive.namelist() if re.search("core|app", name)]
        assert {info.date_time[0] for info in archive.infolist()} == {1980}


def test_what_looks_like_an_escaped_character_stays_what_it_was() -> None:
    """Spreadsheets read ``_x0041_`` as A."""
    data = sheets.workbook([("a", ["t"], [("pay_x0041_7",)])])
    assert load_workbook(io.BytesIO(data)).get_sheet_by_index(0).to_python()[1] == ["pay_x0041_7"]
    assert read_workbook(data, "x")[0].rows[2][1] == "pay_x0041_7"
