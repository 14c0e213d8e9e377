"""Statements as XLSX, by the same profiles as CSV (``compliance.profiles``).

The sheet and the row of the header are found by the header's cells; columns that a bank leaves empty
between them do not matter. The rows then go the way of a CSV. What a workbook may hide is refused by
``compliance.xlsx``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from compliance.errors import InputError
from compliance.i18n import N_, _
from compliance.importers import csvbank
from compliance.importers._csv_kept import kept_cell
from compliance.importers._days import written
from compliance.importers.model import Context, Statement
from compliance.importers.scramble import Span
from compliance.importers.source import Source

if TYPE_CHECKING:
    from compliance.profiles import CsvProfile
    from compliance.xlsx import Sheet, Value

NAME = "xlsx"
LIMITED = True
SIGN = N_("XLSX: a row with the cells of a profile's header")
_HEADER_WITHIN = 100
"""Rows: what a bank prints above the table is never longer."""
_DIGITS_KEPT = 10**15


def identify(head: bytes, context: Context) -> bool:
    """A zip with the parts of a workbook; whether a profile has its header is seen when it is read."""
    return head.startswith(b"PK\x03\x04") and b"word/" not in head[:4096] and (
        b"xl/" in head or b"[Content_Types].xml" in head
    )  # fmt: skip


def kept(text: str, context: Context) -> Iterable[Span]:
    """Of one cell: all of it, if it is a header, a label, a day, an amount or a currency."""
    return [(0, len(text))] if kept_cell(text, context.profiles.values()) else []


def read(source: Source, context: Context) -> list[Statement]:
    """One `Statement` an account; ``InputError`` when the workbook, its rows, sums or days are not in order."""
    from compliance.files import too_large
    from compliance.xlsx import MAX_BYTES, read_workbook

    if source.size > MAX_BYTES:
        raise too_large(source.name, MAX_BYTES)
    sheets = read_workbook(b"".join(source.chunks()), source.name)
    found = [
        (name, profile, sheet, row)
        for name, profile in context.profiles.items()
        for sheet in sheets
        if profile.sheet in (None, sheet.name) and (row := header_row(sheet, profile))
    ]
    if context.profile in context.profiles:
        found = [item for item in found if item[0] == context.profile]
    if not found:
        raise InputError(
            _("no profile has the header of a table in this workbook"),
            place=source.name,
            why=_("Profiles in schedules.yaml: {names}.").format(
                names=", ".join(sorted(context.profiles)) or "-"
            ),
            remedy=_("Describe the table; this shows how: compliance profile propose FILE."),
        )
    if len({name for name, *_rest in found}) > 1:
        raise InputError(
            _("it is not clear which profile the file belongs to"),
            place=source.name,
            why=_("Profiles with this header: {names}.").format(
                names=", ".join(sorted({name for name, *_rest in found}))
            ),
            remedy=_("Name one of them: --profile NAME."),
        )
    if len(found) > 1:
        raise InputError(
            _("the header stands on several sheets: {names}").format(
                names=", ".join(repr(sheet.name) for _name, _profile, sheet, _row in found)
            ),
            place=source.name,
            remedy=_("Say which one in the profile: sheet: NAME."),
        )
    _name, profile, sheet, row = found[0]
    text = "\n".join(_lines(source, sheet, profile, row)) + "\n"
    plain = profile.model_copy(update={"encoding": "utf-8", "quote": '"', "multiline": False})
    table = _SheetSource.of_bytes(text.encode("utf-8", "replace"), f"{source.name}:{sheet.name}")
    return csvbank.read_table(table, plain, context)


def header_row(sheet: Sheet, profile: CsvProfile) -> int | None:
    """The number of the row that holds the header's cells, empty ones left out."""
    wanted = profile.header_rows
    if profile.under is None:
        wanted = [[name for name in wanted[0] if name]]
    for number in sorted(sheet.rows)[:_HEADER_WITHIN]:
        columns, rows = header_columns(sheet, number, len(wanted)), range(number, number + len(wanted))
        if [[_said(sheet.rows.get(row, {}).get(at)) for at in columns] for row in rows] == wanted:
            return number
    return None


def header_columns(sheet: Sheet, number: int, rows: int) -> list[int]:
    """The columns that have a text in some of the ``rows`` from ``number`` on."""
    header = [sheet.rows.get(row, {}) for row in range(number, number + rows)]
    return sorted({at for cells in header for at, value in cells.items() if _said(value)})


def _said(value: Value | None) -> str:
    return " ".join(value.split()) if isinstance(value, str) else ""


@dataclass(frozen=True, slots=True)
class _SheetSource(Source):
    """The sheet's rows as text lines with the same numbers."""

    def place(self, number: int) -> str:
        return f"{self.name}!{number}"


def _lines(source: Source, sheet: Sheet, profile: CsvProfile, header: int) -> Iterator[str]:
    """The sheet as lines of a CSV, row for row."""
    columns = header_columns(sheet, header, 1 if profile.under is None else 2)
    date_at = profile.names.index(profile.columns.date)
    named = [at for at, name in enumerate(profile.names) if name]
    for number in range(1, max(sheet.rows) + 1):
        cells = sheet.rows.get(number, {})
        place = f"{source.name}:{sheet.name}!{number}"
        if number == header:
            yield profile.header
            continue
        if number == header + 1 and profile.under is not None:
            yield profile.under
            continue
        texts = {at: _text(value, profile, place) for at, value in cells.items()}
        row = [""] * len(profile.names)
        for at, column in zip(named, columns, strict=True):
            row[at] = texts.get(column, "") if number > header else ""
        beside = [text for at, text in sorted(texts.items()) if text and at not in columns]
        if number < header or (beside and not row[date_at]):
            row = [text for _at, text in sorted(texts.items()) if text]
        else:
            # A value under no header would be lost: the row is too long then, and refused.
            row += beside
        yield profile.delimiter.join(_quoted(text, profile) for text in row)


def _text(value: Value, profile: CsvProfile, place: str) -> str:
    """A cell as the profile would write it."""
    if isinstance(value, date):
        return written(value, profile.dates[0])
    if isinstance(value, Decimal):
        if abs(value) >= _DIGITS_KEPT:
            raise InputError(
                _("a long number is stored as a number: its last digits are lost"),
                place=place,
                remedy=_("Ask the bank for another format, or for account numbers as text."),
            )
        return f"{value.normalize():f}".replace(".", profile.decimal[0])
    if isinstance(value, str):
        # A line feed inside a cell parts no rows here.
        return " ".join(value.split("\n")).replace("\r", "").replace("\0", "\ufffd")
    return "" if value is None else str(value)


def _quoted(text: str, profile: CsvProfile) -> str:
    if profile.delimiter in text or '"' in text:
        return '"' + text.replace('"', '""') + '"'
    return text
