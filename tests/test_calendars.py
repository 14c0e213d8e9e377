"""Working days: the verified tables, moves, and years that nobody verified."""

from __future__ import annotations

import subprocess
import sys
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance.calendars import Calendar, Year
from compliance.rules import load_packs

CALENDAR = load_packs(["ru"]).packs["ru"].calendar
OFF = {
    2023: "01-02 01-03 01-04 01-05 01-06 02-23 02-24 03-08 05-01 05-08 05-09 06-12 11-06",
    2024: "01-01 01-02 01-03 01-04 01-05 01-08 02-23 03-08 04-29 04-30 05-01 05-09 05-10 06-12 11-04 12-30 12-31",
    2025: "01-01 01-02 01-03 01-06 01-07 01-08 05-01 05-02 05-08 05-09 06-12 06-13 11-03 11-04 12-31",
    2026: "01-01 01-02 01-05 01-06 01-07 01-08 01-09 02-23 03-09 05-01 05-11 06-12 11-04 12-31",
}
WORKED = {"2024-04-27", "2024-11-02", "2024-12-28", "2025-11-01"}


def year_days(year: int) -> list[date]:
    first = date(year, 1, 1)
    return [first + timedelta(days=n) for n in range((date(year + 1, 1, 1) - first).days)]


@pytest.mark.parametrize(("year", "count"), [(2023, 247), (2024, 248), (2025, 247), (2026, 247)])
def test_working_days_of_a_year(year: int, count: int) -> None:
    assert CALENDAR.working_days(year) == count


@pytest.mark.parametrize("year", OFF)
def test_every_day_of_the_table(year: int) -> None:
    off = [
        day.isoformat()[5:] for day in year_days(year) if day.weekday() < 5 and not CALENDAR.is_working(day)
    ]
    worked = {day.isoformat() for day in year_days(year) if day.weekday() >= 5 and CALENDAR.is_working(day)}
    assert off == OFF[year].split()
    assert worked == {day for day in WORKED if day.startswith(str(year))}


@pytest.mark.parametrize("year", OFF)
def test_the_package_agrees_with_the_table(year: int) -> None:
    """Two independent sources of the same days; without the table the package answers."""
    package = Calendar("ru")
    assert [package.is_working(day) for day in year_days(year)] == [
        CALENDAR.is_working(day) for day in year_days(year)
    ]


def test_known_years() -> None:
    assert CALENDAR.knows(date(2026, 12, 31))
    assert not CALENDAR.knows(date(2027, 1, 1))
    assert not CALENDAR.is_working(date(2027, 1, 1))


def test_a_country_nobody_knows_has_weekends_only() -> None:
    for calendar in (Calendar("zz"), Calendar()):
        assert calendar.is_working(date(2026, 1, 1))
        assert not calendar.is_working(date(2026, 1, 3))


@pytest.mark.parametrize(
    ("day", "after", "before"),
    [("2023-01-15", "2023-01-16", "2023-01-13"), ("2023-04-15", "2023-04-17", "2023-04-14"),
     ("2023-07-15", "2023-07-17", "2023-07-14"), ("2023-10-15", "2023-10-16", "2023-10-13"),
     ("2026-01-15", "2026-01-15", "2026-01-15"), ("2024-04-27", "2024-04-27", "2024-04-27"),
     ("2026-01-01", "2026-01-12", "2025-12-30")],
)  # fmt: skip
def test_moved_off_days_off(day: str, after: str, before: str) -> None:
    nominal = date.fromisoformat(day)
    assert CALENDAR.rolled(nominal, "next").isoformat() == after
    assert CALENDAR.rolled(nominal, "previous").isoformat() == before
    assert CALENDAR.on_or_before(nominal).isoformat() == before
    assert CALENDAR.rolled(nominal, "none") == nominal


@given(st.dates(date(2023, 2, 1), date(2026, 11, 1)), st.integers(1, 20))
def test_working_days_are_counted(day: date, count: int) -> None:
    end = CALENDAR.add_working_days(day, count)
    between = [day + timedelta(days=n) for n in range(1, (end - day).days + 1)]
    assert sum(CALENDAR.is_working(item) for item in between) == count
    assert CALENDAR.is_working(end)
    if CALENDAR.is_working(day):
        assert CALENDAR.add_working_days(end, -count) == day


def test_a_verified_year_needs_no_package() -> None:
    program = (
        "import sys; from datetime import date\n"
        "from compliance.calendars import Calendar, Year\n"
        "calendar = Calendar('ru', {2026: Year()})\n"
        "assert calendar.is_working(date(2026, 1, 1))\n"
        "assert 'holidays' not in sys.modules\n"
        "assert not calendar.is_working(date(2025, 1, 1))\n"
        "assert 'holidays' in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
    assert Year() == Year(frozenset(), frozenset())
