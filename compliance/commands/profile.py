"""``profile propose``: how a bank writes its table, guessed, shown, and saved only when asked."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from compliance.commands.app import App, pass_app
from compliance.commands.output import out, say
from compliance.commands.typed_balances import balance_options, typed
from compliance.errors import InputError, SetupError, UsageError
from compliance.i18n import _

if TYPE_CHECKING:
    from compliance.intake.propose import Proposal
    from compliance.workspace import Config


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
@click.option(
    "--replace", is_flag=True, help=_("With --save: in the place of the profile of that name, which is shown")
)
@pass_app
def propose(app: App, /, file: Path, account: str, save: str, replace: bool, **more: Any) -> None:
    from compliance.importers.model import Balances
    from compliance.importers.source import Source
    from compliance.intake import propose as proposing
    from compliance.intake.profile_text import pasted

    openings, closings = (typed(name, more[name], "RUB") for name in ("opening", "closing"))
    balances = Balances(openings, closings)
    found = proposing.propose_apart(Source.of_file(file), account=account, own=_own(app), balances=balances)
    out(pasted(save or "NAME", found.profile), newline=False)
    _explain(found)
    if save:
        _save(app, save, found, replace=replace)
    else:
        say(_("Nothing was written. Paste it into schedules.yaml, or repeat with --save NAME."))


def _own(app: App) -> dict[str, str]:
    """The numbers of our accounts and their currencies; none where there are no books yet, or they are sealed and nobody opens them."""
    try:
        if app.workspace.keys_path.is_file() and not app.workspace.database:
            return {}
        with app.books() as books:
            return {item.number: item.currency or "" for item in books.accounts.values() if item.number}
    except SetupError:
        return {}


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


def _save(app: App, name: str, found: Proposal, *, replace: bool) -> None:
    """Written whole and read back first; the file as it was is kept beside it. Never a profile that reads nothing."""
    from compliance.files import read_input, write_whole
    from compliance.intake.profile_text import inserted, without
    from compliance.workspace import Config
    from compliance.yamlfile import load_bytes

    path = app.workspace.config_path
    if found.profile.get("account") == "?":
        raise InputError(
            _("whose account it is must be known before the profile is saved"),
            remedy=_("Give it: --account NUMBER."),
        )
    if not found.reads:
        raise InputError(
            _("the profile was not saved: the file is refused when read by it"),
            why=found.result,
            remedy=_(
                "Give what it lacks (--account, --opening, --closing), or paste the lines above into "
                "schedules.yaml and correct them there."
            ),
        )
    before = app.workspace.config
    old = read_input(path)
    text = old.decode("utf-8")
    if name in before.imports.profiles:
        if not replace:
            raise UsageError(
                _("there is a profile {name} already").format(name=repr(name)),
                remedy=_("Another name, or --replace: the one that stands there is taken out."),
            )
        text, taken = without(text, name, str(path))
        say(_("In the place of these lines of {file}:").format(file=path.name))
        say(taken.rstrip("\n"))
    new = inserted(text, name, found.profile, str(path)).encode()
    try:
        kept = _others(load_bytes(Config, new, path), name) == _others(before, name)
    except InputError:
        kept = False  # what stands there is written in a way that nothing can be put between its lines
    if not kept:
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


def _others(config: Config, name: str) -> Config:
    """The configuration but for that profile."""
    profiles = {key: value for key, value in config.imports.profiles.items() if key != name}
    return config.model_copy(update={"imports": config.imports.model_copy(update={"profiles": profiles})})
