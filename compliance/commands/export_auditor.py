"""``export auditor``: one period's books for somebody outside, and nothing more than was chosen."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from compliance.commands.app import App, pass_app
from compliance.commands.ask import need, refuse_placeholder, yes
from compliance.commands.ask import period as parsed_period
from compliance.commands.output import say
from compliance.commands.times import times
from compliance.errors import UsageError
from compliance.i18n import _, ngettext

if TYPE_CHECKING:
    from compliance.periods import Period


@click.command(
    help=_(
        "A zip for an auditor: the period's postings and balances as tables and journals, the chart, the log of"
        " all entries with their hashes, the list of papers by digest. Open findings only with --findings, names"
        " of people only with --names and a reason, which is recorded."
    )
)
@click.argument("period", metavar="PERIOD")
@click.option("--out", "-o", "target", type=click.Path(path_type=Path), required=True, help=_("The zip to write"))  # fmt: skip
@click.option("--findings", is_flag=True, help=_("Also what is open and what was decided"))
@click.option("--names", is_flag=True, help=_("Also the names of people, from the vault"))
@click.option("--because", metavar="TEXT", help=_("Why names may leave: an act, a contract with the auditor"))
@click.option("--overwrite", is_flag=True, help=_("Replace the file if it is there"))
@click.option("--yes", "given", is_flag=True, help=_("Do not ask"))
@times
@pass_app
def auditor(
    app: App, /, period: str, target: Path, findings: bool, names: bool, because: str | None, overwrite: bool, given: bool
) -> None:  # fmt: skip
    from compliance.commands.check import context
    from compliance.files import write_whole
    from compliance.filings.auditor import Chosen, package

    span = parsed_period(period)
    if because and not names:
        raise UsageError(_("--because goes with --names"))
    reason = _reason(app, because, given=given) if names else ""
    with context(app) as ctx:
        made = package(ctx, span, Chosen(findings=findings, names=names))
    write_whole(target, made.data, overwrite=overwrite)
    if names:
        _record(app, span, reason)
    n = len(made.files)
    say(
        ngettext("written: {file}, {n} file in it", "written: {file}, {n} files in it", n).format(
            file=target, n=n
        )
    )
    if made.masked:
        n = made.masked
        say(
            ngettext(
                "{n} text looked like a person's data and is masked.",
                "{n} texts looked like a person's data and are masked.",
                n,
            ).format(n=n)
        )


def _reason(app: App, because: str | None, *, given: bool) -> str:
    """What is permanent is said before: that names left, when, and why."""
    if app.as_of is not None or app.known_at_text:
        raise UsageError(_("--as-of and --known-at are for looking, not for writing"))
    reason = need(because, "--because", _("Why may names leave the vault"))
    refuse_placeholder(reason, "--because")
    say(
        _(
            "Names of people will be in that file. That they left, and why, is written into the books for good."
        )
    )
    if not yes(_("Go on?"), given=given):
        say(_("Nothing was changed."))
        raise click.exceptions.Exit(1)
    return reason


def _record(app: App, span: Period, reason: str) -> None:
    note = json.dumps({"because": reason, "period": span.label}, ensure_ascii=False)
    with app.writing("export names", note=note):
        pass
