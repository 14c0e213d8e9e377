"""The European Central Bank's euro reference rates: eurofxref as XML or CSV, of a day or since 1999; the data portal's CSV.

Format: ecb.europa.eu, "Euro foreign exchange reference rates". One euro costs so many units; ``N/A``
where none was fixed. CSV: ``Date`` and a column a currency, a comma at the end; the day is
``2025-11-20`` (history) or ``20 November 2025`` (daily). The portal (data.ecb.europa.eu, dataset EXR) has a row
a rate: of its columns ``FREQ CURRENCY CURRENCY_DENOM TIME_PERIOD OBS_VALUE`` are read, and only days (``D``).
"""

from __future__ import annotations

import csv
import io
import re
from datetime import date
from typing import Any

from compliance.errors import InputError
from compliance.i18n import _
from compliance.periods import parse_day
from compliance.ratefiles.model import Published, currency_of, rate_of, xml_root

NAME = "European Central Bank"
_CUBE = "{http://www.ecb.int/vocabulary/2002-08-01/eurofxref}Cube"
_HEADER = re.compile(rb"(?:\xef\xbb\xbf)?\s*Date\s*,\s*[A-Z]{3}\s*,")
_WORDS = re.compile(r"([0-9]{1,2}) ([A-Z][a-z]+) ([0-9]{4})\Z", re.ASCII)
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_NONE = ("", "N/A", "-", "NaN")
_PORTAL = ("FREQ", "CURRENCY", "CURRENCY_DENOM", "TIME_PERIOD", "OBS_VALUE")
_PORTAL_HEADER = re.compile(rb"(?:\xef\xbb\xbf)?\"?KEY\"?,\"?FREQ\"?,\"?CURRENCY\"?,\"?CURRENCY_DENOM\"?,")


def identify(head: bytes) -> bool:
    if b"http://www.ecb.int/vocabulary/2002-08-01/eurofxref" in head:
        return True
    return _HEADER.match(head) is not None or _PORTAL_HEADER.match(head) is not None


def read(data: bytes, place: str) -> list[Published]:
    found = _xml(data, place) if data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<") else _csv(data, place)
    if not found:
        raise InputError(_("this is not a file of rates"), place=place)
    return found


def _xml(data: bytes, place: str) -> list[Published]:
    found = []
    for days in xml_root(data, place).iter(_CUBE):
        if days.get("time") is None:
            continue
        on = _day(days.get("time", ""), place)
        for item in days.findall(_CUBE):
            where = f"{place}: {on.isoformat()} {item.get('currency', '?')[:3]}"
            rate, _nominal = rate_of(item.get("rate", ""), "1", where)
            found.append(Published("EUR", currency_of(item.get("currency", ""), where), on, rate))
    return found


def _csv(data: bytes, place: str) -> list[Published]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError(_("the file is not UTF-8 text"), place=place) from None
    rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    found: list[Published] = []
    try:
        if _PORTAL_HEADER.match(data):
            return _portal(rows, place)
        header = [cell.strip() for cell in next(rows, [])]
        columns = [
            (at, currency_of(cell, f"{place}:1")) for at, cell in enumerate(header[1:], start=1) if cell
        ]
        if len({name for _at, name in columns}) != len(columns):
            raise InputError(_("the first line names a currency twice"), place=f"{place}:1")
        for row in rows:
            where = f"{place}:{rows.line_num}"
            if not any(cell.strip() for cell in row):
                continue
            if len(row) < len(columns) + 1:
                raise InputError(_("the line is cut off"), place=where, remedy=_("Download the file again."))
            on = _day(row[0], where)
            for at, name in columns:
                if row[at].strip() not in _NONE:
                    found.append(Published("EUR", name, on, rate_of(row[at], "1", where)[0]))
    except csv.Error:
        raise InputError(
            _("the line is cut off"), place=f"{place}:{rows.line_num}", remedy=_("Download the file again.")
        ) from None
    return found


def _portal(rows: Any, place: str) -> list[Published]:
    """A row a rate: so many units of ``CURRENCY`` for one of ``CURRENCY_DENOM``."""
    header = next(rows)
    lacking = [name for name in _PORTAL if name not in header]
    if lacking:
        raise InputError(
            _("the table lacks the columns {names}").format(names=", ".join(lacking)), place=f"{place}:1"
        )
    at = {name: header.index(name) for name in _PORTAL}
    found = []
    for row in rows:
        where = f"{place}:{rows.line_num}"
        if not row:
            continue
        if len(row) < len(header):
            raise InputError(_("the line is cut off"), place=where, remedy=_("Download the file again."))
        frequency, quote, currency, on, rate = (row[at[name]].strip() for name in _PORTAL)
        if frequency != "D":
            raise InputError(
                _("the file holds averages, not rates of days"),
                place=where,
                remedy=_("Choose daily rates (frequency D) in the portal and download again."),
            )
        if rate not in _NONE:
            pair = currency_of(currency, where), currency_of(quote, where)
            found.append(Published(*pair, _day(on, where), rate_of(rate, "1", where)[0]))
    return found


def _day(text: str, place: str) -> date:
    text = text.strip()
    match = _WORDS.match(text)
    try:
        if match is None:
            return parse_day(text)
        return date(int(match[3]), _MONTHS.index(match[2]) + 1, int(match[1]))
    except ValueError:
        raise InputError(
            _("the day of the rates cannot be read"), place=place, remedy=_("Download the file again.")
        ) from None
