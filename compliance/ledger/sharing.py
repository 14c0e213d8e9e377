"""Costs that several agreements share, spread by a stated key so that the parts add up to the last unit.

What lies on an account of the class ``shared`` in a period waits; spreading it moves each cost from the
agreement that paid to those that the key names, and the money with it, at the place it was paid from.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from compliance.errors import UsageError
from compliance.i18n import _
from compliance.ledger.append import Leg
from compliance.ledger.books import Books, Entry
from compliance.ledger.chart import SHARED, for_line, is_settlement, of_class
from compliance.ledger.models import CostKey, Hours
from compliance.ledger.stored import unreadable
from compliance.ledger.valuation import is_asset
from compliance.money import apportion
from compliance.periods import Period

WHOLE = 10_000
"""A key's shares are hundredths of a per cent and add up to this."""
Target = tuple[str, str | None]
"""An agreement and a line of work."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Costs of one account that one agreement paid from one place and that are not spread yet. ``place`` is
    ``None`` where no money left: the agreement is owed then."""

    account: str
    fund: str
    currency: str
    place: str | None
    programme: str | None
    expense_line: str | None
    amount_minor: int


@dataclass(frozen=True, slots=True)
class Spread:
    """One such sum in the parts of its key, and the postings that spread it."""

    waiting: Waiting
    parts: tuple[tuple[Target, int], ...]
    legs: tuple[Leg, ...]


def waiting(books: Books, period: Period) -> list[Waiting]:
    """What lies on shared accounts in a period and is not spread yet."""
    accounts = [key for key, item in books.accounts.items() if item.account_class == SHARED]
    costs: dict[_Cost, dict[str | None, int]] = defaultdict(dict)
    done: dict[_Cost, int] = defaultdict(int)
    for legs in _transactions(books, period, accounts):
        for leg in (item for item in legs if item.account in accounts):
            cost = (leg.account, leg.fund, leg.currency, leg.programme, leg.expense_line)
            if leg.kind == KIND:
                done[cost] += leg.amount_minor
            else:
                place = _place(books, legs, leg)
                costs[cost][place] = costs[cost].get(place, 0) + leg.amount_minor
    return [
        Waiting(account, fund, currency, place, programme, line, left)
        for (account, fund, currency, programme, line), places in sorted(costs.items(), key=str)
        for place, left in _not_done(places, done[account, fund, currency, programme, line])
        if left
    ]


KIND = "shared"
_Cost = tuple[str, str, str, str | None, str | None]


def _not_done(places: dict[str | None, int], done: int) -> Iterator[tuple[str | None, int]]:
    """What is left of each place's costs when ``done`` (negative) of them is spread; the last takes the rest."""
    order = sorted(places.items(), key=lambda item: str(item[0]))
    for at, (place, total) in enumerate(order):
        step = max(done, -total) if done < 0 < total else 0
        if at == len(order) - 1:
            step = done
        done -= step
        yield place, total + step


def _transactions(books: Books, period: Period, accounts: list[str]) -> Iterator[list[Entry]]:
    """The period's transactions of the agreements that have costs on these accounts."""
    if not accounts:
        return
    spent = books.sums(("fund",), start=period.start, end=period.end, where={"account": accounts})
    funds = [str(item.key[0]) for item in spent]
    if funds:
        entries = books.entries(start=period.start, end=period.end, where={"fund": funds})
        yield from (list(group) for _txn, group in groupby(entries, key=lambda item: item.txn))


def _place(books: Books, legs: list[Entry], cost: Entry) -> str | None:
    """Where the money of a cost left: the largest opposite leg of the same agreement on a place of money."""
    found = [
        leg
        for leg in legs
        if (leg.fund, leg.currency) == (cost.fund, cost.currency)
        and leg.amount_minor * cost.amount_minor < 0
        and is_asset(books.accounts[leg.account])
        and not is_settlement(books.accounts[leg.account])
    ]
    return max(found, key=lambda leg: abs(leg.amount_minor)).account if found else None


def key_of(books: Books, account: str, period: Period) -> list[tuple[Target, int]]:
    """The shares in force on the period's last day. ``UsageError`` where none is stated, or nobody worked."""
    stated = [
        item
        for item in books.facts(CostKey).values()
        if item.account == account and item.start_on <= period.last
    ]
    if not stated:
        raise UsageError(
            _("no key says how the costs on “{account}” are shared").format(account=account),
            remedy=_(
                'State one: compliance record key {account} --part "fund=F programme=P share=40" ...'
            ).format(account=account),
        )
    key = max(stated, key=lambda item: item.start_on)
    if key.parts is None:
        return _hours(books, account, period)
    try:
        return [((part["fund"], part.get("programme")), int(part["share"])) for part in json.loads(key.parts)]
    except (ValueError, KeyError, TypeError):
        raise unreadable() from None


def _hours(books: Books, account: str, period: Period) -> list[tuple[Target, int]]:
    minutes: dict[Target, int] = defaultdict(int)
    for item in books.facts(Hours).values():
        if item.month_on in period:
            minutes[item.fund, item.programme] += item.minutes
    found = sorted(((target, worked) for target, worked in minutes.items() if worked), key=str)
    if not found:
        raise UsageError(
            _("nobody's hours of {period} are recorded, and they decide about “{account}”").format(
                period=period.label, account=account
            ),
            remedy=_("Record them: compliance record hours --file HOURS.xlsx"),
        )
    return found


def spreads(books: Books, period: Period) -> list[Spread]:
    """Everything that waits in a period, spread; nothing is written."""
    return [_spread(books, item, key_of(books, item.account, period)) for item in waiting(books, period)]


def _spread(books: Books, item: Waiting, key: list[tuple[Target, int]]) -> Spread:
    parts = tuple(
        (target, minor)
        for (target, _share), minor in zip(
            key, apportion(item.amount_minor, [share for _t, share in key]), strict=True
        )
        if minor
    )
    line = item.expense_line or books.accounts[item.account].expense_line
    account = for_line(books.accounts, line or "")
    if account is None:
        raise UsageError(
            _("no expense account falls on the form line “{line}”").format(line=line or "—"),
            remedy=_(
                "Give the shared account its line: compliance record account --id {id} --expense-line LINE"
            ).format(id=item.account),
        )
    legs = [
        Leg(
            item.account,
            item.fund,
            item.currency,
            -item.amount_minor,
            None,
            item.programme,
            item.expense_line,
        )
    ]
    legs += [Leg(account, fund, item.currency, minor, None, programme) for (fund, programme), minor in parts]
    return Spread(item, parts, (*legs, *_money(books, item, parts)))


def _money(books: Books, item: Waiting, parts: tuple[tuple[Target, int], ...]) -> Iterator[Leg]:
    """The money follows the cost: what others bear, they give back to who paid."""
    borne: dict[str, int] = defaultdict(int)
    for (fund, _programme), minor in parts:
        borne[fund] += minor
    others = {fund: minor for fund, minor in borne.items() if fund != item.fund and minor}
    if not others:
        return
    back, given = (
        (item.place, item.place)
        if item.place
        else (of_class(books.accounts, "due_from"), of_class(books.accounts, "due_to"))
    )
    yield Leg(back, item.fund, item.currency, sum(others.values()))
    for fund, minor in others.items():
        yield Leg(given, fund, item.currency, -minor)
