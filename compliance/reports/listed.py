"""What is listed beside money and people: principals, agreements, things that are kept, contributions given."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import date

from compliance.i18n import translated
from compliance.ledger.books import Books
from compliance.ledger.chart import UNASSIGNED
from compliance.ledger.models import Asset, Contribution, Occurrence
from compliance.ledger.valuation import Missing, value_on
from compliance.money import exponent
from compliance.periods import Period
from compliance.reports.sight import Record, Sight, Worth, nature, numbered, reach
from compliance.reports.words import Style, country_text, figure
from compliance.rules.amounts import matches


def listed_in(books: Books, period: Period) -> list[str]:
    """The principals that a statement of ``period`` lists, those that ended in it too, as `principals` does."""
    held: dict[str, set[str]] = defaultdict(set)
    for entity, fund in books.funds.items():
        if fund.donor in books.sources:
            held[str(fund.donor)].add(entity)
    return [donor for donor, ids in sorted(held.items()) if _touches(period, *_span(books, donor, ids))]


def _span(books: Books, donor: str, held: set[str]) -> tuple[date | None, date | None]:
    """From the first day of the first agreement to the last of all of them."""
    agreements = [books.funds[key] for key in held]
    days = [*(item.start_on for item in agreements if item.start_on), *_agreed(books, {donor, *held})]
    ends = [item.end_on for item in agreements if item.end_on]
    return min(days, default=None), max(ends) if len(ends) == len(agreements) else None


def _touches(period: Period, began: date | None, ended: date | None) -> bool:
    return (ended is None or ended >= period.start) and (began is None or began < period.end)


def principals(sight: Sight) -> Iterator[Record]:
    """Whoever agreements are with, from the first day of the first to the last of all of them."""
    books = sight.measures.books
    held: dict[str, set[str]] = defaultdict(set)
    for entity, fund in books.funds.items():
        if fund.donor in books.sources and matches(_of_fund(sight), sight.measures.fund_facts(entity)):
            held[str(fund.donor)].add(entity)
    for donor, source in numbered({key: books.sources[key] for key in held}):
        began, ended = _span(books, donor, held[donor])
        if not _touches(sight.period, began, ended):
            continue
        fields = {
            "name": source.name or "",
            "nature": translated(sight.language, nature(source)),
            "country": country_text(source.country or "", sight.language),
            "start_on": sight.day(began),
            "end_on": sight.day(ended),
            **reach(source, sight),
        }
        yield Record(donor, source.name or "", fields, {"fund": frozenset(held[donor])}, span=(began, ended))


def _agreed(books: Books, about: set[str]) -> list[date]:
    """Days of agreements that were recorded as occurrences."""
    return [
        item.on_date
        for item in books.facts(Occurrence).values()
        if item.kind == "agreement" and item.state == "happened" and item.about in about
    ]


def _of_fund(sight: Sight) -> dict[str, frozenset[str]]:
    """The axes that an agreement has a word on; others (account, property...) narrow its money, not itself."""
    own = sight.measures.fund_facts("")
    return {axis: words for axis, words in sight.axes.items() if axis in own}


def funds(sight: Sight) -> Iterator[Record]:
    """Agreements whose money was held or moved in the period, with the places where it worked."""
    measures, books = sight.measures, sight.measures.books
    used: dict[str, set[str]] = defaultdict(set)
    for atom in (*measures.opening, *measures.moved, *measures.closing):
        if atom.fund != UNASSIGNED and atom.amount_minor:
            used[atom.fund] |= {atom.programme} if atom.programme else set()
    for entity, fund in numbered(books.funds):
        if entity not in used or not matches(_of_fund(sight), measures.fund_facts(entity)):
            continue
        donor = books.sources.get(fund.donor or "")
        places = (
            item.place
            for item in sorted(books.activities.values(), key=lambda item: (item.start_on, item.entity))
            if item.programme in used[entity] and item.state == "held" and item.place
            and item.start_on < sight.period.end and item.end_on >= sight.period.start
        )  # fmt: skip
        fields = {
            "title": fund.title,
            "agreement": fund.agreement or "",
            "purpose": fund.purpose or "",
            "donor": donor.name or "" if donor else "",
            "places": ", ".join(dict.fromkeys(places)),
            "start_on": sight.day(fund.start_on),
            "end_on": sight.day(fund.end_on),
        }
        span = (fund.start_on, fund.end_on)
        yield Record(entity, fund.title, fields, {"fund": frozenset([entity])}, span=span)


def assets(sight: Sight) -> Iterator[Record]:
    """Things kept in the period; ``kind`` movable unless the register says otherwise."""
    measures, books = sight.measures, sight.measures.books
    for entity, item in numbered(books.facts(Asset)):
        gone = item.disposed_on
        if item.acquired_on >= sight.period.end or (gone is not None and gone < sight.period.start):
            continue
        facts = measures.fund_facts(item.fund) | {"kind": item.kind or "movable", "programme": item.programme}
        if not matches({axis: words for axis, words in sight.axes.items() if axis in facts}, facts):
            continue
        minor = value_on(books, item.amount_minor, item.currency, measures.currency, item.acquired_on)
        lacking = [] if minor is not None else [Missing(item.currency, measures.currency, item.acquired_on)]
        yield Record(
            entity,
            item.title,
            {
                "title": item.title,
                "size": item.size or "",
                "place": item.place or "",
                "acquired_on": sight.day(item.acquired_on),
                "disposed_on": sight.day(gone),
            },
            worth=Worth(
                minor, frozenset(lacking),
                came=item.acquired_on in sight.period, left=gone is not None and gone in sight.period,
            ),
            span=(item.acquired_on, gone),
        )  # fmt: skip


def contributions(sight: Sight) -> Iterator[Record]:
    """Contributions and things given in the period; of the principals whose agreements the section is about."""
    books = sight.measures.books
    wanted = sight.axes.get("fund")
    donors = {fund.donor for key, fund in books.funds.items() if wanted is None or key in wanted}
    found = [
        (item.on_date, entity, item)
        for entity, item in books.facts(Contribution).items()
        if item.state == "given" and item.on_date in sight.period
        if item.kind in sight.axes.get("kind", (item.kind,))
        if wanted is None or item.principal in donors
    ]
    for _day, entity, item in sorted(found, key=lambda triple: triple[:2]):
        principal = books.sources.get(item.principal or "")
        posts = [role.title for role in books.roles.values() if item.person and role.person == item.person]
        yield Record(
            entity,
            fields={
                "on": sight.day(item.on_date),
                "recipient": item.recipient,
                "giver": ", ".join(dict.fromkeys(posts)) or item.person or "",
                "principal": principal.name or "" if principal else "",
                "what": ", ".join(part for part in (_amount(item, sight.language), item.thing) if part),
                "purpose": item.purpose or "",
                "place": item.place or "",
            },
        )


def _amount(item: Contribution, language: str) -> str:
    if item.amount_minor is None or item.currency is None:
        return ""
    minor = item.amount_minor
    text = figure(minor, minor, decimals=exponent(item.currency), style=Style(language))
    return f"{item.currency} {text}"


MAKERS: dict[str, Callable[[Sight], Iterator[Record]]] = {
    "principal": principals,
    "fund": funds,
    "asset": assets,
    "contribution": contributions,
}
