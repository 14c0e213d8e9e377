"""Which of a pack's rules its examples ask, and whether they stand on both sides of each dated change."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from compliance.periods import ONE_DAY
from compliance.rules.book import Rules
from compliance.rules.examples import ExamplesFile
from compliance.rules.loader import Pack

ASKED = ("obligation", "label", "money_rule", "source_classes")
"""Kinds of rule that an example can be about."""


@dataclass(frozen=True, slots=True)
class Boundary:
    """A day from which a rule says something else. ``before`` and ``after``: whether an example of this rule
    asks for the law of an earlier day (of the version before), and of this day or later (of this version)."""

    on: date
    status_before: str
    status_after: str
    before: bool
    after: bool


@dataclass(frozen=True, slots=True)
class Covered:
    """``examples``: how many are about the rule."""

    rule: str
    title: str
    examples: int
    boundaries: tuple[Boundary, ...]

    @property
    def is_whole(self) -> bool:
        return self.examples > 0 and all(item.before and item.after for item in self.boundaries)


def coverage(pack: Pack, found: ExamplesFile) -> Iterator[Covered]:
    """Every rule that can be asked, in the order of the pack."""
    for rule in Rules([pack]).all_rules():
        if rule.kind not in ASKED:
            continue
        days = [item.day for item in found.examples if item.subject[1] == rule.id]
        law = [day for day, block in rule.provision.terms.items() if not _silent(block.status)]
        edges = [date.min, *sorted(day for day in law if day != date.min), date.max]
        boundaries = tuple(
            Boundary(
                day,
                rule.standing(day - ONE_DAY).status,
                rule.standing(day).status,
                any(edges[at - 1] <= asked < day for asked in days),
                any(day <= asked < edges[at + 1] for asked in days),
            )
            for at, day in enumerate(edges)
            if day not in (date.min, date.max)
        )
        yield Covered(rule.id, rule.title, len(days), boundaries)


def _silent(status: str) -> bool:
    """Announcements change nothing on their day."""
    return status in ("proposed", "expected", "rejected")
