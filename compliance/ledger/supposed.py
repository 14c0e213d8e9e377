"""What would follow if some facts were otherwise: the same books, read under a supposition."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from compliance.ledger.books import Books
from compliance.ledger.models import Source


class Supposed(Books):
    """Books in which some sources are ``changed``. Nothing is written."""

    def __init__(self, books: Books, changed: Mapping[str, Source]) -> None:
        super().__init__(books._connection, known_at=books.known_at, as_of=books.as_of)
        self._changed = books.sources | dict(changed)

    @cached_property
    def sources(self) -> dict[str, Source]:
        return self._changed
