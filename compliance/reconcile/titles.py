"""The span of days in a report's title, as 1C and Tally write it."""

from __future__ import annotations

import re
from datetime import date

from compliance.periods import ONE_DAY, Period, add_months

_MONTHS = dict(zip("янв фев мар апр май июн июл авг сен окт ноя дек".split(), range(1, 13), strict=True)) | {
    "мая": 5
}
_ENGLISH = dict(zip("jan feb mar apr may jun jul aug sep oct nov dec".split(), range(1, 13), strict=True))
_DAYS = re.compile(r"(\d{2})\.(\d{2})\.(\d{4})\s*(?:г\.)?\s*(?:-|–|—|по)\s*(\d{2})\.(\d{2})\.(\d{4})")
_QUARTER = re.compile(r"за ([1-4]) квартал (\d{4})", re.IGNORECASE)
_HALF = re.compile(r"за ([12]) полугодие (\d{4})", re.IGNORECASE)
_MONTH = re.compile(r"([а-яё]{3,8}) (\d{4})", re.IGNORECASE)
_MONTHS_FROM_START = re.compile(r"за (\d{1,2}) месяц\w* (\d{4})", re.IGNORECASE)
_YEAR = re.compile(r"за (\d{4}) ?г", re.IGNORECASE)
_TALLY = re.compile(r"(\d{1,2})-([A-Za-z]{3})-(\d{2,4})(?:\s+to\s+(\d{1,2})-([A-Za-z]{3})-(\d{2,4}))?")


def span_of(text: str) -> Period | None:
    """``за 4 квартал 2025 г.``, ``за Октябрь 2025 г. - Декабрь 2025 г.``, ``01.10.2025 - 31.12.2025``..."""
    text = " ".join(text.split())
    try:
        if found := _DAYS.search(text):
            first, last = found.groups()[:3], found.groups()[3:]
            start, end = (date(int(year), int(month), int(day)) for day, month, year in (first, last))
            return Period(start, end + ONE_DAY)
        for pattern, months in ((_QUARTER, 3), (_HALF, 6)):
            if found := pattern.search(text):
                start = date(int(found[2]), (int(found[1]) - 1) * months + 1, 1)
                return Period(start, add_months(start, months))
        if found := _MONTHS_FROM_START.search(text):
            start = date(int(found[2]), 1, 1)
            return Period(start, add_months(start, int(found[1])))
        named = [(_MONTHS.get(name.lower()[:3]), int(year)) for name, year in _MONTH.findall(text)]
        months_named = [date(year, month, 1) for month, year in named if month]
        if months_named:
            return Period(months_named[0], add_months(months_named[-1], 1))
        if found := _YEAR.search(text):
            return Period(date(int(found[1]), 1, 1), date(int(found[1]) + 1, 1, 1))
        if found := _TALLY.search(text):
            start = tally_day(found[1], found[2], found[3])
            end = tally_day(found[4], found[5], found[6]) if found[4] else start
            return Period(start, end + ONE_DAY)
    except (ValueError, AssertionError):
        return None
    return None


def tally_day(day: str, month: str, year: str) -> date:
    """``1-Apr-25``; ``ValueError`` for what is no day."""
    if month.lower() not in _ENGLISH:
        raise ValueError("not a month")
    number = int(year)
    return date(number + 2000 if number < 100 else number, _ENGLISH[month.lower()], int(day))


def months_of(days: list[date]) -> Period:
    """Whole months from the first day to the last."""
    first = min(days).replace(day=1)
    return Period(first, add_months(max(days).replace(day=1), 1))
