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

SETTLEMENT_CLASSES = ("payable", "prepaid", "advance")
"""Debts between a payment and the cost it is for: owed to suppliers, paid ahead, handed out to be reported.

Their postings name fund, programme and form line like an expense, so that there are two views of one
ledger: what was *paid* is the movement of the expense accounts and of these together, what is *accrued*
is that of the expense accounts alone.
"""

CHEQUES = "cheques"
"""What cheques took from the bank that it does not know of yet: money, below nought until they are presented."""

SYSTEM_CLASSES = frozenset(
    ("suspense", "in_transit", "conversion", "opening", "due_from", "due_to", "released", "in_kind", CHEQUES)
) | frozenset(SETTLEMENT_CLASSES)
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
        ("payable", _("Owed to suppliers"), "liability", "payable"),
        ("prepaid", _("Paid ahead to suppliers"), "asset", "prepaid"),
        ("advance", _("Handed out, not reported yet"), "asset", "advance"),
        ("cheques", _("Cheques not presented yet"), "asset", "cheques"),
    )
    return [
        Account(entity=entity, title=title, type=kind, account_class=account_class)
        for entity, title, kind, account_class in rows
    ]


SHARED = "shared"
"""The class of expense accounts whose costs wait to be spread over agreements by a key."""


def of_class(accounts: Mapping[str, Account], account_class: str) -> str:
    """The id of the one account of a class; ``InputError`` when the chart has none."""
    for entity, account in accounts.items():
        if account.account_class == account_class:
            return entity
    raise InputError(
        _("the chart of accounts has no account of the class “{name}”").format(name=account_class),
        remedy=_("Add one: compliance record account --class {name} --type {type} --title {name}").format(
            name=account_class, type=_TYPES.get(account_class, "asset")
        ),
    )


_TYPES = dict.fromkeys(("payable", "due_to", "suspense"), "liability") | dict.fromkeys(
    ("conversion", "opening", "released"), "equity"
)


def is_settlement(account: Account | None) -> bool:
    """Whether it holds debts between a payment and its cost (``SETTLEMENT_CLASSES``)."""
    return account is not None and account.account_class in SETTLEMENT_CLASSES


def for_line(accounts: Mapping[str, Account], line: str) -> str | None:
    """The open expense account that falls on a form line; ``None`` where there is none."""
    for entity, account in accounts.items():
        falls = account.type == "expense" and account.expense_line == line
        if falls and not account.closed_on and account.account_class != SHARED:
            return entity
    return None
