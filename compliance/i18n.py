"""Messages in the user's language. The msgid is the English text.

Sources are ``locale/<language>/<area>.po``, one file an area so that two people rarely edit the
same one; set-up compiles them into ``locale/<language>/LC_MESSAGES/compliance.mo``. Call ``_`` and
``ngettext`` at the moment of use, never at import time of a module that is loaded before
``activate``. ``xx`` is a pseudo-language for tests: every message is bracketed.
"""

from __future__ import annotations

import gettext as _gettext
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

# A string, for start-up must not pay for pathlib.
LOCALE = os.path.join(os.path.dirname(__file__), "locale")
DOMAIN = "compliance"
LANGUAGES = ("en", "ru")
PSEUDO = "xx"
_MONTHS = {
    "en": "January February March April May June July August September October November December".split(),
    "ru": "января февраля марта апреля мая июня июля августа сентября октября ноября декабря".split(),
}
_MONTH_NAMES = {
    "en": _MONTHS["en"],
    "ru": "январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь декабрь".split(),
}
_WEEKDAYS = {"en": "Mon Tue Wed Thu Fri Sat Sun".split(), "ru": "пн вт ср чт пт сб вс".split()}


class _Pseudo(_gettext.NullTranslations):
    def gettext(self, message: str) -> str:
        return f"⟦{message}⟧"

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return f"⟦{msgid1 if n == 1 else msgid2}⟧"


_language = "en"
_active: _gettext.NullTranslations = _gettext.NullTranslations()


@lru_cache(maxsize=8)
def _catalogue(language: str) -> _gettext.NullTranslations:
    if language == PSEUDO:
        return _Pseudo()
    return _gettext.translation(DOMAIN, LOCALE, languages=[language], fallback=True)


def activate(language: str) -> None:
    """Make ``language`` (``ru``, ``ru_RU.UTF-8``...) the interface language; unknown ones mean English."""
    global _language, _active
    code = _code(language)
    _language = code if code in (*LANGUAGES, PSEUDO) else "en"
    _active = _catalogue(_language)
    # Click takes its own texts (usage, "Missing option"...) from the process-wide gettext domain, and
    # that looks for the language in LANGUAGE at each call. Its translations are in locale/ru/click.po.
    os.environ["LANGUAGE"] = _language
    _gettext.bindtextdomain(DOMAIN, LOCALE)
    _gettext.textdomain(DOMAIN)


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """For a while another language: a letter to an authority is in that of its law, not of who presses the key."""
    before = active()
    activate(language)
    try:
        yield
    finally:
        activate(before)


def known(language: str) -> bool:
    """Is this a language that the interface speaks, however it is spelled?"""
    return _code(language) in (*LANGUAGES, PSEUDO)


def _code(language: str) -> str:
    """``ru`` of ``ru``, ``RU``, ``ru-RU``, ``ru_RU.UTF-8``."""
    return language.replace("-", "_").split("_")[0].split(".")[0].lower()


def preferred(environ: Mapping[str, str]) -> str:
    """The language that the environment asks for; where it says nothing, Windows is asked itself.

    Returns what `activate` takes, or the empty string. LANGUAGE is left out: `activate` sets it.
    """
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if environ.get(name):
            return environ[name]
    if os.name == "nt":
        import ctypes
        import locale

        code = ctypes.windll.kernel32.GetUserDefaultUILanguage()  # type: ignore[attr-defined,unused-ignore]
        return locale.windows_locale.get(code, "")
    return ""


def language() -> str:
    """``en`` or ``ru``: for formatting numbers and dates (the pseudo-language formats as English)."""
    return "en" if _language == PSEUDO else _language


def active() -> str:
    """The language `activate` chose, the pseudo-language included: to activate it in another process."""
    return _language


def _(message: str) -> str:
    return _active.gettext(message)


def N_(message: str) -> str:  # noqa: N802 - gettext's own name for "translate later"
    """Marks a message for extraction; it is translated where it is shown."""
    return message


def ngettext(one: str, many: str, n: int) -> str:
    """The plural form for ``n``; fill ``{n}`` yourself with ``.format``."""
    return _active.ngettext(one, many, n)


def translated(language: str, message: str) -> str:
    """``message`` in another language than the interface's: for forms that print in the law's own."""
    return _catalogue(language).gettext(message)


def ntranslated(language: str, one: str, many: str, n: int) -> str:
    """The same for what depends on a number; fill ``{n}`` yourself with ``.format``."""
    return _catalogue(language).ngettext(one, many, n)


def day_text(day: date) -> str:
    """A day inside a sentence, as people write it: ``17.11.2025`` in Russian, ``17 Nov 2025`` in English."""
    if _language == "ru":
        return f"{day.day:02}.{day.month:02}.{day.year:04}"
    return f"{day.day} {_MONTHS['en'][day.month - 1][:3]} {day.year:04}"


def day_words(day: date) -> str:
    """A day that stands by itself: ``чт 15 января 2026`` in Russian, ``Thu 15 January 2026`` in English."""
    name, month = _WEEKDAYS[language()][day.weekday()], _MONTHS[language()][day.month - 1]
    return f"{name} {day.day} {month} {day.year}"


def month_name(month: int) -> str:
    """A month that stands by itself, 1 to 12: ``январь``, ``January``."""
    return _MONTH_NAMES[language()][month - 1]


def weekday_names() -> list[str]:
    """Seven short names from Monday on."""
    return _WEEKDAYS[language()]
