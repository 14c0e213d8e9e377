"""``record obligation|payment|prepayment|delivery``: costs and payments that do not fall on one day."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import click

from compliance.commands.app import App, Writing, pass_app
from compliance.commands.ask import amount
from compliance.commands.output import say
from compliance.commands.record_shared import (
    C,
    amends_option,
    checked_id,
    currency_of,
    filing,
    find,
    happened,
    money,
    of_type,
    only,
    optional,
    pick,
    places,
    positive,
    recorded,
    slug,
    titles,
)
from compliance.errors import UsageError
from compliance.i18n import _

if TYPE_CHECKING:
    from compliance.ledger.books import Books
    from compliance.ledger.debts import Debt
    from compliance.ledger.entries import Share


def _cost_options(command: C) -> C:
    for option in reversed((
        click.option("--on", "on", metavar="DAY", help=_("The day it happened")),
        click.option("--fund", metavar="FUND", help=_("Which agreement: whose money it is")),
        click.option("--amount", metavar="AMOUNT", help=_("How much")),
        click.option("--expense-line", metavar="LINE", help=_("The form line it falls on")),
        click.option("--programme", metavar="PROGRAMME", help=_("Which line of work")),
        click.option("--id", "entity", metavar="ID", help=_("A short name for the paper; or that of a recorded document")),
        click.option("--title", metavar="TEXT", help=_("What paper says so; nothing about a person")),
    )):  # fmt: skip
        command = option(command)
    return command


@click.command(
    help=_(
        "A cost that is not paid yet: the act or invoice is here. Pay it later with record payment, or by"
        " sorting the bank's line: assign LINE --kind debt --document ID. Dated before the books begin, it is"
        " a debt that they take over."
    )
)
@_cost_options
@click.option("--currency", metavar="CURRENCY", help=_("Default: the currency of reports"))
@amends_option
@pass_app
def obligation(app: App, /, **options: Any) -> None:
    from compliance.ledger import entries

    with app.books() as books:
        on = happened(app, options["on"], "--on", _("On which day"))
        currency = currency_of(options["currency"], None, app)
        share, minor = cost(books, options, currency)
        before = on < first_day(app, books)
        legs = entries.owed(books.accounts, share, currency, before=before)
        amends = filing(books, options["amends"])
    with app.writing("record obligation") as writing:
        paper = paper_of(writing, options, on, minor, currency)
        kind = "opening" if before else "obligation"
        number = writing.event.transaction(on, kind, legs, document=paper, amends_filing=amends)
    recorded(1, f"obligation {number} {paper}, {on.isoformat()}, {money(minor, currency)}")


@click.command(help=_("Paying what is owed. PAPER is its short name in: list debts"))
@click.argument("paper", metavar="PAPER")
@click.option("--on", "on", metavar="DAY", help=_("The day it happened"))
@click.option("--account", metavar="ACCOUNT", help=_("Where the money is: bank account or cash"))
@click.option("--amount", metavar="AMOUNT", help=_("How much; left out, all that is open"))
@amends_option
@pass_app
def payment(app: App, /, paper: str, **options: Any) -> None:
    from compliance.ledger.entries import Share, movement

    with app.books() as books:
        paper = find(paper, titles(books.documents), "PAPER")
        on = happened(app, options["on"], "--on", _("On which day"))
        place = only(options["account"], "--account", _("Where is the money"), places(books))
        currency = currency_of(None, books.accounts[place], app)
        laid, minor = _settled(books, "payable", paper, options["amount"], currency)
        shares = [
            Share(item.account, item.fund, -step, None, item.programme, item.expense_line)
            for item, step in laid
        ]
        amends = filing(books, options["amends"])
    with app.writing("record payment") as writing:
        legs = movement(place, currency, shares)
        number = writing.event.transaction(on, "payment", legs, document=paper, amends_filing=amends)
    recorded(1, f"payment {number} {paper}, {on.isoformat()}, {money(minor, currency)}")


def set_aside(books: Books, share: Share, account_class: str) -> Share:
    """A cost that is none yet: on the account between, with the form line it is going to fall on."""
    from dataclasses import replace

    from compliance.ledger.chart import of_class

    line = share.expense_line or books.accounts[share.account].expense_line
    return replace(share, account=of_class(books.accounts, account_class), expense_line=line)


@click.command(help=_("Paid before anything was delivered: money spent, but no cost yet."))
@_cost_options
@click.option("--account", metavar="ACCOUNT", help=_("Where the money is: bank account or cash"))
@amends_option
@pass_app
def prepayment(app: App, /, **options: Any) -> None:
    from compliance.ledger.entries import movement

    with app.books() as books:
        on = happened(app, options["on"], "--on", _("On which day"))
        place = only(options["account"], "--account", _("Where is the money"), places(books))
        currency = currency_of(None, books.accounts[place], app)
        share, minor = cost(books, options, currency)
        ahead = set_aside(books, share, "prepaid")
        amends = filing(books, options["amends"])
    with app.writing("record prepayment") as writing:
        paper = paper_of(writing, options, on, minor, currency)
        legs = movement(place, currency, [ahead])
        number = writing.event.transaction(on, "prepayment", legs, document=paper, amends_filing=amends)
    recorded(1, f"prepayment {number} {paper}, {on.isoformat()}, {money(minor, currency)}")


@click.command(
    help=_("What was paid ahead is delivered and becomes a cost. PAPER is its short name in: list debts")
)
@click.argument("paper", metavar="PAPER")
@click.option("--on", "on", metavar="DAY", help=_("The day of the act"))
@click.option("--amount", metavar="AMOUNT", help=_("How much; left out, all that is open"))
@click.option("--currency", metavar="CURRENCY", help=_("Default: the currency of reports"))
@amends_option
@pass_app
def delivery(app: App, /, paper: str, **options: Any) -> None:
    from compliance.ledger import entries

    with app.books() as books:
        paper = find(paper, titles(books.documents), "PAPER")
        on = happened(app, options["on"], "--on", _("On which day"))
        currency = currency_of(options["currency"], None, app)
        laid, minor = _settled(books, "prepaid", paper, options["amount"], currency)
        legs = [
            leg
            for item, step in laid
            for leg in entries.delivered(books.accounts, _share_of(books, item, step), currency)
        ]
        amends = filing(books, options["amends"])
    with app.writing("record delivery") as writing:
        number = writing.event.transaction(on, "delivery", legs, document=paper, amends_filing=amends)
    recorded(1, f"delivery {number} {paper}, {on.isoformat()}, {money(minor, currency)}")


def cost(books: Books, options: dict[str, Any], currency: str) -> tuple[Share, int]:
    """The cost as a share (negative) on its expense account, and its amount."""
    from compliance.ledger.chart import for_line
    from compliance.ledger.entries import Share

    whose = _("Which agreement: whose money is it")
    fund = only(options["fund"], "--fund", whose, titles(books.funds), books.last_used("fund"))
    line = options["expense_line"]
    account = for_line(books.accounts, line) if line else None
    if account is None:
        account = pick(line, "--expense-line", _("Which kind of expense is it"), of_type(books, "expense"))
    line = None if line in (account, books.accounts[account].expense_line) else line
    programme = optional(options["programme"], "--programme", titles(books.programmes))
    minor = positive(amount(options["amount"], "--amount", _("How much"), currency), "--amount")
    return Share(account, fund, -minor, None, programme, line), minor


def _settled(
    books: Books, kind: str, paper: str, typed: str | None, currency: str
) -> tuple[list[tuple[Debt, int]], int]:
    """The open debts of a paper with what is settled of each, and the sum."""
    from compliance.intake.debts import owed_on, settling

    debts = owed_on(books, kind, paper, currency)
    total = sum(item.amount_minor for item in debts)
    minor = positive(amount(typed, "--amount", "", currency), "--amount") if typed else total
    return settling(debts, minor), minor


def _share_of(books: Books, debt: Debt, step: int) -> Share:
    from compliance.ledger.chart import for_line
    from compliance.ledger.entries import Share

    account = for_line(books.accounts, debt.expense_line or "")
    if account is None:
        raise UsageError(
            _("no expense account falls on the form line “{line}”").format(line=debt.expense_line)
        )
    return Share(account, debt.fund, -step, None, debt.programme)


def paper_of(writing: Writing, options: dict[str, Any], on: date, minor: int, currency: str) -> str:
    """The document that a debt is known by: a recorded one, or a new one that is still to be filed."""
    from compliance.ledger.models import Document

    documents = writing.books.documents
    entity, title = options["entity"], options["title"]
    if entity in documents:
        return str(entity)
    if not title:
        raise UsageError(
            _("the option {option} is missing").format(option="--title"),
            remedy=_("What paper says so? Or name a recorded one by --id; see: compliance list documents"),
        )
    entity = checked_id(entity) if entity else slug(title, fallback="invoice")
    if entity in documents:
        raise UsageError(
            _("there is already a document {id}").format(id=entity),
            remedy=_("If it is this one, say --id {id}; if not, give the new one an --id of its own.").format(
                id=entity
            ),
        )
    writing.event.add(
        Document(
            entity=entity, digest=None, kind="invoice", title=title, dated_on=on, about=options["fund"],
            amount_minor=minor, currency=currency,
        )
    )  # fmt: skip
    say(
        _(
            "Noted as the paper {id}; when you have the file: compliance record document FILE --id {id}"
        ).format(id=entity)
    )
    return entity


def first_day(app: App, books: Books) -> date:
    """The first day of the books: as configured, else the day after the last opening balance."""
    if app.workspace.config.starts_on:
        return app.workspace.config.starts_on
    days = [item.key[-1] for item in books.sums((), where={"kind": ["opening"]}, by_day=True)]
    return max(date.fromisoformat(str(day)) for day in days) + timedelta(days=1) if days else date.min
