"""A form is an allow-list: only a field or a measure named in it can reach a page.

A cell is its line *and* its column: one of them measures, the other narrows, or one is a total. It is
addressed as ``section.line.column``; a reference without a column means "in every column the two
sides share", ``*`` all lines of an ``each``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, model_validator

from compliance.i18n import _
from compliance.money import is_currency
from compliance.rules.amounts import AXES, Amount, Operand, Select, Words
from compliance.rules.base import Id, Mark, Text, Title, Warranted, _listed, combined, deepest, mark_of
from compliance.yamlfile import Day, Misplaced, Strict, YesNo

PERSON_FIELDS = (
    "person.name", "person.birth_date", "person.citizenship", "person.id_document", "person.address",
)  # fmt: skip
"""Fields that lie in the vault. They stay empty lines until the form's captions are confirmed."""

SOURCE_FIELDS = ("source.address", "source.email", "source.website")
"""How to reach who paid, from the vault. Of a person nothing is printed: a line to be written by hand."""

DATED = ("role", "account", "principal", "fund", "asset")
"""Kinds of record that begin and end: ``only`` can choose among them."""

RECORD_FIELDS: dict[str, tuple[str, ...]] = {
    "receipt": ("on", "counterparty", "purpose", "programme", "reference", "fund.purpose", "source.nature",
                *SOURCE_FIELDS),
    "payment": ("on", "counterparty", "purpose", "programme", "reference"),
    "programme": ("title", "aim", "done", "participants", "places", "not_held", "planned"),
    "activity": ("programme", "kind", "state", "start_on", "end_on", "quantity", "participants", "place",
                 "description", "output"),
    "role": ("body", "title", "post", "start_on", "end_on", "appointed_by", *PERSON_FIELDS),
    "account": ("title", "number", "bic", "currency", "opened_on", "closed_on"),
    "source": ("name", "kind", "nature", "country", *SOURCE_FIELDS),
    "principal": ("name", "nature", "country", "start_on", "end_on", *SOURCE_FIELDS),
    "fund": ("title", "agreement", "purpose", "donor", "places", "start_on", "end_on"),
    "asset": ("title", "size", "place", "acquired_on", "disposed_on"),
    "material": ("title", "medium", "created_on"),
    "document": ("title", "kind", "dated_on"),
    "contact": ("on", "body", "person.name", "method", "purpose"),
    "contribution": ("on", "recipient", "giver", "principal", "what", "purpose", "place"),
}  # fmt: skip
"""Kinds of record an ``each`` may repeat for, and what may be printed of one."""

Each = Annotated[str, Field(pattern=r"^[a-z_]+$")]


class Part(Amount):
    """A line or a column. ``since`` is the first day in the form, ``until`` the first day out of it.

    ``needed``: the form wants the field filled; where it is not, `check` tells. ``evidence``: so it does where an
    answer rests on no paper.

    Besides an amount it may be a ``field`` of the record its section repeats for, or a question that a
    person answers at filing (``ask``). With none of them it only narrows.
    """

    caption: Text | None = None
    select: Select | None = None
    field: Annotated[str, Field(pattern=r"^[a-z_]+(\.[a-z_]+)?$")] | None = None
    ask: Literal["yes_no", "text", "number"] | None = None
    needed: YesNo = False
    evidence: YesNo = False
    since: Day | None = None
    until: Day | None = None

    def _needs_one(self) -> bool:
        return False

    @model_validator(mode="after")
    def _one_way_to_fill(self) -> Part:
        ways = [self.kind is not None, self.field is not None, self.ask is not None]
        if sum(ways) > 1:
            raise ValueError(_("a part is filled in one way: an amount, a field or a question"))
        return self

    def stands(self, on: date) -> bool:
        """Whether it is in the form on that day."""
        return (self.since is None or self.since <= on) and (self.until is None or on < self.until)


