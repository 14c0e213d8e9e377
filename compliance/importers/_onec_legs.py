"""What a document of a 1C statement does to the accounts of the file.

It counts for an own account as payer on ``ДатаСписано`` and as payee on ``ДатаПоступило``. Where
both sides are accounts of the file each needs its own date: banks print such a transfer once with
both dates, or once for each side, or twice with both (then ``Leg.again`` marks the second print).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from functools import lru_cache
from hashlib import blake2b
from typing import NamedTuple

from compliance.errors import InputError
from compliance.i18n import _
from compliance.importers._onec_records import Fields, Records
from compliance.importers.accounts import bare, currency_in_number, iban_country
from compliance.importers.identity import normalised
from compliance.importers.model import Party, StatementLine
from compliance.money import NO_CURRENCY, AmountGrammar, parse_amount

_GRAMMAR = AmountGrammar(decimal=".,")
_DAY = re.compile(r"(\d{2})\.(\d{2})\.(\d{4})\Z", re.ASCII)
_YEARS = range(1990, 2101)
_TAX_ID_BEFORE_NAME = re.compile(r"ИНН\s*[0-9]{0,12}\s+")
_NO_TAX_ID = re.compile(r"[0\s-]*\Z")
_PAIRED = (
    "Номер",
    "Дата",
    "Сумма",
    "ДатаСписано",
    "ДатаПоступило",
    "ПлательщикСчет",
    "ПолучательСчет",
    "НазначениеПлатежа",
)


class Leg(NamedTuple):
    """``amount_minor`` signed, 0 for a document that moves nothing; ``number``: the line it starts on."""

    account: str
    amount_minor: int
    on: date
    number: int
    again: bool
    fields: Fields


def legs(records: Records, open_pairs: set[bytes], currencies: Mapping[str, str]) -> Iterator[Leg]:
    """Every movement of every account of the file. ``open_pairs`` ends empty if no transfer stands alone.

    ``currencies``: by account, for numbers that do not say theirs.
    """
    own: set[str] = set()
    known = 0
    place = records.source.place

    def currency(account: str) -> str:
        return currency_in_number(account) or currencies.get(account, NO_CURRENCY)

    for number, fields in records.documents():
        if known != len(records.sections) or not own:
            stated = [bare(section.get("РасчСчет", "")) for _line, section in records.sections[known:]]
            own.update(account for account in (*records.accounts, *stated) if account)
            known = len(records.sections)
        payer, payee = _side(fields, "Плательщик", own), _side(fields, "Получатель", own)
        if not payer and not payee:
            raise _of_no_account(place(number))
        out_on, in_on = fields.get("ДатаСписано", "").strip(), fields.get("ДатаПоступило", "").strip()
        if not out_on and not in_on:
            # An order that still waits moved nothing; if it did, the sums will not meet.
            records.waiting.append(number)
            continue
        again = False
        if payer and payee:
            if out_on and in_on:
                again = _toggle(open_pairs, fields)
        else:
            out_on = in_on = (out_on or in_on) if payer else (in_on or out_on)
        if payer and out_on:
            on = day_of(out_on, "ДатаСписано", place(number))
            yield Leg(payer, -_sum(fields, currency(payer), place(number)), on, number, again, fields)
        if payee and in_on:
            on = day_of(in_on, "ДатаПоступило", place(number))
            yield Leg(payee, _sum(fields, currency(payee), place(number)), on, number, again, fields)


def _side(fields: Fields, who: str, own: set[str]) -> str:
    """The own account that pays or is paid; the empty string if it is somebody else's."""
    for name in (who + "Счет", who + "РасчСчет"):
        account = bare(fields.get(name, ""))
        if account in own:
            return account
    return ""


def _toggle(open_pairs: set[bytes], fields: Fields) -> bool:
    """Whether the same transfer was seen an odd number of times before: then this is its second print."""
    text = "\n".join(fields.get(name, "").strip() for name in _PAIRED)
    key = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()
    if key in open_pairs:
        open_pairs.remove(key)
        return True
    open_pairs.add(key)
    return False


