"""Which class a source of money has under a law: the first test that matches, and a last class for the rest.

"Foreign" is never stored with a source; it is a list of classes that a form or a rule names.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal, Protocol

from pydantic import BeforeValidator, Field, model_validator

from compliance.i18n import _
from compliance.rules.base import Dated, DatedKey, Id, Warranted, _listed
from compliance.rules.provisions import Block, Provision
from compliance.yamlfile import Misplaced

SourceKind = Literal[
    "state", "state_body", "international_organisation", "foreign_organisation", "foreign_person",
    "stateless_person", "domestic_organisation", "domestic_person", "unknown_citizenship",
    "state_budget", "own_income",
]  # fmt: skip


class SourceFacts(Protocol):
    """What of a funding source a law may ask. ``acts_for`` is the id of the source whose money it passes on."""

    @property
    def kind(self) -> str: ...
    @property
    def acts_for(self) -> str | None: ...
    @property
    def owned_by(self) -> str | None: ...


class SourceTest(Warranted):
    """All named facts must match. ``acts_for`` names classes of the one whose money it passes on."""

    kind: Annotated[tuple[SourceKind, ...], BeforeValidator(_listed)] = ()
    acts_for: Annotated[tuple[Id, ...], BeforeValidator(_listed)] = ()
    owned_by: Literal["home", "abroad"] | None = None

    @model_validator(mode="after")
    def _asks_something(self) -> SourceTest:
        if not (self.kind or self.acts_for or self.owned_by):
            raise ValueError(_("a test asks for kind, acts_for or owned_by"))
        return self


def _rest(value: object) -> object:
    return [] if value == "rest" else value


class ClassesBlock(Block):
    """``classes`` in order; only the last one is ``rest`` (kept as no tests at all)."""

    classes: dict[Id, Annotated[tuple[SourceTest, ...], BeforeValidator(_rest)]] = Field(default={})

    @model_validator(mode="after")
    def _rest_is_last(self) -> ClassesBlock:
        for number, (name, tests) in enumerate(self.classes.items(), 1):
            last = number == len(self.classes)
            if last and tests:
                raise Misplaced(
                    _("the last class is “rest”, so that no source falls through"), "classes", name
                )
            if not last and not tests:
                raise Misplaced(_("only the last class is “rest”"), "classes", name)
            for test in tests:
                for wanted in test.acts_for:
                    if wanted not in self.classes:
                        raise Misplaced(_("there is no class “{name}”").format(name=wanted), "classes", name)
        return self


class SourceClasses(Provision[ClassesBlock]):
    """The one classification of a regime; ``id`` is what it is listed under."""

    id: Id
    terms: Annotated[dict[DatedKey, ClassesBlock], Dated]


def classify(block: ClassesBlock, source: SourceFacts, sources: Mapping[str, SourceFacts]) -> str:
    """The class of ``source``. Money passed on for a source that is not known, or round in a circle, is the rest."""
    return _classify(block, source, sources, frozenset())


def _classify(
    block: ClassesBlock, source: SourceFacts, sources: Mapping[str, SourceFacts], seen: frozenset[str]
) -> str:
    rest = next(reversed(block.classes))
    behind = ""
    if source.acts_for is not None:
        origin = sources.get(source.acts_for)
        if origin is None or source.acts_for in seen:
            return rest
        behind = _classify(block, origin, sources, seen | {source.acts_for})
    for name, tests in block.classes.items():
        if any(_matches(test, source, behind) for test in tests):
            return name
    return rest


def _matches(test: SourceTest, source: SourceFacts, behind: str) -> bool:
    return (
        (not test.kind or source.kind in test.kind)
        and (not test.acts_for or behind in test.acts_for)
        and (test.owned_by is None or source.owned_by == test.owned_by)
    )
