"""Pages of a site with their style sheets in other files: measured and labelled as readers see them, written as they were."""

from __future__ import annotations

from pathlib import Path

import pytest

from compliance.errors import InputError
from compliance.labels import door
from compliance.labels._site_styles import inlined
from tests.media.labels import TEXT, label, not_met

LABEL = label()
BODY = "<p>Мы посадили яблони во дворе и убрали старые качели, а потом пили чай.</p>"
BIG = ".label{font-size:40px;color:#000;background:#fff} p{font-size:16px;color:#000}"
SHEETS = {
    "css/big.css": BIG,
    "css/hide.css": ".label{display:none}",
    "css/pale.css": BIG + ".label{color:#ddd}",
    "css/deep/more.css": "@charset \"utf-8\"; /* first */ @import url('../big.css'); @import '../hide.css' print;",
    "css/loop.css": "@import 'loop.css';",
    "css/layered.css": "@import 'hide.css' layer(x);",
    "css/end.css": BIG + "/* </style> */",
}


def site(folder: Path, href: str, *, media: str = "", inside: str = "") -> Path:
    for name, text in SHEETS.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    page = folder / "posts" / "2025" / "двор.html"
    page.parent.mkdir(parents=True, exist_ok=True)
    link = f'<LINK\r\n rel="Stylesheet" href="{href}" media="{media}">'
    words = inside or f'<div class="label">{TEXT}</div>'
    text = f"<!DOCTYPE html>\r\n<meta charset=utf-8>\n{link}\r\n<h1>Двор</h1>{words}{BODY}"
    page.write_bytes(text.encode())
    return page


@pytest.mark.parametrize(
    ("href", "media", "wrong"),
    [
        ("../../css/big.css", "", set()),
        ("/css/big.css?v=3#x", "screen", set()),
        ("/css/deep/more.css", "", set()),
        ("../../css/hide.css", "", {"visible", "font_ratio"}),
        ("/css/pale.css", "", {"contrast"}),
        ("../../css/hide.css", "print", {"font_ratio"}),
    ],
)
def test_sheets_that_lie_beside_a_page_are_read(
    tmp_path: Path, href: str, media: str, wrong: set[str]
) -> None:
    found = door.verify_file(site(tmp_path, href, media=media), LABEL)
    assert not_met(found) == wrong, found.criteria
    assert found.ok is not bool(wrong)


