"""EPUB: the label in the first chapter that has text, or in each that has; every other member stays as it is packed.

The styles that the book carries are read as if they stood in the page itself.
"""

from __future__ import annotations

import posixpath
import re
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import unquote

from compliance.errors import InputError
from compliance.i18n import _, ngettext
from compliance.labels import _author_text, _package, html
from compliance.labels._docx_read import attribute, name, tree
from compliance.labels._html_read import read_text
from compliance.labels._package import Package, damaged
from compliance.labels.model import Label, Stamped, Verification

NAME = "epub"
SUFFIXES = (".epub",)
MEDIA = ("text", "post", "letter")
CAP = _package.CAP
ISOLATED = 30
LAYOUTS = ("first_chapter", "every_chapter")
"""``every_chapter``: wherever a reader opens the book."""

_MOST_CHAPTERS = 20  # looked at for the first text: covers and title pages come before it
_LINK = re.compile(r"<link\b[^>]*>", re.I)
_FONT = re.compile(r"url\(\s*[\"']?([^\"')]+\.(?:ttf|otf|woff2?))[\"']?\s*\)", re.I)
_HREF = re.compile(r"href\s*=\s*[\"']([^\"']*)[\"']", re.I)

recognises = _package.recognises


def _book(data: bytes) -> tuple[Package, str]:
    """The book and the name of its first chapter with text. `InputError` for locked and damaged ones."""
    package = Package(data)
    chapter = next(_spoken(package, _chapters(package)[:_MOST_CHAPTERS]), None)
    if chapter is None:
        raise InputError(
            _("this book has no text that could be labelled"), remedy=_("Label the page it is offered on.")
        )
    return package, chapter


def _chapters(package: Package) -> list[str]:
    """All chapters, in the order of reading."""
    if "META-INF/encryption.xml" in package.names or "META-INF/rights.xml" in package.names:
        raise InputError(
            _("this book is protected against copying"),
            remedy=_("Label the file before it is protected, or the page it is offered on."),
        )
    root = _listing(package)
    listing = tree(package.read(root))
    items = {
        attribute(item, "id"): attribute(item, "href") for item in listing.iter() if name(item) == "item"
    }
    order = [attribute(item, "idref") for item in listing.iter() if name(item) == "itemref"]
    folder = posixpath.dirname(root)
    found = [posixpath.normpath(posixpath.join(folder, unquote(items[key]))) for key in order if key in items]
    return list(dict.fromkeys(found))


def _spoken(package: Package, chapters: list[str]) -> Iterator[str]:
    """Those that have text which is seen."""
    for chapter in chapters:
        if any(run.text.strip() and not run.hidden for run in read_text(_page(package, chapter)).runs):
            yield chapter


def _listing(package: Package) -> str:
    """The name of the package document."""
    container = tree(package.read("META-INF/container.xml"))
    roots = [attribute(item, "full-path") for item in container.iter() if name(item) == "rootfile"]
    if not roots:
        raise damaged()
    return roots[0]


def anonymous(data: bytes) -> Stamped:
    """Without the people and programs that its listing, the heads of its chapters and its pictures name."""
    return _author_text.book(data, _listing(_book(data)[0]))


def _page(package: Package, chapter: str) -> str:
    """The chapter's text with the book's own style sheets and fonts put in the places of their links."""
    folder = posixpath.dirname(chapter)
    source = _with_fonts(html.decode(package.read(chapter)).text, folder, package)

    def inlined(found: re.Match[str]) -> str:
        link = _HREF.search(found[0])
        if link is None or "stylesheet" not in found[0].lower():
            return found[0]
        place = posixpath.normpath(posixpath.join(folder, unquote(link[1])))
        sheet = package.find(place)
        if sheet is None:
            return found[0]
        rules = sheet.decode("utf-8", "replace").replace("</", "<\\/")
        rules = _with_fonts(rules, posixpath.dirname(place), package)
        return f"<style>{rules}</style>"

    return _LINK.sub(inlined, source)


def page_of(data: bytes, *, last: bool = False) -> str:
    """The first chapter with text, as `detect` reads it; or the last; empty where that is the first."""
    package, first = _book(data)
    if not last:
        return _page(package, first)
    chapter = next(_spoken(package, _chapters(package)[::-1]), first)
    return "" if chapter == first else _page(package, chapter)


def _with_fonts(rules: str, folder: str, package: Package) -> str:
    """Fonts of the book in the rules that name them."""

    def inlined(found: re.Match[str]) -> str:
        font = package.find(posixpath.normpath(posixpath.join(folder, unquote(found[1]))))
        return found[0] if font is None else f"url(data:;base64,{b64encode(font).decode()})"

    return _FONT.sub(inlined, rules)


def stamp(data: bytes, label: Label, *, layout: str = LAYOUTS[0]) -> Stamped:
    """Under the first heading of the first chapter with text, of all of them where the layout is so."""
    if bare := remove(data, label):
        data = bare.data
    package, first = _book(data)
    package.refuse_signed()
    every = layout == "every_chapter"
    made = {
        chapter: html.stamp(package.read(chapter), label, _page(package, chapter))
        for chapter in (_spoken(package, _chapters(package)) if every else [first])
    }
    notes = made[first].notes
    if every:
        notes = (*notes, ngettext("in {n} chapter", "in {n} chapters", len(made)).format(n=len(made)))
    return Stamped(package.written({chapter: item.data for chapter, item in made.items()}), notes)


def remove(data: bytes, label: Label) -> Stamped | None:
    """The chapters with the bytes they had; ``None`` where no label of ours stands."""
    package, _first = _book(data)
    bare = {
        chapter: found.data
        for chapter in _chapters(package)
        if (page := package.find(chapter)) is not None and (found := _unlabelled(page, label))
    }
    return Stamped(package.written(bare)) if bare else None


def _unlabelled(page: bytes, label: Label) -> Stamped | None:
    try:
        return html.remove(page, label)
    except InputError:
        return None  # a chapter in no encoding that we know has no label of ours


def layout_of(data: bytes, label: Label) -> str:
    """The layout in which our label stands here, by the last chapter with text; empty where there is none."""
    package, first = _book(data)
    if _unlabelled(package.read(first), label) is None:
        return ""
    last = next(_spoken(package, _chapters(package)[::-1]), first)
    return LAYOUTS[last != first and _unlabelled(package.read(last), label) is not None]


def detect(data: bytes, label: Label) -> Verification:
    """The first chapter with text, as a reader without its own styles shows it."""
    package, chapter = _book(data)
    found = html.judge_text(_page(package, chapter), label)
    note = _("measured in {chapter}, the first chapter with text").format(chapter=chapter)
    return replace(found, medium=NAME, notes=(*found.notes, note))
