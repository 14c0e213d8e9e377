"""``evidence``: which papers are missing, and letters that ask for exactly them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from compliance.commands.app import App, pass_app
from compliance.commands.letters_told import tell_label
from compliance.commands.output import Column, emit, format_option, say
from compliance.commands.record_shared import find, titles
from compliance.commands.times import times
from compliance.errors import UsageError
from compliance.i18n import LANGUAGES, _, ngettext

if TYPE_CHECKING:
    from compliance.filings.letters import Asked


@click.group(help=_("Papers that expenses must rest on: what is missing, and letters that ask for it."))
def evidence() -> None:
    pass


@evidence.command(
    "list", help=_("Every expense that lacks a paper which schedules.yaml demands (its “evidence:”).")
)
@click.option("--fund", metavar="FUND", help=_("Only of this agreement"))
@click.option("--names", is_flag=True, help=_("Also the names of people, from the vault"))
@times
@format_option
@pass_app
def list_(app: App, fund: str | None, names: bool, fmt: str) -> None:
    from compliance.checks.papers import paper_words

    found = _asked(app, fund, None, names=names)
    columns = [
        Column("line", _("Line")), Column("on", _("Day")), Column("fund", _("Agreement")), Column("payee", _("Who")),
        Column("amount_minor", _("Amount"), money=True), Column("currency", ""), Column("papers", _("Missing")),
    ]  # fmt: skip
    rows = [_row(item) for item in found]
    if fmt == "table":
        rows = [{**row, "papers": paper_words(tuple(row["papers"]), row["enough"] == "any")} for row in rows]
    emit(rows, columns, "evidence/1", fmt, empty=_("No expense lacks a paper that schedules.yaml demands."))


def _row(item: Asked) -> dict[str, Any]:
    spent = item.item.spent
    return {
        "line": spent.handle,
        "txn": spent.txn,
        "on": spent.on.isoformat(),
        "fund": spent.fund,
        "payee": item.payee.name,
        "person": item.payee.person,
        "amount_minor": spent.amount_minor,
        "currency": spent.currency,
        "papers": list(item.item.papers),
        "enough": "any" if item.item.any_does else "all",
    }


def _asked(app: App, fund: str | None, counterparty: str | None, *, names: bool) -> list[Asked]:
    from compliance.commands.check import context
    from compliance.filings.letters import asked

    with context(app) as ctx:
        wanted = find(fund, titles(ctx.books.funds), "--fund") if fund else None
        # Whom to write to is looked for among all names; what is shown is another matter.
        everyone = asked(ctx, names=True)
        shown = everyone if names else asked(ctx)
    if names and any(item.payee.person for item in shown):
        say(_("Names from the vault follow. Do not leave them on the screen or in a file."))
    return [
        item
        for item, full in zip(shown, everyone, strict=True)
        if (wanted is None or item.item.spent.fund == wanted)
        and (counterparty is None or _is(full, counterparty))
    ]


def _is(item: Asked, text: str) -> bool:
    return text == item.payee.tax_id or (bool(text) and text.casefold() in item.payee.name.casefold())


@evidence.command(
    help=_(
        "A letter that lists what is missing: to one counterparty, or of one agreement. PDF, DOCX, HTML or plain text by"
        " the ending of FILE, in the language of the law; labelled where the law wants a label on letters. Nothing is sent or"
        " recorded."
    )
)
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--counterparty", metavar="TEXT", help=_("Part of a name, or a tax number, as the bank gave it")
)
@click.option("--fund", metavar="FUND", help=_("Only of this agreement"))
@click.option("--to", "recipient", metavar="TEXT", help=_("Whom it is addressed to"))
@click.option("--names", is_flag=True, help=_("Also the names of people, from the vault"))
@click.option(
    "--language", "lang", type=click.Choice(LANGUAGES), help=_("Language of the letter (default: the law's)")
)
@click.option("--overwrite", is_flag=True, help=_("Replace the file if it is there"))
@pass_app
def letter(
    app: App, /, file: Path, counterparty: str | None, fund: str | None, recipient: str | None, names: bool, lang: str | None, overwrite: bool
) -> None:  # fmt: skip
    from compliance.commands.check import context
    from compliance.files import write_whole
    from compliance.filings import letterhead, letters

    found = _asked(app, fund, counterparty, names=names)
    if not found:
        raise UsageError(
            _("no paper is missing there: there is nothing to ask for"),
            remedy=_("See: compliance evidence list"),
        )
    payees = {item.payee.key: item.payee.name for item in found}
    to = recipient or (next(iter(payees.values())) if len(payees) == 1 else "")
    with context(app) as ctx:
        data, label, measured = letterhead.make(
            ctx, letters.letter(ctx, found, recipient=to, language=lang), file
        )
    write_whole(file, data, overwrite=overwrite)
    n = len(found)
    say(
        ngettext(
            "written: {file}, asking for the papers of {n} payment",
            "written: {file}, asking for the papers of {n} payments",
            n,
        ).format(file=file, n=n)
    )
    tell_label(label, measured)
