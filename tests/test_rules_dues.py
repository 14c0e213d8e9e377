"""Due rules of thirteen regimes: every vector of the calendar sheet, whatever pack will carry it."""

from __future__ import annotations

from datetime import date, datetime
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance.calendars import Calendar
from compliance.periods import Period, parse_period
from compliance.rules import load_packs
from compliance.rules.base import Mark
from compliance.rules.dues import Due, Reckoned, reckon
from compliance.rules.obligations import Cycle, Every, periods

RUSSIAN = load_packs(["ru"]).packs["ru"].calendar


def day(text: str) -> date:
    return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)


def readings(
    due: dict[str, Any], roll: str = "next", calendar: Calendar = RUSSIAN, **anchors: str
) -> list[Reckoned]:
    known = {key: day(text) for key, text in anchors.items()}
    base = next(iter(anchors))
    return reckon(
        Due.model_validate(due), known, base=base, calendar=calendar, roll=roll, mark=Mark((), "memory")
    )


NOMINAL: dict[str, tuple[dict[str, Any], dict[str, str], str]] = {
    "uk registration, inclusive": ({"days": 28, "count_from": "inclusive"}, {"agreement": "2025-07-01"}, "2025-07-28"),
    "uk registration, exclusive": ({"days": 28}, {"agreement": "2025-07-01"}, "2025-07-29"),
    "uk enhanced, ten days first": (
        {"earliest": [{"days": 10, "count_from": "inclusive"}, {"before": "activity_start"}]},
        {"agreement": "2025-07-01", "activity_start": "2025-07-20"}, "2025-07-10"),
    "uk enhanced, activity first": (
        {"earliest": [{"days": 10, "count_from": "inclusive"}, {"before": "activity_start"}]},
        {"agreement": "2025-07-01", "activity_start": "2025-07-05"}, "2025-07-05"),
    "uk material change": ({"days": 14, "count_from": "inclusive"}, {"change": "2025-07-01"}, "2025-07-14"),
    "au registration": ({"days": 14}, {"liability": "2026-03-02"}, "2026-03-16"),
    "ca registration": ({"days": 14}, {"agreement": "2026-08-10"}, "2026-08-24"),
    "ca existing": ({"days": 60}, {"commencement": "2026-08-04"}, "2026-10-03"),
    "us supplemental, June": ({"days": 30}, {"period_end": "2026-06-30"}, "2026-07-30"),
    "us supplemental, December": ({"days": 30}, {"period_end": "2026-12-31"}, "2027-01-30"),
    "us materials": ({"hours": 48}, {"transmittal": "2026-03-06T15:00"}, "2026-03-08"),
    "in fc4": ({"months": 9}, {"period_end": "2026-03-31"}, "2026-12-31"),
    "in web": ({"days": 15}, {"period_end": "2022-03-31"}, "2022-04-15"),
    "in change, 15 days": ({"days": 15}, {"change": "2022-06-10"}, "2022-06-25"),
    "in change, 45 days": ({"days": 45}, {"change": "2022-07-01"}, "2022-08-15"),
    "in fc6f": ({"months": 12, "count_from": "inclusive"}, {"commencement": "2026-06-22"}, "2027-06-21"),
    "kz quarter": ({"day": 15, "of_month": 2}, {"period_end": "2025-12-31"}, "2026-02-15"),
    "kz first quarter": ({"day": 15, "of_month": 2}, {"period_end": "2025-03-31"}, "2025-05-15"),
    "ge supplement": ({"days": 30}, {"period_end": "2025-12-10"}, "2026-01-09"),
    "il quarter": ({"days": 7}, {"period_end": "2026-03-31"}, "2026-04-07"),
    "sk year": ({"day": 30, "of_month": 6}, {"period_end": "2025-12-31"}, "2026-06-30"),
    "cn plan": ({"days": 1, "before": "period_start"}, {"period_end": "2026-12-31", "period_start": "2026-01-01"}, "2025-12-31"),
    "cn temporary, 15 days before": ({"days": 15, "before": "activity_start"}, {"activity_start": "2026-05-20"}, "2026-05-05"),
    "sv once": ({"on": "2025-09-04"}, {"period_end": "2025-12-31"}, "2025-09-04"),
    "clamped to February": ({"day": 30, "of_month": 2}, {"period_end": "2025-12-31"}, "2026-02-28"),
    "clamped months": ({"months": 1}, {"period_end": "2026-01-31"}, "2026-02-28"),
    "working days": ({"working_days": 10}, {"receipt": "2025-12-30"}, "2026-01-23"),
    "working days, inclusive": ({"working_days": 2, "count_from": "inclusive"}, {"receipt": "2026-01-12"}, "2026-01-13"),
    "latest": ({"latest": [{"days": 5}, {"days": 3, "after": "payment"}]}, {"receipt": "2026-02-02", "payment": "2026-03-02"}, "2026-03-05"),
}  # fmt: skip


@pytest.mark.parametrize(("due", "anchors", "expected"), NOMINAL.values(), ids=NOMINAL.keys())
def test_nominal(due: dict[str, Any], anchors: dict[str, str], expected: str) -> None:
    [found] = readings(due, **anchors)
    assert found.nominal_on.isoformat() == expected


def test_hours_are_an_instant_and_never_rolled() -> None:
    [found] = readings({"hours": 48}, transmittal="2026-03-06T15:00")
    assert found.at == datetime(2026, 3, 8, 15, 0)
    assert found.nominal_on == found.shifted_on == found.safe_on == date(2026, 3, 8)  # a Sunday


