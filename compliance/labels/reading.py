"""What a medium's reader saw, and the label cut out of it: the common ground of all media.

Body size is the size in which most characters of the visible text are set, without label and heading;
the label's size is that of its smallest part. A heading is recognised by its mark where the medium has
one (HTML, Markdown); elsewhere it is whatever little stands before the label: a guess, so it is recorded.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from compliance.labels import wording
from compliance.labels.model import Label

Hidden = Literal[
    "", "crop", "layer", "colour", "covered", "tiny", "display", "mirrored", "brief", "struck", "blank"
]
LONGEST_HEADING = 300  # characters
_LINES = re.compile(r"(?=[\r\n])")
_A_TEXT = 80  # characters without spaces
LONGEST_UNMARKED_HEADING = 160  # on one line, where nothing but its place marks it


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text set in one way; line and paragraph breaks are part of ``text``.

    ``at`` orders runs as a reader meets them, ``ends`` is where a run
    with a geometry is over; ``block`` numbers paragraphs; ``size`` is the effective
    height in the reading's unit; ``overlay`` names what the text is laid over,
    ``doubt`` says why nobody can tell here whether it is seen; ``first`` is the number
    of its first character, for readers that look closer; ``box`` is left, top, right, bottom as shown;
    ``loose``: kinds of criterion of which what is measured here is not what is shown, only what is known.
    """

    text: str
    at: tuple[float, ...] = (0.0,)
    ends: tuple[float, ...] | None = None
    block: int = 0
    place: str = ""
    page: int | None = None
    size: float | None = None
    contrast: float | None = None
    hidden: Hidden = ""
    doubt: str = ""
    overlay: str = ""
    heading: bool = False
    box: tuple[float, float, float, float] | None = None
    first: int = 0
    loose: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Screen:
    """How the label stands on a screen: for how many ``seconds`` without a gap, the ``share`` of the screen's area,
    how far its middle is ``away`` from the screen's (as shares of its width and height), and when it ``begins``."""

    seconds: float
    share: float
    away: tuple[float, float]
    begins: float = 0.0


@dataclass(frozen=True, slots=True)
class Heard:
    """How the recording of the label is heard: so many times as fast as it was recorded (``speed``); how much
    ``alike`` its least alike second is (1 is the same), and at which second that begins; its ``loudness`` and that of
    the ``material`` in LUFS; ``clear`` dB above what lies over it; ``pace``: letters of the label said in a second;
    ``lost``: dB that it is quieter where only one channel, or all on one loudspeaker, is heard; when it ``begins``."""

    speed: float
    alike: float
    alike_at: float
    loudness: float
    material: float
    clear: float
    pace: float
    lost: float = 0.0
    begins: float = 0.0


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything a medium's reader saw; ``screen`` where it is shown in time, ``heard`` where it is heard.

    ``marked``: headings carry a mark; ``by_lines``: the end of a line is that of a paragraph. ``unknown`` and ``impossible`` say of which kinds of criterion
    the file, or the medium, allows no verdict, and why.
    """

    medium: str
    runs: tuple[Run, ...]
    unit: str = ""
    marked: bool = False
    by_lines: bool = False
    unknown: Mapping[str, str] = field(default_factory=dict)
    impossible: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    screen: Screen | None = None
    heard: Heard | None = None


Closer = Callable[[Sequence[Run]], list[Run]]
"""Looks closer at the runs of one label: fills in ``hidden``, ``contrast``, ``overlay``, ``box``."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One occurrence of the label: its runs, and the visible rest of the text before and after it."""

    label: tuple[Run, ...]
    before: tuple[Run, ...]
    rest: tuple[Run, ...]
    offset: int

    @property
    def size(self) -> float | None:
        sizes = [run.size for run in self.label if run.text.strip()]
        return None if None in sizes or not sizes else min(size for size in sizes if size is not None)

    @property
    def contrast(self) -> float | None:
        known = [run.contrast for run in self.label if run.contrast is not None]
        return min(known) if known else None


TIGHT, LOOSE = -0.15, 2.0
"""Of the letters' size: with that much less or more between them letters make no words."""


