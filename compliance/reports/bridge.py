"""From what was paid to what was incurred: the same quarter on both bases, with every step between.

    paid + unpaid - unpaid before - paid ahead + paid ahead before - advances + advances before = accrued

Both ends and all steps are measured apart: the ends from the movement of the period, the steps from
what stood open on its first and last day. ``exchange`` is what a debt in another currency leaves,
because its two days have two rates; without such debts it is nought.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date

from compliance.ledger.chart import is_settlement
from compliance.ledger.valuation import Atom, Tally, value_on
from compliance.periods import ONE_DAY
from compliance.reports.measures import Measures

AXES = ("fund", "expense_line", "programme")


@dataclass(frozen=True, slots=True)
class Bridge:
    """Minor units of the reporting currency, each step with the sign it is added with."""

    paid: int
    unpaid: int
    unpaid_before: int
    prepaid: int
    prepaid_before: int
    advances: int
    advances_before: int
    exchange: int
    accrued: int

    @property
    def adds_up(self) -> bool:
        return sum(int(getattr(self, step.name)) for step in fields(self)) == 2 * self.accrued


@dataclass(frozen=True, slots=True)
class Ties:
    """Both ends by another road, opening + received + exchange - closing: ``money`` of what lies in banks and
    cash, which gives what was paid; ``worth`` of money with what is owed to us less what we owe, which gives
    what was incurred. ``None`` while a rate is missing."""

    money: int | None
    worth: int | None


_STEPS = {"payable": "unpaid", "prepaid": "prepaid", "advance": "advances"}


def bridge(measures: Measures, by: str) -> dict[str | None, Bridge] | None:
    """The bridge for every word of an axis (of ``AXES``); ``None`` while a rate it needs is missing.

    Property and help used up without money are in neither.
    """
    ends: dict[tuple[str | None, str], Tally] = defaultdict(Tally)
    accounts = measures.books.accounts
    for atom in measures.moved:
        facts = measures.facts(atom)
        if facts["account"] != "expense" or facts["property"] != "money":
            continue
        ends[facts[by], "paid"].add(atom, 1)
        if accounts[atom.account].type == "expense":
            ends[facts[by], "accrued"].add(atom, 1)
    for suffix, sign, debts in (("", -1, _closing(measures)), ("_before", 1, _opening(measures))):
        for atom in debts:
            step = _STEPS[accounts[atom.account].account_class or ""]
            ends[measures.facts(atom)[by], step + suffix].add(atom, sign)
    found = {}
    for word in sorted({word for word, _step in ends}, key=lambda item: item or ""):
        sums = {step: ends[word, step].minor for step in _NAMES}
        known = {step: minor for step, minor in sums.items() if minor is not None}
        if len(known) < len(sums):
            return None
        rest = known["accrued"] - sum(minor for step, minor in known.items() if step != "accrued")
        row = Bridge(**known, exchange=rest)
        if any(getattr(row, item.name) for item in fields(row)):
            found[word] = row
    return found


_NAMES = tuple(item.name for item in fields(Bridge) if item.name != "exchange")


_OPEN = ("account", "fund", "currency", "programme", "expense_line")


def _closing(measures: Measures) -> list[Atom]:
    return _debts(measures, measures.period.last)


def _opening(measures: Measures) -> list[Atom]:
    """What was open when the period began; the debts that books take over inside it were open before."""
    period = measures.period
    return _debts(measures, period.start - ONE_DAY) + _debts(measures, period.last, period.start)


def _debts(measures: Measures, on: date, openings_since: date | None = None) -> list[Atom]:
    books, quote = measures.books, measures.currency
    where: dict[str, Sequence[str]] = {
        "account": [key for key, item in books.accounts.items() if is_settlement(item)]
    }
    if openings_since:
        where["kind"] = ["opening"]
    if not where["account"]:
        return []
    found = []
    for item in books.sums(_OPEN, start=openings_since, end=on + ONE_DAY, where=where):
        account, fund, currency, programme, line = item.key
        found.append(
            Atom(
                account=str(account),
                fund=str(fund),
                currency=str(currency),
                source=None,
                programme=programme,
                expense_line=line,
                purpose=None,
                property=None,
                kind="balance",
                amount_minor=item.amount_minor,
                value_minor=value_on(books, item.amount_minor, str(currency), quote, on),
                on=on,
            )
        )
    return found


def total(rows: dict[str | None, Bridge]) -> Bridge:
    return Bridge(**{
        item.name: sum(getattr(row, item.name) for row in rows.values()) for item in fields(Bridge)
    })  # fmt: skip


def ties(measures: Measures) -> Ties:
    """Both ends once more, from figures that the bridge does not use."""
    return Ties(_left(measures, "paid"), _left(measures, "accrued"))


def _left(measures: Measures, basis: str) -> int | None:
    """What is missing at the end of what was there and came in: it was spent."""
    of_money = {"property": frozenset(["money"]), "basis": frozenset([basis])}
    held, came = ({"account": frozenset([kind]), **of_money} for kind in ("asset", "income"))
    parts = (
        (1, measures.measure("opening", held).minor),
        (1, measures.measure("sum", came).minor),
        (1, measures.measure("exchange", {}).minor),
        (-1, measures.measure("closing", held).minor),
    )
    total = 0
    for sign, part in parts:
        if part is None:
            return None
        total += sign * part
    return total
