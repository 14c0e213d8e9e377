"""``record occurrence``: what starts a duty upon an event: an agreement, a change, a mailing."""

from __future__ import annotations

from typing import Any

import click

from compliance.commands.app import App, pass_app
from compliance.commands.ask import hour
from compliance.commands.record_shared import (
    checked_id,
    find,
    given,
    happened,
    id_option,
    kind_of,
    numbered,
    put,
    titles,
)
from compliance.i18n import _

STATES = ("happened", "withdrawn")


@click.command(
    help=_("Something that starts a duty under some law: the day it happened decides when it is due.")
)
@id_option
@click.option("--kind", metavar="WORD", help=_("What it was: agreement, change, transmittal, ..."))
@click.option("--on", "on_date", metavar="DAY", help=_("When it happened"))
@click.option(
    "--at", metavar="HH:MM", help=_("The local time, where a law counts hours: 15:00 or 15:00+03:00")
)
@click.option("--about", metavar="ID", help=_("Whom or what it concerns"))
@click.option("--document", metavar="DOCUMENT", help=_("The paper that shows it"))
@click.option("--note", metavar="TEXT", help=_("What changed; nothing about a person"))
@click.option("--state", metavar="STATE", help=_("One of: {kinds}").format(kinds=", ".join(STATES)))
@pass_app
def occurrence(app: App, /, entity: str | None, **options: Any) -> None:
    from compliance.ledger.models import Occurrence
    from compliance.rules.base import EVENTS

    with app.books() as books:
        known = books.facts(Occurrence).get(entity or "")
        new = known is None
        options["kind"] = kind_of(options["kind"], "--kind", _("What happened"), EVENTS, new=new)
        if new or options["on_date"]:
            options["on_date"] = happened(app, options["on_date"], "--on", _("On which day"))
        options["at"] = hour(options["at"], "--at")
        options["state"] = kind_of(
            options["state"] or ("happened" if new else None), "--state", "", STATES, new=False
        )
        if options["document"]:
            options["document"] = find(options["document"], titles(books.documents), "--document")
        if entity is None:
            entity = numbered(options["kind"], books.facts(Occurrence))
    put(app, "occurrence", Occurrence, checked_id(entity), given(**options))
