"""A filing beside what the books say now: cell by cell; and by when a corrective report is due.

Where the period lies in the books the report is filled anew. A period from before them cannot be: there
the entries that amend the filing are the whole of what changed, and only their effect is known.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from compliance.checks.registry import Context
from compliance.filings.draft import Draft, draft, filled, obligation
from compliance.ledger.amendments import AmendingBooks, learned_on
from compliance.ledger.models import Filing
from compliance.reports.model import Report
from compliance.reports.shown import Shown
from compliance.reports.words import NOTHING
from compliance.rules.dues import Reckoned


@dataclass(frozen=True, slots=True)
class Line:
    """``filed`` and ``now`` in the form's units; ``change_minor`` exact, where only the change is known."""

    cell: str
    captions: tuple[str, ...]
    filed: int | None
    now: int | None
    change_minor: int | None = None

    @property
    def difference(self) -> int | None:
        return None if self.now is None else self.now - (self.filed or 0)


@dataclass(frozen=True, slots=True)
class Difference:
    """``lines``: cells that are not what was filed. ``before_books``: only ``change_minor`` is known.

    ``due``: the rule's days for a corrective report, the earliest first; empty where no rule names one.
    """

    filing: Filing
    draft: Draft
    lines: tuple[Line, ...]
    learned_on: date
    due: tuple[Reckoned, ...]
    shown: Shown | None = None

    @property
    def currency(self) -> str:
        return self.shown.currency if self.shown else ""

    @property
    def unit_minor(self) -> int:
        return self.shown.unit_minor if self.shown else 1

    @property
    def unit(self) -> str:
        return self.shown.unit if self.shown else ""

    def text(self, cell: str, units: int | None) -> str:
        """A figure of ``lines`` as the form prints it."""
        return self.shown.text(cell, units) if self.shown else NOTHING

    @property
    def before_books(self) -> bool:
        return self.draft.before_books

    @property
    def due_on(self) -> date | None:
        return min((item.safe_on for item in self.due), default=None)


def difference(context: Context, filing: Filing) -> Difference:
    """What differs between ``filing`` and the books as ``context`` sees them."""
    period = filing.period
    found = draft(context, filing.obligation, period)
    filed: dict[str, int] = json.loads(filing.cells) if filing.cells else {}
    learned = learned_on(context.books, filing.entity) or context.today
    due = context.rules.correction(obligation(context, filing.obligation), period, learned_on=learned)
    report, lines = found.report, tuple[Line, ...]()
    if report is not None:
        lines = _compared(report, filed)
    elif found.before_books and found.form is not None:
        only = replace(context, books=AmendingBooks(context.books, filing.entity))
        report = filled(only, found.form, filing.obligation, period)
        lines = _changes(report, filed)
    if report is None:
        return Difference(filing, found, lines, learned, due)
    return Difference(filing, found, lines, learned, due, Shown.of(report))


def _compared(report: Report, filed: Mapping[str, int]) -> tuple[Line, ...]:
    now, said = report.cells(), report.cell_captions()
    return tuple(
        Line(cell, said.get(cell, ()), filed.get(cell), now.get(cell))
        for cell in [*now, *(cell for cell in filed if cell not in now)]
        if filed.get(cell, 0) != now.get(cell, 0)
    )


def _changes(report: Report, filed: Mapping[str, int]) -> tuple[Line, ...]:
    said = report.cell_captions()
    return tuple(
        Line(cell.id, said.get(cell.id, ()), filed.get(cell.id), None, cell.exact_minor)
        for cell in report.all_cells()
        if cell.is_figure and cell.exact_minor
    )
