"""One way on which a labelled file may be changed, and what was measured of it afterwards."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, cast

from compliance.errors import Refused
from compliance.i18n import _
from compliance.labels import work
from compliance.labels._strip import LEAST_PX
from compliance.labels.model import Label, Medium, Verification

Way = Literal[
    "jpeg", "shrunk", "square", "thumbnail", "caption", "one_line", "as_it_is", "rendered", "sanitised", "reader",
    "dark", "inverted", "dark_ground", "filter_mark", "filter_words", "packed", "480p", "first_frame", "clip",
    "plain", "as_pdf", "last_page", "grey", "paper", "middle", "last_slide", "last_chapter",
]  # fmt: skip
QUALITY, SHRUNK, THUMBNAIL = 70, 1280, 320
CAPTION = 1024
CLIP_SECONDS = 10


@dataclass(frozen=True, slots=True)
class Replay:
    """``carries``: whether the label is still whole and can be read, ``None`` where that could not be replayed;
    ``letters`` in pixels, of what has them; ``contrast`` to one, where it was looked for; ``why`` not. ``hopeless``:
    no layout keeps a label on this way, so it decides nothing."""

    way: Way
    carries: bool | None
    letters: float | None = None
    why: str = ""
    contrast: float | None = None
    hopeless: bool = False


def measured(way: Way, medium: object, data: bytes, label: Label) -> Replay:
    """What is left, as any other file of that medium."""
    return judged(way, cast(Medium, medium).detect(data, label))


def judged(way: Way, found: Verification) -> Replay:
    if work.carries(found):
        return Replay(way, True)
    wrong = next((item.message for item in found.criteria if item.verdict == "not_met"), "")
    unseen = next((item.message for item in found.criteria if item.verdict == "not_measurable"), "")
    return Replay(way, False, None, wrong or unseen)


def sized(way: Way, letters: float) -> Replay:
    """By the height of the letters, of a label that is there."""
    if letters < LEAST_PX:
        return Replay(way, False, letters, too_small())
    return Replay(way, True, letters)


def not_there() -> Refused:
    return Refused(
        _("there is no label to follow in this file"),
        remedy=_("First: compliance label apply FILE. Of pictures and films only our own label is followed."),
    )


def too_small() -> str:
    return _("letters below {least} pixels cannot be read").format(least=LEAST_PX)


def altered() -> str:
    return _("the letters are no longer what they were")
