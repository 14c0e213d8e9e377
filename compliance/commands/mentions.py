"""``mentions import|lists|check``: names of listed persons and bodies in what is to be published. Offline."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from compliance.commands.app import App, pass_app
from compliance.commands.ask import day, need
from compliance.commands.label_files import each_file, named_files
from compliance.commands.output import Column, clean, emit, format_option, say
from compliance.errors import Refused, UsageError
from compliance.i18n import _, day_text, ngettext

if TYPE_CHECKING:
    from compliance.mentions.listed import Listed

FOLDER = "lists"
_OLD_DAYS = 7
"""The lists we know of grow every week; our measure."""
_SHOWN = 10


@click.group(help=_("Names of listed persons and bodies, found before something is published"))
def mentions() -> None:
    pass


@mentions.command(
    "import",
    help=_(
        "Take in an official list that you downloaded (XLSX, CSV), or a newer one in its place. Kept in lists/; what was"
        " added since the last one is shown."
    ),
)
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@click.option(
    "--list", "name", metavar="NAME", help=_("What the list is called here, such as foreign-agents")
)
@click.option(
    "--column", metavar="HEADING", help=_("The heading over the names, as it is written in the file")
)
@click.option("--dated", metavar="DAY", help=_("The day the list is of"))
@pass_app
def import_(app: App, /, file: Path, name: str | None, column: str | None, dated: str | None) -> None:
    from compliance.files import private_folder, read_input, write_whole
    from compliance.mentions import listed

    name = listed.checked_list(need(name, "--list", _("What is the list called (such as foreign-agents)")))
    column = need(column, "--column", _("Which heading stands over the names")).strip()
    on = day(dated, "--dated", _("Of which day is the list"))
    if on > app.today:
        raise UsageError(_("--dated: this day is still to come"))
    found = listed.take(read_input(file), str(file), name=name, column=column, dated=on)
    folder = private_folder(app.workspace.folder / FOLDER)
    path = folder / f"{name}.json"
    before = listed.read(path) if path.exists() else None
    if before is not None and before.dated > on:
        raise Refused(
            _("the list of {day} that is kept here is newer").format(day=day_text(before.dated)),
            remedy=_("Download it anew."),
        )
    write_whole(path, found.data, overwrite=True)
    n = len(found.names)
    say(ngettext("{n} name in the list “{name}” of {day}", "{n} names in the list “{name}” of {day}", n).format(
        n=n, name=name, day=day_text(on)
    ))  # fmt: skip
    if before is not None:
        changed = listed.changes(before, found)
        say(
            _("added: {added}; no longer there: {gone}").format(
                added=len(changed.added), gone=len(changed.gone)
            )
        )
        for line in changed.added[:_SHOWN]:
            say(clean(f"   + {line}"))


@mentions.command("lists", help=_("Which lists are kept here, and of which day they are."))
@format_option
@pass_app
def lists(app: App, fmt: str) -> None:
    rows: list[dict[str, Any]] = [
        {"list": item.list, "dated": item.dated.isoformat(), "names": len(item.names), "digest": item.digest}
        for item in _kept(app)
    ]
    columns = [Column("list", _("List")), Column("dated", _("Day")), Column("names", _("Names"))]
    emit(
        rows,
        columns,
        "mention-lists/1",
        fmt,
        empty=_("No list is kept here. Take one in: compliance mentions import FILE"),
    )


@mentions.command(
    help=_(
        "Look for the names of all lists in files, whatever the grammatical case. Exit 1 when any is found. What is found"
        " is a warning; that nothing is found is no proof."
    )
)
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE...")
@click.option("--surnames", is_flag=True, help=_("Also surnames alone: many false alarms"))
@format_option
@pass_app
def check(app: App, files: tuple[Path, ...], surnames: bool, fmt: str) -> None:
    from dataclasses import asdict

    from compliance.filings.mentioning import is_picture
    from compliance.filings.mentioning import mentions as mentions_in
    from compliance.mentions.names import Finder

    kept = _kept(app)
    if not kept:
        raise UsageError(
            _("there is no list to look for"),
            remedy=_("Take one in: compliance mentions import FILE --list NAME --column HEADING --dated DAY"),
        )
    own = [name.nominative for name in app.workspace.config.organisation.names.values()]
    listed = ((item.list, name) for item in kept for name in item.names)
    finder = Finder(listed, own=own, surnames=surnames)
    rows: list[dict[str, Any]] = []

    def act(path: Path) -> int:
        if is_picture(path):
            say(_("{path}: the words in a picture are not read: look at it").format(path=path))
            return 0
        found = mentions_in(path, finder)
        rows.extend({"path": str(path), **asdict(item)} for item in found)
        return 1 if found else 0

    worst = each_file(named_files(files, copies=True), act)
    _tell(app, kept, rows, fmt, whole=worst < 2)
    if worst:
        raise click.exceptions.Exit(worst)


def _kept(app: App) -> list[Listed]:
    from compliance.mentions import listed

    return listed.kept(app.workspace.folder / FOLDER)


def _tell(app: App, kept: list[Listed], rows: list[dict[str, Any]], fmt: str, *, whole: bool) -> None:
    """``whole``: every file was read."""
    columns = [
        Column("path", _("File")), Column("said", _("Written")), Column("name", _("In the list")), Column("list", _("List")),
        Column("told", _("How sure")), Column("shown", _("Where")),
    ]  # fmt: skip
    if fmt == "table":
        rows = [row | {"told": _how_word(row["how"])} for row in rows]
    if rows or fmt != "table":
        emit(rows, columns, "mentions/1", fmt)
    for item in kept:
        age = (app.today - item.dated).days
        if age > _OLD_DAYS:
            say(
                ngettext(
                    "The list “{name}” is {n} day old: who was added since is not found.",
                    "The list “{name}” is {n} days old: who was added since is not found.",
                    age,
                ).format(name=item.list, n=age)
            )
    if rows:
        say(
            _(
                "Say beside each name what the law wants said of them, or leave the name out. A namesake is not meant."
            )
        )
    elif whole:
        say(_("no listed name was found; that is no proof: nicknames and surnames alone are not looked for"))


def _how_word(how: str) -> str:
    return {
        "name": _("surname and first name"),
        "initials": _("surname and initials"),
        "half": _("half of a double surname, with first name or initials"),
        "surname": _("the surname alone"),
        "body": _("the name of a body"),
    }[how]
