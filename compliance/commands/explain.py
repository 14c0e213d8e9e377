"""``explain``: where each figure of a report comes from, row by row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from compliance.commands.app import App, pass_app
from compliance.commands.ask import period as parsed_period
from compliance.commands.output import Column, clean, emit, format_option, out
from compliance.commands.report import no_report, say_filed_otherwise
from compliance.commands.times import times
from compliance.i18n import _, day_text, language
from compliance.money import display

if TYPE_CHECKING:
    from compliance.checks.registry import Context
    from compliance.reports.answers import Said
    from compliance.reports.explain import Evidence, Explanation
    from compliance.reports.fill import Work
    from compliance.reports.model import Report


_WIDEST = 60


@click.command(
    help=_(
        "Where a figure of a report comes from. CELL is its address, such as spent.pay.foreign. Without CELL, what every"
        " figure rests on: entries, lines of bank statements, papers."
    )
)
@click.argument("name", metavar="FORM")
@click.argument("period", metavar="PERIOD")
@click.argument("cell", metavar="[CELL]", required=False)
@times
@format_option
@pass_app
def explain(app: App, name: str, period: str, cell: str | None, fmt: str) -> None:
    from compliance.commands.check import context
    from compliance.filings.act import previous_cells
    from compliance.filings.draft import draft
    from compliance.reports import answers
    from compliance.reports.explain import explain as explain_cell
    from compliance.reports.fill import Given, work

    span = parsed_period(period)
    with context(app) as ctx:
        found = draft(ctx, name, span)
        if found.form is None or found.report is None:
            raise no_report(name, span)
        given = Given(previous=previous_cells(ctx.books, found.subject.obligation, span))
        done = work(found.form, ctx.books, ctx.rules, ctx.config, span, on=ctx.today, given=given)
        if cell is None:
            _every(ctx, done, fmt)
            say_filed_otherwise(app, ctx, found.subject.obligation, span)
            return
        answer = explain_cell(done, cell)
        told = answers.said(found.form, span, cell, ctx.books)
        paper = ctx.books.documents.get(answers.papers(found.form, span, ctx.books).get(cell, ""))
        say_filed_otherwise(app, ctx, found.subject.obligation, span)
    asked = next((item.asked for item in found.report.all_cells() if item.id == cell), "")
    rule = app.rules.rule(found.subject.obligation)
    act = rule.act if rule else ""
    if fmt == "table" and asked:
        _tell_answer(found.report, cell, told)
        if paper is not None:
            out(clean(_("rests on: {paper}").format(paper=f"{paper.entity}, {paper.title}")))
    elif fmt == "table":
        _tell(app, done, answer, found.title, act)
    else:
        emit([_explanation_row(done, answer, found.subject.obligation, act)], [], "explain/1", fmt)


def _every(ctx: Context, done: Work, fmt: str) -> None:
    """What each figure rests on, in print order; figures of nothing are left out of the table."""
    from dataclasses import asdict

    from compliance.filings.backing import backing
    from compliance.reports.shown import Shown

    rows: list[dict[str, Any]] = [asdict(item) for item in backing(ctx, done)]
    if fmt == "table":
        shown = Shown.of(done.report)
        rows = [
            row
            | {"units": shown.text(row["cell"], row["units"])}
            | {"told": " / ".join(row["captions"][1:])[:_WIDEST]}
            | {name: row[name] or "" for name in ("entries", "on_statement", "with_paper", "lacking")}
            | {"sure": "" if row["confidence"] == "sourced" else _("not verified")}
            for row in rows
            if row["units"] or row["entries"]
        ]
    columns = [
        Column("cell", _("Cell")), Column("told", _("Line")), Column("units", _("Printed"), right=True),
        Column("entries", _("Entries")), Column("on_statement", _("On a statement")), Column("with_paper", _("With a paper")),
        Column("lacking", _("Lacking a paper")), Column("sure", _("Form")),
    ]  # fmt: skip
    emit(rows, columns, "backing/1", fmt, empty=_("Every figure of this report is zero."))


def _tell_answer(report_: Report, cell: str, told: Said | None) -> None:
    """A cell that a person answers: the question, what was said, by whom and when."""
    from compliance.commands.forms_answer import questions, shown

    question = next(
        item for item in questions(report_, {cell: told.value} if told else {}) if item.cell == cell
    )
    out(clean(question.caption))
    out(clean(_("answered: {answer}").format(answer=shown(question))))
    if told is None:
        out(_("Answer it: compliance forms answer {name} {period}").format(
            name=report_.name, period=report_.period.label
        ))  # fmt: skip
    else:
        out(clean(_("recorded by {actor} on {day}").format(actor=told.actor, day=day_text(told.on))))


def _explanation_row(done: Work, answer: Explanation, obligation: str, act: str) -> dict[str, Any]:
    return {
        "cell": answer.cell,
        "captions": list(answer.captions),
        "measure": answer.measure,
        "exact_minor": answer.exact_minor,
        "currency": done.report.currency,
        "units": answer.units,
        "unit_minor": done.report.unit_minor,
        "moved": answer.moved,
        "because": answer.because,
        "rule": answer.rule,
        "obligation": obligation,
        "act": act,
        "source": answer.source,
        "confidence": answer.confidence,
        "rows": [_evidence_row(item) for item in answer.rows],
    }


def _evidence_row(item: Evidence) -> dict[str, Any]:
    return {
        "what": item.what,
        "on": item.on.isoformat() if item.on else None,
        "account": item.account,
        "fund": item.fund,
        "amount_minor": item.amount_minor,
        "currency": item.currency,
        "rate": str(item.rate) if item.rate is not None else None,
        "value_minor": item.value_minor,
        "transaction": item.transaction,
        "cell": item.cell or None,
        "memo": item.memo or None,
    }


def _tell(app: App, done: Work, answer: Explanation, title: str, act: str) -> None:
    from compliance.reports.shown import Shown

    report_ = done.report
    out(clean(" / ".join(answer.captions) or answer.cell))
    if answer.rows:
        rows = [_shown(item, report_.currency) for item in answer.rows]
        columns = [
            Column("on", _("Day")), Column("what", _("What")), Column("fund", _("Agreement")),
            Column("amount", _("Amount")), Column("rate", _("Rate")), Column("value", report_.currency),
        ]  # fmt: skip
        emit(
            rows,
            [column for column in columns if any(row.get(column.key) for row in rows)],
            "explain/1",
            "table",
        )
    if answer.exact_minor is not None:
        out(_("exactly: {amount} {currency}").format(
            amount=display(answer.exact_minor, report_.currency, language()), currency=report_.currency
        ))  # fmt: skip
    if answer.units is not None:
        out(_("printed: {units}").format(units=Shown.of(report_).text(answer.cell, answer.units)))
    if answer.moved:
        out(_("moved by {step} from plain rounding: {because}").format(
            step=f"{answer.moved:+d}", because=answer.because
        ))  # fmt: skip
    out(clean(_("counted: {measure}").format(measure=answer.measure)))
    out(
        clean(_("rule: {title}, {rule}").format(title=title, rule=answer.rule) + (f" ({act})" if act else ""))
    )
    if answer.source:
        cited = "; ".join(app.rules.cited(item) for item in answer.source.split("; "))
        out(clean(_("source: {source}").format(source=cited)))
    out(_("how sure: {words}").format(words=confidence_words(answer.confidence)))


def confidence_words(confidence: str) -> str:
    """How sure we are of a caption or of what a line counts."""
    return {
        "sourced": _("checked against a source that states it"),
        "secondary": _("from the press or a translation, not from the act"),
        "memory": _("not checked"),
        "uncertain": _("not checked against the official form"),
    }[confidence]


def _shown(item: Evidence, currency: str) -> dict[str, Any]:
    def money(minor: int | None, code: str) -> str:
        return "" if minor is None else display(minor, code, language())

    foreign = item.currency != currency
    return {
        "on": item.on.isoformat() if item.on else "",
        "what": item.cell or item.account or _effect_words(item.what),
        "fund": item.fund,
        "amount": f"{money(item.amount_minor, item.currency)} {item.currency}" if foreign else "",
        "rate": str(item.rate) if item.rate is not None else "",
        "value": money(item.value_minor, currency) or _("the rate is missing"),
    }


def _effect_words(what: str) -> str:
    return {
        "conversion": _("what the bank's rate made of the sale"),
        "revaluation": _("what holding the currency made"),
        "rounding": _("kopecks that rounding each posting leaves"),
        "exchange": _("exchange effect, not split"),
    }.get(what, what)
