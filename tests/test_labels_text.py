"""Plain text, Markdown and HTML: what is stamped is detected, what is forged is found."""

from __future__ import annotations

import html as stdlib_html
import io
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compliance.errors import InputError
from compliance.labels import _colours, _html_read, html, markdown, pdf, text
from compliance.labels.model import Requirement
from tests.media.faces import face, font
from tests.media.labels import FORMER, REQUIREMENTS, TEXT, label, not_met

LABEL = label()
TITLE = "Встреча соседей"
BODY = "Приходите в среду в гостиную центра.\nПоговорим о дворе.\n\nВход свободный, чай и пирог за нами.\n"

lines = st.lists(
    st.text(st.characters(codec="utf-8", exclude_categories=("C", "Zl", "Zp")), max_size=60), max_size=8
)
names = st.text(
    st.characters(codec="utf-8", exclude_categories=("C", "M", "Zl", "Zp")), min_size=1, max_size=30
).filter(lambda name: bool(name.strip()))


# ---- plain text


@given(lines, st.sampled_from(["\n", "\r\n", "\r"]), names)
def test_stamped_text_is_detected_and_twice_is_once(body: list[str], newline: str, name: str) -> None:
    words = label(TEXT + " " + " ".join(name.split()))
    data = newline.join(body).encode("utf-8")
    made = text.stamp(data, words).data
    found = text.detect(made, words)
    assert not_met(found) == set()
    assert found.verdict in ("not_measurable", "cannot_be_met")
    kept = made.decode().replace(words.text or "", "", 1).split()
    assert kept == "".join(newline.join(body)).split()


@pytest.mark.parametrize(
    ("before", "altered"),
    [
        ("\u202e", True),
        ("\u202e ", True),
        ("\u202dДата: ", True),
        (f"\u202a\u202e{TITLE} ", True),
        ("\u202ex\u202c", False),
        ("\u202e\u2068", False),  # set apart, so that the override does not reach it
        (f"\u202e{TITLE}\n", False),
        (f"\u202e{TITLE}\n\n", False),
    ],
)
def test_a_mark_that_turns_letters_round_alters_the_label(before: str, altered: bool) -> None:
    source = f"{before}{TEXT}\n\n{BODY}".encode()
    for found in (text.detect(source, LABEL), markdown.detect(source.replace(b"\n", b"\n\n"), LABEL)):
        assert ("wording" in not_met(found)) == altered
        said = found.criterion("wording")
        assert said is not None
        assert ("turn the letters round: U+202" in said.message) == altered


def test_plain_text_that_is_struck_through_says_so() -> None:
    struck = "".join(char if char.isspace() else char + "\u0336" for char in TEXT)
    said = text.detect(f"{struck}\n\n{BODY}".encode(), LABEL).criterion("wording")
    assert said is not None
    assert said.verdict == "not_met"
    assert "they are struck through" in said.message


ENCODINGS = ("utf-8", "utf-8-sig", "utf-16-le", "utf-16-be", "cp1251")
_MARKS = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}


def encoded(encoding: str, newline: str) -> bytes:
    return _MARKS.get(encoding, b"") + f"{TITLE}\n\n{BODY}".replace("\n", newline).encode(encoding)


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_encoding_mark_and_line_ends_are_the_file_s_own(encoding: str, newline: str) -> None:
    source = f"{TITLE}\n\n{BODY}".replace("\n", newline)
    mark, data = _MARKS.get(encoding, b""), encoded(encoding, newline)
    made = text.stamp(data, LABEL).data
    assert made.startswith(data[:12])
    assert (
        made.removeprefix(mark).decode(encoding)
        == f"{TITLE}{newline}{newline}{TEXT}{newline}{newline}{source[len(TITLE) + 2 * len(newline) :]}"
    )
    assert not_met(text.detect(made, LABEL)) == set()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ("Встреча соседей во дворе".encode("cp866"), "encoding of this text is not known"),
        ("Встреча соседей во дворе".encode("koi8-r"), "encoding of this text is not known"),
        (b"\xff\xfe\x00", "encoding of this text is not known"),
        (bytes(range(128, 256)), "encoding of this text is not known"),
    ],
)
def test_an_unknown_encoding_is_refused(data: bytes, said: str) -> None:
    with pytest.raises(InputError, match=said):
        text.stamp(data, LABEL)


