"""What a payment pays, from the paper it pays: no need to say fund, programme and form line again."""

from __future__ import annotations

from compliance.errors import UsageError
from compliance.i18n import _, language
from compliance.intake.parts import SETTLED, Part
from compliance.ledger.books import Books
from compliance.ledger.chart import CHEQUES
from compliance.ledger.debts import Debt, open_debts
from compliance.money import display, plain


def owed_on(books: Books, kind: str, document: str, currency: str) -> list[Debt]:
    """The open debts of a paper. ``UsageError`` where there are none."""
    found = [
        item
        for item in open_debts(books)
        if (item.kind, item.document, item.currency) == (kind, document, currency) and item.amount_minor > 0
    ]
    if not found:
        raise UsageError(
            _("nothing is open on “{document}” in {currency}").format(document=document, currency=currency),
            remedy=_("See what is: compliance list debts"),
        )
    return found


def settling(debts: list[Debt], amount_minor: int) -> list[tuple[Debt, int]]:
    """``amount_minor`` laid on the debts one after another. ``UsageError`` when it is more than they are."""
    total = sum(item.amount_minor for item in debts)
    if amount_minor > total:
        currency = debts[0].currency
        raise UsageError(
            _("{amount} {currency} is more than is open on “{document}”: {total}").format(
                amount=display(amount_minor, currency, language()),
                currency=currency,
                document=debts[0].document,
                total=display(total, currency, language()),
            ),
            remedy=_("Split it: the rest is an expense or a prepayment of its own."),
        )
    laid = []
    for item in debts:
        step = min(item.amount_minor, amount_minor)
        amount_minor -= step
        if step:
            laid.append((item, step))
    return laid


def paying(books: Books, kind: str, document: str, amount_minor: int, currency: str) -> list[Part]:
    """The parts of a payment (positive ``amount_minor``) of what a paper says is owed (``debt``), or of a cheque."""
    open_kind = CHEQUES if kind == "cheque" else SETTLED[kind]
    return [
        Part(
            kind=kind,
            fund=item.fund,
            programme=item.programme or "",
            line=item.expense_line or "",
            amount=plain(step, currency),
        )
        for item, step in settling(owed_on(books, open_kind, document, currency), amount_minor)
    ]
