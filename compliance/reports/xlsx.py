"""A `Report` as a workbook: totals are formulas that carry their values, text is never a formula.

The library makes everything around the rows: styles, widths, page setup. The rows are streamed between its
head and its tail (ECMA-376, inline strings), at bounded memory however long the lists are. Nothing is written
to a temporary file. Members have fixed dates and modes, so that the same report gives the same bytes.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import islice
from typing import NamedTuple

from compliance.errors import InputError
from compliance.i18n import _
from compliance.money import plain
from compliance.reports import words
from compliance.reports.model import Cell, Report, Section
from compliance.reports.page import clean, mark
from compliance.sheets import CHUNK, MAX_ROWS, MAX_TEXT, SIGNIFICANT, escaped, letters, member, row_height

_PAPERS = {"a4": 9, "letter": 1}
"""As workbooks number them (ECMA-376, 18.3.1.63)."""
_CAPTION, _COLUMN = 46, 18
"""Widths in characters: of what a row is called, and of every other column."""
_UPRIGHT = 6
"""Columns that can still be read on one page of upright paper."""
_SHEET = "xl/worksheets/sheet1.xml"
_ROWS = re.compile(rb"<sheetData>.*</sheetData>", re.DOTALL)
_FORMULA = ("=", "+", "-", "@")
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


class _Look(NamedTuple):
    """How a cell looks; ``quoted`` keeps text that begins like a formula text when it is edited."""

    bold: bool = False
    italic: bool = False
    grid: bool = False
    quoted: bool = False
    number: str = ""
    right: bool = False


@dataclass(slots=True)
class _Sheet:
    """``places``: where the cells stand that totals are added from, id -> row and column, counted from 0;
    ``row`` is the next to be written; ``looks`` counts from 1, in the order first used."""

    report: Report
    row: int = 0
    places: dict[str, tuple[int, int]] = field(default_factory=dict)
    looks: dict[_Look, int] = field(default_factory=dict)


def render(report: Report) -> bytes:
    """The workbook; the same report gives the same bytes."""
    on, head, packed = _Sheet(report), _head(report), io.BytesIO()
    parts = {part for cell in report.all_cells() if cell.parts for _weight, part in cell.parts}
    on.row = len(head) + 1
    for section in report.sections:
        _place(on, section, parts)
    if on.row > MAX_ROWS:
        raise InputError(
            _("the report has more rows than a sheet of a workbook can hold"),
            place=report.name,
            remedy=_("Export the rows instead: compliance export --format csv"),
        )
    frame = _frame(report, on.row - 2)
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name in tuple(frame):
            if name != _SHEET:
                archive.writestr(member(name), frame[name])
                continue
            before, after = _ROWS.split(frame[name])
            with archive.open(member(name), "w") as out:
                out.write(before + b"<sheetData>")
                for rows in _chunks(_rows(on, head)):
                    out.write(rows)
                out.write(b"</sheetData>" + after)
            frame = _frame(report, on.row - 2, tuple(on.looks))
    return packed.getvalue()


def _frame(report: Report, last: int, looks: Sequence[_Look] = ()) -> dict[str, bytes]:
    """All parts of the workbook, in order: its paper, one page wide, readable column widths, styles of these looks.

    Its sheet has nothing but corners as far as the row ``last``.
    """
    from xlsxwriter import Workbook  # type: ignore[import-untyped]

    made = io.BytesIO()
    book = Workbook(made, {"in_memory": True})
    sheet = book.add_worksheet("1")
    formats = [book.add_format(_format(look)) for look in looks or (_Look(),)]
    widest = max((len(section.columns) + (not section.each) for section in report.sections), default=1)
    sheet.set_column(0, 0, _CAPTION)
    if widest > 1:
        sheet.set_column(1, widest - 1, _COLUMN)
    sheet.set_paper(_PAPERS[report.paper])
    if widest > _UPRIGHT:
        sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    for at, look in enumerate(formats):
        sheet.write_blank(at, 0, None, look)
    sheet.write_blank(last, widest - 1, None, formats[0])
    book.close()
    day = report.period.last.isoformat()
    written = {"docProps/core.xml": _CORE.format(day=day).encode(), "docProps/app.xml": _APP.encode()}
    with zipfile.ZipFile(made) as archive:
        return {name: written.get(name) or archive.read(name) for name in archive.namelist()}


def _format(look: _Look) -> dict[str, object]:
    """In the library's words."""
    figure = look.number or look.right
    return {
        "bold": look.bold,
        "italic": look.italic,
        "border": int(look.grid),
        "quote_prefix": look.quoted,
        "valign": "top",
        **({"num_format": look.number} if look.number else {}),
        **({"align": "right"} if look.right else {}),
        **({} if figure else {"text_wrap": True}),
    }


def _chunks(rows: Iterator[str]) -> Iterator[bytes]:
    while chunk := "".join(islice(rows, CHUNK)):
        yield chunk.encode()


def _rows(on: _Sheet, head: Sequence[str]) -> Iterator[str]:
    on.row = 0
    for text in head:
        yield _words(on, text, bold=text == on.report.title.text)
    on.row += 1
    for section in on.report.sections:
        yield from _section(on, section)


