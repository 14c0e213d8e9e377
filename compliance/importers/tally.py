"""The proof that a statement is whole: opening + movement = closing, and what is missing where it is not.

Bank files lose days and rows silently, and readers of bank files lose amounts silently; this sum is
what catches both. Nothing is loaded from a file that does not add up.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise

from compliance.errors import InputError
from compliance.i18n import _, language
from compliance.money import display
from compliance.periods import ONE_DAY, Period, days

_LONGEST_SEARCH_DAYS = 400


@dataclass(slots=True)
class Block:
    """A span of days with its balances as the file states them, and the movement found in its lines.

    All amounts are minor units; ``received_minor``, ``spent_minor`` and the totals are >= 0. ``days``
    are the days with lines. ``received_total`` and ``spent_total`` are the file's own, if it has them.
    """

    span: Period
    opening_minor: int
    closing_minor: int
    place: str
    received_total: int | None = None
    spent_total: int | None = None
    received_minor: int = 0
    spent_minor: int = 0
    days: set[date] = field(default_factory=set)

    @property
    def lacking_minor(self) -> int:
        """What the lines are short of the closing balance; 0 when they add up."""
        return self.closing_minor - self.opening_minor - self.received_minor + self.spent_minor

    @property
    def adds_up(self) -> bool:
        return (
            self.lacking_minor == 0
            and self.received_total in (None, self.received_minor)
            and self.spent_total in (None, self.spent_minor)
        )


def prove(blocks: list[Block], currency: str) -> None:
    """``blocks`` of one account, by day. ``InputError`` at the first that does not add up or does not follow."""
    for before, after in pairwise(blocks):
        if after.span.start < before.span.end:
            raise InputError(
                _("two parts of the file cover the same day of one account: {day}").format(
                    day=day_text(after.span.start)
                ),
                place=after.place,
                remedy=_nothing_loaded(Period(before.span.start, max(after.span.end, before.span.end))),
            )
    for block in blocks:
        if not block.adds_up:
            raise _short(block, currency)
    for before, after in pairwise(blocks):
        if before.closing_minor != after.opening_minor:
            raise jump(before, after, currency)


def _short(block: Block, currency: str) -> InputError:
    """The lines of ``block`` do not give its closing balance, or its own totals."""

    def text(minor: int) -> str:
        return display(minor, currency, language())

    surplus = _surplus(block)
    why = _("Opening {opening} + received {received} - spent {spent} is not closing {closing}.").format(
        opening=text(block.opening_minor),
        received=text(block.received_minor),
        spent=text(block.spent_minor),
        closing=text(block.closing_minor),
    )
    if block.lacking_minor == 0:
        why = _("The lines add up to received {received} and spent {spent}; the file says otherwise.").format(
            received=text(block.received_minor), spent=text(block.spent_minor)
        )
    if surplus:
        what = _("the file has {amount} too much").format(amount=text(surplus))
        return InputError(what, place=block.place, why=why, remedy=_nothing_loaded(block.span))
    amount = text(abs(block.lacking_minor) or _difference(block))
    if block.span.last == block.span.start:
        what = _("the file lacks {amount} on {day}").format(amount=amount, day=day_text(block.span.start))
        return InputError(what, place=block.place, why=why, remedy=_nothing_loaded(_around(block.span)))
    return lacking(amount, _silent_workdays(block), block.span, block.place, why)


def _surplus(block: Block) -> int:
    over = 0
    if block.received_total is not None:
        over = max(over, block.received_minor - block.received_total)
    if block.spent_total is not None:
        over = max(over, block.spent_minor - block.spent_total)
    return over


def _difference(block: Block) -> int:
    """By how much the totals differ, where they differ although the balances meet."""
    received = 0 if block.received_total is None else block.received_total - block.received_minor
    spent = 0 if block.spent_total is None else block.spent_total - block.spent_minor
    return max(abs(received), abs(spent))


def jump(before: Block, after: Block, currency: str) -> InputError:
    """The next part opens with another balance than the one before closed with."""
    amount = display(abs(after.opening_minor - before.closing_minor), currency, language())
    why = _("The closing balance of {day} is not the opening balance of {next}.").format(
        day=day_text(before.span.last), next=day_text(after.span.start)
    )
    around = Period(
        min(before.span.last, after.span.start), max(before.span.last, after.span.start) + ONE_DAY
    )
    gap = Period(before.span.end, after.span.start) if before.span.end < after.span.start else None
    return lacking(amount, _workdays(gap) or (gap and list(days(gap))) or [], around, after.place, why)


def lacking(amount: str, missing: list[date], span: Period, place: str, why: str) -> InputError:
    """``amount`` is missing somewhere in ``span``, likely on the days ``missing`` (may be empty)."""
    if not missing:
        what = _("the file lacks {amount}").format(amount=amount)
        return InputError(what, place=place, why=why, remedy=_nothing_loaded(span))
    hole = Period(missing[0], missing[-1] + ONE_DAY)
    if len(missing) == 1:
        what = _("the file lacks {amount}: probably the day {day} is missing").format(
            amount=amount, day=day_text(missing[0])
        )
    else:
        what = _("the file lacks {amount}: probably the days {days} are missing").format(
            amount=amount, days=span_text(hole)
        )
    return InputError(what, place=place, why=why, remedy=_nothing_loaded(_around(hole)))


def between(first: date, second: date) -> list[date]:
    """Working days strictly between two days, whichever is earlier."""
    start, end = min(first, second) + ONE_DAY, max(first, second)
    return _workdays(Period(start, end)) if start < end else []


def _silent_workdays(block: Block) -> list[date]:
    """The one Monday to Friday without a line, if there is exactly one among five or more."""
    workdays = _workdays(block.span)
    silent = [day for day in workdays if day not in block.days]
    return silent if len(silent) == 1 and len(workdays) >= 5 else []


def _workdays(span: Period | None) -> list[date]:
    if span is None or (span.end - span.start).days > _LONGEST_SEARCH_DAYS:
        return []
    return [day for day in days(span) if day.weekday() < 5]


def _around(span: Period) -> Period:
    """One day more on each side, so that both balances can be compared."""
    if span.start <= date(2, 1, 1) or span.end >= date(9998, 1, 1):
        return span
    return Period(span.start - ONE_DAY, span.end + timedelta(days=1))


def _nothing_loaded(span: Period) -> str:
    return _("Download the statement for {days} again. Nothing was loaded.").format(days=span_text(span))


def day_text(day: date) -> str:
    """``17.11.2025`` in Russian, ``2025-11-17`` elsewhere."""
    return f"{day:%d.%m}.{day.year:04}" if language() == "ru" else day.isoformat()


def span_text(span: Period) -> str:
    """``16-18.11.2025`` in Russian where the month is one, else first and last day."""
    first, last = span.start, span.last
    if first == last:
        return day_text(first)
    if language() != "ru":
        return f"{day_text(first)}..{day_text(last)}"
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day:02}-{day_text(last)}"
    return f"{day_text(first)}-{day_text(last)}"
