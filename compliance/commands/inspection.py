"""``inspection open|ask|find|show|hand|list``: what inspectors asked, and what they were given."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from compliance.commands.app import App, pass_app
from compliance.commands.ask import day, maybe, need, need_all
from compliance.commands.filing_letters import past
from compliance.commands.letters_told import tell_label
from compliance.commands.output import Column, clean, emit, format_option, out, say
from compliance.commands.record_shared import find as find_id
from compliance.commands.record_shared import numbered, recorded, titles
from compliance.commands.times import times
from compliance.errors import UsageError
from compliance.i18n import _, day_text

if TYPE_CHECKING:
    from compliance.filings.inspection import Copy
    from compliance.ledger.books import Books
    from compliance.ledger.models import InspectionItem


@click.group(help=_("An inspection: what is asked, found, missing, beyond the law, handed over"))
def inspection() -> None:
    pass


@inspection.command(
    "open", help=_("Record the letter that announces it, and what it asks for, item by item.")
)
@click.argument("letter", metavar="[LETTER]", required=False, type=click.Path(path_type=Path))
@click.option("--on", "on_text", metavar="DAY", help=_("The day it reached you"))
@click.option("--reply-by", metavar="DAY", help=_("Until when it wants an answer"))
@click.option("--subject", metavar="TEXT", help=_("What it is about, in a few words; nothing about a person"))
@click.option(
    "--item", "items", multiple=True, metavar="TEXT", help=_("One thing that is asked; may be repeated")
)
@pass_app
def open_(
    app: App,
    /,
    letter: Path | None,
    on_text: str | None,
    reply_by: str | None,
    subject: str | None,
    items: tuple[str, ...],
) -> None:
    from compliance.files import read_input
    from compliance.ledger.models import Document, InspectionItem, Letter

    need_all(on=on_text, subject=subject)
    on = past(app, on_text, _("On which day did it reach you"))
    until = maybe(reply_by, _("Until when does it want an answer (empty: it names no day)"))
    last = day(until, "--reply-by", "") if until else None
    subject = need(subject, "--subject", _("What is it about, in a few words"))
    data = read_input(letter) if letter is not None else None
    with app.writing("inspection open") as writing:
        entity = numbered("inspection", writing.books.facts(Letter))
        paper = None
        if data is not None and letter is not None:
            paper = f"{entity}-paper"
            blob = writing.vault.put_blob(letter.name, data)
            writing.event.add(
                Document(
                    entity=paper, digest=blob, kind="inspection", title=entity, dated_on=on, about=entity
                )
            )
        writing.event.add(
            Letter(
                entity=entity, kind="inspection", on_date=on, subject=subject, reply_by=last, document=paper
            )
        )
        for number, text in enumerate(items, 1):
            writing.event.add(
                InspectionItem(entity=f"{entity}/{number}", number=number, inspection=entity, asked=text)
            )
    recorded(1 + len(items), _("inspection {name}").format(name=entity))
    if items:
        say(_("What may answer it: compliance inspection show {name}").format(name=entity))
        return
    say(
        _(
            "What it asks: compliance inspection ask {name} TEXT... — then: compliance inspection show {name}"
        ).format(name=entity)
    )


@inspection.command(help=_("Add things that are asked."))
@click.argument("entity", metavar="INSPECTION")
@click.argument("items", metavar="TEXT...", nargs=-1, required=True)
@pass_app
def ask(app: App, entity: str, items: tuple[str, ...]) -> None:
    from compliance.filings import inspection as core
    from compliance.ledger.models import InspectionItem

    with app.writing("inspection ask") as writing:
        core.inspection(writing.books, entity)
        first = max((item.number for item in core.items(writing.books, entity)), default=0) + 1
        for number, text in enumerate(items, first):
            writing.event.add(
                InspectionItem(entity=f"{entity}/{number}", number=number, inspection=entity, asked=text)
            )
    recorded(len(items), _("asked in {name}").format(name=entity))


@inspection.command(
    help=_("Say what answers an item: a paper, that there is none, or that the law does not ask it.")
)
@click.argument("entity", metavar="INSPECTION")
@click.argument("number", type=click.IntRange(1))
@click.option("--document", metavar="DOCUMENT", help=_("The paper that answers it"))
@click.option("--missing", is_flag=True, help=_("We have none"))
@click.option("--beyond", is_flag=True, help=_("The law does not ask it; say why with --because"))
@click.option("--because", metavar="TEXT", help=_("Which article, or who advised it; nothing about a person"))
@pass_app
def find(
    app: App,
    /,
    entity: str,
    number: int,
    document: str | None,
    missing: bool,
    beyond: bool,
    because: str | None,
) -> None:
    if sum((document is not None, missing, beyond)) != 1:
        raise UsageError(_("say one of: --document, --missing, --beyond"))
    if beyond and not because:
        because = need(None, "--because", _("Which article, or who advised it"))
    with app.books() as books:
        item = _item(books, entity, number)
        paper = find_id(document, titles(books.documents), "--document") if document else None
    if item.state == "handed":
        raise UsageError(_("item {number} was handed over already").format(number=number))
    state = "found" if paper else "missing" if missing else "beyond"
    with app.writing("inspection find") as writing:
        writing.event.add(replace(item, state=state, document=paper, because=because))
    recorded(1, _("item {number} of {name}").format(number=number, name=entity))


def _item(books: Books, entity: str, number: int) -> InspectionItem:
    from compliance.filings import inspection as core

    core.inspection(books, entity)
    found = {item.number: item for item in core.items(books, entity)}
    if number not in found:
        raise UsageError(
            _("{name} has no item {number}").format(name=entity, number=number),
            remedy=_("See: compliance inspection show {name}").format(name=entity),
        )
    return found[number]


@inspection.command(help=_("What is asked, and how far each item is; papers that may answer it."))
@click.argument("entity", metavar="[INSPECTION]", required=False)
@times
@format_option
@pass_app
def show(app: App, entity: str | None, fmt: str) -> None:
    from compliance.filings import inspection as core

    with app.books() as books:
        letter = core.inspection(books, entity)
        rows = [_row(item, books) for item in core.items(books, letter.entity)]
    columns = [
        Column("number", _("No.")), Column("asked", _("What was asked")), Column("state", _("State")), Column("document", _("Paper")),
        Column("because", _("Because")),
    ]  # fmt: skip
    if fmt != "table":
        emit(rows, columns, "inspection/1", fmt)
        return
    until = day_text(letter.reply_by) if letter.reply_by else "—"
    out(
        clean(
            _("{subject}, of {day}; answer by {until}").format(
                subject=letter.subject, day=day_text(letter.on_date), until=until
            )
        )
    )
    words = {
        "asked": _("not looked for yet"), "found": _("found"), "missing": _("we have none"), "beyond": _("not asked by law"), "handed": _("handed over"),
    }  # fmt: skip
    emit([row | {"state": words[row["state"]]} for row in rows], columns, "inspection/1", fmt)
    for row in rows:
        if row["state"] == "asked" and row["likely"]:
            say(
                clean(
                    _("{number}: perhaps {papers}").format(
                        number=row["number"], papers=", ".join(row["likely"])
                    )
                )
            )


def _row(item: InspectionItem, books: Books) -> dict[str, Any]:
    from compliance.filings import inspection as core

    return {
        "number": item.number,
        "asked": item.asked,
        "state": item.state,
        "document": item.document,
        "because": item.because,
        "handed_on": item.handed_on.isoformat() if item.handed_on else None,
        "copy": item.copy,
        "likely": [paper.entity for paper in core.likely(item, books.documents)]
        if item.state == "asked"
        else [],
    }


@inspection.command("list", help=_("Every inspection, and how many of its items are open."))
@times
@format_option
@pass_app
def list_(app: App, fmt: str) -> None:
    from compliance.filings import inspection as core
    from compliance.ledger.models import Letter

    with app.books() as books:
        rows = []
        for letter in books.facts(Letter).values():
            if letter.kind == "inspection":
                found = core.items(books, letter.entity)
                left = sum(item.state == "asked" for item in found)
                rows.append(
                    {
                        "inspection": letter.entity,
                        "on_date": letter.on_date.isoformat(),
                        "subject": letter.subject,
                        "reply_by": letter.reply_by.isoformat() if letter.reply_by else None,
                        "items": len(found),
                        "open": left,
                    }
                )
    columns = [
        Column("inspection", _("Inspection")), Column("on_date", _("Day")), Column("subject", _("Subject")), Column("reply_by", _("Answer by")),
        Column("items", _("Items")), Column("open", _("Open items")),
    ]  # fmt: skip
    emit(
        rows,
        columns,
        "inspections/1",
        fmt,
        empty=_("No inspection is recorded. To record one: compliance inspection open"),
    )


@inspection.command(
    help=_(
        "Write numbered copies of what was found and an inventory to sign, and record what was handed over."
    )
)
@click.argument("entity", metavar="INSPECTION")
@click.option("--on", "on_text", metavar="DAY", help=_("The day it is handed over"))
@click.option(
    "-o",
    "--out",
    "folder",
    required=True,
    metavar="FOLDER",
    type=click.Path(path_type=Path),
    help=_("Where the copies go; a new folder"),
)
@click.option(
    "--redact",
    multiple=True,
    metavar="WORDS",
    help=_("Words to take out of every copy for good; may be repeated"),
)
@click.option("--only", multiple=True, type=click.IntRange(1), metavar="NUMBER", help=_("Only these items"))
@pass_app
def hand(
    app: App,
    /,
    entity: str,
    on_text: str | None,
    folder: Path,
    redact: tuple[str, ...],
    only: tuple[int, ...],
) -> None:
    from compliance.commands.check import context
    from compliance.files import digest, private_folder, write_whole
    from compliance.filings import inspection as core
    from compliance.filings import letterhead

    if folder.exists():
        raise UsageError(_("{file} exists already").format(file=folder))
    on = past(app, on_text, _("On which day is it handed over"))
    with context(app) as ctx:
        letter = core.inspection(ctx.books, entity)
        every = core.items(ctx.books, entity)
        ready = [item for item in every if item.state == "found" and (not only or item.number in only)]
        if not ready:
            raise UsageError(
                _("nothing is found yet that could be handed over"),
                remedy=_("See: compliance inspection show {name}").format(name=entity),
            )
        made = core.copies(ready, ctx.books, ctx.vault, redact)
        paper, label, measured = letterhead.make(
            ctx, core.inventory(ctx, letter, made, every), Path("inventory.pdf")
        )
    private_folder(folder)
    for copy in made:
        write_whole(folder / copy.name, copy.data)
    write_whole(folder / "inventory.pdf", paper)
    with app.writing("inspection hand") as writing:
        for copy in made:
            blob = writing.vault.put_blob(copy.name, copy.data)
            assert blob == digest(copy.data)
            writing.event.add(replace(copy.item, state="handed", handed_on=on, copy=blob))
    _tell(made, folder)
    tell_label(label, measured)
    recorded(len(made), _("copies handed over in {name}").format(name=entity))


def _tell(made: list[Copy], folder: Path) -> None:
    for copy in made:
        out(str(folder / copy.name))
        for word, times_ in copy.redacted.items():
            if not times_:
                say(
                    clean(
                        _("{file}: “{word}” was not found; a scan has no text: look at it yourself").format(
                            file=copy.name, word=word
                        )
                    )
                )
    if any(copy.redacted for copy in made):
        say(
            _(
                "Look at every copy before it leaves: a name in another case, or parted at a line's end, is other words."
            )
        )
    out(str(folder / "inventory.pdf"))
    say(
        _(
            "Have the inventory signed, scan it, and keep it: compliance record document SCAN --kind protocol --about INSPECTION"
        )
    )
