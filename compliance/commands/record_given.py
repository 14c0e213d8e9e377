"""``record contribution``: a political contribution, or a thing of value that was given to somebody."""

from __future__ import annotations

from typing import Any

import click

from compliance.commands.app import App, pass_app
from compliance.commands.ask import amount, need
from compliance.commands.record_shared import (
    checked_id,
    currency_of,
    find,
    given,
    happened,
    id_option,
    kind_of,
    numbered,
    optional,
    positive,
    put,
    titles,
)
from compliance.errors import UsageError
from compliance.i18n import _
from compliance.ledger.kinds import CONTRIBUTION_KINDS as KINDS

STATES = ("given", "withdrawn")


@click.command(
    help=_(
        "A contribution to a campaign or a party, or a thing of value that was given away: by the organisation, or by"
        " one of its people from their own means (--person). Money that left an account of yours is an expense"
        " too; it is not counted twice, this is a list that forms ask for. Again with the same --id to correct."
    )
)
@id_option
@click.option("--kind", metavar="WORD", help=_("One of: {kinds}").format(kinds=", ".join(KINDS)))
@click.option("--on", "on_date", metavar="DAY", help=_("On which day"))
@click.option(
    "--recipient", metavar="TEXT", help=_("The party, committee, office or candidate; no private person")
)
@click.option(
    "--person", metavar="PERSON", help=_("Who gave it from their own means; left out: the organisation")
)
@click.option("--principal", metavar="SOURCE", help=_("On whose behalf"))
@click.option("--amount", metavar="AMOUNT", help=_("How much"))
@click.option("--currency", metavar="CURRENCY", help=_("Default: the currency of reports"))
@click.option("--thing", metavar="TEXT", help=_("Or what was given, in words"))
@click.option("--purpose", metavar="TEXT", help=_("What for; nothing about a person"))
@click.option("--place", metavar="TEXT", help=_("Where, if it was at an event"))
@click.option("--state", metavar="STATE", help=_("One of: {kinds}").format(kinds=", ".join(STATES)))
@pass_app
def contribution(app: App, /, entity: str | None, **options: Any) -> None:
    from compliance.ledger.models import Contribution, Person

    named = entity is not None
    with app.books() as books:
        known = books.facts(Contribution)
        new = entity is None or entity not in known
        options["kind"] = kind_of(options["kind"], "--kind", _("What was it"), KINDS, new=new)
        if new or options["on_date"]:
            options["on_date"] = happened(app, options["on_date"], "--on", _("On which day"))
        if new:
            options["recipient"] = need(options["recipient"], "--recipient", _("Who was it given to"))
        if options["person"]:
            options["person"] = find(options["person"], titles(books.facts(Person)), "--person")
        options["principal"] = optional(options["principal"], "--principal", titles(books.sources))
        _worth(app, options, new=new)
        options["state"] = kind_of(
            options["state"] or ("given" if new else None), "--state", "", STATES, new=False
        )
        entity = checked_id(entity) if entity else numbered("contribution", known)
    put(app, "contribution", Contribution, entity, given(**options), named=named)


def _worth(app: App, options: dict[str, Any], *, new: bool) -> None:
    """An amount in a currency, or a thing in words; a new one has one of them."""
    typed = options.pop("amount")
    options["amount_minor"] = None
    if typed:
        options["currency"] = currency_of(options["currency"], None, app)
        minor = amount(typed, "--amount", _("How much"), options["currency"])
        options["amount_minor"] = positive(minor, "--amount")
    elif new and not options["thing"]:
        raise UsageError(
            _("neither an amount nor a thing was said"),
            remedy=_("Say how much, or what it was: --amount 250.00, or --thing TEXT"),
        )
    elif options["currency"]:
        raise UsageError(_("--currency: say the amount with it"))
