"""Rules on money: what may only lie where, what must not occur, caps, thresholds, taxes, retention."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, model_validator

from compliance.i18n import _
from compliance.rules.amounts import Amount, Select
from compliance.rules.base import Dated, DatedKey, Id, Line, Share, Title
from compliance.rules.obligations import Every
from compliance.rules.provisions import Block, Provision
from compliance.yamlfile import Misplaced, YesNo

Kind = Literal["account", "ban", "gate", "cap", "threshold", "tax", "retention", "duty"]

_KEYS: dict[str, tuple[set[str], set[str]]] = {
    # kind: keys that must be said, keys that may be
    "account": ({"select"}, {"only", "one_per"}),
    "ban": ({"select"}, set()),
    "gate": ({"select", "document", "before"}, set()),
    "cap": ({"amount", "of", "at_most"}, {"within", "carry_forward"}),
    "threshold": ({"amount"}, {"reaches", "exceeds", "of", "within", "multiples"}),
    "tax": ({"select", "rate"}, {"unless"}),
    "retention": ({"years"}, {"after"}),
    "duty": ({"says"}, {"select"}),
}


class MoneyBlock(Block):
    """The keys of all kinds; `MoneyRule` says which belong to its own.

    ``within`` left out means since registration. ``duty`` is what postings cannot show: it is only said.
    """

    select: Select | None = None
    only: Select | None = None
    one_per: Id | None = None
    document: Id | None = None
    before: Id | None = None
    amount: Amount | None = None
    of: Amount | None = None
    at_most: Share | None = None
    reaches: Line | None = None
    exceeds: Line | None = None
    within: Every | None = None
    carry_forward: int | None = Field(default=None, ge=0, le=20)
    multiples: YesNo | None = None
    rate: Share | None = None
    unless: Id | None = None
    years: int | None = Field(default=None, ge=1, le=100)
    after: Id | None = None
    says: Title | None = None


class MoneyRule(Provision[MoneyBlock]):
    """``kind`` decides which keys its blocks may and must have."""

    kind: Kind
    terms: Annotated[dict[DatedKey, MoneyBlock], Dated]

    @model_validator(mode="after")
    def _keys_of_its_kind(self) -> MoneyRule:
        needed, allowed = _KEYS[self.kind]
        said: set[str] = set()
        for day, block in self.terms.items():
            where = "always" if day == date.min else day.isoformat()
            for key in block.stated():
                if key not in needed | allowed:
                    raise Misplaced(
                        _("this key belongs to another kind than {kind}").format(kind=self.kind),
                        "terms",
                        where,
                        key,
                    )
                said.add(key)
        if missing := sorted(needed - said):
            raise Misplaced(
                _("a rule of the kind {kind} must say: {keys}").format(
                    kind=self.kind, keys=", ".join(missing)
                ),
                "terms",
            )
        for one, other in (("only", "one_per"), ("reaches", "exceeds")):
            if (
                self.kind in ("account", "threshold")
                and {one, other} & (needed | allowed)
                and not {one, other} & said
            ):
                raise Misplaced(_("say one of: {words}").format(words=f"{one}, {other}"), "terms")
            if {one, other} <= said:
                raise Misplaced(_("say only one of: {words}").format(words=f"{one}, {other}"), "terms")
        return self
