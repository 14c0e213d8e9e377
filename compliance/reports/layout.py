"""Where the cells of a form stand: its sections on the day of filing, their repetitions, rows, columns."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from compliance.errors import SetupError
from compliance.i18n import _
from compliance.reports.measures import Axes, Measures
from compliance.reports.records import records
from compliance.reports.sight import Identities, Record, Sight
from compliance.rules.amounts import AXES, narrowed
from compliance.rules.forms import PERSON_FIELDS, Form, Part, Section

PLAIN = Part()
"""Stands for the column of a section that has none, and for the line of one that repeats for each."""


@dataclass(frozen=True, slots=True)
class Spot:
    """One cell before it has a value: its line and column (``None`` where the section has no such side)."""

    id: str
    block: Block
    line: str | None
    column: str | None
    record: Record | None = None

    @property
    def line_part(self) -> Part:
        return self.block.section.lines[self.line] if self.line is not None else PLAIN

    @property
    def column_part(self) -> Part:
        return self.block.section.columns[self.column] if self.column is not None else PLAIN


@dataclass(frozen=True, slots=True)
class Block:
    """A section as it stands on a form; ``group`` is the word it repeats for, with its ``title``."""

    id: str
    section: Section
    columns: tuple[str, ...]
    lines: tuple[str, ...]
    records: tuple[Record, ...]
    axes: Axes
    group: str = ""
    title: str = ""

    @property
    def stem(self) -> str:
        return f"{self.id}@{self.group}" if self.group else self.id

    @property
    def personal(self) -> bool:
        return any(self.section.columns[key].field in PERSON_FIELDS for key in self.columns)

    def spot(self, row: str, column: str | None, record: Record | None = None) -> Spot:
        """The cell at a line (or a record's key) and a column."""
        names = [self.stem, row] + ([column] if column is not None else [])
        return Spot(".".join(names), self, None if record else row, column, record)

    def rows(self) -> list[tuple[str, list[Spot]]]:
        """Every row with its cells, in print order."""
        columns: tuple[str | None, ...] = self.columns or (None,)
        found = [(line, [self.spot(line, column) for column in columns]) for line in self.lines]
        found += [
            (record.key, [self.spot(record.key, column, record) for column in columns])
            for record in self.records
        ]
        return found


def blocks(
    form: Form,
    measures: Measures,
    on: date,
    *,
    statuses: Collection[str],
    language: str,
    identities: Identities,
    bodies: Mapping[str, str],
) -> list[Block]:
    """The sections in the form on the day of filing ``on``, for a filer of these ``statuses``."""
    found = []
    for section_id, section in form.sections.items():
        if not section.stands(on) or not set(section.binds) <= set(statuses):
            continue
        own = narrowed(section.select)
        for group, title, axes in _groups(section, measures, own):
            sight = Sight(measures, measures.period, language, identities, axes, bodies)
            found.append(
                Block(
                    section_id,
                    section,
                    tuple(key for key, part in section.columns.items() if part.stands(on)),
                    tuple(key for key, part in section.lines.items() if part.stands(on)),
                    tuple(_records(section, sight)),
                    axes,
                    group,
                    title,
                )
            )
    return found


def _records(section: Section, sight: Sight) -> list[Record]:
    if section.each is None:
        return []
    return [item for item in records(section.each, sight) if item.turned(section.only, sight.period)]


def _groups(section: Section, measures: Measures, own: Axes) -> list[tuple[str, str, Axes]]:
    if section.per is None:
        return [("", "", own)]
    if section.per == "principal":
        groups = _principals(measures, own)
        if section.each is not None or section.only is None:
            return groups
        sight = Sight(measures, measures.period, "", {}, own)
        turned = {item.key for item in records("principal", sight) if item.turned(section.only, sight.period)}
        return [group for group in groups if group[0] in turned]
    if section.per not in AXES:
        raise SetupError(
            _("a section that repeats for each “{word}” cannot be filled from these books").format(
                word=section.per
            )
        )
    sight = Sight(measures, measures.period, "", {}, own)
    return [(record.key, record.caption, _both(own, record.axes)) for record in records(section.per, sight)]


def _principals(measures: Measures, own: Axes) -> list[tuple[str, str, Axes]]:
    """One group for each source that agreements are with: all its agreements, whoever paid into them."""
    books, funds = measures.books, dict[str, set[str]]()
    for entity, fund in books.funds.items():
        if fund.donor:
            funds.setdefault(fund.donor, set()).add(entity)
    return [
        (
            donor,
            books.sources[donor].name or donor if donor in books.sources else donor,
            _both(own, {"fund": frozenset(held)}),
        )
        for donor, held in sorted(funds.items())
    ]


def _both(one: Axes, other: Axes) -> Axes:
    found: dict[str, frozenset[str]] = dict(one)
    for axis, words in other.items():
        found[axis] = found[axis] & words if axis in found else words
    return found


def spots(found: list[Block]) -> Mapping[str, Spot]:
    """All cells by id, in print order."""
    return {spot.id: spot for block in found for _row, cells in block.rows() for spot in cells}
