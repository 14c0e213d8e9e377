"""XLSX: stamped is detected, other programs open it, removed is the original, forgeries and hostile files are told."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import python_calamine
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.drawing.image import Image
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.styles.colors import Color
from openpyxl.workbook.defined_name import DefinedName
from PIL import Image as Picture

from compliance.errors import InputError
from compliance.labels import door, xlsx
from tests.media.documents import members, packed, spoilt
from tests.media.labels import FORMER, TEXT, label, not_met

LABEL = label()
Page = Any


def book(fill: Callable[[Page], None], *, body: int = 40) -> bytes:
    """A workbook of openpyxl: what ``fill`` does to its first sheet, and rows of text below."""
    made = openpyxl.Workbook()
    page = made.active
    assert page is not None
    fill(page)
    for row in range(10, 10 + body):
        page.cell(row, 1, f"Строка {row}: чай, пирог и двор")
        page.cell(row, 2, row * 100)
    return saved(made)


def saved(made: openpyxl.Workbook) -> bytes:
    data = io.BytesIO()
    made.save(data)
    return data.getvalue()


def nothing(_page: Page) -> None:
    return None


def second_shown(page: Page) -> None:
    page.parent.create_sheet("Второй")["A1"] = "Итоги"
    page.parent.active = 1


def names_of_sheets(page: Page) -> None:
    second_shown(page)
    page.defined_names["Итог"] = DefinedName("Итог", attr_text="Sheet!$B$10")
    page.parent["Второй"].print_title_rows = "1:1"
    page.parent["Второй"]["B1"] = "=Sheet!B10"


def first_hidden(page: Page) -> None:
    page.parent.create_sheet("Видимый")["A1"] = "Слова " * 30
    page.sheet_state = "hidden"
    page.parent.active = 1


def taken(page: Page) -> None:
    page.title = "Пометка"


def large(page: Page) -> None:
    for row in range(10, 50):
        page.cell(row, 1).font = Font(size=14)


def by_xlsxwriter() -> bytes:
    data = io.BytesIO()
    with xlsxwriter.Workbook(data) as made:
        page = made.add_worksheet("Отчёт")
        page.write("A1", "Отчёт о встречах")
        for row in range(3, 40):
            page.write(row, 0, f"Встреча {row}")
        chart = made.add_chart({"type": "column"})
        chart.add_series({"values": "=Отчёт!$A$3:$A$9"})
        page.insert_chart("D2", chart)
        made.define_name("Всё", "=Отчёт!$A$1:$A$9")
    return data.getvalue()


AWKWARD = {
    "plain": book(nothing),
    "second sheet shown": book(second_shown),
    "names and print titles": book(names_of_sheets),
    "first sheet hidden": book(first_hidden),
    "a sheet of our name": book(taken),
    "larger text": book(large),
    "numbers only": book(nothing, body=0),
    "by XlsxWriter, with a chart": by_xlsxwriter(),
}


@pytest.mark.parametrize("name", AWKWARD)
def test_stamped_is_detected_and_removed_is_the_original(name: str) -> None:
    data = AWKWARD[name]
    made = xlsx.stamp(data, LABEL).data
    found = xlsx.detect(made, LABEL)
    assert not_met(found) == set(), found.criteria
    assert found.ok or name == "numbers only"
    before, after = members(data), members(made)
    changed = {part for part in before if before[part] != after[part]}
    assert {
        "[Content_Types].xml",
        "xl/workbook.xml",
        "xl/_rels/workbook.xml.rels",
        "xl/styles.xml",
    } <= changed
    assert all(part.startswith("xl/worksheets/sheet") for part in changed if part.count("sheet"))
    assert xlsx.stamp(made, LABEL).data == made
    bare = xlsx.remove(made, LABEL)
    assert bare is not None
    assert members(bare.data) == before
    assert xlsx.remove(data, LABEL) is None


@pytest.mark.parametrize("name", AWKWARD)
def test_other_programs_open_it_with_the_label_first(name: str, tmp_path: Path) -> None:
    data = AWKWARD[name]
    made = xlsx.stamp(data, LABEL).data
    was, now = (python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(item)) for item in (data, made))
    assert now.sheet_names[1:] == was.sheet_names
    assert now.get_sheet_by_index(0).to_python() == [[TEXT]]
    for title in was.sheet_names:
        assert now.get_sheet_by_name(title).to_python() == was.get_sheet_by_name(title).to_python()
    opened = openpyxl.load_workbook(io.BytesIO(made))
    assert opened.active is not None
    assert opened.active.title == opened.sheetnames[0] == now.sheet_names[0]
    assert [page.sheet_view.tabSelected for page in opened].count(True) == 1
    assert {item: names_in(openpyxl.load_workbook(io.BytesIO(data))[item]) for item in was.sheet_names} == {
        item: names_in(opened[item]) for item in was.sheet_names
    }


def names_in(page: Page) -> dict[str, Any]:
    """Names that belong to a sheet: they must not have moved to its neighbour."""
    return {key: item.attr_text for key, item in page.defined_names.items()} | {
        "titles": page.print_title_rows
    }


@settings(deadline=None, max_examples=30)
@given(st.lists(st.text(st.characters(codec="utf-8", exclude_categories=("C",)), max_size=60), max_size=6))
def test_any_text_is_restored(texts: list[str]) -> None:
    def fill(page: Page) -> None:
        for row, text in enumerate(texts, start=1):
            page.cell(row, 1).value = text
            page.cell(row, 1).data_type = "s"

    data = book(fill, body=3)
    made = xlsx.stamp(data, LABEL).data
    assert not_met(xlsx.detect(made, LABEL)) == set()
    bare = xlsx.remove(made, LABEL)
    assert bare is not None
    assert members(bare.data) == members(data)


def told(change: Callable[[Page, Page], None] | None = None, text: Any = TEXT) -> bytes:
    """The label as a person would put it: a wide wrapped cell on top; then changed by a forger."""

    def fill(page: Page) -> None:
        page.column_dimensions["A"].width = 120
        cell = page["A1"]
        cell.value = text
        cell.font = Font(size=22, color="FF000000")
        cell.alignment = Alignment(wrap_text=True)
        if change is not None:
            change(page, cell)

    return book(fill)


def setter(**fields: Any) -> Callable[[Page, Page], None]:
    def change(_page: Page, cell: Page) -> None:
        for key, value in fields.items():
            setattr(cell, key, value)

    return change


def hide_row(page: Page, _cell: Page) -> None:
    page.row_dimensions[1].hidden = True


def hide_column(page: Page, _cell: Page) -> None:
    page.column_dimensions["A"].hidden = True


def low_row(page: Page, _cell: Page) -> None:
    page.row_dimensions[1].height = 24


def narrow(page: Page, cell: Page) -> None:
    page.column_dimensions["A"].width = 12
    cell.alignment = Alignment(wrap_text=False)
    page["B1"] = "рядом"


def last_sheet(page: Page, cell: Page) -> None:
    other = page.parent.create_sheet("Конец")
    other["A1"], cell.value = cell.value, None
    other["A1"].font = Font(size=22)


def hidden_sheet(page: Page, cell: Page) -> None:
    last_sheet(page, cell)
    page.parent["Конец"].sheet_state = "veryHidden"


def in_a_comment(_page: Page, cell: Page) -> None:
    from openpyxl.comments import Comment

    cell.value, cell.comment = None, Comment(TEXT, "x")


PART = CellRichText(TextBlock(InlineFont(sz=22), TEXT[:40]), TextBlock(InlineFont(sz=6), TEXT[40:]))
FORGED = {
    "struck through": (told(setter(font=Font(size=22, strike=True))), "visible"),
    "white": (told(setter(font=Font(size=22, color="FFFFFFFF"))), "contrast"),
    "pale by a tint": (told(setter(font=Font(size=22, color=Color(theme=1, tint=0.75)))), "contrast"),
    "white by the theme": (told(setter(font=Font(size=22, color=Color(theme=0)))), "contrast"),
    "its ground's colour": (
        told(setter(font=Font(size=22, color="FF102030"), fill=PatternFill("solid", fgColor="FF102030"))),
        "contrast",
    ),
    "small": (told(setter(font=Font(size=16))), "font_ratio"),
    "tiny": (told(setter(font=Font(size=1))), "visible"),
    "a part of it small": (told(text=PART), "font_ratio"),
    "raised": (told(setter(font=Font(size=22, vertAlign="superscript"))), "font_ratio"),
    "not shown by its format": (told(setter(number_format=";;;")), "visible"),
    "hidden row": (told(hide_row), "visible"),
    "hidden column": (told(hide_column), "visible"),
    "in a row too low": (told(low_row), "visible"),
    "cut by its neighbour": (told(narrow), "visible"),
    "on the last sheet": (told(last_sheet), "position"),
    "on a hidden sheet": (told(hidden_sheet), "visible"),
    "in a comment": (told(in_a_comment), "wording"),
    "look-alike": (told(text=TEXT.replace("А", "A", 1)), "wording"),
    "shortened": (told(text=TEXT[:50]), "wording"),
    "an earlier law's": (told(text=FORMER), "wording"),
    "a formula's letters": (told(text=f'="{TEXT[:200]}"'), "wording"),
}


def test_a_font_of_symbols_has_to_be_looked_at() -> None:
    found = xlsx.detect(told(setter(font=Font(size=22, name="Wingdings"))), LABEL)
    assert not_met(found) == set()
    assert not found.ok


@pytest.mark.parametrize("name", FORGED)
def test_forgeries_are_rejected(name: str) -> None:
    data, kind = FORGED[name]
    assert kind in not_met(xlsx.detect(data, LABEL)), xlsx.detect(data, LABEL).criteria


def under_a_picture(page: Page, _cell: Page) -> None:
    data = io.BytesIO()
    Picture.new("RGB", (1200, 300), "white").save(data, "PNG")
    data.seek(0)
    page.add_image(Image(data), "A1")


def by_a_rule(page: Page, _cell: Page) -> None:
    page.conditional_formatting.add("A1:A3", CellIsRule("notEqual", ["0"], font=Font(color="FFFFFFFF")))


DOUBTFUL = {
    "under a picture": told(under_a_picture),
    "under a rule of the sheet": told(by_a_rule),
    "turned": told(setter(alignment=Alignment(text_rotation=90))),
    "shrunk": told(setter(alignment=Alignment(shrink_to_fit=True))),
}


@pytest.mark.parametrize("name", DOUBTFUL)
def test_what_has_to_be_looked_at_is_said(name: str) -> None:
    assert xlsx.detect(DOUBTFUL[name], LABEL).verdict == "not_measurable"


def test_right_by_hand() -> None:
    assert xlsx.detect(told(), LABEL).ok

    def merged(page: Page, cell: Page) -> None:
        page.column_dimensions["A"].width = 12
        page.merge_cells("A1:J8")
        for row in range(1, 9):
            page.row_dimensions[row].height = 40
        cell.alignment = Alignment(wrap_text=True)

    assert xlsx.detect(told(merged), LABEL).ok


def test_a_workbook_saved_anew_is_not_torn() -> None:
    made = xlsx.stamp(AWKWARD["plain"], LABEL).data
    again = saved(openpyxl.load_workbook(io.BytesIO(made)))
    assert xlsx.detect(again, LABEL).ok
    assert xlsx.remove(again, LABEL) is None
    parts = members(made)
    parts["xl/styles.xml"] = parts["xl/styles.xml"].replace(b"Calibri", b"Georgia")
    with pytest.raises(InputError, match="changed since"):
        xlsx.stamp(packed(dict(parts)), LABEL)


HOSTILE = {
    "cut": AWKWARD["plain"][:900],
    "nothing": packed({"a": "x"}),
    "no sheets": packed({"_rels/.rels": "<a/>", "xl/workbook.xml": "<a/>", "xl/_rels/workbook.xml.rels": "<a/>"}),
    "entities": packed({**members(AWKWARD["plain"]), "xl/workbook.xml": '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}),
    "locked": b"\xd0\xcf\x11\xe0" + b"\0" * 600,
    "no styles": packed({
        key: re.sub(rb"<Relationship [^>]*styles[^>]*/>", b"", value)
        for key, value in members(AWKWARD["plain"]).items()
        if key != "xl/styles.xml"
    }),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_are_told(name: str) -> None:
    with pytest.raises(InputError):
        xlsx.stamp(HOSTILE[name], LABEL)


def test_signed_is_refused() -> None:
    signed = packed({**members(AWKWARD["plain"]), "_xmlsignatures/origin.sigs": b"x"})
    with pytest.raises(InputError, match="signed"):
        xlsx.stamp(signed, LABEL)


def test_by_the_door_in_a_process_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "смета.xlsx"
    path.write_bytes(AWKWARD["plain"])
    made = door.apply_file(path, LABEL)
    assert made.path.name == "смета.labelled.xlsx"
    assert made.verification.ok
    assert path.read_bytes() == AWKWARD["plain"]
    assert members(
        door.remove_file(made.path, LABEL, out=tmp_path / "bare.xlsx").path.read_bytes()
    ) == members(AWKWARD["plain"])


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_any_spoilt_value_is_told_or_read(data: st.DataObject) -> None:
    """Values and parts spoilt one at a time: an `InputError`, or a verdict; never anything else."""
    made = spoilt(data.draw(st.sampled_from([AWKWARD["plain"], told(), told(under_a_picture)])), data)
    try:
        xlsx.detect(made, LABEL)
        xlsx.stamp(made, LABEL)
    except InputError:
        pass
