"""Drawing a label on a PDF page: boxes, turns, free bands, one form object for equal pages.

ISO 32000-1: 8.3.2 (user space), 8.10 (form objects), 14.11.2 (page boundaries), 14.5 (PieceInfo).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from compliance.errors import InputError
from compliance.i18n import _
from compliance.labels import _pdf_look, _pdf_read, _typeface
from compliance.labels._pdf_read import Sheet
from compliance.labels.reading import Run, body_size

if TYPE_CHECKING:
    from pikepdf import Dictionary, Object, Page, Pdf

MARK = "/ComplianceLabel"  # names what we drew; never taken as evidence
LEAST_SIZE = 10.0  # points, where there is no text to be twice as large as
_BOXES = ("/MediaBox", "/CropBox", "/TrimBox", "/BleedBox", "/ArtBox")
_OPEN = b"q\n"
_DRAWN = re.compile(rb"\s*Q\s+q [-0-9. e]+ cm [-0-9. e]+ cm /ComplianceLabel\d+ Do Q\s*")
_EXTENT = 14_400.0  # page units: what viewers show at most (ISO 32000-1, annex C)


def user_unit(page: Page) -> float:
    try:
        unit = float(page.obj.get("/UserUnit", 1))
    except (TypeError, ValueError):
        return 1.0
    return unit if 0 < unit <= 75_000 else 1.0


def half_up(points: float) -> float:
    """The next half point."""
    return -(-points * 2 // 1) / 2


def heading(runs: list[Run], body: float | None) -> list[Run]:
    """The runs at the top of the first page that are set larger than the text."""
    first = sorted((run for run in runs if run.page == 1), key=lambda run: run.at)
    led = []
    for run in first:
        if body is None or run.size is None or run.size < 1.15 * body:
            break
        led.append(run)
    return led if sum(len(run.text) for run in led) <= 300 else []


class Drawer:
    """Draws one label on pages; equal pages share one form object."""

    def __init__(self, pdf: Pdf, text: str, points: float | None, *, first: bool = False) -> None:
        self.pdf = pdf
        self.text = text
        self.points = points
        self.first = first
        self.fonts: dict[str, tuple[Object, dict[str, int]]] = {}
        self.streams: dict[str, Object] = {}
        self.forms: dict[tuple[float, float, bool], tuple[str, Object]] = {}

    def draw(self, page: Page, sheet: Sheet | None, runs: Iterable[Run]) -> bool:
        """Puts the label on ``page``; whether the page had to be extended."""
        import pikepdf

        own = page.obj
        before = {key: own[key] for key in _BOXES if key in own}
        media, turn, unit = _media(page), _turn(page), user_unit(page)
        box = _visible(page, media)
        width, height = box[2] - box[0], box[3] - box[1]
        if turn in (90, 270):
            width, height = height, width
        size = (self.points or max(LEAST_SIZE, half_up(width * unit / 40))) / unit
        tall = self._height(width, size)
        top = _free_band(sheet, list(runs), tall, first=self.first) if sheet else None
        name, form = self._form(width, size, ground=top is None)
        if top is None:
            box = _extend(page, media, box, turn, tall)
        up = height if top is None else height - top - tall
        place = " ".join(f"{value:.6g}" for value in _upright(box, turn))
        _resources(page).XObject[name] = form
        self._wrap(page, f"\nQ\nq {place} cm 1 0 0 1 0 {up:.6g} cm {name} Do Q\n")
        pieces = _copy(own.get("/PieceInfo"))
        pieces[MARK] = pikepdf.Dictionary(
            LastModified="D:20000101000000Z",  # the format wants one; the same file must come out each time
            Private=pikepdf.Dictionary(before),
        )
        own.PieceInfo = pieces
        return top is None

    def _wrap(self, page: Page, after: str) -> None:
        """The page's own contents in a saved graphics state, then ours; equal streams are shared."""
        import pikepdf

        for text in (_OPEN.decode("ascii"), after):
            if text not in self.streams:
                self.streams[text] = self.pdf.make_indirect(pikepdf.Stream(self.pdf, text.encode("ascii")))
        content = page.obj
        own = content.get("/Contents")
        parts = list(own) if isinstance(own, pikepdf.Array) else [own] if own is not None else []
        content.Contents = pikepdf.Array([self.streams[_OPEN.decode("ascii")], *parts, self.streams[after]])

    def _height(self, width: float, size: float) -> float:
        lines, _factor = self._lines(width, size)
        return (len(lines) * _typeface.LEADING + 0.8) * size

    def _lines(self, width: float, size: float) -> tuple[tuple[str, ...], float]:
        measure = (width - 2 * self._margin(width)) / size
        factor = _typeface.condensing(self.text, measure)
        return _typeface.wrap(self.text, measure / factor), factor

    @staticmethod
    def _margin(width: float) -> float:
        return min(36.0, 0.06 * width)

    def _form(self, width: float, size: float, *, ground: bool) -> tuple[str, Object]:
        """The form for pages of ``width``, on a white ground or none: its resource name and the object."""
        import pikepdf

        key = (round(width, 2), round(size, 3), ground)
        if key not in self.forms:
            lines, factor = self._lines(width, size)
            tall = self._height(width, size)
            shown = [f"q 1 g 0 0 {width:.6g} {tall:.6g} re f Q"] if ground else []
            shown.append(f"BT 0 g {100 * factor:.6g} Tz")
            for number, line in enumerate(lines):
                y = tall - (0.4 + 0.95 + number * _typeface.LEADING) * size
                shown.append(f"1 0 0 1 {self._margin(width):.6g} {y:.6g} Tm")
                shown += [self._show(piece, size) for piece in _typeface.pieces(line)]
            shown.append("ET")
            form = pikepdf.Stream(self.pdf, ("\n".join(shown) + "\n").encode("ascii"))
            form.Type, form.Subtype = pikepdf.Name.XObject, pikepdf.Name.Form
            form.BBox = pikepdf.Array([0, 0, round(width, 4), round(tall, 4)])
            form.Resources = pikepdf.Dictionary(
                Font=pikepdf.Dictionary(
                    {_font_name(family): font for family, (font, _codes) in self.fonts.items()}
                )
            )
            name = f"{MARK}{len(self.forms)}"
            self.forms[key] = (name, self.pdf.make_indirect(form))
        return self.forms[key]

    def _show(self, piece: _typeface.Piece, size: float) -> str:
        if piece.family not in self.fonts:
            letters = "".join(char for char in self.text if _typeface.family_of(char) == piece.family)
            self.fonts[piece.family] = _typeface.embed(self.pdf, piece.family, letters)
        codes = "".join(f"{self.fonts[piece.family][1][char]:04X}" for char in piece.text)
        return f"{_font_name(piece.family)} {size:.6g} Tf <{codes}> Tj"


