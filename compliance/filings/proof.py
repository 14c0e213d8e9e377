"""What the register knows of a file or text: where it appeared, when, with which label, and since when we know."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from compliance.files import digest
from compliance.ledger.books import Books
from compliance.ledger.models import Material, Placement


@dataclass(frozen=True, slots=True)
class Known:
    """One version of a placement. ``same``: what is alike, ``file`` byte for byte or ``words``; ``code``: the code of
    the entry that recorded it on ``recorded_on``, held against a code kept outside by ``books audit``."""

    material: Material
    placement: Placement
    same: str
    recorded_on: date | None
    code: str


def known(books: Books, data: bytes, words: str | None) -> Iterator[Known]:
    """Every version of every placement of what ``data`` is, the first recorded first. ``words``: of a plain text,
    which stands on a channel without the file's marks and line ends."""
    alike = {digest(data): "file"}
    if words is not None:
        alike = {digest(form.encode("utf-8", errors="replace")): "words" for form in _forms(words)} | alike
    materials = {key: same for key, item in books.materials.items() if (same := alike.get(item.digest or ""))}
    found = []
    for entity, newest in books.placements.items():
        for version in books.versions(Placement, entity):
            same = alike.get(version.digest or "") or materials.get(newest.material)
            if same is not None:
                found.append(
                    Known(
                        books.materials[version.material],
                        version,
                        same,
                        books.recorded_on(version.seq),
                        books.event_anchor(version.seq),
                    )
                )
    return iter(sorted(found, key=lambda item: (item.placement.seq, item.placement.entity)))


def _forms(words: str) -> set[str]:
    """As a channel may have kept them."""
    plain = words.replace("\r\n", "\n").replace("\r", "\n")
    return {words, plain, plain.strip(), plain.strip() + "\n"}
