"""``payers``: who pays from abroad, where the bank's line does not make it out; asked once, remembered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from compliance.commands.app import App, Writing, pass_app
from compliance.commands.ask import choice, day, interactive, maybe, need
from compliance.commands.output import Column, emit, format_option, say
from compliance.commands.record_shared import checked_id, find, given, money, pick, recorded, slug, titles
from compliance.errors import UsageError
from compliance.i18n import _, day_text, ngettext
from compliance.ledger.kinds import PERSON_KINDS, SOURCE_KINDS

if TYPE_CHECKING:
    from compliance.intake.payers import Payer
    from compliance.ledger.books import Books
    from compliance.ledger.models import Source


@click.group(
    invoke_without_command=True,
    help=_(
        "Payers that the bank's lines do not make out: no tax number, name and address in one field, on somebody's behalf"
    ),
)
@click.option("--all", "all_", is_flag=True, help=_("Those that somebody was asked about as well"))
@format_option
@click.pass_context
def payers(ctx: click.Context, /, all_: bool, fmt: str) -> None:
    if ctx.invoked_subcommand is None:
        _list(ctx.obj, all_, fmt)


def _list(app: App, all_: bool, fmt: str) -> None:
    from compliance.intake.attribution import rules
    from compliance.intake.payers import desk

    with app.books() as books, app.vault() as vault:
        found = [item for item in desk(books, vault, rules(vault)) if all_ or not item.resolved]
    rows = [_row(item) for item in found]
    if fmt == "table":
        rows = [{**row, **_shown(item)} for row, item in zip(rows, found, strict=True)]
    columns = [
        Column("line", _("Line")),
        Column("name", _("Who")),
        Column("address", _("Address")),
        Column("country", _("Country")),
        Column("behalf", _("On behalf of")),
        Column("lines", _("Lines")),
        Column("received", _("Received")),
        Column("days", _("Days")),
        Column("lacks", _("Why it is asked")),
        Column("answer", _("It is")),
    ]
    emit(rows, columns, "payers/1", fmt, empty=_("The source of every payment from abroad is known."))
    if any(not item.resolved for item in found) and fmt == "table":
        say(_("Say who it is, once: compliance payers say LINE"))


def _row(item: Payer) -> dict[str, Any]:
    """A payer as JSON-ready values; ``line`` is the short name of its first line."""
    return {
        "line": item.lines[0].handle,
        "name": item.told.name,
        "as_written": item.text,
        "address": item.told.address,
        "country": item.country,
        "behalf": item.told.behalf,
        "bank": item.bank,
        "lines": len(item.lines),
        "waiting": item.waiting,
        "first_on": item.first_on.isoformat(),
        "last_on": item.last_on.isoformat(),
        "totals": item.totals,
        "lacks": sorted(item.lacks),
        "sorted_as": sorted(item.sources),
        "source": item.rule.source if item.rule else None,
        "fund": item.rule.fund if item.rule else None,
        "since": item.rule.since.isoformat() if item.rule and item.rule.since else None,
    }


def _shown(item: Payer) -> dict[str, Any]:
    words = {
        "tax_id": _("no tax number"), "bic": _("no bank code"), "nested": _("name and address in one field"),
        "behalf": _("pays for another"),
    }  # fmt: skip
    rule = item.rule
    return {
        "received": ", ".join(money(minor, currency) for currency, minor in sorted(item.totals.items())),
        "days": f"{day_text(item.first_on)} — {day_text(item.last_on)}",
        "lacks": ", ".join(words[name] for name in sorted(item.lacks)),
        "answer": f"{rule.source} {rule.fund}" if rule else "",
    }


@payers.command(
    "say",
    help=_(
        "Say once who a payer is. WHO is a line's short name or a part of the payer's. Name a source that is"
        " recorded (--source), or record a new one (--kind, --country, --on-behalf-of). Later lines are"
        " proposed so; what was sorted before stays."
    ),
)
@click.argument("who", metavar="WHO")
@click.option("--source", metavar="SOURCE", help=_("It is this one, recorded already"))
@click.option("--id", "entity", metavar="ID", help=_("The short name of a new source"))
@click.option("--name", metavar="TEXT", help=_("Its full name; default: as the bank wrote it"))
@click.option("--kind", metavar="KIND", help=_("One of: {kinds}").format(kinds=", ".join(SOURCE_KINDS)))
@click.option("--country", metavar="XX", help=_("Country by its two-letter code"))
@click.option("--on-behalf-of", "behalf", metavar="SOURCE", help=_("It passes on the money of this source"))
@click.option("--fund", metavar="FUND", help=_("Under which agreement; default: the one of this donor"))
@click.option("--since", metavar="DAY", help=_("From this day on; default: its first line"))
@pass_app
def say_(app: App, /, who: str, source: str | None, fund: str | None, since: str | None, **new: Any) -> None:
    from compliance.intake import payers as desk
    from compliance.intake.attribution import rules

    with app.books() as books, app.vault() as vault:
        payer = desk.find(desk.desk(books, vault, rules(vault)), who)
        _tell(payer)
        name, made = _source(books, payer, source, new)
        donors = {name: made.acts_for} if made else {}
        agreement = _fund(books, fund, name, donors.get(name))
    start = day(since, "--since", "") if since else None
    with app.writing("payers say") as writing:
        if made is not None:
            _record(writing, made, new["name"] or payer.told.name)
        rule = desk.remember(
            writing.vault, rules(writing.vault), payer, source=name, fund=agreement, since=start
        )
    recorded(1, _("payer {source}; see: compliance queue rules").format(source=name))
    begins = day_text(rule.since) if rule.since else ""
    say(
        _("From {day} on its lines are proposed as {source}, {fund}.").format(
            day=begins, source=name, fund=agreement
        )
    )
    if payer.waiting:
        n = payer.waiting
        say(
            ngettext(
                "{n} line waits: compliance queue apply", "{n} lines wait: compliance queue apply", n
            ).format(n=n)
        )


def _tell(payer: Payer) -> None:
    """What is known, before anything is asked."""
    if not interactive():
        return
    say(payer.text)
    for title, value in (
        (_("Address"), payer.told.address),
        (_("Country"), payer.country),
        (_("On behalf of"), payer.told.behalf),
        (_("Sorted so far as"), ", ".join(sorted(payer.sources))),
    ):
        if value:
            say(f"   {title}: {value}")


_ABROAD = ("state", "state_body", "foreign_organisation", "foreign_person")
"""Kinds of source that are of a country; of the others it may be unknown, or goes without saying."""


def _source(books: Books, payer: Payer, source: str | None, new: dict[str, Any]) -> tuple[str, Source | None]:
    """(id, the source to record or ``None``)."""
    from compliance.ledger.models import Source as Fact

    if source is None and not new["kind"] and interactive():
        source = maybe(None, _("Which recorded source is it, empty for a new one"))
    if source:
        if new["kind"] or new["entity"]:
            raise UsageError(_("--source is for a recorded one; --id and --kind are for a new one"))
        return find(source, titles(books.sources), "--source"), None
    kind = choice(new["kind"], "--kind", _("What kind of source is it"), SOURCE_KINDS)
    told = new["country"] or payer.country or None
    country = (
        need(new["country"], "--country", _("Country by its two-letter code"), default=payer.country or None)
        if kind in _ABROAD
        else maybe(told, _("Country by its two-letter code, empty if unknown"))
    )
    if country and not (len(country) == 2 and country.isascii() and country.isalpha()):
        raise UsageError(_("--country: write the two-letter code, such as NL"))
    behalf = new["behalf"] or maybe(None, _("On whose behalf does it pay, empty for its own"))
    acts_for = find(behalf, titles(books.sources), "--on-behalf-of") if behalf else None
    entity = checked_id(new["entity"] or _new_id(books, kind, new["name"] or payer.told.name))
    if entity in books.sources:
        raise UsageError(
            _("there is already {kind} {id}").format(kind="source", id=entity),
            remedy=_("If it is this one, say --source {id}; if not, give it an --id.").format(id=entity),
        )
    name = None if kind in PERSON_KINDS else new["name"] or payer.told.name
    return entity, Fact(
        entity=entity, kind=kind, name=name, country=country.upper() if country else None, acts_for=acts_for
    )


def _new_id(books: Books, kind: str, name: str) -> str:
    from compliance.commands.record_shared import numbered

    return numbered("donor", books.sources) if kind in PERSON_KINDS else slug(name, fallback="payer")


def _record(writing: Writing, made: Source, name: str) -> None:
    """A person's name goes to the vault; the books keep a commitment."""
    if made.kind in PERSON_KINDS:
        made.commitment, _changed = writing.vault.revise_identity(
            made.entity, "source", given(name=name), fresh=True
        )
    writing.event.add(made)


def _fund(books: Books, fund: str | None, source: str, acts_for: str | None) -> str:
    from compliance.intake.payers import fund_of

    if fund:
        return find(fund, titles(books.funds), "--fund")
    known = fund_of(books, source) or (fund_of(books, acts_for) if acts_for else "")
    return known or pick(None, "--fund", _("Under which agreement does it pay"), titles(books.funds))
