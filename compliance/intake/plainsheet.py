"""A plain sheet of income and expenses, as organisations keep before they have books: its columns, and its proof.

Columns are found by the words of their titles and shown before anything is loaded. The sheet is one
account's: its rows become a statement that is proved like a bank's. A running balance must run, a row of
totals must be the sum above it, and the sheet must begin with what the books hold.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from compliance.errors import InputError, UsageError
from compliance.i18n import _
from compliance.importers.model import Party, Statement, StatementLine
from compliance.ledger.models import Account
from compliance.money import plain
from compliance.periods import ONE_DAY, Period
from compliance.tables import Row, day_of, minor_of

ROLES: Mapping[str, tuple[str, ...]] = {
    "date": ("дата", "день", "date", "day"),
    "in": ("приход", "доход", "поступ", "получено", "income", "received", "in", "receipt"),
    "out": ("расход", "списан", "потрачено", "оплачено", "expense", "spent", "out", "paid"),
    "balance": ("остаток", "баланс", "balance"),
    "amount": ("сумма", "amount", "sum"),
    "who": ("контрагент", "кому", "от кого", "кто", "поставщик", "плательщик", "payee", "payer", "who", "from", "to"),
    "category": ("статья", "категория", "вид", "category", "item", "type"),
    "fund": ("договор", "грант", "проект", "источник", "agreement", "grant", "project", "fund"),
    "programme": ("программа", "направление", "programme", "program"),
    "purpose": ("назначение", "за что", "описание", "комментарий", "примечание", "основание", "содержание",
                "description", "details", "what for", "purpose", "note"),
}  # fmt: skip
"""Role -> how the titles of such columns begin, the most telling roles first."""
WORDS = ("category", "fund", "programme")
"""Roles whose cells say what a row is."""
_TOTAL = ("итог", "всего", "total", "sum")
_HEADER_WITHIN = 30
_NAME = "sheet"


@dataclass(frozen=True, slots=True)
class Columns:
    """``at``: role -> column from 0; ``titles`` as the sheet writes them; ``row`` the header's place in the rows."""

    row: int
    titles: tuple[str, ...]
    at: Mapping[str, int]

    def named(self) -> dict[str, str]:
        """Role -> the title of its column."""
        return {role: self.titles[column] for role, column in self.at.items()}


@dataclass(frozen=True, slots=True)
class Entry:
    """One row that moves money; ``words`` are its cells of category, fund, programme, as written."""

    line: StatementLine
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PlainSheet:
    """``left_out``: rows with neither day nor amount (titles of months, remarks); ``totals``: rows of sums, proved."""

    entries: tuple[Entry, ...]
    opening_minor: int | None
    currency: str
    left_out: int
    totals: int

    @property
    def period(self) -> Period:
        days = [entry.line.on for entry in self.entries]
        return Period(min(days), max(days) + ONE_DAY)

    def statement(self, account: Account, opening_minor: int, place: str) -> Statement:
        """As a bank would have given it."""
        lines = sorted((entry.line for entry in self.entries), key=lambda line: line.on)
        received = sum(line.amount_minor for line in lines if line.amount_minor > 0)
        spent = -sum(line.amount_minor for line in lines if line.amount_minor < 0)
        return Statement(
            account=account.number or f"{_NAME}:{account.entity}",
            currency=self.currency,
            period=self.period,
            opening_minor=opening_minor,
            closing_minor=opening_minor + received - spent,
            received_minor=received,
            spent_minor=spent,
            count=len(lines),
            by_day=True,
            place=place,
            notes=(),
            read=lambda: iter(lines),
        )


def columns(rows: Sequence[Row], place: str, *, given: Mapping[str, str] | None = None) -> Columns:
    """The header and what its columns mean. ``given``: role -> title, said by a person; an empty title is none.

    ``InputError`` where no row looks like a header; ``UsageError`` for a title that is not there.
    """
    for at, row in enumerate(rows[:_HEADER_WITHIN]):
        titles = tuple(row.texts)
        found = _proposed(titles)
        _say(found, titles, given or {}, strict=False)
        if "date" in found and ({"in", "out"} <= set(found) or "amount" in found):
            _say(found, titles, given or {}, strict=True)
            return Columns(at, titles, found)
    raise InputError(
        _("no row names a column of days and columns of amounts"),
        place=place,
        remedy=_(
            "Say which they are: --column date=TITLE --column in=TITLE --column out=TITLE (or amount=TITLE)"
        ),
    )


