"""What must be said on a material, and where: elements, words, and one requirement a line."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, model_validator

from compliance.i18n import _
from compliance.rules.base import Dated, DatedKey, EventName, Share, Text, Warranted, _listed
from compliance.rules.provisions import Block, Provision

Medium = Literal["text", "post", "letter", "image", "video", "audio"]
REQUIREMENTS = (
    "position", "font_ratio", "contrast", "overlay", "screen_position", "screen_share", "seconds",
    "repeat", "spoken",
)  # fmt: skip


class Element(Warranted):
    """Something the label must say; ``seconds_over``: only on items longer than that."""

    say: Text
    seconds_over: int | None = Field(default=None, ge=0)


class Requirement(Warranted):
    """One requirement for some media. Numbers are minima, words must be equal."""

    media: Annotated[tuple[Medium, ...], BeforeValidator(_listed), Field(min_length=1)]
    position: Literal["start", "under_heading", "introduces", "accompanies", "end_of_label"] | None = None
    font_ratio: Decimal | None = Field(default=None, gt=0, le=100)
    contrast: Literal["required"] | None = None
    overlay: Literal["forbidden"] | None = None
    screen_position: Literal["centre", "top", "bottom"] | None = None
    screen_share: Share | None = None
    seconds: int | None = Field(default=None, ge=1, le=3600)
    repeat: Literal["after_each_break"] | None = None
    spoken: Literal["clearly"] | None = None

    @property
    def kind(self) -> str:
        return next(name for name in REQUIREMENTS if getattr(self, name) is not None)

    @property
    def value(self) -> str | float:
        """A word, or a number as a float (``screen_share`` as a part of one)."""
        value = getattr(self, self.kind)
        return value if isinstance(value, str) else float(value)

    @model_validator(mode="after")
    def _one(self) -> Requirement:
        named = [name for name in REQUIREMENTS if getattr(self, name) is not None]
        if len(named) != 1:
            raise ValueError(
                _("a line of placement makes one requirement: {words}").format(words=", ".join(REQUIREMENTS))
            )
        return self


class LabelBlock(Block):
    """``text`` verbatim with slots, or ``null`` where no wording is known: then nothing is printed."""

    upon: EventName | None = None
    languages: Annotated[
        tuple[Annotated[str, Field(pattern=r"^([a-z]{2}|material)$")], ...], BeforeValidator(_listed)
    ] = ()
    elements: tuple[Element, ...] = ()
    text: Text | None = None
    placement: tuple[Requirement, ...] = ()

    def media(self) -> frozenset[str]:
        """The media for which it makes any requirement."""
        return frozenset(medium for line in self.placement for medium in line.media)


class LabelRule(Provision[LabelBlock]):
    """One label of a regime."""

    terms: Annotated[dict[DatedKey, LabelBlock], Dated]
