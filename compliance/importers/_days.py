"""Dates as tables write them: formats of ``d``, ``m`` (or ``b``, the month in letters) and ``Y`` (or ``y``, two digits)."""

from __future__ import annotations

import re
from datetime import date

TOKENS = {
    "d": r"(?P<d>[0-9]{1,2})",
    "m": r"(?P<m>[0-9]{1,2})",
    "b": r"(?P<b>[^\W\d_]{3,12})\.?",
    "Y": r"(?P<Y>[0-9]{4})",
    "y": r"(?P<y>[0-9]{2})",
    "H": r"(?:[01]?[0-9]|2[0-3])",
    "M": r"[0-5][0-9]",
    "S": r"[0-5][0-9]",
}
_YEARS = range(1990, 2101)
# By the first three letters; English, Russian, German, Dutch, French, Spanish, Italian, Polish where those are clear: not
# the Polish lip and lis, which are the months before in Croatian.
_MONTHS = (
    "jan янв ene gen sty", "feb фев fév lut", "mar мар mär maa mrt", "apr апр avr abr kwi", "may мая май mai mei mag maj",
    "jun июн giu cze", "jul июл lug", "aug авг aoû ago sie", "sep сен set wrz", "oct окт okt ott paź", "nov ноя", "dec дек dez déc dic gru",
)  # fmt: skip
_OTHERS = ("marr",)
"""Begin like one of these and are another month: the Finnish November."""
_BY_LETTERS = {word: number for number, words in enumerate(_MONTHS, 1) for word in words.split()}


def pattern(form: str) -> re.Pattern[str]:
    """What a date of this form looks like; day and month that another number touches have two digits."""
    beside = zip(f" {form}", form, f"{form[1:]} ", strict=False)
    tokens = (
        TOKENS.get(char, re.escape(char)).replace(
            "{1,2}", "{2}" if {before, after} & TOKENS.keys() else "{1,2}"
        )
        for before, char, after in beside
    )
    return re.compile("".join(tokens) + r"\Z")


def day_of(match: re.Match[str]) -> date | None:
    """The day that a match of `pattern` says; None where the calendar has none. ``y`` is of this century."""
    said = match.groupdict()
    year = int(said["Y"]) if said.get("Y") else 2000 + int(said["y"])
    letters = (said.get("b") or "").casefold()
    month = int(said.get("m") or (0 if letters.startswith(_OTHERS) else _BY_LETTERS.get(letters[:3], 0)))
    try:
        return date(year, month, int(said["d"])) if year in _YEARS else None
    except ValueError:
        return None


def written(day: date, form: str) -> str:
    """A day as a form writes it, at midnight."""
    parts = {
        "d": f"{day.day:02}", "m": f"{day.month:02}", "b": _MONTHS[day.month - 1].split()[0],
        "Y": f"{day.year:04}", "y": f"{day.year % 100:02}", "H": "00", "M": "00", "S": "00",
    }  # fmt: skip
    return "".join(parts.get(char, char) for char in form)
