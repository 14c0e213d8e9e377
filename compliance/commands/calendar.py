"""``calendar``: deadlines for a calendar program, and a year on one sheet for the wall."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from compliance.commands.app import App, pass_app
from compliance.commands.output import say
from compliance.commands.times import times
from compliance.errors import InputError, UsageError
from compliance.i18n import _, ngettext

if TYPE_CHECKING:
    from compliance.checks.registry import Context


@click.command(
    help=_(
        "Deadlines as a calendar file with alarms (--ics), or a year on one printed sheet (--wall)."
        " What was filed is shown as done. A newer calendar file of the same name moves the events of the older one."
    )
)
@click.option(
    "--ics", "ics_path", type=click.Path(path_type=Path), help=_("Write a calendar file (iCalendar)")
)
@click.option("--wall", "wall_path", type=click.Path(path_type=Path), help=_("Write a PDF of one sheet, A3"))
@click.option("--year", type=click.IntRange(1990, 2100), help=_("For --wall: which year (default: this one)"))
@click.option(
    "--days", "horizon_days", type=click.IntRange(1, 3660), default=400, show_default=True,
    help=_("For --ics: how far ahead"),
)  # fmt: skip
@click.option(
    "--discreet",
    is_flag=True,
    help=_("For --ics: only that papers are due, for telephones and other people's servers"),
)
@click.option("--overwrite", is_flag=True, help=_("For --wall: replace the file if it is there"))
@times
@pass_app
def calendar(
    app: App, /, ics_path: Path | None, wall_path: Path | None, year: int | None, horizon_days: int, discreet: bool, overwrite: bool
) -> None:  # fmt: skip
    from compliance.commands.check import context

    if ics_path is None and wall_path is None:
        raise UsageError(
            _("nothing is asked for"),
            remedy=_(
                "Give a file name: --ics deadlines.ics for a calendar program, --wall 2026.pdf for the wall."
            ),
        )
    with context(app) as ctx:
        if ics_path is not None:
            _write_ics(ctx, ics_path, horizon_days, discreet)
        if wall_path is not None:
            _write_wall(ctx, wall_path, year or app.today.year, overwrite)


def _write_ics(ctx: Context, path: Path, horizon_days: int, discreet: bool) -> None:
    from compliance.checks.duties import duties
    from compliance.files import read_input, write_whole
    from compliance.filings import ics

    known = ics.read(read_input(path, cap=ics.CAP), str(path)) if path.exists() else {}
    lead = ctx.config.lead
    found = [
        item
        for item in duties(ctx, horizon_days=horizon_days)
        if item.due_on is None or item.filed_on is None or (ctx.today - item.due_on).days < horizon_days
    ]
    wanted = ics.events(
        found,
        seed=ctx.books.event_anchor(1),
        prepare_days=lead.prepare_days,
        approve_days=lead.approve_days,
        discreet=discreet,
    )
    write_whole(path, ics.write(wanted, known, ctx.today), overwrite=path.exists())
    n = len(wanted)
    say(ngettext("written: {file}, {n} deadline", "written: {file}, {n} deadlines", n).format(file=path, n=n))
    for event in wanted:
        before = known.get(event.uid)
        if before is not None and before.on != event.on:
            say(_("   moved: {title}, from {old} to {new}").format(
                title=event.title, old=before.on.isoformat(), new=event.on.isoformat()
            ))  # fmt: skip
    dayless = sum(1 for item in found if item.due_on is None)
    if dayless:
        say(
            ngettext(
                "{n} filing has no known day and is not in it: compliance due",
                "{n} filings have no known day and are not in it: compliance due",
                dayless,
            ).format(n=dayless)
        )
    if not discreet:
        say(_("The file names reports and penalties. For a telephone or a shared calendar: --discreet"))


def _write_wall(ctx: Context, path: Path, year: int, overwrite: bool) -> None:
    from datetime import date

    from compliance.checks.duties import duties
    from compliance.files import write_whole
    from compliance.filings import wall

    if path.suffix.lower() != ".pdf":
        raise InputError(
            _("the sheet for the wall is a PDF"), place=str(path), remedy=_("Name a file that ends in .pdf.")
        )
    found = duties(ctx, horizon_days=max((date(year, 12, 31) - ctx.today).days, 1))
    regimes = sorted({item.regime for item in found})
    calendars = [pack.calendar for pack in ctx.rules.packs.values() if pack.id in regimes]
    mark = _("PRACTICE: invented data") if ctx.books.practice_day() else ""
    name = ctx.config.names_on(ctx.today).nominative
    data = wall.print_(wall.sheet(found, calendars, year=year, name=name, today=ctx.today, mark=mark))
    write_whole(path, data, overwrite=overwrite)
    say(_("written: {file}").format(file=path))
