"""Hostile and odd workbooks: read right, or refused with what, where and what to do."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date, datetime
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compliance import xlsx
from compliance.errors import InputError
from compliance.xlsx import read_workbook

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PARTS = {
    "[Content_Types].xml": "<Types xmlns='http://schemas.openxmlformats.org/package/2006/content-types'/>",
    "xl/workbook.xml": f"<workbook xmlns='{MAIN}' xmlns:r='{REL}'><sheets>"
    "<sheet name='S' sheetId='1' r:id='r1'/></sheets></workbook>",
    "xl/_rels/workbook.xml.rels": "<Relationships xmlns='http://schemas.openxmlformats.org/package/2006/relationships'>"
    "<Relationship Id='r1' Target='worksheets/sheet1.xml'/></Relationships>",
}


def book(cells: str = "", *, sheet: str = "", **parts: str | None) -> bytes:
    """A minimal workbook; ``parts`` replace members (``workbook`` means xl/workbook.xml) or drop them."""
    rows = f"<row r='1'>{cells}</row>"
    members = dict(PARTS)
    members["xl/worksheets/sheet1.xml"] = (
        sheet or f"<worksheet xmlns='{MAIN}'><sheetData>{rows}</sheetData></worksheet>"
    )
    names = {
        "types": "[Content_Types].xml",
        "workbook": "xl/workbook.xml",
        "rels": "xl/_rels/workbook.xml.rels",
    }
    for key, text in parts.items():
        name = names.get(key, key)
        if text is None:
            del members[name]
        else:
            members[name] = text
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    return data.getvalue()


def rows_of(rows: str) -> str:
    return f"<worksheet xmlns='{MAIN}'><sheetData>{rows}</sheetData></worksheet>"


def first(data: bytes) -> dict[int, object]:
    return dict(read_workbook(data, "book.xlsx")[0].rows.get(1, {}))


def saved(workbook: openpyxl.Workbook) -> bytes:
    data = io.BytesIO()
    workbook.save(data)
    return data.getvalue()


def twice() -> bytes:
    data = io.BytesIO(book())
    with zipfile.ZipFile(data, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("xl/workbook.xml", PARTS["xl/workbook.xml"])
    return data.getvalue()


def encrypted_member() -> bytes:
    data = bytearray(book())
    at = data.rindex(b"PK\x01\x02")
    data[at + 8] |= 1
    return bytes(data)


def hidden(what: str) -> bytes:
    workbook = openpyxl.Workbook()
    page = workbook.active
    assert page is not None
    page["B2"] = "x"
    if what == "sheet":
        workbook.create_sheet("more").sheet_state = "hidden"
    elif what == "very":
        workbook.create_sheet("more").sheet_state = "veryHidden"
    elif what == "row":
        page.row_dimensions[2].hidden = True
    else:
        page.column_dimensions["B"].hidden = True
    return saved(workbook)


DTD = "<?xml version='1.0'?><!DOCTYPE x [<!ENTITY a 'aaaaaaaaaa'>]>"
HOSTILE = [
    ("not a zip", lambda: b"%PDF-1.7", "not a whole XLSX"),
    ("empty", lambda: b"", "not a whole XLSX"),
    ("cut", lambda: book()[:-30], "not a whole XLSX"),
    ("encrypted file", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "password"),
    ("encrypted member", encrypted_member, "password"),
    ("member twice", twice, "twice"),
    ("bomb", lambda: book(**{"xl/media/image1.bin": "0" * 40_000_000}), "far more"),
    ("many members", lambda: book(**{f"x/{at}": "" for at in range(600)}), "far more"),
    ("climbing name", lambda: book(**{"../../evil": "x"}), "dangerous name"),
    ("macros", lambda: book(**{"xl/vbaProject.bin": "x"}), "macros"),
    ("macro type", lambda: book(types="<Types>application/vnd.ms-excel.sheet.macroEnabled.main+xml</Types>"), "macros"),
    ("external link", lambda: book(**{"xl/externalLinks/externalLink1.xml": "x"}), "other files"),
    ("DTD in sheet", lambda: book(sheet=DTD + "<x>&a;</x>"), "document type"),
    ("DTD in workbook", lambda: book(workbook=DTD + PARTS["xl/workbook.xml"]), "document type"),
    ("broken part", lambda: book(sheet="<worksheet><row>"), "broken"),
    ("no sheet part", lambda: book(rels="<Relationships/>"), "not a whole XLSX"),
    ("no workbook", lambda: book(workbook=None), "not a whole XLSX"),
    ("hidden sheet", lambda: hidden("sheet"), "hidden sheet"),
    ("very hidden sheet", lambda: hidden("very"), "hidden sheet"),
    ("hidden row", lambda: hidden("row"), "hidden row or column"),
    ("hidden column", lambda: hidden("column"), "hidden row or column"),
    ("1904", lambda: book(workbook=PARTS["xl/workbook.xml"].replace("<sheets>", "<workbookPr date1904='1'/><sheets>")), "1904"),
    ("formula without result", lambda: book("<c r='A1'><f>1+1</f></c>"), "no stored result"),
    ("error", lambda: book("<c r='A1' t='e'><v>#DIV/0!</v></c>"), "ends in an error"),
    ("far row", lambda: book(sheet=rows_of("<row r='1048576'><c r='A1048576'><v>1</v></c></row>")), "far away"),
    ("far row without reference", lambda: book(sheet=rows_of("<row r='1048576'><c><v>1</v></c></row>")), "far away"),
    ("far column", lambda: book("<c r='XFD1'><v>1</v></c>"), "far away"),
    ("huge text", lambda: book(f"<c r='A1' t='str'><v>{'x' * 40_000}</v></c>"), "too long"),
    ("cell twice", lambda: book("<c r='A1'><v>1</v></c><c r='A1'><v>2</v></c>"), "one cell twice"),
    ("NaN", lambda: book("<c r='A1'><v>NaN</v></c>"), "no proper number"),
    ("underscores", lambda: book("<c r='A1'><v>1_000</v></c>"), "no proper number"),
    ("Arabic digits", lambda: book("<c r='A1'><v>١٢</v></c>"), "no proper number"),
    ("exponent", lambda: book("<c r='A1'><v>1e999</v></c>"), "no proper number"),
    ("text that is not there", lambda: book("<c r='A1' t='s'><v>7</v></c>"), "broken"),
    ("cell of another row", lambda: book("<c r='A2'><v>7</v></c>"), "broken"),
    ("row before the first", lambda: book(sheet=rows_of("<row r='-1'><c><v>7</v></c></row>")), "broken"),
]  # fmt: skip


@pytest.mark.parametrize(("data", "said"), [item[1:] for item in HOSTILE], ids=[item[0] for item in HOSTILE])
def test_hostile(data: object, said: str) -> None:
    assert callable(data)
    with pytest.raises(InputError) as caught:
        read_workbook(data(), "book.xlsx")
    assert said in caught.value.what
    assert caught.value.place.startswith("book.xlsx")
    assert caught.value.remedy


def test_the_place_is_the_cell() -> None:
    with pytest.raises(InputError) as caught:
        read_workbook(book("<c r='C1' t='e'><v>#REF!</v></c>"), "book.xlsx")
    assert caught.value.place == "book.xlsx:S!C1"


def test_cells_without_references_stand_where_they_come() -> None:
    """References may be left out (ECMA-376, 18.3.1.4 and 18.3.1.73); some programs do so."""
    cells = (
        "<row><c><v>1</v></c><c/><c><v>2</v></c></row><row r='4'><c r='B4'><v>3</v></c><c><v>4</v></c></row>"
    )
    [read] = read_workbook(book(sheet=rows_of(cells)), "book.xlsx")
    assert read.rows == {1: {1: 1, 3: 2}, 4: {2: 3, 3: 4}}
    workbook = openpyxl.Workbook()
    for values in (["Day", "Sum"], ["one", 2.5], ["two", 3]):
        workbook.worksheets[0].append(values)
    data = saved(workbook)
    bare = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as was, zipfile.ZipFile(bare, "w") as now:
        for name in was.namelist():
            text = was.read(name)
            now.writestr(name, re.sub(rb' r="[A-Z]*[0-9]+"', b"", text) if "worksheets/" in name else text)
    assert bare.getvalue() != data
    assert read_workbook(bare.getvalue(), "book.xlsx") == read_workbook(data, "book.xlsx")


def test_a_sheet_of_too_many_rows_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx, "MAX_ROWS", 3)
    with pytest.raises(InputError, match="more than 3 rows"):
        read_workbook(book(sheet=rows_of("<row><c><v>1</v></c></row>" * 4)), "book.xlsx")


def test_values() -> None:
    workbook = openpyxl.Workbook()
    page = workbook.active
    assert page is not None
    page.append(["text", 12.5, True, datetime(2025, 12, 31), "=B1*2", None, 1e-7, "  "])
    data = saved(workbook)
    # openpyxl stores no result with a formula; a spreadsheet program does.
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist()}
    name = "xl/worksheets/sheet1.xml"
    parts[name] = (
        parts[name].replace("<v></v>", "<v>25</v>").replace("<v />", "<v>25</v>").replace("<v/>", "<v>25</v>")
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for key, text in parts.items():
            archive.writestr(key, text)
    assert first(out.getvalue()) == {
        1: "text", 2: Decimal("12.5"), 3: True, 4: date(2025, 12, 31), 5: Decimal(25), 7: Decimal("1E-7"), 8: "  ",
    }  # fmt: skip


CELLS = st.one_of(
    st.text(st.characters(min_codepoint=32, exclude_categories=["Cs", "Co", "Cn"]), min_size=1, max_size=40),
    st.integers(-(10**12), 10**12),
    st.decimals(-(10**9), 10**9, places=2, allow_nan=False),
    st.booleans(),
    st.dates(date(1950, 1, 1), date(2200, 1, 1)),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(CELLS, min_size=1, max_size=12))
def test_what_openpyxl_writes_is_read_back(values: list[object]) -> None:
    workbook = openpyxl.Workbook()
    page = workbook.active
    assert page is not None
    for column, value in enumerate(values, start=1):
        cell = page.cell(1, column)
        cell.value = value  # type: ignore[assignment]
        if isinstance(value, str):
            cell.data_type = "s"
    read = first(saved(workbook))
    for column, value in enumerate(values, start=1):
        wanted = (
            Decimal(str(value)) if isinstance(value, int | Decimal) and not isinstance(value, bool) else value
        )
        assert read[column] == wanted
