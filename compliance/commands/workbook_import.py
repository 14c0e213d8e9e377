"""``workbook import``: a plain sheet of income and expenses, as kept before there were books."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from compliance.commands.app import App, pass_app
from compliance.commands.ask import yes
from compliance.commands.output import Column, clean, emit, say
from compliance.commands.record_shared import amends_option, filing, money, pick, places, recorded
from compliance.errors import UsageError
from compliance.i18n import _, ngettext

if TYPE_CHECKING:
    from compliance.importers.source import Source
    from compliance.intake.plainsheet import Columns, PlainSheet
    from compliance.intake.plainsheet_load import Brought
    from compliance.ledger.books import Books
    from compliance.tables import Row
    from compliance.vault.vault import Vault

_SHOWN = 3
_PLACES = 5


@dataclass(frozen=True, slots=True)
class _Read:
    """The file read with the columns as kept or said; the account it is of."""

    source: Source
    columns: Columns
    sheet: PlainSheet
    account: str


@click.command(
    "import",
    help=_(
        "Take over a plain sheet of income and expenses (XLSX or CSV) of one account. What its columns and words"
        " mean is proposed, shown, confirmed and kept; what does not add up is refused; rows whose words say too"
        " little go to the queue. The same sheet again brings only what is new."
    ),
)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--account", metavar="ACCOUNT", help=_("Where this money lies: a cash box, a bank account"))
@click.option(
    "--column",
    "columns",
    multiple=True,
    metavar="ROLE=TITLE",
    help=_("A column: date, in, out, amount, direction, balance, who, purpose, category, fund, programme"),
)
@click.option(
    "--means",
    "means",
    multiple=True,
    nargs=2,
    metavar="WORD MEANING",
    help=_('What a word of the sheet means, such as: --means Rent "fund=f4 line=premises"'),
)
@click.option("--sheet", default="", metavar="NAME", help=_("Which sheet, where several have figures"))
@click.option("--yes", "given", is_flag=True, help=_("Do not ask"))
@amends_option
@pass_app
def import_(
    app: App,
    /,
    file: Path,
    sheet: str,
    account: str | None,
    columns: tuple[str, ...],
    means: tuple[tuple[str, str], ...],
    given: bool,
    amends: str | None,
) -> None:
    from compliance.importers.source import Source
    from compliance.intake import plainsheet_load as load
    from compliance.intake import plainsheet_words as words
    from compliance.tables import read_table

    source = Source.of_file(file)
    rows = read_table(_bytes(source), file.name, sheet=sheet, option="--sheet")
    with app.books() as books, app.vault() as vault:
        read = _read(app, books, vault, source, rows, account, _roles(columns))
        said = {word: words.parse(word, text, books) for word, text in means}
        meanings = words.Meanings(books, vault, said)
        part = load.offered(books, read.account, read.sheet, source)
        brought = load.preview(books, vault, part, read.sheet, meanings, amends=filing(books, amends))
        _show(read, brought, meanings.unknown(read.sheet.entries))
    if not brought.new:
        say(_("Nothing is new: all rows are in the books already."))
        return
    question = ngettext(
        "Are the columns right, and should {n} row be loaded?",
        "Are the columns right, and should {n} rows be loaded?",
        brought.new,
    ).format(n=brought.new)
    if not yes(question, given=given):
        say(_("Nothing was loaded."))
        return
    with app.writing("import") as writing:
        books, vault = writing.books, writing.vault
        meanings = words.Meanings(books, vault, said)
        part = load.offered(books, read.account, read.sheet, source)
        amended = filing(books, amends)
        brought = load.apply(writing.event, books, vault, part, read.sheet, meanings, amends=amended)
        words.keep(vault, read.columns, said)
        batch = writing.event.seq
    recorded(brought.new, _("rows of {file}; import number {batch}").format(file=file.name, batch=batch))
    left = brought.new - brought.sorted
    if left:
        say(
            ngettext(
                "{n} row waits to be sorted: compliance queue",
                "{n} rows wait to be sorted: compliance queue",
                left,
            ).format(n=left)
        )


def _bytes(source: Source) -> bytes:
    return b"".join(source.chunks())


def _roles(columns: tuple[str, ...]) -> dict[str, str]:
    from compliance.intake.plainsheet import ROLES

    found = {}
    for text in columns:
        role, sep, title = text.partition("=")
        if not sep or role not in ROLES:
            raise UsageError(
                _("--column: “{text}” is not ROLE=TITLE with one of: {roles}").format(
                    text=text[:60], roles=", ".join(ROLES)
                )
            )
        found[role] = title
    return found


def _read(
    app: App,
    books: Books,
    vault: Vault,
    source: Source,
    rows: list[Row],
    account: str | None,
    said: dict[str, str],
) -> _Read:
    from compliance.intake import plainsheet
    from compliance.intake.plainsheet_words import kept_columns

    place = pick(account, "--account", _("Where does this money lie"), places(books))
    found = plainsheet.columns(rows, source.name, given=said)
    kept = kept_columns(vault, found.titles)
    if kept:
        found = plainsheet.columns(rows, source.name, given=kept | said)
    currency = books.accounts[place].currency or app.workspace.config.currency
    return _Read(source, found, plainsheet.read(rows, found, currency), place)


def _show(read: _Read, brought: Brought, unknown: list[str]) -> None:
    words = {
        "date": _("Day"), "in": _("Money in"), "out": _("Money out"), "amount": _("Amount") if "direction" in read.columns.at else _("Amount, with its sign"), "direction": _("In or out"),
        "balance": _("Balance"), "who": _("Who"), "purpose": _("What for"), "category": _("What kind"),
        "fund": _("Agreement"), "programme": _("Programme"),
    }  # fmt: skip
    rows: list[dict[str, Any]] = []
    for role, at in read.columns.at.items():
        seen = dict.fromkeys(entry for entry in _values(read, role))
        rows.append(
            {"role": words[role], "title": read.columns.titles[at], "such": ", ".join(list(seen)[:_SHOWN])}
        )
    emit(
        rows,
        [Column("role", _("It means")), Column("title", _("Column")), Column("such", _("Such as"))],
        "sheet/1",
        "table",
    )
    sheet = read.sheet
    came = sum(entry.line.amount_minor for entry in sheet.entries if entry.line.amount_minor > 0)
    went = came - sum(entry.line.amount_minor for entry in sheet.entries)
    say(
        _("{first} — {last}: in {came}, out {went}; rows: {rows}, new: {new}, understood: {sorted}").format(
            first=sheet.period.start.isoformat(), last=sheet.period.last.isoformat(),
            came=money(came, sheet.currency), went=money(went, sheet.currency), rows=len(sheet.entries),
            new=brought.new, sorted=brought.sorted,
        )
    )  # fmt: skip
    unread = [
        title for at, title in enumerate(read.columns.titles) if title and at not in read.columns.at.values()
    ]
    if unread:
        say(clean(_("Not read: {columns}").format(columns=", ".join(f"“{title}”" for title in unread))))
    if "amount" in read.columns.at and "direction" not in read.columns.at and went == 0:
        say(
            _(
                "No amount has a minus: every row is read as money in. If a column says what went out: --column direction=TITLE"
            )
        )
    if sheet.left_out:
        n = sheet.left_out
        say(
            ngettext(
                "{n} row without a day and an amount is left out.",
                "{n} rows without a day and an amount are left out.",
                n,
            ).format(n=n)
        )
    if sheet.spent_negative:
        say(_("Money out is written with a minus throughout; it is read as money out."))
    if sheet.turned:
        n = len(sheet.turned)
        say(
            ngettext(
                "{n} row has a minus and is read the other way, as money given or got back: {places}",
                "{n} rows have a minus and are read the other way, as money given or got back: {places}",
                n,
            ).format(n=n, places=", ".join(sheet.turned[:_PLACES]) + (" …" if n > _PLACES else ""))
        )
    for word in unknown:
        say(clean(_('Not known: “{word}”. Say it: --means "{word}" "fund=... line=..."').format(word=word)))


def _values(read: _Read, role: str) -> list[str]:
    lines = [entry.line for entry in read.sheet.entries[:50]]
    if role == "date":
        return [line.on.isoformat() for line in lines]
    if role == "who":
        return [line.counterparty.name for line in lines if line.counterparty.name]
    if role in ("in", "out", "amount"):
        return [
            money(abs(line.amount_minor) if role != "amount" else line.amount_minor, line.currency)
            for line in lines
            if role == "amount" or (line.amount_minor > 0) == (role == "in")
        ]
    if role == "direction":
        return list(read.sheet.directions)
    if role == "purpose":
        return [line.purpose for line in lines if line.purpose]
    from compliance.intake.plainsheet import WORDS

    if role in WORDS:
        at = WORDS.index(role)
        return [entry.words[at] for entry in read.sheet.entries[:50] if entry.words[at]]
    return []
