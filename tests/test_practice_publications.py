"""Each publication file is what its name says, measured by other libraries than the one that wrote it."""

from __future__ import annotations

import io
from pathlib import Path

import pikepdf
import pypdfium2 as pdfium
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from compliance.practice.paper import Run, pdf
from compliance.practice.publications import Publication, cut, publications, write_publications
from compliance.practice.register import publications as register

LABEL = (
    "ПРОБНАЯ ПЛАШКА: ЭТОТ МАТЕРИАЛ СДЕЛАН УЧЕБНЫМ ЦЕНТРОМ «Центр соседских инициатив»"
    " ЛИБО КАСАЕТСЯ ДЕЯТЕЛЬНОСТИ УЧЕБНОГО ЦЕНТРА «Центр соседских инициатив»"
)
OLD = "Данный материал создан учебным центром по старому порядку"
FILES = {item.name: item for item in publications(LABEL, OLD)}


def words(text: str) -> str:
    return " ".join(text.split())


def pdf_text(data: bytes) -> str:
    document = pdfium.PdfDocument(data)
    assert len(document) == 1
    return words(document[0].get_textpage().get_text_range())


def sizes(item: Publication) -> set[float]:
    with pikepdf.open(io.BytesIO(item.data)) as document:
        content = pikepdf.parse_content_stream(document.pages[0])
        return {float(step.operands[1]) for step in content if str(step.operator) == "Tf"}


def test_same_words_same_bytes(tmp_path: Path) -> None:
    assert [item.data for item in publications(LABEL, OLD)] == [item.data for item in FILES.values()]
    paths = write_publications(tmp_path, LABEL, OLD)
    assert paths["poster.pdf"] == tmp_path / "original" / "poster.pdf"
    assert all(paths[name].read_bytes() == item.data for name, item in FILES.items())


def test_every_file_of_the_register_exists() -> None:
    named = {item.file for item in register()[0] if item.file}
    assert named <= FILES.keys()


@pytest.mark.parametrize("name", [name for name in FILES if name.endswith((".txt", ".md"))])
def test_text_files(name: str) -> None:
    item = FILES[name]
    text, found = words(item.data.decode()), words(item.data.decode()).find(LABEL)
    if item.met:
        assert 0 <= found <= len("# Встреча соседей 29 декабря ")
    elif item.why == "label at the end":
        assert text.endswith(LABEL)
    else:
        assert found == -1
    assert (OLD in text) == (item.why == "wording of 2020")


def test_posters_are_wrong_in_one_way() -> None:
    right = FILES["poster-right.pdf"]
    assert sizes(right) == {40, 34, 16}
    assert LABEL in pdf_text(right.data)
    assert sizes(FILES["poster-small.pdf"]) == {40, 26, 16}
    assert LABEL in pdf_text(FILES["poster-white.pdf"].data)
    assert LABEL not in pdf_text(FILES["poster-lookalike.pdf"].data)
    assert OLD in pdf_text(FILES["poster-2020.pdf"].data)
    assert pdf_text(FILES["poster-end.pdf"].data).endswith(LABEL)
    assert LABEL not in pdf_text(FILES["poster.pdf"].data)


def dark(data: bytes) -> int:
    """Dark pixels of the page as it is shown."""
    picture = pdfium.PdfDocument(data)[0].render(scale=0.5, grayscale=True).to_pil()
    return sum(picture.histogram()[:128])


def test_white_label_is_not_seen_and_crop_cuts() -> None:
    assert dark(FILES["poster-white.pdf"].data) < dark(FILES["poster-right.pdf"].data) / 2
    cropped = pdfium.PdfDocument(FILES["poster-crop.pdf"].data)[0]
    assert cropped.get_size() == (297, 842)
    with pikepdf.open(io.BytesIO(FILES["poster-crop.pdf"].data)) as document:
        assert [int(side) for side in document.pages[0].mediabox] == [0, 0, 595, 842]


def test_pictures() -> None:
    flyer = FILES["flyer.png"].data
    with Image.open(io.BytesIO(flyer)) as picture:
        assert picture.size == (800, 600)
    with Image.open(io.BytesIO(cut(flyer, 0.25, "top"))) as picture:
        assert picture.size == (800, 450)


@given(st.text(alphabet="АБВгдеёжзABCxyz0123456789«»№.,-", min_size=1, max_size=40))
def test_what_is_written_can_be_read(text: str) -> None:
    assert pdf_text(pdf([Run(40, 700, 16, text)])).replace(" ", "") == text


def test_the_channels_of_december(tmp_path: Path) -> None:
    """As DEMO tells: all posts of the main channel right; a branch's post without the label; one names a listed person."""
    from test_times import CONFIG
    from workbench import empty

    from compliance.practice import channels

    bench = empty(tmp_path / "books", CONFIG)
    words = bench.run("label", "text", "--medium", "post", "--on", "2025-12-01").out.splitlines()[0]
    channels.write_channels(bench.folder, words, OLD)
    main = bench.call("channel", "check", str(bench.folder / "telegram" / "result.json"), "--format", "json")
    assert (main.code, [row["state"] for row in main.rows]) == (0, ["right"] * 29)
    branch = bench.call("channel", "check", str(bench.folder / "telegram-branch"), "--format", "json")
    assert {row["published_on"]: row["state"] for row in branch.rows if row["state"] != "right"} == {
        "2025-12-19": "missing"
    }
    taken = ("--list", "l", "--column", channels.HEADING, "--dated", channels.DATED.isoformat())
    bench.run("mentions", "import", str(bench.folder / channels.LIST), *taken)
    (bench.folder / "post.txt").write_bytes(FILES["post-mention.txt"].data)
    assert [
        row["said"]
        for row in bench.call("mentions", "check", str(bench.folder / "post.txt"), "--format", "json").rows
    ] == ["Пётр Небывалый-Примерный"]
