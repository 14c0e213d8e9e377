"""Where a printed figure comes from: the rows behind it, the rule, how sure it is, what rounding moved."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from compliance.errors import UsageError
from compliance.findings import Confidence
from compliance.i18n import _
from compliance.ledger.models import Asset
from compliance.ledger.valuation import Atom, rate_on
from compliance.reports.cells import Grid
from compliance.reports.fill import Work
from compliance.reports.layout import Spot
from compliance.reports.measures import Axes
from compliance.reports.model import Cell
from compliance.reports.sight import Record
from compliance.rules.amounts import MEASURES, Amount, narrowed


@dataclass(frozen=True, slots=True)
class Evidence:
    """One row behind a figure. ``value_minor`` is in the report's currency, with the sign it is counted with.

    ``what``: posting, balance, conversion, revaluation, rounding, budget, thing, or cell (a part of a total).
    """

    what: str
    on: date | None
    account: str
    fund: str
    amount_minor: int | None
    currency: str
    rate: Decimal | None
    value_minor: int | None
    transaction: int | None = None
    cell: str = ""
    memo: str = ""


@dataclass(frozen=True, slots=True)
class Explanation:
    """``exact_minor`` and ``units`` as in the cell; ``because`` says in words what rounding moved."""

    cell: str
    captions: tuple[str, ...]
    rows: tuple[Evidence, ...]
    measure: str
    rule: str
    source: str
    confidence: Confidence
    exact_minor: int | None
    units: int | None
    moved: int
    because: str


def explain(work: Work, cell_id: str) -> Explanation:
    """``UsageError`` with the nearest addresses where the form has no such cell."""
    cell = work.report.cell(cell_id)
    spot = work.grid.spots.get(cell_id)
    if cell is None or spot is None:
        raise UsageError(
            _("the form “{form}” has no cell “{cell}”").format(form=work.report.name, cell=cell_id),
            remedy=_("Near: {cells}").format(cells=", ".join(found))
            if (found := near(work, cell_id))
            else "",
        )
    amount = measured(spot)
    return Explanation(
        cell_id,
        _captions(work, cell_id),
        tuple(_rows(work, cell, spot, amount)),
        _measure(spot, amount),
        f"{work.report.form} {spot.block.id}.{spot.line or '*'}",
        cell.source,
        cell.confidence,
        cell.exact_minor,
        cell.units,
        cell.moved,
        _because(work, cell),
    )


def near(work: Work, cell_id: str) -> list[str]:
    """Addresses that look like ``cell_id``, or begin alike; some of the form's own where none does."""
    ids = [cell.id for cell in work.report.all_cells() if cell.is_figure or cell.asked]
    close = difflib.get_close_matches(cell_id, ids, n=5, cutoff=0.5)
    stem = cell_id.split(".")[0]
    close += [known for known in ids if known.split(".")[0] == stem and known not in close][:5]
    return close[:8] or ids[:8]


def measured(spot: Spot) -> Amount | None:
    """The part of a cell that measures; ``None`` where it adds up other cells."""
    parts = (spot.line_part, spot.column_part)
    if any(part.kind and part.kind not in MEASURES for part in parts):
        return None
    return next((part for part in parts if part.kind in MEASURES), None)


def _rows(work: Work, cell: Cell, spot: Spot, amount: Amount | None) -> Iterator[Evidence]:
    grid = work.grid
    if amount is None:
        yield from _parts(work, cell)
        return
    axes = grid.axes(spot, amount)
    if spot.record is not None and spot.record.worth is not None:
        yield _thing(grid, spot.record, cell)
    elif spot.record is not None and spot.record.atom is not None:
        atom = spot.record.atom
        yield _row(grid, "posting", atom, atom.on, int(spot.record.key.removeprefix("p")))
    elif amount.kind == "exchange":
        yield from _effects(grid, axes)
    elif amount.kind == "plan":
        yield from _budgets(grid, axes)
    elif amount.kind in ("opening", "closing"):
        for atom in grid.measures.atoms(amount.kind, axes):
            if atom.amount_minor:
                yield _row(grid, "balance", atom, atom.on or _balance_day(work, amount.kind), None)
    else:
        for item in grid.measures.moved_one_by_one(axes):
            yield _row(grid, "posting", item.atom, item.entry.on, item.entry.txn, item.entry.memo or "")


def _balance_day(work: Work, kind: str) -> date:
    period = work.report.period
    return period.previous().last if kind == "opening" else period.last


