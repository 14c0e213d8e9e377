"""Lines that the law draws over sums of postings: thresholds that start a duty, caps that must be kept.

A threshold in money is looked at posting by posting, by the law of each posting's day; a share of
something, and a cap, by the law of the window's last day, for only then is the whole known. A window
that is not over yet is looked at as it stands.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_DOWN, Decimal

from compliance.ledger.books import Books
from compliance.money import Money
from compliance.periods import ONE_DAY, Period
from compliance.reports.measures import Measures
from compliance.rules import Rule, Rules
from compliance.rules.amounts import Amount
from compliance.rules.money_rules import MoneyBlock
from compliance.rules.obligations import periods

_AHEAD = timedelta(days=3 * 366)


@dataclass(frozen=True, slots=True)
class Crossing:
    """A threshold was crossed on ``on``, for the ``times``-th multiple; ``window`` is what was counted."""

    on: date
    times: int
    window: Period


@dataclass(frozen=True, slots=True)
class Used:
    """How much of a cap was used in a window, in minor units of the reporting currency.

    ``carried_minor`` is what was left of earlier windows and may still be used; ``over_minor`` what
    was used beyond both.
    """

    window: Period
    used_minor: int
    allowed_minor: int
    carried_minor: int
    over_minor: int


@dataclass(frozen=True, slots=True)
class Ledger:
    """What the lines are drawn over. ``since`` is the first day that counts, ``until`` the last."""

    books: Books
    rules: Rules
    currency: str
    since: date
    until: date
    facts: Mapping[str, date]


def crossings(rule: Rule[MoneyBlock], ledger: Ledger) -> list[Crossing]:
    """When a threshold was crossed. Nothing for a sum whose rates are missing: that is a finding of its own."""
    found: list[Crossing] = []
    for window in _windows(rule, ledger):
        last = min(window.last, ledger.until)
        law = rule.on(last)
        if law is None or law.block.amount is None:
            continue
        if law.block.of is not None or isinstance(law.block.reaches or law.block.exceeds, Decimal):
            if _share_is_crossed(law.block, rule, ledger, Period(window.start, last + ONE_DAY)):
                found.append(Crossing(last, 1, window))
        else:
            found += _one_by_one(rule, ledger, window)
    return found


def _one_by_one(rule: Rule[MoneyBlock], ledger: Ledger, window: Period) -> Iterator[Crossing]:
    measures = _measures(rule, ledger, Period(window.start, min(window.last, ledger.until) + ONE_DAY))
    total = reached = 0
    for day, minor in _by_day(measures, rule):
        law = rule.on(day)
        if law is None:
            continue
        total += minor
        times = _times(law.block, total)
        if times > reached:
            reached = times
            yield Crossing(day, times, window)


def _times(block: MoneyBlock, total: int) -> int:
    line, strictly = (block.reaches, False) if block.reaches is not None else (block.exceeds, True)
    assert isinstance(line, Money)
    if line.amount_minor == 0:
        return int(total > 0 if strictly else total >= 0)
    times = max(total - int(strictly), 0) // line.amount_minor
    return times if block.multiples else min(times, 1)


def _by_day(measures: Measures, rule: Rule[MoneyBlock]) -> Iterator[tuple[date, int]]:
    """Valued postings that the rule's amount measures, in order of their days."""
    amounts = [
        block.amount for _day, block in sorted(rule.provision.terms.items()) if block.amount is not None
    ]
    select = amounts[-1].sum if amounts else None
    items = measures.moved_one_by_one(select.axes()) if select is not None else []
    for item in sorted(items, key=lambda each: (each.entry.on, each.entry.id)):
        if item.atom.value_minor is not None:
            yield item.entry.on, item.atom.value_minor * measures.sign(item.atom)


def _share_is_crossed(block: MoneyBlock, rule: Rule[MoneyBlock], ledger: Ledger, window: Period) -> bool:
    assert block.amount is not None
    measures = _measures(rule, ledger, window)
    part = measured(block.amount, measures)
    whole = measured(block.of, measures) if block.of is not None else None
    if part is None or whole is None or whole <= 0:
        return False
    line = block.reaches if block.reaches is not None else block.exceeds
    assert isinstance(line, Decimal)
    share = Decimal(part) / Decimal(whole)
    return share >= line if block.reaches is not None else share > line


def uses(rule: Rule[MoneyBlock], ledger: Ledger) -> list[Used]:
    """A cap in each window that has begun, the oldest first, with what earlier windows left over."""
    found: list[Used] = []
    left: list[int] = []
    for window in _windows(rule, ledger):
        last = min(window.last, ledger.until)
        law = rule.on(last)
        if law is None or law.block.amount is None or law.block.of is None or law.block.at_most is None:
            continue
        measures = _measures(rule, ledger, Period(window.start, last + ONE_DAY))
        used, base = measured(law.block.amount, measures), measured(law.block.of, measures)
        if used is None or base is None:
            continue
        allowed = int((Decimal(base) * law.block.at_most).to_integral_value(ROUND_DOWN))
        keep = law.block.carry_forward or 0
        carried = sum(left[-keep:]) if keep else 0
        over = max(used - allowed - carried, 0)
        found.append(Used(window, used, allowed, carried, over))
        left.append(max(allowed - max(used - carried, 0), 0))
    return found


def measured(amount: Amount, measures: Measures) -> int | None:
    """An amount of the rules' grammar in minor units, rounded down; ``None`` while a rate is missing."""
    if amount.measured is not None:
        assert amount.kind is not None
        return measures.measure(amount.kind, amount.measured.axes()).minor
    parts = [measured(item, measures) for item in amount.operands if isinstance(item, Amount)]
    known = [part for part in parts if part is not None]
    if len(known) < len(amount.operands):
        return None
    if amount.total is not None:
        plus = len(amount.total)
        return sum(known[:plus]) - sum(known[plus:])
    if amount.share is not None:
        return int((Decimal(known[0]) * amount.share).to_integral_value(ROUND_DOWN))
    return min(known) if amount.least is not None else None


def _windows(rule: Rule[MoneyBlock], ledger: Ledger) -> Iterator[Period]:
    """What the rule counts over; one window since the first day where it names none."""
    within = next(
        (block.within for _day, block in sorted(rule.provision.terms.items(), reverse=True) if block.within),
        None,
    )
    if within is None:
        yield Period(ledger.since, ledger.until + ONE_DAY)
        return
    for window in periods(within, ledger.since, ledger.until + _AHEAD, dict(ledger.facts)):
        if window.start > ledger.until:
            return
        yield window


def _measures(rule: Rule[MoneyBlock], ledger: Ledger, window: Period) -> Measures:
    return Measures(ledger.books, ledger.rules, rule.pack.id, ledger.currency, window)
