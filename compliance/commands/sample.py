"""``sample make``: a file that fails, without the people in it."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Any

import click

from compliance.commands.app import App, pass_app
from compliance.commands.output import say
from compliance.commands.typed_balances import balance_options, typed
from compliance.i18n import _, ngettext


@click.group(help=_("A statement without the people in it, to show to others"))
def sample() -> None:
    pass


@sample.command(
    "make",
    help=_(
        "Write a sample of a statement that fails or reads in the same way. Structure stays, and amounts and days where a known format"
        " has them; names, purposes and numbers are replaced."
    ),
)
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "-o", "--out", required=True, type=click.Path(path_type=Path), metavar="OUT", help=_("Where to write it")
)
@click.option("--profile", default="", metavar="NAME", help=_("The profile or format, where several fit"))
@balance_options
@pass_app
def make(app: App, /, file: Path, out: Path, **more: Any) -> None:
    from compliance.files import write_whole
    from compliance.importers.source import Source
    from compliance.intake import sample as samples

    found = samples.make_apart(Source.of_file(file), _context(app, more), secrets.token_bytes(32))
    write_whole(out, found.data)
    if found.refusal is not None:
        place, what = found.refusal
        said = place.replace(file.name, out.name, 1) + ": " + what
        say(_("{file} is refused as the original is: {what}").format(file=out.name, what=said))
    else:
        say(
            ngettext(
                "{file} reads as the original does: {n} line.",
                "{file} reads as the original does: {n} lines.",
                found.lines,
            ).format(file=out.name, n=found.lines)
        )
    if found.refusal is None:
        say(_("Amounts and days are the real ones. Look it through before you show it."))
    else:
        say(
            _(
                "Amounts and days are the real ones where a known format has them; what stands elsewhere was replaced,"
                " figures too. Look it through before you show it."
            )
        )


def _context(app: App, more: dict[str, Any]) -> Any:
    """Profiles and own accounts, where there are books; without them a sample can be made as well."""
    from compliance.importers.accounts import bare
    from compliance.importers.model import Balances, Context
    from compliance.workspace import find

    accounts, profiles, currency = None, {}, "RUB"
    if find(app.start):
        config = app.workspace.config
        profiles, currency = config.imports.profiles, config.currency
        if app.workspace.ledger_path.is_file():
            with app.books() as books:
                accounts = {
                    bare(item.number): item.currency or "" for item in books.accounts.values() if item.number
                }
    openings, closings = (typed(name, more[name], currency) for name in ("opening", "closing"))
    return Context(accounts, profiles, more["profile"], Balances(openings, closings))
