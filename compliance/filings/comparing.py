"""A report beside another: the one before, the one filed, one over a longer span; cell by cell.

Either side may be a filing (what was printed then) or a report as the books make it today. Of several
periods that together make up another the flows are added, and each opening is held against the closing before.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from compliance.checks.registry import Context
from compliance.errors import Refused, UsageError
from compliance.filings import act, bundle
from compliance.filings.draft import Draft, draft, line_kind, obligation
from compliance.i18n import _
from compliance.ledger.models import Filing
from compliance.periods import Period, parse_period
from compliance.reports.fill import Given, fill
from compliance.reports.model import Report
from compliance.reports.shown import Shown
from compliance.rules.obligations import periods as asked


@dataclass(frozen=True, slots=True)
class Side:
    """``figures``: cell -> printed units; ``title`` names it for people: a filing's id, or the period; ``shown``: how a
    report made now prints them."""

    title: str
    period: Period
    figures: Mapping[str, int]
    shown: Shown | None = None


@dataclass(frozen=True, slots=True)
class Compared:
    """One figure: ``captions`` of its row and column, the units on both sides, ``None`` where one has no such cell."""

    cell: str
    captions: tuple[str, ...]
    before: int | None
    now: int | None

    @property
    def difference(self) -> int | None:
        return None if self.before is None or self.now is None else self.now - self.before


def compare(
    context: Context, word: str, period: Period, other: str = ""
) -> tuple[Side, Side, list[Compared]]:
    """``other`` names a filing or a period; empty: the period before. ``Refused`` where there is nothing to compare."""
    report = _report(context, word, period)
    now = Side(period.label, period, report.cells(), Shown.of(report))
    before = _other(context, word, period, other)
    said = report.cell_captions()
    cells = [*now.figures, *(cell for cell in before.figures if cell not in now.figures)]
    return (
        before,
        now,
        [
            Compared(cell, said.get(cell, ()), before.figures.get(cell), now.figures.get(cell))
            for cell in cells
        ],
    )


def _report(context: Context, word: str, period: Period) -> Report:
    found = draft(context, word, period)
    if found.report is None:
        raise Refused(
            _("“{title}” for {period} is not made here: there are no figures to compare").format(
                title=found.title, period=period.label
            ),
            remedy=_("See: compliance filing list"),
        )
    return found.report


def _other(context: Context, word: str, period: Period, other: str) -> Side:
    filing = context.books.filings.get(other)
    if filing is not None:
        return _filed(context, filing)
    try:
        span = parse_period(other) if other else period.previous()
    except ValueError:
        raise UsageError(
            _("--with: “{text}” is neither a filing nor a period").format(text=other),
            remedy=_("See: compliance filing list"),
        ) from None
    standing = act.current(context.books, obligation(context, word).id, span)
    return (
        _filed(context, standing)
        if standing is not None
        else Side(span.label, span, _report(context, word, span).cells())
    )


def _filed(context: Context, filing: Filing) -> Side:
    content = bundle.content_of(filing, context.vault)
    figures: dict[str, int] = json.loads(filing.cells) if filing.cells else {}
    if not figures and content is None:
        raise Refused(
            _("no figures are kept of {filing}").format(filing=filing.entity),
            why=_("It was recorded as sent, without what it says."),
            remedy=_without_figures(context, filing),
        )
    return Side(filing.entity, filing.period, figures)


def _without_figures(context: Context, filing: Filing) -> str:
    """What to do instead: another filing of the same report that has figures, or the eye."""
    others = [
        item.entity
        for item in context.books.filings.values()
        if item.obligation == filing.obligation and item.cells and item.entity != filing.entity
    ]
    if others:
        return _("Compare with one that has them: --with {filing}").format(filing=others[-1])
    return _(
        "Compare it by eye with the copy of what was sent. No filing of this report has figures yet: of those that are made and filed here they are kept."
    )


# Several periods that make up one


@dataclass(frozen=True, slots=True)
class Added:
    """One flow: what each part printed, their sum, and what the whole prints (rounded once; ``None`` where a part lies
    before the books). ``off`` is how far rounding parts them, in the form's units."""

    cell: str
    captions: tuple[str, ...]
    parts: tuple[int, ...]
    whole: int | None

    @property
    def off(self) -> int | None:
        return None if self.whole is None else self.whole - sum(self.parts)


