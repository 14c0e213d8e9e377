"""``record asset|cheque``: things that are kept, and cheques that are on their way."""

from __future__ import annotations

from typing import Any

import click

from compliance.commands.app import App, pass_app
from compliance.commands.ask import amount, need
from compliance.commands.record_shared import (
    amends_option,
    checked_id,
    currency_of,
    filing,
    given,
    happened,
    id_option,
    kind_of,
    money,
    only,
    optional,
    places,
    positive,
    put,
    recorded,
    slug,
    some_day,
    titled,
    titles,
)
from compliance.errors import UsageError
from compliance.i18n import _

THINGS = ("movable", "immovable")
"""What a thing is; movable where nobody says."""


@click.command(
    help=_(
        "A thing that is kept: what it cost, whose money it was, where it stands, the act that says it came; and,"
        " with the same --id later, that it is gone. The purchase itself is an expense of its own."
    )
)
@id_option
@click.option("--title", metavar="TEXT", help=_("What it is; nothing about a person"))
@click.option("--on", "on", metavar="DAY", help=_("The day it came"))
@click.option("--amount", metavar="AMOUNT", help=_("What it cost, or its price where it was given"))
@click.option("--currency", metavar="CURRENCY", help=_("Default: the currency of reports"))
@click.option("--fund", metavar="FUND", help=_("Which agreement paid for it"))
@click.option("--programme", metavar="PROGRAMME", help=_("Which line of work"))
@click.option("--source", metavar="SOURCE", help=_("Who gave it, where nobody paid"))
@click.option("--place", metavar="TEXT", help=_("Where it stands: a room or an address"))
@click.option("--kind", metavar="WORD", help=_("One of: {kinds}").format(kinds=", ".join(THINGS)))
@click.option("--size", metavar="TEXT", help=_("Of land or a building: how large, as its papers say"))
@click.option("--act", metavar="DOCUMENT", help=_("The act of acceptance"))
@click.option("--disposed-on", metavar="DAY", help=_("The day it was given away, sold or written off"))
@click.option("--disposal", metavar="DOCUMENT", help=_("The paper that says so"))
@pass_app
def asset(app: App, /, entity: str | None, title: str | None, **options: Any) -> None:
    from compliance.ledger.models import Asset

    named = entity is not None
    with app.books() as books:
        known = books.facts(Asset)
        entity, title = titled(known, entity, title, "--title", _("What is it"))
        new = entity not in known
        currency = currency_of(options["currency"], None, app)
        if new or options["amount"]:
            options["amount"] = positive(amount(options["amount"], "--amount", _("What did it cost"), currency), "--amount", zero=True)  # fmt: skip
        if new or options["on"]:
            options["on"] = happened(app, options["on"], "--on", _("On which day did it come"))
        if new or options["fund"]:
            options["fund"] = only(
                options["fund"], "--fund", _("Which agreement paid for it"), titles(books.funds)
            )
        papers = titles(books.documents)
        disposed = some_day(options["disposed_on"], "--disposed-on")
        fields = given(
            title=title, acquired_on=options["on"], amount_minor=options["amount"], fund=options["fund"],
            currency=currency if new or options["currency"] else None,
            programme=optional(options["programme"], "--programme", titles(books.programmes)),
            source=optional(options["source"], "--source", titles(books.sources)), place=options["place"],
            act=optional(options["act"], "--act", papers), disposed_on=disposed,
            disposal=optional(options["disposal"], "--disposal", papers), size=options["size"],
            kind=kind_of(options["kind"], "--kind", "", THINGS, new=False),
        )  # fmt: skip
    put(app, "asset", Asset, entity, fields, named=named)


@click.command(
    help=_(
        "A cheque that was given out: the money is spent, the bank pays it later. When its line comes:"
        " assign LINE --kind cheque --document ID. One that is out of time is undone: record reverse TXN"
    )
)
@click.option("--number", metavar="NUMBER", help=_("The number on the cheque"))
@click.option("--id", "entity", metavar="ID", help=_("A short name to call it by"))
@click.option("--on", "on", metavar="DAY", help=_("The day it was given out"))
@click.option("--valid-until", metavar="DAY", help=_("The last day on which the bank pays it"))
@click.option("--account", metavar="ACCOUNT", help=_("The bank account it is drawn on"))
@click.option("--fund", metavar="FUND", help=_("Which agreement: whose money it is"))
@click.option("--amount", metavar="AMOUNT", help=_("How much"))
@click.option("--expense-line", metavar="LINE", help=_("The form line it falls on"))
@click.option("--programme", metavar="PROGRAMME", help=_("Which line of work"))
@amends_option
@pass_app
def cheque(app: App, /, entity: str | None, **options: Any) -> None:
    from compliance.commands.record_debts import cost
    from compliance.ledger.chart import of_class
    from compliance.ledger.entries import movement
    from compliance.ledger.models import Cheque, Document

    with app.books() as books:
        on = happened(app, options["on"], "--on", _("On which day"))
        number = need(options["number"], "--number", _("The number on the cheque"))
        entity = checked_id(entity) if entity else slug(f"cheque {number}", fallback="cheque")
        if entity in books.documents:
            raise UsageError(_("there is already a document {id}").format(id=entity))
        account = only(options["account"], "--account", _("Which bank account is it drawn on"), places(books))
        currency = currency_of(None, books.accounts[account], app)
        share, minor = cost(books, options, currency)
        legs = movement(of_class(books.accounts, "cheques"), currency, [share])
        until = some_day(options["valid_until"], "--valid-until")
        amends = filing(books, options["amends"])
    with app.writing("record cheque") as writing:
        writing.event.add(
            Cheque(entity=entity, account=account, number=number, issued_on=on, valid_until=until or None),  # type: ignore[arg-type]
            Document(entity=entity, digest=None, kind="cheque", title=number, dated_on=on, amount_minor=minor, currency=currency),
        )  # fmt: skip
        txn = writing.event.transaction(on, "cheque", legs, document=entity, amends_filing=amends)
    recorded(1, f"cheque {txn} {entity}, {on.isoformat()}, {money(minor, currency)}")
