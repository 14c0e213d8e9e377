"""XLSX: the label on a sheet of its own before all others; what must know of it is changed, and can be restored.

Writer and reader are different paths: positions in the bytes (`_spots`), and openpyxl (`_xlsx_read`).
"""

from __future__ import annotations

import math
import posixpath
import re
from html import escape

from compliance.errors import InputError
from compliance.i18n import _
from compliance.labels import _author_office, _docx_read, _office, _package, _xlsx_read
from compliance.labels._edits import Edits, relations_space, undone
from compliance.labels._package import Package, damaged
from compliance.labels._spots import Spot, spots
from compliance.labels.judge import judge
from compliance.labels.model import Label, Stamped, Verification

NAME = "xlsx"
SUFFIXES = (".xlsx",)
MEDIA = ("text", "post", "letter")
CAP = _package.CAP
ISOLATED = 40

_OURS = "xl/worksheets/compliance-label.xml"
_ID = "rIdComplianceLabel"
_USUAL_SIZE = 11.0  # points, for a workbook without text
_WIDTH = (
    72  # of our column, in characters of the usual size: an upright page shows them, also in wider letters
)
_POINTS = 5.6  # of a character of the usual size
_TALLEST = 409  # points: a row is no higher; what needs more takes several, joined
_BROKEN = 1.3  # of its letters: the room a text takes whose lines end at words
_CONTENT = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
_HEAD = 16_384  # bytes in which the view of a sheet stands

recognises = _package.recognises
anonymous = _author_office.bare


def detect(data: bytes, label: Label) -> Verification:
    """The cells that are seen, sheet by sheet, by the sizes and colours of their styles."""
    return judge(_xlsx_read.read(Package(data)), label)


def stamp(data: bytes, label: Label) -> Stamped:
    """A first sheet that holds the label alone. `InputError` for damaged, encrypted and signed workbooks."""
    assert label.text is not None
    if bare := remove(data, label):
        data = bare.data
    package = Package(data)
    package.refuse_signed()
    if _OURS in package.names:
        raise _resaved()
    main, related = _docx_read.parts(package)
    size = (
        math.ceil(2 * label.ratio * _office.text_size(_xlsx_read.read(package), label, _USUAL_SIZE) - 0.001)
        / 2
    )
    edits = Edits(package)
    style = _style(edits, _styles(package, main), size)
    name = _join(edits, package, main, related, label)
    sheet = _sheet(label, size, style)
    ours = sheet.replace("<!---->", edits.journal()).encode()
    note = _("the label stands on a sheet of its own, “{name}”, before all others").format(name=name)
    made = package.written(edits.made(), added={_OURS: ours})
    return Stamped(made, (note, *package.author_notes()))


def remove(data: bytes, _label: Label) -> Stamped | None:
    """Every part with the bytes it had; ``None`` where no label of ours stands, or the workbook was saved anew."""
    package = Package(data)
    package.refuse_signed()
    ours = package.find(_OURS)
    back = undone(package, ours) if ours is not None else None
    return None if back is None else Stamped(package.written(back, dropped=[_OURS]))


def _resaved() -> InputError:
    return InputError(
        _("this workbook has a sheet with a label of ours, and was changed since"),
        remedy=_("Delete that sheet in the program, save, and put the label on again."),
    )


def _styles(package: Package, main: str) -> str:
    """The name of the part with the styles."""
    if found := _docx_read.related_part(package, main, "styles"):
        return found
    raise InputError(
        _("this workbook has no styles, so no size can be given to the label"),
        remedy=_("Open it in a spreadsheet program and save it once, then repeat."),
    )


def _style(edits: Edits, part: str, size: float) -> int:
    """The number of a style of ours: black on white, wrapped, of this size."""
    data = edits.package.read(part)
    root = spots(data)
    lists = {spot.name: spot for spot in root.children}
    fonts, fills, formats = (lists.get(key) for key in ("fonts", "fills", "cellXfs"))
    if fonts is None or fills is None or formats is None:
        raise damaged()
    space = escape(root.space)
    font, fill, style = len(fonts.children), len(fills.children), len(formats.children)
    for spot, item in (
        (fonts, f'<font xmlns="{space}"><sz val="{size:g}"/><color rgb="FF000000"/><name val="Calibri"/></font>'),
        (fills, f'<fill xmlns="{space}"><patternFill patternType="solid"><fgColor rgb="FFFFFFFF"/></patternFill></fill>'),
        (formats, f'<xf xmlns="{space}" numFmtId="49" fontId="{font}" fillId="{fill}" borderId="0" xfId="0" applyNumberFormat="1" '
         'applyFont="1" applyFill="1" applyAlignment="1"><alignment vertical="top" wrapText="1"/></xf>'),
    ):  # fmt: skip
        if spot.close == spot.end:
            raise damaged()
        edits.put(part, spot.close, spot.close, item)
        edits.attribute(part, data, spot, "count", str(len(spot.children) + 1))
    return style


