"""Taking a whole import back, until something of it was filed.

Every transaction that the import brought is reversed, and first whatever sorted its lines. The lines
stay on record as what the bank said; the same file can be imported again and brings them back.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from compliance.errors import Refused, UsageError
from compliance.i18n import _
from compliance.intake.closed import ClosedDays
from compliance.ledger import entries, lines
from compliance.ledger.append import EventWriter
from compliance.ledger.books import Books
from compliance.ledger.models import Statement

KIND = "import"
"""The event kind of imports; its number is the batch."""


@dataclass(frozen=True, slots=True)
class Batch:
    """One import command. ``state``: loaded, undone. ``lines`` are those that stand now."""

    number: int
    recorded_at: datetime
    actor: str
    statements: tuple[Statement, ...]
    lines: int
    sorted: int
    state: str


def batches(books: Books) -> list[Batch]:
    """Every import, oldest first."""
    return [_batch(books, *row) for row in _events(books)]


def _events(books: Books) -> Iterator[tuple[int, datetime, str]]:
    for event in books.events():
        if event.kind == KIND:
            yield event.seq, event.recorded_at, event.actor


def _batch(books: Books, number: int, recorded_at: datetime, actor: str) -> Batch:
    statements = tuple(
        version
        for entity in books.statements
        for version in books.versions(Statement, entity)
        if version.seq == number
    )
    standing = any(books.statements[item.entity].seq == number for item in statements)
    counts = lines.counts_of_batch(books, number)
    return Batch(number, recorded_at, actor, statements, *counts, "loaded" if standing else "undone")


@dataclass(frozen=True, slots=True)
class Undoing:
    """What an undo will do: how many lines leave the books, and how many of them were sorted."""

    batch: Batch

    @property
    def lines(self) -> int:
        return self.batch.lines

    @property
    def sorted(self) -> int:
        return self.batch.sorted


def plan(books: Books, number: int) -> Undoing:
    """``UsageError`` for no such import; ``Refused`` when it was filed or a later import leans on it."""
    found = next((item for item in batches(books) if item.number == number), None)
    if found is None:
        raise UsageError(
            _("there is no import with the number {number}").format(number=number),
            remedy=_("See: compliance batch list"),
        )
    if found.state == "undone":
        raise UsageError(_("the import {number} is undone already").format(number=number))
    _refuse_closed(books, found)
    _refuse_needed(books, found)
    return Undoing(found)


def _refuse_closed(books: Books, batch: Batch) -> None:
    closed = ClosedDays.of(books)
    for line in lines.of_batch(books, batch.number):
        filing = closed.filing(line.on)
        if filing is not None:
            raise Refused(
                _("this import lies in a period that was filed: {filing}").format(filing=filing),
                why=_("What was filed must stay what it was."),
                remedy=_(
                    "Correct single lines as an amendment: compliance assign LINE ... --amends {filing}"
                ).format(filing=filing),
            )


def _refuse_needed(books: Books, batch: Batch) -> None:
    """A later statement that skipped lines because this import had them would be left with holes."""
    for mine in batch.statements:
        for other in books.statements.values():
            leans = other.state == "loaded" and other.account == mine.account and other.seq > batch.number
            overlaps = other.start_on <= mine.last_on and mine.start_on <= other.last_on
            if leans and overlaps and other.new_lines < other.lines:
                raise Refused(
                    _("the later import {number} leans on lines of this one").format(number=other.seq),
                    why=_("Their days overlap, and what was known then was not loaded twice."),
                    remedy=_("Undo the later one first: compliance batch undo {number}").format(
                        number=other.seq
                    ),
                )


def undo(event: EventWriter, books: Books, undoing: Undoing) -> None:
    """Reverse everything of the batch into an open event."""
    for line in lines.of_batch(books, undoing.batch.number):
        for txn in (*lines.assignments(books, line.identity), line.txn):
            reverse(event, books, txn, line)
    for statement in undoing.batch.statements:
        if books.statements[statement.entity].seq == undoing.batch.number:
            event.add(replace(statement, version=0, seq=0, state="undone"))


def reverse(
    event: EventWriter, books: Books, txn: int, line: lines.BankLine, *, amends_filing: str | None = None
) -> None:
    """Undo one transaction of a line, on the same day."""
    event.transaction(
        line.on,
        "reverse",
        entries.reverse(lines.legs_of(books, txn)),
        line=line.identity,
        reverses=txn,
        amends_filing=amends_filing,
    )
