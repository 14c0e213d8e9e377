"""Whose account a statement is about, and in which currency."""

from __future__ import annotations

import re
from collections.abc import Container

from compliance.errors import InputError
from compliance.i18n import _, ngettext
from compliance.importers.model import Context

# ISO 4217 numeric codes; 810 is how Russian account numbers still write the rouble.
_NUMERIC = {
    "810": "RUB",
    "643": "RUB",
    "840": "USD",
    "978": "EUR",
    "826": "GBP",
    "756": "CHF",
    "156": "CNY",
    "344": "HKD",
    "392": "JPY",
    "356": "INR",
    "784": "AED",
    "949": "TRY",
    "398": "KZT",
    "417": "KGS",
    "933": "BYN",
    "051": "AMD",
    "981": "GEL",
    "944": "AZN",
    "860": "UZS",
    "972": "TJS",
    "498": "MDL",
    "941": "RSD",
    "124": "CAD",
    "036": "AUD",
    "985": "PLN",
    "203": "CZK",
    "752": "SEK",
    "578": "NOK",
    "208": "DKK",
}
_TWENTY_DIGITS = re.compile(r"[0-9]{20}\Z")
_IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}\Z")
_ALIASES = {"RUR": "RUB"}


def bare(account: str) -> str:
    """An account number without spaces and points."""
    return account if account.isalnum() else re.sub(r"[\s.]", "", account)


def own_number(text: str, ours: Container[str]) -> str:
    """An own account's number as the books write it: its letters and digits; the empty string where there is none."""
    number = bare(text)
    return number if number in ours else letters_and_digits(number)


def letters_and_digits(number: str) -> str:
    """An account number without what it is written in groups by: the form in which the books keep one."""
    return "".join(char for char in number if char.isalnum())


def masked(account: str) -> str:
    """Kind and currency of the account and its last four digits: enough for its owner to know it."""
    if not account.isalnum():
        return "…"
    return f"{account[:8]}…{account[-4:]}" if len(account) >= 16 else f"…{account[-4:]}"


def currency_in_number(account: str) -> str | None:
    """The currency that digits 6-8 of a twenty-digit account name; None where they name none we know."""
    return _NUMERIC.get(account[5:8]) if _TWENTY_DIGITS.match(account) else None


def currency_code(text: str) -> str:
    """A three-letter code as banks write it, ``RUR`` for RUB included; otherwise the text itself."""
    code = text.strip().upper()
    return _ALIASES.get(code) or _NUMERIC.get(code) or code


def own_currency(account: str, stated: str | None, context: Context, place: str) -> str:
    """The currency of an own account; ``stated`` is what the file says, if it does.

    ``InputError`` when the account is none of ours, or the currency is unknown or another one.
    """
    ours = context.accounts
    if ours is not None and account not in ours and not context.any_account:
        raise InputError(
            _("the statement is of an account that is not ours: {account}").format(account=masked(account)),
            place=place,
            why=_("Its number is not among the bank accounts in the books."),
            remedy=_(
                "Record the account with its number first: compliance record account. Nothing was loaded."
            ),
        )
    known = (ours or {}).get(account) or None
    currency = stated or known
    if currency is None:
        raise InputError(
            _("the currency of account {account} is unknown").format(account=masked(account)),
            place=place,
            why=_("The file does not say it, and the number has no currency code that we know."),
            remedy=_("Record the account with its currency first: compliance record account."),
        )
    if known is not None and currency != known:
        raise InputError(
            _("account {account} is in another currency in the books than in the file").format(
                account=masked(account)
            ),
            place=place,
            why=_("In the books: {currency}.").format(currency=known),
            remedy=_("Check the account in the books, and that the file is the right one."),
        )
    return currency


def iban_country(account: str) -> str:
    """The country of a valid IBAN (ISO 13616, check digits by ISO 7064 mod 97-10), else the empty string."""
    if not _IBAN.match(account):
        return ""
    moved = account[4:] + account[:4]
    return account[:2] if int("".join(str(int(char, 36)) for char in moved)) % 97 == 1 else ""


def zero_note(n: int) -> str:
    """What to tell about ``n`` entries that move no money."""
    return ngettext(
        "{n} entry moves no money and was left out.", "{n} entries move no money and were left out.", n
    ).format(n=n)
