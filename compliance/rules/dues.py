"""When a filing is due, as the law words it: the primitives, and the days they give.

``nominal`` is the day the act names; ``shifted`` that day moved off a day off by the calendar's
``roll``; ``safe`` the last working day on or before nominal. Alarms fire on ``safe``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, model_validator

from compliance.calendars import Calendar
from compliance.i18n import _
from compliance.periods import add_months
from compliance.rules.base import EVENTS, Mark, Warranted, mark_of
from compliance.yamlfile import Day

ANCHORS = (*EVENTS, "period_start", "period_end")


def _anchor(value: object) -> object:
    if isinstance(value, str) and (value in ANCHORS or value.endswith("_on")):
        return value
    raise ValueError(
        _("counted from what? One of: {words}, or a fact such as registered_on").format(
            words=", ".join(ANCHORS)
        )
    )


Anchor = Annotated[str, BeforeValidator(_anchor)]
_PRIMITIVES = ("day", "months", "days", "working_days", "hours", "on", "earliest", "latest", "candidates")


class Due(Warranted):
    """One due rule. Exactly one primitive; ``before`` alone means *until that day*."""

    day: int | None = Field(default=None, ge=1, le=31)
    of_month: int | None = Field(default=None, ge=1, le=24)
    months: int | None = Field(default=None, ge=1, le=120)
    days: int | None = Field(default=None, ge=0, le=3660)
    working_days: int | None = Field(default=None, ge=1, le=366)
    hours: int | None = Field(default=None, ge=1, le=1000)
    on: Day | None = None
    count_from: Literal["inclusive"] | None = None
    after: Anchor | None = None
    before: Anchor | None = None
    earliest: tuple[Due, ...] = ()
    latest: tuple[Due, ...] = ()
    candidates: tuple[Due, ...] = ()

    @model_validator(mode="after")
    def _one_primitive(self) -> Due:
        named = [name for name in _PRIMITIVES if name in self.model_fields_set]
        if len(named) > 1 or (not named and self.before is None):
            raise ValueError(_("a due rule says one of: {words}").format(words=", ".join(_PRIMITIVES)))
        if (self.day is None) != (self.of_month is None):
            raise ValueError(_("day and of_month belong together"))
        if self.after is not None and self.before is not None:
            raise ValueError(_("after and before do not go together"))
        if self.count_from and not {"months", "days", "working_days"} & set(named):
            raise ValueError(_("count_from belongs to months, days or working_days"))
        for name in ("earliest", "latest", "candidates"):
            if name in named and len(getattr(self, name)) < 2:
                raise ValueError(_("{key} compares at least two rules").format(key=name))
            if name in named and (self.after or self.before):
                raise ValueError(_("after and before stand inside the rules that are compared"))
        return self


@dataclass(frozen=True, slots=True)
class Reckoned:
    """One reading of a due rule. ``at`` is the instant where the law counts hours.

    ``approximate``: working days were counted, or a day off looked up, in a year whose calendar
    nobody verified. ``arguable``: the shift is not stated by a source.
    """

    nominal_on: date
    shifted_on: date
    safe_on: date
    mark: Mark
    approximate: bool = False
    note: str = ""
    at: datetime | None = None


def reckon(
    due: Due, anchors: Mapping[str, date], *, base: str, calendar: Calendar, roll: str, mark: Mark
) -> list[Reckoned]:
    """Every reading of ``due``, the earliest first; more than one only where nobody settled which.

    ``anchors`` has ``period_start``, ``period_end`` and the events and dates that are known;
    ``base`` names the one that is counted from where the rule does not say. ``KeyError`` names an
    anchor that is not known.
    """
    own = mark_of(due, "", mark) or mark
    if due.candidates:
        found = [
            item
            for one in due.candidates
            for item in reckon(one, anchors, base=base, calendar=calendar, roll=roll, mark=own)
        ]
        return sorted(found, key=lambda item: (item.nominal_on, item.safe_on))
    if due.earliest or due.latest:
        choose = min if due.earliest else max
        sides = [
            reckon(one, anchors, base=base, calendar=calendar, roll=roll, mark=own)
            for one in _known(due.earliest or due.latest, anchors, base)
        ]
        return [choose((side[0] for side in sides), key=lambda item: item.nominal_on)]
    moment = _nominal(due, anchors, base, calendar)
    if isinstance(moment, datetime):
        day = moment.date()
        return [Reckoned(day, day, day, own, False, due.note or "", moment)]
    known = calendar.knows(moment)
    if due.working_days:
        known = known and calendar.knows(anchors[due.before or due.after or base])
    return [
        Reckoned(
            moment,
            calendar.rolled(moment, roll),
            calendar.on_or_before(moment),
            own,
            not known,
            due.note or "",
        )
    ]


def _known(sides: tuple[Due, ...], anchors: Mapping[str, date], base: str) -> list[Due]:
    """Of several rules those that can be counted; ``KeyError`` where none can. What has not happened yet
    (the start of an activity) does not end a term."""
    found = [one for one in sides if one.on is not None or (one.before or one.after or base) in anchors]
    if not found:
        raise KeyError(sides[0].before or sides[0].after or base)
    return found


def _nominal(due: Due, anchors: Mapping[str, date], base: str, calendar: Calendar) -> date | datetime:
    if due.on is not None:
        return due.on
    start = anchors[due.before or due.after or base]
    sign = -1 if due.before else 1
    if due.hours is not None:
        moment = start if isinstance(start, datetime) else datetime(start.year, start.month, start.day)
        return moment + sign * timedelta(hours=due.hours)
    day = start.date() if isinstance(start, datetime) else start
    inclusive = timedelta(days=sign) if due.count_from else timedelta()
    if due.of_month is not None and due.day is not None:
        first = add_months(day.replace(day=1), sign * due.of_month)
        return min(first + timedelta(days=due.day - 1), add_months(first, 1) - timedelta(days=1))
    if due.months is not None:
        return add_months(day, sign * due.months) - inclusive
    if due.days is not None:
        return day + sign * timedelta(days=due.days) - inclusive
    if due.working_days is not None:
        return calendar.add_working_days(day - inclusive, sign * due.working_days)
    return day
