"""What a report says, as plain values: everything that reaches the page, and nothing else.

It is what is approved, kept with a filing, and compared: two reports with equal contents print the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from compliance.files import digest
from compliance.reports.model import Cell, Report
from compliance.vault.vault import canonical

SCHEMA = "contents/1"


def contents(report: Report) -> dict[str, Any]:
    """JSON-ready: form, period, who files, sections with rows and cells, the digests of the rule packs."""
    return {
        "schema": SCHEMA,
        "form": report.form,
        "name": report.name,
        "title": report.title.text,
        "language": report.language,
        "first_on": report.period.start.isoformat(),
        "last_on": report.period.last.isoformat(),
        "currency": report.currency,
        "unit_minor": report.unit_minor,
        "head": [
            report.head.organisation,
            report.head.address,
            report.head.registration_id,
            report.head.tax_id,
        ],
        "working_copy": report.working_copy,
        "practice": report.practice,
        "rules": dict(report.rules),
        "sections": [
            {
                "id": section.id,
                "caption": section.caption.text,
                "group": section.group,
                "columns": [column.text for column in section.columns],
                "empty": section.empty,
                "rows": [
                    {
                        "key": row.key,
                        "caption": row.caption.text,
                        "cells": [[cell.id, said(cell)] for cell in row.cells],
                    }
                    for row in section.rows
                ],
            }
            for section in report.sections
        ],
    }


def said(cell: Cell) -> int | str | None:
    """What a cell prints: units of money as a number, a count as its digits, else its text."""
    if cell.kind == "count":
        return None if cell.units is None else str(cell.units)
    return cell.units if cell.is_figure else cell.text


def content_digest(body: Mapping[str, Any]) -> str:
    """SHA-256 over the canonical JSON."""
    return digest(canonical(body).encode())


def cells(body: Mapping[str, Any]) -> dict[str, int | str | None]:
    """Cell id -> what it prints."""
    return {
        cell: value for section in body["sections"] for row in section["rows"] for cell, value in row["cells"]
    }


def captions(body: Mapping[str, Any]) -> dict[str, str]:
    """Cell id -> the words of its row."""
    return {
        cell: str(row["caption"])
        for section in body["sections"]
        for row in section["rows"]
        for cell, _value in row["cells"]
    }
