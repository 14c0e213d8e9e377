"""``backup`` and ``restore``: everything in one sealed file, and back into a new folder."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from compliance.commands.app import App, pass_app
from compliance.commands.ask import interactive, maybe
from compliance.commands.output import say
from compliance.errors import UsageError
from compliance.i18n import _

if TYPE_CHECKING:
    from compliance.ledger.chain import Audit
    from compliance.workspace import Workspace

_LEDGER, _VAULT, _KEYS = "ledger.sqlite", "vault.sqlite", "keys.json"


@click.command(
    help=_(
        "Seal a copy of everything in one file: books, vault, keys, schedules.yaml. It opens without this program"
        " too: age -d FILE | tar x. For recipients (age1... or an SSH public key), or under a passphrase."
    )
)
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--to", "recipients", multiple=True, metavar="RECIPIENT", help=_("Who may open it; may be repeated")
)
@click.option("--passphrase", "by_passphrase", is_flag=True, help=_("Seal it under a passphrase, asked for"))
@pass_app
def backup(app: App, /, file: Path, recipients: tuple[str, ...], by_passphrase: bool) -> None:
    from compliance.backup import pack, seal
    from compliance.files import write_whole

    if not recipients and not by_passphrase:
        recipients = _asked_recipients()
        by_passphrase = not recipients
    elif recipients and by_passphrase:
        raise UsageError(_("say for whom to seal it: --to RECIPIENT, or --passphrase"))
    files = _collect(app)
    words = app.passphrase(_("Passphrase of the backup"), confirm=True) if by_passphrase else ""
    if by_passphrase and not words:
        raise UsageError(_("an empty passphrase protects nothing"))
    moment = datetime.now(UTC).isoformat(timespec="seconds")
    sealed = seal(pack(files, made_at=moment), recipients=recipients, passphrase=words)
    write_whole(file, sealed)
    say(
        _("sealed {n} files in {file}; it opens with: compliance restore, or age").format(
            n=len(files), file=file
        )
    )


def _asked_recipients() -> tuple[str, ...]:
    """Whom a person at a terminal names; nobody means a passphrase."""
    if not interactive():
        raise UsageError(_("say for whom to seal it: --to RECIPIENT, or --passphrase"))
    answer = maybe(None, _("Who may open it (age1... or an SSH public key), empty for a passphrase"))
    return (answer,) if answer else ()


def _collect(app: App) -> dict[str, bytes]:
    """Consistent copies, as files wherever the books are. The ledger first: the vault is committed
    before it, so it lacks nothing."""
    from compliance.files import read_input
    from compliance.ledger.store import LEDGER
    from compliance.storage import copy_store
    from compliance.vault.models import VAULT

    space, (ledger_key, vault_key) = app.workspace, app.keys
    files = {space.config_path.name: read_input(space.config_path)}
    with tempfile.TemporaryDirectory(prefix=".backup-", dir=space.folder) as name:
        folder = Path(name)
        if space.database:
            from compliance.moving import Home, copy_books

            copy_books(Home(space.ledger, space.vault), Home(folder / _LEDGER, folder / _VAULT))
        else:
            copy_store(LEDGER, space.ledger_path, folder / _LEDGER, key=ledger_key)
            copy_store(VAULT, space.vault_path, folder / _VAULT, key=vault_key)
            _audited(folder / _LEDGER, ledger_key)
        files |= {name: (folder / name).read_bytes() for name in (_LEDGER, _VAULT)}
    if not space.database and space.keys_path.is_file():
        files[_KEYS] = read_input(space.keys_path)
    return files | _packs(space)


def _packs(space: Workspace) -> dict[str, bytes]:
    """The organisation's own rule packs, where they lie inside the workspace."""
    from compliance.files import read_input

    return {
        path.relative_to(space.folder).as_posix(): read_input(path)
        for folder in space.packs
        if folder.resolve().is_relative_to(space.folder.resolve())
        for path in sorted(folder.rglob("*.yaml"))
    }


def _audited(path: Path, key: bytes | None) -> Audit:
    """What will be sealed, or was restored, is whole: ``BooksDamaged`` otherwise."""
    from compliance.ledger.chain import audit
    from compliance.ledger.store import LEDGER
    from compliance.storage import open_store

    with open_store(LEDGER, path, key=key) as connection:
        return audit(connection)


@click.command(
    help=_(
        "Open a sealed copy into a new folder. Every file is verified and the books are audited before it counts."
    )
)
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--into", "folder", required=True, type=click.Path(path_type=Path), help=_("A new or empty folder")
)
@click.option("--identity", type=click.Path(path_type=Path), help=_("Your age key file; without it a passphrase is asked for"))  # fmt: skip
@pass_app
def restore(app: App, /, file: Path, folder: Path, identity: Path | None) -> None:
    from compliance.backup import CAP, put_back, settle, unpack, unseal
    from compliance.files import read_input

    sealed = read_input(file, cap=CAP)
    if identity is not None:
        data = unseal(sealed, identity=read_input(identity).decode("utf-8", "replace"))
    else:
        data = unseal(sealed, passphrase=app.passphrase(_("Passphrase of the backup")))
    files = unpack(data)
    part = put_back(files, folder.absolute())
    try:
        found = _look(app, files, part)
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise
    settle(part, folder.absolute())
    say(_("restored {n} files into {folder}").format(n=len(files), folder=folder))
    _tell_of_server(folder)
    if found is not None:
        say(_("The books are what was written; code of the last entry: {anchor}").format(anchor=found.anchor))
    else:
        say(_("The books are protected: audit them with: compliance books audit"))


def _tell_of_server(folder: Path) -> None:
    """The copy is files; a schedules.yaml that names the server of before would lead away from them."""
    from compliance.workspace import FILE, open_workspace

    if (folder / FILE).is_file() and open_workspace(folder).database:
        say(
            _(
                "schedules.yaml there names a server. To work with the restored files take the line “database” out;"
                " to bring them back to a server: compliance db move postgresql://USER@HOST/DATABASE"
            )
        )


def _look(app: App, files: Mapping[str, bytes], part: Path) -> Audit | None:
    """Audit what came out; protected books only where somebody can type their passphrase."""
    if _KEYS not in files:
        return _audited(part / _LEDGER, None)
    if not interactive():
        return None
    from compliance.vault.keys import unlock

    return _audited(part / _LEDGER, unlock(part / _KEYS, app.passphrase(_("Passphrase of the books")))[0])
