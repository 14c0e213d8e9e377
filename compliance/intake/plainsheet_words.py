"""What the words of a plain sheet mean in our books: known by themselves, or said once and kept in the vault.

A word (a category, a contract, a line of work) that is the id or the title of something ours is known. The
rest is said once; the answers and the columns lie in the vault, since words may be names.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from compliance.errors import UsageError
from compliance.files import digest
from compliance.i18n import _
from compliance.intake.parts import KINDS, Part
from compliance.intake.plainsheet import Columns, Entry
from compliance.ledger.books import Books
from compliance.ledger.chart import UNASSIGNED
from compliance.vault.vault import Vault

MEANINGS = ("kind", "fund", "source", "programme", "line", "account", "purpose")
_COLUMNS = "sheet columns "
Said = Mapping[str, Mapping[str, str]]


def folded(text: str) -> str:
    return " ".join(text.casefold().split())


def kept_columns(vault: Vault, titles: Sequence[str]) -> dict[str, str]:
    """Role -> title, as confirmed for a sheet of the same header before."""
    return dict(vault.analytics().get(_key(titles), {}))


def keep(vault: Vault, found: Columns, said: Said) -> None:
    """The confirmed columns of this header, and what words were said to mean."""
    vault.put_analytic(_key(found.titles), found.named())
    for word, meaning in said.items():
        vault.put_analytic(" ".join(word.split()), dict(meaning))


def _key(titles: Sequence[str]) -> str:
    return _COLUMNS + digest("\n".join(folded(title) for title in titles).encode())[:16]


def parse(word: str, text: str, books: Books) -> dict[str, str]:
    """``fund=f4 line=premises`` said of a word. ``UsageError`` for what is no meaning or does not exist."""
    if not folded(word):
        raise UsageError(_("say which word it is about"))
    meaning: dict[str, str] = {}
    for part in text.split():
        name, sep, value = part.partition("=")
        if not sep or not value or name not in MEANINGS or name in meaning:
            raise UsageError(
                _("--means: “{part}” is not NAME=ID with one of: {names}").format(
                    part=part[:60], names=", ".join(MEANINGS)
                )
            )
        meaning[name] = value
    for name, ids in _ours(books).items():
        if name in meaning and meaning[name] not in ids:
            raise UsageError(
                _("--means: there is no {role} “{value}”").format(role=name, value=meaning[name][:60])
            )
    return meaning


def _ours(books: Books) -> dict[str, Iterable[str]]:
    return {
        "kind": KINDS,
        "fund": set(books.funds) - {UNASSIGNED},
        "source": books.sources,
        "programme": books.programmes,
        "line": {item.expense_line for item in books.accounts.values() if item.expense_line},
        "account": books.accounts,
    }


class Meanings:
    """Words as said now, as said before, and as they stand in the books, in this order."""

    def __init__(self, books: Books, vault: Vault, said: Said) -> None:
        taught = {
            folded(text): body for text, body in vault.analytics().items() if not text.startswith(_COLUMNS)
        }
        self._said = {**taught, **{folded(word): meaning for word, meaning in said.items()}}
        self._known: dict[str, dict[str, str]] = {}
        for role, facts in (
            ("fund", books.funds),
            ("programme", books.programmes),
            ("source", books.sources),
        ):
            for entity, fact in facts.items():
                title = getattr(fact, "title", None) or getattr(fact, "name", None) or ""
                for text in {folded(entity), folded(title)} - {""}:
                    self._known.setdefault(text, {})[role] = entity
        for entity, item in books.accounts.items():
            if item.type == "expense" and item.expense_line:
                for text in (item.expense_line, item.title, entity):
                    self._known.setdefault(folded(text), {}).setdefault("line", item.expense_line)
        self._books = books

    def of(self, word: str) -> Mapping[str, str] | None:
        text = folded(word)
        return (self._said.get(text) or self._known.get(text)) if text else None

    def part(self, entry: Entry) -> Part | None:
        """What the row is, when its words say enough; ``None`` leaves it to the queue."""
        found: dict[str, str] = {}
        for word in (*entry.words, entry.line.counterparty.name):
            for name, value in (self.of(word) or {}).items():
                if name in MEANINGS:
                    found.setdefault(name, value)
        fund = self._books.funds.get(found.get("fund", ""))
        if fund is None:
            return None
        # Money in on a line of costs, from nobody named, is a cost that came back.
        came_back = found.get("line") and not found.get("source")
        comes = entry.line.amount_minor > 0 and not came_back
        kind = found.setdefault("kind", "income" if comes else "expense")
        if kind in ("income", "refund"):
            found.pop("line", None)
            found.setdefault("source", fund.donor or "")
            enough = bool(found["source"])
        else:
            found.pop("source", None)
            enough = kind not in ("expense", "fee") or bool(found.get("line") or found.get("account"))
        return Part(**found) if enough else None

    def unknown(self, entries: Iterable[Entry]) -> list[str]:
        """Words of category, contract and line of work that mean nothing yet, each once."""
        words = (word for entry in entries for word in entry.words if word)
        return [word for word in dict.fromkeys(words) if self.of(word) is None]
