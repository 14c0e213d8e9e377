"""What is at stake. A unit other than a currency (a calculation index) is a word: printed, never converted."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from compliance.i18n import N_, _, language
from compliance.rules.base import Dated, DatedKey, Id, Title, spoken
from compliance.rules.provisions import Block, Provision

Who = Literal["citizen", "official", "legal_entity"]
_WHO = {"citizen": N_("a person"), "official": N_("the head"), "legal_entity": N_("the organisation")}
_RANGE = re.compile(r"([0-9]{1,12})(?:-([0-9]{1,12}))? ([A-Za-z_]{2,20})\Z")


@dataclass(frozen=True, slots=True)
class Range:
    """Whole units of ``unit``, both ends in."""

    low: int
    high: int
    unit: str

    def text(self) -> str:
        """``300,000-500,000 RUB``, with the thousands of the interface language."""
        gap = "," if language() == "en" else "\N{NO-BREAK SPACE}"
        low, high = (f"{number:,}".replace(",", gap) for number in (self.low, self.high))
        span = (
            high
            if self.low == self.high
            else _("up to {n}").format(n=high)
            if not self.low
            else f"{low}–{high}"
        )
        return f"{span} {self.unit}"


def _range(value: object) -> object:
    if isinstance(value, str) and (match := _RANGE.match(value)):
        low = int(match[1])
        high = int(match[2] or match[1])
        if low <= high:
            return Range(low, high, match[3])
    raise ValueError(_("a fine is written 30000-50000 RUB"))


Fine = Annotated[Range, BeforeValidator(_range)]


class PenaltyBlock(Block):
    """``says``: the condition, or what has neither a sum nor years (a warning)."""

    fine: dict[Who, Fine] = {}
    prison_years: int | None = Field(default=None, ge=1, le=40)
    says: Title | None = None

    def texts(self) -> list[str]:
        """One line for each who can be punished, in the interface language."""
        found = [f"{_(_WHO[who])}: {amount.text()}" for who, amount in self.fine.items()]
        if self.prison_years:
            found.append(_("prison: up to {n} years").format(n=self.prison_years))
        if not self.says:
            return found
        says = spoken(self.says)
        return [f"{text}, {says}" for text in found] or [says]


class Penalty(Provision[PenaltyBlock]):
    """``for`` names the rules whose breach it punishes."""

    for_: tuple[Id, ...] = Field(alias="for", min_length=1)
    terms: Annotated[dict[DatedKey, PenaltyBlock], Dated]
