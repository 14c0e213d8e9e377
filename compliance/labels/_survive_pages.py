"""What is left of a page: without its styles, in a reader, on a dark ground, on paper, under filters; and of Markdown, e-mails and books."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from compliance.i18n import _
from compliance.labels import email, epub, html, markdown, text, work
from compliance.labels._html_read import Light
from compliance.labels._replay import CAPTION, Replay, Way, judged, measured, not_there
from compliance.labels.judge import CONTRAST
from compliance.labels.model import Label, Requirement

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_HASHES = re.compile(r"^#{1,6} ", re.M)
_PHRASE = 30  # letters of the wording that a filter looks for
_SHOWING = "h1 h2 h3 h4 h5 h6 p div span section aside td li strong b".split()
_NAMES = frozenset(("id", "class", "role"))
_KEYS = ("label", "disclaimer", "notice", "warning", "banner", "agent", "role note")
_LIGHTS: tuple[tuple[Way, Light], ...] = (
    ("dark", "own"), ("inverted", "inverted"), ("dark_ground", "ground"),
)  # fmt: skip


def pages(data: bytes, label: Label) -> Iterator[Replay]:
    if not work.carries(html.detect(data, label)):
        raise not_there()
    page = html.decode(data).text
    yield from _shown(page, label)
    yield judged("paper", html.judge_text(page, label, medium="print"))
    yield measured("filter_mark", html, _filtered(page, _by_mark), label)
    start = _squeezed(label.text or "")[:_PHRASE]
    gone = measured("filter_words", html, _filtered(page, lambda item: start in _spoken(item)), label)
    why = "" if gone.carries else _("no layout keeps it from a filter that knows the words")
    yield replace(gone, why=why, hopeless=True)


def _shown(page: str, label: Label) -> Iterator[Replay]:
    """In programs that show a page in their own way."""
    yield measured("sanitised", html, _bare(page), label)
    yield _read_as_text("reader", page, label)
    for way, light in _LIGHTS:
        yield _dark(way, page, label, light)


def letters(data: bytes, label: Label) -> Iterator[Replay]:
    """An e-mail: its page in mail programs, and its text where a program shows nothing else."""
    if not work.carries(email.detect(data, label)):
        raise not_there()
    shown = email.versions(data)
    if (page := shown.get("text/html")) is not None:
        yield from _shown(page, label)
    plain = shown.get("text/plain")
    if plain is None:
        plain = "\n\n".join(_lines(page or ""))
    yield measured("plain", text, plain.encode("utf-8", "replace"), label)


def books(data: bytes, label: Label) -> Iterator[Replay]:
    """An EPUB: the page with the label in programs that read books."""
    if not work.carries(epub.detect(data, label)):
        raise not_there()
    yield from _shown(epub.page_of(data), label)
    if last := epub.page_of(data, last=True):
        yield judged("last_chapter", html.judge_text(last, label))


def rendered(data: bytes, label: Label) -> Iterator[Replay]:
    """Markdown: the page in the sizes that browsers give, without any HTML of its own, as text, and unrendered."""
    if not work.carries(markdown.detect(data, label)):
        raise not_there()
    page = markdown.page(data)
    yield measured("rendered", html, page.encode("utf-8", "replace"), label)
    yield measured("sanitised", html, _bare(markdown.page(data, html=False)), label)
    yield _read_as_text("reader", page, label)
    words = "\n\n".join(_lines(page))
    yield measured("caption", text, words[:CAPTION].encode("utf-8", "replace"), label)
    source = _HASHES.sub("", text.decode(data).text)  # the marks of a heading are no text before the label
    yield measured("as_it_is", text, source.encode("utf-8", "replace"), label)


def _read_as_text(way: Way, page: str, label: Label) -> Replay:
    return measured(way, text, "\n\n".join(_lines(page)).encode("utf-8", "replace"), label)


def _dark(way: Way, page: str, label: Label, light: Light) -> Replay:
    """The contrast is measured whether the rule asks for it or not."""
    if label.requirement("contrast") is None:
        label = replace(label, requirements=(*label.requirements, Requirement("contrast", CONTRAST)))
    found = html.judge_text(page, label, light=light)
    contrast = found.detection.contrast if found.detection else None
    wrong = next((item.message for item in found.criteria if item.verdict == "not_met"), "")
    if not work.carries(found):
        return Replay(way, False, None, wrong, contrast)
    asked = found.criterion("contrast")
    if asked is None or asked.verdict != "met":
        return Replay(way, None, None, asked.message if asked else "", contrast)
    return Replay(way, True, None, "", contrast)


def _filtered(page: str, hides: Callable[[HtmlElement], bool]) -> bytes:
    """Without the innermost elements that a cosmetic filter hides: as if they were not there."""
    from lxml import html as parser

    root = _parsed(page)
    hidden = [item for item in root.iter(*_SHOWING) if isinstance(item, parser.HtmlElement) and hides(item)]
    for item in hidden:
        if item.getparent() is not None and not any(inner in hidden for inner in item.iterdescendants()):
            item.drop_tree()
    made: bytes = parser.tostring(root, encoding="utf-8", doctype="<!DOCTYPE html>")
    return made


def _by_mark(item: HtmlElement) -> bool:
    """A rule for the attribute of earlier versions, or for words in identifiers, classes, roles and data."""
    said = (f"{name} {value}" for name, value in item.attrib.items() if name in _NAMES or name[:5] == "data-")
    return any(word in line.lower() for line in said for word in _KEYS)


def _spoken(item: HtmlElement) -> str:
    return _squeezed("".join(map(str, item.itertext())))


def _squeezed(words: str) -> str:
    return " ".join(words.split()).lower()


def _bare(page: str) -> bytes:
    """As a newsletter or a forum lets it in: no styles, no classes, no scripts."""
    from lxml import etree
    from lxml import html as parser

    root = _parsed(page)
    etree.strip_elements(root, "style", "script", "link", with_tail=False)
    for element in root.iter():
        for name in ("style", "class", "id", "bgcolor", "color", "size"):
            element.attrib.pop(name, "")
    made: bytes = parser.tostring(root, encoding="utf-8", doctype="<!DOCTYPE html>")
    return made


def _parsed(page: str) -> HtmlElement:
    """As bytes: a text that says its own encoding is refused."""
    from lxml import html as parser

    made: HtmlElement = parser.document_fromstring(
        page.encode("utf-8", "replace"), parser=parser.HTMLParser(encoding="utf-8")
    )
    return made


def _lines(page: str) -> Iterator[str]:
    """Headings and paragraphs in a reader's own letters."""
    for element in _parsed(page).iter("h1", "h2", "h3", "h4", "p", "li", "blockquote", "td"):
        if words := " ".join("".join(map(str, element.itertext())).split()):
            yield words
