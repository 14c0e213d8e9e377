"""The figures on the practice organisation's past filings, as cells of its money report in thousands."""

from __future__ import annotations

from decimal import Decimal

from compliance.money import convert, half_up
from compliance.practice.data import OPENING_DAY, OPENINGS, RATES
from compliance.practice.model import PastFiling

_FOREIGN_FUNDS = ("f1", "f2")
_UNIT_MINOR = 1000_00


def cells(filing: PastFiling) -> dict[str, int]:
    """Cell id -> thousands. The last one before the books begin also tells foreign from other money."""
    figures = dict(filing.figures)
    if not figures:
        return {}
    closing = half_up(figures["closing"], _UNIT_MINOR)
    if filing.period != "2025-Q3":
        return {"balance.closing.all": closing}
    foreign, other = (half_up(_held(foreign=flag), _UNIT_MINOR) for flag in (True, False))
    assert foreign + other == closing
    return {
        "balance.closing.foreign": foreign,
        "balance.closing.domestic": other,
        "balance.closing.all": closing,
    }


def _held(*, foreign: bool) -> int:
    """Minor roubles held at the opening by the funds of one side."""
    rates = {rate.currency: Decimal(rate.rate) for rate in RATES if rate.on == OPENING_DAY}
    return sum(
        item.amount_minor
        if item.currency == "RUB"
        else convert(item.amount_minor, item.currency, "RUB", rates[item.currency])
        for item in OPENINGS
        if (item.fund in _FOREIGN_FUNDS) == foreign
    )
