"""Today's page as values: what is due, what stands in the way, and the three next things to do."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from compliance.checks.duties import HORIZON_DAYS, duties
from compliance.checks.registry import Context, Outcome
from compliance.deadlines import Deadline
from compliance.findings import Finding
from compliance.i18n import _, ngettext
from compliance.ledger.lines import uncleared
from compliance.periods import Period, parse_period


@dataclass(frozen=True, slots=True)
class Action:
    """``text`` for people, ``command`` what to type after ``compliance``; ``who`` does it, a role, where that is told."""

    text: str
    command: tuple[str, ...]
    who: str = ""

    @property
    def key(self) -> tuple[str, ...]:
        """What makes two of them one thing to do: a file to be found is another one for each text."""
        return (*self.command, self.text) if "FILE" in self.command else self.command


@dataclass(frozen=True, slots=True)
class Agenda:
    due: list[Deadline]
    unsorted: int
    outcome: Outcome
    actions: list[Action]


def due(context: Context, *, horizon_days: int = HORIZON_DAYS) -> list[Deadline]:
    """Filings not yet made, overdue ones first, up to ``horizon_days`` ahead.

    What was to be filed before the books begin is not ours to know.
    """
    return [item for item in duties(context, horizon_days=horizon_days) if item.filed_on is None]


_OF_KIND = {"privacy.personal_data": "activity", "queue.unsorted": "money", "expense.no_line": "money"}
"""Refusals that stand in the way only of a filing that reports this kind of fact."""


def blockers(outcome: Outcome, period: Period, closes: Sequence[str] = ()) -> list[Finding]:
    """The open refusals that touch ``period``: what must be mended before it can be filed.

    ``closes`` are the kinds of fact the filing reports; a refusal about another kind does not stop it.
    """
    return [item for item in touching(outcome.open, period, closes) if item.severity == "refusal"]


def touching(findings: Iterable[Finding], period: Period, closes: Sequence[str] = ()) -> list[Finding]:
    """Those about ``period``, or about none in particular, as far as they concern what the filing reports."""
    return [
        item
        for item in findings
        if (not item.period or _overlaps(parse_period(item.period), period))
        and _OF_KIND.get(item.code, "") in ("", *closes)
    ]


def unreviewed(outcome: Outcome, regime: str) -> list[Finding]:
    """That nobody reviewed the rules of ``regime`` in their time, while no one has accepted it on record."""
    return [item for item in outcome.open if item.code == "pack.stale" and item.subject == f"pack:{regime}"]


def _overlaps(one: Period, other: Period) -> bool:
    return one.start < other.end and other.start < one.end


def agenda(context: Context, outcome: Outcome) -> Agenda:
    """What a person needs to know today. ``outcome`` is what ``checks.run`` found."""
    waiting = sum(1 for _line in uncleared(context.books))
    ahead = due(context)
    actions = [*_sorting(waiting), *_mending(outcome), *_filing(context, ahead, outcome)]
    return Agenda(ahead, waiting, outcome, actions[:3])


def _sorting(waiting: int) -> list[Action]:
    if not waiting:
        return []
    text = ngettext("Sort {n} line of the bank statements", "Sort {n} lines of the bank statements", waiting)
    return [Action(text.format(n=waiting), ("queue",))]


def _mending(outcome: Outcome) -> list[Action]:
    n = len(outcome.open)
    if not n:
        return []
    return [Action(ngettext("Look at {n} finding", "Look at {n} findings", n).format(n=n), ("check",))]


def _filing(context: Context, ahead: list[Deadline], outcome: Outcome) -> list[Action]:
    """Reports whose period is over and that can be made here, the nearest first."""
    actions = []
    for item in ahead:
        if item.form is None or item.period.last >= context.today:
            continue
        form = context.rules.form(item.form)
        if form is None:
            continue
        label = item.period.label
        actions.append(
            Action(
                _("Make the report “{title}” for {period}").format(title=item.title, period=label),
                ("report", form.name, label),
            )
        )
    return actions


def soon(context: Context, item: Deadline) -> bool:
    """Has the time to prepare it begun?"""
    if item.due_on is None:
        return False
    return item.due_on - timedelta(days=context.config.lead.prepare_days) <= context.today