def _row(grid: Grid, what: str, atom: Atom, on: date | None, txn: int | None, memo: str = "") -> Evidence:
    measures = grid.measures
    sign = measures.sign(atom)
    fund = measures.books.funds.get(atom.fund)
    foreign = atom.currency != measures.currency
    return Evidence(
        what,
        on,
        measures.books.accounts[atom.account].title,
        fund.title if fund else atom.fund,
        sign * atom.amount_minor,
        atom.currency,
        rate_on(measures.books, atom.currency, measures.currency, on) if foreign and on else None,
        None if atom.value_minor is None else sign * atom.value_minor,
        txn,
        memo=memo,
    )


def _thing(grid: Grid, record: Record, cell: Cell) -> Evidence:
    """What the register of things kept says it cost."""
    measures = grid.measures
    item = measures.books.facts(Asset)[record.key]
    fund = measures.books.funds.get(item.fund)
    foreign = item.currency != measures.currency
    rate = rate_on(measures.books, item.currency, measures.currency, item.acquired_on) if foreign else None
    return Evidence(
        "thing", item.acquired_on, item.title, fund.title if fund else item.fund, item.amount_minor,
        item.currency, rate, cell.exact_minor, None,
    )  # fmt: skip


def _budgets(grid: Grid, axes: Axes) -> Iterator[Evidence]:
    measures = grid.measures
    for item, value in measures.plans(axes):
        fund = measures.books.funds.get(item.fund)
        told = item.title or item.entity
        foreign = item.currency != measures.currency
        yield Evidence(
            "budget", None, told, fund.title if fund else item.fund, item.amount_minor, item.currency,
            rate_on(measures.books, item.currency, measures.currency, measures.period.last) if foreign else None,
            value, None,
        )  # fmt: skip


def _effects(grid: Grid, axes: Axes) -> Iterator[Evidence]:
    measures = grid.measures
    for effect in measures.effects(axes):
        fund = measures.books.funds.get(effect.fund)
        title = fund.title if fund else effect.fund
        parts = [
            ("conversion", effect.conversion_minor),
            ("revaluation", effect.revaluation_minor),
            ("rounding", effect.rounding_minor),
        ]
        if effect.conversion_minor is None:
            parts = [("exchange", effect.total_minor)]
        for what, minor in parts:
            if minor or minor is None:
                yield Evidence(what, None, "", title, None, measures.currency, None, minor)


def _parts(work: Work, cell: Cell) -> Iterator[Evidence]:
    for weight, part in cell.parts:
        known = work.report.cell(part)
        exact = known.exact_minor if known else work.grid.leaves[part].exact_minor
        value = None if exact is None else weight * exact
        account = " / ".join(_captions(work, part)[1:]) if known else ""
        yield Evidence("cell", None, account, "", None, work.report.currency, None, value, cell=part)


def _captions(work: Work, cell_id: str) -> tuple[str, ...]:
    for section in work.report.sections:
        for row in section.rows:
            for column, cell in zip(section.columns, row.cells, strict=True):
                if cell.id == cell_id:
                    told = (section.caption.text, row.caption.text or row.key, column.text)
                    return tuple(text for text in told if text)
    return ()


def _measure(spot: Spot, amount: Amount | None) -> str:
    """The rule in its own words: ``sum account: expense, expense_line: pay, source_class: foreign``."""
    if amount is None:
        parts = (spot.column_part, spot.line_part)
        operator = next((part for part in parts if part.kind and part.kind not in MEASURES), None)
        if operator is None:
            return next((f"field {part.field}" for part in parts if part.field), "")
        given = [item if isinstance(item, str) else "…" for item in operator.operands]
        return f"{operator.kind} {', '.join(given)}".strip()
    axes = narrowed(
        spot.block.section.select, spot.line_part.select, spot.column_part.select, amount.measured
    )
    told = [f"{axis}: {' | '.join(sorted(words))}" for axis, words in axes.items()]
    return f"{amount.kind} {', '.join(told)}".strip()


def _because(work: Work, cell: Cell) -> str:
    if not cell.moved:
        return ""
    equation = work.done.because.get(cell.id)
    if equation is not None:
        return _(
            "the equation “{name}” must add up in print; of all flows this one was nearest to the other rounding"
        ).format(name=equation.name)
    return _("a total is added from the printed figures, so that whoever adds them up finds the same")