def test_a_label_that_the_encoding_lacks_is_refused() -> None:
    with pytest.raises(InputError, match="lacks letters"):
        text.stamp("Встреча соседей во дворе".encode("cp1251"), label("税 " + TEXT))


FORGED_TEXTS = [
    (f"{TITLE}\n\n{TEXT}\n\n{BODY}", set()),
    (f"{TEXT}\n\n{BODY}", set()),
    (f"\n\n  {TITLE}\n{TEXT}\n{BODY}", set()),  # no empty lines between
    (f"{TITLE}\n\n{BODY}\n{TEXT}\n", {"position"}),
    (f"{TITLE}\n\n{BODY}", {"wording"}),
    (f"{TITLE}\n\n{FORMER}\n\n{BODY}", {"wording"}),
    (f"{TITLE}\n\n{TEXT.replace('А', 'A', 1)}\n\n{BODY}", {"wording"}),
    (f"{TITLE}\n\n{TEXT[:60]}\n\n{BODY}", {"wording"}),
    (f"{TITLE}\n\nЭто неправда: {TEXT}\n\n{BODY}", {"position"}),
]  # fmt: skip


@pytest.mark.parametrize(("source", "wrong"), FORGED_TEXTS)
def test_text_forgeries(source: str, wrong: set[str]) -> None:
    assert not_met(text.detect(source.encode(), LABEL)) == wrong


@pytest.mark.parametrize(
    ("before", "is_all"),
    [
        ("Мы посадили яблони во дворе и пили чай со всеми соседями.", True),
        ("Приходите в субботу! 🌳", True),
        ("Кто придёт? Пишите Анне", True),
        ("Субботник на нашей улице", False),
        ("Чтения памяти А. П. Выдуманова 🌳", False),
        ("Итоги 2025 г.", False),
    ],
)
def test_a_sentence_with_nothing_after_the_label_is_no_heading(before: str, is_all: bool) -> None:
    assert ("position" in not_met(text.detect(f"{before}\n\n{TEXT}\n".encode(), LABEL))) is is_all
    assert "position" not in not_met(text.detect(f"{before}\n\n{TEXT}\n\n{BODY}".encode(), LABEL))


def test_plain_text_never_gives_ok_for_sizes_it_cannot_have() -> None:
    found = text.detect(f"{TITLE}\n\n{TEXT}\n\n{BODY}".encode(), LABEL)
    ratio, contrast = found.criterion("font_ratio"), found.criterion("contrast")
    assert ratio is not None
    assert (ratio.verdict, ratio.source) == ("cannot_be_met", "rule p.2")
    assert contrast is not None
    assert contrast.verdict == "not_measurable"
    assert not found.ok
    only_place = label(requirements=REQUIREMENTS[:1])
    assert text.detect(f"{TITLE}\n\n{TEXT}\n\n{BODY}".encode(), only_place).ok


def test_what_was_taken_for_the_heading_is_recorded() -> None:
    found = text.detect(f"{TITLE}\n\n{TEXT}\n\n{BODY}".encode(), LABEL)
    assert found.detection is not None
    assert found.detection.heading == TITLE
    assert found.detection.place == "line 3"
    assert found.detection.text == TEXT


# ---- Markdown


@settings(max_examples=60, deadline=None)
@given(st.text(st.characters(codec="utf-8", exclude_categories=("C", "Zl", "Zp")), max_size=40), names)
def test_markdown_shows_exactly_the_label(title: str, name: str) -> None:
    """Whatever stands in the name, the rendered words are the label's."""
    words = label(f"1. {TEXT} *{' '.join(name.split())}* <b> [x](y) `z` &amp; #")
    data = f"# Заголовок {title.replace('`', '')}\n\nТекст *статьи*.\n".encode()
    made = markdown.stamp(data, words).data
    assert not_met(markdown.detect(made, words)) == set()


FRONT = "---\ntitle: Дом\n# not a heading\n---\n"


