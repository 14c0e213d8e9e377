"""From what a medium's reader saw to a verdict on each criterion: the same for every medium."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

from compliance.i18n import _
from compliance.labels import criteria, wording
from compliance.labels.model import VERDICTS, Criterion, Detection, Label, Requirement, Verdict, Verification
from compliance.labels.reading import (
    LONGEST_HEADING,
    Closer,
    Heard,
    Reading,
    Screen,
    Seen,
    body_size,
    heading_before,
    label_pieces,
    split,
    turned,
)

_MOST_BOXES = 500
CONTRAST = 4.5  # to one: our threshold (WCAG 2.2, 1.4.3), laws say only "contrasting"


def judge(reading: Reading, label: Label, *, closer: Closer | None = None) -> Verification:
    """The verdict on the best occurrence of ``label`` in what was read."""
    if label.text is None:
        return Verification(reading.medium, (_no_wording(label),), notes=reading.notes)
    flat, found = wording.located([run.text for run in reading.runs], label.text)
    others = label_pieces(reading.runs, label) if found else set[int]()
    marks = [turned(reading, spans[0]) for spans in found]
    judged = [
        _one(reading, label, spans, closer, others)
        for spans, mark in zip(found, marks, strict=True)
        if not mark
    ]
    if judged:
        return min(judged, key=badness)
    if marks:
        altered = _altered(label, marks[0] + label.text)
        return Verification(reading.medium, (altered,), notes=reading.notes)
    return Verification(reading.medium, (_other_words(reading, label, flat),), notes=reading.notes)


def badness(item: Verification) -> tuple[int, ...]:
    """Smaller is better: fewer of the worst verdicts first."""
    counts = Counter(criterion.verdict for criterion in item.criteria)
    return tuple(counts[verdict] for verdict in reversed(VERDICTS[1:]))


def _no_wording(label: Label) -> Criterion:
    said = "; ".join(label.elements)
    remedy = _("Have a lawyer look at it.")
    return _found(label, "wording", "not_measurable", "no_wording", {"elements": said or "?"}, remedy=remedy)


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
    reason: str = "",
    values: Mapping[str, str] | None = None,
) -> Criterion:
    source, confidence = (of.source, of.confidence) if of else (label.source, label.text_confidence)
    if verdict == "not_met" and not remedy:
        remedy = _("To mend: compliance label apply {file}")
    kept = tuple((values or {}).items())
    return Criterion(kind, verdict, message, reason, kept, measured, required, remedy, source, confidence)


def _found(
    label: Label,
    kind: str,
    verdict: Verdict,
    reason: str,
    values: Mapping[str, str] | None = None,
    *,
    measured: str = "",
    required: str = "",
    remedy: str = "",
    of: Requirement | None = None,
) -> Criterion:
    """A criterion by its reason: the sentence is that of ``criteria``."""
    return _criterion(
        label, kind, verdict, criteria.worded(reason, values or {}), measured=measured, required=required,
        remedy=remedy, of=of, reason=reason, values=values,
    )  # fmt: skip


def _other_words(reading: Reading, label: Label, flat: wording.Flat) -> Criterion:
    """The exact words are not there: what is there instead."""
    assert label.text is not None
    if "wording" in reading.unknown:
        return _criterion(label, "wording", "not_measurable", reading.unknown["wording"], remedy=_look())
    former = next((old for old in label.former if wording.occurrences(flat, old)), None)
    span = wording.nearest(flat, label.text)
    if former is not None:
        passage, reason = wording.normal(former), "former"
    elif span is not None:
        passage, reason = flat.text[span[0] : span[1]], "altered"
    else:
        return _found(label, "wording", "not_met", "no_label", required=wording.shown(label.text, 2000))
    return _altered(label, passage, reason)


def _altered(label: Label, passage: str, reason: str = "altered") -> Criterion:
    assert label.text is not None
    return _found(
        label,
        "wording",
        "not_met",
        reason,
        {"prescribed": label.text, "found": passage},
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
    words = "exact" if reading.heard is None else "recording"
    found = [_found(label, "wording", "met", words), _visible(reading, label, seen)]
    for requirement in label.requirements:
        found.append(_required(reading, label, seen, requirement, heading, only))
    return Verification(reading.medium, tuple(found), _detection(reading, seen, heading), notes=reading.notes)


def _visible(reading: Reading, label: Label, seen: Seen) -> Criterion:
    if reading.heard is not None:
        return _audible(label, reading.heard, "visible")
    reasons = {run.hidden for run in seen.label if run.text.strip()} - {""}
    if "colour" in reasons and label.requirement("contrast"):
        reasons.discard("colour")  # the contrast criterion says so
    if reasons:
        return _found(label, "visible", "not_met", "hidden", {"by": " ".join(sorted(reasons))})
    doubt = reading.unknown.get("visible") or next((run.doubt for run in seen.label if run.doubt), "")
    if doubt:
        return _criterion(label, "visible", "not_measurable", doubt, remedy=_look())
    if seen.contrast is not None and seen.contrast < CONTRAST and not label.requirement("contrast"):
        return _against(label, "visible", seen.contrast, CONTRAST)
    return _found(label, "visible", "met", "seen")


def _required(
    reading: Reading, label: Label, seen: Seen, wanted: Requirement, heading: str, only: bool
) -> Criterion:
    kind = wanted.kind
    # What is plainly wrong stays wrong even where the whole cannot be measured.
    measure = {
        "position": lambda: _position(reading, label, seen, wanted, heading, only),
        "font_ratio": lambda: _font_ratio(reading, label, seen, wanted),
        "contrast": lambda: _contrast(label, seen, wanted),
        "overlay": lambda: _overlay(label, seen, wanted),
    }.get(kind)
    if reading.heard is not None and kind == "spoken":
        return _audible(label, reading.heard, kind, of=wanted)
    screen = reading.screen
    if screen is not None and kind in ("seconds", "screen_share", "screen_position"):
        return _on_screen(label, screen, wanted)
    if kind in reading.impossible:
        return _criterion(label, kind, "cannot_be_met", reading.impossible[kind], remedy=_look(), of=wanted)
    found = measure() if measure else None
    loose = any(kind in run.loose for run in seen.label if run.text.strip())
    if found and (kind not in reading.unknown or (found.verdict == "not_met" and not loose)):
        return found
    if kind in reading.unknown:
        return _criterion(label, kind, "not_measurable", reading.unknown[kind], remedy=_look(), of=wanted)
    return _found(label, kind, "not_measurable", "unmeasured", {"kind": kind}, remedy=_look(), of=wanted)


def _position(
    reading: Reading, label: Label, seen: Seen, wanted: Requirement, heading: str, only: bool
) -> Criterion:
    where = str(wanted.value)
    if where == "accompanies":
        return _found(label, "position", "met", "accompanies", of=wanted)
    if where not in ("start", "under_heading", "introduces"):
        kind = {"kind": f"position: {where}"}
        return _found(label, "position", "not_measurable", "unmeasured", kind, remedy=_look(), of=wanted)
    if not heading:
        return _found(label, "position", "met", "first", measured="start", required=where, of=wanted)
    if only and where != "start" and not _is_whole_text(seen, reading, heading):
        return _found(
            label, "position", "met", "under_heading", {"heading": wording.shown(heading)},
            measured="under_heading", required=where, of=wanted,
        )  # fmt: skip
    timed = reading.screen or reading.heard
    if timed and timed.begins >= 0.5:
        measured = {"measured": _number(timed.begins)}
        return _found(label, "position", "not_met", "late", measured, required=where, of=wanted)
    before = {"before": wording.shown(heading[-100:])}
    reason = "text_before" if seen.rest else "at_end"
    return _found(label, "position", "not_met", reason, before, required=where, of=wanted)


def _is_whole_text(seen: Seen, reading: Reading, heading: str) -> bool:
    """Whether what stands before the label is no heading but all there is to read: a sentence in plain letters."""
    plain = not reading.marked and all(run.size is None for run in seen.before)
    return plain and not any(run.text.strip() for run in seen.rest) and bool(_SENTENCE.search(heading))


_SENTENCE = re.compile(r"(?<=\w{3})[.!?…]+(?=\W*\Z|\s+\W*[A-ZА-ЯЁ])")


def _font_ratio(reading: Reading, label: Label, seen: Seen, wanted: Requirement) -> Criterion:
    # Without body text the heading is all the text there is, and the label is measured against it.
    body, size = body_size(seen.rest) or body_size(seen.before), seen.size
    if body is None:
        body = body_size(replace(run, heading=False) for run in (*seen.before, *seen.rest))
    if body is None or size is None:
        reason = "no_text" if body is None else "no_size"
        return _found(label, "font_ratio", "not_measurable", reason, remedy=_look(), of=wanted)
    least = float(wanted.value) * body
    met = size >= least - 0.05
    return _found(
        label,
        "font_ratio",
        "met" if met else "not_met",
        "size",
        {"label": _number(size), "text": _number(body), "least": _number(least), "unit": reading.unit},
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
        return _found(label, "contrast", "not_measurable", "no_colours", remedy=_look(), of=wanted)
    return _against(label, "contrast", measured, least, of=wanted)


def _against(
    label: Label, kind: str, measured: float, least: float, of: Requirement | None = None
) -> Criterion:
    return _found(
        label,
        kind,
        "met" if measured >= least else "not_met",
        "contrast",
        {"measured": _number(measured), "least": _number(least)},
        measured=f"{_number(measured)}:1",
        required=f"{_number(least)}:1",
        of=of,
    )


def _overlay(label: Label, seen: Seen, wanted: Requirement) -> Criterion:
    over = next((run.overlay for run in seen.label if run.overlay), "")
    if over:
        required = str(wanted.value)
        return _found(label, "overlay", "not_met", "overlaid", {"what": over}, required=required, of=wanted)
    return _found(label, "overlay", "met", "even", required=str(wanted.value), of=wanted)


def _audible(label: Label, heard: Heard, kind: str, of: Requirement | None = None) -> Criterion:
    """Whether it can be understood, by what was measured; the numbers are ours, laws give none."""
    least = max(heard.material - _QUIETER, _FAINT)
    for wrong, reason, measured, limit in (
        (heard.pace > PACE, "hurried", _number(heard.pace), _number(PACE)),
        (abs(heard.speed - 1) > _SPEED, "speed", _number(heard.speed, 2), _number(100 * _SPEED)),
        (heard.alike < _ALIKE, "changed", _number(heard.alike_at), ""),
        (heard.lost > _LOST, "one_sided", _number(heard.lost), _number(_LOST)),
        (heard.clear < _CLEAR, "not_clear", _number(heard.clear), _number(_CLEAR)),
        (heard.loudness < least, "quiet", _number(heard.loudness), _number(least)),
    ):
        if wrong:
            values = {"measured": measured, "least": limit}
            return _found(label, kind, "not_met", reason, values, measured=measured, required=limit, of=of)
    values = {"label": _number(heard.loudness), "text": _number(heard.material)}
    return _found(label, kind, "met", "heard", values, of=of)


# Our measures of what can be understood.
PACE = 20.0  # letters a second
_SPEED = 0.03  # faster or slower than it was recorded
_ALIKE = 0.85  # of each second with the recording's; packed hard it is 0.95 and more
_CLEAR = 19.5  # dB: 20 are asked in WCAG 2.2, 1.4.7; half a one is the error of the measurement
_LOST = 10.0  # dB: half as loud, where one channel is heard, or both on one loudspeaker
_QUIETER = 1.0  # LUFS below the material: what nobody notices
_FAINT = -45.0  # LUFS: quieter is not heard, whatever the material


def _on_screen(label: Label, screen: Screen, wanted: Requirement) -> Criterion:
    """How long, how large and where on the screen."""
    if wanted.kind == "screen_position":
        if wanted.value != "centre":
            kind = {"kind": f"screen_position: {wanted.value}"}
            return _found(label, wanted.kind, "not_measurable", "unmeasured", kind, remedy=_look(), of=wanted)
        met = max(screen.away) <= _OFF_CENTRE
        reason = "centred" if met else "off_centre"
        return _found(label, wanted.kind, "met" if met else "not_met", reason, of=wanted)
    seconds = wanted.kind == "seconds"
    measured, least = (screen.seconds if seconds else 100 * screen.share), float(wanted.value)
    least = least if seconds else 100 * least
    values = {"measured": _number(measured), "least": _number(least)}
    return _found(
        label, wanted.kind, "met" if measured >= least - 0.05 else "not_met", "lasts" if seconds else "share", values,
        measured=values["measured"], required=values["least"], of=wanted,
    )  # fmt: skip


_OFF_CENTRE = 0.05  # of the screen's width or height: what still counts as the middle


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
        body_boxes=_body_boxes(seen),
    )


def _body_boxes(seen: Seen) -> tuple[tuple[float, float, float, float], ...]:
    """Where the text stands that the label's size is compared with, on the label's own page."""
    body = body_size(seen.rest)
    if body is None:
        return ()
    page = seen.label[0].page
    runs = [run for run in seen.rest if run.box and run.size is not None and run.page == page]
    return tuple(run.box for run in runs if run.box and abs((run.size or 0) - body) < 0.1)[:_MOST_BOXES]


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 2)
