"""Pooled agreements in a report: every posting and balance in parts, one for each kind of source.

A kind is (class, kind of source). The money of an agreement is followed from its first posting, by
currency: receipts name their source; what leaves is attributed by the method in force on its day;
places inside the agreement share what they hold. For every kind the equation of the agreement holds
by itself: opening + received + exchange - spent = closing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby

from compliance.ledger.books import Books, Entry
from compliance.ledger.models import Pooling
from compliance.ledger.pooling import METHODS, Pool
from compliance.ledger.valuation import Atom, atom_of, is_asset
from compliance.money import apportion
from compliance.periods import Period

Kind = tuple[str | None, str | None]
Parts = dict[Kind, int]


def methods(books: Books, fund: str) -> list[tuple[date, str]]:
    """The dated policy of an agreement, oldest first; a method of ``none`` ends it."""
    found = [(item.start_on, item.method) for item in books.facts(Pooling).values() if item.fund == fund]
    return sorted(found)


def method_on(policy: list[tuple[date, str]], on: date) -> str:
    """The method in force on a day; before the first day the first method, for what came before is in the pool."""
    begun = [method for start, method in policy if start <= on]
    return begun[-1] if begun else policy[0][1]


def pooled(books: Books, on: date) -> dict[str, list[tuple[date, str]]]:
    """The agreements that are pools on a day, with their policies."""
    funds = sorted({item.fund for item in books.facts(Pooling).values()})
    policies = {fund: methods(books, fund) for fund in funds}
    return {
        fund: policy
        for fund, policy in policies.items()
        if policy[0][0] <= on and method_on(policy, on) in METHODS
    }


@dataclass(frozen=True, slots=True)
class Followed:
    """One agreement through time: parts by posting of the period, and what each currency held of each kind."""

    entries: list[tuple[Entry, Parts]]
    opening: Mapping[str, Parts]
    closing: Mapping[str, Parts]


def follow(
    books: Books,
    fund: str,
    policy: list[tuple[date, str]],
    period: Period,
    kind_of: Callable[[str | None], Kind],
) -> Followed:
    """``kind_of`` a source; of ``None`` the kind of what the agreement's expected donor gave."""
    walk = _Walk(books, policy, kind_of)
    inside: list[tuple[Entry, Parts]] = []
    opening: dict[str, Parts] = {}
    begun: dict[str, Parts] = defaultdict(dict)
    started = False
    for _txn, group in groupby(
        books.entries(end=period.end, where={"fund": [fund]}), key=lambda item: item.txn
    ):
        legs = list(group)
        if not started and legs[0].on >= period.start:
            opening, started = walk.held(), True
        for entry, parts in walk.step(legs):
            if entry.on < period.start:
                continue
            if entry.kind != "opening":
                inside.append((entry, parts))
            elif is_asset(books.accounts[entry.account]):
                _add(begun[entry.currency], parts)
    if not started:
        opening = walk.held()
    for currency, parts in begun.items():
        opening[currency] = _added(opening.get(currency, {}), parts)
    return Followed(inside, opening, walk.held())


class _Walk:
    """The agreement's pools, one a currency, moved transaction by transaction."""

    def __init__(
        self, books: Books, policy: list[tuple[date, str]], kind_of: Callable[[str | None], Kind]
    ) -> None:
        self._accounts, self._policy, self._kind_of = books.accounts, policy, kind_of
        self._pools: dict[str, Pool[Kind]] = defaultdict(lambda: Pool(kind_of(None)))
        self._converted: Parts = {}
        self._done: dict[int, list[tuple[Entry, Parts]]] = {}
        query = "SELECT id, reverses FROM txn WHERE reverses IS NOT NULL AND seq <= ?"
        self._reverses = {int(row[0]): int(row[1]) for row in books.read(query, (books.known_at,))}

    def held(self) -> dict[str, Parts]:
        return {currency: pool.held() for currency, pool in self._pools.items()}

    def step(self, legs: list[Entry]) -> list[tuple[Entry, Parts]]:
        """One transaction's postings of the agreement in parts; the pools moved with it."""
        undone = self._done.get(self._reverses.get(legs[0].txn, 0), [])
        if len(undone) == len(legs) and all(
            (old.account, old.amount_minor) == (new.account, -new.amount_minor)
            for (old, _parts), new in zip(undone, legs, strict=True)
        ):
            found = [(new, _negative(parts)) for (_old, parts), new in zip(undone, legs, strict=True)]
            self._mirror(found)
        else:
            found = list(self._fresh(legs))
        if legs[0].txn in self._reverses.values():
            self._done[legs[0].txn] = found
        return found

    def _mirror(self, found: list[tuple[Entry, Parts]]) -> None:
        for entry, parts in found:
            if entry.property is None and not is_asset(self._accounts[entry.account]):
                pool = self._pools[entry.currency]
                pool.give({kind: -minor for kind, minor in parts.items() if minor < 0})
                pool.take({kind: minor for kind, minor in parts.items() if minor > 0})

    def _fresh(self, legs: list[Entry]) -> Iterator[tuple[Entry, Parts]]:
        needed: dict[str, Parts] = defaultdict(dict)
        places = []
        giver = next((leg.source for leg in legs if leg.source), None)
        for leg in legs:
            if leg.property is not None:  # a thing or help: its giver's, and no money
                yield leg, {self._kind_of(giver): leg.amount_minor}
            elif is_asset(self._accounts[leg.account]):
                places.append(leg)
            else:
                parts = self._moved(leg)
                needed[leg.currency] = _added(needed[leg.currency], _negative(parts))
                yield leg, parts
        for currency, group in groupby(
            sorted(places, key=lambda item: item.currency), key=lambda item: item.currency
        ):
            held = list(group)
            rest = needed[currency]
            shape = {kind: abs(minor) for kind, minor in rest.items() if minor} or self._shape(currency)
            for leg, parts in zip(held, _laid([leg.amount_minor for leg in held], rest, shape), strict=True):
                yield leg, parts

    def _shape(self, currency: str) -> Parts:
        found = {kind: minor for kind, minor in self._pools[currency].held().items() if minor > 0}
        return found or {self._kind_of(None): 1}

    def _moved(self, leg: Entry) -> Parts:
        """A posting outside the places: a receipt, a spending, money that came back, currency converted."""
        pool, minor = self._pools[leg.currency], leg.amount_minor
        account = self._accounts[leg.account]
        if account.type == "income" or leg.kind == "opening":
            kind = self._kind_of(leg.source)
            pool.receive(kind, -minor) if minor < 0 else pool.take({kind: minor})
            return {kind: minor}
        if account.account_class == "conversion":
            return self._convert(pool, minor)
        if minor >= 0:
            return pool.spend(minor, method_on(self._policy, leg.on))
        return _negative(pool.restore(-minor))

    def _convert(self, pool: Pool[Kind], minor: int) -> Parts:
        """What is bought is made up as what was sold for it."""
        if minor >= 0:
            self._converted = _shape_of(pool.held()) or {self._kind_of(None): 1}
            kinds = list(self._converted)
            parts = dict(zip(kinds, apportion(minor, [self._converted[kind] for kind in kinds]), strict=True))
            pool.take(parts)
            return parts
        if not self._converted:
            return _negative(pool.restore(-minor))
        kinds = list(self._converted)
        shares = apportion(-minor, [self._converted[kind] for kind in kinds])
        for kind, share in zip(kinds, shares, strict=True):
            pool.receive(kind, share)
        return {kind: -share for kind, share in zip(kinds, shares, strict=True)}


