"""Money on its way: what left one place must arrive at another, and is neither income nor spending.

In transit is per currency and returns to zero by itself; an old remainder is the finding, whatever
the bank's papers call the movement. A remainder whose counterpart was booked as income says so.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from compliance.checks.registry import Context, Findings, check
from compliance.findings import Finding
from compliance.i18n import N_, _, day_text, language
from compliance.ledger.books import Books, Entry
from compliance.ledger.chart import UNASSIGNED
from compliance.money import display

GRACE = timedelta(days=5)
"""A bank transfer over a long weekend takes no longer; our threshold, not a law's."""
_SALE_TOLERANCE = 10
"""A bank's rate within this share (1/10) of the official one is taken for a sale of the currency."""


@dataclass(frozen=True, slots=True)
class _Leg:
    on: date
    amount_minor: int
    currency: str
    fund: str
    txn: int


@check("transit", "books", N_("Own money that left one account and did not arrive, or arrived as income"))
def transit(context: Context) -> Findings:
    books = context.books
    for leg in sorted(_unmatched(books) + _unpaired_sales(books), key=lambda item: (item.on, item.txn)):
        if context.today - leg.on <= GRACE:
            continue
        amount = f"{display(abs(leg.amount_minor), leg.currency, language())} {leg.currency}"
        twin = _arrived_as_income(context, leg)
        if twin is None:
            yield Finding(
                "transit.remainder",
                "error",
                f"txn:{leg.txn}",
                _("{amount} left an account on {day} and never arrived at another").format(
                    amount=amount, day=day_text(leg.on)
                ),
                _("Find the other half in the statements; list it with: compliance list transactions"),
            )
        elif twin.currency == leg.currency:
            yield Finding(
                "transfer.as_income",
                "error",
                f"txn:{twin.txn}",
                _(
                    "{amount} moved between own accounts on {day} is booked as income: receipts are too high"
                ).format(amount=amount, day=day_text(twin.on)),
                _("Sort the line again as a transfer: compliance assign {line} --kind transfer").format(
                    line=_handle(twin)
                ),
            )
        else:
            received = f"{display(-twin.amount_minor, twin.currency, language())} {twin.currency}"
            yield Finding(
                "exchange.as_income",
                "error",
                f"txn:{twin.txn}",
                _(
                    "{received} from selling {amount} on {day} is booked as income: receipts are too high"
                ).format(received=received, amount=amount, day=day_text(twin.on)),
                _("Sort the line again as an exchange: compliance assign {line} --kind exchange").format(
                    line=_handle(twin)
                ),
            )


def _handle(entry: Entry) -> str:
    return entry.line[:8] if entry.line else str(entry.txn)


def _unmatched(books: Books) -> list[_Leg]:
    """In-transit legs that no opposite legs of the same fund and currency have used up, oldest first.

    Legs that together come to zero again within one currency and fund are matched in order of days.
    """
    waiting: dict[tuple[str, str, str], list[_Leg]] = defaultdict(list)
    for entry in _entries_of_class(books, "in_transit"):
        leg = _Leg(entry.on, entry.amount_minor, entry.currency, entry.fund, entry.txn)
        key = (entry.account, leg.currency, leg.fund)
        waiting[key] = _consume(waiting[key], leg)
    return [leg for legs in waiting.values() for leg in legs]


def _unpaired_sales(books: Books) -> list[_Leg]:
    """Currency given up through conversion for which no other currency came in within the grace days."""
    undone = books.reversed_transactions()
    legs = [
        _Leg(entry.on, entry.amount_minor, entry.currency, entry.fund, entry.txn)
        for entry in _entries_of_class(books, "conversion")
        if entry.txn not in undone
    ]
    return [
        leg
        for leg in legs
        if leg.amount_minor > 0
        and not any(
            other.amount_minor < 0
            and other.currency != leg.currency
            and other.fund == leg.fund
            and abs(other.on - leg.on) <= GRACE
            for other in legs
        )
    ]


def _entries_of_class(books: Books, account_class: str) -> Iterator[Entry]:
    """Postings on accounts of a class, without the fund of lines that nobody has sorted yet."""
    accounts = [key for key, account in books.accounts.items() if account.account_class == account_class]
    for entry in books.entries(where={"account": accounts}):
        if entry.fund != UNASSIGNED:
            yield entry


def _consume(waiting: list[_Leg], leg: _Leg) -> list[_Leg]:
    """``leg`` against the oldest waiting legs of the other sign; an equal one is preferred."""
    for at, other in enumerate(waiting):
        if other.amount_minor == -leg.amount_minor:
            return waiting[:at] + waiting[at + 1 :]
    rest, left = leg.amount_minor, []
    for other in waiting:
        if rest and (other.amount_minor > 0) != (rest > 0):
            used = min(abs(rest), abs(other.amount_minor)) * (1 if other.amount_minor > 0 else -1)
            rest += used
            remaining = other.amount_minor - used
            if remaining:
                left.append(_Leg(other.on, remaining, other.currency, other.fund, other.txn))
        else:
            left.append(other)
    if rest:
        left.append(_Leg(leg.on, rest, leg.currency, leg.fund, leg.txn))
    return left


def _arrived_as_income(context: Context, leg: _Leg) -> Entry | None:
    """An income posting of the same size within the grace days, in this currency or at about the rate."""
    if leg.amount_minor <= 0:
        return None
    books = context.books
    undone = books.reversed_transactions()
    income = [key for key, account in books.accounts.items() if account.type == "income"]
    start, end = leg.on, leg.on + GRACE + timedelta(days=1)
    for entry in books.entries(start=start, end=end, where={"account": income}):
        if entry.txn in undone or entry.amount_minor >= 0:
            continue
        if entry.currency == leg.currency and -entry.amount_minor == leg.amount_minor:
            return entry
        if entry.currency != leg.currency and _about(context, leg, entry):
            return entry
    return None


def _about(context: Context, leg: _Leg, entry: Entry) -> bool:
    """Is ``entry`` what selling ``leg`` would bring at the nearest known rate?"""
    known = [
        (abs((day - leg.on).days), rate)
        for (currency, quote, day), rate in context.books.rates.items()
        if (currency, quote) == (leg.currency, entry.currency)
    ]
    if not known:
        return False
    expected = int(leg.amount_minor * min(known)[1])
    return abs(expected + entry.amount_minor) * _SALE_TOLERANCE <= expected
