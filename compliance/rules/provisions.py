"""Provisions: dated terms, how their blocks fold together, and what is in force on a day.

A later block changes only the keys it names, each of them whole. A block that ends the provision
stands alone. A block that is not law is shown, never applied. An act's end ends all that hangs on it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Annotated, Any, Generic, TypeVar, cast

from pydantic import model_validator

from compliance.findings import Confidence, weakest
from compliance.i18n import _
from compliance.rules.base import (
    ENDS,
    NOT_LAW,
    WHOLE,
    Dated,
    DatedKey,
    Id,
    Mark,
    Status,
    Text,
    Title,
    Warranted,
    combined,
    deepest,
    mark_of,
)
from compliance.yamlfile import Misplaced, Strict


class Block(Warranted):
    """What a provision says from a date. ``status`` left out means in force."""

    status: Status = "in_force"

    @model_validator(mode="after")
    def _an_end_stands_alone(self) -> Block:
        if self.status in ENDS:
            if self.stated():
                raise ValueError(_("a block that ends the provision says only who ended it"))
            if not self.source:
                raise ValueError(_("a block that ends the provision cites who ended it: add source"))
        return self


B = TypeVar("B", bound=Block)


@dataclass(frozen=True, slots=True)
class InForce(Generic[B]):
    """The blocks in force on a day, folded into one; ``marks`` has the warrant of each key it has."""

    block: B
    marks: Mapping[str, Mark]
    notes: tuple[str, ...] = ()
    since: date = date.min

    def mark(self, *keys: str) -> Mark:
        """The weakest mark among ``keys`` (all of them where none is named) and every citation."""
        used = [self.marks[key] for key in keys or self.marks if key in self.marks]
        found = combined(list(used))
        return found or Mark((), weakest([mark.confidence for mark in used]))


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether a provision stood on a day: ``in_force``, ``not_yet``, or the word of the block that ended it."""

    status: str
    since: date
    source: tuple[str, ...] = ()
    confidence: Confidence = "sourced"
    note: str = ""


class Provision(Strict, Generic[B]):
    """``act`` is the act it lives and dies with; ``binds`` the statuses that the organisation must all have."""

    title: Title | None = None
    act: Id | None = None
    binds: tuple[Id, ...] = ()
    note: Text | None = None
    terms: dict[date, B]

    @model_validator(mode="after")
    def _every_value_has_a_warrant(self) -> Provision[B]:
        if not self.terms:
            raise Misplaced(_("there is no date in the terms"), "terms")
        seen: set[str] = set()
        for day, block in self.terms.items():
            seen |= block.stated().keys()
            for key in (*block.source, *block.confidence):
                if key != WHOLE and key not in seen:
                    raise Misplaced(_("no block up to here says “{key}”").format(key=key), "terms", _iso(day))
            for key, value in block.stated().items():
                mark = combined([*deepest(value, mark_of(block, key))])
                if mark is None:
                    raise Misplaced(
                        _("nobody vouches for this value: add source and confidence"), "terms", _iso(day), key
                    )
                if not mark.source and mark.confidence in ("sourced", "secondary"):
                    raise Misplaced(_("a value that is sourced names its source"), "terms", _iso(day), key)
        return self

    def folded(self, on: date) -> InForce[B] | None:
        """The law of the provision itself on ``on``; its act is not looked at. ``None`` when none is in force."""
        return next((law for day, law in reversed(self._laws) if day <= on), None)

    @cached_property
    def _laws(self) -> list[tuple[date, InForce[B] | None]]:
        """From each day of the terms on: all blocks so far, folded. Kept: checks ask for every fact anew."""
        if any(block.status == "void_ab_initio" for block in self.terms.values()):
            return []
        laws: list[tuple[date, InForce[B] | None]] = []
        values: dict[str, Any] = {}
        marks: dict[str, Mark] = {}
        notes: list[str] = []
        last = None
        for day, block in self.terms.items():
            if block.status in NOT_LAW:
                continue
            if last in ENDS and last != "suspended":
                values, marks, notes = {}, {}, []
            last = block.status
            if block.status != "in_force":
                laws.append((day, None))
                continue
            values |= _named(block)
            _mark(marks, block, values)
            notes += [block.note] if block.note else []
            # Not validated again: every value was, when its block was read.
            folded = cast(B, type(block).model_construct(_fields_set=set(values), **values))
            laws.append((day, InForce(folded, dict(marks), tuple(notes), day)))
        return laws

    def standing(self, on: date) -> Standing:
        """What the provision's own blocks say of the day; before all of them, of the day it begins."""
        law = [(day, block) for day, block in self.terms.items() if block.status not in NOT_LAW]
        void = [(day, block) for day, block in law if block.status == "void_ab_initio"]
        begun = void or [(day, block) for day, block in law if day <= on]
        day, block = (begun or law or list(self.terms.items()))[-1 if begun else 0]
        status = block.status if begun or not law else "not_yet"
        mark = combined([mark_of(block, key) for key in block.stated()]) or mark_of(block, WHOLE) or Mark()
        return Standing(status, day, mark.source, mark.confidence, block.note or "")

    def announced(self) -> list[tuple[date, B]]:
        """Blocks that are not law: proposed, expected, rejected. Shown, never applied."""
        return [(day, block) for day, block in self.terms.items() if block.status in NOT_LAW]


def _iso(day: date) -> str:
    return "always" if day == date.min else day.isoformat()


def _named(block: Block) -> dict[str, Any]:
    """The values that a block names, by attribute."""
    names = type(block).model_fields
    return {
        name: getattr(block, name)
        for name in names
        if name in block.model_fields_set and name not in ("source", "confidence", "note", "status")
    }


def _mark(marks: dict[str, Mark], block: Block, values: Mapping[str, Any]) -> None:
    """Warrants of the keys the block names; and of earlier keys that it only marks anew."""
    fields = type(block).model_fields
    stated = block.stated()
    for name, value in values.items():
        key = fields[name].alias or name
        if key in stated:
            above = mark_of(block, key)
            marks[key] = combined([*deepest(value, above)]) or Mark((), "uncertain")
        elif (
            key in block.source
            or key in block.confidence
            or (not stated and (block.source or block.confidence))
        ):
            marks[key] = mark_of(block, key, marks.get(key)) or marks[key]


class ActBlock(Block):
    """An act has dates and statuses, nothing else."""


class Act(Provision[ActBlock]):
    """``title`` and ``url`` as in the pack; the terms say since when the act is in force and who ended it."""

    terms: Annotated[dict[DatedKey, ActBlock], Dated]
    url: Text | None = None
