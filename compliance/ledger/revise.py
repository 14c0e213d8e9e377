"""A correction is a new full version: what was not given keeps its last value."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any, Generic, TypeVar

from compliance.errors import UsageError
from compliance.i18n import _
from compliance.ledger.books import Books
from compliance.ledger.models import Fact

F = TypeVar("F", bound=Fact)
_WRITERS = {"entity", "version", "seq"}
_ONCE = {"amends_filing"}
"""What belongs to one version only and is not carried to the next."""


@dataclass(frozen=True, slots=True)
class Change:
    field: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Revision(Generic[F]):
    """``fact`` is ``None`` when nothing is new; ``changes`` is empty for a first version."""

    fact: F | None
    version: int
    changes: tuple[Change, ...]


def revise(books: Books, model: type[F], entity: str, given: Mapping[str, Any]) -> Revision[F]:
    """The next version of ``entity`` with the ``given`` fields (``None`` empties one).

    The first version needs every field without a default; a missing one is our bug (``TypeError``).
    ``UsageError`` for emptying what every version must have.
    """
    columns = model.table.columns
    for name, value in given.items():
        if value is None and not columns[name].nullable:
            raise UsageError(_("{field} cannot be emptied").format(field=name))
    last = books.stored(model).get(entity)
    make: Callable[..., F] = model
    if last is None:
        return Revision(make(entity=entity, **given), 1, ())
    shown = books.facts(model)[entity]
    # A merged source is shown as the other: said back, it stays as it was written.
    same = {name: getattr(last, name) for name, value in given.items() if value == getattr(shown, name)}
    given = {**given, **{name: value for name, value in same.items() if name not in _ONCE}}
    names = [field.name for field in fields(model) if field.name not in _WRITERS]
    before = {name: getattr(last, name) for name in names}
    after = {name: None if name in _ONCE else value for name, value in before.items()} | dict(given)
    changes = tuple(
        Change(name, before[name], after[name])
        for name in names
        if before[name] != after[name] and name not in _ONCE
    )
    if not changes:
        return Revision(None, last.version, ())
    return Revision(make(entity=entity, **after), last.version + 1, changes)
