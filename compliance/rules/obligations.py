"""Filing requirements: how often, due when, to whom, by which channel, with which form."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Discriminator, Field, Tag, model_validator

from compliance.i18n import _
from compliance.periods import ONE_DAY, Period, add_months, aligned, months
from compliance.rules.amounts import Select
from compliance.rules.base import Amount_, Channel, Dated, DatedKey, Id, Warranted, _listed, month_day
from compliance.rules.dues import Due
from compliance.rules.provisions import Block, Provision

Word = Literal["month", "quarter", "half_year", "year"]
LENGTHS = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}


class Cycle(Warranted):
    """Periods of ``months``, from a month-day (a fiscal year) or a date of the subject (``registered_on``).

    From a date of the subject, a period ends on the day of the same number, or is pulled to that
    month's end by ``ends: month_end``.
    """

    months: int = Field(ge=1, le=120)
    from_: str = Field(alias="from")
    ends: Literal["month_end"] | None = None

    @model_validator(mode="after")
    def _one_spelling(self) -> Cycle:
        start = month_day(self.from_)
        if start is None and not self.from_.endswith("_on"):
            raise ValueError(_("periods start on a month-day such as 04-01, or a fact such as registered_on"))
        if start == (1, 1) and self.months in LENGTHS.values():
            word = next(name for name, length in LENGTHS.items() if length == self.months)
            raise ValueError(_("one thing has one spelling: write {word}").format(word=word))
        if start is not None and 12 % self.months:
            raise ValueError(_("periods from a month-day divide a year"))
        return self


def _every_kind(value: Any) -> str:
    return "~word" if isinstance(value, str) else "~cycle"


Every = Annotated[Annotated[Word, Tag("~word")] | Annotated[Cycle, Tag("~cycle")], Discriminator(_every_kind)]


def periods(every: Every, start: date, end: date, facts: dict[str, date]) -> Iterator[Period]:
    """The periods whose last day is in ``[start, end)``, in order. ``KeyError`` names a missing fact."""
    if isinstance(every, Cycle) and month_day(every.from_) is None:
        yield from _from_fact(every, facts[every.from_], start, end)
        return
    if isinstance(every, Cycle):
        first_month, first_day = month_day(every.from_) or (1, 1)
        length, shift = every.months, timedelta(days=first_day - 1)
    else:
        length, first_month, shift = LENGTHS[every], 1, timedelta()
    period = aligned(start - shift, length, first_month)
    while True:
        moved = Period(period.start + shift, period.end + shift)
        if moved.last >= end:
            return
        if moved.last >= start:
            yield moved
        period = months(period.end, length)


def _from_fact(every: Cycle, fact: date, start: date, end: date) -> Iterator[Period]:
    first, number = fact, 1
    while True:
        last = add_months(fact, every.months * number)
        if every.ends:
            last = add_months(last.replace(day=1), 1) - ONE_DAY
        if last >= end:
            return
        if last >= start:
            yield Period(first, last + ONE_DAY)
        first, number = last + ONE_DAY, number + 1


class Fee(Warranted):
    """What is paid for ``each`` principal that the filing lists. ``with``: the filings it goes with, by their ids."""

    amount: Amount_
    each: Literal["principal"]
    with_: Annotated[tuple[Id, ...], BeforeValidator(_listed)] = Field(default=(), alias="with")


class ObligationBlock(Block):
    """``every`` a period, or ``upon`` an event (or the crossing of a threshold, by its id).

    ``correction``: by when a mistake in what was filed is corrected, counted from ``learned_on``, the
    day it became known. Left out where no source names a day: then none is known, and none is guessed.
    """

    every: Every | None = None
    upon: Id | None = None
    select: Select | None = None
    exceeds: Amount_ | None = None
    if_: Id | None = Field(default=None, alias="if")
    due: Due | None = None
    correction: Due | None = None
    recipient: Id | None = None
    channels: Annotated[tuple[Channel, ...], BeforeValidator(_listed)] = ()
    form: Id | None = None
    fee: Fee | None = None


class Extension(Warranted):
    """Another due rule for one period, named by its last day."""

    due: Due


class Obligation(Provision[ObligationBlock]):
    """``name`` is the short word people type; unique in the pack. ``closes``: kinds of fact a filing freezes."""

    name: Id
    terms: Annotated[dict[DatedKey, ObligationBlock], Dated]
    extensions: Annotated[dict[DatedKey, Extension], Dated] = {}
    closes: tuple[Literal["money", "activity"], ...] = ()

    @property
    def is_periodic(self) -> bool:
        return any(block.every is not None for block in self.terms.values())

    @model_validator(mode="after")
    def _a_period_or_an_event(self) -> Obligation:
        for block in self.terms.values():
            if block.every is not None and block.upon is not None:
                raise ValueError(_("a duty comes every period or upon an event, not both"))
        return self
