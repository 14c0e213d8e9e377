"""Long lists as annexes: every row read back by others, the head on every page, the same bytes, nothing unprintable."""

from __future__ import annotations

import io
import random
import subprocess
from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest
import reporters

from compliance.reports import annex, papers, readback
from compliance.reports.contents import contents
from compliance.reports.model import Cell, Report, Row


def lengthened(report: Report, rows: int, texts: list[str] | None = None) -> Report:
    """The report with one of its lists made ``rows`` long."""
    dice = random.Random(rows)
    section = next(
        item
        for item in report.sections
        if item.each and any(cell.is_figure for row in item.rows for cell in row.cells)
    )
    pattern = section.rows[0]
    names = texts or reporters.NAMES

    def cell(old: Cell, number: int) -> Cell:
        if old.is_figure:
            minor = number * 1_000 + dice.randrange(1_000)
            return replace(
                old,
                id=f"{old.id}.{number}",
                units=minor,
                exact_minor=minor,
                text=f"{minor // 100:,}.{minor % 100:02}",
            )
        return replace(old, id=f"{old.id}.{number}", text=f"{dice.choice(names)} {number}")

    made = tuple(
        Row(f"r{number}", pattern.caption, tuple(cell(old, number) for old in pattern.cells))
        for number in range(1, rows + 1)
    )
    return replace(
        report,
        sections=tuple(replace(item, rows=made) if item is section else item for item in report.sections),
    )


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Report:
    return reporters.make(tmp_path_factory.mktemp("annex"), "us", 1).reports()[0]


def test_every_row_is_read_back(report: Report, tmp_path: Path) -> None:
    long = lengthened(report, 1_200)
    done: list[int] = []
    made = papers.make(long, progress=done.append)
    assert made.findings == ()
    assert sum(done) == 1_200
    stem = papers.stem_of(long)
    data = made.files[f"{stem}.pdf"]
    found = readback.compare(contents(long), readback.texts(data, "x.pdf"))
    assert len(found) > 3_600
    assert [item for item in found if not item.same] == []
    assert [
        item
        for item in readback.compare(contents(long), readback.texts(made.files[f"{stem}.xlsx"], "x.xlsx"))
        if not item.same
    ] == []
    (tmp_path / "x.pdf").write_bytes(data)
    told = subprocess.run(
        ["pdftotext", "-layout", str(tmp_path / "x.pdf"), "-"],
        capture_output=True,
        check=True,
        encoding="utf-8",
    ).stdout
    pages = told.split("\f")[:-1]
    with pikepdf.open(io.BytesIO(data)) as file:
        assert len(file.pages) == len(pages)
    annexed = [page for page in pages if "Annex 1." in page]
    assert "Annex 1: 1200 rows" in told
    assert len(annexed) > 20
    for number, page in enumerate(annexed, 1):
        assert "WORKING COPY" in page
        assert "Amount" in page
        assert f"page {number} of {len(annexed)}" in " ".join(page.split())


def test_the_same_bytes(report: Report) -> None:
    long = lengthened(report, 600)
    stem = papers.stem_of(long)
    assert papers.make(long).files[f"{stem}.pdf"] == papers.make(long).files[f"{stem}.pdf"]


def test_a_short_list_stays_where_it_is(report: Report) -> None:
    assert annex.long_sections(lengthened(report, annex.LONG)) == []
    assert len(annex.long_sections(lengthened(report, annex.LONG + 1))) == 1


def test_letters_of_no_font_are_told_and_rare_ones_drawn(report: Report) -> None:
    drawn = lengthened(report, 501, ["Ω ἄνθρωπος", "Ünïcödé — «ёжик»"])
    assert papers.make(drawn).findings == ()
    lacking = lengthened(report, 501, ["\N{GRINNING FACE}"])
    assert [item.code for item in papers.make(lacking).findings] == ["report.glyph"]


def test_a_row_higher_than_a_page(report: Report) -> None:
    long = lengthened(report, 501, ["Взнос"] * 30 + ["Очень длинное назначение платежа " * 120])
    high = sum("назначение" in cell.text for item in long.sections for row in item.rows for cell in row.cells)
    assert high > 10
    data = papers.make(long).files[f"{papers.stem_of(long)}.pdf"]
    with pikepdf.open(io.BytesIO(data)) as file:
        assert len(file.pages) > high
