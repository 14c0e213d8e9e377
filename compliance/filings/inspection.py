"""An inspection: what was asked, which papers answer it, what is missing, what the law does not ask, what was handed over.

Copies are numbered and named after their item; what must not be shown is taken out of a PDF for good (`redact`).
Who received them is written by hand on the inventory, which comes back signed and is kept as a paper.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from compliance.checks.registry import Context
from compliance.errors import BooksDamaged, Refused, UsageError
from compliance.files import digest, safe_name
from compliance.filings.letterhead import Letter, for_authority, letter_page
from compliance.filings.postal import sheets_of
from compliance.filings.redact import redact
from compliance.i18n import _, day_text
from compliance.ledger.books import Books
from compliance.ledger.models import Document, InspectionItem
from compliance.ledger.models import Letter as LetterFact
from compliance.vault.vault import Vault

STATES = ("asked", "found", "missing", "beyond", "handed")


@dataclass(frozen=True, slots=True)
class Copy:
    """One numbered copy: ``redacted`` words (word -> how often) are black in it; ``sheets`` of a PDF."""

    item: InspectionItem
    name: str
    data: bytes
    redacted: Mapping[str, int]

    @property
    def sheets(self) -> int:
        return sheets_of(self.data)


def inspection(books: Books, entity: str | None) -> LetterFact:
    """The letter it began with; without a name, of the only one. ``UsageError`` for any other."""
    if entity is None:
        every = [letter for letter in books.facts(LetterFact).values() if letter.kind == "inspection"]
        if len(every) == 1:
            return every[0]
        raise UsageError(
            _("which inspection? There are {n}").format(n=len(every)),
            remedy=_("See: compliance inspection list"),
        )
    found = books.facts(LetterFact).get(entity)
    if found is None or found.kind != "inspection":
        raise UsageError(
            _("there is no inspection {name}").format(name=entity),
            remedy=_("See: compliance inspection list"),
        )
    return found


def items(books: Books, entity: str) -> list[InspectionItem]:
    return sorted(
        (item for item in books.facts(InspectionItem).values() if item.inspection == entity),
        key=lambda item: item.number,
    )


def likely(item: InspectionItem, documents: Mapping[str, Document]) -> list[Document]:
    """Papers whose title or kind shares words with what is asked, the likeliest first; at most five."""
    wanted = _words(item.asked)
    scored = [
        (len(wanted & _words(f"{paper.title} {paper.kind} {paper.entity}")), paper)
        for paper in documents.values()
    ]
    best = sorted((pair for pair in scored if pair[0]), key=lambda pair: (-pair[0], pair[1].entity))
    return [paper for _score, paper in best[:5]]


def _words(text: str) -> set[str]:
    """Beginnings of words: a case ending is no other word."""
    return {
        word[:5]
        for word in "".join(char if char.isalnum() else " " for char in text.casefold()).split()
        if len(word) > 3
    }


def copies(found: Sequence[InspectionItem], books: Books, vault: Vault, words: Sequence[str]) -> list[Copy]:
    """The copies to hand over, from the originals in the vault, ``words`` taken out. ``Refused`` where a paper is not
    here, or words are to be taken out of something that is no PDF."""
    return [_copy(item, books, vault, words) for item in found]


def _copy(item: InspectionItem, books: Books, vault: Vault, words: Sequence[str]) -> Copy:
    paper = books.documents.get(item.document or "")
    if paper is None or not paper.digest:
        raise Refused(
            _("item {number}: the paper is noted, but there is no file of it").format(number=item.number),
            remedy=_("Record it: compliance record document FILE --id {id}").format(id=item.document),
        )
    data = vault.blob(paper.digest)
    if data is None or digest(data) != paper.digest:
        raise BooksDamaged(_("the vault no longer has the paper {id}").format(id=paper.entity))
    suffix, found = ".pdf" if data.startswith(b"%PDF") else "", dict[str, int]()
    if words and not suffix:
        raise Refused(
            _("item {number}: words can be taken out of a PDF only").format(number=item.number),
            remedy=_("Print “{title}” to a PDF and record that, or leave it out.").format(title=paper.title),
        )
    if words:
        made = redact(data, words, paper.title)
        data, found = made.data, made.found
    return Copy(item, f"{item.number:02}-{safe_name(paper.title, fallback='paper')}{suffix}", data, found)


def inventory(
    context: Context, letter: LetterFact, made: Sequence[Copy], others: Sequence[InspectionItem]
) -> Letter:
    """What is handed over, what is missing, what the law does not ask; for both to sign."""
    filing = context.books.filings.get(letter.filing or "")
    with for_authority(context, filing.obligation if filing is not None else None):
        return _inventory(context, letter, made, others)


def _inventory(
    context: Context, letter: LetterFact, made: Sequence[Copy], others: Sequence[InspectionItem]
) -> Letter:
    rows = [
        [
            str(copy.item.number),
            copy.item.asked,
            str(copy.sheets or ""),
            _("with words blackened") if any(copy.redacted.values()) else "",
        ]
        for copy in made
    ]
    groups: list[dict[str, Any]] = (
        [{"title": _("Handed over"), "rows": rows, "figures": (2,)}] if rows else []
    )
    for state, title in (("missing", _("We have none")), ("beyond", _("Not asked by law, in our reading"))):
        left = [
            [str(item.number), item.asked, "", item.because or ""] for item in others if item.state == state
        ]
        groups += [{"title": title, "rows": left}] if left else []
    return letter_page(
        context,
        heading=_("Inventory of copies handed over"),
        recipient="",
        lead=_("To “{subject}” of {day}.").format(subject=letter.subject, day=day_text(letter.on_date)),
        columns=[_("No."), _("What was asked"), _("Sheets"), _("Remark")],
        groups=groups,
        closing=_(
            "Handed over by: ____________________   Received by: ____________________   Day: ____________"
        ),
    )
