"""What must be filed by when, from the books: periods, recorded occurrences, and lines that sums crossed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime

from compliance.checks.registry import Context, Findings, check
from compliance.deadlines import Deadline, deadlines, facts_missing, filed_days
from compliance.findings import Finding
from compliance.i18n import N_, _
from compliance.ledger.models import Occurrence
from compliance.money import plain
from compliance.periods import ONE_DAY, Period
from compliance.reports import limits, listed
from compliance.reports.limits import Ledger
from compliance.rules.forms import Form
from compliance.rules.law import Rule
from compliance.rules.obligations import ObligationBlock
from compliance.workspace import Config

HORIZON_DAYS = 120
"""How far ahead today's page looks."""


def duties(context: Context, *, horizon_days: int) -> list[Deadline]:
    """Every filing from the beginning of the books up to ``horizon_days`` ahead, made or not.

    What was to be filed before the books begin is not ours to know; who opened a press packet files nothing.
    """
    if context.books.is_packet:
        return []
    found = deadlines(
        context.rules,
        context.config.statuses,
        today=context.today,
        horizon_days=horizon_days,
        filed=filed_days(context.books),
        since=context.config.starts_on,
        facts=own_days(context),
        events=occurrences(context),
        crossed=crossed(context),
        assigned=assigned(context.config),
        extended=extended(context.config),
    )
    paid = [
        rule
        for rule in context.rules.obligations()
        if any(block.fee is not None for block in rule.provision.terms.values())
    ]
    return [_with_fee(context, item, paid) for item in found]


def _with_fee(context: Context, item: Deadline, paid: Sequence[Rule[ObligationBlock]]) -> Deadline:
    """The fee that one of the rules that name fees (``paid``) has for it, summed over the principals that its statement
    lists, and said in its notes."""
    for rule in paid:
        law = rule.on(item.period.last)
        fee = law.block.fee if law is not None else None
        if law is None or fee is None or item.obligation not in (rule.id, *fee.with_):
            continue
        count = len(listed.listed_in(context.books, item.period))
        minor, currency = fee.amount.amount_minor * count, fee.amount.currency
        told = _(
            "fee: {n} × {amount} {currency} = {sum} {currency}, for each principal; source: {source}; {sure}"
        ).format(
            n=count,
            amount=plain(fee.amount.amount_minor, currency),
            currency=currency,
            sum=plain(minor, currency),
            source="; ".join(context.rules.cited(source) for source in law.mark("fee").source),
            sure=_("checked against a source that states it")
            if law.mark("fee").confidence == "sourced"
            else _("not checked"),
        )
        return replace(item, fee=(minor, currency), notes=(told, *item.notes))
    return item


def open_forms(context: Context, *, horizon_days: int) -> Iterator[tuple[Deadline, Form]]:
    """Every filing that is not made yet and has a form of ours, with the form."""
    for item in duties(context, horizon_days=horizon_days):
        form = context.rules.form(item.form) if item.form and item.filed_on is None else None
        if form is not None:
            yield item, form


A_YEAR_AHEAD = 400
"""Days in which the running year is over and filed: what its forms need is easier to say while it is fresh."""


def assigned(config: Config) -> dict[str, list[Period]]:
    """Obligation -> the periods that an authority set for us."""
    return {
        key: [Period(item.first, item.last + ONE_DAY) for item in found]
        for key, found in config.periods.items()
    }


def extended(config: Config) -> dict[tuple[str, date], tuple[date, str]]:
    """(obligation, last day of the period) -> the due day granted, and the letter that says so."""
    return {
        (key, item.last): (item.due, item.letter)
        for key, found in config.extensions.items()
        for item in found
    }


@check("deadline.unknown_rule", "law", N_("An assigned period or an extension of a filing that no rule asks"))
def unknown_rule(context: Context) -> Findings:
    known = {rule.id for rule in context.rules.obligations()}
    for name, words in (("periods", context.config.periods), ("extensions", context.config.extensions)):
        for key in sorted(set(words) - known):
            yield Finding(
                "deadline.unknown_rule",
                "error",
                f"obligation:{key}",
                _("schedules.yaml, {name}: no rule is called “{key}”, so it changes nothing").format(
                    name=name, key=key
                ),
                _("Ids are told by: compliance rules list"),
            )


def own_days(context: Context) -> dict[str, date]:
    """Days of the organisation's own that periods may count from."""
    registered = context.config.organisation.registered_on
    return {"registered_on": registered} if registered else {}


def occurrences(context: Context) -> dict[str, list[date]]:
    """Event -> the days, or instants where hours count, on which it was recorded to have happened."""
    found: dict[str, list[date]] = defaultdict(list)
    for item in context.books.facts(Occurrence).values():
        if item.state == "happened":
            found[item.kind].append(_moment(item))
    return {kind: sorted(days, key=str) for kind, days in found.items()}


def _moment(item: Occurrence) -> date:
    return datetime.fromisoformat(f"{item.on_date.isoformat()}T{item.at}") if item.at else item.on_date


def crossed(context: Context) -> dict[str, list[date]]:
    """Threshold -> the days on which the books crossed it; thresholds that do not bind are left out."""
    found = {}
    for rule in context.rules.money_rules():
        provision = rule.provision
        if getattr(provision, "kind", "") == "threshold" and set(provision.binds) <= set(
            context.config.statuses
        ):
            found[rule.id] = [item.on for item in limits.crossings(rule, ledger(context))]
    return found


def ledger(context: Context) -> Ledger:
    """What the lines of the law are drawn over: the books from their first day to today."""
    first = context.config.starts_on or next((entry.on for entry in context.books.entries()), context.today)
    return Ledger(
        context.books,
        context.rules,
        context.config.currency,
        min(first, context.today),
        context.today,
        own_days(context),
    )


@check("deadline.fact_missing", "law", N_("A duty that counts from a day nobody wrote down"))
def fact_missing(context: Context) -> Findings:
    yield from facts_missing(context.rules, context.config.statuses, own_days(context), context.today)