def _join(edits: Edits, package: Package, main: str, related: dict[str, str], label: Label) -> str:
    """The workbook told of our sheet: first, shown first, and alone selected. Returns the sheet's name."""
    data = package.read(main)
    root = spots(data)
    sheets = next((spot for spot in root.children if spot.name == "sheets"), None)
    if sheets is None or not sheets.children:
        raise damaged()
    relations = relations_space(root)
    name = _free_name(sheets, label)
    ids = [spot.attributes.get("sheetId", "") for spot in sheets.children]
    number = max((int(item) for item in ids if item.isdecimal()), default=0) + 1
    edits.put(
        main,
        sheets.inner,
        sheets.inner,
        f'<sheet xmlns="{escape(root.space)}" xmlns:r="{relations}" name="{escape(name)}"'
        f' sheetId="{number}" r:id="{_ID}"/>',
    )
    for spot in root.all():
        if spot.name == "definedName" and (at := spot.attributes.get("localSheetId", "")).isdecimal():
            edits.attribute(main, data, spot, "localSheetId", str(int(at) + 1))
        elif spot.name == "workbookView":
            for key in ("activeTab", "firstSheet"):
                edits.attribute(main, data, spot, key, "0")
    for part in dict.fromkeys(related.values()):
        if part.startswith(posixpath.dirname(main)) and part in package.names:
            _unselect(edits, package, part)
    folder, base = posixpath.split(main)
    listed = posixpath.join(folder, "_rels", f"{base}.rels")
    target = posixpath.relpath(_OURS, folder or ".")
    edits.appended(listed, "Relationship", [f'Id="{_ID}" Type="{relations}/worksheet" Target="{target}"'])
    edits.appended("[Content_Types].xml", "Override", [f'PartName="/{_OURS}" ContentType="{_CONTENT}"'])
    return name


def _unselect(edits: Edits, package: Package, part: str) -> None:
    """Two selected sheets are edited together: what is typed on one stands on both."""
    head = package.read(part)[:_HEAD]
    for found in re.finditer(rb"<(?:\w+:)?sheetView\b[^>]*?\stabSelected=\"(1|true)\"", head):
        edits.put(part, found.start(1), found.end(1), "0")


def _free_name(sheets: Spot, label: Label) -> str:
    taken = {spot.attributes.get("name", "").casefold() for spot in sheets.children}
    stem = "Пометка" if label.language == "ru" else "Label"
    name, number = stem, 1
    while name.casefold() in taken:
        number += 1
        name = f"{stem} {number}"
    return name


def _sheet(label: Label, size: float, style: int) -> str:
    """One cell, as high as the text needs in any letters; the empty comment is the journal's place."""
    assert label.text is not None
    a_line = max(1, int(_WIDTH * _POINTS / (0.75 * size)))
    lines = math.ceil(_BROKEN * len(label.text) / a_line) + 1
    rows = math.ceil(lines * 1.3 * size / _TALLEST)
    height = math.ceil(lines * 1.3 * size / rows)
    below = "".join(f'<row r="{row}" ht="{height}" customHeight="1"/>' for row in range(2, rows + 1))
    joined = f'<mergeCells count="1"><mergeCell ref="A1:A{rows}"/></mergeCells>' if rows > 1 else ""
    text = escape(label.text, quote=False).encode("ascii", "xmlcharrefreplace").decode()
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<!---->'
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetPr>'
        '<pageSetUpPr fitToPage="1"/></sheetPr><sheetViews>'
        '<sheetView showGridLines="0" tabSelected="1" workbookViewId="0"/></sheetViews>'
        f'<cols><col min="1" max="1" width="{_WIDTH}" customWidth="1"/></cols><sheetData>'
        f'<row r="1" ht="{height}" customHeight="1"><c r="A1" s="{style}" t="inlineStr"><is>'
        f'<t xml:space="preserve">{text}</t></is></c></row>{below}</sheetData>{joined}'
        '<pageSetup paperSize="9" orientation="portrait" fitToWidth="1" fitToHeight="0"/></worksheet>'
    )