FRONTS = ["", FRONT, FRONT.replace("---", "+++"), FRONT.replace("\n", "\r\n")]
HEADINGS = [f"# {TITLE}\n\n", f"{TITLE}\n=====\n", f"## {TITLE} ##\n", ""]


@pytest.mark.parametrize("front", FRONTS)
@pytest.mark.parametrize("heading", HEADINGS)
def test_markdown_heading_and_front_matter(front: str, heading: str) -> None:
    source = front + heading + BODY
    made = markdown.stamp(source.encode(), LABEL)
    assert made.data.decode().startswith(front + heading.rstrip("\n"))
    assert made.data.decode().endswith(BODY)
    assert not_met(markdown.detect(made.data, LABEL)) == set()
    assert ("taken for the heading" in made.notes[0]) == bool(heading)


FORGED_MARKDOWN = [
    (f"# {TITLE}\n\n{TEXT}\n\n{BODY}", set()),
    (f"# {TITLE}\n\n{TEXT.replace(' ', chr(10), 4)}\n\n{BODY}", set()),
    (f"# {TITLE}\n\n{BODY}\n\n{TEXT}", {"position"}),
    (f"# {TITLE}\n\n<!-- {TEXT} -->\n\n{BODY}", {"wording"}),
    (f"# {TITLE}\n\n<p style='display:none'>{TEXT}</p>\n\n{BODY}", {"visible"}),
    (f"# {TITLE}\n\n<p style='color:white'>{TEXT}</p>\n\n{BODY}", {"contrast"}),
    (f"# {TITLE}\n\n[x]: http://example.org '{TEXT}'\n\n{BODY}", {"wording"}),
    (f"# {TITLE}\n\n{TEXT.replace('МАТЕРИАЛ', '**МАТЕРИАЛ**')}\n\n{BODY}", set()),
]


@pytest.mark.parametrize(("source", "wrong"), FORGED_MARKDOWN)
def test_markdown_forgeries(source: str, wrong: set[str]) -> None:
    assert not_met(markdown.detect(source.encode(), LABEL)) == wrong


def test_markdown_has_no_sizes() -> None:
    found = markdown.detect(f"# {TITLE}\n\n{TEXT}\n\n{BODY}".encode(), LABEL)
    ratio = found.criterion("font_ratio")
    assert ratio is not None
    assert ratio.verdict == "not_measurable"


# ---- HTML

HEAD = '<!DOCTYPE html>\n<html lang="ru"><head><meta charset="utf-8"><title>x</title>'
STYLE = "<style>body{font-size:16px;background:#fff;color:#000}</style>"


def page(content: str, style: str = STYLE) -> bytes:
    return f"{HEAD}{style}</head>\n<body>\n{content}\n</body></html>\n".encode()


def marked(
    style: str = "font-size:34px", words: str = TEXT, before: str = "", after: str = "", css: str = STYLE
) -> bytes:
    title = f"<h1>{TITLE}</h1>"
    return page(
        f'{title}{before}<p class="l" style="{style}">{stdlib_html.escape(words)}</p><p>{BODY}</p>{after}',
        css,
    )


@settings(max_examples=60, deadline=None)
@given(
    st.text(st.characters(codec="utf-8", exclude_categories=("C", "Zl", "Zp")), max_size=40),
    names,
    st.sampled_from([10, 13, 16, 21.3, 40]),
    st.sampled_from(["h1", "h2", ""]),
)
def test_stamped_html_is_detected_and_twice_is_once(title: str, name: str, size: float, tag: str) -> None:
    words = label(f"{TEXT} {' '.join(name.split())}")
    heading = f"<{tag} class=x>{stdlib_html.escape(title)}</{tag}>" if tag else ""
    data = page(f"<!-- <h1>no</h1> -->{heading}<p>{BODY}</p>", f"<style>body{{font-size:{size}px}}</style>")
    made = html.stamp(data, words).data
    assert html.detect(made, words).ok
    assert html.stamp(made, words).data == made
    block = re.search(rb'<(h1|p) id="[a-p]{16}" role=[^>]*>[^<]*</\1>', made)
    assert block is not None
    assert made.replace(block[0], b"") == data


