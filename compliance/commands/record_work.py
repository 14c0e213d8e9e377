"""``record activity``: what was done or planned; counts of people, never names."""

from __future__ import annotations

from typing import Any

import click

from compliance.commands.app import App, pass_app
from compliance.commands.ask import maybe, need
from compliance.commands.record_shared import (
    amends_option,
    checked_id,
    filing,
    find,
    given,
    happened,
    id_option,
    kind_of,
    numbered,
    pick,
    put,
    slug,
    titles,
)
from compliance.errors import UsageError
from compliance.i18n import _
from compliance.ledger.kinds import ACTIVITY_STATES

_PLANNED_AHEAD_DAYS = 3 * 366
_DIGITS = 10
"""Fewer than this: nobody counts more."""


@click.command(
    help=_("Something done or planned: dates, place and head-counts; never names of those who came.")
)
@id_option
@click.option("--programme", metavar="PROGRAMME", help=_("Which line of work"))
@click.option("--kind", metavar="WORD", help=_("What it was: seminar, consultation, booklet, ..."))
@click.option("--state", metavar="STATE", help=_("One of: {kinds}").format(kinds=", ".join(ACTIVITY_STATES)))
@click.option("--on", "start_on", metavar="DAY", help=_("The day, or the first of several"))
@click.option("--until", "end_on", metavar="DAY", help=_("The last day, if there were several"))
@click.option("--quantity", metavar="NUMBER", help=_("How many: seminars, consultations, copies, ..."))
@click.option("--participants", metavar="NUMBER", help=_("How many people; a number, never names"))
@click.option("--place", metavar="TEXT", help=_("Where"))
@click.option("--description", metavar="TEXT", help=_("What it was about; nothing about a person"))
@click.option("--output", metavar="TEXT", help=_("What came of it"))
@amends_option
@pass_app
def activity(app: App, /, entity: str | None, **options: Any) -> None:
    from compliance.ledger.models import Activity

    with app.books() as books:
        known = books.activities.get(entity) if entity else None
        new = known is None
        programmes = titles(books.programmes)
        if new:
            options["programme"] = pick(
                options["programme"], "--programme", _("Which line of work"), programmes
            )
            options["kind"] = need(options["kind"], "--kind", _("What was it (seminar, consultation, ...)"))
            options["state"] = options["state"] or "held"
        elif options["programme"]:
            options["programme"] = find(options["programme"], programmes, "--programme")
        options["state"] = kind_of(options["state"], "--state", "", ACTIVITY_STATES, new=False)
        state = options["state"] or (known.state if known else "")
        ahead = 1 if state == "held" else _PLANNED_AHEAD_DAYS
        if new or options["start_on"]:
            options["start_on"] = happened(
                app, options["start_on"], "--on", _("On which day"), ahead_days=ahead
            )
        if options["end_on"]:
            options["end_on"] = happened(app, options["end_on"], "--until", "", ahead_days=ahead)
        elif new or options["start_on"]:
            same = new or (known is not None and known.start_on == known.end_on)
            options["end_on"] = options["start_on"] if same else None
        first = options["start_on"] or (known.start_on if known else None)
        last = options["end_on"] or (known.end_on if known else None)
        if first and last and last < first:
            raise UsageError(_("--until: the last day is before the first"))
        if new and options["participants"] is None:
            options["participants"] = maybe(None, _("How many people came, empty if not counted"))
        for name in ("quantity", "participants"):
            options[name] = _count(options[name], f"--{name}")
        if entity is None:
            stem = slug(f"{options['programme']}-{options['kind']}-{first}", fallback="activity")
            entity = numbered(stem, books.activities) if stem in books.activities else stem
        options["amends_filing"] = filing(books, options.pop("amends"))
    put(app, "activity", Activity, checked_id(entity), given(**options))


def _count(text: str | None, option: str) -> int | str | None:
    """ASCII digits only: ``int()`` would take ``1_000`` and other scripts' digits. Empty text empties."""
    if not text:
        return text
    if not (text.isascii() and text.isdigit() and len(text) < _DIGITS):
        raise UsageError(_("{option}: write a whole number").format(option=option))
    return int(text)
