"""The keys that mean the same everywhere: who says so, how sure we are, since when, what status.

Every value of a rule has a warrant: ``source`` and ``confidence`` vouch for the block they stand in
and all inside it, until a deeper block has its own. Both are kept here as maps from a key of the
block to its citations or mark; the key ``""`` means the whole block.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Annotated, Any, Literal, get_args

from pydantic import BeforeValidator, Field, StringConstraints, model_validator

from compliance.findings import Confidence, weakest
from compliance.i18n import _, language
from compliance.money import AmountGrammar, Money, is_currency, parse_amount
from compliance.periods import parse_day
from compliance.yamlfile import Misplaced, Strict

WHOLE = ""
ALWAYS = date.min
"""``always`` as a date: a rule older than anything we keep."""

Status = Literal[
    "in_force",
    "proposed",
    "expected",
    "suspended",
    "struck_down",
    "void_ab_initio",
    "repealed",
    "expired",
    "rejected",
]
ENDS: tuple[Status, ...] = ("repealed", "expired", "struck_down", "suspended", "void_ab_initio")
"""A block of these ends the provision: it stands alone and cites who ended it."""
NOT_LAW: tuple[Status, ...] = ("proposed", "expected", "rejected")
"""A block of these is shown and never applied."""

EVENTS = (
    "commencement", "liability", "registration", "agreement", "activity_start", "change", "receipt",
    "payment", "transmittal", "publication", "obligation_end", "notice", "voting_period",
)  # fmt: skip
CHANNELS = ("portal", "post", "email", "in_person", "public_page")

Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}$")]
Text = Annotated[str, StringConstraints(min_length=1, max_length=4000)]
Channel = Literal["portal", "post", "email", "in_person", "public_page"]
EventName = Literal[
    "commencement", "liability", "registration", "agreement", "activity_start", "change", "receipt",
    "payment", "transmittal", "publication", "obligation_end", "notice", "voting_period",
]  # fmt: skip


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _by_key(value: object) -> object:
    return value if isinstance(value, dict) else {WHOLE: value}


def _citations(value: object) -> object:
    value = _by_key(value)
    return {key: _listed(item) for key, item in value.items()} if isinstance(value, dict) else value


def _title(value: object) -> object:
    return _by_key(value) if isinstance(value, str) else value


Citations = Annotated[dict[str, tuple[Text, ...]], BeforeValidator(_citations)]
Marks = Annotated[dict[str, Confidence], BeforeValidator(_by_key)]
Title = Annotated[dict[str, Text], BeforeValidator(_title), Field(min_length=1)]
"""Text in the law's own language, or by language code (``ru``, ``en``)."""
Listed = Annotated[tuple[Id, ...], BeforeValidator(_listed)]


def spoken(title: Mapping[str, str]) -> str:
    """``title`` in the interface language, else as the law has it."""
    return title.get(language()) or next(iter(title.values()), "")


