"""Whether PDF text can be seen: pages are drawn with and without it, and the pixels compared.

This finds what no reading of operators does: hidden layers, white on white, text under a picture, cut
by a clip or by the crop box, drawn with no ink.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from compliance.i18n import N_
from compliance.labels import _colours
from compliance.labels._pdf_read import Box, Sheet
from compliance.labels.reading import Hidden, Run

if TYPE_CHECKING:
    from PIL.Image import Image

_MOST_PIXELS = 12_000_000
_LABEL_PIXELS = 36  # height a label's letters are drawn with, so that strokes have full colour
_COARSE = 1.0  # pixels a point where only "does it show at all" is asked
_CHANGED = 6  # of 255: a pixel that differs more has changed
_CELL = 64.0  # page units: boxes are compared with those of their neighbourhood only
_MOST_GROUPS = 8  # drawings for text that overlaps other text; what needs more is not legible anyway
_APART = 0.15  # share of a letter's ink that may lie on another ground than the rest
_CUT = 0.85  # share of a letter's height and width that must have ink


def seen_objects(sheet: Sheet) -> set[int]:
    """The text objects of a page that change pixels when they are drawn.

    Objects that overlap are switched off in different drawings, so that invisible text under or over
    visible text is not taken for visible.
    """
    glyphs = sheet.glyphs
    extents: dict[int, Box] = {}
    for address, box in zip(glyphs.objects, glyphs.boxes, strict=True):
        if address and box:
            old = extents.get(address, box)
            extents[address] = (
                min(old[0], box[0]),
                min(old[1], box[1]),
                max(old[2], box[2]),
                max(old[3], box[3]),
            )
    if not extents:
        return set()
    scale = _scale(sheet, _COARSE * sheet.unit)
    full = draw(sheet, scale)
    seen: set[int] = set()
    for group in _apart(extents):
        changed = _changed(full, _without(sheet, group, scale))
        seen |= {at for at in group if _ink(changed, _pixels(extents[at], scale, full.size)) > 0}
    return seen


def _apart(extents: dict[int, Box]) -> list[list[int]]:
    """Groups in which no two boxes overlap by more than a sliver; what fits in none of them is left out."""
    groups: list[list[int]] = []
    cells: list[dict[tuple[int, int], list[Box]]] = []
    for address, box in sorted(extents.items(), key=lambda item: (item[1], item[0])):
        left, top, right, bottom = box
        slack = min(right - left, bottom - top) / 8
        inner = (left + slack, top + slack, right - slack, bottom - slack)
        near = [
            (x, y)
            for x in range(int(inner[0] // _CELL), int(min(inner[2], 3e4) // _CELL) + 1)
            for y in range(int(inner[1] // _CELL), int(min(inner[3], 3e4) // _CELL) + 1)
        ][:10_000]
        for number in range(_MOST_GROUPS):
            if number == len(groups):
                groups.append([])
                cells.append({})
            if not any(_meet(inner, other) for cell in near for other in cells[number].get(cell, ())):
                groups[number].append(address)
                for cell in near:
                    cells[number].setdefault(cell, []).append(inner)
                break
    return groups


def _meet(one: Box, two: Box) -> bool:
    return one[0] < two[2] and two[0] < one[2] and one[1] < two[3] and two[1] < one[3]


def _scale(sheet: Sheet, wanted: float) -> float:
    """``wanted`` pixels a page unit, or as many as the pixel limit allows."""
    area = max(1.0, sheet.width * sheet.height)
    return float(min(wanted, (_MOST_PIXELS / area) ** 0.5))


def draw(sheet: Sheet, scale: float, *, clear: bool = False) -> Image:
    """The page as shown, with annotations; ``clear``: without them, on a transparent ground."""
    fill = (255, 255, 255, 0) if clear else (255, 255, 255, 255)
    picture: Image = sheet.page.render(
        scale=scale, fill_color=fill, may_draw_forms=False, draw_annots=not clear
    ).to_pil()
    return picture.convert("RGBA" if clear else "RGB")


def _switch(handles: Iterable[Any], on: bool) -> None:
    import pypdfium2.raw as raw  # type: ignore[import-untyped, unused-ignore]

    for handle in handles:
        raw.FPDFPageObj_SetIsActive(handle, on)


def _without(sheet: Sheet, addresses: Iterable[int], scale: float) -> Image:
    handles = [sheet.handles[address] for address in addresses]
    _switch(handles, False)
    try:
        return draw(sheet, scale)
    finally:
        _switch(handles, True)


def _changed(full: Image, bare: Image) -> Image:
    """255 where any channel differs by more than `_CHANGED`."""
    from PIL import ImageChops

    red, green, blue = ImageChops.difference(full, bare).split()
    most = ImageChops.lighter(ImageChops.lighter(red, green), blue)
    return most.point(lambda value: 255 if value > _CHANGED else 0)


def _pixels(box: Box, scale: float, size: tuple[int, int]) -> tuple[int, int, int, int]:
    """The pixels of a box, inside the picture; empty boxes have no width."""
    left, top = max(0, int(box[0] * scale)), max(0, int(box[1] * scale))
    right, bottom = min(size[0], int(box[2] * scale) + 1), min(size[1], int(box[3] * scale) + 1)
    return left, top, max(left, right), max(top, bottom)


def _ink(mask: Image, area: tuple[int, int, int, int]) -> int:
    if area[0] >= area[2] or area[1] >= area[3]:
        return 0
    return mask.crop(area).histogram()[255]


class Closer:
    """Looks at the letters of one label on one page, drawn large."""

    def __init__(self, sheet: Sheet, indices: list[int]) -> None:
        glyphs = sheet.glyphs
        self.sheet = sheet
        self.letters = [
            i for i in indices if glyphs.objects[i] and glyphs.boxes[i] and not glyphs.texts[i].isspace()
        ]
        addresses = {glyphs.objects[i] for i in self.letters}
        size = min((glyphs.sizes[i] for i in self.letters), default=12.0) / sheet.unit
        self.scale = _scale(sheet, _LABEL_PIXELS / max(size, 0.5))
        self.full, self.bare = draw(sheet, self.scale), _without(sheet, addresses, self.scale)
        others = [handle for address, handle in sheet.handles.items() if address not in addresses]
        self.alone = self._alone(others).getchannel("A").point(lambda value: 255 if value > 127 else 0)
        self.changed = _changed(self.full, self.bare)

    def _alone(self, others: list[Any]) -> Image:
        """Only the label's own text, on a transparent ground: where its ink would be."""
        import pypdfium2.raw as raw  # type: ignore[import-untyped, unused-ignore]

        rest = [handle for handle in _all_objects(self.sheet.page) if _is_not(raw, handle)]
        _switch([*others, *rest], False)
        try:
            return draw(self.sheet, self.scale, clear=True)
        finally:
            _switch([*others, *rest], True)

    def look(self, run: Run, indices: list[int]) -> Run:
        """``run`` with what is wrong with its letters (``indices``), and its lowest contrast."""
        letters = [i for i in indices if i in set(self.letters)]
        glyphs = self.sheet.glyphs
        mirrored = any(glyphs.objects[i] in glyphs.mirrored for i in letters)
        hidden: Hidden = "mirrored" if mirrored else ""
        contrasts = []
        for index in letters:
            reason, ratio = self._letter(index)
            hidden = hidden or reason
            contrasts += [ratio] if ratio is not None else []
        return replace(
            run,
            hidden=hidden or (run.hidden if not letters else ""),
            contrast=min(contrasts, default=None),
            overlay=self._overlay(letters),
        )

    def _letter(self, index: int) -> tuple[Hidden, float | None]:
        glyphs = self.sheet.glyphs
        box = glyphs.boxes[index]
        assert box is not None
        if glyphs.sizes[index] < 3:
            return "tiny", None
        slack = 0.5 / self.scale
        if (
            box[0] < -slack
            or box[1] < -slack
            or box[2] > self.sheet.width + slack
            or box[3] > self.sheet.height + slack
        ):
            return "crop", None
        area = _pixels(box, self.scale, self.full.size)
        ink, shown = _ink(self.alone, area), self._both(area)
        if not ink or not self._whole(area):
            return "layer", None
        ratio = self._contrast(area)
        if shown < 0.75 * ink:
            # One cause, one finding: the contrast of what is covered says nothing about its colours.
            return ("colour", ratio) if self._same_colour(area) else ("covered", None)
        return "", ratio

    def _both(self, area: tuple[int, int, int, int]) -> int:
        from PIL import ImageChops

        return ImageChops.darker(self.alone.crop(area), self.changed.crop(area)).histogram()[255]

    def _whole(self, area: tuple[int, int, int, int]) -> bool:
        """Whether the ink spans its letter's box: a clip would have cut it."""
        found = self.alone.crop(area).getbbox()
        if found is None:
            return False
        width, height = area[2] - area[0], area[3] - area[1]
        return (
            found[2] - found[0] >= _CUT * (width - 2) - 1 and found[3] - found[1] >= _CUT * (height - 2) - 1
        )

    def _contrast(self, area: tuple[int, int, int, int]) -> float | None:
        """What is shown against what is behind, over the letter's inked pixels.

        The upper quartile: pixels at the edges of strokes have mixed colours.
        """
        ink = self.alone.crop(area).tobytes()
        front, back = self.full.crop(area).tobytes(), self.bare.crop(area).tobytes()
        ratios = sorted(
            _ratio(front[3 * at : 3 * at + 3], back[3 * at : 3 * at + 3])
            for at, value in enumerate(ink)
            if value
        )
        return ratios[len(ratios) * 3 // 4] if ratios else None

    def _same_colour(self, area: tuple[int, int, int, int]) -> bool:
        """Whether the ink's own colour is that of what lies behind it, rather than something on top."""
        own = self._own_colour
        behind = self.bare.crop(area).resize((1, 1)).getpixel((0, 0))
        assert isinstance(behind, tuple)
        return own is None or _colours.contrast((*own, 1.0), (*_unit(behind), 1.0)) <= 1.2

    @property
    def _own_colour(self) -> tuple[float, float, float] | None:
        import ctypes

        import pypdfium2.raw as raw  # type: ignore[import-untyped, unused-ignore]

        handle = self.sheet.handles[self.sheet.glyphs.objects[self.letters[0]]]
        parts = [ctypes.c_uint() for _part in range(4)]
        if not raw.FPDFPageObj_GetFillColor(handle, *parts):
            return None
        return parts[0].value / 255, parts[1].value / 255, parts[2].value / 255

    def _overlay(self, letters: list[int]) -> str:
        """What the label is laid over, if anything but an even ground."""
        glyphs = self.sheet.glyphs
        boxes = [box for i in letters if (box := glyphs.boxes[i])]
        if not boxes:
            return ""
        uneven = sum(self._uneven(_pixels(box, self.scale, self.bare.size)) for box in boxes)
        return N_("other text or a picture") if uneven > 0.02 * len(boxes) else ""

    def _uneven(self, area: tuple[int, int, int, int]) -> bool:
        """Whether the ink of a letter lies on several grounds; the edge of a bar just above it is none."""
        if area[0] >= area[2] or area[1] >= area[3]:
            return False
        ink, ground = self.alone.crop(area), self.bare.crop(area)
        for channel in ground.split():
            counts = channel.histogram(ink)
            total = sum(counts)
            if not total:
                return False
            usual = counts.index(max(counts))
            apart = sum(counts[: max(0, usual - 48)]) + sum(counts[usual + 49 :])
            if apart > _APART * total:
                return True
        return False


@lru_cache(maxsize=65536)
def _ratio(front: bytes, back: bytes) -> float:
    return _colours.contrast((*_unit(front), 1.0), (*_unit(back), 1.0))


def _unit(pixel: Sequence[int]) -> tuple[float, float, float]:
    return pixel[0] / 255, pixel[1] / 255, pixel[2] / 255


def _is_not(raw: Any, handle: Any) -> bool:
    """Whether an object is neither text nor a form that may hold the label's text."""
    return raw.FPDFPageObj_GetType(handle) not in (raw.FPDF_PAGEOBJ_TEXT, raw.FPDF_PAGEOBJ_FORM)


def _all_objects(page: Any) -> list[Any]:
    """Objects of a page and of the forms in it, at most a hundred thousand."""
    import pypdfium2.raw as raw  # type: ignore[import-untyped, unused-ignore]

    found: list[Any] = []
    waiting = [raw.FPDFPage_GetObject(page, i) for i in range(raw.FPDFPage_CountObjects(page))]
    while waiting and len(found) < 100_000:
        handle = waiting.pop()
        found.append(handle)
        if raw.FPDFPageObj_GetType(handle) == raw.FPDF_PAGEOBJ_FORM:
            waiting += [
                raw.FPDFFormObj_GetObject(handle, i) for i in range(raw.FPDFFormObj_CountObjects(handle))
            ]
    return found
