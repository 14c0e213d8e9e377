"""``--as-of`` and ``--known-at``: the two times of every fact, for every command that reads.

``--as-of DAY``: as things stood at the end of that day; what happened later is left out, and what
depends on the day (what is due, what is wrong) is looked at on it. ``--known-at``: as the books were
known then; what was recorded later is left out. It takes a day (its end), a moment
(``2026-01-12T09:00:00Z``), an entry's number, or a filing: then what that filing saw, on its day.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from compliance.errors import UsageError
from compliance.i18n import _

C = TypeVar("C", bound=Callable[..., Any])


def times(command: C) -> C:
    """Both options, taken by ``App`` itself: the command's function does not see them."""
    for option, metavar, words in (
        ("--known-at", "ENTRY|MOMENT|FILING", _("As the books were known then: recorded later is left out")),
        ("--as-of", "DAY", _("As things stood at the end of that day: what happened later is left out")),
    ):
        command = click.option(
            option, metavar=metavar, help=words, expose_value=False, callback=_taken, is_eager=True
        )(command)
    return command


def refuse_times(app: Any) -> None:
    """For a group whose sub-commands write: only its own list is looked at as of another day."""
    if app.as_of_text or app.known_at_text:
        raise UsageError(_("--as-of and --known-at are for looking, not for writing"))


def _taken(ctx: click.Context, param: click.Parameter, value: str | None) -> None:
    if value is not None:
        setattr(ctx.find_object(_app()), f"{param.name}_text", value)


def _app() -> type[Any]:
    from compliance.commands.app import App

    return App
