"""From what a medium's reader saw to a verdict on each criterion: the same for every medium."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from compliance.i18n import _
from compliance.labels import wording
from compliance.labels.model import VERDICTS, Criterion, Detection, Label, Requirement, Verdict, Verification
from compliance.labels.reading import (
    LONGEST_HEADING,
    Closer,
    Reading,
    Seen,
    body_size,
    heading_before,
    label_pieces,
    split,
)

CONTRAST = 4.5  # to one: our threshold (WCAG 2.2, 1.4.3), laws say only "contrasting"


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
    seen = split(reading.runs, spans, others)
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
        "mirrored": _("the label is mirrored"),
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
            round(min(item[0] for item in boxes), 1),
            round(min(item[1] for item in boxes), 1),
            round(max(item[2] for item in boxes), 1),
            round(max(item[3] for item in boxes), 1),
        )
    return Detection(
        text=wording.normal("".join(run.text for run in seen.label)),
        place=seen.label[0].place,
        page=seen.label[0].page,
        box=box,
        offset=seen.offset,
        heading=heading if len(heading) <= LONGEST_HEADING else "",
        unit=reading.unit,
        label_size=_rounded(seen.size),
        body_size=body_size(seen.rest) or body_size(seen.before),
        contrast=_rounded(seen.contrast),
    )


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 2)
