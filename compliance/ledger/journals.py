"""The books as journals of other programs: hledger and beancount.

hledger 1.25 manual, "Journal": account names are ``TYPE:ID``; fund, source and the other coordinates
are posting tags, so ``hledger bal assets --pivot fund`` shows whose money it is. A tag's value ends at
a comma and an amount needs two spaces before it. Beancount, "Language Syntax": account names are
``Type:Component`` of letters, digits and hyphens; the coordinates are metadata of postings, texts in
quotes. Text from outside is cleaned so that it can be none of these signs, and two ids that would
look alike are told apart.

Both take transactions in ``[start, end)``. With ``opening`` what the accounts held before ``start``
comes first, as one balanced entry; without it only what moved.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from compliance.ledger.books import Books, Entry, JournalEntry
from compliance.ledger.chart import of_class
from compliance.ledger.models import Account
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
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]+")
_BREAKS = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff;|]+")
_NO_COMPONENT = re.compile(r"[^A-Za-z0-9А-Яа-яЁё]+")
_SINCE = date(1970, 1, 1)
"""Accounts are open in a beancount file since before anything we keep."""


def word(text: str) -> str:
    """An id as a journal can hold it in an account name or a tag value."""
    return _UNSAFE.sub("_", text).strip("_") or "_"


def component(text: str) -> str:
    """An id as a part of a beancount account name: it begins with a capital letter or a digit."""
    found = _NO_COMPONENT.sub("-", text).strip("-")
    return found[:1].upper() + found[1:] if found else "X"


@dataclass(frozen=True, slots=True)
class Held:
    """What an account held of a fund before the first day of a journal."""

    account: str
    fund: str
    currency: str
    amount_minor: int


def held_before(books: Books, start: date) -> list[Held]:
    """Balances of assets, liabilities and equity before ``start``; earlier results are in the opening account.

    They add up to zero for every fund and currency.
    """
    opening = of_class(books.accounts, "opening")
    totals: dict[tuple[str, str, str], int] = defaultdict(int)
    for item in books.sums(("account", "fund", "currency"), end=start):
        account, fund, currency = (str(part) for part in item.key)
        known = books.accounts.get(account)
        result = known is not None and known.type in ("income", "expense")
        totals[opening if result else account, fund, currency] += item.amount_minor
    return [Held(*key, amount_minor=total) for key, total in sorted(totals.items()) if total]


# hledger


def hledger(
    books: Books, *, start: date | None = None, end: date | None = None, opening: bool = False,
    say: Callable[[str], str] = str,
) -> Iterator[str]:  # fmt: skip
    """Lines of a journal, without line ends. Free text passes through ``say``, which may mask it."""
    accounts, funds = Names(word, books.accounts), Names(word, books.funds)
    yield "; made by compliance; amounts are exact"
    for currency in _currencies(books):
        point = "." + "0" * exponent(currency)
        yield f"commodity 1000{point} {currency}"
    for entity, account in books.accounts.items():
        yield f"account {_root(account)}:{accounts[entity]}"
    for (currency, quote, on), rate in sorted(books.rates.items()):
        yield f"P {on.isoformat()} {currency} {rate} {quote}"
    if opening and start is not None:
        yield from ("", f"{start.isoformat()} * opening")
        for held in held_before(books, start):
            name = f"{_root_of(books, held.account)}:{accounts[held.account]}"
            amount = plain(held.amount_minor, held.currency)
            yield f"    {name}  {amount} {held.currency}  ; fund:{funds[held.fund]}"
    for item in books.transactions(start=start, end=end):
        yield ""
        yield _head(item, say)
        for posting in item.postings:
            yield _posting(books, posting, accounts, funds)


def _head(item: JournalEntry, say: Callable[[str], str]) -> str:
    memo = _BREAKS.sub(" ", say(item.memo or "")).strip()
    title = f"{word(item.kind)} {memo}".strip()
    return f"{item.on.isoformat()} * ({item.id}) {title}  ; event:{item.seq}"


def _posting(books: Books, posting: Entry, accounts: Names, funds: Names) -> str:
    values = {tag: value for tag in _TAGS if (value := getattr(posting, tag))}
    tags = ", ".join(
        f"{tag}:{funds[value] if tag == 'fund' else word(value)}" for tag, value in values.items()
    )
    amount = plain(posting.amount_minor, posting.currency)
    name = f"{_root_of(books, posting.account)}:{accounts[posting.account]}"
    return f"    {name}  {amount} {posting.currency}  ; {tags}"


# beancount


def beancount(
    books: Books, *, start: date | None = None, end: date | None = None, opening: bool = False,
    say: Callable[[str], str] = str,
) -> Iterator[str]:  # fmt: skip
    """Lines of a beancount file, without line ends; ids stand as metadata where a name cannot hold them."""
    accounts = Names(component, books.accounts)
    yield "; made by compliance; amounts are exact"
    for currency in _currencies(books):
        yield f"{_SINCE.isoformat()} commodity {currency}"
    for entity, account in books.accounts.items():
        yield f"{_SINCE.isoformat()} open {_root(account).capitalize()}:{accounts[entity]}"
        yield f"  id: {_quoted(entity)}"
        yield f"  title: {_quoted(say(account.title))}"
    for (currency, quote, on), rate in sorted(books.rates.items()):
        yield f"{on.isoformat()} price {currency} {rate} {quote}"
    if opening and start is not None:
        yield from ("", f'{start.isoformat()} * "opening" ""')
        for held in held_before(books, start):
            yield _beancount_leg(books, accounts, held)
            yield f"    fund: {_quoted(held.fund)}"
    for item in books.transactions(start=start, end=end):
        yield ""
        yield f"{item.on.isoformat()} * {_quoted(item.kind)} {_quoted(say(item.memo or ''))}"
        yield f"  entry: {item.seq}"
        yield f"  txn: {item.id}"
        for posting in item.postings:
            yield _beancount_leg(books, accounts, posting)
            for tag in _TAGS:
                if value := getattr(posting, tag):
                    yield f"    {tag}: {_quoted(value)}"


def _beancount_leg(books: Books, accounts: Names, leg: Entry | Held) -> str:
    name = f"{_root_of(books, leg.account).capitalize()}:{accounts[leg.account]}"
    return f"  {name}  {plain(leg.amount_minor, leg.currency)} {leg.currency}"


def _quoted(text: str) -> str:
    text = _UNSEEN.sub(" ", text).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{text}"'


# Both


class Names:
    """Ids as a journal can write them; ids that would look alike get a number."""

    def __init__(self, write: Callable[[str], str], known: Iterable[str]) -> None:
        self._write = write
        self._names: dict[str, str] = {}
        self._taken: set[str] = set()
        for text in known:
            self[text]

    def __getitem__(self, text: str) -> str:
        if text not in self._names:
            first = name = self._write(text)
            number = 1
            while name.lower() in self._taken:
                number += 1
                name = f"{first}-{number}"
            self._taken.add(name.lower())
            self._names[text] = name
        return self._names[text]


def _root_of(books: Books, entity: str) -> str:
    account = books.accounts.get(entity)
    return _root(account) if account else "equity"


def _root(account: Account) -> str:
    if account.type not in _ROOTS:
        raise unreadable()
    return _ROOTS[account.type]


def _currencies(books: Books) -> list[str]:
    return sorted(str(item.key[0]) for item in books.sums(("currency",)))
