"""The queue as a workbook, for people who live in a spreadsheet: written, filled in, read back.

One row a waiting line. The left columns say what the bank said and are locked; the right ones say
what it is, with lists to choose from, filled in where a rule proposes. To split a line its row is
copied to the free rows below and the parts' amounts are filled in. What outside text holds can
never become a formula. Nothing is written to a temporary folder.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from compliance.errors import InputError, UsageError
from compliance.i18n import _
from compliance.intake import workbook
from compliance.intake.assign import Assignment, is_same, prepare
from compliance.intake.closed import ClosedDays
from compliance.intake.parts import KINDS, Part
from compliance.intake.queue import Waiting
from compliance.ledger.books import Books
from compliance.ledger.chart import SYSTEM_CLASSES, UNASSIGNED
from compliance.money import exponent, plain
from compliance.xlsx import Value

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

MARK = "queue/1"
"""Stands in the first cell: whether this is one of our sheets, whatever language it is in."""
_JOIN = " · "
_BANK = 7
"""Columns A to G are the bank's, H on is what it is: the fields of ``_ANSWERS``."""
_OPEN = ClosedDays(())
_ANSWERS = ("amount", "kind", "fund", "account", "source", "programme", "line", "purpose")
_WIDTHS = (18, 12, 10, 15, 6, 32, 60, 14, 11, 24, 24, 24, 24, 16, 14)


def render(waiting: Iterable[Waiting], books: Books) -> bytes:
    """The workbook's bytes."""
    book, page = workbook.new_workbook(_("Not sorted"))
    known = choices(books)
    _header(page)
    row = 1
    for row, item in enumerate(waiting, start=2):
        _row(page, row, item, known)
    lists = {name: (_BANK + 1 + _ANSWERS.index(name), options) for name, options in known.items()}
    workbook.put_lists(book, page, lists, last=row + workbook.FREE_ROWS)
    workbook.protect(page, filled=row, answers=range(_BANK + 1, _BANK + len(_ANSWERS) + 1))
    return workbook.saved(book)


def choices(books: Books) -> dict[str, dict[str, str]]:
    """Field -> id -> what the list shows."""

    def shown(facts: Mapping[str, Any], names: Iterable[str]) -> dict[str, str]:
        found = {}
        for name in names:
            title = getattr(facts[name], "title", None) or getattr(facts[name], "name", None) or ""
            found[name] = f"{name}{_JOIN}{title}" if title and title != name else name
        return found

    far = [
        name
        for name, item in books.accounts.items()
        if item.account_class not in (*SYSTEM_CLASSES, "bank", "special") and not item.number
    ]
    form_lines = sorted({item.expense_line for item in books.accounts.values() if item.expense_line})
    return {
        "kind": {kind: kind for kind in KINDS},
        "fund": shown(books.funds, [name for name in books.funds if name != UNASSIGNED]),
        "account": shown(books.accounts, far),
        "source": shown(books.sources, books.sources),
        "programme": shown(books.programmes, books.programmes),
        "line": {line: line for line in form_lines},
    }


def _header(page: Worksheet) -> None:
    titles = (
        MARK, _("Day"), _("Account"), _("Amount"), _("Currency"), _("Who"), _("What for"), _("Amount of the part"),
        _("Kind"), _("Agreement"), _("Account"), _("Source"), _("Programme"), _("Form line"), _("Purpose"),
    )  # fmt: skip
    workbook.header(page, titles, _WIDTHS)
    page.freeze_panes = "B2"


def _row(page: Worksheet, row: int, item: Waiting, choices: Mapping[str, Mapping[str, str]]) -> None:
    line, text = item.line, item.text
    part = item.proposal.part if item.proposal and item.proposal.part else Part()
    told = [choices.get(name, {}).get(getattr(part, name), getattr(part, name)) for name in _ANSWERS]
    values = (
        line.identity[:16], line.on.isoformat(), line.account, None, line.currency, text.get("name", ""),
        text.get("purpose", ""), *told,
    )  # fmt: skip
    for column, value in enumerate(values, start=1):
        if value:
            workbook.put_text(page, row, column, value)
    amount = page.cell(row, 4, Decimal(line.amount_minor).scaleb(-exponent(line.currency)))
    amount.number_format = "#,##0" + ("." + "0" * exponent(line.currency) if exponent(line.currency) else "")


