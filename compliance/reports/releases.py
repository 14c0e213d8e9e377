"""Texts that may be printed although they seem to hold a person's data, because somebody decided so.

A decision is about one value: it keeps the digest of the text. Another text, were it longer by a
letter, has another digest, and the refusal stands again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from compliance.ledger.books import Books
from compliance.reports.privacy import CODE


@dataclass(frozen=True, slots=True)
class Release:
    """Who decided on which day that the text of a digest may be printed, and why."""

    because: str
    actor: str
    on: date


def releases(books: Books) -> dict[str, Release]:
    """Digest of a text -> the standing decision about it."""
    standing = [
        item for entity, item in books.decisions.items() if entity.startswith(f"{CODE}:") and item.digest
    ]
    if not standing:
        return {}
    events = {event.seq: event for event in books.events()}
    return {
        item.digest: Release(item.because, events[item.seq].actor, events[item.seq].recorded_at.date())
        for item in standing
        if item.digest and item.seq in events
    }
