"""``export``: the books for another program."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from compliance.commands.app import App, pass_app
from compliance.commands.ask import day
from compliance.commands.output import csv_text, out, say
from compliance.errors import UsageError
from compliance.i18n import _

if TYPE_CHECKING:
    from compliance.ledger.books import Books

_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The earliest moment a zip can hold: the same books give the same bytes."""


@click.command(
    help=_(
        "Write the books for another program: a journal for hledger, or every fact and posting as CSV in one"
        " zip. Nothing from the vault is in it."
    )
)
@click.option("--format", "fmt", type=click.Choice(("hledger", "csv")), default="hledger", show_default=True, help=_("For what"))  # fmt: skip
@click.option("--out", "target", type=click.Path(path_type=Path), help=_("The file to write (a journal goes to the screen without it)"))  # fmt: skip
@click.option("--start", metavar="DAY", help=_("First day of the journal"))
@click.option("--end", metavar="DAY", help=_("Last day of the journal"))
@click.option("--known-at", metavar="EVENT|DAY", help=_("As the books were known then"))
@click.option("--overwrite", is_flag=True, help=_("Replace the file if it is there"))
@pass_app
def export(app: App, /, fmt: str, target: Path | None, overwrite: bool, **options: str | None) -> None:
    from compliance.files import write_whole
    from compliance.ledger.exports import hledger

    start = day(options["start"], "--start", "") if options["start"] else None
    end = day(options["end"], "--end", "") + timedelta(days=1) if options["end"] else None
    if fmt == "csv" and (target is None or start or end):
        raise UsageError(_("a CSV export is one zip of everything: give --out FILE.zip, no days"))
    with app.books(options["known_at"]) as books:
        if target is None:
            for line in hledger(books, start=start, end=end):
                out(line)
            return
        data = (
            "\n".join([*hledger(books, start=start, end=end), ""]).encode()
            if fmt == "hledger"
            else _zip(books)
        )
    write_whole(target, data, overwrite=overwrite)
    say(_("written: {file}").format(file=target))


def _zip(books: Books) -> bytes:
    from compliance.ledger.exports import tables

    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, columns, rows in tables(books):
            text = csv_text(
                [dict(zip(columns, row, strict=True)) for row in rows] or [dict.fromkeys(columns)]
            )
            entry = zipfile.ZipInfo(f"{name}.csv", _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, "\ufeff" + text)
    return packed.getvalue()
