"""``label survive --layouts`` and ``label apply --layout``: each layout is right by itself, comes off again exactly, and
is told by what it keeps; one that breaks the rule is never offered."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pikepdf
import pptx as powerpoint
import pytest
from lxml import etree
from PIL import Image
from test_label_command import practising
from test_labels_letters import BODY, book, letter
from test_labels_pptx import AWKWARD
from workbench import Bench

from compliance.errors import Refused
from compliance.labels import (
    animation,
    email,
    epub,
    html,
    image,
    markdown,
    pdf,
    pptx,
    survive,
    text,
    video,
    work,
)
from compliance.labels._replay import Replay
from compliance.labels.model import Label, Requirement
from compliance.practice.paper import FACE
from compliance.practice.paper import pdf as paper
from tests.media.documents import members
from tests.media.films import film
from tests.media.labels import FORMER, TEXT, label

LABEL = label()
ON = ("--on", "2025-12-01")
PAGE = '<!DOCTYPE html><meta charset="utf-8"><h1>Дом</h1><p>Приходите в среду во двор, будет чай.</p>'
TWO = book(f"<h1>Дом</h1><p>{BODY}</p>", second=f"<h1>Двор</h1><p>{BODY}</p>")


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    return practising(tmp_path_factory.mktemp("layouts") / "books")


def picture(size: tuple[int, int], form: str, mode: str = "RGB") -> bytes:
    out = io.BytesIO()
    noise = Image.effect_noise(size, 90).convert(mode)
    noise.save(
        out, form, **({"save_all": True, "append_images": [noise.rotate(180)]} if form == "GIF" else {})
    )
    return out.getvalue()


def two_pages() -> bytes:
    out = io.BytesIO()
    with pikepdf.new() as made:
        for _number in range(2):
            words = "Приходите в среду во двор, будет чай. " * 12
            with pikepdf.open(io.BytesIO(paper(FACE.column(words, 40, 700, 12, 500)))) as page:
                made.pages.extend(page.pages)
        made.save(out)
    return out.getvalue()


def ways(found: list[Replay]) -> dict[str, bool | None]:
    return {item.way: item.carries for item in found}


@pytest.mark.parametrize(
    ("medium", "data"),
    [
        (image, picture((640, 400), "PNG")),
        (image, picture((300, 700), "PNG", "L")),
        (image, picture((500, 500), "PNG", "RGBA")),
        (animation, picture((420, 240), "GIF", "P")),
        (text, "Встреча соседей\n\nПриходите в среду, будет чай.\n".encode()),
        (markdown, "---\na: b\n---\n# Дом\n\nПриходите в *среду*, будет чай.\n".encode()),
        (html, PAGE.encode()),
        (email, letter("Добрый день!\n\nПриходите в среду, будет чай.\n", PAGE)),
        (epub, TWO),
        (pptx, AWKWARD["large text, the label on several slides"]),
        (pptx, AWKWARD["in sections"]),
    ],
)
def test_each_layout_is_right_and_comes_off_exactly(medium: ModuleType, data: bytes) -> None:
    for name in work.layouts(medium):  # type: ignore[arg-type]
        made = medium.stamp(data, LABEL, layout=name).data
        assert work.carries(medium.detect(made, LABEL)), name
        back = medium.remove(made, LABEL).data
        if medium in (image, animation):
            one, two = (Image.open(io.BytesIO(item)).convert("RGBA") for item in (back, data))
            assert one.size == two.size, name
            # A GIF is packed anew, with other colours in its table.
            assert medium is animation or one.tobytes() == two.tobytes(), name
        elif medium in (epub, pptx):
            assert members(back) == members(data), name
        else:
            assert back == data, name


def test_slides_at_both_ends_stay_there() -> None:
    data = AWKWARD["in sections"]
    made = pptx.stamp(data, LABEL, layout="both_ends").data
    deck = powerpoint.Presentation(io.BytesIO(made))
    said = [" ".join(shape.text_frame.text for shape in slide.shapes) for slide in deck.slides]
    assert " ".join(said[:2]) == " ".join(said[-2:]) == TEXT
    assert len(said) == 6
    root = etree.fromstring(members(made)["ppt/presentation.xml"])
    listed = [item.get("id") for item in root.find("{*}sldIdLst")]
    assert [item.get("id") for item in root.find(".//{*}section/{*}sldIdLst")] == listed
    again = work.run(
        pptx, "update", pptx.stamp(data, replace(LABEL, text=FORMER), layout="both_ends").data, LABEL
    )  # type: ignore[arg-type]
    assert again.stamped is not None
    assert again.stamped.data == made
    assert pptx.layout_of(pptx.stamp(made, LABEL).data, LABEL) == "first_slide"
    found = {
        item.layout: ways(list(item.replays))["last_slide"]
        for item in survive.tried(AWKWARD["small text"], "pptx", LABEL)
    }
    assert found == {"both_ends": True, "first_slide": False}


def test_a_book_opened_at_its_last_chapter() -> None:
    data = TWO
    found = {
        item.layout: ways(list(item.replays))["last_chapter"] for item in survive.tried(data, "epub", LABEL)
    }
    assert found == {"every_chapter": True, "first_chapter": False}
    made = epub.stamp(data, LABEL, layout="every_chapter").data
    assert epub.layout_of(made, LABEL) == "every_chapter"
    assert epub.layout_of(epub.stamp(data, LABEL).data, LABEL) == "first_chapter"


def test_a_letter_with_its_label_before_everything_else() -> None:
    data = letter("Приглашение\n\nПриходите в среду, будет чай.\n", PAGE)
    shown = email.versions(email.stamp(data, LABEL, layout="first").data)
    assert shown["text/plain"].startswith(TEXT)
    assert shown["text/html"].index(TEXT) < shown["text/html"].index("<h1>")
    offered = [item.layout for item in survive.tried(data, "email", LABEL) if not item.why]
    assert sorted(offered) == ["bare", "first", "under_heading"]


def test_a_square_crop_and_a_small_picture_keep_what_stands_inside_the_square() -> None:
    for size in ((1200, 700), (360, 640)):
        found = survive.tried(picture(size, "JPEG"), "image", LABEL)
        assert [item.layout for item in found] == ["squared", "strip"]
        assert (found[0].kept, found[0].of) == (4, 4)
        assert ways(list(found[1].replays))["square"] is False


def test_an_update_keeps_the_layout_of_the_earlier_label() -> None:
    old = replace(LABEL, text=FORMER, former=())
    plain = picture((900, 500), "PNG")
    made = image.stamp(plain, old, layout="squared").data
    done = work.run(image, "update", made, LABEL)  # type: ignore[arg-type]
    assert done.stamped is not None
    assert image.layout_of(done.stamped.data, LABEL) == "squared"
    again = work.run(image, "apply", done.stamped.data, LABEL, "strip")  # type: ignore[arg-type]
    assert again.stamped is not None
    assert again.stamped.data == image.stamp(plain, LABEL).data


@pytest.mark.parametrize(
    ("medium", "data"),
    [
        (text, "Дом\n\nПриходите в среду, будет чай.\n".encode()),
        (markdown, "# Дом\n\nПриходите в *среду*, будет чай.\n".encode()),
        (html, PAGE.encode()),
        (email, letter("Добрый день!\n\nПриходите в среду, будет чай.\n", PAGE)),
        (email, letter("Дом\n\nПриходите в среду, будет чай.\n")),
        (pptx, AWKWARD["in sections"]),
        (epub, TWO),
    ],
)
def test_an_update_finds_each_layout(medium: ModuleType, data: bytes) -> None:
    old = replace(LABEL, text=FORMER, former=())
    for name in work.layouts(medium):  # type: ignore[arg-type]
        made = medium.stamp(data, old, layout=name).data
        done = work.run(medium, "update", made, replace(LABEL, former=(FORMER,)))  # type: ignore[arg-type]
        assert done.stamped is not None
        same = medium.stamp(data, LABEL, layout=name).data
        if medium in (epub, pptx):
            assert members(done.stamped.data).keys() == members(same).keys(), name
        else:
            assert done.stamped.data == same, name


def test_a_film_cropped_to_a_square() -> None:
    asked = Label("test.label", TEXT, (Requirement("screen_share", 0.2), Requirement("seconds", 1.0)))
    plain = film(width=480, height=270, seconds=1, sound="", rate=2)
    found = {item.layout: ways(list(item.replays)) for item in survive.tried(plain, "video", asked)}
    kept = {"packed": True, "480p": True, "clip": True, "middle": False}
    assert found["card"] == kept | {"square": False, "first_frame": True}
    assert found["squared"] == kept | {"square": True, "first_frame": False}  # its letters are smaller
    made = video.stamp(plain, asked, layout="squared").data
    with pytest.raises(Refused, match="cannot be taken off"):
        work.run(video, "apply", made, asked, "card")  # type: ignore[arg-type]


def test_the_last_page_alone() -> None:
    found = {item.layout: ways(list(item.replays)) for item in survive.tried(two_pages(), pdf.NAME, LABEL)}
    assert (found["first_page"]["last_page"], found["every_page"]["last_page"]) == (False, True)


def test_what_breaks_the_rule_is_never_offered(bench: Bench, tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text(PAGE.replace("<h1>", "<style>h1{font-size:17px}</style><h1>"), encoding="utf-8")
    told = bench.run("label", "survive", "--layouts", str(path), *ON)
    assert "not offered" in told.err
    assert "bare" not in told.out
    rows = bench.call("label", "survive", "--layouts", str(path), *ON, "--format", "json").rows
    assert [(row["layout"], row["offered"], row["best"]) for row in rows] == [
        ("block", True, True), ("first", True, False), ("bare", False, False),
    ]  # fmt: skip
    assert "would not be right" in bench.fail(1, "label", "apply", str(path), "--layout", "bare", *ON)
    assert not (tmp_path / "page.labelled.html").exists()


def test_the_layout_that_was_named_is_put_on(bench: Bench, tmp_path: Path) -> None:
    path = tmp_path / "post.md"
    path.write_text("# Дом\n\nПриходите в среду во двор, будет чай.\n", encoding="utf-8")
    told = bench.run("label", "survive", "--layouts", str(path), *ON)
    assert "--layout heading" in told.err
    bench.run("label", "apply", str(path), "--layout", "heading", *ON)
    made = tmp_path / "post.labelled.md"
    assert made.read_text(encoding="utf-8").count("\n# ") == 1
    rows = bench.call("label", "survive", str(made), *ON, "--format", "json").rows
    assert [row["way"] for row in rows if not row["carries"]] == ["as_it_is"]  # with backslashes
    assert (
        "carries the label already" in bench.run("label", "apply", str(made), "--layout", "heading", *ON).err
    )
    assert "no layout" in bench.fail(2, "label", "apply", str(path), "--layout", "squared", *ON)
    assert "exclude" in bench.fail(2, "label", "apply", str(path), "--layout", "bare", "--every-page", *ON)
    subtitles = tmp_path / "a.srt"
    subtitles.write_text("1\n00:00:01,000 --> 00:00:02,000\nx\n", encoding="utf-8")
    assert "not known here" in bench.fail(1, "label", "survive", "--layouts", str(subtitles), *ON)