EARLIER = (
    '<div data-compliance-label role="note" lang="ru" style="display:block !important;font-size:%s !important;'
    'color:#000 !important;background:#fff !important">%s</div>'
)


def test_a_block_of_an_earlier_version_is_still_ours() -> None:
    bare = page(f"<h1>{TITLE}</h1><p>{BODY}</p>")
    at = bare.index(b"</h1>") + 5
    for words, right in ((TEXT, True), ("ПРЕЖНИЕ СЛОВА " + TEXT, False)):
        data = bare[:at] + (EARLIER % ("32px", words)).encode() + bare[at:]
        assert html.detect(data, LABEL).ok is right
        taken = html.remove(data, LABEL)
        assert taken is not None
        assert taken.data == bare
        assert html.stamp(data, LABEL).data == html.stamp(bare, LABEL).data
    small = bare[:at] + (EARLIER % ("17px", TEXT)).encode() + bare[at:]
    assert not_met(html.detect(small, LABEL)) == {"font_ratio"}


@pytest.mark.parametrize(
    "block",
    [
        '<h1 id="abcdefghijklmnop">%s</h1>',  # sixteen letters, but not ours
        "<h1>%s</h1>",
        "<span data-compliance-label>%s</span>",
    ],
)
def test_what_is_no_block_of_ours_stays(block: str) -> None:
    data = page(f"<h1>{TITLE}</h1>{block % TEXT}<p>{BODY}</p>")
    assert html.remove(data, LABEL) is None
    assert (block % TEXT).encode() in html.stamp(data, LABEL).data


def test_the_block_has_another_mark_on_each_page() -> None:
    marks = {
        re.search(rb'id="([a-p]{16})"', html.stamp(page(f"<p>{BODY} {number}</p>"), LABEL).data)[1]  # type: ignore[index]
        for number in range(40)
    }
    assert len(marks) == len({mark[:4] for mark in marks}) == len({mark[-4:] for mark in marks}) == 40


def test_html_scripts_head_and_doctype_stay() -> None:
    script = "<script>if (a</h1>b) document.write('<h1>x</h1>')</script>"
    data = page(f"{script}<header><h1>{TITLE}</h1></header><p>{BODY}</p>")
    made = html.stamp(data, LABEL).data
    assert made.startswith(data[: data.index(b"</h1></header>") + 5])
    assert not_met(html.detect(made, LABEL)) == set()
    visible = html.detect(made, LABEL).criterion("visible")
    assert visible is not None
    assert visible.verdict == "not_measurable"
    assert "scripts" in visible.message


@pytest.mark.parametrize("encoding", ["utf-8", "windows-1251", "koi8-r"])
def test_html_encoding_is_the_page_s_own(encoding: str) -> None:
    data = marked(words="").decode().replace("utf-8", encoding).encode(encoding)
    words = label(TEXT + " ₸税")  # letters that windows-1251 lacks become references
    made = html.stamp(data, words).data
    assert html.detect(made, words).ok
    made.decode(encoding)


