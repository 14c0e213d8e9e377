"""Spans of days and their names."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance.periods import Period, add_months, aligned, parse_day, parse_period

DAYS = st.dates(date(1990, 1, 1), date(2100, 1, 1))


@given(DAYS, st.sampled_from([1, 3, 6, 12]), st.integers(1, 12))
def test_an_aligned_period_holds_its_day_and_reads_back(day: date, length: int, first_month: int) -> None:
    period = aligned(day, length, first_month)
    assert day in period
    assert add_months(period.start, length) == period.end
    assert parse_period(period.label) == period
    assert period.previous().end == period.start


@given(DAYS, DAYS)
def test_any_span_reads_back(one: date, other: date) -> None:
    start, end = sorted((one, other))
    if start < end:
        period = Period(start, end)
        assert parse_period(period.label) == period


@pytest.mark.parametrize(
    ("label", "start", "last"),
    [
        ("2025-Q4", date(2025, 10, 1), date(2025, 12, 31)),
        ("2025-h2", date(2025, 7, 1), date(2025, 12, 31)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2025", date(2025, 1, 1), date(2025, 12, 31)),
        ("2025-12-15..2026-06-30", date(2025, 12, 15), date(2026, 6, 30)),
    ],
)
def test_labels(label: str, start: date, last: date) -> None:
    period = parse_period(label)
    assert (period.start, period.last) == (start, last)


@pytest.mark.parametrize(
    "text", ["2025-Q5", "2025-H3", "25-Q1", "2025-13", "Q4", "", "2025-12-31..2025-01-01", "٢٠٢٥"]
)
def test_not_a_period(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        parse_period(text)


@pytest.mark.parametrize(
    "text",
    ["2025-W01-1", "20251231", "31.12.2025", "2025-02-29", "2025-1-1", "2025-12-31T00:00", "٢٠٢٥-١٢-٣١"],
)
def test_not_a_day(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        parse_day(text)


def test_months_are_clamped_to_the_end() -> None:
    assert add_months(date(2025, 3, 31), 9) == date(2025, 12, 31)
    assert add_months(date(2024, 1, 31), 1) == date(2024, 2, 29)
