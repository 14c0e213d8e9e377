"""Examples are tests: given this, the pack says that. Only what stands under ``expect`` is compared, exactly.

What needs books, a form or the composing of a label is worked out by parts above the rules: they
pass a hook for the keys they know (``cells``, ``text``...). An example whose keys nobody can work out
is reported as not checked, never as passed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, ValidationError, model_validator

from compliance.findings import Confidence
from compliance.i18n import _
from compliance.periods import ONE_DAY, Period, parse_day
from compliance.rules.amounts import AccountType, Property
from compliance.rules.base import Amount_, Channel, Id, Status, Text, _listed
from compliance.rules.book import Rules
from compliance.rules.history import said as told
from compliance.rules.labels import Medium
from compliance.rules.law import Rule
from compliance.rules.loader import Pack
from compliance.rules.obligations import periods
from compliance.rules.sources import SourceClasses, classify
from compliance.yamlfile import Day, Misplaced, Strict, YesNo, load

FILE = "examples.yaml"
SUBJECTS = ("obligation", "form", "label", "money_rule", "source_class", "act")


class BookAccount(Strict):
    type: AccountType
    account_class: Id | None = Field(default=None, alias="class")
    expense_line: Id | None = None


class BookFund(Strict):
    restricted: YesNo = False
    purpose: Text | None = None


class BookEntry(Strict):
    """Moves ``amount`` from one account to another in one fund, which posts both sides."""

    on: Day
    from_: Id = Field(alias="from")
    to: Id
    fund: Id
    amount: Amount_
    source: Id | None = None
    programme: Id | None = None
    expense_line: Id | None = None
    purpose: Id | None = None
    property: Property | None = None


class BookSource(Strict):
    kind: Id
    country: Id | None = None
    acts_for: Id | None = None
    owned_by: Literal["home", "abroad"] | None = None


class Books(Strict):
    """A small ledger to evaluate a form or a money rule over."""

    accounts: dict[Id, BookAccount]
    funds: dict[Id, BookFund]
    sources: dict[Id, BookSource] = {}
    entries: tuple[BookEntry, ...]

    @model_validator(mode="after")
    def _names_are_known(self) -> Books:
        for number, entry in enumerate(self.entries):
            for key, name, known in (
                ("from", entry.from_, self.accounts), ("to", entry.to, self.accounts),
                ("fund", entry.fund, self.funds), ("source", entry.source, self.sources),
            ):  # fmt: skip
                if name is not None and name not in known:
                    raise Misplaced(
                        _("“{name}” is not in these books").format(name=name), "entries", number, key
                    )
        return self


class Expect(Strict):
    """What the pack must say. ``due: null`` means that no day is known, ``text: null`` no sentence.

    ``placement``: what a label on ``media`` must meet, requirement -> value. ``values``: keys of the rule as it
    stands on the day; only those that are named are compared. ``announced``: day -> status of blocks that are not
    law. ``halted``: whether the statuses that are given end all filings under the regime.
    """

    due: Day | None = None
    shifted: Day | None = None
    safe: Day | None = None
    candidates: tuple[Day, ...] | None = None
    binding: YesNo | None = None
    status: Status | Literal["not_yet"] | None = None
    announced: dict[Day, Status] | None = None
    halted: YesNo | None = None
    recipient: Id | None = None
    channels: Annotated[tuple[Channel, ...], BeforeValidator(_listed)] | None = None
    confidence: Confidence | None = None
    class_: Id | None = Field(default=None, alias="class")
    elements: tuple[Text, ...] | None = None
    text: Text | None = None
    placement: dict[str, Any] | None = None
    values: dict[str, Any] | None = None
    findings: tuple[Text, ...] | None = None
    cells: dict[str, Any] | None = None
    tables: Any = None
    tax: Any = None
    crossings: Any = None
    caps: Any = None

    def stated(self) -> dict[str, Any]:
        """The expected values by their key in the file."""
        return {
            info.alias or name: getattr(self, name)
            for name, info in type(self).model_fields.items()
            if name in self.model_fields_set
        }


class Example(Strict):
    """One case about one subject on one day."""

    case: Text
    obligation: Id | None = None
    form: Id | None = None
    label: Id | None = None
    money_rule: Id | None = None
    source_class: Id | None = None
    act: Id | None = None
    given: dict[str, Any] = {}
    on: Day | None = None
    period_end: Day | None = None
    filed_on: Day | None = None
    media: Medium | None = None
    books: Id | None = None
    expect: Expect

    @property
    def subject(self) -> tuple[str, str]:
        """Kind and id of what the example is about."""
        return next((kind, word) for kind in SUBJECTS if (word := getattr(self, kind)) is not None)

    @property
    def day(self) -> date:
        """The day whose law is asked."""
        found = self.on or self.period_end or self.filed_on
        assert found is not None
        return found

    @model_validator(mode="after")
    def _about_one_thing(self) -> Example:
        if sum(getattr(self, kind) is not None for kind in SUBJECTS) != 1:
            raise ValueError(_("an example is about one of: {words}").format(words=", ".join(SUBJECTS)))
        if not (self.on or self.period_end or self.filed_on):
            raise ValueError(_("an example names a day: on, period_end or filed_on"))
        if not self.expect.model_fields_set:
            raise Misplaced(_("an example expects something"), "expect")
        return self


class ExamplesFile(Strict):
    """``examples.yaml``."""

    books: dict[Id, Books] = {}
    examples: tuple[Example, ...]


@dataclass(frozen=True, slots=True)
class Case:
    """What a hook gets: the example, the pack alone as ``rules``, and the books it names, if it does."""

    example: Example
    rules: Rules
    pack: Pack
    books: Books | None


Hook = Callable[[Case], Any]
"""Works out one key of ``expect``; registered by that key."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """``wrong``: key -> (expected, found); ``unchecked``: keys that nobody could work out."""

    case: str
    wrong: Mapping[str, tuple[Any, Any]]
    unchecked: tuple[str, ...]

    @property
    def ok(self) -> bool:
        return not self.wrong and not self.unchecked


def read_examples(pack: Pack, cache: Path | None = None) -> ExamplesFile:
    """The examples of a pack; ``InputError`` FILE:LINE. A pack without the file has none."""
    path = pack.folder / FILE
    return load(ExamplesFile, path, cache=cache) if path.is_file() else ExamplesFile(examples=())


def run(pack: Pack, found: ExamplesFile, hooks: Mapping[str, Hook] | None = None) -> list[Outcome]:
    """Every example against the pack."""
    rules = Rules([pack])
    return [
        _judged(Case(example, rules, pack, found.books.get(example.books or "")), hooks or {})
        for example in found.examples
    ]


def _judged(case: Case, hooks: Mapping[str, Hook]) -> Outcome:
    expected = case.example.expect.stated()
    said = _said(case)
    for key in expected:
        if key in hooks:
            said[key] = hooks[key](case)
    wrong = {key: (value, said[key]) for key, value in expected.items() if key in said and said[key] != value}
    return Outcome(case.example.case, wrong, tuple(key for key in expected if key not in said))


def _said(case: Case) -> dict[str, Any]:
    kind, word = case.example.subject
    if kind == "form":
        return {}
    rule = case.rules.rule(word)
    if rule is None:
        return {"status": "unknown"}
    law = rule.on(case.example.day)
    binds = set(rule.provision.binds)
    statuses = case.example.given.get("statuses")
    said: dict[str, Any] = {
        "status": rule.standing(case.example.day).status,
        "binding": law is not None and (statuses is None or binds <= set(statuses)),
        "announced": {day: block.status for day, block in rule.provision.announced()},
    }
    if statuses is not None:
        had = dict.fromkeys(statuses, (date.min, None))
        said["halted"] = bool(case.rules.halted(had, case.example.day))
    if law is not None and kind != "obligation":
        said["confidence"] = (law.mark("text") if kind == "label" else law.mark()).confidence
    if law is not None and kind == "label":
        said["elements"] = tuple(element.say for element in law.block.elements)
        lines = [line for line in law.block.placement if case.example.media in line.media]
        said["placement"] = {line.kind: _as_written(line.value) for line in lines}
    if law is not None and case.example.expect.values is not None:
        values = told(law.block)
        said["values"] = {key: _as_written(values.get(key)) for key in case.example.expect.values}
    if kind == "source_class":
        with suppress(ValidationError):  # the source that is given is none: nothing can be said of it
            said |= _class_said(case, rule)
    if kind == "obligation":
        with suppress(
            KeyError
        ):  # a day that the rule counts from is not given: what hangs on it is not checked
            said |= _obligation_said(case, rule)
    return said


def _class_said(case: Case, rule: Rule[Any]) -> dict[str, Any]:
    assert isinstance(rule.provision, SourceClasses)
    law = rule.on(case.example.day)
    if law is None:
        return {}
    sources: dict[str, BookSource] = {}
    name: str = "given"
    chain: Any = case.example.given
    while isinstance(chain, dict):  # acts_for may be spelled out as the source behind it
        behind = chain.get("acts_for")
        inner = f"{name}.acts_for" if isinstance(behind, dict) else behind
        sources[name] = BookSource.model_validate({**chain, "acts_for": inner} if behind else chain)
        name, chain = str(inner), behind
    return {"class": classify(law.block, sources["given"], sources)}


def _obligation_said(case: Case, rule: Rule[Any]) -> dict[str, Any]:
    example = case.example
    known = {key: _moment(value) for key, value in example.given.items() if isinstance(value, str)}
    facts = {key: value for key, value in known.items() if value is not None}
    law = rule.on(example.day)
    period = Period(example.day, example.day + ONE_DAY)
    if law is not None and law.block.every is not None:
        near = periods(law.block.every, example.day, example.day + ONE_DAY, facts)
        period = next(near, period)
    owed = case.rules.owed(rule, period, filed_on=example.filed_on or example.day, facts=facts)
    if owed is None:
        return {"due": None, "shifted": None, "safe": None, "candidates": (), "recipient": None}
    first = owed.readings[0] if owed.readings else None
    return {
        "due": first.nominal_on if first else None,
        "shifted": first.shifted_on if first else None,
        "safe": min(item.safe_on for item in owed.readings) if first else None,
        "candidates": tuple(item.nominal_on for item in owed.readings),
        "recipient": owed.recipient_id or None,
        "channels": owed.channels,
        "confidence": owed.confidence,
    }


def _as_written(value: Any) -> Any:
    """A value as a file has it: every number, yes and no as text."""
    if isinstance(value, dict):
        return {key: _as_written(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_as_written(item) for item in value]
    if isinstance(value, bool):
        return "yes" if value else "no"
    return (
        value
        if value is None or isinstance(value, str)
        else f"{value:g}"
        if isinstance(value, float)
        else str(value)
    )


def _moment(text: str) -> date | None:
    """A day, or an instant ``2026-03-06T15:00``; ``None`` for a fact of another kind."""
    try:
        return datetime.fromisoformat(text) if "T" in text else parse_day(text)
    except ValueError:
        return None
