"""The facts that communications and the accountant share, as lines of text: nothing else goes between them.

A line is ``{"kind": K, "id": ID, "fields": {NAME: TEXT}}``; what comes back says also what it was made from (``base``,
the digest of the fact as it was handed out; ``null`` for a new one) and holds only the fields that changed.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from compliance.errors import InputError
from compliance.files import digest, slug
from compliance.i18n import _
from compliance.ledger.books import Books
from compliance.ledger.fact import Fact
from compliance.ledger.models import Decision, Document, Material, Placement, Source
from compliance.periods import parse_day
from compliance.reports.privacy import lint, masked
from compliance.vault.vault import canonical

MODELS: Mapping[str, type[Fact]] = {
    "material": Material, "placement": Placement, "proof": Document, "wording": Decision,
}  # fmt: skip
WORDING = "wording:"
_OUT = {
    "material": ("title", "medium", "created_on", "on_behalf", "digest", "looks"),
    "placement": (
        "material", "channel", "published_on", "address", "edited_on", "deleted_on", "digest", "label_rule",
        "label_verdict", "looks", "approved_by",
    ),
    "proof": ("about", "kind", "title", "digest", "dated_on", "received_on"),
    "wording": ("because", "digest", "state"),
}  # fmt: skip
"""What is handed out of each fact: the allow-list."""
FIELDS = {**_OUT, "placement": (*_OUT["placement"], "label_detail")}
"""What may come back."""
FREE = {
    "title": False, "because": False, "medium": False, "on_behalf": False, "label_rule": False, "address": True,
    "channel": True, "kind": False, "approved_by": False,
}  # fmt: skip
"""Fields in which people write what they like, and whether they tell the address of a publication."""
NEEDED = {
    "material": {"title", "medium", "created_on"},
    "placement": {"material", "channel", "published_on"},
    "proof": {"about", "kind", "title", "digest"},
    "wording": {"because"},
}
_EMPTIED = {
    "address",
    "edited_on",
    "deleted_on",
    "digest",
    "looks",
    "label_rule",
    "label_detail",
    "approved_by",
    "dated_on",
}
"""What may be taken back."""
_VERDICTS = ("met", "not_met", "not_measurable", "cannot_be_met", "none")
_LONGEST, _WORD, _DETAIL = 4000, 200, 20_000
_HEX = re.compile(r"[0-9a-f]{64}\Z", re.ASCII)
_LOOKS = re.compile(r"(?:(?:^|(?<=.) )(?:[0-9a-f]{256}|s[0-9a-f]{1,1400})){1,64}\Z", re.ASCII)
_UNSAID = ("Cc", "Cs")
_HIDDEN = "hidden-"
NAMED = {"material", "about"}
"""Fields that hold the id of another fact."""


@dataclass(frozen=True, slots=True)
class Line:
    """One fact, or what changed of it; ``fields`` as the model has them, ``None`` where one was emptied."""

    kind: str
    id: str
    fields: Mapping[str, Any]
    base: str | None = None


class Outside:
    """Facts as they leave the books: the fields of the allow-list, and nothing in them that names a person or a
    donor. The same books give the same; `count` texts were masked.

    ``sources``: ids that are no words. ``code``: of the books; an id made from words that were masked is replaced, and found again by it.
    """

    def __init__(self, names: Iterable[str], code: str, sources: Container[str] = ()) -> None:
        self.count = 0
        self._sources = sources
        self._names = tuple(names)
        self._slugs = tuple(short for name in self._names if len(short := slug(name, fallback="")) > 3)
        self._code = code
        self._seen: dict[tuple[str, bool], str] = {}

    def facts(self, books: Books) -> Iterator[Line]:
        """All that is shared, materials before their placements, and these before their proofs."""
        hidden = self.hidden(books)
        for kind, found in shared(books):
            for item in found:
                yield Line(kind, self.id(item.entity, hidden), self.fields(kind, item, hidden))

    def fields(self, kind: str, item: Fact, hidden: Mapping[str, str]) -> dict[str, Any]:
        found = {name: value for name in _OUT[kind] if (value := getattr(item, name)) is not None}
        for name in found.keys() & FREE.keys():
            if name != "on_behalf" or found[name] not in self._sources:
                found[name] = self.text(found[name], is_address=FREE[name])
        for name in found.keys() & NAMED:
            found[name] = self.id(found[name], hidden)
        return found

    def text(self, text: str, *, is_address: bool = False) -> str:
        """An account's name is public where it is part of the address of a publication."""
        key = (text, is_address)
        if key not in self._seen:
            clear = masked(text, self._names, public=("handle",) if is_address else ())
            self.count += clear != text
            clear = "".join(" " if unicodedata.category(char) in _UNSAID else char for char in clear)[
                :_LONGEST
            ]
            self._seen[key] = clear
        return self._seen[key]

    def hidden(self, books: Books) -> dict[str, str]:
        """Material -> another id, where its own is made of a title that is masked, or names somebody."""
        return {
            entity: self._other(entity)
            for entity, item in books.materials.items()
            if self._names_somebody(entity)
            or (slug(item.title, fallback="-") in entity and self.text(item.title) != item.title)
        }

    def id(self, entity: str, hidden: Mapping[str, str]) -> str:
        """The id outside: its own, unless a hidden material's is in it."""
        if entity in hidden:
            return hidden[entity]
        tells = self._names_somebody(entity) or any(entity.startswith(f"{each}-") for each in hidden)
        return self._other(entity) if tells else entity

    def inside(self, books: Books) -> dict[str, str]:
        """The id outside -> the id in the books, of all whose id is hidden."""
        hidden = self.hidden(books)
        own = (*books.materials, *books.placements, *(item.entity for item in proofs(books)))
        return {outside: entity for entity in own if (outside := self.id(entity, hidden)) != entity}

    def _names_somebody(self, entity: str) -> bool:
        return any(short in entity.lower() for short in self._slugs) or bool(lint(entity, self._names))

    def _other(self, entity: str) -> str:
        return _HIDDEN + digest(f"{self._code} {entity}".encode())[:16]


