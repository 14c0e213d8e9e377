"""``bridge``: from what was paid to what was incurred, with every step, and both ends by another road."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from compliance.commands.app import App, pass_app
from compliance.commands.ask import period as typed_period
from compliance.commands.output import Column, emit, format_option, out, say
from compliance.commands.record_shared import money
from compliance.commands.times import times
from compliance.errors import Refused
from compliance.i18n import _, ngettext

if TYPE_CHECKING:
    from compliance.ledger.books import Books
    from compliance.reports.bridge import Bridge

_BY = ("fund", "expense_line", "programme")


@click.command(
    help=_(
        "From what was paid in a period to what it cost: plus what is owed, less what was owed before, less what"
        " was paid ahead or handed out and not reported."
    )
)
@click.argument("period", metavar="PERIOD")
@click.option("--by", type=click.Choice(_BY), default="fund", show_default=True, help=_("How to group"))
@times
@format_option
@pass_app
def bridge(app: App, period: str, by: str, fmt: str) -> None:
    from compliance.ledger.lines import uncleared
    from compliance.reports import bridge as steps
    from compliance.reports.measures import Measures

    span = typed_period(period)
    with app.books() as books:
        currency = app.workspace.config.currency
        regime = next(iter(app.workspace.config.regimes), "")
        measures = Measures(books, app.rules, regime, currency, span)
        found = steps.bridge(measures, by)
        ties = steps.ties(measures) if found is not None else None
        titles = _titles(books, by)
        whole = steps.total(found) if found is not None else None
        ends = ((whole.paid, ties.money), (whole.accrued, ties.worth)) if whole and ties else ()
        equal = all(other is None or other == value for value, other in ends)
        proved = all(other == value for value, other in ends)
        unsorted = 0 if proved else sum(line.on in span for line in uncleared(books))
    if found is None or whole is None or ties is None:
        raise Refused(
            _("a rate is missing, so it cannot be added up"),
            remedy=_("See which: compliance check rate.missing"),
        )
    rows = [_row(titles.get(word or "", word), word, by, row, currency) for word, row in found.items()]
    if fmt == "table":
        rows.append(_row(_("All"), None, by, whole, currency))
    emit(rows, _columns(rows, by), "bridge/1", fmt)
    if fmt == "table":
        for said, value, other in (
            (_("Paid, by what lies in banks and cash: {amount}"), whole.paid, ties.money),
            (_("Incurred, by money and debts; the cost accounts of 1C should show it: {amount}"), whole.accrued, ties.worth),
        ):  # fmt: skip
            text = said.format(amount=money(value, currency))
            if other is None:
                text += " " + _("— NOT PROVED: a rate of what lies in banks and cash is missing")
            elif other != value:
                text += " " + _("— NOT EQUAL: {amount}").format(amount=money(other, currency))
            out(text)
        if unsorted:
            say(
                ngettext(
                    "{n} line of these days is not sorted, so it is missing above: compliance queue",
                    "{n} lines of these days are not sorted, so they are missing above: compliance queue",
                    unsorted,
                ).format(n=unsorted)
            )
    if not equal:
        raise click.exceptions.Exit(1)


def _titles(books: Books, by: str) -> dict[str, str]:
    facts: dict[str, Mapping[str, Any]] = {"fund": books.funds, "programme": books.programmes}
    return {entity: fact.title for entity, fact in facts.get(by, {}).items()}


def _row(title: str | None, word: str | None, by: str, row: Bridge, currency: str) -> dict[str, Any]:
    amounts = {f"{step}_minor": minor for step, minor in asdict(row).items()}
    return {by: word, f"{by}_title": title or _("none"), **amounts, "currency": currency}


def _columns(rows: list[dict[str, Any]], by: str) -> list[Column]:
    """Steps that are nought everywhere are left out; both ends always stand."""
    titles = {
        "paid": _("Paid"),
        "unpaid": _("+ owed"),
        "unpaid_before": _("- owed before"),
        "prepaid": _("- paid ahead"),
        "prepaid_before": _("+ ahead before"),
        "advances": _("- advances"),
        "advances_before": _("+ advances before"),
        "exchange": _("rates"),
        "accrued": _("Incurred"),
    }
    first = {"fund": _("Agreement"), "programme": _("Programme"), "expense_line": _("Form line")}[by]
    always = ("paid", "accrued")
    return [Column(f"{by}_title", first)] + [
        Column(f"{step}_minor", title, money=True)
        for step, title in titles.items()
        if step in always or any(row[f"{step}_minor"] for row in rows)
    ]
