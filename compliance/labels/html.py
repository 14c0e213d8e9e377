"""HTML: the label is spliced into the bytes; DOCTYPE, head, scripts and everything else stay as they are.

Writer and reader are different paths: ``stamp`` works on positions in the source, ``detect`` on the
tree a browser would build (tinyhtml5) with the page's own styles (`_css`) and the style sheets that lie beside it
(`_site_styles`). What depends on scripts or on style sheets elsewhere is not measurable here.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from hashlib import sha256
from html import escape
from pathlib import Path

from compliance.errors import InputError
from compliance.files import MiB
from compliance.i18n import _
from compliance.labels import _site_styles, text
from compliance.labels._css_rules import widths
from compliance.labels._html_read import Light, read_text
from compliance.labels._tags import Tags
from compliance.labels.judge import badness, judge
from compliance.labels.model import Label, Stamped, Verification
from compliance.labels.reading import Reading, Run, body_size, label_pieces

NAME = "html"
SUFFIXES = (".html", ".htm", ".xhtml")
MEDIA = ("text", "post", "letter")
CAP = 2 * MiB
ISOLATED = 20
LAYOUTS = ("block", "bare", "first")
"""``bare``: without styles of its own, as large as its element is. ``first``: a block before everything else."""

# What says that we put a block there; never taken as evidence. Earlier versions wrote an attribute, by which any
# filter can hide the label; now it is an identifier that is another on each page, and knows itself again.
EARLIER = "data-compliance-label"
_MARK = re.compile(r"[a-p]{16}")
_PRINT = re.compile(r"media[^{;>]{0,200}print", re.I)
_LETTERS = str.maketrans("0123456789abcdef", "abcdefghijklmnop")
# The least element that is as much larger than the text by itself: where a channel takes the styles out, it stays.
_BLOCKS = ((1.0, "p"), (1.17, "h3"), (1.5, "h2"), (2.0, "h1"))
_MAY_BE_OURS = re.compile(r"id\s*=\s*[\"']?\s*[a-p]{16}")
_PIECE = 128
"""Characters read first."""
_CHARSET = re.compile(rb"<meta[^>]+charset\s*=\s*[\"']?\s*([A-Za-z0-9_:.-]{1,40})", re.I)
_NAMING = frozenset(
    "author creator dc.creator dcterms.creator article:author twitter:creator generator publisher designer owner"
    " reply-to progid originator".split()
)
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_NO_TEXT = (
    "script",
    "style",
    "template",
    "title",
    "noscript",
    "svg",
    "textarea",
    "select",
    "iframe",
    "object",
)
_BEFORE_BODY = (
    "html",
    "head",
    "meta",
    "link",
    "base",
    "title",
    "style",
    "script",
    "noscript",
    "template",
    "body",
)


def recognises(data: bytes) -> bool:
    """Text with a tag in it."""
    return text.recognises(data) and re.search(rb"<\0?[A-Za-z!]", data) is not None


def decode(data: bytes) -> text.Decoded:
    """By byte order mark, then ``<meta charset>``, then as plain text; `InputError` when nothing fits."""
    declared = _CHARSET.search(data[:2048])
    marked = data.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    if declared and not marked:
        name = declared[1].decode("ascii")
        try:
            codec = codecs.lookup(name)
            found = data.decode(codec.name)
        except (LookupError, UnicodeDecodeError):
            raise _bad_charset(name) from None
        if not isinstance(found, str) or found.encode(codec.name, "replace") != data:
            raise _bad_charset(name)
        return text.Decoded(found, codec.name, b"")
    return text.decode(data)


def _bad_charset(name: str) -> InputError:
    return InputError(
        _("the page is not in the encoding it declares ({name})").format(name=name),
        remedy=_("Save the page as UTF-8 and try again."),
    )


class _Places(Tags):
    """Offsets in the source: after the first heading, at the start of article, body or content."""

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=False)
        self.source = source
        self.lines = [0, *(found.end() for found in re.finditer("\n", source))]
        self.after_heading: int | None = None
        self.article: int | None = None
        self.body: int | None = None
        self.content: int | None = None
        self.stamped: tuple[int, int] | None = None  # a label of ours that already stands here
        self._open: list[str] = []  # elements whose text is not shown as such
        self._heading = ""
        self._ours: int | None = None
        self._block = ""
        self._spoken = False  # text was met since the start of the body or the article
        # What comes behind the first heading matters only where a label of ours stands, or the body begins so late.
        small = source.lower()
        whole, bodied = EARLIER in small or _MAY_BE_OURS.search(small) is not None, "<body" in small
        at, more = 0, _PIECE
        while at < len(source):
            if self.after_heading is not None and not whole and (self.body is not None or not bodied):
                return
            self.feed(source[at : at + more])
            at, more = at + more, 2 * more  # twice as much: a tag that never ends is not read over and over
        self.close()

    def _here(self) -> int:
        line, column = self.getpos()
        return self.lines[line - 1] + column

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        start, end = self._here(), self._here() + len(self.get_starttag_text() or "")
        if attrs and self.stamped is None and _is_ours(tag, attrs):
            self._ours, self._block, self._start = end, tag, start
        if tag == "body" and self.body is None:
            self.body = end
        elif tag in ("article", "main") and self.after_heading is None and self.article is None:
            self.article, self._spoken = end, False
        elif tag in _NO_TEXT:
            self._open.append(tag)
        elif self._may_head(tag):
            self._heading = tag
        if tag not in _BEFORE_BODY and self.content is None and not self._open:
            self.content = start

    def _may_head(self, tag: str) -> bool:
        first = self.after_heading is None and not self._open
        return first and (tag == "h1" or (tag in _HEADINGS and not self._spoken))

    def handle_endtag(self, tag: str) -> None:
        end = self.source.find(">", self._here()) + 1
        if self._open and tag == self._open[-1]:
            self._open.pop()
        if tag == self._heading and self.after_heading is None:
            self._heading, self.after_heading = "", end
        if self._ours is not None:
            inner = self.source[self._ours : self._here()]
            if tag == self._block and "<" not in inner:
                self.stamped = (self._start, end)
            self._ours = None

    def handle_data(self, data: str) -> None:
        if data.strip() and not self._open:
            if self.content is None:
                self.content = self._here()
            self._spoken = self._spoken or not self._heading

    def best(self, *, first: bool) -> int:
        """Where the label goes; the end of a page that has no content at all. ``first``: before all else."""
        begins = (self.body, self.content)
        places = begins if first else (self.after_heading, self.article, *begins)
        return next((place for place in places if place is not None), len(self.source))


def _is_ours(tag: str, attrs: list[tuple[str, str | None]]) -> bool:
    if tag == "div":
        return any(name == EARLIER for name, _value in attrs)
    if not any(tag == block for _ratio, block in _BLOCKS):
        return False
    return any(name == "id" and _known(value or "") for name, value in attrs)


def _known(mark: str) -> bool:
    return _MARK.fullmatch(mark) is not None and _mark(mark[:8]) == mark


def _mark(salt: str) -> str:
    """``salt`` of eight letters and eight that follow from it."""
    return salt + sha256(f"label {salt}".encode()).hexdigest()[:8].translate(_LETTERS)


def stamp(data: bytes, label: Label, shown: str | None = None, *, layout: str = LAYOUTS[0]) -> Stamped:
    """A block of its own under the first heading; a label of ours that stands there is replaced.

    It is an element that is large by itself, a heading where the rule asks for larger letters (with the role of none,
    so that the page's outline stays), since styles get lost on the way.

    Its size is the rule's ratio times the text's measured size, in black on white; ``!important``
    keeps the page's own styles from undoing it. ``shown``: the page with the styles that come from elsewhere.
    """
    assert label.text is not None
    source = decode(data)
    page = source.text
    places = _Places(page)
    if places.stamped:
        page = page[: places.stamped[0]] + page[places.stamped[1] :]
        places = _Places(page)
    measured = page if shown is None else shown
    sizes = [_size(read_text(measured, width=width).runs, label) for width in widths(measured)]
    size = max((size for size in sizes if size), default=0.0)
    font = f"{_up(label.ratio * size):g}px" if size else f"{label.ratio:g}em"
    style = (
        f"display:block;position:static;float:none;clear:both;visibility:visible;opacity:1;margin:16px 0;"
        f"padding:8px;text-indent:0;font-size:{font};font-weight:400;line-height:1.2;color:#000;background:#fff;"
        "text-transform:none;letter-spacing:normal;white-space:normal;max-height:none;height:auto;overflow:visible"
    ).replace(";", " !important;")
    if "@font-face" in (page if shown is None else shown).lower():
        # Nobody can tell from the page what letters a font of its own draws.
        style += " !important;font-family:sans-serif"
    language = f' lang="{escape(label.language, quote=True)}"' if label.language else ""
    words = escape(label.text, quote=False)
    tag = next((tag for ratio, tag in _BLOCKS if ratio >= label.ratio), "h1")
    role = "note" if tag == "p" else "none"
    mark = _mark(sha256(page.encode("utf-8", "replace")).hexdigest()[:8].translate(_LETTERS))
    styles = "" if layout == "bare" else f' style="{style} !important"'
    block = f'<{tag} id="{mark}" role="{role}"{language}{styles}>{words}</{tag}>'
    at = places.best(first=label.leads or layout == "first")
    try:
        made = (block).encode(source.encoding, "xmlcharrefreplace").decode(source.encoding)
    except UnicodeError:
        raise _bad_charset(source.encoding) from None
    note = _("no heading was found; the label stands first")
    if label.leads:
        note = _("the label stands first, as the rule asks")
    elif layout == "first":
        note = _("the label stands before everything else")
    elif places.after_heading is not None:
        note = _("the label stands under the first heading")
    return Stamped(source.encode(page[:at] + made + page[at:]), (note,))


def _size(runs: Sequence[Run], label: Label) -> float | None:
    """Of the text without the label; where headings are all the text there is, the label is measured against them."""
    ours = label_pieces(runs, label)
    others = [run for number, run in enumerate(runs) if number not in ours]
    return body_size(others) or body_size(replace(run, heading=False) for run in others)


def remove(data: bytes, _label: Label) -> Stamped | None:
    """Without the block that `stamp` put in, otherwise the same bytes; ``None`` where there is none."""
    source = decode(data)
    ours = _Places(source.text).stamped
    if ours is None:
        return None
    return Stamped(source.encode(source.text[: ours[0]] + source.text[ours[1] :]))


def layout_of(data: bytes, label: Label) -> str:
    """The layout in which our label stands; empty where none does."""
    page = decode(data).text
    ours = _Places(page).stamped
    if ours is None:
        return ""
    if " style=" not in page[ours[0] : page.index(">", ours[0])]:
        return "bare"
    places = _Places(page[: ours[0]] + page[ours[1] :])
    first = ours[0] == places.best(first=True) != places.best(first=label.leads)
    return "first" if first else LAYOUTS[0]


class _Names(Tags):
    """Where in the source the tags stand that name an author or a program: ``meta`` and ``link``."""

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=False)
        self.lines = [0, *(found.end() for found in re.finditer("\n", source))]
        self.found: list[tuple[int, int, str]] = []
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: (value or "").lower() for name, value in attrs}
        name = (said.get("name") or said.get("property") or "") if tag == "meta" else said.get("rel", "")
        if tag in ("meta", "link") and name in _NAMING:
            line, column = self.getpos()
            start = self.lines[line - 1] + column
            self.found.append((start, start + len(self.get_starttag_text() or ""), f"{tag} {name}"))


def anonymous(data: bytes) -> Stamped:
    """Without the tags of the head that name an author or a program; what the page shows stays."""
    source = decode(data)
    page, names = source.text, _Names(source.text).found
    for start, end, _name in reversed(names):
        page = page[:start] + page[end:]
    if not names:
        return Stamped(data)
    kinds = ", ".join(dict.fromkeys(name for _start, _end, name in names))
    return Stamped(source.encode(page), (_("taken out: {what}").format(what=kinds),))


def _up(size: float) -> float:
    return -(-round(size * 10) // 10) if size == size else size


def inlined(data: bytes, path: Path) -> tuple[bytes, Callable[[bytes], bytes]]:
    """The page with the style sheets that lie near ``path``, and what makes links of them again."""
    try:
        source = decode(data)
        page, back = _site_styles.inlined(source.text, path)
        whole = source.encode(page)
    except (InputError, UnicodeError):  # the reader says what is wrong
        return data, lambda made: made

    def linked(made: bytes) -> bytes:
        again = decode(made)
        return again.encode(back(again.text))

    return whole, linked


def detect(data: bytes, label: Label) -> Verification:
    """What the page shows without running its scripts or fetching anything."""
    return judge_text(decode(data).text, label)


def judge_text(
    page: str,
    label: Label,
    change: Callable[[Reading], Reading] = lambda reading: reading,
    *,
    light: Light = "",
    medium: str = "screen",
) -> Verification:
    """As `detect`, for a page that is text already; ``change`` adds what the caller knows, ``light``: on a dark screen,
    ``medium``: ``print`` for paper. Of a page that looks otherwise on narrow and wide screens: where it is worst."""
    if medium == "print":
        return _judged(page, label, change, light, medium, None)
    by_width = {width: _judged(page, label, change, light, medium, width) for width in widths(page)}
    width, found = max(by_width.items(), key=lambda item: badness(item[1]))
    if width is not None and badness(found) > min(map(badness, by_width.values())):
        note = _("measured for a screen {n} pixels wide, where it is worst").format(n=f"{width:g}")
        found = replace(found, notes=(*found.notes, note))
    return _on_paper(page, label, found)


def _judged(
    page: str,
    label: Label,
    change: Callable[[Reading], Reading],
    light: Light,
    medium: str,
    width: float | None,
) -> Verification:
    found = judge(change(read_text(page, light=light, medium=medium, width=width)), label)
    position = found.criterion("position")
    if position is None or position.verdict != "not_met":
        return found
    # The label may stand in the site's own header: then the plain order of the page counts.
    plain = judge(change(read_text(page, furniture=False, light=light, medium=medium, width=width)), label)
    return min((found, plain), key=badness)


def _on_paper(page: str, label: Label, found: Verification) -> Verification:
    """With a note where the page has styles for print under which the label is seen worse."""
    if not _PRINT.search(page):
        return found
    paper = judge(read_text(page, medium="print"), label)
    kinds = {item.kind for item in found.criteria if item.verdict == "not_met"} | {"position"}
    worse = [item for item in paper.criteria if item.verdict == "not_met" and item.kind not in kinds]
    if not worse:
        return found
    said = "; ".join(item.message for item in worse)
    note = _("NOT right once the page is printed, its styles for paper are others: {why}").format(why=said)
    return replace(found, notes=(*found.notes, note))