def _font_name(family: str) -> str:
    return "/" + family.replace(" ", "")


def _inherited(page: Page, key: str, default: Any) -> Any:
    node: Any = page.obj
    for _level in range(50):
        if key in node:
            return node[key]
        if "/Parent" not in node:
            break
        node = node.Parent
    return default


def _resources(page: Page) -> Any:
    """The page's own resources; inherited ones are copied first, since other pages use them too."""
    import pikepdf

    own = page.obj
    if "/Resources" not in own:
        own.Resources = _copy(_inherited(page, "/Resources", None))
    found = own.Resources
    if "/XObject" not in found:
        found.XObject = pikepdf.Dictionary()
    return found


def _copy(value: Any) -> Dictionary:
    """A new dictionary with the entries of ``value``; empty where it is none."""
    import pikepdf

    return pikepdf.Dictionary(dict(value.items()) if isinstance(value, pikepdf.Dictionary) else {})


def _turn(page: Page) -> int:
    """Degrees clockwise; anything but a quarter turn counts as none, as in viewers."""
    try:
        turn = int(_inherited(page, "/Rotate", 0)) % 360
    except (TypeError, ValueError):
        return 0
    return turn if turn % 90 == 0 else 0


def _box(page: Page, key: str) -> tuple[float, float, float, float] | None:
    value: Any = _inherited(page, key, None) if key in ("/MediaBox", "/CropBox") else page.obj.get(key)
    if value is None:
        return None
    try:
        left, bottom, right, top = _numbers(value)
    except (TypeError, ValueError):
        return None
    return min(left, right), min(bottom, top), max(left, right), max(bottom, top)


def _numbers(value: Any) -> list[float]:
    """Of an array; in one step where all of them stand in it themselves. ``ValueError`` for anything else."""
    try:
        return [float(side) for side in value.unparse().strip(b"[ ]").split()]
    except (AttributeError, ValueError):
        return [float(side) for side in value]


def _array(numbers: Iterable[float]) -> Object:
    import pikepdf

    written = " ".join(f"{number:.4f}".rstrip("0").rstrip(".") for number in numbers)
    return pikepdf.Object.parse(f"[ {written} ]".encode("ascii"))


