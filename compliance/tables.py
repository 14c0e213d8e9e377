"""A plain table that people or other programs hand over, CSV or XLSX, as rows of cells with their place.

For files without a bank's arithmetic: registers, account cards, day books. What a workbook may hide
is refused by ``xlsx``; a CSV must be whole and in one of the encodings below. Cells of a CSV are
text, those of a workbook may be numbers and days; ``day_of`` and ``minor_of`` read either.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from compliance.errors import InputError
from compliance.i18n import _
from compliance.money import MAX_MINOR, SPACES, AmountGrammar, exponent, minus_first, parse_amount
from compliance.xlsx import MAX_BYTES, Value, one_sheet, read_workbook

__all__ = ["AMOUNTS", "MAX_BYTES", "Row", "day_of", "encoding_of", "minor_of", "read_table", "text_of"]

AMOUNTS = AmountGrammar(decimal=".,", group=SPACES)
"""``1 234,56`` and ``1234.56``: what spreadsheets and accounting programs write as text."""
_MAX_ROWS = 200_000
_TIME = r"[0-9:]{4,8}(?:\.[0-9]{1,9})?(?: ?[+-](?!00:?00)[0-9]{2}:?[0-9]{2})?"
"""Of the place's own clock: of one in UTC the day may be another one here."""
_DATES = (
    re.compile(rf"(?P<d>[0-9]{{1,2}})\.(?P<m>[0-9]{{1,2}})\.(?P<Y>[0-9]{{4}})(?:,? {_TIME})?\Z"),
    re.compile(r"(?P<d>[0-9]{1,2})\.(?P<m>[0-9]{1,2})\.(?P<Y>[0-9]{2})\Z"),
    re.compile(rf"(?P<Y>[0-9]{{4}})-(?P<m>[0-9]{{2}})-(?P<d>[0-9]{{2}})(?:[T ]{_TIME})?\Z"),
)
_DELIMITERS = ";\t,"


@dataclass(frozen=True, slots=True)
class Row:
    """``cells`` by column from 0; trailing empty ones are left out. ``place`` is FILE:LINE or FILE:SHEET!ROW."""

    place: str
    cells: tuple[Value, ...]

    def at(self, column: int | None) -> Value:
        """``None`` beyond the end, for an empty cell, and for no column at all."""
        return self.cells[column] if column is not None and column < len(self.cells) else None

    def text(self, column: int | None) -> str:
        return text_of(self.at(column))

    @property
    def texts(self) -> list[str]:
        return [text_of(cell) for cell in self.cells]


def read_table(
    data: bytes, place: str, *, delimiter: str = "", sheet: str = "", option: str = ""
) -> list[Row]:
    """Every filled row of a CSV, or of one sheet of a workbook (``xlsx.one_sheet``). ``InputError`` for what is neither.

    Without a ``delimiter`` the one that parts most lines is taken: semicolon, tab or comma.
    """
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        return _sheet(data, place, sheet, option)
    text = data.decode(encoding_of(data, place))
    if "\0" in text:
        raise InputError(_("this is neither a CSV file nor a workbook"), place=place)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter or _delimiter(text), strict=True)
    rows: list[Row] = []
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                rows.append(_row(f"{place}:{reader.line_num}", [cell.strip() or None for cell in cells]))
            if len(rows) > _MAX_ROWS:
                raise InputError(_("the table has too many rows"), place=place)
    except csv.Error:
        raise InputError(
            _("a quotation mark in this row has no partner"), place=f"{place}:{reader.line_num}"
        ) from None
    return rows


def encoding_of(data: bytes, place: str) -> str:
    """UTF-8 where the bytes are that, else UTF-16 by its mark, else windows-1251."""
    marked = data[:2] in (b"\xff\xfe", b"\xfe\xff")
    for name in ("utf-16",) if marked else ("utf-8-sig", "windows-1251"):
        try:
            data.decode(name)
        except UnicodeDecodeError:
            continue
        return name
    raise InputError(
        _("the encoding of the file cannot be told"), place=place, remedy=_("Save it as CSV in UTF-8.")
    )


def _delimiter(text: str) -> str:
    lines = [line for line in text.splitlines()[:60] if line.strip()]
    return max(_DELIMITERS, key=lambda sign: sum(sign in line for line in lines))


def _sheet(data: bytes, place: str, name: str, option: str) -> list[Row]:
    sheet = one_sheet(read_workbook(data, place), place, name, option=option)
    return [
        _row(f"{place}:{sheet.name}!{number}", [cells.get(at) for at in range(1, max(cells) + 1)])
        for number, cells in sorted(sheet.rows.items())
        if any(map(text_of, cells.values()))
    ]


def _row(place: str, cells: Sequence[Value]) -> Row:
    last = max((at for at, cell in enumerate(cells, 1) if cell is not None), default=0)
    return Row(place, tuple(cells[:last]))


def text_of(cell: Value) -> str:
    if cell is None:
        return ""
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, Decimal):
        return f"{cell.normalize():f}"  # 80.09999999999999, as some programs store 80.1, has noughts behind
    return str(cell).strip()


def day_of(cell: Value, place: str) -> date:
    """``31.12.2025``, ``31.12.25`` or ``2025-12-31``, the long ones also with a time behind (of the place's own clock), or a workbook's own day."""
    if isinstance(cell, date):
        return cell
    for pattern in _DATES:
        if match := pattern.match(text_of(cell)):
            try:
                year = int(match["Y"]) + (2000 if len(match["Y"]) == 2 else 0)
                found = date(year, int(match["m"]), int(match["d"]))
            except ValueError:
                break
            if 1990 <= found.year <= 2200:
                return found
    raise InputError(_("a day was expected, such as 31.12.2025"), place=place)


def minor_of(cell: Value, currency: str, place: str, grammar: AmountGrammar = AMOUNTS) -> int:
    """Signed minor units; an empty cell is 0. ``InputError`` for what is no amount, or has too many decimals."""
    if cell is None:
        return 0
    if isinstance(cell, Decimal):
        scaled = round(cell, 6).scaleb(exponent(currency))
        if scaled == scaled.to_integral_value() and abs(scaled) < MAX_MINOR:
            return int(scaled)
    elif isinstance(cell, str):
        try:
            return parse_amount(minus_first(cell), currency, grammar)
        except ValueError:
            pass
    raise InputError(_("an amount was expected, such as 12500.50"), place=place)
