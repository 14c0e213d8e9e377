"""Money in people's hands: a cash box that held less than nothing, advances that nobody reported on."""

from __future__ import annotations

from datetime import timedelta

from compliance.checks.registry import Context, Findings, check
from compliance.findings import Finding
from compliance.i18n import N_, _, day_text, language
from compliance.ledger.debts import open_debts
from compliance.ledger.models import Advance
from compliance.money import display
from compliance.registers.cash import below_zero


@check("cash.negative", "books", N_("A cash box that ends a day with less than nothing"))
def negative(context: Context) -> Findings:
    for entity, account in context.books.accounts.items():
        found = below_zero(context.books, entity) if account.account_class == "cash" else None
        if found:
            on, minor = found
            currency = account.currency or context.config.currency
            yield Finding(
                "cash.negative",
                "error",
                f"account:{entity}",
                _("{account} is {amount} {currency} below zero on {day}").format(
                    account=account.title,
                    amount=display(minor, currency, language()),
                    currency=currency,
                    day=day_text(on),
                ),
                _("Something is missing or dated wrongly; look at: compliance register cash"),
            )


@check("advance.open", "books", N_("Money handed out whose report is overdue"))
def advances(context: Context) -> Findings:
    books = context.books
    known = books.facts(Advance)
    for debt in open_debts(books):
        if debt.kind != "advance" or debt.amount_minor <= 0:
            continue
        fact = known.get(debt.document or "")
        due = fact.report_by if fact else debt.since + timedelta(days=context.config.advance_days)
        if due >= context.today:
            continue
        paper = books.documents.get(debt.document or "")
        yield Finding(
            "advance.open",
            "error",
            f"document:{debt.document}:{debt.fund}",
            _(
                "{amount} {currency} handed out on {day} (“{paper}”) is not reported; the report was due by {due}"
            ).format(
                amount=display(debt.amount_minor, debt.currency, language()),
                currency=debt.currency,
                day=day_text(debt.since),
                paper=paper.title if paper else debt.document,
                due=day_text(due),
            ),
            _("Record the report or what comes back: compliance record advance-report {paper}").format(
                paper=debt.document
            ),
        )