class Section(Warranted):
    """``select`` narrows all cells. ``per`` repeats the section, ``each`` the line, ``if_empty`` is
    printed where there is nothing to repeat. ``only``: of what begins and ends, what did so in the period, or
    went on through it (``per: principal`` too). ``binds``: only for filers with all these statuses."""

    caption: Text | None = None
    select: Select | None = None
    per: Each | None = None
    each: Each | None = None
    only: Literal["started", "ended", "continued"] | None = None
    if_empty: Text | None = None
    binds: tuple[Id, ...] = ()
    since: Day | None = None
    until: Day | None = None
    lines: dict[Id, Part] = {}
    columns: dict[Id, Part] = {}

    @model_validator(mode="after")
    def _filled(self) -> Section:
        if not self.lines and not self.columns:
            raise ValueError(_("a section has lines, columns or both"))
        if self.each is not None and self.lines:
            raise ValueError(_("a section that repeats for each has columns only"))
        if self.each is not None and self.each not in RECORD_FIELDS and self.each not in AXES:
            known = ", ".join(dict.fromkeys((*RECORD_FIELDS, *AXES)))
            raise Misplaced(_("repeat for each of what? One of: {words}").format(words=known), "each")
        if self.per is not None and self.per not in RECORD_FIELDS and self.per not in AXES:
            known = ", ".join(dict.fromkeys((*RECORD_FIELDS, *AXES)))
            raise Misplaced(_("repeat for each of what? One of: {words}").format(words=known), "per")
        if self.only is not None and (self.each or self.per) not in DATED:
            raise Misplaced(_("only these begin and end: {words}").format(words=", ".join(DATED)), "only")
        for side, parts in (("lines", self.lines), ("columns", self.columns)):
            for key, part in parts.items():
                self._fits(side, key, part)
        for line_id, line in self.lines.items():
            if not self.columns and line.kind is None and line.ask is None:
                raise Misplaced(_("the line does not say what stands in it"), "lines", line_id)
            for column_id, column in self.columns.items():
                if line.kind is None and column.kind is None and not (line.ask or column.ask):
                    raise Misplaced(
                        _("neither the line nor the column “{column}” says what is measured").format(
                            column=column_id
                        ),
                        "lines",
                        line_id,
                    )
                if line.measured is not None and column.measured is not None:
                    raise Misplaced(
                        _("both the line and the column “{column}” measure; one must only narrow").format(
                            column=column_id
                        ),
                        "lines",
                        line_id,
                    )
        return self

    def _fits(self, side: str, key: str, part: Part) -> None:
        if part.field is not None:
            known = RECORD_FIELDS.get(self.each or "", ("title",) if self.each in AXES else ())
            if part.field not in known:
                words = ", ".join(known) or _("none, since the section repeats for nothing")
                raise Misplaced(
                    _("this field cannot be printed here; fields: {words}").format(words=words),
                    side,
                    key,
                    "field",
                )

    def stands(self, on: date) -> bool:
        """Whether it is in the form on that day."""
        return (self.since is None or self.since <= on) and (self.until is None or on < self.until)


class Invariant(Strict):
    """An equation that the exact figures must meet before anything is written."""

    name: Id
    equal: tuple[Operand, Operand] | None = None
    at_most: tuple[Operand, Operand] | None = None
    partition: Select | None = None
    into: Words | None = None

    @model_validator(mode="after")
    def _one_claim(self) -> Invariant:
        if sum(item is not None for item in (self.equal, self.at_most, self.partition)) != 1:
            raise ValueError(_("an invariant says one of: equal, at_most, partition"))
        if (self.partition is None) != (self.into is None):
            raise ValueError(_("partition and into belong together"))
        return self

    def cells(self) -> Iterator[str]:
        """Every reference to a cell in it."""
        for item in (*(self.equal or ()), *(self.at_most or ())):
            yield from [item] if isinstance(item, str) else item.cells()
        yield from self.into or ()

    def sections(self) -> set[str]:
        """The sections that it speaks of."""
        return {cell.split(".")[0] for cell in self.cells()}


class Agreement(Strict):
    """A cell of this form is worth what a cell of another form of the pack is, filled for the same period."""

    name: Id
    cell: str
    form: Id
    other: str


class Unit(Strict):
    """What printed figures count: ``minor`` units, or ``scale`` whole units of ``currency``."""

    currency: str = ""
    scale: int = 0


def _unit(value: object) -> object:
    if value == "minor":
        return {}
    if isinstance(value, str):
        currency, _space, scale = value.partition(" ")
        if is_currency(currency) and scale.isascii() and scale.isdigit() and scale.strip("0") == "1":
            return {"currency": currency, "scale": int(scale)}
    raise ValueError(_("a unit is the word minor, or a currency and a scale: RUB 1000"))


