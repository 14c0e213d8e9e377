"""``queue sheet`` and ``queue apply --sheet``: the queue as a workbook, there and back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from compliance.commands.app import App, pass_app
from compliance.commands.ask import yes
from compliance.commands.output import say
from compliance.commands.record_shared import filing, money, recorded
from compliance.errors import UsageError
from compliance.i18n import _, day_text, ngettext

if TYPE_CHECKING:
    from compliance.intake.own import Own
    from compliance.intake.sheet import Changes
    from compliance.ledger.books import Books

_OTHER_TABLES = (".xls", ".xlsb", ".ods", ".csv", ".tsv", ".txt", ".doc", ".docx", ".pdf")
"""What people have instead; a spreadsheet program would not open ours under such a name."""
_PREVIEW = 60
"""Rows told before the question; a longer sheet is a screenful and a count."""


@click.command(
    "sheet", help=_("Write the queue as a workbook to fill in; read it back with “queue apply --sheet”.")
)
@click.argument("file", metavar="OUT.xlsx", type=click.Path(path_type=Path))
@pass_app
def sheet(app: App, /, file: Path) -> None:
    from compliance.files import write_whole
    from compliance.intake.attribution import rules
    from compliance.intake.queue import waiting
    from compliance.intake.sheet import render

    _refuse_suffix(file, "OUT.xlsx")
    with app.books() as books, app.vault() as vault:
        data = render(waiting(books, vault, rules(vault), own(app, books)), books, named(app, books))
    write_whole(file, data)
    say(_("written: {file}").format(file=file))
    say(_("It holds names and purposes from the vault: delete it when it has been read back."))


def own(app: App, books: Books) -> Own:
    """Our own account numbers and tax number: the other side of an own transfer."""
    from compliance.intake.own import Own

    return Own(books, app.workspace.config.organisation.tax_id)


def named(app: App, books: Books) -> dict[str, dict[str, str]]:
    """The interface's words for what a sheet lists by id: kinds, form lines, purposes."""
    from compliance.commands import known, words

    return {
        "kind": words.line_kinds(),
        "line": words.form_lines(app.rules),
        "purpose": known.purposes(app, books),
    }


def _refuse_suffix(path: Path, name: str) -> None:
    if path.suffix.lower() in _OTHER_TABLES:
        raise UsageError(
            _("{name}: the sheet is an XLSX workbook, and “{file}” does not end in .xlsx").format(
                name=name, file=path.name
            ),
            remedy=_("In a spreadsheet program: Save as, Excel workbook (.xlsx)."),
        )


def _told(app: App, books: Books, changes: Changes) -> Iterator[str]:
    """What a sheet asks for, in words, a line and its parts."""
    from compliance.commands import words

    lines, purposes = words.form_lines(app.rules), words.purposes()
    for assignment in changes.assignments:
        line = assignment.line
        head = f"{day_text(line.on)}  {money(line.amount_minor, line.currency)}  {line.account}"
        yield head + (_(" (sorted otherwise before)") if assignment.replaces else "")
        for share in assignment.shares:
            account, fund = books.accounts[share.account], books.funds[share.fund]
            form_line = share.expense_line or account.expense_line or ""
            source, programme = (
                books.sources.get(share.source or ""),
                books.programmes.get(share.programme or ""),
            )
            said = (
                account.title,
                lines.get(form_line, form_line),
                fund.title,
                (source.name or source.entity) if source else "",
                programme.title if programme else "",
                purposes.get(share.purpose or "", share.purpose or ""),
            )
            parts = list(dict.fromkeys(word for word in said if word))
            yield f"   {money(share.amount_minor, line.currency)}: {'; '.join(parts)}"


def read_sheet(app: App, name: str, *, given: bool, amends: str | None) -> None:
    """Plan, question, one event."""
    from compliance.files import read_input
    from compliance.intake import assign
    from compliance.intake import sheet as sheets
    from compliance.xlsx import MAX_BYTES

    path = Path(name)
    data = read_input(path, cap=MAX_BYTES)
    _refuse_suffix(path, "--sheet")
    with app.books() as books:
        words = named(app, books)
        changes = sheets.read(data, path.name, books, amends=filing(books, amends), named=words)
        told = list(_told(app, books, changes))
    for text in told[:_PREVIEW]:
        say(text)
    if len(told) > _PREVIEW:
        n = len(told) - _PREVIEW
        say(ngettext("… and {n} row more", "… and {n} rows more", n).format(n=n))
    say(f"+{len(changes.added)} ~{len(changes.changed)} -0")
    if changes.empty:
        n = changes.empty
        say(ngettext("{n} line stays in the queue.", "{n} lines stay in the queue.", n).format(n=n))
    if changes.overtaken:
        n = len(changes.overtaken)
        say(
            ngettext(
                "{n} of these lines was sorted since the workbook was made: row {rows}. If that should stay, empty the row.",
                "{n} of these lines were sorted since the workbook was made: rows {rows}. If that should stay, empty the rows.",
                n,
            ).format(n=n, rows=", ".join(changes.overtaken[:20]))
        )
    if not changes.assignments:
        say(_("Nothing to change."))
        return
    n = len(changes.assignments)
    question = ngettext("Sort {n} line as the sheet says?", "Sort {n} lines as the sheet says?", n).format(
        n=n
    )
    if not yes(question, given=given):
        say(_("Nothing was changed."))
        return
    with app.writing("queue apply") as writing:
        amended = filing(writing.books, amends)
        changes = sheets.read(data, path.name, writing.books, amends=amended, named=words)
        for assignment in changes.assignments:
            assign.post(writing.event, writing.books, assignment)
    recorded(len(changes.assignments), _("lines sorted by a sheet"))
