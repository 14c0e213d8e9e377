"""``due``: one date per filing; the doubts behind it with ``--why``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from compliance.commands.app import App, pass_app
from compliance.commands.output import Column, clean, emit, format_option, out, say
from compliance.commands.times import times
from compliance.errors import UsageError
from compliance.i18n import _, day_text, day_words

if TYPE_CHECKING:
    from datetime import date

    from compliance.deadlines import Deadline
    from compliance.filings.agenda import Action


@click.command(help=_("What must be filed and by when: one date each."))
@click.option("--why", is_flag=True, help=_("Show how sure each date is, and what is at stake"))
@click.option(
    "--days",
    "horizon_days",
    type=click.IntRange(1, 3660),
    default=120,
    show_default=True,
    help=_("How far ahead"),
)
@click.option(
    "--mine", is_flag=True, help=_("Only my part: by when, and what is left of it (team in schedules.yaml)")
)
@click.option("--as", "role", metavar="ROLE", help=_("The same for a role: accountant, director, ..."))
@times
@format_option
@pass_app
def due(app: App, why: bool, horizon_days: int, mine: bool, role: str | None, fmt: str) -> None:
    from compliance.commands.check import context
    from compliance.filings import agenda
    from compliance.money import plain

    if mine or role:
        _parts(app, role or _my_role(app), horizon_days, fmt)
        return
    with context(app) as ctx:
        found = agenda.due(ctx, horizon_days=horizon_days)
        lead = ctx.config.lead
    rows = [deadline_row(item, app.today, lead.prepare_days, lead.approve_days) for item in found]
    if fmt == "table":
        for pack in app.rules.packs.values():
            if pack.overdue_reviews(app.today):
                say(
                    _(
                        "The rules “{regime}” were last compared with the sources on {day}: days may have changed since."
                    ).format(regime=pack.id, day=day_text(pack.regime.checked_on))
                )
    if fmt == "table" and why:
        for item in found:
            _explain(item)
        return
    if fmt == "table":
        for row, item in zip(rows, found, strict=True):
            if item.fee:
                row["title"] = _("{title}; to pay: {sum} {currency}").format(
                    title=item.title, sum=plain(*item.fee), currency=item.fee[1]
                )
    columns = [
        Column("due", _("File by"), whole=True), Column("title", _("What")), Column("period", _("For")), Column("left", _("Days left")),
    ]  # fmt: skip
    emit(rows, columns, "due/1", fmt)


def _my_role(app: App) -> str | None:
    """Who I am for this organisation; ``None`` where it names nobody: then everything is mine to see."""
    team = app.workspace.config.team
    role = team.get(app.actor)
    if role is None and team:
        raise UsageError(
            _("schedules.yaml names who does what (team), but not “{actor}”").format(actor=app.actor),
            remedy=_("Now: compliance due --as {role} — for good, add there: {actor}: {role}").format(
                actor=app.actor, role=next(iter(team.values()))
            ),
        )
    return role


def _parts(app: App, role: str | None, horizon_days: int, fmt: str) -> None:
    """By when a role's part of each filing should be done, and what is left of it; without ``role`` everybody's."""
    from compliance.checks import registry
    from compliance.commands.check import context
    from compliance.commands.quarter import in_reports
    from compliance.filings import agenda, groundwork, readiness

    parts: list[tuple[dict[str, Any], list[Action]]] = []
    with context(app) as ctx:
        outcome = registry.run(ctx)
        for item in agenda.due(ctx, horizon_days=horizon_days):
            ready = readiness.skipping(ctx, outcome, item, in_reports(app))
            base = groundwork.base(ctx, outcome, item.period)
            steps = [*base.steps, *(ready.steps if ready else ())]
            for who in [role] if role else dict.fromkeys(step.who for step in steps):
                left = groundwork.actions([step for step in steps if step.who == who])
                by = readiness.part_due(ctx, item, who)
                row = {
                    "name": item.name,
                    "title": item.title,
                    "period": item.period.label,
                    "role": who,
                    "by": day_words(by) if by else _("the day is not known"),
                    "by_on": by.isoformat() if by else None,
                    "due_on": item.due_on.isoformat() if item.due_on else None,
                    "left": [action.text for action in left],
                    "commands": [list(action.command) for action in left],
                }
                parts.append((row, left))
    if fmt != "table":
        emit([row for row, _left in parts], [], "due-parts/1", fmt)
    else:
        _tell_parts(parts, several=role is None)
    if role is None:
        say(
            _(
                "schedules.yaml names nobody (team), so everybody's part is shown. One role's: compliance due --as accountant"
            )
        )
    say(_("These days are our own lead times, not the law's."))


def _tell_parts(parts: list[tuple[dict[str, Any], list[Action]]], *, several: bool) -> None:
    """The smallest list: what serves many filings stands once, by the first day, with all that wait for it."""
    from compliance.filings.approval import role_word

    told: dict[tuple[str, ...], dict[str, Any]] = {}
    for row, left in sorted(parts, key=lambda part: part[0]["by_on"] or "9"):
        for action in left:
            line = told.setdefault(
                (row["role"], *action.key),
                {
                    "by": row["by"],
                    "role": role_word(row["role"]),
                    "text": action.text,
                    "command": f"compliance {' '.join(action.command)}",
                    "serves": [],
                },
            )
            line["serves"].append(f"{row['name']} {row['period']}")
    whose = [Column("role", _("Whose part"))] if several else []
    columns = [
        Column("by", _("By when") if several else _("My part by"), whole=True), *whose, Column("text", _("What to do")),
        Column("command", _("Command")), Column("serves", _("For")),
    ]  # fmt: skip
    emit(list(told.values()), columns, "due-parts/1", "table", empty=_("Nothing is left to do now."))


def deadline_row(item: Deadline, today: date, prepare_days: int, approve_days: int) -> dict[str, Any]:
    """A deadline as JSON-ready values; days are ISO text, ``due`` is the same day in words."""
    from datetime import timedelta

    def iso(day: date | None) -> str | None:
        return day.isoformat() if day else None

    due_on = item.due_on
    return {
        "obligation": item.obligation,
        "name": item.name,
        "title": item.title,
        "period": item.period.label,
        "due": day_words(due_on) if due_on else _("the day is not known"),
        "due_on": iso(due_on),
        "safe_on": iso(item.safe_on),
        "nominal_on": iso(item.nominal_on),
        "shifted_on": iso(item.shifted_on),
        "candidates": [iso(day) for day in item.candidates],
        "left": (due_on - today).days if due_on else None,
        "prepare_on": iso(due_on - timedelta(days=prepare_days)) if due_on else None,
        "approve_on": iso(due_on - timedelta(days=approve_days)) if due_on else None,
        "overdue": bool(due_on and due_on < today),
        "recipient": item.recipient,
        "channels": list(item.channels),
        "form": item.form,
        "fee_minor": item.fee[0] if item.fee else None,
        "fee_currency": item.fee[1] if item.fee else None,
        "at_stake": list(item.at_stake),
        "source": item.source,
        "confidence": item.confidence,
        "notes": list(item.notes),
        "approximate": item.approximate,
    }


def _explain(item: Deadline) -> None:
    from compliance.filings.why import why

    day = day_words(item.due_on) if item.due_on else _("the day is not known")
    out(clean(f"{item.title}, {item.period.label}: {day}"))
    for line in why(item):
        out(clean(f"   {line}"))
    out(clean(f"   {item.obligation}"))
    out("")
