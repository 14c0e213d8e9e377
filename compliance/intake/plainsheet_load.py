"""A proved plain sheet into the books: its rows as lines, and what their words say sorted, in one event."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from compliance.errors import ComplianceError, InputError, Refused, UsageError
from compliance.i18n import _
from compliance.importers.source import Source
from compliance.intake import assign, load
from compliance.intake.bankfiles import Offered, Screened, screened
from compliance.intake.closed import ClosedDays
from compliance.intake.parts import Part
from compliance.intake.plainsheet import Entry, PlainSheet
from compliance.intake.plainsheet_words import Meanings
from compliance.intake.wrong import refuse
from compliance.ledger import lines
from compliance.ledger.append import EventWriter
from compliance.ledger.books import Books
from compliance.ledger.lines import BankLine
from compliance.ledger.valuation import held_before
from compliance.money import plain
from compliance.vault.vault import Vault


@dataclass(frozen=True, slots=True)
class Brought:
    """``new`` rows are not in the books yet; ``sorted`` of them are understood, the others go to the queue."""

    new: int
    sorted: int


def booked(books: Books, account: str, sheet: PlainSheet) -> int:
    """What the books hold on the account before the sheet's first day."""
    return held_before(books, account, sheet.period, sheet.currency)


def offered(books: Books, account: str, sheet: PlainSheet, source: Source) -> Offered:
    """The sheet as a statement. ``InputError`` when it does not begin with what the books hold."""
    held = booked(books, account, sheet)
    if sheet.opening_minor is not None and sheet.opening_minor != held:
        raise InputError(
            _("the sheet begins with {sheet}, the books hold {books} on that day").format(
                sheet=plain(sheet.opening_minor, sheet.currency), books=plain(held, sheet.currency)
            ),
            place=source.name,
            why=_("Nothing was loaded."),
            remedy=_("Record what the account held: compliance record opening --account {id}").format(
                id=account
            ),
        )
    statement = sheet.statement(books.accounts[account], held, source.name)
    return Offered(source, "sheet", account, statement)


def preview(
    books: Books, vault: Vault, part: Offered, sheet: PlainSheet, meanings: Meanings, *, amends: str | None
) -> Brought:
    """What ``apply`` would bring. ``UsageError`` for a word whose meaning does not fit its rows."""
    fresh = [item for item in _screened(books, vault.stored_line_key() or bytes(32), part) if not item.known]
    ready, wrong = 0, list[ComplianceError]()
    for item, said in _understood(fresh, sheet, meanings):
        try:
            _assignment(books, part, item, said, amends)
            ready += 1
        except (InputError, Refused) as error:
            wrong.append(error)
    refuse(wrong, part.source.name)
    return Brought(len(fresh), ready)


def apply(
    event: EventWriter,
    books: Books,
    vault: Vault,
    part: Offered,
    sheet: PlainSheet,
    meanings: Meanings,
    *,
    amends: str | None,
) -> Brought:
    """Into an open event; what is in the books already is left alone."""
    fresh = [item for item in _screened(books, vault.line_key(), part) if not item.known]
    load.load(event, books, vault, [part], amends=amends, progress=lambda done: None)
    ready = [
        _assignment(books, part, item, said, amends) for item, said in _understood(fresh, sheet, meanings)
    ]
    for assignment in ready:
        assign.post(event, books, assignment)
    return Brought(len(fresh), len(ready))


def _screened(books: Books, key: bytes, part: Offered) -> Iterator[Screened]:
    for chunk in screened(part, key, lambda identities: lines.known(books, identities)):
        yield from chunk


def _understood(
    fresh: list[Screened], sheet: PlainSheet, meanings: Meanings
) -> Iterator[tuple[Screened, Part]]:
    by_place: dict[str, Entry] = {entry.line.place: entry for entry in sheet.entries}
    for item in fresh:
        said = meanings.part(by_place[item.line.place])
        if said is not None:
            yield item, said


def _assignment(
    books: Books, part: Offered, item: Screened, said: Part, amends: str | None
) -> assign.Assignment:
    line = BankLine(
        item.identity,
        part.entity,
        part.account,
        item.line.on,
        item.line.currency,
        item.line.amount_minor,
        0,
        0,
    )
    try:
        return assign.prepare(books, line, [said], closed=ClosedDays.of(books), amends=amends)
    except UsageError as error:
        raise InputError(error.what, place=item.line.place, why=error.why, remedy=error.remedy) from None