FORGED_PAGES = [
    (marked(), set()),
    (marked(words=TEXT.replace(" ", "\n", 5)), set()),
    (marked("font-size:2em"), set()),
    (marked("font-size:24pt"), set()),
    (marked("font:bold 34px/1.2 serif"), set()),
    (marked("font-size:26px"), {"font_ratio"}),
    (marked(""), {"font_ratio"}),
    (marked("font-size:34px;color:#fff"), {"contrast"}),
    (marked("font-size:34px;color:#ccc"), {"contrast"}),
    (marked("font-size:34px;opacity:.2"), {"contrast"}),
    (marked("font-size:34px;color:rgba(0,0,0,.1)"), {"contrast"}),
    (marked("font-size:34px;background:#222"), {"contrast"}),
    (marked("font-size:34px;display:none"), {"visible"}),
    (marked("font-size:34px;visibility:hidden"), {"visible"}),
    (marked("font-size:34px;opacity:0"), {"visible", "contrast"}),
    (marked("font-size:34px;position:absolute;left:-9999px"), {"visible"}),
    (marked("font-size:34px;text-indent:-9999px"), {"visible"}),
    (marked("font-size:34px;height:0;overflow:hidden"), {"visible"}),
    (marked("font-size:1px"), {"visible", "font_ratio"}),
    (marked(css=STYLE + "<style>.l{display:none}</style>"), {"visible"}),
    (marked("", css=STYLE + "<style>.l{font-size:34px} p.l{font-size:20px}</style>"), {"font_ratio"}),
    (marked(css=STYLE + "<style>p{font-size:18px!important}</style>"), {"font_ratio"}),
    (marked("", css=STYLE + "<style type='text/less'>.l{font-size:34px}</style>"), {"font_ratio"}),
    (marked("", css=STYLE, before="<template><style>.l{font-size:34px}</style></template>"), {"font_ratio"}),
    (marked(css=STYLE + "<style>@media print{.l{display:none}}</style>"), set()),
    (marked("font-size:34px;text-decoration:red line-through"), {"visible"}),
    (page(f"<h1>{TITLE}</h1><p style='font-size:34px'><s>{TEXT}</s></p><p>{BODY}</p>"), {"visible"}),
    (page(f"<h1>{TITLE}</h1><div popover style='font-size:34px'>{TEXT}</div><p>{BODY}</p>"), {"visible"}),
    (marked(css=STYLE + "<style>.other::after{content:'x';position:absolute}</style>"), set()),
    (marked(css=STYLE + "<style>p::after{content:'';display:table;clear:both}</style>"), set()),
    (marked(css=STYLE + "<style>.l::before{content:none}</style>"), set()),
    (marked(css=STYLE + "<style>.m{& .l{display:none}}</style>"), set()),
    (marked(after="<p style='margin-top:-4px'>Да</p>"), set()),
    (page(f"<h1>{TITLE}</h1><p style='font-size:34px'><bdo dir=rtl>{TEXT}</bdo></p><p>{BODY}</p>"), {"visible"}),
    (marked(css="<style>.l{display:none}</style><style media='(min-width:1px) and (max-width:0)'>.l{display:block}</style>"),
     {"visible"}),
    (marked(words=FORMER), {"wording"}),
    (marked(words=TEXT.replace("О", "O", 1)), {"wording"}),
    (marked(words=TEXT.replace("АГЕНТ", "АГ\u00adЕНТ")), {"wording"}),
    (marked(words=TEXT.lower()), {"wording"}),
    (marked("font-size:34px;text-transform:lowercase"), {"wording"}),
    (marked(before=f"<p>{BODY}</p>"), {"position"}),
    (page(f"<h1>{TITLE}</h1><p>{BODY}</p><p style='font-size:34px'>{TEXT}</p>"), {"position"}),
    (page(f"<h1>{TITLE}</h1><p>{BODY}</p>"), {"wording"}),
    (page(f"<h1>{TITLE}</h1><!-- {TEXT} --><p>{BODY}</p>"), {"wording"}),
    (page(f"<h1>{TITLE}</h1><template>{TEXT}</template><p>{BODY}</p>"), {"visible", "font_ratio"}),
    (page(f"<h1>{TITLE}</h1><details><p style='font-size:34px'>{TEXT}</p></details><p>{BODY}</p>"), {"visible"}),
    (page(f"<nav>Главная О нас</nav><h1>{TITLE}</h1><p style='font-size:34px'>{TEXT}</p><p>{BODY}</p>"), set()),
    (page(f"<div>Меню</div><main><h1>{TITLE}</h1><p style='font-size:34px'>{TEXT}</p><p>{BODY}</p></main>"), set()),
]  # fmt: skip


@pytest.mark.parametrize(("data", "wrong"), FORGED_PAGES)
def test_html_forgeries(data: bytes, wrong: set[str]) -> None:
    found = html.detect(data, LABEL)
    assert not_met(found) == wrong
    assert found.ok == (not wrong)


