"""The press packet: what communications staff need to label, measure and register without the books.

The accountant hands out a packet: the law about labels, the organisation's names and statuses, the register of
materials, placements and channels, the wordings that were compared, the recordings of the spoken label, the official
lists of names. No money, no donors, no people. Communications
work on it in a workspace of their own, with the same commands; what they add comes back as a second packet, with the
bytes of the proofs they kept.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field, ValidationError

from compliance import packed
from compliance.errors import BooksDamaged, InputError, Refused
from compliance.files import MiB, digest
from compliance.filings import placements
from compliance.filings.press_facts import (
    FIELDS,
    NAMED,
    Line,
    Outside,
    digest_of,
    on_behalf,
    read,
    shared,
    written,
)
from compliance.i18n import _
from compliance.labels import audio
from compliance.ledger.models import Source
from compliance.mentions import listed
from compliance.rules.kept import kept_pack, pack_bytes
from compliance.workspace import Config, Names, Status
from compliance.yamlfile import Day, Strict

if TYPE_CHECKING:
    from compliance.ledger.books import Books
    from compliance.ledger.fact import Fact
    from compliance.mentions.listed import Listed
    from compliance.rules.loader import Pack

CAP = 64 * MiB
OPENED = "press open"
_PACKET: Literal["press-packet/1"] = "press-packet/1"
_ADDITIONS: Literal["press-additions/1"] = "press-additions/1"
_HEAD, _REGISTER, _CONFIG, _ADDED = "press.json", "register.jsonl", "schedules.yaml", "additions.jsonl"
_LISTS, _SPOKEN, _PROOFS = "lists", "spoken", "proofs"
_REGIME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}\Z", re.ASCII)


_ON = {"material": "material", "about": "placement"}
"""A field that holds the id of another fact, and the kind of that fact."""


class _Principal(Strict):
    """Somebody on whose behalf we publish: the label names them."""

    kind: str = Field(max_length=64)
    name: str = Field(max_length=1000)


class _Head(Strict):
    """``books``: the code of the first entry of the books that the packet is of; ``law``: regime -> digest of its
    rules; ``files``: name -> SHA-256; ``looked_at``: channel -> the last day it was."""

    schema_: Literal["press-packet/1"] = Field(alias="schema")
    books: str = Field(max_length=64)
    made_on: Day
    practice: Day | None
    law: dict[str, str]
    principals: dict[str, _Principal]
    looked_at: dict[str, Day]
    files: dict[str, str]


class _Organisation(Strict):
    names: dict[Day, Names] = Field(min_length=1)
    statuses: dict[str, Status]


class _Config(Strict):
    """What of schedules.yaml goes outside: the allow-list."""

    organisation: _Organisation
    regimes: list[str] = Field(max_length=40)
    currency: str = Field(pattern="^[A-Z]{3}$")
    language: str | None = Field(default=None, max_length=8)
    starts_on: Day
    packs: Literal["law"] = "law"
    spoken: dict[Day, str] = {}


class _Back(Strict):
    schema_: Literal["press-additions/1"] = Field(alias="schema")
    books: str = Field(max_length=64)
    made_on: Day
    looked_at: dict[str, Day]


@dataclass(frozen=True, slots=True)
class Made:
    """A packet. ``masked``: how many texts were, since they seemed to name somebody."""

    data: bytes
    counts: Mapping[str, int]
    masked: int


def outside(books: Books, names: Sequence[str]) -> Outside:
    """How the facts of these books leave them; ``names``: those that the vault knows."""
    principals = on_behalf(books)
    donors = [item.name for entity, item in books.sources.items() if item.name and entity not in principals]
    return Outside([*names, *donors], books.event_anchor(1), principals)


def make(
    books: Books,
    config: Config,
    packs: Sequence[Pack],
    names: Sequence[str],
    on: date,
    *,
    lists: Sequence[Listed] = (),
    spoken: Mapping[date, tuple[str, bytes]] = MappingProxyType({}),
) -> Made:
    """The packet of these books. `Refused` where no law of ours asks for labels, so that there is nothing to do.
    ``spoken``: day since when -> the ending and bytes of the recording."""
    law = {pack.id: pack_bytes(pack) for pack in packs if (pack.folder / "labels.yaml").is_file()}
    if not law:
        raise Refused(
            _("no law that binds you asks for labels"),
            why=_("A press packet is for labelling and its register."),
            remedy=_("See: compliance rules list"),
        )
    way = outside(books, names)
    lines = list(way.facts(books))
    said = {f"{_SPOKEN}/{day.isoformat()}{ending}": data for day, (ending, data) in spoken.items()}
    files = {
        _CONFIG: _json(_shared_config(config, list(law), on, dict(zip(spoken, said, strict=True)))),
        _REGISTER: written(lines),
        **{f"law/{regime}.rules.zip": data for regime, data in law.items()},
        **{f"{_LISTS}/{item.list}.json": item.data for item in lists},
        **said,
    }
    practice = books.practice_day()
    head = {
        "schema": _PACKET,
        "books": books.event_anchor(1),
        "made_on": on.isoformat(),
        "practice": practice.isoformat() if practice else None,
        "law": {pack.id: pack.digest for pack in packs if pack.id in law},
        "principals": {
            entity: {"kind": item.kind, "name": item.name}
            for entity, item in on_behalf(books).items()
            if item.name
        },
        "looked_at": _looked_at(books, way),
        "files": {name: digest(data) for name, data in files.items()},
    }
    counts = {kind: sum(item.kind == kind for item in lines) for kind in FIELDS}
    return Made(packed.pack({_HEAD: _json(head), **files}), counts, way.count)


def _shared_config(
    config: Config, regimes: list[str], on: date, spoken: Mapping[date, str]
) -> dict[str, Any]:
    organisation = config.organisation.model_dump(mode="json", exclude_none=True)
    found = {
        "organisation": {name: organisation[name] for name in ("names", "statuses")},
        "regimes": regimes,
        "currency": config.currency,
        "starts_on": on.isoformat(),  # what was due before is the accountant's
        "packs": "law",
        "spoken": {day.isoformat(): name for day, name in spoken.items()},
    }
    return found | ({"language": config.language} if config.language else {})


def _looked_at(books: Books, way: Outside | None = None) -> dict[str, str]:
    found = {name: item.looked_at for name, item in placements.watched(books).items()}
    named = ((way.text(name, is_address=True) if way else name, day) for name, day in found.items())
    return {name: day.isoformat() for name, day in named if day is not None}


def _json(value: Any) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()


@dataclass(frozen=True, slots=True)
class Packet:
    """What was handed out. ``files``: of the new workspace, by name; ``note``: of its first entry."""

    made_on: date
    lines: list[Line]
    principals: list[Source]
    files: dict[str, bytes]
    note: dict[str, Any]


def opened(data: bytes, place: str) -> Packet:
    """`InputError` for what is no press packet of ours, was changed, or holds anything that does not belong in one."""
    foreign = InputError(
        _("this is not a press packet, or it is damaged"),
        place=place,
        remedy=_("Have it made again: compliance press make OUT"),
    )
    try:
        files = packed.unpack(data, cap=CAP)
        head = _Head.model_validate(json.loads(files.pop(_HEAD)))
        law = {f"law/{regime}.rules.zip": regime for regime in head.law}
        if (
            not set(files) >= {_CONFIG, _REGISTER, *law}
            or {name: digest(body) for name, body in files.items()} != head.files
        ):
            raise foreign
        config = _Config.model_validate(json.loads(files[_CONFIG]))
        more = {name: files[name] for name in files.keys() - {_CONFIG, _REGISTER, *law}}
        _check_more(more, set(config.spoken.values()))
        lines = read(files[_REGISTER], f"{place}:{_REGISTER}")
        rules = {name: _rules(files[name], regime, head.law[regime]) for name, regime in law.items()}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, ValidationError, BooksDamaged):
        raise foreign from None
    known = {name: {item.id for item in lines if item.kind == kind} for name, kind in _ON.items()}
    if sorted(config.regimes) != sorted(head.law) or any(
        item.fields[name] not in known[name] for item in lines for name in NAMED & item.fields.keys()
    ):
        raise foreign
    unpacked = {f"law/{name}": body for parts in rules.values() for name, body in parts.items()}
    body = config.model_dump(mode="json", exclude_none=True)
    note: dict[str, Any] = {"press": head.books}
    note |= {"practice": head.practice.isoformat()} if head.practice else {}
    note |= {placements.LOOKED_AT: {name: day.isoformat() for name, day in head.looked_at.items()}}
    principals = [
        Source(entity=entity, kind=item.kind, name=item.name) for entity, item in head.principals.items()
    ]
    return Packet(
        head.made_on,
        lines,
        principals,
        {_CONFIG: _json(body), **unpacked, **more},
        note,
    )


def _check_more(files: Mapping[str, bytes], spoken: set[str]) -> None:
    """``ValueError`` for anything but lists of names and the recordings (``spoken``) that the settings name."""
    recordings = {name for name in files if name.startswith(f"{_SPOKEN}/")}
    if recordings != spoken:
        raise ValueError
    for name, data in files.items():
        if name in recordings:
            if name.count("/") != 1 or not name.endswith(audio.endings(data) or ("?",)):
                raise ValueError
        elif name != f"{_LISTS}/{listed.parsed(data).list}.json":
            raise ValueError


def _rules(data: bytes, regime: str, known: str) -> dict[str, bytes]:
    """The files of a rule pack; the pack is loaded once, so that nothing but rules comes in."""
    if not _REGIME.match(regime):
        raise ValueError
    kept_pack(data, regime, known)
    return packed.unpack(data, cap=CAP)


# Back


def pack(
    books: Books, on: date, blob: Callable[[str], bytes | None]
) -> tuple[bytes, list[Line], dict[str, str]]:
    """What was added and changed since the packet was opened: the packet, its lines, and the channels that were
    looked at with the day; ``books`` are the workspace's own, ``blob`` gives the bytes of a proof by their digest."""
    before = books.at(1)
    lines = [line for kind, found in shared(books) for line in _changes(kind, found, before)]
    old = _looked_at(before)
    looked_at = {name: day for name, day in _looked_at(books).items() if old.get(name, "") < day}
    head = {
        "schema": _ADDITIONS,
        "books": books.first_note()["press"],
        "made_on": on.isoformat(),
        "looked_at": looked_at,
    }
    files = {_HEAD: _json(head), _ADDED: written(lines, with_base=True)}
    for each in sorted(_proofs(lines)):
        if (data := blob(each)) is not None:
            files[f"{_PROOFS}/{each}"] = data
    if sum(map(len, files.values())) > CAP:
        raise Refused(
            _("the proofs are too large to be sent back together"),
            why=_("A packet holds up to {n} MB.").format(n=CAP // MiB),
            remedy=_("Send back more often, or keep smaller proofs: a picture instead of a film."),
        )
    data = packed.pack(files)
    return data, lines, looked_at


def _proofs(lines: Sequence[Line]) -> set[str]:
    return {item.fields["digest"] for item in lines if item.kind == "proof" and item.fields.get("digest")}


def _changes(kind: str, found: Sequence[Fact], before: Books) -> list[Line]:
    old = before.facts(type(found[0])) if found else {}
    lines = []
    for item in found:
        fields = {name: getattr(item, name) for name in FIELDS[kind]}
        known = old.get(item.entity)
        if known is None:
            given = {name: value for name, value in fields.items() if value is not None}
            lines.append(Line(kind, item.entity, given))
            continue
        handed = {name: getattr(known, name) for name in FIELDS[kind]}
        if changed := {name: value for name, value in fields.items() if value != handed[name]}:
            lines.append(Line(kind, item.entity, changed, digest_of(kind, item.entity, handed)))
    return lines


@dataclass(frozen=True, slots=True)
class Additions:
    """What came back. ``digest``: of the packet; ``looked_at``: channel -> day; ``proofs``: bytes by their digest."""

    books: str
    made_on: date
    lines: list[Line]
    looked_at: dict[str, date]
    digest: str
    proofs: Mapping[str, bytes] = field(default_factory=dict)


def additions(data: bytes, place: str) -> Additions:
    """`InputError` for what is no packet of additions, or holds anything that does not belong in one."""
    damaged = InputError(
        _("this is not a packet that came back from communications, or it is damaged"),
        place=place,
        remedy=_("Have it made again there: compliance press pack OUT"),
    )
    try:
        files = packed.unpack(data, cap=CAP)
        head = _Back.model_validate(json.loads(files.pop(_HEAD)))
        proofs = {
            name.removeprefix(f"{_PROOFS}/"): data
            for name, data in files.items()
            if name.startswith(f"{_PROOFS}/")
        }
        if len(files) != 1 + len(proofs) or any(len(name) > 200 for name in head.looked_at):
            raise ValueError
        if any(digest(data) != name for name, data in proofs.items()):
            raise ValueError
        added = files[_ADDED]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, ValidationError):
        raise damaged from None
    lines = read(added, f"{place}:{_ADDED}", with_base=True)
    if _proofs(lines) != proofs.keys():
        raise damaged
    return Additions(head.books, head.made_on, lines, dict(head.looked_at), digest(data), proofs)
