"""``record person|role``: who somebody is goes to the vault; the books know a pseudonym and posts."""

from __future__ import annotations

from datetime import date
from typing import Any

import click

from compliance.commands.app import App, pass_app
from compliance.commands.ask import maybe, need
from compliance.commands.output import say
from compliance.commands.record_shared import (
    announce,
    checked_id,
    find,
    given,
    happened,
    id_option,
    numbered,
    pick,
    put,
    slug,
    some_day,
    titles,
)
from compliance.errors import UsageError
from compliance.i18n import _

_APPOINTED_AHEAD_DAYS = 366
_WITHOUT_ACT = ("staff", "founders")
"""Of these no form asks by which act somebody became one."""


@click.command(
    help=_(
        "A person the law asks about: governing body, staff, founder. Everything you type goes to the vault;"
        " the books keep a pseudonym. Write down only what a report asks for."
    )
)
@id_option
@click.option("--name", metavar="TEXT", help=_("The full name"))
@click.option("--born", "born_on", metavar="DAY", help=_("Day of birth"))
@click.option("--citizenship", metavar="XX", help=_("Country by its two-letter code"))
@click.option("--address", metavar="TEXT", help=_("Address"))
@click.option("--identity-document", metavar="TEXT", help=_("Passport or other paper: kind and number"))
@click.option("--tax-id", metavar="NUMBER", help=_("Tax number"))
@click.option("--contact", metavar="TEXT", help=_("Telephone or e-mail"))
@pass_app
def person(app: App, /, entity: str | None, **options: Any) -> None:
    from compliance.ledger.models import Person
    from compliance.ledger.revise import revise

    with app.books() as books:
        people = books.people
        if entity is None or entity not in people:
            options["name"] = need(options["name"], "--name", _("The full name"))
        entity = checked_id(entity) if entity else numbered("person", people)
    born = some_day(options["born_on"], "--born")
    options["born_on"] = born.isoformat() if isinstance(born, date) else born
    fields = {name: value or None for name, value in options.items() if value is not None}
    with app.writing("record person") as writing:
        commitment, changed = writing.vault.revise_identity(
            entity, "person", fields, fresh=entity not in writing.books.people
        )
        revision = revise(writing.books, Person, entity, {"commitment": commitment})
        if revision.fact is not None:
            writing.event.add(revision.fact)
    announce("person", entity, revision, secret=changed)
    say(_("The name is in the vault; the books know only {id}.").format(id=entity))


@click.command(help=_("A person's post in a body, with its first and last day and the act of appointment."))
@id_option
@click.option("--person", metavar="PERSON", help=_("Whose post it is: the pseudonym"))
@click.option("--body", metavar="BODY", help=_("executive, council, staff, founders, ..."))
@click.option("--title", metavar="TEXT", help=_("What the post is called"))
@click.option("--since", "start_on", metavar="DAY", help=_("First day"))
@click.option("--until", "end_on", metavar="DAY", help=_("Last day; empty while it goes on"))
@click.option("--appointed-by", metavar="TEXT", help=_("The act: a recorded paper, or its number and day"))
@pass_app
def role(app: App, /, entity: str | None, **options: Any) -> None:
    from compliance.ledger.models import Role

    with app.books() as books:
        new = entity is None or entity not in books.roles
        people = titles(books.people)
        if new:
            options["person"] = pick(options["person"], "--person", _("Whose post is it"), people)
            options["body"] = need(
                options["body"], "--body", _("In which body (executive, council, staff, ...)")
            )
            options["title"] = need(options["title"], "--title", _("What is the post called"))
        elif options["person"]:
            options["person"] = find(options["person"], people, "--person")
        for name, option in (("start_on", "--since"), ("end_on", "--until")):
            if options[name] or (new and name == "start_on"):
                options[name] = happened(
                    app, options[name], option, _("Since which day"), ahead_days=_APPOINTED_AHEAD_DAYS
                )
        known = books.roles.get(entity) if entity else None
        if new and options["body"] not in _WITHOUT_ACT:
            options["appointed_by"] = maybe(
                options["appointed_by"],
                _("By which act: its kind, number and day, or a recorded paper; empty while you have none"),
            )
        first = options["start_on"] or (known.start_on if known else None)
        last = options["end_on"]
        if first and last and last < first:
            raise UsageError(_("--until: the last day is before the first"))
        if entity is None:
            stem = slug(f"{options['person']}-{options['body']}-{first}", fallback="role")
            entity = numbered(stem, books.roles) if stem in books.roles else stem
    put(app, "role", Role, checked_id(entity), given(**options))
