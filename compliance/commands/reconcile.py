"""``reconcile``: 1C or Tally minus ours, by account and month; and teaching what their words mean."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from compliance.commands.app import App, pass_app
from compliance.commands.ask import interactive, maybe
from compliance.commands.output import Column, clean, emit, format_option, out, say
from compliance.commands.record_shared import find, money, titles
from compliance.errors import UsageError
from compliance.i18n import _, ngettext

if TYPE_CHECKING:
    from compliance.ledger.books import Books
    from compliance.reconcile.compare import Comparison, Difference, Move
    from compliance.reconcile.model import Theirs

_SHOWN = 20


class _FileOrCommand(click.Group):
    """``reconcile FILE`` compares; ``reconcile map ...`` teaches: a first word that is no command is a file."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        plain = [word for word in args if not word.startswith("-")]
        if plain and plain[0] not in self.commands:
            args = ["files", *args]
        return super().parse_args(ctx, args)


@click.group(
    cls=_FileOrCommand,
    help=_(
        "Compare with the books of 1C or Tally: reconcile FILE. Account cards and trial balances of 1C (XLSX, CSV),"
        " day books of Tally (XML, XLSX, CSV). It prints theirs minus ours by account and month, and never posts."
        " With --by fund, programme or line each account is broken down."
    ),
)
def reconcile() -> None:
    pass


@reconcile.command("files", hidden=True, help=_("The files to compare with"))
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--by", default="account", type=click.Choice(["account", "fund", "programme", "line"]), show_default=True,
    help=_("Break each account down as well"),
)  # fmt: skip
@format_option
@click.pass_context
def compare_(ctx: click.Context, /, files: tuple[Path, ...], by: str, fmt: str) -> None:
    app: App = ctx.obj
    from compliance.files import read_input
    from compliance.reconcile.read import read_theirs
    from compliance.tables import MAX_BYTES

    read = [read_theirs(read_input(path, cap=MAX_BYTES), path.name) for path in files]
    done = _compared(app, read, by)
    if fmt == "table" and interactive() and _ask(app, done):
        done = _compared(app, read, by)
    rows = [_row(theirs, row) for theirs, item in done for row in item.rows]
    emit(rows, _columns(by), "reconcile/1", fmt)
    if fmt == "table":
        for theirs, item in done:
            _tell(theirs, item)
    if not all(item.adds_up and item.rows for _theirs, item in done):
        ctx.exit(1)


def _compared(app: App, read: Sequence[Theirs], by: str) -> list[tuple[Theirs, Comparison]]:
    from compliance.reconcile.compare import compare
    from compliance.reconcile.words import Words

    home = app.workspace.config.currency
    with app.books() as books, app.vault() as vault:
        words = Words.of(books, vault)
        return [(theirs, compare(theirs, books, words, by, home)) for theirs in read]


def _row(theirs: Theirs, row: Difference) -> dict[str, Any]:
    return {
        "program": theirs.program, "file": theirs.place, "account": row.account, "month": row.month, "of": row.key,
        "what": row.what, "shown": _shown(row.what), "theirs_minor": row.theirs_minor, "ours_minor": row.ours_minor,
        "difference_minor": row.minor, "currency": row.currency,
    }  # fmt: skip


def _shown(what: str) -> str:
    return {
        "movement": _("movement"), "opening": _("opening balance"), "received": _("money in"), "spent": _("money out"),
        "closing": _("closing balance"),
    }[what]  # fmt: skip


def _columns(by: str) -> list[Column]:
    broken = [] if by == "account" else [Column("of", {"fund": _("Agreement"), "programme": _("Programme"), "line": _("Form line")}[by])]  # fmt: skip
    return [
        Column("account", _("Account")), Column("month", _("Month")), *broken, Column("shown", _("What")),
        Column("theirs_minor", _("Theirs"), money=True), Column("ours_minor", _("Ours"), money=True),
        Column("difference_minor", _("Theirs minus ours"), money=True), Column("currency", ""),
    ]  # fmt: skip


def _tell(theirs: Theirs, item: Comparison) -> None:
    """The last word: 0.00, or the lines that make the difference."""
    if not item.rows:
        say(_("{file}: none of its accounts is one of ours; nothing was compared").format(file=theirs.place))
    for text, moves in (
        (_("only in {program}").format(program=theirs.program), item.theirs_only),
        (_("only here"), item.ours_only),
    ):
        _tell_moves(text, moves, item)
    if not item.adds_up and theirs.kind == "balance":
        say(_("A trial balance has no lines: compare the account card as well to see them."))
    if item.whole:
        say(_("A trial balance is compared by account only; --by breaks down account cards and day books."))
    _tell_words(_("not compared, for they are no accounts of ours"), item.skipped)
    for account in sorted(item.no_currency):
        say(
            _(
                "{account} is kept in foreign currency, and the file shows no amounts in it: turn on the indicator “Вал.”"
            ).format(account=account)
        )
    _tell_words(_("words that nobody has explained"), item.unknown)
    if item.skipped or item.unknown:
        say(
            _(
                "Say once what a word means: compliance reconcile map WORD --fund F --line L, --account A, or --ignore"
            )
        )
    for currency, total in _totals(item).items():
        out(
            _("{program} minus ours, all differences together: {amount}").format(
                program=theirs.program, amount=money(total, currency)
            )
        )


