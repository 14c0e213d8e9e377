"""The plan of an import as a file: what would be loaded, to be looked at and applied later, or not at all.

The plan names files by digest. ``apply`` refuses when a file changed, or when the books moved on so
that something else would be loaded than was looked at.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from compliance.errors import InputError
from compliance.files import read_input
from compliance.i18n import _
from compliance.importers.source import Source
from compliance.intake.load import Part
from compliance.periods import Period

SCHEMA = "import-plan/2"
_CAP = 16 * 1024 * 1024


class PlannedFile(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    path: str
    digest: str


class Plan(BaseModel):
    """``parts`` are rows as ``import --format json`` prints them."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    files: list[PlannedFile]
    profile: str = ""
    openings: dict[str, int] = {}
    closings: dict[str, int] = {}
    amends: str | None = None
    parts: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Options:
    """What was typed beside the files; the balances as in ``bankfiles.Reading``."""

    profile: str = ""
    openings: Mapping[str, int] = field(default_factory=dict)
    closings: Mapping[str, int] = field(default_factory=dict)
    amends: str | None = None


def row(part: Part) -> dict[str, Any]:
    """A part as JSON-ready values; days ISO, spans ``FIRST..LAST``."""
    return {
        "file": part.file,
        "statement": part.entity,
        "account": part.account,
        "currency": part.currency,
        "first_on": part.period.start.isoformat(),
        "last_on": part.period.last.isoformat(),
        "opening_minor": part.opening_minor,
        "received_minor": part.received_minor,
        "spent_minor": part.spent_minor,
        "closing_minor": part.closing_minor,
        "lines": part.lines,
        "new_lines": part.new_lines,
        "new_days": part.new_days,
        "gap_before": span(part.gap_before),
        "gap_after": span(part.gap_after),
        "warnings": list(part.warnings),
    }


def span(period: Period | None) -> str | None:
    """``2025-11-17``, or ``2025-11-17..2025-11-18``."""
    if period is None:
        return None
    first, last = period.start.isoformat(), period.last.isoformat()
    return first if first == last else f"{first}..{last}"


def dump(paths: Sequence[Path], sources: Sequence[Source], options: Options, parts: Sequence[Part]) -> bytes:
    """The plan file's bytes."""
    plan = {
        "schema": SCHEMA,
        "files": [
            {"path": str(path.absolute()), "digest": source.digest}
            for path, source in zip(paths, sources, strict=True)
        ],
        "profile": options.profile,
        "openings": dict(options.openings),
        "closings": dict(options.closings),
        "amends": options.amends,
        "parts": [row(part) for part in parts],
    }
    return (json.dumps(plan, ensure_ascii=False, indent=1) + "\n").encode()


def read(path: Path) -> Plan:
    """``InputError`` for anything that is not a plan of ours."""
    try:
        body = json.loads(read_input(path, cap=_CAP))
        if body.pop("schema") != SCHEMA:
            raise ValueError
        return Plan.model_validate(body)
    except (ValueError, KeyError, AttributeError, TypeError, RecursionError, ValidationError):
        raise InputError(
            _("this is not a plan of an import"),
            place=str(path),
            remedy=_("Make one with: compliance import FILE --plan PLAN.json"),
        ) from None


def sources(plan: Plan) -> list[Source]:
    """The planned files, read again. ``InputError`` when one is another file now."""
    found = []
    for item in plan.files:
        source = Source.of_file(Path(item.path))
        if source.digest != item.digest:
            raise InputError(
                _("the file changed since the plan was made"), place=item.path, remedy=_("Make a new plan.")
            )
        found.append(source)
    return found


def check_same(plan: Plan, parts: Sequence[Part]) -> None:
    """Does loading bring exactly what the plan says? ``InputError`` otherwise."""
    planned = [(item.get("statement"), item.get("new_lines")) for item in plan.parts]
    if planned != [(part.entity, part.new_lines) for part in parts]:
        raise InputError(
            _("the books changed since the plan was made: other lines would be loaded now"),
            remedy=_("Make a new plan."),
        )
