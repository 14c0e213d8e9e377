"""Letters that ask for papers: exactly what is missing, and the label where the law wants one on letters.

Only organisations are named. Who a payee that is a person is lies in the vault; a letter says it only
when a person asked for it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from compliance.checks.papers import Missing, missing, paper_words
from compliance.checks.registry import Context
from compliance.errors import InputError, Refused
from compliance.filings.labelling import Wanted, confirmed, main_label
from compliance.i18n import _, day_text, day_words, language
from compliance.labels.door import labelled
from compliance.labels.model import Verification
from compliance.money import display
from compliance.reports import page, pdf
from compliance.reports.privacy import lint

SUFFIXES = (".pdf", ".html", ".txt")
MEDIUM = "letter"


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
    known = [str(body["name"]) for body in context.vault.identities().values() if body.get("name")]
    return [Asked(item, _payee(texts.get(item.spent.line or "", {}), known, names)) for item in found]


def _payee(text: dict[str, str], known: Sequence[str], names: bool) -> Payee:
    name, tax_id = text.get("name", ""), text.get("tax_id", "")
    person = bool(lint(f"{name}\n{tax_id}", known))
    shown = ("", "") if person and not names else (name, tax_id)
    return Payee(tax_id or name, *shown, person)


@dataclass(frozen=True, slots=True)
class Letter:
    """What a template gets, as plain texts; ``findings`` of the label are told by the caller."""

    page: dict[str, Any]

    @property
    def text(self) -> str:
        """The same without any layout."""
        given = self.page
        lines = [given["heading"], "", *([given["mark"], ""] if given["mark"] else [])]
        lines += [
            text for text in (given["sender"], given["details"], given["day"], given["recipient"]) if text
        ]
        lines += ["", given["lead"]]
        for group in given["groups"]:
            lines += ["", *([group["title"]] if group["title"] else [])]
            lines += ["- " + "; ".join(cell for cell in row if cell) for row in group["rows"]]
        return "\n".join([*lines, "", given["closing"], ""])


def letter(context: Context, found: Sequence[Asked], *, recipient: str = "") -> Letter:
    """One letter about ``found``; grouped by payee where there are several."""
    groups: dict[str, list[Asked]] = defaultdict(list)
    for item in found:
        groups[item.payee.key].append(item)
    config, several = context.config, len(groups) > 1
    details = [config.address_on(context.today), config.organisation.tax_id or ""]
    return Letter(
        {
            "language": language(),
            "heading": _("Request for documents"),
            "mark": _("PRACTICE: invented data") if context.books.practice_day() else "",
            "sender": config.names_on(context.today).nominative,
            "details": ", ".join(text for text in details if text),
            "day": day_words(context.today),
            "recipient": recipient,
            "lead": _("For the payments below these documents have not reached us. Please send them."),
            "columns": [
                _("Day of payment"),
                _("Amount"),
                _("Documents that are missing"),
                _("Agreement"),
                _("Our mark"),
            ],
            "groups": [
                {
                    "title": _title(items[0].payee) if several else "",
                    "rows": [_row(context, item) for item in items],
                }
                for items in groups.values()
            ],
            "closing": _("When you send them, please name our mark."),
        }
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


def make(context: Context, written: Letter, path: Path) -> tuple[bytes, Wanted | None, Verification | None]:
    """The letter as ``path``'s ending says, labelled where the law of the day wants it and measured.

    With the label and what was measured, where there is one. ``Refused`` where the label cannot be said or would not be right; ``InputError`` for another ending.
    """
    suffix = path.suffix.lower()
    html = page.environment().get_template("letter.html").render(written.page)
    if suffix == ".txt":
        data = written.text.encode()
    elif suffix == ".html":
        data = page.alone(html).encode()
    elif suffix == ".pdf":
        data = pdf.render(html, subject="letter").data
    else:
        raise InputError(
            _("a letter cannot be written in this format"),
            place=str(path),
            remedy=_("Name a file that ends in one of: {endings}").format(endings=", ".join(SUFFIXES)),
        )
    wanted = main_label(context.rules, context.config, context.today, MEDIUM, known=confirmed(context.books))
    if wanted is None:
        return data, None, None
    if wanted.findings:
        first = wanted.findings[0]
        raise Refused(first.message, remedy=first.remedy)
    stamped, measured = labelled(data, path, wanted.label)
    return stamped, wanted, measured