@pytest.mark.parametrize(
    ("data", "kinds"),
    [
        (marked(css='<link rel="stylesheet" href="x.css">'), {"visible", "font_ratio", "contrast"}),
        (marked(css=STYLE + "<style>@import 'x.css';</style>"), {"visible", "font_ratio", "contrast"}),
        (marked(after="<script src=x.js></script>"), {"visible"}),
        (marked(after="<p onclick='x()'>Да</p>"), {"visible"}),
        (marked("", css=STYLE + "<noscript><style>.l{font-size:34px}</style></noscript>"), {"font_ratio"}),
        (marked(after="<div style='position:fixed'>Привет</div>"), {"visible", "overlay"}),
        (marked("font-size:34px;transform:scale(.1)"), {"visible"}),
        (marked("font-size:34px;margin-top:-30px"), {"visible", "overlay"}),
        (marked("font-size:34px;background:url(x.png)"), {"contrast"}),
        (marked("font-size:calc(1px + 2vw)"), {"font_ratio"}),
        (marked("font-size:34px;color:var(--x)"), {"contrast"}),
        (marked(css=STYLE + "<style>@media (orientation:portrait){.l{display:none}}</style>"), {"visible"}),
        (marked(css=STYLE + "<style>body{& .l{display:none}}</style>"), {"visible"}),
        (marked(css=STYLE + "<style>body{.m &, .l{display:none}}</style>"), {"visible"}),
        (marked(css=STYLE + "<style>.l{@media screen{display:none}}</style>"), {"visible"}),
        (marked(css=STYLE + "<style>.l::before{content:'НЕ '}</style>"), {"visible"}),
        (marked(css=STYLE + "<style>.l::after{content:attr(title)}</style>"), {"visible"}),
        (
            marked(
                css=STYLE + "<style>.l:before{content:'';position:absolute;inset:0;background:#fff}</style>"
            ),
            {"visible", "overlay"},
        ),
        (marked(css=STYLE + "<style>.l::first-line{font-size:1px}</style>"), {"visible"}),
        (
            marked(after="<p style='margin-top:-400px;background:#fff;position:relative'>Привет</p>"),
            {"visible", "overlay"},
        ),
        (
            page(f"<h1>{TITLE}</h1><p style='font-size:34px'><bdo dir=ltr>{TEXT}</bdo></p><p>{BODY}</p>"),
            {"visible"},
        ),
        (marked(css=STYLE + "<style>@media (any-hover){p{font-size:9px}}</style>"), {"font_ratio"}),
    ],
)
def test_what_cannot_be_decided_is_not_measurable(data: bytes, kinds: set[str]) -> None:
    found = html.detect(data, LABEL)
    assert {item.kind for item in found.criteria if item.verdict == "not_measurable"} == kinds
    assert not_met(found) == set()
    assert not found.ok


CDN = "<link rel='stylesheet' href='https://cdn.example/all.css'>"


@pytest.mark.parametrize(
    ("data", "wrong"),
    [
        (marked("", css=CDN), set()),
        (marked("", css=CDN + "<style>.l{font-size:14px;color:#ddd}body{font-size:14px}</style>"), set()),
        (marked("color:#fff", css=CDN), set()),
        (page(f"<h1>{TITLE}</h1><p style='font-size:10px'>Дата</p><p class=l>{TEXT}</p><p>{BODY}</p>", CDN), {"position"}),
        (marked("font-size:14px", css=CDN), {"font_ratio"}),
        (marked("", css=CDN + "<style>.l{font-size:14px!important}</style>"), {"font_ratio"}),
        (page(f"<h1>{TITLE}</h1><p style='font-size:14px'><b>{TEXT}</b></p><p>{BODY}</p>", CDN), {"font_ratio"}),
        (page(f"<h1>{TITLE}</h1><div style='font-size:14px'><p>{TEXT}</p></div><p>{BODY}</p>", CDN), set()),
        (marked("font-size:34px;color:#ddd;background:#fff", css=CDN), {"contrast"}),
        (marked("font-size:34px;color:#fff;background:#fff", css=CDN), {"contrast"}),
        (marked("", css=CDN + "<style>.l{display:none!important}</style>"), {"visible"}),
        (marked("", css="<style>@import 'https://cdn.example/all.css';</style>"), set()),
    ],
)  # fmt: skip
def test_what_sheets_of_the_network_decide_is_not_called_wrong(data: bytes, wrong: set[str]) -> None:
    """A browser's own size is no measure there; what the page itself fixes is."""
    found = html.detect(data, LABEL)
    assert not_met(found) == wrong
    assert not found.ok


