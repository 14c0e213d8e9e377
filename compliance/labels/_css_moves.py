"""Lengths of static CSS, and whether what is said of an element may move, cut, squeeze or turn it."""

from __future__ import annotations

from typing import Any

from compliance.labels._css_rules import ASIDE, BOXES, MOVES, OFFSETS, SPACING, WORDS
from compliance.labels.reading import LOOSE, TIGHT

ROOT_PX = 16.0
_UNITS_PX = {
    "px": 1.0,
    "pt": 4 / 3,
    "pc": 16.0,
    "in": 96.0,
    "cm": 96 / 2.54,
    "mm": 9.6 / 2.54,
    "q": 2.4 / 2.54,
}
NAMED_PX = {
    "xx-small": 9.0, "x-small": 10.0, "small": 13.0, "medium": 16.0, "large": 18.0,
    "x-large": 24.0, "xx-large": 32.0, "xxx-large": 48.0,
}  # fmt: skip
_FAR_PX = -500.0  # moved that far nothing is left on the screen
_OVER_PX = -24.0  # drawn up so far, an element lies over whole lines of what stands before it


def turned(keyword: dict[str, str], tag: str) -> bool:
    """Whether letters may run another way than they are written."""
    return (
        tag in ("bdo", "marquee")
        or "override" in keyword.get("unicode-bidi", "")
        or keyword.get("writing-mode", "horizontal-tb") != "horizontal-tb"
    )


def unsettled(values: dict[str, tuple[Any, ...]], keyword: dict[str, str], size: float | None) -> bool:
    """Whether letters may run into each other, lie behind what is around them, or be shown by a variable's leave."""
    for name in values.keys() & SPACING:
        if keyword[name] not in ("normal", "initial", "inherit", "unset"):
            apart = length_px(values[name][0], size) if values[name] else None
            if apart is None or not size or not TIGHT <= apart / size <= LOOSE:
                return True
    behind = any(token.type == "number" and token.value < 0 for token in values.get("z-index", ()))
    sizeless = any(
        token.type == "ident" and token.lower_value in ("strict", "size", "inline-size")
        for token in values.get("contain", ())
    )
    by_leave = any(token.type == "function" for name in values.keys() & WORDS for token in values[name])
    return behind or sizeless or by_leave


def drawn_up(values: dict[str, tuple[Any, ...]], size: float | None) -> bool:
    """Whether it is drawn over what stands before it."""
    tops = [values[name][0] for name in ("margin-top", "margin", "top") if values.get(name)]
    lengths = [length_px(token, size) for token in tops]
    return any(length is not None and length <= _OVER_PX for length in lengths)


def keyword_of(value: tuple[Any, ...]) -> str:
    return str(value[0].lower_value) if len(value) == 1 and value[0].type == "ident" else ""


def length_px(token: Any, em: float | None) -> float | None:
    """Pixels of a length, percentage (of ``em``) or size keyword."""
    if token.type == "dimension":
        unit = token.lower_unit
        if unit in _UNITS_PX:
            return float(token.value * _UNITS_PX[unit])
        if unit == "em" and em is not None:
            return float(token.value * em)
        # The root's own size could have been changed; only the plain case is certain.
        return float(token.value * ROOT_PX) if unit == "rem" else None
    if token.type == "percentage" and em is not None:
        return float(token.value * em / 100)
    if token.type == "number" and token.value == 0:
        return 0.0
    if token.type == "ident":
        word = token.lower_value
        if word in ("larger", "smaller") and em is not None:
            return em * 1.2 if word == "larger" else em / 1.2
        return NAMED_PX.get(word)
    return None


def displaced(
    values: dict[str, tuple[Any, ...]], keyword: dict[str, str], size: float | None
) -> tuple[bool, bool]:
    """Whether the element is surely off the page, and whether it may be moved, cut or squeezed."""
    outside = moved = False
    for name in values.keys() & OFFSETS:
        for token in values[name]:
            length = length_px(token, size)
            outside = outside or (length is not None and length <= _FAR_PX)
            moved = moved or token.type == "function" or (length is not None and length < 0)
            moved = moved or (name in ASIDE and length is not None and length >= -_FAR_PX)
    moved = moved or any(keyword[name] not in ("none", "normal", "auto") for name in values.keys() & MOVES)
    tight = [
        name
        for name in values.keys() & BOXES
        if (length_px(values[name][0], size) or 99.0) <= 1 or _zero(values[name])
    ]
    if tight and "line-height" not in tight and _cuts(keyword):
        outside = True
    fixed = [
        name
        for name in values.keys() & (BOXES - {"line-height"})
        if length_px(values[name][0], size) is not None
    ]
    moved = moved or bool(tight) or (bool(fixed) and _cuts(keyword))
    return outside, moved


def _zero(value: tuple[Any, ...]) -> bool:
    return bool(value) and value[0].type in ("number", "dimension", "percentage") and value[0].value == 0


def _cuts(keyword: dict[str, str]) -> bool:
    return any(keyword.get(name) in ("hidden", "clip") for name in ("overflow", "overflow-x", "overflow-y"))
