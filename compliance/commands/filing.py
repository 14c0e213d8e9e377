"""``file`` and ``filing``: record what was really sent, close the period, keep receipts."""

from __future__ import annotations

import json
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from compliance.commands.amendments import amend, difference
from compliance.commands.app import App, pass_app
from compliance.commands.ask import choice, hour, interactive, need, yes
from compliance.commands.ask import period as parsed_period
from compliance.commands.filing_letters import answer, letter, letters, past, receipt
from compliance.commands.filing_papers import papers
from compliance.commands.filing_portal import portal
from compliance.commands.filing_published import published
from compliance.commands.output import Column, clean, emit, format_option, out, say
from compliance.commands.times import times
from compliance.errors import Refused, UsageError
from compliance.i18n import _, day_text, ngettext

if TYPE_CHECKING:
    from compliance.checks.registry import Context
    from compliance.filings.draft import Draft
    from compliance.findings import Finding
    from compliance.ledger.books import Books
    from compliance.ledger.models import Filing
    from compliance.periods import Period
    from compliance.reports.model import Report

_TRIES = 3
CHANNELS = ("portal", "post", "email", "in_person", "public_page")


@click.command(
    "file",
    help=_(
        "Record what was really sent for a period, and close the period. Refused while something must be mended."
    ),
)
@click.argument("name", metavar="NAME")
@click.argument("period", metavar="PERIOD")
@click.option("--on", "on_text", metavar="DAY", help=_("The day it was sent"))
@click.option(
    "--at", metavar="HH:MM", help=_("The hour it was sent, where a law counts hours: 15:00 or 15:00+03:00")
)
@click.option("--channel", type=click.Choice(CHANNELS), help=_("How it was sent"))
@click.option("--sent", type=click.Path(path_type=Path), help=_("The file that was sent; kept as proof"))
@click.option("--receipt", type=click.Path(path_type=Path), help=_("The receipt, if there is one already"))
@click.option("--amends", metavar="FILING", help=_("It corrects this filing"))
@click.option(
    "--cell",
    "cells",
    multiple=True,
    metavar="CELL=NUMBER",
    help=_("A printed figure of a filing from before these books"),
)
@click.option("--yes", "given", is_flag=True, help=_("Do not ask"))
@pass_app
def file_(
    app: App, /, name: str, period: str, on_text: str | None, at: str | None, channel: str | None, sent: Path | None,
    receipt: Path | None, amends: str | None, cells: tuple[str, ...], given: bool,
) -> None:  # fmt: skip
    from compliance.files import read_input
    from compliance.filings import act
    from compliance.reports.contents import contents

    span = parsed_period(period)
    on = past(app, on_text, _("On which day was it sent"))
    sent_at = hour(at, "--at")
    channel = choice(channel, "--channel", _("How was it sent"), CHANNELS)
    sent = sent or Path(need(None, "--sent", _("Which file was sent")))
    what = act.Sent(
        on,
        channel,
        sent.name,
        read_input(sent),
        receipt.name if receipt else "",
        read_input(receipt) if receipt else None,
        sent_at,
    )
    found, standing = _prepared(app, name, span, _figures(cells), refile=amends is not None)
    figures = standing | _figures(cells) if found.report is None else found.report.cells()
    if found.report is not None:
        _tell_of_own_paper(app, found.report, sent, what.data)
        _tell_what_it_lacks(found.report, sent, what.data)
        _confirm_closing(found, found.report, given)
    else:
        question = _("Record “{title}” for {period} as filed, and close the period?")
        _agreed(question.format(title=found.title, period=span.label), given)
    with app.writing("file") as writing:
        entity = act.file(
            writing.event, writing.books, writing.vault, found.subject, what, cells=figures,
            content=contents(found.report) if found.report is not None else None,
            rules=app.rules, config=app.workspace.config_path.read_bytes(), amends=amends,
        )  # fmt: skip
        seq = writing.event.seq
    _print_record(app, entity, seq)


def _prepared(
    app: App, name: str, span: Period, cells: dict[str, int], *, refile: bool
) -> tuple[Draft, dict[str, int]]:
    """The draft after every refusal that touches the period, and the figures of the filing that stands."""
    from compliance.checks import registry
    from compliance.commands.check import context
    from compliance.filings import act
    from compliance.filings.agenda import blockers, unreviewed
    from compliance.filings.draft import draft

    with context(app) as ctx:
        found = draft(ctx, name, span)
        standing = act.current(ctx.books, found.subject.obligation, span)
        if standing is not None and not refile:
            act.refuse_twice(found.subject, standing)
        if cells and not found.before_books:
            raise UsageError(_("--cell is only for periods before these books began"))
        _refuse_unknown_cells(found, cells)
        if not found.before_books:
            outcome = registry.run(ctx)
            rule = ctx.rules.rule(found.subject.obligation)
            stopped = blockers(outcome, span, found.subject.closes)
            stopped += unreviewed(outcome, rule.pack.id) if rule is not None else []
            if found.report is not None:
                _tell_open_questions(found.report)
                stopped += [*found.report.refusals, *found.report.unanswered]
                stopped += _not_approved(app, ctx, found, found.report)
            act.refuse_unready(stopped)
    return found, json.loads(standing.cells) if standing is not None and standing.cells else {}


