"""A small table that somebody keeps in a spreadsheet: CSV or XLSX, columns known by their headings."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from compliance.errors import InputError
from compliance.files import MiB, read_input
from compliance.i18n import _

_CAP = 8 * MiB
_ROWS = 20_000


@dataclass(frozen=True, slots=True)
class TableRow:
    """One filled row: ``values`` by column name, as text; ``place`` for messages."""

    place: str
    values: Mapping[str, str]

    def wrong(self, what: str, remedy: str = "") -> InputError:
        return InputError(what, place=self.place, remedy=remedy)


def read_table(file: Path, columns: Mapping[str, Sequence[str]], *, needed: Sequence[str]) -> list[TableRow]:
    """The rows under the first filled row. ``columns``: our name of a column -> its headings, whatever the case.

    ``InputError`` for an unknown or missing heading; nothing is guessed.
    """
    data = read_input(file, cap=_CAP)
    rows = _xlsx(data, str(file)) if data[:2] == b"PK" else _csv(data, str(file))
    filled = [(place, cells) for place, cells in rows if any(cells.values())]
    if not filled:
        raise InputError(_("the table is empty"), place=str(file))
    if len(filled) > _ROWS:
        raise InputError(_("the table has too many rows"), place=str(file))
    (place, heads), *body = filled
    names = _named(heads, columns, needed, place)
    return [
        TableRow(
            place, {names[at]: text.strip() for at, text in cells.items() if at in names and text.strip()}
        )
        for place, cells in body
    ]


def _named(
    heads: Mapping[int, str], columns: Mapping[str, Sequence[str]], needed: Sequence[str], place: str
) -> dict[int, str]:
    known = {word.casefold(): name for name, words in columns.items() for word in (name, *words)}
    names: dict[int, str] = {}
    for at, head in heads.items():
        if not head.strip():
            continue
        name = known.get(head.strip().casefold())
        if name is None or name in names.values():
            raise InputError(
                _("the heading “{head}” is unknown or there twice").format(head=head.strip()[:40]),
                place=place,
                remedy=_("Headings may be: {names}").format(names=", ".join(columns)),
            )
        names[at] = name
    missing = [name for name in needed if name not in names.values()]
    if missing:
        raise InputError(
            _("a column is missing: {names}").format(names=", ".join(missing)),
            place=place,
            remedy=_("Headings may be: {names}").format(names=", ".join(columns)),
        )
    return names


def _csv(data: bytes, place: str) -> list[tuple[str, dict[int, str]]]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError(
            _("the file is not UTF-8 text"), place=place, remedy=_("Save it as CSV UTF-8, or as XLSX.")
        ) from None
    first = text.split("\n", 1)[0]
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=";" if ";" in first else ",", strict=True)
    found = []
    try:
        for row in rows:
            found.append((f"{place}:{rows.line_num}", dict(enumerate(row))))
    except csv.Error:
        raise InputError(_("the row is not whole"), place=f"{place}:{rows.line_num}") from None
    return found


def _xlsx(data: bytes, place: str) -> list[tuple[str, dict[int, str]]]:
    from compliance.xlsx import one_sheet, read_workbook

    sheet = one_sheet(read_workbook(data, place), place)
    return [
        (f"{place}:{sheet.name}!{number}", {at: _text(value) for at, value in cells.items()})
        for number, cells in sorted(sheet.rows.items())
    ]


def _text(value: str | Decimal | bool | date | None) -> str:
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return value.isoformat() if isinstance(value, date) else str(value)
