"""What came back from communications, as a plan: facts added, changed, the same, and where both sides changed one.

A change is held against the version of the fact that was handed out, found by its digest: what the books changed
since stays unless the packet changed the same field otherwise, and then people decide. The same packet twice
changes nothing, and nothing is ever taken out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from compliance.errors import InputError
from compliance.filings import placements
from compliance.filings.press import Additions, outside
from compliance.filings.press_facts import FREE, MODELS, NAMED, Line, Outside, digest_of
from compliance.i18n import _
from compliance.ledger.books import Books
from compliance.ledger.fact import Fact
from compliance.ledger.revise import Change, revise

BOOKS, PRESS = "books", "press"


@dataclass(frozen=True, slots=True)
class Planned:
    """One fact to be written; ``changes`` is empty for what is new."""

    kind: str
    fact: Fact
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Conflict:
    """A field that both sides changed: what the books say, and what the packet says."""

    kind: str
    id: str
    field: str
    books: Any
    press: Any


@dataclass(slots=True)
class Plan:
    """``looked_at``: channels that were looked at later than the books know."""

    added: list[Planned] = field(default_factory=list)
    changed: list[Planned] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)
    same: int = 0
    looked_at: dict[str, date] = field(default_factory=dict)

    @property
    def facts(self) -> list[Fact]:
        return [item.fact for item in (*self.added, *self.changed)]


def plan(books: Books, given: Additions, names: tuple[str, ...], place: str, *, prefer: str = BOOKS) -> Plan:
    """``prefer``: whose word counts where both changed a field. `InputError` where the packet is of other books, or
    speaks of what they do not have."""
    way = outside(books, names)
    if given.books != books.event_anchor(1):
        raise InputError(
            _("this packet is of other books"),
            place=place,
            why=_("It was made from a press packet of books that began as {code}.").format(code=given.books),
            remedy=_("Accept it where that packet was made."),
        )
    merging = _Merging(books, way, prefer, place)
    fresh = {
        kind: {item.id for item in given.lines if item.kind == kind and not item.base} for kind in MODELS
    }
    known = {
        "material": {*books.materials, *fresh["material"]},
        "about": {*books.placements, *fresh["placement"]},
    }
    for line in given.lines:
        line = _inside(line, merging.real)
        if any(line.fields[name] not in known[name] for name in NAMED & line.fields.keys()):
            raise InputError(
                _("the packet speaks of a material or placement that is not in the books"),
                place=f"{place}: {line.id}",
                remedy=_("Have it made again there: compliance press pack OUT"),
            )
        merging.take(line)
    looked = {name: item.looked_at or date.min for name, item in placements.watched(books).items()}
    merging.plan.looked_at = {
        name: day for name, day in given.looked_at.items() if looked.get(name, date.min) < day
    }
    return merging.plan


def _inside(line: Line, real: Mapping[str, str]) -> Line:
    """With the ids of the books in the place of hidden ones."""
    fields = dict(line.fields)
    for name in NAMED & fields.keys():
        fields[name] = real.get(fields[name], fields[name])
    return replace(line, id=real.get(line.id, line.id), fields=fields)


class _Merging:
    def __init__(self, books: Books, way: Outside, prefer: str, place: str) -> None:
        self.books, self.way, self.prefer, self.place = books, way, prefer, place
        self.hidden = way.hidden(books)
        self.real = way.inside(books)
        self.plan = Plan()

    def take(self, line: Line) -> None:
        model = MODELS[line.kind]
        now = self.books.facts(model).get(line.id)
        if now is None and line.base is not None:
            raise InputError(
                _("the packet changes something that is not in the books"),
                place=f"{self.place}: {line.id}",
                remedy=_("Have a new packet made: compliance press make OUT"),
            )
        wanted = dict(line.fields) if now is None else self._agreed(line, model, now)
        made = revise(self.books, model, line.id, wanted)
        if made.fact is None:
            self.plan.same += 1
            return
        kind = self.plan.added if now is None else self.plan.changed
        kind.append(Planned(line.kind, made.fact, made.changes))

    def _agreed(self, line: Line, model: type[Fact], now: Fact) -> dict[str, Any]:
        """The fields that the packet may change."""
        handed = self._handed(line, model)
        agreed = {}
        for name, value in line.fields.items():
            held = getattr(now, name)
            if held == value or self._told(name, held) == value:
                continue
            if handed is not None and held == getattr(handed, name):
                agreed[name] = value
                continue
            self.plan.conflicts.append(Conflict(line.kind, line.id, name, held, value))
            if self.prefer == PRESS:
                agreed[name] = value
        return agreed

    def _handed(self, line: Line, model: type[Fact]) -> Fact | None:
        """The newest version that was handed out as what the packet was made from."""
        if line.base is None:
            return None
        outside_id = self.way.id(line.id, self.hidden)
        for version in reversed(self.books.versions(model, line.id)):
            if (
                digest_of(line.kind, outside_id, self.way.fields(line.kind, version, self.hidden))
                == line.base
            ):
                return version
        return None

    def _told(self, name: str, held: Any) -> Any:
        """As it is outside; a text that is masked there has not changed for being masked."""
        return self.way.text(held, is_address=FREE[name]) if name in FREE and held is not None else held
