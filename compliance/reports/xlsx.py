"""A `Report` as a workbook: totals are formulas that carry their values, text is never a formula.

Written row by row at bounded memory, however long its lists are. The library's parts go through a private
folder; the archive is packed anew with fixed dates and modes, so that the same report gives the same bytes.
"""

from __future__ import annotations

import io
import shutil
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Set
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
from compliance.sheets import MAX_TEXT, SIGNIFICANT, row_height

if TYPE_CHECKING:
    from xlsxwriter import Workbook  # type: ignore[import-untyped]
    from xlsxwriter.format import Format  # type: ignore[import-untyped]
    from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]

_EPOCH = (1980, 1, 1, 0, 0, 0)
_A4 = 9
_CAPTION, _COLUMN = 46, 18
"""Widths in characters: of what a row is called, and of every other column."""
_UPRIGHT = 6
"""Columns that can still be read on one page of upright paper."""
_CORE = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<cp:coreProperties'
    ' xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"'
    ' xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
    '<dcterms:created xsi:type="dcterms:W3CDTF">{day}T00:00:00Z</dcterms:created>'
    '<dcterms:modified xsi:type="dcterms:W3CDTF">{day}T00:00:00Z</dcterms:modified></cp:coreProperties>'
)
_APP = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<Properties'
    ' xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties">'
    "<Application>compliance</Application></Properties>"
)


@dataclass(slots=True)
class _Sheet:
    """``places``: where the cells stand that totals are added from, id -> row and column, counted from 0;
    ``row`` is the next to be written."""

    book: Workbook
    sheet: Worksheet
    report: Report
    row: int = 0
    places: dict[str, tuple[int, int]] = field(default_factory=dict)
    formats: dict[tuple[tuple[str, Any], ...], Format] = field(default_factory=dict)

    def format(self, **look: Any) -> Format:
        """One a look, however many cells have it."""
        key = tuple(look.items())
        if key not in self.formats:
            self.formats[key] = self.book.add_format(look)
        return self.formats[key]


def render(report: Report) -> bytes:
    """The workbook; the same report gives the same bytes."""
    from xlsxwriter import Workbook

    buffer = io.BytesIO()
    with private_temp() as folder:
        book = Workbook(buffer, {"constant_memory": True, "tmpdir": str(folder)})
        sheet = book.add_worksheet("1")
        on = _Sheet(book, sheet, report)
        _setup(sheet, report)
        head = _head(report)
        on.row = len(head) + 1
        parts = {part for cell in report.all_cells() for _weight, part in cell.parts}
        for section in report.sections:
            _place(on, section, parts)
        for row, text in enumerate(head):
            _heading(on, row, text, bold=text == report.title.text)
        on.row = len(head) + 1
        for section in report.sections:
            _section(on, section)
        book.close()
    return _packed(buffer, report.period.last)


