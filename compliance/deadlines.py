"""Obligation x period -> deadline: what must be filed by when, as far as the law is known.

Substance (how often, due when) by the law of the period's last day; procedure (to whom, how, with
which form) by the law of the day of filing, which for what is not filed yet is today.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from compliance.findings import Confidence, Finding
from compliance.i18n import _
from compliance.periods import ONE_DAY, Period
from compliance.rules import Owed, Rule, Rules, Statuses, bound_in, held
from compliance.rules.obligations import Cycle, ObligationBlock, periods

if TYPE_CHECKING:
    from compliance.ledger.books import Books

Filed = Mapping[tuple[str, date], date]
"""(obligation id, last day of the period) -> the day it was filed."""


def filed_days(books: Books) -> dict[tuple[str, date], date]:
    """What stands as filed: of each obligation and period the newest filing, unless it was returned."""
    amended = {item.amends for item in books.filings.values()}
    return {
        (item.obligation, item.last_on): item.on_date
        for item in books.filings.values()
        if item.entity not in amended and item.state != "returned"
    }


@dataclass(frozen=True, slots=True)
class Deadline:
    """One filing to make, or made.

    ``due_on`` is the one day to show: the safe day of the earliest reading; ``None`` where no rule
    names a day; ``due_at`` the instant, where the law counts hours. ``candidates`` are the nominal days of all readings, the earliest first.
    ``approximate``: a day off was looked up in a year whose calendar nobody verified. ``confidence``
    is the weakest mark of what the date rests on, ``source`` its citations for the screen, ``act``
    the act for print. ``at_stake`` is one line for each penalty in force today.
    """

    obligation: str
    name: str
    title: str
    regime: str
    period: Period
    due_on: date | None
    nominal_on: date | None
    shifted_on: date | None
    safe_on: date | None
    candidates: tuple[date, ...]
    notes: tuple[str, ...]
    source: str
    act: str
    confidence: Confidence
    recipient: str
    channels: tuple[str, ...]
    form: str | None
    closes: tuple[str, ...]
    at_stake: tuple[str, ...]
    binding: bool
    status: str
    approximate: bool
    filed_on: date | None = None
    due_at: datetime | None = None
    fee: tuple[int, str] | None = None
    """What is paid with it, summed: minor units and currency."""

    def is_overdue(self, today: date) -> bool:
        """Not filed though its day has passed."""
        return self.filed_on is None and self.due_on is not None and self.due_on < today


def deadlines(
    rules: Rules,
    statuses: Statuses,
    *,
    today: date,
    horizon_days: int,
    filed: Filed | None = None,
    since: date | None = None,
    facts: Mapping[str, date] | None = None,
    assigned: Mapping[str, Sequence[Period]] | None = None,
    events: Mapping[str, Sequence[date]] | None = None,
    crossed: Mapping[str, Sequence[date]] | None = None,
    extended: Mapping[tuple[str, date], tuple[date, str]] | None = None,
) -> list[Deadline]:
    """Everything to file from ``since`` (else since the organisation is bound) up to ``horizon_days`` ahead.

    What was filed is in the list with its day; what is overdue stays until it is filed. ``facts``
    are the subject's own dates (``registered_on``); ``assigned`` are periods that an authority set
    for an obligation, which win over those of the rule that they touch; ``extended``: (obligation, last day of
    the period) -> (another due day that an authority granted, by which letter); ``events`` are days by event, for duties that start
    upon one. Regimes whose filings a register entry stops give nothing. Sorted by due day, those
    without one last.
    """
    halted = rules.halted(statuses, today)
    found: list[Deadline] = []
    for rule in rules.obligations():
        if rule.pack.id in halted:
            continue
        for period, known, event in _occasions(
            rule,
            statuses,
            since,
            today + timedelta(days=horizon_days),
            facts or {},
            assigned or {},
            {**(events or {}), **(crossed or {})},
        ):
            if not _asked(rule, period, crossed):
                continue
            filed_on = (filed or {}).get((rule.id, period.last))
            owed = _owed(rules, rule, period, filed_on or today, known, event)
            if owed is not None:
                item = _deadline(rules, rule, period, owed, today, filed_on)
                item = _extended(item, rule, (extended or {}).get((rule.id, period.last)))
                if item.due_on is None or item.due_on <= today + timedelta(days=horizon_days):
                    found.append(item)
    return sorted(found, key=lambda item: (item.due_on or date.max, item.period.last, item.obligation))


def _owed(
    rules: Rules,
    rule: Rule[ObligationBlock],
    period: Period,
    filed_on: date,
    known: Mapping[str, date],
    event: str | None,
) -> Owed | None:
    """What is owed; without a day where the due rule counts from something that is not known."""
    try:
        return rules.owed(rule, period, filed_on=filed_on, facts=known, event=event)
    except KeyError:
        return rules.owed(rule, period, filed_on=filed_on, facts=known, event=event, reckoned=False)


def facts_missing(rules: Rules, statuses: Statuses, facts: Mapping[str, date], today: date) -> list[Finding]:
    """Duties whose periods count from a day of the organisation's own that nobody told."""
    found = []
    now = held(statuses, today)
    for rule in rules.obligations():
        law = rule.on(today)
        every = law.block.every if law is not None else None
        if not isinstance(every, Cycle) or not every.from_.endswith("_on") or every.from_ in facts:
            continue
        if set(rule.provision.binds) <= now:
            found.append(
                Finding(
                    "deadline.fact_missing",
                    "error",
                    f"obligation:{rule.id}",
                    _("“{title}” counts from a day that is not written down: {fact}").format(
                        title=rule.title, fact=every.from_
                    ),
                    _("Write it in schedules.yaml under organisation: {fact}: 2025-06-10").format(
                        fact=every.from_
                    ),
                )
            )
    return found


