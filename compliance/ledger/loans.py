"""What one agreement of ours owes another: due from, due to, seen as pairs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import groupby

from compliance.ledger.books import Books


@dataclass(frozen=True, slots=True)
class Loan:
    """``amount_minor`` is what is still to be returned; ``since`` the day of the first loan of the pair."""

    lender: str
    borrower: str
    currency: str
    amount_minor: int
    since: date


def open_loans(books: Books, *, end: date | None = None) -> list[Loan]:
    """Loans between agreements that are not returned by the first day ``end``, oldest first."""
    accounts = {
        kind: [key for key, item in books.accounts.items() if item.account_class == kind]
        for kind in ("due_from", "due_to")
    }
    both = [*accounts["due_from"], *accounts["due_to"]]
    if not both:
        return []
    totals: dict[tuple[str, str, str], int] = {}
    since: dict[tuple[str, str, str], date] = {}
    entries = books.entries(end=end, where={"account": both})
    for _txn, group in groupby(entries, key=lambda item: item.txn):
        legs = list(group)
        claims = [leg for leg in legs if leg.account in accounts["due_from"]]
        debts = [leg for leg in legs if leg.account in accounts["due_to"]]
        for claim in claims:
            # Several borrowers at once: each owes the one lender what its own leg says.
            for debt in (item for item in debts if item.currency == claim.currency):
                key = (claim.fund, debt.fund, claim.currency)
                totals[key] = totals.get(key, 0) - debt.amount_minor
                since.setdefault(key, claim.on)
    return sorted(
        (Loan(*key, amount_minor, since[key]) for key, amount_minor in totals.items() if amount_minor),
        key=lambda item: (item.since, item.lender, item.borrower),
    )
