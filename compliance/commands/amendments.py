"""What a late fact does to filings: told when it is refused, when it is recorded, and when it is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from compliance.commands.app import App, pass_app
from compliance.commands.output import Column, clean, emit, format_option, out, say
from compliance.commands.times import times
from compliance.errors import ComplianceError, UsageError
from compliance.i18n import _, day_text, day_words, language, ngettext
from compliance.money import display

if TYPE_CHECKING:
    from compliance.checks.registry import Context
    from compliance.filings.difference import Difference, Line
    from compliance.ledger.append import EventWriter, PeriodClosed
    from compliance.ledger.models import Filing

_SHOWN = 12


def told_refusal(
    refused: PeriodClosed, context: Context, connection: Any, event: EventWriter
) -> PeriodClosed:
    """The refusal of a closed period with what it means: which filings, what would change in them, by when
    that is to be corrected, and how to record it. ``connection`` is the open ledger's."""
    from compliance.ledger.append import PeriodClosed

    try:
        told = _if_amended(context, connection, event)
    except ComplianceError:
        told = []
    if not told:
        return refused
    lines = [line for found in told for line in told_lines(found)]
    return PeriodClosed(
        refused.what,
        why="\n".join([refused.why, *lines]),
        remedy=_("To record it as an amendment, repeat the command with: --amends {filing}").format(
            filing=told[-1].filing.entity
        ),
    )


def _if_amended(context: Context, connection: Any, event: EventWriter) -> list[Difference]:
    """The filings that the refused event touches, each beside the books as they would be with it."""
    from compliance.filings.difference import difference
    from compliance.ledger.amendments import OpenBooks, affected

    money, work = event.waiting_days()
    filings = [*affected(context.books, money), *affected(context.books, work, "activity")]
    if filings and money and not work:

        def closing(day: Any) -> str | None:
            return next((item.entity for item in affected(context.books, [day])), None)

        event.flush_as_amending(closing)
        context = replace(context, books=OpenBooks(connection, event.seq))
    return [difference(context, filing) for filing in filings]


def tell(app: App, filings: Sequence[str]) -> None:
    """After an amending entry: what it changed, by when to correct, and the next command."""
    from compliance.commands.check import context
    from compliance.filings.difference import difference

    with context(app) as ctx:
        known = ctx.books.filings
        found = []
        for entity in filings:
            # It is recorded already: what cannot be told (a law that no longer binds) must not look like failure.
            with suppress(ComplianceError):
                found += [difference(ctx, known[entity])] if entity in known else []
    for item in found:
        for line in told_lines(item):
            say(line)
        say(
            _("Make the corrected report and see what to send: compliance filing amend {filing}").format(
                filing=item.filing.entity
            )
        )


def told_lines(found: Difference) -> list[str]:
    """A difference in a few lines of plain text."""
    filing = found.filing
    head = _("{title}, {first} — {last}, sent on {day}: {filing}").format(
        title=found.draft.title, first=day_text(filing.start_on), last=day_text(filing.last_on),
        day=day_text(filing.on_date), filing=filing.entity,
    )  # fmt: skip
    lines = [f"   {_line(found, line)}" for line in found.lines[:_SHOWN]]
    if len(found.lines) > _SHOWN:
        n = len(found.lines) - _SHOWN
        lines.append("   " + ngettext("… and {n} figure more", "… and {n} figures more", n).format(n=n))
    if not found.lines:
        lines.append("   " + _("no printed figure changes"))
    if found.before_books and found.lines:
        lines.append("   " + _("That period lies before these books: only the change is known."))
    return [head, *lines, f"   {due_words(found)}"]


def _line(found: Difference, line: Line) -> str:
    words = ", ".join(line.captions) or line.cell
    if line.change_minor is not None:
        change = display(line.change_minor, found.currency, language())
        return _("{what}: filed {filed}, change {change} {currency}").format(
            what=words, filed=found.text(line.cell, line.filed), change=change, currency=found.currency
        )
    return _("{what}: filed {filed}, now {now} ({difference})").format(
        what=words,
        filed=found.text(line.cell, line.filed),
        now=found.text(line.cell, line.now),
        difference=_signed(found, line),
    )


