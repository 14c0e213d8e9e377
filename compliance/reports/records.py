"""What a section with one line for each record may print of it: named fields, and nothing else.

Every record is reduced to text by field name here; the names a form may use are closed lists
(`rules.forms.RECORD_FIELDS`). Fields of persons come from the vault, and only when the caller hands
identities over, which happens when the captions of the form are confirmed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from compliance.ledger.kinds import PERSON_KINDS
from compliance.ledger.models import Activity, Contact, Document, Material, Source
from compliance.ledger.valuation import Atom
from compliance.periods import Period
from compliance.reports.measures import Axes, Measures
from compliance.reports.words import body_text, country_text, day_text, stored_day_text
from compliance.rules.amounts import matches

Identities = Mapping[str, Mapping[str, Any]]
"""Pseudonym -> what the vault knows of the person: name, born_on, citizenship, identity_document, address."""


@dataclass(frozen=True, slots=True)
class Record:
    """``fields``: field name -> text. ``axes`` narrow measures to it; ``atom`` is a posting of its own."""

    key: str
    caption: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    axes: Axes = field(default_factory=dict)
    atom: Atom | None = None


@dataclass(frozen=True, slots=True)
class Sight:
    """What the makers of records look at. ``identities`` is empty until captions are confirmed."""

    measures: Measures
    period: Period
    language: str
    identities: Identities
    axes: Axes
    bodies: Mapping[str, str] = field(default_factory=dict)
    """The organisation's own full names of its governing bodies."""

    def day(self, value: date | None) -> str:
        return day_text(value, self.language)


def records(kind: str, sight: Sight) -> list[Record]:
    """The records of a kind in the period, in a stable order; for an axis, one for each word it has."""
    maker = _MAKERS.get(kind)
    return list(maker(sight)) if maker else _words_of_axis(kind, sight)


def _postings(account_type: str) -> Callable[[Sight], Iterator[Record]]:
    def make(sight: Sight) -> Iterator[Record]:
        books = sight.measures.books
        axes = dict(sight.axes) | {"account": frozenset([account_type])}
        for item in sight.measures.moved_one_by_one(axes):
            entry = item.entry
            source = books.sources.get(entry.source or "")
            programme = books.programmes.get(entry.programme or "")
            yield Record(
                f"p{entry.id}",
                fields={
                    "on": sight.day(entry.on),
                    "counterparty": source.name or "" if source else "",
                    "purpose": entry.memo or entry.purpose or "",
                    "programme": programme.title if programme else "",
                    "reference": entry.document or "",
                    **_reach(source, sight),
                },
                atom=item.atom,
            )

    return make


def _reach(source: Source | None, sight: Sight) -> dict[str, str]:
    """Where an organisation that paid can be reached; of a person nothing."""
    person = source is None or source.kind in PERSON_KINDS
    body = {} if source is None or person else sight.identities.get(source.entity, {})
    return {f"source.{key}": _text(body.get(key)) for key in ("address", "email", "website")}


def _programmes(sight: Sight) -> Iterator[Record]:
    by_programme: dict[str, list[Activity]] = defaultdict(list)
    for activity in _activities_in(sight):
        by_programme[activity.programme].append(activity)
    for entity, programme in _numbered(sight.measures.books.programmes):
        held = [item for item in by_programme[entity] if item.state == "held"]
        missed = [item for item in by_programme[entity] if item.state == "not_held"]
        visits = sum(item.participants or 0 for item in held)
        yield Record(
            entity,
            programme.title,
            {
                "title": programme.title,
                "aim": programme.aim or "",
                "done": "; ".join(_done(held)),
                "participants": str(visits) if visits else "",
                "places": ", ".join(dict.fromkeys(item.place for item in held if item.place)),
                "not_held": "; ".join(
                    f"{item.description or item.kind} ({sight.day(item.start_on)})" for item in missed
                ),
            },
            {"programme": frozenset([entity])},
        )


def _done(held: list[Activity]) -> Iterator[str]:
    """``Беседы психолога: 412``: counts by what was done, in the order first done."""
    counts: dict[str, int] = defaultdict(int)
    for item in held:
        counts[item.description or item.kind] += 1 if item.quantity is None else item.quantity
    for words, count in counts.items():
        yield f"{words}: {count}"


def _activities(sight: Sight) -> Iterator[Record]:
    programmes = sight.measures.books.programmes
    for item in _activities_in(sight):
        programme = programmes.get(item.programme)
        yield Record(
            item.entity,
            fields={
                "programme": programme.title if programme else "",
                "kind": item.kind,
                "state": item.state,
                "start_on": sight.day(item.start_on),
                "end_on": sight.day(item.end_on),
                "quantity": "" if item.quantity is None else str(item.quantity),
                "participants": "" if item.participants is None else str(item.participants),
                "place": item.place or "",
                "description": item.description or "",
                "output": item.output or "",
            },
        )


def _activities_in(sight: Sight) -> list[Activity]:
    found = [
        item
        for item in sight.measures.books.activities.values()
        if item.start_on < sight.period.end and item.end_on >= sight.period.start
    ]
    return sorted(found, key=lambda item: (item.start_on, item.entity))


