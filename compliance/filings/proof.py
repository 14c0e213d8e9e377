"""What the register knows of a file or text: where it appeared, when, with which label, and since when we know."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from compliance.errors import InputError
from compliance.files import MiB, digest, read_input
from compliance.labels.looks import ALIKE, distance
from compliance.ledger.books import Books
from compliance.ledger.models import Material, Placement

CAP = 512 * MiB


@dataclass(frozen=True, slots=True)
class Known:
    """One version of a placement. ``same``: what is alike, ``file`` byte for byte, ``words``, or ``look``, by ``apart``
    bits of `looks.BITS`; ``code``: the code of
    the entry that recorded it on ``recorded_on``, held against a code kept outside by ``books audit``."""

    material: Material
    placement: Placement
    same: str
    recorded_on: date | None
    code: str
    apart: int = 0


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


def registered(books: Books, name: str) -> bool:
    """Whether the register has a file of this digest, as any version of a placement or as a material."""
    return any(item.digest == name for item in books.materials.values()) or any(
        version.digest == name for entity in books.placements for version in books.versions(Placement, entity)
    )


def lookalikes(
    books: Books, data: bytes, copies: Iterable[Path], look: Callable[[bytes], int]
) -> Iterator[Known]:
    """What the register knows of those of your own ``copies`` that look like the picture ``data``, the nearest first.

    ``look`` gives a picture's look and raises ``InputError`` for another file; of ``data`` that goes to the caller.
    """
    wanted, near = look(data), []
    for path in copies:
        copy = read_input(path, cap=CAP)
        if registered(books, digest(copy)):
            with suppress(InputError):  # a copy that is no picture looks like none
                near.append((distance(wanted, look(copy)), copy))
    for apart, copy in sorted(near):
        if apart <= ALIKE:
            for item in known(books, copy, None):
                yield replace(item, same="look", apart=apart)


def _forms(words: str) -> set[str]:
    """As a channel may have kept them."""
    plain = words.replace("\r\n", "\n").replace("\r", "\n")
    return {words, plain, plain.strip(), plain.strip() + "\n"}
