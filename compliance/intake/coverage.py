"""Which days of an account its statements cover, and whether they follow one another.

A day that no statement covers may hide a payment even where the balances meet, so *every* uncovered
day between two covered ones counts, weekends too.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

from compliance.ledger.books import Books
from compliance.ledger.lines import on_days
from compliance.ledger.models import Statement
from compliance.periods import ONE_DAY, Period, days


@dataclass(frozen=True, slots=True)
class Gap:
    """Days between two covered spans. ``missing_minor``: the opening after it less the closing before it;
    0 does not prove that nothing happened."""

    days: Period
    missing_minor: int
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Jump:
    """Two statements that adjoin, the later one opening with another balance: ``missing_minor`` more."""

    on: date
    missing_minor: int
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Overlap:
    """Days that two statements both cover; harmless, since lines are known by identity."""

    days: Period
    first: str
    second: str


@dataclass(frozen=True, slots=True)
class Coverage:
    """Of one account: merged covered ``spans`` by day, and what is wrong between them."""

    account: str
    currency: str
    spans: tuple[Period, ...]
    gaps: tuple[Gap, ...]
    overlaps: tuple[Overlap, ...]
    jumps: tuple[Jump, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """The books say another balance than the statement at the end of its last day.

    ``booked_minor`` less ``closing_minor`` is what was booked beside the bank's lines, or lost.
    """

    statement: str
    account: str
    on: date
    currency: str
    closing_minor: int
    booked_minor: int


def loaded(books: Books) -> dict[str, list[Statement]]:
    """Statements that were not undone, by account, each account's by first day."""
    found: dict[str, list[Statement]] = defaultdict(list)
    for statement in books.statements.values():
        if statement.state == "loaded":
            found[statement.account].append(statement)
    return {account: settled(rows) for account, rows in sorted(found.items())}


def settled(statements: list[Statement]) -> list[Statement]:
    """All of one account, by first day, each beginning where its opening balance shows that it does.

    MT940 and some camt files say of their first day only the day of the opening balance: by the standard
    that is the last day of the statement *before*, and such a statement begins the day after. Many banks
    write the first day itself. Nothing in one statement without a line on that day tells them apart, so
    the account's statements do together: one that opens on the day, and with the balance, that another
    closed with follows the standard, and then all do. Otherwise the day is covered where some statement
    has lines of its opening day, where the one before closes the day before with that balance, or where
    the days from it on are whole months.
    """
    closings = {(item.last_on, item.closing_minor) for item in statements}
    ends = {item.last_on for item in statements}
    asked = [
        (item, item.opening_on) for item in statements if item.opening_on and item.opening_on < item.last_on
    ]
    if any(item.start_on > day and (day, item.opening_minor) in closings for item, day in asked):
        return sorted(statements, key=_order)
    begin = any(item.start_on == day for item, day in asked)

    def first(item: Statement) -> date:
        day = item.opening_on
        if day is None or day >= item.start_on or day in ends:
            return item.start_on
        whole = day.day == 1 and (item.last_on + ONE_DAY).day == 1
        return day if begin or whole or (day - ONE_DAY, item.opening_minor) in closings else item.start_on

    return sorted((replace(item, start_on=first(item)) for item in statements), key=_order)


def coverage(books: Books) -> dict[str, Coverage]:
    """Of every account that has statements, by account."""
    return {account: of_statements(account, rows) for account, rows in loaded(books).items()}


def of_statements(account: str, statements: list[Statement]) -> Coverage:
    """``statements``: all of one account, by first day."""
    gaps, jumps, overlaps = [], [], []
    for at, later in enumerate(statements[1:], start=1):
        latest = max(statements[:at], key=lambda item: item.last_on)
        missing = later.opening_minor - latest.closing_minor
        if later.start_on > latest.last_on + ONE_DAY:
            between = Period(latest.last_on + ONE_DAY, later.start_on)
            gaps.append(Gap(between, missing, latest.entity, later.entity))
        elif later.start_on == latest.last_on + ONE_DAY and missing:
            jumps.append(Jump(later.start_on, missing, latest.entity, later.entity))
    for first, second in pairwise(statements):
        if second.start_on <= first.last_on:
            both = Period(second.start_on, min(first.last_on, second.last_on) + ONE_DAY)
            overlaps.append(Overlap(both, first.entity, second.entity))
    currency = statements[0].currency if statements else ""
    return Coverage(account, currency, _merged(statements), tuple(gaps), tuple(overlaps), tuple(jumps))


def calendar(cover: Coverage, statements: list[Statement]) -> dict[date, int]:
    """Every day from the first covered one to the last -> how many of the account's ``statements`` cover it."""
    found = {day: 0 for span in cover.spans[:1] for day in days(Period(span.start, cover.spans[-1].end))}
    for item in statements:
        for day in days(Period(item.start_on, item.last_on + ONE_DAY)):
            found[day] += 1
    return found


def differences(books: Books) -> list[Difference]:
    """Statements whose closing balance is not what the books hold at the end of that day."""
    found = []
    for account, statements in loaded(books).items():
        for item in statements:
            sums = books.sums(
                (), end=item.last_on + ONE_DAY, where={"account": [account], "currency": [item.currency]}
            )
            booked = sum(row.amount_minor for row in sums)
            if booked not in (
                item.closing_minor,
                item.closing_minor + _counted_later(books, item, statements),
            ):
                found.append(
                    Difference(item.entity, account, item.last_on, item.currency, item.closing_minor, booked)
                )
    return found


def _counted_later(books: Books, item: Statement, statements: list[Statement]) -> int:
    """What the lines of this statement's last day move that the bank counts only in the next one, which opens where this
    one closed: some banks book in the evening for the next day's statement."""
    later = {
        other.entity
        for other in statements
        if (other.opening_on, other.opening_minor) == (item.last_on, item.closing_minor)
    }
    lines = on_days(books, item.account, [item.last_on]) if later else []
    return sum(line.amount_minor for line in lines if line.statement in later)


def _merged(statements: list[Statement]) -> tuple[Period, ...]:
    spans: list[Period] = []
    for item in statements:
        span = Period(item.start_on, item.last_on + ONE_DAY)
        if spans and span.start <= spans[-1].end:
            spans[-1] = Period(spans[-1].start, max(spans[-1].end, span.end))
        else:
            spans.append(span)
    return tuple(spans)


def _order(statement: Statement) -> tuple[date, date, str]:
    return statement.start_on, statement.last_on, statement.entity
