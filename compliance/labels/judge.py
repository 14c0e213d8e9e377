"""From what a medium's reader saw to a verdict on each criterion: the same for every medium.

How a label is measured: body size is the size in which most characters of the visible text are set,
without label and heading; the label's size is that of its smallest part. A heading is recognised by
its mark where the medium has one (HTML, Markdown); elsewhere it is whatever little stands before the
label, and that is recorded, because it is a guess.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from compliance.i18n import _
from compliance.labels import wording
from compliance.labels.model import VERDICTS, Criterion, Detection, Label, Requirement, Verdict, Verification

Hidden = Literal["", "crop", "layer", "colour", "covered", "tiny", "display"]
CONTRAST = 4.5  # to one: our threshold (WCAG 2.2, 1.4.3), laws say only "contrasting"
LONGEST_HEADING = 300  # characters
LONGEST_UNMARKED_HEADING = 160  # on one line, where nothing but its place marks it


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text set in one way; line and paragraph breaks are part of ``text``.

    ``at`` orders runs as a reader meets them, ``ends`` is where a run
    with a geometry is over; ``block`` numbers paragraphs; ``size`` is the effective
    height in the reading's unit; ``overlay`` names what the text is laid over,
    ``doubt`` says why nobody can tell here whether it is seen; ``first`` is the number
    of its first character, for readers that look closer; ``box`` is left, top, right, bottom as shown.
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


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything a medium's reader saw.

    ``marked``: headings carry a mark. ``unknown`` and ``impossible`` say of which kinds of criterion
    the file, or the medium, allows no verdict, and why.
    """

    medium: str
    runs: tuple[Run, ...]
    unit: str = ""
    marked: bool = False
    unknown: Mapping[str, str] = field(default_factory=dict)
    impossible: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


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


def judge(reading: Reading, label: Label, *, closer: Closer | None = None) -> Verification:
    """The verdict on the best occurrence of ``label`` in what was read."""
    if label.text is None:
        return Verification(reading.medium, (_no_wording(label),), notes=reading.notes)
    flat = wording.flatten(run.text for run in reading.runs)
    found = wording.occurrences(flat, label.text)
    others = label_pieces(reading.runs, label) if found else set[int]()
    judged = [_one(reading, label, spans, closer, others) for spans in found]
    if judged:
        return min(judged, key=badness)
    return Verification(reading.medium, (_other_words(reading, label, flat),), notes=reading.notes)


def label_pieces(runs: Sequence[Run], label: Label) -> set[int]:
    """Numbers of the runs that hold the label, in these or in altered words: no text to compare it with."""
    assert label.text is not None
    flat = wording.flatten(run.text for run in runs)
    texts = (label.text, *label.former)
    found = {span.piece for text in texts for spans in wording.occurrences(flat, text) for span in spans}
    rest = wording.flatten("" if number in found else run.text for number, run in enumerate(runs))
    for text in texts:
        altered = wording.nearest(rest, text)
        if altered is not None:
            found |= {span.piece for span in rest.spans(*altered)}
    return found


def badness(item: Verification) -> tuple[int, ...]:
    """Smaller is better: fewer of the worst verdicts first."""
    counts = Counter(criterion.verdict for criterion in item.criteria)
    return tuple(counts[verdict] for verdict in reversed(VERDICTS[1:]))


def _no_wording(label: Label) -> Criterion:
    said = "; ".join(label.elements)
    message = _("no source gives the exact words; what must be said: {elements}").format(elements=said or "?")
    return _criterion(label, "wording", "not_measurable", message, remedy=_("Have a lawyer look at it."))


def _criterion(
    label: Label,
    kind: str,
    verdict: Verdict,
    message: str,
    *,
    measured: str = "",
    required: str = "",
    remedy: str = "",
    of: Requirement | None = None,
) -> Criterion:
    source, confidence = (of.source, of.confidence) if of else (label.source, label.text_confidence)
    if verdict == "not_met" and not remedy:
        remedy = _("To mend: compliance label apply {file}")
    return Criterion(kind, verdict, message, measured, required, remedy, source, confidence)


def _other_words(reading: Reading, label: Label, flat: wording.Flat) -> Criterion:
    """The exact words are not there: what is there instead."""
    assert label.text is not None
    if "wording" in reading.unknown:
        return _criterion(label, "wording", "not_measurable", reading.unknown["wording"], remedy=_look())
    former = next((old for old in label.former if wording.occurrences(flat, old)), None)
    span = wording.nearest(flat, label.text)
    if former is not None:
        passage = wording.normal(former)
        message = _("an earlier wording stands here, no longer in force: {difference}")
    elif span is not None:
        passage = flat.text[span[0] : span[1]]
        message = _("the words are not the prescribed ones: {difference}")
    else:
        return _criterion(
            label, "wording", "not_met", _("there is no label"), required=wording.shown(label.text, 2000)
        )
    return _criterion(
        label,
        "wording",
        "not_met",
        message.format(difference=wording.difference(label.text, passage)),
        measured=wording.shown(passage, 2000),
        required=wording.shown(label.text, 2000),
    )


