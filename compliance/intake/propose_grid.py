"""Where the table of a bank's file stands: its cells by every way of parting them, its header, and what the columns are."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import pairwise, zip_longest
from typing import Any

from compliance.importers._texts import likely_encoding
from compliance.importers.source import Source
from compliance.intake import propose_content as content
from compliance.intake.propose_words import roles as roles_of
from compliance.profiles import two_rows
from compliance.tables import text_of
from compliance.xlsx import read_workbook

_DELIMITERS = ";\t,|"
_HEADER_WITHIN = 60


@dataclass(frozen=True, slots=True)
class Grid:
    """The cells of a file. ``header(row, n)`` is how the ``n`` rows from that one on would stand under ``header:``."""

    rows: list[list[str]]
    header: Callable[[int, int], list[str]]
    declared: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Header:
    """Where the header stands, in how many rows, what its columns are called, and which is which."""

    at: int
    lines: int
    names: list[str]
    roles: dict[str, int]
    guessed: tuple[str, ...] = ()


def tells(roles: Mapping[str, int]) -> bool:
    """Do the columns say when, and how much?"""
    return "date" in roles and ("amount" in roles or {"credit", "debit"} <= roles.keys())


def grids(source: Source) -> Iterator[Grid]:
    data = b"".join(source.chunks())
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        for sheet in read_workbook(data, source.name):
            rows = [
                [text_of(cells.get(column)) for column in range(1, max(cells, default=0) + 1)]
                for _at, cells in sorted(sheet.rows.items())
            ]
            yield Grid(rows, partial(_joined, rows), {})
        return
    encoding = likely_encoding(source)
    lines = list(source.lines("windows-1251" if encoding == "iso-8859-1" else encoding))
    for delimiter in _DELIMITERS:
        rows = [_cells(line, delimiter) for line in lines]
        declared = {
            "delimiter": delimiter,
            "encoding": "windows-1251" if encoding == "iso-8859-1" else encoding,
        }
        yield Grid(rows, lambda at, n: [line.rstrip() for line in lines[at : at + n]], declared)


def _cells(line: str, delimiter: str) -> list[str]:
    try:
        return [cell.strip() for cell in next(csv.reader([line], delimiter=delimiter), [])]
    except csv.Error:
        return [cell.strip() for cell in line.split(delimiter)]


def _joined(rows: list[list[str]], at: int, n: int) -> list[str]:
    filled = list(zip_longest(*rows[at : at + n], fillvalue=""))
    columns = [column for column in filled if any(column)]
    return [";".join(cells) for cells in zip(*columns, strict=True)]


def header_of(grid: Grid) -> Header:
    """The row that has most of the words, or two of them together that have more."""
    rows = grid.rows[: _HEADER_WITHIN + 1]
    single = [Header(at, 1, row, roles_of(row, row)) for at, row in enumerate(rows[:_HEADER_WITHIN])]
    double = [
        Header(at, 2, names := two_rows(upper, lower), roles_of(names, lower))
        for at, (upper, lower) in enumerate(pairwise(rows))
        if any(lower) and not any(re.match(r"'?\d", cell) for cell in lower)
    ]
    found = max([*single, *double], key=lambda found: len(found.roles), default=Header(0, 1, [], {}))
    return found if tells(found.roles) else _by_content(rows) or found


def _by_content(rows: list[list[str]]) -> Header | None:
    """The row above the first one that has a day and an amount, and its columns by what stands under it."""
    for at, (names, first) in enumerate(pairwise(rows[:_HEADER_WITHIN])):
        filled = [name for name in names if name]
        if len(filled) < 3 or any(map(content.is_date, names)) or not any(map(content.is_date, first)):
            continue
        wide = [row[: len(names)] for row in rows[at + 1 :] if len(row) >= len(names)]
        under = [row for row in wide if any(map(content.is_date, row))]
        roles = roles_of(names, names)
        known = set(roles)
        if "date" not in roles and (day := content.dated(under, set(roles.values()))) is not None:
            roles["date"] = day
        if not tells(roles):
            roles |= content.told_money(under, set(roles.values()))
        if tells(roles):
            return Header(at, 1, names, roles, tuple(role for role in roles if role not in known))
    return None
