"""``coverage``: a calendar of the days that bank statements cover, and money on its way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING, Any

import click

from compliance.commands.app import App, pass_app
from compliance.commands.output import clean, emit, format_option, out, say
from compliance.commands.record_shared import find, money
from compliance.i18n import _, day_text, ngettext

if TYPE_CHECKING:
    from compliance.intake.coverage import Coverage
    from compliance.ledger.books import Books
    from compliance.ledger.models import Account, Statement
    from compliance.periods import Period

COVERED, TWICE, NONE, JUMP = "#", "=", ".", "!"
"""Marks that differ in shape: the strip reads without colour, on paper, and by a screen reader."""
_RULER = "1...5....10...15...20...25...30."


@dataclass(frozen=True, slots=True)
class _Strip:
    """One account with what its statements say; ``cover`` is ``None`` where it has none."""

    account: Account
    cover: Coverage | None
    statements: list[Statement]


@click.command(
    help=_(
        "Which days bank statements cover, where they jump, and own money that has not arrived. Reads only."
    )
)
@click.argument("account", metavar="[ACCOUNT]", required=False)
@format_option
@pass_app
def coverage(app: App, /, account: str | None, fmt: str) -> None:
    with app.books() as books:
        strips = list(_strips(books, account))
        waiting = [] if account else _waiting(books, app.today)
    if fmt != "table":
        emit([*(_row(item, app.today) for item in strips), *waiting], [], "coverage/1", fmt)
        return
    for item in strips:
        _show(item, app.today)
    if any(item.cover for item in strips):
        out(
            _(
                "{covered} covered   {twice} by two statements   {none} by none   {jump} the balance jumps"
            ).format(covered=COVERED, twice=TWICE, none=NONE, jump=JUMP)
        )
    elif not strips:
        say(_("There is no bank account yet: compliance record account"))
    _show_waiting(waiting)


def _strips(books: Books, account: str | None) -> Iterator[_Strip]:
    """Of one account, or of all that have statements or a number of their own."""
    from compliance.intake.coverage import loaded, of_statements

    statements = loaded(books)
    names = {
        entity: item.title for entity, item in books.accounts.items() if item.number or entity in statements
    }
    for entity in [find(account, names, "ACCOUNT")] if account else names:
        own = statements.get(entity, [])
        yield _Strip(books.accounts[entity], of_statements(entity, own) if own else None, own)


def _row(item: _Strip, today: date) -> dict[str, Any]:
    account, cover = item.account, item.cover
    row: dict[str, Any] = {
        "row": "account",
        "account": account.entity,
        "title": account.title,
        "currency": cover.currency if cover else account.currency,
        "spans": [_span(span) for span in cover.spans] if cover else [],
        "gaps": [],
        "overlaps": [],
        "jumps": [],
        "days_since": _since(item, today),
    }
    if cover:
        row["gaps"] = [
            {**_span(gap.days), "missing_minor": gap.missing_minor, "before": gap.before, "after": gap.after}
            for gap in cover.gaps
        ]
        row["overlaps"] = [
            {**_span(both.days), "first": both.first, "second": both.second} for both in cover.overlaps
        ]
        row["jumps"] = [
            {"on": jump.on.isoformat(), "missing_minor": jump.missing_minor, "before": jump.before,
             "after": jump.after}
            for jump in cover.jumps
        ]  # fmt: skip
    return row


def _span(period: Period) -> dict[str, str]:
    return {"first_on": period.start.isoformat(), "last_on": period.last.isoformat()}


def _since(item: _Strip, today: date) -> int | None:
    """Days from the last covered one to today; ``None`` without statements or for a closed account."""
    if item.cover is None or item.account.closed_on:
        return None
    return max(0, (today - item.cover.spans[-1].last).days)


def _show(item: _Strip, today: date) -> None:
    from compliance.intake.coverage import calendar

    account, cover = item.account, item.cover
    currency = (cover.currency if cover else account.currency) or ""
    out(clean(f"{account.entity} {account.title} {currency}".rstrip()))
    if cover is None:
        out("   " + _("no statement yet: compliance import FILE"))
        out("")
        return
    jumps = {jump.on for jump in cover.jumps}
    marked = calendar(cover, item.statements)
    out(f"   {'':7}  {_RULER}")
    for month, days in groupby(marked, key=lambda day: f"{day:%Y-%m}"):
        given = {day.day: JUMP if day in jumps else _mark(marked[day]) for day in days}
        out(f"   {month}  {''.join(given.get(number, ' ') for number in range(1, 32))}".rstrip())
    for text in _told(item, cover, today):
        out("   " + clean(text))
    out("")


def _mark(statements: int) -> str:
    return NONE if statements == 0 else COVERED if statements == 1 else TWICE


def _told(item: _Strip, cover: Coverage, today: date) -> Iterator[str]:
    for gap in cover.gaps:
        jump = (
            _("the balance jumps by {amount}").format(amount=money(gap.missing_minor, cover.currency))
            if gap.missing_minor
            else _("the balances meet, which does not prove that nothing happened")
        )
        yield _("no statement: {days}; {jump}").format(days=_days(gap.days), jump=jump)
    for both in cover.overlaps:
        yield _("two statements: {days}; harmless, no line is loaded twice").format(days=_days(both.days))
    for leap in cover.jumps:
        yield _("{day}: opens with {amount} more than the day before closed").format(
            day=day_text(leap.on), amount=money(leap.missing_minor, cover.currency)
        )
    n = _since(item, today)
    if n:
        yield ngettext("{n} day since the last statement", "{n} days since the last statement", n).format(n=n)


def _days(period: Period) -> str:
    first, last = day_text(period.start), day_text(period.last)
    return first if first == last else f"{first} — {last}"


def _waiting(books: Books, today: date) -> list[dict[str, Any]]:
    from compliance.intake.transit import GRACE, remainders

    return [
        {
            "row": "in_transit",
            "on": leg.on.isoformat(),
            "age_days": (today - leg.on).days,
            "late": today - leg.on > GRACE,
            "amount_minor": leg.amount_minor,
            "currency": leg.currency,
            "fund": leg.fund,
            "transaction": leg.txn,
        }
        for leg in remainders(books)
    ]


def _show_waiting(rows: list[dict[str, Any]]) -> None:
    if not rows:
        out(_("Nothing of your own is on its way."))
        return
    out(_("On its way:"))
    for row in rows:
        n = row["age_days"]
        text = ngettext("for {n} day", "for {n} days", n).format(n=n)
        mark = JUMP if row["late"] else " "
        amount, on = money(row["amount_minor"], row["currency"]), day_text(date.fromisoformat(row["on"]))
        out(clean(f" {mark} {amount}  {on}  {text}  {row['fund']}  #{row['transaction']}"))
    if any(row["late"] for row in rows):
        out(_("What is marked {mark} is too old: compliance check transit").format(mark=JUMP))
