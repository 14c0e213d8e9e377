"""What touches a filed period: which filings a day belongs to, and what amending entries changed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection

from compliance.ledger.books import Books
from compliance.ledger.models import Filing
from compliance.ledger.stored import stored_moment


class AmendingBooks(Books):
    """Only the movements that were recorded as amending one filing; facts as always."""

    def __init__(self, books: Books, filing: str) -> None:
        super().__init__(books._connection, as_of=books.as_of)
        self.known_at = books.known_at
        self._filing = filing

    def _tests(
        self, start: date | None, end: date | None, where: dict[str, Sequence[str]] | None
    ) -> tuple[str, list[Any]]:
        tests, values = super()._tests(start, end, where)
        return f"{tests} AND txn.amends_filing = ?", [*values, self._filing]


class OpenBooks(Books):
    """What is known once the open event ``seq`` counts as well: what it has flushed, before it is sealed."""

    def __init__(self, connection: Connection, seq: int) -> None:
        super().__init__(connection)
        self.known_at = seq


def affected(books: Books, days: Iterable[date], kind: str = "money") -> list[Filing]:
    """The filings that closed these days for facts of a kind, oldest period first."""
    spans = [item for item in books.freezes.values() if item.kind == kind]
    found = {
        item.filing: books.filings[item.filing]
        for day in days
        for item in spans
        if item.start_on <= day <= item.last_on and item.filing in books.filings
    }
    return sorted(found.values(), key=lambda item: (item.start_on, item.entity))


def learned_on(books: Books, filing: str) -> date | None:
    """The day the first entry that amends a filing was recorded: since when the mistake is known."""
    query = (
        "SELECT min(recorded_at) FROM event WHERE seq IN "
        "(SELECT seq FROM txn WHERE amends_filing = ? AND seq <= ?"
        " UNION SELECT seq FROM activity WHERE amends_filing = ? AND seq <= ?)"
    )
    found = next(books.read(query, (filing, books.known_at, filing, books.known_at)), (None,))[0]
    return stored_moment(found).date() if found else None