class Form(Warranted):
    """One file of ``forms/``. ``name`` is what people type; ``title`` is in the law's language.

    ``verified`` says that a person compared every caption with the official blank; until then what
    is printed is a working copy. ``named`` is the day whose name of the organisation is printed after a
    rename: that of filing, unless the form says the period's last. ``like``: the sections of those forms of the same
    pack stand first, ``without`` those named, and a section of its own stands in the place of one that has its name;
    the pack as a whole puts them in (`with_likeness`). ``agrees``: cells that another form must show alike.
    """

    form: Id
    name: Id
    title: Title
    order: Text | None = None
    verified: YesNo = False
    verified_by: Text | None = None
    verified_on: Day | None = None
    unit: Annotated[Unit, BeforeValidator(_unit)] = Unit()
    named: Literal["filing", "period_end"] = "filing"
    like: Annotated[tuple[Id, ...], BeforeValidator(_listed)] = ()
    without: Annotated[tuple[Id, ...], BeforeValidator(_listed)] = ()
    sections: dict[Id, Section] = {}
    invariants: tuple[Invariant, ...] = ()
    agrees: tuple[Agreement, ...] = ()

    @model_validator(mode="after")
    def _whole(self) -> Form:
        if self.verified and not (self.verified_by and self.verified_on):
            raise ValueError(_("a verified form says verified_by whom and verified_on which day"))
        if not self.like:
            if not self.sections:
                raise ValueError(_("a form has sections"))
            for lost in self.lost():
                raise lost
        return self

    def lost(self) -> Iterator[Misplaced]:
        """References to cells that the form does not have."""
        for section_id, section in self.sections.items():
            for side, parts in (("lines", section.lines), ("columns", section.columns)):
                for key, part in parts.items():
                    for cell in part.cells():
                        if not self._within(section_id, side, cell):
                            yield Misplaced(_no_cell(cell), "sections", section_id, side, key)
        for number, invariant in enumerate(self.invariants):
            for cell in invariant.cells():
                if not self.has(cell):
                    yield Misplaced(_no_cell(cell), "invariants", number)
        for number, agreement in enumerate(self.agrees):
            if not self.has(agreement.cell):
                yield Misplaced(_no_cell(agreement.cell), "agrees", number, "cell")

    def _within(self, section_id: str, side: str, cell: str) -> bool:
        """Inside a section a bare word is a line (of lines) or a column (of columns) beside it."""
        section = self.sections[section_id]
        if "." not in cell:
            return cell in (section.lines if side == "lines" else section.columns)
        return self.has(cell)

    def has(self, cell: str) -> bool:
        """Whether there is such a cell, ``section.line`` or ``section.line.column``."""
        names = cell.split(".")
        section = self.sections.get(names[0])
        if section is None or len(names) not in (2, 3):
            return False
        if names[1] != "*" and names[1] not in section.lines:
            return False
        return len(names) == 2 or names[2] in section.columns

    @property
    def counts(self) -> bool:
        """Whether any of its cells is an amount or a tick of the books."""
        parts = (
            part
            for section in self.sections.values()
            for part in (*section.lines.values(), *section.columns.values())
        )
        return any(part.kind is not None for part in parts)

    def captions(self) -> Iterator[tuple[str, str, Mark]]:
        """Every printed caption: its address (``balance``, ``balance.opening``), text and mark.

        A column's address has ``*`` for the line: ``balance.*.foreign``.
        """
        whole = mark_of(self, "", None) or Mark()
        for section_id, section in self.sections.items():
            above = mark_of(section, "", whole) or whole
            if section.caption:
                yield section_id, section.caption, mark_of(section, "caption", above) or above
            for line_id, line in section.lines.items():
                if line.caption:
                    yield f"{section_id}.{line_id}", line.caption, mark_of(line, "caption", above) or above
            for column_id, column in section.columns.items():
                if column.caption:
                    at = f"{section_id}.*.{column_id}"
                    yield at, column.caption, mark_of(column, "caption", above) or above

    @property
    def mark(self) -> Mark:
        """The weakest mark in the form, with every citation."""
        return combined([*deepest(self, None)]) or Mark((), "uncertain")


def _no_cell(cell: str) -> str:
    return _("there is no cell “{cell}” in this form").format(cell=cell)


def with_likeness(forms: Iterable[Form]) -> dict[str, Form]:
    """Forms by id, those that are ``like`` others with their sections and equations put in. What is like an unknown
    form, or like one that is itself like another, stays as it is written: the pack's references tell."""
    written = {form.form: form for form in forms}
    found = {}
    for key, form in written.items():
        sections: dict[str, Section] = {}
        claims: list[Invariant] = []
        for other in (written.get(name) for name in form.like):
            if other is not None and not other.like:
                sections |= {name: part for name, part in other.sections.items() if name not in form.without}
                claims += [item for item in other.invariants if not item.sections() & {*form.without}]
        whole = {"sections": sections | form.sections, "invariants": (*claims, *form.invariants)}
        found[key] = form.model_copy(update=whole) if form.like else form
    return found
