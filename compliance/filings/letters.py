"""Letters that ask for papers: exactly what is missing, and the label where the law wants one on letters.

Only organisations are named. Who a payee that is a person is lies in the vault; a letter says it only
when a person asked for it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from compliance.checks.papers import Missing, missing, paper_words
from compliance.checks.registry import Context
from compliance.filings.letterhead import Letter, for_authority, letter_page
from compliance.i18n import _, day_text, language, speaking
from compliance.money import display
from compliance.reports.privacy import lint


@dataclass(frozen=True, slots=True)
class Payee:
    """``name`` is empty for a person nobody asked to name, and where no bank line says who was paid."""

    key: str
    name: str
    tax_id: str
    person: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """One missing paper and who was paid."""

    item: Missing
    payee: Payee


def asked(context: Context, *, names: bool = False) -> list[Asked]:
    """Everything that is missing, with the payees as far as they may be named."""
    found = missing(context)
    texts = context.vault.line_texts(sorted({item.spent.line for item in found if item.spent.line}))
    known = context.vault.names()
    return [Asked(item, _payee(texts.get(item.spent.line or "", {}), known, names)) for item in found]


def _payee(text: dict[str, str], known: Sequence[str], names: bool) -> Payee:
    name, tax_id = text.get("name", ""), text.get("tax_id", "")
    person = bool(lint(f"{name}\n{tax_id}", known))
    shown = ("", "") if person and not names else (name, tax_id)
    return Payee(tax_id or name, *shown, person)


def letter(
    context: Context, found: Sequence[Asked], *, recipient: str = "", language: str | None = None
) -> Letter:
    """One letter about ``found``, in ``language`` or that of the law; grouped by payee where there are several."""
    with for_authority(context) if language is None else speaking(language):
        return _letter(context, found, recipient)


def _letter(context: Context, found: Sequence[Asked], recipient: str) -> Letter:
    groups: dict[str, list[Asked]] = defaultdict(list)
    for item in found:
        groups[item.payee.key].append(item)
    several = len(groups) > 1
    return letter_page(
        context,
        heading=_("Request for documents"),
        recipient=recipient,
        lead=_("For the payments below these documents have not reached us. Please send them."),
        columns=[
            _("Day of payment"),
            _("Amount"),
            _("Documents that are missing"),
            _("Agreement"),
            _("Our mark"),
        ],
        groups=[
            {
                "title": _title(items[0].payee) if several else "",
                "rows": [_row(context, item) for item in items],
                "figures": (1,),
            }
            for items in groups.values()
        ],
        closing=_("When you send them, please name our mark."),
    )


def _title(payee: Payee) -> str:
    if payee.name:
        return payee.name
    return _("a person whose name is in the vault") if payee.person else _("no bank line says who was paid")


def _row(context: Context, item: Asked) -> list[str]:
    spent = item.item.spent
    fund = context.books.funds.get(spent.fund)
    return [
        day_text(spent.on),
        f"{display(spent.amount_minor, spent.currency, language())} {spent.currency}",
        paper_words(item.item.papers, item.item.any_does),
        fund.title if fund is not None else spent.fund,
        spent.handle,
    ]
