"""The samples of XLSX statements, one deviation each; ``python tests/statements/workbooks.py`` writes them.

Made of bare XML parts with fixed dates, so that the files are always the same bytes.
"""

from __future__ import annotations

import io
import sys
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from xml.sax.saxutils import escape

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent.parent))

from statements.profiles import PROFILES

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"


@dataclass(frozen=True)
class Raw:
    """A cell's own XML, after ``<c r="A1"``."""

    xml: str


Cell = str | int | float | date | Raw | None


def _letter(column: int) -> str:
    return chr(64 + column)


def _cell(value: Cell, place: str) -> str:
    if value is None:
        return ""
    if isinstance(value, Raw):
        return f'<c r="{place}"{value.xml}</c>'
    if isinstance(value, date):
        return f'<c r="{place}" s="1"><v>{(value - date(1899, 12, 30)).days}</v></c>'
    if isinstance(value, str):
        return f'<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>'
    return f'<c r="{place}"><v>{value}</v></c>'


def workbook(*sheets: tuple[str, Sequence[Sequence[Cell]]], hidden: int = 0, book: str = "") -> bytes:
    """``hidden`` is the number of a hidden row; ``book`` goes into workbook.xml before the sheets."""
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="{KIND}.sheet.main+xml"/><Override PartName="/xl/styles.xml" ContentType="{KIND}.styles+xml"/>'
        + "".join(f'<Override PartName="/xl/worksheets/sheet{at}.xml" ContentType="{KIND}.worksheet+xml"/>' for at in range(1, len(sheets) + 1))
        + "</Types>",
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r1" Type="{REL}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{REL}">{book}<sheets>'
        + "".join(f'<sheet name="{escape(name)}" sheetId="{at}" r:id="r{at}"/>' for at, (name, _rows) in enumerate(sheets, 1))
        + "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships">'
        + "".join(f'<Relationship Id="r{at}" Type="{REL}/worksheet" Target="worksheets/sheet{at}.xml"/>' for at in range(1, len(sheets) + 1))
        + f'<Relationship Id="s" Type="{REL}/styles" Target="styles.xml"/></Relationships>',
        "xl/styles.xml": f'<styleSheet xmlns="{MAIN}"><fonts count="1"><font/></fonts><fills count="1"><fill/></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="2"><xf/><xf numFmtId="14" applyNumberFormat="1"/></cellXfs></styleSheet>',
    }  # fmt: skip
    for at, (_name, rows) in enumerate(sheets, 1):
        body = "".join(
            f'<row r="{number}"{" hidden=" + chr(34) + "1" + chr(34) if number == hidden else ""}>'
            + "".join(_cell(value, f"{_letter(column)}{number}") for column, value in enumerate(row, 1))
            + "</row>"
            for number, row in enumerate(rows, 1)
            if row
        )
        parts[f"xl/worksheets/sheet{at}.xml"] = (
            f'<worksheet xmlns="{MAIN}"><sheetData>{body}</sheetData></worksheet>'
        )
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(
                zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)),
                f'<?xml version="1.0" encoding="UTF-8"?>\n{text}',
            )
    return data.getvalue()


HEAD: list[Cell] = list(PROFILES["primer-bank"].names)
GIFT: list[Cell] = [
    "03.11.2025",
    "1",
    "ООО «Пример; Мебель»",
    "0000000123",
    "40702810900000000011",
    "500,00",
    None,
    "Взнос «на зиму»",
    "1 500,00",
]
RENT: list[Cell] = [
    "14.11.2025",
    "2",
    "Example Shop",
    "0000000123",
    "40702810900000000011",
    None,
    "150,25",
    "Аренда",
    "1 349,75",
]
TOTAL: list[Cell] = ["Итого", None, None, None, None, "500,00", "150,25"]
PLAIN: list[list[Cell]] = [HEAD, GIFT, RENT, TOTAL]


def changed(row: list[Cell], **cells: Cell) -> list[Cell]:
    """``a="x"`` puts it into column A."""
    found = list(row) + [None] * 12
    for letter, value in cells.items():
        found[ord(letter) - 97] = value
    while found and found[-1] is None:
        found.pop()
    return found