@pytest.mark.parametrize(
    ("period_end", "nominal", "shifted", "safe"),
    [("2022-12-31", "2023-01-15", "2023-01-16", "2023-01-13"), ("2023-03-31", "2023-04-15", "2023-04-17", "2023-04-14"),
     ("2023-06-30", "2023-07-15", "2023-07-17", "2023-07-14"), ("2023-09-30", "2023-10-15", "2023-10-16", "2023-10-13")],
)  # fmt: skip
def test_shifted_and_safe(period_end: str, nominal: str, shifted: str, safe: str) -> None:
    [found] = readings({"day": 15, "of_month": 1}, period_end=period_end)
    assert [found.nominal_on, found.shifted_on, found.safe_on] == [day(nominal), day(shifted), day(safe)]


@pytest.mark.parametrize("year", [2024, 2025, 2026])
@pytest.mark.parametrize("month", [1, 4, 7, 10])
def test_the_other_fifteenths_are_working_days(year: int, month: int) -> None:
    nominal = date(year, month, 15)
    assert RUSSIAN.rolled(nominal, "next") == RUSSIAN.on_or_before(nominal) == nominal


def test_rolls() -> None:
    for roll, shifted in (("next", "2026-10-05"), ("previous", "2026-10-02"), ("none", "2026-10-03")):
        [found] = readings({"days": 60}, roll, Calendar(), commencement="2026-08-04")
        assert found.shifted_on == day(shifted)


def test_a_calendar_without_data_is_approximate() -> None:
    [rough] = readings({"working_days": 10}, "none", Calendar(), receipt="2026-01-12")
    [sure] = readings({"working_days": 10}, receipt="2026-01-12")
    assert rough.approximate
    assert not sure.approximate
    [over_the_edge] = readings({"working_days": 10}, receipt="2026-12-30")
    assert over_the_edge.approximate


def test_candidates_are_kept_and_the_earliest_leads() -> None:
    due = {
        "confidence": "uncertain",
        "candidates": [
            {"day": 15, "of_month": 4, "note": "late"},
            {"day": 15, "of_month": 1, "confidence": "memory"},
        ],
    }
    first, second = readings(due, period_end="2025-12-31")
    assert [first.nominal_on, second.nominal_on] == [date(2026, 1, 15), date(2026, 4, 15)]
    assert [first.mark.confidence, second.mark.confidence] == ["memory", "uncertain"]
    assert second.note == "late"


def test_an_unknown_day_is_named() -> None:
    with pytest.raises(KeyError, match="payment"):
        readings({"days": 1, "after": "payment"}, receipt="2026-01-01")


# ---- periods


def found_periods(every: Every, start: str, end: str, **facts: str) -> list[str]:
    known = {key: date.fromisoformat(text) for key, text in facts.items()}
    return [
        period.label for period in periods(every, date.fromisoformat(start), date.fromisoformat(end), known)
    ]


def cycle(**keys: Any) -> Cycle:
    return Cycle.model_validate(keys)


def test_calendar_periods() -> None:
    assert found_periods("quarter", "2025-02-17", "2026-01-01") == [
        "2025-Q1",
        "2025-Q2",
        "2025-Q3",
        "2025-Q4",
    ]
    assert found_periods("half_year", "2025-07-01", "2025-12-31") == []
    assert found_periods("half_year", "2025-06-30", "2026-01-01") == ["2025-H1", "2025-H2"]
    assert found_periods("year", "2024-01-01", "2025-12-31") == ["2024"]
    assert found_periods("month", "2025-12-01", "2026-02-01") == ["2025-12", "2026-01"]


def test_a_fiscal_year() -> None:
    every = cycle(months=12, **{"from": "04-01"})
    assert found_periods(every, "2025-01-01", "2026-12-31") == [
        "2024-04-01..2025-03-31",
        "2025-04-01..2026-03-31",
    ]
    quarter_from_tax_day = cycle(months=3, **{"from": "04-06"})
    assert found_periods(quarter_from_tax_day, "2026-04-05", "2026-08-01") == [
        "2026-01-06..2026-04-05", "2026-04-06..2026-07-05",
    ]  # fmt: skip


def test_half_years_from_a_registration() -> None:
    """Georgia: registered 10 June, first period to 10 December. The United States: pulled to the month's end."""
    every = cycle(months=6, **{"from": "registered_on"})
    assert found_periods(every, "2025-06-10", "2026-07-01", registered_on="2025-06-10") == [
        "2025-06-10..2025-12-10", "2025-12-11..2026-06-10",
    ]  # fmt: skip
    pulled = cycle(months=6, ends="month_end", **{"from": "registered_on"})
    assert found_periods(pulled, "2025-12-15", "2027-01-01", registered_on="2025-12-15") == [
        "2025-12-15..2026-06-30", "2026-H2",
    ]  # fmt: skip
    with pytest.raises(KeyError, match="registered_on"):
        found_periods(every, "2025-06-10", "2026-07-01")


@given(
    st.sampled_from(["month", "quarter", "half_year", "year"]) | st.builds(
        cycle, months=st.sampled_from([2, 3, 4, 6, 12]), **{"from": st.sampled_from(["04-01", "02-15", "12-28"])}
    ),
    st.dates(date(2010, 1, 1), date(2030, 1, 1)),
)  # fmt: skip
def test_periods_leave_no_gap_and_do_not_overlap(every: Every, start: date) -> None:
    found = list(periods(every, start, date(start.year + 3, start.month, 1), {}))
    assert found
    assert found[0].start <= start or found[0].start.year >= start.year
    assert start in Period(found[0].start, found[0].end) or start == found[0].last
    for one, following in pairwise(found):
        assert one.end == following.start
        assert parse_period(one.label) == one
