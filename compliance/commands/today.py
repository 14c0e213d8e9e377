"""Bare ``compliance``: today's page; and ``do N``, which starts one of its numbered actions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from compliance.commands.app import App, pass_app
from compliance.commands.output import clean, out, say
from compliance.errors import UsageError
from compliance.i18n import _, day_words, ngettext

if TYPE_CHECKING:
    from compliance.filings.agenda import Agenda

_DUE_SHOWN = 5


def show(app: App) -> None:
    """The date, what is due, what is open, and three things to do. Reads only; always exit 0."""
    agenda = _agenda(app)
    name = app.workspace.config.names_on(app.today).nominative
    out(clean(f"{day_words(app.today)} · {name}"))
    if not app.workspace.database and not app.workspace.keys_path.is_file():
        out(_("The books are not protected by a passphrase."))
    out("")
    _print_due(app, agenda)
    out("")
    _print_state(agenda)
    out("")
    _print_actions(agenda)


def _agenda(app: App) -> Agenda:
    from compliance.checks import registry
    from compliance.commands.check import context
    from compliance.filings.agenda import agenda

    with context(app) as ctx:
        return agenda(ctx, registry.run(ctx))


def _print_due(app: App, agenda: Agenda) -> None:
    halted = app.rules.halted(app.workspace.config.statuses, app.today)
    for finding in halted.values():
        out(clean(finding.message))
        out(clean(f"   → {finding.remedy}"))
    unbound = [item for item in agenda.outcome.open if item.code == "status.none"]
    for finding in unbound:
        out(clean(finding.message))
        out(clean(f"   → {finding.remedy}"))
    if not agenda.due and not unbound:
        out(_("Nothing is due in the next months."))
    unverified = False
    for item in agenda.due[:_DUE_SHOWN]:
        label = item.period.label
        if item.due_on is None:
            out(
                clean(
                    "  " + _("{title}, {period}: the day is not known").format(title=item.title, period=label)
                )
            )
            continue
        left = (item.due_on - app.today).days
        when = (
            ngettext("{n} day overdue", "{n} days overdue", -left).format(n=-left)
            if left < 0
            else ngettext("{n} day left", "{n} days left", left).format(n=left)
        )
        mark = "" if item.confidence == "sourced" else " *"
        unverified = unverified or bool(mark)
        text = _("  file by {day}: {title}, {period} ({when})").format(
            day=day_words(item.due_on), title=item.title, period=label, when=when
        )
        out(clean(text + mark))
    for finding in agenda.outcome.open:
        if finding.code == "letter.unanswered":
            out(clean(f"  {finding.message}"))
    if unverified:
        out(_("  * the day is not verified against the act: compliance due --why"))


def _print_state(agenda: Agenda) -> None:
    n = agenda.unsorted
    if n:
        out(
            ngettext("{n} statement line is not sorted.", "{n} statement lines are not sorted.", n).format(
                n=n
            )
        )
    n = len(agenda.outcome.open)
    out(
        ngettext("{n} finding is open.", "{n} findings are open.", n).format(n=n)
        if n
        else _("No finding is open.")
    )


def _print_actions(agenda: Agenda) -> None:
    for number, action in enumerate(agenda.actions, start=1):
        out(clean(f"{number}. {action.text}: compliance {' '.join(action.command)}"))
    if agenda.actions:
        out(_("Start one with: compliance do NUMBER"))
    if agenda.due:
        period = agenda.due[0].period.label
        out(
            clean(
                _("Everything until it is sent, step by step: compliance quarter {period}").format(
                    period=period
                )
            )
        )


@click.command(help=_("Start one of the numbered actions of today's page."))
@click.argument("number", type=click.IntRange(1))
@click.pass_context
@pass_app
def do(app: App, ctx: click.Context, /, number: int) -> None:
    actions = _agenda(app).actions
    if number > len(actions):
        raise UsageError(
            _("today's page has no action {number}").format(number=number), remedy=_("See: compliance")
        )
    start(ctx, list(actions[number - 1].command))


def start(ctx: click.Context, words: list[str]) -> None:
    """Another command of this program, in this run."""
    say(f"$ compliance {' '.join(words)}")
    root = ctx.find_root()
    command = root.command
    assert isinstance(command, click.Group)
    name, chosen, rest = command.resolve_command(root, words)
    assert chosen is not None
    with chosen.make_context(name, rest, parent=root) as inner:
        chosen.invoke(inner)
