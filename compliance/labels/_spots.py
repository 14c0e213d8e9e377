"""Where the elements of an XML text stand, in bytes: a label is spliced in, nothing is written anew.

Readers of ours use lxml's tree; this is the writers' other path.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from xml.parsers import expat

from compliance.errors import InputError
from compliance.i18n import _

MOST_ELEMENTS = 500_000
_TAG = re.compile(rb"<[^\s/>]+(?:[^>\"']|\"[^\"]*\"|'[^']*')*>")


@dataclass(slots=True)
class Spot:
    """One element: ``start`` to ``end`` with its tags, ``inner`` where its content begins.

    ``close`` is where its end tag begins; equal to ``end`` for an empty-element tag.
    """

    space: str
    name: str
    attributes: dict[str, str]
    start: int
    inner: int
    parent: Spot | None
    close: int = 0
    end: int = 0
    children: list[Spot] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)

    def all(self) -> Iterable[Spot]:
        """This element and everything in it, in order."""
        waiting = [self]
        while waiting:
            spot = waiting.pop()
            yield spot
            waiting += reversed(spot.children)

    def first(self, name: str) -> Spot | None:
        """The first element inside of that local name."""
        return next((spot for spot in self.all() if spot.name == name and spot is not self), None)

    def text(self, *names: str) -> str:
        """The characters inside; of elements of these names only, where any are given."""
        return "".join("".join(spot.pieces) for spot in self.all() if not names or spot.name in names)


def spots(data: bytes, *, doctype: bool = False) -> Spot:
    """The root element of ``data``. Raises `InputError` for what is no XML in UTF-8, and for any DOCTYPE
    unless ``doctype``; entities are never expanded."""
    if b"\0" in data[:200]:
        raise bad_xml()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
    walker = _Walker(data, parser)
    parser.StartElementHandler = walker.start
    parser.EndElementHandler = walker.end
    parser.CharacterDataHandler = walker.characters
    parser.EntityDeclHandler = _refuse
    if not doctype:
        parser.StartDoctypeDeclHandler = _refuse
    try:
        parser.Parse(data, True)
    except (expat.ExpatError, ValueError, LookupError):
        raise bad_xml() from None
    if walker.root is None:
        raise bad_xml()
    return walker.root


def bad_xml() -> InputError:
    return InputError(
        _("a part of this file is no well-formed XML in UTF-8, or it declares entities"),
        remedy=_("Open it in the program it was made with and save it again."),
    )


def _refuse(*_anything: object) -> None:
    raise bad_xml()


class _Walker:
    def __init__(self, data: bytes, parser: expat.XMLParserType) -> None:
        self.data, self.parser = data, parser
        self.root: Spot | None = None
        self.here: Spot | None = None
        self.count = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.count += 1
        at = self.parser.CurrentByteIndex
        tag = _TAG.match(self.data, at)
        if self.count > MOST_ELEMENTS or tag is None:
            raise bad_xml()
        space, _sep, local = name.rpartition(" ")
        known = {key.rpartition(" ")[2]: value for key, value in attributes.items()}
        spot = Spot(space, local, known, at, tag.end(), self.here)
        if self.here is None:
            self.root = spot
        else:
            self.here.children.append(spot)
        self.here = spot

    def end(self, _name: str) -> None:
        spot = self.here
        assert spot is not None
        at = self.parser.CurrentByteIndex
        if self.data[spot.inner - 2 : spot.inner] == b"/>":  # of these, expat names the place behind them
            spot.close = spot.end = spot.inner
        else:
            spot.close, spot.end = at, self.data.index(b">", at) + 1
        self.here = spot.parent

    def characters(self, text: str) -> None:
        if self.here is not None:
            self.here.pieces.append(text)


def spliced(data: bytes, at: int, block: str) -> bytes:
    """``block`` put in at ``at``, in plain ASCII: right in every encoding that an XML text may declare."""
    return data[:at] + block.encode("ascii", "xmlcharrefreplace") + data[at:]


def without(data: bytes, ours: Iterable[Spot]) -> bytes:
    """``data`` without these elements."""
    for spot in sorted(ours, key=lambda item: item.start, reverse=True):
        data = data[: spot.start] + data[spot.end :]
    return data
