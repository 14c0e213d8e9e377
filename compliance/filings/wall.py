"""A year on one sheet for the wall: every day, which are worked, and where filings stand."""

from __future__ import annotations

from calendar import Calendar as Weeks
from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

from compliance.calendars import Calendar
from compliance.deadlines import Deadline
from compliance.i18n import _, day_text, language, month_name, weekday_names
from compliance.reports import page, pdf


def sheet(
    found: Sequence[Deadline],
    calendars: Sequence[Calendar],
    *,
    year: int,
    name: str,
    today: date,
    mark: str = "",
) -> dict[str, Any]:
    """What ``wall.html`` may name. A day is a day off where any of ``calendars`` has it off.

    Deadlines of ``year`` are numbered in order; a day carries the numbers that fall on it.
    """
    shown = sorted(
        (item for item in found if item.due_on is not None and item.due_on.year == year),
        key=lambda item: (item.due_on or date.max, item.title, item.period.label),
    )
    numbers: dict[date, list[int]] = defaultdict(list)
    for number, item in enumerate(shown, 1):
        assert item.due_on is not None
        numbers[item.due_on].append(number)
    approximate = any(not calendar.knows(date(year, 1, 1)) for calendar in calendars)
    return {
        "language": language(),
        "heading": str(year),
        "name": page.clean(name),
        "mark": mark,
        "weekdays": weekday_names(),
        "months": [_month(year, month, numbers, calendars) for month in range(1, 13)],
        "list": [_row(number, item) for number, item in enumerate(shown, 1)],
        "empty": _("Nothing is due in this year."),
        "legend": _legend(shown, approximate, today),
    }


def _month(
    year: int, month: int, numbers: dict[date, list[int]], calendars: Sequence[Calendar]
) -> dict[str, Any]:
    weeks = [
        [_cell(day, month, numbers, calendars) for day in week]
        for week in Weeks().monthdatescalendar(year, month)
    ]
    return {"name": month_name(month), "weeks": weeks}


def _cell(
    day: date, month: int, numbers: dict[date, list[int]], calendars: Sequence[Calendar]
) -> dict[str, str]:
    if day.month != month:
        return {"day": "", "kind": "out", "marks": ""}
    off = any(not calendar.is_working(day) for calendar in calendars)
    return {
        "day": str(day.day),
        "kind": "off" if off else "worked",
        "marks": ", ".join(map(str, numbers.get(day, ()))),
    }


def _row(number: int, item: Deadline) -> dict[str, str]:
    assert item.due_on is not None
    done = _("filed on {day}").format(day=day_text(item.filed_on)) if item.filed_on else ""
    return {
        "number": str(number),
        "day": day_text(item.due_on),
        "title": page.clean(f"{item.title}, {item.period.label}")
        + ("" if item.confidence == "sourced" else " *"),
        "done": done,
    }


def _legend(shown: Sequence[Deadline], approximate: bool, today: date) -> list[str]:
    said = [_("Grey is a day off. As of {day}.").format(day=day_text(today))]
    if approximate:
        said.append(_("Days off of this year are not verified."))
    if any(item.confidence != "sourced" for item in shown):
        said.append(_("  * the day is not verified against the act: compliance due --why").strip())
    return said


def print_(wall: dict[str, Any]) -> bytes:
    """One landscape sheet; ``SetupError`` without the libraries that PDF needs."""
    return pdf.render(page.environment().get_template("wall.html").render(wall), subject="wall").data
