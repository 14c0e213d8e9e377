"""What ``list`` tells of a fact besides what stands in it: derived from what else is recorded."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from compliance.ledger.books import Books

Besides = Callable[[str], dict[str, Any]]
"""The id of a fact -> more values for its row."""


def told_besides(books: Books, kind: str) -> Besides | None:
    """For a kind of facts of which more is told; else None."""
    tell = {"placements": _proofs, "cheques": _presented}.get(kind)
    return tell(books) if tell else None


def _proofs(books: Books) -> Besides:
    """Of a placement the ids of the papers that show what stood there."""
    from compliance.filings.proof import proofs

    found = proofs(books)
    return lambda entity: {"proofs": [item.paper.entity for item in found.get(entity, ())]}


def _presented(books: Books) -> Besides:
    """Of a cheque whether the bank paid it, or it was undone."""
    from compliance.ledger.chart import CHEQUES
    from compliance.ledger.debts import open_debts

    waiting = {debt.document for debt in open_debts(books) if debt.kind == CHEQUES and debt.amount_minor > 0}

    def state(entity: str) -> dict[str, Any]:
        if entity in waiting:
            return {"state": "issued"}
        return {"state": "presented" if books.resting_on(entity) else "undone"}

    return state
