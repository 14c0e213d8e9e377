"""``budget``: plan, what was paid, what is owed, what is left, and where the pace leads."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from compliance.commands.app import App, pass_app
from compliance.commands.output import Column, emit, format_option, say
from compliance.commands.record_shared import find, titles
from compliance.commands.times import times
from compliance.i18n import _

if TYPE_CHECKING:
    from compliance.ledger.books import Books
    from compliance.reports.budgets import BudgetLine


@click.command(
    help=_(
        "What an agreement allows for each line, what was paid and is owed of it, what is left, and what it will"
        " be at the present pace. Without FUND, of all agreements. Enter one: compliance record budget"
    )
)
@click.argument("fund", metavar="[FUND]", required=False)
@times
@format_option
@pass_app
def budget(app: App, fund: str | None, fmt: str) -> None:
    from compliance.commands.words import form_lines
    from compliance.reports.budgets import budget_lines

    with app.books() as books:
        funds = [find(fund, titles(books.funds), "FUND")] if fund else None
        rows = [_row(books, line, app) for line in budget_lines(books, app.today, funds)]
    if fmt == "table":
        lines = form_lines(app.rules)
        rows = [row | {"title": _titled(row, lines)} for row in rows]
    columns = [
        Column("id", _("Budget")),
        Column("title", _("Line")),
        Column("period", _("Period")),
        Column("plan_minor", _("Plan"), money=True),
        Column("actual_minor", _("Paid"), money=True),
        Column("committed_minor", _("Owed"), money=True),
        Column("left_minor", _("Left"), money=True),
        Column("forecast_minor", _("By the end"), money=True),
        Column("currency", _("Currency")),
        Column("note", ""),
    ]
    emit(rows, columns, "budget/1", fmt)
    if any(row["actual_minor"] is None for row in rows):
        say(_("Where a sum is empty a rate is missing: compliance check rate.missing"))


def _titled(row: dict[str, Any], lines: Mapping[str, str]) -> str:
    """Its title, the form line called by its words too."""
    line, title = row["expense_line"], str(row["title"])
    return (
        title.replace(line, f"{line} {lines[line]}", 1) if line in lines and title.startswith(line) else title
    )


def _row(books: Books, line: BudgetLine, app: App) -> dict[str, Any]:
    fact = line.budget
    programme = books.programmes.get(fact.programme or "")
    title = fact.title or " · ".join(
        word for word in (fact.expense_line, programme.title if programme else fact.programme) if word
    )
    note = _("over") if line.is_overspent else _("near") if line.is_near(app.today) else ""
    return {
        "id": fact.entity,
        "fund": fact.fund,
        "expense_line": fact.expense_line,
        "programme": fact.programme,
        "title": title or _("all of it"),
        "period": line.period.label,
        "currency": fact.currency,
        "plan_minor": fact.amount_minor,
        "actual_minor": line.actual,
        "committed_minor": line.committed,
        "left_minor": line.left,
        "forecast_minor": line.forecast,
        "note": note,
    }
