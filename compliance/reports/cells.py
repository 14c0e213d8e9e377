"""What every cell of a form is worth: measured leaves, and sums over them.

A cell is its line and its column: one measures, the other narrows, or one is an operator over other
cells. All sums are kept as weights over leaves, so that equations between cells become equations
between leaves, which is what rounding needs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

from compliance.errors import SetupError
from compliance.i18n import _
from compliance.ledger.valuation import Missing
from compliance.reports.layout import Block, Spot
from compliance.reports.measures import Axes, Measured, Measures
from compliance.rules.amounts import MEASURES, Amount, Operand, narrowed

LeafKind = Literal["flow", "balance", "derived", "previous", "count"]
Weights = dict[str, int]


@dataclass(frozen=True, slots=True)
class LeafValue:
    """A measured or derived figure. ``exact_minor`` is ``None`` where it is not known."""

    kind: LeafKind
    exact_minor: int | None
    missing: frozenset[Missing] = frozenset()

    @property
    def fixed(self) -> bool:
        return self.kind != "flow"


@dataclass(frozen=True, slots=True)
class Value:
    """A cell over leaves. ``parts`` are the (weight, cell) it was added from; a leaf has none."""

    weights: Weights
    parts: tuple[tuple[int, str], ...] = ()


@dataclass(slots=True)
class Grid:
    """All cells of a form. ``previous`` has the printed units of the last filing, by cell id."""

    measures: Measures
    spots: Mapping[str, Spot]
    blocks: list[Block]
    previous: Mapping[str, int]
    unit_minor: int
    leaves: dict[str, LeafValue] = field(default_factory=dict)
    _values: dict[str, Value] = field(default_factory=dict)
    _open: set[str] = field(default_factory=set)

    @property
    def uses_exchange(self) -> bool:
        """Whether any cell asks what exchange rates did."""
        parts = [part for spot in self.spots.values() for part in (spot.line_part, spot.column_part)]
        return any(part.kind == "exchange" for part in parts)

    def value(self, spot: Spot) -> Value:
        """The value of a cell that is an amount."""
        if spot.id not in self._values:
            if spot.id in self._open:
                raise SetupError(_("the cell {cell} is computed from itself").format(cell=spot.id))
            self._open.add(spot.id)
            self._values[spot.id] = self._of_spot(spot)
            self._open.discard(spot.id)
        return self._values[spot.id]

    def exact(self, weights: Weights) -> int | None:
        """Exact minor units of a sum of leaves; ``None`` where one is not known."""
        total = 0
        for key, weight in weights.items():
            exact = self.leaves[key].exact_minor
            if exact is None:
                return None
            total += weight * exact
        return total

    def operand(self, item: Operand, spot: Spot, side: str, name: str) -> Value:
        """What an operator at ``spot`` works on; ``side`` of the part it stands in: line or column."""
        if isinstance(item, str):
            targets = list(self.targets(item, spot, side))
            parts = tuple((1, target.id) for target in targets)
            return Value(_added([(1, self.value(target).weights) for target in targets]), parts)
        return self._amount(item, spot, side, name)

    def targets(self, reference: str, spot: Spot, side: str) -> Iterator[Spot]:
        """The cells a reference means, seen from a cell (in its own column where none is named)."""
        names = reference.split(".")
        if len(names) == 1:
            block = spot.block
            row = spot.record.key if spot.record else spot.line
            if side == "line":
                yield block.spot(names[0], spot.column)
            else:
                yield block.spot(str(row), names[0], spot.record)
            return
        for block in self.blocks:
            if block.id == names[0] and block.group in ("", spot.block.group):
                column = names[2] if len(names) == 3 else spot.column
                if column not in block.columns:
                    column = None if not block.columns else column
                if names[1] == "*":
                    yield from (block.spot(record.key, column, record) for record in block.records)
                elif names[1] in block.lines and (column is None) == (not block.columns):
                    yield block.spot(names[1], column)

    def _of_spot(self, spot: Spot) -> Value:
        line, column = spot.line_part, spot.column_part
        measured = next((part for part in (line, column) if part.kind in MEASURES), None)
        operator = next((part for part in (column, line) if part.kind and part.kind not in MEASURES), None)
        if operator is None:
            assert measured is not None, spot.id
            return self._leaf(spot.id, measured, spot)
        # Where line and column both add up, the column adds the cells of the line that adds up.
        return self._amount(operator, spot, "column" if operator is column else "line", spot.id)

    def _amount(self, amount: Amount, spot: Spot, side: str, name: str) -> Value:
        kind = amount.kind
        if kind in MEASURES:
            return self._leaf(name, amount, spot)
        if kind == "total":
            given = [(1, item) for item in amount.total or ()] + [(-1, item) for item in amount.less]
            found = [
                (sign, self.operand(item, spot, side, f"{name}#{at}"))
                for at, (sign, item) in enumerate(given)
            ]
            weights = _added([(sign, value.weights) for sign, value in found])
            parts = tuple((sign * weight, cell) for sign, value in found for weight, cell in _parts(value))
            return Value(weights, parts)
        self.leaves[name] = self._derived(amount, spot, side, name)
        return Value({name: 1})

    def _derived(self, amount: Amount, spot: Spot, side: str, name: str) -> LeafValue:
        """A share (half up to the minor unit), the least, or a cell of the last filing."""
        if amount.kind == "previous":
            return self._previous(amount, spot, side, name)
        values = [
            self.exact(self.operand(item, spot, side, f"{name}#{at}").weights)
            for at, item in enumerate(amount.operands)
        ]
        known = [value for value in values if value is not None]
        if len(known) < len(values):
            return LeafValue("derived", None)
        if amount.kind == "least":
            return LeafValue("derived", min(known))
        assert amount.share is not None
        share = (Decimal(known[0]) * amount.share).quantize(Decimal(1), rounding=ROUND_HALF_UP)
        return LeafValue("derived", int(share))

    def _previous(self, amount: Amount, spot: Spot, side: str, name: str) -> LeafValue:
        assert amount.previous is not None
        names = amount.previous.split(".")
        before = amount.previous if "." in amount.previous else f"{spot.block.stem}.{amount.previous}"
        if spot.column is not None and len(names) < 3:
            before = f"{before}.{spot.column}"
        if before in self.previous:
            return LeafValue("previous", self.previous[before] * self.unit_minor)
        if amount.if_none is None:
            return LeafValue("previous", None)
        return LeafValue("derived", self.exact(self.operand(amount.if_none, spot, side, f"{name}#").weights))

    def _leaf(self, name: str, amount: Amount, spot: Spot) -> Value:
        kind = amount.kind
        assert kind is not None
        if spot.record is not None and spot.record.worth is not None and kind != "plan":
            sides = self.axes(spot, amount).get("side", frozenset(("debit", "credit")))
            found = spot.record.worth.measured(kind, sides)
        elif spot.record is not None and spot.record.atom is not None and kind != "plan":
            found = self._of_record(spot, kind, narrowed(amount.measured))
        else:
            found = self.measures.measure(kind, self.axes(spot, amount))
        leaf: LeafKind = (
            "balance"
            if kind in ("opening", "closing", "plan")
            else "count"
            if kind in ("count", "tick")
            else "flow"
        )
        exact = found.minor
        if leaf == "count" and exact is not None:
            exact *= self.unit_minor
        self.leaves[name] = LeafValue(leaf, exact, found.missing)
        return Value({name: 1})

    def axes(self, spot: Spot, amount: Amount | None = None) -> Axes:
        """Everything that narrows a measure at a cell: section, group, record, line, column, itself."""
        inner = narrowed(
            spot.line_part.select,
            spot.column_part.select,
            amount.measured if amount is not None else None,
        )
        found: dict[str, frozenset[str]] = dict(inner)
        for axes in (spot.block.axes, spot.record.axes if spot.record else {}):
            for axis, words in axes.items():
                found[axis] = found[axis] & words if axis in found else words
        return found

    def _of_record(self, spot: Spot, kind: str, axes: Axes) -> Measured:
        """A posting's own amount; 1 where it is counted."""
        assert spot.record is not None
        assert spot.record.atom is not None
        atom = spot.record.atom
        if kind in ("count", "tick"):
            return Measured(1)
        if atom.value_minor is None:
            assert atom.on is not None
            quote = self.measures.currency
            return Measured(None, frozenset([Missing(atom.currency, quote, atom.on)]))
        return Measured(self.measures.sign(atom) * atom.value_minor)


def _added(terms: list[tuple[int, Weights]]) -> Weights:
    total: Weights = {}
    for sign, weights in terms:
        for key, weight in weights.items():
            total[key] = total.get(key, 0) + sign * weight
    return {key: weight for key, weight in total.items() if weight}


def _parts(value: Value) -> tuple[tuple[int, str], ...]:
    """What a sum names in its formula: the cells it was added from, or its own hidden leaf."""
    return value.parts or tuple((weight, key) for key, weight in value.weights.items())
