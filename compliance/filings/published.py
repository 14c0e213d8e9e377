"""The copy that an authority published, laid beside what was filed: cell by cell, and as a letter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from compliance.checks.registry import Context
from compliance.errors import Refused
from compliance.filings.letterhead import Letter, for_authority, letter_page
from compliance.i18n import _, day_text
from compliance.ledger.models import Filing
from compliance.reports import readback, words
from compliance.reports.readback import Compared

ENOUGH = 0.5
"""From this share of cells found on, the paper is taken for a copy of the report; our measure."""

_SHORT = 24


def compare(content: Mapping[str, Any], data: bytes, name: str) -> list[Compared]:
    """Every cell of the filed report beside the copy. ``Refused`` when so little of it is found that the file is
    another paper, or a scanned picture."""
    found = readback.compare(content, readback.texts(data, name))
    same = sum(item.same for item in found)
    if not found or same < ENOUGH * len(found):
        raise Refused(
            _("this is hardly a copy of that report: {same} of {all} cells were found in it").format(
                same=same, all=len(found)
            ),
            why=_("It may be another report, a picture without text, or have another order."),
            remedy=_(
                "Save the page or the file that shows this report itself, or compare it by eye with the copy you keep."
            ),
        )
    return found


def as_printed(content: Mapping[str, Any], found: Sequence[Compared]) -> list[Compared]:
    """The same with every figure as the filed form has it: grouped."""
    style = words.Style(content["language"])
    decimals = words.decimals_of(content["currency"], content["unit_minor"])
    figures = {
        cell: value
        for section in content["sections"]
        for row in section["rows"]
        for cell, value in row["cells"]
        if isinstance(value, int)
    }
    return [
        replace(item, expected=words.figure(figures[item.cell], 1, decimals=decimals, style=style))
        if item.cell in figures
        else item
        for item in found
    ]


def letter(
    context: Context, filing: Filing, title: str, other: Sequence[Compared], *, recipient: str
) -> Letter:
    """What differs, for the authority: nothing but the cells, as filed and as published."""
    with for_authority(context, filing.obligation):
        return letter_page(
            context,
            heading=_("The published copy differs from the report that was filed"),
            recipient=recipient,
            lead=_(
                "“{title}” for {first} – {last}, filed on {day}: in the published copy these figures or words are others. Please correct them."
            ).format(
                title=title,
                first=day_text(filing.start_on),
                last=day_text(filing.last_on),
                day=day_text(filing.on_date),
            ),
            columns=[_("Row"), _("As filed"), _("As published")],
            groups=[
                {
                    "title": "",
                    "figures": (1, 2) if all(_short(item) for item in other) else (),
                    "rows": [
                        [item.caption, item.expected, item.found or _("not found there")] for item in other
                    ],
                }
            ],
            closing=_("The receipt and a copy of the filed report are kept by us."),
        )


def _short(item: Compared) -> bool:
    """A figure, not words that would have to be read."""
    return max(len(item.expected), len(item.found)) <= _SHORT and any(map(str.isdigit, item.expected))
