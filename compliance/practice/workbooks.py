"""The workbook that the lead of the family room sent back: its rows, and what she counts in sum."""

from __future__ import annotations

from compliance.intake.activities import render
from compliance.intake.totals import PARTICIPANTS
from compliance.ledger.models import Activity
from compliance.periods import parse_period
from compliance.practice.model import Practice

PROGRAMME = "p5"
PERIOD = "2025-H2"
FILE = f"workbooks/{PROGRAMME}-{PERIOD}.xlsx"


def returned(practice: Practice) -> bytes:
    """Every row new to the books, as a lead writes them; bytes depend on the practice and the language alone."""
    rows = [
        Activity(
            entity=item.id, programme=item.programme, kind=item.kind, state=item.state, start_on=item.start_on,
            end_on=item.end_on, quantity=item.quantity, participants=item.participants, place=item.place,
            description=item.description, output=item.output,
        )
        for item in practice.activities
        if item.programme == PROGRAMME
    ]  # fmt: skip
    said = next(item.value for item in practice.figures if item.programme == PROGRAMME)
    kinds = sorted({item.kind for item in rows})
    return render(rows, PROGRAMME, parse_period(PERIOD), kinds, {PARTICIPANTS: said}, ids=False)
