"""What somebody decided about the findings that touch a period, with reason, person and day: for the binder."""

from __future__ import annotations

from collections.abc import Sequence

from compliance.checks.registry import Context, Outcome
from compliance.filings.agenda import touching
from compliance.i18n import _, day_text
from compliance.periods import Period


def decided_lines(context: Context, outcome: Outcome, period: Period, closes: Sequence[str]) -> list[str]:
    """One line for each, in the order in which `check` tells them. Findings never quote what only the vault knows."""
    events = {event.seq: event for event in context.books.events()}
    touched = {item.id for item in touching([item for item, _decision in outcome.decided], period, closes)}
    return [
        _("Decided: {finding} — {because} ({who}, {day})").format(
            finding=item.message,
            because=decision.because,
            who=events[decision.seq].actor,
            day=day_text(events[decision.seq].recorded_at.date()),
        )
        for item, decision in outcome.decided
        if item.id in touched
    ]
