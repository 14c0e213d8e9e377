"""One line of a section that repeats for each record, and what the makers of such lines look at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from compliance.i18n import N_
from compliance.ledger.kinds import PERSON_KINDS
from compliance.ledger.models import Source
from compliance.ledger.valuation import Atom, Missing
from compliance.periods import Period
from compliance.reports.measures import Axes, Measured, Measures
from compliance.reports.words import day_text

Identities = Mapping[str, Mapping[str, Any]]
"""Pseudonym -> what the vault knows of the person: name, born_on, citizenship, identity_document, address."""


@dataclass(frozen=True, slots=True)
class Worth:
    """What a thing cost: minor units of the reporting currency, ``None`` without a rate. ``came``, ``left``:
    whether it did so in the period; what was there before neither came nor will."""

    minor: int | None
    missing: frozenset[Missing]
    came: bool
    left: bool

    def measured(self, kind: str, sides: frozenset[str]) -> Measured:
        """``opening``, ``closing``, as ``sum`` what came (debit) less what left (credit); it counts as one."""
        if kind in ("count", "tick"):
            return Measured(1)
        moved = int(self.came and "debit" in sides) - int(self.left and "credit" in sides)
        times = {"opening": int(not self.came), "closing": int(not self.left), "sum": moved}.get(kind, 0)
        if not times:
            return Measured(0)
        return Measured(None if self.minor is None else times * self.minor, self.missing)


@dataclass(frozen=True, slots=True)
class Record:
    """``fields``: field name -> text. ``axes`` narrow measures to it; ``atom`` is a posting of its own, ``worth``
    what a thing is worth; ``span`` the days on which it began and ended, where it does."""

    key: str
    caption: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    axes: Axes = field(default_factory=dict)
    atom: Atom | None = None
    worth: Worth | None = None
    span: tuple[date | None, date | None] = (None, None)

    def turned(self, only: str | None, period: Period) -> bool:
        """Whether it ``started``, ``ended`` or ``continued`` in the period, whatever is asked."""
        started = self.span[0] is not None and self.span[0] in period
        ended = self.span[1] is not None and self.span[1] in period
        return {"started": started, "ended": ended, "continued": not (started or ended)}.get(only or "", True)


@dataclass(frozen=True, slots=True)
class Sight:
    """What the makers of records look at. ``identities`` is empty until captions are confirmed."""

    measures: Measures
    period: Period
    language: str
    identities: Identities
    axes: Axes
    bodies: Mapping[str, str] = field(default_factory=dict)
    """The organisation's own full names of its governing bodies."""

    def day(self, value: date | None) -> str:
        return day_text(value, self.language)


def nature(source: Source | None) -> str:
    """Whether who pays is a person or a body; a msgid."""
    return N_("individual") if source is not None and source.kind in PERSON_KINDS else N_("institutional")


def reach(source: Source | None, sight: Sight) -> dict[str, str]:
    """Where an organisation that paid can be reached; of a person nothing."""
    person = source is None or source.kind in PERSON_KINDS
    body = {} if source is None or person else sight.identities.get(source.entity, {})
    return {f"source.{key}": typed(body.get(key)) for key in ("address", "email", "website")}


def typed(value: object) -> str:
    """A value of the vault as text; nothing for none."""
    return "" if value is None else str(value)


def numbered(facts: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """By entity, ``p2`` before ``p10``."""
    return sorted(facts.items(), key=lambda item: (_split(item[0]), item[0]))


def _split(entity: str) -> tuple[str, int]:
    stem = entity.rstrip("0123456789")
    return stem, int(entity[len(stem) :] or 0)
