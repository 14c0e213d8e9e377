"""What becomes of a label on its way: pictures packed, shrunk and cropped; texts cut; pages without their styles."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image, ImageDraw
from test_labels_letters import BODY, book, letter
from test_labels_odt import made_odt
from test_labels_odt import para as block
from test_labels_pptx import deck_of, saved
from test_labels_svg import told
from test_labels_xlsx import book as sheets
from test_labels_xlsx import nothing
from test_times import CONFIG
from workbench import Bench, empty

from compliance.labels import email, epub, pptx, survive, video, xlsx
from compliance.labels.model import Label, Requirement
from compliance.practice.paper import FACE
from compliance.practice.paper import pdf as paper
from tests.media.documents import docx, para
from tests.media.films import film
from tests.media.labels import TEXT, label

ON = ("--on", "2025-12-01")


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    return empty(tmp_path_factory.mktemp("survive") / "books", CONFIG)


DARK = {"dark": True, "inverted": True, "dark_ground": True}


def ways(bench: Bench, path: Path) -> dict[str, bool | None]:
    result = bench.call("label", "survive", str(path), *ON, "--format", "json")
    assert result.code in (0, 1), result.err
    lost = [row["way"] for row in result.rows if row["carries"] is False and not row["hopeless"]]
    assert result.code == (1 if lost else 0)
    return {row["way"]: row["carries"] for row in result.rows}


def poster(bench: Bench, folder: Path, name: str, size: tuple[int, int]) -> Path:
    picture = Image.new("RGB", size, "lightblue")
    pen = ImageDraw.Draw(picture)
    for at in range(0, size[0], 40):
        pen.line((at, 0, size[0] - at, size[1]), fill=(at % 255, 80, 160), width=3)
    picture.save(folder / name)
    bench.run("label", "apply", str(folder / name), *ON)
    return folder / f"{Path(name).stem}.labelled{Path(name).suffix}"


@pytest.mark.parametrize("name", ["a.png", "a.jpg", "a.webp", "a.gif"])
def test_a_wide_picture_loses_the_ends_of_its_strip_to_a_square_only(
    bench: Bench, tmp_path: Path, name: str
) -> None:
    path = poster(bench, tmp_path, name, (1600, 900))
    found = ways(bench, path)
    assert found == {"jpeg": True, "shrunk": True, "square": False, "thumbnail": True}


def test_a_tall_picture_loses_its_strip_to_a_square(bench: Bench, tmp_path: Path) -> None:
    path = poster(bench, tmp_path, "tall.png", (900, 2400))
    said = bench.call("label", "survive", str(path), *ON)
    assert said.code == 1
    assert "the label is cut off" in said.out
    assert (ways(bench, path)["shrunk"], ways(bench, path)["thumbnail"]) == (True, False)


def test_a_very_large_picture_is_unreadable_when_shrunk(bench: Bench, tmp_path: Path) -> None:
    found = bench.call(
        "label", "survive", str(poster(bench, tmp_path, "b.png", (1000, 6000))), *ON, "--format", "json"
    ).rows
    shrunk = next(row for row in found if row["way"] == "shrunk")
    assert (shrunk["carries"], shrunk["letters"] < 12) == (False, True)


def test_texts(bench: Bench, tmp_path: Path) -> None:
    words = bench.run("label", "text", "--medium", "post", *ON).out.splitlines()[0]
    path = tmp_path / "post.txt"
    path.write_text(f"{words}\n\n" + "Новость. " * 300, encoding="utf-8")
    assert ways(bench, path) == {"caption": True, "one_line": True}
    path.write_text("Новость", encoding="utf-8")
    assert "no label to follow" in bench.fail(1, "label", "survive", str(path), *ON)


def test_a_page_that_lives_by_its_styles(bench: Bench, tmp_path: Path) -> None:
    words = bench.run("label", "text", "--medium", "text", *ON).out.splitlines()[0]
    path = tmp_path / "page.html"
    path.write_text(
        f'<!DOCTYPE html><meta charset="utf-8"><h1>Дом</h1><p style="font-size:40px;color:#000;background:#fff">{words}</p>'
        "<p>Приходите в среду во двор, будет чай.</p>",
        encoding="utf-8",
    )
    filters = {"paper": True, "filter_mark": True, "filter_words": False}
    assert ways(bench, path) == {"sanitised": False, "reader": True, **DARK, **filters}
    path.write_text(
        f'<!DOCTYPE html><meta charset="utf-8"><h1>Дом</h1><h1>{words}</h1><p>Приходите в среду во двор, будет чай.</p>',
        encoding="utf-8",
    )
    assert ways(bench, path) == {"sanitised": True, "reader": True, **DARK, **filters}


def test_our_block_keeps_its_size_and_has_no_name_to_be_hidden_by(bench: Bench, tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text(
        '<!DOCTYPE html><meta charset="utf-8"><h1>Дом</h1><p>Приходите в среду во двор, будет чай.</p>',
        encoding="utf-8",
    )
    bench.run("label", "apply", str(path), *ON)
    made = tmp_path / "page.labelled.html"
    kept = {
        "sanitised": True,
        "reader": True,
        **DARK,
        "paper": True,
        "filter_mark": True,
        "filter_words": False,
    }
    assert ways(bench, made) == kept
    block = made.read_text(encoding="utf-8")
    for name in ("data-compliance-label", 'class="disclaimer"'):
        made.write_text(block.replace("<h1 id=", f"<h1 {name} id="), encoding="utf-8")
        assert ways(bench, made) == kept | {"filter_mark": False}


@pytest.mark.parametrize(
    ("head", "style", "lost"),
    [
        (
            "<style>@media (prefers-color-scheme: dark){p{color:#111}body{background:#000}}</style>",
            "",
            {"dark"},
        ),
        (
            '<style media="screen and (prefers-color-scheme: dark)">body{background:#222}</style>',
            "",
            {"dark"},
        ),
        ('<meta name="color-scheme" content="light dark">', "color:#000", {"dark", "dark_ground"}),
        ("", "color:#000", {"dark_ground"}),
        ("", "color:#000;background:#808080", {"inverted"}),  # 5.3 to 1, but 4.0 turned
        ("<style>@media (prefers-color-scheme: light){p{display:none}}</style>", "", set()),
        ("<style>:root{color-scheme: light dark}</style>", "", set()),
    ],
)
def test_dark_screens(bench: Bench, head: str, style: str, lost: set[str]) -> None:
    """What stands on its own ground stays readable; the page's dark rules, and what an app does, are measured."""
    made = label(requirements=())
    page = f'<!DOCTYPE html>{head}<h1>Дом</h1><p style="{style}">{made.text}</p><p>Приходите во двор.</p>'
    found = {item.way: item for item in survive.replayed(page.encode(), "html", made) if item.way in DARK}
    assert {way for way, item in found.items() if item.carries is False} == lost
    assert all((item.contrast or 0) < 4.5 for way, item in found.items() if way in lost)
    assert all(item.why for way, item in found.items() if way in lost)