def due_unknown(found: Sequence[Deadline]) -> list[Finding]:
    """A standing finding for each filing whose day no source names: an absent day is never a guess."""
    return [
        Finding(
            "deadline.unknown",
            "warning",
            f"obligation:{item.obligation}",
            _("due date unknown: “{title}” for {period}").format(title=item.title, period=item.period.label),
            _("Ask the authority, and file early; see: compliance rules show {id}").format(
                id=item.obligation
            ),
            item.source,
            item.confidence,
            item.period.label,
        )
        for item in found
        if item.due_on is None and item.filed_on is None
    ]


def _occasions(
    rule: Rule[ObligationBlock],
    statuses: Statuses,
    since: date | None,
    horizon: date,
    facts: Mapping[str, date],
    assigned: Mapping[str, Sequence[Period]],
    events: Mapping[str, Sequence[date]],
) -> Iterator[tuple[Period, Mapping[str, date], str | None]]:
    """The periods and events for which the organisation was bound: (period, known days, event)."""
    binds = rule.provision.binds
    if any(name not in statuses for name in binds):
        return
    first = max(
        (statuses[name][0] for name in binds),
        default=min((s for s, _u in statuses.values()), default=horizon),
    )
    first = max(first, since or first)
    for event, days in sorted(events.items()):
        for moment in days:
            day = moment.date() if isinstance(moment, datetime) else moment
            law = rule.on(day)
            if law is not None and law.block.upon == event and first <= day <= horizon:
                yield Period(day, day + ONE_DAY), {**facts, event: moment}, event
    for period in _with_assigned(assigned.get(rule.id, ()), _regular(rule, first, horizon, facts)):
        if first <= period.last and bound_in(binds, statuses, period):
            yield period, facts, None


def _with_assigned(assigned: Sequence[Period], regular: Iterator[Period]) -> Iterator[Period]:
    """The periods that an authority set, and those of the rule that none of them touches."""
    yield from assigned
    for period in regular:
        if not any(period.start < other.end and other.start < period.end for other in assigned):
            yield period


def _extended(item: Deadline, rule: Rule[ObligationBlock], granted: tuple[date, str] | None) -> Deadline:
    """The day that was granted instead of the law's; alarms stay on a working day before it."""
    if granted is None:
        return item
    due, letter = granted
    safe = rule.pack.calendar.on_or_before(due)
    told = _("extended to {day} by: {letter}").format(day=due.isoformat(), letter=letter)
    return replace(
        item,
        due_on=safe,
        nominal_on=due,
        shifted_on=due,
        safe_on=safe,
        candidates=(due,),
        due_at=None,
        notes=(told, *item.notes),
    )


def _asked(rule: Rule[ObligationBlock], period: Period, crossed: Mapping[str, Sequence[date]] | None) -> bool:
    """Whether the condition of a conditional duty holds in ``period``; one that nobody looked at does."""
    law = rule.on(period.last)
    if law is None or law.block.if_ is None or crossed is None or law.block.if_ not in crossed:
        return True
    return any(day in period for day in crossed[law.block.if_])


def _regular(
    rule: Rule[ObligationBlock], first: date, horizon: date, facts: Mapping[str, date]
) -> Iterator[Period]:
    """Periods by each wording of ``every`` that was law; a period belongs to the law of its last day."""
    terms = [day for day, block in rule.provision.terms.items() if block.every is not None]
    for start in terms:
        every = rule.provision.terms[start].every
        assert every is not None
        if isinstance(every, Cycle) and every.from_.endswith("_on") and every.from_ not in facts:
            continue  # told by `facts_missing`
        for period in periods(every, max(start, first), horizon + ONE_DAY, dict(facts)):
            law = rule.on(period.last)
            if law is not None and law.block.every is every:
                yield period


def _deadline(
    rules: Rules, rule: Rule[ObligationBlock], period: Period, owed: Owed, today: date, filed_on: date | None
) -> Deadline:
    first = owed.readings[0] if owed.readings else None
    cited = dict.fromkeys(rules.cited(source) for source in owed.sources)
    notes = dict.fromkeys([*owed.notes, *(reading.note for reading in owed.readings if reading.note)])
    return Deadline(
        obligation=rule.id,
        name=getattr(rule.provision, "name", rule.id),
        title=rule.title,
        regime=rule.pack.id,
        period=period,
        due_on=min(reading.safe_on for reading in owed.readings) if first else None,
        nominal_on=first.nominal_on if first else None,
        shifted_on=first.shifted_on if first else None,
        safe_on=first.safe_on if first else None,
        candidates=tuple(reading.nominal_on for reading in owed.readings),
        notes=tuple(notes),
        source="; ".join(cited),
        act=rule.act,
        confidence=owed.confidence,
        recipient=owed.recipient,
        channels=owed.channels,
        form=owed.form,
        closes=tuple(getattr(rule.provision, "closes", ())),
        at_stake=tuple(rules.at_stake(rule.id, today)),
        binding=True,
        status=rule.standing(period.last).status,
        approximate=any(reading.approximate for reading in owed.readings),
        filed_on=filed_on,
        due_at=first.at if first else None,
    )
