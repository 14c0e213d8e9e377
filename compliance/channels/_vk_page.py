"""One page of a wall in a VK archive as plain values, for the limited child.

What is known of the pages comes from programs that read them: an ``item`` for each post, its words in the
first ``item__main``, attachments in ``kludges``, a ``post__link``, and below in ``item__tertiary`` who wrote it
and when: "Вы 12 мар 2023 в 14:05:11", in an English archive "You 2 Feb 2021 at 7:08 pm".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_MONTHS = {
    name: number
    for names in ("янв фев мар апр мая июн июл авг сен окт ноя дек", "jan feb mar apr may jun jul aug sep oct nov dec")
    for number, name in enumerate(names.split(), 1)
} | {"май": 5}  # fmt: skip
_DAY = re.compile(r"\b([0-9]{1,2})\s+([a-zа-я]{3})[a-zа-я]*\.?\s+([0-9]{4})\b", re.I)
_POST = re.compile(r"/wall(-?[0-9]{1,20})_([0-9]{1,20})(\?\S*reply=)?")
_AUTHOR = re.compile(r"/(?:id|(club|public|event))([0-9]{1,20})\b")
_OURSELVES = ("вы", "you")
_ARCHIVED = ("архивирован", "archived")
_NOT_WORDS = frozenset(("kludges", "attachment", "post__link", "item__tertiary"))
_NEVER_SHOWN = frozenset(("script", "style", "template", "noscript", "title", "head"))
_PLAIN = ("ссылка", "link")
"""Attachments in which there is nothing to see but their address."""


class Item(NamedTuple):
    """A post of the wall of ``owner`` (minus: a community's), or an answer to one. ``own``: its owner wrote it.

    ``unread``: how many pictures, films, polls and posts of others hang on it.
    """

    owner: int
    number: int
    answer: bool
    own: bool
    day: str
    text: str
    unread: int
    archived: bool


def items(text: str) -> list[Item | None]:
    """Every post of the page; ``None`` for one that does not say which it is."""
    from lxml import etree, html

    parser = html.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True)
    try:
        page = html.document_fromstring(text.encode("utf-8", errors="replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError):
        return []
    found = []
    for element in page.iter("div"):
        if "item" in _classes(element) and not any(
            "item" in _classes(above) for above in element.iterancestors("div")
        ):
            found.append(_item(element))
    return found


def _item(element: HtmlElement) -> Item | None:
    link = next((found for item in _of_class(element, "post__link") if (found := _link(item))), None)
    if link is None:
        return None
    owner = int(link[1])
    below = next(iter([*_of_class(element, "item__tertiary")][::-1]), None)
    said = " ".join("".join(below.itertext()).split()) if below is not None else ""
    written = _DAY.search(said)
    main = next(_of_class(element, "item__main"), None)
    kinds = [
        "".join(item.itertext()).strip().lower() for item in _of_class(element, "attachment__description")
    ]
    return Item(
        owner=owner,
        number=int(link[2]),
        answer=link[3] is not None,
        own=_is_own(below, said[: written.start()] if written else said, owner),
        day=_iso(written),
        text=_tidy(_words(main)) if main is not None else "",
        unread=sum(kind not in _PLAIN for kind in kinds),
        archived=any(word in said.lower() for word in _ARCHIVED),
    )


def _link(element: HtmlElement) -> re.Match[str] | None:
    return _POST.search(element.get("href") or "") or _POST.search("".join(element.itertext()))


def _is_own(below: HtmlElement | None, before: str, owner: int) -> bool:
    """Whether the wall's owner wrote it: named, as "Вы", or not at all."""
    names = [item.get("href") or "" for item in below.iter("a")] if below is not None else []
    for author in filter(None, map(_AUTHOR.search, names)):
        return int(author[2]) * (-1 if author[1] else 1) == owner
    said = before.replace(",", " ").lower().split()
    return not said or said[0] in _OURSELVES


def _iso(found: re.Match[str] | None) -> str:
    """The day as ISO text; empty where there is none."""
    if found is None:
        return ""
    try:
        return date(int(found[3]), _MONTHS[found[2].lower()], int(found[1])).isoformat()
    except (KeyError, ValueError):
        return ""


def _words(element: HtmlElement) -> str:
    """What is read there: ``<br>`` ends a line, other white space is one space; what is hidden is no word."""
    pieces = [_spaced(element.text)]
    for child in element:
        if isinstance(child.tag, str) and child.tag == "br":
            pieces.append("\n")
        elif isinstance(child.tag, str) and not _is_unseen(child):
            pieces.append(_words(child))
        pieces.append(_spaced(child.tail))
    return "".join(pieces)


def _is_unseen(element: HtmlElement) -> bool:
    """Attachments, and what no page of VK's own has: styles and scripts among the words."""
    return (
        element.tag in _NEVER_SHOWN
        or "style" in element.attrib
        or "hidden" in element.attrib
        or not _NOT_WORDS.isdisjoint(_classes(element))
    )


def _spaced(text: str | None) -> str:
    return re.sub(r"\s+", " ", text) if text else ""


def _tidy(text: str) -> str:
    return "\n".join(line.strip() for line in text.split("\n")).strip()


def _classes(element: HtmlElement) -> list[str]:
    return (element.get("class") or "").split()


def _of_class(element: HtmlElement, name: str) -> Iterator[HtmlElement]:
    return (item for item in element.iter() if isinstance(item.tag, str) and name in _classes(item))
