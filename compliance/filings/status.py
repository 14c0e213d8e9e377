"""How the organisation stands, on one or two pages: deadlines, money by month, spending against budgets, how long each
agreement lasts. Sums of the books, in the currency of reports; nothing about a person.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from compliance.checks.registry import Context, Outcome
from compliance.deadlines import Deadline
from compliance.filings.agenda import due
from compliance.i18n import month_name
from compliance.ledger.books import Sum
from compliance.ledger.lines import uncleared
from compliance.ledger.valuation import is_asset, value_on
from compliance.periods import ONE_DAY, Period, add_months
from compliance.reports.budgets import BudgetLine, budget_lines

_MONTHS = 12
_PACE_MONTHS = 3
"""Spending of so many months says how long the rest lasts; our measure, not a forecast of anybody's."""


@dataclass(frozen=True, slots=True)
class Month:
    """Receipts of one month in minor units of the currency of reports, by class of their source."""

    first: date
    by_class: dict[str, int]

    @property
    def title(self) -> str:
        return f"{month_name(self.first.month)} {self.first.year}"

    @property
    def total_minor(self) -> int:
        return sum(self.by_class.values())


@dataclass(frozen=True, slots=True)
class Runway:
    """An agreement's money now, and what it spent a month of late; ``months`` is ``None`` where it spent nothing."""

    fund: str
    title: str
    left_minor: int
    pace_minor: int

    @property
    def months(self) -> float | None:
        return None if self.pace_minor <= 0 else max(self.left_minor, 0) / self.pace_minor


@dataclass(frozen=True, slots=True)
class Status:
    """``programmes``: title and what was paid in the months shown, the largest first; ``unvalued`` counts sums left out
    because a rate is missing."""

    today: date
    currency: str
    due: list[Deadline]
    classes: list[str]
    months: list[Month]
    budgets: list[BudgetLine]
    programmes: list[tuple[str, int]]
    runways: list[Runway]
    unsorted: int
    open: int
    decided: int
    unvalued: int


def status(context: Context, outcome: Outcome) -> Status:
    """As of today; months are the last twelve, those before the books began left out."""
    months, unvalued = _months(context)
    runways, more = _runways(context)
    programmes, yet_more = _programmes(context, months[0].first)
    return Status(
        today=context.today,
        currency=context.config.currency,
        due=due(context),
        classes=sorted({name for month in months for name in month.by_class}),
        months=months,
        budgets=list(budget_lines(context.books, context.today, None)),
        programmes=programmes,
        runways=runways,
        unsorted=sum(1 for _line in uncleared(context.books)),
        open=len(outcome.open),
        decided=len(outcome.decided),
        unvalued=unvalued + more + yet_more,
    )


def _months(context: Context) -> tuple[list[Month], int]:
    books = context.books
    this = context.today.replace(day=1)
    first = max(add_months(this, 1 - _MONTHS), (context.config.starts_on or date.min).replace(day=1))
    sums: dict[date, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    unvalued = 0
    for key, on, value in _each_day(context, "source", "income", first):
        source = books.sources.get(str(key))
        if value is None or source is None:
            unvalued += 1
            continue
        sums[on.replace(day=1)][context.rules.source_class(source, books.sources, on)] -= value
    months, month = [], first
    while month <= this:
        months.append(Month(month, dict(sums[month])))
        month = add_months(month, 1)
    return months, unvalued


def _programmes(context: Context, first: date) -> tuple[list[tuple[str, int]], int]:
    """What each programme was paid for since ``first``, the largest first; what names none is not among them."""
    known = context.books.programmes
    sums: dict[str, int] = defaultdict(int)
    unvalued = 0
    for key, _on, value in _each_day(context, "programme", "expense", first):
        if value is None:
            unvalued += 1
        elif key is not None:
            sums[str(key)] += value
    titled = [(known[key].title, minor) for key, minor in sums.items() if key in known]
    return sorted(titled, key=lambda item: (-item[1], item[0])), unvalued


def _each_day(
    context: Context, what: str, kind: str, first: date
) -> Iterator[tuple[str | int | None, date, int | None]]:
    """Since ``first``, what was booked each day on accounts of a kind, by ``what`` it was for: minor units of the
    currency of reports, debits positive; ``None`` where a rate is missing."""
    books = context.books
    accounts = [key for key, item in books.accounts.items() if item.type == kind]
    for item in books.sums(
        (what, "currency"),
        start=first,
        end=context.today + ONE_DAY,
        where={"account": accounts},
        by_day=True,
    ):
        key, held, day = item.key
        on = date.fromisoformat(str(day))
        yield key, on, value_on(books, item.amount_minor, str(held), context.config.currency, on)


def _runways(context: Context) -> tuple[list[Runway], int]:
    """Agreements that hold money, by how long it lasts."""
    books, today = context.books, context.today
    places = [key for key, item in books.accounts.items() if is_asset(item)]
    expenses = [key for key, item in books.accounts.items() if item.type == "expense"]
    span = Period(add_months(today, -_PACE_MONTHS), today + ONE_DAY)
    left, unvalued = _by_fund(context, books.sums(("fund", "currency"), where={"account": places}))
    spent, more = _by_fund(
        context, books.sums(("fund", "currency"), start=span.start, end=span.end, where={"account": expenses})
    )
    found = [
        Runway(key, books.funds[key].title, minor, spent.get(key, 0) // _PACE_MONTHS)
        for key, minor in left.items()
        if key in books.funds and minor
    ]
    return sorted(found, key=lambda item: (item.months is None, item.months or 0, item.fund)), unvalued + more


def _by_fund(context: Context, sums: Sequence[Sum]) -> tuple[dict[str, int], int]:
    """Fund -> minor units of the currency of reports, foreign money at the rate of today or the last one before."""
    found: dict[str, int] = defaultdict(int)
    unvalued = 0
    for item in sums:
        fund, held = item.key
        value = _valued(context, item.amount_minor, str(held))
        if value is None:
            unvalued += 1
        elif fund is not None:
            found[str(fund)] += value
    return dict(found), unvalued


def _valued(context: Context, minor: int, held: str) -> int | None:
    """At the newest rate of the last month; ``None`` where there is none."""
    for back in range(32):
        value = value_on(
            context.books,
            minor,
            held,
            context.config.currency,
            date.fromordinal(context.today.toordinal() - back),
        )
        if value is not None:
            return value
    return None
