"""Asking a person for what is missing; with nobody at the terminal, saying which option is missing.

Typed amounts follow the interface language and are echoed; yes and no may be typed in either.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Sequence
from datetime import date
from typing import TypeVar

import click

from compliance.commands.output import say
from compliance.errors import UsageError
from compliance.i18n import _, language
from compliance.money import TYPED, display, parse_amount
from compliance.periods import Period, parse_day, parse_period

T = TypeVar("T")
YES = {"y", "yes", "д", "да"}
NO = {"n", "no", "н", "нет"}
_HOUR = re.compile(r"([01]\d|2[0-3]):[0-5]\d([+-](0\d|1[0-4]):[0-5]\d)?\Z", re.ASCII)
_DOTTED = re.compile(r"([0-9]{2})\.([0-9]{2})\.([0-9]{4})\Z")


def interactive() -> bool:
    return sys.stdin.isatty() and sys.stderr.isatty()


def need(value: str | None, option: str, question: str, *, default: str | None = None) -> str:
    """``value``, or the answer to ``question``; exit 2 naming ``option`` when nobody can be asked."""
    if value:
        return value
    if not interactive():
        raise UsageError(_("the option {option} is missing").format(option=option))
    return str(click.prompt(question, default=default, err=True))


def need_all(**given: str | None) -> None:
    """With nobody to ask: exit 2 naming at once every option that is missing (``reply_by`` is ``--reply-by``)."""
    lacking = [f"--{name.replace('_', '-')}" for name, value in given.items() if not value]
    if len(lacking) > 1 and not interactive():
        raise UsageError(_("the options {options} are missing").format(options=", ".join(lacking)))


def refuse_placeholder(text: str, option: str) -> None:
    """``...`` copied from a remedy is no text: recorded, it would stay for ever."""
    if text and set(text) <= set(". …-–"):
        raise UsageError(_("{option}: write words in place of “{text}”").format(option=option, text=text))


def maybe(value: str | None, question: str) -> str | None:
    """Like ``need`` for what may stay empty; never asked without a terminal."""
    if value is not None or not interactive():
        return value or None
    return str(click.prompt(question, default="", show_default=False, err=True)) or None


def choice(value: str | None, option: str, question: str, allowed: Sequence[str]) -> str:
    """One of ``allowed``; a wrong value is exit 2 with the list."""
    while True:
        given = need(value, option, f"{question} ({', '.join(allowed)})")
        if given in allowed:
            return given
        told = _("{option}: “{value}” is not one of: {allowed}").format(
            option=option, value=given, allowed=", ".join(allowed)
        )
        _again(value, told)


def _parsed(parse: Callable[[str], T], value: str | None, option: str, question: str) -> T:
    while True:
        text = need(value, option, question)
        try:
            return parse(text)
        except ValueError as error:
            _again(value, f"{option}: {_why(str(error))}")


def _again(value: str | None, told: str) -> None:
    """A slip in an option ends the command; one in an answer is told, and the question comes again."""
    if value or not interactive():
        raise UsageError(told)
    say(told)


def day(value: str | None, option: str, question: str) -> date:
    """``2025-12-31``; in Russian also ``31.12.2025``, as people write it there."""
    return _parsed(_typed_day, value, option, question)


def _typed_day(text: str) -> date:
    match = _DOTTED.match(text.strip()) if language() == "ru" else None
    return parse_day("-".join(reversed(match.groups())) if match else text)


def day_or(value: str | None, default: date, option: str) -> date:
    """The day that ``option`` names, never asked for; ``default`` when it is left out."""
    return default if value is None else day(value, option, "")


def period(text: str) -> Period:
    """A typed reporting period; exit 2 with what one looks like."""
    try:
        return parse_period(text)
    except ValueError:
        raise UsageError(
            _("“{text}” is not a period").format(text=text),
            remedy=_("Write 2025-Q4, 2025-H2, 2025-12 or 2025."),
        ) from None


def amount(value: str | None, option: str, question: str, currency: str) -> int:
    """Positive minor units, as typed in the interface language, echoed so that a slip is seen."""
    grammar = TYPED[language()]
    minor = _parsed(lambda text: parse_amount(text, currency, grammar), value, option, question)
    if interactive():
        say(f"{display(minor, currency, language())} {currency}")
    return minor


def _why(reason: str) -> str:
    return {
        "not an amount": _("write an amount such as {example}").format(
            example=display(1250050, "RUB", language())
        ),
        "too many decimals": _("this currency has fewer decimals"),
        "amount too large": _("no amount is that large: look for a slip"),
        "not a date YYYY-MM-DD": _("write a day such as 2025-12-31"),
    }.get(reason, _("there is no such day"))


def hour(text: str | None, option: str) -> str | None:
    """A local time, with the clock's offset or without; ``UsageError`` for anything else."""
    if text and not _HOUR.match(text):
        raise UsageError(
            _("{option}: write 15:00, or with the offset of your clock 15:00+03:00").format(option=option)
        )
    return text or None


def yes(question: str, *, given: bool = False) -> bool:
    """True when ``given`` (a --yes option) or when a person says so; without a terminal, exit 2."""
    if given:
        return True
    if not interactive():
        raise UsageError(_("there is nobody to ask; repeat with --yes"))
    while True:
        letters = _("y/n")
        answer = str(click.prompt(f"{question} [{letters}]", err=True)).strip().lower()
        if answer in YES | NO:
            return answer in YES
