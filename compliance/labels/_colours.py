"""Colours laid over each other, and how well one is read on another (WCAG 2.2)."""

from __future__ import annotations

from functools import lru_cache

Colour = tuple[float, float, float, float]  # red, green, blue, alpha; 0 to 1


def over(top: Colour, under: Colour | None) -> Colour | None:
    if top[3] == 0:
        return under
    if under is None:
        return None
    red, green, blue = (top[i] * top[3] + under[i] * (1 - top[3]) for i in range(3))
    return red, green, blue, 1.0


@lru_cache(maxsize=1024)
def contrast(text: Colour, behind: Colour) -> float:
    """WCAG 2.2 contrast ratio of ``text``, laid over ``behind`` with its alpha; 1 to 21."""
    shown = over(text, behind) or behind
    return ratio(shown[:3], behind[:3])


def ratio(one: tuple[float, float, float], two: tuple[float, float, float]) -> float:
    """The same of two colours that are seen."""
    dark, light = sorted((luminance(one), luminance(two)))
    return (light + 0.05) / (dark + 0.05)


def luminance(rgb: tuple[float, float, float]) -> float:
    """WCAG 2.2 relative luminance of sRGB, each 0 to 1."""
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in rgb)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
