"""Formats that carry a statement after a statement, each with its balances: joined, proved, read again.

A format's reader gives a stream: a `Page`, then its movements, then the next page. The page may be
completed while its movements go by (a closing balance stands at the end); what is said here happens
only after the whole stream was seen once. Lines are decoded again at each call of ``Statement.lines``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from itertools import groupby, pairwise
from typing import NamedTuple

from compliance.errors import InputError
from compliance.i18n import _
from compliance.importers import tally
from compliance.importers.accounts import zero_note
from compliance.importers.model import Balances, Context, Statement, StatementLine
from compliance.periods import ONE_DAY, Period

_MOST_PAGES = 20_000


@dataclass(slots=True)
class Page:
    """One statement, or one page of it. Amounts are minor units.

    ``start`` is the first day as the file states it; where it only dates the opening balance, that
    day is ``after``: the statement begins the day after, or on it when it has lines of that day.
    ``begun`` and ``more`` say that a balance is an intermediate one: a page stands before, or follows.
    ``number`` orders the pages of one day.
    """

    account: str
    currency: str
    place: str
    start: date | None = None
    after: date | None = None
    last: date | None = None
    opening_minor: int | None = None
    closing_minor: int | None = None
    received_total: int | None = None
    spent_total: int | None = None
    begun: bool = False
    more: bool = False
    number: tuple[int, ...] = ()


class Movement(NamedTuple):
    """``booked``: ``line.on`` is the day of booking; otherwise it is the value day, for want of another."""

    line: StatementLine
    booked: bool = True


Stream = Callable[[], Iterator[Page | Movement]]


@dataclass(slots=True)
class _Counted:
    """What the first pass found of a page; ``block`` once its days are known; ``carried``: it opens as the books say."""

    page: Page
    received: int = 0
    spent: int = 0
    count: int = 0
    zeros: int = 0
    days: set[date] = field(default_factory=set)
    loose: set[date] = field(default_factory=set)
    block: tally.Block | None = None
    carried: bool = False

    @property
    def one_day(self) -> date | None:
        """The only day of the page: then all its lines were booked on it."""
        assert self.block is not None
        span = self.block.span
        return span.start if span.start == span.last else None


@dataclass(slots=True)
class _Joined:
    """Consecutive pages of one account as one part with proved balances."""

    block: tally.Block
    first: Page
    last: Page


def read_pages(
    stream: Stream, context: Context, *, place: str, notes: Callable[[], Iterable[str]]
) -> list[Statement]:
    """One `Statement` an account, in the file's order. ``place`` is the file's own.

    ``notes`` is asked after the first pass. ``InputError`` when sums, days or pages do not fit.
    """
    counted, scattered = _first_pass(stream)
    if not counted:
        raise InputError(
            _("the file holds no statement"),
            place=place,
            remedy=_("There is nothing to load; download a statement of other days."),
        )
    accounts: dict[str, list[_Counted]] = {}
    for item in counted:
        accounts.setdefault(item.page.account, []).append(item)
    for item in counted:
        once = len(accounts[item.page.account]) == 1
        item.block = _block(item, context.balances if once else Balances(), alone=len(counted) == 1)
    told = list(notes())
    return [
        _statement(stream, counted, parts, account in scattered, told) for account, parts in accounts.items()
    ]


def _first_pass(stream: Stream) -> tuple[list[_Counted], set[str]]:
    """The pages in the file's order, and the accounts whose equal days do not stand together."""
    counted: list[_Counted] = []
    scattered: set[str] = set()
    latest: dict[str, date] = {}
    seen: dict[str, set[date]] = {}
    for event in stream():
        if isinstance(event, Page):
            if len(counted) >= _MOST_PAGES:
                raise InputError(
                    _("the file holds more than {n} statements").format(n=_MOST_PAGES),
                    place=event.place,
                    remedy=_("Load each statement from its own file."),
                )
            counted.append(_Counted(event))
            continue
        line, item = event.line, counted[-1]
        account = item.page.account
        days = seen.setdefault(account, set())
        if not event.booked or (line.on in days and latest[account] != line.on):
            scattered.add(account)
        days.add(line.on)
        latest[account] = line.on
        _count(item, event)
    return counted, scattered


