"""``quarter``: a period from the first statement to the receipt, step by step; may be left and resumed."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

import click

from compliance.commands.app import App, pass_app
from compliance.commands.ask import interactive, yes
from compliance.commands.ask import period as parsed_period
from compliance.commands.output import clean, emit, format_option, out, say
from compliance.i18n import _, day_text, day_words, ngettext

if TYPE_CHECKING:
    from compliance.filings.agenda import Action
    from compliance.filings.groundwork import Base, Step
    from compliance.filings.readiness import Ready
    from compliance.periods import Period

_MARKS = {"done": "✓", "open": "→", "later": "·"}


@click.command(
    help=_(
        "Walk a period: load, pair, sort, check, answer, print, approve, send. Shows how far each filing has come and what"
        " is left; on a terminal it starts the next step. Stores nothing: leave it and come back."
    )
)
@click.argument("period", metavar="PERIOD")
@click.argument("name", metavar="[FORM]", required=False)
@click.option("--no-walk", is_flag=True, help=_("Only show, start nothing"))
@format_option
@click.pass_context
@pass_app
def quarter(app: App, ctx: click.Context, /, period: str, name: str | None, no_walk: bool, fmt: str) -> None:
    span = parsed_period(period)
    base, found = _found(app, span, name)
    if fmt != "table":
        emit([_row(base, item) for item in found], [], "quarter/1", fmt)
        return
    _show(base, found, span)
    if interactive() and not no_walk:
        _walk(app, ctx, span, name)


def _found(app: App, span: Period, name: str | None) -> tuple[Base, list[Ready]]:
    from compliance.checks import registry
    from compliance.commands.check import context
    from compliance.filings import groundwork, readiness

    with context(app) as ctx:
        outcome = registry.run(ctx)
        if name is not None:
            found = [readiness.ready(ctx, outcome, name, span, in_reports(app))]
        else:
            found = readiness.of_period(ctx, outcome, span, in_reports(app))
        return groundwork.base(ctx, outcome, span), found


def in_reports(app: App) -> Callable[[str], bytes | None]:
    """Papers made before, by their name."""

    def made(name: str) -> bytes | None:
        path = app.workspace.reports / name
        return path.read_bytes() if path.is_file() else None

    return made


def _show(base: Base, found: list[Ready], span: Period) -> None:
    from compliance.filings.approval import role_word
    from compliance.filings.groundwork import actions

    out(click.style(_("The books for {period}").format(period=span.label), bold=True))
    _tell_steps(base.steps)
    out("  " + (clean(_evidence(base)) if base.steps else _("The books begin later.")))
    for item in found:
        out("")
        head = f"{item.title}, {item.subject.period.label}"
        if item.deadline is not None and item.deadline.due_on is not None:
            head += " · " + _("file by {day}").format(day=day_words(item.deadline.due_on))
        out(click.style(clean(head), bold=True))
        _tell_steps(item.steps)
        if item.ready:
            done = all(step.state == "done" for step in base.steps)
            out(
                "  "
                + (
                    _("Ready to be sent.")
                    if done
                    else _("It may be sent: what is open above does not forbid it.")
                )
            )
    if not found:
        out(_("Nothing is filed for {period}.").format(period=span.label))
    left = actions(base.steps, *(item.steps for item in found))
    if left:
        out("")
        out(_("Left to do:"))
    for number, action in enumerate(left, start=1):
        told = f"{action.text} ({role_word(action.who)})"
        out(clean(f"  {number}. {told}: compliance {' '.join(action.command)}"))


def _tell_steps(steps: Sequence[Step]) -> None:
    for step in steps:
        out(clean(f"  {_MARKS[step.state]} {step.text}"))


def _evidence(base: Base) -> str:
    """What the figures rest on, in one line."""
    lasts = ", ".join(f"{key} {day_text(last) if last else '—'}" for key, last in base.covered.items())
    paid, proven = base.papers
    parts = [
        _("statements to: {lasts}").format(lasts=lasts) if lasts else "",
        _("payments with a paper: {proven} of {paid}").format(proven=proven, paid=paid) if paid else "",
        ngettext("{n} finding is decided", "{n} findings are decided", base.decided).format(n=base.decided)
        if base.decided
        else "",
    ]
    return "; ".join(part for part in parts if part)


def _walk(app: App, ctx: click.Context, span: Period, name: str | None) -> None:
    """The next thing to do, one after the other, as long as the person goes on."""
    from compliance.commands.today import start
    from compliance.filings.groundwork import actions

    seen: set[tuple[str, ...]] = set()
    while True:
        base, found = _found(app, span, name)
        left = [item for item in actions(base.steps, *(one.steps for one in found)) if item.key not in seen]
        if not left:
            return
        action = left[0]
        seen.add(action.key)
        if "FILE" in action.command or action.command[:2] == ("filing", "receipt"):
            say(clean(_("Next, by yourself: compliance {words}").format(words=" ".join(action.command))))
        elif yes(clean(_("{text}: start it now?").format(text=action.text))):
            _started(start, ctx, list(action.command))
        else:
            return


def _started(start: Callable[[click.Context, list[str]], None], ctx: click.Context, words: list[str]) -> None:
    """One that finds something to mend ends with 1: the walk goes on."""
    with contextlib.suppress(click.exceptions.Exit):
        start(ctx, words)


def _row(base: Base, item: Ready) -> dict[str, Any]:
    from compliance.filings.groundwork import actions

    due_on = item.deadline.due_on if item.deadline else None
    return {
        "obligation": item.subject.obligation,
        "name": item.subject.name,
        "title": item.title,
        "period": item.subject.period.label,
        "due_on": due_on.isoformat() if due_on else None,
        "ready": item.ready and all(step.state == "done" for step in base.steps),
        "sent": item.sent,
        "steps": [
            {
                "step": step.key,
                "state": step.state,
                "text": step.text,
                "who": step.who,
                "actions": _actions(step.actions),
            }
            for step in (*base.steps, *item.steps)
        ],
        "covered_to": {key: last.isoformat() if last else None for key, last in base.covered.items()},
        "payments": base.papers[0],
        "payments_with_paper": base.papers[1],
        "open": base.open,
        "decided": base.decided,
        "refusals": [finding.id for finding in item.refusals],
        "actions": _actions(actions(base.steps, item.steps)),
    }


def _actions(found: Iterable[Action]) -> list[dict[str, Any]]:
    return [
        {"text": action.text, "command": list(action.command), **({"who": action.who} if action.who else {})}
        for action in found
    ]
