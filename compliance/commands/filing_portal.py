"""``filing portal``: what a portal wants, schedule by schedule, in a folder."""

from __future__ import annotations

from pathlib import Path

import click

from compliance.commands.app import App, pass_app
from compliance.commands.ask import period as parsed_period
from compliance.commands.output import out, say
from compliance.errors import Refused, UsageError
from compliance.i18n import _


@click.command(
    help=_(
        "A folder for typing or uploading a report into a portal: one CSV a schedule, numbered in the form's order, and"
        " attachments that fit a size limit. Nothing is sent or recorded."
    )
)
@click.argument("name", metavar="FORM")
@click.argument("period", metavar="PERIOD")
@click.option(
    "-o",
    "--out",
    "folder",
    required=True,
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    help=_("A new folder"),
)
@click.option(
    "--attach",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="FILE",
    help=_("A paper to be uploaded with it; may be repeated"),
)
@click.option(
    "--limit",
    type=click.IntRange(10),
    metavar="KB",
    help=_("The portal takes no file larger than so many kB"),
)
@pass_app
def portal(
    app: App, name: str, period: str, folder: Path, attach: tuple[Path, ...], limit: int | None
) -> None:
    from compliance.commands.check import context
    from compliance.files import private_folder, read_input, write_whole
    from compliance.filings import portal as core
    from compliance.filings.act import refuse_unready
    from compliance.filings.draft import draft

    if folder.exists():
        raise UsageError(_("{file} exists already").format(file=folder))
    span = parsed_period(period)
    with context(app) as ctx:
        found = draft(ctx, name, span)
    if found.report is None:
        raise Refused(
            _("“{title}” has no form here").format(title=found.title), remedy=_("See: compliance forms list")
        )
    refuse_unready([*found.report.refusals])
    files = core.schedules(found.report)
    fitted = [core.fit(path.name, read_input(path), limit * 1000 if limit else 2**40) for path in attach]
    private_folder(folder)
    for file, data in files.items():
        write_whole(folder / file, data)
        out(str(folder / file))
    for number, item in enumerate(fitted, 1):
        target = folder / f"attachment-{number:02}-{item.name}"
        write_whole(target, item.data)
        out(str(target))
        if item.after != item.before:
            say(_("{file}: {before} kB made {after} kB; look at it before you send it").format(
                file=item.name, before=item.before // 1000, after=item.after // 1000
            ))  # fmt: skip
    if limit is None and attach:
        say(
            _(
                "No size limit was given: no rule here names one. Look at what the portal says, and use --limit."
            )
        )