def _not_approved(app: App, ctx: Context, found: Draft, report: Report) -> list[Finding]:
    """Who must still approve, where schedules.yaml says that somebody must."""
    from compliance.filings import approval
    from compliance.reports.contents import contents

    wanted = approval.roles(ctx.config, ctx.today)
    if wanted is None:
        say(_("Nobody has to approve: schedules.yaml does not say who (approval)."))
    steps = approval.steps(wanted or (), found.subject, contents(report), ctx.books)
    return approval.lacking(steps, found.subject.name, found.subject.period)


def _tell_what_it_lacks(report: Report, sent: Path, data: bytes) -> None:
    """Whether the file says what the report says, as far as its words can be read: it closes the period for good."""
    from compliance.errors import ComplianceError
    from compliance.reports import readback
    from compliance.reports.contents import contents

    try:
        texts = readback.texts(data, sent.name)
    except ComplianceError:
        texts = []
    if not texts:
        say(
            _("{path} has no words that can be read here: look whether it is what was sent.").format(
                path=sent
            )
        )
        return
    found = readback.compare(contents(report), texts)
    other = [item for item in found if not item.same]
    if other:
        say(
            ngettext(
                "{path} does not say what the report says: {n} of {all} cells is not found in it, such as “{caption}”: {expected}.",
                "{path} does not say what the report says: {n} of {all} cells are not found in it, such as “{caption}”: {expected}.",
                len(other),
            ).format(
                path=sent, n=len(other), all=len(found), caption=other[0].caption, expected=other[0].expected
            )
        )


def _tell_of_own_paper(app: App, report: Report, sent: Path, data: bytes) -> None:
    """Whether a paper of ours from ``reports/`` is what the books say today, and no working copy."""
    from compliance.reports import papers

    if sent.absolute().parent != app.workspace.reports.absolute() or report.refusals:
        return
    made = papers.make(report).files
    if sent.name in made and made[sent.name] != data:
        say(_("{path} is not what this report would print today; make it anew: compliance report {name} {period}").format(
            path=sent, name=report.name, period=report.period.label
        ))  # fmt: skip
    if report.working_copy:
        say(_("What you record as sent is a WORKING COPY, not the official form."))


def _tell_open_questions(report: Report) -> None:
    """Every question that nobody has answered, as the form words it: no is an answer, silence is none."""
    from compliance.commands.forms_answer import open_questions

    for item in open_questions(report):
        say(clean(f"{item.cell}: {item.caption}"))


def _refuse_unknown_cells(found: Draft, cells: dict[str, int]) -> None:
    """A slip in a cell's name would be kept for ever and never found by the next report."""
    sections = found.form.sections if found.form is not None else {}
    known = [
        f"{section}.{line}.{column}"
        for section, part in sections.items()
        for line in part.lines
        for column in part.columns
    ]
    for cell in cells:
        if cell not in known:
            near = get_close_matches(cell, known, n=3)
            raise UsageError(
                _("the form has no figure “{cell}”").format(cell=cell),
                remedy=_("Did you mean: {names}").format(names=", ".join(near)) if near else "",
            )


def _figures(cells: tuple[str, ...]) -> dict[str, int]:
    figures = {}
    for text in cells:
        cell, sep, number = text.partition("=")
        digits = number.removeprefix("-")
        if not sep or not (digits.isascii() and digits.isdigit() and len(digits) < 16):
            raise UsageError(_("--cell wants CELL=NUMBER, such as balance.closing.all=3855"))
        figures[cell] = int(number)
    return figures


def _confirm_closing(found: Draft, report: Report, given: bool) -> None:
    """Shows what is about to be closed; at a terminal the closing figure must be typed."""
    from compliance.filings.draft import line_kind, told_rows
    from compliance.reports.shown import Shown

    rows, shown = told_rows(found), Shown.of(report)
    for row in rows:
        say(f"{row.caption.text}: {shown.text(row.cells[-1].id, row.cells[-1].units)}")
    closing = next((row for row in reversed(rows) if line_kind(found, row) == "closing"), None)
    say(
        _("From now on {period} is closed: what comes late can only amend it.").format(
            period=report.period.label
        )
    )
    if given or closing is None or not interactive():
        _agreed(_("Record it as filed?"), given)
        return
    for _try in range(_TRIES):
        typed = click.prompt(_("Type the last figure shown as closing balance"), err=True)
        if _bare(typed) == _bare(shown.text(closing.cells[-1].id, closing.cells[-1].units)):
            return
    raise Refused(
        _("that is not the closing balance; nothing was recorded"),
        remedy=_("Compare the sent file with: compliance report {name} {period}").format(
            name=report.name, period=report.period.label
        ),
    )


