"""Days off: which days are worked in a country, from verified tables and, beyond them, a package.

A rule pack names its set of days off (``days_off: xx``) and may carry verified years in its
``calendar.yaml``: the weekday days off and the working weekend days that a government decreed. Other
years come from the ``holidays`` package, imported only when one of them is asked for, and are marked
as not known for certain; a set that nobody knows has weekends only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from compliance.periods import ONE_DAY

if TYPE_CHECKING:
    from datetime import datetime

WEEKEND = (5, 6)


@dataclass(frozen=True, slots=True)
class Year:
    """One verified year: ``days_off`` besides ordinary weekends, ``worked`` weekend days."""

    days_off: frozenset[date] = frozenset()
    worked: frozenset[date] = frozenset()


@dataclass(slots=True)
class Calendar:
    """The working days of one country. ``days_off`` is its ISO 3166 code in lower case, or empty."""

    days_off: str = ""
    years: Mapping[int, Year] = field(default_factory=dict)
    _others: dict[int, Year] = field(default_factory=dict, repr=False)

    def knows(self, day: date | datetime) -> bool:
        """Whether the year of ``day`` was verified; otherwise what we say of it is approximate."""
        return day.year in self.years

    def is_working(self, day: date) -> bool:
        year = self.years.get(day.year) or self._other(day.year)
        if day in year.worked:
            return True
        return day.weekday() not in WEEKEND and day not in year.days_off

    def on_or_before(self, day: date) -> date:
        """The last working day on or before ``day``."""
        return self._towards(day, -1)

    def on_or_after(self, day: date) -> date:
        """The first working day on or after ``day``."""
        return self._towards(day, 1)

    def rolled(self, day: date, roll: str) -> date:
        """``day`` moved off a day off: to the ``next`` or ``previous`` working day, or not (``none``)."""
        if roll == "next":
            return self.on_or_after(day)
        return self.on_or_before(day) if roll == "previous" else day

    def add_working_days(self, day: date, count: int) -> date:
        """The ``count``-th working day after ``day`` (before it when negative)."""
        step = 1 if count > 0 else -1
        for _each in range(abs(count)):
            day = self._towards(day + step * ONE_DAY, step)
        return day

    def working_days(self, year: int) -> int:
        """How many days of ``year`` are worked."""
        first = date(year, 1, 1)
        span = (date(year + 1, 1, 1) - first).days
        return sum(self.is_working(first + timedelta(days=n)) for n in range(span))

    def _towards(self, day: date, step: int) -> date:
        while not self.is_working(day):
            day += step * ONE_DAY
        return day

    def _other(self, year: int) -> Year:
        if year not in self._others:
            self._others[year] = _looked_up(self.days_off, year)
        return self._others[year]


def _looked_up(days_off: str, year: int) -> Year:
    """A year from the ``holidays`` package; weekends only where it knows no such country."""
    if not days_off:
        return Year()
    import holidays

    try:
        found: Any = holidays.country_holidays(days_off.upper(), years=year)
    except NotImplementedError:  # what the package raises for a country it does not know
        return Year()
    return Year(
        frozenset(day for day in found if day.year == year),
        frozenset(day for day in found.weekend_workdays if day.year == year),
    )
