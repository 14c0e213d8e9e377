"""Splitting and coverage, for any amounts and any spans."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from intakebooks import books_of, make

from compliance.errors import UsageError
from compliance.intake.coverage import of_statements
from compliance.intake.parts import Part, shares
from compliance.ledger import entries
from compliance.ledger.books import Books
from compliance.ledger.models import Statement
from compliance.money import plain
from compliance.periods import ONE_DAY, days


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Books]:
    folder: Path = make(tmp_path_factory.mktemp("parts") / "books")
    with books_of(folder) as found:
        yield found


PARTS = st.lists(
    st.tuples(
        st.sampled_from(["f1", "f2", "f3a", "f3b", "f4"]),
        st.sampled_from(["income", "refund", "expense", "fee"]),
        st.integers(1, 10**12),
    ),
    min_size=1,
    max_size=8,
)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(parts=PARTS, leave_out=st.booleans())
def test_any_split_that_adds_up_balances_in_every_fund(
    books: Books, parts: list[tuple[str, str, int]], leave_out: bool
) -> None:
    """And one kopeck more or less is refused."""
    signs = {"income": 1, "refund": -1, "expense": -1, "fee": -1}
    total = sum(signs[kind] * minor for _fund, kind, minor in parts)
    made = [
        Part(
            kind=kind,
            fund=fund,
            amount=plain(minor, "RUB"),
            source="donors" if kind in ("income", "refund") else "",
            line="" if kind in ("income", "refund") else "pay",
        )
        for fund, kind, minor in parts
    ]
    given_ = [*made[:-1], Part(**{**made[-1].values(), "amount": ""})] if leave_out else made
    found = shares(given_, total, "RUB", books, "a1")
    assert sum(share.amount_minor for share in found) == total
    sums: dict[str, int] = defaultdict(int)
    for leg in entries.assign(books.accounts, "a1", "RUB", found):
        sums[leg.fund] += leg.amount_minor
    assert set(sums.values()) == {0}
    with pytest.raises(UsageError):
        shares(made, total + 1, "RUB", books, "a1")


SPANS = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 12)), min_size=1, max_size=8)


@settings(max_examples=150, deadline=None)
@given(SPANS)
def test_every_day_between_is_covered_or_a_gap(spans: list[tuple[int, int]]) -> None:
    start = date(2025, 10, 1)
    statements = sorted(
        (
            Statement(
                entity=f"s{number}",
                account="a1",
                currency="RUB",
                start_on=start + timedelta(days=first),
                last_on=start + timedelta(days=first + length),
                opening_minor=0,
                closing_minor=0,
                lines=0,
                new_lines=0,
                digest="",
                format="1c",
            )
            for number, (first, length) in enumerate(spans)
        ),
        key=lambda item: (item.start_on, item.last_on, item.entity),
    )
    found = of_statements("a1", statements)
    covered = {day for span in found.spans for day in days(span)}
    stated = {
        item.start_on + timedelta(days=number)
        for item in statements
        for number in range((item.last_on - item.start_on).days + 1)
    }
    missing = [day for gap in found.gaps for day in days(gap.days)]
    assert covered == stated
    assert len(missing) == len(set(missing))
    assert not covered & set(missing)
    hull = (max(stated) - min(stated)).days + 1
    assert len(covered) + len(missing) == hull
    assert all(before.end < after.start for before, after in zip(found.spans, found.spans[1:], strict=False))
    assert all(gap.days.start - ONE_DAY in covered for gap in found.gaps)
