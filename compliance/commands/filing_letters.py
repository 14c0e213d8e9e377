"""``filing receipt|letter|answer|letters``: what the authority wrote back, and what we answered."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from compliance.commands.app import App, Writing, pass_app
from compliance.commands.ask import choice, day, hour, maybe, need, need_all
from compliance.commands.output import Column, emit, format_option, say
from compliance.commands.record_shared import find, numbered, recorded
from compliance.commands.times import times
from compliance.commands.words import word
from compliance.errors import UsageError
from compliance.i18n import _

if TYPE_CHECKING:
    from compliance.ledger.books import Books
    from compliance.ledger.models import Letter

KINDS = ("question", "return", "notice", "decision", "inspection")
"""What an authority writes; questions, returns and inspections wait for an answer."""


@click.command(help=_("Record what the authority answered: a receipt, an acceptance, or a return."))
@click.argument("filing_id", metavar="FILING")
@click.option("--file", "file", type=click.Path(path_type=Path), help=_("The paper itself"))
@click.option("--on", "on_text", metavar="DAY", help=_("The day on it"))
@click.option(
    "--at",
    metavar="HH:MM",
    help=_("The hour it says you sent it, where a law counts hours: 15:00 or 15:00+03:00"),
)
@click.option(
    "--state",
    type=click.Choice(["filed", "accepted", "returned"]),
    default="filed",
    show_default=True,
    help=_("What it says"),
)  # fmt: skip
@pass_app
def receipt(
    app: App, filing_id: str, file: Path | None, on_text: str | None, at: str | None, state: str
) -> None:
    from compliance.files import read_input
    from compliance.filings import act

    sent_at = hour(at, "--at")
    with app.books() as books:
        if filing_id not in books.filings:
            raise UsageError(
                _("there is no filing {filing}").format(filing=filing_id),
                remedy=_("See: compliance filing list"),
            )
    if file is None and state == "filed" and sent_at is None:
        file = Path(need(None, "--file", _("Which file is the receipt")))
    on = past(app, on_text, _("Which day stands on it")) if file or not sent_at else app.today
    data = read_input(file) if file else None
    with app.writing("filing receipt") as writing:
        act.receive(
            writing.event,
            writing.vault,
            writing.books.filings[filing_id],
            state=state,
            on=on,
            at=sent_at,
            name=file.name if file else "",
            data=data,
        )
    say(_("recorded 1 answer to {filing}").format(filing=filing_id))


def past(app: App, text: str | None, question: str) -> date:
    """A day that has come, from ``--on`` or asked for."""
    on = day(text, "--on", question)
    if on > app.today:
        raise UsageError(_("{day} is still to come").format(day=on.isoformat()))
    return on


@click.command(help=_("Record a letter of the authority: a question, a return, a notice, a decision."))
@click.argument("filing_id", metavar="[FILING]", required=False)
@click.option("--kind", metavar="WORD", help=_("One of: {kinds}").format(kinds=", ".join(KINDS)))
@click.option("--on", "on_text", metavar="DAY", help=_("The day it reached you"))
@click.option("--subject", metavar="TEXT", help=_("What it asks, in a few words; nothing about a person"))
@click.option("--reply-by", metavar="DAY", help=_("Until when it wants an answer"))
@click.option("--file", "file", type=click.Path(path_type=Path), help=_("The paper itself; kept as proof"))
@pass_app
def letter(app: App, /, filing_id: str | None, file: Path | None, **options: Any) -> None:
    from compliance.filings import act
    from compliance.ledger.models import Letter

    with app.books() as books:
        filing = find(filing_id, dict.fromkeys(books.filings, ""), "FILING") if filing_id else None
    need_all(kind=options["kind"], on=options["on_text"], subject=options["subject"])
    kind = choice(options["kind"], "--kind", _("What does it bring"), KINDS)
    on = past(app, options["on_text"], _("On which day did it reach you"))
    subject = need(options["subject"], "--subject", _("What does it ask, in a few words"))
    until = maybe(options["reply_by"], _("Until when does it want an answer (empty: it names no day)"))
    reply_by = day(until, "--reply-by", "") if until else None
    if reply_by is not None and reply_by < on:
        raise UsageError(_("--reply-by: {day} is before the letter came").format(day=reply_by.isoformat()))
    with app.writing("filing letter") as writing:
        back = act.came_back(writing.event, writing.books, filing) if kind == "return" and filing else False
        entity = numbered(kind, writing.books.facts(Letter))
        paper = _keep(writing, entity, kind, file, on)
        writing.event.add(
            Letter(
                entity=entity,
                kind=kind,
                on_date=on,
                subject=subject,
                filing=filing,
                reply_by=reply_by,
                document=paper,
            )
        )
    recorded(1, _("letter {letter}").format(letter=entity))
    if back and filing:
        with app.books() as books:
            label = books.filings[filing].period.label
        say(
            _(
                "{filing} counts as not filed until it is sent again. What is left: compliance quarter {period}"
            ).format(filing=filing, period=label)
        )
    if kind in ("question", "return", "inspection"):
        say(
            _("When it is answered: compliance filing answer {letter} --on DAY --file PAPER").format(
                letter=entity
            )
        )


@click.command(help=_("Record what you answered to a letter, and when."))
@click.argument("letter_id", metavar="LETTER")
@click.option("--on", "on_text", metavar="DAY", help=_("The day you sent it"))
@click.option("--subject", metavar="TEXT", help=_("What it says, in a few words; nothing about a person"))
@click.option("--file", "file", type=click.Path(path_type=Path), help=_("The paper itself; kept as proof"))
@pass_app
def answer(app: App, /, letter_id: str, on_text: str | None, subject: str | None, file: Path | None) -> None:
    from compliance.ledger.models import Letter

    with app.books() as books:
        letters = books.facts(Letter)
        asked = letters[find(letter_id, {key: item.subject for key, item in letters.items()}, "LETTER")]
    if asked.kind == "answer":
        raise UsageError(_("{letter} is an answer of yours").format(letter=asked.entity))
    on = past(app, on_text, _("On which day did you send it"))
    if on < asked.on_date:
        raise UsageError(_("the answer is dated before the letter came"))
    with app.writing("filing answer") as writing:
        entity = numbered("answer", writing.books.facts(Letter))
        paper = _keep(writing, entity, "answer", file, on)
        writing.event.add(
            Letter(
                entity=entity, kind="answer", on_date=on, subject=subject or asked.subject, filing=asked.filing,
                answers=asked.entity, document=paper,
            )
        )  # fmt: skip
    recorded(1, _("answer to {letter}").format(letter=asked.entity))


def _keep(writing: Writing, entity: str, kind: str, file: Path | None, on: date) -> str | None:
    """The paper into the vault, first; its document's id."""
    if file is None:
        return None
    from compliance.files import read_input
    from compliance.ledger.models import Document

    digest = writing.vault.put_blob(file.name, read_input(file))
    paper = f"{entity}-paper"
    writing.event.add(
        Document(entity=paper, digest=digest, kind=kind, title=entity, dated_on=on, about=entity)
    )
    return paper