def _section(on: _Sheet, section: Section) -> Iterator[str]:
    caption = " ".join(part for part in (section.caption.text, section.group) if part)
    yield _words(on, caption, bold=True)
    line = _Line(on, int(not section.each))
    for column in section.columns:
        line.text(column.text, _Look(grid=True, italic=column.working))
    yield line.done()
    plain_look, bold_look = _Look(grid=True), _Look(grid=True, bold=True)
    for row in section.rows:
        look = bold_look if row.total else plain_look
        line = _Line(on)
        if not section.each:
            line.text(row.caption.text, look._replace(italic=row.caption.working))
        for cell in row.cells:
            line.cell(cell, look)
        yield line.done()
    if not section.rows and section.empty:
        yield _words(on, section.empty, bold=False)
    on.row += 1


def _words(on: _Sheet, text: str, *, bold: bool) -> str:
    """Words of their own row, broken in the first column: running on they would make a printed page wider."""
    line = _Line(on)
    line.text(text, _Look(bold=bold))
    return line.done()


@dataclass(slots=True)
class _Line:
    """The next row as it is put together, from its ``column``-th cell on."""

    on: _Sheet
    column: int = 0
    cells: list[str] = field(default_factory=list)
    texts: list[tuple[str, int]] = field(default_factory=list)

    def text(self, text: str, look: _Look) -> None:
        """The one way text enters: it is text whatever it begins with, and stays so when edited."""
        text = clean(text)
        if len(text) > MAX_TEXT:
            text = text[:MAX_TEXT] + " […]"
        if text[:1] in _FORMULA:
            look = look._replace(quoted=True)
        self.texts.append((text, _COLUMN if self.column else _CAPTION))
        self._add(
            look, f' t="inlineStr"><is><t xml:space="preserve">{escaped(text)}</t></is></c>' if text else "/>"
        )

    def cell(self, cell: Cell, look: _Look) -> None:
        report = self.on.report
        if cell.units is None or not cell.is_figure:
            self.text(cell.text, look)
            return
        decimals = words.decimals_of(report.currency, report.unit_minor) if cell.kind != "count" else 0
        value = plain(cell.units, report.currency) if decimals else str(cell.units)
        formula = _formula(cell, self.on.places) if cell.kind == "total" else ""
        if not formula and len(value) > SIGNIFICANT and sum(map(str.isdigit, value)) > SIGNIFICANT:
            self._add(look._replace(right=True), f' t="inlineStr"><is><t>{value}</t></is></c>')
            return
        look = look._replace(number=_number_format(value, decimals, report.grouping))
        self._add(look, f"><f>{formula}</f><v>{value}</v></c>" if formula else f"><v>{value}</v></c>")

    def _add(self, look: _Look, rest: str) -> None:
        looks = self.on.looks
        style = looks.setdefault(look, len(looks) + 1)
        self.cells.append(f'<c r="{letters(self.column)}{self.on.row + 1}" s="{style}"{rest}')
        self.column += 1

    def done(self) -> str:
        """With room for all lines of its wrapped texts."""
        height = row_height(self.texts)
        high = f' ht="{height}" customHeight="1"' if height else ""
        self.on.row += 1
        return f'<row r="{self.on.row}"{high}>{"".join(self.cells)}</row>'


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


def _number_format(value: str, decimals: int, grouping: str) -> str:
    """``#,##0.00``. Lakhs and crores are no format of a spreadsheet's own: conditions write their commas, of which
    there is room for two, so that they go by the size and sign of what stands there now."""
    end = "." + "0" * decimals if decimals else ""
    if grouping != "indian":
        return f"#,##0{end}"
    amount = Decimal(value)
    lakh, crore = 100_000, 10_000_000
    steps = ((crore, 3), (lakh, 2)) if abs(amount) < 100 * crore else ((100 * crore, 4), (crore, 3))
    sign, compared = ("-", "<=-") if amount < 0 else ("", ">=")
    parts = [
        f"[{compared}{least}]{sign}" + "##\\," * (pairs - 1) + f"##\\,##0{end}" for least, pairs in steps
    ]
    return ";".join([*parts, f"##,##0{end}"])


def _formula(cell: Cell, places: Mapping[str, tuple[int, int]]) -> str:
    """``SUM(B5:B13)`` where the parts stand below each other, else ``B5+B6-C7``; empty without coordinates."""
    if not cell.parts or any(part not in places for _weight, part in cell.parts):
        return ""
    spots = [places[part] for _weight, part in cell.parts]
    rows, columns = [row for row, _column in spots], {column for _row, column in spots}
    plus = all(weight == 1 for weight, _part in cell.parts)
    if plus and len(spots) > 2 and len(columns) == 1 and rows == list(range(rows[0], rows[0] + len(rows))):
        return f"SUM({_named(*spots[0])}:{_named(*spots[-1])})"
    terms = []
    for (weight, _part), spot in zip(cell.parts, spots, strict=True):
        times = "" if abs(weight) == 1 else f"{abs(weight)}*"
        terms.append(f"{'+' if weight > 0 else '-'}{times}{_named(*spot)}")
    return "".join(terms).removeprefix("+")


def _named(row: int, column: int) -> str:
    return f"{letters(column)}{row + 1}"
