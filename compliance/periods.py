"""Spans of days. Half-open ``[start, end)``; a period is *named* by its last day in rules."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

ONE_DAY = timedelta(days=1)
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})\Z")
_LABEL = re.compile(r"(\d{4})(?:-(?:Q([1-4])|H([12])|(\d{2})))?\Z")


LAST_YEAR = 9000
"""Later years are slips, and the days after them must exist too."""


def parse_day(text: str) -> date:
    """``2025-12-31`` only: no week dates, no two-digit years, ASCII digits. ``ValueError`` otherwise."""
    if not text.isascii() or not (match := _ISO.match(text)):
        raise ValueError("not a date YYYY-MM-DD")
    if int(match.group(1)) > LAST_YEAR:
        raise ValueError("year out of range")
    return date(*(int(part) for part in match.groups()))


def add_months(day: date, months: int) -> date:
    """Clamped to the month's end: 31 March + 9 months = 31 December; 31 January + 1 = 28/29 February."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """``start`` is the first day in, ``end`` the first day out."""

    start: date
    end: date

    def __post_init__(self) -> None:
        assert self.start < self.end, (self.start, self.end)

    @property
    def last(self) -> date:
        return self.end - ONE_DAY

    def __contains__(self, day: date) -> bool:
        return self.start <= day < self.end

    @property
    def label(self) -> str:
        """``2025``, ``2025-H2``, ``2025-Q4``, ``2025-12``, one day ``2025-01-05``, else ``2025-01-05..2025-07-04``."""
        if self.start.day == 1 and self.end.day == 1:
            months = (self.end.year - self.start.year) * 12 + self.end.month - self.start.month
            at = self.start.month - 1
            if months == 12 and at == 0:
                return f"{self.start.year:04}"
            if months == 6 and at % 6 == 0:
                return f"{self.start.year:04}-H{at // 6 + 1}"
            if months == 3 and at % 3 == 0:
                return f"{self.start.year:04}-Q{at // 3 + 1}"
            if months == 1:
                return f"{self.start.year:04}-{at + 1:02}"
        first, last = self.start.isoformat(), self.last.isoformat()
        return first if first == last else f"{first}..{last}"

    def previous(self) -> Period:
        """The period of the same length in whole months that ends where this one starts."""
        months = (self.end.year - self.start.year) * 12 + self.end.month - self.start.month
        if self.start.day == self.end.day and months:
            return Period(add_months(self.start, -months), self.start)
        return Period(self.start - (self.end - self.start), self.start)


def months(start: date, count: int) -> Period:
    return Period(start, add_months(start, count))


def parse_period(text: str) -> Period:
    """The inverse of ``Period.label``; case does not matter. ``ValueError`` otherwise."""
    text = text.strip().upper()
    if not text.isascii():
        raise ValueError("not a period")
    if ".." in text:
        first, last = (parse_day(part) for part in text.split("..", 1))
        if last < first:
            raise ValueError("a period ends before it starts")
        return Period(first, last + ONE_DAY)
    if _ISO.match(text):
        day = parse_day(text)
        return Period(day, day + ONE_DAY)
    if not (match := _LABEL.match(text)):
        raise ValueError("not a period: write 2025-Q4, 2025-H2, 2025-12, 2025, a day or FIRST..LAST")
    year, quarter, half, month = (int(part) if part else 0 for part in match.groups())
    if not 1 <= year <= LAST_YEAR:
        raise ValueError("year out of range")
    if quarter:
        return months(date(year, quarter * 3 - 2, 1), 3)
    if half:
        return months(date(year, half * 6 - 5, 1), 6)
    if match.group(4):
        return months(date(year, month, 1), 1)
    return months(date(year, 1, 1), 12)


def aligned(day: date, length: int, first_month: int = 1) -> Period:
    """The period of ``length`` months holding ``day``, in a year that starts on 1 ``first_month``."""
    offset = (day.year * 12 + day.month - first_month) // length * length
    year, month = divmod(offset + first_month - 1, 12)
    return months(date(year, month + 1, 1), length)


def days(period: Period) -> Iterator[date]:
    day = period.start
    while day < period.end:
        yield day
        day += ONE_DAY
