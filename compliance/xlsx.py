"""Reading a workbook that came from outside: looked at before it is believed.

Office Open XML (ECMA-376): a zip of XML parts. Refused before any cell is used: encrypted or old
files, zip bombs and lying sizes, members twice, DTDs, macros, links to other files, hidden sheets,
rows or columns that hold values, formulas without a stored result (missing money), error cells,
cells far away, dates counted from 1904. Nothing is extracted to disk and no formula is computed.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Context, Decimal
from typing import Any

from compliance.errors import InputError
from compliance.files import MiB
from compliance.i18n import _

MAX_BYTES = 32 * MiB
_MAX_PART = 64 * MiB
_MAX_ALL = 128 * MiB
_MAX_RATIO = 200
_MAX_MEMBERS = 500
MAX_ROWS, MAX_COLUMNS = 50_000, 200
_MAX_TEXT = 32_767
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_REL = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_PACKAGE = "{http://schemas.openxmlformats.org/package/2006/relationships}"
_REF = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})\Z")
_NUMBER = re.compile(r"-?[0-9]{1,20}(\.[0-9]{1,20})?([eE][-+]?[0-9]{1,2})?\Z", re.ASCII)
_BUILT_IN_DATES = {*range(14, 23), *range(45, 48)}
_EPOCH = date(1899, 12, 30)
_PRECISION = Context(prec=15)
"""Numbers are stored as binary floats; spreadsheets show and keep fifteen digits of them."""

Value = str | Decimal | bool | date | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """``rows``: every filled row by its number, every filled cell by its column number, both from 1."""

    name: str
    rows: dict[int, dict[int, Value]]


def read_workbook(data: bytes, place: str) -> list[Sheet]:
    """The sheets in their order. ``InputError`` with ``FILE`` or ``FILE:SHEET!CELL`` for whatever is wrong."""
    if data.startswith(_OLE):
        raise _refused(
            _("the workbook is protected by a password, or in the old XLS format"),
            place,
            _("Save it as XLSX without a password."),
        )
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check_archive(archive, place)
            return _Book(archive, place).sheets()
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, OverflowError, RuntimeError):
        # RuntimeError: a member that says elsewhere that it is encrypted; a method that nobody knows.
        raise _refused(_("this is not a whole XLSX file"), place) from None


def one_sheet(sheets: Sequence[Sheet], place: str, name: str = "", *, option: str = "") -> Sheet:
    """The sheet of a ``name``; without one the only sheet with figures, else the first. Several are a question: where
    people keep a sheet a month, the first alone would be read and nobody would miss the others."""
    known = {" ".join(sheet.name.casefold().split()): sheet for sheet in sheets}
    if name:
        found = known.get(" ".join(name.casefold().split()))
        if found is None:
            raise _refused(
                _("the workbook has no sheet “{name}”").format(name=name[:60]),
                place,
                _("There are: {names}").format(names=", ".join(sheet.name for sheet in sheets)),
            )
        return found
    filled = [
        sheet
        for sheet in sheets
        if any(isinstance(value, Decimal) for cells in sheet.rows.values() for value in cells.values())
    ]
    if len(filled) > 1:
        raise _refused(
            _("the workbook has several sheets with figures: {names}").format(
                names=", ".join(sheet.name for sheet in filled[:12])
            ),
            place,
            _("Say which one is meant: {option} NAME").format(option=option)
            if option
            else _("Save the sheet that is meant as a workbook of its own."),
        )
    return filled[0] if filled else sheets[0]


def _refused(what: str, place: str, remedy: str = "") -> InputError:
    return InputError(what, place=place, remedy=remedy or _("Save the workbook again as XLSX, then repeat."))


def _check_archive(archive: zipfile.ZipFile, place: str) -> None:
    members = archive.infolist()
    names = [member.filename for member in members]
    if len(members) > _MAX_MEMBERS or sum(member.file_size for member in members) > _MAX_ALL:
        raise _refused(_("the workbook unpacks to far more than a workbook holds"), place)
    if len({name.lower() for name in names}) != len(names):
        raise _refused(_("the workbook holds one part twice: programs would read different ones"), place)
    for member in members:
        if member.flag_bits & 0x1:
            raise _refused(_("the workbook is protected by a password"), place)
        if member.filename.startswith(("/", "\\")) or ".." in member.filename.replace("\\", "/").split("/"):
            raise _refused(_("the workbook holds a part with a dangerous name"), place)
        if member.file_size > MiB and member.file_size > _MAX_RATIO * max(1, member.compress_size):
            raise _refused(_("the workbook unpacks to far more than a workbook holds"), place)
    lowered = [name.lower() for name in names]
    if any("vbaproject" in name or "/macrosheets/" in name for name in lowered):
        raise _refused(_("the workbook holds macros"), place, _("Save it as XLSX without macros."))
    if any("externallinks/" in name for name in lowered):
        raise _refused(
            _("the workbook takes values from other files"), place, _("Paste them as values and save again.")
        )


class _Book:
    """One opened archive."""

    def __init__(self, archive: zipfile.ZipFile, place: str) -> None:
        self._archive = archive
        self._place = place
        self._names = set(archive.namelist())

    def sheets(self) -> list[Sheet]:
        if "macroEnabled" in self._bytes("[Content_Types].xml").decode("utf-8", "replace"):
            raise _refused(_("the workbook holds macros"), self._place, _("Save it as XLSX without macros."))
        book = self._tree("xl/workbook.xml")
        properties = book.find(f"{_MAIN}workbookPr")
        if properties is not None and properties.get("date1904") in ("1", "true"):
            raise _refused(
                _("the workbook counts days from 1904"), self._place, _("Turn off the 1904 date system.")
            )
        targets = self._targets()
        texts, dates = self._texts(), self._date_styles()
        found = []
        for item in book.iter(f"{_MAIN}sheet"):
            name = item.get("name", "")
            if item.get("state", "visible") != "visible":
                raise _refused(
                    _("the workbook has a hidden sheet"),
                    self._place,
                    _("Show it or delete it: what nobody sees is not loaded."),
                )
            path = targets.get(item.get(f"{_REL}id", ""), "")
            if path not in self._names:
                raise _refused(_("this is not a whole XLSX file"), self._place)
            found.append(self._sheet(name, path, texts, dates))
        return found

    def _bytes(self, name: str) -> bytes:
        if name not in self._names:
            raise _refused(_("this is not a whole XLSX file"), self._place)
        with self._archive.open(name) as stream:
            data = stream.read(_MAX_PART + 1)
        if len(data) > _MAX_PART:
            raise _refused(_("the workbook unpacks to far more than a workbook holds"), self._place)
        return data

    def _events(self, name: str) -> Iterator[tuple[str, Any]]:
        """Parse events of a part, DTDs refused."""
        from xml.etree.ElementTree import ParseError

        from defusedxml import DefusedXmlException
        from defusedxml.ElementTree import iterparse

        try:
            yield from iterparse(
                io.BytesIO(self._bytes(name)),
                events=("start", "end"),
                forbid_dtd=True,
                forbid_entities=True,
                forbid_external=True,
            )
        except DefusedXmlException:
            raise _refused(
                _("the workbook holds a document type, which XLSX never does"), self._place
            ) from None
        except (ParseError, ValueError):
            raise _refused(_("a part of the workbook is broken"), self._place) from None

    def _tree(self, name: str) -> Any:
        root = None
        for event, node in self._events(name):
            if root is None and event == "start":
                root = node
        if root is None:
            raise _refused(_("a part of the workbook is broken"), self._place)
        return root

    def _targets(self) -> dict[str, str]:
        """Relationship id -> part name. External targets are refused."""
        found = {}
        for item in self._tree("xl/_rels/workbook.xml.rels").iter(f"{_PACKAGE}Relationship"):
            target = item.get("Target", "")
            if item.get("TargetMode") == "External":
                raise _refused(_("the workbook takes values from other files"), self._place)
            found[item.get("Id", "")] = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        return found

    def _texts(self) -> list[str]:
        if "xl/sharedStrings.xml" not in self._names:
            return []
        texts, parts = [], list[str]()
        for event, node in self._events("xl/sharedStrings.xml"):
            if event != "end":
                continue
            if node.tag == f"{_MAIN}t":
                parts.append(node.text or "")
            elif node.tag == f"{_MAIN}rPh":
                parts = []
            elif node.tag == f"{_MAIN}si":
                texts.append("".join(parts))
                parts = []
                node.clear()
        return texts

    def _date_styles(self) -> set[int]:
        """Numbers of cell formats that show a number as a day."""
        if "xl/styles.xml" not in self._names:
            return set()
        root = self._tree("xl/styles.xml")
        own = {
            int(item.get("numFmtId", "0"))
            for item in root.iter(f"{_MAIN}numFmt")
            if re.search(r"[dmyDMY]", re.sub(r'"[^"]*"|\[[^\]]*\]|\\.', "", item.get("formatCode", "")))
        }
        formats = root.find(f"{_MAIN}cellXfs")
        wanted = _BUILT_IN_DATES | own
        return {
            at
            for at, item in enumerate(formats if formats is not None else [])
            if int(item.get("numFmtId", "0")) in wanted
        }

    def _sheet(self, name: str, path: str, texts: list[str], dates: set[int]) -> Sheet:
        rows: dict[int, dict[int, Value]] = {}
        hidden_columns: set[int] = set()
        hidden_row = False
        row = column = 0
        for event, node in self._events(path):
            if event == "start" and node.tag == f"{_MAIN}row":
                hidden_row = node.get("hidden") in ("1", "true")
                row, column = int(node.get("r") or row + 1), 0
                if row < 1:
                    raise _refused(_("a part of the workbook is broken"), f"{self._place}:{name}")
            elif event == "end" and node.tag == f"{_MAIN}col" and node.get("hidden") in ("1", "true"):
                last = min(int(node.get("max", "1")), MAX_COLUMNS)
                hidden_columns.update(range(int(node.get("min", "1")), last + 1))
            elif event == "end" and node.tag == f"{_MAIN}c":
                column = self._cell(
                    node, name, (row, column + 1), rows, texts, dates, hidden_row, hidden_columns
                )
            elif event == "end" and node.tag == f"{_MAIN}row":
                node.clear()
        return Sheet(name, rows)

    def _cell(
        self,
        node: Any,
        sheet: str,
        at: tuple[int, int],
        rows: dict[int, dict[int, Value]],
        texts: list[str],
        dates: set[int],
        hidden_row: bool,
        hidden_columns: set[int],
    ) -> int:
        """The cell's column. One without a reference stands where it comes, ``at``: the row and the column."""
        row, column = at
        reference = node.get("r")
        place = f"{self._place}:{sheet}!{reference or f'R{row}C{column}'}"
        if reference is not None:
            match = _REF.match(reference)
            if match is None or int(match.group(2)) != row:
                raise _refused(_("a part of the workbook is broken"), place)
            column = _column(match.group(1))
        value = self._value(node, place, texts, dates)
        if value is None:
            return column
        if row > MAX_ROWS and len(rows) == MAX_ROWS:
            raise _refused(
                _("this sheet has more than {n} rows").format(n=MAX_ROWS),
                place,
                _("Split it, by months for instance, or save it as CSV: that may be of any length."),
            )
        if row > MAX_ROWS or column > MAX_COLUMNS:
            raise _refused(_("a cell stands far away from all others"), place, _("Delete it and save again."))
        if hidden_row or column in hidden_columns:
            raise _refused(
                _("a hidden row or column holds values"),
                place,
                _("Show it or delete it: what nobody sees is not loaded."),
            )
        cells = rows.setdefault(row, {})
        if column in cells:
            raise _refused(_("the workbook holds one cell twice"), place)
        cells[column] = value
        return column

    def _value(self, node: Any, place: str, texts: list[str], dates: set[int]) -> Value:
        kind = node.get("t", "n")
        stored = node.find(f"{_MAIN}v")
        text = stored.text if stored is not None else None
        if node.find(f"{_MAIN}f") is not None and text is None:
            raise _refused(
                _("a formula has no stored result"),
                place,
                _("Open the workbook in a spreadsheet program, save it there, and repeat."),
            )
        if kind == "inlineStr":
            inline = "".join(part.text or "" for part in node.iter(f"{_MAIN}t"))
            return _text(inline.replace("_x005F_", "_"), place)
        if text is None:
            return None
        if kind == "s":
            if not text.isdecimal() or int(text) >= len(texts):
                raise _refused(_("a part of the workbook is broken"), place)
            return _text(texts[int(text)], place)
        if kind == "str":
            return _text(text, place)
        if kind == "b":
            return bool(text == "1")
        if kind == "e":
            raise _refused(_("a formula ends in an error"), place, _("Mend the formula, or type the value."))
        return _number(text, int(node.get("s", "0")) in dates, place)


def _text(text: str, place: str) -> str | None:
    if len(text) > _MAX_TEXT:
        raise _refused(_("the text of a cell is too long"), place)
    return text or None


def _number(text: str, is_date: bool, place: str) -> Decimal | date:
    if not _NUMBER.match(text):
        raise _refused(_("a cell holds no proper number"), place)
    number = _PRECISION.create_decimal(text)
    if not is_date:
        return number
    if not 1 <= number < 2_958_466:
        raise _refused(_("a cell holds a day that does not exist"), place)
    return _EPOCH + timedelta(days=int(number))


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number