def shared(books: Books) -> Iterator[tuple[str, list[Fact]]]:
    yield "material", list(books.materials.values())
    yield "placement", list(books.placements.values())
    yield "proof", list(proofs(books))
    yield (
        "wording",
        [item for key, item in books.facts(Decision).items() if key.startswith(WORDING)],
    )


def proofs(books: Books) -> Iterator[Document]:
    """The papers that show what stood in a place."""
    return (item for item in books.documents.values() if item.digest and item.about in books.placements)


def on_behalf(books: Books) -> dict[str, Source]:
    """The sources that a label names, since a material is published on their behalf."""
    named = {item.on_behalf for item in books.materials.values()}
    return {entity: item for entity, item in books.sources.items() if entity in named}


def digest_of(kind: str, entity: str, fields: Mapping[str, Any]) -> str:
    """Of a fact as it was handed out."""
    handed = {name: _text(fields[name]) for name in _OUT[kind] if fields.get(name) is not None}
    return digest(canonical({"kind": kind, "id": entity, "fields": handed}).encode())


def written(lines: Iterable[Line], *, with_base: bool = False) -> bytes:
    rows = []
    for item in lines:
        row: dict[str, Any] = {"kind": item.kind, "id": item.id}
        if with_base:
            row["base"] = item.base
        row["fields"] = {name: _text(value) for name, value in item.fields.items()}
        rows.append(json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n")
    return "".join(rows).encode("utf-8", "replace")


def _text(value: Any) -> str | None:
    return value.isoformat() if isinstance(value, date) else value


def read(data: bytes, place: str, *, with_base: bool = False) -> list[Line]:
    """``InputError`` with PLACE:LINE at the first line that is none of ours, or says a fact twice."""
    found: list[Line] = []
    seen: set[tuple[str, str]] = set()
    for number, text in enumerate(_lines(data, place), start=1):
        try:
            item = _line(json.loads(text), with_base)
            if (item.kind, item.id) in seen:
                raise ValueError
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            raise InputError(
                _("this line is not one that the program writes"),
                place=f"{place}:{number}",
                why=_("The packet was changed after it was made, or it is damaged."),
                remedy=_("Have it made again where it comes from."),
            ) from None
        seen.add((item.kind, item.id))
        found.append(item)
    return found


def _lines(data: bytes, place: str) -> list[str]:
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        raise InputError(
            _("this is not a text in UTF-8"), place=place, remedy=_("Have it made again where it comes from.")
        ) from None
    return text.removesuffix("\n").split("\n") if text else []


def _line(row: dict[str, Any], with_base: bool) -> Line:
    if row.keys() != {"kind", "id", "fields"} | ({"base"} if with_base else set()):
        raise ValueError
    kind, entity, base = row["kind"], row["id"], row.get("base")
    known = FIELDS[kind] if with_base else _OUT[kind]
    if not row["fields"].keys() <= set(known) or (base is not None and not _HEX.match(base)):
        raise ValueError
    fields = {name: _value(name, value, may_empty=base is not None) for name, value in row["fields"].items()}
    if base is None and not NEEDED[kind] <= fields.keys():
        raise ValueError
    if kind == "wording" and not entity.startswith(WORDING):
        raise ValueError
    return Line(kind, _word(entity), fields, base)


def _value(name: str, value: object, *, may_empty: bool) -> Any:
    if value is None and may_empty and name in _EMPTIED:
        return None
    if not isinstance(value, str):
        raise ValueError
    return _CHECKS[name](value)


def _free(text: str, longest: int = _LONGEST) -> str:
    if not text.strip() or len(text) > longest or any(unicodedata.category(char) in _UNSAID for char in text):
        raise ValueError
    return text


def _word(text: str) -> str:
    return _free(text, _WORD)


def _matching(pattern: re.Pattern[str]) -> Callable[[str], str]:
    def check(text: str) -> str:
        if not pattern.match(text):
            raise ValueError
        return text

    return check


def _one_of(*words: str) -> Callable[[str], str]:
    def check(text: str) -> str:
        if text not in words:
            raise ValueError
        return text

    return check


def _detail(text: str) -> str:
    if not isinstance(json.loads(_free(text, _DETAIL)), list):
        raise ValueError
    return text


_CHECKS: Mapping[str, Callable[[str], Any]] = {
    "title": _free, "because": _free, "address": _free,
    "medium": _word, "on_behalf": _word, "material": _word, "channel": _word, "label_rule": _word,
    "about": _word, "kind": _word, "approved_by": _word, "dated_on": parse_day, "received_on": parse_day,
    "created_on": parse_day, "published_on": parse_day, "edited_on": parse_day, "deleted_on": parse_day,
    "digest": _matching(_HEX), "looks": _matching(_LOOKS), "label_detail": _detail,
    "label_verdict": _one_of(*_VERDICTS), "state": _one_of("decided", "withdrawn"),
}  # fmt: skip
