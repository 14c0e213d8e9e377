"""The books for other programs: an hledger journal, and plain tables of everything.

Journal format: hledger 1.25 manual, "Journal". Account names are ``TYPE:ID``; fund, source and the
other coordinates are posting tags, so ``hledger bal assets --pivot fund`` shows whose money it is.
A tag's value ends at a comma and an amount needs two spaces before it; text from outside is
cleaned so that it can be neither.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from compliance.ledger.books import Books, Entry, JournalEntry
from compliance.ledger.chain import TABLES
from compliance.ledger.models import Account, Event
from compliance.ledger.stored import unreadable
from compliance.money import exponent, plain

_ROOTS = {
    "asset": "assets",
    "liability": "liabilities",
    "income": "income",
    "expense": "expenses",
    "equity": "equity",
}
_TAGS = ("fund", "source", "programme", "expense_line", "purpose", "property")
_UNSAFE = re.compile(
    r"[\s\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff,;:|()\[\]{}=@*!\"'<>]+"
)
_BREAKS = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff;|]+")


def word(text: str) -> str:
    """An id as a journal can hold it in an account name or a tag value."""
    return _UNSAFE.sub("_", text).strip("_") or "_"


def hledger(books: Books, *, start: date | None = None, end: date | None = None) -> Iterator[str]:
    """Lines of a journal (without line ends) of the transactions in ``[start, end)``."""
    yield "; made by compliance; amounts are exact"
    for currency in _currencies(books):
        point = "." + "0" * exponent(currency)
        yield f"commodity 1000{point} {currency}"
    for entity, account in books.accounts.items():
        yield f"account {_root(account)}:{word(entity)}"
    for (currency, quote, on), rate in sorted(books.rates.items()):
        yield f"P {on.isoformat()} {currency} {rate} {quote}"
    for item in books.transactions(start=start, end=end):
        yield ""
        yield _head(item)
        for posting in item.postings:
            yield _posting(books, posting)


def _head(item: JournalEntry) -> str:
    memo = _BREAKS.sub(" ", item.memo or "").strip()
    title = f"{word(item.kind)} {memo}".strip()
    return f"{item.on.isoformat()} * ({item.id}) {title}  ; event:{item.seq}"


def _posting(books: Books, posting: Entry) -> str:
    account = books.accounts.get(posting.account)
    root = _root(account) if account else "equity"
    tags = ", ".join(f"{tag}:{word(value)}" for tag in _TAGS if (value := getattr(posting, tag)))
    amount = plain(posting.amount_minor, posting.currency)
    return f"    {root}:{word(posting.account)}  {amount} {posting.currency}  ; {tags}"


def _root(account: Account) -> str:
    if account.type not in _ROOTS:
        raise unreadable()
    return _ROOTS[account.type]


def _currencies(books: Books) -> list[str]:
    return sorted(str(item.key[0]) for item in books.sums(("currency",)))


def tables(books: Books) -> Iterator[tuple[str, list[str], Iterator[tuple[Any, ...]]]]:
    """(table, columns, rows) of everything in the ledger as known: every version of every fact."""
    for table in (*TABLES, Event.table):
        columns = [column.name for column in table.columns]
        keys = ", ".join(column.name for column in table.primary_key.columns)
        query = f"SELECT {', '.join(columns)} FROM {table.name} WHERE seq <= ? ORDER BY seq, {keys}"
        yield table.name, columns, books.read(query, (books.known_at,))
