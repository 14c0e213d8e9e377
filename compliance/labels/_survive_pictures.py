"""What becomes of the strip in a picture: packed, shrunk, cropped to a square, as a small picture."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import TYPE_CHECKING

from compliance.i18n import _
from compliance.labels import _placed, animation, image
from compliance.labels._placed import Placed
from compliance.labels._replay import QUALITY, SHRUNK, THUMBNAIL, Replay, Way, altered, not_there, sized
from compliance.labels._strip import SAME, alike, grey
from compliance.labels.model import Label

if TYPE_CHECKING:
    from PIL.Image import Image

_ALIKE = (
    0.8  # of the whole strip, after shrinking: letters are told apart by their size then, not pixel by pixel
)


def pictures(data: bytes, medium: str, label: Label) -> Iterator[Replay]:
    whole = animation._film(data).frames[0] if medium == animation.NAME else image._open(data)
    at = _placed.found(whole, label.text or "")
    if at is None:
        raise not_there()
    flat = grey(whole, (0, 0, *whole.size))
    size = float(at.drawn.size)
    same = at.share(_packed(flat)) >= SAME
    yield Replay("jpeg", same, size, "" if same else altered())
    yield _smaller("shrunk", flat, at, min(1.0, SHRUNK / max(flat.size)))
    yield _square(flat, at)
    yield _smaller("thumbnail", flat, at, min(1.0, THUMBNAIL / max(flat.size)))


def _square(flat: Image, at: Placed) -> Replay:
    """The middle of the picture."""
    side = min(flat.size)
    left, top = (flat.width - side) // 2, (flat.height - side) // 2
    made = flat.crop((left, top, left + side, top + side))
    there = Placed(at.layout, at.drawn, at.left - left)
    kept = top == 0 and there.left >= 0 and there.box[2] <= side and there.share(made) >= SAME
    return Replay(
        "square", kept, float(at.drawn.size) if kept else None, "" if kept else _("the label is cut off")
    )


def _packed(flat: Image) -> Image:
    from PIL import Image

    out = io.BytesIO()
    flat.save(out, "JPEG", quality=QUALITY)
    return Image.open(out, formats=("JPEG",)).convert("L")


def _smaller(way: Way, flat: Image, at: Placed, scale: float) -> Replay:
    """Shrunk and packed, beside the strip shrunk alike."""
    found = sized(way, round(at.drawn.size * scale, 1))
    size = max(1, round(flat.width * scale)), max(1, round(flat.height * scale))
    left, _top, right, bottom = (max(0, round(edge * scale)) for edge in at.box)
    box = (left, 0, max(left + 1, right), max(1, bottom))
    made = _packed(flat.resize(size)).crop(box)
    same = alike(made, at.drawn.picture.resize(made.size)) >= _ALIKE
    return found if same or not found.carries else Replay(way, False, found.letters, altered())
