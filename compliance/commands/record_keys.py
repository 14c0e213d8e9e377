"""``record key|hours``: how shared costs are spread, by stated shares or by the hours that people worked."""

from __future__ import annotations

import json
import re
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from compliance.commands.app import App, pass_app
from compliance.commands.ask import day_or, need
from compliance.commands.ask import period as typed_period
from compliance.commands.record_shared import find, only, optional, put, recorded, titles
from compliance.errors import UsageError
from compliance.i18n import _

if TYPE_CHECKING:
    from compliance.commands.tablefile import TableRow
    from compliance.ledger.books import Books

_COLUMNS = {
    "who": ("post", "кто", "должность"),
    "month": ("месяц",),
    "fund": ("agreement", "договор"),
    "programme": ("program", "программа"),
    "hours": ("часы",),
}
_MONTH = re.compile(r"[0-9]{4}-[0-9]{2}\Z", re.ASCII)
_MOST_MINUTES = 31 * 24 * 60


@click.command(
    help=_(
        "How the costs on a shared account are spread from a day on: by shares in per cent that add up to 100, or"
        " by the hours recorded for the period. ACCOUNT is an expense account of the class “shared”."
    )
)
@click.argument("account", metavar="ACCOUNT")
@click.option(
    "--since", metavar="DAY", help=_("From which day on; left out, from the first day of the books")
)
@click.option(
    "--part", "texts", multiple=True, metavar="PART", help=_('"fund=F programme=P share=40"; may be repeated')
)
@click.option("--by-hours", is_flag=True, help=_("By the hours that people worked"))
@pass_app
def key(app: App, account: str, since: str | None, texts: tuple[str, ...], by_hours: bool) -> None:
    from compliance.commands.record_debts import first_day
    from compliance.ledger.chart import SHARED
    from compliance.ledger.models import CostKey

    if bool(texts) == by_hours:
        raise UsageError(_("say either the shares (--part) or --by-hours"))
    with app.books() as books:
        shared = {key: item for key, item in books.accounts.items() if item.account_class == SHARED}
        account = find(account, titles(shared), "ACCOUNT")
        parts = None if by_hours else _shares(books, texts)
        start = day_or(since, first_day(app, books), "--since")
    fields = {"account": account, "start_on": start, "parts": parts}
    put(app, "key", CostKey, f"{account}/{start.isoformat()}", fields)


def _shares(books: Books, texts: tuple[str, ...]) -> str:
    """The stored key: JSON with shares in hundredths of a per cent."""
    from compliance.ledger.sharing import WHOLE

    parts = [_share(books, text) for text in texts]
    total = sum(int(part["share"]) for part in parts)
    if total != WHOLE:
        raise UsageError(
            _("the shares add up to {total} %, not to 100 %").format(total=f"{Decimal(total) / 100:f}"),
            remedy=_("Change a share by {rest}.").format(rest=f"{Decimal(WHOLE - total) / 100:+f}"),
        )
    targets = [(part["fund"], part.get("programme")) for part in parts]
    if len(set(targets)) < len(targets):
        raise UsageError(_("one agreement and line of work stands in two parts"))
    return json.dumps(parts, ensure_ascii=False, sort_keys=True)


def _share(books: Books, text: str) -> dict[str, Any]:
    import shlex

    try:
        values = dict(word.split("=", 1) for word in shlex.split(text))
    except ValueError:
        values = {}
    if not {"fund", "share"} <= set(values) <= {"fund", "programme", "share"}:
        raise UsageError(_("--part: write “fund=F programme=P share=40”"))
    try:
        share = Decimal(values["share"].rstrip("%").replace(",", ".")) * 100
    except InvalidOperation:
        share = Decimal(-1)
    if not share.is_finite() or share <= 0 or share > 10_000 or share != int(share):
        raise UsageError(_("--part: a share is a per cent with at most two decimals, such as 33.34"))
    found = {"fund": find(values["fund"], titles(books.funds), "fund"), "share": int(share)}
    if values.get("programme"):
        found["programme"] = find(values["programme"], titles(books.programmes), "programme")
    return found


