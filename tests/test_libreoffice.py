"""Our workbooks and documents in LibreOffice: they open, say the same, add up anew, and print without overlaps."""

from __future__ import annotations

import io
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest
import reporters
from office import Office, on_each_other, words
from reporters import LAWS
from test_blank_fill import document as blank_document
from test_blank_fill import named
from test_blank_fill import workbook as blank_workbook
from workbench import furnished

from compliance.reports import blankfill, blankmap, docx, papers, readback, xlsx
from compliance.reports.contents import contents
from compliance.reports.model import Report


def compared(report: Report, data: bytes, name: str) -> list[readback.Compared]:
    return [item for item in readback.compare(contents(report), readback.texts(data, name)) if not item.same]


def without_results(book: bytes) -> bytes:
    """The same formulas without what they come to: whoever opens it must compute."""
    opened = openpyxl.load_workbook(io.BytesIO(book))
    out = io.BytesIO()
    opened.save(out)
    return out.getvalue()


@pytest.mark.parametrize("pack", LAWS)
def test_every_form_opens_says_the_same_and_prints_clean(tmp_path: Path, office: Office, pack: str) -> None:
    reports = {papers.stem_of(report): report for report in reporters.make(tmp_path, pack, 3).reports()}
    books = {f"{stem}.xlsx": xlsx.render(report) for stem, report in reports.items()}
    texts = {f"{stem}.docx": docx.render(report) for stem, report in reports.items()}
    printed = office.converted(books | texts, "pdf")
    saved = office.converted({name: without_results(data) for name, data in books.items()}, "xlsx")
    saved |= office.converted(texts, "docx")
    for stem, report in reports.items():
        assert compared(report, saved[f"{stem}.xlsx"], "a.xlsx") == [], stem
        assert compared(report, saved[f"{stem}.docx"], "a.docx") == [], stem
        for name in (f"{stem}.xlsx", f"{stem}.docx"):
            assert on_each_other(printed[name]) == [], name
            assert not [word for word in words(printed[name]) if "###" in word.text], name


def test_a_row_too_low_for_its_words_is_seen(tmp_path: Path, office: Office) -> None:
    """The control: the same workbook whose rows are as high as one line."""
    report = reporters.make(tmp_path, "ru", 3).reports()[0]
    opened = openpyxl.load_workbook(io.BytesIO(xlsx.render(report)))
    for dimension in opened.worksheets[0].row_dimensions.values():
        dimension.height = None
    out = io.BytesIO()
    opened.save(out)
    assert on_each_other(office.converted({"low.xlsx": out.getvalue()}, "pdf")["low.xlsx"])


def test_a_sheet_filled_in_and_saved_there_comes_back_as_it_was_meant(tmp_path: Path, office: Office) -> None:
    bench = furnished(tmp_path / "books")
    bench.run("record", "activity", "--id", "v1", "--programme", "p1", "--kind", "visit", "--on", "2025-10-02",
              "--quantity", "1", "--participants", "8")  # fmt: skip
    sheet = tmp_path / "p1.xlsx"
    bench.run("workbook", "make", "activities", "--programme", "p1", str(sheet))
    untouched = office.converted({"p1.xlsx": sheet.read_bytes()}, "xlsx")["p1.xlsx"]
    sheet.write_bytes(untouched)
    assert "+0 ~0 -0" in bench.run("workbook", "apply", str(sheet)).out
    opened = openpyxl.load_workbook(io.BytesIO(untouched))
    page = opened.worksheets[0]
    assert page.protection.sheet
    assert page.data_validations.dataValidation
    page["G2"] = 10
    for column, value in enumerate(("visit", "held", datetime(2025, 11, 6), None, 1, 12), start=2):
        page.cell(3, column, value)
    opened.save(sheet)
    sheet.write_bytes(office.converted({"p1.xlsx": sheet.read_bytes()}, "xlsx")["p1.xlsx"])
    assert "+1 ~1 -0" in bench.run("workbook", "apply", str(sheet), "--yes").out
    with bench.books() as books:
        assert {key: item.participants for key, item in books.activities.items()} == {
            "v1": 10,
            "p1-20251106": 12,
        }


@pytest.mark.parametrize("kind", ["ods", "xlsx"])
def test_a_blank_saved_there_is_filled_and_opened_there_again(
    tmp_path: Path, office: Office, kind: str
) -> None:
    """The authority's blank as people have it after their office program touched it."""
    report = reporters.make(tmp_path, "ru", 1).reports()[0]
    blank = office.converted({"blank.xlsx": blank_workbook(report)}, kind)["blank.xlsx"]
    mapped = blankmap.propose(report, blank, f"blank.{kind}")
    assert set(mapped.cells) == named(report)
    filled = blankfill.fill(report, blank, mapped, f"blank.{kind}")
    opened = openpyxl.load_workbook(
        io.BytesIO(office.converted({f"filled.{kind}": filled}, "xlsx")[f"filled.{kind}"])
    )
    units = {cell.id: cell.units for cell in report.all_cells()}
    for cell, place in mapped.cells.items():
        sheet, spot = place.split("!")
        assert opened[sheet][spot].value == units[cell], place


def test_a_document_saved_there_is_filled_and_opened_there_again(tmp_path: Path, office: Office) -> None:
    report = reporters.make(tmp_path, "ru", 1).reports()[0]
    blank = office.converted({"blank.docx": blank_document(report)}, "docx")["blank.docx"]
    mapped = blankmap.propose(report, blank, "blank.docx")
    assert set(mapped.cells) == named(report)
    filled = blankfill.fill(report, blank, mapped, "blank.docx")
    opened = office.converted({"filled.docx": filled}, "docx")["filled.docx"]
    said = " ".join(" ".join(readback.texts(opened, "filled.docx")).split())
    long = [cell for cell in report.all_cells() if cell.id in mapped.cells and (cell.units or 0) > 999]
    assert long
    for cell in long:
        assert f"{cell.units:,}".replace(",", " ") in said, cell.id
