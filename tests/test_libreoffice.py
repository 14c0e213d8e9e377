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
from workbench import furnished

from compliance.reports import docx, papers, readback, xlsx
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
