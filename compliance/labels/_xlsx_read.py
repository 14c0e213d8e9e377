"""The text of a workbook as its cells show it: sheets, rows and columns that are seen, sizes, colours, what is cut.

Read by openpyxl. Nothing is laid out: where a text probably does not fit its cell, it has to be looked at.
"""

from __future__ import annotations

import colorsys
import io
import math
import re
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from compliance.i18n import _
from compliance.labels import _office
from compliance.labels._docx_look import SYMBOLS
from compliance.labels._docx_read import attribute, child, name, part_by_kind, parts, tree
from compliance.labels._package import Package, damaged
from compliance.labels.reading import Hidden, Reading, Run, part_of

_MOST_CELLS = 400_000
_LARGEST = 512 * 2**20  # bytes of all parts together
_USUAL = 11.0
_CHAR = 5.6  # points of a column's unit of width
_LETTER = 0.55  # of the size: a letter's usual width
_WIDE = 0.7  # ... of a capital letter
_SCREEN = 1600.0  # points: a line longer than this runs off every screen
_UNSEEN = re.compile(r"^;;;+@?$|^(?:\"[^\"]*\";){3}|^;;;;*$")
_Rgb = tuple[float, float, float]
_Anchor = tuple[int, int, int, int]  # first row and column, last row and column
_THEME = (*"lt1 dk1 lt2 dk2 accent1 accent2 accent3 accent4 accent5 accent6 hlink folHlink".split(),)
"""In the order in which cells number them, which is not that of the part."""


def read(package: Package) -> Reading:
    """`InputError` for what openpyxl cannot read, and for more cells than can be measured."""
    import openpyxl
    from openpyxl.cell.rich_text import CellRichText

    if sum(item.file_size for item in package.names.values()) > _LARGEST:
        raise damaged()
    for part in package.names:
        if part.startswith("xl/") and part.endswith(".xml") and "/media/" not in part:
            package.read(part)  # with the limits of a part, before a library meets it
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of extensions it drops: nothing is saved
            book = openpyxl.load_workbook(io.BytesIO(package.data), data_only=True, rich_text=True)
    except MemoryError:
        raise
    except Exception:  # openpyxl has many ways to say that a file is not whole, and no one error for them
        raise damaged() from None
    theme = _theme(book.loaded_theme)
    runs: list[Run] = []
    cells = 0
    over = _drawings(package)
    for number, page in enumerate(book.worksheets):
        sheet = _Sheet(page, number, theme, over.get(page.title, ()))
        for row in page.iter_rows():
            for cell in row:
                if cell.value is None:
                    continue
                cells += 1
                if cells > _MOST_CELLS:
                    raise damaged()
                pieces = cell.value if isinstance(cell.value, CellRichText) else [cell.value]
                runs += sheet.runs(cell, pieces, len(runs))
            runs.append(
                Run("\n", at=(float(len(runs)),), block=sheet.block(int(row[0].row or 0) if row else 0))
            )
    return Reading("xlsx", tuple(runs), unit="pt")


