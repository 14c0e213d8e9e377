"""A `Report` as a workbook: totals are formulas that carry their values, text is never a formula.

openpyxl writes no cached values, other dates at each run and sheets in clear to the temporary folder:
values are put in afterwards, the archive is packed anew with fixed dates, and a private folder is used.
"""

from __future__ import annotations

import io
import shutil
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from compliance.money import plain
from compliance.reports import words
from compliance.reports.model import Cell, Report, Section
from compliance.reports.page import clean, mark

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

MAX_TEXT = 32_000
"""Excel keeps no more than 32,767 characters in a cell; the PDF has the whole text."""
_EPOCH = (1980, 1, 1, 0, 0, 0)
_SHEET = "xl/worksheets/sheet1.xml"
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_CORE = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<cp:coreProperties'
    ' xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"'
    ' xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
    '<dcterms:created xsi:type="dcterms:W3CDTF">{day}T00:00:00Z</dcterms:created>'
    '<dcterms:modified xsi:type="dcterms:W3CDTF">{day}T00:00:00Z</dcterms:modified></cp:coreProperties>'
)


@dataclass(slots=True)
class _Sheet:
    """Where cells went: id -> coordinate; and the cached values of formulas, coordinate -> text."""

    sheet: Worksheet
    report: Report
    row: int = 1
    places: dict[str, tuple[int, int]] = field(default_factory=dict)
    cached: dict[str, str] = field(default_factory=dict)


def render(report: Report) -> bytes:
    """The workbook; the same report gives the same bytes."""
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "1"
    on = _Sheet(sheet, report)
    _head(on)
    for section in report.sections:
        _place(on, section)
    on.row = 1
    _head(on)
    for section in report.sections:
        _section(on, section)
    _setup(sheet, report)
    buffer = io.BytesIO()
    with private_temp():
        book.save(buffer)
    return _packed(buffer.getvalue(), on.cached, report.period.last)


@contextmanager
def private_temp() -> Iterator[None]:
    """Temporary files of libraries go to a folder of ours (0700, in memory where there is one), then away."""
    memory = Path("/dev/shm")
    folder = tempfile.mkdtemp(prefix="compliance-", dir=memory if memory.is_dir() else None)
    before = tempfile.tempdir
    tempfile.tempdir = folder
    try:
        yield
    finally:
        tempfile.tempdir = before
        shutil.rmtree(folder, ignore_errors=True)


def _head(on: _Sheet) -> None:
    report = on.report
    lines = [
        mark(report),
        report.title.text,
        words.period_words(report.period, report.language),
        report.head.organisation,
        words.unit_words(report.currency, report.unit_minor, report.language),
    ]
    for text in lines:
        if text:
            _text(on, on.row, 1, text, bold=text == report.title.text)
            on.row += 1
    on.row += 1


def _place(on: _Sheet, section: Section) -> None:
    """Give every cell of a section its coordinate, before any formula is written."""
    on.row += 2
    first = 1 if section.each else 2
    for row in section.rows:
        for at, cell in enumerate(row.cells):
            on.places[cell.id] = (on.row, first + at)
        on.row += 1
    on.row += 1


def _section(on: _Sheet, section: Section) -> None:
    caption = " ".join(part for part in (section.caption.text, section.group) if part)
    _text(on, on.row, 1, caption, bold=True)
    first = 1 if section.each else 2
    for at, column in enumerate(section.columns):
        _text(on, on.row + 1, first + at, column.text, wrap=True, grid=True, italic=column.working)
    on.row += 2
    for row in section.rows:
        if not section.each:
            _text(
                on,
                on.row,
                1,
                row.caption.text,
                wrap=True,
                grid=True,
                bold=row.total,
                italic=row.caption.working,
            )
        for cell in row.cells:
            _cell(on, cell, bold=row.total)
        on.row += 1
    if not section.rows and section.empty:
        _text(on, on.row - 1, 1, section.empty)
    on.row += 1


