"""Tables for other programs: plain workbooks of any length, CSV, and the zip that holds several files.

A workbook is written as its rows come: memory holds one sheet's packed bytes, no more.

Office Open XML (ECMA-376), inline strings. Text is always text, never a formula; the same rows give
the same bytes; there is no author and no date in the file. Forms with styles are ``reports.xlsx``'s.
"""

from __future__ import annotations

import csv
import io
import json
import re
import unicodedata
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from html import escape
from typing import Any

Cell = str | int | Decimal | None
Sheet = tuple[str, Sequence[str], Iterable[Sequence[Cell]]]
"""Name, column titles, rows."""

MAX_TEXT = 32_000
MAX_ROWS = 1_048_575
"""Excel's own limit, less the titles; what is longer goes on in a next sheet."""
_EPOCH = (1980, 1, 1, 0, 0, 0)
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
CHUNK = 1000
"""Rows that are written at once."""
SIGNIFICANT = 15
"""Digits a spreadsheet keeps of a number; what is longer is written as text, not rounded."""
_LINE, _HIGHEST = 15, 409
"""Points: a line of the usual letters, and the highest row there can be."""
_ESCAPE = re.compile(r"(_x[0-9a-fA-F]{4}_)")
_PIXELS = 6
"""A character of a column's width is seven pixels; one is left for machines whose letters are wider."""


def workbook(sheets: Iterable[Sheet]) -> bytes:
    """The file's bytes. A sheet of too many rows is continued in ``NAME (2)``."""
    packed = io.BytesIO()
    names: list[str] = []
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, titles, rows in sheets:
            waiting = iter(rows)
            part, more = 1, True
            while more:
                names.append(_name(name, part, names))
                more = _sheet(archive, len(names), titles, waiting)
                part += 1
        for path, text in _frame(names).items():
            archive.writestr(member(path), text)
    return packed.getvalue()


def _sheet(
    archive: zipfile.ZipFile, number: int, titles: Sequence[str], rows: Iterable[Sequence[Cell]]
) -> bool:
    """Writes one sheet; whether rows may be left for a next one."""
    count, full = 0, False
    with archive.open(member(f"xl/worksheets/sheet{number}.xml"), "w") as out:
        out.write(f'{_XML}<worksheet xmlns="{_MAIN}"><sheetData>'.encode())
        chunk = [_row(1, titles)]
        for row in rows:
            count += 1
            chunk.append(_row(count + 1, row))
            if len(chunk) >= CHUNK:
                out.write("".join(chunk).encode())
                chunk.clear()
            if count == MAX_ROWS:
                full = True
                break
        out.write("".join([*chunk, "</sheetData></worksheet>"]).encode())
    return full


def _row(number: int, cells: Sequence[Cell]) -> str:
    written = [
        _cell(value, f"{letters(at)}{number}") for at, value in enumerate(cells) if value not in (None, "")
    ]
    return f'<row r="{number}">{"".join(written)}</row>'


@lru_cache(maxsize=256)
def letters(at: int) -> str:
    """Column 0 is A, column 26 is AA."""
    return (letters(at // 26 - 1) if at >= 26 else "") + chr(ord("A") + at % 26)


def _cell(value: Cell, place: str) -> str:
    if isinstance(value, bool):
        return f'<c r="{place}" t="b"><v>{value:d}</v></c>'
    if not isinstance(value, str):
        number = str(value)
        if len(number.strip("-").replace(".", "")) <= SIGNIFICANT:
            return f'<c r="{place}"><v>{number}</v></c>'
        value = number
    return (
        f'<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{escaped(_printable(value))}</t></is></c>'
    )


def escaped(text: str) -> str:
    """For a cell's ``t``. What looks like the format's own ``_x0041_`` for a character stays what was written."""
    return escape(_ESCAPE.sub(r"_x005F\1", text) if "_x" in text else text, quote=False)


def _printable(text: str) -> str:
    """Only characters that XML holds and people see, and line breaks."""
    if not text.isprintable():
        text = "".join(char if char == "\n" or unicodedata.category(char)[0] != "C" else " " for char in text)
    return text if len(text) <= MAX_TEXT else text[:MAX_TEXT] + " […]"


def _name(wanted: str, part: int, taken: Sequence[str]) -> str:
    name = "".join("_" if char in "[]:*?/\\'\n" else char for char in _printable(wanted))[:24] or "_"
    name = name if part == 1 else f"{name} ({part})"
    while name in taken:
        name += "_"
    return name


def member(path: str) -> zipfile.ZipInfo:
    """A packed file of an archive: its day and mode are always the same."""
    info = zipfile.ZipInfo(path, _EPOCH)
    info.compress_type = zipfile.ZIP_DEFLATED
    info.create_system = 3
    info.external_attr = 0o600 << 16
    return info


def _frame(names: Sequence[str]) -> dict[str, str]:
    """The parts around the sheets."""
    numbers = range(1, len(names) + 1)
    overrides = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{_TYPE}.worksheet+xml"/>'
        for n in numbers
    )
    sheets = "".join(
        f'<sheet name="{escape(name)}" sheetId="{n}" r:id="rId{n}"/>' for n, name in enumerate(names, start=1)
    )
    related = "".join(
        f'<Relationship Id="rId{n}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n in numbers
    )
    return {
        "[Content_Types].xml": f'{_XML}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>{overrides}</Types>',
        "_rels/.rels": f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'{_XML}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{sheets}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">{related}</Relationships>',
    }


def row_height(cells: Iterable[tuple[str, int]]) -> int | None:
    """Points that a row needs for wrapped (text, width of its column in characters); ``None``: one line does.

    Excel finds the heights of rows itself when it opens a workbook, LibreOffice does not.
    """
    most = 1
    for text, width in cells:
        if len(text) * 2 > width or "\n" in text:
            most = max(most, sum(_lines(part, width * _PIXELS) for part in text.split("\n")))
    return min(most * _LINE, _HIGHEST) if most > 1 else None


def _lines(text: str, room: int) -> int:
    """How many lines words take that are broken where the next has no room; one too long is broken itself."""
    lines, filled = 1, 0
    for word in text.split(" "):
        long = _pixels(word + " ")
        if filled and filled + long > room:
            lines, filled = lines + 1, 0
        filled += long
        if filled > room:
            more = -(-filled // room) - 1
            lines, filled = lines + more, filled - more * room
    return lines


@lru_cache(maxsize=20_000)
def _pixels(word: str) -> int:
    from xlsxwriter.utility import xl_pixel_width  # type: ignore[import-untyped]

    return int(xl_pixel_width(word))


def archive(members: Iterable[tuple[str, bytes]]) -> bytes:
    """A zip of (name, bytes); the same members give the same bytes."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
        for name, data in members:
            target.writestr(member(name), data)
    return packed.getvalue()


def csv_text(rows: Sequence[Mapping[str, Any]], columns: Sequence[str] = ()) -> str:
    """``columns``, then all other keys of all rows in the order first seen."""
    keys = list(dict.fromkeys([*columns, *(key for row in rows for key in row)]))
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(keys)
    writer.writerows([_csv_cell(row.get(key)) for key in keys] for row in rows)
    return text.getvalue()


def _csv_cell(value: Any) -> Any:
    if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r"):
        return "'" + value
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else value
