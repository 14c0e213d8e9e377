"""Keeping a register as evidence, and booking from it: one fact a bank line, one document the file."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain, count

from compliance.errors import UsageError
from compliance.i18n import _, day_text
from compliance.intake.assign import Assignment, already, find_line, post, prepare
from compliance.intake.closed import ClosedDays
from compliance.intake.parts import Part
from compliance.ledger.append import EventWriter
from compliance.ledger.books import Books
from compliance.ledger.models import Document, Register
from compliance.ledger.revise import revise
from compliance.registers.tie import Tied

DOCUMENT = "register"


@dataclass(frozen=True, slots=True)
class Kept:
    """``name`` of the whole register; ``new`` facts that were not so in the books before."""

    name: str
    new: tuple[Register, ...]
    document: Document | None


def name_of(books: Books, kind: str, tied: Sequence[Tied]) -> str:
    """``payroll-2025-10-20``: the kind and the first day, with a number where another register is called so."""
    first = f"{kind}-{min(item.line.on for item in tied).isoformat()}"
    taken = {item.name for item in books.facts(Register).values()} | set(books.documents)
    numbered = (f"{first}-{number}" for number in count(2))
    return next(name for name in chain([first], numbered) if name not in taken)


def entity_of(kind: str, identity: str) -> str:
    return f"{kind}:{identity[:16]}"


def keep(books: Books, kind: str, tied: Sequence[Tied], digest: str, name: str = "") -> Kept:
    """The facts to add; nothing where the same register is kept already."""
    known = books.facts(Register)
    before = [known[key] for item in tied if (key := entity_of(kind, item.line.identity)) in known]
    name = name or (before[0].name if before else name_of(books, kind, tied))
    new = []
    for item in tied:
        told = item.explained
        given = {
            "name": name,
            "kind": kind,
            "line": item.line.identity,
            "on_date": item.line.on,
            "currency": item.line.currency,
            "amount_minor": item.line.amount_minor,
            "parts": dumped(told.parts),
            "heads": told.heads,
            "digest": digest,
            "abroad_minor": told.abroad_minor,
        }
        fact = revise(books, Register, entity_of(kind, item.line.identity), given).fact
        if fact is not None:
            new.append(fact)
    days = sorted(item.line.on for item in tied)
    title = {
        "payroll": _("Payroll register, {days}"),
        "acquirer": _("Acquirer's register, {days}"),
        "tax": _("Split of tax payments, {days}"),
    }[kind].format(
        days=day_text(days[0]) if days[0] == days[-1] else f"{day_text(days[0])} — {day_text(days[-1])}"
    )
    kept = books.documents.get(name)
    if kept is not None and kept.digest == digest and kept.title:
        title = kept.title  # whoever gives the same file again may speak another language
    paper = {"digest": digest, "kind": DOCUMENT, "title": title, "dated_on": days[-1], "about": None}
    return Kept(name, tuple(new), revise(books, Document, name, paper).fact)


def record(event: EventWriter, kept: Kept) -> None:
    event.add(*kept.new, *([kept.document] if kept.document else []))


def dumped(parts: Iterable[Part]) -> str:
    return json.dumps([part.values() for part in parts], ensure_ascii=False, sort_keys=True)


def named(books: Books, name: str) -> list[Register]:
    """The facts of one register, by day. ``UsageError`` where there is none of that name."""
    found = [item for item in books.facts(Register).values() if item.name == name]
    if not found:
        raise UsageError(
            _("there is no register “{name}”").format(name=name[:60]),
            remedy=_("See: compliance register list"),
        )
    return sorted(found, key=lambda item: (item.on_date, item.entity))


def to_book(
    books: Books, registers: Sequence[tuple[str, Sequence[Part]]], amends: str | None
) -> list[Assignment]:
    """(line identity, parts) as assignments, those left out that are sorted so already.

    ``UsageError`` for parts that no longer fit the books, ``Refused`` for a closed day.
    """
    closed = ClosedDays.of(books)
    found = [(find_line(books, identity), parts) for identity, parts in registers]
    return [
        prepare(books, line, parts, closed=closed, amends=amends)
        for line, parts in found
        if not already(books, line, parts)
    ]


def book(event: EventWriter, books: Books, assignments: Iterable[Assignment], name: str) -> None:
    for assignment in assignments:
        post(event, books, assignment, document=name)
