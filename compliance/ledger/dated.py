"""On which day a fact happened, for ``as_of``."""

from __future__ import annotations

from datetime import date

from compliance.ledger.models import (
    Activity,
    Advance,
    Asset,
    Cheque,
    Contact,
    Contribution,
    Document,
    Fact,
    Filing,
    Hours,
    Material,
    Occurrence,
    Placement,
    Rate,
    Register,
    Role,
    StatedTotal,
    Statement,
)

HAPPENED: dict[type[Fact], str] = {
    Activity: "start_on",
    Advance: "given_on",
    Asset: "acquired_on",
    Cheque: "issued_on",
    Contact: "on_date",
    Contribution: "on_date",
    Document: "dated_on",
    Filing: "on_date",
    Hours: "month_on",
    Material: "created_on",
    Occurrence: "on_date",
    Placement: "published_on",
    Rate: "on_date",
    Register: "on_date",
    Role: "start_on",
    StatedTotal: "last_on",
    Statement: "last_on",
}
"""The field with the day of a fact. Other facts have none: they hold whatever the day."""


def happened_by(fact: Fact, day: date | None) -> bool:
    """Whether the fact had happened by the end of ``day``; what has no day always has."""
    when: date | None = (
        getattr(fact, HAPPENED[type(fact)]) if day is not None and type(fact) in HAPPENED else None
    )
    return when is None or day is None or when <= day
