"""How a run of a DOCX is set, as its properties say it: one look laid over another, colours by value and by theme."""

from __future__ import annotations

import colorsys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from compliance.labels._parts import Rgb, attribute, hexed, name
from compliance.labels.reading import LOOSE, TIGHT

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

ON = ("", "1", "true", "on")
_HIGHLIGHTS = {
    "black": "000000", "blue": "0000FF", "cyan": "00FFFF", "green": "00FF00", "magenta": "FF00FF",
    "red": "FF0000", "yellow": "FFFF00", "white": "FFFFFF", "darkBlue": "00008B", "darkCyan": "008B8B",
    "darkGreen": "006400", "darkMagenta": "800080", "darkRed": "8B0000", "darkYellow": "808000",
    "darkGray": "A9A9A9", "lightGray": "D3D3D3",
}  # fmt: skip
_THEMED = {
    "background1": "lt1", "light1": "lt1", "text1": "dk1", "dark1": "dk1", "background2": "lt2", "light2": "lt2",
    "text2": "dk2", "dark2": "dk2", "hyperlink": "hlink", "followedHyperlink": "folHlink",
}  # fmt: skip
SYMBOLS = frozenset(
    ("wingdings", "wingdings 2", "wingdings 3", "webdings", "symbol", "marlett", "zapf dingbats")
)
_NARROW = 0.8  # of their usual width: narrower letters have to be looked at
_ODD = frozenset("fitText emboss imprint outline eastAsianLayout textFill specVanish".split())
"""What sets letters in a way that is not measured here."""


@dataclass(frozen=True, slots=True)
class Look:
    """How a run is set; ``None``: not said here. ``wide``: of the letters' usual width; ``apart``, ``lifted``: points."""

    size: float | None = None
    colour: str | None = None
    ground: str | None = None
    hidden: bool | None = None
    raised: bool | None = None
    small: bool | None = None
    struck: bool | None = None
    wide: float | None = None
    apart: float | None = None
    lifted: float | None = None
    odd: bool | None = None

    def over(self, other: Look) -> Look:
        """This look where it says something, else the other's."""
        if self is UNSAID:
            return other
        if other is UNSAID:
            return self
        return Look(
            *(one if one is not None else two for one, two in zip(_row(self), _row(other), strict=True))
        )

    def uneasy(self, size: float) -> bool:
        """Whether letters of this size may be too narrow, too close, elsewhere or no letters."""
        apart = (self.apart or 0.0) / size if size else 0.0
        narrow = self.wide is not None and self.wide < _NARROW
        return bool(self.odd) or narrow or not TIGHT <= apart <= LOOSE or abs(self.lifted or 0.0) > size


UNSAID = Look()


def _row(look: Look) -> tuple[Any, ...]:
    return (
        look.size, look.colour, look.ground, look.hidden, look.raised, look.small,
        look.struck, look.wide, look.apart, look.lifted, look.odd,
    )  # fmt: skip


def look_of(properties: Element | None) -> Look:
    if properties is None or not len(properties):
        return UNSAID
    said: dict[str, Element] = {}
    for item in properties:
        said.setdefault(name(item), item)

    def value(kind: str) -> str | None:
        return attribute(said[kind], "val") if kind in said else None

    def switch(*kinds: str) -> bool | None:
        known = [found in ON for kind in kinds if (found := value(kind)) is not None]
        return any(known) if known else None

    ground = shade(said.get("shd"))
    highlight = value("highlight")
    if highlight and highlight != "none":
        ground = _HIGHLIGHTS.get(highlight, ground)
    raised = value("vertAlign")
    odd = any(value(kind) not in ("0", "false", "off") for kind in _ODD & said.keys())
    return Look(
        _part(value("sz"), 2),
        _themed(said["color"], "val", "theme") if "color" in said else None,
        ground,
        switch("vanish", "webHidden"),
        None if raised is None else raised in ("superscript", "subscript"),
        switch("smallCaps"),
        switch("strike", "dstrike"),
        _part((value("w") or "").rstrip("%") or None, 100),
        _part(value("spacing"), 20),
        _part(value("position"), 2),
        odd or _symbols(said.get("rFonts")) or None,
    )


def _symbols(fonts: Element | None) -> bool:
    names = [attribute(fonts, key).lower() for key in ("ascii", "hAnsi", "cs")] if fonts is not None else []
    return any(item in SYMBOLS for item in names)


def _part(text: str | None, of: int) -> float | None:
    """A number in so many parts of its unit."""
    try:
        return None if text is None else float(text) / of
    except ValueError:
        return None


def _themed(element: Element, local: str, prefix: str) -> str:
    """The colour as it is said; where it follows the theme, ``name/tint/shade/value``."""
    kind = prefix + ("Color" if prefix == "theme" else "")
    themed, plain = attribute(element, kind), attribute(element, local)
    if not themed or themed == "none":
        return plain
    return "/".join(
        (themed, attribute(element, f"{prefix}Tint"), attribute(element, f"{prefix}Shade"), plain)
    )


def shade(shading: Element | None) -> str | None:
    """The ground that a shading paints, ``None`` for none; of a pattern that is not empty, its own colour."""
    if shading is None:
        return None
    pattern = attribute(shading, "val")
    if pattern in ("", "clear", "nil"):
        found = _themed(shading, "fill", "themeFill")
        return None if found in ("", "auto") else found
    found = _themed(shading, "color", "theme")
    return "000000" if found in ("", "auto") else found


def painted(said: str | None, theme: Mapping[str, Rgb]) -> Rgb | None:
    """The colour itself; ``None`` where none is said."""
    if said is None or "/" not in said:
        return rgb(said)
    themed, tint, dark, plain = said.split("/", 3)
    found = theme.get(_THEMED.get(themed, themed))
    if found is None:
        return rgb(plain)
    hue, light, full = colorsys.rgb_to_hls(*found)
    try:
        light = light * int(tint, 16) / 255 + 1 - int(tint, 16) / 255 if tint else light
        light = light * int(dark, 16) / 255 if dark else light
    except ValueError:
        return rgb(plain)
    return colorsys.hls_to_rgb(hue, min(1.0, max(0.0, light)), full)


def rgb(text: str | None) -> Rgb | None:
    return hexed(text) if text is not None and len(text) == 6 else None
