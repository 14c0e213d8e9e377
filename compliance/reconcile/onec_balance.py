"""1C: the trial balance (оборотно-сальдовая ведомость), of all accounts or of one, XLSX or CSV.

Balances and turnovers in debit and credit; under an account its sub-accounts and analytics, and rows
with other indicators (БУ, Вал.). Accounts outside the double entry are no part of the totals.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from compliance.errors import InputError
from compliance.i18n import _
from compliance.reconcile.model import Balance, Theirs
from compliance.reconcile.onec import (
    BESIDE,
    CODE,
    HEADER_WITHIN,
    HOME,
    PROGRAM,
    indicates,
    title_span,
    words_of,
)
from compliance.tables import Row, minor_of


def is_balance(rows: Sequence[Row]) -> bool:
    return any(
        {"сальдо на начало периода", "обороты за период"} <= set(words_of(row))
        for row in rows[:HEADER_WITHIN]
    )


def read_balance(rows: Sequence[Row], place: str) -> Theirs:
    at = next(number for number, row in enumerate(rows[:HEADER_WITHIN]) if is_balance([row]))
    below = words_of(rows[at + 1]) if at + 1 < len(rows) else []
    sides = [number for number, text in enumerate(below) if text in ("дебет", "кредит")]
    if len(sides) != 6:
        raise InputError(
            _("the header of the trial balance is not the one we know"),
            place=rows[at].place,
            remedy=_(
                "Save the report from 1C with opening balance, turnover and closing balance, debit and credit."
            ),
        )
    indicator = next(
        (number for number, text in enumerate(words_of(rows[at])) if indicates(text)),
        None,
    )
    balances, total = [], None
    account = analytic = ""
    for row in rows[at + 2 :]:
        first = _first(row)
        if first.lower() == "итого":
            total = [minor_of(row.at(column), HOME, row.place) for column in sides]
            break
        foreign = indicator is not None and row.text(indicator).lower().startswith("вал")
        if first and CODE.match(first):
            account, analytic = first, ""
        elif first and BESIDE.match(first):
            account = ""
        elif first:
            analytic = " ".join(first.split())
        if account and (indicator is None or foreign or row.text(indicator) in ("", "БУ")):
            balances.append(_balance(row, sides, account, analytic, foreign))
    span = title_span(rows[:at])
    if span is None:
        raise InputError(_("the file does not say which days it covers"), place=place)
    _prove_balance(balances, total, place)
    return Theirs(PROGRAM, "balance", span, "", None, (), tuple(balances), place)


def _first(row: Row) -> str:
    cell = row.at(0)
    if isinstance(cell, Decimal):
        whole = cell == cell.to_integral_value()
        return f"{int(cell):02}" if whole else f"{cell:.2f}"
    return row.text(0)


def _balance(row: Row, sides: Sequence[int], account: str, analytic: str, foreign: bool) -> Balance:
    start_debit, start_credit, debit, credit, end_debit, end_credit = (
        minor_of(row.at(column), HOME, row.place) for column in sides
    )
    opening, closing = start_debit - start_credit, end_debit - end_credit
    if opening + debit - credit != closing:
        raise InputError(
            _("opening balance and turnover of this row do not give its closing balance"), place=row.place
        )
    return Balance(account, analytic, opening, debit, credit, closing, foreign, row.place)


def _prove_balance(balances: Sequence[Balance], total: Sequence[int] | None, place: str) -> None:
    """Accounts without a parent in the list add up to the row of totals."""
    codes = {item.account for item in balances}
    top = [
        item
        for item in balances
        if not item.analytic
        and not item.in_currency
        and not any(item.account.startswith(f"{code}.") for code in codes if code != item.account)
    ]
    if total is None:
        raise InputError(_("the trial balance has no row of totals"), place=place)
    debit, credit = sum(item.debit_minor for item in top), sum(item.credit_minor for item in top)
    if [debit, credit] != list(total[2:4]):
        raise InputError(
            _("the accounts do not add up to the row of totals"),
            place=place,
            remedy=_("A row was lost or changed. Save the report from 1C again."),
        )
