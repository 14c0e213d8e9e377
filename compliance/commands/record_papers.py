"""``record document|rate``: evidence kept by its digest, and official rates."""

from __future__ import annotations

import csv
import io
import re
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from compliance.commands.app import App, pass_app
from compliance.commands.ask import amount, day, need
from compliance.commands.record_shared import (
    announce,
    checked_id,
    find,
    given,
    happened,
    id_option,
    put,
    recorded,
    revised,
    slug,
    titles,
)
from compliance.errors import InputError, UsageError
from compliance.files import MiB
from compliance.i18n import _
from compliance.money import is_currency
from compliance.periods import parse_day

if TYPE_CHECKING:
    from compliance.ledger.books import Books

_RATE = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,8})?\Z", re.ASCII)
_LINE = re.compile(r"[0-9a-f]{8,64}\Z", re.ASCII)
_RATES_CAP = 8 * MiB
_COLUMNS = {"date": "on"}


@click.command(
    help=_(
        "A paper kept as evidence: the bytes go to the vault, the books keep their digest."
        " With --missing you note that a paper exists which you do not have as a file."
    )
)
@click.argument("file", required=False, type=click.Path(path_type=Path))
@id_option
@click.option("--missing", is_flag=True, help=_("There is no file of it"))
@click.option("--kind", metavar="WORD", help=_("agreement, invoice, act, receipt, protocol, ..."))
@click.option("--title", metavar="TEXT", help=_("What it is called; nothing about a person"))
@click.option(
    "--about",
    metavar="ID",
    help=_("What it supports: a source, an agreement, a role, a filing, a statement line, txn:NUMBER, ..."),
)
@click.option("--dated-on", metavar="DAY", help=_("The day on the paper"))
@click.option("--received-on", metavar="DAY", help=_("The day it reached you"))
@click.option("--amount", "amount_", metavar="AMOUNT", help=_("The amount on it"))
@click.option("--currency", metavar="CURRENCY", help=_("Default: the currency of reports"))
@pass_app
def document(
    app: App, /, file: Path | None, entity: str | None, missing: bool, about: str | None, **options: Any
) -> None:
    from compliance.files import read_input
    from compliance.ledger.models import Document

    named = entity is not None
    with app.books() as books:
        new = entity is None or entity not in books.documents
        if new and file is None and not missing:
            raise UsageError(_("name the file of the paper, or say --missing"))
        if new:
            options["kind"] = need(options["kind"], "--kind", _("What is it (agreement, invoice, act, ...)"))
            default = None if file is None or names_somebody(app, file.stem) else file.stem
            options["title"] = options["title"] or default or need(None, "--title", _("What is it called"))
        entity = checked_id(entity) if entity else slug(options["title"] or "", fallback="document")
        fields = _document_fields(app, books, options, about)
    data = read_input(file) if file is not None else None
    with app.writing("record document") as writing:
        if data is not None and file is not None:
            fields["digest"] = writing.vault.put_blob(file.name, data)
        elif entity not in writing.books.documents:
            fields["digest"] = None
        revision = revised(writing.books, "document", Document, entity, fields, named=named)
        if revision.fact is not None:
            writing.event.add(revision.fact)
    announce("document", entity, revision)


def names_somebody(app: App, name: str) -> bool:
    """A file called after a person gives no title: titles stay in the books, names in the vault."""
    from compliance.reports.privacy import lint

    with app.vault() as vault:
        known = vault.names()
    return bool(lint(re.sub(r"[_.-]+", " ", name), known))


def _document_fields(app: App, books: Books, options: dict[str, Any], about: str | None) -> dict[str, Any]:
    for name, option in (("dated_on", "--dated-on"), ("received_on", "--received-on")):
        if options[name]:
            options[name] = happened(app, options[name], option, "")
    currency = options["currency"] or app.workspace.config.currency
    if not is_currency(currency):
        raise UsageError(_("a currency is three capital letters, such as RUB"))
    minor = amount(options["amount_"], "--amount", "", currency) if options["amount_"] else None
    return given(
        kind=options["kind"],
        title=options["title"],
        dated_on=options["dated_on"],
        received_on=options["received_on"],
        about=_subject(books, about) if about else about,
        amount_minor=minor,
        currency=currency if minor is not None else None,
    )


def _subject(books: Books, about: str) -> str:
    """What a paper supports: a statement line by its short name, ``txn:NUMBER``, or anything with an id."""
    from compliance.ledger.lines import by_prefix

    number = about.removeprefix("txn:")
    if number != about and number.isascii() and number.isdigit() and len(number) < 16:
        if next(iter(books.entries(txn=int(number))), None) is None:
            raise UsageError(
                _("there is no transaction {number}").format(number=number),
                remedy=_("See: compliance list transactions"),
            )
        return f"txn:{int(number)}"
    anything = _anything(books)
    if about not in anything and _LINE.match(about):
        lines = by_prefix(books, about)
        if len(lines) == 1:
            return lines[0].identity
    return find(about, anything, "--about")


