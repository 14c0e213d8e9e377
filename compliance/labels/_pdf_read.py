"""The text of a PDF with effective sizes and places as shown, read by PDFium.

Sizes are font size times every matrix times the page's user unit (ISO 32000-1, 9.4.4 and 14.11.4),
in points. Places are points from the upper left corner of what is shown: inside the crop box, turned
as the page is turned.
"""

from __future__ import annotations

import ctypes
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from compliance.errors import InputError
from compliance.i18n import _
from compliance.labels.reading import Hidden, Run

PAGES_READ = 5  # a label stands at the start; drawing pages is what takes time
MOST_PAGES = 20_000
MOST_CHARACTERS = 300_000

Box = tuple[float, float, float, float]


_SQUEEZED = 0.7
"""Letters narrower than this part of their height are measured by their width."""


@dataclass(slots=True)
class Glyphs:
    """Characters of one page in PDFium's order, as parallel lists.

    ``boxes`` are left, top, right, bottom as shown, in page units (not yet times the user unit);
    ``objects`` are addresses of text objects, 0 for spaces PDFium put in. ``lines`` are the character's
    direction, place across and along it, for putting lines in order ourselves. ``mirrored``: text objects;
    ``parted``: hyphens after which a line ends.
    """

    texts: list[str] = field(default_factory=list)
    boxes: list[Box | None] = field(default_factory=list)
    sizes: list[float] = field(default_factory=list)
    objects: list[int] = field(default_factory=list)
    lines: list[tuple[int, float, float]] = field(default_factory=list)
    mirrored: set[int] = field(default_factory=set)
    parted: set[int] = field(default_factory=set)


@dataclass(slots=True)
class Sheet:
    """One page: PDFium's handles (kept alive here), how it is shown, its characters.

    ``unit`` is the user unit; ``width`` and ``height`` are of what is shown, in page units.
    """

    number: int
    page: Any
    textpage: Any
    unit: float
    box: Box
    turn: int
    width: float
    height: float
    glyphs: Glyphs
    handles: dict[int, Any]

    def shown(self, left: float, bottom: float, right: float, top: float) -> Box:
        """A box in page space as left, top, right, bottom from the upper left corner of what is shown."""
        x0, y0, x1, y1 = self.box
        match self.turn:
            case 90:
                return bottom - y0, left - x0, top - y0, right - x0
            case 180:
                return x1 - right, bottom - y0, x1 - left, top - y0
            case 270:
                return y1 - top, x1 - right, y1 - bottom, x1 - left
        return left - x0, y1 - top, right - x0, y1 - bottom


def open_document(data: bytes) -> Any:
    """PDFium's document; `InputError` for damaged, encrypted or endless ones."""
    import pypdfium2  # type: ignore[import-untyped, unused-ignore]

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            raise encrypted() from None
        raise damaged() from None
    if len(document) > MOST_PAGES:
        document.close()
        raise too_many_pages()
    if len(document) == 0:
        document.close()
        raise damaged()
    return document


def damaged() -> InputError:
    return InputError(
        _("this PDF is damaged or cut off"),
        remedy=_("Open it in a viewer and save it again, or make it anew."),
    )


def encrypted() -> InputError:
    return InputError(
        _("this PDF is encrypted"),
        why=_("What is protected by a password can be neither read nor labelled."),
        remedy=_("Save it without a password, label that copy, then protect it again."),
    )


def too_many_pages() -> InputError:
    return InputError(
        _("this PDF has more than {most} pages").format(most=MOST_PAGES),
        why=_("A file of this kind is never that large; it may be damaged or hostile."),
        remedy=_("Split it and label the parts."),
    )


def sheets(document: Any, units: Sequence[float]) -> Iterator[Sheet]:
    """The first pages with their text; ``units`` are the user units page by page."""
    import pypdfium2  # type: ignore[import-untyped, unused-ignore]

    total = 0
    for number in range(min(len(document), PAGES_READ)):
        try:
            page = document[number]
            textpage = page.get_textpage()
        except pypdfium2.PdfiumError:
            raise damaged() from None
        sheet = _sheet(number, page, textpage, units[number] if number < len(units) else 1.0)
        total += len(sheet.glyphs.texts)
        yield sheet
        if total > MOST_CHARACTERS:
            return


