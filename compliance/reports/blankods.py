"""A blank that is an OpenDocument spreadsheet (ISO/IEC 26300): its cells as texts, and figures put into them.

Rows and cells that stand for several alike (``number-rows-repeated``, ``number-columns-repeated``) are taken
apart only where a figure goes.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from typing import Any

TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_CALC = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"
_ROWS, _COLUMNS = f"{TABLE}number-rows-repeated", f"{TABLE}number-columns-repeated"
_CELLS = (f"{TABLE}table-cell", f"{TABLE}covered-table-cell")
_NUMBERS = ("float", "currency", "percentage")
_MOST_ROWS, _MOST_COLUMNS = 20_000, 500

Spots = dict[tuple[int, int], int]


def grids(root: Any) -> Iterator[tuple[str, dict[tuple[int, int], str], Spots]]:
    """Name, texts and cells that can be written to of each sheet; up to one column beyond the last text."""
    for sheet in root.iter(f"{TABLE}table"):
        texts: dict[tuple[int, int], str] = {}
        covered: set[tuple[int, int]] = set()
        for first, count, row in _rows(sheet):
            cells = [(at, many, cell) for at, many, cell in _cells(row) if at <= _MOST_COLUMNS]
            said = [(at, many, text) for at, many, cell in cells if (text := _said(cell))]
            for number in range(first, min(first + count, first + 1 if not said else _MOST_ROWS)):
                for at, many, text in said:
                    texts.update(
                        {(number, column): text for column in range(at, min(at + many, _MOST_COLUMNS))}
                    )
                for at, many, cell in cells:
                    if cell.tag == _CELLS[1]:
                        covered |= {(number, column) for column in range(at, min(at + many, _MOST_COLUMNS))}
        last = (
            max((row for row, _column in texts), default=0),
            max((column for _row, column in texts), default=0),
        )
        spots = {
            (row, column): column
            for row in range(1, last[0] + 1)
            for column in range(1, last[1] + 2)
            if (row, column) not in covered
        }
        name = str(sheet.get(f"{TABLE}name", ""))
        yield name if not name.isdigit() else f"'{name}'", texts, spots


def put(root: Any, sheet: str, cells: Mapping[tuple[int, int], str]) -> tuple[int, int] | None:
    """The figures into their cells (row, column); styles stay. Returns the first place that there is not."""
    found = next((item for item in root.iter(f"{TABLE}table") if item.get(f"{TABLE}name") == sheet), None)
    for (row, column), text in sorted(cells.items()):
        line = _single(list(_rows(found)), row, _ROWS) if found is not None else None
        cell = _single(list(_cells(line)), column, _COLUMNS) if line is not None else None
        if cell is None or cell.tag != _CELLS[0]:
            return row, column
        _write(cell, text)
    return None


def _rows(sheet: Any) -> Iterator[tuple[int, int, Any]]:
    """(first number, how many, row) of every row, in groups and headers too; not of tables within cells."""
    number, waiting = 1, list(reversed(list(sheet)))
    while waiting:
        item = waiting.pop()
        if item.tag == f"{TABLE}table-row":
            count = _times(item, _ROWS)
            yield number, count, item
            number += count
        elif item.tag in (f"{TABLE}table-header-rows", f"{TABLE}table-row-group", f"{TABLE}table-rows"):
            waiting += reversed(list(item))


def _cells(row: Any) -> Iterator[tuple[int, int, Any]]:
    column = 1
    for item in row:
        if item.tag in _CELLS:
            count = _times(item, _COLUMNS)
            yield column, count, item
            column += count


def _times(item: Any, attribute: str) -> int:
    text = item.get(attribute, "1")
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 8 else 1


def _said(cell: Any) -> str:
    """A number's value, or the words of the cell; notes hang at a cell and are none of its words."""
    if cell.get(f"{_OFFICE}value-type") in _NUMBERS:
        return str(cell.get(f"{_OFFICE}value", ""))
    return " ".join(" ".join("".join(part.itertext()) for part in cell.findall(f"{_TEXT}p")).split())


def _single(items: list[tuple[int, int, Any]], number: int, attribute: str) -> Any:
    """The row or cell of this number on its own: what stands for several is parted before and behind it."""
    for first, count, item in items:
        if not first <= number < first + count:
            continue
        for many, behind in ((number - first, False), (first + count - 1 - number, True)):
            if many:
                other = copy.deepcopy(item)
                other.set(attribute, str(many))
                (item.addnext if behind else item.addprevious)(other)
        item.attrib.pop(attribute, None)
        return item
    return None


def _write(cell: Any, text: str) -> None:
    from lxml import etree

    for name in ("string-value", "date-value", "time-value", "boolean-value", "currency"):
        cell.attrib.pop(f"{_OFFICE}{name}", None)
    cell.attrib.pop(f"{TABLE}formula", None)
    cell.attrib.pop(f"{_CALC}value-type", None)
    cell.set(f"{_OFFICE}value-type", "float")
    cell.set(f"{_OFFICE}value", text)
    for part in cell.findall(f"{_TEXT}p"):
        cell.remove(part)
    etree.SubElement(cell, f"{_TEXT}p").text = text
