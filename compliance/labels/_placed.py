"""Where the strip stands in a picture: over its whole width, or inside the square in the picture's middle."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from compliance.errors import InputError
from compliance.i18n import _
from compliance.labels._strip import (
    GRID,
    LEAST_PX,
    SAME,
    Strip,
    contrast,
    height_of,
    laid,
    share,
    strip,
    usual_size,
)

if TYPE_CHECKING:
    from PIL.Image import Image

LAYOUTS = ("strip", "squared")
"""``squared``: a crop to a square keeps the whole label, and its letters can be read in a small picture; a tall picture
gets margins for that."""
_SMALL_PICTURE = 320  # pixels
_GROUND = (222, 221, 224)
_NEAR = 24  # of 255: how far JPEG takes the ground from itself
_MOST_TIMES = 16  # as tall as the picture is long: a band beyond that is no label


@dataclass(frozen=True, slots=True)
class Placed:
    """``left``: of the strip; its top is the picture's."""

    layout: str
    drawn: Strip
    left: int

    @property
    def box(self) -> tuple[int, int, int, int]:
        return self.left, 0, self.left + self.drawn.picture.width, self.drawn.picture.height

    def share(self, picture: Image) -> float:
        """How like the strip that part of a labelled picture is, as `share` tells."""
        left, top, right, bottom = self.box
        whole = left == 0 and right == picture.width
        return share(picture if whole else picture.crop((left, top, right, bottom + 1)), self.drawn)

    def contrast(self, picture: Image) -> float:
        """Between its letters and their ground there, as `_strip.contrast` tells; what is transparent may be shown on
        white or on black."""
        one, two = (laid(picture, self.box, ground) for ground in ("white", "black"))
        least = contrast(one, self.drawn)
        return least if one.tobytes() == two.tobytes() else min(least, contrast(two, self.drawn))


def placed(text: str, size: tuple[int, int], layout: str) -> Placed:
    """As it stands in a labelled picture of that size. `InputError` where the words do not fit."""
    if layout == "strip":
        return Placed(layout, strip(text, size[0]), 0)
    side = min(size)
    return Placed(layout, strip(text, side, _letters(size)), (size[0] - side) // 2)


def _letters(size: tuple[int, int]) -> int:
    return max(usual_size(min(size)), -(-LEAST_PX * max(size) // _SMALL_PICTURE))


def found(picture: Image, text: str) -> Placed | None:
    """The strip that stands in the picture, whole and letter by letter."""
    for layout in LAYOUTS:
        try:
            known = placed(text, picture.size, layout)
        except InputError:
            continue
        if known.share(picture) >= SAME:
            square = picture.width == picture.height  # where one is as good as the other
            return replace(known, layout="squared") if square else known
    return None


def size_with(text: str, size: tuple[int, int], layout: str) -> tuple[int, int]:
    """Of a picture of that size once it is labelled."""
    if layout == "strip":
        return size[0], size[1] + placed(text, size, layout).drawn.picture.height
    low, high = 0, 1
    while not _holds(text, size, high * GRID):
        low, high = high, 2 * high
        if high * GRID > _MOST_TIMES * max(size):
            raise InputError(
                _("the picture is too narrow for a label"),
                remedy=_("Make it wider, or put the label into the text."),
            )
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if _holds(text, size, middle * GRID) else (middle, high)
    return _with_band(size, high * GRID)


def _with_band(size: tuple[int, int], band: int) -> tuple[int, int]:
    return max(size[0], size[1] + band), size[1] + band


def _holds(text: str, size: tuple[int, int], band: int) -> bool:
    whole = _with_band(size, band)
    try:
        return height_of(text, min(whole), _letters(whole)) <= band
    except InputError:
        return False


def labelled(content: Image, text: str, layout: str, *, line: int = 0) -> Image:
    """The picture (grey, RGB or RGBA) under its label; its own pixels stay as they are. ``line``: rows of zeros between
    the two, under a strip."""
    from PIL import Image

    size = size_with(text, content.size, layout)
    at = placed(text, size, layout)
    size = size[0], size[1] + line
    made = Image.new(content.mode, size, 0 if line else _ground(content.mode))
    made.paste(content, (_margin(size, content.size), size[1] - content.height))
    made.paste(at.drawn.picture.convert(content.mode), (at.left, 0))
    return made


def _ground(mode: str) -> int | tuple[int, ...]:
    if mode == "L":
        return _GROUND[1]
    return (*_GROUND, 255) if mode == "RGBA" else _GROUND


def _margin(whole: tuple[int, int], size: tuple[int, int]) -> int:
    return (whole[0] - size[0]) // 2 // GRID * GRID


def unlabelled(picture: Image, text: str, at: Placed) -> tuple[Image, bool]:
    """Without band and margins, where these can be told from the picture; and whether it surely was squared."""
    width, height = picture.size
    rest = picture.crop((0, at.drawn.picture.height, width, height))
    if at.layout == "strip" and width != height:
        return rest, False
    left, top, right = _inside(rest)
    if width != height:
        left, right = 0, width
    bare = rest.crop((left, top, right, rest.height))
    try:
        sure = size_with(text, bare.size, "squared") == picture.size
    except InputError:
        sure = False
    return (bare, True) if sure else (rest, False)


def _inside(picture: Image) -> tuple[int, int, int]:
    """Left, top and right of what is not the ground of ours."""
    from PIL import Image, ImageChops

    flat = picture.convert("RGB")
    away = ImageChops.difference(flat, Image.new("RGB", flat.size, _GROUND))
    box = away.point(lambda value: 255 if value > _NEAR else 0).getbbox()
    return (0, 0, picture.width) if box is None else box[:3]
