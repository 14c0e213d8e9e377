"""The page of `status`: every picture is a row of a table, with its figures beside it and its words for who cannot see it.

Bars are told apart by pattern, so black and white loses nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from compliance.filings.status import Month, Runway, Status
from compliance.i18n import _, day_text, day_words, language, ngettext
from compliance.ledger.books import Books
from compliance.money import display
from compliance.reports import page
from compliance.reports.budgets import BudgetLine

_HORIZON = 120
_CHARS = 70
"""About so many letters stand beside the pictures."""
_BESIDE = 0.7
"""Of the width; the rest is the picture's."""
_PATTERNS = ("p0", "p1", "p2", "p3", "p4")


def html(view: Mapping[str, Any]) -> str:
    return page.environment().get_template("status.html").render(view)


def view(
    found: Status,
    books: Books,
    *,
    name: str,
    mark: str = "",
    words: Mapping[str, str] | None = None,
    lines: Mapping[str, str] | None = None,
    paper: str = "a4",
) -> dict[str, Any]:
    """What ``status.html`` may name. ``words``: class of source -> what people call it; ``lines``: form line -> its words."""
    notes = [
        _(
            "Sums are in {currency}, paid and received as the books have them; how long money lasts is reckoned by the last three months."
        ).format(currency=found.currency)
    ]
    if found.unvalued:
        notes.append(
            ngettext(
                "{n} sum is left out: a rate is missing.",
                "{n} sums are left out: a rate is missing.",
                found.unvalued,
            ).format(n=found.unvalued)
        )
    return {
        "language": language(),
        "paper": paper,
        "heading": _("How we stand on {day}").format(day=day_words(found.today)),
        "name": page.clean(name),
        "mark": mark,
        "state": _state(found),
        "parts": [
            _due(found),
            _receipts(found, words or {}),
            _programmes(found),
            _budgets(found, books, lines or {}),
            _lasting(found),
        ],
        "note": " ".join(notes),
    }


def _state(found: Status) -> str:
    said = [
        ngettext(
            "{n} statement line is not sorted.", "{n} statement lines are not sorted.", found.unsorted
        ).format(n=found.unsorted)
        if found.unsorted
        else _("Every line of the statements is sorted."),
        ngettext("{n} finding is open.", "{n} findings are open.", found.open).format(n=found.open)
        if found.open
        else _("No finding is open."),
        ngettext("{n} finding is decided.", "{n} findings are decided.", found.decided).format(
            n=found.decided
        )
        if found.decided
        else "",
    ]
    return " ".join(text for text in said if text)


def _part(
    title: str,
    heads: Sequence[str],
    rows: Sequence[dict[str, Any]],
    empty: str,
    *,
    legend: Sequence[dict[str, str]] = (),
    figures: int = 0,
) -> dict[str, Any]:
    """The last ``figures`` columns before the picture are sums: never broken, at the right edge."""
    words = len(heads) - figures
    texts = [
        [head, *(row["cells"][at] if at < words else "_".join(row["cells"][at].split()) for row in rows)]
        for at, head in enumerate(heads)
    ]
    return {
        "title": title,
        "heads": [*heads, ""],
        "rows": [
            {**row, "cells": [{"text": cell, "figure": at >= words} for at, cell in enumerate(row["cells"])]}
            for row in rows
        ],
        "widths": [f"{float(share) * _BESIDE:.2f}" for share in page.shares(texts, _CHARS)],
        "figures": figures,
        "empty": empty,
        "legend": list(legend),
    }


def _row(cells: Sequence[str], bars: Sequence[tuple[str, float]]) -> dict[str, Any]:
    shown = [
        {"kind": kind, "width": f"{max(min(width, 100), 0):.1f}"} for kind, width in bars if width >= 0.05
    ]
    return {
        "cells": [page.clean(cell) for cell in cells],
        "bars": shown,
        "told": page.clean(", ".join(cell for cell in cells if cell)),
    }


def _due(found: Status) -> dict[str, Any]:
    rows = []
    for item in found.due:
        if item.due_on is None:
            rows.append(_row([item.title, item.period.label, _("the day is not known"), ""], []))
            continue
        left = (item.due_on - found.today).days
        told = (
            ngettext("{n} day overdue", "{n} days overdue", -left).format(n=-left)
            if left < 0
            else ngettext("{n} day left", "{n} days left", left).format(n=left)
        )
        bar = ("p0", 100.0) if left < 0 else ("p2" if left <= 14 else "p1", max(left, 1) * 100 / _HORIZON)
        rows.append(_row([item.title, item.period.label, day_text(item.due_on), told], [bar]))
    legend = [
        {"kind": "p0", "words": _("overdue")}, {"kind": "p2", "words": _("within two weeks")}, {"kind": "p1", "words": _("later")},
    ]  # fmt: skip
    return _part(
        _("What must be filed"),
        [_("What"), _("For"), _("By"), _("Left")],
        rows,
        _("Nothing is due in the next months."),
        legend=legend,
    )


