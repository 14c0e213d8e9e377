"""The life of an organisation beside its periods: books, statuses and names that begin or end inside one."""

from __future__ import annotations

from datetime import date

from compliance.checks.duties import HORIZON_DAYS, duties
from compliance.checks.registry import Context, Findings, check
from compliance.deadlines import Deadline
from compliance.findings import Finding, Severity
from compliance.i18n import N_, _, day_text
from compliance.periods import Period


def _owed(context: Context) -> list[Deadline]:
    """Reports on periods that are over, to be filed soon and not filed yet."""
    found = duties(context, horizon_days=HORIZON_DAYS)
    return [
        item for item in found if item.filed_on is None and item.form and item.period.last < context.today
    ]


def _inside(day: date | None, period: Period) -> bool:
    """Whether something that began on ``day`` began after the period did."""
    return day is not None and period.start < day <= period.last


@check("period.partial", "law", N_("A report on a period that our books or our status cover only in part"))
def partial(context: Context) -> Findings:
    """Sums count what is recorded, wherever in the period; what lacks, or may not belong there, is told."""
    begins = context.config.starts_on
    for item in _owed(context):
        if begins is not None and "money" in item.closes and _inside(begins, item.period):
            message = _(
                "“{title}” for {period}: the books begin on {day}, inside it; what was before is not in its figures"
            )
            yield _finding(
                item,
                "warning",
                "books",
                message.format(title=item.title, period=item.period.label, day=day_text(begins)),
                _(
                    "Enter what was before, and begin the books earlier: starts_on: {day} in schedules.yaml"
                ).format(day=item.period.start.isoformat()),
            )
        form = context.rules.form(item.form or "")
        if form is not None and form.counts:
            yield from _statuses(context, item)


def _statuses(context: Context, item: Deadline) -> Findings:
    rule = context.rules.rule(item.obligation)
    remedy = _(
        "No rule here says whether the report covers the whole period: the whole is counted."
        " Ask the authority, and record what was decided."
    )
    for name in getattr(rule.provision, "binds", ()) if rule is not None else ():
        since, until = context.config.statuses[name]
        title = context.rules.statuses.get(name, name)
        common = {"title": item.title, "period": item.period.label, "status": title}
        if since is not None and _inside(since, item.period):
            message = _("“{title}” for {period}: “{status}” began on {day}, inside it")
            yield _finding(item, "note", name, message.format(day=day_text(since), **common), remedy)
        if until is not None and item.period.start <= until < item.period.last:
            message = _("“{title}” for {period}: “{status}” ended on {day}, inside it")
            yield _finding(item, "note", name, message.format(day=day_text(until), **common), remedy)


def _finding(item: Deadline, severity: Severity, what: str, message: str, remedy: str) -> Finding:
    subject = f"{item.obligation}:{what}"
    return Finding("period.partial", severity, subject, message, remedy, period=item.period.label)


@check("organisation.renamed", "law", N_("A new name inside or after a period that is not reported yet"))
def renamed(context: Context) -> Findings:
    message = _("“{title}” for {period}: the name changed on {day}; the form prints “{name}”")
    remedy = _(
        "If the authority's register still has the other name, say so in the covering letter,"
        " and record what was decided."
    )
    for day in sorted(context.config.organisation.names)[1:]:
        for item in _owed(context):
            if not item.period.start < day <= context.today:
                continue
            form = context.rules.form(item.form or "")
            printed = item.period.last if form is not None and form.named == "period_end" else context.today
            told = message.format(
                title=item.title,
                period=item.period.label,
                day=day_text(day),
                name=context.config.names_on(printed).nominative,
            )
            subject = f"{item.obligation}:{day.isoformat()}"
            yield Finding("organisation.renamed", "note", subject, told, remedy, period=item.period.label)
