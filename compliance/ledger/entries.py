"""Economic acts as double entry. Pure: facts in, balanced legs out; each fund balances by itself.

Amounts given here are positive minor units; the sign is the act's business. ``accounts`` is
``Books.accounts``, needed where the program's own accounts take part.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from compliance.ledger.append import Leg
from compliance.ledger.chart import UNASSIGNED, of_class
from compliance.ledger.models import Account

Accounts = Mapping[str, Account]


@dataclass(frozen=True, slots=True)
class Share:
    """A part of an amount and what it is: where it lands (``account``), whose it is, which form line.

    ``amount_minor`` is signed: positive brings money in (income), negative takes it out (expense).
    ``account`` is an income, expense, in-transit or other account on the far side of the bank.
    """

    account: str
    fund: str
    amount_minor: int
    source: str | None = None
    programme: str | None = None
    expense_line: str | None = None
    purpose: str | None = None
    property: str | None = None


def opening(
    accounts: Accounts, account: str, fund: str, currency: str, amount_minor: int, source: str | None = None
) -> list[Leg]:
    """What an account holds for a fund when the books begin; may be negative. ``source`` where the fund is a pool."""
    return [
        Leg(account, fund, currency, amount_minor),
        Leg(of_class(accounts, "opening"), fund, currency, -amount_minor, source),
    ]


def movement(place: str, currency: str, shares: Sequence[Share]) -> list[Leg]:
    """Money through ``place`` (bank, cash) explained by ``shares``: income, expense, or several at once."""
    legs = []
    for share in shares:
        legs.append(Leg(place, share.fund, currency, share.amount_minor))
        legs.append(far_leg(share, currency))
    return legs


def far_leg(share: Share, currency: str) -> Leg:
    return Leg(
        share.account, share.fund, currency, -share.amount_minor, share.source, share.programme,
        share.expense_line, share.purpose, share.property,
    )  # fmt: skip


def line(accounts: Accounts, place: str, currency: str, amount_minor: int) -> list[Leg]:
    """A statement line as the bank gave it: against suspense, in the fund of nobody."""
    return [
        Leg(place, UNASSIGNED, currency, amount_minor),
        Leg(of_class(accounts, "suspense"), UNASSIGNED, currency, -amount_minor),
    ]


def assign(accounts: Accounts, place: str, currency: str, shares: Sequence[Share]) -> list[Leg]:
    """Clear a line from suspense: take it out of the fund of nobody and explain it by ``shares``."""
    total = sum(share.amount_minor for share in shares)
    back = [
        Leg(of_class(accounts, "suspense"), UNASSIGNED, currency, total),
        Leg(place, UNASSIGNED, currency, -total),
    ]
    return back + movement(place, currency, shares)


def transfer(from_place: str, to_place: str, fund: str, currency: str, amount_minor: int) -> list[Leg]:
    """Own money from one place to another (a place may be the in-transit account)."""
    return [Leg(from_place, fund, currency, -amount_minor), Leg(to_place, fund, currency, amount_minor)]


def exchange(
    accounts: Accounts,
    fund: str,
    sold_from: str,
    sold: tuple[int, str],
    bought_to: str,
    bought: tuple[int, str],
) -> list[Leg]:
    """Currency sold for currency bought; what the rates make of it is derived, never stored."""
    conversion = of_class(accounts, "conversion")
    (sold_minor, sold_currency), (bought_minor, bought_currency) = sold, bought
    return [
        Leg(sold_from, fund, sold_currency, -sold_minor),
        Leg(conversion, fund, sold_currency, sold_minor),
        Leg(bought_to, fund, bought_currency, bought_minor),
        Leg(conversion, fund, bought_currency, -bought_minor),
    ]


def between_funds(
    accounts: Accounts,
    place: str,
    from_fund: str,
    to_fund: str,
    currency: str,
    amount_minor: int,
    *,
    loan: bool,
) -> list[Leg]:
    """Money of one fund used for another: a loan to be returned, or a release for good."""
    given = of_class(accounts, "due_from" if loan else "released")
    taken = of_class(accounts, "due_to" if loan else "released")
    return [
        Leg(place, from_fund, currency, -amount_minor),
        Leg(given, from_fund, currency, amount_minor),
        Leg(place, to_fund, currency, amount_minor),
        Leg(taken, to_fund, currency, -amount_minor),
    ]


def repaid(
    accounts: Accounts, place: str, borrower: str, lender: str, currency: str, amount_minor: int
) -> list[Leg]:
    """A loan between funds returned, at the place where both hold money."""
    return [
        Leg(place, borrower, currency, -amount_minor),
        Leg(of_class(accounts, "due_to"), borrower, currency, amount_minor),
        Leg(place, lender, currency, amount_minor),
        Leg(of_class(accounts, "due_from"), lender, currency, -amount_minor),
    ]


def owed(accounts: Accounts, share: Share, currency: str, *, before: bool = False) -> list[Leg]:
    """A cost that is not paid yet (``share``: negative, on its expense account); ``before`` the books began
    it is no cost of theirs, only a debt."""
    return _debt(accounts, "payable", share, currency, before=before)


def delivered(accounts: Accounts, share: Share, currency: str) -> list[Leg]:
    """The cost of what was paid ahead, once the act is there."""
    return _debt(accounts, "prepaid", share, currency, before=False)


def _debt(accounts: Accounts, kind: str, share: Share, currency: str, *, before: bool) -> list[Leg]:
    line = share.expense_line or accounts[share.account].expense_line
    cost = Leg(of_class(accounts, "opening"), share.fund, currency, -share.amount_minor)
    return [
        cost if before else far_leg(share, currency),
        Leg(of_class(accounts, kind), share.fund, currency, share.amount_minor, None, share.programme, line),
    ]


def in_kind(
    accounts: Accounts,
    income_account: str,
    share: Share,
    currency: str,
    *,
    used_as: str | None = None,
) -> list[Leg]:
    """Property or help received without money; ``used_as`` is the expense account where it is used up.

    ``share.amount_minor`` is its price, 0 where nobody knows one: the fact counts all the same.
    """
    far = used_as or of_class(accounts, "in_kind")
    return [
        Leg(far, share.fund, currency, share.amount_minor, None, share.programme, share.expense_line,
            share.purpose, share.property),
        Leg(income_account, share.fund, currency, -share.amount_minor, share.source, share.programme, None,
            share.purpose, share.property),
    ]  # fmt: skip


def reverse(legs: Sequence[Leg]) -> list[Leg]:
    """The same legs with opposite signs."""
    return [
        Leg(leg.account, leg.fund, leg.currency, -leg.amount_minor, leg.source, leg.programme,
            leg.expense_line, leg.purpose, leg.property)
        for leg in legs
    ]  # fmt: skip