def _signed(found: Difference, line: Line) -> str:
    return found.shown.signed(line.cell, line.difference) if found.shown else ""


def due_words(found: Difference) -> str:
    if found.due_on is None:
        return _(
            "By when a corrective report is due is not known: no rule here names a day. Ask the authority, do not wait."
        )
    source = "; ".join(dict.fromkeys(text for item in found.due for text in item.mark.source))
    words = _("The corrective report is due by {day}").format(day=day_words(found.due_on))
    return f"{words} ({source})" if source else words


@click.command(help=_("A filing beside what the books say now: every figure that differs."))
@click.argument("filing_id", metavar="FILING")
@times
@format_option
@pass_app
def difference(app: App, /, filing_id: str, fmt: str) -> None:
    found = _found(app, filing_id)
    if fmt != "table":
        emit(_rows(found), [], "difference/1", fmt)
        return
    if not found.lines:
        out(_("No printed figure differs from what was filed."))
    else:
        emit(_shown(found), _columns(found), "difference/1", "table")
        if found.before_books:
            say(_("That period lies before these books: only the change is known."))
    if found.lines or filing_id in _amended(app):
        say(due_words(found))


def _amended(app: App) -> set[str]:
    with app.books() as books:
        return books.amended_filings()


def _found(app: App, filing_id: str) -> Difference:
    from compliance.commands.check import context
    from compliance.filings import difference as core

    with context(app) as ctx:
        return core.difference(ctx, _filing(ctx, filing_id))


def _filing(context: Context, filing_id: str) -> Filing:
    found = context.books.filings.get(filing_id)
    if found is None:
        raise UsageError(
            _("there is no filing {filing}").format(filing=filing_id), remedy=_("See: compliance filing list")
        )
    return found


def _rows(found: Difference) -> list[dict[str, Any]]:
    due_on = found.due_on.isoformat() if found.due_on else None
    common = {
        "filing": found.filing.entity, "unit_minor": found.unit_minor, "currency": found.currency,
        "learned_on": found.learned_on.isoformat(), "correct_by": due_on,
    }  # fmt: skip
    return [
        {
            "cell": line.cell, "captions": list(line.captions), "filed": line.filed, "now": line.now,
            "difference": line.difference, "change_minor": line.change_minor, **common,
        }
        for line in found.lines
    ]  # fmt: skip


def _shown(found: Difference) -> list[dict[str, Any]]:
    return [
        {
            "cell": line.cell,
            "what": ", ".join(line.captions),
            "filed": found.text(line.cell, line.filed),
            "now": found.text(line.cell, line.now),
            "difference": _signed(found, line),
            "change": ""
            if line.change_minor is None
            else display(line.change_minor, found.currency, language()),
        }
        for line in found.lines
    ]


def _columns(found: Difference) -> list[Column]:
    columns = [Column("cell", _("Cell")), Column("what", _("What")), Column("filed", _("Filed"), right=True)]
    if found.before_books:
        return [
            *columns,
            Column("change", _("Change, {currency}").format(currency=found.currency), right=True),
        ]
    return [*columns, Column("now", _("Now"), right=True), Column("difference", _("Difference"), right=True)]


@click.command(
    help=_(
        "Start the correction of a filing: what differs, the report made anew, and how to record what is sent."
        " Nothing is recorded yet."
    )
)
@click.argument("filing_id", metavar="FILING")
@pass_app
def amend(app: App, filing_id: str) -> None:
    found = _found(app, filing_id)
    for line in told_lines(found):
        out(clean(line))
    name, period = found.draft.subject.name, found.draft.subject.period.label
    sent = _("FILE")
    cells = ""
    if found.draft.report is not None:
        ctx = click.get_current_context()
        from compliance.commands.report import report

        ctx.invoke(report, name=name, period=period, folder=None, binder=False, fmt="table")
        sent = f"reports/{name}-{period}.pdf"
    elif found.lines:
        cells = " " + " ".join(f"--cell {line.cell}={_('NUMBER')}" for line in found.lines)
    say(
        _(
            "When it is sent: compliance file {name} {period} --on DAY --channel HOW --sent {file} --amends {filing}"
        ).format(name=name, period=period, file=sent, filing=filing_id)
        + cells
    )