def _count(item: _Counted, movement: Movement) -> None:
    amount = movement.line.amount_minor
    if not amount:
        item.zeros += 1
        return
    item.count += 1
    if amount > 0:
        item.received += amount
    else:
        item.spent -= amount
    (item.days if movement.booked else item.loose).add(movement.line.on)


def _block(item: _Counted, known: Balances, *, alone: bool) -> tally.Block:
    """The page's days and balances; ``known`` are those that a person or the statement before gave."""
    page = item.page
    span = _span(item)
    opening, closing = page.opening_minor, page.closing_minor
    if opening is None:
        opening = known.opening(page.account, alone=alone)
    if opening is None:
        opening = known.carried.get((page.account, span.start))
        item.carried = opening is not None
    if closing is None:
        closing = known.closing(page.account, alone=alone)
    if opening is None or closing is None:
        raise InputError(
            _("the statement lacks its opening or its closing balance"),
            place=page.place,
            why=_("Without them nobody can tell whether rows are missing; the file may be cut off."),
            remedy=_missing(page.account, opening, closing, alone=alone),
        )
    if item.loose and span.start == span.last:
        item.days.add(span.start)
    else:
        item.days |= item.loose
    return tally.Block(
        span, opening, closing, page.place, page.received_total, page.spent_total, item.received, item.spent, item.days
    )  # fmt: skip


def _missing(account: str, opening: int | None, closing: int | None, *, alone: bool) -> str:
    number = "" if alone else f"{account}="
    lacking = [
        f"--{name} {number}{_('AMOUNT')}"
        for name, minor in (("opening", opening), ("closing", closing))
        if minor is None
    ]
    return _("Give what is missing: {options}. Nothing was loaded.").format(options=" ".join(lacking))


def _span(item: _Counted) -> Period:
    page, days = item.page, item.days
    known = days or item.loose
    last = page.last or max(known, default=None)
    start = page.start
    if start and last and page.after and days and page.after <= min(days) < start <= last:
        # Booked on the day of the opening balance, which the bank does not count among the statement's days.
        start = page.start = None
    if last and not start:
        start = last if page.after is None or page.after >= last else page.after + ONE_DAY
        earliest = min(known, default=start)
        if page.begun or page.after is None or page.after <= earliest < start:
            start = min(start, earliest)
    if not start or not last:
        raise InputError(
            _("the statement has no rows and does not say which days it covers"),
            place=page.place,
            remedy=_("There is nothing to load; download a statement of other days."),
        )
    if start > last:
        raise InputError(
            _("the statement ends before it begins"),
            place=page.place,
            remedy=_("Download the statement from the bank again."),
        )
    # Lines without a day of booking belong to the page's only day, whatever their value day.
    binding = days if start == last else days | item.loose
    if any(not start <= day <= last for day in binding):
        raise InputError(
            _("rows are dated outside the days that the statement names"),
            place=page.place,
            why=_("The statement names {days}.").format(days=tally.span_text(Period(start, last + ONE_DAY))),
            remedy=_("Download the statement from the bank again. Nothing was loaded."),
        )
    return Period(start, last + ONE_DAY)


def _statement(
    stream: Stream, counted: list[_Counted], parts: list[_Counted], scattered: bool, told: list[str]
) -> Statement:
    page = parts[0].page
    joined = _joined(parts)
    tally.prove([part.block for part in joined], page.currency)
    first, last = joined[0], joined[-1]
    start, opening_on = _opening(joined)
    notes = list(told)
    if first.first.begun:
        notes.append(_("The opening balance is that of a page: the statement begins in another file."))
    if last.last.more:
        notes.append(_("The closing balance is not the last one: the statement goes on in another file."))
    if any(part.carried for part in parts):
        notes.append(_("The file has no opening balance: that of the statement before it was taken."))
    if zeros := sum(part.zeros for part in parts):
        notes.append(zero_note(zeros))
    return Statement(
        account=page.account,
        currency=page.currency,
        period=Period(start, last.block.span.end),
        opening_minor=first.block.opening_minor,
        closing_minor=last.block.closing_minor,
        received_minor=sum(part.received for part in parts),
        spent_minor=sum(part.spent for part in parts),
        count=sum(part.count for part in parts),
        by_day=not scattered,
        place=page.place,
        notes=tuple(notes),
        read=partial(_lines, stream, counted, page.account),
        opening_on=opening_on,
    )


