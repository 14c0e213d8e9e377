"""One job on one file: in a limited process where the medium is read by large libraries, with what belongs to the file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from compliance.errors import InputError, Refused
from compliance.labels import work
from compliance.labels.model import Label, Medium

if TYPE_CHECKING:
    from compliance.labels._child import Children


def worked(
    medium: Medium,
    job: work.Job,
    data: bytes,
    label: Label,
    path: Path,
    by: Children | None = None,
    layout: str = "",
) -> work.Done:
    """As `limited`, with what lies beside the file and belongs to it."""
    inlined = getattr(medium, "inlined", None)
    if inlined is None:
        return limited(medium, job, data, label, path, by, layout)
    whole, back = inlined(data, path)
    try:
        done = limited(medium, job, whole, label, path, by, layout)
    except InputError:
        if whole == data:
            raise
        return limited(medium, job, data, label, path, by, layout)
    if done.stamped is None:
        return done
    return replace(done, stamped=replace(done.stamped, data=back(done.stamped.data)))


def limited(
    medium: Medium,
    job: work.Job,
    data: bytes,
    label: Label,
    path: Path,
    by: Children | None = None,
    layout: str = "",
) -> work.Done:
    """In a limited process where the medium is read by large libraries: one of its own, or of ``by``."""
    try:
        if getattr(medium, "ISOLATED", 0):
            from compliance.labels import _child

            return (by.run if by else _child.run)(medium, job, data, label, layout)
        return work.run(medium, job, data, label, layout)
    except (InputError, Refused) as error:
        error.place = error.place or str(path)
        raise
