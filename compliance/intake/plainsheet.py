"""A plain sheet of income and expenses, as organisations keep before they have books: its columns, and its proof.

Columns are found by the words of their titles and shown before anything is loaded. The sheet is one
account's: its rows become a statement that is proved like a bank's. A running balance must run, a row of
totals must be the sum above it, and the sheet must begin with what the books hold.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date

from compliance.errors import InputError, UsageError
from compliance.i18n import _
from compliance.importers.model import Party, Statement, StatementLine
from compliance.intake.wrong import refuse
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
    "direction": ("приход/расход", "доход/расход", "приход или расход", "income/expense", "in or out", "direction"),
    "who": ("контрагент", "кому", "от кого", "кто", "поставщик", "плательщик", "payee", "payer", "who", "from", "to"),
    "category": ("статья", "категория", "вид", "category", "item", "type"),
    "fund": ("договор", "грант", "проект", "источник", "agreement", "grant", "project", "fund"),
    "programme": ("программа", "направление", "programme", "program"),
    "purpose": ("назначение", "за что", "описание", "комментарий", "примечание", "основание", "содержание",
                "description", "details", "what for", "purpose", "note"),
}  # fmt: skip
"""Role -> how the titles of such columns begin, the most telling roles first."""
DIRECTIONS: Mapping[str, tuple[str, ...]] = {
    "in": ("приход", "приходы", "доход", "доходы", "поступление", "поступления", "пополнение", "зачисление",
           "in", "income", "received", "receipt", "+"),
    "out": ("расход", "расходы", "списание", "списания", "выплата", "трата", "out", "expense", "expenses", "spent",
            "payment", "-", "−"),
}  # fmt: skip
"""What the cells of a column say that stands beside amounts without a sign."""
_SIDE = {word: side for side, words in DIRECTIONS.items() for word in words}
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
    """``left_out``: rows with neither day nor amount (titles of months, remarks); ``totals``: rows of sums, proved.

    ``directions``: the words of a column that says which rows are money in and which out, as written.
    ``spent_negative``: money out is written with a minus throughout; ``turned``: the places of rows whose
    minus takes back what their column says.
    """

    entries: tuple[Entry, ...]
    opening_minor: int | None
    currency: str
    left_out: int
    totals: int
    spent_negative: bool = False
    turned: tuple[str, ...] = ()
    directions: tuple[str, ...] = ()

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
        alone = (
            {"in", "out"} & set(found) & set(given or {})
        )  # a sheet of expenses only, where a person says so
        if "date" in found and ({"in", "out"} <= set(found) or "amount" in found or alone):
            if "amount" in found and "direction" not in (given or {}):
                _find_direction(found, rows[at + 1 :], len(titles))
            _say(found, titles, given or {}, strict=True)
            if "amount" not in found:
                found.pop("direction", None)
            return Columns(at, titles, found)
    raise InputError(
        _("no row names a column of days and columns of amounts"),
        place=place,
        remedy=_(
            "Say which they are: --column date=TITLE --column in=TITLE --column out=TITLE (one of both alone where there is"
            " no other, or amount=TITLE)"
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


def _find_direction(found: dict[str, int], rows: Sequence[Row], width: int) -> None:
    """A column of nothing but such words says which way each amount went, whatever its title."""
    for column in range(width):
        said = {_folded(row.text(column)) for row in rows if row.text(found["date"])} - {""}
        if said and said <= _SIDE.keys():
            for other in [role for role, at in found.items() if at == column]:
                found.pop(other)
            found["direction"] = column
            return


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())


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
    """``InputError`` with the places of all rows that do not add up or cannot be read."""
    body = rows[found.row + 1 :]
    reader = _Reader(found.at, currency, spent_negative=_spent_negative(body, found.at, currency))
    wrong: list[InputError] = []
    for row in body:
        wrong += reader.take(row)
    if not reader.entries and not wrong:
        wrong.append(
            InputError(_("the sheet has no row with a day and an amount"), place=rows[found.row].place)
        )
    refuse(wrong, rows[found.row].place.rpartition(":")[0])
    return PlainSheet(
        tuple(reader.entries), reader.opening, currency, reader.left_out, reader.totals, reader.spent_negative,
        tuple(reader.turned), tuple(reader.directions),
    )  # fmt: skip


def _spent_negative(rows: Sequence[Row], at: Mapping[str, int], currency: str) -> bool:
    """Whether the column of money out has its amounts with a minus, all of them: then that is how they are written."""
    if "direction" in at:
        column, chosen = at["amount"], [row for row in rows if _side(row, at) == "out"]
    elif "out" in at:
        column, chosen = at["out"], list(rows)
    else:
        return False
    found = set()
    for row in chosen:
        with suppress(InputError):
            found.add(minor_of(row.at(column), currency, row.place) < 0 or row.at(column) is None)
    return found == {True} and any(row.at(column) is not None for row in chosen)


def _side(row: Row, at: Mapping[str, int]) -> str:
    """``in`` or ``out`` by the column that says so; empty for another word."""
    return _SIDE.get(_folded(row.text(at["direction"])), "")


class _Reader:
    """Row by row, proving sums as they come. ``turned``: places of rows that took back what they stand under."""

    def __init__(self, at: Mapping[str, int], currency: str, *, spent_negative: bool) -> None:
        self.entries: list[Entry] = []
        self.opening: int | None = None
        self.left_out = self.totals = 0
        self.spent_negative = spent_negative
        self.turned: list[str] = []
        self.directions: dict[str, None] = {}
        self._at, self._currency = at, currency
        self._running: int | None = None
        self._since_total = [0, 0]
        self._all = [0, 0]
        self._broken = False

    def take(self, row: Row) -> list[InputError]:
        """What is wrong with the row. After one that could not be read no sum over it is told wrong."""
        wrong: list[InputError] = []
        sides = [0, 0]
        day = row.text(self._at["date"])
        total = (not day or _is_total(day)) and any(_is_total(text) for text in row.texts)
        try:
            sides = self._amounts(row, total=total)
        except InputError as error:
            wrong.append(error)
        try:
            if not total and row.at(self._at["date"]) is not None:
                on = day_of(row.at(self._at["date"]), row.place)
                if not wrong:
                    self._row(row, on, *sides)
            elif not wrong and any(sides):
                if not total:
                    raise InputError(_("the row has an amount and no day"), place=row.place)
                self._prove_total(row, sides)
            elif not wrong and not total:
                self.left_out += 1
        except InputError as error:
            wrong.append(error)
        if wrong and not total:
            self._broken, self._running = True, None
            with suppress(InputError):
                if row.at(self._at.get("balance")) is not None:
                    self._running = self._minor(row, "balance")
        return wrong

    def _row(self, row: Row, on: date, came: int, went: int) -> None:
        if came and went:
            raise InputError(_("the row has money coming in and going out"), place=row.place)
        if not came and not went:
            raise InputError(_("the row has a day and no amount"), place=row.place)
        minor = came + went if self.spent_negative else came - went
        if ("amount" not in self._at or "direction" in self._at) and (minor > 0) != bool(came):
            self.turned.append(row.place)
        for side, moved in enumerate((came, went)):
            self._since_total[side] += moved
            self._all[side] += moved
        self._prove_balance(row, minor)
        self.entries.append(self._entry(row, on, minor))

    def _amounts(self, row: Row, *, total: bool) -> list[int]:
        """What stands in the columns of money in and money out, with its sign; a signed column is the first."""
        if "direction" in self._at and not total and (minor := self._minor(row, "amount")):
            said = row.text(self._at["direction"])
            side = _side(row, self._at)
            if not side:
                raise InputError(
                    _("“{word}” says neither that money came in nor that it went out").format(word=said[:60]),
                    place=row.place,
                    remedy=_("Write one of: {words}").format(
                        words=", ".join(words[0] for words in DIRECTIONS.values())
                    ),
                )
            self.directions[said] = None
            return [minor, 0] if side == "in" else [0, minor]
        if "amount" in self._at:
            return [self._minor(row, "amount"), 0]
        return [self._minor(row, "in"), self._minor(row, "out")]

    def _minor(self, row: Row, role: str) -> int:
        return minor_of(row.at(self._at.get(role)), self._currency, row.place)

    def _prove_balance(self, row: Row, minor: int) -> None:
        if row.at(self._at.get("balance")) is None:
            if self._running is not None:
                self._running += minor
            return
        stated = self._minor(row, "balance")
        if self._running is None:
            if self._broken:
                pass
            elif self.entries:
                moved = sum(entry.line.amount_minor for entry in self.entries)
                self.opening = stated - minor - moved
            else:
                self.opening = stated - minor
        elif (expected := self._running + minor) != stated:
            raise InputError(
                _("the balance does not run: {expected} was expected, the row says {stated}").format(
                    expected=plain(expected, self._currency),
                    stated=plain(stated, self._currency),
                ),
                place=row.place,
                remedy=_("Look for a row that is missing or changed above. Nothing was loaded."),
            )
        self._running = stated

    def _prove_total(self, row: Row, said: list[int]) -> None:
        """A row of totals is the sum of all above, or since the one before it."""
        sums = [self._all, self._since_total]
        if "direction" in self._at:  # the one column of amounts was added up: all of it, or in less out
            sums = [[came + sign * went, 0] for came, went in sums for sign in (1, -1)]
        if not self._broken and said not in sums:
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


def _is_total(text: str) -> bool:
    return text.casefold().startswith(_TOTAL)
