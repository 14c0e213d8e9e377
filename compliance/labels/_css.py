"""A small, careful evaluation of static CSS: sizes, colours and what hides an element.

Selectors and values are parsed by cssselect2 and tinycss2; the cascade is CSS Cascading Level 4
without layers. Only what decides about a label is computed. Whatever we do not understand makes a
value unknown (``None``) or a doubt: never a guess in the page's favour.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from compliance.labels import _webfont
from compliance.labels._colours import Colour, over
from compliance.labels._css_moves import (
    NAMED_PX,
    ROOT_PX,
    displaced,
    drawn_up,
    keyword_of,
    length_px,
    turned,
    unsettled,
)
from compliance.labels._css_rules import DECIDING, Declared, Sheet, declarations

# The sizes browsers give by themselves (HTML Standard, 15.3 Rendering).
_BY_TAG = {
    "h1": 2.0, "h2": 1.5, "h3": 1.17, "h4": 1.0, "h5": 0.83, "h6": 0.67, "small": 0.83, "sub": 0.83,
    "sup": 0.83, "big": 1.2, "code": 0.8125, "kbd": 0.8125, "pre": 0.8125, "samp": 0.8125, "tt": 0.8125,
}  # fmt: skip
_STRIKING = frozenset(("s", "strike", "del"))
_FONT_ATTRIBUTE_PX = {"1": 10.0, "2": 13.0, "3": 16.0, "4": 18.0, "5": 24.0, "6": 32.0, "7": 48.0}
_JUDGED_APART = frozenset(
    "color background background-color background-image font font-size font-family".split()
)
_MADE = frozenset(("before", "after"))
_PARTS = frozenset(("first-line", "first-letter"))
_WITHIN = frozenset("b strong i em span u a font".split())
"""Where nothing is said of these, they look as what they stand in."""


@dataclass(frozen=True, slots=True)
class Style:
    """What is known of an element. ``size_px``, ``colour`` and ``behind`` are ``None`` when unknown.

    ``behind`` is the colour under the text; ``doubt`` is set when rules we cannot decide on may hide
    or move the element, ``outside`` when it is moved off the page, ``free`` when it (or what rules put before or
    after its text) is positioned freely and may cover others, ``struck`` when its text is struck through, ``mirrored``
    when its letters run backwards; ``family``: fonts as in `_webfont.names`; ``fixed``: what the page itself says of
    the element so that style sheets elsewhere do not change it.
    """

    size_px: float | None = ROOT_PX
    colour: Colour | None = (0.0, 0.0, 0.0, 1.0)
    behind: Colour | None = (1.0, 1.0, 1.0, 1.0)
    opacity: float = 1.0
    displayed: bool = True
    visible: bool = True
    outside: bool = False
    doubt: bool = False
    free: bool = False
    struck: bool = False
    transform: str = "none"
    family: tuple[tuple[str, bool], ...] | None = ()
    mirrored: bool = False
    fixed: frozenset[str] = frozenset()


def computed(element: Any, parent: Style, rules: Sheet) -> Style:
    """The style of an element (a cssselect2 wrapper) inside one of style ``parent``."""
    values, doubt, beside, fixed = _cascade(element, rules)
    tag, attributes = element.local_name, element.etree_element.attrib
    if attributes or values or doubt or beside:
        return _styled(tag, attributes, parent, values, doubt, beside, fixed)
    return _plain(tag, parent)


@lru_cache(maxsize=256)
def _plain(tag: str, parent: Style) -> Style:
    """Of an element about which nothing is said: most of a page."""
    return _styled(tag, {}, parent, {}, set(), {}, set())


def _styled(
    tag: str,
    attributes: Mapping[str, str],
    parent: Style,
    values: dict[str, tuple[Any, ...]],
    doubt: set[str],
    beside: dict[str, list[Declared]],
    fixed: set[str],
) -> Style:
    size = _size(values, parent, _initial_size(tag, attributes, parent.size_px))
    if "font-size" in doubt or "font" in doubt:
        size = None
    colour = _colour(values.get("color"), parent.colour, _initial_colour(tag, attributes, parent.colour))
    behind = _behind(values, attributes, parent.behind, colour)
    if "color" in doubt:
        colour = None
    if doubt & {"background", "background-color", "background-image"}:
        behind = None
    opacity = _opacity(values)
    keyword = {name: keyword_of(value) for name, value in values.items()}
    visibility = keyword.get("visibility", "")
    visible = parent.visible if visibility in ("", "inherit", "unset") else visibility == "visible"
    displayed = parent.displayed and keyword.get("display") != "none" and "hidden" not in attributes
    displayed = displayed and keyword.get("content-visibility") != "hidden"
    displayed = displayed and not ("popover" in attributes and "display" not in values)
    free = keyword.get("position", "static") in ("absolute", "fixed", "sticky")
    outside, moved = displaced(values, keyword, size)
    over, altered = _beside(beside, tag)
    moved = moved or over or altered or turned(keyword, tag) or unsettled(values, keyword, size)
    unsure = doubt & (DECIDING - _JUDGED_APART)
    bdo = tag == "bdo" or keyword.get("unicode-bidi") == "bidi-override"
    backwards = keyword.get("direction", attributes.get("dir", "").lower()) == "rtl"
    return Style(
        size_px=size,
        colour=colour,
        behind=behind,
        opacity=0.0 if opacity is None else parent.opacity * opacity,
        displayed=displayed,
        visible=visible,
        outside=parent.outside or outside,
        doubt=parent.doubt or moved or free or bool(unsure) or opacity is None,
        free=free or over or drawn_up(values, size),
        struck=parent.struck or tag in _STRIKING or _strikes(values),
        transform=keyword.get("text-transform", parent.transform),
        family=_family(values, doubt, attributes if tag == "font" else {}, parent.family),
        mirrored=parent.mirrored or (bdo and backwards),
        fixed=frozenset(fixed) | (parent.fixed if tag in _WITHIN else frozenset()),
    )


def _cascade(
    element: Any, rules: Sheet
) -> tuple[dict[str, tuple[Any, ...]], set[str], dict[str, list[Declared]], set[str]]:
    """Property -> winning value, the properties that rules under a condition may change, what is declared for
    the parts of the element that are no elements (``before``, ``first-line``, ...), and the properties that are said
    with ``!important`` or in the element itself."""
    ranked: list[tuple[tuple[Any, ...], Declared]] = []
    beside: dict[str, list[Declared]] = {}
    for specificity, order, pseudo, (_number, declared) in rules.matcher.match(element):
        if pseudo is None:
            ranked += [((item.important, 0, specificity, order), item) for item in declared]
        else:
            beside.setdefault(pseudo, []).extend(declared)
    inline = element.etree_element.attrib.get("style", "")
    ranked += [((item.important, 1, (0, 0, 0), 0), item) for item in declarations(inline, True)]
    ranked.sort(key=lambda pair: pair[0])
    values: dict[str, tuple[Any, ...]] = {}
    doubt: set[str] = set()
    fixed: set[str] = set()
    for rank, item in ranked:
        if item.important or rank[1]:
            fixed.add(_SHORT.get(item.name, item.name))
        if item.name == "all":
            doubt |= DECIDING
        elif item.certain:
            values[item.name] = item.value
            doubt.discard(item.name)
            if item.name == "font":
                values["font-size"] = item.value
                values["font-family"] = _shorthand(item.value)
                doubt -= {"font-size", "font-family"}
            if item.name == "background":
                values.pop("background-color", None)
                values.pop("background-image", None)
        else:
            doubt.add(item.name)
    return values, doubt, beside, fixed


_SHORT = {"font": "font-size", "background": "background-color"}


def _beside(beside: dict[str, list[Declared]], tag: str) -> tuple[bool, bool]:
    """Whether something made by rules may lie over the element, and whether they may add words to its text or set
    a part of it in another way."""
    over = altered = False
    for pseudo, declared in beside.items():
        altered = altered or (pseudo in _PARTS and tag not in ("html", "body") and bool(declared))
        contents = [
            item.value for item in declared if item.name == "content" and keyword_of(item.value) != "none"
        ]
        if pseudo not in _MADE or not contents:
            continue
        over = over or any(
            item.name == "position" and keyword_of(item.value) in ("absolute", "fixed", "sticky")
            for item in declared
        )
        altered = altered or (
            tag not in ("html", "body")
            and any(token.type != "string" or token.value.strip() for value in contents for token in value)
        )
    return over, altered


def _strikes(values: dict[str, tuple[Any, ...]]) -> bool:
    tokens = (*values.get("text-decoration", ()), *values.get("text-decoration-line", ()))
    return any(token.type == "ident" and token.lower_value == "line-through" for token in tokens)


def _shorthand(value: tuple[Any, ...]) -> tuple[Any, ...]:
    """The families of a ``font``: what stands behind its size."""
    sized = [
        number
        for number, token in enumerate(value)
        if token.type in ("dimension", "percentage", "number", "function")
        or (token.type == "ident" and token.lower_value in (*NAMED_PX, "larger", "smaller"))
    ]
    return value[sized[-1] + 1 :] if sized else value


def _family(
    values: dict[str, tuple[Any, ...]],
    doubt: set[str],
    attributes: Any,
    parent: tuple[tuple[str, bool], ...] | None,
) -> tuple[tuple[str, bool], ...] | None:
    if doubt & {"font", "font-family"}:
        return None
    value = values.get("font-family")
    if value is None:
        face = attributes.get("face", "").split(",")
        own = tuple((name.strip().casefold(), False) for name in face if name.strip())
        return own or parent
    if keyword_of(value) in ("inherit", "unset"):
        return parent
    if any(token.type not in ("ident", "string", "literal") for token in value):
        return None
    return tuple(_webfont.names(value))


def _initial_size(tag: str, attributes: Any, parent: float | None) -> float | None:
    if tag == "font" and attributes.get("size", "") in _FONT_ATTRIBUTE_PX:
        return _FONT_ATTRIBUTE_PX[attributes["size"]]
    return None if parent is None else parent * _BY_TAG.get(tag, 1.0)


def _size(values: dict[str, tuple[Any, ...]], parent: Style, initial: float | None) -> float | None:
    if "font-size" not in values:
        return initial
    for token in values["font-size"]:
        if token.type == "literal" and token.value == "/":
            break
        found = length_px(token, parent.size_px)
        if found is not None:
            return found
        if token.type == "ident" and token.lower_value in ("inherit", "unset"):
            return parent.size_px
    return None


def _parse_colour(value: Any) -> Colour | None:
    from tinycss2 import color4  # type: ignore[import-untyped, unused-ignore]

    found = color4.parse_color(value)
    if found is None or isinstance(found, str):
        return None
    try:
        rgb = found.to("srgb")
    except (NotImplementedError, ValueError):  # what tinycss2 raises for a colour space it has no formula for
        return None
    red, green, blue = (min(1.0, max(0.0, float(part or 0))) for part in rgb.coordinates)
    return red, green, blue, float(rgb.alpha)


def _initial_colour(tag: str, attributes: Any, parent: Colour | None) -> Colour | None:
    given = attributes.get("text") if tag == "body" else attributes.get("color") if tag == "font" else None
    if given:
        return _parse_colour(given)
    return (0.0, 0.0, 0.93, 1.0) if tag == "a" and "href" in attributes else parent


def _colour(value: tuple[Any, ...] | None, parent: Colour | None, initial: Colour | None) -> Colour | None:
    if value is None:
        return initial
    word = keyword_of(value)
    if word in ("inherit", "currentcolor", "unset"):
        return parent
    return _parse_colour(value[0]) if len(value) == 1 else None


def _behind(
    values: dict[str, tuple[Any, ...]], attributes: Any, parent: Colour | None, colour: Colour | None
) -> Colour | None:
    """The colour under the element's text; ``None`` where a picture, a gradient or an unknown is."""
    tokens = (*values.get("background", ()), *values.get("background-image", ()))
    if any(token.type in ("url", "function") and _parse_colour(token) is None for token in tokens):
        return None
    if "background" in attributes:
        return None
    found = parent
    candidates = [*values.get("background", ()), *values.get("background-color", ())]
    if not candidates and attributes.get("bgcolor"):
        candidates = [attributes["bgcolor"]]
    for token in candidates:
        if getattr(token, "type", "") == "ident" and token.lower_value == "currentcolor":
            return colour
        own = _parse_colour(token)
        if own is not None:
            found = over(own, parent) if own[3] < 1 else own
    return found


def _opacity(values: dict[str, tuple[Any, ...]]) -> float | None:
    value = values.get("opacity")
    if value is None or keyword_of(value) in ("inherit", "unset", "initial"):
        return 1.0
    if len(value) == 1 and value[0].type == "number":
        return float(min(1.0, max(0.0, value[0].value)))
    if len(value) == 1 and value[0].type == "percentage":
        return float(min(1.0, max(0.0, value[0].value / 100)))
    return None