def _sheet(number: int, page: Any, textpage: Any, unit: float) -> Sheet:
    media, crop = page.get_mediabox(), page.get_cropbox()
    box = _common(_ordered(media), _ordered(crop))
    width, height = page.get_size()
    sheet = Sheet(number, page, textpage, unit, box, page.get_rotation(), width, height, Glyphs(), {})
    _read(sheet)
    return sheet


def _ordered(box: Sequence[float]) -> Box:
    left, bottom, right, top = box
    return min(left, right), min(bottom, top), max(left, right), max(bottom, top)


def _common(media: Box, crop: Box) -> Box:
    """What is shown: the crop box inside the media box; the media box where they do not meet."""
    box = max(media[0], crop[0]), max(media[1], crop[1]), min(media[2], crop[2]), min(media[3], crop[3])
    return box if box[0] < box[2] and box[1] < box[3] else media


def _read(sheet: Sheet) -> None:
    import pypdfium2.raw as raw  # type: ignore[import-untyped, unused-ignore]

    text, glyphs = sheet.textpage, sheet.glyphs
    matrix = raw.FS_MATRIX()
    sizes: dict[int, tuple[float, int, float, float]] = {}
    for index in range(min(text.count_chars(), MOST_CHARACTERS)):
        handle = raw.FPDFText_GetTextObject(text, index)
        address = ctypes.cast(handle, ctypes.c_void_p).value or 0
        code = raw.FPDFText_GetUnicode(text, index)
        if code == 2:  # PDFium's sign for a hyphen at the end of a line; the line's end itself it leaves out
            glyphs.parted.add(index)
        char = "\N{HYPHEN}" if code == 2 else chr(code) if code < 0x110000 else "\ufffd"
        glyphs.texts.append(char)
        glyphs.objects.append(address)
        if not address:
            glyphs.boxes.append(None)
            glyphs.sizes.append(glyphs.sizes[-1] if glyphs.sizes else 0.0)
            glyphs.lines.append((0, 0.0, 0.0))
            continue
        if address not in sizes:
            sheet.handles[address] = handle
            raw.FPDFText_GetMatrix(text, index, matrix)
            across = math.hypot(matrix.a, matrix.b) or 1.0
            turned = matrix.a * matrix.d - matrix.b * matrix.c
            height = abs(turned) / across
            if turned < 0:
                glyphs.mirrored.add(address)
            if across < _SQUEEZED * height:  # what is squeezed reads like what is that small
                height = across
            angle = round(math.degrees(math.atan2(matrix.b, matrix.a)) / 15) * 15 % 360
            effective = abs(raw.FPDFText_GetFontSize(text, index)) * height * sheet.unit
            sizes[address] = effective, angle, math.cos(math.radians(angle)), math.sin(math.radians(angle))
        size, angle, cosine, sine = sizes[address]
        box = text.get_charbox(index)
        glyphs.boxes.append(sheet.shown(*box))
        glyphs.sizes.append(size)
        x, y = ctypes.c_double(), ctypes.c_double()
        raw.FPDFText_GetCharOrigin(text, index, x, y)
        down, along = sine * x.value - cosine * y.value, cosine * x.value + sine * y.value
        glyphs.lines.append((angle, down, along))


def file_order(sheet: Sheet) -> list[tuple[str, int]]:
    """Characters in PDFium's order with their index (-1: a line end of ours)."""
    ordered: list[tuple[str, int]] = []
    for index, char in enumerate(sheet.glyphs.texts):
        ordered.append((char, index))
        if index in sheet.glyphs.parted:
            ordered.append(("\n", -1))
    return ordered


