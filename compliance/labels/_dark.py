"""Colours on a dark screen: what takes the place of a page's own."""

from __future__ import annotations

from compliance.labels._colours import Colour

DARK_GROUND, LIGHT_LETTERS = (0.07, 0.07, 0.07, 1.0), (0.91, 0.91, 0.91, 1.0)
"""What browsers and readers usually take where a page or its reader asks for dark colours."""


def inverted(colour: Colour) -> Colour:
    """As under ``filter: invert(1) hue-rotate(180deg)``: dark is light, hues stay (Filter Effects Level 1, 9.6)."""
    red, green, blue = (1 - part for part in colour[:3])
    turned = (
        -0.574 * red + 1.43 * green + 0.144 * blue,
        0.426 * red + 0.43 * green + 0.144 * blue,
        0.426 * red + 1.43 * green - 0.856 * blue,
    )
    one, two, three = (min(1.0, max(0.0, part)) for part in turned)
    return one, two, three, colour[3]