def _totals(item: Comparison) -> dict[str, int]:
    """Differences added up without their signs, so that two opposite ones do not hide each other."""
    totals: Counter[str] = Counter()
    for row in item.rows:
        totals[row.currency] += abs(row.minor)
    return dict(sorted(totals.items())) or {}


def _tell_moves(title: str, moves: Sequence[Move], item: Comparison) -> None:
    currency = {row.account: row.currency for row in item.rows}
    for move in moves[:_SHOWN]:
        account, key = move.place
        amount = money(move.amount_minor, currency.get(account, ""))
        out(clean(f"   {title}: {move.on.isoformat()} {account} {key} {amount}  {move.text[:120]}"))
    hidden = len(moves) - _SHOWN
    if hidden > 0:
        say(ngettext("… and {n} more like it", "… and {n} more like it", hidden).format(n=hidden))


def _tell_words(title: str, words: Counter[str]) -> None:
    if words:
        told = ", ".join(f"“{text}” ({n})" for text, n in words.most_common(_SHOWN))
        say(f"{title}: {told}")


def _ask(app: App, done: Sequence[tuple[Theirs, Comparison]]) -> bool:
    """On a terminal each unknown word is asked about once; an empty answer leaves it. Whether one was taught."""
    words = Counter[str]()
    for _theirs, item in done:
        words += item.unknown
    taught = False
    for text, _n in words.most_common(_SHOWN):
        answer = maybe(
            None, _("What is “{text}”? fund=F line=L account=A, “-” for nothing").format(text=clean(text))
        )
        if not answer:
            continue
        meaning = (
            {"ignored": "yes"}
            if answer == "-"
            else dict(pair.split("=", 1) for pair in answer.split() if "=" in pair)
        )
        _teach(app, text, meaning)
        taught = True
    return taught


@reconcile.command(
    "map", help=_("Say once what a word of 1C or Tally means: an account code, an analytic, a ledger")
)
@click.argument("word")
@click.option("--account", metavar="ACCOUNT", help=_("Our account that it is"))
@click.option("--fund", metavar="FUND", help=_("The agreement that it stands for"))
@click.option("--programme", metavar="PROGRAMME", help=_("The programme that it stands for"))
@click.option("--line", metavar="LINE", help=_("The form line that it stands for"))
@click.option("--ignore", is_flag=True, help=_("It says nothing for our books"))
@pass_app
def map_(app: App, /, word: str, ignore: bool, **meaning: str | None) -> None:
    given = {role: value for role, value in meaning.items() if value}
    if ignore and given:
        raise UsageError(_("--ignore stands alone"))
    _teach(app, word, {"ignored": "yes"} if ignore else given)
    say(_("kept: {word}").format(word=clean(word)))


def _teach(app: App, word: str, meaning: dict[str, str]) -> None:
    from compliance.reconcile.words import teach

    with app.writing("reconcile map") as writing:
        teach(writing.books, writing.vault, word, _resolved(writing.books, meaning))


def _resolved(books: Books, meaning: dict[str, str]) -> dict[str, str]:
    """Names as typed become ids."""
    named = {
        "account": titles(books.accounts),
        "fund": titles(books.funds),
        "programme": titles(books.programmes),
    }
    return {
        role: find(value, named[role], f"--{role}") if role in named else value
        for role, value in meaning.items()
    }


@reconcile.command("words", help=_("What was said about words of 1C and Tally"))
@format_option
@pass_app
def words(app: App, /, fmt: str) -> None:
    with app.vault() as vault:
        rows = [{"word": text, **body} for text, body in vault.analytics().items()]
    columns = [
        Column("word", _("Word")), Column("account", _("Account")), Column("fund", _("Agreement")),
        Column("programme", _("Programme")), Column("line", _("Form line")), Column("ignored", _("Says nothing")),
    ]  # fmt: skip
    emit(rows, columns, "words/1", fmt)


@reconcile.command("forget", help=_("Forget what was said about a word"))
@click.argument("word")
@pass_app
def forget(app: App, /, word: str) -> None:
    with app.writing("reconcile map") as writing:
        if not writing.vault.drop_analytic(" ".join(word.split())):
            raise UsageError(
                _("nothing was said about this word"), remedy=_("See: compliance reconcile words")
            )
    say(_("forgotten: {word}").format(word=clean(word)))
