"""The strict reading: what each form would print if money of unknown citizenship were counted as foreign.

The law counts foreign what is not shown to be otherwise, on one reading; the books keep unknown
citizenship a class of its own. Nothing here decides; it says how much depends on it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from compliance.checks.registry import Context
from compliance.errors import Refused, UsageError
from compliance.filings.draft import draft
from compliance.ledger.supposed import Supposed
from compliance.periods import Period
from compliance.registers.compare import abroad
from compliance.reports.model import Cell, Report

UNKNOWN, COUNTED_AS = "unknown_citizenship", "foreign_person"


@dataclass(frozen=True, slots=True)
class Effect:
    """One cell of one form. Minor units where the cell is an amount, else the printed texts only."""

    form: str
    cell: str
    caption: str
    as_classed: str
    if_foreign: str
    difference_minor: int | None


@dataclass(frozen=True, slots=True)
class Unknown:
    """Money of the period whose giver's citizenship is not established. ``pool``: it lies inside this pooled
    source of another kind, where only the acquirer's register shows it."""

    source: str
    fund: str
    amount_minor: int
    currency: str
    pool: bool


def unknown(context: Context, period: Period) -> list[Unknown]:
    books = context.books
    income = [key for key, item in books.accounts.items() if item.type == "income"]
    found = [
        Unknown(str(source), str(fund), -total.amount_minor, str(currency), pool=False)
        for total in books.sums(
            ("source", "fund", "currency"), start=period.start, end=period.end, where={"account": income}
        )
        for source, fund, currency in [total.key]
        if source in books.sources and books.sources[source].kind == UNKNOWN and total.amount_minor
    ]
    return found + list(_inside_pools(context, period, income))


def _inside_pools(context: Context, period: Period, income: list[str]) -> Iterator[Unknown]:
    """Gifts by cards that are not from home, less what of the same bank lines is booked as unknown or foreign."""
    books = context.books
    told = abroad(books)
    left = dict(told)
    place: dict[str, tuple[str, str, str]] = {}
    for entry in books.entries(start=period.start, end=period.end, where={"account": income}):
        source = books.sources.get(entry.source or "")
        if entry.line not in left or source is None:
            continue
        if source.kind.startswith("domestic"):
            place[entry.line] = (source.entity, entry.fund, entry.currency)
        else:
            left[entry.line] += entry.amount_minor
    totals: dict[tuple[str, str, str], int] = {}
    for line, where in place.items():
        # What was given back to such cards is less; what was booked as more than the register says is not.
        totals[where] = totals.get(where, 0) + (left[line] if told[line] < 0 else max(left[line], 0))
    for (source_id, fund, currency), minor in sorted(totals.items()):
        if minor:
            yield Unknown(source_id, fund, minor, currency, pool=True)


def effects(context: Context, period: Period) -> list[Effect]:
    """Cells that the strict reading would change, of every form that is due for exactly this period."""
    books = context.books
    supposed = {
        entity: replace(source, kind=COUNTED_AS)
        for entity, source in books.sources.items()
        if source.kind == UNKNOWN
    }
    if not supposed:
        return []
    strict = replace(context, books=Supposed(books, supposed))
    found: list[Effect] = []
    seen: set[str] = set()
    for rule in context.rules.obligations():
        try:
            told, other = draft(context, rule.id, period), draft(strict, rule.id, period)
        except (UsageError, Refused):  # not asked for such a period
            continue
        if told.report is None or other.report is None or told.report.form in seen:
            continue
        seen.add(told.report.form)
        found += _changes(told.report, other.report)
    return found


def _changes(told: Report, strict: Report) -> Iterator[Effect]:
    captions = {
        cell.id: " / ".join(text for text in (section.caption.text, row.caption.text, column.text) if text)
        for section in told.sections
        for row in section.rows
        for column, cell in zip(section.columns, row.cells, strict=False)
    }
    for cell in told.all_cells():
        other = strict.cell(cell.id)
        if other is not None and _value(cell) != _value(other):
            both = cell.exact_minor is not None and other.exact_minor is not None
            minor = (other.exact_minor or 0) - (cell.exact_minor or 0) if both else None
            yield Effect(told.name, cell.id, captions.get(cell.id, ""), cell.text, other.text, minor)


def _value(cell: Cell) -> tuple[object, ...]:
    return cell.exact_minor, cell.units, cell.text