@pytest.mark.parametrize(
    "href",
    [
        "https://example.org/css/big.css", "//example.org/big.css", "/css/none.css", "/css/loop.css", "/css/layered.css",
        "/css/end.css", "../../schedules.yaml", "/css", "", "file:///etc/passwd", "/%00.css",
        "a\\big.css", "a%5Cbig.css",  # on Windows two of them name another computer
    ],
)  # fmt: skip
def test_what_is_not_read_stays_unknown(tmp_path: Path, href: str) -> None:
    for name in ("schedules.yaml", "posts/2025/a\\big.css"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(BIG, encoding="utf-8")
    page = site(tmp_path, href, inside=f'<p style="font-size:40px;color:#000;background:#fff">{TEXT}</p>')
    found = door.verify_file(page, LABEL)
    assert found.verdict == "not_measurable", found.criteria
    assert any("other files" in item.message for item in found.criteria)


@pytest.mark.parametrize(
    ("before", "after", "more"),
    [("<noscript>", "</noscript>", ""), ("", "", " title=A"), ("", "", " type='text/less'")],
)
def test_what_browsers_may_leave_out_makes_no_label_right(
    tmp_path: Path, before: str, after: str, more: str
) -> None:
    page = site(tmp_path, "/css/big.css")
    text = (
        page.read_text("utf-8")
        .replace("<LINK", f"{before}<LINK{more}")
        .replace('media="">', f'media="">{after}')
    )
    page.write_text(text, "utf-8")
    found = door.verify_file(page, LABEL)
    assert not found.ok
    assert not not_met(found)


def test_a_page_is_labelled_by_its_sheets_and_keeps_its_link(tmp_path: Path) -> None:
    page = site(tmp_path, "/css/big.css", inside="<p>")
    (tmp_path / "css" / "big.css").write_text("p{font-size:20px}", encoding="utf-8")
    before = page.read_bytes()
    made = door.apply_file(page, LABEL)
    assert made.verification.ok
    assert made.verification.detection is not None
    assert made.verification.detection.label_size == 40
    labelled = made.path.read_bytes()
    head = before[: before.index(b"<h1>")]
    assert labelled.startswith(head)
    assert b"20px" not in labelled
    page.unlink()
    assert door.remove_file(made.path, LABEL).path.read_bytes() == before


def test_a_page_with_a_base_is_left_as_it_is(tmp_path: Path) -> None:
    page = site(tmp_path, "../../css/big.css")
    text = f'<base href="https://example.org/">{page.read_text(encoding="utf-8")}'
    assert inlined(text, page)[0] == text


def test_a_style_that_is_only_offered_decides_nothing(tmp_path: Path) -> None:
    page = site(tmp_path, "../../css/big.css", inside="<p>")
    text = page.read_text("utf-8").replace(
        "<link", '<link rel="alternate stylesheet" href="/none.css"><link', 1
    )
    page.write_text(text, "utf-8")
    assert door.apply_file(page, LABEL).verification.ok


@pytest.mark.parametrize("odd", ["<![<![<![ <p>", "<![if !IE]><p>Да</p><![endif]>", "<p>Да<![x"])
@pytest.mark.parametrize("anonymous", [False, True])
def test_declarations_that_nobody_knows_are_no_error_of_ours(
    tmp_path: Path, odd: str, anonymous: bool
) -> None:
    page = site(tmp_path, "../../css/big.css", inside="<p>")
    page.write_text(page.read_text("utf-8") + odd, "utf-8")
    assert door.apply_file(page, LABEL, anonymous=anonymous).verification.ok


def test_before_a_menu_the_label_stands_first(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(f"<table><tr><td>A | B | C</td></tr></table><div><h1>Двор</h1>{BODY * 6}</div>", "utf-8")
    done = door.apply_file(page, LABEL)
    assert done.verification.ok
    assert done.notes == ("the label stands before everything else",)
    assert not door.apply_file(done.path, LABEL).changed
    assert (
        door.remove_file(done.path, LABEL, out=tmp_path / "back.html").path.read_bytes() == page.read_bytes()
    )


def test_under_a_heading_that_is_not_shown_the_label_would_not_be_seen(tmp_path: Path) -> None:
    """Menus for telephones have a heading of their own, and stand before the page's."""
    menu = '<div style="display:none"><h3>Menu</h3><ul><li>A</ul></div>'
    page = tmp_path / "page.html"
    page.write_text(f"<body>{menu}<div><h1>Двор</h1>{BODY * 6}</div>", "utf-8")
    done = door.apply_file(page, LABEL)
    assert done.verification.ok
    assert done.notes == ("the label stands before everything else",)


def test_sheets_that_would_take_ages_are_read_or_left(tmp_path: Path) -> None:
    """Forty remarks at its head, and sheets of which each asks sixty times for the next."""
    page = site(tmp_path, "many.css")
    (page.parent / "many.css").write_text("/* theme */\n" * 40 + BIG, encoding="utf-8")
    assert door.verify_file(page, LABEL).ok
    for number in range(5):
        inner = f"@import '{number + 1}.css';" * 60 if number < 4 else ""
        (page.parent / f"{number}.css").write_text(inner, encoding="utf-8")
    text = page.read_text("utf-8").replace("many.css", "0.css")
    assert inlined(text, page)[0] == text


def test_a_page_in_another_encoding_than_it_says_is_named(tmp_path: Path) -> None:
    page = tmp_path / "двор.html"
    page.write_bytes("<meta charset=utf-8><h1>Двор</h1>".encode("cp1251"))
    with pytest.raises(InputError) as told:
        door.verify_file(page, LABEL)
    assert told.value.place == str(page)
