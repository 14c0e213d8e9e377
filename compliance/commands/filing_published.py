"""``filing published``: the copy that an authority put out, compared with what was filed."""

from __future__ import annotations

from pathlib import Path

import click

from compliance.commands.app import App, pass_app
from compliance.commands.letters_told import tell_label
from compliance.commands.output import Column, clean, emit, format_option, say
from compliance.commands.record_shared import find
from compliance.errors import Refused
from compliance.i18n import _, ngettext


@click.command(
    help=_("Compare the copy that the authority published (PDF, XLSX, a saved page) with what was filed.")
)
@click.argument("filing", metavar="FILING")
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@click.option(
    "--letter",
    type=click.Path(path_type=Path),
    metavar="OUT",
    help=_("Write what differs as a letter: PDF, DOCX, HTML or text"),
)
@click.option("--to", "recipient", default="", metavar="TEXT", help=_("Whom it is addressed to"))
@click.option("--overwrite", is_flag=True, help=_("Replace the file if it is there"))
@format_option
@pass_app
def published(
    app: App, /, filing: str, file: Path, letter: Path | None, recipient: str, overwrite: bool, fmt: str
) -> None:
    from compliance.commands.check import context
    from compliance.files import MiB, read_input, write_whole
    from compliance.filings import bundle, letterhead
    from compliance.filings import published as publishing

    data = read_input(file, cap=64 * MiB)
    with context(app) as ctx:
        item = ctx.books.filings[find(filing, dict.fromkeys(ctx.books.filings, ""), "FILING")]
        content = bundle.content_of(item, ctx.vault)
        if content is None:
            raise Refused(
                _("what {filing} printed was not kept: it was recorded with its figures only").format(
                    filing=item.entity
                ),
                remedy=_(
                    "Compare it by eye with the copy of what was sent; of reports made and filed here all is kept."
                ),
            )
        found = publishing.compare(content, data, file.name)
        other = [cell for cell in found if not cell.same]
        if letter is not None and other:
            printed = publishing.as_printed(content, other)
            written = publishing.letter(ctx, item, content["title"], printed, recipient=recipient)
            made, label, measured = letterhead.make(ctx, written, letter)
            write_whole(letter, made, overwrite=overwrite)
            say(_("written: {file}").format(file=letter))
            tell_label(label, measured)
    rows = [
        {
            "cell": cell.cell,
            "caption": clean(cell.caption),
            "filed": clean(cell.expected),
            "published": clean(cell.found),
        }
        for cell in (publishing.as_printed(content, other) if fmt == "table" else other)
    ]
    columns = [
        Column("cell", _("Cell")), Column("caption", _("Row")), Column("filed", _("As filed")), Column("published", _("As published")),
    ]  # fmt: skip
    emit(rows, columns, "published/1", fmt, empty=_("Every cell of the report stands there as it was filed."))
    n = len(found)
    say(
        ngettext(
            "{n} cell was compared, {other} differ.", "{n} cells were compared, {other} differ.", n
        ).format(n=n, other=len(other))
    )
    say(_("What the page says beside the report, and pictures, were not looked at."))
    if other:
        raise click.exceptions.Exit(1)