def _shape_of(parts: Parts) -> Parts:
    return {kind: minor for kind, minor in parts.items() if minor > 0}


def _laid(amounts: list[int], rest: Parts, shape: Parts) -> Iterator[Parts]:
    """Amounts of several places that together are ``rest``, each in parts; the last takes what remains."""
    left = dict(rest)
    kinds = list(shape)
    for at, amount in enumerate(amounts):
        if at == len(amounts) - 1:
            yield {kind: minor for kind, minor in left.items() if minor} or {kinds[0]: amount}
            return
        parts = dict(zip(kinds, apportion(amount, [shape[kind] for kind in kinds]), strict=True))
        left = _added(left, _negative(parts))
        yield parts


def _negative(parts: Parts) -> Parts:
    return {kind: -minor for kind, minor in parts.items()}


def _added(one: Parts, two: Parts) -> Parts:
    total = dict(one)
    _add(total, two)
    return total


def _add(total: Parts, parts: Parts) -> None:
    for kind, minor in parts.items():
        total[kind] = total.get(kind, 0) + minor


# Atoms


def split(atom: Atom, parts: Parts) -> Iterator[Atom]:
    """An atom in its parts; its value is shared like its amount, to the unit."""
    kept = [(kind, minor) for kind, minor in parts.items() if minor] or [(next(iter(parts)), 0)]
    values: list[int | None] = [None] * len(kept)
    if atom.value_minor is not None:
        if atom.value_minor == atom.amount_minor:
            values = [minor for _kind, minor in kept]
        elif all(minor >= 0 for _kind, minor in kept) or all(minor <= 0 for _kind, minor in kept):
            weights = [abs(minor) for _kind, minor in kept]
            values = list(apportion(atom.value_minor, weights)) if sum(weights) else [atom.value_minor]
        else:  # parts of both signs: by the rate that the whole shows, the first takes the odd unit
            near = [
                minor * atom.value_minor // atom.amount_minor if atom.amount_minor else 0
                for _kind, minor in kept
            ]
            near[0] += atom.value_minor - sum(near)
            values = list(near)
    for (kind, minor), value in zip(kept, values, strict=True):
        yield replace(atom, amount_minor=minor, value_minor=value, source_class=kind[0], source_kind=kind[1])


def split_balances(atoms: Iterable[Atom], held: Mapping[str, Parts], books: Books) -> Iterator[Atom]:
    """The balances of one agreement's places, by currency, in the parts that it holds."""
    places: dict[str, list[Atom]] = defaultdict(list)
    for atom in atoms:
        if atom.property is None and is_asset(books.accounts[atom.account]):
            places[atom.currency].append(atom)
        else:
            yield atom
    for currency, found in places.items():
        rest = held.get(currency, {})
        shape = {kind: abs(minor) for kind, minor in rest.items() if minor} or {(None, None): 1}
        for atom, parts in zip(found, _laid([atom.amount_minor for atom in found], rest, shape), strict=True):
            yield from split(atom, parts)


def atoms_of(
    books: Books, quote: str, entries: Iterable[tuple[Entry, Parts]]
) -> Iterator[tuple[Entry, Atom]]:
    for entry, parts in entries:
        for atom in split(atom_of(books, quote, entry), parts):
            yield replace(entry, amount_minor=atom.amount_minor), atom
