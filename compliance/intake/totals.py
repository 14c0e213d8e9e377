"""What activities add up to, one by one, beside what a programme's workbook states in sum."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from compliance.ledger.books import Books
from compliance.ledger.models import Activity, StatedTotal
from compliance.periods import ONE_DAY, Period

PARTICIPANTS, QUANTITY = "participants", "quantity"


@dataclass(frozen=True, slots=True)
class Difference:
    """``stated`` says another number than the activities, which add up to ``counted``."""

    stated: StatedTotal
    counted: int


def counted(
    activities: Iterable[Activity], programme: str, measure: str, period: Period, kind: str | None = None
) -> int:
    """Held activities of a programme that ended in ``period``; what nobody counted adds nothing."""
    return sum(
        getattr(item, measure) or 0
        for item in activities
        if item.programme == programme
        and item.state == "held"
        and item.end_on in period
        and (kind is None or item.kind == kind)
    )


def span(stated: StatedTotal) -> Period:
    return Period(stated.start_on, stated.last_on + ONE_DAY)


def differences(books: Books) -> Iterator[Difference]:
    """Stated totals that the activities on record do not add up to."""
    for stated in books.facts(StatedTotal).values():
        found = counted(
            books.activities.values(), stated.programme, stated.measure, span(stated), stated.kind
        )
        if found != stated.value:
            yield Difference(stated, found)
