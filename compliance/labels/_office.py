"""What the readers of office documents share: how a piece of text is seen, and which of two readings counts."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from compliance.i18n import _
from compliance.labels import _colours
from compliance.labels.judge import badness, judge
from compliance.labels.reading import Hidden, Reading, Run, body_size, label_pieces

if TYPE_CHECKING:
    from compliance.labels.model import Label, Verification

Rgb = tuple[float, float, float]
_TINY = 4.0  # points: below, nobody reads a printed line
_BLACK, _WHITE = (0.0, 0.0, 0.0), (1.0, 1.0, 1.0)


def seen(
    text: str,
    number: int,
    *,
    size: float,
    ink: Rgb | None,
    ground: Rgb | None,
    hidden: Hidden,
    display: bool,
    cropped: bool,
    block: int,
    header: bool,
    doubt: str,
    heading: bool,
) -> Run:
    """One run, the ``number``-th of its document. ``size`` in points; without ``ink``, black or white as the
    ``ground`` wants it; ``hidden`` by what it stands in, ``display`` by itself, ``cropped`` by a fixed height.
    """
    ground = ground or _WHITE
    ink = ink or (_BLACK if _colours.luminance(ground) > 0.2 else _WHITE)
    contrast = _colours.contrast((*ink, 1.0), (*ground, 1.0))
    if display:
        hidden = "display"
    elif size < _TINY:
        hidden = "tiny"
    elif cropped:
        hidden = "crop"
    elif contrast <= 1.01:
        hidden = hidden or "colour"
    place = _("header") if header else _("paragraph {number}").format(number=block)
    return Run(
        text, at=(float(number),), block=block, place=place, size=round(size, 2), contrast=contrast,
        hidden=hidden, doubt=doubt, heading=heading,
    )  # fmt: skip


def floats() -> str:
    return _("the label stands in a box that floats over the page: look whether it is seen")


def squeezed() -> str:
    return _("the letters are squeezed, moved or set with an effect: look whether they can be read")


def better(read: Callable[[bool], Reading], label: Label) -> Verification:
    """A header may stand before the first line or not: ``read(header_first)``, the reading that speaks for the label."""
    found = judge(read(False), label)
    position = found.criterion("position")
    if position is not None and position.verdict == "not_met":
        found = min((found, judge(read(True), label)), key=badness)
    return found


def text_size(reading: Reading, label: Label, usual: float) -> float:
    """The size in points that the label will be compared with, without a label that stands there; ``usual`` where
    there is no text."""
    ours = label_pieces(reading.runs, label)
    return body_size(run for number, run in enumerate(reading.runs) if number not in ours) or usual
