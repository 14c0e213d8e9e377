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
from compliance.importers._days import day_of, pattern
from compliance.importers.accounts import (
    bare,
    currency_code,
    currency_in_number,
    iban_country,
    own_currency,
    own_number,
)
from compliance.importers.model import Context, Party, StatementLine
from compliance.money import SPACES, AmountGrammar, is_currency, minus_first, parse_amount

_BALANCE = re.compile(
    r"(?:\w+ ){0,2}(?:balance|saldo|сальдо|остаток)(?: (?:as|at|on|b/?f|c/?f|brought|carried|forward|anterior|inicial|final|на|начальн\w*|конечн\w*)\b.*|:.*)?"
    r"|(?:brought|carried) forward",
    re.I,
)
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
    """``amount_minor`` signed; ``balance_minor`` after the movement, None without such a column; ``fee_minor`` is what the
    bank took besides, below nought, or gave back."""

    account: str
    on: date
    amount_minor: int
    balance_minor: int | None
    number: int
    cells: list[str]
    fee_minor: int = 0

    @property
    def moved_minor(self) -> int:
        return self.amount_minor + self.fee_minor


@dataclass(slots=True)
class Entries:
    """One pass over the table. ``currencies``: of the accounts met so far.

    ``proving`` reads the balance column too; the second pass need not. ``not_booked``: rows left out for their state.
    """

    table: Table
    context: Context
    proving: bool = True
    currencies: dict[str, str] = field(default_factory=dict)
    not_booked: int = 0
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
        self.formats = [pattern(text) for text in profile.dates]

    def __iter__(self) -> Iterator[Entry]:
        at, known_days = self.at, self.known_days
        date_at, account_at, currency_at = at["date"], at.get("account"), at.get("currency")
        balance_at = at.get("balance") if self.proving else None
        fee_at, state_at = at.get("fee"), at.get("state")
        left_out = {word.casefold() for word in self.table.profile.not_booked}
        account = currency = ""
        for number, cells in self.table.rows():
            if state_at is not None and cells[state_at].strip().casefold() in left_out:
                self.not_booked += 1
                continue
            if account_at is not None or not account:
                account = self.account(
                    number,
                    None if account_at is None else cells[account_at],
                    "" if currency_at is None else cells[currency_at],
                )
                currency = self.currencies[account]
            if currency_at is not None and currency_code(cells[currency_at]) != currency:
                raise self._other_currency(number, currency)
            text = cells[date_at]
            on = known_days.get(text) or self.day(text, number)
            amount = self._amount(number, cells, currency)
            balance = None if balance_at is None else self.money(cells[balance_at], currency, number)
            fee = 0
            if fee_at is not None and (said := cells[fee_at].strip()):
                fee = self.money(said, currency, number)
                fee = fee if self.table.profile.fee_signed else -abs(fee)
            yield Entry(account, on, amount, balance, number, cells, fee)

    def account(self, number: int, cell: str | None, currency: str = "") -> str:
        """The own account that ``cell``, the profile or a labelled cell names; its currency becomes known, at last by
        what the column ``currency`` says of its first row."""
        profile, place = self.table.profile, self.table.source.place(number)
        if cell is None:
            cell = profile.account or self.table.labels.get("account", (0, ""))[1]
        account = own_number(unmarked(cell), self.context.accounts or ())
        if account in self.currencies:
            return account
        if not account:
            raise InputError(
                _("the file does not say which account it is of"),
                place=place,
                why=_("The labelled cell or the column with the account number is empty or missing."),
                remedy=_("Download the statement again, or correct the profile in schedules.yaml."),
            )
        # A table in several currencies may part its accounts by them.
        own = account if is_currency(account) else None
        stated = profile.currency or currency_in_number(account) or own or currency_code(currency)
        self.currencies[account] = own_currency(account, stated or None, self.context, place)
        return account

    def day(self, text: str, number: int) -> date:
        """A date in one of the profile's formats; ``InputError`` otherwise."""
        for form in self.formats:
            if match := form.match(unmarked(text)):
                if (found := day_of(match)) is None:
                    break
                if len(self.known_days) < 10_000:
                    self.known_days[text] = found
                return found
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
            if not cells[amount_at].strip() and self._tells_a_balance(cells):
                return 0
            minor = self.money(cells[amount_at], currency, number)
            word_at = self.at.get("direction")
            return minor if word_at is None else self._directed(minor, cells[word_at], number)
        received, spent = cells[self.at["credit"]].strip(), cells[self.at["debit"]].strip()
        if not (received or spent) and self._tells_a_balance(cells):
            return 0
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

    def _tells_a_balance(self, cells: list[str]) -> bool:
        """Some banks begin with a row that moves nothing and says so: *Beginning balance as of*. *Balance of invoice 7* is
        no such row: its amount was lost."""
        return "balance" in self.at and any(_BALANCE.fullmatch(" ".join(cell.split())) for cell in cells)

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

    def lines(self, entry: Entry) -> Iterator[StatementLine]:
        """What a row becomes: its movement, and what the bank took besides as a line of its own."""
        if entry.amount_minor:
            yield self._line(entry)
        if entry.fee_minor:
            name = self.table.profile.names[self.at["fee"]]
            line = self._line(entry)
            yield line._replace(
                amount_minor=entry.fee_minor,
                counterparty=Party(),
                purpose=f"{name}: {line.purpose}".rstrip(": "),
            )

    def _line(self, entry: Entry) -> StatementLine:
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