@pytest.mark.parametrize(
    "style",
    [
        "letter-spacing:-1em", "word-spacing:-99px", "-webkit-mask-image:linear-gradient(#0000,#0000)", "contain:strict",
        "position:relative;left:9999px", "position:relative;z-index:-1", "-webkit-line-clamp:1", "block-size:0;overflow:clip",
        "display:var(--d)", "visibility:var(--d)", "-webkit-text-stroke:9px #fff", "inset:-2px",
    ],
)  # fmt: skip
def test_what_may_hide_or_squeeze_the_label_is_told(style: str) -> None:
    assert not html.detect(marked(f"font-size:34px;{style}"), LABEL).ok


@pytest.mark.parametrize(
    "style",
    ["letter-spacing:-0.02em", "letter-spacing:2px", "contain:layout", "z-index:1", "margin-top:600px"],
)
def test_what_designers_write_every_day_raises_no_alarm(style: str) -> None:
    assert html.detect(marked(f"font-size:34px;{style}"), LABEL).ok


OWN = "<style>.l{font-family:Own,serif}</style>"
FACES = {
    "letters of its own": (face(font()), OWN, "met"),
    "nothing drawn": (face(font(blank=True)), OWN, "not_met"),
    "nothing drawn, by the short form": (
        face(font(blank=True)), "<style>p{font:bold 34px/1.2 'OWN'}</style>", "not_met",
    ),
    "nothing drawn, by an attribute": (face(font(blank=True), name="x y"), "<style>.l{font-family:x  y}</style>", "not_met"),
    "a known name": (face(font(blank=True), name="Arial"), "<style>body{font-family:arial}</style>", "not_met"),
    "behind what may be installed": (face(font(blank=True)), "<style>.l{font-family:Arial,Own}</style>", "not_measurable"),
    "behind one without such letters": (
        face(font(letters="xyz"), name="Latin") + face(font(blank=True)), "<style>.l{font-family:Latin,Own}</style>", "not_met",
    ),
    "behind serif": (face(font(blank=True)), "<style>.l{font-family:serif,Own}</style>", "met"),
    "of nothing else": (face(font(blank=True)), "<style>.other{font-family:Own}</style>", "met"),
    "low": (face(font(height=20)), OWN, "not_measurable"),
    "made smaller": (face(font(), "size-adjust:1%"), OWN, "not_measurable"),
    "elsewhere": (face("own.woff2"), OWN, "not_measurable"),
    "damaged": (face(font()[:300]), OWN, "not_measurable"),
    "under a condition": (face(font()), "<style>@media (width<9px){.l{font-family:Own}}</style>", "not_measurable"),
}  # fmt: skip


@pytest.mark.parametrize("name", FACES)
def test_letters_of_a_font_that_the_page_brings_along(name: str) -> None:
    rules, use, verdict = FACES[name]
    data = marked(css=f"{STYLE}<style>{rules}</style>{use}")
    visible = html.detect(data, LABEL).criterion("visible")
    assert visible is not None
    assert visible.verdict == verdict
    stamped = html.stamp(marked(words="", css=f"{STYLE}<style>{rules}</style>{use}"), LABEL).data
    seen = html.detect(stamped, LABEL).criterion("visible")
    assert seen is not None
    assert seen.verdict == "met"


@pytest.mark.parametrize(
    "rules", ["<style>@media print{.l{display:none}}</style>", "<style media=print>.l{color:#eee}</style>"]
)
def test_what_only_paper_lacks_is_noted(rules: str) -> None:
    found = html.detect(marked(css=STYLE + rules), LABEL)
    assert found.ok
    (note,) = found.notes
    assert note.startswith("NOT right once the page is printed")
    assert (
        html.detect(marked(css=STYLE + "<style>@media print{nav{display:none}}</style>"), LABEL).notes == ()
    )


def test_a_page_built_by_scripts_has_no_text_to_judge() -> None:
    found = html.detect(page("<div id=app></div><script src=app.js></script>"), LABEL)
    assert found.verdict == "not_measurable"


