"""What the columns of a bank's table are by what stands in them: for headers in a language nobody taught us, and for
balances, which prove themselves."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Literal

from compliance.importers._csv_table import unmarked
from compliance.importers._days import day_of, pattern
from compliance.money import minus_first

_BY_DAY = ("d.m.Y", "d/m/Y", "d-m-Y", "d.m.y", "d/m/y", "d-m-y")
_BY_MONTH = ("m/d/Y", "m-d-Y", "m/d/y", "m-d-y")
_OTHERS = ("Y-m-d", "Y/m/d", "Y.m.d", "Ymd", "d b Y", "d-b-Y", "d/b/Y", "d b y", "d-b-y", "d. b Y", "b d, Y")
FORMS = {
    f"{form}{time}": pattern(f"{form}{time}")
    for form in (*_BY_DAY, *_BY_MONTH, *_OTHERS)
    for time in ("", " H:M", " H:M:S", ", H:M", ", H:M:S", "TH:M:S")
    if not (form == "Ymd" and time)
}
"""The ways of writing a date that are tried."""

_NUMBER = re.compile(
    r"[-+]?[0-9]{1,3}(?:[ \u00a0\u202f.,'’][0-9]{2,3})*(?:[.,][0-9]{1,2})?|[-+]?[0-9]+(?:[.,][0-9]{1,2})?"
)
Rows = Sequence[Sequence[str]]


def is_date(cell: str) -> bool:
    """Could this be a date?"""
    cell = unmarked(cell)
    return bool(cell) and any((found := form.match(cell)) and day_of(found) for form in FORMS.values())


def forms_of(cells: Sequence[str]) -> tuple[list[str], Literal["", "open", "rows"]]:
    """The forms in which all cells together can be read, and what tells which of day and month comes first: the cells
    themselves (empty), nothing (``open``), or only that so the days of the ``rows`` stand in order.

    Every form is one that some cell has.
    """
    filled = [cell for cell in cells if cell]
    fitting = {
        name: sum(bool((found := form.match(cell)) and day_of(found)) for cell in filled)
        for name, form in FORMS.items()
    }
    best = max(fitting.values(), default=0)
    if not best:
        return [], ""
    whole = [name for name, count in fitting.items() if count == best]
    swapped = [name for name in whole if name.startswith("m") and f"d{name[1]}m{name[3:]}" in whole]
    chosen = whole[0]
    if swapped:
        straight = f"d{swapped[0][1]}m{swapped[0][3:]}"
        sorted_ways = [name for name in (straight, swapped[0]) if _in_order(filled, FORMS[name])]
        chosen = sorted_ways[0] if len(sorted_ways) == 1 else straight
        return [chosen, *_rest(filled, chosen)], "open" if len(sorted_ways) != 1 else "rows"
    return [chosen, *_rest(filled, chosen)], ""


def _rest(cells: list[str], chosen: str) -> list[str]:
    """The forms of the cells that ``chosen`` does not read, in the same order of day and month."""
    found: list[str] = []
    for cell in cells:
        if any(FORMS[name].match(cell) for name in (chosen, *found)):
            continue
        fitting = [name for name, form in FORMS.items() if (match := form.match(cell)) and day_of(match)]
        alike = [name for name in fitting if (name[0] == "m") == (chosen[0] == "m")]
        found += (alike or fitting)[:1]
    return found


def _in_order(cells: list[str], form: re.Pattern[str]) -> bool:
    days = [day_of(match) for cell in cells if (match := form.match(cell))]
    steps = [(two - one).days for one, two in pairwise(day for day in days if day)]
    return bool(steps) and (all(step >= 0 for step in steps) or all(step <= 0 for step in steps))


def number_of(cell: str) -> Decimal | None:
    """An amount in whatever way it is written; None for anything else."""
    text = minus_first(unmarked(cell)).strip()
    if not _NUMBER.fullmatch(text):
        return None
    sign = max(text.rfind("."), text.rfind(","))
    whole, fraction = (text[:sign], text[sign + 1 :]) if sign >= 0 and len(text) - sign <= 3 else (text, "")
    digits = re.sub(r"[^0-9+-]", "", whole)
    return Decimal(f"{digits}.{fraction or 0}")


def dated(rows: Rows, taken: set[int]) -> int | None:
    """The first column that has a date in every row."""
    return next((at for at in _columns(rows, taken) if all(is_date(row[at]) for row in rows)), None)


def amounts(rows: Rows, taken: set[int]) -> list[int]:
    """The columns that hold amounts with decimals, or nothing, and something somewhere."""
    return [
        at
        for at in _columns(rows, taken)
        if any(re.search(r"[.,][0-9]{2}\Z", minus_first(row[at].strip())) for row in rows)
        and all(not row[at].strip() or number_of(row[at]) is not None for row in rows)
    ]


def told_money(rows: Rows, taken: set[int]) -> dict[str, int]:
    """The column of amounts, or the two of money in and out, that a column of balances proves; else the first of amounts."""
    found = amounts(rows, taken)

    def proves(roles: dict[str, int]) -> bool:
        return balance(rows, money(roles, lambda _row: 1), {*taken, *roles.values()}) is not None

    ways = [{"amount": at} for at in found] + [
        {"credit": one, "debit": two} for one in found for two in found if one != two
    ]
    return next((roles for roles in ways if proves(roles)), {"amount": found[0]} if found else {})


def _columns(rows: Rows, taken: set[int]) -> list[int]:
    width = min((len(row) for row in rows), default=0)
    return [at for at in range(width) if at not in taken]


def money(roles: dict[str, int], signs: Callable[[Sequence[str]], int]) -> Callable[[Sequence[str]], Decimal]:
    """What a row moves by its columns; ``signs`` says by the word beside an amount which way it went."""

    def cell(row: Sequence[str], role: str) -> Decimal:
        return number_of(row[roles[role]]) or Decimal()

    if "amount" in roles:
        return lambda row: cell(row, "amount") * signs(row)
    return lambda row: abs(cell(row, "credit")) - abs(cell(row, "debit"))


def holds(rows: Rows, moved: Callable[[Sequence[str]], Decimal], taken: set[int]) -> bool:
    """Has every row what it moved in a column of its own, as tables have what is left after a fee?"""
    return bool(rows) and any(
        all(number_of(row[at]) == moved(row) for row in rows) for at in _columns(rows, taken)
    )


def balance(rows: Rows, moved: Callable[[Sequence[str]], Decimal], taken: set[int]) -> int | None:
    """The column in which each balance is the one before (or after) and the row's movement; None without two rows."""
    movements = [moved(row) for row in rows]
    for at in _columns(rows, taken):
        told = [number_of(row[at]) for row in rows]
        values = [value for value in told if value is not None]
        if len(values) != len(rows) or len(rows) < 2 or not any(movements):
            continue
        steps = [two - one for one, two in pairwise(values)]
        if steps in (movements[1:], [-movement for movement in movements[:-1]]) and any(steps):
            return at
    return None
