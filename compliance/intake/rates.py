"""Which rates the books need and lack, and what a central bank's file would bring them.

A rate on record is never overwritten: where the file says otherwise, that is told. What a file holds
for currencies and days that these books do not meet is left in the file.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from compliance.i18n import _
from compliance.ledger.books import Books
from compliance.ledger.chart import SETTLEMENT_CLASSES
from compliance.ledger.models import Budget, Rate
from compliance.ledger.valuation import closings, is_asset, movements, openings
from compliance.periods import ONE_DAY, Period, aligned
from compliance.ratefiles.model import inverse
from compliance.ratefiles.reading import RateFile
from compliance.reports.budgets import costs, falls

_VALUED = ("income", "expense")
_AT_THE_DAY = ("conversion", *SETTLEMENT_CLASSES)
_STANDS_DAYS = 12
"""A rate stands until the next one is set: over New Year's holidays that is the longest."""


@dataclass(frozen=True, slots=True)
class Offer:
    """One rate of a file as the books would keep it. ``state``: new, same, conflict.

    ``known`` is what the books hold already; ``published_on`` differs from ``on`` where the rate of an
    earlier day stands.
    """

    currency: str
    quote: str
    on: date
    rate: str
    published_on: date
    state: Literal["new", "same", "conflict"]
    known: str | None = None

    def fact(self, origin: str) -> Rate:
        if self.published_on != self.on:
            origin = _("{origin}, the rate of {day} standing").format(
                origin=origin, day=self.published_on.isoformat()
            )
        return Rate(
            entity=f"{self.currency}/{self.quote}/{self.on.isoformat()}",
            currency=self.currency,
            quote=self.quote,
            on_date=self.on,
            rate=self.rate,
            origin=origin,
        )


def needed(books: Books, quote: str, period: Period) -> Iterator[tuple[str, date]]:
    """(currency, day) without a rate: of income, expense and conversion, of what stood at either end, and of spending
    under a budget in that currency."""
    left: Counter[tuple[str, date, str, str]] = Counter()
    for atom in movements(books, quote, period):
        account = books.accounts.get(atom.account)
        if account is None or atom.value_minor is not None or atom.on is None:
            continue
        if account.type in _VALUED or account.account_class in _AT_THE_DAY:
            left[atom.currency, atom.on, atom.account, atom.fund] += atom.amount_minor
    # What was reversed the same day needs no rate: it is worth nothing at any.
    yield from ((currency, on) for (currency, on, _account, _fund), amount in left.items() if amount)
    yield from _budgeted(books, quote, period)
    for atom in (*openings(books, quote, period), *closings(books, quote, period)):
        account = books.accounts.get(atom.account)
        if account is not None and is_asset(account) and atom.value_minor is None and atom.on is not None:
            yield atom.currency, atom.on


def _budgeted(books: Books, quote: str, period: Period) -> Iterator[tuple[str, date]]:
    """Days on which something was spent of a budget in another currency."""
    for budget in books.facts(Budget).values():
        start, end = max(budget.start_on, period.start), min(budget.last_on + ONE_DAY, period.end)
        if budget.currency == quote or start >= end:
            continue
        left: Counter[date] = Counter()
        for atom in costs(books, budget.currency, Period(start, end)):
            line = atom.expense_line or books.accounts[atom.account].expense_line
            unpriced = atom.value_minor is None and atom.currency == quote and atom.on is not None
            if unpriced and atom.on is not None and falls(budget, atom.fund, line, atom.programme):
                left[atom.on] += atom.amount_minor
        # A cost that became a debt was not paid that day.
        yield from ((budget.currency, on) for on, amount in left.items() if amount)


def missing(books: Books, quote: str, starts_on: date | None, before: date) -> dict[tuple[str, date], str]:
    """(currency, day) without a rate -> its quarter, over quarters that ended before a day."""
    wanted: dict[tuple[str, date], str] = {}
    first = starts_on or first_day(books)
    period = aligned(first, 3) if first else None
    while period is not None and period.last < before:
        for pair in needed(books, quote, period):
            wanted.setdefault(pair, period.label)
        period = aligned(period.end, 3)
    return dict(sorted(wanted.items()))


def first_day(books: Books) -> date | None:
    """The first day of the books: the one after what was entered first, the opening balances."""
    for entry in books.entries():
        return entry.on + ONE_DAY
    return None


def standing(books: Books, currency: str, quote: str, on: date) -> tuple[date, Decimal] | None:
    """The newest rate on record before ``on``, if it may still stand then."""
    known = [
        (day, rate)
        for (one, other, day), rate in books.rates.items()
        if (one, other) == (currency, quote) and day < on and (on - day).days <= _STANDS_DAYS
    ]
    return max(known) if known else None


def currencies(books: Books, quote: str) -> set[str]:
    """Foreign currencies that these books meet."""
    kept = {account.currency for account in books.accounts.values() if account.currency}
    moved = {str(item.key[0]) for item in books.sums(("currency",))}
    return {name for name in kept | moved if name} - {quote}


def offers(
    books: Books, file: RateFile, quote: str, wanted: Iterable[str], *, start: date | None
) -> list[Offer]:
    """What the file brings for the ``wanted`` currencies in ``quote``, from ``start`` on, by currency and day."""
    found: dict[tuple[str, date], tuple[str, date]] = {}
    chosen = set(wanted)
    for item in file.rates:
        if start is not None and item.on < start:
            continue
        if item.quote == quote and item.currency in chosen:
            found[item.currency, item.on] = (_text(item.rate), item.on)
        elif item.currency == quote and item.quote in chosen:
            found[item.quote, item.on] = (_text(inverse(item.rate)), item.on)
    return [
        _offer(books, currency, quote, on, rate, published)
        for (currency, on), (rate, published) in sorted(found.items())
    ]


def carried(books: Books, brought: Sequence[Offer], missing: Iterable[tuple[str, date]]) -> list[Offer]:
    """For days that the books lack and the file passes over: the rate that stood, of the file's last day before."""
    has = {(item.currency, item.on) for item in brought}
    found = []
    for currency, on in sorted(set(missing) - has):
        own = [item for item in brought if item.currency == currency]
        before = [item for item in own if item.on < on and (on - item.on).days <= _STANDS_DAYS]
        # Only between two days of the file: after its last day another rate may have been set.
        if before and any(item.on > on for item in own):
            last = before[-1]
            found.append(_offer(books, currency, last.quote, on, last.rate, last.on))
    return found


def _offer(books: Books, currency: str, quote: str, on: date, rate: str, published: date) -> Offer:
    known = books.rates.get((currency, quote, on))
    if known is None:
        return Offer(currency, quote, on, rate, published, "new")
    state: Literal["same", "conflict"] = "same" if known == Decimal(rate) else "conflict"
    return Offer(currency, quote, on, rate, published, state, _text(known))


def _text(rate: Decimal) -> str:
    return f"{rate:f}"
