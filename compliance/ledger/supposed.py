"""What would follow if some facts were otherwise: the same books, read under a supposition."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from compliance.ledger.books import Books
from compliance.ledger.models import Fact

F = TypeVar("F", bound=Fact)


class Supposed(Books):
    """Books in which some facts of one kind are ``changed``, or there besides. Nothing is written."""

    def __init__(self, books: Books, changed: Mapping[str, Fact]) -> None:
        super().__init__(books._connection, known_at=books.known_at, as_of=books.as_of)
        self._changed: dict[type[Fact], dict[str, Any]] = {}
        for entity, fact in changed.items():
            self._changed.setdefault(type(fact), {})[entity] = fact

    def facts(self, model: type[F]) -> dict[str, F]:
        return super().facts(model) | self._changed.get(model, {})
