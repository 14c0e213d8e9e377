"""The official blank filled with a report's figures, and read back: every other part of the file stays as it was."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Mapping
from typing import Any

from compliance.errors import InputError
from compliance.i18n import _
from compliance.reports import words
from compliance.reports.blankgrid import W
from compliance.reports.blankmap import Map, Table, tables
from compliance.reports.model import Report

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_REL = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_CELL = re.compile(r"(?P<sheet>.+)!(?P<column>[A-Z]{1,3})(?P<row>[1-9][0-9]{0,5})\Z")
_SPOT = re.compile(r"(?P<table>[1-9][0-9]{0,3})!(?P<row>[1-9][0-9]{0,4})!(?P<cell>[1-9][0-9]{0,2})\Z")


def fill(report: Report, blank: bytes, mapped: Map, place: str) -> bytes:
    """The blank with the figures of ``report`` in their places, verified by reading it again.

    ``InputError`` for a place that the blank does not have.
    """
    values = {cell.id: cell for cell in report.all_cells() if cell.is_figure and cell.units is not None}
    wanted = {spot: values[cell] for cell, spot in mapped.cells.items() if cell in values}
    _refuse_words(blank, wanted, place)
    decimals = words.decimals_of(report.currency, report.unit_minor)
    if mapped.suffix == ".docx":
        texts = {spot: cell.text for spot, cell in wanted.items()}
        made = _fill_docx(blank, texts, place)
    else:
        numbers = {
            spot: (cell.units or 0, 0 if cell.kind == "count" else decimals) for spot, cell in wanted.items()
        }
        texts = {spot: _number(units, digits) for spot, (units, digits) in numbers.items()}
        made = (_fill_ods if mapped.suffix == ".ods" else _fill_xlsx)(blank, texts, place)
    _read_back(blank, made, texts, place)
    return made


def _refuse_words(blank: bytes, spots: Iterable[str], place: str) -> None:
    """A figure never goes over words of the blank, whatever a map corrected by hand says."""
    standing = _texts(tables(blank, place))
    for spot in spots:
        if any(char.isalpha() for char in standing.get(spot, "")):
            raise InputError(
                _("at {spot} stand words of the blank: no figure is written over them").format(spot=spot),
                place=place,
                remedy=_("Correct the map, or make it anew: compliance forms map FORM PERIOD --blank FILE"),
            )


def _number(units: int, decimals: int) -> str:
    digits = str(abs(units)).rjust(decimals + 1, "0")
    whole = digits[: len(digits) - decimals] + (f".{digits[len(digits) - decimals :]}" if decimals else "")
    return f"-{whole}" if units < 0 else whole


def _no_such(spot: str, place: str) -> InputError:
    return InputError(
        _("the blank has no place {spot}").format(spot=spot),
        place=place,
        remedy=_("Correct the map, or make it anew: compliance forms map FORM PERIOD --blank FILE"),
    )


def _rewritten(blank: bytes, parts: Mapping[str, bytes]) -> bytes:
    """The same archive with some members' contents replaced, in the same order."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(blank)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for item in old.infolist():
            entry = zipfile.ZipInfo(item.filename, item.date_time)
            entry.compress_type, entry.external_attr = item.compress_type, item.external_attr
            new.writestr(entry, parts.get(item.filename, old.read(item)))
    return out.getvalue()


def _parsed(archive: zipfile.ZipFile, name: str) -> Any:
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    return etree.fromstring(archive.read(name), parser)


def _bytes(root: Any) -> bytes:
    from lxml import etree

    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True))


# Workbooks


def _by_sheet(texts: Mapping[str, str], place: str) -> dict[str, dict[tuple[int, str], str]]:
    found: dict[str, dict[tuple[int, str], str]] = {}
    for spot, text in texts.items():
        match = _CELL.match(spot)
        if match is None:
            raise _no_such(spot, place)
        found.setdefault(match["sheet"].strip("'"), {})[int(match["row"]), match["column"]] = text
    return found


def _fill_ods(blank: bytes, texts: Mapping[str, str], place: str) -> bytes:
    from compliance.reports import blankods
    from compliance.reports.blankmap import letters, number_of

    with zipfile.ZipFile(io.BytesIO(blank)) as archive:
        root = _parsed(archive, "content.xml")
    for sheet, cells in _by_sheet(texts, place).items():
        numbers = {(row, number_of(column)): text for (row, column), text in cells.items()}
        missing = blankods.put(root, sheet, numbers)
        if missing is not None:
            raise _no_such(f"{sheet}!{letters(missing[1])}{missing[0]}", place)
    return _rewritten(blank, {"content.xml": _bytes(root)})


