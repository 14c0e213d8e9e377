"""What goes into the envelope beside the report: a covering letter, an inventory of enclosures, the addresses.

In the language of the law that asks for the report. The covering letter carries the label where the law wants one
on letters. Nothing here is about a person: who signs writes the name by hand.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from compliance.checks.registry import Context
from compliance.filings.difference import Difference
from compliance.filings.draft import Draft
from compliance.filings.labelling import Wanted
from compliance.filings.letterhead import Letter, letter_page, make, paper
from compliance.i18n import _, day_text, language, ngettext
from compliance.labels.model import Verification
from compliance.reports import page, pdf

_COUNTS = (2, 3)
"""Columns of the enclosures that are counts: sheets, copies."""


@dataclass(frozen=True, slots=True)
class Enclosure:
    """``name``: of the report itself, as its own heading has it; ``sheets``: pages of a PDF, 0 where nobody can count
    them here."""

    name: str
    sheets: int
    period: str = ""

    @property
    def title(self) -> str:
        return ", ".join(text for text in (self.name, self.period) if text)


@dataclass(frozen=True, slots=True)
class Sent:
    """What is sent, in how many copies, to whom. ``difference``: of an amendment, what it corrects."""

    found: Draft
    enclosures: Sequence[Enclosure]
    copies: int
    recipient: str
    difference: Difference | None = None


@dataclass(frozen=True, slots=True)
class Postal:
    """``files``: name -> bytes; the label of the letter, and what was measured of it."""

    files: dict[str, bytes]
    label: Wanted | None
    measured: Verification | None


def papers(context: Context, sent: Sent, stem: str) -> Postal:
    """Covering letter, inventory and envelope as PDF. ``Refused`` where the label of a letter cannot be said."""
    letter, label, measured = make(context, _letter(context, sent), Path(f"{stem}-letter.pdf"))
    inventory = pdf.render(_html("letter.html", _inventory(context, sent).page), subject="inventory").data
    envelope = pdf.render(_html("envelope.html", _envelope(context, sent)), subject="envelope").data
    files = {
        f"{stem}-letter.pdf": letter,
        f"{stem}-inventory.pdf": inventory,
        f"{stem}-envelope.pdf": envelope,
    }
    return Postal(files, label, measured)


def _html(template: str, values: dict[str, object]) -> str:
    return page.environment().get_template(template).render(values)


def _letter(context: Context, sent: Sent) -> Letter:
    period = sent.found.subject.period
    first, last = day_text(period.start), day_text(period.last)
    title = sent.enclosures[0].name
    if sent.difference is None:
        lead = _("We send you “{title}” for {first} – {last}.").format(title=title, first=first, last=last)
    else:
        lead = _(
            "We send you a corrected “{title}” for {first} – {last}; it takes the place of the one sent on {day}."
        ).format(title=title, first=first, last=last, day=day_text(sent.difference.filing.on_date))
    groups: list[dict[str, Any]] = [{"title": _("Enclosed"), "rows": _rows(sent), "figures": _COUNTS}]
    columns = [_("No."), _("Paper"), _("Sheets"), _("Copies")]
    if sent.difference is not None and sent.difference.lines:
        groups.append(
            {
                "title": ", ".join(text for text in (_("What differs"), sent.difference.unit) if text),
                "columns": [_("No."), _("Line"), _("As sent before"), _("Now")],
                "rows": _differences(sent.difference),
                "figures": (2, 3),
            }
        )
    return letter_page(
        context,
        heading=_("Covering letter"),
        recipient=sent.recipient,
        lead=lead,
        columns=columns,
        groups=groups,
        closing=_("Signed: ____________________   Day: ____________________"),
    )


def _differences(found: Difference) -> list[list[str]]:
    """Number, words, figure before, figure now."""
    return [
        [
            str(number),
            ", ".join(line.captions) or line.cell,
            found.text(line.cell, line.filed),
            found.text(line.cell, line.now),
        ]
        for number, line in enumerate(found.lines, start=1)
    ]


def _rows(sent: Sent) -> list[list[str]]:
    return [
        [str(number), item.title, str(item.sheets) if item.sheets else "", str(sent.copies)]
        for number, item in enumerate(sent.enclosures, start=1)
    ]


def _inventory(context: Context, sent: Sent) -> Letter:
    sheets = sum(item.sheets for item in sent.enclosures) * sent.copies
    numbers = ", ".join(str(number) for number in range(1, sent.copies + 1))
    told = ngettext("{n} sheet in all", "{n} sheets in all", sheets).format(n=sheets)
    copies = _(
        "Number the copies by hand: {numbers}. One comes back to us, stamped, or is kept here."
    ).format(numbers=numbers)
    return letter_page(
        context,
        heading=_("Inventory of enclosures"),
        recipient=sent.recipient,
        lead=copies,
        columns=[_("No."), _("Paper"), _("Sheets"), _("Copies")],
        groups=[{"title": "", "rows": _rows(sent), "figures": _COUNTS}],
        closing=f"{told}. " + _("Signed: ____________________   Day: ____________________"),
    )


def _envelope(context: Context, sent: Sent) -> dict[str, object]:
    config = context.config
    return {
        "language": language(),
        "paper": paper(context),
        "heading": _("Envelope"),
        "mark": _("PRACTICE: invented data") if context.books.practice_day() else "",
        "from_word": _("From whom"),
        "to_word": _("To whom"),
        "sender": config.names_on(context.today).nominative,
        "address": config.address_on(context.today),
        "recipient": sent.recipient,
    }


def sheets_of(data: bytes) -> int:
    """Pages of a PDF; 0 for anything else."""
    if not data.startswith(b"%PDF"):
        return 0
    import pikepdf

    try:
        with pikepdf.open(io.BytesIO(data)) as document:
            return len(document.pages)
    except pikepdf.PdfError:
        return 0
