"""Fonts for pages, made here: letters that are boxes of their own widths, or nothing at all."""

from __future__ import annotations

import io
from base64 import b64encode
from functools import cache

from tests.media.labels import TEXT


@cache
def font(blank: bool = False, height: int = 700, letters: str = TEXT) -> bytes:
    """A TrueType font of 1000 units with a box for each letter, no two alike."""
    from fontTools.fontBuilder import FontBuilder
    from fontTools.pens.ttGlyphPen import TTGlyphPen

    chars = sorted(set(letters))
    names = {ord(char): f"g{ord(char):x}" for char in chars}
    glyphs = {".notdef": TTGlyphPen(None).glyph()}
    for number, char in enumerate(chars):
        pen = TTGlyphPen(None)
        if not blank and not char.isspace():
            for at, point in enumerate(((0, 0), (0, height), (300 + number, height), (300 + number, 0))):
                (pen.lineTo if at else pen.moveTo)(point)
            pen.closePath()
        glyphs[names[ord(char)]] = pen.glyph()
    made = FontBuilder(1000, isTTF=True)
    made.setupGlyphOrder(list(glyphs))
    made.setupCharacterMap(names)
    made.setupGlyf(glyphs)
    made.setupHorizontalMetrics(dict.fromkeys(glyphs, (600, 0)))
    made.setupHorizontalHeader(ascent=800, descent=-200)
    made.setupPost()
    out = io.BytesIO()
    made.font.save(out)
    return out.getvalue()


def face(data: bytes | str, more: str = "", name: str = "Own") -> str:
    """The ``@font-face`` of a font, or of one at an address."""
    address = data if isinstance(data, str) else f"data:font/ttf;base64,{b64encode(data).decode()}"
    return f"@font-face{{font-family:'{name}';src:url({address}) format('truetype');{more}}}"
