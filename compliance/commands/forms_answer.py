"""``forms answer``: a person answers the questions of a form for a period; the answers are on record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

import click

from compliance.commands.app import App, pass_app
from compliance.commands.ask import interactive
from compliance.commands.ask import period as parsed_period
from compliance.commands.output import Column, clean, emit, format_option, out, say
from compliance.commands.record_shared import optional, titles
from compliance.errors import Refused, UsageError
from compliance.i18n import _, ngettext

if TYPE_CHECKING:
    from compliance.filings.draft import Draft
    from compliance.ledger.models import Decision
    from compliance.reports.model import Report


@dataclass(frozen=True, slots=True)
class Question:
    """``caption`` as the form prints it, ``asked`` yes_no, text or number, ``value`` what is recorded."""

    cell: str
    caption: str
    asked: str
    value: str | None


@click.command(
    "answer",
    help=_(
        "Answer what a form asks and no books know: yes or no, a number, a text. Without CELL=ANSWER you are asked one"
        " by one. Answers are kept for the period; the same cell again corrects."
    ),
)
@click.argument("name", metavar="FORM")
@click.argument("period", metavar="PERIOD")
@click.argument("given", nargs=-1, metavar="[CELL=ANSWER]...")
@click.option(
    "--because", metavar="TEXT", help=_("Why an answer that seems to name somebody is to be printed as it is")
)
@click.option(
    "--from",
    "other",
    metavar="FORM",
    help=_("Take over what was answered for another form of this period, where it asks the same words"),
)
@click.option("--document", metavar="DOCUMENT", help=_("The paper on record that these answers rest on"))
@format_option
@pass_app
def answer(
    app: App,
    name: str,
    period: str,
    given: tuple[str, ...],
    because: str | None,
    other: str | None,
    document: str | None,
    fmt: str,
) -> None:
    from compliance.commands.check import context
    from compliance.filings import act
    from compliance.filings.draft import draft
    from compliance.reports import answers

    with context(app) as ctx:
        found = draft(ctx, name, parsed_period(period))
        standing = act.current(ctx.books, found.subject.obligation, found.subject.period)
        people = ctx.vault.names()
        paper = optional(document, "--document", titles(ctx.books.documents))
        kept = answers.recorded(found.form, found.subject.period, ctx.books) if found.form else {}
        taken = draft(ctx, other, found.subject.period) if other else None
        there = answers.recorded(taken.form, taken.subject.period, ctx.books) if taken and taken.form else {}
    asked = _questions(found, kept)
    if given:
        said = _said(given, asked)
    elif taken is not None:
        said = _taken(asked, taken, there)
    elif interactive() and fmt == "table":
        said = _walk(asked)
    else:
        _list(asked, fmt)
        return
    released = [
        decision
        for cell, value in said.items()
        if (decision := _released(found, value, people, cell, because)) is not None
    ]
    if said:
        _record(app, found, said, released, paper)
    n = len(said)
    say(ngettext("recorded {n} answer", "recorded {n} answers", n).format(n=n))
    if standing is not None:
        say(_("{filing} is filed already: it stays as it was sent; a new answer prints only in an amendment.").format(
            filing=standing.entity
        ))  # fmt: skip
    left = sum(item.value is None and item.cell not in said for item in asked)
    if left:
        say(ngettext("{n} question is still open.", "{n} questions are still open.", left).format(n=left))


def open_questions(report: Report) -> list[Question]:
    """Those that nobody has answered, in print order."""
    opened = {cell.id for cell in report.all_cells() if cell.kind == "open"}
    return [item for item in questions(report, {}) if item.cell in opened]


def questions(report: Report, kept: dict[str, str]) -> list[Question]:
    """Every question of a filled form, in print order."""
    return [
        Question(
            cell.id,
            " / ".join(text for text in (section.caption.text, section.group, row.caption.text) if text),
            cell.asked,
            kept.get(cell.id),
        )
        for section in report.sections
        for row in section.rows
        for cell in row.cells
        if cell.asked
    ]


def _questions(found: Draft, kept: dict[str, str]) -> list[Question]:
    asked = questions(found.report, kept) if found.report is not None else []
    if not asked:
        raise UsageError(_("“{title}” asks nothing that a person must answer").format(title=found.title))
    return asked


def _said(given: tuple[str, ...], asked: list[Question]) -> dict[str, str]:
    """Cell id -> value of what was typed; exit 2 for a cell that asks nothing or an answer that does not fit."""
    from compliance.reports.answers import parsed

    known = {item.cell: item for item in asked}
    said = {}
    for text in given:
        cell, equals, words = text.partition("=")
        if not equals:
            raise UsageError(
                _("an answer is written CELL=ANSWER"),
                remedy=_("For example: {example}").format(example=f"{asked[0].cell}={_example(asked[0])}"),
            )
        if cell not in known:
            near = get_close_matches(cell, known, n=3, cutoff=0.3) or list(known)[:5]
            raise UsageError(
                _("the form asks nothing at “{cell}”").format(cell=cell),
                remedy=_("Did you mean: {names}?").format(names=", ".join(near)),
            )
        value = parsed(known[cell].asked, words)
        if value is None:
            raise UsageError(f"{cell}: {_wanted(known[cell].asked)}")
        said[cell] = value
    return said


def _taken(asked: list[Question], other: Draft, there: dict[str, str]) -> dict[str, str]:
    """Cell id -> the answer to the same words in another form, for questions that are open here; told one by one."""
    known = (
        {(item.caption, item.asked): item.value for item in questions(other.report, there)}
        if other.report
        else {}
    )
    said = {
        item.cell: value
        for item in asked
        if item.value is None and (value := known.get((item.caption, item.asked))) is not None
    }
    for item in asked:
        if item.cell in said:
            out(clean(f"{item.cell}: {item.caption}: {said[item.cell]}"))
    return said


def _walk(asked: list[Question]) -> dict[str, str]:
    """Question by question; Enter leaves one open, a point stops."""
    from compliance.reports.answers import parsed

    say(_("Enter leaves a question open, “.” stops. What you answered is kept."))
    said: dict[str, str] = {}
    for item in asked:
        if item.value is not None:
            continue
        out("")
        out(clean(f"{item.cell}: {item.caption}"))
        while True:
            try:
                typed = str(click.prompt(_kind(item.asked), default="", show_default=False, err=True)).strip()
            except click.Abort:
                return said
            if typed == ".":
                return said
            value = parsed(item.asked, typed)
            if value is not None:
                said[item.cell] = value
            if value is not None or not typed:
                break
            say(_wanted(item.asked))
    return said


def _record(
    app: App, found: Draft, said: dict[str, str], released: Sequence[Decision], paper: str | None
) -> None:
    from compliance.reports.answers import fact, proof

    assert found.form is not None
    form, period = found.form, found.subject.period
    with app.writing("forms answer") as writing:
        writing.event.add(
            *(fact(form, period, cell, value) for cell, value in said.items()),
            *(proof(form, period, cell, paper) for cell in said if paper),
            *released,
        )


def _released(
    found: Draft, value: str, people: Sequence[str], cell: str, because: str | None
) -> Decision | None:
    """The decision to print an answer that seems to name somebody; ``Refused`` without a reason."""
    from compliance.commands.ask import refuse_placeholder
    from compliance.ledger.models import Decision
    from compliance.reports.privacy import finding

    assert found.report is not None
    subject, period = f"{found.report.name}:{cell}", found.report.period.label
    problem = finding(value, people, subject=subject, remedy="", period=period)
    if problem is None:
        return None
    if not because:
        raise Refused(
            f"{cell}: {problem.message}",
            remedy=_('Say it without naming anybody; or, to print exactly this, repeat with --because "..."'),
        )
    refuse_placeholder(because, "--because")
    return Decision(entity=problem.id, because=because, digest=problem.value)


def _list(asked: list[Question], fmt: str) -> None:
    rows = [
        {
            "cell": item.cell,
            "question": item.caption,
            "asked": item.asked if fmt != "table" else _kind(item.asked),
            "answer": item.value if fmt != "table" else shown(item),
        }
        for item in asked
    ]
    columns = [
        Column("cell", _("Cell")), Column("question", _("Question")), Column("asked", _("Wants")),
        Column("answer", _("Answer")),
    ]  # fmt: skip
    emit(rows, columns, "answers/1", fmt)


def shown(item: Question) -> str:
    """The recorded answer in people's words; an open question says so."""
    if item.value is None:
        return _("not answered")
    if item.asked == "yes_no":
        return _("yes") if item.value == "yes" else _("no")
    return item.value


def _kind(asked: str) -> str:
    return {"yes_no": _("yes or no"), "number": _("a number")}.get(asked, _("a text"))


def _wanted(asked: str) -> str:
    return {
        "yes_no": _("answer yes or no"),
        "number": _("answer with a whole number, such as 4"),
    }.get(asked, _("answer in words"))


def _example(item: Question) -> str:
    return {"yes_no": _("yes"), "number": "4"}.get(item.asked, "...")
