"""Who pays us from abroad, where the bank's line does not say it in a way that books can use.

A payer without a tax number or a bank code, or one whose name is a nest of fields, is asked about
once: who it is, of which kind and country, on whose behalf, under which agreement. The answer is a
dated attribution rule in the vault; the next import proposes by it. Another answer later begins on a
day of its own: what was sorted before stays.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import islice

from compliance.errors import UsageError
from compliance.files import digest
from compliance.i18n import _
from compliance.importers.identity import normalised
from compliance.intake.attribution import AttributionRule, keep
from compliance.intake.nested import NESTED, Nested, taken_apart
from compliance.ledger import lines
from compliance.ledger.books import Books
from compliance.ledger.lines import BankLine
from compliance.periods import ONE_DAY
from compliance.vault.vault import Vault

__all__ = ["Nested", "Payer", "desk", "find", "fund_of", "remember", "taken_apart"]
PREFIX = "payer-"
"""Begins the ids of the rules that answers became."""
ORDER = 90
"""Before what is taught without an order, after what is given one."""
_CHUNK = 500


@dataclass(slots=True)
class Payer:
    """One payer of the desk: all its incoming lines. ``sources``: what its sorted lines were said to be from.

    ``lacks`` says why it is here: tax_id, bic, nested, behalf. ``rule`` is the answer in force on its
    last day, ``None`` while nobody was asked.
    """

    key: str
    text: str
    told: Nested
    first_on: date
    last_on: date
    lacks: set[str] = field(default_factory=set)
    lines: list[BankLine] = field(default_factory=list)
    waiting: int = 0
    totals: dict[str, int] = field(default_factory=dict)
    sources: set[str] = field(default_factory=set)
    country: str = ""
    bank: str = ""
    rule: AttributionRule | None = None

    @property
    def resolved(self) -> bool:
        return self.rule is not None or not self.waiting


def desk(books: Books, vault: Vault, rules: Sequence[AttributionRule]) -> list[Payer]:
    """Payers that the bank's lines do not make out, by name; those nobody was asked about first."""
    own = {normalised(item.number) for item in books.accounts.values() if item.number}
    found: dict[str, Payer] = {}
    for line, text in _incoming(books, vault):
        if normalised(text.get("account", "")) in own or not text.get("name"):
            continue
        told = taken_apart(text["name"], text.get("purpose", ""))
        told = replace(
            told,
            address=told.address or text.get("address", ""),
            behalf=told.behalf or text.get("ultimate", ""),
        )
        lacks = _lacks(text, told)
        if not lacks:
            continue
        # An agent that pays for several is several payers: whose money it is is asked about each.
        key = "/".join(filter(None, (normalised(told.name), normalised(told.behalf))))
        payer = found.setdefault(key, Payer(key, text["name"], told, line.on, line.on))
        _count(books, payer, line, text, lacks)
        payer.rule = answer(rules, line, text) or payer.rule
    return sorted(found.values(), key=lambda item: (item.resolved, item.key))


def _incoming(books: Books, vault: Vault) -> Iterator[tuple[BankLine, Mapping[str, str]]]:
    everything = lines.incoming(books)
    while chunk := list(islice(everything, _CHUNK)):
        texts = vault.line_texts([line.identity for line in chunk])
        for line in chunk:
            yield line, texts.get(line.identity, {})


def _lacks(text: Mapping[str, str], told: Nested) -> set[str]:
    found = {name for name in ("tax_id", "bic") if not text.get(name)}
    # Many formats never give the bank's code; with a tax number the payer is made out all the same.
    if found == {"bic"}:
        found = set()
    if NESTED.match(text.get("name", "")):
        found.add("nested")
    if told.behalf:
        found.add("behalf")
    return found


def _count(books: Books, payer: Payer, line: BankLine, text: Mapping[str, str], lacks: set[str]) -> None:
    payer.lacks |= lacks
    payer.lines.append(line)
    payer.first_on, payer.last_on = min(payer.first_on, line.on), max(payer.last_on, line.on)
    payer.totals[line.currency] = payer.totals.get(line.currency, 0) + line.amount_minor
    payer.country = payer.country or payer.told.country or text.get("country", "")
    payer.bank = payer.bank or text.get("bank", "") or text.get("bic", "")
    sorted_by = lines.assignments(books, line.identity)
    payer.waiting += not sorted_by
    payer.sources |= {
        leg.source for txn in sorted_by for leg in lines.legs_of(books, txn) if leg.source is not None
    }


def answer(
    rules: Sequence[AttributionRule], line: BankLine, text: Mapping[str, str]
) -> AttributionRule | None:
    """The answer about a payer that speaks about this line."""
    for rule in rules:
        if rule.id.startswith(PREFIX) and rule.matches(line, text):
            return rule
    return None


def find(payers: Sequence[Payer], words: str) -> Payer:
    """By a line's short name or a part of the payer's. ``UsageError`` for none or several."""
    wanted = normalised(words)
    found = [
        item
        for item in payers
        if (wanted and wanted in normalised(item.text))
        or any(line.identity.startswith(words.lower()) for line in item.lines if len(words) >= 4)
    ]
    exact = [item for item in found if item.key.partition("/")[0] == wanted]
    if len(exact or found) != 1:
        raise UsageError(
            _("several payers fit; write more of the name")
            if found
            else _("no payer of the desk has this name or line"),
            remedy=_("See: compliance payers --all"),
        )
    return (exact or found)[0]


def fund_of(books: Books, source: str) -> str:
    """The one agreement whose donor is the source or whom it acts for; empty for none or several."""
    source = books.merged.get(source, source)
    known = books.sources.get(source)
    donors = {source, known.acts_for if known else None} - {None}
    funds = [entity for entity, item in books.funds.items() if item.donor in donors]
    return funds[0] if len(funds) == 1 else ""


def remember(
    vault: Vault,
    rules: Sequence[AttributionRule],
    payer: Payer,
    *,
    source: str,
    fund: str,
    since: date | None,
) -> AttributionRule:
    """Keep the answer from ``since`` on (default: the payer's first line, for a first answer).

    ``UsageError`` where it would begin before an answer that is in force: the past is not rewritten.
    """
    stem = PREFIX + digest(payer.key.encode())[:10]
    before = [rule for rule in rules if rule.id.startswith(stem)]
    if not before:
        made = _rule(stem, payer, source, fund, since or payer.first_on)
        keep(vault, made)
        return made
    last = max(before, key=lambda rule: rule.since or date.min)
    if (last.source, last.fund) == (source, fund) and since in (None, last.since):
        return last
    if since is None:
        raise UsageError(
            _("about this payer something else was said; from which day is it otherwise? --since is missing"),
            why=_("What was sorted before stays as it is."),
        )
    if last.since is not None and since <= last.since:
        raise UsageError(
            _("--since: the answer in force begins on {day}; another one begins later").format(
                day=last.since.isoformat()
            ),
            why=_("What was sorted before stays as it is."),
            remedy=_("To mend lines that are sorted already: compliance assign LINE ..."),
        )
    keep(vault, last.model_copy(update={"until": since - ONE_DAY}))
    made = _rule(f"{stem}-{since:%Y%m%d}", payer, source, fund, since)
    keep(vault, made)
    return made


def _rule(rule_id: str, payer: Payer, source: str, fund: str, since: date) -> AttributionRule:
    return AttributionRule(
        id=rule_id,
        order=ORDER,
        payer=payer.told.name,
        behalf=payer.told.behalf,
        direction="in",
        kind="income",
        source=source,
        fund=fund,
        since=since,
    )
