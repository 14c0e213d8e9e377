"""``rules list|show|check|sources``: which law binds, since when, who says so, how sure we are."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from compliance.commands.app import App, pass_app
from compliance.commands.ask import day_or
from compliance.commands.output import Column, clean, emit, format_option, out, say
from compliance.commands.rules_diff import diff
from compliance.commands.rules_prove import folders_argument, lint, mutate, new, packs, test, told
from compliance.commands.rules_read import history, unverified
from compliance.commands.rules_words import key_word, status_word, sure_words, value_words
from compliance.errors import UsageError
from compliance.filings.why import confidence_words
from compliance.i18n import _, ngettext

if TYPE_CHECKING:
    from compliance.rules import Listed, Rule


@click.group(help=_("Which laws bind, since when, who says so, and how sure we are."))
def rules() -> None:
    pass


@rules.command(
    "list",
    help=_(
        "The rules in force that bind you. --all: also those that bind others; without --on also what was"
        " repealed, is not in force yet, is only announced, or is in no rule set."
    ),
)
@click.option("--on", "on_text", metavar="DAY", help=_("The law of this day (default: today)"))
@click.option("--all", "everything", is_flag=True, help=_("Also what does not bind you"))
@format_option
@pass_app
def list_(app: App, on_text: str | None, everything: bool, fmt: str) -> None:
    from compliance.rules import held

    on = day_or(on_text, app.today, "--on")
    now = held(app.workspace.config.statuses, on)
    found = app.rules.listed(on)
    if not everything:
        found = [item for item in found if item.status == "in_force" and set(item.binds) <= now]
    elif on_text is not None:
        found = [item for item in found if item.status == "in_force"]
    columns = [
        Column("id", _("Rule")), Column("title", _("What")), Column("status", _("State")), Column("since", _("Since")),
        Column("confidence", _("How sure")),
    ]  # fmt: skip
    rows = [_row(item) for item in found]
    if everything and on_text is None:
        rows += _left_out(app)
    emit([_in_words(row) for row in rows] if fmt == "table" else rows, columns, "rules/1", fmt)


def _left_out(app: App) -> list[dict[str, Any]]:
    """What no rule set has, and why: so that nothing is missing silently."""
    from compliance.rules.base import spoken
    from compliance.rules.loader import left_out

    found = left_out(cache=app.workspace.cache)
    nothing: dict[str, Any] = {
        "name": "", "since": None, "binds": [], "source": [], "confidence": "", "expected": [],
    }  # fmt: skip
    return [
        {
            "id": key,
            "kind": "left_out",
            "regime": key.partition(".")[0],
            "title": spoken(why),
            "status": "left_out",
        }
        | nothing
        for key, why in found.items()
    ]


def _in_words(row: dict[str, Any]) -> dict[str, Any]:
    """The same row for people: programs read the marks as the packs write them."""
    words = {"confidence": confidence_words(row["confidence"])} if row["confidence"] else {}
    return row | words | ({"status": status_word(row["status"])} if "status" in row else {})


def _said_in_words(row: dict[str, Any]) -> dict[str, Any]:
    sure = {"confidence": sure_words(row["key"], row["confidence"])} if row["confidence"] else {}
    return row | sure | {"key": key_word(row["key"]), "value": value_words(row["key"], row["value"])}


def _row(item: Listed) -> dict[str, Any]:
    return {
        "id": item.id,
        "kind": item.kind,
        "regime": item.regime,
        "name": item.name,
        "title": item.title,
        "status": item.status,
        "since": None if item.since == date.min else item.since.isoformat(),
        "binds": list(item.binds),
        "source": list(item.source),
        "confidence": item.confidence,
        "expected": [{"on": day.isoformat(), "status": status} for day, status in item.expected],
    }


@rules.command(help=_("One rule as it stands on a day: each value, who says so, how sure we are."))
@click.argument("rule")
@click.option("--on", "on_text", metavar="DAY", help=_("The law of this day (default: today)"))
@format_option
@pass_app
def show(app: App, rule: str, on_text: str | None, fmt: str) -> None:
    found = app.rules.rule(rule)
    if found is None:
        raise UsageError(
            _("there is no rule “{id}”").format(id=rule), remedy=_("See: compliance rules list --all")
        )
    on = day_or(on_text, app.today, "--on")
    values = _values(found, on)
    if fmt != "table":
        emit(values, [], "rule/1", fmt)
        return
    standing = found.standing(on)
    out(clean(f"{found.id}: {found.title}"))
    if found.act:
        out(clean("   " + _("act: {act}").format(act=found.act)))
    said = _("on {day}: {status}") if standing.since == date.min else _("on {day}: {status} since {since}")
    out(
        clean(
            "   " + said.format(day=on.isoformat(), status=status_word(standing.status), since=standing.since)
        )
    )
    columns = [
        Column("key", _("Key")), Column("value", _("Value")), Column("confidence", _("How sure")), Column("source", _("Source")),
    ]  # fmt: skip
    emit([_said_in_words(row) for row in values], columns, "rule/1", fmt)
    for day, block in found.provision.announced():
        out(
            clean(
                _("   announced, not applied: {day} {status} {note}").format(
                    day=day, status=status_word(block.status), note=block.note or ""
                )
            )
        )


def _values(rule: Rule[Any], on: date) -> list[dict[str, Any]]:
    law = rule.on(on)
    if law is None:
        return []
    from compliance.rules.history import said

    return [
        {
            "key": key,
            "value": value,
            "confidence": law.marks[key].confidence if key in law.marks else "",
            "source": list(law.marks[key].source) if key in law.marks else [],
        }
        for key, value in said(law.block).items()
    ]


@rules.command(
    help=_("Where each citation of the packs can be looked up. For whoever verifies; do not publish.")
)
@format_option
@pass_app
def sources(app: App, fmt: str) -> None:
    rows = [
        {
            "regime": pack.id,
            "source": key,
            "title": item.title,
            "url": item.url or "",
            "official": item.official,
        }
        for pack in app.rules.packs.values()
        for key, item in pack.regime.sources.items()
    ]
    rows.sort(key=lambda row: not row["official"])
    say(
        _(
            "Some of these addresses belong to press or bodies that a law may list: opening or linking them is your decision."
        )
    )
    emit(
        rows,
        [Column("source", _("Source")), Column("title", _("Title")), Column("url", _("Address"))],
        "sources/1",
        fmt,
    )


@rules.command(help=_("Read the packs strictly and run their own examples. Exit 1 when one does not hold."))
@folders_argument
@pass_app
def check(app: App, folders: tuple[Path, ...]) -> None:
    from compliance.filings.proofs import HOOKS
    from compliance.rules.examples import read_examples, run

    failed = False
    for pack in packs(app, folders):
        results = run(pack, read_examples(pack), HOOKS)
        n = len(results)
        out(clean(f"{pack.id}: " + ngettext("{n} example", "{n} examples", n).format(n=n)))
        failed = told(results) or failed
    if failed:
        raise click.exceptions.Exit(1)


rules.add_command(diff)
rules.add_command(history)
rules.add_command(unverified)
rules.add_command(new)
rules.add_command(test)
rules.add_command(mutate)
rules.add_command(lint)
