"""Were all people asked what they contributed from their own means, where a form asks it of them?"""

from __future__ import annotations

from compliance.checks.duties import A_YEAR_AHEAD, duties, open_forms
from compliance.checks.registry import Context, Findings, check
from compliance.findings import Finding
from compliance.i18n import N_, _, day_text
from compliance.intake.contributions import answer_of
from compliance.ledger.models import Contribution
from compliance.periods import Period
from compliance.rules.forms import Form


@check("contribution.unasked", "paper", N_("People who were not asked what they gave, where a form asks it"))
def unasked(context: Context) -> Findings:
    """For every period that is over and not filed, whoever held a post in it and has no answer on record."""
    for item, form in open_forms(context, horizon_days=_AHEAD):
        if not _lists_political(form) or item.period.last >= context.today:
            continue
        for person in _in_office(context, item.period):
            if answer_of(person, item.period) in context.books.documents:
                continue
            yield Finding(
                "contribution.unasked",
                "warning",
                f"person:{person}",
                _("{person} has not answered what they contributed in {period}; “{title}” lists it").format(
                    person=person, period=item.period.label, title=item.title
                ),
                _("Send the question sheet: compliance workbook make contributions --person {id} --period {period} FILE.xlsx").format(
                    id=person, period=item.period.label
                ),
                period=item.period.label,
            )  # fmt: skip


def _lists_political(form: Form) -> bool:
    return any(
        section.each == "contribution"
        and (section.select is None or "political" in section.select.axes().get("kind", {"political"}))
        for section in form.sections.values()
    )


def _in_office(context: Context, period: Period) -> list[str]:
    return sorted(
        {
            item.person
            for item in context.books.roles.values()
            if item.start_on < period.end and (item.end_on is None or item.end_on >= period.start)
        }
    )


@check("contribution.outside", "paper", N_("A contribution dated outside every period that is filed"))
def outside(context: Context) -> Findings:
    """Where a form lists contributions: those of no period of it, past or running, stand on no report."""
    periods = [
        item.period
        for item in duties(context, horizon_days=A_YEAR_AHEAD)
        if item.form and (form := context.rules.form(item.form)) is not None and _lists_political(form)
    ]
    if not periods:
        return
    for entity, item in context.books.facts(Contribution).items():
        if item.state == "given" and not any(item.on_date in period for period in periods):
            yield Finding(
                "contribution.outside",
                "warning",
                f"contribution:{entity}",
                _("the contribution {id} is dated {day}: no report lists that day").format(
                    id=entity, day=day_text(item.on_date)
                ),
                _("Look for a slip in the day: compliance record contribution --id {id} --on DAY").format(
                    id=entity
                ),
            )


_AHEAD = 60
"""Days: a period that is over is due within them."""
