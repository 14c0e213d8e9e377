"""``books audit|upgrade``: are they what was written, and do they fit this program?"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from compliance.commands.app import App, pass_app
from compliance.commands.output import Column, emit, format_option, say
from compliance.i18n import _, ngettext

if TYPE_CHECKING:
    from compliance.ledger.chain import Audit


@click.group(help=_("The books themselves: audit and upgrade."))
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

    with open_store(LEDGER, app.workspace.ledger_path, key=app.keys[0]) as connection:
        found = chain.audit(connection, anchors=anchors)
    with app.books() as books_, app.vault() as vault:
        people = books_.commitments()
        gone = len(vault.purged(people))
    _report(found, len(people), gone, fmt)


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
    from compliance.storage import upgrade_store
    from compliance.vault.models import VAULT

    space, (ledger_key, vault_key) = app.workspace, app.keys
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    done = 0
    for store, path, key in ((VAULT, space.vault_path, vault_key), (LEDGER, space.ledger_path, ledger_key)):
        copy = path.with_name(f"{path.stem}.before-{stamp}{path.suffix}")
        if upgrade_store(store, path, key=key, copy_to=copy):
            done += 1
            say(
                _("{file} is upgraded; the copy from before is {copy}").format(file=path.name, copy=copy.name)
            )
    if not done:
        say(_("The books fit this version already."))
