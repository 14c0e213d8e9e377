"""Sorting one line: out of suspense, into what it is, on the bank's own day.

One transaction a line: two postings take the line out of the fund of nobody, and each part brings
two of its own. Sorting a line again reverses the earlier transaction in the same event.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from compliance.errors import UsageError
from compliance.i18n import _
from compliance.intake.closed import ClosedDays
from compliance.intake.parts import Part, shares
from compliance.intake.undo import reverse
from compliance.ledger import entries, lines
from compliance.ledger.append import EventWriter
from compliance.ledger.books import Books
from compliance.ledger.chart import UNASSIGNED
from compliance.ledger.entries import Share
from compliance.ledger.lines import BankLine

KIND = "assign"


@dataclass(frozen=True, slots=True)
class Assignment:
    """Checked and ready to be posted. ``replaces``: transactions that sorted the line before."""

    line: BankLine
    shares: tuple[Share, ...]
    replaces: tuple[int, ...]
    amends_filing: str | None
    document: str | None = None
    """The paper behind what it replaces: sorting a line otherwise does not take its paper away."""


def find_line(books: Books, handle: str) -> BankLine:
    """The one line that a handle names. ``UsageError`` when there is none, or more than one."""
    text = handle.strip().lower()
    if len(text) >= 4 and set(text) <= set("0123456789abcdef"):
        found = lines.by_prefix(books, text)
        if len(found) == 1:
            return found[0]
        if found:
            raise UsageError(
                _("several lines begin with {handle}; write more of it").format(handle=text[:64]),
                why=", ".join(line.identity[: len(text) + 4] for line in found),
            )
    raise UsageError(
        _("there is no statement line {handle}").format(handle=text[:64]),
        remedy=_("See: compliance queue — or, for sorted ones, compliance list lines"),
    )


def current_fund(books: Books, line: BankLine) -> str:
    """The one fund that a line is sorted into now; the empty string when it is none or several."""
    sorted_by = lines.assignments(books, line.identity)
    funds = {leg.fund for txn in sorted_by for leg in lines.legs_of(books, txn)} - {UNASSIGNED}
    return funds.pop() if len(funds) == 1 else ""


def prepare(
    books: Books, line: BankLine, parts: Sequence[Part], *, closed: ClosedDays, amends: str | None = None
) -> Assignment:
    """``UsageError`` for parts that do not fit; ``Refused`` for a closed day."""
    command = f"compliance assign {line.handle} ..."
    replaces = tuple(lines.assignments(books, line.identity))
    papers = lines.papers_of(books, replaces)
    return Assignment(
        line=line,
        shares=tuple(shares(parts, line.amount_minor, line.currency, books, line.account)),
        replaces=replaces,
        amends_filing=closed.amended(line.on, amends, repeat=command),
        document=papers.pop() if len(papers) == 1 else None,
    )


def is_same(books: Books, assignment: Assignment) -> bool:
    """Whether the line is sorted so already, in whatever order its parts were said."""
    line = assignment.line
    wanted = entries.assign(books.accounts, line.account, line.currency, assignment.shares)
    now = [lines.legs_of(books, txn) for txn in assignment.replaces]
    return len(now) == 1 and Counter(wanted) == Counter(now[0])


def already(books: Books, line: BankLine, parts: Sequence[Part]) -> bool:
    """Whether ``parts`` say of the line what the books say; asked before a closed day can refuse anything."""
    told = tuple(shares(parts, line.amount_minor, line.currency, books, line.account))
    return is_same(books, Assignment(line, told, tuple(lines.assignments(books, line.identity)), None))


def post(event: EventWriter, books: Books, assignment: Assignment, *, document: str | None = None) -> int:
    """Into an open event; returns the number of the new transaction. ``document``: the paper behind it, if not the one that was."""
    line = assignment.line
    for txn in assignment.replaces:
        reverse(event, books, txn, line, amends_filing=assignment.amends_filing)
    legs = entries.assign(books.accounts, line.account, line.currency, assignment.shares)
    return event.transaction(
        line.on,
        KIND,
        legs,
        line=line.identity,
        document=document or assignment.document,
        amends_filing=assignment.amends_filing,
    )
