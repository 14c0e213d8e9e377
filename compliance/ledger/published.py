"""What was published, by its digests only: the whole register in one pass, without a fact made of each row."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from compliance.ledger.books import Books
from compliance.ledger.models import Placement


class Print(NamedTuple):
    """One version. ``looks``: perceptual digests in hexadecimal, a space between them; empty where there are none."""

    entity: str
    version: int
    digest: str
    looks: str


def placements(books: Books) -> Iterator[tuple[Print, str]]:
    """Every version known of every placement, and its material."""
    query = (
        "SELECT entity, version, digest, looks, material FROM placement WHERE seq <= ? AND published_on <= ? "
        "ORDER BY seq, entity, version"
    )
    last = books.as_of.isoformat() if books.as_of else "9999-12-31"
    for entity, version, digest, looks, material in books.read(query, (books.known_at, last)):
        yield Print(entity, version, digest or "", looks or ""), material


def version_of(books: Books, found: Print) -> Placement:
    return next(item for item in books.versions(Placement, found.entity) if item.version == found.version)
