"""What a line is, in the words people use, turned into the shares that double entry wants.

A ``Part`` is what somebody typed, a rule proposes, or a spreadsheet row holds. Its amount is typed
positive in the natural direction of its kind (income comes in, an expense goes out); a leading minus
turns it round: an expense that came back, a gift returned.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from compliance.errors import UsageError
from compliance.i18n import _, language
from compliance.ledger.books import Books
from compliance.ledger.chart import CHEQUES, UNASSIGNED, for_line, of_class
from compliance.ledger.entries import Share
from compliance.ledger.models import Account
from compliance.money import TYPED, display, parse_amount

SETTLED = {"debt": "payable", "prepayment": "prepaid", "advance": "advance"}
"""Kinds of payment that are no cost yet, or no more, and the class of account that they settle."""
KINDS = ("income", "refund", "expense", "fee", "transfer", "exchange", *SETTLED, "cheque")
"""``refund``: a gift given back, a smaller receipt. ``fee``: an expense that the bank takes. ``debt``: what was
owed is paid; ``prepayment``: paid before anything was delivered; ``advance``: handed out to be reported; ``cheque``:
one that was issued before is presented."""
PROPERTY = ("fixed_asset", "other_property", "help")
_SIGNS = {"income": 1, "refund": -1, "expense": -1, "fee": -1, **dict.fromkeys((*SETTLED, "cheque"), -1)}
_ACCOUNT_TYPE = {"income": "income", "refund": "income", "expense": "expense", "fee": "expense"}


@dataclass(frozen=True, slots=True)
class Part:
    """``amount`` is text as typed, empty for "all that is left". ``line`` is the form line."""

    kind: str = ""
    fund: str = ""
    account: str = ""
    source: str = ""
    programme: str = ""
    line: str = ""
    purpose: str = ""
    property: str = ""
    amount: str = ""

    def values(self) -> dict[str, str]:
        """The filled fields, for the vault and for JSON."""
        pairs = {name: getattr(self, name) for name in FIELDS}
        return {name: text for name, text in pairs.items() if text}


FIELDS = ("kind", "fund", "account", "source", "programme", "line", "purpose", "property", "amount")


def parse_part(text: str) -> Part:
    """``fund=f1 line=pay programme=p1 amount="1 000,00"``. ``UsageError`` for anything else."""
    import shlex

    try:
        words = shlex.split(text)
    except ValueError:
        raise UsageError(_("--part: a quotation mark is not closed")) from None
    given: dict[str, Any] = {}
    for word in words:
        name, sep, value = word.partition("=")
        if not sep or name not in FIELDS or name in given:
            raise UsageError(
                _("--part: “{word}” is not NAME=VALUE with one of: {names}").format(
                    word=word, names=", ".join(FIELDS)
                )
            )
        given[name] = value
    return Part(**given)


def shares(parts: Sequence[Part], amount_minor: int, currency: str, books: Books, bank: str) -> list[Share]:
    """The shares of a line of ``amount_minor`` on the account ``bank``; they add up to it exactly.

    ``UsageError`` naming what is missing, unknown, or does not add up.
    """
    if not parts:
        raise UsageError(_("say what the line is: --fund and --kind, --account or --line"))
    open_ended = [part for part in parts if not part.amount]
    if len(open_ended) > 1:
        raise UsageError(_("only one part may leave its amount out"))
    made = [_share(part, amount_minor, currency, books, bank) for part in parts]
    total = sum(share.amount_minor for share, part in zip(made, parts, strict=True) if part.amount)
    rest = amount_minor - total
    if open_ended:
        if rest == 0 and len(parts) > 1:
            raise UsageError(_("nothing is left for the part without an amount"))
        return [
            share if part.amount else replace(share, amount_minor=rest)
            for share, part in zip(made, parts, strict=True)
        ]
    if rest:
        raise UsageError(
            _("the parts add up to {total}, the line is {amount}; {rest} is left").format(
                total=_text(total, currency), amount=_text(amount_minor, currency), rest=_text(rest, currency)
            )
        )
    return made


def _share(part: Part, amount_minor: int, currency: str, books: Books, bank: str) -> Share:
    kind, account = _far_account(part, books, bank)
    natural = _SIGNS.get(kind) or (1 if amount_minor > 0 else -1)
    _check_names(part, kind, books)
    line = part.line if part.line and books.accounts[account].expense_line != part.line else None
    return Share(
        account=account,
        fund=part.fund,
        amount_minor=natural * _amount(part.amount, currency) if part.amount else 0,
        source=part.source or None,
        programme=part.programme or None,
        expense_line=line,
        purpose=part.purpose or None,
        property=part.property or None,
    )


def _amount(text: str, currency: str) -> int:
    try:
        amount_minor = parse_amount(text, currency, TYPED[language()])
        if amount_minor == 0:
            raise ValueError("nothing")
        return amount_minor
    except ValueError:
        raise UsageError(
            _("“{text}” is not an amount; write {example}").format(
                text=text[:40], example=display(1250050, currency, language())
            )
        ) from None


def _text(amount_minor: int, currency: str) -> str:
    return f"{display(amount_minor, currency, language())} {currency}"


def _far_account(part: Part, books: Books, bank: str) -> tuple[str, str]:
    """(kind, account on the far side of the bank) of a part; each may follow from the other."""
    if part.kind and part.kind not in KINDS:
        raise UsageError(
            _("“{kind}” is not a kind; the kinds are: {kinds}").format(kind=part.kind, kinds=", ".join(KINDS))
        )
    accounts = books.accounts
    if part.account:
        return _given_account(part, accounts, bank)
    kind = part.kind or ("expense" if part.line else "income" if part.source else "")
    if kind == "transfer":
        return kind, of_class(accounts, "in_transit")
    if kind == "exchange":
        return kind, of_class(accounts, "conversion")
    if kind in ("expense", "fee"):
        return kind, _expense_account(part, accounts)
    if kind == "cheque":
        return kind, of_class(accounts, CHEQUES)
    if kind in SETTLED:
        if not part.line:
            raise UsageError(_("on which form line does the cost fall? --line is missing"))
        return kind, of_class(accounts, SETTLED[kind])
    if kind in ("income", "refund"):
        return kind, _only(accounts, "income")
    raise UsageError(_("say what the line is: --kind, --account or --line"))


def _given_account(part: Part, accounts: Mapping[str, Account], bank: str) -> tuple[str, str]:
    if part.account not in accounts:
        raise _unknown(_("account"), part.account, "accounts")
    account = accounts[part.account]
    wanted = _ACCOUNT_TYPE.get(part.kind)
    if wanted and account.type != wanted:
        raise UsageError(
            _("the account {account} does not fit the kind {kind}").format(
                account=part.account, kind=part.kind
            )
        )
    if part.account == bank or account.account_class in ("bank", "special") or account.number:
        raise UsageError(
            _("the account {account} has statements of its own").format(account=part.account),
            remedy=_("Its own line shows the other half; use --kind transfer without --account."),
        )
    if account.account_class == "suspense":
        raise UsageError(_("nothing can be sorted as not sorted"))
    by_type = {"income": "income", "expense": "expense"}.get(account.type, "transfer")
    return part.kind or by_type, part.account


def _expense_account(part: Part, accounts: Mapping[str, Account]) -> str:
    """The expense account of the form line; without one of its own, the only expense account there is."""
    if part.line:
        if found := for_line(accounts, part.line):
            return found
        known = {item.expense_line for item in accounts.values() if item.expense_line}
        if known:
            raise UsageError(
                _("no account falls on the form line “{line}”; there are: {lines}").format(
                    line=part.line, lines=", ".join(sorted(known))
                )
            )
    return _only(accounts, "expense")


def _only(accounts: Mapping[str, Account], kind: str) -> str:
    found = [entity for entity, item in accounts.items() if item.type == kind and not item.closed_on]
    if len(found) != 1:
        raise UsageError(
            _("say which account: --account with one of: {accounts}").format(accounts=", ".join(found) or "—")
        )
    return found[0]


def _check_names(part: Part, kind: str, books: Books) -> None:
    """Everything named exists, and what the kind needs is there."""
    if not part.fund:
        raise UsageError(_("whose money is it? --fund is missing"), remedy=_("See: compliance list funds"))
    if part.fund not in books.funds or part.fund == UNASSIGNED:
        raise _unknown(_("agreement"), part.fund, "funds")
    if part.source and part.source not in books.sources:
        raise _unknown(_("source"), part.source, "sources")
    if part.programme and part.programme not in books.programmes:
        raise _unknown(_("programme"), part.programme, "programmes")
    if part.property and part.property not in PROPERTY:
        raise UsageError(
            _("“{value}” is none of: {allowed}").format(value=part.property, allowed=", ".join(PROPERTY))
        )
    supplier = _(
        "Money that a supplier gives back is no refund of a gift: --kind expense, which becomes smaller."
    )
    if kind in ("income", "refund") and not part.source:
        raise UsageError(
            _("who paid? --source is missing"),
            why=supplier if kind == "refund" else "",
            remedy=_("See: compliance list sources"),
        )
    if kind not in ("income", "refund") and part.source:
        raise UsageError(_("only income and refunds have a source"))
    if kind in ("income", "refund") and part.line:
        raise UsageError(_("only expenses fall on a form line"), remedy=supplier)


def _unknown(what: str, name: str, listing: str) -> UsageError:
    return UsageError(
        _("there is no {what} “{name}”").format(what=what, name=name[:60]),
        remedy=_("See: compliance list {listing}").format(listing=listing),
    )