def _media(page: Page) -> tuple[float, float, float, float]:
    return _box(page, "/MediaBox") or (0.0, 0.0, 612.0, 792.0)


def _visible(page: Page, media: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    """Crop box inside media box: what a viewer shows (ISO 32000-1, 14.11.2)."""
    crop = _box(page, "/CropBox")
    return _pdf_read._common(media, crop) if crop else media


def _extend(
    page: Page, media: tuple[float, ...], box: tuple[float, ...], turn: int, tall: float
) -> tuple[float, float, float, float]:
    """Makes the page taller at what is its top when shown; returns the new visible box."""
    side, by = {0: (3, tall), 90: (0, -tall), 180: (1, -tall), 270: (2, tall)}[turn]
    new = list(box)
    new[side] += by
    if max(new[2] - new[0], new[3] - new[1]) > _EXTENT:
        raise InputError(
            _("the page would become larger than viewers can show"),
            remedy=_("Make a cover page with the label, or set the text smaller."),
        )
    own = page.obj
    own.CropBox = _array(new)
    union = [min(media[0], new[0]), min(media[1], new[1]), max(media[2], new[2]), max(media[3], new[3])]
    own.MediaBox = _array(union)
    for key in _BOXES[2:]:
        if key in own and (other := _box(page, key)):
            grown = list(other)
            grown[side] = new[side]
            own[key] = _array(grown)
    return new[0], new[1], new[2], new[3]


def _upright(box: tuple[float, float, float, float], turn: int) -> tuple[float, ...]:
    """From what is shown (origin lower left, up is up) to page space."""
    x0, y0, x1, y1 = box
    return {
        0: (1, 0, 0, 1, x0, y0),
        90: (0, 1, -1, 0, x1, y0),
        180: (-1, 0, 0, -1, x1, y1),
        270: (0, -1, 1, 0, x0, y1),
    }[turn]


def take_back(page: Page) -> bool:
    """Removes a label that we drew on ``page`` earlier, with the room made for it."""
    import pikepdf

    pieces = page.obj.get("/PieceInfo")
    if not isinstance(pieces, pikepdf.Dictionary) or MARK not in pieces:
        return False
    contents = page.obj.get("/Contents")
    if not isinstance(contents, pikepdf.Array) or len(contents) < 2:
        return False
    first, last = contents[0].read_bytes(), contents[len(contents) - 1]
    if first != _OPEN or len(last.read_raw_bytes()) > 500 or not _DRAWN.fullmatch(last.read_bytes()):
        return False
    del contents[len(contents) - 1]
    del contents[0]
    if not len(contents):
        del page.obj.Contents  # an empty page has none
    for key in _BOXES:
        if key in page.obj:
            del page.obj[key]
        if key in pieces[MARK].Private:
            page.obj[key] = pieces[MARK].Private[key]
    del pieces[MARK]
    if not len(pieces.keys()):
        del page.obj.PieceInfo
    pictures = page.obj.Resources.XObject
    for name in [name for name in pictures.keys() if name.startswith(MARK)]:  # noqa: SIM118 - no dict
        del pictures[name]
    return True


# ---- free space


def _free_band(sheet: Sheet, runs: list[Run], tall: float, *, first: bool) -> float | None:
    """Where, down from the top, the label has room on an even, light ground: under the heading, else above all.

    In page units, as shown. ``first``: above all only.
    """
    seen = [run for run in runs if not run.hidden and run.text.strip() and run.page == 1 and run.box]
    led = heading(seen, body_size(seen))
    rest = [run for run in seen if run not in led]
    if not rest:
        return None
    ends = max((run.box[3] for run in led if run.box), default=0.0) / sheet.unit
    begins = min(run.box[1] for run in rest if run.box) / sheet.unit
    above = min(run.box[1] for run in seen if run.box) / sheet.unit
    scale = min(1.0, 1000 / max(sheet.width, sheet.height, 1.0))
    picture = _pdf_look.draw(sheet, scale)
    for top, bottom in ((0.0, above),) if first else ((ends, begins), (0.0, above)):
        if bottom - top < tall:
            continue
        start = top + (bottom - top - tall) / 2
        area = (0, int(start * scale), picture.width, min(picture.height, int((start + tall) * scale) + 1))
        spread = picture.crop(area).getextrema()
        if all(high - low <= 8 and low >= 200 for low, high in spread):  # type: ignore[misc]
            return start
    return None
