"""Office documents without what names people in their properties and in the pictures within; every text stays.

What stands in the document itself (comments, tracked changes) cannot be taken out without changing what it says:
it is counted and told, never whom it names.
"""

from __future__ import annotations

import re

from compliance.errors import InputError
from compliance.i18n import _, ngettext
from compliance.labels import _author_picture
from compliance.labels._package import Package
from compliance.labels._spots import spots
from compliance.labels.model import Stamped

_PROPERTIES = ("docProps/core.xml", "docProps/app.xml", "docProps/custom.xml", "meta.xml")
_NAMING = frozenset(
    "creator initial-creator lastModifiedBy printed-by Company Manager Template HyperlinkBase Application"
    " AppVersion generator".split()
)
_CUSTOM = frozenset(("property", "user-defined"))
_AUTHORS = re.compile(rb"<[\w.-]*:?(?:author|cmAuthor|person)\b[^>]*(?:>[^<\s]|(?:name|displayName)=\"[^\"])")
_CHANGES = re.compile(rb"\s[\w.-]*:?author=\"([^\"]+)\"")
_NOTES = re.compile(rb"<dc:creator>([^<]+)</dc:creator>")
_OUTSIDE = re.compile(rb"=\"file:", re.I)


def bare(data: bytes) -> Stamped:
    """A copy whose properties name nobody. `InputError` for damaged, encrypted and signed documents."""
    package = Package(data)
    package.refuse_signed()
    changed: dict[str, bytes] = {}
    kinds: list[str] = []
    for name in _PROPERTIES:
        part = package.find(name)
        made = _emptied(part) if part is not None else None
        if made is not None and made != part:
            changed[name] = made
            kinds.append(name)
    within, named, unread = pictures(package)
    changed |= within
    kinds += named
    notes = [_("taken out: {what}").format(what="; ".join(kinds))] if kinds else []
    return Stamped(package.written(changed) if changed else data, (*notes, *_left(package), *unread))


def pictures(package: Package) -> tuple[dict[str, bytes], list[str], tuple[str, ...]]:
    """The pictures of a package that said something, without it; what that was; a word on those not read."""
    changed: dict[str, bytes] = {}
    kinds, unread = [], 0
    for name in package.names:
        if not name.lower().endswith((".png", ".jpg", ".jpeg", ".gif", ".webp")):
            continue
        picture = package.read(name)
        if not _author_picture.is_picture(picture):
            unread += 1
            continue
        try:
            made, found = _author_picture.bare(picture)
        except InputError:
            unread += 1
            continue
        if found:
            changed[name] = made
            kinds.append(f"{name} ({', '.join(found)})")
    if not unread:
        return changed, kinds, ()
    told = ngettext("{n} picture within could not be read and was left as it is",
                    "{n} pictures within could not be read and were left as they are", unread).format(n=unread)  # fmt: skip
    return changed, kinds, (told,)


def _emptied(part: bytes) -> bytes:
    """The part with nothing in the elements that name people or programs; custom properties with no values."""
    places = []
    for spot in spots(part).all():
        if spot.name in _NAMING and spot.close < spot.end:
            places.append((spot.inner, spot.close))
        elif spot.name in _CUSTOM:
            places.append((spot.start, spot.end))
    for start, end in reversed(places):
        part = part[:start] + part[end:]
    return part


def _left(package: Package) -> list[str]:
    """What names people and stays, in words."""
    comments = changes = False
    outside = False
    for name in package.names:
        if name.endswith(".rels"):
            outside = outside or _OUTSIDE.search(package.read(name)) is not None
        if not name.endswith(".xml") or name in _PROPERTIES:
            continue
        base = name.lower()
        if "comment" in base or "person" in base or "people" in base or base.endswith("authors.xml"):
            part = package.read(name)
            comments = comments or bool(_AUTHORS.search(part) or _CHANGES.search(part))
        elif base.startswith("word/") or "revision" in base:
            changes = changes or _CHANGES.search(package.read(name)) is not None
        elif base == "content.xml":
            comments = comments or _NOTES.search(package.read(name)) is not None
    found = []
    if comments:
        found.append(_("NOT taken out: who wrote the comments; delete them in the program it was made with"))
    if changes:
        found.append(
            _(
                "NOT taken out: who made the tracked changes; accept or reject them in the program it was made with"
            )
        )
    if outside:
        found.append(_("NOT taken out: links to files on a disk, whose folders may name somebody"))
    return found
