"""The accounts that the program itself posts to, found by their class; everything else is the user's.

A rule pack brings the income and expense accounts that its forms need; these complete any chart.
"""

from __future__ import annotations

from collections.abc import Mapping

from compliance.errors import InputError
from compliance.i18n import _
from compliance.ledger.models import Account

UNASSIGNED = "unassigned"
"""The fund of statement lines that nobody has attributed yet; it holds nothing else."""

SYSTEM_CLASSES = frozenset(
    ("suspense", "in_transit", "conversion", "opening", "due_from", "due_to", "released", "in_kind")
)
"""Classes of the program's own accounts: money does not lie in them."""


def system_accounts() -> list[Account]:
    """Suspense, in transit, conversion, opening and inter-fund accounts, titled in the interface language."""
    rows = (
        ("suspense", _("Not yet sorted"), "liability", "suspense"),
        ("transit", _("Money in transit"), "asset", "in_transit"),
        ("conversion", _("Currency conversion"), "equity", "conversion"),
        ("opening", _("Opening balances"), "equity", "opening"),
        ("due-from", _("Lent to another agreement"), "asset", "due_from"),
        ("due-to", _("Borrowed from another agreement"), "liability", "due_to"),
        ("released", _("Moved between agreements"), "equity", "released"),
        ("in-kind", _("Property received in kind"), "asset", "in_kind"),
    )
    return [
        Account(entity=entity, title=title, type=kind, account_class=account_class)
        for entity, title, kind, account_class in rows
    ]


def of_class(accounts: Mapping[str, Account], account_class: str) -> str:
    """The id of the one account of a class; ``InputError`` when the chart has none."""
    for entity, account in accounts.items():
        if account.account_class == account_class:
            return entity
    raise InputError(
        _("the chart of accounts has no account of the class “{name}”").format(name=account_class),
        remedy=_("Add one: compliance record account --class {name}").format(name=account_class),
    )


def for_line(accounts: Mapping[str, Account], line: str) -> str | None:
    """The open expense account that falls on a form line; ``None`` where there is none."""
    for entity, account in accounts.items():
        if account.type == "expense" and account.expense_line == line and not account.closed_on:
            return entity
    return None
