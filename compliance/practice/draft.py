"""Small makers of events, used by the modules that tell the quarter's story."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from compliance.periods import ONE_DAY
from compliance.practice.data import BANK_A, BANK_B, LAST, OWN, START
from compliance.practice.dice import Dice, account_number, tax_id
from compliance.practice.model import Event, Part, Party

QUIET_MONDAY = date(2025, 11, 17)
"""Nothing moves on А2 this day, and one payment on А1: a statement that forgets it still looks whole."""
_DAYS_OFF = {date(2025, 11, 3), date(2025, 11, 4), date(2025, 12, 31)}
_WORKING_SATURDAYS = {date(2025, 11, 1)}
MONTHS = dict(
    enumerate("январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь декабрь".split(), 1)
)

BANK_PARTY = {
    "a1": Party(BANK_A[1], tax_id("000020090"), account_number("40702810000000000001", BANK_A[0]), *BANK_A),
    "a2": Party(BANK_B[1], tax_id("000020091"), account_number("40702810000000000002", BANK_B[0]), *BANK_B),
}


def working_days(first: date = START, last: date = LAST) -> list[date]:
    """Working days of the quarter in ``[first, last]``, the quiet Monday left out."""
    span = [first + ONE_DAY * count for count in range((last - first).days + 1)]
    return [
        day
        for day in span
        if day in _WORKING_SATURDAYS or (day.weekday() < 5 and day not in _DAYS_OFF and day != QUIET_MONDAY)
    ]


def spread(count: int, days: Sequence[date], dice: Dice) -> list[date]:
    """``count`` days, one from each of as many equal stretches of ``days``."""
    return [days[(index * len(days) + dice.below(len(days))) // count] for index in range(count)]


def month_name(day: date) -> str:
    return f"{MONTHS[day.month]} {day.year} г."


def event(account: str, on: date, parts: Sequence[Part], party: Party, purpose: str, **more: Any) -> Event:
    """An event whose amount is the sum of its parts; ids and references come when all are known."""
    return Event(
        id="",
        account=account,
        on=on,
        currency="EUR" if account in ("a3", "transit-eur") else "RUB",
        amount_minor=sum(part.amount_minor for part in parts),
        party=party,
        purpose=purpose,
        reference=more.pop("reference", ""),
        parts=tuple(parts),
        **more,
    )


def moved(
    out: str, into: str, on: date, amount: int, fund: str, pair: str, purpose: str, **more: Any
) -> list[Event]:
    """Both legs of a transfer between own accounts; ``arrives`` is the day of the second leg."""
    arrives = more.pop("arrives", on)
    tag = more.pop("tag", None)
    leave = Part("transfer", fund, -amount, counter=into)
    enter = Part("transfer", fund, amount, counter=out)
    return [
        event(out, on, [leave], OWN[into], purpose, pair=pair, tag=tag),
        event(into, arrives, [enter], OWN[out], purpose, pair=pair, tag=tag),
    ]
