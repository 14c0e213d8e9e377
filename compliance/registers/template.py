"""An empty register as a workbook, with lists of our agreements, programmes and form lines to choose from."""

from __future__ import annotations

from compliance.i18n import _
from compliance.intake.sheet import choices
from compliance.intake.workbook import new_workbook, put_lists, saved
from compliance.ledger.books import Books
from compliance.registers.read import TEMPLATES, mark

_ROWS = 300


def render(kind: str, books: Books) -> bytes:
    """The workbook's bytes; its first cell says what it is, so that it is read back in any language."""
    from openpyxl.styles import Font

    titles = {
        "person": _("Person"), "fund": _("Agreement"), "programme": _("Programme"), "line": _("Form line"),
        "amount": _("Amount"), "date": _("Day"), "word": _("What it is"), "reference": _("Reference"),
        "fee": _("Fee"), "country": _("Country of the card"),
    }  # fmt: skip
    book, page = new_workbook(_("Register"))
    for column, role in enumerate(TEMPLATES[kind], start=1):
        title = f"{mark(kind)} {titles[role]}" if column == 1 else titles[role]
        cell = page.cell(1, column, title)
        cell.font = Font(bold=True)
        page.column_dimensions[cell.column_letter].width = 34 if column == 1 else 24
    page.freeze_panes = "A2"
    known = choices(books)
    at = {role: column for column, role in enumerate(TEMPLATES[kind], start=1)}
    lists = {name: (at[name], options) for name, options in known.items() if name in at}
    put_lists(book, page, lists, last=_ROWS)
    return saved(book)
