"""Amounts in the reporting currency, from dated rates. Nothing here is ever stored.

A posting is worth its amount at the rate of its own day; a balance is worth its amount at the rate
of the balance day. What lies between the two is the exchange effect, and it is computed from what
causes it: currency converted (`conversion` accounts), currency held while its rate moved, and the
kopecks that rounding each posting by itself leaves. So *opening + received + exchange - spent =
closing* is an equation that can fail, not a definition.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from copy import copy
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from compliance.ledger.books import AXES, Books, Entry, Sum
from compliance.ledger.chart import is_settlement
from compliance.ledger.models import Account
from compliance.money import convert
from compliance.periods import ONE_DAY, Period


@dataclass(frozen=True, slots=True, order=True)
class Missing:
    """A rate nobody recorded: ``currency`` in ``quote`` on the day ``on``."""

    currency: str
    quote: str
    on: date

    @property
    def subject(self) -> str:
        """``EUR/RUB/2025-11-20``: the entity that recording the rate would give it."""
        return f"{self.currency}/{self.quote}/{self.on.isoformat()}"


@dataclass(frozen=True, slots=True)
class Atom:
    """Postings that no rule can tell apart, with their value in the reporting currency.

    One atom is a whole group in the reporting currency (``on`` is ``None``), one posting or one
    balance in any other. ``amount_minor`` and ``value_minor`` are debit positive; ``value_minor`` is
    ``None`` where the rate of ``on`` is missing.
    """

    account: str
    fund: str
    currency: str
    source: str | None
    programme: str | None
    expense_line: str | None
    purpose: str | None
    property: str | None
    kind: str
    amount_minor: int
    value_minor: int | None
    on: date | None = None
    source_class: str | None = None
    source_kind: str | None = None
    """Only where a pooled agreement's money is in parts: whose part it is."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """What exchange rates did to one fund in one period, in the reporting currency; a gain is positive.

    ``total_minor`` = conversion + revaluation + rounding. It does not depend on the rates of days on
    which currency was only converted, so it may be known where the parts are ``None``.
    """

    fund: str
    conversion_minor: int | None
    revaluation_minor: int | None
    rounding_minor: int | None
    total_minor: int | None
    missing: frozenset[Missing] = frozenset()
    source_class: str | None = None
    source_kind: str | None = None


def is_asset(account: Account) -> bool:
    """Whether a balance counts as held. What one agreement owes another is a negative asset: the two
    sides of a loan between own agreements cancel, and neither side received or spent anything. What
    was paid ahead is no longer held."""
    if is_settlement(account):
        return False
    return account.type == "asset" or account.account_class == "due_to"


def rate_on(books: Books, currency: str, quote: str, on: date) -> Decimal | None:
    """Units of ``quote`` for one of ``currency`` on exactly that day; ``None`` where nobody recorded it."""
    return Decimal(1) if currency == quote else books.rates.get((currency, quote, on))


def both_ways(books: Books) -> Books:
    """The same books, with each rate the other way round too where that is not on record: for what is followed among
    ourselves (a budget in euros, spent in roubles), not for what is filed."""
    other = copy(books)
    back = {(quote, currency, on): 1 / rate for (currency, quote, on), rate in books.rates.items() if rate}
    other.rates = {**back, **books.rates}
    return other


def value_on(books: Books, amount_minor: int, currency: str, quote: str, on: date) -> int | None:
    """``amount_minor`` in ``quote`` at the rate of ``on``; nothing is worth nothing at any rate."""
    rate = rate_on(books, currency, quote, on)
    if amount_minor == 0:
        return 0
    return None if rate is None else convert(amount_minor, currency, quote, rate)


def openings_valued(books: Books, quote: str) -> tuple[int, list[tuple[str, date]]]:
    """Opening balances in ``quote`` at the rates of their days, and the (currency, day) without a rate."""
    assets = [entity for entity, account in books.accounts.items() if is_asset(account)]
    total, missing = 0, []
    for item in books.sums(("currency",), where={"kind": ["opening"], "account": assets}, by_day=True):
        currency, on = str(item.key[0]), date.fromisoformat(str(item.key[-1]))
        rate = rate_on(books, currency, quote, on)
        if rate is None:
            missing.append((currency, on))
        else:
            total += convert(item.amount_minor, currency, quote, rate)
    return total, missing


def movements(books: Books, quote: str, period: Period) -> list[Atom]:
    """Everything posted in ``period``, valued. Opening entries are left out: they are balances."""
    found = [atom for atom in _grouped(books, quote, period) if atom.kind != "opening"]
    for currency in _foreign(books, quote, end=period.end):
        for on, entries in _by_day(books, currency, period):
            found.extend(_valued(books, quote, on, [item for item in entries if item.kind != "opening"]))
    return found


def balances(books: Books, quote: str, on: date) -> list[Atom]:
    """What every account held for every fund after the day ``on``, valued at the rate of that day."""
    found = []
    for item in books.sums(_PLACE, end=on + ONE_DAY):
        found.append(_balance(books, quote, item, on))
    return [atom for atom in found if atom.amount_minor]


def openings(books: Books, quote: str, period: Period) -> list[Atom]:
    """What every account held when ``period`` began.

    Books that begin inside the period have their opening entries in it: those count as held before.
    """
    found = balances(books, quote, period.start - ONE_DAY)
    begun = books.sums(_PLACE, start=period.start, end=period.end, where={"kind": ["opening"]}, by_day=True)
    return found + [_balance(books, quote, item, date.fromisoformat(str(item.key[-1]))) for item in begun]


def held_before(books: Books, account: str, period: Period, currency: str | None = None) -> int:
    """Minor units of one account when ``period`` began, not valued; opening entries in it count as held before."""
    where: dict[str, Sequence[str]] = {"account": [account]}
    if currency is not None:
        where["currency"] = [currency]
    begun = books.sums((), start=period.start, end=period.end, where={**where, "kind": ["opening"]})
    return sum(item.amount_minor for item in [*books.sums((), end=period.start, where=where), *begun])


def closings(books: Books, quote: str, period: Period) -> list[Atom]:
    """What every account held after the last day of ``period``."""
    return balances(books, quote, period.last)


def exchange(
    books: Books, quote: str, opening: Iterable[Atom], moved: Iterable[Atom], closing: Iterable[Atom]
) -> list[Exchange]:
    """The exchange effect of each fund that has one, by fund, from valued balances and movements."""
    effects: dict[str, _Effect] = defaultdict(_Effect)
    for sign, atoms in ((-1, opening), (1, closing)):
        for atom in atoms:
            if atom.currency != quote and is_asset(books.accounts[atom.account]):
                effects[atom.fund].held.add(atom, sign)
    for atom in moved:
        account = books.accounts[atom.account]
        effect = effects[atom.fund]
        if atom.currency != quote:
            effect.rounding.add(atom, 1)
        if account.account_class == "conversion":
            (effect.converted_home if atom.currency == quote else effect.converted).add(atom, -1)
        elif atom.currency == quote:
            continue
        elif is_asset(account):
            effect.held_moves.add(atom, -1)
        else:
            effect.explained.add(atom, 1)
    results = [effect.result(fund, quote) for fund, effect in sorted(effects.items())]
    return [item for item in results if item.total_minor != 0 or item.missing]


class Tally:
    """A sum of atoms that is unknown while a rate it needs is missing.

    Amounts of one day without a rate that cancel each other need no rate.
    """

    __slots__ = ("_unvalued", "known_minor")

    def __init__(self) -> None:
        self.known_minor = 0
        self._unvalued: dict[tuple[str, date], int] = {}

    def add(self, atom: Atom, sign: int) -> None:
        """``sign`` is 1 or -1: debit positive or credit positive."""
        if atom.value_minor is not None:
            self.known_minor += sign * atom.value_minor
        else:
            assert atom.on is not None
            key = (atom.currency, atom.on)
            self._unvalued[key] = self._unvalued.get(key, 0) + sign * atom.amount_minor

    def missing(self, quote: str) -> frozenset[Missing]:
        return frozenset(
            Missing(currency, quote, on) for (currency, on), net in self._unvalued.items() if net
        )

    @property
    def minor(self) -> int | None:
        """The sum in the reporting currency, ``None`` while a rate is missing."""
        return None if any(self._unvalued.values()) else self.known_minor


class _Effect:
    """The ingredients of one fund's exchange effect.

    The total leaves out what converting and holding share (currency leaves a place at the same rate
    at which it is converted), so it needs no rate of a day on which nothing else happened.
    """

    def __init__(self) -> None:
        self.held, self.held_moves = Tally(), Tally()
        self.converted, self.converted_home = Tally(), Tally()
        self.explained, self.rounding = Tally(), Tally()

    def result(self, fund: str, quote: str) -> Exchange:
        conversion = _plus(self.converted, self.converted_home)
        revaluation = _plus(self.held, self.held_moves)
        total = _plus(self.held, self.explained, self.converted_home)
        missing = frozenset[Missing]().union(
            *(item.missing(quote) for item in (self.held, self.held_moves, self.converted, self.explained))
        )
        if conversion is None or revaluation is None or total is None:
            return Exchange(fund, None, None, None, total, missing)
        rounding = self.rounding.known_minor
        assert conversion + revaluation + rounding == total, (fund, conversion, revaluation, rounding, total)
        return Exchange(fund, conversion, revaluation, rounding, total, missing)


def _plus(*tallies: Tally) -> int | None:
    parts = [item.minor for item in tallies]
    return None if None in parts else sum(part for part in parts if part is not None)


_PLACE = ("account", "fund", "currency", "property")


def _grouped(books: Books, quote: str, period: Period) -> Iterator[Atom]:
    """Postings in the reporting currency, summed in SQL by everything a rule may ask."""
    for item in books.sums(AXES, start=period.start, end=period.end, where={"currency": [quote]}):
        axes = dict(zip(AXES, item.key, strict=True))
        yield Atom(
            account=str(axes["account"]),
            fund=str(axes["fund"]),
            currency=quote,
            source=axes["source"],
            programme=axes["programme"],
            expense_line=axes["expense_line"],
            purpose=axes["purpose"],
            property=axes["property"],
            kind=str(axes["kind"]),
            amount_minor=item.amount_minor,
            value_minor=item.amount_minor,
        )


def _foreign(books: Books, quote: str, *, end: date) -> list[str]:
    return [str(item.key[0]) for item in books.sums(("currency",), end=end) if item.key[0] != quote]


def _by_day(books: Books, currency: str, period: Period) -> Iterator[tuple[date, list[Entry]]]:
    day: list[Entry] = []
    for entry in books.entries(start=period.start, end=period.end, where={"currency": [currency]}):
        if day and day[0].on != entry.on:
            yield day[0].on, day
            day = []
        day.append(entry)
    if day:
        yield day[0].on, day


def _valued(books: Books, quote: str, on: date, entries: list[Entry]) -> Iterator[Atom]:
    """One atom a posting; without a rate one a group, so that what cancels within a day needs none."""
    atoms = [atom_of(books, quote, entry) for entry in entries]
    groups: dict[Atom, int] = defaultdict(int)
    for atom in atoms:
        if atom.value_minor is not None:
            yield atom
        else:
            groups[replace(atom, amount_minor=0)] += atom.amount_minor
    for key, amount_minor in groups.items():
        yield replace(key, amount_minor=amount_minor, value_minor=None if amount_minor else 0)


def atom_of(books: Books, quote: str, entry: Entry) -> Atom:
    """One posting as an atom, valued at the rate of its own day."""
    return Atom(
        account=entry.account,
        fund=entry.fund,
        currency=entry.currency,
        source=entry.source,
        programme=entry.programme,
        expense_line=entry.expense_line,
        purpose=entry.purpose,
        property=entry.property,
        kind=entry.kind,
        amount_minor=entry.amount_minor,
        value_minor=value_on(books, entry.amount_minor, entry.currency, quote, entry.on),
        on=None if entry.currency == quote else entry.on,
    )


def _balance(books: Books, quote: str, item: Sum, on: date) -> Atom:
    account, fund, currency, kind = item.key[:4]
    return Atom(
        account=str(account), fund=str(fund), currency=str(currency), source=None, programme=None,
        expense_line=None, purpose=None, property=kind, kind="balance", amount_minor=item.amount_minor,
        value_minor=value_on(books, item.amount_minor, str(currency), quote, on), on=on,
    )  # fmt: skip
