"""What the register knows of a file or text: where it appeared, when, with which label, and since when we know."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from compliance.errors import InputError
from compliance.files import MiB, digest, read_input
from compliance.labels import looks
from compliance.ledger import published
from compliance.ledger.books import Books
from compliance.ledger.models import Document, Material, Placement

CAP = 512 * MiB


@dataclass(frozen=True, slots=True)
class Known:
    """One version of a placement. ``same``: what is alike, ``file`` byte for byte, ``words``, ``proof`` (a paper about it) or ``look`` (or sound), by
    ``apart`` per cent; ``code``: the code of the entry that recorded it on ``recorded_on``, held against a code kept outside by ``books audit``."""

    material: Material
    placement: Placement
    same: str
    recorded_on: date | None
    code: str
    apart: int = 0


@dataclass(frozen=True, slots=True)
class Proof:
    """A paper that shows what stood there: its bytes are in the vault. ``recorded_on`` and ``code`` as of `Known`."""

    paper: Document
    recorded_on: date | None
    code: str


def proofs(books: Books) -> dict[str, list[Proof]]:
    """Of every placement that has any, in the order of the entries."""
    found: dict[str, list[Proof]] = {}
    for item in sorted(books.documents.values(), key=lambda item: (item.seq, item.entity)):
        if item.about in books.placements and item.digest:
            told = Proof(item, books.recorded_on(item.seq), books.event_anchor(item.seq))
            found.setdefault(item.about, []).append(told)
    return found


def known(books: Books, data: bytes, words: str | None) -> Iterator[Known]:
    """Every version of every placement of what ``data`` is, the first recorded first. ``words``: of a plain text,
    which stands on a channel without the file's marks and line ends."""
    alike = {digest(data): "file"}
    if words is not None:
        alike = {digest(form.encode("utf-8", errors="replace")): "words" for form in _forms(words)} | alike
    materials = {key: same for key, item in books.materials.items() if (same := alike.get(item.digest or ""))}
    shown = {
        item.about: "proof" for item in books.documents.values() if alike.get(item.digest or "") == "file"
    }
    for item, material in published.placements(books):
        same = alike.get(item.digest) or materials.get(material) or shown.get(item.entity)
        if same is not None and material in books.materials:
            yield _known(books, item, material, same)


def looking_like(books: Books, wanted: Sequence[int], heard: Sequence[int] = ()) -> list[Known]:
    """Every version of every placement whose looks, or those of its material, are alike; the nearest first.
    ``heard``: the prints of a sound."""
    if not wanted and not heard:
        return []
    measured: dict[str, int | None] = {"": None}

    def apart(stored: str) -> int | None:
        if stored not in measured:
            seen = looks.same(wanted, looks.stored(stored))
            measured[stored] = seen if seen is not None else looks.sounds_like(heard, looks.sound_of(stored))
        return measured[stored]

    found = []
    for item, material in published.placements(books):
        if material in books.materials:
            near = [apart(item.looks), apart(books.materials[material].looks or "")]
            if told := [bits for bits in near if bits is not None]:
                found.append(_known(books, item, material, "look", min(told)))
    return sorted(found, key=lambda item: item.apart)


def _known(books: Books, item: published.Print, material: str, same: str, apart: int = 0) -> Known:
    version = published.version_of(books, item)
    recorded_on, code = books.recorded_on(version.seq), books.event_anchor(version.seq)
    return Known(books.materials[material], version, same, recorded_on, code, apart)


def lookalikes(
    books: Books, data: bytes, copies: Iterable[Path], look: Callable[[bytes], int]
) -> Iterator[Known]:
    """What the register knows of those of your own ``copies`` that look like the picture ``data``, the nearest first.

    ``look`` gives a picture's look and raises ``InputError`` for another file; of ``data`` that goes to the caller.
    """
    wanted = look(data)
    ours = {item.digest for item in books.materials.values()}
    ours |= {item.digest for item, _material in published.placements(books)}
    near: list[tuple[int, Path]] = []
    for path in copies:
        copy = read_input(path, cap=CAP)
        if digest(copy) in ours:
            with suppress(InputError):  # a copy that is no picture looks like none
                near.append((looks.distance(wanted, look(copy)), path))
    for apart, path in sorted(near):
        if apart <= looks.ALIKE:
            for item in known(books, read_input(path, cap=CAP), None):
                yield replace(item, same="look", apart=apart)


def _forms(words: str) -> set[str]:
    """As a channel may have kept them: copying adds line ends, spaces at them, hard spaces and signs nobody sees."""
    plain = words.replace("\r\n", "\n").replace("\r", "\n")
    bare = _UNSEEN.sub("", plain).replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")
    bare = unicodedata.normalize("NFC", bare)
    tidy = re.sub(r"\n{3,}", "\n\n", re.sub(r"(?<![ \t])[ \t]+$", "", bare, flags=re.MULTILINE))
    return {form for text in (plain, bare, tidy) for form in (text, text.strip(), text.strip() + "\n")} | {
        words
    }


_UNSEEN = re.compile("[\u00ad\u200b\u2060\ufeff]")
