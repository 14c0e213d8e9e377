"""What becomes of a label on its way: pictures packed, shrunk and cropped; texts cut; pages without their styles."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image, ImageDraw
from test_times import CONFIG
from workbench import Bench, empty

from compliance.practice.paper import FACE
from compliance.practice.paper import pdf as paper

ON = ("--on", "2025-12-01")


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    return empty(tmp_path_factory.mktemp("survive") / "books", CONFIG)


def ways(bench: Bench, path: Path) -> dict[str, bool]:
    result = bench.call("label", "survive", str(path), *ON, "--format", "json")
    assert result.code in (0, 1), result.err
    kept = all(row["carries"] for row in result.rows if row["way"] != "filter_words")
    assert result.code == (0 if kept else 1)
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
    assert ways(bench, path) == {
        "sanitised": False,
        "reader": True,
        "filter_mark": True,
        "filter_words": False,
    }
    path.write_text(
        f'<!DOCTYPE html><meta charset="utf-8"><h1>Дом</h1><h1>{words}</h1><p>Приходите в среду во двор, будет чай.</p>',
        encoding="utf-8",
    )
    assert ways(bench, path) == {
        "sanitised": True,
        "reader": True,
        "filter_mark": True,
        "filter_words": False,
    }


def test_our_block_keeps_its_size_and_has_no_name_to_be_hidden_by(bench: Bench, tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text(
        '<!DOCTYPE html><meta charset="utf-8"><h1>Дом</h1><p>Приходите в среду во двор, будет чай.</p>',
        encoding="utf-8",
    )
    bench.run("label", "apply", str(path), *ON)
    made = tmp_path / "page.labelled.html"
    kept = {"sanitised": True, "reader": True, "filter_mark": True, "filter_words": False}
    assert ways(bench, made) == kept
    block = made.read_text(encoding="utf-8")
    for name in ("data-compliance-label", 'class="disclaimer"'):
        made.write_text(block.replace("<h1 id=", f"<h1 {name} id="), encoding="utf-8")
        assert ways(bench, made) == kept | {"filter_mark": False}


def test_the_first_page_as_a_preview(bench: Bench, tmp_path: Path) -> None:
    path = tmp_path / "paper.pdf"
    path.write_bytes(paper(FACE.column("Приходите в среду во двор, будет чай. " * 20, 40, 700, 12, 500)))
    bench.run("label", "apply", str(path), *ON)
    assert ways(bench, tmp_path / "paper.labelled.pdf") == {"shrunk": True, "thumbnail": False}


def test_what_is_not_followed(bench: Bench, tmp_path: Path) -> None:
    path = tmp_path / "x.png"
    Image.new("RGB", (600, 400), "white").save(path)
    assert "no label to follow" in bench.fail(1, "label", "survive", str(path), *ON)
    path.write_bytes(b"\x89PNG\r\n\x1a\nbroken")
    assert "damaged" in bench.fail(3, "label", "survive", str(path), *ON)
    other = tmp_path / "x.srt"
    other.write_text("1\n00:00:01,000 --> 00:00:02,000\nx\n")
    assert "not known here" in bench.fail(1, "label", "survive", str(other), *ON)
