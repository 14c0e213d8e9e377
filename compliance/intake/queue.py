"""The queue: lines in the books that nobody has sorted, with what the rules propose."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from compliance.intake.attribution import AttributionRule, Proposal, propose
from compliance.intake.own import Own
from compliance.ledger import lines
from compliance.ledger.books import Books
from compliance.ledger.lines import BankLine
from compliance.vault.vault import Vault

_CHUNK = 1000


@dataclass(frozen=True, slots=True)
class Waiting:
    """``text``: what the bank said (vault keys); ``proposal``: ``None`` when no rule fits."""

    line: BankLine
    text: dict[str, str]
    proposal: Proposal | None


def waiting(
    books: Books, vault: Vault, rules: Sequence[AttributionRule], own: Own | None = None
) -> Iterator[Waiting]:
    """The queue by day; memory stays flat. Where no rule fits, ``own`` may tell an own transfer."""
    queue = lines.uncleared(books)
    while chunk := list(islice(queue, _CHUNK)):
        texts = vault.line_texts([line.identity for line in chunk])
        for line in chunk:
            text = texts.get(line.identity, {})
            told = propose(rules, line, text) if rules else None
            yield Waiting(line, text, told or (own.proposal(line, text) if own else None))
