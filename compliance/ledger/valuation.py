"""Amounts in the reporting currency, from dated rates. Nothing here is ever stored."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from compliance.ledger.books import Books
from compliance.money import convert


def rate_on(books: Books, currency: str, quote: str, on: date) -> Decimal | None:
    """Units of ``quote`` for one of ``currency`` on exactly that day; ``None`` where nobody recorded it."""
    return Decimal(1) if currency == quote else books.rates.get((currency, quote, on))


def openings_valued(books: Books, quote: str) -> tuple[int, list[tuple[str, date]]]:
    """Opening balances in ``quote`` at the rates of their days, and the (currency, day) without a rate."""
    assets = [entity for entity, account in books.accounts.items() if account.type == "asset"]
    total, missing = 0, []
    for item in books.sums(("currency",), where={"kind": ["opening"], "account": assets}, by_day=True):
        currency, on = str(item.key[0]), date.fromisoformat(str(item.key[-1]))
        rate = rate_on(books, currency, quote, on)
        if rate is None:
            missing.append((currency, on))
        else:
            total += convert(item.amount_minor, currency, quote, rate)
    return total, missing
