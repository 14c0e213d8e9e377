"""``compare``: a report beside the one before, beside a filing, or several beside their sum."""

from __future__ import annotations

from typing import Any

import click

from compliance.commands.app import App, pass_app
from compliance.commands.ask import period as parsed_period
from compliance.commands.output import Column, clean, emit, format_option, say
from compliance.commands.times import times
from compliance.errors import UsageError
from compliance.i18n import _, ngettext


@click.command(
    help=_(
        "A report beside the one before it, or beside a filing or period named by --with: every figure that differs. With"
        " --sum: several periods, their figures added beside the form over all of them, openings beside closings."
    )
)
@click.argument("name", metavar="FORM")
@click.argument("periods", metavar="PERIOD...", nargs=-1, required=True)
@click.option(
    "--with",
    "other",
    default="",
    metavar="FILING|PERIOD",
    help=_("What it is compared with (default: the period before)"),
)
@click.option(
    "--sum",
    "together",
    is_flag=True,
    help=_("Add up the periods; exit 1 where an opening is not the closing before"),
)
@click.option("--all", "everything", is_flag=True, help=_("Also the figures that are the same"))
@times
@format_option
@pass_app
def compare(
    app: App, /, name: str, periods: tuple[str, ...], other: str, together: bool, everything: bool, fmt: str
) -> None:
    if together:
        _sum(app, name, periods, everything, fmt)
        return
    if len(periods) != 1:
        raise UsageError(_("name one period, or several with --sum"))
    from compliance.commands.check import context
    from compliance.filings import comparing

    with context(app) as ctx:
        before, now, found = comparing.compare(ctx, name, parsed_period(periods[0]), other)
    rows: list[dict[str, Any]] = [
        {
            "cell": item.cell,
            "what": clean(", ".join(item.captions)),
            "before": item.before,
            "now": item.now,
            "difference": item.difference,
            "with": before.title,
        }
        for item in found
        if everything or item.before != item.now
    ]
    if fmt == "table" and (shown := now.shown) is not None:
        rows = [
            row
            | {
                "before": shown.text(row["cell"], row["before"]) if row["before"] is not None else "",
                "now": shown.text(row["cell"], row["now"]) if row["now"] is not None else "",
                "difference": shown.signed(row["cell"], row["difference"]) if row["difference"] else "",
            }
            for row in rows
        ]
    columns = [
        Column("cell", _("Cell")), Column("what", _("What")), Column("before", before.title, right=True),
        Column("now", now.title, right=True), Column("difference", _("Difference"), right=True),
    ]  # fmt: skip
    emit(rows, columns, "compare/1", fmt, empty=_("No figure differs."))
    n = len(found)
    say(
        ngettext(
            "{n} figure was compared with {other}.", "{n} figures were compared with {other}.", n
        ).format(n=n, other=before.title)
    )


def _sum(app: App, name: str, periods: tuple[str, ...], everything: bool, fmt: str) -> None:
    from compliance.commands.check import context
    from compliance.filings import comparing

    spans = [parsed_period(text) for text in periods]
    with context(app) as ctx:
        added, broken, shown = comparing.add_up(ctx, name, spans)
    rows: list[dict[str, Any]] = [
        {
            "cell": item.cell,
            "what": clean(", ".join(item.captions)),
            "parts": list(item.parts),
            "sum": sum(item.parts),
            "whole": item.whole,
            "off": item.off,
        }
        for item in added
        if everything or item.off != 0
    ]
    whole = not any(item.whole is None for item in added)
    if fmt == "table":
        rows = [
            row
            | {
                "sum": shown.text(row["cell"], row["sum"]),
                "whole": shown.text(row["cell"], row["whole"]) if row["whole"] is not None else "",
                "off": shown.signed(row["cell"], row["off"]) if row["off"] else "",
            }
            for row in rows
        ]
    columns = [
        Column("cell", _("Cell")), Column("what", _("What")), Column("sum", _("Added up"), right=True),
        Column("whole", _("Over all of it"), right=True), Column("off", _("Rounding"), right=True),
    ]  # fmt: skip
    emit(
        rows,
        columns,
        "compare-sum/1",
        fmt,
        empty=_("The parts add up to the whole, figure by figure.") if added else "",
    )
    n = len(added)
    if not whole:
        say(
            _(
                "A part lies before these books: the figures are those filed, and nothing is filled over all of it."
            )
        )
    say(ngettext("{n} figure was added up.", "{n} figures were added up.", n).format(n=n))
    for item in broken:
        say(
            _("{cell}: {before} closes with {closing}, {after} opens with {opening}").format(
                cell=item.cell,
                before=item.before,
                closing=shown.text(item.cell, item.closing),
                after=item.after,
                opening=shown.text(item.cell, item.opening),
            )
        )
    if not broken:
        say(_("Every opening is the closing before it."))
    else:
        raise click.exceptions.Exit(1)
