"""``export``: the books for another program, for an auditor, or for ourselves elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from compliance.commands.app import App
from compliance.commands.ask import day
from compliance.commands.export_auditor import auditor
from compliance.commands.output import out, say
from compliance.commands.times import times
from compliance.errors import UsageError
from compliance.i18n import _

if TYPE_CHECKING:
    from compliance.ledger.books import Books
    from compliance.sheets import Sheet

FORMATS = ("hledger", "beancount", "csv", "xlsx", "compliance")
_TEXT = ("hledger", "beancount", "compliance")


@click.group(
    invoke_without_command=True,
    help=_(
        "Write the books for another program: a journal for hledger or beancount; every fact and posting as CSV"
        " in one zip; a workbook; or all rows as text that “books import” makes the same books of. Nothing from"
        " the vault is in any of them."
    ),
)
@click.option("--format", "fmt", type=click.Choice(FORMATS), default="hledger", show_default=True, help=_("For what"))  # fmt: skip
@click.option("--out", "-o", "target", type=click.Path(path_type=Path), help=_("The file to write (text goes to the screen without it)"))  # fmt: skip
@click.option("--start", metavar="DAY", help=_("First day of the journal"))
@click.option("--end", metavar="DAY", help=_("Last day of the journal"))
@click.option("--opening", is_flag=True, help=_("Begin the journal with what the accounts held before its first day"))  # fmt: skip
@click.option("--overwrite", is_flag=True, help=_("Replace the file if it is there"))
@times
@click.pass_context
def export(
    ctx: click.Context, /, fmt: str, target: Path | None, opening: bool, overwrite: bool, **days: str | None
) -> None:
    app: App = ctx.obj
    if ctx.invoked_subcommand is not None:
        return
    start = day(days["start"], "--start", "") if days["start"] else None
    end = day(days["end"], "--end", "") + timedelta(days=1) if days["end"] else None
    _refuse_odd(app, fmt, target, bounded=bool(start or end or opening))
    with app.books() as books:
        if fmt in _TEXT:
            lines = _lines(books, fmt, {"start": start, "end": end, "opening": opening})
            if target is None:
                for line in lines:
                    out(line)
                return
            _write(target, (f"{line}\n".encode() for line in lines), overwrite=overwrite)
        else:
            data = _workbook(books, start, end) if fmt == "xlsx" else _zip(books)
            _write(target, [data], overwrite=overwrite)
    say(_("written: {file}").format(file=target))


def _refuse_odd(app: App, fmt: str, target: Path | None, *, bounded: bool) -> None:
    if fmt not in _TEXT and target is None:
        raise UsageError(_("this is no text for the screen: name the file with --out"))
    if fmt in ("csv", "compliance") and (bounded or app.as_of is not None):
        raise UsageError(_("this export is of everything, whatever the day: leave out the days"))


def _write(target: Path | None, chunks: Iterable[bytes], *, overwrite: bool) -> None:
    from compliance.files import write_chunks

    assert target is not None
    write_chunks(target, chunks, overwrite=overwrite)


def _lines(books: Books, fmt: str, span: dict[str, Any]) -> Iterator[str]:
    from compliance.ledger.journals import beancount, hledger
    from compliance.ledger.transfer import text_of

    if fmt == "compliance":
        return text_of(books)
    return hledger(books, **span) if fmt == "hledger" else beancount(books, **span)


def _workbook(books: Books, start: date | None, end: date | None) -> bytes:
    """What people look at first, then every fact as known."""
    from compliance.ledger.exports import balance_rows, posting_rows, tables
    from compliance.sheets import workbook

    movements = {"posting", "txn"}
    sheets: list[Sheet] = [
        (_("Balances"), *balance_rows(books, start=start, end=end)),
        (_("Postings"), *posting_rows(books, start=start, end=end)),
    ]
    sheets += [(name, columns, rows) for name, columns, rows in tables(books) if name not in movements]
    return workbook(sheets)


def _zip(books: Books) -> bytes:
    from compliance.ledger.exports import tables
    from compliance.sheets import archive, csv_text

    def members() -> Iterator[tuple[str, bytes]]:
        for name, columns, rows in tables(books):
            listed = [dict(zip(columns, row, strict=True)) for row in rows] or [dict.fromkeys(columns)]
            yield f"{name}.csv", ("\ufeff" + csv_text(listed)).encode()

    return archive(members())


export.add_command(auditor)
