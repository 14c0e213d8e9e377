"""What a pack's own examples expect beyond dates: the words of a label, the cells of a form, crossings.

Each is worked out as for real publications and books: the example's books are written as a ledger.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from compliance.filings.proving import ledger_of
from compliance.labels.compose import Composed, compose
from compliance.ledger.books import Books
from compliance.money import plain
from compliance.periods import ONE_DAY, Period, parse_day
from compliance.reports import limits
from compliance.reports.fill import fill
from compliance.reports.limits import Ledger
from compliance.reports.model import Cell
from compliance.rules import Rule
from compliance.rules.examples import Case, Hook
from compliance.rules.forms import Form
from compliance.rules.obligations import periods
from compliance.workspace import Config


def _composed(case: Case) -> Composed:
    kind, word = case.example.subject
    assert kind == "label", kind
    rule = case.rules.rule(word)
    law = rule.on(case.example.day) if rule is not None else None
    if law is None:
        return Composed(None)
    return compose(law.block.text, dict(_slots(case.example.given)), rule=word)


def _slots(given: Mapping[str, Any], prefix: str = "") -> list[tuple[str, str]]:
    """``{name: {genitive: X}}`` as ``name.genitive``."""
    found = []
    for key, value in given.items():
        if isinstance(value, dict):
            found += _slots(value, f"{prefix}{key}.")
        elif isinstance(value, str):
            found.append((prefix + key, value))
    return found


def _text(case: Case) -> str | None:
    return _composed(case).text


def _findings(case: Case) -> tuple[str, ...]:
    return tuple(finding.code for finding in _composed(case).findings)


def _ledger(case: Case, books: Books) -> Ledger:
    given = case.example.given
    facts = {key: parse_day(value) for key, value in given.items() if key.endswith("_on")}
    first = min((entry.on for entry in books.entries()), default=case.example.day)
    currency = case.pack.regime.currency
    return Ledger(books, case.rules, currency, first, case.example.day, facts)


def _money_rule(case: Case) -> Rule[Any]:
    rule = case.rules.rule(case.example.subject[1])
    assert rule is not None
    return rule


def _crossings(case: Case) -> list[list[str]]:
    """``[day, times]`` of each crossing of a threshold."""
    assert case.books is not None
    with ledger_of(case.books) as books:
        found = limits.crossings(_money_rule(case), _ledger(case, books))
    return [[item.on.isoformat(), str(item.times)] for item in found]


def _caps(case: Case) -> list[list[str]]:
    """``[last day, used, allowed, carried over, too much]`` of each window of a cap, as decimals."""
    assert case.books is not None
    currency = case.pack.regime.currency
    with ledger_of(case.books) as books:
        found = limits.uses(_money_rule(case), _ledger(case, books))
    return [
        [
            item.window.last.isoformat(),
            *(
                plain(minor, currency)
                for minor in (item.used_minor, item.allowed_minor, item.carried_minor, item.over_minor)
            ),
        ]
        for item in found
    ]


def _cells(case: Case) -> dict[str, str | None]:
    """What the cells that are expected print, as plain numbers in the form's unit; ``None`` for no such cell."""
    assert case.books is not None
    kind, word = case.example.subject
    assert kind == "form", kind
    form = case.rules.form(word)
    expected = case.example.expect.cells or {}
    if form is None:
        return dict.fromkeys(expected)
    config = Config.model_validate(
        {
            "organisation": {"names": {"1990-01-01": {"nominative": "Example"}}, "statuses": {}},
            "regimes": [case.pack.id],
            "currency": case.pack.regime.currency,
        }
    )
    with ledger_of(case.books) as books:
        report = fill(form, books, case.rules, config, _period(case, form), on=case.example.day)
    printed = {cell.id: _printed(cell, report.currency, report.unit_minor) for cell in report.all_cells()}
    return {key: printed.get(key) for key in expected}


def _period(case: Case, form: Form) -> Period:
    """The period of the duty that the form belongs to, ending on the example's day; else that day alone."""
    day = case.example.day
    facts = {key: parse_day(value) for key, value in case.example.given.items() if key.endswith("_on")}
    for rule in case.rules.obligations():
        law = rule.on(day)
        if law is not None and law.block.form == form.form and law.block.every is not None:
            return next(periods(law.block.every, day, day + ONE_DAY, facts), Period(day, day + ONE_DAY))
    return Period(day, day + ONE_DAY)


def _printed(cell: Cell, currency: str, unit_minor: int) -> str:
    if cell.units is None or not cell.is_figure:
        return cell.text
    return plain(cell.units, currency) if unit_minor == 1 and cell.kind != "count" else str(cell.units)


HOOKS: Mapping[str, Hook] = {
    "text": _text,
    "cells": _cells,
    "findings": _findings,
    "crossings": _crossings,
    "caps": _caps,
}
