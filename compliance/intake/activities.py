"""One workbook a programme: its lead writes what was done, planned, and not held; counts, never names.

The first page has a row an activity (row id locked, everything else open), the second what the lead
counts in sum.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from compliance.i18n import _
from compliance.intake import workbook
from compliance.intake.since import stamped
from compliance.intake.totals import PARTICIPANTS, QUANTITY, counted
from compliance.ledger.kinds import ACTIVITY_STATES
from compliance.ledger.models import Activity
from compliance.periods import Period

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

    from compliance.ledger.books import Books

MARK = "activities/1"
"""Begins the first cell, followed by the programme, the period and the last entry known: ``activities/1 p5 2025-H2 391``."""
TOTALS_MARK = "totals/1"
FIELDS = (
    "kind", "state", "start_on", "end_on", "quantity", "participants", "place", "description", "output", "evidence",
)  # fmt: skip
"""Columns B on of the first page."""
JOIN = " · "
_WIDTHS = (24, 18, 16, 12, 12, 10, 12, 20, 44, 24, 30)


def render(
    activities: Sequence[Activity],
    programme: str,
    period: Period,
    kinds: Iterable[str],
    stated: Mapping[str, int] | None = None,
    *,
    ids: bool = True,
    books: Books | None = None,
) -> bytes:
    """The workbook's bytes. ``stated``: totals filled in already, by their key (``participants``)."""
    book, page = workbook.new_workbook(_("Activities"))
    mark = f"{MARK} {programme} {period.label}"
    _header(page, stamped(mark, books) if books is not None else mark)
    row = 1
    for row, item in enumerate(activities, start=2):
        if ids:
            workbook.put_text(page, row, 1, item.entity)
        for column, name in enumerate(FIELDS, start=2):
            _put(page, row, column, name, getattr(item, name))
    words = list(dict.fromkeys([*(item.kind for item in activities), *kinds]))
    answers = range(2, len(FIELDS) + 2)
    _totals_page(book.create_sheet(_("Totals")), activities, programme, period, words, stated or {})
    lists = {
        "kind": (2, {word: word for word in words}),
        "state": (3, dict(zip(ACTIVITY_STATES, states(), strict=True))),
    }
    workbook.put_lists(book, page, lists, last=row + workbook.FREE_ROWS, free=["kind"])
    workbook.protect(page, filled=row, answers=answers, copies=False)
    return workbook.saved(book)


def _header(page: Worksheet, mark: str) -> None:
    titles = (
        mark, _("Kind"), _("State"), _("First day"), _("Last day"), _("How many"),
        _("How many people came"), _("Where"), _("What it was about; no names"), _("What came of it"),
        _("Evidence: the name of a file you send along, or its SHA-256"),
    )  # fmt: skip
    workbook.header(page, titles, _WIDTHS)
    page.freeze_panes = "B2"


def _words() -> dict[str, str]:
    return {"planned": _("planned"), "held": _("held"), "not_held": _("not held")}


def _state(name: str) -> str:
    return f"{name}{JOIN}{_words()[name]}"


def states() -> list[str]:
    """Every state as the list shows it."""
    return [_state(name) for name in ACTIVITY_STATES]


def state_of(text: str) -> str:
    """The state that a cell names: its id, what the list shows, or the word alone. ``ValueError`` for none."""
    head = text.split(JOIN)[0].strip().casefold()
    for name, word in _words().items():
        if head in (name, word.casefold()):
            return name
    raise ValueError("no state")


def _put(page: Worksheet, row: int, column: int, name: str, value: Any) -> None:
    if value is None:
        return
    if isinstance(value, date):
        cell = page.cell(row, column, value)
        cell.number_format = "dd.mm.yyyy"
    elif isinstance(value, int):
        page.cell(row, column, value)
    else:
        workbook.put_text(page, row, column, _state(value) if name == "state" else value)


def _totals_page(
    page: Worksheet,
    activities: Sequence[Activity],
    programme: str,
    period: Period,
    kinds: Iterable[str],
    stated: Mapping[str, int],
) -> None:
    from openpyxl.styles import Protection

    titles = (TOTALS_MARK, _("What is counted"), _("The rows add up to"), _("Your own count"))
    workbook.header(page, titles, (30, 44, 16, 16))
    keys = [PARTICIPANTS, *(f"{QUANTITY}:{kind}" for kind in kinds)]
    for row, key in enumerate(keys, start=2):
        measure, _colon, kind = key.partition(":")
        workbook.put_text(page, row, 1, key)
        workbook.put_text(page, row, 2, kind or _("Visits: how many people came, all together"))
        page.cell(row, 3, counted(activities, programme, measure, period, kind or None))
        if key in stated:
            page.cell(row, 4, stated[key])
        page.cell(row, 4).protection = Protection(locked=False)
    page.protection.sheet = True
