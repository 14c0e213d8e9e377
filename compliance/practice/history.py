"""The figures on the practice organisation's past filings, as cells of its money report in thousands."""

from __future__ import annotations

from decimal import Decimal

from compliance.money import convert, half_up
from compliance.practice.data import OPENING_DAY, OPENINGS, RATES
from compliance.practice.model import PastFiling

_COLUMN_OF_FUND = {"f1": "foreign", "f2": "foreign", "f3a": "domestic", "f3b": "domestic", "f4": "own"}
_COLUMNS = ("foreign", "domestic", "own", "unknown")
_UNIT_MINOR = 1000_00


def cells(filing: PastFiling) -> dict[str, int]:
    """Cell id -> thousands. The last one before the books begin also tells whose money it was."""
    figures = dict(filing.figures)
    if not figures:
        return {}
    closing = half_up(figures["closing"], _UNIT_MINOR)
    whole = {
        "balance.opening.all": half_up(figures["opening"], _UNIT_MINOR),
        "balance.closing.all": closing,
        "spent.all.all": half_up(figures["spent"], _UNIT_MINOR),
    }
    if filing.period != "2025-Q3":
        return whole
    held = {column: half_up(_held(column), _UNIT_MINOR) for column in _COLUMNS}
    assert sum(held.values()) == closing
    return {f"balance.closing.{column}": value for column, value in held.items()} | whole


def _held(column: str) -> int:
    """Minor roubles held at the opening by the funds of one column."""
    rates = {rate.currency: Decimal(rate.rate) for rate in RATES if rate.on == OPENING_DAY}
    return sum(
        item.amount_minor
        if item.currency == "RUB"
        else convert(item.amount_minor, item.currency, "RUB", rates[item.currency])
        for item in OPENINGS
        if _COLUMN_OF_FUND[item.fund] == column
    )
