"""A report as it would be filed today: the obligation by its short name, its form filled from the books."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from compliance.checks.duties import assigned
from compliance.checks.registry import Context
from compliance.errors import Refused, UsageError
from compliance.filings.act import Subject, previous_cells
from compliance.i18n import _, day_text
from compliance.periods import ONE_DAY, Period
from compliance.reports import answers
from compliance.reports.fill import Given, fill
from compliance.reports.model import Report, Row
from compliance.rules import Rule
from compliance.rules.forms import Form
from compliance.rules.obligations import Obligation, ObligationBlock, periods


@dataclass(frozen=True, slots=True)
class Draft:
    """``form`` and ``report`` are ``None`` where the obligation has no form of ours, or the period lies
    before the books (then what was filed is entered with its figures)."""

    subject: Subject
    title: str
    form: Form | None
    report: Report | None
    before_books: bool


def draft(context: Context, word: str, period: Period) -> Draft:
    """``word`` is an obligation's name or id. ``UsageError`` for what is not due for such a period."""
    if context.books.is_packet:
        raise Refused(
            _("these are no books but a press packet: there is no money in it to report"),
            remedy=_("Have the report made by the accountant."),
        )
    rule = obligation(context, word)
    _must_be_asked(context, rule, period)
    law = rule.on(period.last)
    then = rule.on(context.today) or law
    form = context.rules.form(then.block.form) if then is not None else None
    provision = rule.provision
    assert isinstance(provision, Obligation)
    subject = Subject(rule.id, provision.name, form.form if form else None, period, provision.closes)
    before = context.config.starts_on is not None and period.last < context.config.starts_on
    report = None
    if form is not None and not before:
        report = filled(context, form, rule.id, period)
    return Draft(subject, rule.title, form, report, before)


def filled(context: Context, form: Form, obligation_id: str, period: Period) -> Report:
    """The form for ``period`` from the books, with what people answered, the vault and the last filing."""
    people = context.vault.identities()
    names = tuple(str(body["name"]) for body in people.values() if body.get("name"))
    given = Given(
        previous=previous_cells(context.books, obligation_id, period),
        answers=answers.recorded(form, period, context.books),
        names=names,
        identities=people,
    )
    return fill(form, context.books, context.rules, context.config, period, on=context.today, given=given)


def obligation(context: Context, word: str) -> Rule[ObligationBlock]:
    found = context.rules.obligation(word)
    if found is None:
        form = context.rules.form(word)
        named = form.form if form else None
        found = next((rule for rule in context.rules.obligations() if named and _has_form(rule, named)), None)
    if found is None:
        names = sorted({str(getattr(rule.provision, "name", "")) for rule in context.rules.obligations()})
        raise UsageError(
            _("there is no filing called “{word}”").format(word=word),
            remedy=_("There are: {names}").format(names=", ".join(names)),
        )
    return found


def _has_form(rule: Rule[ObligationBlock], form: str) -> bool:
    return any(block.form == form for block in rule.provision.terms.values())


def _must_be_asked(context: Context, rule: Rule[ObligationBlock], period: Period) -> None:
    """The law of the period's last day asks it, for exactly such a period."""
    halted = context.rules.halted(context.config.statuses, context.today).get(rule.pack.id)
    if halted is not None:
        raise Refused(halted.message, remedy=halted.remedy)
    law = rule.on(period.last)
    if law is None:
        raise UsageError(
            _("the law of {day} does not ask for “{title}”").format(
                day=day_text(period.last), title=rule.title
            ),
            remedy=_("See: compliance rules show {id}").format(id=rule.id),
        )
    ours = assigned(context.config).get(rule.id, ())
    if law.block.every is None or period in ours:
        return
    for other in ours:
        if period.start < other.end and other.start < period.end:
            raise UsageError(
                _("“{title}” is not filed for {period}").format(title=rule.title, period=period.label),
                why=_("An authority set another period: {period}").format(period=other.label),
                remedy=_("Write for example: {period}").format(period=other.label),
            )
    facts: dict[str, date] = {}
    if context.config.organisation.registered_on:
        facts["registered_on"] = context.config.organisation.registered_on
    asked = list(periods(law.block.every, period.last, period.last + ONE_DAY, facts))
    if period not in asked:
        near = list(periods(law.block.every, period.start, period.end + (period.end - period.start), facts))
        raise UsageError(
            _("“{title}” is not filed for {period}").format(title=rule.title, period=period.label),
            remedy=_("Write for example: {period}").format(period=near[0].label) if near else "",
        )


def told_rows(found: Draft) -> list[Row]:
    """Opening balances, totals, and the closing balance last: what a director recognises, and then types."""
    report = found.report
    told = [
        row
        for section in (report.sections if report is not None else ())
        for row in section.rows
        if row.cells
        and row.cells[-1].units is not None
        and (row.total or line_kind(found, row) in ("opening", "closing"))
    ]
    return sorted(told, key=lambda row: line_kind(found, row) == "closing")


def line_kind(found: Draft, row: Row) -> str | None:
    """What the form says of the row's line: opening, closing, flow..."""
    assert found.form is not None
    section, line, *_rest = [*row.cells[0].id.split("."), "", ""]
    part = found.form.sections[section].lines.get(line) if section in found.form.sections else None
    return part.kind if part is not None else None
