"""What every printed figure rests on: its entries, the bank's lines and the papers behind them, the rule."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from compliance.checks.papers import kinds_by_subject, missing
from compliance.checks.registry import Context
from compliance.findings import Confidence
from compliance.reports.explain import explain
from compliance.reports.fill import Work


@dataclass(frozen=True, slots=True)
class Backing:
    """One figure. ``entries``: transactions of the period behind it, of totals those of their
    parts, of balances none (they rest on all that was before); of these ``on_statement`` came
    by a line of a bank statement, ``with_paper`` have a paper that is kept here, ``lacking`` lack one that our
    policy demands. ``source`` and ``confidence`` are those of the form's line."""

    cell: str
    captions: tuple[str, ...]
    units: int
    entries: int
    on_statement: int
    with_paper: int
    lacking: int
    source: str
    confidence: Confidence


def backing(context: Context, work: Work) -> Iterator[Backing]:
    """Every figure of the report in print order."""
    lacking = {item.spent.txn for item in missing(context)}
    papers = kinds_by_subject(context.books)
    kept = {key for key, paper in context.books.documents.items() if paper.digest}
    stated, proven = set[int](), set[int]()
    for item in work.grid.measures.detail:
        entry = item.entry
        if entry.line:
            stated.add(entry.txn)
        if entry.document in kept or f"txn:{entry.txn}" in papers or (entry.line and entry.line in papers):
            proven.add(entry.txn)
    figures = [cell.id for cell in work.report.all_cells() if cell.is_figure and cell.units is not None]
    answers = {cell: explain(work, cell) for cell in figures}

    def behind(cell: str) -> set[int]:
        rows = answers[cell].rows if cell in answers else ()
        own = {row.transaction for row in rows if row.transaction is not None}
        return own.union(*(behind(row.cell) for row in rows if row.cell))

    for cell in work.report.all_cells():
        if cell.id not in answers or cell.units is None:
            continue
        answer, found = answers[cell.id], behind(cell.id)
        yield Backing(
            cell.id, answer.captions, cell.units, len(found), len(found & stated), len(found & proven),
            len(found & lacking), answer.source, answer.confidence,
        )  # fmt: skip