@dataclass(slots=True)
class _Sheet:
    page: Any
    number: int
    theme: Mapping[int, _Rgb]
    drawn: Sequence[_Anchor]
    columns: dict[int, float] = field(default_factory=dict)
    merged: dict[tuple[int, int], tuple[int, int, int, int]] = field(init=False)
    """By the first cell, which alone has a value: first and last column, first and last row."""

    def __post_init__(self) -> None:
        self.merged = {
            (item.min_row, item.min_col): (item.min_col, item.max_col, item.min_row, item.max_row)
            for item in self.page.merged_cells.ranges
        }

    def block(self, row: int) -> int:
        return self.number * 2_000_000 + row

    def runs(self, cell: Any, pieces: Any, number: int) -> Iterator[Run]:
        font, page = cell.font, self.page
        ground = self._ground(cell)
        hidden, doubt = self._hidden(cell), self._doubt(cell)
        whole = "".join(str(getattr(piece, "text", piece)) for piece in pieces)
        passed = 0
        for at, piece in enumerate(pieces):
            own = getattr(piece, "font", None)
            size = float((own.sz if own is not None and own.sz else font.sz) or _USUAL)
            ink = _rgb(own.color if own is not None and own.color is not None else font.color, self.theme)
            raised = (own.vertAlign if own is not None else None) or font.vertAlign
            unseen: Hidden = hidden or ("struck" if (font if own is None else own).strike else "")
            if str((own.rFont if own is not None else "") or font.name or "").lower() in SYMBOLS:
                doubt = doubt or _office.squeezed()
            seen, sure = (1.0, True) if hidden else self._seen(cell, whole, size)
            if not sure:
                doubt = doubt or _("whether the whole text is seen in its cell has to be looked at")
            run = _office.seen(
                str(getattr(piece, "text", piece)),
                number + at,
                size=size * (0.6 if raised in ("superscript", "subscript") else 1.0),
                ink=ink,
                ground=ground,
                hidden=unseen,
                display=False,
                cropped=False,
                block=self.block(cell.row),
                header=False,
                doubt=doubt,
                heading=False,
            )
            place = _("sheet “{sheet}”, cell {cell}").format(sheet=page.title, cell=cell.coordinate)
            made = Run(
                run.text + (" " if at == len(pieces) - 1 else ""), at=run.at, block=run.block, place=place,
                size=run.size, contrast=run.contrast, hidden=run.hidden, doubt=run.doubt,
            )  # fmt: skip
            end = len(made.text)
            kept = end if seen == 1 else min(end, max(0, round(len(whole) * seen) - passed))
            passed += end
            if kept:
                yield part_of(made, 0, kept)
            if kept < end:
                yield replace(part_of(made, kept, end), hidden="crop")

    def _hidden(self, cell: Any) -> Hidden:
        page = self.page
        row = page.row_dimensions.get(cell.row)
        if page.sheet_state != "visible" or _UNSEEN.match(cell.number_format or ""):
            return "display"
        width = self._width(cell)
        if width < 4 or (row is not None and (row.hidden or (row.height is not None and row.height < 4))):
            return "crop"
        return ""

    def _doubt(self, cell: Any) -> str:
        if cell.alignment is not None and (cell.alignment.shrinkToFit or cell.alignment.textRotation):
            return _("the text is shrunk or turned in its cell: look at it")
        if any(cell.coordinate in span for span in self.page.conditional_formatting):
            return _("a rule of the sheet may change how the cell looks: look at it")
        if any(_over(item, cell.row - 1, cell.column - 1) for item in self.drawn):
            return _("a picture, a shape or a chart lies over the cell: look at it")
        return ""

    def _ground(self, cell: Any) -> _Rgb | None:
        fill = cell.fill
        if fill is None or fill.fill_type is None:
            return None
        return _rgb(fill.fgColor if fill.fill_type == "solid" else fill.bgColor, self.theme)

    def _span(self, cell: Any) -> tuple[int, int, int, int]:
        """First and last column, first and last row of the cell, merged ones as a whole."""
        return self.merged.get((cell.row, cell.column), (cell.column, cell.column, cell.row, cell.row))

    def _width(self, cell: Any) -> float:
        first, last, _top, _bottom = self._span(cell)
        return sum(self._column(column) for column in range(first, last + 1))

    def _column(self, column: int) -> float:
        if column not in self.columns:
            self.columns[column] = self._measured_column(column)
        return self.columns[column]

    def _measured_column(self, column: int) -> float:
        from openpyxl.utils import get_column_letter

        page = self.page
        letter = get_column_letter(column)
        usual = page.sheet_format.defaultColWidth or page.sheet_format.baseColWidth or 8.43
        for key, item in page.column_dimensions.items():
            if key == letter or (item.min and item.max and item.min <= column <= item.max):
                return 0.0 if item.hidden else float(item.width or usual) * _CHAR
        return float(usual) * _CHAR

    def _height(self, row: int) -> float | None:
        known = self.page.row_dimensions.get(row)
        return None if known is None or known.height is None else float(known.height)

    def _seen(self, cell: Any, text: str, size: float) -> tuple[float, bool]:
        """Which share of a long text its cell shows: less than 1 where some is clearly cut; and whether that is sure."""
        if len(text) < 20:
            return 1.0, True
        letter = _WIDE if text.isupper() else _LETTER
        needed, width = len(text) * letter * size, self._width(cell)
        first, last, top, bottom = self._span(cell)
        rows = [self._height(row) for row in range(top, bottom + 1)]
        if cell.alignment is not None and cell.alignment.wrapText:
            if any(height is None for height in rows) and first == last and top == bottom:
                return 1.0, True  # the row grows with its text
            usual = float(self.page.sheet_format.defaultRowHeight or 15)
            high = sum(usual if height is None else height for height in rows)
            lines = math.ceil(needed / max(width, 1.0))
            cut = lines * size > 1.7 * high
            return (high / (lines * size), True) if cut else (1.0, lines * size <= 1.05 * high)
        at = last + 1
        while needed > width and at < last + 60:
            beside = self.page.cell(cell.row, at)
            if beside.value not in (None, ""):
                return (width / needed, True) if needed > 1.4 * width else (1.0, False)
            width, at = width + self._column(at), at + 1
        return 1.0, needed <= _SCREEN


