"""WordPress, Tools -> Export: posts and pages that are published (WXR, an RSS with names of its own).

The export holds the words and their own styles, not the theme: what the theme does to sizes and colours
can only be measured on the page as it stands.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from compliance import files
from compliance.channels.model import Export, Post
from compliance.errors import InputError
from compliance.i18n import _
from compliance.periods import parse_day

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

NAME = "wordpress"
_WXR = re.compile(rb"http://wordpress\.org/export/1\.\d/")
_HEAD = 16_384
_LONGEST_TITLE = 60
_BLOCK = re.compile(r"<(?:p|div|h[1-6]|ul|ol|table|blockquote|figure|section)\b", re.I)
_LAYOUT = re.compile(
    r"\[/?(?:(?:vc|et_pb|fusion_builder)_(?:section|container|row|column)(?:_inner)?|vc_column_text|et_pb_text|fusion_text)"
    r"(?:\s[^\[\]]*)?\]"
)
_HIDING = re.compile("disabl|hid|none|visib|opacity|class", re.IGNORECASE)
_KINDS = ("post", "page")
_INNER = re.compile(
    r"attachment|nav_menu_item|revision|custom_css|customize_changeset|oembed_cache|user_request|wp_.*|acf-.*|elementor_.*"
    r"|.*(?:template|layout|form|field|menu|slider|popup|snippet).*"
)
"""Kinds by which WordPress and builders of pages keep settings: nobody reads them by themselves."""


def kind() -> str:
    return _("WordPress: the XML of Tools → Export")


def recognises(path: Path) -> bool:
    if path.suffix.lower() != ".xml" or not path.is_file():
        return False
    with files.open_input(path) as stream:
        head = stream.read(_HEAD)
    return b"<rss" in head and _WXR.search(head) is not None


def read(path: Path) -> Export:
    title, link = _site(path)
    host = re.sub(r"[^a-z0-9]+", "-", re.sub(r"^\w+://(?:www\.)?", "", link.lower())).strip("-")
    key = f"{NAME}-{host[:38] or 'site'}"
    return Export(
        NAME, key, title or link, lambda: _posts(path), lambda: _others(path), styled_elsewhere=True
    )


def _site(path: Path) -> tuple[str, str]:
    """The blog's title and address, which stand before the first post."""
    found: dict[str, str] = {}
    for element in _elements(path, ("{*}title", "{*}link", "{*}item")):
        name = _local(element)
        parent = element.getparent()
        if name == "item" or len(found) == 2:
            break
        if parent is not None and _local(parent) == "channel":
            found.setdefault(name, (element.text or "").strip())
    return found.get("title", ""), found.get("link", "")


def _elements(path: Path, names: tuple[str, ...]) -> Iterator[Element]:
    from lxml import etree

    with files.open_input(path) as stream:
        try:
            for _event, element in etree.iterparse(
                stream,
                events=("end",),
                tag=names,
                resolve_entities=False,
                no_network=True,
                load_dtd=False,
                huge_tree=False,
            ):
                yield element
        except etree.XMLSyntaxError as error:
            raise InputError(
                _("this export is damaged or not complete"),
                place=_("{path}, line {line}").format(path=path, line=error.lineno),
                remedy=_("Export the site once more."),
            ) from None


def _posts(path: Path) -> Iterator[Post]:
    for element in _elements(path, ("{*}item",)):
        fields = {
            name: value for child in element if (name := _name(child)) for value in [(child.text or "")]
        }
        if fields.get("wp:status") == "publish" and fields.get("wp:post_type") in _KINDS:
            yield _post(path, int(str(element.sourceline or 0)), fields)
        element.clear()
        while element.getprevious() is not None and (parent := element.getparent()) is not None:
            del parent[0]


def _others(path: Path) -> Counter[str]:
    """Published entries of kinds that plugins and themes add, such as news or events."""
    found: Counter[str] = Counter()
    for element in _elements(path, ("{*}item",)):
        fields = {name: (child.text or "").strip() for child in element if (name := _name(child))}
        of = fields.get("wp:post_type", "")
        if fields.get("wp:status") == "publish" and of not in _KINDS and not _INNER.fullmatch(of):
            found[of or "?"] += 1
        element.clear()
    return found


def _post(path: Path, line: int, fields: dict[str, str]) -> Post:
    number, published = fields.get("wp:post_id", ""), _day(fields.get("wp:post_date"))
    if not (number.isascii() and number.isdigit()) or published is None:
        raise InputError(
            _("a post without its number or day"),
            place=_("{path}, line {line}").format(path=path, line=line),
            remedy=_("Export the site once more."),
        )
    edited = _day(fields.get("wp:post_modified"))
    title = fields.get("title", "").strip()
    return Post(
        id=number,
        published_on=published,
        edited_on=edited if edited and edited > published else None,
        data=_page(title, fields.get("content:encoded", "")),
        medium="html",
        law_medium="text",
        title=title[:_LONGEST_TITLE],
        address=fields.get("link", "").strip(),
    )


def _page(title: str, content: str) -> bytes:
    """Heading and content as a page; empty lines part paragraphs where no block of HTML does. Rows and columns of
    builders of pages are not read by anybody; other words in brackets stay, since plugins may do anything there."""
    content = _LAYOUT.sub(lambda found: found[0] if _HIDING.search(found[0]) else "\n\n", content)
    if not _BLOCK.search(content):
        content = "".join(f"<p>{part}</p>\n" for part in re.split(r"\n\s*\n", content) if part.strip())
    page = f'<!DOCTYPE html><html><head><meta charset="utf-8"></head><body><h1>{escape(title)}</h1>\n{content}</body></html>'
    return page.encode("utf-8", errors="replace")


_PREFIXES = {
    "content": re.compile(r"http://purl\.org/rss/1\.0/modules/content/"),
    "wp": re.compile(_WXR.pattern.decode()),
}


def _name(element: Element) -> str:
    """``wp:post_id``, ``content:encoded``, ``title``: what the format calls it; empty for comments and others."""
    if not isinstance(element.tag, str):
        return ""
    space, _brace, local = element.tag.rpartition("}")
    if not space:
        return local
    return next((f"{prefix}:{local}" for prefix, known in _PREFIXES.items() if known.match(space[1:])), "")


def _local(element: Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _day(value: str | None) -> date | None:
    try:
        return parse_day(value.strip()[:10]) if value else None
    except ValueError:
        return None
