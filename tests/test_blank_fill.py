"""The official blank filled by a confirmed map: each figure in its place, all else as it was, read by others."""

from __future__ import annotations

import contextlib
import io
import shutil
import zipfile
from pathlib import Path
from xml.sax.saxutils import escape

import openpyxl
import pytest
import reporters
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.styles import Font
from python_calamine import load_workbook
from test_amendments import filed
from workbench import Bench

from compliance.errors import InputError
from compliance.reports import blankfill, blankgrid, blankmap
from compliance.reports.model import Report
from tests.media.documents import docx as made_docx


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Report:
    return reporters.make(tmp_path_factory.mktemp("blank"), "ru", 1).reports()[0]


def lines(report: Report) -> list[tuple[list[str], list[str]]]:
    """(words of the columns, words of the rows) of each table that the blank has."""
    return [
        (
            [column.text.strip("[]") for column in section.columns],
            [row.caption.text.strip("[]").upper() for row in section.rows],
        )
        for section in report.sections
        if not section.each
    ]


def workbook(report: Report) -> bytes:
    """As ministries make them: a title, a number column, merged cells, styles, a second sheet, a note below."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Форма №1"
    sheet.merge_cells("A1:G1")
    sheet["A1"] = "ОТЧЁТ о расходовании (утв. приказом)"
    sheet["A1"].font = Font(bold=True, size=14)
    row = 3
    for columns, rows in lines(report):
        for at, text in enumerate(["№ п/п", "Показатель", *columns], 1):
            sheet.cell(row, at, text)
        for number, text in enumerate(rows, 1):
            sheet.cell(row + number, 1, number)
            sheet.cell(row + number, 2, text)
            sheet.cell(row + number, 3).font = Font(italic=True)
        row += len(rows) + 3
    sheet.cell(row, 1, "Подпись ____________ М.П.")
    book.create_sheet("Справка")["A1"] = "не заполняется"
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def document(report: Report) -> bytes:
    """Tables with a caption over several columns, runs that part words, empty cells with a style of their own."""

    def cell(text: str, span: int = 1) -> str:
        width = f'<w:tcPr><w:gridSpan w:val="{span}"/></w:tcPr>' if span > 1 else ""
        half = len(text) // 2
        runs = "".join(
            f"<w:r><w:rPr><w:i/></w:rPr><w:t xml:space='preserve'>{escape(part)}</w:t></w:r>"
            for part in (text[:half], text[half:])
        )
        return f"<w:tc>{width}<w:p>{runs}</w:p></w:tc>"

    body = "<w:p><w:r><w:t>ОТЧЁТ</w:t></w:r></w:p>"
    for columns, rows in lines(report):
        made = f"<w:tr>{cell('Показатель', 2)}{''.join(map(cell, columns))}</w:tr>"
        for number, text in enumerate(rows, 1):
            made += f"<w:tr>{cell(str(number))}{cell(text)}{''.join(cell('') for _column in columns)}</w:tr>"
        grid = '<w:gridCol w:w="1300"/>' * (len(columns) + 2)
        body += f"<w:tbl><w:tblPr/><w:tblGrid>{grid}</w:tblGrid>{made}</w:tbl><w:p/>"
    return made_docx(body)


ODF = " ".join(
    f'xmlns:{key}="urn:oasis:names:tc:opendocument:xmlns:{key}:1.0"'
    for key in ("office", "table", "text", "style")
)


def spreadsheet(report: Report) -> bytes:
    """As LibreOffice saves them: rows and cells that stand for several, a title over covered cells, a formula, a note."""

    def cell(text: str, more: str = "") -> str:
        note = (
            "<office:annotation><text:p>spent.all</text:p></office:annotation>"
            if text.startswith("ВСЕГО")
            else ""
        )
        return f'<table:table-cell office:value-type="string"{more}>{note}<text:p>{escape(text)}</text:p></table:table-cell>'

    def number(value: int) -> str:
        return f'<table:table-cell office:value-type="float" office:value="{value}"><text:p>{value}</text:p></table:table-cell>'

    blank_rows = '<table:table-row table:number-rows-repeated="2"><table:table-cell table:number-columns-repeated="9"/></table:table-row>'
    title = cell("ОТЧЁТ о расходовании", ' table:number-columns-spanned="7" table:number-rows-spanned="1"')
    body = f'<table:table-row>{title}<table:covered-table-cell table:number-columns-repeated="6"/></table:table-row>{blank_rows}'
    for columns, rows in lines(report):
        body += f"<table:table-header-rows><table:table-row>{''.join(map(cell, ['№ п/п', 'Показатель', *columns]))}</table:table-row></table:table-header-rows>"
        for at, text in enumerate(rows, 1):
            empty = f'<table:table-cell table:style-name="ce2" table:number-columns-repeated="{len(columns) + 3}"/>'
            body += f"<table:table-row>{number(at)}{cell(text)}{empty}</table:table-row>"
        body += blank_rows
    body += '<table:table-row table:number-rows-repeated="1048000"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {ODF} office:version="1.3"><office:automatic-styles>'
        '<style:style style:name="ce2" style:family="table-cell"/></office:automatic-styles><office:body><office:spreadsheet>'
        f'<table:table table:name="Форма №1">{body}</table:table>'
        f'<table:table table:name="2">{"<table:table-row>" + cell("не заполняется") + "</table:table-row>"}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = (
        '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.3">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/>'
        '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", kind, zipfile.ZIP_STORED)
        archive.writestr("content.xml", content)
        archive.writestr("META-INF/manifest.xml", manifest)
    return out.getvalue()


MAKERS = {"xlsx": workbook, "docx": document, "ods": spreadsheet}


def named(report: Report) -> set[str]:
    return {
        cell.id
        for section in report.sections
        if not section.each
        for row in section.rows
        for cell in row.cells
        if cell.is_figure
    }


@pytest.mark.parametrize("kind", MAKERS)
def test_every_figure_finds_its_place(report: Report, kind: str) -> None:
    found = blankmap.propose(report, MAKERS[kind](report), f"blank.{kind}")
    assert set(found.cells) == named(report)
    assert len(set(found.cells.values())) == len(found.cells)


def test_a_workbook_read_by_another_program(report: Report) -> None:
    blank = workbook(report)
    mapped = blankmap.propose(report, blank, "b.xlsx")
    made = blankfill.fill(report, blank, mapped, "b.xlsx")
    old, new = openpyxl.load_workbook(io.BytesIO(blank)), openpyxl.load_workbook(io.BytesIO(made))
    units = {cell.id: cell.units for cell in report.all_cells()}
    filled = {}
    for cell, place in mapped.cells.items():
        sheet, spot = place.split("!")
        assert new[sheet][spot].value == units[cell]
        filled[sheet, spot] = True
        words = new[sheet].cell(new[sheet][spot].row, 2).value
        assert (
            words
            == next(
                row.caption.text
                for s in report.sections
                for row in s.rows
                if any(c.id == cell for c in row.cells)
            )
            .strip("[]")
            .upper()
        )
    for sheet in old.sheetnames:
        for row in old[sheet].iter_rows():
            for cell_ in row:
                if (sheet, cell_.coordinate) not in filled:
                    assert new[sheet][cell_.coordinate].value == cell_.value
                assert new[sheet][cell_.coordinate].style_id == cell_.style_id
        assert new[sheet].merged_cells.ranges == old[sheet].merged_cells.ranges
    same = _members(blank), _members(made)
    assert {name for name in same[0] if same[0][name] != same[1][name]} == {"xl/worksheets/sheet1.xml"}


@pytest.mark.parametrize("kind", ["xlsx", "ods"])
def test_a_sheet_read_by_another_reader(report: Report, kind: str) -> None:
    """Every figure in its place, every other cell as it was, as calamine reads both."""
    blank = MAKERS[kind](report)
    mapped = blankmap.propose(report, blank, "b")
    assert mapped.suffix == f".{kind}"
    made = blankfill.fill(report, blank, mapped, "b")
    units = {cell.id: cell.units for cell in report.all_cells()}
    wanted = {}
    for cell, place in mapped.cells.items():
        sheet, spot = place.split("!")
        column, row = spot.rstrip("0123456789"), int(spot.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
        wanted[sheet, row, blankmap.number_of(column)] = units[cell]
    old, new = (load_workbook(io.BytesIO(data)) for data in (blank, made))
    assert old.sheet_names == new.sheet_names
    seen = 0
    for name in old.sheet_names:
        before, after = (book.get_sheet_by_name(name).to_python(skip_empty_area=False) for book in (old, new))
        assert len(before) == len(after)
        for at, row in enumerate(after):
            for across, value in enumerate(row):
                there = before[at][across] if across < len(before[at]) else ""
                key = (name, at + 1, across + 1)
                assert value == wanted.get(key, there), key
                seen += key in wanted
    assert seen == len(wanted)


def test_an_ods_keeps_its_other_members_and_its_kind(report: Report) -> None:
    blank = spreadsheet(report)
    made = blankfill.fill(report, blank, blankmap.propose(report, blank, "b"), "b")
    before, after = _members(blank), _members(made)
    assert {name for name in before if before[name] != after[name]} == {"content.xml"}
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        first = archive.infolist()[0]
    assert (first.filename, first.compress_type) == ("mimetype", zipfile.ZIP_STORED)


def test_a_covered_cell_of_an_ods_takes_no_figure(report: Report) -> None:
    blank = spreadsheet(report)
    mapped = blankmap.propose(report, blank, "b").model_copy(
        update={"cells": {"spent.all.all": "Форма №1!C1"}}
    )
    with pytest.raises(InputError, match="has no place"):
        blankfill.fill(report, blank, mapped, "b")


def test_a_document_read_by_another_program(report: Report) -> None:
    from lxml import etree

    blank = document(report)
    made = blankfill.fill(report, blank, blankmap.propose(report, blank, "b.docx"), "b.docx")
    members = _members(blank), _members(made)
    assert {name for name in members[0] if members[0][name] != members[1][name]} == {"word/document.xml"}
    root = etree.fromstring(members[1]["word/document.xml"])
    space = {"w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main"}
    rows = [
        "|".join("".join(cell.itertext()) for cell in row.findall("w:tc", space))
        for row in root.iter(f"{{{space['w']}}}tr")
    ]
    assert any("ОПЛАТОЙ ТРУДА" in row and row.count("|") == 6 for row in rows)
    printed = [
        cell
        for section in report.sections
        if not section.each
        for row in section.rows
        for cell in row.cells
        if cell.is_figure
    ]
    said = "".join(rows)
    for cell in printed:
        if cell.units and cell.units > 999:
            assert f"{cell.units:,}".replace(",", "\N{NO-BREAK SPACE}") in said


def _members(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.parametrize("place", ["Форма №1!ZZZ9", "Лист!A1", "nothing", "9!9!9", "Форма №1!A0"])
def test_a_place_that_is_not_there(report: Report, place: str) -> None:
    blank = workbook(report)
    mapped = blankmap.propose(report, blank, "b.xlsx").model_copy(update={"cells": {"spent.all.all": place}})
    if place.endswith("ZZZ9"):
        return  # a cell that is far away is a cell all the same
    with pytest.raises(InputError, match="has no place"):
        blankfill.fill(report, blank, mapped, "b.xlsx")


def test_a_figure_over_a_caption_is_refused(report: Report) -> None:
    """A map corrected by hand to a place where words stand: told, nothing written over them silently."""
    blank = workbook(report)
    mapped = blankmap.propose(report, blank, "b.xlsx")
    wrong = mapped.model_copy(update={"cells": {**mapped.cells, "spent.all.all": "Форма №1!A1"}})
    with pytest.raises(InputError, match="words of the blank"):
        blankfill.fill(report, blank, wrong, "b.xlsx")


@pytest.fixture(scope="module")
def blanks(report: Report) -> list[bytes]:
    return [workbook(report), document(report), spreadsheet(report)]


@settings(max_examples=400, deadline=None)
@given(which=st.integers(0, 2), at=st.integers(0, 10**6), value=st.integers(0, 255), lost=st.integers(0, 40))
def test_damaged_blanks_are_refused(blanks: list[bytes], which: int, at: int, value: int, lost: int) -> None:
    """What the child does with them, here: nothing but `InputError` comes out."""
    good = blanks[which]
    at %= len(good)
    bad = good[:at] + bytes([value]) + good[at + 1 + lost :]
    with contextlib.suppress(InputError):
        blankgrid.read(bad, "b")


# The commands


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    return filed(tmp_path_factory.mktemp("blanks") / "books")


@pytest.fixture
def bench(made: Bench, tmp_path: Path, report: Report) -> Bench:
    bench = Bench(Path(shutil.copytree(made.folder, tmp_path / "books")))
    (bench.folder / "b.xlsx").write_bytes(workbook(report))
    return bench


Q4 = ("money", "2025-Q4")


def test_mapped_confirmed_filled(bench: Bench) -> None:
    assert "no map of the blank" in bench.fail(1, "forms", "fill", *Q4)
    rows = bench.rows("forms", "map", *Q4, "--blank", str(bench.folder / "b.xlsx"))
    assert all(row["place"] for row in rows)
    assert "nobody has confirmed" in bench.fail(1, "forms", "fill", *Q4)
    bench.run("forms", "map", *Q4, "--confirm", "--yes")
    said = bench.run("forms", "fill", *Q4)
    assert said.out.strip() == "reports/money-2025-Q4-blank.xlsx"
    place = next(row["place"] for row in rows if row["cell"] == "spent.pay.foreign")
    sheet, spot = place.split("!")
    book = openpyxl.load_workbook(bench.folder / "reports" / "money-2025-Q4-blank.xlsx")
    assert book[sheet][spot].value == 123
    bench.run("books", "audit")


def test_a_changed_map_or_blank_must_be_confirmed_again(bench: Bench) -> None:
    bench.run("forms", "map", *Q4, "--blank", str(bench.folder / "b.xlsx"), "--confirm", "--yes")
    path = bench.folder / "blanks" / "money.json"
    path.write_text(path.read_text("utf-8").replace("!C", "!D", 1), "utf-8")
    assert "nobody has confirmed" in bench.fail(1, "forms", "fill", *Q4)
    blank = bench.folder / "blanks" / "money.xlsx"
    blank.write_bytes(blank.read_bytes() + b"\0")
    assert "another file" in bench.fail(1, "forms", "fill", *Q4)
    path.write_text("{}")
    bench.fail(3, "forms", "fill", *Q4)
    (bench.folder / "x.docx").write_bytes(b"no")
    bench.fail(3, "forms", "map", *Q4, "--blank", str(bench.folder / "x.docx"))
