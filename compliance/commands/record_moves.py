"""``record transfer|exchange|in-kind|reverse``: what is neither income nor spending, and undoing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from compliance.commands.app import App, pass_app
from compliance.commands.ask import amount, choice, interactive, maybe, need, yes
from compliance.commands.known import purpose
from compliance.commands.noticed import noticed
from compliance.commands.output import say
from compliance.commands.record_shared import (
    amends_option,
    currency_of,
    filing,
    happened,
    money,
    of_type,
    only,
    optional,
    pick,
    places,
    positive,
    posted,
    titles,
)
from compliance.errors import Refused, UsageError
from compliance.i18n import _, day_text
from compliance.ledger.kinds import PROPERTY_KINDS

if TYPE_CHECKING:
    from compliance.ledger.append import Leg
    from compliance.ledger.books import Books, Entry


@click.command(
    help=_(
        "Own money moved: from one account to another (--from, --to, --fund), or from one agreement to another"
        " (--from-fund, --to-fund, --account), as a loan to be returned or for good."
    )
)
@click.option("--on", "on", metavar="DAY", help=_("The day it happened"))
@click.option("--from", "from_", metavar="ACCOUNT", help=_("The account it left"))
@click.option("--to", "to", metavar="ACCOUNT", help=_("The account it went to"))
@click.option("--fund", metavar="FUND", help=_("Which agreement: whose money it is"))
@click.option("--amount", metavar="AMOUNT", help=_("How much"))
@click.option("--arrives", metavar="DAY", help=_("The day it arrived, if later: until then it is in transit"))
@click.option("--from-fund", metavar="FUND", help=_("The agreement whose money was taken"))
@click.option("--to-fund", metavar="FUND", help=_("The agreement it was used for"))
@click.option("--account", metavar="ACCOUNT", help=_("Where that money lies"))
@click.option("--loan", "way", flag_value="loan", help=_("To be returned"))
@click.option(
    "--repay", "way", flag_value="repay", help=_("Returning what was lent: from the borrower to the lender")
)
@click.option("--release", "way", flag_value="release", help=_("Given for good: say why, and by which paper"))
@click.option(
    "--because", metavar="TEXT", help=_("Which condition was met, or who agreed; nothing about a person")
)
@click.option("--document", metavar="DOCUMENT", help=_("The paper behind it"))
@click.option("--memo", metavar="TEXT", help=_("For yourself; nothing about a person"))
@amends_option
@pass_app
def transfer(app: App, /, **options: Any) -> None:
    between = options["from_fund"] or options["to_fund"]
    if between and (options["from_"] or options["to"] or options["fund"] or options["arrives"]):
        raise UsageError(_("move money between accounts, or between agreements: not both at once"))
    with app.books() as books:
        on = happened(app, options["on"], "--on", _("On which day"))
        steps, minor, currency = (
            _between_funds(app, books, on, options) if between else _between_places(app, books, on, options)
        )
        document = optional(options["document"], "--document", titles(books.documents))
        amends = filing(books, options["amends"])
    memo = options["because"] or options["memo"] or None
    with app.writing("record transfer") as writing:
        told = [text for day, legs in steps for text in noticed(writing.books, legs, day)]
        numbers = [
            writing.event.transaction(
                day, "transfer", legs, memo=memo, document=document, amends_filing=amends
            )
            for day, legs in steps
        ]
    posted("transfer", numbers, on, money(minor, currency))
    for text in told:
        say(text)


def _between_places(
    app: App, books: Books, on: date, options: dict[str, Any]
) -> tuple[list[tuple[date, list[Leg]]], int, str]:
    from compliance.ledger import entries
    from compliance.ledger.chart import of_class

    held = places(books)
    left = pick(options["from_"], "--from", _("Which account did it leave"), held)
    went = pick(options["to"], "--to", _("Which account did it go to"), held)
    currency = currency_of(None, books.accounts[left], app)
    if currency_of(None, books.accounts[went], app) != currency:
        raise UsageError(
            _("the two accounts are kept in different currencies"),
            remedy=_("Record the sale of the currency: compliance record exchange"),
        )
    if left == went:
        raise UsageError(_("the money did not move: both accounts are {account}").format(account=left))
    fund = only(options["fund"], "--fund", _("Which agreement: whose money is it"), titles(books.funds))
    minor = positive(amount(options["amount"], "--amount", _("How much"), currency), "--amount")
    if not options["arrives"]:
        return [(on, entries.transfer(left, went, fund, currency, minor))], minor, currency
    arrives = happened(app, options["arrives"], "--arrives", "", ahead_days=30)
    if arrives < on:
        raise UsageError(_("--arrives: it cannot arrive before it left"))
    transit = of_class(books.accounts, "in_transit")
    steps = [
        (on, entries.transfer(left, transit, fund, currency, minor)),
        (arrives, entries.transfer(transit, went, fund, currency, minor)),
    ]
    return steps, minor, currency


def _between_funds(
    app: App, books: Books, on: date, options: dict[str, Any]
) -> tuple[list[tuple[date, list[Leg]]], int, str]:
    from compliance.ledger import entries

    funds = titles(books.funds)
    taken = pick(options["from_fund"], "--from-fund", _("Whose money was taken"), funds)
    used = pick(options["to_fund"], "--to-fund", _("Which agreement was it used for"), funds)
    if taken == used:
        raise UsageError(_("the money did not move: both agreements are {fund}").format(fund=taken))
    place = only(options["account"], "--account", _("Where does that money lie"), places(books))
    currency = currency_of(None, books.accounts[place], app)
    minor = positive(amount(options["amount"], "--amount", _("How much"), currency), "--amount")
    way = options["way"]
    if way is None:
        words = ("loan", "release", "repay")
        way = choice(None, "--loan/--release/--repay", _("Will it be returned (loan), or is it for good (release)"), words)  # fmt: skip
    if way == "repay":
        _refuse_unlent(books, used, taken, minor, currency)
        return [(on, entries.repaid(books.accounts, place, taken, used, currency, minor))], minor, currency
    if way == "release" and books.funds[taken].restricted:
        why = _("Which condition was met, or who agreed")
        options["because"] = need(options["because"] or options["memo"], "--because", why)
    legs = entries.between_funds(books.accounts, place, taken, used, currency, minor, loan=way == "loan")
    return [(on, legs)], minor, currency


def _refuse_unlent(books: Books, lender: str, borrower: str, minor: int, currency: str) -> None:
    from compliance.ledger.loans import open_loans

    lent = sum(
        item.amount_minor
        for item in open_loans(books)
        if (item.lender, item.borrower, item.currency) == (lender, borrower, currency)
    )
    if minor > lent:
        raise UsageError(
            _("{borrower} owes {lender} {amount}, not more").format(
                borrower=borrower, lender=lender, amount=money(max(lent, 0), currency)
            ),
            remedy=_("See what is lent: compliance list loans"),
        )


@click.command(
    name="exchange",
    help=_("One currency sold for another. What the official rate makes of it is worked out, never typed."),
)
@click.option("--on", "on", metavar="DAY", help=_("The day of the sale"))
@click.option("--fund", metavar="FUND", help=_("Which agreement: whose money it is"))
@click.option("--from", "from_", metavar="ACCOUNT", help=_("The account the sold currency left"))
@click.option("--sold", metavar="AMOUNT", help=_("How much was sold"))
@click.option("--to", "to", metavar="ACCOUNT", help=_("The account the bought currency came to"))
@click.option("--bought", metavar="AMOUNT", help=_("How much was bought"))
@click.option("--memo", metavar="TEXT", help=_("For yourself; nothing about a person"))
@amends_option
@pass_app
def exchange(app: App, /, **options: Any) -> None:
    from compliance.ledger import entries

    with app.books() as books:
        on = happened(app, options["on"], "--on", _("On which day"))
        held = places(books)
        left = pick(options["from_"], "--from", _("Which account did the sold currency leave"), held)
        came = pick(options["to"], "--to", _("Which account did the bought currency come to"), held)
        fund = only(options["fund"], "--fund", _("Which agreement: whose money is it"), titles(books.funds))
        sold_currency, bought_currency = (
            currency_of(None, books.accounts[place], app) for place in (left, came)
        )
        if sold_currency == bought_currency:
            raise UsageError(
                _("both accounts are kept in {currency}").format(currency=sold_currency),
                remedy=_("Record it as: compliance record transfer"),
            )
        sold = positive(amount(options["sold"], "--sold", _("How much was sold"), sold_currency), "--sold")
        bought = positive(
            amount(options["bought"], "--bought", _("How much was bought"), bought_currency), "--bought"
        )
        legs = entries.exchange(
            books.accounts, fund, left, (sold, sold_currency), came, (bought, bought_currency)
        )
        amends = filing(books, options["amends"])
    with app.writing("record exchange") as writing:
        number = writing.event.transaction(
            on, "exchange", legs, memo=options["memo"] or None, amends_filing=amends
        )
    amounts = f"{money(sold, sold_currency)} → {money(bought, bought_currency)}"
    posted("exchange", [number], on, amounts)


@click.command(
    name="in-kind",
    help=_("Property or help received without money. Without a price it is counted, not valued."),
)
@click.option("--on", "on", metavar="DAY", help=_("The day it was received"))
@click.option("--source", metavar="SOURCE", help=_("Who it comes from"))
@click.option("--fund", metavar="FUND", help=_("Which agreement it belongs to"))
@click.option("--property", "property_", metavar="KIND", help=_("One of: {kinds}").format(kinds=", ".join(PROPERTY_KINDS)))  # fmt: skip
@click.option("--amount", metavar="AMOUNT", help=_("Its price; without one it is counted, not valued"))
@click.option("--currency", metavar="CURRENCY", help=_("Default: the currency of reports"))
@click.option("--as", "as_account", metavar="ACCOUNT", help=_("Which kind of income"))
@click.option("--used-as", metavar="ACCOUNT", help=_("The expense it was used up for at once"))
@click.option("--programme", metavar="PROGRAMME", help=_("Which line of work"))
@click.option("--purpose", metavar="PURPOSE", help=_("A purpose that a rule asks about"))
@click.option("--document", metavar="DOCUMENT", help=_("The paper behind it"))
@click.option("--memo", metavar="TEXT", help=_("What it is; nothing about a person"))
@amends_option
@pass_app
def in_kind(app: App, /, **options: Any) -> None:
    from compliance.ledger import entries

    with app.books() as books:
        on = happened(app, options["on"], "--on", _("On which day"))
        source = pick(options["source"], "--source", _("Who does it come from"), titles(books.sources))
        fund = only(options["fund"], "--fund", _("Which agreement does it belong to"), titles(books.funds))
        kind = choice(options["property_"], "--property", _("What is it"), PROPERTY_KINDS)
        currency = currency_of(options["currency"], None, app)
        price = _price(options["amount"], currency)
        far = only(options["as_account"], "--as", _("Which kind of income is it"), of_type(books, "income"))
        share = entries.Share(
            far, fund, positive(price, "--amount", zero=True), source=source,
            programme=optional(options["programme"], "--programme", titles(books.programmes)),
            purpose=purpose(app, books, options["purpose"]) if options["purpose"] else None, property=kind,
        )  # fmt: skip
        used = optional(options["used_as"], "--used-as", of_type(books, "expense"))
        legs = entries.in_kind(books.accounts, far, share, currency, used_as=used)
        document = optional(options["document"], "--document", titles(books.documents))
        amends = filing(books, options["amends"])
    with app.writing("record in-kind") as writing:
        number = writing.event.transaction(
            on, "in_kind", legs, memo=options["memo"] or None, document=document, amends_filing=amends
        )
    posted("in_kind", [number], on, money(price, currency) if price else _("no price: counted, not valued"))


def _price(given: str | None, currency: str) -> int:
    """Asked for on a terminal, where an empty answer is no price: the fact counts all the same."""
    text = maybe(given, _("Its price, empty where nobody knows one"))
    return amount(text, "--amount", "", currency) if text else 0


@click.command(
    help=_(
        "Undo a transaction by its opposite; both stay visible. TXN is its number in: list transactions."
        " Of an own transfer over two days both halves are undone."
    )
)
@click.argument("txn", type=int)
@click.option("--because", metavar="TEXT", help=_("Why; nothing about a person"))
@click.option("--on", "on", metavar="DAY", help=_("Another day than the transaction's own"))
@click.option("--yes", "agreed", is_flag=True, help=_("Do not ask"))
@amends_option
@pass_app
def reverse(
    app: App, /, txn: int, because: str | None, on: str | None, agreed: bool, amends: str | None
) -> None:
    from compliance.ledger import entries
    from compliance.ledger.halves import other_half

    with app.books() as books:
        undone = {number: list(books.entries(txn=number)) for number in (txn, *other_half(books, txn))}
        for number, legs in undone.items():
            _refuse_reversal(books, number, legs)
        day = happened(app, on, "--on", "") if on else None
        amended = filing(books, amends)
        told = [line for legs in undone.values() for line in _told(books, legs)]
    reason = need(because, "--because", _("Why"))
    if interactive():
        for line in told:
            say(line)
        if not yes(_("Undo transaction {number}?").format(number=_and(undone)), given=agreed):
            say(_("Nothing was recorded."))
            return
    with app.writing("record reverse") as writing:
        numbers = [
            writing.event.transaction(
                day or legs[0].on, _kind(legs), entries.reverse([_leg(item) for item in legs]), memo=reason,
                line=legs[0].line, reverses=number, amends_filing=amended,
            )
            for number, legs in undone.items()
        ]  # fmt: skip
    if len(undone) > 1:
        say(_("Transactions {numbers} are the two halves of one transfer: both are undone.").format(numbers=_and(undone)))  # fmt: skip
    posted("reverse", numbers, day or undone[txn][0].on, _("undoes {numbers}").format(numbers=_and(undone)))


def _kind(legs: Sequence[Entry]) -> str:
    """What undoes an opening balance is no movement of the period either: nothing was spent."""
    return legs[0].kind if legs[0].kind == "opening" else "reverse"


def _and(numbers: Iterable[int]) -> str:
    return ", ".join(str(number) for number in sorted(numbers))


def _told(books: Books, legs: list[Entry]) -> list[str]:
    """What is about to be undone, one line a posting: titles and amounts."""
    return [
        "   "
        + " · ".join(
            (
                day_text(leg.on),
                books.accounts[leg.account].title,
                books.funds[leg.fund].title if leg.fund in books.funds else leg.fund,
                money(leg.amount_minor, leg.currency),
            )
        )
        for leg in legs
    ]


def _refuse_reversal(books: Books, txn: int, legs: list[Entry]) -> None:
    if not legs:
        raise UsageError(
            _("there is no transaction {number}").format(number=txn),
            remedy=_("See: compliance list transactions"),
        )
    if txn in books.reversed_transactions():
        raise Refused(_("transaction {number} is undone already, or undoes another").format(number=txn))
    if legs[0].kind == "line":
        raise Refused(
            _("transaction {number} is a line of a bank statement").format(number=txn),
            why=_("The account must stay equal to the statement."),
            remedy=_("Undo the whole import: compliance batch undo"),
        )


def _leg(item: Entry) -> Leg:
    from compliance.ledger.append import Leg

    return Leg(
        item.account, item.fund, item.currency, item.amount_minor, item.source, item.programme,
        item.expense_line, item.purpose, item.property,
    )  # fmt: skip
