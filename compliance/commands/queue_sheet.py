"""``queue sheet`` and ``queue apply --sheet``: the queue as a workbook, there and back."""

from __future__ import annotations

from pathlib import Path

import click

from compliance.commands.app import App, pass_app
from compliance.commands.ask import yes
from compliance.commands.output import say
from compliance.commands.record_shared import filing, recorded
from compliance.i18n import _, ngettext


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

    with app.books() as books, app.vault() as vault:
        data = render(waiting(books, vault, rules(vault)), books)
    write_whole(file, data)
    say(_("written: {file}").format(file=file))
    say(_("It holds names and purposes from the vault: delete it when it has been read back."))


def read_sheet(app: App, name: str, *, given: bool, amends: str | None) -> None:
    """Plan, question, one event."""
    from compliance.files import read_input
    from compliance.intake import assign
    from compliance.intake import sheet as sheets
    from compliance.xlsx import MAX_BYTES

    path = Path(name)
    data = read_input(path, cap=MAX_BYTES)
    with app.books() as books:
        changes = sheets.read(data, path.name, books, amends=filing(books, amends))
    say(f"+{len(changes.added)} ~{len(changes.changed)} -0")
    if changes.empty:
        n = changes.empty
        say(ngettext("{n} line stays in the queue.", "{n} lines stay in the queue.", n).format(n=n))
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
        changes = sheets.read(data, path.name, writing.books, amends=amended)
        for assignment in changes.assignments:
            assign.post(writing.event, writing.books, assignment)
    recorded(len(changes.assignments), _("lines sorted by a sheet"))
