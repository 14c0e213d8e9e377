"""What a ``select`` finds in the books: postings as facts that rules can ask, and their sums.

Reads the books once for a period, whatever the number of cells: sums in SQL for the reporting
currency, posting by posting for others (`ledger.valuation`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, partial

from compliance.ledger import valuation
from compliance.ledger.books import Books, Entry
from compliance.ledger.chart import UNASSIGNED, is_settlement
from compliance.ledger.models import Budget
from compliance.ledger.valuation import Atom, Exchange, Missing, Tally
from compliance.periods import Period
from compliance.reports.classes import FundClasses
from compliance.reports.pools import Followed, Parts, atoms_of, follow, split_balances
from compliance.rules import Rules
from compliance.rules.amounts import matches

Axes = Mapping[str, frozenset[str]]
Facts = dict[str, str | None]

_INSIDE = frozenset(("asset", "equity"))
"""Account types between which money only changes its place: own transfers, conversion, openings."""


@dataclass(frozen=True, slots=True)
class Measured:
    """A measure's value in minor units of the reporting currency; ``None`` while a rate is missing."""

    minor: int | None
    missing: frozenset[Missing] = frozenset()


@dataclass(frozen=True, slots=True)
class Moved:
    """One posting of the period with its transaction's direction (``in``, ``out``, ``None`` for own)."""

    entry: Entry
    atom: Atom
    direction: str | None


