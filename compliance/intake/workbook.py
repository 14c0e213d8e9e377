"""Workbooks that people fill in and send back: the one door for making them and for telling them apart.

The first cell of the first page carries a mark, whatever language the page is in. What is ours is
locked, what is theirs is open, with lists to choose from; protection is against slips, not against
people: it has no password. What outside text holds can never become a formula, nothing is written to
a temporary folder, and the same content gives the same bytes.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Container, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from compliance import tables
from compliance.errors import InputError
from compliance.i18n import _
from compliance.intake.since import without_seq
from compliance.periods import Period, parse_period
from compliance.sheets import row_height
from compliance.xlsx import Sheet, Value, read_workbook

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

FREE_ROWS = 200
_MAX_CELL = 32_000
_NOTE = 110
"""Characters in a line of a note."""
_EPOCH = (1980, 1, 1, 0, 0, 0)


def new_workbook(title: str) -> tuple[Workbook, Worksheet]:
    """A workbook with one page."""
    from openpyxl import Workbook

    book = Workbook()
    page = book.active
    assert page is not None
    page.title = title
    return book, page


def put_text(page: Worksheet, row: int, column: int, value: str) -> None:
    """Text stays text: without control characters, and never a formula even if somebody edits the cell."""
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    cell = page.cell(row, column)
    clean = ILLEGAL_CHARACTERS_RE.sub(" ", value).encode("utf-8", "replace").decode()[:_MAX_CELL]
    cell.value = clean
    cell.data_type = "s"
    if clean[:1] in "=+-@":
        cell.quotePrefix = True


def header(page: Worksheet, titles: Sequence[str], widths: Sequence[int]) -> None:
    """Bold titles over columns from the first on."""
    from openpyxl.styles import Alignment, Font

    for column, (title, width) in enumerate(zip(titles, widths, strict=True), start=1):
        cell = page.cell(1, column, title)
        cell.font = Font(bold=True)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        page.column_dimensions[cell.column_letter].width = width
    page.row_dimensions[1].height = row_height(zip(titles, widths, strict=True))


def put_lists(
    book: Workbook,
    page: Worksheet,
    choices: Mapping[str, tuple[int, Mapping[str, str]]],
    *,
    last: int,
    free: Iterable[str] = (),
) -> None:
    """A further, visible page with what may be chosen, and the drop-downs of ``page`` that point there.

    ``choices``: name -> the column of ``page`` to choose in, and id -> what the list shows. In those
    of ``free`` something else may be typed, after a question.
    """
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    lists = book.create_sheet(_("Lists"))
    for column, (name, (target, options)) in enumerate(choices.items(), start=1):
        for row, shown in enumerate(options.values(), start=1):
            put_text(lists, row, column, shown)
        if not options:
            continue
        letter = get_column_letter(column)
        rule = DataValidation(
            type="list",
            formula1=f"'{lists.title}'!${letter}$1:${letter}${len(options)}",
            allow_blank=True,
            showErrorMessage=True,
            errorStyle="warning" if name in free else "stop",
        )
        at = get_column_letter(target)
        rule.add(f"{at}2:{at}{last}")
        page.add_data_validation(rule)
    lists.protection.sheet = True


def put_notes(book: Workbook, title: str, notes: Sequence[str]) -> None:
    """A page that says how to fill the others in: one note a row, wide and wrapped."""
    from openpyxl.styles import Alignment

    page = book.create_sheet(title)
    page.column_dimensions["A"].width = _NOTE
    for row, note in enumerate(notes, start=1):
        page.row_dimensions[row].height = row_height([(note, _NOTE)])
        put_text(page, row, 1, note)
        page.cell(row, 1).alignment = Alignment(wrap_text=True, vertical="top")
    page.protection.sheet = True


def protect(page: Worksheet, *, filled: int, answers: Iterable[int], copies: bool = True) -> None:
    """Only the ``answers`` of filled rows are open; of the free rows below all columns, for ``copies``."""
    from openpyxl.styles import Protection

    columns = list(answers)
    open_ = Protection(locked=False)
    for row in range(2, filled + FREE_ROWS + 1):
        free = range(1, max(columns) + 1) if copies and row > filled else columns
        for column in free:
            page.cell(row, column).protection = open_
    page.protection.sheet = True
    page.protection.formatColumns = page.protection.formatRows = False
    page.protection.sort = page.protection.autoFilter = False


class _Archive(zipfile.ZipFile):
    """Members without the hour at which they were written."""

    def writestr(self, name: Any, data: Any, *more: Any, **options: Any) -> None:  # type: ignore[override]
        member = zipfile.ZipInfo(str(name), _EPOCH)
        member.compress_type = zipfile.ZIP_DEFLATED
        super().writestr(member, data, *more, **options)


def saved(book: Workbook) -> bytes:
    """``Workbook.save`` would leave each sheet in clear in the temporary folder; this stays in memory."""
    from openpyxl.worksheet._writer import WorksheetWriter
    from openpyxl.writer.excel import ExcelWriter

    class InMemory(ExcelWriter):
        def write_worksheet(self, ws: Any) -> None:
            out = io.BytesIO()
            writer = WorksheetWriter(ws, out=out)
            writer.write()
            ws._rels = writer._rels  # type: ignore[attr-defined]
            self._archive.writestr(ws.path[1:], out.getvalue())  # type: ignore[attr-defined]
            self.manifest.append(ws)

    book.properties.creator = None
    book.properties.created = book.properties.modified = datetime(*_EPOCH)
    for page in book.worksheets:
        page._drawing = None  # type: ignore[attr-defined]
    data = io.BytesIO()
    with _Archive(data, "w", zipfile.ZIP_DEFLATED) as archive:
        InMemory(book, archive).save()
    return data.getvalue()


def opened(data: bytes, place: str) -> tuple[str, list[Sheet]]:
    """(mark of the first cell, pages) of a workbook that came back; the mark is empty when it is none of ours."""
    pages = read_workbook(data, place)
    mark = pages[0].rows.get(1, {}).get(1) if pages else None
    return (mark if isinstance(mark, str) else ""), pages


def about(mark: str, ours: str, foreign: InputError) -> tuple[str, Period]:
    """Whose page it is and of which period, from ``MARK WHO PERIOD``; raises ``foreign`` for another mark."""
    words = without_seq(mark).split() if len(mark.split()) > 3 else mark.split()
    try:
        if len(words) != 3 or words[0] != ours:
            raise ValueError
        return words[1], parse_period(words[2])
    except ValueError:
        raise foreign from None


def free_id(stem: str, *taken: Container[str]) -> str:
    """``stem``, else ``stem-2``, ``stem-3``...: the first that is in none of ``taken``."""
    name, number = stem, 1
    while any(name in known for known in taken):
        number += 1
        name = f"{stem}-{number}"
    return name


def day_of(value: Value, where: str) -> date:
    """A day of the spreadsheet, or text as people type it: ``2025-12-31``, ``31.12.2025``, ``2.7.25``."""
    try:
        return tables.day_of(value, where)
    except InputError:
        raise InputError(_("this is not a day"), place=where, remedy=_("Write it as 31.12.2025.")) from None
