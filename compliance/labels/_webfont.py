"""Fonts that a page brings along (``@font-face``): whether their letters are there to be seen.

A font is only read, never run: the outlines of its glyphs are measured with fontTools. What cannot be
decided so (files elsewhere, colour fonts, variations, other metrics) is unknown, never in the page's favour.
"""

from __future__ import annotations

import base64
import binascii
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Literal
from urllib.parse import unquote_to_bytes

Look = Literal["seen", "blank", "unknown"]

GENERIC = frozenset(
    "serif sans-serif monospace cursive fantasy system-ui ui-serif ui-sans-serif ui-monospace ui-rounded math emoji"
    " fangsong".split()
)
ANY = "*"  # a family that rules under a condition may choose
_LARGEST = 8 * 1024 * 1024
_LOW = 0.25  # of the font's size: letters lower than that are not as large as the size says
_UNMEASURED = frozenset(("COLR", "SVG ", "CBDT", "sbix", "EBDT", "fvar"))


@dataclass(frozen=True, slots=True)
class Face:
    """One ``@font-face``. ``source``: an address, empty where it cannot be measured; ``certain``: its rule holds
    for sure, and for all letters."""

    source: str
    certain: bool


@dataclass(slots=True)
class Faces:
    """All faces of a page by family, in small letters."""

    families: dict[str, list[Face]] = field(default_factory=dict)

    def add(self, content: Any, *, certain: bool) -> None:
        """The content of one ``@font-face``."""
        import tinycss2  # type: ignore[import-untyped, unused-ignore]

        family, source, resized = "", "", False
        for item in tinycss2.parse_blocks_contents(content, skip_comments=True, skip_whitespace=True):
            if item.type != "declaration":
                continue
            if item.lower_name == "font-family":
                family = next(iter(names(item.value)), ("", False))[0]
            elif item.lower_name == "src":
                source = next(_addresses(item.value), "")
            certain = certain and item.lower_name != "unicode-range"
            resized = resized or item.lower_name == "size-adjust"
        if family:
            self.families.setdefault(family, []).append(Face("" if resized else source, certain))

    def look(self, text: str, family: Sequence[tuple[str, bool]] | None) -> Look:
        """Of ``text`` set in ``family`` (names, and whether each is a generic one); ``None``: not known which."""
        if not self.families:
            return "seen"
        if family is None or (ANY, False) in family:
            return "unknown"
        letters = frozenset(char for char in text if char.isprintable() and not char.isspace())
        sure = True  # that what comes is used where what came before lacks the letter
        found: set[Look] = set()
        for name, generic in family:
            if generic or not letters:
                break
            faces = self.families.get(name, [])
            looks = {_look(face, letters) for face in faces}
            if not faces:
                sure = False  # who knows whether it is installed
            elif len(looks) > 1 or not sure or not all(face.certain for face in faces):
                found.add("seen" if looks == {"seen"} else "unknown")
            else:
                found |= looks
            if faces and all(face.certain for face in faces):
                fonts = [_font(face.source) for face in faces]
                letters -= frozenset().union(*(font.letters for font in fonts if font))
        return "unknown" if "unknown" in found else "blank" if "blank" in found else "seen"


def names(tokens: Iterable[Any]) -> list[tuple[str, bool]]:
    """The families of a ``font-family``, in small letters, and whether each is a generic one."""
    found: list[tuple[str, bool]] = []
    words: list[str] = []
    quoted = False
    for token in (*tokens, None):
        if token is None or (token.type == "literal" and token.value == ","):
            name = " ".join(words).casefold()
            if name:
                found.append((name, len(words) == 1 and not quoted and name in GENERIC))
            words, quoted = [], False
        elif token.type in ("ident", "string"):
            words.append(token.value)
            quoted = token.type == "string"
    return found


def _addresses(tokens: Iterable[Any]) -> Iterator[str]:
    for token in tokens:
        if token.type == "url":
            yield token.value
        elif token.type == "function":
            said = next((item.value for item in token.arguments if item.type == "string"), "")
            if token.lower_name in ("url", "src"):
                yield said
            elif token.lower_name == "local":
                yield ""
                return


def _look(face: Face, letters: frozenset[str]) -> Look:
    font = _font(face.source)
    if font is None:
        return "unknown"
    try:
        known = [font.outline(char) for char in letters & font.letters]
    except Exception:  # fontTools raises whatever a damaged glyph leads it to
        return "unknown"
    drawn = [item for item in known if item is not None]
    if len(drawn) < len(known):
        return "blank" if 2 * len(drawn) < len(known) else "unknown"
    if not drawn:
        return "seen"  # another font sets them
    low = max(height for height, _outline in drawn) < _LOW
    same = 2 * len({outline for _height, outline in drawn}) < len(drawn)
    return "unknown" if low or same else "seen"


class _Font:
    """A font's letters and their outlines, one by one as they are asked for."""

    def __init__(self, data: bytes) -> None:
        from fontTools.ttLib import TTFont  # type: ignore[import-untyped, unused-ignore]

        font = TTFont(io.BytesIO(data), lazy=True)
        if _UNMEASURED & set(font.keys()):
            raise ValueError
        self._names = {chr(code): name for code, name in font.getBestCmap().items()}
        self._glyphs, self._scale = font.getGlyphSet(), 1 / font["head"].unitsPerEm
        self.letters = frozenset(self._names)

    def outline(self, char: str) -> tuple[float, int] | None:
        """Its height in font sizes and a number that is the same for the same outline; ``None`` for nothing."""
        from fontTools.pens.boundsPen import BoundsPen  # type: ignore[import-untyped, unused-ignore]
        from fontTools.pens.recordingPen import (  # type: ignore[import-untyped, unused-ignore]
            DecomposingRecordingPen,
        )

        bounds, drawn = BoundsPen(self._glyphs), DecomposingRecordingPen(self._glyphs)
        glyph = self._glyphs[self._names[char]]
        glyph.draw(bounds)
        glyph.draw(drawn)
        box = bounds.bounds
        if box is None or box[0] >= box[2] or box[1] >= box[3]:
            return None
        return (box[3] - box[1]) * self._scale, hash(tuple(drawn.value))


@lru_cache(maxsize=8)
def _font(source: str) -> _Font | None:
    """``None`` for one that cannot be measured."""
    data = _packed(source)
    try:
        return None if data is None else _Font(data)
    except Exception:  # fontTools raises whatever a damaged font leads it to
        return None


def _packed(source: str) -> bytes | None:
    """The bytes of a ``data:`` address."""
    head, comma, body = source.partition(",")
    if not comma or not head.lower().startswith("data:") or len(body) > 2 * _LARGEST:
        return None
    packed = unquote_to_bytes(body)
    if not head.lower().endswith(";base64"):
        return packed
    try:
        return base64.b64decode(b"".join(packed.split()), validate=False)
    except (binascii.Error, ValueError):
        return None
