"""What every other program's file becomes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from compliance.periods import Period


@dataclass(frozen=True, slots=True)
class Entry:
    """One movement on one account of theirs: debit positive, minor units.

    ``currency_minor`` is the amount in the account's own currency, where the file shows both. ``own`` are
    the analytics of this account, ``other`` those of the corresponding one; ``document`` names what
    belongs together. All texts are outside data and may name people.
    """

    on: date
    account: str
    contra: str
    amount_minor: int
    currency_minor: int | None
    own: tuple[str, ...]
    other: tuple[str, ...]
    document: str
    place: str


@dataclass(frozen=True, slots=True)
class Balance:
    """An account over the whole span: opening and closing debit positive, turnovers >= 0; ``analytic`` a part of it."""

    account: str
    analytic: str
    opening_minor: int
    debit_minor: int
    credit_minor: int
    closing_minor: int
    in_currency: bool
    place: str


@dataclass(frozen=True, slots=True)
class Theirs:
    """``kind``: card (entries, and an opening), balance (balances), daybook (entries only).

    ``span`` is what the file says it covers, or the months of its entries.
    """

    program: str
    kind: str
    span: Period
    account: str
    opening_minor: int | None
    entries: tuple[Entry, ...]
    balances: tuple[Balance, ...]
    place: str
    opening_in_currency_minor: int | None = None
