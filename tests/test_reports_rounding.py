"""Rounding keeps every equation and every carry-over in the printed figures."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from compliance.money import half_up
from compliance.reports.rounding import Equation, Leaf, distribute

LINES = ("social", "events", "pay", "stipends", "travel", "premises", "equipment", "taxes", "other")
DEMO = (
    90_952_000,
    114_392_670,
    191_192_624,
    6_000_000,
    26_537_065,
    36_705_125,
    15_489_000,
    1_252_200,
    8_857_076,
)
UNIT = 100_000


def _quarter(opening: int, received: int, spent: tuple[int, ...]) -> tuple[dict[str, Leaf], Equation, int]:
    closing = opening + received - sum(spent)
    leaves = {"opening": Leaf(opening, fixed=True), "received": Leaf(received)}
    leaves |= {line: Leaf(amount) for line, amount in zip(LINES, spent, strict=True)}
    leaves["closing"] = Leaf(closing, fixed=True)
    weights = {"opening": 1, "received": 1, **dict.fromkeys(LINES, -1), "closing": -1}
    return leaves, Equation("flow", "all", weights), closing


def test_nine_lines_of_the_practice_quarter_give_4915_one_by_one_and_4914_together() -> None:
    assert sum(half_up(amount, UNIT) for amount in DEMO) == 4_915
    assert half_up(sum(DEMO), UNIT) == 4_914
    opening, received = 385_465_855, 400_271_500 - 7_032_100
    leaves, flow, closing = _quarter(opening, received, DEMO)
    assert closing == 287_327_495
    rounded = distribute(leaves, [flow], UNIT)
    assert rounded.misses == ()
    assert rounded.units["opening"] == 3_855
    assert rounded.units["closing"] == 2_873
    printed = sum(rounded.units[line] for line in LINES)
    assert rounded.units["opening"] + rounded.units["received"] - printed == rounded.units["closing"]


_AMOUNT = st.one_of(st.just(0), st.integers(0, 10**9), st.integers(0, 3).map(lambda n: n * UNIT + UNIT // 2))


@settings(max_examples=400, deadline=None)
@given(
    opening=st.integers(-(10**8), 10**9),
    quarters=st.lists(st.tuples(_AMOUNT, st.tuples(*[_AMOUNT] * 9)), min_size=1, max_size=3),
)
def test_every_equation_and_every_carry_over_holds(
    opening: int, quarters: list[tuple[int, tuple[int, ...]]]
) -> None:
    carried = None
    for received, spent in quarters:
        leaves, flow, closing = _quarter(opening, received, spent)
        rounded = distribute(leaves, [flow], UNIT)
        assert rounded.misses == ()
        units = rounded.units
        assert units["opening"] + units["received"] - sum(units[line] for line in LINES) == units["closing"]
        assert carried in (None, units["opening"])
        for key, leaf in leaves.items():
            assert abs(units[key] - half_up(leaf.exact_minor, UNIT)) <= (0 if leaf.fixed else 1)
            if leaf.exact_minor == 0:
                assert units[key] == 0
            if leaf.exact_minor > 0:
                assert units[key] >= 0, "no spending becomes negative by rounding"
        opening, carried = closing, units["closing"]


def test_exact_figures_that_miss_are_a_finding_and_nothing_moves() -> None:
    leaves, flow, _closing = _quarter(10_000_000, 5_050_000, (50_000,) + (0,) * 8)
    leaves["closing"] = Leaf(leaves["closing"].exact_minor + 1, fixed=True)
    rounded = distribute(leaves, [flow], UNIT)
    assert rounded.moved == {}
    assert [(miss.exact, miss.minor) for miss in rounded.misses] == [(True, -1)]


def test_a_cell_that_two_equations_pull_at_is_a_finding() -> None:
    """One flow of half a unit between four balances: the second equation has nothing left to move."""
    leaves = {
        "a": Leaf(140_000, fixed=True),
        "b": Leaf(190_000, fixed=True),
        "c": Leaf(110_000, fixed=True),
        "d": Leaf(160_000, fixed=True),
        "flow": Leaf(50_000),
    }
    up = Equation("one", "", {"a": 1, "flow": 1, "b": -1})
    down = Equation("two", "", {"c": 1, "flow": 1, "d": -1})
    assert distribute(leaves, [up], UNIT).misses == ()
    leaves["a"], leaves["b"] = Leaf(160_000, fixed=True), Leaf(210_000, fixed=True)
    rounded = distribute(leaves, [up, down], UNIT)
    assert rounded.moved == {"flow": -1}
    assert [(miss.equation.name, miss.exact, miss.units) for miss in rounded.misses] == [("two", False, -1)]


@settings(deadline=None)
@given(st.lists(st.integers(1, 10**6), min_size=2, max_size=9), st.integers(0, 10**6), st.data())
def test_a_figure_that_two_equations_share_stays_with_the_first(
    rows: list[int], spent: int, data: st.DataObject
) -> None:
    """Receipts listed one by one, their sum in a balance: the rows give way, the balance holds."""
    opening = data.draw(st.integers(0, 10**6))
    leaves = {
        "opening": Leaf(opening, fixed=True), "all": Leaf(sum(rows)), "spent": Leaf(spent),
        "closing": Leaf(opening + sum(rows) - spent, fixed=True),
        **{f"row{at}": Leaf(minor) for at, minor in enumerate(rows)},
    }  # fmt: skip
    flow = Equation("flow", "", {"opening": 1, "all": 1, "spent": -1, "closing": -1})
    listed = Equation("listed", "", {**{f"row{at}": 1 for at in range(len(rows))}, "all": -1})
    assert distribute(leaves, [flow, listed], 100).misses == ()
