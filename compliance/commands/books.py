"""``books audit|upgrade|import``: are they what was written, do they fit this program, and our own export back."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from compliance.commands.app import App, pass_app
from compliance.commands.output import Column, emit, format_option, say
from compliance.commands.record_shared import recorded
from compliance.errors import InputError, Refused, SetupError, UsageError
from compliance.i18n import _, ngettext

if TYPE_CHECKING:
    from compliance.ledger.chain import Audit


@click.group(help=_("The books themselves: audit, upgrade, import."))
def books() -> None:
    pass


@books.command(
    help=_(
        "Work out every entry of the books again and compare. Exit 5 when something does not fit. A code kept"
        " outside (on a filing record, with a witness) also finds history that was replaced or cut off."
    )
)
@click.option(
    "--anchor", "anchors", multiple=True, metavar="CODE", help=_("A code kept outside; may be repeated")
)
@format_option
@pass_app
def audit(app: App, /, anchors: tuple[str, ...], fmt: str) -> None:
    from compliance.ledger import chain
    from compliance.ledger.store import LEDGER
    from compliance.storage import open_store

    codes = [_code(text) for text in anchors]
    with open_store(LEDGER, app.workspace.ledger, key=app.keys[0]) as connection:
        found = chain.audit(connection, anchors=codes)
    with app.books() as books_:
        people = books_.commitments()
    gone = 0
    try:
        with app.vault() as vault:
            gone = len(vault.purged(people))
    except Refused:
        say(_("The vault was not looked at: it is closed to you."))
    _report(found, len(people), gone, fmt)


def _code(text: str) -> str:
    """A slip of the pen is no damage of the books: exit 2, with what a code looks like."""
    from compliance.ledger import chain

    try:
        return chain.typed_anchor(text)
    except ValueError:
        raise UsageError(
            _("--anchor: “{text}” is not a code").format(text=text),
            why=_("A code is the number of an entry and five groups of four signs, 0-9 and A-F."),
            remedy=_("Write it as on the filing record: {example}").format(
                example="128-7F3A-90BC-11D2-04EE-5A6B"
            ),
        ) from None


def _report(found: Audit, people: int, gone: int, fmt: str) -> None:
    row = {
        "events": found.events,
        "rows": found.rows,
        "anchor": found.anchor,
        "identities": people,
        "purged": gone,
    }
    if fmt != "table":
        emit([row], [], "audit/1", fmt)
        return
    columns = [
        Column("events", _("Entries")),
        Column("rows", _("Rows")),
        Column("identities", _("People")),
        Column("anchor", _("Code of the last entry")),
    ]
    emit([row], columns, "audit/1", fmt)
    say(
        _(
            "The books are what was written. Keep the code outside this computer: it proves the history up to here."
        )
    )
    if gone:
        say(
            ngettext(
                "{n} person is no longer in the vault.", "{n} people are no longer in the vault.", gone
            ).format(n=gone)
        )


@books.command(help=_("Bring books of an older version to this one; a copy of both files is made first."))
@pass_app
def upgrade(app: App, /) -> None:
    from compliance.ledger.store import LEDGER
    from compliance.storage import schema_beside, upgrade_store
    from compliance.vault.models import VAULT

    space, (ledger_key, vault_key) = app.workspace, app.keys
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    done = 0
    for store, place, file, key in (
        (VAULT, space.vault, space.vault_path, vault_key),
        (LEDGER, space.ledger, space.ledger_path, ledger_key),
    ):
        copy = file.with_name(f"{file.stem}.before-{stamp}{file.suffix}")
        if upgrade_store(store, place, key=key, copy_to=copy):
            done += 1
            name, kept = (file.name, copy.name) if place == file else (store.name, schema_beside(copy))
            say(_("{file} is upgraded; the copy from before is {copy}").format(file=name, copy=kept))
    if done and space.database:
        say(_("New tables have no rights yet: compliance db roles --apply"))
    if not done:
        say(_("The books fit this version already."))


@books.command(
    "import",
    help=_(
        "Make books of our own export (export --format compliance): the same entries, to the code of the last one."
        " Only where there are no books yet. Who people are is not in an export: that is in a backup."
    ),
)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--anchor", "anchors", multiple=True, metavar="CODE", help=_("A code kept outside; may be repeated"))  # fmt: skip
@click.option("--yes", "given", is_flag=True, help=_("Do not ask"))
@pass_app
def import_(app: App, /, file: Path, anchors: tuple[str, ...], given: bool) -> None:
    from compliance.commands.ask import yes
    from compliance.ledger.store import LEDGER
    from compliance.ledger.transfer import Extent, extent
    from compliance.storage import is_there

    place = app.workspace.ledger
    if is_there(LEDGER, place):
        raise SetupError(
            _("there are books here already"),
            place=str(place),
            remedy=_("Import into a new folder with a schedules.yaml."),
        )
    with _lines(file) as lines:
        found: Extent = extent(lines, place=str(file))
    say(
        _("{events} entries, {rows} rows; code of the last entry: {anchor}").format(
            events=found.events, rows=found.rows, anchor=found.anchor
        )
    )
    say(_("What is in books stays there: an entry can be reversed or corrected, never taken out."))
    if not yes(_("Make these books here?"), given=given):
        say(_("Nothing was changed."))
        return
    audited = _made(app, file, anchors)
    recorded(audited.events, file.name)
    say(_("The books are what was exported; code of the last entry: {anchor}").format(anchor=audited.anchor))
    _say_of_vault(app)


@contextmanager
def _lines(file: Path) -> Iterator[Iterator[str]]:
    """Lines of a text file as they come; one that is not UTF-8 is no export of ours."""
    from compliance.files import open_input

    with open_input(file) as raw, io.TextIOWrapper(raw, encoding="utf-8", newline="\n") as stream:
        try:
            yield (line.rstrip("\n") for line in stream)
        except UnicodeDecodeError:
            raise InputError(_("this is not an export of ours"), place=str(file)) from None


def _made(app: App, file: Path, anchors: tuple[str, ...]) -> Audit:
    """Vault first, ledger last: as long as there is no ledger, the import can simply be repeated.

    The new ledger gets its name only after the audit, which is another path than the one that wrote.
    """
    from compliance.ledger import chain
    from compliance.ledger.store import LEDGER
    from compliance.ledger.transfer import records, write_rows
    from compliance.storage import create_store, is_there
    from compliance.vault.models import VAULT

    ledger_key, vault_key = app.keys
    if not is_there(VAULT, app.workspace.vault):
        with create_store(VAULT, app.workspace.vault, key=vault_key):
            pass
    with create_store(LEDGER, app.workspace.ledger, key=ledger_key) as connection, _lines(file) as lines:
        write_rows(connection, records(lines, place=str(file)))
        return chain.audit(connection, anchors=anchors)


def _say_of_vault(app: App) -> None:
    """What the vault beside the new books lacks, before somebody misses it."""
    with app.books() as books_, app.vault() as vault:
        gone = len(vault.purged(books_.commitments()))
        papers = sum(
            1 for item in books_.documents.values() if item.digest and vault.blob_name(item.digest) is None
        )
        lines = vault.stored_line_key() is None and any(True for _line in books_.lines())
    if gone or papers:
        say(
            _(
                "Missing from the vault here: people: {people}, papers: {papers}. Put the vault of a backup beside the books."
            ).format(people=gone, papers=papers)
        )
    if lines:
        say(
            _(
                "Without that vault, statements loaded before would not be recognised: load none until it is there."
            )
        )