def _fill_xlsx(blank: bytes, texts: Mapping[str, str], place: str) -> bytes:
    by_sheet = _by_sheet(texts, place)
    parts = {}
    with zipfile.ZipFile(io.BytesIO(blank)) as archive:
        paths = _sheet_paths(archive)
        for sheet, cells in by_sheet.items():
            if sheet not in paths:
                raise _no_such(f"{sheet}!", place)
            root = _parsed(archive, paths[sheet])
            for (row, column), text in sorted(
                cells.items(), key=lambda item: (item[0][0], _order(item[0][1]))
            ):
                _set(root, row, column, text)
            parts[paths[sheet]] = _bytes(root)
    return _rewritten(blank, parts)


def _sheet_paths(archive: zipfile.ZipFile) -> dict[str, str]:
    """Name of a sheet -> its member."""
    links = {
        item.get("Id"): str(item.get("Target", "")) for item in _parsed(archive, "xl/_rels/workbook.xml.rels")
    }
    found = {}
    for sheet in _parsed(archive, "xl/workbook.xml").iter(f"{_MAIN}sheet"):
        target = links.get(sheet.get(f"{_REL}id"), "")
        found[str(sheet.get("name"))] = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    return found


def _order(letters: str) -> tuple[int, str]:
    return len(letters), letters


def _set(root: Any, row: int, column: str, text: str) -> None:
    """A number into one cell; its style stays. Rows and cells keep their order."""
    from lxml import etree

    data = root.find(f"{_MAIN}sheetData")
    line = _found_or_made(
        data, f"{_MAIN}row", str(row), lambda item: (int(item.get("r", "0")), ""), (row, "")
    )
    key = f"{column}{row}"
    cell = _found_or_made(
        line, f"{_MAIN}c", key, lambda item: _order(re.sub(r"[0-9]", "", item.get("r", ""))), _order(column)
    )
    cell.attrib.pop("t", None)
    for child in list(cell):
        cell.remove(child)
    etree.SubElement(cell, f"{_MAIN}v").text = text


def _found_or_made(parent: Any, tag: str, reference: str, order: Any, own: tuple[int, str]) -> Any:
    from lxml import etree

    at = len(parent)
    for index, item in enumerate(parent):
        if item.get("r") == reference:
            return item
        if order(item) > own:
            at = index
            break
    made = etree.Element(tag, r=reference)
    parent.insert(at, made)
    return made


# Documents


def _fill_docx(blank: bytes, texts: Mapping[str, str], place: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(blank)) as archive:
        root = _parsed(archive, "word/document.xml")
    found = list(root.iter(f"{W}tbl"))
    for spot, text in texts.items():
        match = _SPOT.match(spot)
        cell = _cell(found, match) if match else None
        if cell is None:
            raise _no_such(spot, place)
        _write(cell, text)
    return _rewritten(blank, {"word/document.xml": _bytes(root)})


def _cell(found: list[Any], match: re.Match[str]) -> Any:
    try:
        rows = found[int(match["table"]) - 1].findall(f"{W}tr")
        return rows[int(match["row"]) - 1].findall(f"{W}tc")[int(match["cell"]) - 1]
    except IndexError:
        return None


def _write(cell: Any, text: str) -> None:
    """Into the first paragraph, in the letters that its first run has."""
    import copy

    from lxml import etree

    paragraph = cell.find(f"{W}p")
    if paragraph is None:
        paragraph = etree.SubElement(cell, f"{W}p")
    runs = paragraph.findall(f"{W}r")
    style = runs[0].find(f"{W}rPr") if runs else None
    for run in runs:
        paragraph.remove(run)
    run = etree.SubElement(paragraph, f"{W}r")
    if style is not None:
        run.append(copy.deepcopy(style))
    etree.SubElement(run, f"{W}t").text = text


def _read_back(blank: bytes, made: bytes, texts: Mapping[str, str], place: str) -> None:
    """By the reader that proposed the map: each figure stands in its place, and all else as before."""
    before, after = _texts(tables(blank, place)), _texts(tables(made, place))
    wanted = {spot: _plain(text) for spot, text in texts.items()}
    for spot in {*before, *after, *wanted}:
        expected = wanted.get(spot, before.get(spot, ""))
        if _plain(after.get(spot, "")) != _plain(expected):
            raise InputError(
                _("the blank did not take the figure at {spot}; nothing was written").format(spot=spot),
                place=place,
                remedy=_(
                    "The cell may be protected, merged into another, or hold a formula. Correct the map."
                ),
            )


def _plain(text: str) -> str:
    return "".join(text.split())


def _texts(found: list[Table]) -> dict[str, str]:
    from compliance.reports.blankmap import place_of

    return {place_of(table, spot): text for table in found for spot, text in table.texts.items()}
