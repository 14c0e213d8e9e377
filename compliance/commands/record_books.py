"""``record source|fund|account|programme``: what the books are made of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from compliance.commands.app import App, pass_app
from compliance.commands.ask import choice, maybe, need
from compliance.commands.known import account_class, account_line
from compliance.commands.output import say
from compliance.commands.record_shared import (
    announce,
    checked_id,
    find,
    given,
    id_option,
    kind_of,
    numbered,
    optional,
    put,
    revised,
    some_day,
    titled,
    titles,
)
from compliance.errors import Refused, UsageError
from compliance.i18n import _
from compliance.ledger.chart import SHARED
from compliance.ledger.kinds import ACCOUNT_TYPES, OWNED_BY, PERSON_KINDS, PLACES, SOURCE_KINDS

if TYPE_CHECKING:
    from compliance.ledger.books import Books


@click.command(help=_("Who money or property comes from. A person's name goes to the vault, not the books."))
@id_option
@click.option("--name", metavar="TEXT", help=_("The full name"))
@click.option("--kind", metavar="KIND", help=_("One of: {kinds}").format(kinds=", ".join(SOURCE_KINDS)))
@click.option("--country", metavar="XX", help=_("Country by its two-letter code"))
@click.option("--acts-for", metavar="SOURCE", help=_("It passes on the money of this source"))
@click.option("--owned-by", metavar="home|abroad", help=_("Whose hands a domestic organisation is in"))
@click.option("--tax-id", metavar="NUMBER", help=_("Tax number"))
@click.option("--pooled/--single", default=None, help=_("Many small gifts kept as one source"))
@click.option(
    "--pool-rule",
    metavar="TEXT",
    help=_("Of many small gifts: by what their givers' citizenship is established"),
)
@click.option("--evidence", metavar="DOCUMENT", help=_("The paper that shows who it is"))
@click.option("--address", metavar="TEXT", help=_("The official address; kept in the vault"))
@click.option("--email", metavar="TEXT", help=_("The e-mail address; kept in the vault"))
@click.option("--website", metavar="TEXT", help=_("The website; kept in the vault"))
@click.option("--note", metavar="TEXT", help=_("For yourself; nothing about a person"))
@pass_app
def source(app: App, /, entity: str | None, **options: Any) -> None:
    from compliance.ledger.models import Source

    named = entity is not None
    with app.books() as books:
        entity, kind, fields = _source_fields(books, entity, options)
    personal = kind in PERSON_KINDS
    secret: list[str] = []
    with app.writing("record source") as writing:
        reach = given(address=options["address"], email=options["email"], website=options["website"])
        if personal or reach:
            own = given(name=options["name"], tax_id=options["tax_id"]) if personal else {}
            commitment, secret = writing.vault.revise_identity(
                entity, "source", own | reach, fresh=entity not in writing.books.sources
            )
            fields |= given(commitment=commitment) | ({"name": None, "tax_id": None} if personal else {})
        revision = revised(writing.books, "source", Source, entity, fields, named=named)
        if revision.fact is not None:
            writing.event.add(revision.fact)
    announce("source", entity, revision, secret=secret)
    if personal and not options["pooled"]:
        say(_("The name is in the vault; the books know only {id}.").format(id=entity))


def _source_fields(
    books: Books, entity: str | None, options: dict[str, Any]
) -> tuple[str, str, dict[str, Any]]:
    """(id, kind, ledger fields). A person's default id is a number, never made from the name."""
    known = books.sources.get(entity) if entity else None
    kind = options["kind"] = kind_of(
        options["kind"], "--kind", _("What kind of source is it"), SOURCE_KINDS, new=known is None
    )
    kind = kind or (known.kind if known else "")
    if known is None and not options["pooled"]:
        options["name"] = need(options["name"], "--name", _("The full name"))
    if known is None and kind not in ("own_income", "unknown_citizenship"):
        options["country"] = maybe(options["country"], _("Country by its two-letter code, empty if unknown"))
    if entity is None:
        entity = (
            numbered("donor", books.sources)
            if kind in PERSON_KINDS
            else titled({}, None, options["name"], "--name", "")[0]
        )
    country = options["country"]
    if country and not (len(country) == 2 and country.isascii() and country.isalpha()):
        raise UsageError(_("--country: write the two-letter code, such as NL"))
    if options["owned_by"]:
        choice(options["owned_by"], "--owned-by", "", OWNED_BY)
    fields = given(
        kind=options["kind"],
        name=options["name"],
        country=country.upper() if country else country,
        acts_for=optional(options["acts_for"], "--acts-for", titles(books.sources)),
        owned_by=options["owned_by"],
        tax_id=options["tax_id"],
        pooled=options["pooled"],
        pool_rule=options["pool_rule"],
        evidence=optional(options["evidence"], "--evidence", titles(books.documents)),
        note=options["note"],
    )
    return checked_id(entity), kind, fields


