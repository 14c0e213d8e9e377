"""Statements as CSV, by the columns that the organisation declared (``compliance.profiles``).

Balances come from a balance column, from labelled cells, or from the user; without an opening and
a closing balance nothing is loaded, for then nobody can tell whether rows are missing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from compliance.errors import InputError
from compliance.i18n import N_, _, language, ngettext
from compliance.importers import tally
from compliance.importers._csv_entries import Entries, Entry
from compliance.importers._csv_kept import kept_cells
from compliance.importers._csv_table import Table, encoding_of, encodings_with_header
from compliance.importers.accounts import zero_note
from compliance.importers.model import Context, Statement, StatementLine
from compliance.importers.scramble import Span
from compliance.importers.source import Source
from compliance.money import display
from compliance.periods import ONE_DAY, Period

if TYPE_CHECKING:
    from compliance.profiles import CsvProfile

NAME = "csv"
SIGN = N_("CSV: a line that is the header of a profile, exactly")


def identify(head: bytes, context: Context) -> bool:
    """Some profile's header is a line of the file's beginning, character for character."""
    return any(encodings_with_header(head, profile) for profile in context.profiles.values())


def kept(text: str, context: Context) -> Iterable[Span]:
    """Headers, labels, and the days, amounts and currencies in their own columns."""
    for profile in context.profiles.values():
        yield from kept_cells(text, profile)


def read(source: Source, context: Context) -> list[Statement]:
    """One `Statement` an account; ``InputError`` when rows, sums, days or encoding are not in order."""
    return read_table(source, _profile(source, context), context)


def read_table(source: Source, profile: CsvProfile, context: Context) -> list[Statement]:
    """The same, of a table whose profile is known."""
    encoding = encoding_of(source, profile)
    table = Table(source, profile, encoding)
    entries = Entries(table, context)
    movements: dict[str, _Movement] = {}
    for entry in entries:
        movement = movements.get(entry.account)
        if movement is None:
            movement = movements[entry.account] = _Movement(entry)
        else:
            movement.add(entry)
    if not movements:
        movements[entries.account(table.start, None if profile.columns.account is None else "")] = _Movement(
            None
        )
    several = len(movements) > 1
    return [
        _statement(entries, account, movement, Context() if several else context)
        for account, movement in movements.items()
    ]


def _profile(source: Source, context: Context) -> CsvProfile:
    """The one profile that fits. Two banks, or two accounts, may write the same header."""
    fitting = {
        name: profile
        for name, profile in context.profiles.items()
        if encodings_with_header(source.head, profile)
    }
    if context.profile in fitting:
        return fitting[context.profile]
    if len(fitting) > 1 or context.profile:
        raise InputError(
            _("it is not clear which profile the file belongs to"),
            place=source.place(1),
            why=_("Profiles with this header: {names}.").format(names=", ".join(sorted(fitting))),
            remedy=_("Name one of them: --profile NAME."),
        )
    return next(iter(fitting.values()))


class _Movement:
    """The sums of one account, and its running balance read in both directions.

    Banks print oldest or newest first; which one it is shows only where the running balance holds.
    """

    __slots__ = (
        "ascending",
        "breaks",
        "count",
        "days",
        "descending",
        "first",
        "last",
        "received",
        "scattered",
        "spent",
        "zeros",
    )

    def __init__(self, entry: Entry | None) -> None:
        self.received = self.spent = self.count = self.zeros = 0
        self.days: set[date] = set()
        self.scattered = False
        self.ascending = self.descending = True
        self.breaks: list[tuple[int, int, date, date]] = []
        self.first = self.last = entry
        if entry:
            self._sum(entry)

    def add(self, entry: Entry) -> None:
        before = self.last
        assert before is not None
        if entry.on != before.on and entry.on in self.days:
            self.scattered = True
        if entry.balance_minor is not None and before.balance_minor is not None:
            step = entry.balance_minor - before.balance_minor
            if self.ascending and step != entry.moved_minor:
                self.ascending = False
                self._broken(entry, before, step - entry.moved_minor)
            if self.descending and step != -before.moved_minor:
                self.descending = False
                self._broken(entry, before, step + before.moved_minor)
        self.last = entry
        self._sum(entry)

    def _broken(self, entry: Entry, before: Entry, by: int) -> None:
        self.breaks.append((entry.number, by, before.on, entry.on))

    def _sum(self, entry: Entry) -> None:
        self.days.add(entry.on)
        for minor in (entry.amount_minor, entry.fee_minor):
            if minor > 0:
                self.received += minor
            else:
                self.spent -= minor
        self.count += (entry.amount_minor != 0) + (entry.fee_minor != 0)
        self.zeros += entry.amount_minor == 0 and entry.fee_minor == 0

    def balances(self) -> tuple[int | None, int | None]:
        """Opening and closing by the balance column; (None, None) without one."""
        oldest, newest = (self.first, self.last) if self.ascending else (self.last, self.first)
        if oldest is None or newest is None or oldest.balance_minor is None:
            return None, None
        return oldest.balance_minor - oldest.moved_minor, newest.balance_minor


def _statement(entries: Entries, account: str, movement: _Movement, context: Context) -> Statement:
    table, currency = entries.table, entries.currencies[account]
    if not movement.ascending and not movement.descending:
        raise _broken_balance(table, movement, currency)
    alone = len(entries.currencies) == 1
    span = _span(entries, movement)
    opening, closing = movement.balances()
    balances = context.balances
    typed = (balances.opening(account, alone=alone), balances.closing(account, alone=alone))
    labelled = [_labelled(entries, role, currency) if alone else None for role in ("opening", "closing")]
    opening, closing = (
        next((value for value in values if value is not None), None)
        for values in zip(labelled, (opening, closing), typed, strict=True)
    )
    place = table.source.place(table.start)
    if opening is None or closing is None:
        raise _no_balances(place)
    block = tally.Block(
        span, opening, closing, place, None, None, movement.received, movement.spent, movement.days
    )
    tally.prove([block], currency)
    return Statement(
        account=account,
        currency=currency,
        period=span,
        opening_minor=opening,
        closing_minor=closing,
        received_minor=movement.received,
        spent_minor=movement.spent,
        count=movement.count,
        by_day=not movement.scattered,
        place=place,
        notes=_notes(entries, movement),
        read=partial(_lines, table.source, table.profile, table.encoding, entries.context, account),
    )


def _lines(
    source: Source, profile: CsvProfile, encoding: str, context: Context, account: str
) -> Iterator[StatementLine]:
    """The second pass."""
    entries = Entries(Table(source, profile, encoding), context, proving=False)
    for entry in entries:
        if entry.account == account:
            yield from entries.lines(entry)


def _span(entries: Entries, movement: _Movement) -> Period:
    """The days that labelled cells name, else those of the first and last movement."""
    table = entries.table
    given = {
        role: entries.day(text, number)
        for role, (number, text) in table.labels.items()
        if role in ("start", "end")
    }
    seen = sorted(movement.days)
    if len(given) < 2 and not seen:
        raise InputError(
            _("the statement has no rows and does not say which days it covers"),
            place=table.source.place(table.start),
            remedy=_("There is nothing to load; download a statement of other days."),
        )
    start, last = given.get("start") or seen[0], given.get("end") or seen[-1]
    if start > last or (seen and not (start <= seen[0] and seen[-1] <= last)):
        raise InputError(
            _("rows are dated outside the days that the statement names"),
            place=table.source.place(table.start),
            why=_("The statement names {days}.").format(
                days=tally.span_text(Period(min(start, last), max(start, last) + ONE_DAY))
            ),
            remedy=_("Download the statement from the bank again. Nothing was loaded."),
        )
    return Period(start, last + ONE_DAY)


def _labelled(entries: Entries, role: str, currency: str) -> int | None:
    number, text = entries.table.labels.get(role, (0, ""))
    return entries.money(text, currency, number) if text else None


def _no_balances(place: str) -> InputError:
    return InputError(
        _("the file has no opening and closing balance"),
        place=place,
        why=_("Without them nobody can tell whether rows are missing."),
        remedy=_(
            "Declare a balance column or labels: opening, closing in the profile, or give them: --opening "
            "and --closing. Nothing was loaded."
        ),
    )


def _broken_balance(table: Table, movement: _Movement, currency: str) -> InputError:
    """The running balance does not follow from row to row, in either direction."""
    # The direction that held longer; of two that broke in one row, the one that the days follow.
    number, by, before, on = max(movement.breaks, key=lambda each: each[0])
    if movement.breaks[0][0] == movement.breaks[1][0] and on < before:
        number, by, before, on = movement.breaks[1]
    hole = Period(min(before, on), max(before, on) + ONE_DAY)
    return tally.lacking(
        display(abs(by), currency, language()),
        tally.between(before, on),
        hole,
        table.source.place(number),
        _("The balance of this row does not follow from the row before."),
    )


def _notes(entries: Entries, movement: _Movement) -> tuple[str, ...]:
    table, notes = entries.table, []
    if n := entries.not_booked:
        notes.append(
            ngettext(
                "{n} row was not booked by its state ({words}) and was left out.",
                "{n} rows were not booked by their state ({words}) and were left out.",
                n,
            ).format(n=n, words=", ".join(table.profile.not_booked))
        )
    if table.encoding != table.profile.encoding:
        notes.append(
            _(
                "The profile says the encoding is {claimed}, but it is {actual}; it was read as {actual}."
            ).format(claimed=table.profile.encoding, actual=table.encoding)
        )
    if movement.zeros:
        notes.append(zero_note(movement.zeros))
    return tuple(notes)
