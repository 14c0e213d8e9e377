"""A blank's tables as texts: for the limited child. A hostile file does no harm there."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import Any

from compliance.errors import InputError
from compliance.files import MiB
from compliance.i18n import _
from compliance.reports.blanks import UNREADABLE

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_SPREADSHEET = "{o}body/{o}spreadsheet".replace("{o}", "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}")
_MOST = 64 * MiB


Parts = tuple[str, dict[tuple[int, int], str], dict[tuple[int, int], int]]
"""What a `blankmap.Table` is made of: only plain values leave the child."""


def read(data: bytes, name: str) -> list[Parts]:
    """``InputError`` for anything but XLSX, ODS and DOCX."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
            if sum(item.file_size for item in archive.infolist()) > _MOST:
                raise _unknown(name)
            if "word/document.xml" in names:
                return list(_docx(archive.read("word/document.xml")))
            if "content.xml" in names:
                return list(_ods(archive.read("content.xml"), name))
    except UNREADABLE:
        raise _unknown(name) from None
    if "xl/workbook.xml" in names:
        return list(_xlsx(data, name))
    raise _unknown(name)


def _unknown(name: str) -> InputError:
    return InputError(
        _("this is no blank that can be filled: XLSX, ODS or DOCX"),
        place=name,
        remedy=_("Save it as XLSX, ODS or DOCX, without a password and without macros."),
    )


def _xlsx(data: bytes, name: str) -> Iterator[Parts]:
    from compliance.tables import text_of
    from compliance.xlsx import read_workbook

    for sheet in read_workbook(data, name):
        texts = {
            (row, column): text_of(value).strip()
            for row, cells in sheet.rows.items()
            for column, value in cells.items()
            if value is not None and text_of(value).strip()
        }
        last_row, last_column = (
            max((row for row, _c in texts), default=0),
            max((col for _r, col in texts), default=0),
        )
        spots = {(row, col): col for row in range(1, last_row + 1) for col in range(1, last_column + 2)}
        yield sheet.name if not sheet.name.isdigit() else f"'{sheet.name}'", texts, spots


def _ods(data: bytes, name: str) -> Iterator[Parts]:
    from defusedxml.ElementTree import fromstring

    from compliance.reports.blankods import grids

    root = fromstring(data, forbid_dtd=True)
    if root.find(_SPREADSHEET) is None:
        raise _unknown(name)
    yield from grids(root)


def _docx(data: bytes) -> Iterator[Parts]:
    from defusedxml.ElementTree import fromstring

    for number, table in enumerate(fromstring(data, forbid_dtd=True).iter(f"{W}tbl"), 1):
        texts: dict[tuple[int, int], str] = {}
        spots: dict[tuple[int, int], int] = {}
        for row_number, row in enumerate(table.findall(f"{W}tr"), 1):
            column = 1
            for cell_number, cell in enumerate(row.findall(f"{W}tc"), 1):
                spots[row_number, column] = cell_number
                if text := " ".join("".join(part.text or "" for part in cell.iter(f"{W}t")).split()):
                    texts[row_number, column] = text
                column += _span(cell)
        yield str(number), texts, spots


def _span(cell: Any) -> int:
    span = cell.find(f"{W}tcPr/{W}gridSpan")
    text = span.get(f"{W}val", "1") if span is not None else "1"
    return int(text) if text.isdigit() and 1 <= int(text) <= 200 else 1
