"""Letters, drawings and e-books without what names people and programs beside their content; the content stays."""

from __future__ import annotations

import base64
import binascii
import re

from compliance.errors import InputError
from compliance.i18n import _
from compliance.labels import _author_office, _author_picture, html
from compliance.labels._package import Package
from compliance.labels._spots import Spot, spots
from compliance.labels.model import Stamped

# ---- letters

_FIELD = re.compile(rb"([!-9;-~]+):[^\r\n]*(?:\r?\n[ \t][^\r\n]*)*\r?\n")
_ON_THE_WAY = frozenset(
    b"received x-received x-mailer user-agent x-originating-ip x-sender x-authenticated-sender organization"
    b" x-organization x-php-originating-script x-php-script x-mimeole x-msmail-priority".split()
)


def fields(data: bytes) -> tuple[bytes, list[str]]:
    """A letter without the fields that tell of programs, machines and the way it went, and their names."""
    made, names, at = [], [], 0
    while found := _FIELD.match(data, at):
        if found[1].lower() in _ON_THE_WAY:
            names.append(found[1].decode("ascii", "replace"))
        else:
            made.append(found[0])
        at = found.end()
    return b"".join((*made, data[at:])), list(dict.fromkeys(names))


# ---- drawings

_ATTRIBUTE = re.compile(
    rb"\s(?:sodipodi:docname|sodipodi:absref|inkscape:version|sodipodi:version|inkscape:export-filename|serif:id"
    rb"|inkscape:output_extension|x:author)\s*=\s*(?:\"[^\"]*\"|'[^']*')"
)
_TAG = re.compile(rb"<!--.*?-->|<!\[CDATA\[.*?\]\]>|<[\w](?:[^>\"']|\"[^\"]*\"|'[^']*')*>", re.S)
_WITHIN = re.compile(rb"(data:image/(?:png|jpe?g|gif|webp);base64,)([A-Za-z0-9+/=\s]+)")


def drawing(data: bytes) -> Stamped:
    """Without ``metadata``, comments, the names that drawing programs leave, and what pictures within say."""
    root = spots(data, doctype=True)
    kinds: list[str] = []
    for spot in sorted(root.all(), key=lambda item: item.start, reverse=True):
        if spot.name == "metadata" and not _within(spot, "metadata"):
            data = data[: spot.start] + data[spot.end :]
            kinds.append("metadata")

    def tag(found: re.Match[bytes]) -> bytes:
        if found[0].startswith(b"<!["):
            return found[0]
        if found[0].startswith(b"<!--"):
            kinds.append(_("comments"))
            return b""
        made, count = _ATTRIBUTE.subn(b"", found[0])
        if count:
            kinds.append(_("data of programs"))
        return made

    def picture(found: re.Match[bytes]) -> bytes:
        try:
            made, said = _author_picture.bare(base64.b64decode(b"".join(found[2].split()), validate=True))
        except (binascii.Error, InputError):
            return found[0]
        kinds.extend(said)
        return found[1] + base64.b64encode(made) if said else found[0]

    styles = [
        (spot.inner, spot.close)
        for spot in spots(data, doctype=True).all()
        if spot.name in ("style", "script")
    ]
    parts, at = [], 0
    for start, end in sorted(styles):  # comments may hold the rules there
        parts += [_TAG.sub(tag, data[at:start]), data[start:end]]
        at = end
    data = _WITHIN.sub(picture, b"".join((*parts, _TAG.sub(tag, data[at:]))))
    if not kinds:
        return Stamped(data)
    return Stamped(data, (_("taken out: {what}").format(what=", ".join(dict.fromkeys(kinds))),))


def _within(spot: Spot, name: str) -> bool:
    parent = spot.parent
    while parent is not None and parent.name != name:
        parent = parent.parent
    return parent is not None


# ---- e-books

_PEOPLE = frozenset(("creator", "contributor"))
_PROGRAMS = re.compile(r"calibre:|generator$|sigil version$|dcterms:(?:creator|contributor)$", re.I)


def book(data: bytes, listing: str) -> Stamped:
    """Without the people and programs that an EPUB's ``listing`` (its package document), its chapters' heads and its
    pictures name."""
    package = Package(data)
    package.refuse_signed()
    changed, kinds, unread = _author_office.pictures(package)
    part = package.read(listing)
    made = _unnamed(part)
    if made != part:
        changed[listing] = made
        kinds.insert(0, listing)
    for name in package.names:
        if name.lower().endswith((".xhtml", ".html", ".htm")):
            try:
                page = html.anonymous(package.read(name))
            except InputError:
                continue
            if page.notes:
                changed[name] = page.data
                kinds.append(name)
    notes = (_("taken out: {what}").format(what="; ".join(kinds)),) if kinds else ()
    return Stamped(package.written(changed) if changed else data, (*notes, *unread))


def _unnamed(part: bytes) -> bytes:
    listed = list(spots(part).all())
    people = [spot for spot in listed if spot.name in _PEOPLE]
    about = {f"#{spot.attributes['id']}" for spot in people if spot.attributes.get("id")}
    gone = people + [spot for spot in listed if spot.name == "meta" and _tells(spot, about)]
    for spot in sorted(gone, key=lambda item: item.start, reverse=True):
        part = part[: spot.start] + part[spot.end :]
    return part


def _tells(meta: Spot, about: set[str]) -> bool:
    said = meta.attributes
    return said.get("refines", "") in about or any(
        _PROGRAMS.match(said.get(key, "")) for key in ("name", "property")
    )
