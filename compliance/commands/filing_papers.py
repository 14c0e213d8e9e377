"""``filing papers``: what goes to the post office beside the report."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from compliance.commands.app import App, pass_app
from compliance.commands.ask import period as parsed_period
from compliance.commands.letters_told import tell_label
from compliance.commands.output import out, say
from compliance.commands.record_shared import find
from compliance.errors import Refused
from compliance.i18n import _

if TYPE_CHECKING:
    from compliance.checks.registry import Context
    from compliance.filings.draft import Draft
    from compliance.filings.postal import Enclosure


@click.command(
    help=_(
        "A covering letter (with the label where the law wants one), an inventory of enclosures and the addresses for the"
        " envelope, as PDF in reports/, in the language of the law. Nothing is sent or recorded."
    )
)
@click.argument("name", metavar="NAME")
@click.argument("period", metavar="PERIOD")
@click.option("--to", "recipient", metavar="TEXT", help=_("Whom it is addressed to, with the address"))
@click.option(
    "--copies",
    type=click.IntRange(1, 20),
    default=2,
    show_default=True,
    help=_("In how many copies it is sent"),
)
@click.option(
    "--sent",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help=_("The paper that is sent (default: the report in reports/)"),
)
@click.option(
    "--enclose",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="FILE",
    help=_("Another paper that goes with it"),
)
@click.option("--amends", metavar="FILING", help=_("It corrects this filing: the letter tells what differs"))
@pass_app
def papers(
    app: App, /, name: str, period: str, recipient: str | None, copies: int, sent: Path | None, enclose: tuple[Path, ...], amends: str | None,
) -> None:  # fmt: skip
    from compliance.commands.check import context
    from compliance.files import private_folder, safe_name, write_whole
    from compliance.filings import difference, postal
    from compliance.filings.draft import draft
    from compliance.filings.letterhead import for_authority

    span = parsed_period(period)
    with context(app) as ctx:
        found = draft(ctx, name, span)
        stem = safe_name(f"{found.subject.name}-{span.label}", fallback="filing")
        own = sent or app.workspace.reports / f"{stem}.pdf"
        with for_authority(ctx, found.subject.obligation):
            title = _title(ctx, found)
        enclosures = _enclosures(found, title, own, enclose)
        other = None
        if amends is not None:
            other = difference.difference(
                ctx, ctx.books.filings[find(amends, dict.fromkeys(ctx.books.filings, ""), "--amends")]
            )
        with for_authority(ctx, found.subject.obligation):
            what = postal.Sent(found, enclosures, copies, recipient or _recipient(ctx, found), other)
            made = postal.papers(ctx, what, stem)
    folder = private_folder(app.workspace.reports)
    for file, data in made.files.items():
        write_whole(folder / file, data, overwrite=True)
        out(str(Path("reports") / file))
    tell_label(made.label, made.measured)
    if recipient is None:
        say(_("The address is not in it: no rule here names one. Give it with --to."))


def _enclosures(found: Draft, title: str, own: Path, more: tuple[Path, ...]) -> list[Enclosure]:
    from compliance.files import read_input
    from compliance.filings.postal import Enclosure, sheets_of

    if not own.is_file():
        raise Refused(
            _("the paper to be sent is not there: {file}").format(file=own),
            remedy=_("Make it: compliance report {name} {period} — or name it with --sent").format(
                name=found.subject.name, period=found.subject.period.label
            ),
        )
    first = Enclosure(title, sheets_of(read_input(own)), found.subject.period.label)
    return [first, *(Enclosure(path.name, sheets_of(read_input(path))) for path in more)]


def _title(ctx: Context, found: Draft) -> str:
    """As the form's heading has it, without the brackets of a working title; without a form, the rule's."""
    rule = ctx.rules.rule(found.subject.obligation)
    title = (
        found.report.title.text
        if found.report is not None
        else rule.title
        if rule is not None
        else found.title
    )
    return title.strip("[]")


def _recipient(ctx: Context, found: Draft) -> str:
    """Whom the rule names, in the language that is spoken now."""
    rule = ctx.rules.rule(found.subject.obligation)
    if rule is None:
        return ""
    owed = ctx.rules.owed(rule, found.subject.period, filed_on=ctx.today, reckoned=False)
    return owed.recipient if owed is not None else ""