def _cell(on: _Sheet, cell: Cell, *, bold: bool) -> None:
    row, column = on.places[cell.id]
    if not cell.is_figure or cell.units is None:
        _text(on, row, column, cell.text, wrap=True, grid=True)
        return
    from openpyxl.utils import get_column_letter

    decimals = words.decimals_of(on.report.currency, on.report.unit_minor) if cell.kind != "count" else 0
    value = plain(cell.units, on.report.currency) if decimals else str(cell.units)
    target = on.sheet.cell(row, column)
    formula = _formula(cell, on.places) if cell.kind == "total" else ""
    if formula:
        target.value = formula
        on.cached[f"{get_column_letter(column)}{row}"] = value
    else:
        target.value = Decimal(value) if decimals else int(value)
    target.number_format = "#,##0" + ("." + "0" * decimals if decimals else "")
    _style(target, bold=bold, grid=True)


def _formula(cell: Cell, places: Mapping[str, tuple[int, int]]) -> str:
    """``=SUM(B5:B13)`` where the parts stand below each other, else ``=B5+B6-C7``; empty without coordinates."""
    from openpyxl.utils import get_column_letter

    if not cell.parts or any(part not in places for _weight, part in cell.parts):
        return ""
    spots = [places[part] for _weight, part in cell.parts]
    rows, columns = [row for row, _column in spots], {column for _row, column in spots}
    plus = all(weight == 1 for weight, _part in cell.parts)
    if plus and len(spots) > 2 and len(columns) == 1 and rows == list(range(rows[0], rows[0] + len(rows))):
        letter = get_column_letter(columns.pop())
        return f"=SUM({letter}{rows[0]}:{letter}{rows[-1]})"
    terms = []
    for (weight, _part), (row, column) in zip(cell.parts, spots, strict=True):
        times = "" if abs(weight) == 1 else f"{abs(weight)}*"
        terms.append(f"{'+' if weight > 0 else '-'}{times}{get_column_letter(column)}{row}")
    return "=" + "".join(terms).removeprefix("+")


def _text(
    on: _Sheet,
    row: int,
    column: int,
    text: str,
    *,
    bold: bool = False,
    italic: bool = False,
    wrap: bool = False,
    grid: bool = False,
) -> None:
    """The one way text enters: of type ``s`` whatever it begins with, and it stays so when edited."""
    text = clean(text)
    if len(text) > MAX_TEXT:
        text = text[:MAX_TEXT] + " […]"
    target = on.sheet.cell(row, column)
    if text:
        target.value = text
        target.data_type = "s"
        target.quotePrefix = text[:1] in "=+-@"
    _style(target, bold=bold, italic=italic, wrap=wrap, grid=grid)


def _style(
    target: Any, *, bold: bool = False, italic: bool = False, wrap: bool = False, grid: bool = False
) -> None:
    from openpyxl.styles import Alignment, Border, Font, Side

    target.font = Font(bold=bold, italic=italic)
    target.alignment = Alignment(wrap_text=wrap, vertical="top" if wrap else "bottom")
    if grid:
        thin = Side(style="thin")
        target.border = Border(left=thin, right=thin, top=thin, bottom=thin)


def _setup(sheet: Worksheet, report: Report) -> None:
    """Upright A4, one page wide, readable column widths."""
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.properties import PageSetupProperties

    widest = max((len(section.columns) + (not section.each) for section in report.sections), default=1)
    for number in range(1, widest + 1):
        sheet.column_dimensions[get_column_letter(number)].width = 46 if number == 1 else 18
    sheet.page_setup.paperSize = 9
    sheet.page_setup.orientation = "portrait"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)


def _packed(data: bytes, cached: Mapping[str, str], day: date) -> bytes:
    """The archive again: values beside formulas, no author, fixed dates."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            body = old.read(name)
            if name == _SHEET:
                body = _with_values(body, cached)
            elif name == "docProps/core.xml":
                body = _CORE.format(day=day.isoformat()).encode()
            info = zipfile.ZipInfo(name, _EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 3
            info.external_attr = 0o600 << 16
            new.writestr(info, body, compresslevel=6)
    return out.getvalue()


def _with_values(body: bytes, cached: Mapping[str, str]) -> bytes:
    from lxml import etree

    root = etree.fromstring(body, etree.XMLParser(resolve_entities=False, no_network=True))
    for cell in root.iter(f"{_MAIN}c"):
        if cell.find(f"{_MAIN}f") is None:
            continue
        value = cell.find(f"{_MAIN}v")
        if value is None:
            value = etree.SubElement(cell, f"{_MAIN}v")
        value.text = cached[str(cell.get("r"))]
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
