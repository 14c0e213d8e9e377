"""Rounding that still adds up: leaves half up, then the miss of each equation spread over its flows.

Balances never move, so this closing is the next opening. A flow moves by one unit at most, and one
that is exactly zero never; those whose rounding error is largest go first (largest remainder). Where
exact figures miss an equation nothing is moved: that is a finding, not rounding.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from compliance.money import half_up


@dataclass(frozen=True, slots=True)
class Leaf:
    """A measured cell: exact minor units; ``fixed`` for balances and whatever is compared outside."""

    exact_minor: int
    fixed: bool = False


@dataclass(frozen=True, slots=True)
class Equation:
    """The weighted sum of leaves (by id) is zero. ``name`` of the invariant, ``column`` it stands in."""

    name: str
    column: str
    weights: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Miss:
    """An equation that does not hold: ``exact`` when the figures themselves miss it, by ``minor``.

    Otherwise the printed figures miss by ``units``, and no flow was left to move: two equations pull
    at the same cells, or there is no flow at all.
    """

    equation: Equation
    exact: bool
    minor: int = 0
    units: int = 0


@dataclass(frozen=True, slots=True)
class Rounded:
    """``units`` of every leaf as printed, ``moved`` of those that are not simply rounded (by how much, and
    for which equation), and misses."""

    units: dict[str, int]
    moved: dict[str, int] = field(default_factory=dict)
    because: dict[str, Equation] = field(default_factory=dict)
    misses: tuple[Miss, ...] = ()


def distribute(leaves: Mapping[str, Leaf], equations: Sequence[Equation], unit_minor: int) -> Rounded:
    """Printed units of ``leaves`` (``unit_minor`` minor units each) so that all ``equations`` hold.

    Leaves move in the order of their error, equal errors in the order of ``leaves``; those of an equation that
    was settled before only where no other is left.
    """
    assert unit_minor > 0
    units = {key: half_up(leaf.exact_minor, unit_minor) for key, leaf in leaves.items()}
    moved: dict[str, int] = {}
    because: dict[str, Equation] = {}
    misses: list[Miss] = []
    settled: set[str] = set()
    for equation in equations:
        exact = sum(weight * leaves[key].exact_minor for key, weight in equation.weights.items())
        if exact:
            misses.append(Miss(equation, exact=True, minor=exact))
            continue
        off = _off(equation, units)
        found = _candidates(equation, leaves, units, moved, unit_minor, off)
        own_first = sorted(found, key=lambda item: item[0] in settled)  # stable: else as they were
        settled |= equation.weights.keys()
        for key, step in own_first[: abs(off)]:
            units[key] += step
            moved[key] = step
            because[key] = equation
    misses.extend(
        Miss(equation, exact=False, units=_off(equation, units))
        for equation in equations
        if _off(equation, units) and equation not in [item.equation for item in misses]
    )
    return Rounded(units, moved, because, tuple(misses))


def _off(equation: Equation, units: Mapping[str, int]) -> int:
    return sum(weight * units[key] for key, weight in equation.weights.items())


def _candidates(
    equation: Equation,
    leaves: Mapping[str, Leaf],
    units: Mapping[str, int],
    moved: Mapping[str, int],
    unit_minor: int,
    off: int,
) -> list[tuple[str, int]]:
    """Flows that may move and by what step, those that were rounded furthest the other way first."""
    order = {key: at for at, key in enumerate(leaves)}
    found = []
    for key, weight in equation.weights.items():
        leaf = leaves[key]
        if leaf.fixed or leaf.exact_minor == 0 or key in moved or abs(weight) != 1:
            continue
        step = -weight if off > 0 else weight
        gain = step * (leaf.exact_minor - units[key] * unit_minor)
        found.append((-gain, order[key], key, step))
    return [(key, step) for _gain, _order, key, step in sorted(found)]
