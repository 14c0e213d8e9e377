"""One grammar of amounts for form cells, invariants, caps and thresholds.

Measures over one ``select`` of postings, and operators over cells or amounts. Nothing is computed
here: `Amount.kind` says which node it is, and the reports evaluate it over the books.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal, get_args

from pydantic import BeforeValidator, Discriminator, Field, Tag, model_validator

from compliance.i18n import _
from compliance.rules.base import Id, Share, Warranted, _listed
from compliance.yamlfile import Strict, YesNo

AccountType = Literal["asset", "liability", "income", "expense", "equity"]
Direction = Literal["in", "out"]
Basis = Literal["paid", "accrued"]
Side = Literal["debit", "credit"]
Property = Literal["money", "fixed_asset", "other_property", "help"]
Measure = Literal["sum", "opening", "closing", "count", "exchange", "tick", "plan"]
Operator = Literal["total", "share", "least", "previous"]

MEASURES: tuple[Measure, ...] = get_args(Measure)
OPERATORS: tuple[Operator, ...] = get_args(Operator)
AXES = (
    "account", "account_class", "source_class", "source_kind", "programme", "expense_line", "purpose",
    "direction", "property", "restricted", "body", "basis", "fund", "fund_purpose", "side", "kind",
)  # fmt: skip

Words = Annotated[tuple[Id, ...], BeforeValidator(_listed), Field(min_length=1)]


class Select(Strict):
    """Which postings: a list means *any of*, keys together mean *all of*; ``{}`` is all of them.

    ``account`` is the account's type. ``direction`` is money in or out, own transfers excluded.
    ``restricted`` is the fund's. ``source_class`` is the class that the pack gives the source of the
    money (on income the payer, elsewhere the sources of the fund). ``body`` is that of a role, no posting
    has one: a sheet of a governing body must not name staff. ``basis``: left out means paid; accrued
    counts a cost when it is incurred, whether paid ahead, at once or later. ``fund`` is an agreement of the
    organisation's own books, for reports to whoever gave the money: no law names one. ``fund_purpose`` is the
    word its agreement says the money is for. ``side``: what came onto accounts (debit) or left them (credit), own
    transfers included. ``kind`` is that of a record which a section lists (a thing, a paper); no posting has one.
    """

    account: Annotated[tuple[AccountType, ...], BeforeValidator(_listed)] | None = None
    account_class: Words | None = None
    source_class: Words | None = None
    source_kind: Words | None = None
    programme: Words | None = None
    expense_line: Words | None = None
    purpose: Words | None = None
    direction: Annotated[tuple[Direction, ...], BeforeValidator(_listed)] | None = None
    property: Annotated[tuple[Property, ...], BeforeValidator(_listed)] | None = None
    restricted: YesNo | None = None
    body: Words | None = None
    fund: Words | None = None
    fund_purpose: Words | None = None
    side: Annotated[tuple[Side, ...], BeforeValidator(_listed)] | None = None
    kind: Words | None = None
    basis: Annotated[tuple[Basis, ...], BeforeValidator(_listed), Field(max_length=1)] | None = None

    def axes(self) -> dict[str, frozenset[str]]:
        """Axis -> the words allowed; ``restricted`` as ``yes`` or ``no``. An axis not named is free."""
        found: dict[str, frozenset[str]] = {}
        for name in AXES:
            value = getattr(self, name)
            if isinstance(value, bool):
                found[name] = frozenset(["yes" if value else "no"])
            elif value is not None:
                found[name] = frozenset(value)
        return found


def narrowed(*selects: Select | None) -> dict[str, frozenset[str]]:
    """All of several selects at once: axis by axis what every one of them allows (perhaps nothing)."""
    found: dict[str, frozenset[str]] = {}
    for select in selects:
        for axis, words in (select.axes() if select else {}).items():
            found[axis] = found[axis] & words if axis in found else words
    return found


def matches(axes: Mapping[str, frozenset[str]], facts: Mapping[str, str | None]) -> bool:
    """Whether a posting with these ``facts`` (axis -> word, ``None`` where it has none) is selected."""
    return all(facts.get(axis) in words for axis, words in axes.items())


def _shape(value: Any) -> str:
    return "~cell" if isinstance(value, str) else "~amount"


class Amount(Warranted):
    """Exactly one measure or operator. ``less`` goes with ``total``, ``of`` with ``share``.

    ``plan`` is what the budgets of agreements allow in the period; only fund, programme and form line narrow it.
    """

    sum: Select | None = None
    opening: Select | None = None
    closing: Select | None = None
    count: Select | None = None
    exchange: Select | None = None
    tick: Select | None = None
    plan: Select | None = None
    total: tuple[Operand, ...] | None = None
    less: tuple[Operand, ...] = ()
    share: Share | None = None
    of: Operand | None = None
    least: tuple[Operand, ...] | None = None
    previous: str | None = None
    if_none: Operand | None = None

    @property
    def kind(self) -> Measure | Operator | None:
        """The one measure or operator; ``None`` only in a form part that just narrows."""
        return next((name for name in (*MEASURES, *OPERATORS) if getattr(self, name) is not None), None)

    @property
    def measured(self) -> Select | None:
        """What the measure is taken over; ``None`` for an operator."""
        kind = self.kind
        return getattr(self, kind) if kind in MEASURES else None

    @property
    def operands(self) -> tuple[Operand, ...]:
        """What an operator works on, in order."""
        given = (*(self.total or ()), *self.less, *(self.least or ()))
        return (*given, *(item for item in (self.of, self.if_none) if item is not None))

    def cells(self) -> Iterator[str]:
        """Every reference to a cell in it, nested ones too."""
        if self.previous is not None:
            yield self.previous
        for item in self.operands:
            if isinstance(item, str):
                yield item
            else:
                yield from item.cells()

    @model_validator(mode="after")
    def _one_node(self) -> Amount:
        kinds = [name for name in (*MEASURES, *OPERATORS) if getattr(self, name) is not None]
        if len(kinds) > 1 or (not kinds and self._needs_one()):
            words = ", ".join((*MEASURES, *OPERATORS))
            raise ValueError(_("an amount says one of: {words}").format(words=words))
        if self.less and self.total is None:
            raise ValueError(_("less is taken from a total"))
        if (self.share is None) != (self.of is None):
            raise ValueError(_("share and of belong together"))
        if self.if_none is not None and self.previous is None:
            raise ValueError(_("if_none belongs to previous"))
        return self

    def _needs_one(self) -> bool:
        return True


Operand = Annotated[Annotated[str, Tag("~cell")] | Annotated[Amount, Tag("~amount")], Discriminator(_shape)]
Amount.model_rebuild()