def label_pieces(runs: Sequence[Run], label: Label) -> set[int]:
    """Numbers of the runs that hold the label, in these or in altered words: no text to compare it with."""
    assert label.text is not None
    pieces = [run.text for run in runs]
    texts = (label.text, *label.former)
    flat = wording.flatten(pieces)
    found = {
        span.piece for text in texts for spans in wording.located(pieces, text, flat)[1] for span in spans
    }
    rest = (
        wording.flatten("" if number in found else text for number, text in enumerate(pieces))
        if found
        else flat
    )
    for text in texts:
        altered = wording.nearest(rest, text)
        if altered is not None:
            found |= {span.piece for span in rest.spans(*altered)}
    return found


def split(runs: tuple[Run, ...], spans: tuple[wording.Span, ...], others: set[int]) -> Seen:
    """The occurrence cut out of the runs; what cannot be seen is no text before or beside it."""
    touched = {span.piece: span for span in spans}
    label, rest, before = [], [], []
    start = min(runs[span.piece].at for span in spans)
    first = runs[spans[0].piece]
    for number, run in enumerate(runs):
        span = touched.get(number)
        if span is None:
            if not run.hidden and run.text.strip():
                leads = number < spans[0].piece and _same_line(run, first)
                earlier = (run.ends or run.at) < start or leads
                if earlier:
                    before.append(run)
                elif number not in others:
                    rest.append(run)
            continue
        label.append(part_of(run, span.start, span.end))
        head, tail = part_of(run, 0, span.start), part_of(run, span.end, len(run.text))
        if head.text.strip() and not run.hidden:
            before.append(head)
        if tail.text.strip() and not run.hidden:
            rest.append(tail)
    offset = sum(len(run.text) for run in runs[: spans[0].piece]) + spans[0].start
    return Seen(tuple(label), tuple(before), tuple(rest), offset)


def turned(reading: Reading, start: wording.Span) -> str:
    """The mark that turns the letters round where ``start`` begins, empty where none does."""
    if not any(mark in run.text for run in reading.runs for mark in wording.OVERRIDES):
        return ""
    overrides, block = wording.Overrides(), reading.runs[start.piece].block
    for number, run in enumerate(reading.runs[: start.piece + 1]):
        if run.block != block or run.box is not None:  # what has a box is drawn already, letter by letter
            continue
        text = run.text if number < start.piece else run.text[: start.start]
        for line in _LINES.split(text) if reading.by_lines else [text]:
            if line[:1] in ("\n", "\r"):
                overrides.end()
            overrides.take(line)
    return overrides.mark


def _same_line(run: Run, other: Run) -> bool:
    if run.block != other.block:
        return False
    if run.box is None or other.box is None:
        return True
    return run.page == other.page and run.box[1] < other.box[3] and run.box[3] > other.box[1]


def part_of(run: Run, start: int, end: int) -> Run:
    """The characters from ``start`` to before ``end`` as a run of their own."""
    return replace(run, text=run.text[start:end], first=run.first + start)


def body_size(runs: Iterable[Run]) -> float | None:
    """The size most visible characters are set in; of two equally frequent ones the larger.

    A larger size that carries a text of its own (``_A_TEXT``: longer than most headings, and a twentieth
    of all) goes before: a long footer in small print is not the material's text. ``None`` without text,
    or where a fifth of it or more has an unknown size.
    """
    weights: Counter[float] = Counter()
    unknown = 0
    for run in runs:
        if run.hidden or run.heading:
            continue
        count = len("".join(run.text.split()))
        if run.size is None:
            unknown += count
        else:
            weights[round(run.size, 1)] += count
    if not weights or 5 * unknown >= unknown + weights.total():
        return None
    usual = max(weights, key=lambda size: (weights[size], size))
    texts = [size for size, count in weights.items() if count >= _A_TEXT and 20 * count >= weights.total()]
    return max([usual, *texts])


def heading_before(before: Sequence[Run], reading: Reading, body: float | None) -> tuple[str, bool]:
    """What stands before the label as text, and whether all of it can be the heading."""
    text = wording.normal("".join(run.text + "\n" for run in before))
    if not text:
        return "", True
    if reading.marked:
        return text, all(run.heading for run in before) and len(text) <= LONGEST_HEADING
    if len({run.block for run in before}) == 1 and len(text) <= LONGEST_UNMARKED_HEADING:
        return text, True
    sizes = [run.size for run in before if run.size is not None]
    larger = body is not None and len(sizes) == len(before) and min(sizes) >= 1.15 * body
    return text, larger and len(text) <= LONGEST_HEADING
