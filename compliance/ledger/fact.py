"""A versioned fact: what every table of facts begins with."""

from __future__ import annotations

from compliance.ledger.rows import Row, column


class Fact(Row):
    """``seq`` and ``version`` are set by the writer; leave them out when making a fact."""

    entity: str = column(primary_key=True)
    version: int = column(primary_key=True, default=0)
    seq: int = column(default=0, references="event.seq", deferred=True, index=True)
