"""What another program's accounts and analytics mean in our books: known by themselves, or taught once.

An own account's number inside a text, an agreement's number or title, a programme's title are known, and
the form line of an account that is called exactly so. The rest is taught and kept in the vault beside the
attribution rules: it is no fact (nothing happened) and may hold names, so it belongs neither to the ledger
nor to schedules.yaml, whose bytes go with filings.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from compliance.errors import UsageError
from compliance.i18n import _
from compliance.ledger.books import Books
from compliance.vault.vault import Vault

ROLES = ("account", "fund", "programme", "line")
IGNORED = "ignored"
_LONG_ENOUGH = 6
"""Characters of an agreement's number or a title that are looked for inside a longer text."""
_NUMBER = re.compile(r"[0-9A-Z]{10,34}")


def same(text: str) -> str:
    return " ".join(text.casefold().split())


@dataclass(frozen=True, slots=True)
class Words:
    """``taught``: folded text -> role -> id; ``known`` role -> folded text -> id; ``numbers`` of own accounts."""

    taught: Mapping[str, Mapping[str, str]]
    known: Mapping[str, Mapping[str, str]]
    numbers: Mapping[str, str]

    @classmethod
    def of(cls, books: Books, vault: Vault) -> Words:
        titles = {
            "account": ((key, (item.title,)) for key, item in books.accounts.items()),
            "fund": ((key, (item.title, item.agreement)) for key, item in books.funds.items()),
            "programme": ((key, (item.title,)) for key, item in books.programmes.items()),
        }
        known = {
            role: {same(text): key for key, texts in items for text in texts if text}
            for role, items in titles.items()
        }
        known["line"] = {
            same(text): item.expense_line
            for item in books.accounts.values()
            for text in (item.title, item.expense_line)
            if item.expense_line and text
        }
        numbers = {item.number: key for key, item in books.accounts.items() if item.number}
        return cls({same(text): body for text, body in vault.analytics().items()}, known, numbers)

    def account(self, code: str, analytics: Iterable[str]) -> str | None:
        """Our account behind a part of theirs: by its number in an analytic, an analytic taught, else the code."""
        texts = list(analytics)
        for text in texts:
            for number in _NUMBER.findall(text):
                if number in self.numbers:
                    return self.numbers[number]
        return self.facet("account", [*texts, *_and_parents(code)])

    def facet(self, role: str, texts: Iterable[str]) -> str | None:
        """The first of ``texts`` that says an id of this role; else one that holds a known agreement or title."""
        words = [same(text) for text in texts]
        for word in words:
            found = self.taught.get(word, {}).get(role) or self.known.get(role, {}).get(word)
            if found:
                return found
        inside = {
            key for known, key in self.known.get(role, {}).items() if len(known) >= _LONG_ENOUGH
            for word in words if role != "line" and known in word and word not in self.taught
        }  # fmt: skip
        return inside.pop() if len(inside) == 1 else None

    def ignored(self, text: str) -> bool:
        return IGNORED in self.taught.get(same(text), {})

    def is_known(self, text: str) -> bool:
        word = same(text)
        return (
            word in self.taught
            or any(word in names for names in self.known.values())
            or any(self.facet(role, [text]) for role in ROLES)
            or any(number in self.numbers for number in _NUMBER.findall(text))
        )


def _and_parents(code: str) -> list[str]:
    """``50.01``, then ``50``."""
    parts = code.split(".")
    return [".".join(parts[:count]) for count in range(len(parts), 0, -1)]


def teach(books: Books, vault: Vault, text: str, meaning: Mapping[str, str]) -> None:
    """Keep what ``text`` means: ids by role, or that it says nothing. ``UsageError`` for ids that do not exist."""
    lines = {item.expense_line: "" for item in books.accounts.values() if item.expense_line}
    exist: dict[str, Mapping[str, object]] = {
        "account": books.accounts, "fund": books.funds, "programme": books.programmes, "line": lines,
    }  # fmt: skip
    if not same(text):
        raise UsageError(_("say which word it is about"))
    if not meaning:
        raise UsageError(_("say what it means: --account, --fund, --programme, --line, or --ignore"))
    for role, value in meaning.items():
        if role != IGNORED and value not in exist[role]:
            raise UsageError(_("there is no {role} “{value}”").format(role=role, value=value[:60]))
    vault.put_analytic(" ".join(text.split()), dict(meaning))