class Measures:
    """The measures of one period over one state of the books."""

    def __init__(self, books: Books, rules: Rules, regime: str, currency: str, period: Period) -> None:
        self.books = books
        self.currency = currency
        self.period = period
        self.classes = FundClasses(books, rules, regime, period)
        pack = rules.packs.get(regime)
        self.line_titles = {key: line.title for key, line in pack.chart.expense_lines.items()} if pack else {}
        self._facts: dict[tuple[str | None, ...], Facts] = {}

    @cached_property
    def pools(self) -> dict[str, Followed]:
        """Declared pools, followed through time: whose money each of their postings moved."""
        return {
            fund: follow(self.books, fund, policy, self.period, partial(self.classes.kind_of, fund))
            for fund, policy in self.classes.pooled.items()
        }

    @cached_property
    def opening(self) -> list[Atom]:
        atoms = valuation.openings(self.books, self.currency, self.period)
        return self._in_parts(atoms, {fund: item.opening for fund, item in self.pools.items()})

    @cached_property
    def closing(self) -> list[Atom]:
        atoms = valuation.closings(self.books, self.currency, self.period)
        return self._in_parts(atoms, {fund: item.closing for fund, item in self.pools.items()})

    @cached_property
    def moved(self) -> list[Atom]:
        found = valuation.movements(self.books, self.currency, self.period)
        if not self.pools:
            return found
        return [atom for atom in found if atom.fund not in self.pools] + [
            atom
            for item in self.pools.values()
            for _entry, atom in atoms_of(self.books, self.currency, item.entries)
        ]

    @cached_property
    def exchange(self) -> list[Exchange]:
        sides = (self.opening, self.moved, self.closing)
        kinds = {
            (atom.fund, atom.source_class, atom.source_kind)
            for atoms in sides
            for atom in atoms
            if atom.fund in self.pools
        }
        found = valuation.exchange(
            self.books,
            self.currency,
            *([atom for atom in atoms if atom.fund not in self.pools] for atoms in sides),
        )
        for fund, class_, kind in sorted(kinds, key=str):
            mine = (
                [a for a in atoms if (a.fund, a.source_class, a.source_kind) == (fund, class_, kind)]
                for atoms in sides
            )
            effects = valuation.exchange(self.books, self.currency, *mine)
            found += [replace(item, source_class=class_, source_kind=kind) for item in effects]
        return found

    def _in_parts(self, atoms: list[Atom], held: Mapping[str, Mapping[str, Parts]]) -> list[Atom]:
        """Balances, those of pools split by whose money they are."""
        found = [atom for atom in atoms if atom.fund not in held]
        for fund, parts in held.items():
            mine = [atom for atom in atoms if atom.fund == fund]
            found += split_balances(mine, parts, self.books)
        return found

    @cached_property
    def detail(self) -> list[Moved]:
        """Every posting of the period, one by one; only for what sums cannot answer."""
        return list(self._detail())

    def atoms(self, kind: str, axes: Axes) -> list[Atom]:
        """What a measure of a ``kind`` adds up: balances for opening and closing, else movements."""
        if "direction" in axes or "side" in axes:
            return [item.atom for item in self.moved_one_by_one(axes)]
        pool = {"opening": self.opening, "closing": self.closing}.get(kind)
        asked, accrued = _basis(axes)
        return [
            atom
            for atom in (self.moved if pool is None else pool)
            if matches(asked, self.facts(atom, accrued=accrued))
        ]

    def moved_one_by_one(self, axes: Axes) -> list[Moved]:
        asked, accrued = _basis(axes)
        undone = self._undone_within if "side" in axes else frozenset[int]()
        found = [
            item
            for item in self.detail
            if item.entry.txn not in undone
            and matches(
                asked,
                self.facts(item.atom, accrued=accrued)
                | {"direction": item.direction, "side": "debit" if item.entry.amount_minor > 0 else "credit"},
            )
        ]
        return found if accrued else self._without_debts(found)

    @cached_property
    def _undone_within(self) -> frozenset[int]:
        """Transactions of the period undone in it, and what undid them: nothing came and nothing left."""
        own = {item.entry.txn for item in self.detail}
        return frozenset(number for pair in self.books.reversals() if own.issuperset(pair) for number in pair)

    def _without_debts(self, found: list[Moved]) -> list[Moved]:
        """A cost that became a debt, or a debt that became a cost, paid nothing: both halves are left out."""
        net: dict[int, int] = defaultdict(int)
        owing = set()
        for item in found:
            net[item.entry.txn] += item.entry.amount_minor
            if is_settlement(self.books.accounts[item.entry.account]):
                owing.add(item.entry.txn)
        return [item for item in found if item.entry.txn not in owing or net[item.entry.txn]]

    def measure(self, kind: str, axes: Axes) -> Measured:
        """``sum``, ``opening``, ``closing`` in the account type's natural sign, ``count``, ``exchange``, ``tick``."""
        if kind == "count":
            return Measured(len({item.entry.txn for item in self._standing(axes)}))
        if kind == "tick":
            return Measured(int(bool(self._standing(axes))))
        if kind == "exchange":
            return self._exchange(axes)
        if kind == "plan":
            return self._plan(axes)
        tally = Tally()
        for atom in self.atoms(kind, axes):
            tally.add(atom, self.sign(atom))
        return Measured(tally.minor, tally.missing(self.currency))

    def sign(self, atom: Atom) -> int:
        """1 where a debit counts as more (asset, expense), -1 elsewhere."""
        return 1 if self.type_of(atom.account) in ("asset", "expense") else -1

    def type_of(self, account: str, *, accrued: bool = False) -> str:
        """The account's type; a debt between own agreements is a (negative) asset.

        Debts between a payment and its cost are part of what was paid; accrued, they are (negative) assets.
        """
        known = self.books.accounts[account]
        if is_settlement(known):
            return "asset" if accrued else "expense"
        return "asset" if valuation.is_asset(known) else known.type

    def effects(self, axes: Axes) -> list[Exchange]:
        """The exchange effects of the funds that ``axes`` allow; axes of postings do not narrow them."""
        return [
            item
            for item in self.exchange
            if all(
                self._effect_facts(item)[axis] in words
                for axis, words in axes.items()
                if axis in ("source_class", "source_kind", "restricted", "fund", "fund_purpose")
            )
        ]

    def _effect_facts(self, effect: Exchange) -> Facts:
        facts = self.fund_facts(effect.fund)
        if effect.fund in self.pools:
            facts |= {"source_class": effect.source_class, "source_kind": effect.source_kind}
        return facts

    def facts(self, atom: Atom, *, accrued: bool = False) -> Facts:
        """Axis -> word of a posting or balance, as `rules.amounts.matches` asks."""
        key = (
            atom.account, atom.fund, atom.source, atom.programme, atom.expense_line, atom.purpose,
            atom.property, "accrued" if accrued else None, atom.source_class, atom.source_kind,
        )  # fmt: skip
        if key not in self._facts:
            account = self.books.accounts[atom.account]
            facts = self.fund_facts(atom.fund) | {
                "account_id": atom.account,
                "source_id": atom.source,
                "account": self.type_of(atom.account, accrued=accrued),
                "account_class": account.account_class,
                "programme": atom.programme,
                "expense_line": atom.expense_line or account.expense_line,
                "purpose": atom.purpose,
                "property": atom.property or "money",
            }
            if account.type == "income" and atom.source:
                facts["source_class"] = self.classes.of_source(atom.source)
                known = self.books.sources.get(atom.source)
                facts["source_kind"] = known.kind if known else None
            elif atom.fund in self.pools:
                facts |= {"source_class": atom.source_class, "source_kind": atom.source_kind}
            self._facts[key] = facts
        return self._facts[key]

    def fund_facts(self, fund: str) -> Facts:
        """Axis -> word of an agreement alone."""
        known = self.books.funds.get(fund)
        return {
            "fund": fund,
            "fund_purpose": known.purpose.strip().casefold() if known and known.purpose else None,
            "restricted": None if known is None else ("yes" if known.restricted else "no"),
            "source_class": self.classes.of_fund(fund),
            "source_kind": self.classes.kind_of_fund(fund),
        }

    def _exchange(self, axes: Axes) -> Measured:
        effects = self.effects(axes)
        lacking = [item for item in effects if item.total_minor is None]
        if lacking:
            return Measured(None, frozenset[Missing]().union(*(item.missing for item in lacking)))
        return Measured(sum(item.total_minor or 0 for item in effects))

    def plans(self, axes: Axes) -> list[tuple[Budget, int | None]]:
        """The budgets that lie in the period and that ``axes`` allow, with their value; ``None`` without a rate."""
        asked = {axis: words for axis, words in axes.items() if axis in ("fund", "programme", "expense_line")}
        return [
            (item, valuation.value_on(self.books, item.amount_minor, item.currency, self.currency, self.period.last))
            for item in self.books.facts(Budget).values()
            if self.period.start <= item.start_on and item.last_on <= self.period.last
            and matches(asked, {"fund": item.fund, "programme": item.programme, "expense_line": item.expense_line})
        ]  # fmt: skip

    def _plan(self, axes: Axes) -> Measured:
        found = self.plans(axes)
        lacking = frozenset(
            Missing(item.currency, self.currency, self.period.last) for item, value in found if value is None
        )
        return Measured(None if lacking else sum(value or 0 for _item, value in found), lacking)

    def _standing(self, axes: Axes) -> list[Moved]:
        undone = self.books.reversed_transactions()
        return [item for item in self.moved_one_by_one(axes) if item.entry.txn not in undone]

    def _detail(self) -> Iterator[Moved]:
        for entries in _transactions(self.books, self.period):
            outside = {
                (entry.fund, entry.currency)
                for entry in entries
                if self.type_of(entry.account) not in _INSIDE
            }
            for entry in entries:
                own = entry.fund == UNASSIGNED or (entry.fund, entry.currency) not in outside
                for part, atom in self._atoms_of(entry):
                    yield Moved(part, atom, None if own else self._direction(entry))

    def _atoms_of(self, entry: Entry) -> Iterable[tuple[Entry, Atom]]:
        if entry.fund in self.pools:
            return self._pooled_parts.get(entry.id, [])
        return [(entry, valuation.atom_of(self.books, self.currency, entry))]

    @cached_property
    def _pooled_parts(self) -> dict[int, list[tuple[Entry, Atom]]]:
        found: dict[int, list[tuple[Entry, Atom]]] = defaultdict(list)
        for item in self.pools.values():
            for entry, atom in atoms_of(self.books, self.currency, item.entries):
                found[entry.id].append((entry, atom))
        return found

    def _direction(self, entry: Entry) -> str:
        kind = self.type_of(entry.account)
        if kind in ("income", "expense"):
            return "in" if kind == "income" else "out"
        return "in" if entry.amount_minor > 0 else "out"


def _basis(axes: Axes) -> tuple[Axes, bool]:
    """The axes that postings have, and whether costs are asked for as accrued."""
    if "basis" not in axes:
        return axes, False
    return {axis: words for axis, words in axes.items() if axis != "basis"}, "accrued" in axes["basis"]


def _transactions(books: Books, period: Period) -> Iterator[list[Entry]]:
    """The period's postings by transaction, opening entries left out."""
    group: list[Entry] = []
    for entry in _without_openings(books.entries(start=period.start, end=period.end)):
        if group and group[0].txn != entry.txn:
            yield group
            group = []
        group.append(entry)
    if group:
        yield group


def _without_openings(entries: Iterable[Entry]) -> Iterator[Entry]:
    return (entry for entry in entries if entry.kind != "opening")
