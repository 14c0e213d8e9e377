"""What one law does otherwise than another: the impact on filings, forms, labels and the books, not the text.

Two laws are compared: that of two days, or two packs as they stand. A day's law is frozen: what a rule
says on that day is taken to hold always, so that the same periods are asked of both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, TypeVar, cast

from compliance.checks.duties import assigned, crossed, extended, occurrences, own_days
from compliance.checks.registry import Context
from compliance.deadlines import Deadline, deadlines
from compliance.i18n import _
from compliance.rules import Pack, Rules
from compliance.rules.amounts import Select
from compliance.rules.base import NOT_LAW, spoken
from compliance.rules.forms import Form
from compliance.rules.history import Change, Version, changes, history, said
from compliance.rules.law import Rule
from compliance.rules.loader import walk
from compliance.rules.provisions import Provision

HORIZON_DAYS = 400
P = TypeVar("P", bound=Provision[Any])
_ON_ROWS = {
    "programme": "programme",
    "expense_line": "expense_line",
    "purpose": "purpose",
    "property": "property",
}
"""Axes that a row of the books may lack, and the column they are."""


@dataclass(frozen=True, slots=True)
class Moved:
    """One filing under both laws; ``None`` where a law asks for none, or names no day."""

    obligation: str
    title: str
    period: str
    before: date | None
    after: date | None
    asked_before: bool
    asked_after: bool


@dataclass(frozen=True, slots=True)
class RuleChange:
    """``what``: ``begins``, ``ends``, ``changes``, ``announced``, or ``reaches_back`` (a change dated before today). ``since``: the
    day it is dated, where two packs are compared."""

    rule: str
    kind: str
    title: str
    what: str
    since: date | None
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class FormChange:
    """A line, column or section of a form: ``what`` is ``appears``, ``vanishes`` or ``words``."""

    form: str
    place: str
    what: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Lack:
    """Rows of the books without a field that the new law asks for and the old did not, by field."""

    field: str
    rows: int


@dataclass(frozen=True, slots=True)
class Reworded:
    """A label whose words or place change, and how many materials that are still public have it the old way."""

    label: str
    title: str
    public: int


@dataclass(frozen=True, slots=True)
class LawDiff:
    rules: list[RuleChange]
    filings: list[Moved]
    forms: list[FormChange]
    lacks: list[Lack]
    labels: list[Reworded]


def frozen(rules: Rules, on: date) -> Rules:
    """The same packs with every rule saying for ever what it says on ``on``; what is not law then is left out."""
    return Rules([_frozen_pack(pack, rules, on) for pack in rules.packs.values()])


def _frozen_pack(pack: Pack, rules: Rules, on: date) -> Pack:
    def kept(items: Mapping[str, P]) -> dict[str, P]:
        found = {}
        for key, item in items.items():
            law = Rule(key, "", pack, item).on(on)
            if law is not None:
                found[key] = _saying(item, law.block)
        return found

    regime = pack.regime
    return replace(
        pack,
        regime=regime.model_copy(update={"acts": _acts(pack, on), "obligations": kept(regime.obligations)}),
        labels=kept(pack.labels),
        money_rules=kept(pack.money_rules),
    )


def _acts(pack: Pack, on: date) -> dict[str, Any]:
    found = {}
    for key, act in pack.regime.acts.items():
        law = act.folded(on)
        if law is not None:
            found[key] = _saying(act, law.block)
    return found


def _saying(item: P, block: Any) -> P:
    # Not copied: a copy would keep the folded laws that the original remembers.
    values = {name: getattr(item, name) for name in type(item).model_fields if name in item.model_fields_set}
    made = type(item).model_construct(_fields_set=set(values), **(values | {"terms": {date.min: block}}))
    return cast(P, made)


def compare(
    context: Context, old: Rules, new: Rules, *, days: tuple[date, date] | None, books: bool
) -> LawDiff:
    """``old`` and ``new`` are frozen where ``days`` are given. ``books``: count what the books lack as well."""
    found = list(_by_days(old, new) if days else _by_versions(old, new, context.today))
    changed = {item.rule for item in found}
    return LawDiff(
        found,
        list(_moved(context, old, new)),
        list(_forms(old, new, context.today)),
        list(_lacks(context, old, new)) if books else [],
        [item for item in _reworded(context, new) if item.label in changed] if books else [],
    )


def _by_days(old: Rules, new: Rules) -> Iterator[RuleChange]:
    before = {rule.id: rule for rule in old.all_rules()}
    after = {rule.id: rule for rule in new.all_rules()}
    for key in [*before, *(key for key in after if key not in before)]:
        one, other = before.get(key), after.get(key)
        values = [_values(item) for item in (one, other)]
        rule = other or one
        assert rule is not None
        differ = tuple(changes(*values))
        if one is None or other is None or differ:
            what = "begins" if one is None else "ends" if other is None else "changes"
            yield RuleChange(key, rule.kind, rule.title, what, None, differ)


def _values(rule: Rule[Any] | None) -> dict[str, Any]:
    law = rule.on(date.max) if rule is not None else None
    return said(law.block) if law is not None else {}


def _by_versions(old: Rules, new: Rules, today: date) -> Iterator[RuleChange]:
    """Every dated block that only one of the packs has, or that says something else."""
    before = {rule.id: rule for rule in old.all_rules()}
    after = {rule.id: rule for rule in new.all_rules()}
    for key in [*before, *(key for key in after if key not in before)]:
        one, other = before.get(key), after.get(key)
        rule = other or one
        assert rule is not None
        if one is None or other is None:
            yield RuleChange(key, rule.kind, rule.title, "begins" if one is None else "ends", None, ())
            continue
        known = {item.on: item for item in history(one)}
        for version in history(other):
            same = known.pop(version.on, None)
            if same is None or _telling(same) != _telling(version):
                yield RuleChange(
                    key, rule.kind, rule.title, _what(version, today), version.on, version.changes
                )
        for left in known.values():
            undone = tuple(Change(item.key, item.after, item.before) for item in left.changes)
            yield RuleChange(key, rule.kind, rule.title, _what(left, today), left.on, undone)


def _what(version: Version, today: date) -> str:
    if version.status in NOT_LAW:
        return "announced"
    return "reaches_back" if date.min < version.on <= today else "changes"


def _telling(version: Version) -> tuple[str, tuple[Change, ...]]:
    return version.status, version.changes


def _moved(context: Context, old: Rules, new: Rules) -> Iterator[Moved]:
    before, after = (_deadlines(context, rules) for rules in (old, new))
    for key in [*before, *(key for key in after if key not in before)]:
        one, other = before.get(key), after.get(key)
        item = other or one
        assert item is not None
        days = [each.due_on or date.max for each in (one, other) if each is not None]
        if max(days) >= context.today and (one is None or other is None or one.due_on != other.due_on):
            yield Moved(
                item.obligation, item.title, item.period.label,
                one.due_on if one else None, other.due_on if other else None, one is not None, other is not None,
            )  # fmt: skip


def _deadlines(context: Context, rules: Rules) -> dict[tuple[str, date], Deadline]:
    found = deadlines(
        rules,
        context.config.statuses,
        today=context.today,
        horizon_days=HORIZON_DAYS,
        since=max(context.config.starts_on or date.min, context.today - timedelta(days=HORIZON_DAYS)),
        facts=own_days(context),
        events=occurrences(context),
        crossed=crossed(context),
        assigned=assigned(context.config),
        extended=extended(context.config),
    )
    return {(item.obligation, item.period.last): item for item in found}


def _forms(old: Rules, new: Rules, today: date) -> Iterator[FormChange]:
    before, after = _used_forms(old, today), _used_forms(new, today)
    for key in [*before, *(key for key in after if key not in before)]:
        one, other = before.get(key), after.get(key)
        if one is None or other is None:
            form = other or one
            assert form is not None
            yield FormChange(form.name, "", "appears" if one is None else "vanishes", "", spoken(form.title))
            continue
        had, has = _places(one), _places(other)
        for place in [*had, *(place for place in has if place not in had)]:
            if had.get(place) != has.get(place):
                what = "appears" if place not in had else "vanishes" if place not in has else "words"
                yield FormChange(other.name, place, what, had.get(place, ""), has.get(place, ""))


def _used_forms(rules: Rules, on: date) -> dict[str, Form]:
    names = {law.block.form for rule in rules.obligations() if (law := rule.on(on)) is not None}
    return {name: form for name in sorted(filter(None, names)) if (form := rules.form(name)) is not None}


def _places(form: Form) -> dict[str, str]:
    """Every line and column by its address, with its words."""
    found = {address: text for address, text, _mark in form.captions()}
    for section_id, section in form.sections.items():
        for parts, star in ((section.lines, ""), (section.columns, "*.")):
            for key, part in parts.items():
                found.setdefault(f"{section_id}.{star}{key}", part.caption or "")
    return found


def _lacks(context: Context, old: Rules, new: Rules) -> Iterator[Lack]:
    had, has = _axes(old, context.today), _axes(new, context.today)
    for axis in sorted(has - had):
        column = _ON_ROWS[axis]
        accounts = [key for key, item in context.books.accounts.items() if item.type in ("income", "expense")]
        sums = context.books.sums((column,), where={"account": accounts})
        rows = sum(item.count for item in sums if item.key[0] is None)
        if rows:
            yield Lack(axis, rows)


def _axes(rules: Rules, on: date) -> set[str]:
    """What forms and money rules in force ask of a row."""
    forms: Sequence[Any] = list(_used_forms(rules, on).values())
    blocks = [law.block for rule in rules.money_rules() if (law := rule.on(on)) is not None]
    found: set[str] = set()
    for model in (*forms, *blocks):
        for _way, part in walk(model):
            if isinstance(part, Select):
                found |= part.axes().keys() & _ON_ROWS.keys()
    return found


def _reworded(context: Context, new: Rules) -> Iterator[Reworded]:
    public = sum(1 for item in context.books.placements.values() if item.deleted_on is None)
    for rule in new.labels():
        yield Reworded(rule.id, rule.title, public)


def words() -> dict[str, Callable[[], str]]:
    """What the short words of a comparison mean."""
    return {
        "begins": lambda: _("begins"),
        "ends": lambda: _("ends"),
        "changes": lambda: _("changes"),
        "reaches_back": lambda: _("changes for days that have passed"),
        "announced": lambda: _("is announced otherwise"),
        "appears": lambda: _("appears"),
        "vanishes": lambda: _("vanishes"),
        "words": lambda: _("is worded otherwise"),
    }
