"""How figures, days and periods are written on a form, in the language of the law."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from compliance.i18n import N_, translated
from compliance.money import exponent
from compliance.periods import Period, parse_day

NOTHING = "\N{EM DASH}"
NBSP = "\N{NO-BREAK SPACE}"
COUNTRIES = Path(__file__).parent / "countries.tsv"


def day_text(day: date | None, language: str) -> str:
    """``31.12.2025``, in English ``2025-12-31``; nothing for no day."""
    if day is None:
        return ""
    return day.isoformat() if language == "en" else day.strftime("%d.%m.%Y")


def stored_day_text(value: str, language: str) -> str:
    """A day kept as text (``1970-06-12``) as the form writes days; other words as they are."""
    try:
        return day_text(parse_day(value), language)
    except ValueError:
        return value


def country_text(value: str, language: str) -> str:
    """``RU`` as ``Россия``; what is no country's two-letter code stays as it was typed."""
    return _countries(language).get(value, value)


@lru_cache(maxsize=4)
def _countries(language: str) -> Mapping[str, str]:
    """Code -> name, from Unicode's CLDR. Columns: code, English, Russian; other languages get English."""
    rows = COUNTRIES.read_text(encoding="utf-8").splitlines()
    column = 2 if language == "ru" else 1
    return {cells[0]: cells[column] for cells in (row.split("\t") for row in rows)}


BODIES = {
    "supreme": N_("supreme governing body"),
    "council": N_("council"),
    "executive": N_("executive body"),
    "founders": N_("founders"),
    "staff": N_("staff"),
}
"""What a body is called where the organisation has not said its own name for it."""


def body_text(body: str, language: str, named: str = "") -> str:
    """The governing body by the name its organisation gave it, else by a general word in the form's language."""
    return named or (translated(language, BODIES[body]) if body in BODIES else body)


@dataclass(frozen=True, slots=True)
class Style:
    """How a form writes numbers: ``language`` of the law, ``grouping`` thousands or indian."""

    language: str = ""
    grouping: str = "thousands"


def figure(units: int | None, exact_minor: int | None, *, decimals: int = 0, style: Style = Style()) -> str:
    """``3 397`` with no-break spaces, in English ``3,397``; a dash for exactly nothing, empty for what is not known.

    ``decimals``: how many digits of ``units`` stand after the comma, or the point (forms in minor units).
    """
    if units is None:
        return ""
    if units == 0 and not exact_minor:
        return NOTHING
    sign, digits = ("\N{MINUS SIGN}" if units < 0 else ""), str(abs(units)).rjust(decimals + 1, "0")
    whole, fraction = (digits[:-decimals], digits[-decimals:]) if decimals else (digits, "")
    between, point = (",", ".") if style.language == "en" else (NBSP, ",")
    return sign + between.join(_groups(whole, style.grouping)) + (f"{point}{fraction}" if fraction else "")


def _groups(whole: str, grouping: str) -> list[str]:
    """The last three digits, and before them threes, or twos where lakhs and crores are counted."""
    groups, size = [whole[-3:]], 2 if grouping == "indian" else 3
    rest = whole[:-3]
    while rest:
        rest, last = rest[:-size], rest[-size:]
        groups.insert(0, last)
    return groups


def decimals_of(currency: str, unit_minor: int) -> int:
    """Digits after the comma on a form: none unless it is filled in minor units."""
    return exponent(currency) if unit_minor == 1 else 0


def unit_words(currency: str, unit_minor: int, language: str) -> str:
    """``in thousands, RUB``: what printed figures count."""
    scale = unit_minor // 10 ** exponent(currency)
    if scale <= 1:
        return currency
    words = {1_000: N_("thousands of {currency}"), 1_000_000: N_("millions of {currency}")}
    told = words.get(scale, N_("units of {scale} {currency}"))
    return translated(language, told).format(currency=currency, scale=scale)


def period_words(period: Period, language: str) -> str:
    """``IV quarter of 2025 (01.10.2025 - 31.12.2025)``."""
    span = f"{day_text(period.start, language)} – {day_text(period.last, language)}"
    label = period.label
    if "-Q" in label:
        year, number = label.split("-Q")
        roman = ("I", "II", "III", "IV")[int(number) - 1]
        words = translated(language, N_("{number} quarter of {year}")).format(number=roman, year=year)
    elif "-H" in label:
        year, number = label.split("-H")
        roman = ("I", "II")[int(number) - 1]
        words = translated(language, N_("{number} half of {year}")).format(number=roman, year=year)
    elif label.isdecimal():
        words = translated(language, N_("the year {year}")).format(year=label)
    else:
        return span
    return f"{words} ({span})"