@click.command(help=_("An agreement: money of one donor for one purpose, kept apart from all other money."))
@id_option
@click.option("--title", metavar="TEXT", help=_("What you call it"))
@click.option("--restricted/--unrestricted", default=None, help=_("May it be spent on its purpose only?"))
@click.option("--donor", metavar="SOURCE", help=_("The source expected to pay into it"))
@click.option("--agreement", metavar="TEXT", help=_("Number and day of the agreement"))
@click.option("--purpose", metavar="TEXT", help=_("What the money is for"))
@click.option("--since", "start_on", metavar="DAY", help=_("The agreement's first day"))
@click.option("--until", "end_on", metavar="DAY", help=_("Its last day, where it ends or has ended"))
@click.option("--note", metavar="TEXT", help=_("For yourself; nothing about a person"))
@pass_app
def fund(app: App, /, entity: str | None, title: str | None, donor: str | None, **options: Any) -> None:
    from compliance.ledger.models import Fund

    named = entity is not None
    with app.books() as books:
        entity, title = titled(books.funds, entity, title, "--title", _("What do you call the agreement"))
        if entity not in books.funds:
            donor = maybe(donor, _("Which source pays into it, empty if several"))
            if options["restricted"] is None:
                options["restricted"] = True
        donor = find(donor, titles(books.sources), "--donor") if donor else donor
        for option, field in (("--since", "start_on"), ("--until", "end_on")):
            options[field] = some_day(options[field], option)
    put(app, "fund", Fund, entity, given(title=title, donor=donor, **options), named=named)


@click.command(help=_("An account: where money is (bank, cash), or what income and expenses were for."))
@id_option
@click.option("--title", metavar="TEXT", help=_("What you call it"))
@click.option(
    "--type", "type_", metavar="TYPE", help=_("One of: {kinds}").format(kinds=", ".join(ACCOUNT_TYPES))
)
@click.option(
    "--class", "account_class", metavar="CLASS", help=_("bank, cash, special, ... or a class of the law")
)
@click.option("--currency", metavar="CURRENCY", help=_("The one currency it is kept in"))
@click.option("--expense-line", metavar="LINE", help=_("The form line its expenses fall on"))
@click.option("--number", metavar="NUMBER", help=_("Your own account number at the bank"))
@click.option("--bic", metavar="NUMBER", help=_("The bank's code"))
@click.option("--opened-on", metavar="DAY", help=_("Opened on"))
@click.option("--closed-on", metavar="DAY", help=_("Closed on"))
@pass_app
def account(app: App, /, entity: str | None, title: str | None, type_: str | None, **options: Any) -> None:
    from compliance.importers.accounts import letters_and_digits
    from compliance.ledger.models import Account
    from compliance.money import is_currency

    named = entity is not None
    with app.books() as books:
        entity, title = titled(books.accounts, entity, title, "--title", _("What do you call the account"))
        new = entity not in books.accounts
        if options["account_class"]:
            options["account_class"] = account_class(app, books, options["account_class"])
        if options["expense_line"]:
            options["expense_line"] = account_line(app, books, options["expense_line"], "--expense-line")
        if not new:
            _refuse_other_nature(books, entity, type_, options["currency"])
            _refuse_other_use(books, entity, type_, options["account_class"])
    if new and type_ is None and options["account_class"] in PLACES:
        type_ = "asset"
    if new and type_ is None and options["account_class"] == SHARED:
        type_ = "expense"
    type_ = kind_of(type_, "--type", _("What is it"), ACCOUNT_TYPES, new=new)
    if options["currency"] and not is_currency(options["currency"]):
        raise UsageError(_("a currency is three capital letters, such as RUB"))
    if options["number"]:
        options["number"] = letters_and_digits(options["number"])
        if not options["number"]:
            raise UsageError(_("--number: an account's number has letters or digits"))
    options["opened_on"] = some_day(options["opened_on"], "--opened-on")
    options["closed_on"] = some_day(options["closed_on"], "--closed-on")
    put(app, "account", Account, entity, given(title=title, type=type_, **options), named=named)


def _refuse_other_nature(books: Books, entity: str, type_: str | None, currency: str | None) -> None:
    """An account with entries keeps its type and currency: another would make its money vanish from sums."""
    known = books.accounts[entity]
    same = (type_ or known.type) == known.type and (currency or known.currency) == known.currency
    if not same and books.sums((), where={"account": [entity]})[0].count:
        raise Refused(
            _("the account {id} has entries, so its type and currency stay").format(id=entity),
            remedy=_("Make a new account for the other kind; a title may always change."),
        )


def _refuse_other_use(books: Books, entity: str, type_: str | None, class_: str | None) -> None:
    """The program books through accounts of its own: as another kind they would turn sums around."""
    from compliance.ledger.chart import system_accounts

    own = {item.entity: item for item in system_accounts()}
    known = books.accounts[entity]
    if entity in own and ((type_ or known.type), (class_ or known.account_class)) != (
        own[entity].type,
        own[entity].account_class,
    ):
        raise Refused(
            _("the account {id} is the program's own; only its title may change").format(id=entity),
            remedy=_("Make a new account for the other kind; a title may always change."),
        )


@click.command(help=_("A line of work that activities and expenses belong to."))
@id_option
@click.option("--title", metavar="TEXT", help=_("What you call it"))
@click.option("--aim", metavar="TEXT", help=_("What it is for"))
@pass_app
def programme(app: App, entity: str | None, title: str | None, aim: str | None) -> None:
    from compliance.ledger.models import Programme

    named = entity is not None
    with app.books() as books:
        entity, title = titled(
            books.programmes, entity, title, "--title", _("What do you call the line of work")
        )
    put(app, "programme", Programme, entity, given(title=title, aim=aim), named=named)
