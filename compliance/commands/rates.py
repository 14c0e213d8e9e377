"""``rates``: official rates from a central bank's file, and the days whose rates are missing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from compliance.commands.app import App, pass_app
from compliance.commands.ask import day, refuse_placeholder, yes
from compliance.commands.ask import period as a_period
from compliance.commands.output import Column, emit, format_option, say
from compliance.commands.record_shared import recorded
from compliance.errors import UsageError
from compliance.i18n import _, ngettext

if TYPE_CHECKING:
    from compliance.intake.rates import Offer
    from compliance.ledger.books import Books
    from compliance.ratefiles.reading import RateFile


@click.group(help=_("Official exchange rates from a central bank's file"))
def rates() -> None:
    pass


@rates.command(
    "import",
    help=_(
        "Take rates from a central bank's file (Bank of Russia: XML_daily, XML_dynamic; European Central Bank:"
        " eurofxref as XML or CSV), for the currencies that these books meet. A rate on record is never"
        " overwritten. Exit 1 when the file says otherwise than the books."
    ),
)
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--currency", "chosen", multiple=True, metavar="CURRENCY", help=_("Only this currency; may be repeated")
)
@click.option(
    "--from", "start_text", metavar="DAY", help=_("From this day on; default: when the books begin")
)
@click.option("--carry", is_flag=True, help=_("For missing days between: the rate that stood, marked so"))
@click.option("--origin", metavar="TEXT", help=_("Where the file is from; default: who publishes it"))
@click.option("--yes", "given", is_flag=True, help=_("Do not ask"))
@format_option
@pass_app
def import_(app: App, /, file: Path, origin: str | None, given: bool, fmt: str, **options: Any) -> None:
    from compliance.files import read_input
    from compliance.ratefiles.model import CAP
    from compliance.ratefiles.reading import read_rates

    refuse_placeholder(origin or "", "--origin")
    source = read_rates(read_input(file, cap=CAP), str(file))
    with app.books() as books:
        found = _offers(app, books, source, **options)
        lacking = _lacking(app, books, source, options["chosen"])
    _show(found, fmt)
    if lacking and (options["chosen"] or not found):
        say(
            _("the file has no rate in {quote} of: {names}").format(
                quote=app.workspace.config.currency, names=", ".join(lacking)
            )
        )
    new = sum(item.state == "new" for item in found)
    question = ngettext("Record {n} rate?", "Record {n} rates?", new).format(n=new)
    if new and not yes(question, given=given):
        say(_("Nothing was recorded."))
        return
    if new:
        with app.writing("rates import") as writing:
            found = _offers(app, writing.books, source, **options)
            fresh = [item.fact(origin or source.source) for item in found if item.state == "new"]
            writing.event.add(*fresh)
        recorded(len(fresh), _("rates of {file}").format(file=file.name))
    else:
        say(_("0 new rates."))
    if any(item.state == "conflict" for item in found):
        say(
            _(
                "What is recorded stays. If the file is right, correct it yourself:"
                " compliance record rate --currency ... --on ... --rate ..."
            )
        )
        raise click.exceptions.Exit(1)


def _offers(
    app: App,
    books: Books,
    source: RateFile,
    *,
    chosen: tuple[str, ...],
    start_text: str | None,
    carry: bool,
) -> list[Offer]:
    from compliance.intake import rates
    from compliance.money import is_currency
    from compliance.periods import ONE_DAY

    quote = app.workspace.config.currency
    for name in chosen:
        if not is_currency(name):
            raise UsageError(_("a currency is three capital letters, such as RUB"))
    begins = app.workspace.config.starts_on or rates.first_day(books)
    # Opening balances stand on the day before the first.
    start = day(start_text, "--from", "") if start_text else begins and begins - ONE_DAY
    wanted = chosen or rates.currencies(books, quote)
    found = rates.offers(books, source, quote, wanted, start=start)
    if carry:
        lacking = rates.missing(books, quote, app.workspace.config.starts_on, app.today)
        found += rates.carried(books, found, lacking)
    return found


def _lacking(app: App, books: Books, source: RateFile, chosen: tuple[str, ...]) -> list[str]:
    """Currencies that are wanted and that the file does not price in that of our reports, on any day, either way round."""
    from compliance.intake import rates

    quote = app.workspace.config.currency
    priced = {frozenset((item.currency, item.quote)) for item in source.rates}
    wanted = chosen or rates.currencies(books, quote)
    return [name for name in sorted(wanted) if frozenset((name, quote)) not in priced]


def _show(found: Sequence[Offer], fmt: str) -> None:
    words = {"new": _("new"), "same": _("recorded already"), "conflict": _("THE BOOKS SAY OTHERWISE")}
    rows: list[dict[str, Any]] = [
        {
            "currency": item.currency,
            "quote": item.quote,
            "on": item.on.isoformat(),
            "rate": item.rate,
            "published_on": item.published_on.isoformat(),
            "recorded": item.known,
            "state": item.state,
        }
        for item in found
    ]
    if fmt == "table":
        rows = [{**row, "state": words[row["state"]]} for row in rows if row["state"] != "same"]
        if found and not rows:
            return
    columns = [
        Column("currency", _("Currency")),
        Column("on", _("Day")),
        Column("rate", _("Rate")),
        Column("published_on", _("Set for")),
        Column("recorded", _("In the books")),
        Column("state", ""),
    ]
    emit(rows, columns, "rates-import/1", fmt)


@rates.command("missing", help=_("Days of a period whose rates the books need and lack"))
@click.argument("period", metavar="PERIOD", required=False)
@format_option
@pass_app
def missing(app: App, /, period: str | None, fmt: str) -> None:
    from compliance.intake import rates

    quote = app.workspace.config.currency
    with app.books() as books:
        if period:
            found = {
                pair: period.upper() for pair in sorted(set(rates.needed(books, quote, a_period(period))))
            }
        else:
            found = rates.missing(books, quote, app.workspace.config.starts_on, app.today)
        rows = [_missing_row(books, currency, quote, on, label) for (currency, on), label in found.items()]
    columns = [
        Column("currency", _("Currency")),
        Column("on", _("Day")),
        Column("period", _("Period")),
        Column("standing_rate", _("The last rate before it")),
        Column("standing_on", _("Set for")),
    ]
    emit(rows, columns, "rates-missing/1", fmt)
    if rows and fmt == "table":
        say(
            _(
                "Take them from a file of the bank: compliance rates import FILE — or record one: compliance record rate"
            )
        )


def _missing_row(books: Books, currency: str, quote: str, on: date, label: str) -> dict[str, Any]:
    from compliance.intake.rates import standing

    last = standing(books, currency, quote, on)
    return {
        "currency": currency,
        "quote": quote,
        "on": on.isoformat(),
        "period": label,
        "standing_on": last[0].isoformat() if last else None,
        "standing_rate": f"{last[1]:f}" if last else None,
    }
