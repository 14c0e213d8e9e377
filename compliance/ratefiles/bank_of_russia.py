"""The Bank of Russia: XML_daily (all currencies of a day) and XML_dynamic (one currency over days).

Format: cbr.ru, "Получение данных, используя XML". Windows-1251, days as DD.MM.YYYY, a decimal comma,
rates for ``Nominal`` units. XML_dynamic names its currency only by the bank's own code (XML_valFull).
A rate set for a day stands until the next one; days without a record are not in the file.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from compliance.errors import InputError
from compliance.i18n import _
from compliance.ratefiles.model import Published, currency_of, rate_of, xml_root

NAME = "Банк России"
QUOTE = "RUB"
_DAY = re.compile(r"([0-9]{2})[./]([0-9]{2})[./]([0-9]{4})\Z", re.ASCII)
CODES = {
    "R01010": "AUD", "R01020A": "AZN", "R01035": "GBP", "R01060": "AMD", "R01090B": "BYN", "R01100": "BGN",
    "R01115": "BRL", "R01135": "HUF", "R01150": "VND", "R01200": "HKD", "R01210": "GEL", "R01215": "DKK",
    "R01235": "USD", "R01239": "EUR", "R01270": "INR", "R01335": "KZT", "R01350": "CAD", "R01370": "KGS",
    "R01375": "CNY", "R01500": "MDL", "R01535": "NOK", "R01565": "PLN", "R01670": "TJS", "R01717": "UZS",
    "R01720": "UAH", "R01760": "CZK", "R01770": "SEK", "R01775": "CHF", "R01810": "ZAR", "R01815": "KRW",
    "R01820": "JPY",
}  # fmt: skip
"""The bank's codes of currencies, those that an organisation meets."""


def identify(head: bytes) -> bool:
    return re.search(rb"<ValCurs[\s>]", head) is not None


def read(data: bytes, place: str) -> list[Published]:
    root = xml_root(data, place)
    if root.tag != "ValCurs":
        raise InputError(_("this is not a file of rates"), place=place)
    records = root.findall("Record")
    if records:
        return [_record(item, root.get("ID", ""), f"{place}: {item.get('Date', '?')}") for item in records]
    on = _day(root.get("Date", ""), place)
    return [_valute(item, on, f"{place}: {_text(item, 'CharCode')}") for item in root.findall("Valute")]


def _record(item: Any, code: str, place: str) -> Published:
    own = (item.get("Id") or code).strip()
    if own not in CODES:
        raise InputError(
            _("the bank's code {code} of the currency is not known to the program").format(code=own[:20]),
            place=place,
            remedy=_("Download the rates of each day instead (XML_daily): they name the currency."),
        )
    rate, nominal = rate_of(_text(item, "Value"), _text(item, "Nominal"), place)
    return Published(CODES[own], QUOTE, _day(item.get("Date", ""), place), rate, nominal)


def _valute(item: Any, on: date, place: str) -> Published:
    rate, nominal = rate_of(_text(item, "Value"), _text(item, "Nominal"), place)
    return Published(currency_of(_text(item, "CharCode"), place), QUOTE, on, rate, nominal)


def _text(item: Any, name: str) -> str:
    found = item.find(name)
    return ((found.text if found is not None else None) or "").strip()


def _day(text: str, place: str) -> date:
    match = _DAY.match(text.strip())
    try:
        if match is None:
            raise ValueError
        return date(int(match[3]), int(match[2]), int(match[1]))
    except ValueError:
        raise InputError(
            _("the day of the rates cannot be read"), place=place, remedy=_("Download the file again.")
        ) from None
