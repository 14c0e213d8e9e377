"""How one bank writes its CSV or XLSX: the columns declared in schedules.yaml under ``imports: profiles:``.

imports:
  profiles:
    primer-bank:
      header: "Дата;Номер;Контрагент;ИНН;Счёт;Приход;Расход;Назначение"
      encoding: windows-1251
      dates: [d.m.Y]
      decimal: ","
      account: "40703810400000000077"
      columns:
        date: Дата
        ref: Номер
        counterparty: Контрагент
        tax_id: ИНН
        counterparty_account: Счёт
        credit: Приход
        debit: Расход
        purpose: Назначение
      labels:
        opening: Входящий остаток
        closing: Исходящий остаток
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import zip_longest
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from compliance.i18n import _
from compliance.money import is_currency

_ALIASES = {
    "cp1251": "windows-1251",
    "win1251": "windows-1251",
    "windows1251": "windows-1251",
    "utf8": "utf-8",
}
"""Other spellings of the same encodings, as bank manuals and editors write them."""


def _encoding(value: object) -> object:
    return _ALIASES.get(value.lower(), value.lower()) if isinstance(value, str) else value


Encoding = Annotated[Literal["utf-8", "windows-1251", "cp866", "utf-16"], BeforeValidator(_encoding)]
_DATE_TOKENS = {"d", "m", "b", "Y", "y", "H", "M", "S"}


def _date_format(text: str) -> str:
    letters = re.findall(r"[A-Za-z]", text)
    whole = "d" in letters and len({"m", "b"} & set(letters)) == 1 and len({"Y", "y"} & set(letters)) == 1
    if not whole or not set(letters) <= _DATE_TOKENS or len(letters) != len(set(letters)):
        raise ValueError(
            _(
                "a date format is written with d, m (or b, the month in letters), Y (or y, two digits) and, for a time, "
                "H, M, S; for example d.m.Y or Y-m-d H:M"
            )
        )
    return text


def _currency(text: str) -> str:
    if not is_currency(text):
        raise ValueError(_("a currency is three capital letters, such as RUB"))
    return text


class _Declared(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def two_rows(upper: Sequence[str], lower: Sequence[str]) -> list[str]:
    """Names of columns under a header in two rows, whose upper cells reach over those to their right."""
    names, above = [], ""
    for first, second in zip_longest(upper, lower, fillvalue=""):
        above = first or above
        names.append(f"{above} {second}".strip() if second else first)
    return names


Side = str | tuple[str, str]
"""Of the other side of a payment: one column, or the payer's and the payee's. Who paid is the other side of money
that came in, who was paid that of money that went out."""


class CsvColumns(_Declared):
    """Column names as the header writes them. Money in one ``amount``, signed or with its ``direction`` in words beside
    it, or in ``credit`` and ``debit``; what the bank took besides in ``fee``. ``state`` says whether a row was booked."""

    date: str
    amount: str | None = None
    direction: str | None = None
    fee: str | None = None
    state: str | None = None
    credit: str | None = None
    debit: str | None = None
    balance: str | None = None
    account: str | None = None
    currency: str | None = None
    ref: str | None = None
    kind: str | None = None
    purpose: str | None = None
    counterparty: Side | None = None
    tax_id: Side | None = None
    counterparty_account: Side | None = None
    bic: Side | None = None
    bank_name: Side | None = None
    country: Side | None = None

    def named(self, *, paid: bool = False) -> dict[str, str]:
        """Role -> column name, for the declared ones; of two sides the payer's, when money was ``paid`` the payee's."""
        given = self.model_dump(exclude_none=True)
        return {role: name if isinstance(name, str) else name[paid] for role, name in given.items()}

    @model_validator(mode="after")
    def _one_way_to_say_money(self) -> Self:
        pair = (self.credit is not None, self.debit is not None)
        if (self.amount is not None) == any(pair) or any(pair) != all(pair):
            raise ValueError(_("give either amount, or both credit and debit"))
        if self.direction is not None and self.amount is None:
            raise ValueError(_("direction says which way an amount went: it stands beside the column amount"))
        return self


class CsvLabels(_Declared):
    """Texts in the first cell of a row above or below the table; the value is the next filled cell."""

    opening: str | None = None
    closing: str | None = None
    account: str | None = None
    start: str | None = None
    end: str | None = None

    def named(self) -> dict[str, str]:
        """Role -> label, for the declared ones."""
        return self.model_dump(exclude_none=True)


class CsvProfile(_Declared):
    """One bank's CSV or XLSX. The file is recognised by its ``header`` line, character for character; a
    workbook by a row with the header's cells (on ``sheet``, if several have them).

    A header in two rows (``Сумма`` over ``по дебету | по кредиту``) has its second line in ``under``; a
    column is then called by both, ``Сумма по дебету``. ``minus_out``: what stands in ``debit`` has a minus or
    brackets. ``fee_signed``: what stands in ``fee`` has a minus where it was taken and none where it was given back; else
    it was taken, with whatever sign. ``words_in``, ``words_out``: what stands in ``direction``; ``not_booked``: in ``state``, of rows that moved
    no money. ``footer`` is how the first row after the table begins. ``multiline`` allows a quoted field to
    run over several lines; without it a stray quotation mark is found on its own line.
    """

    header: str = Field(min_length=3)
    columns: CsvColumns
    delimiter: str = Field(default=";", min_length=1, max_length=1)
    quote: str = Field(default='"', max_length=1)
    multiline: bool = False
    encoding: Encoding = "utf-8"
    dates: list[Annotated[str, AfterValidator(_date_format)]] = Field(default=["d.m.Y"], min_length=1)
    decimal: Literal[",", ".", ",."] = "."
    group: str = ""
    account: str | None = None
    currency: Annotated[str, AfterValidator(_currency)] | None = None
    labels: CsvLabels = CsvLabels()
    footer: str | None = None
    sheet: str | None = None
    under: str | None = Field(default=None, min_length=2)
    minus_out: bool = False
    fee_signed: bool = False
    words_in: list[str] = []
    words_out: list[str] = []
    not_booked: list[str] = []

    @property
    def words(self) -> list[str]:
        """Every word that may stand in ``direction`` and in ``state``."""
        return [*self.words_in, *self.words_out, *self.not_booked]

    @property
    def names(self) -> list[str]:
        """What the columns are called: the header's cells, of two rows both."""
        upper, *lower = self.header_rows
        return two_rows(upper, lower[0]) if lower else upper

    @property
    def header_rows(self) -> list[list[str]]:
        """The cells of the header's one or two rows."""
        import csv

        rows = csv.reader(
            [self.header] if self.under is None else [self.header, self.under],
            delimiter=self.delimiter,
            quotechar=self.quote or None,
            quoting=csv.QUOTE_MINIMAL if self.quote else csv.QUOTE_NONE,
        )
        return [[cell.strip() for cell in row] for row in rows]

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if set(self.group) & set(self.decimal) or re.search(r"[0-9A-Za-z-]", self.group):
            raise ValueError(_("the sign that parts thousands must differ from the decimal sign"))
        if set("\n\r\0") & set(self.header + (self.under or "")):
            raise ValueError(_("the header is one line"))
        said = ({word.casefold() for word in words} for words in (self.words_in, self.words_out))
        if (self.columns.direction is not None) != bool(self.words_out) or set.intersection(*said):
            raise ValueError(
                _(
                    "direction goes with words_out (and words_in): which of its words are money out, none of them both"
                )
            )
        if (self.columns.state is not None) != bool(self.not_booked):
            raise ValueError(_("state goes with not_booked: the words of rows that moved no money"))
        if self.minus_out and self.columns.amount is not None:
            raise ValueError(
                _(
                    "minus_out is about the two columns credit and debit; in the one column amount a minus is money"
                    " out anyway: take the line minus_out away"
                )
            )
        names = self.names
        for column in {*self.columns.named().values(), *self.columns.named(paid=True).values()}:
            if names.count(column) != 1:
                raise ValueError(
                    _("the header must have the column {column} exactly once").format(column=repr(column))
                )
        ways = (self.account, self.columns.account, self.labels.account)
        if sum(way is not None for way in ways) != 1:
            raise ValueError(_("say one of: account, columns.account, labels.account"))
        return self


