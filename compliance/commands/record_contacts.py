"""``record contact``: a contact with an official; who it was lies in the vault."""

from __future__ import annotations

from typing import Any

import click

from compliance.commands.app import App, pass_app
from compliance.commands.ask import need, refuse_placeholder
from compliance.commands.output import say
from compliance.commands.record_shared import (
    announce,
    checked_id,
    find,
    given,
    happened,
    id_option,
    kind_of,
    numbered,
    titles,
)
from compliance.i18n import _

METHODS = ("meeting", "call", "letter", "email", "message", "event")
STATES = ("open", "registrable", "not_registrable")


@click.command(
    help=_(
        "A contact with an official, on whose behalf it was, and whether it must be reported. The name goes to the"
        " vault; the books keep the office, the day, how and what for. From calendars and mail: compliance contacts import"
    )
)
@id_option
@click.option("--on", "on_date", metavar="DAY", help=_("On which day"))
@click.option("--method", metavar="WORD", help=_("One of: {kinds}").format(kinds=", ".join(METHODS)))
@click.option("--principal", metavar="SOURCE", help=_("On whose behalf"))
@click.option("--name", metavar="TEXT", help=_("Who the official is; for the vault"))
@click.option("--body", metavar="TEXT", help=_("The office or institution; no name"))
@click.option("--purpose", metavar="TEXT", help=_("What it was about; nothing about a person"))
@click.option("--state", metavar="STATE", help=_("One of: {kinds}").format(kinds=", ".join(STATES)))
@pass_app
def contact(app: App, /, entity: str | None, name: str | None, **options: Any) -> None:
    from compliance.ledger.models import Contact
    from compliance.ledger.revise import revise

    with app.books() as books:
        known = books.facts(Contact)
        new = entity is None or entity not in known
        if new or options["on_date"]:
            options["on_date"] = happened(app, options["on_date"], "--on", _("On which day"))
        options["method"] = kind_of(options["method"], "--method", _("How"), METHODS, new=new)
        state = options["state"] or ("registrable" if new else None)
        options["state"] = kind_of(state, "--state", "", STATES, new=False)
        if new:
            options["body"] = need(options["body"], "--body", _("Which office or institution"))
        if options["principal"]:
            options["principal"] = find(options["principal"], titles(books.sources), "--principal")
        entity = checked_id(entity) if entity else numbered("contact", known)
    for key, value in options.items():
        if isinstance(value, str):
            refuse_placeholder(value, f"--{key}")
    with app.writing("record contact") as writing:
        fields, changed = given(**options), list[str]()
        if name is not None:
            commitment, changed = writing.vault.revise_identity(
                entity, "contact", {"name": name or None}, fresh=new
            )
            fields["commitment"] = commitment
        revision = revise(writing.books, Contact, entity, fields)
        if revision.fact is not None:
            writing.event.add(revision.fact)
    announce("contact", entity, revision, secret=changed)
    if name:
        say(_("The name is in the vault; the books know only {id}.").format(id=entity))
