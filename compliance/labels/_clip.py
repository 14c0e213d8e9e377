"""The card with the label by itself, for what no file is stamped of: a broadcast's start, a story."""

from __future__ import annotations

import io
from fractions import Fraction
from typing import Any

from compliance.errors import InputError
from compliance.i18n import _
from compliance.labels import video
from compliance.labels._card import card_of, legible, recognised
from compliance.labels._film_write import BASE, made_of, new_stream
from compliance.labels.judge import CONTRAST
from compliance.labels.model import Label

STILL = ".png"
ENDINGS = (STILL, *video.SUFFIXES)
_FORMS = {".webm": "webm", ".mkv": "matroska", ".mov": "mov"}
_RATE = 10
SIDES = range(64, 4097)


def card(label: Label, width: int, height: int, ending: str) -> bytes:
    """A picture, or a clip as long as the rule wants and half a second more; even sides. `InputError` where the words
    do not fit into the screen."""
    assert label.text is not None
    try:
        picture = card_of(label.text, width, height).picture
    except InputError:
        raise too_small(width, height) from None
    if ending == STILL:
        out = io.BytesIO()
        picture.save(out, "PNG", optimize=True)
        return out.getvalue()
    video.ready()
    return _clip(picture, video.seconds(label), _FORMS.get(ending, "mp4"))


def _clip(picture: Any, seconds: float, form: str) -> bytes:
    import av

    out = io.BytesIO()
    with av.open(out, "w", format=form, options={"fflags": "bitexact"}) as made:
        stream = new_stream(made, form, picture.size, Fraction(_RATE))
        frame = made_of(picture)
        for number in range(int(seconds * _RATE)):
            frame.pts, frame.time_base = int(Fraction(number, _RATE) / BASE), BASE
            made.mux(stream.encode(frame))
        made.mux(stream.encode(None))
    return out.getvalue()


def shows(data: bytes, label: Label, ending: str) -> bool:
    """Whether it is read back as the card, whole and legible; a clip as its rule wants it."""
    from PIL import Image

    assert label.text is not None
    if ending != STILL:
        found = video.detect(data, label)
        return all(item.verdict != "not_met" for item in found.criteria) and found.detection is not None
    with Image.open(io.BytesIO(data), formats=("PNG",)) as opened:
        known = recognised(opened.convert("RGB"), label.text, elsewhere=False)
        return known is not None and legible(opened.convert("RGB"), known) >= CONTRAST


def too_small(width: int, height: int) -> InputError:
    return InputError(
        _("the label cannot be read on a screen of {width} × {height}").format(width=width, height=height),
        remedy=_("Make the card larger: --size 1920x1080"),
    )
