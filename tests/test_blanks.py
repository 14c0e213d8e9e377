"""Captions proposed from the official blank: read from real files, confirmed by a person, one by one."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from workbench import RUSSIAN, Bench, at_terminal, empty

from compliance.errors import InputError
from compliance.reports import blanks, pdf

SPENT = "Израсходовано денежных средств всего"
CAPTIONS = (
    "Приложение № 1",
    "расходы, связанные с оплатой труда (включая начисления)",
    SPENT.upper(),
    "Иные расходы:",
)


def xlsx(texts: tuple[str, ...]) -> bytes:
    book = openpyxl.Workbook()
    for number, text in enumerate(texts, start=1):
        book.active.cell(row=number * 2, column=1 + number % 3, value=text)  # type: ignore[union-attr]
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def packed(**members: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml"), text)
    return made.getvalue()


def docx(texts: tuple[str, ...]) -> bytes:
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    half = "".join(f"<w:p><w:r><w:t>{t[:7]}</w:t></w:r><w:r><w:t>{t[7:]}</w:t></w:r></w:p>" for t in texts)
    return packed(
        word__document_xml=f"<w:document {space}><w:body><w:tbl>{half}</w:tbl></w:body></w:document>"
    )


def ods(texts: tuple[str, ...]) -> bytes:
    space = 'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
    return packed(
        content_xml=f"<office:body {space}>"
        + "".join(f"<text:p>{t}</text:p>" for t in texts)
        + "</office:body>"
    )


@pytest.mark.parametrize("make", [xlsx, docx, ods], ids=["xlsx", "docx", "ods"])
def test_every_format_gives_its_words_in_order(make: object) -> None:
    assert blanks.words_of(make(CAPTIONS), "blank") == list(CAPTIONS)  # type: ignore[operator]


def test_what_is_like_what_is_same_and_what_is_not_there() -> None:
    ours = {
        "pay": "расходы, связанные с оплатой труда (включая начисления)",
        "all": SPENT,
        "other": "иные расходы",
        "near": "Приложение № 2",
        "ours": "[Приложение № 1]",
        "none": "расходы на стипендии",
    }
    found = {item.id: item for item in blanks.propose(ours, CAPTIONS)}
    assert [found[key].same for key in ("pay", "all", "other")] == [True] * 3
    assert (found["near"].same, found["near"].found) == (False, "Приложение № 1")
    assert (found["ours"].same, found["ours"].found) == (
        False,
        "Приложение № 1",
    )  # a working title of ours is no proof
    assert found["none"].found == ""


BOMB = packed(content_xml="<a>" + "x" * (70 * 1024 * 1024) + "</a>")
HOSTILE = {
    "empty": b"",
    "text": b"plain words",
    "cut": xlsx(CAPTIONS)[:-200],
    "bomb": BOMB,
    "entities": packed(content_xml='<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'),
    "nothing": packed(other_xml="<a/>"),
    "broken xml": packed(word__document_xml="<w:document"),
    "pdf": b"%PDF-1.7 no more",
    "no words": ods(()),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_are_refused(name: str) -> None:
    with pytest.raises(InputError):
        blanks.words_of(HOSTILE[name], name)


@given(st.binary(max_size=300))
def test_anything_is_refused_or_read(data: bytes) -> None:
    for start in (b"", b"PK\x03\x04", b"%PDF-1.4\n"):
        try:
            blanks.read(start + data, "f")
        except InputError:
            continue


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return empty(tmp_path / "w", RUSSIAN)


def test_our_own_print_as_the_blank_is_found_again_caption_by_caption(bench: Bench) -> None:
    """What the renderer wrote another path reads back: the PDF's text layer."""
    bench.run("report", "money", "2025-Q4", "--out", str(bench.folder / "out"))
    rows = bench.rows("forms", "confirm", "money", "--from", str(bench.folder / "out" / "money-2025-Q4.pdf"))
    lost = [row["caption"] for row in rows if not row["blank"]]
    assert len(lost) <= len(rows) // 5, lost
    assert all(row["likeness"] == 1 or row["blank"] != row["text"] for row in rows if row["blank"])


def test_enter_takes_the_blanks_words_and_minus_leaves_one_open(bench: Bench) -> None:
    rows = bench.rows("forms", "confirm", "money")
    first, second, third = (row["text"] for row in rows[:3])
    (bench.folder / "blank.xlsx").write_bytes(
        xlsx((first.strip("[]") + " (тыс. руб.)", second.upper(), third))
    )
    words = ("forms", "confirm", "money", "--from", "blank.xlsx")
    code, _said = at_terminal(bench.folder, ["", "", "-", "."], *words)
    assert code == 0
    after = {row["caption"]: row for row in bench.rows("forms", "confirm", "money")}
    assert [after[row["caption"]]["confirmed"] for row in rows[:3]] == [True, True, False]
    assert after[rows[0]["caption"]]["text"] == first.strip("[]") + " (тыс. руб.)"


def test_a_wrong_file_is_told(bench: Bench) -> None:
    (bench.folder / "x.docx").write_bytes(b"no")
    assert "XLSX, ODS, DOCX, PDF" in bench.fail(
        3, "forms", "confirm", "money", "--from", str(bench.folder / "x.docx")
    )


def test_cells_side_by_side_are_no_word_and_what_lies_off_the_page_is_not_read() -> None:
    row = "<td>Приёмная</td><td>x</td><td>раз: территориальнообщественноесамоуправление: 1</td><td>8619</td><td>y</td>"
    sheet = "<!DOCTYPE html><html lang=ru><body><table class=grid style='width: 150mm'><tr>{row}</tr></table>{more}</body></html>"
    off = "<p style='position: absolute; left: 300mm; width: 50mm'>снаружи</p>"
    words = " ".join(
        blanks.words_of(pdf.render(sheet.format(row=row, more="")).data, "x.pdf", whole=True)
    ).split()
    assert {"Приёмная", "1", "8619", "y"} <= set(words)
    assert "снаружи" not in " ".join(
        blanks.words_of(pdf.render(sheet.format(row=row, more=off)).data, "x.pdf", whole=True)
    )
