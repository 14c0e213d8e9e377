"""Theirs minus ours, by account and month, and the lines on either side that make the difference."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import groupby

from compliance.ledger.books import Books
from compliance.ledger.books import Entry as Posting
from compliance.ledger.chart import UNASSIGNED
from compliance.ledger.valuation import held_before
from compliance.periods import Period, aligned
from compliance.reconcile.model import Balance, Entry, Theirs
from compliance.reconcile.words import Words

BY = ("account", "fund", "programme", "line")
NONE = ""
Place = tuple[str, str]
"""Our account, and what it is broken down by (an agreement, a programme, a form line, or nothing)."""


@dataclass(frozen=True, slots=True)
class Move:
    """A movement of one of our accounts, on either side; ``text`` names it (a document, or our line)."""

    place: Place
    on: date
    amount_minor: int
    text: str


@dataclass(frozen=True, slots=True)
class Difference:
    """``month`` is a period's label; ``what``: movement, opening, received, spent, closing."""

    account: str
    month: str
    key: str
    what: str
    theirs_minor: int
    ours_minor: int
    currency: str

    @property
    def minor(self) -> int:
        return self.theirs_minor - self.ours_minor


@dataclass(slots=True)
class Comparison:
    """``unknown``: texts of theirs that nobody has explained, with how often; ``skipped``: their accounts that
    are none of ours; ``no_currency``: our accounts for which the file shows no amounts in their own currency;
    ``whole``: a breakdown was asked for, and a trial balance has none."""

    rows: list[Difference] = field(default_factory=list)
    theirs_only: list[Move] = field(default_factory=list)
    ours_only: list[Move] = field(default_factory=list)
    unknown: Counter[str] = field(default_factory=Counter)
    skipped: Counter[str] = field(default_factory=Counter)
    no_currency: set[str] = field(default_factory=set)
    whole: bool = False

    @property
    def adds_up(self) -> bool:
        return not any(row.minor for row in self.rows)


def compare(theirs: Theirs, books: Books, words: Words, by: str, home: str) -> Comparison:
    found = Comparison()
    if theirs.kind == "balance":
        found.whole = by != "account"
        _balances(theirs, books, words, home, found)
        return found
    moves = list(_their_moves(theirs.entries, books, words, by, home, found))
    accounts = sorted({move.place[0] for move in moves})
    ours = list(_our_moves(books, accounts, theirs.span, by))
    if accounts and not found.skipped and not found.no_currency:
        found.rows += _opening(theirs, books, accounts, home)
    found.rows += _by_month(moves, ours, books, home)
    if not found.adds_up:
        found.theirs_only, found.ours_only = _unmatched(_whole(moves), _whole(ours))
    return found


def _opening(theirs: Theirs, books: Books, accounts: Sequence[str], home: str) -> Iterator[Difference]:
    """One opening for all accounts of the card, where they are in one currency and the card shows it."""
    currencies = {_currency(books, account, home) for account in accounts}
    told = theirs.opening_minor if currencies == {home} else theirs.opening_in_currency_minor
    if len(currencies) == 1 and told is not None:
        opening = sum(held_before(books, account, theirs.span) for account in accounts)
        yield Difference(
            ", ".join(accounts), theirs.span.label, NONE, "opening", told, opening, currencies.pop()
        )


def _currency(books: Books, account: str, home: str) -> str:
    return books.accounts[account].currency or home


def _their_moves(
    entries: Iterable[Entry], books: Books, words: Words, by: str, home: str, found: Comparison
) -> Iterator[Move]:
    for entry in entries:
        account = words.account(entry.account, entry.own)
        if account is None:
            found.skipped[entry.account] += 1
            continue
        amount = entry.amount_minor
        if _currency(books, account, home) != home:
            if entry.currency_minor is None:
                found.no_currency.add(account)
                continue
            amount = entry.currency_minor
        key = NONE
        if by != "account":
            texts = [*entry.other, *entry.own]
            key = words.facet(by, [*texts, entry.contra]) or NONE
            if not key:
                found.unknown.update(text for text in texts if text and not words.is_known(text))
        yield Move((account, key), entry.on, amount, entry.document or entry.place)


def _our_moves(books: Books, accounts: Sequence[str], span: Period, by: str) -> Iterator[Move]:
    """By statement line (or transaction) and key; a line and what sorts it are one movement."""
    totals: dict[tuple[str, str, date, str], int] = defaultdict(int)
    wanted = set(accounts)
    for _txn, group in groupby(books.entries(start=span.start, end=span.end), key=lambda entry: entry.txn):
        legs = list(group)
        here = [leg for leg in legs if leg.account in wanted]
        if not here or legs[0].kind == "opening":
            continue
        name = legs[0].line[:8] if legs[0].line else f"#{legs[0].txn}"
        for account, key, minor in _broken_down(books, legs, here, by):
            totals[account, key, legs[0].on, name] += minor
    for (account, key, on, name), minor in totals.items():
        if minor:
            yield Move((account, key), on, minor, name)


