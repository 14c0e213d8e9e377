"""A form filled for a period: values ready to be printed, computed once and by nobody else.

Money is exact in minor units of ``Report.currency`` and printed in units of ``Report.unit_minor``
minor units. A cell's id is ``section.line``, ``section.line.column``, or ``section.key.column`` in
sections with one line for each record (``key`` names the record, it is not a row number).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from compliance.findings import Confidence, Finding
from compliance.ledger.valuation import Exchange
from compliance.periods import Period

CellKind = Literal["flow", "balance", "total", "derived", "count", "tick", "text", "answer", "open", "empty"]
"""``flow`` and ``balance`` are measured, ``total`` is added from printed cells, ``derived`` is computed
(a share, the least, the last filing's), ``open`` is a question that nobody has answered yet, ``empty``
waits for somebody to write in it."""


@dataclass(frozen=True, slots=True)
class Caption:
    """Words of a form's part. ``confirmed``: a person compared them with the official blank."""

    id: str
    text: str
    confirmed: bool = False

    @property
    def working(self) -> bool:
        """A working title of ours, in square brackets: no official wording is known."""
        return self.text.startswith("[") and self.text.endswith("]")


@dataclass(frozen=True, slots=True)
class Cell:
    """``exact_minor`` is ``None`` where a rate is missing or there is no figure; ``units`` is what is printed.

    ``moved`` is what rounding changed to keep an equation (-1, 0, 1); for a total, how far adding up
    took it from simple rounding. ``parts`` of a total: (weight, cell id). ``text`` is printed as it is.
    ``asked``: the cell is a person's answer to a question of this kind (yes_no, text, number).
    """

    id: str
    kind: CellKind
    exact_minor: int | None = None
    units: int | None = None
    moved: int = 0
    text: str = ""
    parts: tuple[tuple[int, str], ...] = ()
    confidence: Confidence = "sourced"
    source: str = ""
    asked: str = ""

    @property
    def is_figure(self) -> bool:
        return self.kind in ("flow", "balance", "total", "derived", "count")


@dataclass(frozen=True, slots=True)
class Row:
    """One printed line: ``key`` is the line's id or the record's, ``cells`` one for each column."""

    key: str
    caption: Caption
    cells: tuple[Cell, ...]
    total: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """``columns`` may be one without a caption. ``empty`` are the words to print when there are no rows."""

    id: str
    caption: Caption
    columns: tuple[Caption, ...]
    rows: tuple[Row, ...]
    group: str = ""
    each: bool = False
    empty: str = ""
    personal: bool = False


@dataclass(frozen=True, slots=True)
class Head:
    """Who files: what the shell prints above every form."""

    organisation: str
    address: str = ""
    registration_id: str = ""
    tax_id: str = ""


@dataclass(frozen=True, slots=True)
class Released:
    """A text that seems to hold a person's data and is printed by decision: its cell, why, who, when."""

    cell: str
    because: str
    actor: str
    on: date


@dataclass(frozen=True, slots=True)
class Report:
    """``name`` is what people type; ``findings`` with severity ``refusal`` forbid writing files; ``grouping`` as
    in `words.Style`; ``paper``: a4 or letter."""

    form: str
    name: str
    title: Caption
    order: str
    language: str
    period: Period
    currency: str
    unit_minor: int
    head: Head
    sections: tuple[Section, ...]
    findings: tuple[Finding, ...]
    exchange: tuple[Exchange, ...]
    open_captions: int
    captions: int
    nil: bool
    practice: bool
    rules: tuple[tuple[str, str], ...] = ()
    known_seq: int = 0
    released: tuple[Released, ...] = ()
    grouping: str = "thousands"
    paper: str = "a4"

    @property
    def working_copy(self) -> bool:
        return self.open_captions > 0

    @property
    def refusals(self) -> tuple[Finding, ...]:
        return tuple(item for item in self.findings if item.severity == "refusal")

    @property
    def unanswered(self) -> tuple[Finding, ...]:
        """What the form asks a person and nobody has answered: a draft may be made, nothing filed."""
        return tuple(item for item in self.findings if item.code == "form.unanswered")

    def all_cells(self) -> Iterator[Cell]:
        """Every cell, in print order."""
        for section in self.sections:
            for row in section.rows:
                yield from row.cells

    def cell(self, cell_id: str) -> Cell | None:
        return next((cell for cell in self.all_cells() if cell.id == cell_id), None)

    def cell_captions(self) -> dict[str, tuple[str, ...]]:
        """Cell id -> what the form says beside its row and above its column, without empty ones."""
        return {
            cell.id: tuple(text for text in (row.caption.text, column.text) if text)
            for section in self.sections
            for row in section.rows
            for cell, column in zip(row.cells, section.columns, strict=False)
        }

    def cells(self) -> dict[str, int]:
        """Cell id -> printed units, of every figure: what a filing keeps and `previous` looks up."""
        return {cell.id: cell.units for cell in self.all_cells() if cell.is_figure and cell.units is not None}
