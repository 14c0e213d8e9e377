"""What one rule says on a day, and the values that asking the law gives back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar

from compliance.findings import Confidence, weakest
from compliance.periods import Period
from compliance.rules.base import Mark, spoken
from compliance.rules.dues import Reckoned
from compliance.rules.labels import LabelBlock
from compliance.rules.loader import Pack
from compliance.rules.provisions import Block, InForce, Provision, Standing

Statuses = Mapping[str, tuple[date, date | None]]
"""Status -> first day, and last day (``None`` while it lasts)."""
B = TypeVar("B", bound=Block)


def held(statuses: Statuses, on: date) -> frozenset[str]:
    """The statuses that an organisation has on a day."""
    return frozenset(
        name for name, (since, until) in statuses.items() if since <= on and (until is None or on <= until)
    )


def bound_in(binds: Sequence[str], statuses: Statuses, period: Period) -> bool:
    """Whether on any day of ``period`` the organisation had every status that a rule binds."""
    if any(name not in statuses for name in binds):
        return False
    since = max((statuses[name][0] for name in binds), default=date.min)
    untils = [until for name in binds if (until := statuses[name][1]) is not None]
    return since <= min([period.last, *untils]) and max(since, period.start) <= min([period.last, *untils])


@dataclass(frozen=True, slots=True)
class Rule(Generic[B]):
    """One provision with its id and the pack it stands in. ``kind``: obligation, label, money_rule, ..."""

    id: str
    kind: str
    pack: Pack
    provision: Provision[B]

    @property
    def title(self) -> str:
        """In the interface language where the pack has it, else as the law says; the id where untitled."""
        return spoken(self.provision.title) if self.provision.title else self.id

    @property
    def act(self) -> str:
        """The title of the act it stands in, for print."""
        act = self.pack.regime.acts.get(self.provision.act or "")
        return spoken(act.title) if act is not None and act.title else ""

    def on(self, day: date) -> InForce[B] | None:
        """What is in force; ``None`` when the provision or its act is not."""
        act = self.pack.regime.acts.get(self.provision.act or "")
        if act is not None and act.folded(day) is None:
            return None
        return self.provision.folded(day)

    def standing(self, day: date) -> Standing:
        """Its status on a day; an act that ended or has not begun decides."""
        act = self.pack.regime.acts.get(self.provision.act or "")
        own = self.provision.standing(day)
        if act is not None and own.status == "in_force" and act.folded(day) is None:
            return act.standing(day)
        return own


@dataclass(frozen=True, slots=True)
class Listed:
    """A row of ``rules list``: what a rule is and how it stands on a day. ``expected``: announced blocks."""

    id: str
    kind: str
    regime: str
    name: str
    title: str
    status: str
    since: date
    source: tuple[str, ...]
    confidence: Confidence
    binds: tuple[str, ...]
    expected: tuple[tuple[date, str], ...]


@dataclass(frozen=True, slots=True)
class Owed:
    """What an obligation asks for one period or event, by the law of its days.

    ``readings`` has every due day that nobody ruled out, the earliest first; empty when the pack
    knows none. ``mark`` is the weakest of what the date rests on.
    """

    readings: tuple[Reckoned, ...]
    mark: Mark
    recipient: str
    recipient_id: str
    channels: tuple[str, ...]
    form: str | None
    notes: tuple[str, ...]

    @property
    def confidence(self) -> Confidence:
        """The weakest mark of the date: what it rests on, and every reading of it."""
        return weakest([self.mark.confidence, *(reading.mark.confidence for reading in self.readings)])

    @property
    def sources(self) -> tuple[str, ...]:
        """Every citation of the date, once."""
        marks = [self.mark, *(reading.mark for reading in self.readings)]
        return tuple(dict.fromkeys(source for mark in marks for source in mark.source))


@dataclass(frozen=True, slots=True)
class LabelOn:
    """A label in force on a day of publication, with the warrant of each of its keys."""

    id: str
    title: str
    block: LabelBlock
    marks: Mapping[str, Mark]
    former: tuple[str, ...]
    """Wordings of all labels of the regime that were in force earlier."""


@dataclass(frozen=True, slots=True)
class ChartRow:
    """An account to open at ``init``; the words are the ledger's own."""

    title: str
    type: str
    account_class: str | None
    expense_line: str | None


def listed(rule: Rule[Any], on: date) -> Listed:
    """The row of one rule; a rule that is not in force shows the block that will begin or has ended it."""
    law, standing = rule.on(on), rule.standing(on)
    mark = law.mark() if law is not None else Mark(standing.source, standing.confidence)
    return Listed(
        rule.id,
        rule.kind,
        rule.pack.id,
        getattr(rule.provision, "name", ""),
        rule.title,
        standing.status,
        law.since if law is not None else standing.since,
        mark.source,
        mark.confidence,
        tuple(rule.provision.binds),
        tuple((day, block.status) for day, block in rule.provision.announced()),
    )
