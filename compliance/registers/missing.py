"""Bank lines that look like those with a register, but have none: what nobody can hold against anything."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice

from compliance.ledger import lines
from compliance.ledger.books import Books
from compliance.ledger.lines import BankLine
from compliance.ledger.models import Register
from compliance.vault.vault import Vault

GRACE = timedelta(days=7)
"""Registers come after the bank's line; our threshold."""
_LONGEST = timedelta(days=400)
_WORDS = 2
_CHUNK = 1000
Look = tuple[str, bool, str, tuple[str, ...]]
"""Account, money in, counterparty, first words of the purpose: from the vault, never shown."""


@dataclass(frozen=True, slots=True)
class Missing:
    kind: str
    account: str
    lines: tuple[BankLine, ...]


def missing(books: Books, vault: Vault, today: date) -> list[Missing]:
    """By kind of register, since its first one, up to a week ago."""
    by_kind: dict[str, list[Register]] = {}
    for register in books.facts(Register).values():
        by_kind.setdefault(register.kind, []).append(register)
    found = []
    for kind, known in sorted(by_kind.items()):
        texts = vault.line_texts([item.line for item in known])
        start = max(min(item.on_date for item in known), today - _LONGEST)
        have = {item.line for item in known}
        accounts = sorted({line.account for item in known[:1] for line in lines.by_prefix(books, item.line)})
        for account in accounts:
            looks = {_look(account, item.amount_minor, texts.get(item.line, {})) for item in known}
            alike = tuple(
                line
                for line, text in _with_texts(books, vault, account, start, today - GRACE)
                if line.identity not in have and _look(account, line.amount_minor, text) in looks
            )
            if alike:
                found.append(Missing(kind, account, alike))
    return found


def _with_texts(
    books: Books, vault: Vault, account: str, start: date, end: date
) -> Iterator[tuple[BankLine, dict[str, str]]]:
    rows = lines.of_account(books, account, start, end)
    while chunk := list(islice(rows, _CHUNK)):
        texts = vault.line_texts([line.identity for line in chunk])
        for line in chunk:
            yield line, texts.get(line.identity, {})


def _look(account: str, amount_minor: int, text: Mapping[str, str]) -> Look:
    words = tuple(text.get("purpose", "").casefold().split()[:_WORDS])
    return account, amount_minor > 0, text.get("tax_id") or text.get("name", ""), words
