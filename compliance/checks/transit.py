"""Money on its way: what left one place must arrive at another, and is neither income nor spending.

In transit is per currency and returns to zero by itself; an old remainder is the finding, whatever
the bank's papers call the movement. A remainder whose counterpart was booked as income says so.
"""

from __future__ import annotations

from datetime import timedelta

from compliance.checks.registry import Context, Findings, check
from compliance.findings import Finding
from compliance.i18n import N_, _, day_text, language
from compliance.intake.transit import GRACE, Leg, remainders
from compliance.ledger.books import Entry
from compliance.money import display

_SALE_TOLERANCE = 10
"""A bank's rate within this share (1/10) of the official one is taken for a sale of the currency."""


@check("transit", "books", N_("Own money that left one account and did not arrive, or arrived as income"))
def transit(context: Context) -> Findings:
    for leg in remainders(context.books):
        if context.today - leg.on <= GRACE:
            continue
        amount = f"{display(abs(leg.amount_minor), leg.currency, language())} {leg.currency}"
        twin = _arrived_as_income(context, leg)
        if twin is None:
            yield Finding(
                "transit.remainder",
                "error",
                f"txn:{leg.txn}",
                _lost(leg, amount),
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


def _lost(leg: Leg, amount: str) -> str:
    """Plus stands in transit: it left and did not arrive. Minus: it arrived and nothing had left."""
    told = (
        _("{amount} left an account on {day} and never arrived at another (transaction {number})")
        if leg.amount_minor > 0
        else _("{amount} arrived at an account on {day} and never left another (transaction {number})")
    )
    return told.format(amount=amount, day=day_text(leg.on), number=leg.txn)


def _handle(entry: Entry) -> str:
    return entry.line[:8] if entry.line else str(entry.txn)


def _arrived_as_income(context: Context, leg: Leg) -> Entry | None:
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


def _about(context: Context, leg: Leg, entry: Entry) -> bool:
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
