"""Where each figure of a report belongs on the official blank that somebody downloaded (XLSX, ODS, DOCX).

The blank is looked at as tables of texts. A figure belongs where the row whose words are like those of its line
meets the column whose words are like those of its column. That is a proposal: a person who holds the blank
confirms the whole map once, and may correct it by hand before.

A place is ``Sheet!D12`` in a workbook or an ODS, ``2!4!3`` (table, row, cell, from 1) in a DOCX.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from compliance import limited
from compliance.errors import InputError
from compliance.files import digest
from compliance.i18n import _
from compliance.reports.blanks import fold
from compliance.reports.model import Report, Row, Section

SCHEMA = "blank-map/1"
_NEAR = 0.72
_SECONDS = 30
Spot = tuple[int, int]
"""Row and column, both from 1. In a DOCX a cell that spans columns stands in its first."""


@dataclass(frozen=True, slots=True)
class Table:
    """``name`` of the sheet, or the table's number; ``texts``: spot -> words; ``spots``: every cell that can be
    written to, by spot -> the number of the cell within its row (they differ where cells span columns)."""

    name: str
    texts: Mapping[Spot, str]
    spots: Mapping[Spot, int]


class Map(BaseModel):
    """``cells``: cell of the report -> place on the blank; ``blank`` the SHA-256 of the file it is about."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    form: str
    blank: str = Field(pattern=r"^[0-9a-f]{64}$")
    suffix: str
    cells: dict[str, str]

    @property
    def data(self) -> bytes:
        """The map as a file that a person can read and correct."""
        body = {"schema": SCHEMA, **self.model_dump()}
        return (json.dumps(body, ensure_ascii=False, indent=1) + "\n").encode()


def read_map(data: bytes, place: str) -> Map:
    """``InputError`` for what is no map of ours."""
    try:
        body = json.loads(data)
        if body.pop("schema") != SCHEMA:
            raise ValueError
        return Map.model_validate(body)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, ValidationError):
        raise InputError(
            _("this is not a map of a blank"),
            place=place,
            remedy=_("Make it anew: compliance forms map FORM PERIOD --blank FILE"),
        ) from None


def tables(data: bytes, name: str) -> list[Table]:
    """The blank's tables, read in the limited child. ``InputError`` for what is none of them."""
    found = limited.run("compliance.reports.blankgrid:read", data, name, seconds=_SECONDS)
    return [Table(*parts) for parts in found]


def propose(report: Report, blank: bytes, name: str) -> Map:
    """A place for every figure whose row and column are found; the others are left out."""
    grid = tables(blank, name)
    cells: dict[str, str] = {}
    taken: set[str] = set()
    for section in report.sections:
        if section.each:
            continue
        for cell, place in _places(section, grid):
            if place not in taken:
                cells[cell] = place
                taken.add(place)
    return Map(form=report.form, blank=digest(blank), suffix=_suffix(blank), cells=cells)


def _suffix(blank: bytes) -> str:
    """By its members: what a file is called says nothing."""
    with zipfile.ZipFile(io.BytesIO(blank)) as archive:
        names = set(archive.namelist())
    return ".docx" if "word/document.xml" in names else ".ods" if "content.xml" in names else ".xlsx"


def _places(section: Section, grid: list[Table]) -> Iterator[tuple[str, str]]:
    for row in section.rows:
        found = _best(row.caption.text, grid)
        if found is None:
            continue
        table, spot = found
        for cell, column in zip(row.cells, _columns(section, row), strict=False):
            if not cell.is_figure:
                continue
            target = _meeting(table, spot, column, alone=len(row.cells) == 1)
            if target is not None:
                yield cell.id, place_of(table, target)


def _columns(section: Section, row: Row) -> list[str]:
    words = [column.text for column in section.columns]
    return words if len(words) == len(row.cells) else [""] * len(row.cells)


def _best(words: str, grid: list[Table]) -> tuple[Table, Spot] | None:
    """The text most like ``words`` anywhere."""
    own = fold(words.strip("[]"))
    best: tuple[float, Table, Spot] | None = None
    for table in grid:
        for spot, text in table.texts.items():
            score = _likeness(own, fold(text))
            if score >= _NEAR and (best is None or score > best[0]):
                best = (score, table, spot)
    return (best[1], best[2]) if best else None


def _likeness(own: str, other: str) -> float:
    if own == other:
        return 1.0
    if not own or not other or not 0.5 <= len(other) / len(own) <= 2:
        return 0.0
    return SequenceMatcher(None, own, other, autojunk=False).ratio()


def _meeting(table: Table, spot: Spot, column: str, *, alone: bool) -> Spot | None:
    """Where the row of ``spot`` meets the column with these words above it; with one column only, the next free cell."""
    row, at = spot
    own = fold(column.strip("[]"))
    heads = [
        (_likeness(own, fold(text)), -(row - above), col)
        for (above, col), text in table.texts.items()
        if above < row and col > at and own
    ]
    likely = max((head for head in heads if head[0] >= _NEAR), default=None)
    if likely is not None and (row, likely[2]) in table.spots:
        return row, likely[2]
    if not alone:
        return None
    return next(
        (
            (row, col)
            for col in range(at + 1, at + 60)
            if (row, col) in table.spots and (row, col) not in table.texts
        ),
        None,
    )


def place_of(table: Table, spot: Spot) -> str:
    row, col = spot
    if table.name.isdigit():
        return f"{table.name}!{row}!{table.spots[spot]}"
    return f"{table.name}!{letters(col)}{row}"


def letters(column: int) -> str:
    """3 -> ``C``."""
    text = ""
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


def number_of(column: str) -> int:
    """``C`` -> 3."""
    number = 0
    for char in column:
        number = number * 26 + ord(char) - 64
    return number


def where(report: Report) -> dict[str, tuple[str, str]]:
    """Cell -> (words of its row, words of its column), for the eyes of who confirms the map."""
    said: dict[str, tuple[str, str]] = {}
    for section in report.sections:
        for row in section.rows:
            for cell, column in zip(row.cells, _columns(section, row), strict=False):
                if cell.is_figure and not section.each:
                    said[cell.id] = (row.caption.text, column)
    return said


def values(report: Report) -> dict[str, Any]:
    """Cell -> what goes on the blank: whole units, ``None`` where the report does not know."""
    return {cell.id: cell.units for cell in report.all_cells() if cell.is_figure}
