"""Attribution rules: what somebody taught the program about a payee. They propose, they never post.

A rule tests a line (name, tax number, words of the purpose, own account, direction, amount) and
says what such a line is. Tests left empty are not asked. Rules lie in the vault, because their
words may be names of people. The lowest ``order`` wins; two rules of one order that say different
things make the line ambiguous, which is reported and left to a person.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from compliance.errors import InputError, UsageError
from compliance.i18n import _
from compliance.importers.identity import normalised
from compliance.intake.behalf import of_line
from compliance.intake.nested import taken_apart
from compliance.intake.parts import FIELDS, KINDS, Part
from compliance.ledger.lines import BankLine
from compliance.vault.vault import Vault
from compliance.yamlfile import Day

DEFAULT_ORDER = 100


class AttributionRule(BaseModel):
    """One rule, as it lies in the vault. ``amount_minor`` is signed like the line's.

    ``payer`` is the whole name, however the bank nests it, where ``name_contains`` is a part of one.
    ``behalf``: whose money an agent passes on, empty for its own; not asked where it is ``None``.
    ``since`` and ``until``: the first and last day of the lines it speaks about; open where empty.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,59}$")
    order: int = Field(default=DEFAULT_ORDER, ge=0, le=1_000_000)
    name_contains: str = ""
    payer: str = ""
    tax_id: str = ""
    purpose_contains: str = ""
    behalf: str | None = None
    on_account: str = ""
    direction: Literal["", "in", "out"] = ""
    amount_minor: int | None = None
    since: Day | None = None
    until: Day | None = None
    kind: str = ""
    fund: str = Field(min_length=1)
    account: str = ""
    source: str = ""
    programme: str = ""
    line: str = ""
    purpose: str = ""
    property: str = ""

    @model_validator(mode="after")
    def _tests_something(self) -> AttributionRule:
        # The direction or the account alone would sort the whole statement the same way.
        tested = (self.name_contains, self.payer, self.tax_id, self.purpose_contains)
        if not any(tested) and self.amount_minor is None:
            raise ValueError(_("a rule needs a name, a tax number, words of the purpose, or an amount"))
        if self.kind and self.kind not in KINDS:
            raise ValueError(
                _("“{kind}” is not a kind; the kinds are: {kinds}").format(
                    kind=self.kind, kinds=", ".join(KINDS)
                )
            )
        return self

    def to_part(self) -> Part:
        """What it says a line is: the whole amount."""
        return Part(**{name: getattr(self, name) for name in FIELDS if name != "amount"})

    def matches(self, line: BankLine, text: Mapping[str, str]) -> bool:
        """``text``: the line's, from the vault. Words are found whatever the case, quotes and spaces."""
        return (
            (self.since is None or line.on >= self.since)
            and (self.until is None or line.on <= self.until)
            and (not self.on_account or line.account == self.on_account)
            and (not self.direction or (line.amount_minor > 0) == (self.direction == "in"))
            and (self.amount_minor is None or line.amount_minor == self.amount_minor)
            and (not self.tax_id or text.get("tax_id", "") == self.tax_id)
            and _contains(text.get("name", ""), self.name_contains)
            and (not self.payer or _same_name(text.get("name", ""), self.payer))
            and _contains(text.get("purpose", ""), self.purpose_contains)
            and (self.behalf is None or normalised(of_line(text)) == normalised(self.behalf))
        )


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the rules say of a line. ``part`` is ``None`` when ``rules`` (ids) say different things."""

    rules: tuple[str, ...]
    part: Part | None


def _contains(text: str, wanted: str) -> bool:
    if not wanted:
        return True
    if wanted.casefold() in text.casefold():
        return True
    plain = normalised(wanted)
    # Words of the payee's name lose their quotation marks in some encodings; digits must keep their bounds.
    return bool(plain) and not any(char.isdigit() for char in plain) and plain in normalised(text)


def _same_name(text: str, wanted: str) -> bool:
    return _name_of(text) == _name_of(wanted)


@lru_cache(maxsize=8192)
def _name_of(text: str) -> str:
    return normalised(taken_apart(text).name)


def rules(vault: Vault) -> list[AttributionRule]:
    """All rules in the order in which they are tried."""
    found = [AttributionRule(id=key, **body) for key, body in vault.rules().items()]
    return sorted(found, key=lambda rule: (rule.order, rule.id))


def propose(rules: Sequence[AttributionRule], line: BankLine, text: Mapping[str, str]) -> Proposal | None:
    """``rules`` in order; ``None`` when none of them fits."""
    first: AttributionRule | None = None
    same = []
    for rule in rules:
        if first is not None and rule.order != first.order:
            break
        if rule.matches(line, text):
            first = first or rule
            same.append(rule)
    if first is None:
        return None
    agreed = all(rule.to_part() == first.to_part() for rule in same)
    return Proposal(tuple(rule.id for rule in same), first.to_part() if agreed else None)


def make(values: Mapping[str, object]) -> AttributionRule:
    """From typed options. ``UsageError`` saying what is wrong."""
    try:
        return AttributionRule.model_validate({key: value for key, value in values.items() if value != ""})
    except ValidationError as error:
        raise UsageError(_reason(error)) from None


def _reason(error: ValidationError) -> str:
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"])
    message = str(first["msg"]).removeprefix("Value error, ")
    return f"{where}: {message}" if where else message


def keep(vault: Vault, rule: AttributionRule) -> None:
    """Add the rule, or replace the one of the same id."""
    vault.put_rule(rule.id, rule.model_dump(mode="json", exclude={"id"}, exclude_defaults=True))


def drop(vault: Vault, rule_id: str) -> None:
    if rule_id not in vault.rules():
        raise UsageError(
            _("there is no rule “{id}”").format(id=rule_id), remedy=_("See: compliance queue rules")
        )
    vault.drop_rule(rule_id)


def parse_rules(data: bytes, place: str) -> list[AttributionRule]:
    """A JSON list of rules, as ``queue rules --format json`` prints its rows. ``InputError`` otherwise."""
    import json

    try:
        rows = json.loads(data)
        rows = rows["rows"] if isinstance(rows, dict) else rows
        if not isinstance(rows, list):
            raise ValueError
    except (ValueError, KeyError, RecursionError):
        raise InputError(
            _("this is not a list of rules"),
            place=place,
            remedy=_("Write it as: compliance queue rules --format json"),
        ) from None
    found = []
    for number, row in enumerate(rows, start=1):
        try:
            found.append(AttributionRule.model_validate(row))
        except ValidationError as error:
            raise InputError(_reason(error), place=f"{place}:{number}") from None
    return found
