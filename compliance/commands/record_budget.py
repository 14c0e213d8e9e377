"""``record budget``: what an agreement allows for a line in a period, one by one or from a file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from compliance.commands.app import App, pass_app
from compliance.commands.ask import amount, need
from compliance.commands.ask import period as typed_period
from compliance.commands.record_shared import (
    checked_id,
    find,
    given,
    id_option,
    only,
    optional,
    positive,
    put,
    recorded,
    slug,
    titles,
)
from compliance.errors import UsageError
from compliance.i18n import _, language
from compliance.money import STRICT, TYPED, is_currency, parse_amount
from compliance.periods import ONE_DAY, Period

if TYPE_CHECKING:
    from compliance.commands.tablefile import TableRow
    from compliance.ledger.books import Books

_COLUMNS = {
    "fund": ("agreement", "договор"),
    "period": ("период",),
    "amount": ("plan", "сумма", "план"),
    "expense_line": ("form line", "строка", "строка формы"),
    "programme": ("program", "программа"),
    "currency": ("валюта",),
    "title": ("line", "статья", "название"),
    "id": (),
}


@click.command(
    help=_(
        "What an agreement allows for a form line, a line of work, or both, in a period; again with the same --id"
        " when the donor agreed to another sum. Or many from a CSV or XLSX file with the headings: {columns}."
    ).format(columns=", ".join(_COLUMNS))
)
@id_option
@click.option("--fund", metavar="FUND", help=_("Which agreement"))
@click.option("--period", metavar="PERIOD", help=_("Such as 2025, 2025-Q4, or FIRST..LAST"))
@click.option("--amount", metavar="AMOUNT", help=_("How much it may be"))
@click.option("--currency", metavar="CURRENCY", help=_("Default: the currency of reports"))
@click.option("--expense-line", metavar="LINE", help=_("The form line it is for"))
@click.option("--programme", metavar="PROGRAMME", help=_("Which line of work"))
@click.option("--title", metavar="TEXT", help=_("What the agreement calls this line"))
@click.option("--document", metavar="DOCUMENT", help=_("The paper behind it"))
@click.option("--file", "file", type=click.Path(path_type=Path), help=_("A CSV or XLSX file with many"))
@pass_app
def budget(app: App, /, entity: str | None, file: Path | None, **options: Any) -> None:
    from compliance.ledger.models import Budget

    if file is not None:
        _from_file(app, file)
        return
    with app.books() as books:
        known = books.facts(Budget).get(entity or "")
        fields = _fields(app, books, options, new=known is None, currency=known.currency if known else None)
        entity = checked_id(entity) if entity else _id_of(fields)
    put(app, "budget", Budget, entity, fields, named=known is not None)


def _fields(
    app: App, books: Books, options: dict[str, Any], *, new: bool, currency: str | None = None
) -> dict[str, Any]:
    currency = options["currency"] or currency or app.workspace.config.currency
    if not is_currency(currency):
        raise UsageError(_("a currency is three capital letters, such as RUB"))
    fund = options["fund"]
    if new or fund:
        fund = only(fund, "--fund", _("Which agreement"), titles(books.funds))
    period = options["period"]
    if new or period:
        period = typed_period(need(period, "--period", _("For which period")))
    minor = None
    if new or options["amount"]:
        minor = positive(
            amount(options["amount"], "--amount", _("How much may it be"), currency), "--amount", zero=True
        )
    return given(
        fund=fund,
        start_on=period.start if period else None,
        last_on=period.last if period else None,
        currency=currency,
        amount_minor=minor,
        expense_line=_line(books, options["expense_line"]),
        programme=optional(options["programme"], "--programme", titles(books.programmes)),
        title=options["title"],
        document=optional(options["document"], "--document", titles(books.documents)),
    )


def _line(books: Books, line: str | None) -> str | None:
    """A form line that some account falls on: a slip there would never be spent against."""
    known = {item.expense_line: item.expense_line for item in books.accounts.values() if item.expense_line}
    return find(line, known, "--expense-line") if line else None


def _id_of(fields: dict[str, Any]) -> str:
    period = Period(fields["start_on"], fields["last_on"] + ONE_DAY).label
    words = (fields["fund"], fields.get("expense_line"), fields.get("programme"), period)
    return slug(" ".join(word for word in words if word), fallback="budget")


def _from_file(app: App, file: Path) -> None:
    """All rows or none."""
    from compliance.commands.tablefile import read_table
    from compliance.ledger.models import Budget
    from compliance.ledger.revise import revise

    rows = read_table(file, _COLUMNS, needed=("fund", "period", "amount"))
    with app.books() as books:
        wanted = [_of_row(app, books, row) for row in rows]
    if len({entity for entity, _fields_ in wanted}) < len(wanted):
        raise UsageError(_("two rows of the file are for the same line and period"))
    with app.writing("record budget") as writing:
        fresh = [
            revision.fact
            for entity, fields in wanted
            if (revision := revise(writing.books, Budget, entity, fields)).fact is not None
        ]
        writing.event.add(*fresh)
    recorded(len(fresh), f"budget {file.name}")


def _of_row(app: App, books: Books, row: TableRow) -> tuple[str, dict[str, Any]]:
    values = dict(row.values)
    currency = values.get("currency") or app.workspace.config.currency
    try:
        minor = _amount(values.get("amount", ""), currency)
        options = {
            key: values.get(key)
            for key in ("fund", "period", "currency", "expense_line", "programme", "title")
        }
        for key in ("fund", "period"):
            if not options[key]:
                raise row.wrong(_("a value is missing: {name}").format(name=key))
        fields = _fields(app, books, {**options, "amount": "0", "document": None}, new=True)
        entity = checked_id(values["id"]) if values.get("id") else _id_of(fields)
    except UsageError as error:
        raise row.wrong(error.what) from None
    except ValueError:
        raise row.wrong(_("“{text}” is not an amount").format(text=values.get("amount", "")[:40])) from None
    return entity, {**fields, "amount_minor": minor}


def _amount(text: str, currency: str) -> int:
    """As files write it, or as people of the interface language do; never below nought."""
    try:
        minor = parse_amount(text, currency, STRICT)
    except ValueError:
        minor = parse_amount(text, currency, TYPED[language()])
    if minor < 0:
        raise ValueError(text)
    return minor
