"""From a file's name to its medium, and the two acts: put a label on a copy, measure what a file carries."""

from __future__ import annotations

import shlex
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal, cast

from compliance import files, plugins
from compliance.errors import InputError, Refused, UsageError
from compliance.i18n import _
from compliance.labels import work
from compliance.labels._errand import limited, worked
from compliance.labels.model import Label, Medium, Stamped, Verification

if TYPE_CHECKING:
    from compliance.labels._child import Children as Children

_PACKAGE = "compliance.labels"
_NO_MEDIA = (
    "compose",
    "criteria",
    "door",
    "judge",
    "looks",
    "model",
    "reading",
    "speech",
    "survive",
    "wording",
    "work",
)


@dataclass(frozen=True, slots=True)
class Applied:
    """The labelled file, what it carries, what to know about it; ``changed`` is false when it was right already."""

    path: Path
    verification: Verification
    notes: tuple[str, ...]
    changed: bool


@cache
def media() -> tuple[Medium, ...]:
    """Every medium there is: ours, and those of installed packages (entry points ``compliance.labels``)."""
    return tuple(cast(Medium, module) for module in plugins.modules(_PACKAGE, without=_NO_MEDIA))


def medium_of(path: Path) -> Medium:
    """By the file's ending; `InputError` naming what there is for any other."""
    ending = path.suffix.lower()
    found = next((medium for medium in media() if ending in medium.SUFFIXES), None)
    if found is None:
        known = ", ".join(sorted(suffix for medium in media() for suffix in medium.SUFFIXES))
        raise InputError(
            _("files of this kind cannot be labelled here"),
            place=str(path),
            why=_("Known are: {known}").format(known=known),
            remedy=_("Put the label in by hand and keep a picture of it as evidence."),
        )
    return found


def labelled_name(path: Path, suffix: str = "") -> Path:
    """``NAME.labelled.EXT`` beside the file."""
    return path.with_name(f"{path.stem}.labelled{suffix or path.suffix}")


def _rightful(medium: Medium, data: bytes, path: Path) -> str:
    """The ending that the content should have, where the name has another of the same medium; else empty."""
    endings = getattr(medium, "endings", None)
    known: tuple[str, ...] = endings(data) if endings else ()
    return known[0] if known and path.suffix.lower() not in known else ""


def _remarked(verification: Verification, path: Path, rightful: str) -> Verification:
    """With the path, and with a note where the name lies about the content."""
    placed = _placed(verification, path)
    if not rightful:
        return placed
    note = _("the name ends in {named}, but the content is that of a {right} file").format(
        named=path.suffix, right=rightful
    )
    return replace(placed, notes=(*placed.notes, note))


def verify_file(path: Path, label: Label, *, by: Children | None = None) -> Verification:
    """What the file really carries. Reads the file, changes nothing; `InputError` when it cannot be read.

    ``by`` measures many files one after the other (`many`)."""
    medium = medium_of(path)
    data = _read(path, medium)
    done = worked(medium, "detect", data, label, path, by)
    return _remarked(done.verification, path, _rightful(medium, data, path))


def verify_bytes(
    name: str, data: bytes, label: Label, place: str, *, by: Children | None = None
) -> Verification:
    """What ``data`` carries as the medium called ``name`` reads it; ``place`` names it for people."""
    medium = next(item for item in media() if name == item.NAME)
    done = limited(medium, "detect", data, label, Path(place), by)
    return replace(done.verification, path=place)


def many() -> Children:
    """To label or measure many files ``by``: a context; each file ends as if it had a process of its own."""
    from compliance.labels import _child

    return _child.Children()


def picture_of(path: Path, label: Label) -> bytes:
    """What is seen of the file as PNG, the label and the text it was compared with framed.

    `InputError` where nothing can be drawn: a text has no picture before some program shows it.
    """
    medium = medium_of(path)
    done = worked(medium, "picture", _read(path, medium), label, path)
    if done.stamped is None:
        raise InputError(
            _("no picture can be made of a file of this kind"),
            place=str(path),
            why=_("Only PDF pages and pictures look the same everywhere."),
        )
    return done.stamped.data