ACQUIRED = {"income", "refund", "fee"}
"""What a row of an acquirer's register can be, where a column says so in words."""


class RegisterColumns(_Declared):
    """Column names as the register writes them; ``word`` says what a row of taxes or of an acquirer is, ``payout``
    which of an acquirer's transfers holds it, where a day has several or one holds several days."""

    amount: str
    date: str | None = None
    person: str | None = None
    word: str | None = None
    fund: str | None = None
    programme: str | None = None
    line: str | None = None
    fee: str | None = None
    reference: str | None = None
    country: str | None = None
    payout: str | None = None

    def named(self) -> dict[str, str]:
        """Role -> column name, for the declared ones."""
        return self.model_dump(exclude_none=True)


class RegisterFee(_Declared):
    """What an acquirer keeps is an expense of the gifts' own agreement."""

    line: str
    programme: str | None = None
    purpose: str | None = None


class RegisterUnknown(_Declared):
    """Where gifts go by cards that do not show their giver to be from home: a source and agreement of their own."""

    source: str
    fund: str


class RegisterProfile(_Declared):
    """One kind of register, declared under ``imports: registers:``; recognised by its column names.

    ``account`` is the own account whose lines it explains; the register is in its currency. ``fund``,
    ``programme``, ``line``, ``purpose``, ``source`` stand where the register has no column or an empty
    cell; ``words`` says what the register's own words are here (``НДФЛ: pay``; of an acquirer ``Возврат:
    refund``). ``home`` is the country whose cards the rule of the pooled source counts as home.
    Without a column of fees an acquirer's lines are gross.
    ``days_later``: so many days after the register's day the bank's line may come. ``footer``: how the
    first filled cell of a row of totals begins, below the table or in between.
    """

    kind: Literal["payroll", "acquirer", "tax"]
    columns: RegisterColumns
    delimiter: str = Field(default=";", min_length=1, max_length=1)
    account: str | None = None
    fund: str | None = None
    programme: str | None = None
    line: str | None = None
    purpose: str | None = None
    source: str | None = None
    words: dict[str, str] = {}
    footer: str | None = None
    fee: RegisterFee | None = None
    home: str | None = None
    unknown: RegisterUnknown | None = None
    days_later: int = Field(default=0, ge=0, le=14)

    @model_validator(mode="after")
    def _fits_its_kind(self) -> Self:
        if self.kind == "payroll" and self.columns.person is None:
            raise ValueError(_("a payroll register needs the column of people, to count them"))
        fees = self.columns.fee or "fee" in self.words.values()
        if self.kind == "acquirer" and not (self.columns.date and self.source and (self.fee or not fees)):
            raise ValueError(
                _("an acquirer's register needs the column date, a source, and for its fees fee: line")
            )
        named = set() if self.columns.fund else set(self.words.values()) - ACQUIRED
        if self.kind == "acquirer" and named:
            raise ValueError(
                _("what the words of an acquirer's register stand for is one of: {names}").format(
                    names=", ".join(sorted(ACQUIRED))
                )
            )
        return self
