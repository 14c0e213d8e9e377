"""Captions of a form and who compared them with the official blank.

A confirmation is a recorded decision about ``caption:FORM:PART``: its reason is the caption as printed
on the blank (which wins over ours), its digest that of our caption when it was confirmed. When a rule
pack changes the words, the confirmation lapses.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from compliance.findings import Confidence
from compliance.ledger.books import Books
from compliance.ledger.models import Decision
from compliance.reports.model import Caption
from compliance.rules.forms import Form


@dataclass(frozen=True, slots=True)
class FormCaption:
    """One printed caption: ``id`` its address in the form, ``text`` what is printed, how sure, since whom."""

    id: str
    text: str
    pack_text: str
    confidence: Confidence
    source: tuple[str, ...]
    confirmed: bool

    @property
    def printed(self) -> Caption:
        return Caption(self.id, self.text, self.confirmed)


def captions(form: Form, books: Books) -> dict[str, FormCaption]:
    """All captions of a form by address, in print order."""
    found = {}
    for address, text, mark in form.captions():
        decision = books.decisions.get(entity(form, address))
        valid = decision is not None and decision.digest == digest(text)
        as_printed = decision.because if decision is not None and valid and decision.because else text
        found[address] = FormCaption(
            address, as_printed, text, mark.confidence, mark.source, form.verified or valid
        )
    return found


def confirmation(form: Form, address: str, pack_text: str, as_printed: str) -> Decision:
    """The fact that a person read ``as_printed`` on the official blank."""
    return Decision(entity=entity(form, address), because=as_printed, digest=digest(pack_text))


def entity(form: Form, address: str) -> str:
    return f"caption:{form.form}:{address}"


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
