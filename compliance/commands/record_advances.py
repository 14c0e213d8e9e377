"""``record advance|advance-report``: money handed out to somebody, and the report on it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import click

from compliance.commands.app import App, pass_app
from compliance.commands.ask import amount, day
from compliance.commands.noticed import noticed
from compliance.commands.output import say
from compliance.commands.record_debts import cost, paper_of, set_aside
from compliance.commands.record_shared import (
    amends_option,
    currency_of,
    filing,
    find,
    happened,
    money,
    only,
    pick,
    places,
    positive,
    recorded,
    titles,
)
from compliance.errors import UsageError
from compliance.i18n import _

if TYPE_CHECKING:
    from compliance.ledger.books import Books
    from compliance.ledger.debts import Debt
    from compliance.ledger.entries import Share


@click.command(
    help=_(
        "Money handed out to somebody to spend and report on. From cash: say all of it. If the bank's line is sorted"
        " already (assign LINE --kind advance --document ID), say --id, --person and --report-by only."
    )
)
@click.option(
    "--id", "entity", metavar="ID", help=_("A short name for the paper; or that of a recorded document")
)
@click.option("--person", metavar="PERSON", help=_("Who got it: a pseudonym"))
@click.option(
    "--report-by",
    metavar="DAY",
    help=_("By when it is to be reported; default: advance_days of schedules.yaml"),
)
@click.option("--on", "on", metavar="DAY", help=_("The day it happened"))
@click.option("--account", metavar="ACCOUNT", help=_("Where the money is: bank account or cash"))
@click.option("--fund", metavar="FUND", help=_("Which agreement: whose money it is"))
@click.option("--amount", metavar="AMOUNT", help=_("How much"))
@click.option("--expense-line", metavar="LINE", help=_("The form line it falls on"))
@click.option("--programme", metavar="PROGRAMME", help=_("Which line of work"))
@click.option("--title", metavar="TEXT", help=_("What paper says so; nothing about a person"))
@amends_option
@pass_app
def advance(app: App, /, **options: Any) -> None:
    from compliance.ledger.entries import movement

    with app.books() as books:
        person = pick(options["person"], "--person", _("Who got it"), titles(books.people))
        known = _open(books, options["entity"]) if options["entity"] in books.documents else []
    if known:
        _keep(app, str(options["entity"]), person, known[0].since, options["report_by"])
        return
    with app.books() as books:
        on = happened(app, options["on"], "--on", _("On which day"))
        place = only(options["account"], "--account", _("Where is the money"), places(books))
        currency = currency_of(None, books.accounts[place], app)
        share, minor = cost(books, options, currency)
        out = set_aside(books, share, "advance")
        amends = filing(books, options["amends"])
    with app.writing("record advance") as writing:
        paper = paper_of(writing, options, on, minor, currency)
        legs = movement(place, currency, [out])
        told = list(noticed(writing.books, legs, on))
        number = writing.event.transaction(on, "advance", legs, document=paper, amends_filing=amends)
        writing.event.add(_fact(app, paper, person, on, options["report_by"]))
    recorded(1, f"advance {number} {paper}, {on.isoformat()}, {money(minor, currency)}")
    for text in told:
        say(text)


def _keep(app: App, paper: str, person: str, on: date, report_by: str | None) -> None:
    """Only who holds it, for money that left by a bank line."""
    from compliance.ledger.models import Advance
    from compliance.ledger.revise import revise

    fact = _fact(app, paper, person, on, report_by)
    with app.writing("record advance") as writing:
        given = {"person": fact.person, "given_on": fact.given_on, "report_by": fact.report_by}
        revision = revise(writing.books, Advance, paper, given)
        if revision.fact is not None:
            writing.event.add(revision.fact)
    if revision.fact is None:
        say(_("nothing new: {kind} {id} is recorded so already").format(kind="advance", id=paper))
    else:
        recorded(1, f"advance {paper}")


def _fact(app: App, paper: str, person: str, on: date, report_by: str | None) -> Any:
    from compliance.ledger.models import Advance

    until = day(report_by, "--report-by", "") if report_by else on + timedelta(days=app.config.advance_days)
    if until < on:
        raise UsageError(_("--report-by: it cannot be before the money was handed out"))
    return Advance(entity=paper, person=person, given_on=on, report_by=until)


def _open(books: Books, paper: str) -> list[Debt]:
    from compliance.ledger.debts import open_debts

    return [
        item
        for item in open_debts(books)
        if item.kind == "advance" and item.document == paper and item.amount_minor > 0
    ]


@click.command(
    name="advance-report",
    help=_(
        "The report on an advance: on what it was spent, what comes back. PAPER is its short name in: list debts."
        ' Repeat --part "fund=F line=L programme=P amount=1000.00"; what is more than the advance is owed then and'
        " paid with: record payment PAPER."
    ),
)
@click.argument("paper", metavar="PAPER")
@click.option("--on", "on", metavar="DAY", help=_("The day of the report"))
@click.option("--part", "texts", multiple=True, metavar="PART", help=_("One cost of the report"))
@click.option("--returned", metavar="AMOUNT", help=_("What comes back"))
@click.option("--to", "to", metavar="ACCOUNT", help=_("Where it comes back to"))
@click.option("--account", metavar="ACCOUNT", help=_("Where the advance had come from; only where another agreement bears a cost"))  # fmt: skip
@amends_option
@pass_app
def advance_report(app: App, /, paper: str, texts: tuple[str, ...], **options: Any) -> None:
    from compliance.intake.advances import reported

    with app.books() as books:
        paper = find(paper, titles(books.documents), "PAPER")
        debts = _open(books, paper)
        if not debts:
            raise UsageError(
                _("no advance is open on “{paper}”").format(paper=paper),
                remedy=_("See what is: compliance list debts"),
            )
        on = happened(app, options["on"], "--on", _("On which day"))
        place = _place(books, options["account"], paper)
        spent = _spent(books, texts, debts[0], place)
        returned = _returned(books, options, debts[0].currency)
        if not spent and not returned:
            raise UsageError(_("say what it was spent on (--part), or what comes back (--returned)"))
        done = reported(books, debts, spent, returned, place)
        amends = filing(books, options["amends"])
    with app.writing("record advance-report") as writing:
        number = writing.event.transaction(
            on, "advance_report", done.legs, document=paper, amends_filing=amends
        )
    currency = debts[0].currency
    recorded(1, f"advance-report {number} {paper}, {on.isoformat()}")
    if done.open_minor:
        say(_("{amount} is still to be reported or returned").format(amount=money(done.open_minor, currency)))
    if done.owed_minor:
        say(
            _("{amount} is owed to the person; pay it with: compliance record payment {paper}").format(
                amount=money(done.owed_minor, currency), paper=paper
            )
        )


def _spent(books: Books, texts: tuple[str, ...], debt: Debt, place: str) -> list[Share]:
    """The costs; what a part leaves out (agreement, programme, form line) is that of the advance."""
    from dataclasses import replace

    from compliance.intake.parts import parse_part, shares

    found: list[Share] = []
    for text in texts:
        part = parse_part(text)
        if not part.amount:
            raise UsageError(_("--part: every cost of a report has its amount"))
        part = replace(
            part,
            kind="expense",
            fund=part.fund or debt.fund,
            line=part.line or ("" if part.account else debt.expense_line or ""),
            programme=part.programme or debt.programme or "",
        )
        minor = -positive(amount(part.amount, "--part", "", debt.currency), "--part")
        found += shares([part], minor, debt.currency, books, place)
    return found


def _returned(books: Books, options: dict[str, Any], currency: str) -> tuple[str, int] | None:
    if not options["returned"]:
        return None
    to = only(options["to"], "--to", _("Where does it come back to"), places(books))
    if books.accounts[to].account_class != "cash":
        raise UsageError(
            _("what comes back to a bank account has a line of its own"),
            remedy=_("Sort that line: compliance assign LINE --kind advance --document PAPER"),
        )
    return to, positive(amount(options["returned"], "--returned", "", currency), "--returned")


def _place(books: Books, given: str | None, paper: str) -> str:
    """Where the advance had come from: as given, else the account of the first transaction on its paper."""
    if given:
        return pick(given, "--account", "", places(books))
    held = places(books)
    for entry in books.entries():
        if entry.document == paper and entry.account in held and entry.amount_minor < 0:
            return entry.account
    return next(iter(held))