def _look() -> str:
    return _("Look at it yourself, then record what was decided.")


def _one(
    reading: Reading,
    label: Label,
    spans: tuple[wording.Span, ...],
    closer: Closer | None,
    others: set[int],
) -> Verification:
    seen = _split(reading.runs, spans, others)
    if closer:
        seen = replace(seen, label=tuple(closer(seen.label)))
    heading, only = heading_before(seen.before, reading, body_size(seen.rest))
    criteria = [
        _criterion(label, "wording", "met", _("the words are the prescribed ones")),
        _visible(reading, label, seen),
    ]
    for requirement in label.requirements:
        criteria.append(_required(reading, label, seen, requirement, heading, only))
    return Verification(
        reading.medium, tuple(criteria), _detection(reading, seen, heading), notes=reading.notes
    )


def _split(runs: tuple[Run, ...], spans: tuple[wording.Span, ...], others: set[int]) -> Seen:
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
        label.append(_part(run, span.start, span.end))
        head, tail = _part(run, 0, span.start), _part(run, span.end, len(run.text))
        if head.text.strip() and not run.hidden:
            before.append(head)
        if tail.text.strip() and not run.hidden:
            rest.append(tail)
    offset = sum(len(run.text) for run in runs[: spans[0].piece]) + spans[0].start
    return Seen(tuple(label), tuple(before), tuple(rest), offset)


def _same_line(run: Run, other: Run) -> bool:
    if run.block != other.block:
        return False
    if run.box is None or other.box is None:
        return True
    return run.page == other.page and run.box[1] < other.box[3] and run.box[3] > other.box[1]


def _part(run: Run, start: int, end: int) -> Run:
    return replace(run, text=run.text[start:end], first=run.first + start)


def body_size(runs: Iterable[Run]) -> float | None:
    """The size most visible characters are set in; of two equally frequent ones the larger.

    ``None`` without text, or where a fifth of it or more has an unknown size.
    """
    weights: Counter[float] = Counter()
    unknown = 0
    for run in runs:
        if run.hidden or run.heading:
            continue
        count = sum(not char.isspace() for char in run.text)
        if run.size is None:
            unknown += count
        else:
            weights[round(run.size, 1)] += count
    if not weights or 5 * unknown >= unknown + weights.total():
        return None
    return max(weights, key=lambda size: (weights[size], size))


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


def _visible(reading: Reading, label: Label, seen: Seen) -> Criterion:
    reasons = {run.hidden for run in seen.label if run.text.strip()} - {""}
    if "colour" in reasons and label.requirement("contrast"):
        reasons.discard("colour")  # the contrast criterion says so
    said = {
        "crop": _("the label is cut off by the edge of the page"),
        "layer": _("the label is in the file but is not drawn: hidden layer, invisible or clipped text"),
        "colour": _("the label has the colour of what is behind it"),
        "covered": _("something is laid over the label"),
        "tiny": _("the label is too small to be seen"),
        "display": _("the label is in the file but is not displayed"),
    }
    if reasons:
        message = "; ".join(said[reason] for reason in said if reason in reasons)
        return _criterion(label, "visible", "not_met", message)
    doubt = reading.unknown.get("visible") or next((run.doubt for run in seen.label if run.doubt), "")
    if doubt:
        return _criterion(label, "visible", "not_measurable", doubt, remedy=_look())
    return _criterion(label, "visible", "met", _("the label can be seen"))


def _required(
    reading: Reading, label: Label, seen: Seen, wanted: Requirement, heading: str, only: bool
) -> Criterion:
    kind = wanted.kind
    # What is plainly wrong stays wrong even where the whole cannot be measured.
    measure = {
        "position": lambda: _position(label, seen, wanted, heading, only),
        "font_ratio": lambda: _font_ratio(reading, label, seen, wanted),
        "contrast": lambda: _contrast(label, seen, wanted),
        "overlay": lambda: _overlay(label, seen, wanted),
    }.get(kind)
    if kind in reading.impossible:
        return _criterion(label, kind, "cannot_be_met", reading.impossible[kind], remedy=_look(), of=wanted)
    found = measure() if measure else None
    if found and (found.verdict == "not_met" or kind not in reading.unknown):
        return found
    message = reading.unknown.get(kind) or _("“{kind}” cannot be measured in a file of this kind").format(
        kind=kind
    )
    return _criterion(label, kind, "not_measurable", message, remedy=_look(), of=wanted)


