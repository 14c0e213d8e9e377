"""``balance``: what is where and whose it is; or what came in and went out, by what it was for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from compliance.commands.app import App, pass_app
from compliance.commands.output import Column, emit, format_option, say
from compliance.commands.record_shared import money
from compliance.commands.times import times
from compliance.errors import UsageError
from compliance.i18n import _, day_text
from compliance.ledger.chart import SETTLEMENT_CLASSES
from compliance.periods import parse_period

if TYPE_CHECKING:
    from compliance.ledger.books import Books
    from compliance.reports.classes import FundClasses

_FLOWS = ("source", "source_class", "programme", "expense_line", "purpose")
"""What only income and expenses have: asking by one of these asks what came in and went out."""
_HOLDINGS = ("account", "fund", "currency", "property")
AXES = (*_HOLDINGS, *_FLOWS)
TYPES = ("asset", "liability", "equity", "income", "expense", "all")


@click.command(
    help=_(
        "What is where and whose it is (by account, fund); or what came in and went out (by {flows})."
        " Several may be joined by commas."
    ).format(flows=", ".join(_FLOWS))
)
@click.option("--by", default="account,fund", show_default=True, metavar="AXIS,...", help=_("How to group"))
@click.option(
    "--type", "type_", type=click.Choice(TYPES), help=_("Other accounts than those that hold money")
)
@click.option("--period", metavar="PERIOD", help=_("Only what moved in a period, such as 2025-Q4"))
@click.option(
    "--basis",
    type=click.Choice(("paid", "accrued")),
    default="paid",
    show_default=True,
    help=_("What was spent: as paid, or as incurred whether paid or not"),
)
@times
@format_option
@pass_app
def balance(app: App, /, by: str, type_: str | None, fmt: str, basis: str, period: str | None) -> None:
    axes = _axes(by)
    start, end = _span(period)
    flows = type_ is None and any(axis in _FLOWS for axis in axes)
    with app.books() as books:
        rows = _flow_rows(app, books, axes, start, end, basis) if flows else _rows(app, books, axes, type_, start, end)  # fmt: skip
        lent = [] if flows else _lent(books, end)
    columns = [
        Column(axis if axis in ("currency", *_PLAIN) else f"{axis}_title", _title(axis)) for axis in axes
    ]
    if "currency" not in axes:
        columns.append(Column("currency", _("Currency")))
    figures = ("received_minor", "spent_minor") if flows else ("amount_minor",)
    columns += [Column(figure, _figure(figure), money=True) for figure in figures]
    if fmt == "table":
        rows = [_for_people(app, row) for row in rows]
        rows += _totals(rows, axes[0], figures) if len(rows) > 1 else []
    emit(rows, columns, "balance/1", fmt)
    if fmt == "table" and "fund" in axes:
        for line in lent:
            say(line)


def _for_people(app: App, row: dict[str, Any]) -> dict[str, Any]:
    """The words of the law and of its forms in place of their ids, the id beside a form line: it is typed."""
    from compliance.commands.words import in_words, with_line

    shown = with_line(app.rules, in_words(row))
    if row.get("source_class"):
        shown["source_class"] = app.rules.word(row["source_class"])
    return shown


def _lent(books: Books, end: date | None) -> list[str]:
    """What agreements owe each other: no money of anybody's, but whose it will be."""
    from compliance.ledger.loans import open_loans

    return [
        _(
            "{lender} lent {borrower} {amount} on {day}; to return it: compliance record transfer --repay"
        ).format(
            lender=item.lender,
            borrower=item.borrower,
            amount=money(item.amount_minor, item.currency),
            day=day_text(item.since),
        )
        for item in open_loans(books, end=end)
    ]


_PLAIN = ("source_class", "expense_line", "purpose", "property")


def _axes(by: str) -> list[str]:
    axes = list(dict.fromkeys(part.strip().replace("-", "_") for part in by.split(",") if part.strip()))
    for axis in axes:
        if axis not in AXES:
            raise UsageError(
                _("--by: there is no “{axis}”").format(axis=axis),
                remedy=_("One of: {kinds}").format(kinds=", ".join(AXES)),
            )
    return axes or ["account", "fund"]


def _span(period: str | None) -> tuple[date | None, date | None]:
    """``[start, end)`` that the option means."""
    if not period:
        return None, None
    try:
        span = parse_period(period)
    except ValueError:
        raise UsageError(_("--period: write 2025-Q4, 2025-H2, 2025-12, 2025 or FIRST..LAST")) from None
    return span.start, span.end


def _rows(
    app: App, books: Books, axes: list[str], type_: str | None, start: date | None, end: date | None
) -> list[dict[str, Any]]:
    """Rows of what is not zero, debit positive as in the ledger; without a type, of what holds money."""
    types = None if type_ == "all" else (type_ or "asset",)
    found = _summed(app, books, axes, types, start, end, without=() if type_ else _NO_MONEY)
    return [_row(books, axes, key) | {"amount_minor": total} for key, total in found.items() if total]