def _receipts(found: Status, words: Mapping[str, str]) -> dict[str, Any]:
    most = max((month.total_minor for month in found.months), default=0) or 1
    pattern = {name: _PATTERNS[at % len(_PATTERNS)] for at, name in enumerate(found.classes)}
    rows = [_month(month, found, pattern, most) for month in found.months]
    heads = [_("Month"), *(words.get(name, name) for name in found.classes)]
    legend = [{"kind": pattern[name], "words": words.get(name, name)} for name in found.classes]
    return _part(
        _("What was received, by whose money it is"),
        heads,
        rows if found.classes else [],
        _("Nothing was received yet."),
        legend=legend,
        figures=len(found.classes),
    )


def _programmes(found: Status) -> dict[str, Any]:
    most = max((minor for _title, minor in found.programmes), default=0) or 1
    rows = [
        _row([title, _money(minor, found)], [("p3", max(minor, 0) * 100 / most)])
        for title, minor in found.programmes
    ]
    return _part(
        _("What was spent on each programme in these months"),
        [_("Programme"), _("Paid")],
        rows,
        _("No payment names a programme."),
        figures=1,
    )


def _month(month: Month, found: Status, pattern: dict[str, str], most: int) -> dict[str, Any]:
    amounts = [month.by_class.get(name, 0) for name in found.classes]
    cells = [month.title, *(_money(minor, found) for minor in amounts)]
    return _row(
        cells,
        [
            (pattern[name], max(minor, 0) * 100 / most)
            for name, minor in zip(found.classes, amounts, strict=True)
        ],
    )


def _money(minor: int, found: Status) -> str:
    return display(minor, found.currency, language()) if minor else "—"


def _budgets(found: Status, books: Books, lines: Mapping[str, str]) -> dict[str, Any]:
    rows = [_budget(line, books, found.currency, lines) for line in found.budgets]
    legend = [
        {"kind": "p3", "words": _("paid")},
        {"kind": "p0", "words": _("more than allowed")},
        {"kind": "p1", "words": _("left")},
    ]
    heads = [_("Agreement"), _("Line"), _("Allowed"), _("Paid")]
    return _part(
        _("Spending against budgets"), heads, rows, _("No budget is recorded."), legend=legend, figures=2
    )


def _budget(line: BudgetLine, books: Books, currency: str, lines: Mapping[str, str]) -> dict[str, Any]:
    fact = line.budget
    fund = books.funds.get(fact.fund)
    programme = books.programmes.get(fact.programme or "")
    title = fact.title or " · ".join(
        text
        for text in (
            lines.get(fact.expense_line or "", fact.expense_line),
            programme.title if programme else fact.programme,
        )
        if text
    )
    plan, paid = fact.amount_minor or 1, line.actual or 0
    unit = "" if fact.currency == currency else f" {fact.currency}"
    cells = [
        fund.title if fund else fact.fund,
        ", ".join(text for text in (title, line.period.label) if text),
        display(fact.amount_minor, fact.currency, language()) + unit,
        "" if line.actual is None else display(paid, fact.currency, language()) + unit,
    ]
    share = paid * 80 / plan  # four fifths of the width are the budget, so that more than it can be seen
    bars = (
        [("p3", min(share, 80)), ("p0", min(share - 80, 20))]
        if share > 80
        else [("p3", share), ("p1", 80 - share)]
    )
    return _row(cells, bars)


def _lasting(found: Status) -> dict[str, Any]:
    rows = [_runway(item, found) for item in found.runways]
    heads = [_("Agreement"), _("Held"), _("Spent a month"), _("Lasts, months")]
    return _part(
        _("How long the money of each agreement lasts"),
        heads,
        rows,
        _("No agreement holds money."),
        legend=[{"kind": "p1", "words": _("months, up to twelve")}],
        figures=3,
    )


def _runway(item: Runway, found: Status) -> dict[str, Any]:
    months = item.months
    cells = [
        item.title,
        _money(item.left_minor, found),
        _money(item.pace_minor, found),
        "—" if months is None else _months(months),
    ]
    return _row(cells, [] if months is None else [("p1", min(months, 12) * 100 / 12)])


def _months(months: float) -> str:
    text = f"{months:.1f}"
    return text.replace(".", ",") if language() == "ru" else text