def _dated_key(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        return ALWAYS if value == "always" else parse_day(value)
    except ValueError:
        raise ValueError(_("a day is written 2025-12-31, or the word always")) from None


def _ascending(value: object) -> object:
    """Whether the days ascend as written; keys that are no days are told of elsewhere."""
    keys = [str(key) for key in value] if isinstance(value, dict) else []
    days = [("" if key == "always" else key, key) for key in keys]
    for (before, _b), (day, key) in pairwise(days):
        if day <= before:
            raise Misplaced(_("the dates must ascend; this one comes too late in the list"), key)
    return value


DatedKey = Annotated[date, BeforeValidator(_dated_key)]
Dated = BeforeValidator(_ascending)
"""The only way anything in a rule changes over time: from a day to a block, the days ascending."""


class Warranted(Strict):
    """A block that may say who vouches for it. ``note`` is shown to the user."""

    source: Citations = {}
    confidence: Marks = {}
    note: Text | None = None

    @model_validator(mode="after")
    def _warrants_name_keys(self) -> Warranted:
        known = {info.alias or name for name, info in type(self).model_fields.items()}
        for warrant, keys in (("source", self.source), ("confidence", self.confidence)):
            for key in keys:
                if key != WHOLE and (key not in known or key in META):
                    raise Misplaced(_("this is not a key of the block it vouches for"), warrant, key)
        return self

    def stated(self) -> dict[str, Any]:
        """The values that this block itself names, by their key in the file, without the warrants."""
        return {
            info.alias or name: getattr(self, name)
            for name, info in type(self).model_fields.items()
            if name in self.model_fields_set and name not in META
        }


META = {"source", "confidence", "note", "status"}


@dataclass(frozen=True, slots=True)
class Mark:
    """Who says so and how sure that is."""

    source: tuple[str, ...] = ()
    confidence: Confidence = "sourced"


def mark_of(block: Warranted, key: str, above: Mark | None = None) -> Mark | None:
    """What ``block`` says of its ``key``; ``above`` where it is silent."""
    source = block.source.get(key, block.source.get(WHOLE))
    confidence = block.confidence.get(key, block.confidence.get(WHOLE))
    if source is None and confidence is None:
        return above
    base = above or Mark()
    return Mark(base.source if source is None else source, confidence or base.confidence)


def deepest(value: object, above: Mark | None) -> Iterator[Mark | None]:
    """The marks of ``value``: its own where it or anything in it has one, else ``above``."""
    if isinstance(value, Warranted):
        own = mark_of(value, WHOLE, above)
        inner = [
            mark for key, item in value.stated().items() for mark in deepest(item, mark_of(value, key, own))
        ]
        yield from inner or [own]
    elif isinstance(value, Mapping):
        yield from [mark for item in value.values() for mark in deepest(item, above)] or [above]
    elif isinstance(value, tuple | list):
        yield from [mark for item in value for mark in deepest(item, above)] or [above]
    else:
        yield above


def combined(marks: list[Mark | None]) -> Mark | None:
    """The weakest confidence and every citation once; ``None`` where any part has no warrant at all."""
    known = [mark for mark in marks if mark is not None]
    if len(known) < len(marks) or not known:
        return None
    sources = dict.fromkeys(source for mark in known for source in mark.source)
    return Mark(tuple(sources), weakest([mark.confidence for mark in known]))


# ---- values


_SHARE = re.compile(r"([0-9]{1,3}(?:\.[0-9]{1,4})?)%\Z")
_MONEY = re.compile(r"(\S+) ([A-Z]{3})\Z")
_MONTH_DAY = re.compile(r"(\d{2})-(\d{2})\Z")


def _share(value: object) -> object:
    if isinstance(value, str) and (match := _SHARE.match(value)):
        return Decimal(match[1]) / 100
    raise ValueError(_("a share is written 20%"))


def _money(value: object) -> object:
    if isinstance(value, str) and (match := _MONEY.match(value)) and is_currency(match[2]):
        try:
            return Money(parse_amount(match[1], match[2], AmountGrammar()), match[2])
        except ValueError:
            pass
    raise ValueError(_("money is written 17300 AUD"))


def _money_or_share(value: object) -> object:
    return _share(value) if isinstance(value, str) and value.endswith("%") else _money(value)


Share = Annotated[Decimal, BeforeValidator(_share)]
Amount_ = Annotated[Money, BeforeValidator(_money)]
Line = Annotated[Money | Decimal, BeforeValidator(_money_or_share)]
"""What a threshold is: money, or a share of something."""


def month_day(text: str) -> tuple[int, int] | None:
    """``04-01`` as (4, 1); ``None`` for anything else."""
    match = _MONTH_DAY.match(text)
    if not match or not 1 <= int(match[1]) <= 12 or not 1 <= int(match[2]) <= 28:
        return None
    return int(match[1]), int(match[2])


assert get_args(EventName) == EVENTS
assert get_args(Channel) == CHANNELS
