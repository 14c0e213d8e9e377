"""``register``: payroll lists, acquirers' reports and tax splits as evidence, and bank lines booked from them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from compliance.commands.app import App, pass_app
from compliance.commands.ask import day, yes
from compliance.commands.output import Column, emit, format_option, say
from compliance.commands.record_shared import amends_option, filing, recorded
from compliance.errors import UsageError
from compliance.i18n import N_, _, language, ngettext
from compliance.money import display, parse_amount

if TYPE_CHECKING:
    from compliance.intake.assign import Assignment
    from compliance.ledger.books import Books
    from compliance.registers.parts import Explained
    from compliance.registers.tie import Tied

_SHOWN = 10
_HELP = {
    "payroll": N_(
        "A payroll list: one bank line, many people, by agreement and programme. Names stay in the vault."
    ),
    "acquirer": N_(
        "A card acquirer's report: gross, fee and net of each day, gifts given back, countries of cards."
    ),
    "tax": N_("A single tax payment split into charges on pay and taxes."),
}


@click.group(help=_("Registers that say what a bank line is made of: payroll, card acquirer, tax payment"))
def register() -> None:
    pass


def _command(kind: str) -> click.Command:
    @click.command(kind, help=_(_HELP[kind]))
    @click.argument("file", type=click.Path(path_type=Path))
    @click.option(
        "--line", "handle", default="", metavar="LINE", help=_("The bank line it is about, where several fit")
    )
    @click.option(
        "--profile", default="", metavar="NAME", help=_("Its mapping in schedules.yaml, where several fit")
    )
    @click.option(
        "--name", default="", metavar="NAME", help=_("What to call it; default: its kind and first day")
    )
    @click.option("--on", metavar="DAY", help=_("The day of the bank line, where the register has none"))
    @click.option("--keep", is_flag=True, help=_("Keep it as evidence only; sort no line by it"))
    @click.option("--yes", "given", is_flag=True, help=_("Do not ask"))
    @amends_option
    @pass_app
    def command(app: App, /, **options: Any) -> None:
        _load(app, kind, options)

    return command


for _kind in _HELP:
    register.add_command(_command(_kind))


def _load(app: App, kind: str, options: dict[str, Any]) -> None:
    from compliance.files import digest, read_input
    from compliance.registers import keep
    from compliance.tables import MAX_BYTES

    file: Path = options["file"]
    data = read_input(file, cap=MAX_BYTES)
    with app.books() as books:
        tied, later = _tied(app, books, kind, data, options)
        _show(tied)
        _show_later(later)
        if not tied:
            return
        assignments = [] if options["keep"] else _to_book(books, tied, options["amends"])
        found = keep.keep(books, kind, tied, digest(data), options["name"])
        if not (assignments or found.new or found.document):
            _tell(found.name, 0, 0)
            return
        n = len(tied)
        question = (
            ngettext("Keep it as evidence for {n} bank line?", "Keep it as evidence for {n} bank lines?", n)
            if options["keep"]
            else ngettext("Book {n} bank line so?", "Book {n} bank lines so?", n)
        )
    if not yes(question.format(n=n), given=options["given"]):
        say(_("Nothing was changed."))
        return
    with app.writing(f"register {kind}") as writing:
        tied, _later = _tied(app, writing.books, kind, data, options)
        kept = keep.keep(writing.books, kind, tied, writing.vault.put_blob(file.name, data), options["name"])
        keep.record(writing.event, kept)
        if not options["keep"]:
            assignments = _to_book(writing.books, tied, options["amends"])
            keep.book(writing.event, writing.books, assignments, kept.name)
    _tell(kept.name, len(kept.new), len(assignments))


def _tied(
    app: App, books: Books, kind: str, data: bytes, options: dict[str, Any]
) -> tuple[list[Tied], list[Explained]]:
    from compliance.files import digest
    from compliance.ledger.models import Register
    from compliance.registers.parts import explained
    from compliance.registers.read import read_register
    from compliance.registers.tie import tie

    config, name = app.workspace.config, options["file"].name

    def currency_of(account: str | None) -> str:
        own = books.accounts.get(account or "")
        return (own and own.currency) or config.currency

    found = read_register(data, name, kind, config.imports.registers, options["profile"], currency_of)
    groups = explained(found, books)
    if options["on"]:
        on = day(options["on"], "--on", "")
        groups = [replace(item, on=on) if item.on is None else item for item in groups]
    kept = {item.line for item in books.facts(Register).values() if item.digest == digest(data)}
    return tie(groups, books, found.profile, found.currency, options["handle"], name, kept)


def _to_book(books: Books, tied: Sequence[Tied], amends: str | None) -> list[Assignment]:
    from compliance.registers.keep import to_book

    pairs = [(item.line.identity, item.explained.parts) for item in tied]
    return to_book(books, pairs, filing(books, amends))


def _show(tied: Sequence[Tied]) -> None:
    rows = [
        {
            "line": item.line.handle, "date": item.line.on.isoformat(), "account": item.line.account,
            "amount_minor": item.line.amount_minor, "currency": item.line.currency, "heads": item.explained.heads,
            "parts": len(item.explained.parts),
            "what": "; ".join(_breath(part.values(), item.line.currency) for part in item.explained.parts[:3])
            + (" …" if len(item.explained.parts) > 3 else ""),
        }
        for item in tied[:_SHOWN]
    ]  # fmt: skip
    emit(rows, _columns(), "register/1", "table")
    if hidden := len(tied) - len(rows):
        say(ngettext("… and {n} more like it", "… and {n} more like it", hidden).format(n=hidden))


def _breath(values: dict[str, str], currency: str) -> str:
    from compliance.commands.words import line_kinds

    names = ("kind", "fund", "programme", "line", "source", "amount")
    said = {**values, "kind": line_kinds().get(values.get("kind", ""), values.get("kind", ""))}
    if "amount" in values:
        said["amount"] = display(parse_amount(values["amount"], currency), currency, language())
    return " ".join(said[name] for name in names if said.get(name))


def _columns() -> list[Column]:
    return [
        Column("line", _("Line")),
        Column("date", _("Day")),
        Column("account", _("Account")),
        Column("amount_minor", _("Amount"), money=True),
        Column("currency", ""),
        Column("heads", _("Rows or people")),
        Column("parts", _("Parts")),
        Column("what", _("What it is")),
    ]


def _show_later(without: Sequence[Explained]) -> None:
    """The days that have no line: later ones, and those on which as much was given back as came."""
    if n := sum(1 for item in without if item.amount_minor):
        say(
            ngettext(
                "{n} day is later than the last bank statement; give the register again when it is loaded.",
                "{n} days are later than the last bank statement; give the register again when it is loaded.",
                n,
            ).format(n=n)
        )
    if n := sum(1 for item in without if not item.amount_minor):
        say(
            ngettext(
                "{n} day comes to 0.00, so the bank has no line of it and nothing is booked.",
                "{n} days come to 0.00, so the bank has no lines of them and nothing is booked.",
                n,
            ).format(n=n)
        )


def _tell(name: str, kept: int, booked: int) -> None:
    if not kept and not booked:
        say(_("nothing new: the register {name} is kept and booked so already").format(name=name))
        return
    recorded(kept, _("bank lines with evidence, register {name}").format(name=name))
    if booked:
        recorded(booked, _("lines sorted by the register"))


@register.command(
    "book", help=_("Sort the bank lines of a kept register as it says. NAME is from: register list")
)
@click.argument("name")
@click.option("--yes", "given", is_flag=True, help=_("Do not ask"))
@amends_option
@pass_app
def book(app: App, /, name: str, given: bool, amends: str | None) -> None:
    from compliance.registers import keep
    from compliance.registers.stored import parts_of

    def pending(books: Books) -> list[Assignment]:
        pairs = [(item.line, parts_of(item)) for item in keep.named(books, name)]
        return keep.to_book(books, pairs, filing(books, amends))

    with app.books() as books:
        n = len(pending(books))
    if not n:
        say(_("nothing new: the register {name} is kept and booked so already").format(name=name))
        return
    if not yes(ngettext("Book {n} bank line so?", "Book {n} bank lines so?", n).format(n=n), given=given):
        say(_("Nothing was changed."))
        return
    with app.writing("register book") as writing:
        keep.book(writing.event, writing.books, pending(writing.books), name)
    recorded(n, _("lines sorted by the register"))


@register.command("list", help=_("The registers that are kept, and whether the books say what they say"))
@format_option
@pass_app
def list_(app: App, /, fmt: str) -> None:
    from compliance.commands.words import in_words
    from compliance.ledger.models import Register
    from compliance.registers.compare import differences

    with app.books() as books:
        wrong = {item.name: len(item.registers) for item in differences(books)}
        rows: dict[str, dict[str, Any]] = {}
        for item in sorted(books.facts(Register).values(), key=lambda item: (item.on_date, item.name)):
            row = rows.setdefault(
                item.name,
                {
                    "name": item.name, "kind": item.kind, "from": item.on_date.isoformat(), "until": "", "lines": 0,
                    "heads": 0, "amount_minor": 0, "currency": item.currency, "differs": wrong.get(item.name, 0),
                    "digest": item.digest,
                },
            )  # fmt: skip
            row["until"] = item.on_date.isoformat()
            row["lines"] += 1
            row["heads"] += item.heads
            row["amount_minor"] += item.amount_minor
    columns = [
        Column("name", _("Register")), Column("kind", _("Kind")), Column("from", _("First day")),
        Column("until", _("Last day")), Column("lines", _("Lines")), Column("heads", _("Rows or people")),
        Column("amount_minor", _("Amount"), money=True), Column("currency", ""),
        Column("differs", _("Booked otherwise")),
    ]  # fmt: skip
    shown = [in_words(row) for row in rows.values()] if fmt == "table" else list(rows.values())
    emit(shown, columns, "registers/1", fmt)


@register.command(
    "sheet", help=_("An empty register to fill in, with lists of your agreements and programmes.")
)
@click.argument("kind", type=click.Choice(list(_HELP)))
@click.argument("file", metavar="OUT.xlsx", type=click.Path(path_type=Path))
@pass_app
def sheet(app: App, /, kind: str, file: Path) -> None:
    from compliance.files import write_whole
    from compliance.registers.template import render

    with app.books() as books:
        data = render(kind, books)
    write_whole(file, data)
    say(_("written: {file}").format(file=file))
    say(_("Fill it in, then: compliance register {kind} {file}").format(kind=kind, file=file))


@register.command(
    "cash", help=_("The cash book: every day's entries of the cash box with its balance. PERIOD: 2025-Q4")
)
@click.argument("period")
@click.option("--account", metavar="ACCOUNT", help=_("Which cash box, where there are several"))
@format_option
@pass_app
def cash(app: App, /, period: str, account: str | None, fmt: str) -> None:
    from compliance.commands.record_shared import only
    from compliance.commands.words import word
    from compliance.ledger.chart import UNASSIGNED
    from compliance.periods import parse_period
    from compliance.registers.cash import book_of

    try:
        span = parse_period(period)
    except ValueError:
        raise UsageError(_("write a period such as 2025-Q4")) from None
    with app.books() as books:
        boxes = {key: item.title for key, item in books.accounts.items() if item.account_class == "cash"}
        box = only(account, "--account", _("Which cash box"), boxes)
        currency = books.accounts[box].currency or app.workspace.config.currency
        rows = [
            {
                "day": item.on.isoformat(), "entry": item.txn, "what": item.what, "fund": ", ".join(item.funds),
                "in_minor": item.in_minor or None, "out_minor": item.out_minor or None,
                "balance_minor": item.balance_minor, "currency": currency,
            }
            for item in book_of(books, box, span)
        ]  # fmt: skip
    columns = [
        Column("day", _("Day")), Column("entry", _("Entry")), Column("what", _("What")), Column("fund", _("Agreement")),
        Column("in_minor", _("In"), money=True), Column("out_minor", _("Out"), money=True),
        Column("balance_minor", _("Balance"), money=True), Column("currency", ""),
    ]  # fmt: skip
    if fmt == "table":
        waiting = word("account_class", "suspense")
        rows = [
            row
            | {"what": word("kind", str(row["what"])), "fund": str(row["fund"]).replace(UNASSIGNED, waiting)}
            for row in rows
        ]
    emit(rows, columns, "cashbook/1", fmt)
