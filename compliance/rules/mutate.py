"""Do a pack's examples notice when its law is changed? One value is changed at a time, and they are run.

A change that no example notices (a survivor) is a value that nothing checks: a slip of the pen there
would go unseen. Numbers, shares, sums, days, periods, events and conditions are changed; words for
people, citations and marks are not. A change that makes the pack unreadable is not counted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from typing import Any, cast

from pydantic import ValidationError

from compliance import files, yamlfile
from compliance.periods import parse_day
from compliance.rules.base import NOT_LAW
from compliance.rules.book import Rules
from compliance.rules.examples import Example, ExamplesFile, Hook, run
from compliance.rules.loader import Pack
from compliance.rules.pack import LabelsFile, MoneyFile, RegimeFile

Tree = dict[str, Any]
Way = tuple[str | int, ...]
_FILES: Mapping[str, tuple[str, ...]] = {
    "regime.yaml": ("acts", "calendar", "halted_by", "source_classes", "obligations"),
    "labels.yaml": ("labels",),
    "money.yaml": ("money_rules",),
}
"""File -> the parts of it that are changed. What a breach costs is told to people, and computed by nobody."""
_COUNTS = {
    "day", "of_month", "months", "days", "working_days", "hours", "years", "carry_forward", "seconds", "seconds_over",
}  # fmt: skip
_MEASURES = {"exceeds", "reaches", "at_most", "rate", "screen_share", "font_ratio"}
_OTHER = {
    "roll": {"next": "none", "previous": "none", "none": "next"},
    "every": {"month": "quarter", "quarter": "half_year", "half_year": "year", "year": "quarter"},
    "upon": {"change": "agreement"},
    "multiples": {"yes": "no", "no": "yes"},
    "restricted": {"yes": "no", "no": "yes"},
    "property": {"money": "help"},
}
_DROPPED = {"binds", "if", "count_from", "unless", "one_per", "status"}
_LISTS = {"kind", "source_kind", "source_class", "purpose", "account_class", "acts_for", "statuses"}
_UNTOUCHED = {
    "source",
    "confidence",
    "note",
    "title",
    "name",
    "says",
    "id",
    "act",
    "url",
    "media",
    "languages",
}
_NUMBER = re.compile(r"([0-9]+(?:\.[0-9]+)?)(%| [A-Z]{3})?\Z")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")


@dataclass(frozen=True, slots=True)
class Mutant:
    """``where`` is the way in the file; ``before`` became ``after``. ``pack`` has the change."""

    file: str
    where: Way
    before: str
    after: str
    pack: Pack

    @property
    def rule(self) -> str:
        """The id of the rule that was changed; the part of the file where it is none."""
        named = self.where[0] in ("obligations", "labels", "money_rules", "acts")
        return str(self.where[1] if named else self.where[0])


@dataclass(frozen=True, slots=True)
class Verdict:
    """How many changes there were, and those that no example noticed."""

    count: int
    survivors: tuple[Mutant, ...]

    @property
    def killed(self) -> int:
        return self.count - len(self.survivors)


def judge(
    pack: Pack, found: ExamplesFile, hooks: Mapping[str, Hook], *, only: Sequence[int] | None = None
) -> Verdict:
    """Run the examples against every mutant; ``only``: against those at these places of the list."""
    count, left = 0, []
    for number, mutant in enumerate(mutants(pack)):
        if only is not None and number not in only:
            continue
        count += 1
        if not _noticed(mutant, found, hooks):
            left.append(mutant)
    return Verdict(count, tuple(left))


def _noticed(mutant: Mutant, found: ExamplesFile, hooks: Mapping[str, Hook]) -> bool:
    """Those about the rule first: they know it best. Others can see it too where rules hang together."""
    near = [item for item in found.examples if item.subject[1] == mutant.rule]
    far = [item for item in found.examples if item.subject[1] != mutant.rule]
    return _fails(mutant, found, near, hooks) or _fails(mutant, found, far, hooks)


def _fails(mutant: Mutant, found: ExamplesFile, some: list[Example], hooks: Mapping[str, Hook]) -> bool:
    return any(
        not result.ok
        for item in some
        for result in run(mutant.pack, found.model_copy(update={"examples": (item,)}), hooks)
    )


def mutants(pack: Pack) -> Iterator[Mutant]:
    """Every change of one value that the pack can still be read with."""
    never = _never_law(pack)
    for name, parts in _FILES.items():
        path = pack.folder / name
        if not path.is_file():
            continue
        tree = cast(Tree, yamlfile.plain(yamlfile.parse(files.read_input(path), str(path))))
        for part in parts:
            if part in tree:
                for way, before, after, changed in _changes(tree, (part,), tree[part]):
                    if (mutated := _pack(pack, name, changed)) is not None:
                        made = Mutant(name, way, before, after, mutated)
                        if made.rule not in never or way[-1] == "status":
                            yield made


def _never_law(pack: Pack) -> set[str]:
    """Rules that are announced, rejected or void and never applied: what they would say shows nowhere."""
    days = {day for rule in Rules([pack]).all_rules() for day in rule.provision.terms}
    return {rule.id for rule in Rules([pack]).all_rules() if all(rule.on(day) is None for day in days)}


def _pack(pack: Pack, name: str, tree: Tree) -> Pack | None:
    try:
        if name == "regime.yaml":
            return replace(pack, regime=RegimeFile.model_validate(tree))
        if name == "labels.yaml":
            return replace(pack, labels=LabelsFile.model_validate(tree).labels)
        return replace(pack, money_rules=MoneyFile.model_validate(tree).money_rules)
    except ValidationError:
        return None


def _changes(tree: Tree, way: Way, value: Any) -> Iterator[tuple[Way, str, str, Tree]]:
    """(way, before, after, the whole tree with the change) for everything under ``value``."""
    if isinstance(value, dict):
        for key, item in value.items():
            if key in _UNTOUCHED or (value.get("status") in NOT_LAW and key != "status"):
                continue
            here = (*way, key)
            if way[-1] == "terms" and _DAY.match(key):
                later = (parse_day(key) + timedelta(days=1)).isoformat()
                yield (
                    here,
                    key,
                    later,
                    _with(
                        tree, way, {(later if name == key else name): inner for name, inner in value.items()}
                    ),
                )
            if key in _DROPPED and item not in ("in_force", []):
                rest = {name: inner for name, inner in value.items() if name != key}
                yield here, str(item), "", _with(tree, way, rest)
            elif isinstance(item, str) and (other := _other(key, item)) is not None:
                yield here, item, other, _with(tree, here, other)
            elif key in _LISTS and isinstance(item, list):
                for number, word in enumerate(item):
                    yield (
                        (*here, number),
                        str(word),
                        "",
                        _with(tree, here, item[:number] + item[number + 1 :]),
                    )
            else:
                yield from _changes(tree, here, item)
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from _changes(tree, (*way, number), item)


def _other(key: str, text: str) -> str | None:
    """Another value of the same kind, near where the law draws the line; ``None`` for what stays."""
    if key in _COUNTS and text.isdigit():
        return str(int(text) + 1)
    if key in _MEASURES and (match := _NUMBER.match(text)):
        return f"{Decimal(match[1]) + 1}{match[2] or ''}"
    if key == "on" and _DAY.match(text):
        return (parse_day(text) + timedelta(days=1)).isoformat()
    if key == "from" and re.match(r"[0-9]{2}-[0-9]{2}\Z", text):
        return f"{int(text[:2]) % 12 + 1:02}{text[2:]}"
    if key == "text" and text:
        return text + "."
    if key in _OTHER:
        return _OTHER[key].get(text, "change" if key == "upon" else None)
    return None


def _with(tree: Tree, way: Way, value: Any) -> Tree:
    """A copy of ``tree`` with ``value`` at ``way``; what is not on the way is shared."""
    copy: Any = dict(tree)
    at = copy
    for step in way[:-1]:
        at[step] = dict(at[step]) if isinstance(at[step], dict) else list(at[step])
        at = at[step]
    at[way[-1]] = value
    return cast(Tree, copy)
