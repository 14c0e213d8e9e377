"""What a label is, and what measuring one in a file says. Plain values; texts are translated."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal, Protocol

from compliance.findings import Confidence

Verdict = Literal["met", "not_met", "not_measurable", "cannot_be_met"]

# From the best to the worst: a file is as good as its worst criterion.
VERDICTS: tuple[Verdict, ...] = ("met", "cannot_be_met", "not_measurable", "not_met")


@dataclass(frozen=True, slots=True)
class Requirement:
    """One line of a rule's placement: one requirement, one criterion.

    ``kind`` is a word of the rules' vocabulary: ``position`` (value ``start``, ``under_heading``,
    ``introduces``, ``accompanies``, ``end_of_label``), ``font_ratio`` (a minimum), ``contrast``,
    ``overlay`` (``forbidden``), ``screen_share``, ``seconds``... Numbers are minima, words must be equal.
    """

    kind: str
    value: str | float = ""
    source: str = ""
    confidence: Confidence = "sourced"


@dataclass(frozen=True, slots=True)
class Label:
    """The words one rule wants on one medium, already filled in, and how they must stand.

    ``text`` is ``None`` where no wording is known; then ``elements`` lists what must be said and
    nothing is stamped. ``former`` are wordings that were in force earlier, only used to tell a reader
    which text they have in front of them. ``language`` is an ISO 639 code or empty. ``spoken`` is a sound file
    in which the words are said, for media that are heard; empty where none was given.
    """

    rule: str
    text: str | None
    requirements: tuple[Requirement, ...] = ()
    elements: tuple[str, ...] = ()
    language: str = ""
    text_confidence: Confidence = "sourced"
    source: str = ""
    former: tuple[str, ...] = ()
    spoken: bytes = field(default=b"", repr=False)

    def requirement(self, kind: str) -> Requirement | None:
        """The requirement of that kind, if the rule has one."""
        return next((item for item in self.requirements if item.kind == kind), None)

    @property
    def wordings(self) -> tuple[str, ...]:
        """Today's words, and those that were in force earlier."""
        return tuple(dict.fromkeys((*([self.text] if self.text else []), *self.former)))

    @property
    def leads(self) -> bool:
        """Whether it must stand before everything else, the heading too."""
        found = self.requirement("position")
        return found is not None and found.value in ("start", "introduces")

    @property
    def ratio(self) -> float:
        """How many times larger than the text the label must be; 1 where the rule is silent."""
        found = self.requirement("font_ratio")
        return float(found.value) if found else 1.0


@dataclass(frozen=True, slots=True)
class Criterion:
    """One requirement measured. ``measured`` and ``required`` are short texts with their units.

    ``kind`` is the requirement's, or ``wording`` and ``visible``, which every label has: words that
    differ are no label, and words nobody can see are none either. ``reason`` and ``values`` are what
    ``message`` says, for keeping and saying again in another language; no ``reason``: a medium's remark.
    """

    kind: str
    verdict: Verdict
    message: str
    reason: str = ""
    values: tuple[tuple[str, str], ...] = ()
    measured: str = ""
    required: str = ""
    remedy: str = ""
    source: str = ""
    confidence: Confidence = "sourced"


@dataclass(frozen=True, slots=True)
class Detection:
    """The label as it stands in the file.

    ``place`` says where for people (``page 1``, ``line 3``); ``box`` is left, top, right, bottom in
    ``unit`` from the upper left corner of what is shown, where the medium has a geometry; ``page``
    counts from 1. ``offset`` counts characters from the start of the text that was read.
    ``heading`` is what was taken for the heading: a heuristic, so it is recorded. ``body_boxes``: the
    text on the label's page that its size was compared with.
    """

    text: str
    place: str = ""
    page: int | None = None
    box: tuple[float, float, float, float] | None = None
    offset: int | None = None
    heading: str = ""
    unit: str = ""
    label_size: float | None = None
    body_size: float | None = None
    contrast: float | None = None
    body_boxes: tuple[tuple[float, float, float, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Verification:
    """What one file carries, criterion by criterion. ``medium`` is the module that measured it."""

    medium: str
    criteria: tuple[Criterion, ...]
    detection: Detection | None = None
    path: str = ""
    notes: tuple[str, ...] = field(default=())

    @property
    def verdict(self) -> Verdict:
        """The worst criterion's: ``met`` only when every one is met."""
        return max((item.verdict for item in self.criteria), key=VERDICTS.index, default="not_measurable")

    @property
    def ok(self) -> bool:
        """Whether every criterion is met; what cannot be measured or met never is."""
        return self.verdict == "met"

    def criterion(self, kind: str) -> Criterion | None:
        """The criterion of that kind, if it was judged."""
        return next((item for item in self.criteria if item.kind == kind), None)


@dataclass(frozen=True, slots=True)
class Stamped:
    """A labelled copy and what a person should know about how it was made."""

    data: bytes
    notes: tuple[str, ...] = ()


class Medium(Protocol):
    """What a medium's module offers.

    ``NAME`` is its own name, ``SUFFIXES`` the file endings in lower case, ``CAP`` the most bytes it
    takes. ``MEDIA`` are the words rules may use for such a file, the usual one first.
    ``recognises(data)`` tells by the content whether the ending is honest; ``stamp(data, label)``
    returns a labelled copy; ``detect(data, label)`` measures. Both raise `InputError` for bytes that
    are wrong, encrypted or signed; neither writes a file. A medium with ``PAGED = True`` also takes
    ``stamp(..., every_page=True)``; one with ``ISOLATED`` is run in a
    limited process of its own, with so many seconds of processor time (``PREPARE`` names a function that is
    called there before the limits are set); one with ``picture(data, found)``
    draws what is seen, the label and the text framed, as PNG; one with ``remove(data, label)`` takes off what
    its ``stamp`` put on, ``None`` where nothing of the kind stands; one with
    ``anonymous(data)`` returns a copy without what names people and programs beside the content, saying what was
    taken out and what could not be; one of several formats tells by ``endings(data)`` which endings the content
    rightly has; one with ``SPOKEN = True`` needs the label's ``spoken``; one that can place a label in several ways
    names them in ``LAYOUTS``, the usual one first, takes ``stamp(..., layout=NAME)``, knows a label of ours in each of
    them and may tell by ``layout_of(data, label)`` which one it is.
    """

    NAME: str
    SUFFIXES: tuple[str, ...]
    CAP: int
    MEDIA: tuple[str, ...]
    recognises: Callable[[bytes], bool]
    stamp: Callable[[bytes, Label], Stamped]
    detect: Callable[[bytes, Label], Verification]
