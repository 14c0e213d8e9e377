"""A white screen with the label in its middle, drawn always alike, and known again on the frames of a film."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from compliance.errors import InputError
from compliance.labels import _typeface
from compliance.labels._strip import SAME, Strip, alike, contrast, share, strip
from compliance.labels.judge import CONTRAST

if TYPE_CHECKING:
    from PIL.Image import Image

_SHARE = 0.9  # of the screen's width, at most
_WIDTHS = (3840, 2560, 1920, 1440, 1280, 1080, 960, 854, 852, 848, 720, 640, 608, 576, 480)
LAYOUTS = ("card", "squared")
"""``squared``: the label inside the square in the middle of the screen, so that a square crop keeps it."""
_LIGHT = 130  # of 255: the mean of a card is far above


@dataclass(frozen=True, slots=True)
class Card:
    """The label on a white screen; ``left`` and ``top`` of its strip."""

    picture: Image
    drawn: Strip
    left: int
    top: int


@lru_cache(maxsize=64)
def card_of(text: str, width: int, height: int, layout: str = LAYOUTS[0]) -> Card:
    """Always the same pixels for the same screen. `InputError` where it is too small."""
    from PIL import Image

    side = min(width, height)
    wide, high = (side, side) if layout == "squared" else (width, height)
    wide = int(_SHARE * wide)
    drawn = strip(text, wide, _letters(text, wide, _SHARE * high))
    left, top = (width - wide) // 2, (height - drawn.picture.height) // 2
    picture = Image.new("L", (width, height), 255)
    picture.paste(drawn.picture, (left, top))
    return Card(picture, drawn, left, top)


def _letters(text: str, wide: int, high: float) -> int:
    """The largest letters with which the text fits, in pixels."""
    longest = max(_typeface.width(word) for word in text.split())
    size = int(min(high / 3, wide / (longest + 1)))
    while size > 1:
        lines = _typeface.wrap(text, (wide - 2 * (size // 2)) / size - 0.02)
        if (len(lines) + 1) * round(size * _typeface.LEADING) + size < high:
            break
        size -= max(1, size // 24)
    return size


def light(picture: Image) -> bool:
    """Whether it can be a card of ours at all: mostly white."""
    from PIL import ImageStat

    mean: float = ImageStat.Stat(picture.convert("L").resize((32, 32))).mean[0]
    return mean > _LIGHT


def recognised(picture: Image, text: str, *, elsewhere: bool) -> Card | None:
    """The card as it was drawn for this width, or (``elsewhere``) for another from which the film was made smaller."""
    for width in dict.fromkeys((picture.width, *(_WIDTHS if elsewhere else ()))):
        height = round(picture.height * width / picture.width / 2) * 2
        for layout in LAYOUTS[: 1 if picture.width == picture.height else None]:
            try:
                card = card_of(text, width, height if width != picture.width else picture.height, layout)
            except InputError:
                continue
            known = card if width == picture.width else _brought_to(card, picture)
            if known is not None and _alike(picture, known):
                return known
    return None


def _alike(picture: Image, card: Card) -> bool:
    """Letter by letter, be it pale."""
    left, top, right, bottom = _box(card)
    same_size = picture.size == card.picture.size
    return same_size and share(picture.crop((left, top, right, bottom + 1)), card.drawn) >= SAME


def _brought_to(card: Card, picture: Image) -> Card | None:
    """The card as it is after the film was made as large as ``picture``; ``None`` for another shape of screen."""
    scale = picture.width / card.picture.width
    if abs(card.picture.height * scale - picture.height) > 2:
        return None
    whole = card.picture.resize(picture.size)
    left, top = round(card.left * scale), round(card.top * scale)
    right = round((card.left + card.drawn.picture.width) * scale)
    bottom = round((card.top + card.drawn.picture.height) * scale)
    letters = tuple(
        (round(box[0] * scale), round(box[1] * scale), round(box[2] * scale), round(box[3] * scale))
        for box in card.drawn.letters
    )
    drawn = Strip(whole.crop((left, top, right, bottom)), round(card.drawn.size * scale), letters)
    return Card(whole, drawn, left, top)


def shows(picture: Image, card: Card, *, closely: bool) -> bool:
    """Whether the frame shows the card: as a whole, or letter by letter and not pale (``closely``)."""
    if picture.size != card.picture.size:
        return False
    box = _box(card)
    part = picture.convert("L").crop(box)
    if alike(part, card.drawn.picture) < 0.9:
        return False
    return not closely or (_alike(picture, card) and contrast(part, card.drawn) >= CONTRAST)


def legible(picture: Image, card: Card) -> float:
    """The least contrast of a card in the frame that shows it."""
    return contrast(picture.convert("RGB").crop(_box(card)), card.drawn)


def _box(card: Card) -> tuple[int, int, int, int]:
    return (
        card.left,
        card.top,
        card.left + card.drawn.picture.width,
        card.top + card.drawn.picture.height,
    )
