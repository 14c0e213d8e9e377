"""What a waiting line probably is, from how similar lines were sorted before. It proposes, it never posts.

Counting, nothing else: of the earlier lines on the same account and in the same direction that share a
trait (the payer; the payer and a word of the purpose; the payer and the amount; a word, but no word says who
gave), so many were sorted one way. ``confidence`` is that share, with one more line that counts half for and half against, in
per cent rounded down: 1 of 1 is 75 %, 3 of 3 is 87 %, 9 of 9 is 95 %. The trait with the highest one speaks.
Nothing learned is stored: it is counted anew from the books and the vault at each call.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice

from compliance.importers.identity import normalised
from compliance.intake.attribution import AttributionRule
from compliance.intake.behalf import of_line
from compliance.intake.history import sorted_lines
from compliance.intake.parts import Part
from compliance.intake.queue import Waiting, waiting
from compliance.ledger.books import Books
from compliance.ledger.lines import BankLine
from compliance.vault.vault import Vault

LEARNED_FROM = 20_000
"""The newest sorted lines; older habits are forgotten."""
_WORD = re.compile(r"[^\W\d_]{4,}")
_STEM = 5
"""Letters of a word that count: endings change with the case."""
_WORDS_A_LINE = 12
_FEWEST_BY_WORD = 3
_CHUNK = 500
Trait = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """``agreed`` of ``seen`` earlier lines that share ``trait`` were sorted as ``part`` says.

    ``trait``: (payer), (payer, word), (payer, amount) or (word), by the words "payer", "word", "amount".
    """

    part: Part
    agreed: int
    seen: int
    trait: tuple[str, ...]
    word: str

    @property
    def confidence(self) -> int:
        return 100 * (2 * self.agreed + 1) // (2 * (self.seen + 1))


@dataclass(frozen=True, slots=True)
class Suggested:
    waiting: Waiting
    suggestion: Suggestion


class Habits:
    """How earlier lines were sorted, counted by their traits."""

    def __init__(self) -> None:
        self._counts: dict[Trait, Counter[Part | None]] = defaultdict(Counter)

    @classmethod
    def of(cls, books: Books, vault: Vault) -> Habits:
        found = cls()
        lines = sorted_lines(books, newest=LEARNED_FROM)
        while chunk := list(islice(lines, _CHUNK)):
            texts = vault.line_texts([item.line.identity for item in chunk])
            for item in chunk:
                # A line of several parts is no habit, but it speaks against one.
                part = item.parts[0] if len(item.parts) == 1 else None
                found.learn(item.line, texts.get(item.line.identity, {}), part)
        return found

    def learn(self, line: BankLine, text: Mapping[str, str], part: Part | None) -> None:
        kept = replace(part, amount="") if part is not None else None
        for trait in _traits(line, text):
            self._counts[trait][kept] += 1

    def suggest(self, line: BankLine, text: Mapping[str, str]) -> Suggestion | None:
        """The most confident trait's; the first of equals in the order of ``_traits``."""
        best: Suggestion | None = None
        for trait in _traits(line, text):
            counts = self._counts.get(trait)
            if not counts:
                continue
            seen = sum(counts.values())
            # Of ways equally often taken the first in the alphabet: the same books say the same.
            part, agreed = min(counts.items(), key=lambda item: (-item[1], repr(item[0])))
            # Who gave is a matter of the payer: what others wrote in their purposes does not make a stranger one of them.
            if part is None or (trait[2] == "word" and (seen < _FEWEST_BY_WORD or part.source)):
                continue
            found = Suggestion(part, agreed, seen, tuple(trait[2].split("+")), trait[-1])
            if best is None or found.confidence > best.confidence:
                best = found
        return best


def suggested(
    books: Books, vault: Vault, rules: list[AttributionRule], *, at_least: int = 0
) -> Iterator[Suggested]:
    """Of every waiting line that no rule speaks about, by day."""
    habits = Habits.of(books, vault)
    for item in waiting(books, vault, rules):
        if item.proposal is not None:
            continue
        found = habits.suggest(item.line, item.text)
        if found is not None and found.confidence >= at_least:
            yield Suggested(item, found)


def _traits(line: BankLine, text: Mapping[str, str]) -> Iterator[Trait]:
    """(account, direction, what, payer, detail), the most telling first."""
    where = (line.account, "in" if line.amount_minor > 0 else "out")
    payer = text.get("tax_id") or normalised(text.get("name", ""))
    if payer and line.amount_minor > 0 and (behalf := of_line(text)):
        payer = f"{payer}/{normalised(behalf)}"  # an agent passes on the money of several
    words = list(_words(text.get("purpose", "")))
    if payer:
        for word in words:
            yield (*where, "payer+word", payer, word)
        yield (*where, "payer+amount", payer, str(line.amount_minor))
        yield (*where, "payer", payer, "")
    for word in words:
        yield (*where, "word", "", word)


def _words(purpose: str) -> Iterable[str]:
    """The first letters of the words, each once; numbers and short words say nothing."""
    found = dict.fromkeys(word[:_STEM] for word in _WORD.findall(purpose.casefold()))
    return islice(found, _WORDS_A_LINE)
