"""Answers of a person to the questions of a form (``ask``), kept for a period.

An answer is a recorded decision about ``answer:FORM:PERIOD:CELL``, as a confirmed caption is one about
``caption:FORM:PART``: who said it and when stands in its event, a later one wins, and what a filing saw
is found again by the event it knew. What is kept is a value, not a word of a language: ``yes``, ``no``,
the digits of a number, or the text as typed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from compliance.ledger.books import Books
from compliance.ledger.models import Decision
from compliance.periods import Period
from compliance.rules.forms import Form

YES = ("yes", "y", "да", "д", "x", "1")
NO = ("no", "n", "нет", "н", "0")
_NUMBER = re.compile(r"[0-9]{1,9}\Z", re.ASCII)


def parsed(asked: str, text: str) -> str | None:
    """The value to keep of what was typed, or ``None`` where it does not answer such a question."""
    text = text.strip()
    if asked == "yes_no":
        word = text.casefold()
        return "yes" if word in YES else "no" if word in NO else None
    if asked == "number":
        return str(int(text)) if _NUMBER.match(text) else None
    return text or None


def recorded(form: Form, period: Period, books: Books) -> dict[str, str]:
    """Cell id -> the value kept for it."""
    return _kept(books, _stem(form, period))


def _kept(books: Books, stem: str) -> dict[str, str]:
    """What was decided about things whose name begins with ``stem``, by the rest of the name."""
    return {
        entity.removeprefix(stem): item.because
        for entity, item in books.decisions.items()
        if entity.startswith(stem)
    }


@dataclass(frozen=True, slots=True)
class Said:
    """Who gave an answer, and on which day."""

    value: str
    actor: str
    on: date


def said(form: Form, period: Period, cell: str, books: Books) -> Said | None:
    """The answer that stands for a cell, with whoever recorded it; ``None`` while nobody has."""
    found = books.decisions.get(_stem(form, period) + cell)
    event = next((item for item in books.events() if found and item.seq == found.seq), None)
    if found is None or event is None:
        return None
    return Said(found.because, event.actor, event.recorded_at.date())


def papers(form: Form, period: Period, books: Books) -> dict[str, str]:
    """Cell id -> the paper on record that its answer rests on."""
    return _kept(books, _proof(form, period))


def proof(form: Form, period: Period, cell: str, document: str) -> Decision:
    """That the answer of a cell rests on a paper."""
    return Decision(entity=_proof(form, period) + cell, because=document)


def _proof(form: Form, period: Period) -> str:
    return f"proof:{form.form}:{period.label}:"


def fact(form: Form, period: Period, cell: str, value: str) -> Decision:
    return Decision(entity=_stem(form, period) + cell, because=value)


def _stem(form: Form, period: Period) -> str:
    return f"answer:{form.form}:{period.label}:"