def apply_file(
    path: Path,
    label: Label,
    *,
    out: Path | None = None,
    every_page: bool = False,
    layout: str = "",
    overwrite: bool = False,
    anonymous: bool = False,
    by: Children | None = None,
) -> Applied:
    """Writes a labelled copy and returns where; the file itself is never touched.

    A file that already carries the label is left as it is and is itself the result. The copy is
    measured before it is written: `Refused` when no wording is known or a requirement is not met even
    so (what cannot be measured or met in this medium is in ``verification``). `InputError` when the
    file is wrong, encrypted or signed, or when another file stands at the output. ``every_page`` is
    for paged media; ``layout``: one that the medium has (`UsageError` for another), in the place of a label of ours. ``anonymous``: without what names people and programs beside the content, where the
    medium can; ``notes`` say what was taken out and what could not be.
    """
    _known_wording(path, label)
    medium = medium_of(path)
    if layout and layout not in work.layouts(medium):
        raise UsageError(
            _("{path}: files of this kind have no layout “{layout}”").format(path=path, layout=layout),
            remedy=_("One of: {kinds}").format(kinds=", ".join(work.layouts(medium)) or "-"),
        )
    given = _read(path, medium)
    data, taken = _without_names(medium, given, label, path, by) if anonymous else (given, ())
    job: work.Job = "apply_every_page" if every_page else "apply"
    done = worked(medium, job, data, label, path, by, layout)
    stamped, verification = done.stamped, done.verification
    if stamped is None:
        stamped = Stamped(data, (_("the file carries its label already"),))
    elif not work.carries(verification):
        raise _refused(verification, path)
    notes = (*stamped.notes, *taken)
    if stamped.data == given:
        return Applied(path, _placed(verification, path), notes, False)
    target = out or labelled_name(path, _rightful(medium, data, path))
    if not _holds(target, stamped.data):
        files.write_whole(target, stamped.data, overwrite=overwrite)
    return Applied(target, _placed(verification, target), notes, True)


def _without_names(
    medium: Medium, data: bytes, label: Label, path: Path, by: Children | None
) -> tuple[bytes, tuple[str, ...]]:
    """A copy that names nobody beside its content, and what is to be said of that."""
    done = worked(medium, "anonymous", data, label, path, by).stamped
    if done is None:
        return data, (_("NOT looked for: what files of this kind say of their author"),)
    if done.data == data:
        return data, done.notes or (_("nothing that names an author was found beside the content"),)
    return done.data, (
        *done.notes,
        _("`label remove` does not put back what was taken out; keep the original"),
    )


def without_names(path: Path, label: Label) -> bytes:
    """A file's bytes without what it says, beside its content, of who made it; `InputError` where it cannot be read."""
    medium = medium_of(path)
    return _without_names(medium, _read(path, medium), label, path, None)[0]


def labelled(data: bytes, path: Path, label: Label) -> tuple[bytes, Verification]:
    """The bytes of a file of ours, named ``path`` but not written yet, with its label put on and measured."""
    _known_wording(path, label)
    done = worked(medium_of(path), "apply", data, label, path)
    if not work.carries(done.verification):
        raise _refused(done.verification, path)
    return data if done.stamped is None else done.stamped.data, _placed(done.verification, path)


def carries_none(path: Path) -> bool:
    """Whether no medium of ours reads such a file, and it is there."""
    return path.is_file() and not any(path.suffix.lower() in medium.SUFFIXES for medium in media())


def is_heard(path: Path) -> bool:
    """Whether a label on such a file is spoken."""
    ending = path.suffix.lower()
    return any(ending in medium.SUFFIXES and getattr(medium, "SPOKEN", False) for medium in media())


def side_car(path: Path, label: Label) -> Path:
    """Writes the words to be published with a file that cannot carry them: ``NAME.EXT.label.txt``.

    It proves nothing about the file. `Refused` where no wording is known, `InputError` when another
    file stands there.
    """
    _known_wording(path, label)
    target = path.with_name(f"{path.name}.label.txt")
    data = f"{label.text}\n".encode()
    if not _holds(target, data):
        files.write_whole(target, data)
    return target


def remove_file(path: Path, label: Label, *, out: Path | None = None, by: Children | None = None) -> Applied:
    """Writes a copy without the label that we put in: ``NAME.EXT`` of ``NAME.labelled.EXT``, else,
    or where another file of that name stands, ``NAME.unlabelled.EXT``. `Refused` where no label of ours stands."""
    return _taken_off(path, label, "remove", out, by)


def update_file(path: Path, label: Label, *, out: Path | None = None, by: Children | None = None) -> Applied:
    """Writes ``NAME.relabelled.EXT`` with ``label`` in the place of an earlier label of ours.

    A file whose label is right is left as it is. `Refused` where no label of ours stands.
    """
    _known_wording(path, label)
    if work.carries(found := verify_file(path, label, by=by)):
        return Applied(path, found, (_("the file carries its label already"),), False)
    return _taken_off(path, label, "update", out, by)


@dataclass(frozen=True, slots=True)
class Relabelled:
    """What a file is with today's label: ``data`` and what was done: ``left`` (right already), ``updated``,
    ``labelled``. ``verification`` is of that; ``notes`` tell what was taken out that names people."""

    data: bytes
    done: Literal["left", "updated", "labelled"]
    verification: Verification
    notes: tuple[str, ...] = ()


