"""The two jobs on bytes: measure, and stamp with measuring before and after. Nothing is written here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal, cast

from compliance.errors import Refused
from compliance.i18n import _
from compliance.labels.model import Label, Medium, Stamped, Verification

Job = Literal["detect", "apply", "apply_every_page", "picture", "remove", "update", "anonymous"]


@dataclass(frozen=True, slots=True)
class Done:
    """``stamped`` is ``None`` after measuring only, and where the label was right already; after drawing
    it holds the picture."""

    verification: Verification
    stamped: Stamped | None = None


def layouts(medium: Medium) -> tuple[str, ...]:
    """The ways in which the medium can place a label, the usual one first; empty where there is but one."""
    named: tuple[str, ...] = getattr(medium, "LAYOUTS", ())
    return named or (_PAGES if getattr(medium, "PAGED", False) else ())


_PAGES = ("first_page", "every_page")
_FIRST = "first"


def run(medium: Medium, job: Job, data: bytes, label: Label, layout: str = "") -> Done:
    """What a file carries; for the other jobs, what its labelled copy carries. ``layout``: to apply it so, in the
    place of a label of ours in another. Raises `InputError`, and `Refused` where a label stands that is not ours."""
    if layout:
        return _laid_out(medium, data, label, layout)
    if job in ("remove", "update"):
        return _taken_off(medium, data, label, anew=job == "update")
    if job == "anonymous":
        act = cast(Callable[[bytes], Stamped] | None, getattr(medium, "anonymous", None))
        return Done(Verification(medium.NAME, ()), act(data) if act else None)
    found = medium.detect(data, label)
    if job == "picture":
        draw = cast(Callable[[bytes, Verification], bytes] | None, getattr(medium, "picture", None))
        return Done(found, Stamped(draw(data, found)) if draw else None)
    if job == "detect" or (job == "apply" and carries(found)):
        return Done(found)
    every = job == "apply_every_page" and getattr(medium, "PAGED", False)
    stamped = _stamped(medium, data, label, "every_page" if every else "")
    return _or_first(medium, data, label, Done(medium.detect(stamped.data, label), stamped))


def _or_first(medium: Medium, data: bytes, label: Label, done: Done) -> Done:
    """Where the label would not be right in its usual place (something stands before it, or that part of the page is
    not shown): before everything, if it is right there."""
    if carries(done.verification) or _FIRST not in layouts(medium):
        return done
    other = _stamped(medium, data, label, _FIRST)
    found = medium.detect(other.data, label)
    return Done(found, other) if carries(found) else done


def _stamped(medium: Medium, data: bytes, label: Label, layout: str) -> Stamped:
    if layout in ("", "first_page"):
        return medium.stamp(data, label)
    how: dict[str, object] = {"every_page": True} if layout in _PAGES else {"layout": layout}
    return cast(Callable[..., Stamped], medium.stamp)(data, label, **how)


def _layout_of(medium: Medium, data: bytes, label: Label) -> str:
    tell = cast(Callable[[bytes, Label], str] | None, getattr(medium, "layout_of", None))
    return tell(data, label) if tell else ""


def _laid_out(medium: Medium, data: bytes, label: Label, layout: str) -> Done:
    found = medium.detect(data, label)
    if carries(found) and _layout_of(medium, data, label) == layout:
        return Done(found)
    take = cast(Callable[[bytes, Label], Stamped | None] | None, getattr(medium, "remove", None))
    bare = take(data, label) if take else None
    if bare is None and carries(found):
        raise Refused(
            _("a label stands in this file already, and it cannot be taken off"),
            remedy=_("Go back to the file as it was before, and label that."),
        )
    made = _stamped(medium, bare.data if bare else data, label, layout)
    return Done(medium.detect(made.data, label), None if made.data == data else made)


def _taken_off(medium: Medium, data: bytes, label: Label, *, anew: bool) -> Done:
    """Without the label that we put in, or with today's in its place; measured as it is then."""
    take = cast(Callable[[bytes, Label], Stamped | None] | None, getattr(medium, "remove", None))
    bare = take(data, label) if take else None
    if bare is not None and not anew:
        bare = replace(bare, notes=(*bare.notes, *_nameless(medium, bare.data)))
    if bare is None or not anew:
        return Done(medium.detect(bare.data if bare else data, label), bare)
    made = _stamped(medium, bare.data, label, _layout_of(medium, data, label))
    return _or_first(medium, bare.data, label, Done(medium.detect(made.data, label), made))


def _nameless(medium: Medium, data: bytes) -> tuple[str, ...]:
    """Says, where a file names nobody beside its content, that taking the label off does not change that."""
    act = cast(Callable[[bytes], Stamped] | None, getattr(medium, "anonymous", None))
    if act is None or act(data).data != data:
        return ()
    return (
        _(
            "beside its content it names no author; what was taken out when it was labelled does not come back"
        ),
    )


def carries(verification: Verification) -> bool:
    """Whether the words were found and nothing that can be measured is wrong."""
    wording = verification.criterion("wording")
    met = wording is not None and wording.verdict == "met"
    return met and all(item.verdict != "not_met" for item in verification.criteria)
