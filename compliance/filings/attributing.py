"""What each method of attributing a pool's spending would print: cell by cell, nothing recorded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from compliance.checks.registry import Context
from compliance.errors import Refused, UsageError
from compliance.filings.draft import draft
from compliance.ledger.models import Pooling
from compliance.ledger.pooling import METHODS
from compliance.ledger.supposed import Supposed
from compliance.periods import Period
from compliance.reports.model import Cell, Report
from compliance.reports.pools import pooled

DECLARED = "declared"


@dataclass(frozen=True, slots=True)
class Difference:
    """One cell of one form that depends on the method: what each prints, and its exact minor units; also under
    ``DECLARED``, what the policy says with its days, where all of these agreements have one."""

    form: str
    cell: str
    caption: str
    printed: dict[str, str]
    exact_minor: dict[str, int | None]


def compare(context: Context, period: Period, funds: Sequence[str] = ()) -> list[Difference]:
    """Cells of every form due for exactly this period that the methods fill differently.

    For the pools declared on its last day, or for ``funds`` as if they were declared.
    """
    declared = pooled(context.books, period.last)
    chosen = list(funds) or sorted(declared)
    if not chosen:
        return []
    supposed = {method: _supposing(context, chosen, method) for method in METHODS}
    if set(chosen) <= set(declared):
        supposed[DECLARED] = context
    found: list[Difference] = []
    seen: set[str] = set()
    for rule in context.rules.obligations():
        try:
            drafts = {method: draft(other, rule.id, period).report for method, other in supposed.items()}
        except (UsageError, Refused):  # not asked for such a period
            continue
        made = {method: report for method, report in drafts.items() if report is not None}
        form = next(iter(made.values())).form if len(made) == len(supposed) else ""
        if form and form not in seen:
            seen.add(form)
            found += _differences(made)
    return found


def _supposing(context: Context, funds: Sequence[str], method: str) -> Context:
    """The same books where all policies of these agreements say ``method``, from before anything we keep."""
    known = {
        entity: replace(item, method=method)
        for entity, item in context.books.facts(Pooling).items()
        if item.fund in funds
    }
    always = {
        f"{fund}/": Pooling(entity=f"{fund}/", version=1, fund=fund, start_on=date.min, method=method)
        for fund in funds
    }
    return replace(context, books=Supposed(context.books, known | always))


def _differences(made: dict[str, Report]) -> Iterator[Difference]:
    first = next(iter(made.values()))
    captions = {
        cell.id: " / ".join(text for text in (section.caption.text, row.caption.text, column.text) if text)
        for section in first.sections
        for row in section.rows
        for column, cell in zip(section.columns, row.cells, strict=False)
    }
    for cell in first.all_cells():
        cells = {method: report.cell(cell.id) for method, report in made.items()}
        held = {method: found for method, found in cells.items() if found is not None}
        if len({_value(found) for found in held.values()}) > 1:
            yield Difference(
                first.name,
                cell.id,
                captions.get(cell.id, ""),
                {method: found.text for method, found in held.items()},
                {method: found.exact_minor for method, found in held.items()},
            )


def _value(cell: Cell) -> tuple[object, ...]:
    return cell.exact_minor, cell.units, cell.text
