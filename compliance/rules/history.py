"""What a rule said since when, and what of it no source confirms: for whoever must rely on it or verify it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from compliance.findings import Confidence
from compliance.money import plain
from compliance.rules.base import META, mark_of
from compliance.rules.book import Rules
from compliance.rules.law import Rule, Statuses, held
from compliance.rules.provisions import Block, InForce

_SHARES = ("at_most", "rate", "screen_share", "exceeds", "reaches")


@dataclass(frozen=True, slots=True)
class Change:
    """One key of a rule: its value before and after, as JSON-ready values without warrants; ``None`` where there is
    none."""

    key: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Version:
    """One dated block. ``on`` is ``date.min`` for *always*; ``status`` the block's own word. An announced block
    says what it would change."""

    on: date
    status: str
    changes: tuple[Change, ...]
    source: tuple[str, ...]
    confidence: Confidence
    note: str


@dataclass(frozen=True, slots=True)
class Doubt:
    """A value that the law of the day rests on and that no source was checked for.

    ``verify``: the official sources that it cites, or else its act, by title.
    """

    rule: str
    kind: str
    title: str
    key: str
    value: Any
    confidence: Confidence
    source: tuple[str, ...]
    verify: tuple[str, ...]


def said(block: Block) -> dict[str, Any]:
    """Key -> value of a block as the file would have it (``20%``, ``17300 AUD``, days as text), without warrants."""
    found = block.model_dump(by_alias=True, exclude_unset=True)
    return {key: _plain(value, key) for key, value in found.items() if key not in META}


def _plain(item: Any, key: str = "") -> Any:
    if isinstance(item, Mapping):
        if item.keys() == {"amount_minor", "currency"}:
            return f"{plain(item['amount_minor'], item['currency'])} {item['currency']}"
        return {
            name: _plain(inner, str(name))
            for name, inner in item.items()
            if name not in META and inner not in (None, (), {}, [])
        }
    if isinstance(item, list | tuple):
        return [_plain(inner, key) for inner in item]
    if isinstance(item, Decimal):
        return f"{(item * 100).normalize():f}%" if key in _SHARES else f"{item.normalize():f}"
    return item.isoformat() if isinstance(item, date) else item


def history(rule: Rule[Any]) -> list[Version]:
    """Every dated block in order, with what it changed against the law before it."""
    versions = []
    before: dict[str, Any] = {}
    for day, block in rule.provision.terms.items():
        own = mark_of(block, "")
        known = [mark for key in block.stated() if (mark := mark_of(block, key))] or ([own] if own else [])
        law = rule.provision.folded(day) if block.status == "in_force" else None
        after = (
            said(law.block) if law is not None else said(block) if block.status not in ("in_force",) else {}
        )
        applied = block.status == "in_force"
        now = after if applied else before | after if after else {}
        versions.append(
            Version(
                day,
                block.status,
                tuple(changes(before, now)),
                tuple(dict.fromkeys(source for mark in known for source in mark.source)),
                _weakest([mark.confidence for mark in known]),
                block.note or "",
            )
        )
        if applied:
            before = after
        elif block.status not in ("proposed", "expected", "rejected", "suspended"):
            before = {}
    return versions


def _weakest(marks: list[Confidence]) -> Confidence:
    from compliance.findings import weakest

    return weakest(marks) if marks else "uncertain"


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Change]:
    """What differs, key by key."""
    for key in dict.fromkeys([*before, *after]):
        if before.get(key) != after.get(key):
            yield Change(key, before.get(key), after.get(key))


def unverified(rules: Rules, statuses: Statuses | None, on: date) -> list[Doubt]:
    """What is not ``sourced`` in the rules in force on ``on``; with ``statuses`` in those that bind alone."""
    now = held(statuses, on) if statuses is not None else frozenset()
    found: list[Doubt] = []
    for rule in rules.all_rules():
        law = rule.on(on)
        if law is None or (statuses is not None and not set(rule.provision.binds) <= now):
            continue
        found += _doubts(rule, law)
    return found


def _doubts(rule: Rule[Any], law: InForce[Any]) -> Iterator[Doubt]:
    values = said(law.block)
    for key, mark in law.marks.items():
        if mark.confidence == "sourced":
            continue
        official = [
            item.title
            for word in mark.source
            if (item := rule.pack.regime.sources.get(word.partition(" ")[0])) is not None and item.official
        ]
        act = [rule.act] if rule.act else []
        yield Doubt(
            rule.id, rule.kind, rule.title, key, values.get(key), mark.confidence, mark.source,
            tuple(dict.fromkeys(official or act)),
        )  # fmt: skip
