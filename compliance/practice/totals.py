"""The practice organisation's own sums, to hold against what the program says of the same books.

Foreign money is valued by the rate of exactly that day. What exchange did is the residue of a
fund's table and never an expense.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from compliance.money import convert
from compliance.practice.data import LAST, OPENING_DAY
from compliance.practice.model import Practice

SPENDING = ("expense", "fee", "debt", "prepayment", "advance")
RECEIPTS = ("income", "refund")


@dataclass(frozen=True, slots=True)
class MoneyRow:
    """One fund's quarter in RUB minor units; ``spent`` is positive."""

    opening: int
    received: int
    exchange: int
    spent: int
    closing: int


def in_roubles(practice: Practice, amount_minor: int, currency: str, on: date) -> int:
    """``LookupError`` where no rate of that day is known."""
    if currency == "RUB" or amount_minor == 0:
        return amount_minor
    for rate in practice.rates:
        if (rate.currency, rate.on) == (currency, on):
            return convert(amount_minor, currency, "RUB", Decimal(rate.rate))
    raise LookupError(f"{currency} {on}")


def opening_places(practice: Practice) -> dict[tuple[str, str], int]:
    """(account, fund) -> minor units of the account's currency."""
    return {(item.account, item.fund): item.amount_minor for item in practice.openings}


def closing_places(practice: Practice) -> dict[tuple[str, str], int]:
    places: Counter[tuple[str, str]] = Counter(opening_places(practice))
    for event in practice.events:
        for part in event.parts:
            places[event.account, part.fund] += part.amount_minor
    return {place: amount for place, amount in places.items() if amount}


def spent(practice: Practice) -> dict[tuple[str, str], int]:
    """(fund, form line) -> RUB minor units, positive."""
    table: Counter[tuple[str, str]] = Counter()
    for event in practice.events:
        for part in event.parts:
            if part.kind in SPENDING:
                assert part.line is not None, event.id
                table[part.fund, part.line] -= in_roubles(
                    practice, part.amount_minor, event.currency, event.on
                )
    return dict(table)


def received(practice: Practice) -> dict[tuple[str, str], int]:
    """(fund, source) -> RUB minor units."""
    table: Counter[tuple[str, str]] = Counter()
    for event in practice.events:
        for part in event.parts:
            if part.kind in RECEIPTS:
                assert part.source is not None, event.id
                table[part.fund, part.source] += in_roubles(
                    practice, part.amount_minor, event.currency, event.on
                )
    return dict(table)


def money(practice: Practice) -> dict[str, MoneyRow]:
    """Fund -> its row of the money table."""
    currency = {account.id: account.currency for account in practice.accounts}
    sums: dict[str, Counter[str]] = defaultdict(Counter)
    for name, places, day in (
        ("opening", opening_places(practice), OPENING_DAY),
        ("closing", closing_places(practice), LAST),
    ):
        for (account, fund), amount in places.items():
            sums[fund][name] += in_roubles(practice, amount, currency[account], day)
    for (fund, _line), amount in spent(practice).items():
        sums[fund]["spent"] += amount
    for (fund, _source), amount in received(practice).items():
        sums[fund]["received"] += amount
    return {fund: _row(total) for fund, total in sums.items()}


def _row(total: Counter[str]) -> MoneyRow:
    exchange = total["closing"] - total["opening"] - total["received"] + total["spent"]
    return MoneyRow(total["opening"], total["received"], exchange, total["spent"], total["closing"])


def foreign_receipts(practice: Practice) -> int:
    """RUB minor units from sources that are foreign themselves or act for one that is."""
    sources = {source.id: source for source in practice.sources}
    abroad = ("foreign_", "international_", "stateless")

    def foreign(source: str) -> bool:
        facts = sources[source]
        return facts.kind.startswith(abroad) or (facts.acts_for is not None and foreign(facts.acts_for))

    return sum(amount for (_fund, source), amount in received(practice).items() if foreign(source))


def in_transit(practice: Practice) -> dict[str, int]:
    """Pair -> minor units of RUB or EUR moves whose second leg nobody recognised as one."""
    left: Counter[str] = Counter()
    for event in practice.events:
        for part in event.parts:
            if part.kind == "transfer" and event.pair:
                left[event.pair] += part.amount_minor
    return {pair: amount for pair, amount in left.items() if amount}


def bridge(practice: Practice) -> tuple[int, int]:
    """Spent as paid and as accrued, RUB minor units."""
    paid = sum(row.spent for row in money(practice).values())
    return paid, paid + sum(step.amount_minor for step in practice.accruals)
