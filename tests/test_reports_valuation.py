"""Amounts at dated rates: the practice quarter to the kopeck, and the laws that random books keep."""

from __future__ import annotations

from collections import Counter
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reports_books import BooksFile, practice_books

from compliance.ledger import valuation
from compliance.ledger.books import Books
from compliance.money import convert
from compliance.periods import parse_period

QUARTER = parse_period("2025-Q4")
SALE_DAY = date(2025, 11, 20)


def _effects(books: Books) -> dict[str, valuation.Exchange]:
    opening = valuation.openings(books, "RUB", QUARTER)
    moved = valuation.movements(books, "RUB", QUARTER)
    closing = valuation.closings(books, "RUB", QUARTER)
    return {item.fund: item for item in valuation.exchange(books, "RUB", opening, moved, closing)}


@pytest.fixture(scope="module")
def practice(tmp_path_factory: pytest.TempPathFactory) -> BooksFile:
    return practice_books(tmp_path_factory.mktemp("practice"))


def test_the_euro_story_comes_out_exactly(practice: BooksFile) -> None:
    """20,000 EUR sold at 93.90 against an official 94.50: -12,000.00; held from 95.00 to 92.80: -58,321.00."""
    with practice.read() as books:
        effects = _effects(books)
    assert list(effects) == ["f1"]
    assert effects["f1"] == valuation.Exchange("f1", -1_200_000, -5_832_100, 0, -7_032_100)


def test_without_the_rate_of_the_sale_day_the_total_stands_and_the_split_does_not(tmp_path: Path) -> None:
    file = practice_books(tmp_path, without_rates=frozenset({SALE_DAY}))
    with file.read() as books:
        effect = _effects(books)["f1"]
    assert effect.total_minor == -7_032_100
    assert (effect.conversion_minor, effect.revaluation_minor) == (None, None)
    assert [item.subject for item in effect.missing] == ["EUR/RUB/2025-11-20"]


def test_without_the_closing_rate_nothing_is_guessed(tmp_path: Path) -> None:
    file = practice_books(tmp_path, without_rates=frozenset({QUARTER.last}))
    with file.read() as books:
        effect = _effects(books)["f1"]
        closing = valuation.closings(books, "RUB", QUARTER)
    assert effect.total_minor is None
    assert [item.subject for item in effect.missing] == ["EUR/RUB/2025-12-31"]
    assert [atom.value_minor for atom in closing if atom.currency == "EUR" and atom.account == "a3"] == [None]


def test_books_that_begin_inside_the_period_count_their_openings_as_held_before(tmp_path: Path) -> None:
    """a1 opens on 10 October with 500.00 of f1."""
    file = BooksFile(tmp_path)
    file.chart()
    file.opening(date(2025, 10, 10), "a1", "f1", "RUB", 50_000)
    with file.read() as books:
        assert sum(atom.value_minor or 0 for atom in valuation.openings(books, "RUB", QUARTER)) == 0
        assets = [a for a in valuation.openings(books, "RUB", QUARTER) if a.account == "a1"]
        assert [atom.value_minor for atom in assets] == [50_000]
        assert valuation.movements(books, "RUB", QUARTER) == []


@pytest.fixture(scope="module")
def charted(tmp_path_factory: pytest.TempPathFactory) -> BooksFile:
    return BooksFile.with_chart(tmp_path_factory.mktemp("chart"))


_DAY = st.integers(0, 91)
_MOVE = st.tuples(st.sampled_from(["income", "expense", "sell"]), _DAY, st.integers(1, 9_999_99))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moves=st.lists(_MOVE, max_size=12), opening=st.integers(0, 10**7), seed=st.integers(0, 10**6))
def test_opening_received_exchange_spent_closing_is_an_equation(
    tmp_path_factory: pytest.TempPathFactory,
    charted: BooksFile,
    moves: list[tuple[str, int, int]],
    opening: int,
    seed: int,
) -> None:
    """And revaluation is held currency times the change of its rate, but for the rounding of postings."""
    file = charted.copy(tmp_path_factory.mktemp("random"))
    rates = {day: Decimal(900_000 + (seed * 31 + day * 7919) % 150_000) / 10_000 for day in range(-1, 92)}
    first = date(2025, 9, 30)
    days = {offset: date.fromordinal(first.toordinal() + 1 + offset) for offset in range(-1, 92)}
    file.rates({days[offset]: rate for offset, rate in rates.items()}, "EUR", "RUB")
    file.opening(first, "a3", "f1", "EUR", opening)
    file.moves([(kind, days[offset], amount) for kind, offset, amount in moves])
    with file.read() as books:
        effect = _effects(books).get("f1", valuation.Exchange("f1", 0, 0, 0, 0))
        moved = valuation.movements(books, "RUB", QUARTER)
        opened = valuation.openings(books, "RUB", QUARTER)
        closed = valuation.closings(books, "RUB", QUARTER)
        kind = {key: account.type for key, account in books.accounts.items()}

    def of(atoms: list[valuation.Atom], wanted: str) -> int:
        return sum(atom.value_minor or 0 for atom in atoms if kind[atom.account] == wanted)

    received, spent = -of(moved, "income"), of(moved, "expense")
    assert effect.total_minor is not None
    assert of(opened, "asset") + received + effect.total_minor - spent == of(closed, "asset")
    held, gained = opening, Decimal(0)
    by_day: Counter[int] = Counter()
    for kind_, offset, amount in moves:
        by_day[offset] += amount if kind_ == "income" else -amount
    for offset in range(92):
        gained += held * (rates[offset] - rates[offset - 1])
        held += by_day[offset]
    assert effect.revaluation_minor is not None
    assert abs(effect.revaluation_minor - gained) <= len(moves) + 2


def test_zero_is_worth_nothing_at_any_rate(practice: BooksFile) -> None:
    with practice.read() as books:
        assert valuation.value_on(books, 0, "USD", "RUB", SALE_DAY) == 0
        assert valuation.value_on(books, 1, "USD", "RUB", SALE_DAY) is None
        assert valuation.value_on(books, 1050, "EUR", "RUB", SALE_DAY) == convert(
            1050, "EUR", "RUB", Decimal("94.5")
        )