@click.command(
    help=_(
        "Hours that a post or a pseudonym (never a name) worked in a month for an agreement and a line of work; or"
        " many from a CSV or XLSX file with the headings: {columns}."
    ).format(columns=", ".join(_COLUMNS))
)
@click.option("--who", metavar="WORD", help=_("A post, or a pseudonym of the books"))
@click.option("--month", metavar="MONTH", help=_("Such as 2025-10"))
@click.option("--fund", metavar="FUND", help=_("Which agreement"))
@click.option("--programme", metavar="PROGRAMME", help=_("Which line of work"))
@click.option("--hours", metavar="HOURS", help=_("Such as 40, 7.5 or 7:30"))
@click.option("--file", "file", type=click.Path(path_type=Path), help=_("A CSV or XLSX file with many"))
@pass_app
def hours(app: App, /, file: Path | None, **options: Any) -> None:
    from compliance.ledger.models import Hours

    if file is not None:
        _from_file(app, file)
        return
    with app.books() as books:
        options["who"] = need(options["who"], "--who", _("Whose hours: a post or a pseudonym"))
        options["month"] = need(options["month"], "--month", _("Which month"))
        options["fund"] = only(options["fund"], "--fund", _("Which agreement"), titles(books.funds))
        options["hours"] = need(options["hours"], "--hours", _("How many hours"))
        entity, fields = _hours(app, books, options)
    put(app, "hours", Hours, entity, fields)


def _hours(app: App, books: Books, values: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    if not _MONTH.match(values["month"]):
        raise UsageError(_("“{text}” is not a month; write 2025-10").format(text=values["month"][:20]))
    month = typed_period(values["month"])
    fund = find(values["fund"], titles(books.funds), "--fund")
    programme = optional(values.get("programme"), "--programme", titles(books.programmes))
    who = _who(app, books, values["who"])
    fields = {
        "who": who,
        "month_on": month.start,
        "fund": fund,
        "minutes": _minutes(values["hours"]),
        "programme": programme,
    }
    return "/".join((who, month.label, fund, programme or "-")), fields


def _who(app: App, books: Books, text: str) -> str:
    """A pseudonym of the books, or words that are no name."""
    from compliance.reports.privacy import lint

    if text in books.people:
        return text
    with app.vault() as vault:
        names = vault.names()
    if lint(text, names) or len(text) > 60:
        raise UsageError(
            _("--who: this seems to be a person's name; say the post, or the pseudonym"),
            remedy=_("See them with: compliance list persons"),
        )
    return text.strip()


def _minutes(text: str) -> int:
    match = re.match(r"([0-9]{1,3}):([0-5][0-9])\Z", text.strip(), re.ASCII)
    if match:
        minutes = Decimal(int(match[1]) * 60 + int(match[2]))
    else:
        try:
            minutes = Decimal(text.strip().replace(",", ".")) * 60
        except InvalidOperation:
            minutes = Decimal(-1)
    if not minutes.is_finite() or not 0 <= minutes <= _MOST_MINUTES or minutes != int(minutes):
        raise UsageError(_("“{text}” are no hours of a month; write 40, 7.5 or 7:30").format(text=text[:20]))
    return int(minutes)


def _from_file(app: App, file: Path) -> None:
    """All rows or none."""
    from compliance.commands.tablefile import read_table
    from compliance.ledger.models import Hours
    from compliance.ledger.revise import revise

    rows = read_table(file, _COLUMNS, needed=("who", "month", "fund", "hours"))
    with app.books() as books:
        wanted = dict(_of_row(app, books, row) for row in rows)
    if len(wanted) < len(rows):
        raise UsageError(_("two rows of the file are for the same person, month, agreement and line of work"))
    with app.writing("record hours") as writing:
        fresh = [
            revision.fact
            for entity, fields in wanted.items()
            if (revision := revise(writing.books, Hours, entity, fields)).fact is not None
        ]
        writing.event.add(*fresh)
    recorded(len(fresh), f"hours {file.name}")


def _of_row(app: App, books: Books, row: TableRow) -> tuple[str, dict[str, Any]]:
    for name in ("who", "month", "fund", "hours"):
        if not row.values.get(name):
            raise row.wrong(_("a value is missing: {name}").format(name=name))
    try:
        return _hours(app, books, dict(row.values))
    except UsageError as error:
        raise row.wrong(error.what) from None