@dataclass(frozen=True, slots=True)
class Broken:
    """An opening that is not the closing before it, as printed."""

    cell: str
    before: str
    closing: int
    after: str
    opening: int


def add_up(context: Context, word: str, periods: Sequence[Period]) -> tuple[list[Added], list[Broken], Shown]:
    """Flows of ``periods`` (one after the other) beside the same form over all of them; openings beside closings.

    Where a part lies before the books nothing can be filled over all of them: then what was filed is added, and only
    cells that every part has. ``UsageError`` for periods that do not follow one another.
    """
    if len(periods) < 2 or any(one.end != two.start for one, two in itertools.pairwise(periods)):
        raise UsageError(_("--sum: name periods that follow one another, such as 2025-Q3 2025-Q4"))
    found = draft(context, word, periods[-1])
    if found.form is None or found.report is None:
        raise Refused(
            _("“{title}” is not made here: there are no figures to compare").format(title=found.title)
        )
    sides = [_other(context, word, period, period.label) for period in periods]
    begun = context.config.starts_on
    whole = begun is None or periods[0].start >= begun
    report = _over(context, word, Period(periods[0].start, periods[-1].end)) if whole else found.report
    added, kinds, said = [], _kinds(report, found), report.cell_captions()
    for cell, units in report.cells().items():
        if kinds.get(cell) == "flow" and (whole or all(cell in side.figures for side in sides)):
            added.append(
                Added(
                    cell,
                    said.get(cell, ()),
                    tuple(side.figures.get(cell, 0) for side in sides),
                    units if whole else None,
                )
            )
    return added, list(_breaks(sides, kinds)), Shown.of(report)


def _over(context: Context, word: str, span: Period) -> Report:
    """The form of the last part, filled for the whole span: nobody files it, it is only to compare with."""
    found = draft(context, word, _last(context, word, span))
    assert found.form is not None
    return fill(
        found.form, context.books, context.rules, context.config, span, on=context.today, given=Given()
    )


def _last(context: Context, word: str, span: Period) -> Period:
    """The period asked for that ends where the span does."""
    rule = obligation(context, word)
    law = rule.on(span.last)
    every = law.block.every if law is not None else None
    if every is None:
        raise UsageError(
            _("“{title}” is not filed period by period: it cannot be added up").format(title=rule.title)
        )
    return list(asked(every, span.last, span.end, {}))[-1]


def _kinds(report: Report, found: Draft) -> dict[str, str]:
    """Cell -> flow, opening or closing, by the line of the form that it stands on."""
    kinds: dict[str, str] = {}
    for section in report.sections:
        for row in section.rows:
            kind = line_kind(found, row) if row.cells else None
            for cell in row.cells:
                if cell.is_figure and cell.kind in ("flow", "total", "count"):
                    kinds[cell.id] = "flow"
                if cell.is_figure and kind in ("opening", "closing"):
                    kinds[cell.id] = kind
    return kinds


def _breaks(sides: Sequence[Side], kinds: Mapping[str, str]) -> list[Broken]:
    """Lines named opening and closing in one section, column by column."""
    broken = []
    openings = [cell for cell, kind in kinds.items() if kind == "opening"]
    for one, two in itertools.pairwise(sides):
        for cell in openings:
            section, _line, *column = cell.split(".")
            ends = [
                key
                for key, kind in kinds.items()
                if kind == "closing" and key.split(".")[0] == section and key.split(".")[2:] == column
            ]
            if len(ends) != 1 or ends[0] not in one.figures or cell not in two.figures:
                continue  # a filing from before the books has only the figures that were typed
            if one.figures[ends[0]] != two.figures[cell]:
                broken.append(Broken(cell, one.title, one.figures[ends[0]], two.title, two.figures[cell]))
    return broken