def _sum(fields: Fields, currency: str, place: str) -> int:
    amount = money_of(fields.get("Сумма", "").strip(), currency, "Сумма", place)
    if amount < 0:
        raise _bad_amount("Сумма", place)
    return amount


def money_of(text: str, currency: str, name: str, place: str) -> int:
    """Minor units of an amount with a point or a comma and no grouping; ``InputError`` otherwise."""
    try:
        return parse_amount(text, currency, _GRAMMAR)
    except ValueError:
        raise _bad_amount(name, place) from None


def _bad_amount(name: str, place: str) -> InputError:
    return InputError(
        _("the amount in {field} cannot be read").format(field=name),
        place=place,
        why=_("An amount is digits with a point or a comma and two digits, such as 1234.50."),
        remedy=_("Download the statement from the bank again. Nothing was loaded."),
    )


@lru_cache(maxsize=1024)
def _day(text: str) -> date | None:
    if not (match := _DAY.match(text)):
        return None
    day, month, year = (int(part) for part in match.groups())
    try:
        return date(year, month, day) if year in _YEARS else None
    except ValueError:
        return None


def day_of(text: str, name: str, place: str) -> date:
    """``31.12.2025``; ``InputError`` for anything else, and for days outside 1990 to 2100."""
    if (day := _day(text)) is None:
        raise InputError(
            _("the date in {field} is not a day of the calendar").format(field=name),
            place=place,
            why=_("A date is written as day.month.year, such as 31.12.2025."),
            remedy=_("Download the statement from the bank again. Nothing was loaded."),
        )
    return day


def _of_no_account(place: str) -> InputError:
    return InputError(
        _("neither side of the payment is an account of this statement"),
        place=place,
        why=_("The file may be damaged, or payments of another account got into it."),
        remedy=_("Download the statement from the bank again. Nothing was loaded."),
    )


def not_done(place: str) -> InputError:
    return InputError(
        _("the payment has no date on which the bank carried it out"),
        place=place,
        why=_("It may be an order that is still waiting: those are not part of a statement."),
        remedy=_("Choose the statement for 1C in the bank's export, not the payment orders."),
    )


def line_of(leg: Leg, currency: str, place: str) -> StatementLine:
    """The line that a movement becomes."""
    fields = leg.fields
    who = "Плательщик" if leg.amount_minor > 0 else "Получатель"
    get = fields.get
    account = bare(get(who + "РасчСчет") or get(who + "Счет", ""))
    tax_id = get(who + "ИНН", "").strip()
    banks = (get(who + "Банк1", "").strip(), get(who + "Банк2", "").strip())
    party = Party(
        name=get(who + "1", "").strip() or _TAX_ID_BEFORE_NAME.sub("", get(who, "").strip(), count=1),
        tax_id="" if _NO_TAX_ID.match(tax_id) else tax_id,
        account=account,
        bic=get(who + "БИК", "").strip(),
        bank_name=", ".join(part for part in banks if part),
        country=iban_country(account),
    )
    return StatementLine(
        on=leg.on,
        amount_minor=leg.amount_minor,
        currency=currency,
        bank_ref=get("Номер", "").strip(),
        kind=get("СекцияДокумент", "").strip(),
        counterparty=party,
        purpose=_purpose(fields),
        place=place,
    )


def _purpose(fields: Fields) -> str:
    """The whole purpose. ``НазначениеПлатежа`` repeats its numbered lines, or is the first of them."""
    whole = fields.get("НазначениеПлатежа", "").strip()
    numbered = [fields.get(f"НазначениеПлатежа{number}", "").strip() for number in range(1, 7)]
    joined = " ".join(part for part in numbered if part)
    if not joined:
        return whole
    ours, theirs = normalised(whole), normalised(joined)
    if theirs in ours:
        return whole
    return joined if ours in theirs else f"{whole} {joined}"
