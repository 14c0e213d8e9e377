"""The two jobs of `work` in a limited child: publications are files made by others."""

from __future__ import annotations

from importlib import import_module
from typing import Any, cast

from compliance import limited
from compliance.labels import work
from compliance.labels.model import Label, Medium
from compliance.labels.work import Job

_MODEL = "compliance.labels.model"
_CLASSES = {
    *((_MODEL, name) for name in ("Criterion", "Detection", "Stamped", "Verification")),
    (work.__name__, "Done"),
}


def run(medium: Medium, job: Job, data: bytes, label: Label) -> work.Done:
    """`work.run` in a limited child. Raises what it raises there, and `InputError` when the child dies."""
    module = cast(Any, medium).__name__
    seconds = int(getattr(medium, "ISOLATED", 8))
    found = limited.run(
        f"{__name__}:named",
        module,
        job,
        data,
        label,
        seconds=seconds,
        classes=_CLASSES,
        prepare=getattr(medium, "PREPARE", ""),
    )
    return cast(work.Done, found)


def named(module: str, job: Job, data: bytes, label: Label) -> work.Done:
    """`work.run` with the medium named by its module."""
    return work.run(cast(Medium, import_module(module)), job, data, label)
