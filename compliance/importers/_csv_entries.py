"""The rows of a bank's CSV as movements: whose account, which day, how much."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from operator import itemgetter
from typing import NamedTuple

from compliance.errors import InputError
from compliance.i18n import _
from compliance.importers._csv_table import Table, unmarked
from compliance.importers.accounts import bare, currency_code, currency_in_number, iban_country, own_currency
from compliance.importers.model import Context, Party, StatementLine
from compliance.money import SPACES, AmountGrammar, minus_first, parse_amount

_YEARS = range(1990, 2101)
_TOKENS = {
    "d": r"(?P<d>[0-9]{2})",
    "m": r"(?P<m>[0-9]{2})",
    "Y": r"(?P<Y>[0-9]{4})",
    "H": r"(?:[01][0-9]|2[0-3])",
    "M": r"[0-5][0-9]",
    "S": r"[0-5][0-9]",
}
_TEXTS = (
    "counterparty",
    "tax_id",
    "counterparty_account",
    "bic",
    "bank_name",
    "country",
    "ref",
    "kind",
    "purpose",
)


class Entry(NamedTuple):
    """``amount_minor`` signed; ``balance_minor`` after the movement, None without such a column."""

    account: str
    on: date
    amount_minor: int
    balance_minor: int | None
    number: int
    cells: list[str]


@dataclass(slots=True)
class Entries:
    """One pass over the table. ``currencies``: of the accounts met so far.

    ``proving`` reads the balance column too; the second pass need not.
    """

    table: Table
    context: Context
    proving: bool = True
    currencies: dict[str, str] = field(default_factory=dict)
    at: dict[str, int] = field(init=False)
    texts: tuple[Callable[[list[str]], tuple[str, ...]], ...] = field(init=False)
    grammar: AmountGrammar = field(init=False)
    formats: list[re.Pattern[str]] = field(init=False)
    known_days: dict[str, date] = field(default_factory=dict)

    def __post_init__(self) -> None:
        profile = self.table.profile
        names = profile.names
        self.at = {role: names.index(name) for role, name in profile.columns.named().items()}
        # A column that the bank does not have is the empty cell that ``line`` puts at the end.
        sides = (profile.columns.named(paid=paid) for paid in (False, True))
        self.texts = tuple(
            itemgetter(*[names.index(side[role]) if role in side else -1 for role in _TEXTS])
            for side in sides
        )
        group = profile.group + (SPACES if " " in profile.group else "")
        self.grammar = AmountGrammar(decimal=profile.decimal, group=group)
        self.formats = [
            re.compile("".join(_TOKENS.get(char) or re.escape(char) for char in text) + r"\Z")
            for text in profile.dates
        ]

    def __iter__(self) -> Iterator[Entry]:
        at, known_days = self.at, self.known_days
        date_at, account_at, currency_at = at["date"], at.get("account"), at.get("currency")
        balance_at = at.get("balance") if self.proving else None
        account = currency = ""
        for number, cells in self.table.rows():
            if account_at is not None or not account:
                account = self.account(number, None if account_at is None else cells[account_at])
                currency = self.currencies[account]
            if currency_at is not None and currency_code(cells[currency_at]) != currency:
                raise self._other_currency(number, currency)
            text = cells[date_at]
            on = known_days.get(text) or self.day(text, number)
            amount = self._amount(number, cells, currency)
            balance = None if balance_at is None else self.money(cells[balance_at], currency, number)
            yield Entry(account, on, amount, balance, number, cells)

    def account(self, number: int, cell: str | None) -> str:
        """The own account that ``cell``, the profile or a labelled cell names; its currency becomes known."""
        profile, place = self.table.profile, self.table.source.place(number)
        if cell is None:
            cell = profile.account or self.table.labels.get("account", (0, ""))[1]
        account = bare(unmarked(cell))
        if account in self.currencies:
            return account
        if not account:
            raise InputError(
                _("the file does not say which account it is of"),
                place=place,
                why=_("The labelled cell or the column with the account number is empty or missing."),
                remedy=_("Download the statement again, or correct the profile in schedules.yaml."),
            )
        stated = profile.currency or currency_in_number(account)
        self.currencies[account] = own_currency(account, stated, self.context, place)
        return account

    def day(self, text: str, number: int) -> date:
        """A date in one of the profile's formats; ``InputError`` otherwise."""
        for pattern in self.formats:
            if match := pattern.match(unmarked(text)):
                year, month, day = (int(match[name]) for name in "Ymd")
                try:
                    if year in _YEARS:
                        found = date(year, month, day)
                        if len(self.known_days) < 10_000:
                            self.known_days[text] = found
                        return found
                except ValueError:
                    break
        raise InputError(
            _("the date cannot be read"),
            place=self.table.source.place(number),
            why=_("The profile says that dates are written like this: {formats}.").format(
                formats=", ".join(self.table.profile.dates)
            ),
            remedy=_("If the file is right, correct the profile in schedules.yaml. Nothing was loaded."),
        )

    def money(self, text: str, currency: str, number: int) -> int:
        """Minor units, signed, in the profile's way of writing; ``InputError`` otherwise."""
        try:
            return parse_amount(text.strip(), currency, self.grammar)
        except ValueError:
            pass
        try:
            return parse_amount(minus_first(unmarked(text)), currency, self.grammar)
        except ValueError:
            raise InputError(
                _("the amount cannot be read"),
                place=self.table.source.place(number),
                why=_("The profile says: decimal sign {decimal}, thousands parted by {group}.").format(
                    decimal=repr(self.grammar.decimal), group=repr(self.table.profile.group)
                ),
                remedy=_("If the file is right, correct the profile in schedules.yaml. Nothing was loaded."),
            ) from None

    def _amount(self, number: int, cells: list[str], currency: str) -> int:
        if (amount_at := self.at.get("amount")) is not None:
            minor = self.money(cells[amount_at], currency, number)
            word_at = self.at.get("direction")
            return minor if word_at is None else self._directed(minor, cells[word_at], number)
        received, spent = cells[self.at["credit"]].strip(), cells[self.at["debit"]].strip()
        credit = self.money(received, currency, number) if received else 0
        debit = self.money(spent, currency, number) if spent else 0
        minus_out = self.table.profile.minus_out
        if minus_out:
            debit = -debit
        if not (received or spent) or (credit and debit) or credit < 0 or debit < 0:
            raise InputError(
                _("money in and money out cannot be told apart in this row"),
                place=self.table.source.place(number),
                why=_(
                    "Exactly one of the two columns must hold an amount; what went out has a minus or brackets."
                )
                if minus_out
                else _("Exactly one of the two columns must hold an amount, without a sign."),
                remedy=_("If the file is right, correct the profile in schedules.yaml. Nothing was loaded.")
                if minus_out
                else _(
                    "If all that went out has a minus or brackets, write minus_out: true in the profile. Nothing was loaded."
                ),
            )
        return credit - debit

    def _directed(self, minor: int, word: str, number: int) -> int:
        """``minor`` with the sign that the word beside it says."""
        profile, said = self.table.profile, word.strip().casefold()
        known = [
            side
            for side, words in ((1, profile.words_in), (-1, profile.words_out))
            if any(said == text.casefold() for text in words)
        ]
        if not known or minor < 0:
            raise InputError(
                _("money in and money out cannot be told apart in this row"),
                place=self.table.source.place(number),
                why=_("The amount has a sign, and a word beside it says which way it went.")
                if known
                else _("The profile says: in is {words_in}; out is {words_out}.").format(
                    words_in=", ".join(profile.words_in) or "—", words_out=", ".join(profile.words_out)
                ),
                remedy=_("If the file is right, correct the profile in schedules.yaml. Nothing was loaded."),
            )
        return known[0] * minor

    def _other_currency(self, number: int, currency: str) -> InputError:
        return InputError(
            _("the currency of the row is not that of the account"),
            place=self.table.source.place(number),
            why=_("The account is in {currency}.").format(currency=currency),
            remedy=_("Check that the file and the profile are the right ones. Nothing was loaded."),
        )

    def line(self, entry: Entry) -> StatementLine:
        """What a movement becomes."""
        name, tax_id, account, bic, bank_name, country, ref, kind, purpose = map(
            str.strip, self.texts[entry.amount_minor < 0]([*entry.cells, ""])
        )
        tax_id, account, bic, ref = [
            unmarked(text) if text.startswith("'") else text for text in (tax_id, account, bic, ref)
        ]
        account = bare(account)
        party = Party(name, tax_id, account, bic, bank_name, country.upper() or iban_country(account))
        return StatementLine(
            entry.on,
            entry.amount_minor,
            self.currencies[entry.account],
            ref,
            kind,
            party,
            " ".join(purpose.split("\n")) if "\n" in purpose else purpose,
            self.table.source.place(entry.number),
        )
