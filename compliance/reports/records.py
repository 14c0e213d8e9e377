"""What a section with one line for each record may print of it: named fields, and nothing else.

Every record is reduced to text by field name here; the names a form may use are closed lists
(`rules.forms.RECORD_FIELDS`). Fields of persons come from the vault, and only when the caller hands
identities over, which happens when the captions of the form are confirmed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping

from compliance.i18n import translated
from compliance.ledger.models import Activity, Contact, Document, Material
from compliance.reports import listed
from compliance.reports.sight import Record, Sight, nature, numbered, reach, typed
from compliance.reports.words import body_text, country_text, stored_day_text
from compliance.rules.amounts import matches


def records(kind: str, sight: Sight) -> list[Record]:
    """The records of a kind in the period, in a stable order; for an axis, one for each word it has."""
    maker = _MAKERS.get(kind) or listed.MAKERS.get(kind)
    return list(maker(sight)) if maker else _words_of_axis(kind, sight)


def _postings(account_type: str) -> Callable[[Sight], Iterator[Record]]:
    def make(sight: Sight) -> Iterator[Record]:
        books = sight.measures.books
        axes = dict(sight.axes) | {"account": frozenset([account_type])}
        for item in sight.measures.moved_one_by_one(axes):
            entry = item.entry
            source = books.sources.get(entry.source or "")
            programme = books.programmes.get(entry.programme or "")
            fund = books.funds.get(entry.fund)
            yield Record(
                f"p{entry.id}",
                fields={
                    "on": sight.day(entry.on),
                    "counterparty": source.name or "" if source else "",
                    "purpose": entry.memo or entry.purpose or "",
                    "programme": programme.title if programme else "",
                    "reference": entry.document or "",
                    "fund.purpose": fund.purpose or "" if fund else "",
                    "source.nature": translated(sight.language, nature(source)) if source else "",
                    **reach(source, sight),
                },
                atom=item.atom,
            )

    return make


def _programmes(sight: Sight) -> Iterator[Record]:
    by_programme: dict[str, list[Activity]] = defaultdict(list)
    for activity in _activities_in(sight):
        by_programme[activity.programme].append(activity)
    for entity, programme in numbered(sight.measures.books.programmes):
        held = [item for item in by_programme[entity] if item.state == "held"]
        missed = [item for item in by_programme[entity] if item.state == "not_held"]
        planned = [item for item in by_programme[entity] if item.state == "planned"]
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
                "not_held": "; ".join(_dated(missed, sight)),
                "planned": "; ".join(_dated(planned, sight)),
            },
            {"programme": frozenset([entity])},
        )


def _dated(activities: list[Activity], sight: Sight) -> Iterator[str]:
    for item in activities:
        yield f"{item.description or item.kind} ({sight.day(item.start_on)})"


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
                "person.name": typed(person.get("name")),
                "person.birth_date": stored_day_text(typed(person.get("born_on")), sight.language),
                "person.citizenship": country_text(typed(person.get("citizenship")), sight.language),
                "person.id_document": typed(person.get("identity_document")),
                "person.address": typed(person.get("address")),
            },
            span=(item.start_on, item.end_on),
        )


def _act(appointed_by: str, documents: Mapping[str, Document], sight: Sight) -> str:
    """The act of appointment: a recorded paper by its title and day, otherwise the words typed for it."""
    paper = documents.get(appointed_by)
    if paper is None:
        return appointed_by
    day = sight.day(paper.dated_on)
    return paper.title if not day or day in paper.title else f"{paper.title} ({day})"


def _accounts(sight: Sight) -> Iterator[Record]:
    for entity, item in numbered(sight.measures.books.accounts):
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
            span=(item.opened_on, item.closed_on),
        )


def _sources(sight: Sight) -> Iterator[Record]:
    paid = {atom.source for atom in sight.measures.moved if atom.source}
    for entity, item in numbered(sight.measures.books.sources):
        if entity in paid:
            country = country_text(item.country or "", sight.language)
            fields = {
                "name": item.name or "",
                "kind": item.kind,
                "nature": translated(sight.language, nature(item)),
                "country": country,
                **reach(item, sight),
            }
            yield Record(entity, item.name or "", fields, {"source_id": frozenset([entity])})


def _materials(sight: Sight) -> Iterator[Record]:
    for entity, item in sight.measures.books.facts(Material).items():
        if item.created_on in sight.period:
            fields = {"title": item.title, "medium": item.medium, "created_on": sight.day(item.created_on)}
            yield Record(entity, fields=fields)


def _documents(sight: Sight) -> Iterator[Record]:
    for entity, item in sight.measures.books.documents.items():
        of_kind = item.kind in sight.axes.get("kind", (item.kind,))
        if of_kind and item.dated_on is not None and item.dated_on in sight.period:
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
                "person.name": typed(person.get("name")),
                "method": item.method,
                "purpose": item.purpose or "",
            },
        )


def _words_of_axis(axis: str, sight: Sight) -> list[Record]:
    """One record for each word that postings of the period have on an axis."""
    measures = sight.measures
    words = {measures.facts(atom).get(axis) for atom in measures.atoms("sum", sight.axes)}
    titles = {
        **{entity: item.title for entity, item in measures.books.programmes.items()},
        **(measures.line_titles if axis == "expense_line" else {}),
    }
    order = {word: at for at, word in enumerate(measures.line_titles)} if axis == "expense_line" else {}
    return [
        Record(word, titles.get(word, word), {"title": titles.get(word, word)}, {axis: frozenset([word])})
        for word in sorted(
            (word for word in words if word), key=lambda word: (order.get(word, len(order)), word)
        )
    ]


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
