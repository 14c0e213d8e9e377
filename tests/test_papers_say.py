"""What the papers of every form say is what the report says, cell by cell, read by other programs than wrote them.

Books made by chance under the three full laws, with names and sums that are hard to print.
"""

from __future__ import annotations

import io
import re
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import pikepdf
import pytest
import reporters
from reporters import LAWS, Reporter

from compliance.reports import papers, readback, xlsx
from compliance.reports.contents import contents
from compliance.reports.model import Report


def compared(report: Report, texts: list[str]) -> list[readback.Compared]:
    return [item for item in readback.compare(contents(report), texts) if not item.same]


def poppler(data: bytes, folder: Path) -> list[str]:
    """The words of a PDF by a program that shares nothing with ours."""
    path = folder / "paper.pdf"
    path.write_bytes(data)
    told = subprocess.run(
        ["pdftotext", "-raw", str(path), "-"], capture_output=True, check=True, encoding="utf-8"
    )
    # Only here: a word that the line breaking parted is one word again, as our own reader has it.
    return re.sub(r"(?<=\w)[-\u2010\u00ad]\n(?=[^\W\d_])", "", told.stdout).splitlines()


A4, LETTER = (210, 297), (216, 279)
SHEETS = {"us": LETTER}
"""Shorter and longer side in millimetres of what is customary under each law."""


def sheets(data: bytes) -> set[tuple[int, int]]:
    with pikepdf.open(io.BytesIO(data)) as document:
        sides = [
            sorted(round(float(side) / 72 * 25.4) for side in page.mediabox[2:]) for page in document.pages
        ]
    return {(short, long) for short, long in sides}


def right_totals(made: Reporter, report: Report) -> None:
    """The figures are the sums that were added up apart, while the books were written."""
    exact = {cell.id: cell.exact_minor for cell in report.all_cells()}
    period = made.period(report.form)
    for key, line, foreign in SUMS.get(report.form, _none)(made):
        assert exact[key] == made.spent_in(period, line=line, foreign=foreign), key
    for key, sources in RECEIPTS.get(report.form, _none)(made):
        assert exact[key] == made.received_in(period, *sources), key
    if report.form == "in_fc4":
        assert [exact[f"s4i.{line}"] for line in "bcd"] == [
            made.deposited[True],
            made.deposited[False],
            made.deposited[True] - made.deposited[False],
        ]


def _none(made: Reporter) -> list[Any]:
    """A form without sums of money, or whose sums are of other things."""
    return []


def _by_source(made: Reporter, form: str) -> list[tuple[str, str | None, bool]]:
    return [
        ("spent.foreign", None, True),
        ("spent.domestic", None, False),
        *(
            (f"foreign.{line}.spent", line, True)
            for line, abroad, on in made.spent
            if abroad and on in made.period(form)
        ),
    ]


def _abroad(made: Reporter) -> list[str]:
    return sorted({source for source, _on in made.received} - {"home"})


SUMS = {
    "ru_money_q": lambda made: [
        (f"spent.{line}.{column}", line, foreign)
        for line in reporters.rules("ru").expense_lines
        for column, foreign in (("foreign", True), ("domestic", False), ("all", None))
    ],
    "ru_on0002": lambda made: _by_source(made, "ru_on0002"),
    "ru_on": lambda made: _by_source(made, "ru_on"),
    "in_fc4": lambda made: [
        ("s3.d", None, True),
        *((f"s3.{line}", line, True) for line in ("projects", "admin", "assets")),
    ],
    "in_statements": lambda made: [("rp.paid", None, True)],
}
RECEIPTS = {
    "ru_money_q": lambda made: [
        ("balance.targeted.foreign", _abroad(made)),
        ("balance.other.domestic", ["home"]),
    ],
    "us_nsd2": lambda made: [(f"item_14a_total@{source}.total", [source]) for source in _abroad(made)],
    "us_nsd1": lambda made: [(f"item_14a_total@{source}.total", [source]) for source in _abroad(made)],
    "in_fc4": lambda made: [
        ("s2i.c", _abroad(made)),
        ("s2iib.all", _abroad(made)),
        *((f"s3a.f-{source}.receipt", [source]) for source in _abroad(made)),
    ],
    "in_statements": lambda made: [("rp.donations", _abroad(made))],
}


def looked_at(folder: Path, pack: str, seed: int) -> int:
    """Every form of one organisation; how many cells were read back."""
    made, cells = reporters.make(folder, pack, seed), 0
    for report in made.reports():
        right_totals(made, report)
        assert report.refusals == ()
        printed = papers.make(report)
        assert printed.findings == ()
        stem = papers.stem_of(report)
        for name in (f"{stem}.pdf", f"{stem}.xlsx"):
            texts = readback.texts(printed.files[name], name)
            assert compared(report, texts) == [], (pack, seed, name)
            cells += len(readback.compare(contents(report), texts))
        assert compared(report, poppler(printed.files[f"{stem}.pdf"], folder)) == [], (pack, seed)
        assert sheets(printed.files[f"{stem}.pdf"]) == {SHEETS.get(pack, A4)}
        workbook = zipfile.ZipFile(io.BytesIO(printed.files[f"{stem}.xlsx"])).read("xl/worksheets/sheet1.xml")
        assert (b'paperSize="9"' in workbook) == (pack not in SHEETS)  # ECMA-376: 9 is A4, Letter the default
    return cells


@pytest.mark.parametrize("pack", LAWS)
@pytest.mark.parametrize("seed", [0])
def test_every_form_is_read_back_as_it_is(tmp_path: Path, pack: str, seed: int) -> None:
    assert looked_at(tmp_path, pack, seed) > 20


@pytest.mark.parametrize("pack", LAWS)
@pytest.mark.parametrize("seed", range(2, 10))
def test_every_workbook_is_read_back_and_the_totals_are_right(tmp_path: Path, pack: str, seed: int) -> None:
    made = reporters.make(tmp_path, pack, seed)
    for report in made.reports():
        right_totals(made, report)
        assert compared(report, readback.texts(xlsx.render(report), "x.xlsx")) == []


@pytest.mark.soak
@pytest.mark.parametrize("pack", LAWS)
@pytest.mark.parametrize("seed", range(100))
def test_a_hundred_organisations_under_each_law(tmp_path: Path, pack: str, seed: int) -> None:
    looked_at(tmp_path, pack, seed)


def test_the_comparison_can_fail(tmp_path: Path) -> None:
    """The control: one digit of one cell is another, in words that are otherwise the same."""
    report = reporters.make(tmp_path, "ru", 0).reports()[0]
    texts = readback.texts(xlsx.render(report), "x.xlsx")
    figures = [at for at, text in enumerate(texts) if text.isdigit() and len(text) > 3]
    texts[figures[0]] = str(int(texts[figures[0]]) + 1)
    assert compared(report, texts)