def visual_order(sheet: Sheet) -> list[tuple[str, int]]:
    """Characters line by line as they stand, with their index (-1: a space or line end of ours).

    PDFium's own order is that of the file or of the unturned page; where text stands otherwise, this is
    the second path.
    """
    glyphs = sheet.glyphs
    placed = [
        index for index, address in enumerate(glyphs.objects) if address and not glyphs.texts[index].isspace()
    ]
    placed.sort(key=lambda index: glyphs.lines[index])
    rows: list[list[int]] = []
    for index in placed:
        angle, down, _along = glyphs.lines[index]
        last = glyphs.lines[rows[-1][0]] if rows else None
        step = 0.3 * glyphs.sizes[index] / sheet.unit
        if last is not None and last[0] == angle and abs(down - last[1]) <= step:
            rows[-1].append(index)
        else:
            rows.append([index])
    ordered: list[tuple[str, int]] = []
    for row in rows:
        row.sort(key=lambda index: glyphs.lines[index][2])
        for before, index in zip([None, *row], row, strict=False):
            if before is not None and _gap(sheet, before, index) > 0.15 * glyphs.sizes[index] / sheet.unit:
                ordered.append((" ", -1))
            ordered.append((glyphs.texts[index], index))
        ordered.append(("\n", -1))
    return ordered


def _gap(sheet: Sheet, one: int, two: int) -> float:
    """Between two neighbours of a line: from where the first one's own width ends to where the next begins.

    The ink of narrow marks is far apart without any space; slanted lines are measured by it all the same.
    """
    angle, _down, along = sheet.glyphs.lines[two]
    if angle % 90 == 0:
        left, bottom, right, top = sheet.textpage.get_charbox(one, loose=True)
        return float(along - {0: right, 90: top, 180: -left, 270: -bottom}[angle])
    a, b = sheet.glyphs.boxes[one], sheet.glyphs.boxes[two]
    if a is None or b is None:
        return 0.0
    return max(max(b[0] - a[2], a[0] - b[2]), max(b[1] - a[3], a[1] - b[3]))


def runs(sheet: Sheet, order: Sequence[tuple[str, int]], seen: set[int], first: int) -> list[Run]:
    """Runs of one size on one line; ``first`` numbers the first character of ``order``.

    ``seen`` are the text objects that change pixels when drawn.
    """
    glyphs, made = sheet.glyphs, list[Run]()
    place = _("page {number}").format(number=sheet.number + 1)
    start, line = 0, 0
    for at in range(1, len(order) + 1):
        broken = at < len(order) and order[at - 1][0] in "\r\n" and order[at][0] not in "\r\n"
        if at < len(order) and not broken and _same(glyphs, order[start], order[at], seen):
            continue
        text = "".join(char for char, _index in order[start:at])
        boxes = [box for _char, index in order[start:at] if index >= 0 and (box := glyphs.boxes[index])]
        made.append(_run(sheet, text, boxes, order[start][1], seen, first + start, line, place))
        line += broken
        start = at
    return made


def _same(glyphs: Glyphs, one: tuple[str, int], two: tuple[str, int], seen: set[int]) -> bool:
    """Whether two characters may share a run; spaces go with anything."""
    if two[1] < 0 or not glyphs.objects[two[1]]:
        return True
    if one[1] < 0 or not glyphs.objects[one[1]]:
        return False
    same_size = abs(glyphs.sizes[one[1]] - glyphs.sizes[two[1]]) < 0.05
    return same_size and (glyphs.objects[one[1]] in seen) == (glyphs.objects[two[1]] in seen)


def _run(
    sheet: Sheet, text: str, boxes: list[Box], index: int, seen: set[int], first: int, line: int, place: str
) -> Run:
    address = sheet.glyphs.objects[index] if index >= 0 else 0
    hidden: Hidden = "" if address in seen or not text.strip() else "layer"
    box = None
    if boxes:
        box = (
            min(item[0] for item in boxes) * sheet.unit,
            min(item[1] for item in boxes) * sheet.unit,
            max(item[2] for item in boxes) * sheet.unit,
            max(item[3] for item in boxes) * sheet.unit,
        )
    return Run(
        text,
        at=(float(sheet.number), box[1] if box else -1.0),
        ends=(float(sheet.number), box[3] if box else -1.0),
        block=10_000 * sheet.number + line,
        place=place,
        page=sheet.number + 1,
        size=sheet.glyphs.sizes[index] if index >= 0 else None,
        hidden=hidden,
        box=box,
        first=first,
    )