def _broken_down(
    books: Books, legs: Sequence[Posting], here: Sequence[Posting], by: str
) -> Iterator[tuple[str, str, int]]:
    """(our account, key, minor units): by agreement the legs themselves; else what stands on the far side."""
    if by in ("account", "fund"):
        for leg in here:
            yield leg.account, leg.fund if by == "fund" else NONE, leg.amount_minor
        return
    flows = {key for key, item in books.accounts.items() if item.type in ("income", "expense")}
    money = [leg for leg in here if leg.account not in flows]
    for leg in here:
        if leg.account in flows or leg.fund == UNASSIGNED:
            yield (
                leg.account,
                UNASSIGNED if leg.fund == UNASSIGNED else _key_of(books, leg, by),
                leg.amount_minor,
            )
    rest = {leg.account: 0 for leg in money}
    for leg in money:
        rest[leg.account] += leg.amount_minor if leg.fund != UNASSIGNED else 0
    account = next(iter(rest), "")
    for leg in legs if account else ():
        if leg.fund != UNASSIGNED and leg.account not in rest:
            rest[account] += leg.amount_minor
            yield account, _key_of(books, leg, by), -leg.amount_minor
    for account, minor in rest.items():  # moved between accounts that are both compared: on no line
        yield account, NONE, minor


def _key_of(books: Books, leg: Posting, by: str) -> str:
    line = leg.expense_line or books.accounts[leg.account].expense_line
    return (line if by == "line" else leg.programme) or NONE


def _by_month(theirs: Sequence[Move], ours: Sequence[Move], books: Books, home: str) -> list[Difference]:
    sums: dict[tuple[str, str, str], list[int]] = defaultdict(lambda: [0, 0])
    for side, moves in enumerate((theirs, ours)):
        for move in moves:
            sums[move.place[0], aligned(move.on, 1).label, move.place[1]][side] += move.amount_minor
    return [
        Difference(account, month, key, "movement", pair[0], pair[1], _currency(books, account, home))
        for (account, month, key), pair in sorted(sums.items())
        if any(pair)
    ]


def _whole(moves: Sequence[Move]) -> list[Move]:
    """One document of theirs may stand in many rows, and one line of ours in many parts."""
    totals: dict[tuple[Place, date, str], int] = defaultdict(int)
    for move in moves:
        totals[move.place, move.on, move.text] += move.amount_minor
    return [Move(place, on, minor, text) for (place, on, text), minor in totals.items() if minor]


def _unmatched(theirs: Sequence[Move], ours: Sequence[Move]) -> tuple[list[Move], list[Move]]:
    """What has no partner of the same amount: on the same day first, then in the same month."""
    left, right = list(theirs), list(ours)
    for exact in (True, False):
        waiting: dict[tuple[object, ...], list[Move]] = defaultdict(list)
        for move in right:
            waiting[_match_key(move, exact)].append(move)
        rest = []
        for move in left:
            partners = waiting[_match_key(move, exact)]
            if partners:
                partners.pop(0)
            else:
                rest.append(move)
        left, right = rest, [move for partners in waiting.values() for move in partners]
    order = lambda move: (move.on, move.place, move.amount_minor)  # noqa: E731
    return sorted(left, key=order), sorted(right, key=order)


def _match_key(move: Move, exact: bool) -> tuple[object, ...]:
    return move.place, move.amount_minor, move.on if exact else (move.on.year, move.on.month)


# ---- trial balance


def _balances(theirs: Theirs, books: Books, words: Words, home: str, found: Comparison) -> None:
    for account, item in _of_ours(theirs.balances, books, words, home, found).items():
        span = theirs.span
        opening = held_before(books, account, span)
        moves = list(_our_moves(books, [account], span, "account"))
        received = sum(move.amount_minor for move in moves if move.amount_minor > 0)
        spent = -sum(move.amount_minor for move in moves if move.amount_minor < 0)
        currency = _currency(books, account, home)
        for what, left, right in (
            ("opening", item.opening_minor, opening),
            ("received", item.debit_minor, received),
            ("spent", item.credit_minor, spent),
            ("closing", item.closing_minor, opening + received - spent),
        ):
            found.rows.append(Difference(account, span.label, NONE, what, left, right, currency))


def _of_ours(
    balances: Sequence[Balance], books: Books, words: Words, home: str, found: Comparison
) -> dict[str, Balance]:
    """Our account -> what stands for it with them, in its own currency: rows that are no part of another, added up."""
    named: dict[str, dict[tuple[str, str], Balance]] = defaultdict(dict)
    foreign = set()
    for item in balances:
        account = words.account(item.account, [item.analytic] if item.analytic else [])
        if account is None:
            if not item.analytic and not item.in_currency and not words.ignored(item.account):
                found.skipped[item.account] += 1
        elif item.in_currency != (_currency(books, account, home) != home):
            foreign.add(account)
        elif not item.analytic or words.account("", [item.analytic]) is not None:
            named[account].setdefault((item.account, item.analytic), item)
    found.no_currency |= {item for item in foreign - named.keys() if _currency(books, item, home) != home}
    chosen = {account: _added(list(rows.values())) for account, rows in named.items()}
    below = [item for rows in named.values() for item in rows.values()]
    for code in [code for code in found.skipped if _covered(code, below)]:
        del found.skipped[code]
    return chosen


def _added(rows: Sequence[Balance]) -> Balance:
    parts = [
        item
        for item in rows
        if item.analytic or not _covered(item.account, [other for other in rows if other is not item])
    ]
    return replace(
        parts[0],
        opening_minor=sum(item.opening_minor for item in parts),
        debit_minor=sum(item.debit_minor for item in parts),
        credit_minor=sum(item.credit_minor for item in parts),
        closing_minor=sum(item.closing_minor for item in parts),
    )


def _covered(code: str, chosen: Iterable[Balance]) -> bool:
    """An account whose parts are compared needs no comparison of its own."""
    return any(item.account == code or item.account.startswith(f"{code}.") for item in chosen)
