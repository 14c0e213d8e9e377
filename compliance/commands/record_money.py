"""``record income|expense|opening``: money in and out of one place, and where the books begin."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from compliance.commands.app import App, pass_app
from compliance.commands.ask import amount, maybe
from compliance.commands.known import form_line, purpose
from compliance.commands.noticed import noticed
from compliance.commands.output import say
from compliance.commands.record_shared import (
    C,
    amends_option,
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
    posted,
    titles,
)
from compliance.errors import Refused, UsageError
from compliance.i18n import _, day_text
from compliance.money import plain

if TYPE_CHECKING:
    from compliance.ledger.append import Leg
    from compliance.ledger.books import Books


def _money_options(command: C) -> C:
    for option in reversed((
        click.option("--on", "on", metavar="DAY", help=_("The day it happened")),
        click.option("--account", metavar="ACCOUNT", help=_("Where the money is: bank account or cash")),
        click.option("--fund", metavar="FUND", help=_("Which agreement: whose money it is")),
        click.option("--amount", metavar="AMOUNT", help=_("How much")),
        click.option("--currency", metavar="CURRENCY", help=_("Default: the currency of the account")),
    )):  # fmt: skip
        command = option(command)
    return command


def _detail_options(command: C) -> C:
    for option in reversed((
        click.option("--programme", metavar="PROGRAMME", help=_("Which line of work")),
        click.option("--purpose", metavar="PURPOSE", help=_("A purpose that a rule asks about")),
        click.option("--document", metavar="DOCUMENT", help=_("The paper behind it")),
        click.option("--memo", metavar="TEXT", help=_("For yourself; nothing about a person")),
    )):  # fmt: skip
        command = option(command)
    return command


@click.command(
    help=_(
        "Money that came in: from whom, and under which agreement. A gift given back to its donor is a smaller"
        " receipt, not an expense: the same with --refund (of a bank's line: compliance assign LINE --kind refund)."
    )
)
@_money_options
@click.option("--refund", is_flag=True, help=_("Given back to the source: receipts become smaller"))
@click.option("--source", metavar="SOURCE", help=_("Who it comes from"))
@click.option("--as", "as_account", metavar="ACCOUNT", help=_("Which kind of income"))
@_detail_options
@amends_option
@pass_app
def income(app: App, /, source: str | None, as_account: str | None, refund: bool, **options: Any) -> None:
    from compliance.ledger.entries import Share, movement

    with app.books() as books:
        on, place, fund, minor, currency = _where_and_whose(app, books, options)
        source = pick(source, "--source", _("Who does it come from"), titles(books.sources))
        far = only(as_account, "--as", _("Which kind of income is it"), of_type(books, "income"))
        details = _details(app, books, options)
        amends = filing(books, options["amends"])
    share = Share(far, fund, -minor if refund else minor, source=source, **details["share"])
    legs, kind = movement(place, currency, [share]), "refund" if refund else "income"
    _post(app, kind, on, legs, minor, currency, options["memo"], details["document"], amends)


@click.command(
    help=_(
        "Money that was spent: on what, under which agreement and line of work."
        " Money that a supplier gives back makes the same expense smaller: --refund, with the agreement and the line"
        " it was paid under (of a bank's line: compliance assign LINE --kind expense)."
        " A gift given back to its donor is no expense: compliance record income --refund"
    )
)
@_money_options
@click.option("--refund", is_flag=True, help=_("Given back by the supplier: the expense becomes smaller"))
@click.option("--as", "as_account", metavar="ACCOUNT", help=_("Which kind of expense"))
@click.option(
    "--expense-line", metavar="LINE", help=_("The form line it falls on; it chooses the account too")
)
@click.option(
    "--part",
    "texts",
    multiple=True,
    metavar="PART",
    help=_('One of several agreements or lines: "fund=F line=L programme=P amount=100"; may be repeated'),
)
@_detail_options
@amends_option
@pass_app
def expense(
    app: App,
    /,
    as_account: str | None,
    expense_line: str | None,
    texts: tuple[str, ...],
    refund: bool,
    **options: Any,
) -> None:
    from compliance.ledger.chart import for_line
    from compliance.ledger.entries import Share, movement

    if texts:
        if refund:
            raise UsageError(
                _("--refund and --part do not go together"),
                remedy=_("Record what came back for each agreement and line by itself."),
            )
        _in_parts(app, texts, options)
        return
    with app.books() as books:
        if expense_line:
            expense_line = form_line(app, books, expense_line, "--expense-line")
        on, place, fund, minor, currency = _where_and_whose(app, books, options)
        if as_account is None and expense_line:
            as_account = for_line(books.accounts, expense_line)
        far = only(as_account, "--as", _("Which kind of expense is it"), of_type(books, "expense"))
        if expense_line == books.accounts[far].expense_line:
            expense_line = None
        if options["programme"] is None and books.programmes:
            options["programme"] = maybe(None, _("Which line of work, empty if none"))
        details = _details(app, books, options)
        amends = filing(books, options["amends"])
    share = Share(far, fund, minor if refund else -minor, expense_line=expense_line, **details["share"])
    legs = movement(place, currency, [share])
    _post(app, "expense", on, legs, minor, currency, options["memo"], details["document"], amends)


def _in_parts(app: App, texts: tuple[str, ...], options: dict[str, Any]) -> None:
    """One payment for several agreements, lines of work or form lines; without --amount, the sum of its parts."""
    from compliance.commands.queue import resolved
    from compliance.intake.parts import parse_part, shares
    from compliance.ledger.entries import movement

    with app.books() as books:
        parts = [resolved(app, books, parse_part(text)) for text in texts]
        on = happened(app, options["on"], "--on", _("On which day"))
        place = only(options["account"], "--account", _("Where is the money"), places(books))
        currency = currency_of(options["currency"], books.accounts[place], app)
        typed = [options["amount"]] if options["amount"] else [part.amount for part in parts]
        if not all(typed):
            raise UsageError(_("each part needs its amount, or say --amount for the whole"))
        minor = sum(amount(text, "--amount", "", currency) for text in typed)
        made = shares(parts, -positive(minor, "--amount"), currency, books, place)
        document = optional(options["document"], "--document", titles(books.documents))
        amends = filing(books, options["amends"])
    legs = movement(place, currency, made)
    _post(app, "expense", on, legs, minor, currency, options["memo"], document, amends)


def _where_and_whose(app: App, books: Books, options: dict[str, Any]) -> tuple[date, str, str, int, str]:
    _from_paper(books, options)
    on = happened(app, options["on"], "--on", _("On which day"))
    place = only(
        options["account"], "--account", _("Where is the money"), places(books), books.last_used("account")
    )
    whose = _("Which agreement: whose money is it")
    fund = only(options["fund"], "--fund", whose, titles(books.funds), books.last_used("fund"))
    currency = currency_of(options["currency"], books.accounts[place], app)
    minor = positive(amount(options["amount"], "--amount", _("How much"), currency), "--amount")
    return on, place, fund, minor, currency


def _from_paper(books: Books, options: dict[str, Any]) -> None:
    """Day, amount, currency and agreement that were not typed are those of the paper; each is shown."""
    if not options.get("document"):
        return
    entity = find(options["document"], titles(books.documents), "--document")
    paper = books.documents[entity]
    shown: list[str] = []
    if paper.dated_on is not None and not options["on"]:
        options["on"] = paper.dated_on.isoformat()
        shown.append(day_text(paper.dated_on))
    if paper.amount_minor is not None and paper.currency is not None and not options["amount"]:
        options |= {
            "amount": plain(paper.amount_minor, paper.currency),
            "currency": options["currency"] or paper.currency,
        }
        shown.append(money(paper.amount_minor, paper.currency))
    funds = [paper.about] if paper.about in books.funds else []
    if paper.about in books.sources:
        funds = [key for key, fund in books.funds.items() if fund.donor == paper.about]
    if len(funds) == 1 and funds[0] and not options["fund"]:
        options["fund"] = funds[0]
        shown.append(f"«{books.funds[funds[0]].title}»")
    if shown:
        say(_("From the paper: {values}").format(values=", ".join(shown)))
    for number in books.resting_on(entity):
        say(_("This paper stands behind transaction {number} already.").format(number=number))


def _details(app: App, books: Books, options: dict[str, Any]) -> dict[str, Any]:
    return {
        "share": {
            "programme": optional(options["programme"], "--programme", titles(books.programmes)),
            "purpose": purpose(app, books, options["purpose"]) if options["purpose"] else None,
        },
        "document": optional(options["document"], "--document", titles(books.documents)),
    }


def _post(
    app: App,
    kind: str,
    on: date,
    legs: list[Leg],
    minor: int,
    currency: str,
    memo: str | None,
    document: str | None,
    amends: str | None,
) -> None:
    with app.writing(f"record {kind}") as writing:
        told = list(noticed(writing.books, legs, on))
        number = writing.event.transaction(
            on, kind, legs, memo=memo or None, document=document, amends_filing=amends
        )
    posted(kind, [number], on, money(minor, currency))
    for text in told:
        say(text)


@click.command(
    help=_(
        "What an account holds for an agreement when the books begin. Repeat it for each account and agreement."
        " With --baseline the sum is held against the closing balance of the last report you filed."
    )
)
@_money_options
@click.option(
    "--baseline", metavar="AMOUNT", help=_("Closing balance of the last filed report, all together")
)
@click.option("--source", metavar="SOURCE", help=_("Whose it was, where the agreement is a pool"))
@amends_option
@pass_app
def opening(app: App, /, baseline: str | None, **options: Any) -> None:
    from compliance.ledger import entries
    from compliance.ledger.models import Document
    from compliance.ledger.revise import revise

    with app.books() as books:
        on = happened(app, options["on"], "--on", _("At the end of which day"))
        place = only(options["account"], "--account", _("Which account"), places(books))
        fund = only(options["fund"], "--fund", _("Which agreement: whose money is it"), titles(books.funds))
        currency = currency_of(options["currency"], books.accounts[place], app)
        minor = amount(options["amount"], "--amount", _("How much"), currency)
        home = app.workspace.config.currency
        filed = amount(baseline, "--baseline", "", home) if baseline else None
        source = optional(options["source"], "--source", titles(books.sources))
        legs = entries.opening(books.accounts, place, fund, currency, minor, source)
        amends = filing(books, options["amends"])
    with app.writing("record opening") as writing:
        if minor:
            _refuse_second_opening(writing.books, place, fund, currency, source)
            number = writing.event.transaction(on, "opening", legs, amends_filing=amends)
        if filed is not None:
            fields = {
                "digest": None,
                "kind": "baseline",
                "title": _("Closing balance of the last filed report"),
                "dated_on": on,
                "amount_minor": filed,
                "currency": home,
            }
            revision = revise(writing.books, Document, "opening-baseline", fields)
            if revision.fact is not None:
                writing.event.add(revision.fact)
    if minor:
        posted("opening", [number], on, f"{place} {fund} {money(minor, currency)}")
    else:
        say(_("Zero needs no entry."))
    with app.books() as books:
        _compare(books, home)


def _refuse_second_opening(books: Books, place: str, fund: str, currency: str, source: str | None) -> None:
    """The same opening typed twice would be added up in silence."""
    undone = books.reversed_transactions()
    where: dict[str, Sequence[str]] = {
        "account": [place],
        "fund": [fund],
        "currency": [currency],
        "kind": ["opening"],
    }
    for entry in books.entries(where=where):
        of_source = {leg.source for leg in books.entries(txn=entry.txn)} - {None}
        if entry.txn not in undone and of_source == ({source} if source else set()):
            raise Refused(
                _("an opening balance of {amount} is recorded for {account} and {fund} already").format(
                    amount=money(entry.amount_minor, currency), account=place, fund=fund
                ),
                remedy=_("To correct it, undo it first: compliance record reverse {number}").format(
                    number=entry.txn
                ),
            )


def _compare(books: Books, home: str) -> None:
    """Openings so far against the last filed closing, in the reporting currency at the day's rates."""
    from compliance.ledger.valuation import openings_valued

    baseline = books.documents.get("opening-baseline")
    if baseline is None or baseline.amount_minor is None:
        return
    total, unvalued = openings_valued(books, home)
    for currency, day_ in unvalued:
        say(
            _("There is no rate of {currency} for {day}: compliance record rate").format(
                currency=currency, day=day_
            )
        )
    difference = baseline.amount_minor - total
    if difference == 0 and not unvalued:
        say(_("Openings equal the last filed report: {amount}").format(amount=money(total, home)))
    else:
        say(
            _(
                "The last filed report closed with {filed}; openings so far {total}; still to explain {rest}"
            ).format(
                filed=money(baseline.amount_minor, home),
                total=money(total, home),
                rest=money(difference, home),
            )
        )