def _position(label: Label, seen: Seen, wanted: Requirement, heading: str, only: bool) -> Criterion:
    where = str(wanted.value)
    if where == "accompanies":
        return _criterion(label, "position", "met", _("the label stands with the text"), of=wanted)
    if where not in ("start", "under_heading", "introduces"):
        message = _("“{kind}” cannot be measured in a file of this kind").format(kind=f"position: {where}")
        return _criterion(label, "position", "not_measurable", message, remedy=_look(), of=wanted)
    if not heading:
        message = _("nothing stands before the label")
        return _criterion(label, "position", "met", message, measured="start", required=where, of=wanted)
    if only and where != "start":
        message = _("only “{heading}” stands before the label; it was taken for the heading").format(
            heading=wording.shown(heading)
        )
        return _criterion(
            label, "position", "met", message, measured="under_heading", required=where, of=wanted
        )
    before = wording.shown(heading[-100:])
    if not seen.rest:
        message = _("the label stands at the end, after “…{before}”; it must stand at the start")
    else:
        message = _("before the label stands other text, up to “…{before}”; it must stand at the start")
    return _criterion(label, "position", "not_met", message.format(before=before), required=where, of=wanted)


def _font_ratio(reading: Reading, label: Label, seen: Seen, wanted: Requirement) -> Criterion:
    # Without body text the heading is all the text there is, and the label is measured against it.
    body, size = body_size(seen.rest) or body_size(seen.before), seen.size
    if body is None:
        body = body_size(replace(run, heading=False) for run in (*seen.before, *seen.rest))
    if body is None or size is None:
        message = _("there is no text whose size could be compared with the label's")
        return _criterion(label, "font_ratio", "not_measurable", message, remedy=_look(), of=wanted)
    least = float(wanted.value) * body
    unit = reading.unit
    met = size >= least - 0.05
    message = _("Label {label} {unit}, text {text} {unit}, needs at least {least} {unit}").format(
        label=_number(size), text=_number(body), least=_number(least), unit=unit
    )
    return _criterion(
        label,
        "font_ratio",
        "met" if met else "not_met",
        message,
        measured=f"{_number(size / body, 2)}",
        required=f"{wanted.value}",
        of=wanted,
    )


def _number(value: float, digits: int = 1) -> str:
    return f"{value:.{digits}f}".rstrip("0").rstrip(".")


def _contrast(label: Label, seen: Seen, wanted: Requirement) -> Criterion:
    least = float(wanted.value) if isinstance(wanted.value, int | float) else CONTRAST
    measured = seen.contrast
    if measured is None:
        message = _("the colours of the label cannot be measured here")
        return _criterion(label, "contrast", "not_measurable", message, remedy=_look(), of=wanted)
    message = _("Contrast {measured}:1, needs at least {least}:1 (our measure; laws give no number)").format(
        measured=_number(measured), least=_number(least)
    )
    verdict: Verdict = "met" if measured >= least else "not_met"
    return _criterion(
        label,
        "contrast",
        verdict,
        message,
        measured=f"{_number(measured)}:1",
        required=f"{_number(least)}:1",
        of=wanted,
    )


def _overlay(label: Label, seen: Seen, wanted: Requirement) -> Criterion:
    over = next((run.overlay for run in seen.label if run.overlay), "")
    if over:
        message = _("the label is laid over something else: {what}").format(what=over)
        return _criterion(label, "overlay", "not_met", message, required=str(wanted.value), of=wanted)
    message = _("the label is laid over nothing")
    return _criterion(label, "overlay", "met", message, required=str(wanted.value), of=wanted)


def _detection(reading: Reading, seen: Seen, heading: str) -> Detection:
    boxes = [run.box for run in seen.label if run.box]
    box = None
    if boxes:
        box = (
            min(item[0] for item in boxes),
            min(item[1] for item in boxes),
            max(item[2] for item in boxes),
            max(item[3] for item in boxes),
        )
    return Detection(
        text=wording.normal("".join(run.text for run in seen.label)),
        place=seen.label[0].place,
        page=seen.label[0].page,
        box=box,
        offset=seen.offset,
        heading=heading if len(heading) <= LONGEST_HEADING else "",
        unit=reading.unit,
        label_size=seen.size,
        body_size=body_size(seen.rest) or body_size(seen.before),
        contrast=seen.contrast,
    )