@dataclass(frozen=True, slots=True)
class Changes:
    """What a filled-in sheet asks for: ``added`` lines to sort, ``changed`` ones sorted otherwise before.

    ``same`` are sorted so already; ``empty`` rows say nothing.
    """

    added: tuple[Assignment, ...]
    changed: tuple[Assignment, ...]
    same: int
    empty: int

    @property
    def assignments(self) -> tuple[Assignment, ...]:
        return self.added + self.changed


def read(data: bytes, place: str, books: Books, *, amends: str | None = None) -> Changes:
    """Checked against the books line by line. ``InputError`` with ``FILE:ROW`` for the first row that is wrong."""
    mark, pages = workbook.opened(data, place)
    if mark != MARK:
        raise InputError(
            _("this is not a sheet of the queue"),
            place=place,
            remedy=_("Make one with: compliance queue sheet FILE.xlsx"),
        )
    page = pages[0]
    groups: dict[str, list[tuple[int, dict[int, Value]]]] = {}
    for row in sorted(set(page.rows) - {1}):
        handle = page.rows[row].get(1)
        if handle is None and not set(page.rows[row]) - {1}:
            continue
        if not isinstance(handle, str):
            raise InputError(_("the row does not say which line it is"), place=f"{place}:{row}")
        groups.setdefault(handle, []).append((row, page.rows[row]))
    added: list[Assignment] = []
    changed: list[Assignment] = []
    same = empty = 0
    closed = ClosedDays.of(books)
    for handle, rows in groups.items():
        parts = [part for row, cells in rows if (part := _part(cells, f"{place}:{row}")) is not None]
        if not parts:
            empty += 1
            continue
        # What stays as it is may lie in a closed period.
        assignment = _prepared(books, handle, rows, parts, place, _OPEN, amends)
        if assignment.replaces and is_same(books, assignment):
            same += 1
            continue
        assignment = _prepared(books, handle, rows, parts, place, closed, amends)
        (changed if assignment.replaces else added).append(assignment)
    return Changes(tuple(added), tuple(changed), same, empty)


def _part(cells: Mapping[int, Value], place: str) -> Part | None:
    """What the right columns of a row say; ``None`` when they are empty."""
    values = {}
    for column, name in enumerate(_ANSWERS, start=_BANK + 1):
        value = cells.get(column)
        if value is None:
            continue
        if name == "amount":
            values[name] = value if isinstance(value, str) else f"{_number(value, place)}"
        elif isinstance(value, str):
            values[name] = value.split(_JOIN)[0].strip()
        else:
            raise InputError(_("a name was expected, not a number or a day"), place=place)
    return Part(**values) if values else None


def _number(value: Decimal | bool | date, place: str) -> Decimal:
    if not isinstance(value, Decimal):
        raise InputError(_("an amount was expected"), place=place)
    return round(value, 6).normalize() + 0


def _prepared(
    books: Books,
    handle: str,
    rows: Sequence[tuple[int, dict[int, Value]]],
    parts: Sequence[Part],
    place: str,
    closed: ClosedDays,
    amends: str | None,
) -> Assignment:
    from compliance.intake.assign import find_line

    where = f"{place}:{rows[0][0]}"
    try:
        line = find_line(books, handle)
        amount = Decimal(line.amount_minor).scaleb(-exponent(line.currency))
        for row, cells in rows:
            stated = cells.get(4)
            if not isinstance(stated, Decimal) or round(stated, 6) != amount:
                raise InputError(
                    _("the line's own amount was changed"),
                    place=f"{place}:{row}",
                    why=_("The books say {amount} {currency}.").format(
                        amount=plain(line.amount_minor, line.currency), currency=line.currency
                    ),
                    remedy=_("To split a line, fill in the amounts of the parts, further right."),
                )
        made = [replace(part, amount=_exact(part.amount)) for part in parts]
        return prepare(books, line, made, closed=closed, amends=amends)
    except UsageError as error:
        raise InputError(error.what, place=where, why=error.why, remedy=error.remedy) from None


def _exact(text: str) -> str:
    """``1E+3`` as ``1000``."""
    return f"{Decimal(text):f}" if "E" in text else text
