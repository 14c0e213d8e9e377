"""The strip with the label that stands in a picture: drawn always alike, and known again letter by letter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import sqrt
from operator import mul
from typing import TYPE_CHECKING

from compliance.errors import InputError
from compliance.i18n import _
from compliance.labels import _typeface
from compliance.labels._colours import ratio

if TYPE_CHECKING:
    from PIL.Image import Image

LEAST_PX = 12  # letters smaller than that cannot be read on a screen
GRID = 16  # JPEG blocks: a strip of whole blocks leaves the picture's own blocks where they were
SAME = (
    0.95  # least correlation of a letter: .967 and more after JPEG at quality 20, И for Й gives .93 at most
)
_EVEN = 8  # of 255: an area of a lower standard deviation shows nothing
_SMALL = 2_500  # pixels
_ENOUGH = 600  # pixels of a letter that tell its colour
_FAINT = 0.6  # of the whole: below, it is no strip of ours at all


def usual_size(width: int) -> int:
    """Height of letters for a picture that wide: about forty letters a line."""
    return max(LEAST_PX, round(width / 26))


@dataclass(frozen=True, slots=True)
class Strip:
    """The drawn label, the height of its letters, and the box of each letter, all in pixels."""

    picture: Image
    size: int
    letters: tuple[tuple[int, int, int, int], ...]


def _set(text: str, width: int, size: int) -> tuple[int, int, Sequence[str], int]:
    """Size of the letters as they fit, margin, lines, and the height of all."""
    margin = size // 2
    longest = max(_typeface.width(word) for word in text.split())
    if longest * size > width - 2 * margin:
        size = int((width - 2 * margin) / longest)
    if size < LEAST_PX:
        raise InputError(
            _("the picture is too narrow for a label"),
            remedy=_("Make it wider, or put the label into the text."),
        )
    lines = _typeface.wrap(text, (width - 2 * margin) / size - 0.02)
    step = round(size * _typeface.LEADING)
    return size, margin, lines, -(-(len(lines) * step + 2 * margin) // GRID) * GRID


def height_of(text: str, width: int, size: int) -> int:
    """Of the strip with letters of that size, without drawing it. `InputError` as `strip`."""
    return _set(text, width, size)[3]


@lru_cache(maxsize=8)
def strip(text: str, width: int, size: int = 0) -> Strip:
    """The label in black on white, ``width`` pixels wide, in whole JPEG blocks high: always the same pixels.
    ``size``: of its letters; about forty of them a line where it is not said.

    Raises `InputError` where the longest word does not fit.
    """
    from PIL import Image, ImageDraw, ImageFont

    size, margin, lines, height = _set(text, width, size or usual_size(width))
    step = round(size * _typeface.LEADING)
    picture = Image.new("L", (width, height), 255)
    pen = ImageDraw.Draw(picture)
    # The basic engine: the same pixels with and without the system's text shaping library.
    faces = {
        family: ImageFont.truetype(str(_typeface.path(family)), size, layout_engine=ImageFont.Layout.BASIC)
        for family in {piece.family for line in lines for piece in _typeface.pieces(line)}
    }
    letters = []
    for number, line in enumerate(lines):
        x, base = margin, margin + round(size * 0.95) + number * step
        for char in line:
            # Letter by letter on whole pixels, so that each can be looked at by itself.
            face = faces[_typeface.family_of(char)]
            pen.text((x, base), char, fill=0, font=face, anchor="ls")
            after = x + round(face.getlength(char))
            if not char.isspace():
                letters.append((x, base - size, after, base + size // 4))
            x = after
    return Strip(picture, size, tuple(letters))


def share(picture: Image, drawn: Strip) -> float:
    """How like ``drawn`` the top of ``picture`` is: its least alike letter; 0 where it is not even as large.

    Letter by letter, because one other letter in a name changes the whole strip by less than JPEG does.
    """
    size = drawn.picture.size
    if picture.width != size[0] or picture.height <= size[1]:
        return 0.0
    top = grey(picture, (0, 0, *size))
    whole = alike(top, drawn.picture)
    if whole < _FAINT:
        return 0.0
    return min(whole, *(alike(top.crop(box), drawn.picture.crop(box)) for box in drawn.letters))


def contrast(part: Image, drawn: Strip) -> float:
    """WCAG's between letters and ground where it is least, in a part (grey or RGB) that shows ``drawn``: pale letters
    are as alike as black ones.

    Letter and ground are the ends of the line by which the drawn values go over into the seen ones.
    """
    least = 21.0
    for box in drawn.letters:
        letter = drawn.picture.crop(box)
        if letter.width and letter.height:
            ends = [_ends(channel, letter) for channel in part.crop(box).split()]
            ends = ends * 3 if len(ends) == 1 else ends
            ink, ground = ((one[end], two[end], three[end]) for end in (0, 1) for one, two, three in [ends])
            least = min(least, ratio(ink, ground))
    return least


def _ends(seen: Image, drawn: Image) -> tuple[float, float]:
    """What black and white of ``drawn`` are in ``seen``, 0 to 1: least squares."""
    if (times := round(sqrt(drawn.width * drawn.height / _ENOUGH))) > 1:
        seen, drawn = seen.reduce(times), drawn.reduce(times)
    ours, theirs = drawn.tobytes(), seen.tobytes()
    count, first, second = len(ours), sum(ours), sum(theirs)
    spread = count * sum(map(mul, ours, ours)) - first * first
    slope = (count * sum(map(mul, ours, theirs)) - first * second) / spread if spread else 0.0
    black = (second - slope * first) / count
    return min(255.0, max(0.0, black)) / 255, min(255.0, max(0.0, black + 255 * slope)) / 255


def grey(picture: Image, box: tuple[int, int, int, int]) -> Image:
    """A part of the picture in grey, on white where it is transparent."""
    return laid(picture, box, "white").convert("L")


def laid(picture: Image, box: tuple[int, int, int, int], ground: str) -> Image:
    """A part of the picture, on that ground where it is transparent."""
    from PIL import Image

    part = eight_bits(picture.crop(box))
    if part.mode in ("RGBA", "LA", "PA") or picture.info.get("transparent"):
        part = part.convert("RGBA")
        behind = Image.new("RGBA", part.size, ground)
        behind.alpha_composite(part)
        part = behind
    return part if part.mode == "L" else part.convert("RGB")


def alike(one: Image, two: Image) -> float:
    """Pearson's, over all pixels; 0 for even areas."""
    from PIL import ImageChops, ImageStat

    if one.mode == two.mode == "L" and one.size == two.size and one.width * one.height <= _SMALL:
        return _correlation(one.tobytes(), two.tobytes())

    a, b = ImageStat.Stat(one), ImageStat.Stat(two)
    if a.stddev[0] < _EVEN or b.stddev[0] < _EVEN:
        return 0.0
    # cov(a, b) from the variance of the difference: var(a - b) = var a + var b - 2 cov.
    high, low = ImageStat.Stat(ImageChops.subtract(one, two)), ImageStat.Stat(ImageChops.subtract(two, one))
    mean = (a.mean[0] - b.mean[0]) ** 2
    spread = high.rms[0] ** 2 + low.rms[0] ** 2 - mean
    return float((a.var[0] + b.var[0] - spread) / (2 * a.stddev[0] * b.stddev[0]))


def _correlation(one: bytes, two: bytes) -> float:
    """The same of a few pixels, where counting them beats the histograms."""
    count, first, second = len(one), sum(one), sum(two)
    spread = count * sum(map(mul, one, one)) - first * first
    other = count * sum(map(mul, two, two)) - second * second
    least = (_EVEN * count) ** 2
    if spread < least or other < least:
        return 0.0
    shared = count * sum(map(mul, one, two)) - first * second
    return float(shared / sqrt(spread * other))


def eight_bits(picture: Image) -> Image:
    """The same picture, where it has sixteen bits a colour in grey."""
    if picture.mode not in ("I;16", "I"):
        return picture
    return picture.convert("I").point(lambda value: value / 256).convert("L")
