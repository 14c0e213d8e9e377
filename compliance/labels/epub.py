"""EPUB: the label in the first chapter that has text; every other member stays as it is packed.

The styles that the book carries are read as if they stood in the page itself.
"""

from __future__ import annotations

import posixpath
import re
from base64 import b64encode
from dataclasses import replace
from urllib.parse import unquote

from compliance.errors import InputError
from compliance.i18n import _
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

_MOST_CHAPTERS = 20  # looked at for the first text: covers and title pages come before it
_LINK = re.compile(r"<link\b[^>]*>", re.I)
_FONT = re.compile(r"url\(\s*[\"']?([^\"')]+\.(?:ttf|otf|woff2?))[\"']?\s*\)", re.I)
_HREF = re.compile(r"href\s*=\s*[\"']([^\"']*)[\"']", re.I)

recognises = _package.recognises


def _book(data: bytes) -> tuple[Package, str]:
    """The book and the name of its first chapter with text. `InputError` for locked and damaged ones."""
    package = Package(data)
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
    chapters = [
        posixpath.normpath(posixpath.join(folder, unquote(items[key]))) for key in order if key in items
    ]
    for chapter in chapters[:_MOST_CHAPTERS]:
        page = _page(package, chapter)
        if any(run.text.strip() and not run.hidden for run in read_text(page).runs):
            return package, chapter
    raise InputError(
        _("this book has no text that could be labelled"), remedy=_("Label the page it is offered on.")
    )


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


def page_of(data: bytes) -> str:
    """The first chapter with text, as `detect` reads it."""
    return _page(*_book(data))


def _with_fonts(rules: str, folder: str, package: Package) -> str:
    """Fonts of the book in the rules that name them."""

    def inlined(found: re.Match[str]) -> str:
        font = package.find(posixpath.normpath(posixpath.join(folder, unquote(found[1]))))
        return found[0] if font is None else f"url(data:;base64,{b64encode(font).decode()})"

    return _FONT.sub(inlined, rules)


def stamp(data: bytes, label: Label) -> Stamped:
    """Under the first heading of the first chapter with text."""
    package, chapter = _book(data)
    package.refuse_signed()
    bare = html.remove(package.read(chapter), label)
    made = html.stamp(bare.data if bare else package.read(chapter), label, _page(package, chapter))
    return Stamped(package.written({chapter: made.data}), made.notes)


def remove(data: bytes, label: Label) -> Stamped | None:
    """The chapter with the bytes it had; ``None`` where no label of ours stands."""
    package, chapter = _book(data)
    bare = html.remove(package.read(chapter), label)
    return Stamped(package.written({chapter: bare.data}), bare.notes) if bare else None


def detect(data: bytes, label: Label) -> Verification:
    """The first chapter with text, as a reader without its own styles shows it."""
    package, chapter = _book(data)
    found = html.judge_text(_page(package, chapter), label)
    note = _("measured in {chapter}, the first chapter with text").format(chapter=chapter)
    return replace(found, medium=NAME, notes=(*found.notes, note))
