"""``key make|list|trust|revoke``: the keys by which people approve."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import click

from compliance.commands.app import App, pass_app
from compliance.commands.ask import yes
from compliance.commands.output import Column, emit, format_option, say
from compliance.commands.record_shared import checked_id, find, recorded
from compliance.commands.times import times
from compliance.errors import UsageError
from compliance.i18n import _

if TYPE_CHECKING:
    from compliance.ledger.models import Signer

_PUBLIC = re.compile(r"[0-9a-f]{64}\Z")
_ROLE = re.compile(r"[a-z][a-z_-]{0,31}\Z")


@click.group(help=_("Keys by which people approve what is sent"))
def key() -> None:
    pass


def role_of(text: str) -> str:
    if not _ROLE.match(text):
        raise UsageError(
            _("a role is a word in small Latin letters: accountant, director, counsel"),
        )
    return text


@key.command(
    help=_(
        "Make a key for a role, sealed under a passphrase: in these books, or with --file for somebody who"
        " approves on another computer."
    )
)
@click.argument("role", metavar="ROLE")
@click.option("--id", "signer", metavar="ID", help=_("What to call it, where a role has several keys"))
@click.option(
    "--file", "file", type=click.Path(path_type=Path), metavar="KEY",
    help=_("Write the sealed key to this file and nothing to the books; needs no books"),
)  # fmt: skip
@pass_app
def make(app: App, role: str, signer: str | None, file: Path | None) -> None:
    from compliance.vault import signing

    signer = checked_id(signer or role_of(role))
    if file is None:
        _must_be_new(app, signer)
    elif file.exists():
        raise UsageError(_("{file} exists already").format(file=file))
    words = app.passphrase(_("New passphrase of the key"), confirm=True)
    if not words:
        raise UsageError(_("an empty passphrase protects nothing"))
    sealed, public = signing.make(role_of(role), words)
    if file is not None:
        from compliance.files import write_whole

        write_whole(file, sealed.encode())
        say(_("The sealed key is in {file}. It is nowhere else: keep a copy.").format(file=file))
        say(
            _("On the computer with the books: compliance key trust {role} {public}").format(
                role=role, public=public
            )
        )
        say(_("There compare by telephone: {short}").format(short=signing.short(public)))
        return
    from compliance.ledger.models import Signer

    with app.writing("key make") as writing:
        writing.vault.put_signing_key(signer, sealed)
        writing.event.add(Signer(entity=signer, role=role, public=public))
    recorded(1, _("key {signer} for {role}").format(signer=signer, role=role))
    say(_("Whoever knows the passphrase approves as {role}; nobody can get it back.").format(role=role))


def _must_be_new(app: App, signer: str) -> None:
    from compliance.ledger.models import Signer

    with app.books() as books:
        standing = books.facts(Signer).get(signer)
    if standing is not None and standing.state == "trusted":
        raise UsageError(
            _("there is a key “{signer}” already").format(signer=signer),
            remedy=_("If it is lost: compliance key revoke {signer}. For a second one: --id NAME").format(
                signer=signer
            ),
        )


@key.command(help=_("Let a key that was made on another computer count for a role."))
@click.argument("role", metavar="ROLE")
@click.argument("public", metavar="PUBLIC")
@click.option("--id", "signer", metavar="ID", help=_("What to call it, where a role has several keys"))
@click.option("--yes", "given", is_flag=True, help=_("Do not ask"))
@pass_app
def trust(app: App, role: str, public: str, signer: str | None, given: bool) -> None:
    from compliance.ledger.models import Signer
    from compliance.vault.signing import short

    public = "".join(public.split()).lower()
    if not _PUBLIC.match(public):
        raise UsageError(_("a public key is 64 of the digits 0-9 and a-f, as “key make” printed them"))
    signer = checked_id(signer or role_of(role))
    _must_be_new(app, signer)
    question = _("Ask {role} in person or by telephone: do they read {short} too?")
    if not yes(question.format(role=role, short=short(public)), given=given):
        say(_("Nothing was recorded."))
        raise click.exceptions.Exit(1)
    with app.writing("key trust") as writing:
        writing.event.add(Signer(entity=signer, role=role_of(role), public=public))
    recorded(1, _("key {signer} for {role}").format(signer=signer, role=role))


@key.command(
    help=_("From now on a key counts no more: it was lost, or somebody left. What it approved stands.")
)
@click.argument("signer", metavar="ID")
@pass_app
def revoke(app: App, signer: str) -> None:
    from dataclasses import replace

    from compliance.ledger.models import Signer

    with app.books() as books:
        known = books.facts(Signer)
        found = known[find(signer, {entity: item.role for entity, item in known.items()}, "ID")]
    if found.state == "revoked":
        raise UsageError(_("the key {signer} counts no more already").format(signer=found.entity))
    with app.writing("key revoke") as writing:
        writing.event.add(replace(found, state="revoked"))
    recorded(1, _("the key {signer} counts no more").format(signer=found.entity))


@key.command("list", help=_("Which keys count for whom."))
@times
@format_option
@pass_app
def list_(app: App, fmt: str) -> None:
    from compliance.ledger.models import Signer

    with app.books() as books, app.vault() as vault:
        rows = [
            _row(item, vault.signing_key(item.entity) is not None) for item in books.facts(Signer).values()
        ]
    columns = [
        Column("key", _("Id")), Column("role", _("Role")), Column("short", _("To compare")), Column("state", _("State")),
        Column("here", _("Kept here")),
    ]  # fmt: skip
    if fmt == "table":
        words = {"trusted": _("counts"), "revoked": _("counts no more")}
        rows = [
            row | {"state": words[str(row["state"])], "here": _("yes") if row["here"] else _("no")}
            for row in rows
        ]
    emit(rows, columns, "keys/1", fmt, empty=_("There are no keys. To make one: compliance key make ROLE"))


def _row(item: Signer, here: bool) -> dict[str, object]:
    from compliance.vault.signing import short

    return {
        "key": item.entity,
        "role": item.role,
        "short": short(item.public),
        "public": item.public,
        "state": item.state,
        "here": here,
    }
