"""What an agreement allowed for each of its lines, and what became of it by a day.

Actual is what was paid, prepayments and advances with it; committed is what is owed and not paid;
the forecast is the present pace carried to the period's end, never less than paid and owed together.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from compliance.ledger.books import Books
from compliance.ledger.chart import is_settlement
from compliance.ledger.debts import Debt, open_debts
from compliance.ledger.models import Budget
from compliance.ledger.valuation import Atom, Tally, both_ways, movements, value_on
from compliance.money import half_up
from compliance.periods import ONE_DAY, Period

NEAR_PERCENT = 90
"""From this share of its budget on a line is near its limit; our threshold, not a donor's."""


@dataclass(frozen=True, slots=True)
class BudgetLine:
    """One budget by a day, in minor units of its own currency; ``None`` while a rate is missing."""

    budget: Budget
    period: Period
    actual: int | None
    committed: int | None
    forecast: int | None

    @property
    def used(self) -> int | None:
        """Paid and owed together."""
        return None if self.actual is None or self.committed is None else self.actual + self.committed

    @property
    def left(self) -> int | None:
        return None if self.used is None else self.budget.amount_minor - self.used

    def running(self, on: date) -> bool:
        return self.period.start <= on <= self.period.last

    @property
    def is_overspent(self) -> bool:
        return self.actual is not None and self.actual > self.budget.amount_minor

    def is_near(self, on: date) -> bool:
        """While it runs: mostly used up, or it would not last at this pace. Later: what is owed breaks it."""
        plan, used = self.budget.amount_minor, self.used
        if used is None or self.is_overspent:
            return False
        if not self.running(on):
            return used > plan
        return used * 100 >= plan * NEAR_PERCENT or (self.forecast or 0) > plan


def budget_lines(books: Books, on: date, funds: Iterable[str] | None = None) -> list[BudgetLine]:
    """Every budget (of some agreements) as it stands after the day ``on``; those to come have nothing yet."""
    wanted = set(funds) if funds is not None else None
    spent: dict[tuple[str, Period], list[Atom]] = {}
    debts = open_debts(books, end=on + ONE_DAY)
    found = []
    for budget in books.facts(Budget).values():
        if wanted is not None and budget.fund not in wanted:
            continue
        period = Period(budget.start_on, budget.last_on + ONE_DAY)
        so_far = Period(period.start, min(period.end, on + ONE_DAY)) if on >= period.start else None
        if so_far is not None and (budget.currency, so_far) not in spent:
            spent[budget.currency, so_far] = list(costs(books, budget.currency, so_far))
        atoms = spent[budget.currency, so_far] if so_far is not None else []
        found.append(_line(books, budget, period, atoms, debts if so_far else [], on))
    return sorted(found, key=lambda item: (item.budget.fund, item.period, item.budget.entity))


def costs(books: Books, currency: str, period: Period) -> Iterator[Atom]:
    """What was paid in ``period``, prepayments and advances with it: postings that together are it."""
    for atom in movements(both_ways(books), currency, period):
        account = books.accounts[atom.account]
        if (account.type == "expense" or is_settlement(account)) and atom.property is None:
            yield atom


def _line(
    books: Books, budget: Budget, period: Period, atoms: list[Atom], debts: list[Debt], on: date
) -> BudgetLine:
    paid = Tally()
    for atom in atoms:
        line = atom.expense_line or books.accounts[atom.account].expense_line
        if falls(budget, atom.fund, line, atom.programme):
            paid.add(atom, 1)
    owed = [
        _worth(books, item, budget.currency, on)
        for item in debts
        if item.kind == "payable" and falls(budget, item.fund, item.expense_line, item.programme)
    ]
    known = [part for part in owed if part is not None]
    committed = sum(known) if len(known) == len(owed) else None
    actual = paid.minor
    if actual is None or committed is None:
        return BudgetLine(budget, period, actual, committed, None)
    elapsed, whole = (min(on, period.last) - period.start).days + 1, (period.end - period.start).days
    pace = half_up(actual * whole, elapsed) if elapsed > 0 else 0
    return BudgetLine(budget, period, actual, committed, max(pace, actual + committed))


def _worth(books: Books, debt: Debt, currency: str, on: date) -> int | None:
    """What is owed, at the newest rate known by then: at which it will be paid nobody knows."""
    days = [day for one, other, day in books.rates if {one, other} == {debt.currency, currency} and day <= on]
    return value_on(both_ways(books), debt.amount_minor, debt.currency, currency, max(days, default=on))


def falls(budget: Budget, fund: str, line: str | None, programme: str | None) -> bool:
    return (
        fund == budget.fund and budget.expense_line in (None, line) and budget.programme in (None, programme)
    )