def spaced(row: list[Cell]) -> list[Cell]:
    """As with merged cells: an empty column after each, one before the first."""
    return [None, *(cell for value in row for cell in (value, None))]


GOOD: dict[str, bytes] = {
    "plain": workbook(("Лист1", PLAIN)),
    "days_and_numbers": workbook(("Лист1", [HEAD, changed(GIFT, a=date(2025, 11, 3), b=1, f=500, i=1500), changed(RENT, a=date(2025, 11, 14), g=150.25, i=1349.75)])),
    "float_noise": workbook(("Лист1", [HEAD, changed(GIFT, f=Raw("><v>500.00000000000006</v>"), i=Raw("><v>1500</v>")), changed(RENT, g=Raw("><v>150.25</v>"), i=Raw("><v>1.3497500000000001E3</v>"))])),
    "title_above": workbook(("Лист1", [["Выписка по счёту"], [], ["АНО «Тридевятая слобода»"], *PLAIN])),
    "merged_columns": workbook(("Лист1", [spaced(row) for row in PLAIN])),
    "second_sheet": workbook(("Обложка", [["Выписка"]]), ("Движение", PLAIN)),
    "line_feed_in_cell": workbook(("Лист1", [HEAD, changed(GIFT, h="Взнос\n«на зиму»"), RENT])),
    "newest_first": workbook(("Лист1", [HEAD, RENT, GIFT])),
    "formula_with_result": workbook(("Лист1", [HEAD, GIFT, changed(RENT, i=Raw("><f>1500-150.25</f><v>1349.75</v>"))])),
}  # fmt: skip

BAD: dict[str, tuple[bytes, str, str]] = {
    "formula_without_result": (workbook(("Лист1", [HEAD, GIFT, changed(RENT, i=Raw("><f>1500-150.25</f>"))])), ":Лист1!I3", "no stored result"),
    "hidden_row": (workbook(("Лист1", PLAIN), hidden=3), ":Лист1!A3", "hidden row or column"),
    "days_from_1904": (workbook(("Лист1", PLAIN), book='<workbookPr date1904="1"/>'), "", "counts days from 1904"),
    "account_as_number": (workbook(("Лист1", [HEAD, changed(GIFT, e=40702810900000000011), RENT])), ":Лист1!2", "last digits are lost"),
    "value_beside_the_table": (workbook(("Лист1", [HEAD, changed(GIFT, k="note"), RENT])), ":Лист1!2", "cells where the header has"),
    "header_on_two_sheets": (workbook(("Лист1", PLAIN), ("Лист2", PLAIN)), "", "header stands on several sheets"),
    "text_date": (workbook(("Лист1", [HEAD, changed(GIFT, a="3 ноября 2025"), RENT])), ":Лист1!2", "date cannot be read"),
    "row_missing": (workbook(("Лист1", [HEAD, GIFT, changed(RENT, i="1 300,00")])), ":Лист1!3", "lacks 49.75"),
    "other_header": (workbook(("Лист1", [changed(HEAD, h="Основание"), GIFT, RENT])), "", "no profile has the header"),
    "error_cell": (workbook(("Лист1", [HEAD, GIFT, changed(RENT, g=Raw(' t="e"><v>#REF!</v>'))])), ":Лист1!G3", "ends in an error"),
    "cut": (workbook(("Лист1", PLAIN))[:900], "", "not a whole XLSX"),
}  # fmt: skip
"""Name -> bytes, the place behind the file's name, a part of the message."""


def files() -> dict[str, bytes]:
    good = {f"xlsx_{name}.xlsx": data for name, data in GOOD.items()}
    return good | {f"refused/xlsx_{name}.xlsx": data for name, (data, _place, _said) in BAD.items()}


REFUSED = {f"xlsx_{name}.xlsx": (place, said) for name, (_data, place, said) in BAD.items()}

if __name__ == "__main__":
    for path, data in files().items():
        (Path(__file__).parent / path).write_bytes(data)