def _roles(sight: Sight) -> Iterator[Record]:
    documents = sight.measures.books.documents
    roles = [
        item
        for item in sight.measures.books.roles.values()
        if item.start_on < sight.period.end and (item.end_on is None or item.end_on >= sight.period.start)
        if item.body in sight.axes.get("body", (item.body,))
    ]
    for item in sorted(roles, key=lambda item: (item.body, item.start_on, item.entity)):
        person = sight.identities.get(item.person, {})
        act = _act(item.appointed_by or "", documents, sight)
        yield Record(
            item.entity,
            fields={
                "body": body_text(item.body, sight.language, sight.bodies.get(item.body, "")),
                "title": item.title,
                "post": ", ".join(part for part in (item.title, act) if part),
                "start_on": sight.day(item.start_on),
                "end_on": sight.day(item.end_on),
                "appointed_by": act,
                "person.name": _text(person.get("name")),
                "person.birth_date": stored_day_text(_text(person.get("born_on")), sight.language),
                "person.citizenship": country_text(_text(person.get("citizenship")), sight.language),
                "person.id_document": _text(person.get("identity_document")),
                "person.address": _text(person.get("address")),
            },
        )


def _act(appointed_by: str, documents: Mapping[str, Document], sight: Sight) -> str:
    """The act of appointment: a recorded paper by its title and day, otherwise the words typed for it."""
    paper = documents.get(appointed_by)
    if paper is None:
        return appointed_by
    day = sight.day(paper.dated_on)
    return paper.title if not day or day in paper.title else f"{paper.title} ({day})"


def _accounts(sight: Sight) -> Iterator[Record]:
    for entity, item in _numbered(sight.measures.books.accounts):
        opened = item.opened_on is None or item.opened_on < sight.period.end
        closed = item.closed_on is not None and item.closed_on < sight.period.start
        facts = {"account": item.type, "account_class": item.account_class}
        wanted = {axis: words for axis, words in sight.axes.items() if axis in facts}
        if not item.number or not opened or closed or not matches(wanted, facts):
            continue
        yield Record(
            entity,
            item.title,
            {
                "title": item.title,
                "number": item.number,
                "bic": item.bic or "",
                "currency": item.currency or "",
                "opened_on": sight.day(item.opened_on),
                "closed_on": sight.day(item.closed_on),
            },
            {"account_id": frozenset([entity])},
        )


def _sources(sight: Sight) -> Iterator[Record]:
    paid = {atom.source for atom in sight.measures.moved if atom.source}
    for entity, item in _numbered(sight.measures.books.sources):
        if entity in paid:
            country = country_text(item.country or "", sight.language)
            fields = {"name": item.name or "", "kind": item.kind, "country": country, **_reach(item, sight)}
            yield Record(entity, item.name or "", fields, {"source_id": frozenset([entity])})


def _materials(sight: Sight) -> Iterator[Record]:
    for entity, item in sight.measures.books.facts(Material).items():
        if item.created_on in sight.period:
            fields = {"title": item.title, "medium": item.medium, "created_on": sight.day(item.created_on)}
            yield Record(entity, fields=fields)


def _documents(sight: Sight) -> Iterator[Record]:
    for entity, item in sight.measures.books.documents.items():
        if item.dated_on is not None and item.dated_on in sight.period:
            fields = {"title": item.title, "kind": item.kind, "dated_on": sight.day(item.dated_on)}
            yield Record(entity, fields=fields)


def _contacts(sight: Sight) -> Iterator[Record]:
    """Registrable contacts of the period; of the principals whose agreements the section is about."""
    books = sight.measures.books
    wanted = sight.axes.get("fund")
    donors = {fund.donor for key, fund in books.funds.items() if wanted is None or key in wanted}
    found = [
        (entity, item)
        for entity, item in books.facts(Contact).items()
        if item.state == "registrable" and item.on_date in sight.period
        if wanted is None or item.principal in donors
    ]
    for entity, item in sorted(found, key=lambda pair: (pair[1].on_date, pair[0])):
        person = sight.identities.get(entity, {})
        yield Record(
            entity,
            fields={
                "on": sight.day(item.on_date),
                "body": item.body or "",
                "person.name": _text(person.get("name")),
                "method": item.method,
                "purpose": item.purpose or "",
            },
        )


def _words_of_axis(axis: str, sight: Sight) -> list[Record]:
    """One record for each word that postings of the period have on an axis."""
    measures = sight.measures
    words = {measures.facts(atom).get(axis) for atom in measures.atoms("sum", sight.axes)}
    titles = {entity: item.title for entity, item in measures.books.programmes.items()}
    return [
        Record(word, titles.get(word, word), {"title": titles.get(word, word)}, {axis: frozenset([word])})
        for word in sorted(word for word in words if word)
    ]


def _numbered(facts: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """By entity, ``p2`` before ``p10``."""
    return sorted(facts.items(), key=lambda item: (_split(item[0]), item[0]))


def _split(entity: str) -> tuple[str, int]:
    stem = entity.rstrip("0123456789")
    return stem, int(entity[len(stem) :] or 0)


def _text(value: object) -> str:
    return "" if value is None else str(value)


_MAKERS: dict[str, Callable[[Sight], Iterator[Record]]] = {
    "receipt": _postings("income"),
    "payment": _postings("expense"),
    "programme": _programmes,
    "activity": _activities,
    "role": _roles,
    "account": _accounts,
    "source": _sources,
    "material": _materials,
    "document": _documents,
    "contact": _contacts,
}
