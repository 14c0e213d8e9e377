"""``db move|roles``: the books on a server, who may do what there, and back into files."""

from __future__ import annotations

import click

from compliance.commands.app import App, pass_app
from compliance.commands.ask import yes
from compliance.commands.output import out, say
from compliance.errors import SetupError, UsageError
from compliance.i18n import _
from compliance.moving import Home
from compliance.workspace import Workspace

_FILES = "files"


@click.group(help=_("The books on a PostgreSQL server: move them there or back, and who may do what."))
def db() -> None:
    pass


@db.command(
    help=_(
        "Copy the books, and who people are, to TARGET: the address of an empty database, or the word files for this"
        " folder. Without TARGET: the address in COMPLIANCE_DATABASE. The copy is audited before it counts;"
        " where they are now nothing is changed."
    )
)
@click.argument("target", required=False)
@click.option("--yes", "given", is_flag=True, help=_("Do not ask"))
@pass_app
def move(app: App, /, target: str | None, given: bool) -> None:
    from compliance.moving import copy_books, look

    source, goal = _source(app), _target(app, target or app.database)
    if source.ledger == goal.ledger:
        raise UsageError(_("the books are there already"))
    found = look(source)
    say(
        _("{events} entries, {rows} rows; code of the last entry: {anchor}").format(
            events=found.events, rows=found.rows, anchor=found.anchor
        )
    )
    say(_("from: {source}\nto:   {target}").format(source=source.ledger, target=goal.ledger))
    if goal.ledger != app.workspace.ledger_path:
        say(_("Whoever administers that server can read the books and the names in the vault."))
    if not yes(_("Copy them?"), given=given):
        say(_("Nothing was changed."))
        return
    moved = copy_books(source, goal)
    say(
        _("moved {events} entries and {kept} rows of the vault; code of the last entry: {anchor}").format(
            events=moved.books.events, kept=moved.vault_rows, anchor=moved.books.anchor
        )
    )
    _say_next(app.workspace, goal)


def _say_next(space: Workspace, goal: Home) -> None:
    if goal.ledger == space.ledger_path:
        say(
            _(
                "Now take the line “database” out of schedules.yaml and unset COMPLIANCE_DATABASE."
                " The books on the server are as they were: nobody should write in them any more."
            )
        )
        return
    say(
        _(
            "Now write the address into schedules.yaml (database: {address}) or COMPLIANCE_DATABASE, and move"
            " ledger.sqlite and vault.sqlite away: as long as they lie here the program does not choose."
            " Then say who may do what: compliance db roles"
        ).format(address=goal.ledger)
    )


def _source(app: App) -> Home:
    """Where the books are: the files of this folder, else the server that the workspace names."""
    space = app.workspace
    if space.ledger_path.exists():
        return Home(space.ledger_path, space.vault_path, app.file_keys)
    if not space.database:
        raise SetupError(
            _("the books are not there"),
            place=str(space.ledger_path),
            remedy=_("Start new books with: compliance init — or restore a backup: compliance restore FILE"),
        )
    return Home(space.ledger, space.vault)


def _target(app: App, text: str) -> Home:
    from compliance.storage import Server
    from compliance.workspace import holds_password

    space = app.workspace
    if text == _FILES:
        return Home(space.ledger_path, space.vault_path, app.file_keys)
    if not text.startswith(("postgresql://", "postgres://")):
        raise UsageError(_("say where to: postgresql://USER@HOST/DATABASE, or files"))
    if text != app.database and holds_password(text):
        raise UsageError(
            _("a password does not belong on the command line: others see it there"),
            remedy=_("Put it into ~/.pgpass, or the whole address into COMPLIANCE_DATABASE."),
        )
    return Home(Server(text), Server(text))


@db.command(
    help=_(
        "Print the SQL that makes the roles of these books: read, record, approve, identities, administer."
        " With --apply run it, as the owner of the database. May be run again."
    )
)
@click.option("--apply", "applied", is_flag=True, help=_("Run it now"))
@pass_app
def roles(app: App, /, applied: bool) -> None:
    from compliance.ledger.store import LEDGER
    from compliance.storage import Server, open_pair
    from compliance.storage.roles import apply, database_of, statements
    from compliance.vault.models import VAULT

    place = app.workspace.ledger
    if not isinstance(place, Server):
        raise UsageError(
            _("these books are files: who has the files has all rights"),
            remedy=_(
                "Rights by role need a server: compliance db move postgresql://USER@HOST/DATABASE. If they were moved"
                " already, write its address into schedules.yaml (database: ...) or COMPLIANCE_DATABASE and move"
                " ledger.sqlite and vault.sqlite away."
            ),
        )
    where = (LEDGER, place, None), (VAULT, place, None)
    with open_pair(*where, write=applied) as (connection, _same):
        if applied:
            names = apply(connection, LEDGER, VAULT)
        else:
            for statement in statements(database_of(connection), LEDGER, VAULT):
                out(f"{statement};")
            return
    say(_("The roles are there: {names}").format(names=", ".join(names)))
    say(
        _("Give them to people: CREATE ROLE anna LOGIN PASSWORD '...'; GRANT {role} TO anna;").format(
            role=names[1]
        )
    )