def _opening(joined: list[_Joined]) -> tuple[date, date | None]:
    """The first day, and that of the opening balance where it stays open which of the two this bank means.

    By the standard (Standards MT, field 60a) the opening balance *is* the closing balance of the
    statement before, day and all; many banks write the first day of the statement. Statements that
    stand in one file show which it is.
    """
    start, after = joined[0].block.span.start, joined[0].first.after
    if joined[0].first.start or after is None or after > start:
        return start, None
    for before, later in pairwise(joined):
        if later.first.after == before.block.span.last:
            return start, None
        if later.first.after == before.block.span.end:
            return min(start, after), None
    return start, after


def _joined(parts: list[_Counted]) -> list[_Joined]:
    """The pages of one account in the order of their days, those that continue each other as one."""

    def order(item: _Counted) -> tuple[date, date, tuple[int, ...]]:
        assert item.block is not None
        return item.block.span.start, item.block.span.last, item.page.number

    found: list[_Joined] = []
    for item in sorted(parts, key=order):
        block = item.block
        assert block is not None
        before = found[-1] if found else None
        if before and _continues(before, item):
            if before.block.closing_minor != block.opening_minor:
                raise tally.jump(before.block, block, item.page.currency)
            found[-1] = _Joined(_together(before.block, block), before.first, item.page)
        else:
            if before and _gives_way(before.block, block):
                before.block = replace(before.block, span=Period(before.block.span.start, block.span.start))
            found.append(_Joined(replace(block, days=set(block.days)), item.page, item.page))
    return found


def _continues(before: _Joined, item: _Counted) -> bool:
    """Is ``item`` the next page of the same day or statement, and no second copy of it?"""
    assert item.block is not None
    if before.last.more and item.page.begun:
        return True
    shared = item.block.span.start < before.block.span.end
    return (
        shared
        and before.last.number < item.page.number
        and before.block.closing_minor == item.block.opening_minor
    )


def _gives_way(before: tally.Block, block: tally.Block) -> bool:
    """Does ``before`` end on the first day of ``block`` without a line of it? So banks write that date the day of printing."""
    return (
        block.span.start == before.span.last
        and before.span.start < block.span.start
        and before.closing_minor == block.opening_minor
        and all(day < block.span.start for day in before.days)
    )


def _together(one: tally.Block, two: tally.Block) -> tally.Block:
    def total(first: int | None, second: int | None) -> int | None:
        return None if first is None or second is None else first + second

    return tally.Block(
        Period(one.span.start, max(one.span.end, two.span.end)),
        one.opening_minor,
        two.closing_minor,
        one.place,
        total(one.received_total, two.received_total),
        total(one.spent_total, two.spent_total),
        one.received_minor + two.received_minor,
        one.spent_minor + two.spent_minor,
        one.days | two.days,
    )


def _lines(stream: Stream, counted: list[_Counted], account: str) -> Iterator[StatementLine]:
    """The second pass."""
    pages = iter(counted)
    current = counted[0]
    for is_page, events in groupby(stream(), key=lambda event: isinstance(event, Page)):
        if is_page:
            for _page in events:
                current = next(pages)
            continue
        if current.page.account != account:
            continue
        only = current.one_day
        for event in events:
            assert isinstance(event, Movement)
            if event.line.amount_minor:
                yield event.line if event.booked or not only else event.line._replace(on=only)
