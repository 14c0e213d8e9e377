"""``profile propose``: how a bank writes its table, guessed, shown, and saved only when asked."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from compliance.commands.app import App, pass_app
from compliance.commands.output import out, say
from compliance.commands.typed_balances import balance_options, typed
from compliance.errors import InputError, UsageError
from compliance.i18n import _

if TYPE_CHECKING:
    from compliance.intake.propose import Proposal


@click.group(help=_("How a bank writes its CSV or XLSX"))
def profile() -> None:
    pass


@profile.command(
    "propose",
    help=_("Propose a profile for a table, and show what was understood. Nothing is written without --save."),
)
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--account", default="", metavar="NUMBER", help=_("Whose account it is, where the file does not say it")
)
@balance_options
@click.option(
    "--save", default="", metavar="NAME", help=_("Add the profile to schedules.yaml under this name")
)
@pass_app
def propose(app: App, /, file: Path, account: str, save: str, **more: Any) -> None:
    from compliance.importers.model import Balances
    from compliance.importers.source import Source
    from compliance.intake import propose as proposing

    openings, closings = (typed(name, more[name], "RUB") for name in ("opening", "closing"))
    balances = Balances(openings, closings)
    found = proposing.propose_apart(Source.of_file(file), account=account, balances=balances)
    out(proposing.pasted(save or "NAME", found.profile), newline=False)
    _explain(found)
    if save:
        _save(app, save, found)
    else:
        say(_("Nothing was written. Paste it into schedules.yaml, or repeat with --save NAME."))


def _explain(found: Proposal) -> None:

    for number, row in enumerate(found.rows, 1):
        say(
            _("Line {n}: {cells}").format(
                n=number, cells="; ".join(f"{role}: {cell}" for role, cell in row.items() if cell)
            )
        )
    for doubt in found.doubts:
        say(_("Not sure: {what}").format(what=doubt))
    say(found.result)


def _save(app: App, name: str, found: Proposal) -> None:
    """Written whole and read back first; the file as it was is kept beside it."""
    from compliance.files import read_input, write_whole
    from compliance.intake.propose import inserted
    from compliance.workspace import Config
    from compliance.yamlfile import load_bytes

    path = app.workspace.config_path
    if found.profile.get("account") == "?":
        raise InputError(
            _("whose account it is must be known before the profile is saved"),
            remedy=_("Give it: --account NUMBER."),
        )
    before = app.workspace.config
    if name in before.imports.profiles:
        raise UsageError(_("there is a profile {name} already").format(name=repr(name)))
    old = read_input(path)
    new = inserted(old.decode("utf-8"), name, found.profile, str(path)).encode()
    after = load_bytes(Config, new, path)
    others = {key: value for key, value in after.imports.profiles.items() if key != name}
    if after.model_copy(update={"imports": after.imports.model_copy(update={"profiles": others})}) != before:
        raise InputError(
            _("the profile cannot be added without changing what stands there"),
            place=str(path),
            remedy=_("Paste it yourself, under imports: profiles:."),
        )
    write_whole(path.with_name(path.name + ".bak"), old, overwrite=True)
    write_whole(path, new, overwrite=True)
    say(
        _("The profile {name} is in {file}; the file as it was is {backup}.").format(
            name=name, file=path.name, backup=path.name + ".bak"
        )
    )
