"""``forms map`` and ``forms fill``: the official blank that somebody downloaded, filled with a report's figures."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from compliance.commands.app import App, pass_app
from compliance.commands.ask import period as parsed_period
from compliance.commands.ask import yes
from compliance.commands.output import Column, clean, emit, format_option, out, say
from compliance.commands.record_shared import recorded
from compliance.errors import Refused
from compliance.i18n import _, ngettext

if TYPE_CHECKING:
    from compliance.reports.blankmap import Map
    from compliance.reports.model import Report

FOLDER = "blanks"


@click.command(
    "map",
    help=_(
        "Where each figure belongs on the blank you downloaded (XLSX, ODS, DOCX): proposed from its words, shown, kept in blanks/,"
        " and confirmed once with --confirm. Correct the map by hand where it is wrong."
    ),
)
@click.argument("name", metavar="FORM")
@click.argument("period", metavar="PERIOD")
@click.option(
    "--blank", type=click.Path(path_type=Path), metavar="FILE", help=_("The blank; proposes the map anew")
)
@click.option(
    "--confirm", is_flag=True, help=_("You have compared every place with the blank: put that on record")
)
@click.option("--yes", "given", is_flag=True, help=_("Do not ask"))
@format_option
@pass_app
def map_(
    app: App, /, name: str, period: str, blank: Path | None, confirm: bool, given: bool, fmt: str
) -> None:
    from compliance.files import private_folder, read_input, write_whole
    from compliance.reports import blankmap

    report = _report(app, name, period)
    if blank is not None:
        data = read_input(blank)
        found = blankmap.propose(report, data, blank.name)
        folder = private_folder(app.workspace.folder / FOLDER)
        write_whole(folder / f"{report.name}{found.suffix}", data, overwrite=True)
        write_whole(folder / f"{report.name}.json", found.data, overwrite=True)
    found, data = _kept(app, report)
    _show(report, found, fmt)
    if not confirm:
        say(_("The map is in {file}. When every place is right: compliance forms map {name} {period} --confirm").format(
            file=f"{FOLDER}/{report.name}.json", name=report.name, period=report.period.label
        ))  # fmt: skip
        return
    if not yes(_("Have you compared every place with the blank?"), given=given):
        say(_("Nothing was recorded."))
        raise click.exceptions.Exit(1)
    from compliance.files import digest
    from compliance.ledger.models import Decision

    with app.writing("forms map") as writing:
        writing.event.add(
            Decision(
                entity=_entity(report),
                because=_("every place was compared with the blank"),
                digest=digest(found.data),
            )
        )
    recorded(1, _("the map of the blank “{name}” is confirmed").format(name=report.name))


def _report(app: App, name: str, period: str) -> Report:
    from compliance.commands.check import context
    from compliance.filings.draft import draft

    with context(app) as ctx:
        found = draft(ctx, name, parsed_period(period))
    if found.report is None:
        raise Refused(
            _("“{title}” has no form here").format(title=found.title), remedy=_("See: compliance forms list")
        )
    return found.report


def _entity(report: Report) -> str:
    return f"blank:{report.form}"


def _kept(app: App, report: Report) -> tuple[Map, bytes]:
    """The map and the blank it is about."""
    from compliance.files import digest, read_input
    from compliance.reports.blankmap import read_map

    folder = app.workspace.folder / FOLDER
    path = folder / f"{report.name}.json"
    if not path.is_file():
        raise Refused(
            _("there is no map of the blank for this form"),
            remedy=_("Make it: compliance forms map {name} {period} --blank FILE").format(
                name=report.name, period=report.period.label
            ),
        )
    found = read_map(read_input(path, cap=1024 * 1024), f"{FOLDER}/{path.name}")
    data = read_input(folder / f"{report.name}{found.suffix}")
    if digest(data) != found.blank:
        raise Refused(
            _("the blank is another file than the one that was mapped"),
            remedy=_("Map it anew: compliance forms map {name} {period} --blank FILE").format(
                name=report.name, period=report.period.label
            ),
        )
    return found, data


def _show(report: Report, found: Map, fmt: str) -> None:
    from compliance.reports.blankmap import where

    said = where(report)
    rows: list[dict[str, Any]] = [
        {"cell": cell, "row": clean(row), "column": clean(column), "place": found.cells.get(cell)}
        for cell, (row, column) in said.items()
    ]
    columns = [
        Column("place", _("Place"), whole=True), Column("row", _("Row")), Column("column", _("Column")), Column("cell", _("Cell")),
    ]  # fmt: skip
    emit(rows, columns, "blank-map/1", fmt)
    n = sum(cell not in found.cells for cell in said)
    if n:
        say(
            ngettext(
                "{n} figure has no place: write it by hand, or add its place to the map.",
                "{n} figures have no place: write them by hand, or add their places to the map.",
                n,
            ).format(n=n)
        )


@click.command(
    help=_("Fill the blank by the confirmed map, and read it back: FILLED.xlsx or FILLED.docx in reports/.")
)
@click.argument("name", metavar="FORM")
@click.argument("period", metavar="PERIOD")
@click.option(
    "-o", "--out", "target", type=click.Path(path_type=Path), metavar="OUT", help=_("Where to write it")
)
@pass_app
def fill(app: App, /, name: str, period: str, target: Path | None) -> None:
    from compliance.files import digest, private_folder, write_whole
    from compliance.filings.act import refuse_unready
    from compliance.reports import blankfill
    from compliance.reports.papers import stem_of

    report = _report(app, name, period)
    refuse_unready([*report.refusals])
    found, blank = _kept(app, report)
    with app.books() as books:
        decision = books.decisions.get(_entity(report))
    if decision is None or decision.digest != digest(found.data):
        raise Refused(
            _("nobody has confirmed this map of the blank"),
            remedy=_(
                "Compare every place: compliance forms map {name} {period} — then the same with --confirm"
            ).format(name=report.name, period=report.period.label),
        )
    made = blankfill.fill(report, blank, found, f"{FOLDER}/{report.name}{found.suffix}")
    ours = target is None
    target = target or private_folder(app.workspace.reports) / f"{stem_of(report)}-blank{found.suffix}"
    write_whole(target, made, overwrite=ours)
    out(str(target if not ours else Path("reports") / target.name))
    n = len(found.cells)
    say(
        ngettext(
            "{n} figure was filled in and read back.", "{n} figures were filled in and read back.", n
        ).format(n=n)
        + " "
        + _("Lists, names and signatures are yours to write.")
    )