def relabelled(
    path: Path, label: Label, *, anonymous: bool = False, by: Children | None = None
) -> Relabelled:
    """The bytes of a file with today's label, whatever label of ours it carried; nothing is written. ``anonymous``:
    as for `apply_file`.

    `Refused` where the label would not be right, `InputError` for what cannot be read.
    """
    _known_wording(path, label)
    medium = medium_of(path)
    data = _read(path, medium)
    data, taken = _without_names(medium, data, label, path, by) if anonymous else (data, ())
    found = worked(medium, "detect", data, label, path, by).verification
    if work.carries(found):
        return Relabelled(data, "left", _placed(found, path), taken)
    updated = worked(medium, "update", data, label, path, by) if hasattr(medium, "remove") else None
    how: Literal["updated", "labelled"] = "updated"
    if updated is None or updated.stamped is None:
        done, how = worked(medium, "apply", data, label, path, by), "labelled"
    else:
        done = updated
    if not work.carries(done.verification):
        raise _refused(done.verification, path)
    made = data if done.stamped is None else done.stamped.data
    return Relabelled(made, how, _placed(done.verification, path), taken)


def _taken_off(
    path: Path, label: Label, job: Literal["remove", "update"], out: Path | None, by: Children | None
) -> Applied:
    medium = medium_of(path)
    if not hasattr(medium, "remove"):
        raise Refused(
            _("a label cannot be taken off files of this kind"),
            place=str(path),
            remedy=_("Go back to the original file, or take it out with the program the file was made with."),
        )
    done = worked(medium, job, _read(path, medium), label, path, by)
    if done.stamped is None:
        raise Refused(
            _("the spoken label cannot be taken off this recording, or none of ours stands in it")
            if getattr(medium, "SPOKEN", False)
            else _("no label of ours was found in this file"),
            place=str(path),
            why=_("Only a label that this program put in can be taken off without harm to the rest."),
            remedy=_("Go back to the original file, or take it out with the program the file was made with."),
        )
    if job == "update" and not work.carries(done.verification):
        raise _refused(done.verification, path)
    stem = path.stem.removesuffix(".labelled")
    bare = stem if stem != path.stem else f"{stem}.unlabelled"
    target = out or path.with_name(f"{bare if job == 'remove' else stem + '.relabelled'}{path.suffix}")
    changed, notes = not _holds(target, done.stamped.data), done.stamped.notes
    if changed and out is None and job == "remove" and stem != path.stem and target.exists():
        notes = (*notes, _beside(target))
        target = path.with_name(f"{stem}.unlabelled{path.suffix}")
        changed = not _holds(target, done.stamped.data)
    if changed:
        files.write_whole(target, done.stamped.data)
    return Applied(target, _placed(done.verification, target), notes, changed)


def _beside(original: Path) -> str:
    return _(
        "{name} stands beside it and was left alone; it is not the same byte for byte: files of this kind are packed"
        " anew, or one of the two was worked on. If it is the original, keep to it"
    ).format(name=original.name)


def _known_wording(path: Path, label: Label) -> None:
    if label.text is None:
        elements = "; ".join(label.elements) or "?"
        raise Refused(
            _("no exact wording is known for this label, so nothing was stamped"),
            place=str(path),
            why=_("What must be said: {elements}").format(elements=elements),
            remedy=_("Have a lawyer look at it."),
        )


def _read(path: Path, medium: Medium) -> bytes:
    data = files.read_input(path, cap=medium.CAP)
    if not data:
        raise InputError(_("the file is empty"), place=str(path))
    if not medium.recognises(data):
        raise InputError(
            _("the file is not what its name says"),
            place=str(path),
            why=_("Its content is not that of a {suffix} file.").format(suffix=path.suffix.lower()),
            remedy=_("Give it its right ending, or make it anew."),
        )
    return data


def _refused(verification: Verification, path: Path) -> Refused:
    said = "; ".join(item.message for item in verification.criteria if item.verdict == "not_met")
    return Refused(
        _("the label would not be right on this file, so nothing was written"),
        place=str(path),
        why=said,
        remedy=_("Put the label in with the program the file was made with, then: compliance label verify"),
    )


def _holds(target: Path, data: bytes) -> bool:
    """Whether the output is there already, byte for byte."""
    try:
        return target.is_file() and target.stat().st_size == len(data) and target.read_bytes() == data
    except OSError:
        return False


def _placed(verification: Verification, path: Path) -> Verification:
    """With the path, also in the commands that remedies name."""
    name = shlex.quote(str(path))
    criteria = tuple(
        replace(item, remedy=item.remedy.replace("{file}", name)) for item in verification.criteria
    )
    return replace(verification, path=str(path), criteria=criteria)