def _proposed(titles: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for role, starts in ROLES.items():
        for column, title in enumerate(titles):
            if column not in found.values() and any(_begins(title, start) for start in starts):
                found[role] = column
                break
    if {"in", "out"} <= set(found):
        found.pop("amount", None)
    elif "amount" in found:
        found.pop("in", None)
        found.pop("out", None)
    return found


def _begins(title: str, start: str) -> bool:
    """Short words must stand alone: “in” is no beginning of “index”."""
    words = " ".join(title.casefold().split())
    return words == start or words.startswith(f"{start} ") or (len(start) > 4 and words.startswith(start))


def _say(found: dict[str, int], titles: Sequence[str], given: Mapping[str, str], *, strict: bool) -> None:
    folded = [" ".join(title.casefold().split()) for title in titles]
    for role, title in given.items():
        wanted = " ".join(title.casefold().split())
        if not wanted:
            found.pop(role, None)
        elif wanted in folded:
            column = folded.index(wanted)
            for other in [name for name, at in found.items() if at == column]:
                found.pop(other)
            found[role] = column
        elif strict:
            raise UsageError(_("--column: the sheet has no column “{title}”").format(title=title[:60]))


def read(rows: Sequence[Row], found: Columns, currency: str) -> PlainSheet:
    """``InputError`` with the row's place for the first one that does not add up or cannot be read."""
    reader = _Reader(found.at, currency)
    for row in rows[found.row + 1 :]:
        reader.take(row)
    if not reader.entries:
        raise InputError(_("the sheet has no row with a day and an amount"), place=rows[found.row].place)
    return PlainSheet(tuple(reader.entries), reader.opening, currency, reader.left_out, reader.totals)


class _Reader:
    """Row by row, proving sums as they come."""

    def __init__(self, at: Mapping[str, int], currency: str) -> None:
        self.entries: list[Entry] = []
        self.opening: int | None = None
        self.left_out = self.totals = 0
        self._at, self._currency = at, currency
        self._running: int | None = None
        self._since_total = [0, 0]
        self._all = [0, 0]

    def take(self, row: Row) -> None:
        came, went = self._amounts(row)
        day = row.text(self._at["date"])
        if (not day or _is_total(day)) and any(_is_total(text) for text in row.texts):
            if came or went:
                self._prove_total(row, came, went)
            return
        if row.at(self._at["date"]) is None:
            if came or went:
                raise InputError(_("the row has an amount and no day"), place=row.place)
            self.left_out += 1
            return
        on = day_of(row.at(self._at["date"]), row.place)
        if came and went:
            raise InputError(_("the row has money coming in and going out"), place=row.place)
        if not came and not went:
            raise InputError(_("the row has a day and no amount"), place=row.place)
        self._prove_balance(row, came - went)
        for side, minor in enumerate((came, went)):
            self._since_total[side] += minor
            self._all[side] += minor
        self.entries.append(self._entry(row, on, came - went))

    def _amounts(self, row: Row) -> tuple[int, int]:
        """(in, out), both as the sheet writes them; a negative one turns round."""
        if "amount" in self._at:
            minor = self._minor(row, "amount")
            return (minor, 0) if minor > 0 else (0, -minor)
        came, went = self._minor(row, "in"), self._minor(row, "out")
        if min(came, went) < 0:
            raise InputError(_("an amount in a column of its own direction is negative"), place=row.place)
        return came, went

    def _minor(self, row: Row, role: str) -> int:
        return minor_of(row.at(self._at[role]), self._currency, row.place)

    def _prove_balance(self, row: Row, minor: int) -> None:
        if row.at(self._at.get("balance")) is None:
            if self._running is not None:
                self._running += minor
            return
        stated = self._minor(row, "balance")
        if self._running is None:
            if self.entries:
                moved = sum(entry.line.amount_minor for entry in self.entries)
                self.opening = stated - minor - moved
            else:
                self.opening = stated - minor
        elif self._running + minor != stated:
            raise InputError(
                _("the balance does not run: {expected} was expected, the row says {stated}").format(
                    expected=plain(self._running + minor, self._currency),
                    stated=plain(stated, self._currency),
                ),
                place=row.place,
                remedy=_("Look for a row that is missing or changed above. Nothing was loaded."),
            )
        self._running = stated

    def _prove_total(self, row: Row, came: int, went: int) -> None:
        """A row of totals is the sum of all above, or since the one before it."""
        said = (came, went)
        sums = (tuple(self._all), tuple(self._since_total))
        if "amount" in self._at:
            sums = tuple(_net(*pair) for pair in sums)  # type: ignore[assignment]
        if said not in sums:
            raise InputError(
                _(
                    "the row of totals is not the sum of the rows above: they make {came} in, {went} out"
                ).format(
                    came=plain(self._since_total[0], self._currency),
                    went=plain(self._since_total[1], self._currency),
                ),
                place=row.place,
                remedy=_("Look for a row that is missing or changed above. Nothing was loaded."),
            )
        self._since_total = [0, 0]
        self.totals += 1

    def _entry(self, row: Row, on: date, minor: int) -> Entry:
        words = tuple(row.text(self._at.get(role)) for role in WORDS)
        said = [row.text(self._at.get(role)) for role in ("purpose", "category")]
        line = StatementLine(
            on=on,
            amount_minor=minor,
            currency=self._currency,
            bank_ref="",
            kind=_NAME,
            counterparty=Party(name=row.text(self._at.get("who"))),
            purpose=" · ".join(text for text in said if text),
            place=row.place,
        )
        return Entry(line, words)


def _net(came: int, went: int) -> tuple[int, int]:
    return (came - went, 0) if came > went else (0, went - came)


def _is_total(text: str) -> bool:
    return text.casefold().startswith(_TOTAL)