def test_styles_in_another_file_leave_a_dark_screen_open() -> None:
    made = label(requirements=())
    page = (
        f'<!DOCTYPE html><link rel="stylesheet" href="a.css"><h1>Дом</h1><p>{made.text}</p><p>Приходите.</p>'
    )
    found = {item.way: item.carries for item in survive.replayed(page.encode(), "html", made)}
    assert [found[way] for way in DARK] == [None, None, None]


def test_a_page_is_followed_with_the_sheet_that_lies_beside_it(bench: Bench, tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    (tmp_path / "a.css").write_text("p{font-size:20px;color:#222;background:#fff}", encoding="utf-8")
    path.write_text(
        f'<!DOCTYPE html><link rel="stylesheet" href="a.css"><h1>Дом</h1><p>{"Приходите. " * 20}</p>', "utf-8"
    )
    bench.run("label", "apply", str(path), *ON)
    found = ways(bench, tmp_path / "page.labelled.html")
    assert [found[way] for way in (*DARK, "paper")] == [True] * 4


def test_markdown_as_a_page_as_text_and_unrendered(bench: Bench, tmp_path: Path) -> None:
    path = tmp_path / "post.md"
    path.write_text("# Дом\n\nПриходите в среду во двор, будет чай.\n", encoding="utf-8")
    bench.run("label", "apply", str(path), *ON)
    found = ways(bench, tmp_path / "post.labelled.md")
    lost = {
        "rendered": False,
        "sanitised": False,
        "as_it_is": False,
    }  # as large as the text; with backslashes
    assert found == {**lost, "reader": True, "caption": True}
    words = bench.run("label", "text", "--medium", "text", *ON).out.splitlines()[0]
    path.write_text(f"# Дом\n\n# {words}\n\nПриходите в среду во двор, будет чай.\n", encoding="utf-8")
    assert all(ways(bench, path).values())
    path.write_text(f"# Дом\n\n<h1>{words}</h1>\n\nПриходите в среду во двор, будет чай.\n", encoding="utf-8")
    assert ways(bench, path)["sanitised"] is False


def test_a_document_as_text_and_as_another_program_prints_it(bench: Bench, tmp_path: Path) -> None:
    path = tmp_path / "paper.docx"
    path.write_bytes(docx(para("Дом"), *[para("Приходите в среду во двор, будет чай. " * 5)] * 4))
    bench.run("label", "apply", str(path), *ON)
    found = ways(bench, tmp_path / "paper.labelled.docx")
    assert found == {"plain": True, "as_pdf": True, "shrunk": True, "thumbnail": False, "grey": True}


def test_without_an_office_program_its_ways_are_told_as_not_tried(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "paper.odt"
    path.write_bytes(made_odt(block("Дом") + block("Приходите в среду во двор, будет чай. " * 5)))
    bench.run("label", "apply", str(path), *ON)
    monkeypatch.setenv("PATH", str(tmp_path))
    found = ways(bench, tmp_path / "paper.labelled.odt")
    assert found == {"plain": True, "as_pdf": None, "shrunk": None, "thumbnail": None, "grey": None}
    assert "LibreOffice" in bench.run("label", "survive", str(tmp_path / "paper.labelled.odt"), *ON).out


THREE_SECONDS = Label("test.label", TEXT, (Requirement("position", "start"), Requirement("seconds", 3.0)))


def test_the_card_before_a_film() -> None:
    made = video.stamp(film(width=480, height=270, seconds=1, sound="", rate=2), THREE_SECONDS).data
    found = {item.way: item for item in survive.replayed(made, "video", THREE_SECONDS)}
    kept = {"packed": True, "480p": True, "square": False, "clip": True, "middle": False, "first_frame": True}
    assert {way: item.carries for way, item in found.items()} == kept
    assert found["middle"].hopeless
    assert 12 <= (found["first_frame"].letters or 0) < 14
    asked = replace(THREE_SECONDS, requirements=(Requirement("seconds", 12.0),))
    made = video.stamp(film(width=480, height=270, seconds=1, sound="", rate=1), asked).data
    clip = next(item for item in survive.replayed(made, "video", asked) if item.way == "clip")
    assert (clip.carries, clip.hopeless) == (False, True)


def test_the_first_page_as_a_preview(bench: Bench, tmp_path: Path) -> None:
    path = tmp_path / "paper.pdf"
    path.write_bytes(paper(FACE.column("Приходите в среду во двор, будет чай. " * 20, 40, 700, 12, 500)))
    bench.run("label", "apply", str(path), *ON)
    assert ways(bench, tmp_path / "paper.labelled.pdf") == {"shrunk": True, "thumbnail": False, "grey": True}


def test_on_paper_a_page_may_hide_it_and_grey_may_drown_it() -> None:
    made = label()
    page = "<!DOCTYPE html><style>@media print{h2+h1{display:none}}</style><h2>Дом</h2><h1>%s</h1><p>%s</p>"
    found = survive.replayed((page % (made.text, "Приходите во двор. " * 9)).encode(), "html", made)
    assert {item.way: item.carries for item in found}["paper"] is False
    drowned = told(style="fill:#f00").replace(b'fill="#fff"', b'fill="#000"')
    (grey,) = [item for item in survive.replayed(drowned, "svg", made) if item.way == "grey"]
    assert (grey.carries, grey.contrast) == (False, pytest.approx(2.4, abs=0.3))
    assert [item.carries for item in survive.replayed(told(), "svg", made) if item.way == "grey"] == [True]


def test_letters_books_slides_and_sheets() -> None:
    made = label()
    page = f"<html><body><h1>Встреча</h1><p>{BODY * 3}</p></body></html>"
    shown = {"sanitised": True, "reader": True, **DARK}
    for data, medium, kept in (
        (letter(BODY, page), email, shown | {"plain": True}),
        (letter(page=page), email, shown | {"plain": True}),
        (book(f"<h1>Двор</h1><p>{BODY * 4}</p>"), epub, shown),
        (saved(deck_of()), pptx, {"plain": True, "last_slide": False}),
        (sheets(nothing), xlsx, {"plain": True}),
    ):
        stamped = medium.stamp(data, made).data
        assert {item.way: item.carries for item in survive.replayed(stamped, medium.NAME, made)} == kept


def test_what_is_not_followed(bench: Bench, tmp_path: Path) -> None:
    path = tmp_path / "x.png"
    Image.new("RGB", (600, 400), "white").save(path)
    assert "no label to follow" in bench.fail(1, "label", "survive", str(path), *ON)
    path.write_bytes(b"\x89PNG\r\n\x1a\nbroken")
    assert "damaged" in bench.fail(3, "label", "survive", str(path), *ON)
    other = tmp_path / "x.srt"
    other.write_text("1\n00:00:01,000 --> 00:00:02,000\nx\n")
    assert "not known here" in bench.fail(1, "label", "survive", str(other), *ON)
