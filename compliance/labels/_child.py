"""The jobs of `work` in limited children: publications are files made by others."""

from __future__ import annotations

from importlib import import_module
from typing import Any, Self, cast

from compliance import limited
from compliance.labels import work
from compliance.labels.model import Label, Medium
from compliance.labels.work import Job

_MODEL = "compliance.labels.model"
_CLASSES = {
    *((_MODEL, name) for name in ("Criterion", "Detection", "Stamped", "Verification")),
    (work.__name__, "Done"),
}


class Children:
    """One limited child for each medium, kept for many files."""

    def __init__(self) -> None:
        self._running: dict[str, limited.Child] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        for child in self._running.values():
            child.close()

    def run(self, medium: Medium, job: Job, data: bytes, label: Label, layout: str = "") -> work.Done:
        """`work.run` in the medium's child. Raises what it raises there, and `InputError` when the child dies."""
        module = cast(Any, medium).__name__
        if module not in self._running:
            self._running[module] = limited.Child(
                f"{__name__}:named",
                seconds=int(getattr(medium, "ISOLATED", 8)),
                classes=_CLASSES,
                prepare=getattr(medium, "PREPARE", ""),
            )
        return cast(work.Done, self._running[module].call(module, job, data, label, layout))


def run(medium: Medium, job: Job, data: bytes, label: Label, layout: str = "") -> work.Done:
    """`work.run` in a limited child of its own."""
    with Children() as children:
        return children.run(medium, job, data, label, layout)


def named(module: str, job: Job, data: bytes, label: Label, layout: str) -> work.Done:
    """`work.run` with the medium named by its module."""
    return work.run(cast(Medium, import_module(module)), job, data, label, layout)