def test_the_size_is_said_in_points_people_know() -> None:
    ratio = html.detect(marked("font-size:26px"), LABEL).criterion("font_ratio")
    assert ratio is not None
    assert ratio.message == "Label 26 px, text 16 px, needs at least 32 px"
    assert ratio.remedy == "To mend: compliance label apply {file}"
    assert (ratio.measured, ratio.required, ratio.source) == ("1.62", "2", "rule p.2")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (page("<div>" * 1_000 + "x"), "nested too deeply"),
        (page("<i>x</i>" * 2_001), "too large"),
        (b'<meta charset="utf-8">\xff', "not in the encoding it declares"),
        (b'<meta charset="no-such">x', "not in the encoding it declares"),
        (b'<meta charset="base64">x', "not in the encoding it declares"),
    ],
)
def test_hostile_html_is_refused(monkeypatch: pytest.MonkeyPatch, data: bytes, said: str) -> None:
    monkeypatch.setattr(_html_read, "MOST_ELEMENTS", 2_000)
    with pytest.raises(InputError, match=said):
        html.detect(data, LABEL)


@pytest.mark.parametrize(
    "content",
    [
        "",
        "<",
        "<h1>",
        "</h1><h1",
        "<h1><h1></h2>",
        "<body><body>",
        "<!--",
        "<script>",
        "<p style='font-size:'>",
        "<style>}{",
    ],
)
def test_broken_html_is_stamped_where_it_shows_or_not_at_all(content: str) -> None:
    data = f"{HEAD}</head><body>{content}".encode()
    made = html.stamp(data, LABEL).data
    assert html.detect(made, LABEL).verdict in ("met", "not_met", "not_measurable")


@given(st.binary(max_size=200))
def test_any_bytes_give_a_verdict_or_a_refusal(data: bytes) -> None:
    for medium in (text, markdown, html):
        try:
            medium.detect(data, LABEL)
            medium.stamp(data, LABEL)
        except InputError:
            continue


@pytest.mark.parametrize("size", [14, 16, 22.5])
def test_another_layout_engine_agrees_on_the_size(size: float) -> None:
    """WeasyPrint lays the stamped page out; PDFium measures the result."""
    from compliance import fonts

    data = page(f"<h1>{TITLE}</h1><div><p>{BODY}</p></div>", f"<style>div{{font-size:{size}px}}</style>")
    made = html.stamp(data, LABEL).data.decode()
    out = io.BytesIO()
    fonts.weasyprint().HTML(string=made, media_type="screen").write_pdf(out)
    ours, theirs = html.detect(made.encode(), LABEL), pdf.detect(out.getvalue(), LABEL)
    assert not_met(theirs) == set()
    assert ours.detection is not None
    assert theirs.detection is not None
    assert ours.detection.label_size == pytest.approx((theirs.detection.label_size or 0) / 0.75, abs=0.1)
    assert ours.detection.body_size == pytest.approx((theirs.detection.body_size or 0) / 0.75, abs=0.1)


def test_contrast_is_wcag_s() -> None:
    black, white, grey = (0.0, 0.0, 0.0, 1.0), (1.0, 1.0, 1.0, 1.0), (119 / 255, 119 / 255, 119 / 255, 1.0)
    assert _colours.contrast(black, white) == pytest.approx(21)
    assert _colours.contrast(grey, white) == pytest.approx(4.48, abs=0.01)


def test_other_requirements_are_never_silently_met() -> None:
    words = label(requirements=(Requirement("screen_share", "20%"), Requirement("position", "end_of_label")))
    found = html.detect(marked(), words)
    assert [item.verdict for item in found.criteria] == ["met", "met", "not_measurable", "not_measurable"]


def test_elements_without_words_are_not_measurable() -> None:
    found = html.detect(marked(), label(None, elements=("role", "the register")))
    assert found.verdict == "not_measurable"
    assert re.search("role; the register", found.criteria[0].message)


def test_a_page_with_only_a_heading_is_stamped_right() -> None:
    data = f"<!DOCTYPE html><html><body><h1>{TITLE}</h1></body></html>".encode()
    assert not_met(html.detect(html.stamp(data, LABEL).data, LABEL)) == set()