@click.command(help=_("What was written to and fro, and what still waits for an answer."))
@times
@format_option
@pass_app
def letters(app: App, fmt: str) -> None:
    from compliance.ledger.models import Letter

    with app.books() as books:
        rows = [
            _row(item, books)
            for item in sorted(books.facts(Letter).values(), key=lambda item: (item.on_date, item.entity))
        ]
    columns = [
        Column("letter", _("Letter")), Column("on_date", _("Day")), Column("kind", _("Kind")), Column("filing", _("Filing")),
        Column("subject", _("Subject")), Column("reply_by", _("Answer by")), Column("answered_by", _("Answered by")),
    ]  # fmt: skip
    if fmt == "table":
        rows = [row | {"kind": word("kind", row["kind"])} for row in rows]
    emit(
        rows,
        columns,
        "letters/1",
        fmt,
        empty=_("No letters are recorded. To record one: compliance filing letter"),
    )


def _row(item: Letter, books: Books) -> dict[str, Any]:
    others = books.facts(type(item)).values()
    answered = [other.entity for other in others if other.answers == item.entity]
    return {
        "letter": item.entity,
        "on_date": item.on_date.isoformat(),
        "kind": item.kind,
        "filing": item.filing,
        "subject": item.subject,
        "reply_by": item.reply_by.isoformat() if item.reply_by else None,
        "answers": item.answers,
        "answered_by": ", ".join(answered) or None,
        "document": item.document,
    }