def _flow_rows(
    app: App, books: Books, axes: list[str], start: date | None, end: date | None, basis: str
) -> list[dict[str, Any]]:
    """Rows of what came in and went out; ``amount_minor`` is what is left of it."""
    income = _summed(app, books, axes, ("income",), start, end)
    spent = _summed(app, books, axes, ("expense",), start, end)
    if basis == "paid":
        for key, minor in _summed(app, books, axes, None, start, end, of_class=SETTLEMENT_CLASSES).items():
            spent[key] = spent.get(key, 0) + minor
    rows = []
    for key in sorted({*income, *spent}, key=lambda item: tuple(part or "" for part in item)):
        came, went = -income.get(key, 0), spent.get(key, 0)
        if came or went:
            row = {"received_minor": came, "spent_minor": went, "amount_minor": came - went}
            rows.append(_row(books, axes, key) | row)
    return rows


def _summed(
    app: App,
    books: Books,
    axes: list[str],
    types: tuple[str, ...] | None,
    start: date | None,
    end: date | None,
    without: Sequence[str] = (),
    of_class: Sequence[str] = (),
) -> dict[tuple[str | None, ...], int]:
    """Totals by the axes and, last, the currency; accounts of the classes ``without`` are left out."""
    named = [axis for axis in axes if axis != "currency"]
    columns = list(dict.fromkeys(column for axis in named for column in _COLUMNS.get(axis, (axis,))))
    where: dict[str, Sequence[str]] | None = None
    if types or of_class:
        chosen = [
            key
            for key, item in books.accounts.items()
            if (types is None or item.type in types)
            and item.account_class not in without
            and (not of_class or item.account_class in of_class)
        ]
        where = {"account": chosen}
    totals: dict[tuple[str | None, ...], int] = defaultdict(int)
    if where and not where["account"]:
        return totals
    classes = _classes(app, books, end) if "source_class" in axes else None
    for item in books.sums([*columns, "currency"], start=start, end=end, where=where):
        raw = dict(zip([*columns, "currency"], item.key, strict=True))
        key = tuple(_value(books, classes, axis, raw) for axis in named)
        totals[*key, raw["currency"]] += item.amount_minor
    return totals


_NO_MONEY = ("due_from", "in_kind", *SETTLEMENT_CLASSES)
"""Assets that nobody can pay with: claims, and things."""
_COLUMNS = {"source_class": ("source", "fund"), "expense_line": ("expense_line", "account")}
"""What the derived axes are derived from."""


def _value(books: Books, classes: FundClasses | None, axis: str, raw: Mapping[str, str | None]) -> str | None:
    """Where a posting belongs on an axis. A fund's class is that of its receipts: its spending has it too."""
    if axis == "source_class":
        assert classes is not None
        return classes.of_source(raw["source"]) if raw["source"] else classes.of_fund(raw["fund"] or "")
    if axis == "expense_line" and raw["expense_line"] is None:
        account = books.accounts.get(raw["account"] or "")
        return account.expense_line if account else None
    return raw[axis]


def _classes(app: App, books: Books, end: date | None) -> FundClasses:
    from compliance.periods import ONE_DAY, Period
    from compliance.reports.classes import FundClasses

    on = end - ONE_DAY if end else app.today
    regime = next(iter(app.workspace.config.regimes), "")
    return FundClasses(books, app.rules, regime, Period(on, on + ONE_DAY))


def _row(books: Books, axes: list[str], key: tuple[str | None, ...]) -> dict[str, Any]:
    named = [axis for axis in axes if axis != "currency"]
    row: dict[str, Any] = dict(zip([*named, "currency"], key, strict=True))
    groups: dict[str, Mapping[str, Any]] = {
        "account": books.accounts,
        "fund": books.funds,
        "programme": books.programmes,
    }
    for axis in named:
        value = row[axis]
        if axis == "source":
            fact = books.sources.get(value or "")
            row["source_title"] = fact.name if fact and fact.name else value
        elif axis in groups:
            found = groups[axis].get(value or "")
            row[f"{axis}_title"] = _unassigned(value) if found is None else f"{value} {found.title}"
    return row


def _unassigned(value: str | None) -> str | None:
    from compliance.ledger.chart import UNASSIGNED

    return _("not yet sorted") if value == UNASSIGNED else value


def _totals(rows: list[dict[str, Any]], first: str, figures: tuple[str, ...]) -> list[dict[str, Any]]:
    """One line a currency; sums of different currencies would be nonsense."""
    totals: dict[str, dict[str, int]] = defaultdict(lambda: dict.fromkeys(figures, 0))
    for row in rows:
        for figure in figures:
            totals[row["currency"]][figure] += row[figure]
    head = first if first in ("currency", *_PLAIN) else f"{first}_title"
    return [{head: _("Total"), **sums, "currency": currency} for currency, sums in totals.items()]


def _figure(key: str) -> str:
    return {
        "amount_minor": _("Amount"),
        "received_minor": _("Received"),
        "spent_minor": _("Spent"),
    }[key]


def _title(axis: str) -> str:
    return {
        "account": _("Account"),
        "fund": _("Agreement"),
        "currency": _("Currency"),
        "property": _("Property"),
        "source": _("Source"),
        "source_class": _("Class of source"),
        "programme": _("Programme"),
        "expense_line": _("Form line"),
        "purpose": _("Purpose"),
    }[axis]
