"""``approval request|sign|accept``: agreeing on another computer, by files that go to and fro."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from compliance.commands.app import App, pass_app
from compliance.commands.approval_shared import printed, ready, record
from compliance.commands.ask import period as parsed_period
from compliance.commands.ask import yes
from compliance.commands.output import clean, out, say
from compliance.errors import Refused
from compliance.i18n import _, day_text


@click.command(help=_("Write one file for somebody who approves on another computer: figures and papers."))
@click.argument("name", metavar="FORM")
@click.argument("period", metavar="PERIOD")
@click.argument("target", metavar="OUT", type=click.Path(path_type=Path))
@pass_app
def request(app: App, name: str, period: str, target: Path) -> None:
    from compliance.commands.check import context
    from compliance.files import write_whole
    from compliance.filings import approval as approvals
    from compliance.reports import papers
    from compliance.reports.contents import contents

    with context(app) as ctx:
        found = ready(ctx, name, parsed_period(period))
        assert found.report is not None
        made = papers.make(found.report)
        wanted = approvals.roles(ctx.config, ctx.today) or ()
        data = approvals.request(found.subject, contents(found.report), made.files, wanted)
    write_whole(target, data)
    say(_("{file} holds all that the report prints: give it to nobody else.").format(file=target))
    say(_("There: compliance approval sign {file} --key KEY").format(file=target.name))


@click.command(
    help=_("Agree to a request with your own key file; needs no books. Writes the approval to send back.")
)
@click.argument("file", metavar="REQUEST", type=click.Path(path_type=Path))
@click.option(
    "--key",
    "key_file",
    required=True,
    metavar="KEY",
    type=click.Path(path_type=Path),
    help=_("Your sealed key"),
)
@click.option(
    "--papers",
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    help=_("Write the papers here first, to look at"),
)
@click.option(
    "-o",
    "--out",
    "target",
    type=click.Path(path_type=Path),
    metavar="OUT",
    help=_("Where to write the approval"),
)
@click.option("--yes", "given", is_flag=True, help=_("Do not ask; the passphrase is asked for all the same"))
@pass_app
def sign(
    app: App, /, file: Path, key_file: Path, papers: Path | None, target: Path | None, given: bool
) -> None:
    from datetime import datetime

    from compliance.files import read_input, write_whole
    from compliance.filings import approval as approvals
    from compliance.vault import signing

    asked = approvals.read_request(read_input(file), file.name)
    sealed = signing.parse(read_input(key_file, cap=65536), key_file.name)
    target = target or file.with_name(f"{file.stem}-{sealed['role']}.approval")
    _tell_request(asked)
    if papers is not None:
        _write_papers(papers, asked.papers)
    if not yes(
        _("Do you ({role}) agree that this is sent?").format(role=approvals.role_word(sealed["role"])),
        given=given,
    ):
        say(_("Nothing was written."))
        raise click.exceptions.Exit(1)
    text = approvals.text(asked.subject, sealed["role"], asked.content, datetime.now().astimezone().date())
    signature = signing.sign(
        sealed, app.passphrase(_("Passphrase of the key {key}").format(key=key_file.name)), text
    )
    write_whole(
        target, approvals.approval_file(approvals.Signed(text, signature, sealed["public"], asked.content))
    )
    say(
        _("The approval is in {file}. Send it back; there: compliance approval accept {file}").format(
            file=target
        )
    )


def _tell_request(asked: Any) -> None:
    """Everything the report prints, for the eyes of who agrees to it."""
    say(clean(f"{asked.content['head'][0]}: {asked.content['title']}, {asked.subject.period.label}"))
    for section in asked.content["sections"]:
        out(clean(" ".join(text for text in (section["caption"], section["group"]) if text)))
        for row in section["rows"]:
            told = [printed(value) for _cell, value in row["cells"]]
            if not row["caption"] and len(told) == len(section["columns"]):
                named = zip(section["columns"], told, strict=True)
                told = [f"{column}: {text}" if column else text for column, text in named]
            out(clean("  " + ": ".join(text for text in (row["caption"], "; ".join(told)) if text)))


def _write_papers(folder: Path, files: Mapping[str, bytes]) -> None:
    from compliance.files import safe_name, write_whole

    folder.mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        stem = safe_name(Path(name).stem, fallback="paper")
        write_whole(folder / f"{stem}{Path(name).suffix}", data)
    say(_("The papers are in {folder}: look at them before you agree.").format(folder=folder))


@click.command(help=_("Record an approval that came back from another computer."))
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@pass_app
def accept(app: App, file: Path) -> None:
    import json

    from compliance.files import read_input
    from compliance.filings import approval as approvals
    from compliance.periods import ONE_DAY, Period, parse_day

    role, signed = approvals.read_approval(read_input(file), file.name)
    with app.books() as books:
        who = approvals.trusted(books, signed.public, role)
    if who is None:
        raise Refused(
            _("it was signed by a key that does not count here for {role}").format(role=role),
            why=_("Its key: {public}").format(public=signed.public),
            remedy=_("If it is theirs: compliance key trust {role} {public}").format(
                role=role, public=signed.public
            ),
        )
    said = json.loads(signed.text)
    span = Period(parse_day(said["first_on"]), parse_day(said["last_on"]) + ONE_DAY)
    say(_("signed on {day}").format(day=day_text(parse_day(said["on"]))))
    record(app, said["obligation"], span, who, signed)