def _anything(books: Books) -> dict[str, str]:
    """Whatever a paper may support."""

    groups = (
        books.sources, books.funds, books.accounts, books.programmes, books.activities, books.roles,
        books.people, books.materials, books.placements, books.filings,
    )  # fmt: skip
    return {entity: title for group in groups for entity, title in titles(group).items()}


@click.command(
    help=_(
        "The official rate of a currency on a day, with where it is from; or many at once from a file with"
        " the columns currency;quote;on;rate;origin (quote and origin may be left out)."
    )
)
@click.option("--currency", metavar="CURRENCY", help=_("The foreign currency"))
@click.option("--quote", metavar="CURRENCY", help=_("Default: the currency of reports"))
@click.option("--on", "on", metavar="DAY", help=_("The day of the rate"))
@click.option("--rate", "rate_", metavar="NUMBER", help=_("How much one unit costs"))
@click.option("--origin", metavar="TEXT", help=_("Where the rate is from"))
@click.option("--file", "file", type=click.Path(path_type=Path), help=_("A CSV file with many rates"))
@pass_app
def rate(app: App, /, file: Path | None, **options: Any) -> None:
    from compliance.ledger.models import Rate
    from compliance.ledger.revise import revise

    if file is not None:
        rates = read_rates(app, file, options)
        with app.writing("record rate") as writing:
            fresh = [
                revision.fact
                for entity, fields in rates.items()
                if (revision := revise(writing.books, Rate, entity, fields)).fact is not None
            ]
            writing.event.add(*fresh)
        recorded(len(fresh), f"rate {file.name}")
        return
    currency = need(options["currency"], "--currency", _("Which currency"))
    on = day(options["on"], "--on", _("On which day"))
    text = need(options["rate_"], "--rate", _("How much does one unit cost"))
    origin = need(options["origin"], "--origin", _("Where is the rate from"))
    try:
        entity, fields = _rate(currency, options["quote"] or app.workspace.config.currency, on, text, origin)
    except ValueError as error:
        raise UsageError(str(error)) from None
    put(app, "rate", Rate, entity, fields)


def _rate(currency: str, quote: str, on: date, text: str, origin: str) -> tuple[str, dict[str, Any]]:
    """(entity, fields); ``ValueError`` with a translated reason."""
    if not is_currency(currency) or not is_currency(quote) or currency == quote:
        raise ValueError(_("a rate is between two currencies of three capital letters, such as EUR and RUB"))
    text = text.strip().replace(",", ".")
    if not _RATE.match(text) or float(text) == 0:
        raise ValueError(_("a rate is a number such as 94.5000"))
    fields = {"currency": currency, "quote": quote, "on_date": on, "rate": text, "origin": origin}
    return f"{currency}/{quote}/{on.isoformat()}", fields


def read_rates(app: App, file: Path, defaults: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """All rates of a CSV file, by entity; ``InputError`` with FILE:LINE at the first wrong row."""
    from compliance.files import read_input

    try:
        text = read_input(file, cap=_RATES_CAP).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError(_("the file is not UTF-8 text"), place=str(file)) from None
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=";", strict=True)
    found: dict[str, dict[str, Any]] = {}
    try:
        header = [_COLUMNS.get(cell.strip().lower(), cell.strip().lower()) for cell in next(rows, [])]
        if not {"currency", "on", "rate"} <= set(header):
            raise InputError(_("the first line must name the columns currency;on;rate"), place=f"{file}:1")
        for row in rows:
            if any(row):
                entity, fields = _rate_row(dict(zip(header, row, strict=False)), app, defaults)
                if found.setdefault(entity, fields) != fields:
                    raise ValueError(_("another rate for the same day stands further up"))
    except (csv.Error, ValueError) as error:
        why = "" if isinstance(error, csv.Error) else str(error)
        raise InputError(_("this line is not a rate"), place=f"{file}:{rows.line_num}", why=why) from None
    return found


def _rate_row(row: dict[str, str], app: App, defaults: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    try:
        on = parse_day(row.get("on", "").strip())
    except ValueError:
        raise ValueError(_("write a day such as 2025-12-31")) from None
    quote = row.get("quote", "").strip() or defaults["quote"] or app.workspace.config.currency
    origin = row.get("origin", "").strip() or defaults["origin"] or _("a file")
    return _rate(row.get("currency", "").strip(), quote, on, row.get("rate", ""), origin)
