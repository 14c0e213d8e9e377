"""A figure of a report kept as bare units (in a filing, a difference), printed as the form prints it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from compliance.reports import words
from compliance.reports.model import Report


@dataclass(frozen=True)
class Shown:
    """``kinds``: cell id -> kind of the cells that the report has; one that it no longer has is taken for what the
    cells of the same column are."""

    currency: str
    unit_minor: int
    style: words.Style
    kinds: Mapping[str, str]

    @classmethod
    def of(cls, report: Report) -> Shown:
        return cls(
            report.currency,
            report.unit_minor,
            words.Style(report.language, report.grouping),
            {cell.id: cell.kind for cell in report.all_cells() if cell.is_figure},
        )

    @property
    def unit(self) -> str:
        """What printed figures count, in the language of the form."""
        return words.unit_words(self.currency, self.unit_minor, self.style.language)

    def text(self, cell: str, units: int | None) -> str:
        """``2 874``, ``1,234.56``, ``0``; a dash where there is no such cell."""
        if units is None:
            return words.NOTHING
        return words.figure(units, 1, decimals=self._decimals(cell), style=self.style)

    def signed(self, cell: str, units: int | None) -> str:
        """A difference: ``+61``, ``−1,234.56``."""
        plus = "+" if units is not None and units > 0 else ""
        return plus + self.text(cell, units)

    def _decimals(self, cell: str) -> int:
        kind = self.kinds.get(cell) or self._of_column.get(_column(cell), "")
        return 0 if kind == "count" else words.decimals_of(self.currency, self.unit_minor)

    @cached_property
    def _of_column(self) -> dict[str, str]:
        return {_column(cell): kind for cell, kind in self.kinds.items()}


def _column(cell: str) -> str:
    """``item_14a@p1.3.amount`` -> ``item_14a.amount``."""
    return f"{cell.partition('.')[0].partition('@')[0]}.{cell.rpartition('.')[2]}"
