"""``--opening`` and ``--closing``: the balances of statements that carry none."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import click

from compliance.commands.ask import amount
from compliance.errors import UsageError
from compliance.i18n import _

F = TypeVar("F", bound=Callable[..., Any])


def balance_options(command: F) -> F:
    """Both options; what they bring is for ``typed``."""
    helps = {
        "closing": _("The closing balance, where the file has none; once an account"),
        "opening": _("The opening balance, where the file has none; once an account"),
    }
    for name, text in helps.items():
        command = click.option(f"--{name}", multiple=True, metavar="[ACCOUNT=]AMOUNT", help=text)(command)
    return command


def typed(name: str, texts: Iterable[str], currency: str) -> dict[str, int]:
    """Account as typed (empty: the only one of the file) -> minor units. ``UsageError`` for two of one account."""
    found: dict[str, int] = {}
    for text in texts:
        account, _sign, value = text.rpartition("=")
        if account.strip() in found:
            raise UsageError(_("--{name} is given twice for one account").format(name=name))
        found[account.strip()] = amount(value or text, f"--{name}", "", currency)
    return found