@contextmanager
def private_temp() -> Iterator[Path]:
    """A folder of ours for a library's temporary files (0700, in memory where there is one); then it goes."""
    memory = Path("/dev/shm")
    folder = tempfile.mkdtemp(prefix="compliance-", dir=memory if memory.is_dir() else None)
    try:
        yield Path(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _head(report: Report) -> list[str]:
    lines = [
        mark(report),
        report.title.text,
        words.period_words(report.period, report.language),
        report.head.organisation,
        words.unit_words(report.currency, report.unit_minor, report.language),
    ]
    return [text for text in lines if text]


def _place(on: _Sheet, section: Section, parts: Set[str]) -> None:
    """Give the ``parts`` of totals in a section their coordinates, before any formula is written."""
    on.row += 2
    first = 0 if section.each else 1
    for row in section.rows:
        for at, cell in enumerate(row.cells, first):
            if cell.id in parts:
                on.places[cell.id] = (on.row, at)
        on.row += 1
    on.row += 1 if section.rows or not section.empty else 2


def _section(on: _Sheet, section: Section) -> None:
    caption = " ".join(part for part in (section.caption.text, section.group) if part)
    _heading(on, on.row, caption, bold=True)
    first = 0 if section.each else 1
    _high(on, on.row + 1, [(first + at, column.text) for at, column in enumerate(section.columns)])
    for at, column in enumerate(section.columns):
        _text(on, on.row + 1, first + at, column.text, wrap=True, grid=True, italic=column.working)
    on.row += 2
    for row in section.rows:
        texts = [(at, cell.text) for at, cell in enumerate(row.cells, first) if _is_text(cell)]
        _high(on, on.row, texts if section.each else [(0, row.caption.text), *texts])
        if not section.each:
            caption = row.caption.text
            _text(on, on.row, 0, caption, wrap=True, grid=True, bold=row.total, italic=row.caption.working)
        for at, cell in enumerate(row.cells, first):
            _cell(on, at, cell, bold=row.total)
        on.row += 1
    if not section.rows and section.empty:
        _heading(on, on.row, section.empty, bold=False)
        on.row += 1
    on.row += 1


def _heading(on: _Sheet, row: int, text: str, *, bold: bool) -> None:
    """Words of their own row, broken in the first column: running on they would make a printed page wider."""
    _high(on, row, [(0, text)])
    _text(on, row, 0, text, bold=bold, wrap=True)


def _high(on: _Sheet, row: int, texts: Iterable[tuple[int, str]]) -> None:
    """Room for all lines of a row's wrapped (column, text), before anything of it is written."""
    height = row_height((text, _COLUMN if column else _CAPTION) for column, text in texts)
    if height:
        # The library keeps what it knows of every row to the end; only the one before may not be written yet.
        for kept in (on.sheet.row_info, on.sheet.row_sizes):
            for written in [number for number in kept if number < row - 1]:
                del kept[written]
        on.sheet.set_row(row, height)


def _is_text(cell: Cell) -> bool:
    return not cell.is_figure or cell.units is None


def _cell(on: _Sheet, column: int, cell: Cell, *, bold: bool) -> None:
    row = on.row
    if _is_text(cell) or cell.units is None:
        _text(on, row, column, cell.text, wrap=True, grid=True)
        return
    decimals = words.decimals_of(on.report.currency, on.report.unit_minor) if cell.kind != "count" else 0
    value = plain(cell.units, on.report.currency) if decimals else str(cell.units)
    shown = _number_format(Decimal(value), decimals, on.report.grouping)
    look = on.format(num_format=shown, bold=bold, border=1, valign="top")
    formula = _formula(cell, on.places) if cell.kind == "total" else ""
    if formula:
        on.sheet.write_formula(row, column, formula, look, Decimal(value))
    elif sum(char.isdigit() for char in value) > SIGNIFICANT:
        on.sheet.write_string(row, column, value, on.format(bold=bold, border=1, align="right", valign="top"))
    else:
        on.sheet.write_number(row, column, Decimal(value), look)


def _number_format(value: Decimal, decimals: int, grouping: str) -> str:
    """``#,##0.00``. Lakhs and crores are no format of a spreadsheet's own: conditions write their commas, of which
    there is room for two, so that they go by the size and sign of what stands there now."""
    end = "." + "0" * decimals if decimals else ""
    if grouping != "indian":
        return f"#,##0{end}"
    lakh, crore = 100_000, 10_000_000
    steps = ((crore, 3), (lakh, 2)) if abs(value) < 100 * crore else ((100 * crore, 4), (crore, 3))
    sign, compared = ("-", "<=-") if value < 0 else ("", ">=")
    parts = [
        f"[{compared}{least}]{sign}" + "##\\," * (pairs - 1) + f"##\\,##0{end}" for least, pairs in steps
    ]
    return ";".join([*parts, f"##,##0{end}"])


def _formula(cell: Cell, places: Mapping[str, tuple[int, int]]) -> str:
    """``=SUM(B5:B13)`` where the parts stand below each other, else ``=B5+B6-C7``; empty without coordinates."""
    from xlsxwriter.utility import xl_rowcol_to_cell as named  # type: ignore[import-untyped]

    if not cell.parts or any(part not in places for _weight, part in cell.parts):
        return ""
    spots = [places[part] for _weight, part in cell.parts]
    rows, columns = [row for row, _column in spots], {column for _row, column in spots}
    plus = all(weight == 1 for weight, _part in cell.parts)
    if plus and len(spots) > 2 and len(columns) == 1 and rows == list(range(rows[0], rows[0] + len(rows))):
        return f"=SUM({named(*spots[0])}:{named(*spots[-1])})"
    terms = []
    for (weight, _part), spot in zip(cell.parts, spots, strict=True):
        times = "" if abs(weight) == 1 else f"{abs(weight)}*"
        terms.append(f"{'+' if weight > 0 else '-'}{times}{named(*spot)}")
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
    look = on.format(
        bold=bold,
        italic=italic,
        text_wrap=wrap,
        valign="top" if wrap else "bottom",
        border=int(grid),
        quote_prefix=text[:1] in ("=", "+", "-", "@"),
    )
    if text:
        on.sheet.write_string(row, column, text, look)
    else:
        on.sheet.write_blank(row, column, None, look)


def _setup(sheet: Worksheet, report: Report) -> None:
    """A4, one page wide, readable column widths."""
    widest = max((len(section.columns) + (not section.each) for section in report.sections), default=1)
    sheet.set_column(0, 0, _CAPTION)
    if widest > 1:
        sheet.set_column(1, widest - 1, _COLUMN)
    sheet.set_paper(_A4)
    if widest > _UPRIGHT:
        sheet.set_landscape()
    sheet.fit_to_pages(1, 0)


def _packed(made: io.BytesIO, day: date) -> bytes:
    """The archive again: no author, fixed dates and modes, and whose work it is."""
    out = io.BytesIO()
    written = {"docProps/core.xml": _CORE.format(day=day.isoformat()), "docProps/app.xml": _APP}
    with (
        zipfile.ZipFile(made) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as new,
    ):
        for name in old.namelist():
            info = zipfile.ZipInfo(name, _EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 3
            info.external_attr = 0o600 << 16
            if name in written:
                new.writestr(info, written[name].encode())
                continue
            with old.open(name) as source, new.open(info, "w") as target:
                shutil.copyfileobj(source, target, 1 << 20)
    return out.getvalue()
