"""A letter of ours: who writes, what day it is, to whom, some tables; labelled where the law wants it on letters."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from compliance.checks.registry import Context
from compliance.errors import InputError, Refused
from compliance.filings.labelling import Wanted, confirmed, main_label
from compliance.i18n import _, day_words, language, speaking
from compliance.labels.door import labelled
from compliance.labels.model import Verification
from compliance.reports import docx, page, pdf

SUFFIXES = (".pdf", ".docx", ".html", ".txt")
MEDIUM = "letter"


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


@contextmanager
def for_authority(context: Context, obligation: str | None = None) -> Iterator[None]:
    """Speak as the rule pack of ``obligation`` does, or the first that binds: whoever presses the key, an authority is
    written to in the language of its law. Where we do not speak that language, in English."""
    rule = context.rules.rule(obligation) if obligation else None
    pack = rule.pack if rule is not None else next(iter(context.rules.packs.values()), None)
    with speaking(pack.regime.language if pack is not None else language()):
        yield


def paper(context: Context) -> str:
    """The sheet that is customary where the first law that binds is in force."""
    pack = next(iter(context.rules.packs.values()), None)
    return pack.regime.paper if pack is not None else "a4"


def letter_page(
    context: Context,
    *,
    heading: str,
    recipient: str,
    lead: str,
    columns: Sequence[str],
    groups: Sequence[dict[str, Any]],
    closing: str,
) -> Letter:
    """``groups``: each a title and rows of as many texts as there are columns; its own ``columns`` if it has them,
    ``figures``: which columns are sums or counts, and stand at the right edge."""
    config = context.config
    tax_id = config.organisation.tax_id
    details = [config.address_on(context.today), f"{_('Tax number')}: {tax_id}" if tax_id else ""]
    return Letter(
        {
            "language": language(),
            "paper": paper(context),
            "heading": heading,
            "mark": _("PRACTICE: invented data") if context.books.practice_day() else "",
            "sender": config.names_on(context.today).nominative,
            "details": ", ".join(text for text in details if text),
            "day": day_words(context.today).partition(" ")[2],
            "recipient": recipient,
            "lead": lead,
            "groups": [_table({"columns": list(columns), **group}) for group in groups],
            "closing": closing,
            "band": 0,
        }
    )


def _table(group: dict[str, Any]) -> dict[str, Any]:
    """With the width of each column, by what stands in it; sums are never broken."""
    figures = group.get("figures", ())
    columns = list(zip(group["columns"], *group["rows"], strict=True))
    texts = [
        [text if not row or at not in figures else "_".join(text.split()) for row, text in enumerate(column)]
        for at, column in enumerate(columns)
    ]
    return {**group, "figures": figures, "widths": page.shares(texts)}


def make(context: Context, written: Letter, path: Path) -> tuple[bytes, Wanted | None, Verification | None]:
    """The letter as ``path``'s ending says, labelled where the law of the day wants it and measured.

    With the label and what was measured, where there is one. ``Refused`` where the label cannot be said or would not be right; ``InputError`` for another ending.
    """
    suffix = path.suffix.lower()
    if suffix == ".txt":
        data = written.text.encode()
    elif suffix == ".html":
        data = page.alone(_html(written)).encode()
    elif suffix == ".docx":
        data = docx.letter(written.page)
    elif suffix == ".pdf":
        data = pdf.render(_html(written), subject="letter").data
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
    if suffix == ".pdf" and (taller := _height(stamped) - _height(data)) > 0:
        # No sheet of paper is as tall as that: the room that the label took is left free above the heading.
        data = pdf.render(_html(written, band=taller), subject="letter").data
        stamped, measured = labelled(data, path, wanted.label)
    return stamped, wanted, measured


def _html(written: Letter, *, band: float = 0) -> str:
    """``band``: points left free above the heading, for the label."""
    return (
        page.environment()
        .get_template("letter.html")
        .render({**written.page, "band": f"{band:.0f}" if band else ""})
    )


def _height(data: bytes) -> float:
    """Of the first page, in points."""
    import pikepdf

    with pikepdf.open(io.BytesIO(data)) as document:
        _left, bottom, _right, top = (float(side) for side in document.pages[0].mediabox)
    return top - bottom
