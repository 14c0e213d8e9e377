"""``contacts``: contacts with officials, from calendars and mail; a person decides which must be reported."""

from __future__ import annotations

from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from compliance.commands.app import App, pass_app
from compliance.commands.ask import day, yes
from compliance.commands.output import Column, emit, format_option, say
from compliance.commands.record_shared import find, recorded, titles
from compliance.errors import UsageError
from compliance.i18n import _, ngettext

if TYPE_CHECKING:
    from compliance.intake.meetings import Meeting


@click.group(help=_("Contacts with officials: taken from calendars and mail, decided by a person"))
def contacts() -> None:
    pass


@contacts.command(
    "import",
    help=_(
        "Read calendars (.ics) and mail (.eml, .mbox: heads only) and keep whom you met or wrote to, once a day and"
        " group of people, as open: which of them must be reported, a person decides. Names and subjects go to the vault."
    ),
)
@click.argument("files", nargs=-1, metavar="FILE...", type=click.Path(path_type=Path))
@click.option(
    "--own", multiple=True, metavar="ADDRESS",
    help=_("An address of ours, or a domain as @example.org; may be repeated"),
)  # fmt: skip
@click.option(
    "--with", "only", multiple=True, metavar="ADDRESS", help=_("Only contacts with this address or domain")
)
@click.option("--principal", metavar="SOURCE", help=_("On whose behalf all of these were"))
@click.option("--since", metavar="DAY", help=_("From this day (default: a year ago)"))
@click.option("--until", metavar="DAY", help=_("To this day (default: today)"))
@click.option("--yes", "given", is_flag=True, help=_("Do not ask"))
@format_option
@pass_app
def import_(app: App, /, files: tuple[Path, ...], given: bool, fmt: str, **options: Any) -> None:
    from compliance.files import read_input
    from compliance.intake import meetings
    from compliance.ledger.models import Contact

    if not files:
        raise UsageError(_("name the calendars and mail files"))
    if not options["own"]:
        raise UsageError(
            _("say which addresses are ours: --own ADDRESS or --own @example.org"),
            why=_("Without it we would count ourselves as officials."),
        )
    first, last = meetings.span_of_year(app.today)
    first = day(options["since"], "--since", "") if options["since"] else first
    last = day(options["until"], "--until", "") if options["until"] else last
    if last < first:
        raise UsageError(_("--until: the last day is before the first"))
    found = [
        item
        for path in files
        for item in meetings.read(read_input(path, cap=meetings.CAP), path.name, first=first, last=last)
    ]
    kept = [item for item in meetings.merged(found, options["own"]) if _wanted(item, options["only"])]
    with app.books() as books:
        known = {
            origin for item in books.facts(Contact).values() for origin in (item.origin or "").split("\n")
        }
        principal = (
            find(options["principal"], titles(books.sources), "--principal") if options["principal"] else None
        )
    new = [item for item in kept if not known & set(item.origins)]
    _show(new, fmt)
    n = len(kept) - len(new)
    if n:
        say(
            ngettext(
                "{n} contact is in the books already.", "{n} contacts are in the books already.", n
            ).format(n=n)
        )
    if not new:
        return
    if not yes(ngettext("Keep {n} contact?", "Keep {n} contacts?", len(new)).format(n=len(new)), given=given):
        say(_("Nothing was recorded."))
        return
    _keep(app, new, principal)
    recorded(len(new), _("contacts, open"))
    say(
        _(
            "Decide each: compliance record contact --id contact-1 --state registrable --body OFFICE --purpose ..."
        )
    )


def _wanted(item: Meeting, only: tuple[str, ...]) -> bool:
    return not only or any(
        person.address == word.lower() or (word.startswith("@") and person.address.endswith(word.lower()))
        for word in only
        for person in item.people
    )


def _show(found: list[Meeting], fmt: str) -> None:
    rows = [
        {
            "on": item.on.isoformat(),
            "method": item.method,
            "people": [person.name or person.address for person in item.people],
            "subject": item.subject,
            "entries": len(item.origins),
        }
        for item in found
    ]
    columns = [
        Column("on", _("Day")), Column("method", _("How")), Column("people", _("Who")), Column("subject", _("Subject")),
        Column("entries", _("Entries")),
    ]  # fmt: skip
    if fmt == "table":
        from compliance.commands.words import in_words

        rows = [in_words(row) for row in rows]
    emit(rows, columns, "meetings/1", fmt, empty=_("No contact that is not in the books already."))


def _keep(app: App, found: list[Meeting], principal: str | None) -> None:
    """One event: the vault takes who it was and about what, the books the day and how."""
    from compliance.ledger.models import Contact

    with app.writing("contacts import") as writing:
        taken = writing.books.facts(Contact)
        free = (entity for n in count(1) if (entity := f"contact-{n}") not in taken)
        for item, entity in zip(found, free, strict=False):
            names = "; ".join(person.name or person.address for person in item.people)
            addresses = "; ".join(person.address for person in item.people)
            body = {"name": names, "addresses": addresses, "subject": item.subject}
            commitment, _changed = writing.vault.revise_identity(entity, "contact", body, fresh=True)
            fact = Contact(
                entity=entity, on_date=item.on, method=item.method, principal=principal, state="open",
                origin="\n".join(item.origins), commitment=commitment,
            )  # fmt: skip
            writing.event.add(fact)
