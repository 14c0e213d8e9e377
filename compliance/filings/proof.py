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


def _registered(books: Books) -> set[str | None]:
    """The digests that the register has, of materials and of every version of a placement."""
    placed = (version for entity in books.placements for version in books.versions(Placement, entity))
    return {item.digest for item in books.materials.values()} | {version.digest for version in placed}


def lookalikes(
    books: Books, data: bytes, copies: Iterable[Path], look: Callable[[bytes], int]
) -> Iterator[Known]:
    """What the register knows of those of your own ``copies`` that look like the picture ``data``, the nearest first.

    ``look`` gives a picture's look and raises ``InputError`` for another file; of ``data`` that goes to the caller.
    """
    wanted, ours = look(data), _registered(books)
    near: list[tuple[int, Path]] = []
    for path in copies:
        copy = read_input(path, cap=CAP)
        if digest(copy) in ours:
            with suppress(InputError):  # a copy that is no picture looks like none
                near.append((distance(wanted, look(copy)), path))
    for apart, path in sorted(near):
        if apart <= ALIKE:
            for item in known(books, read_input(path, cap=CAP), None):
                yield replace(item, same="look", apart=apart)


def _forms(words: str) -> set[str]:
    """As a channel may have kept them."""
    plain = words.replace("\r\n", "\n").replace("\r", "\n")
    return {words, plain, plain.strip(), plain.strip() + "\n"}
