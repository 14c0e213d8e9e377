"""What is open between payments and costs: owed to suppliers, paid ahead, handed out to be reported.

A debt is known by the paper it rests on (invoice, act, application for an advance): the transactions that
make and settle it carry the same document. Derived from postings; nothing is marked as paid.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from compliance.ledger.books import Books
from compliance.ledger.chart import CHEQUES, SETTLEMENT_CLASSES
from compliance.ledger.stored import stored_day


@dataclass(frozen=True, slots=True)
class Debt:
    """``kind``: payable, prepaid, advance, or cheques (not presented). ``amount_minor`` is what is open, positive as the kind says;
    negative where more was settled than there was. ``since`` is the day of its first transaction."""

    kind: str
    account: str
    document: str | None
    fund: str
    currency: str
    programme: str | None
    expense_line: str | None
    amount_minor: int
    since: date


def open_debts(books: Books, *, end: date | None = None) -> list[Debt]:
    """Every debt that is not settled by the first day ``end`` (now, where none is given), oldest first.

    A reversal belongs to the paper of what it undoes.
    """
    accounts = {
        entity: item.account_class
        for entity, item in books.accounts.items()
        if item.account_class in (*SETTLEMENT_CLASSES, CHEQUES)
    }
    if not accounts:
        return []
    marks = ", ".join("?" * len(accounts))
    end = books.before(end)
    ended = "AND txn.on_date < ? " if end else ""
    paper = "coalesce(txn.document, undone.document)"
    query = (
        f"SELECT posting.account, {paper}, posting.fund, posting.currency, posting.programme, "
        "posting.expense_line, sum(posting.amount_minor), min(txn.on_date) "
        "FROM posting JOIN txn ON txn.id = posting.txn LEFT JOIN txn AS undone ON undone.id = txn.reverses "
        f"WHERE posting.account IN ({marks}) AND posting.seq <= ? {ended}"
        f"GROUP BY posting.account, {paper}, posting.fund, posting.currency, posting.programme, "
        "posting.expense_line HAVING sum(posting.amount_minor) <> 0"
    )
    values = [*accounts, books.known_at, *([end.isoformat()] if end else [])]
    found = []
    for account, document, fund, currency, programme, line, minor, since in books.read(query, values):
        kind = str(accounts[account])
        amount_minor = -int(minor) if kind in ("payable", CHEQUES) else int(minor)
        found.append(
            Debt(kind, account, document, fund, currency, programme, line, amount_minor, stored_day(since))
        )
    return sorted(found, key=lambda item: (item.since, item.kind, item.document or "", item.fund))