def _over(anchor: _Anchor, row: int, column: int) -> bool:
    """Whether what is anchored so lies over the cell (from 0); where only the corner is known, from there on."""
    top, left, bottom, right = anchor
    return top <= row <= bottom and left <= column <= right


def _drawings(package: Package) -> dict[str, list[_Anchor]]:
    """Sheet's name -> the cells that pictures, shapes and charts are anchored to."""
    main, related = parts(package)
    found: dict[str, list[_Anchor]] = {}
    listed = child(tree(package.read(main)), "sheets")
    for sheet in listed if listed is not None else ():
        part = related.get(attribute(sheet, "id"), "")
        drawing = part_by_kind(package, part, "drawing") if part else None
        anchors = [_anchor(item) for item in tree(drawing)] if drawing else []
        found[attribute(sheet, "name")] = anchors
    return found


def _anchor(item: Any) -> _Anchor:
    def at(corner: str, side: str, usual: int) -> int:
        element = child(item, corner, side)
        text = (element.text or "").strip() if element is not None else ""
        return int(text) if text.isdecimal() else usual

    far = 10**7
    return at("from", "row", 0), at("from", "col", 0), at("to", "row", far), at("to", "col", far)


def _rgb(colour: Any, theme: Mapping[int, _Rgb]) -> _Rgb | None:
    """``None`` for automatic, and for what is not known."""
    from openpyxl.styles.colors import COLOR_INDEX

    if colour is None:
        return None
    found: _Rgb | None = None
    if colour.type == "rgb" and isinstance(colour.rgb, str):
        found = _hex(colour.rgb[-6:])
    elif colour.type == "theme":
        found = theme.get(int(colour.theme))
    elif colour.type == "indexed" and int(colour.indexed) < len(COLOR_INDEX):
        found = _hex(COLOR_INDEX[int(colour.indexed)][-6:])
    tint = float(colour.tint or 0) if found is not None else 0.0
    if found is None or not tint:
        return found
    hue, light, full = colorsys.rgb_to_hls(*found)
    light = light * (1 + tint) if tint < 0 else light + (1 - light) * tint
    return colorsys.hls_to_rgb(hue, min(1.0, max(0.0, light)), full)


def _hex(text: str) -> _Rgb | None:
    try:
        red, green, blue = bytes.fromhex(text)
    except ValueError:
        return None
    return red / 255, green / 255, blue / 255


def _theme(data: bytes | str | None) -> Mapping[int, _Rgb]:
    if not data:
        return {0: (1.0, 1.0, 1.0), 1: (0.0, 0.0, 0.0)}
    root = tree(data if isinstance(data, bytes) else data.encode())
    scheme = child(root, "themeElements", "clrScheme")
    named: dict[str, _Rgb] = {}
    for item in scheme if scheme is not None else ():
        for colour in item:
            value = colour.get("lastClr") or colour.get("val") or ""
            if (found := _hex(value)) is not None:
                named[name(item)] = found
    return {at: named[key] for at, key in enumerate(_THEME) if key in named}
