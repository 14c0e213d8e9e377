"""The queue as a workbook, for people who live in a spreadsheet: written, filled in, read back.

One row a waiting line. The left columns say what the bank said and are locked; the right ones say
what it is, with lists to choose from, filled in where a rule proposes. To split a line its row is
copied to the free rows below and the parts' amounts are filled in. What outside text holds can
never become a formula. Nothing is written to a temporary folder.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from compliance.errors import InputError, UsageError
from compliance.i18n import _
from compliance.intake.assign import Assignment, is_same, prepare
from compliance.intake.closed import ClosedDays
from compliance.intake.parts import KINDS, Part
from compliance.intake.queue import Waiting
from compliance.ledger.books import Books
from compliance.ledger.chart import SYSTEM_CLASSES, UNASSIGNED
from compliance.money import exponent, plain
from compliance.xlsx import Value, read_workbook

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

MARK = "queue/1"
"""Stands in the first cell: whether this is one of our sheets, whatever language it is in."""
_FREE_ROWS = 200
_MAX_CELL = 32_000
_JOIN = " · "
_BANK = 7
"""Columns A to G are the bank's, H on is what it is: the fields of ``_ANSWERS``."""
_ANSWERS = ("amount", "kind", "fund", "account", "source", "programme", "line", "purpose")
_WIDTHS = (18, 12, 10, 15, 6, 32, 60, 14, 11, 24, 24, 24, 24, 16, 14)


def render(waiting: Iterable[Waiting], books: Books) -> bytes:
    """The workbook's bytes."""
    book, page = new_workbook(_("Not sorted"))
    known = choices(books)
    _header(page)
    row = 1
    for row, item in enumerate(waiting, start=2):
        _row(page, row, item, known)
    lists = {name: (_BANK + 1 + _ANSWERS.index(name), options) for name, options in known.items()}
    put_lists(book, page, lists, last=row + _FREE_ROWS)
    _protect(page, filled=row)
    return saved(book)


def new_workbook(title: str) -> tuple[Workbook, Worksheet]:
    """A workbook with one page."""
    from openpyxl import Workbook

    book = Workbook()
    page = book.active
    assert page is not None
    page.title = title
    return book, page


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
    from openpyxl.styles import Alignment, Font

    titles = (
        MARK, _("Day"), _("Account"), _("Amount"), _("Currency"), _("Who"), _("What for"), _("Amount of the part"),
        _("Kind"), _("Agreement"), _("Account"), _("Source"), _("Programme"), _("Form line"), _("Purpose"),
    )  # fmt: skip
    for column, (title, width) in enumerate(zip(titles, _WIDTHS, strict=True), start=1):
        cell = page.cell(1, column, title)
        cell.font = Font(bold=True)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        page.column_dimensions[cell.column_letter].width = width
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
            _put_text(page, row, column, value)
    amount = page.cell(row, 4, Decimal(line.amount_minor).scaleb(-exponent(line.currency)))
    amount.number_format = "#,##0" + ("." + "0" * exponent(line.currency) if exponent(line.currency) else "")


def _put_text(page: Worksheet, row: int, column: int, value: str) -> None:
    """Text stays text: without control characters, and never a formula even if somebody edits the cell."""
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    cell = page.cell(row, column)
    clean = ILLEGAL_CHARACTERS_RE.sub(" ", value).encode("utf-8", "replace").decode()[:_MAX_CELL]
    cell.value = clean
    cell.data_type = "s"
    if clean[:1] in "=+-@":
        cell.quotePrefix = True


def put_lists(
    book: Workbook, page: Worksheet, choices: Mapping[str, tuple[int, Mapping[str, str]]], *, last: int
) -> None:
    """A second, visible page with what may be chosen, and the drop-downs of ``page`` that point there.

    ``choices``: name -> the column of ``page`` to choose in, and id -> what the list shows.
    """
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    lists = book.create_sheet(_("Lists"))
    for column, (target, options) in enumerate(choices.values(), start=1):
        for row, shown in enumerate(options.values(), start=1):
            _put_text(lists, row, column, shown)
        if not options:
            continue
        letter = get_column_letter(column)
        rule = DataValidation(
            type="list",
            formula1=f"'{lists.title}'!${letter}$1:${letter}${len(options)}",
            allow_blank=True,
            showErrorMessage=True,
        )
        at = get_column_letter(target)
        rule.add(f"{at}2:{at}{last}")
        page.add_data_validation(rule)
    lists.protection.sheet = True


def _protect(page: Worksheet, *, filled: int) -> None:
    """Against slips, not against people: no password. The free rows below are for copies."""
    from openpyxl.styles import Protection

    open_ = Protection(locked=False)
    for row in range(2, filled + _FREE_ROWS + 1):
        first = _BANK + 1 if row <= filled else 1
        for column in range(first, _BANK + len(_ANSWERS) + 1):
            page.cell(row, column).protection = open_
    page.protection.sheet = True
    page.protection.formatColumns = page.protection.formatRows = False
    page.protection.sort = page.protection.autoFilter = False


def saved(book: Workbook) -> bytes:
    """``Workbook.save`` would leave each sheet in clear in the temporary folder; this stays in memory."""
    import zipfile

    from openpyxl.worksheet._writer import WorksheetWriter
    from openpyxl.writer.excel import ExcelWriter

    class InMemory(ExcelWriter):
        def write_worksheet(self, ws: Any) -> None:
            out = io.BytesIO()
            writer = WorksheetWriter(ws, out=out)
            writer.write()
            ws._rels = writer._rels  # type: ignore[attr-defined]
            self._archive.writestr(ws.path[1:], out.getvalue())  # type: ignore[attr-defined]
            self.manifest.append(ws)

    book.properties.creator = None
    for page in book.worksheets:
        page._drawing = None  # type: ignore[attr-defined]
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        InMemory(book, archive).save()
    return data.getvalue()


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
    page = read_workbook(data, place)[0]
    if page.rows.get(1, {}).get(1) != MARK:
        raise InputError(
            _("this is not a sheet of the queue"),
            place=place,
            remedy=_("Make one with: compliance queue sheet FILE.xlsx"),
        )
    groups: dict[str, list[tuple[int, dict[int, Value]]]] = {}
    for row in sorted(set(page.rows) - {1}):
        handle = page.rows[row].get(1)
        if handle is None and not set(page.rows[row]) - {1}:
            continue
        if not isinstance(handle, str):
            raise InputError(_("the row does not say which line it is"), place=f"{place}:{row}")
        groups.setdefault(handle, []).append((row, page.rows[row]))
    added, changed, same, empty = [], [], 0, 0
    closed = ClosedDays.of(books)
    for handle, rows in groups.items():
        parts = [part for row, cells in rows if (part := _part(cells, f"{place}:{row}")) is not None]
        if not parts:
            empty += 1
            continue
        assignment = _prepared(books, handle, rows, parts, place, closed, amends)
        if not assignment.replaces:
            added.append(assignment)
        elif is_same(books, assignment):
            same += 1
        else:
            changed.append(assignment)
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