def _bare(figure: str) -> str:
    """Its sign and digits, however they are grouped."""
    sign = "-" if figure.strip()[:1] in ("-", "\N{MINUS SIGN}") else ""
    return sign + "".join(char for char in figure if char.isdigit())


def _agreed(question: str, given: bool) -> None:
    """Goes on only after a yes: what follows is permanent."""
    if not yes(question, given=given):
        say(_("Nothing was recorded."))
        raise click.exceptions.Exit(1)


def _print_record(app: App, entity: str, seq: int) -> None:
    """The filing record: on screen and as a file for the binder, with the anchor for an outside witness."""
    from compliance.files import private_folder, write_whole

    with app.books() as books:
        filing = books.filings[entity]
        text = "\n".join(_record_lines(app, filing, _approved(books, filing), books.event_anchor(seq))) + "\n"
    say(_("recorded 1 filing: {filing}").format(filing=entity))
    out(clean(text.rstrip(), keep_newlines=True))
    folder = private_folder(app.workspace.folder / "filings")
    write_whole(folder / f"{entity}.txt", text.encode(), overwrite=True)
    say(_("Kept for the binder: {path}").format(path=f"filings/{entity}.txt"))


def _approved(books: Books, filing: Filing) -> list[str]:
    """Who agreed to it, by which key."""
    from compliance.filings.approval import given_for, role_word, told_on
    from compliance.vault.signing import short

    return [
        _("approved: {role}, {day}, key {key}").format(
            role=role_word(item.role), day=told_on(item), key=short(signer.public)
        )
        for item, signer in given_for(books, filing.obligation, filing.last_on, filing.content)
    ]


def _record_lines(app: App, filing: Filing, approved: list[str], anchor: str) -> list[str]:
    return [
        _("FILING RECORD {filing}").format(filing=filing.entity),
        app.workspace.config.names_on(filing.on_date).nominative,
        _("period: {first} — {last}").format(first=day_text(filing.start_on), last=day_text(filing.last_on)),
        _("sent: {day}, {channel}").format(
            day=f"{day_text(filing.on_date)} {filing.at or ''}".rstrip(), channel=channel_word(filing.channel)
        ),
        _("digest of what was sent: {digest}").format(digest=filing.sent),
        _("digest of the receipt: {digest}").format(digest=filing.receipt or "—"),
        *([_("amends: {filing}").format(filing=filing.amends)] if filing.amends else []),
        *approved,
        _("anchor code: {anchor}").format(anchor=anchor),
        _(
            "Keep this sheet with the receipt, and give the code to somebody outside: with it the books prove that"
        ),
        _("nothing before this filing was changed: compliance books audit --anchor {anchor}").format(
            anchor=anchor
        ),
    ]


def channel_word(channel: str) -> str:
    return {
        "portal": _("through the portal"),
        "post": _("by post"),
        "email": _("by e-mail"),
        "in_person": _("in person"),
        "public_page": _("on a public page"),
    }.get(channel, channel)


def state_word(state: str) -> str:
    """How far a filing has come, as people say it."""
    return {"filed": _("filed"), "accepted": _("accepted"), "returned": _("returned")}.get(state, state)


@click.group(help=_("What was filed, and what the authority answered."))
def filing() -> None:
    pass


filing.add_command(difference)
filing.add_command(amend)
for _command in (receipt, letter, answer, letters, papers, portal, published):
    filing.add_command(_command)


@filing.command("list", help=_("Every filing, oldest first."))
@times
@format_option
@pass_app
def list_(app: App, fmt: str) -> None:
    with app.books() as books:
        amended = {item.amends: item.entity for item in books.filings.values() if item.amends}
        rows = [_row(item, amended.get(item.entity)) for item in books.filings.values()]
    rows.sort(key=lambda row: (row["on_date"], row["filing"]))
    columns = [
        Column("filing", _("Filing")), Column("on_date", _("Sent")), Column("channel", _("How")), Column("state", _("State")),
        Column("amended_by", _("Amended by")), Column("receipt", _("Receipt")),
    ]  # fmt: skip
    if fmt == "table":
        rows = [
            row | {"channel": channel_word(row["channel"]), "state": state_word(row["state"])} for row in rows
        ]
    emit(rows, columns, "filings/1", fmt)


def _row(item: Filing, amended_by: str | None) -> dict[str, Any]:
    return {
        "filing": item.entity,
        "obligation": item.obligation,
        "start_on": item.start_on.isoformat(),
        "last_on": item.last_on.isoformat(),
        "on_date": item.on_date.isoformat(),
        "at": item.at,
        "channel": item.channel,
        "state": item.state,
        "amends": item.amends,
        "amended_by": amended_by,
        "sent": item.sent,
        "receipt": bool(item.receipt),
    }
