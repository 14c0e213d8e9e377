"""A channel's export held against the law of each post's day, and against the register of placements.

The words are what counts first; a post whose words carry no label may still show it in a picture. Of a post that
is a film the film decides, where it lies in the export and carries a card of ours. Other films and recordings are not measured, and what
stood before an edit is not in any export: both are told. What only its author sees is no placement.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from compliance.channels.model import Post
from compliance.errors import InputError
from compliance.files import MiB, digest, read_input
from compliance.filings.labelling import Wanted
from compliance.i18n import _, day_text
from compliance.labels import criteria, door, looks, work
from compliance.labels.looks import Eyes
from compliance.labels.model import Label, Verification
from compliance.ledger.fact import Fact
from compliance.ledger.models import Material, Placement
from compliance.ledger.revise import revise
from compliance.periods import parse_day

if TYPE_CHECKING:
    from compliance.ledger.books import Books

State = Literal["right", "wrong", "missing", "not_needed", "no_wording", "undated", "unreadable", "private"]
REGISTERING = "channel register"
"""How such an entry of the books is called."""
LOOKED_AT = "looked_at"
TAKEN_OVER = ("press open", "press accept")
"""Entries whose note says on which day a channel (`LOOKED_AT`) was looked at elsewhere."""
_TITLE = 60
_PICTURE = "image"
_FILM = "video"
_CAP = 256 * MiB


@dataclass(frozen=True, slots=True)
class Carried:
    """``state`` of one post; ``verification`` of its words or its film, or of the picture or film that shows the
    label (``shown``); ``looks`` of its pictures and film, where they were asked for."""

    post: Post
    state: State
    rule: str = ""
    verification: Verification | None = None
    shown: bool = False
    looks: tuple[int, ...] = ()

    @property
    def title(self) -> str:
        """The first words that are not the label's; empty where there are none."""
        words, found = self.post.title, self.verification.detection if self.verification else None
        if found is not None and not self.shown:
            words = words.removeprefix(" ".join(found.text.split()))
        return words.strip()[:_TITLE].strip()

    @property
    def late(self) -> bool:
        """Whether it was changed on a later day: what it showed until then is not known."""
        return self.state in ("right", "wrong") and self.post.edited_on is not None


def look(posts: Iterable[Post], wanted: Callable[[date, str], Wanted | None]) -> Iterator[Carried]:
    """Every post, in order. ``wanted(day, medium)``: the label of the law, ``None`` where none is asked for."""
    with door.many() as by:
        for post in posts:
            yield _looked_at(post, wanted, by)


def with_looks(found: Iterable[Carried]) -> Iterator[Carried]:
    """The same with the looks of what lies in the export; what cannot be read has none."""
    with Eyes() as eyes:
        for item in found:
            paths = () if item.state in ("private", "undated") else (*item.post.attached, item.post.film)
            yield replace(item, looks=tuple(bits for path in paths if path for bits in _seen(path, eyes)))


def _seen(path: Path, eyes: Eyes) -> list[int]:
    try:
        return eyes.seen(read_input(path, cap=_CAP))
    except InputError:
        return []


def _looked_at(post: Post, wanted: Callable[[date, str], Wanted | None], by: door.Children) -> Carried:
    if post.seen == "private":
        return Carried(post, "private")
    if post.published_on is None:
        return Carried(post, "undated")
    asked = wanted(post.published_on, post.law_medium)
    if asked is None:
        return Carried(post, "not_needed")
    if asked.label.text is None:
        return Carried(post, "no_wording", asked.label.rule)
    picture = wanted(post.published_on, _PICTURE) if post.attached else None
    carried = _carried(post, asked.label, picture.label if picture and picture.label.text else None, by)
    filmed = wanted(post.published_on, _FILM) if post.film is not None else None
    return _with_film(carried, filmed.label, by) if filmed and filmed.label.text else carried


def _with_film(carried: Carried, label: Label, by: door.Children) -> Carried:
    """As the film itself has it; one that nobody can play, or without a card of ours, is told as not measured."""
    post = carried.post
    assert post.film is not None
    try:
        measured = door.verify_file(post.film, label, by=by)
    except InputError:
        measured = None
    wording = measured.criterion("wording") if measured else None
    if measured is None or (wording and wording.verdict == "not_measurable"):
        return replace(carried, post=replace(post, unread=post.unread + 1))
    if not work.carries(measured):
        return Carried(post, _lacking(measured), label.rule, measured)
    return carried if carried.state == "right" else Carried(post, "right", label.rule, measured, shown=True)


def _carried(post: Post, label: Label, pictured: Label | None, by: door.Children) -> Carried:
    measured = None
    if post.data.strip():
        place = post.address or post.place or post.id
        try:
            measured = door.verify_bytes(post.medium, post.data, label, place, by=by)
        except InputError:
            return Carried(post, "unreadable", label.rule)
        if work.carries(measured):
            return Carried(post, "right", label.rule, measured)
    if pictured is not None and (found := _pictured(post, pictured, by)) is not None:
        return Carried(post, "right", label.rule, found, shown=True)
    if measured is None and (post.attached or post.unread or post.film):
        return Carried(post, "unreadable", label.rule)  # nothing but pictures and films: only eyes can tell
    return Carried(post, _lacking(measured), label.rule, measured)


def _lacking(measured: Verification | None) -> State:
    wording = measured.criterion("wording") if measured else None
    return "missing" if wording is None or wording.reason == "no_label" else "wrong"


def _pictured(post: Post, label: Label, by: door.Children) -> Verification | None:
    for path in post.attached:
        try:
            found = door.verify_file(path, label, by=by)
        except InputError:
            continue
        if work.carries(found):
            return found
    return None


@dataclass(frozen=True, slots=True)
class Registering:
    """``facts`` to write; how many placements are ``new``, ``changed``, ``known``; ``gone``: registered within the
    span of the export and no longer in it; ``withdrawn``: registered, and now seen by nobody but the author;
    ``undated``, ``private``: posts that cannot be registered, or are none."""

    facts: tuple[Fact, ...]
    new: int
    changed: int
    known: int
    gone: tuple[str, ...]
    withdrawn: tuple[str, ...]
    undated: int
    private: int


def registering(books: Books, channel: str, found: Iterable[Carried]) -> Registering:
    """What the register lacks. The same words elsewhere are the same material, but films are not the same for
    having one description; the same address is the same placement."""
    register = _Register(books, channel)
    days: list[date] = []
    undated = private = 0
    withdrawn: set[str] = set()
    for item in found:
        if item.post.published_on is not None:
            days.append(item.post.published_on)
        if item.state == "private":
            private += 1
            withdrawn.add(register.entity(item.post))
        elif item.post.published_on is None:
            undated += 1
        else:
            register.take(item)
    gone = {
        entity
        for entity, placement in books.placements.items()
        if placement.channel == channel and placement.deleted_on is None and entity not in register.seen
        and days and min(days) <= placement.published_on <= max(days)
    }  # fmt: skip
    return Registering(
        tuple(register.facts), register.new, register.changed, register.known,
        tuple(sorted(gone - withdrawn)), tuple(sorted(gone & withdrawn)), undated, private,
    )  # fmt: skip


class _Register:
    def __init__(self, books: Books, channel: str) -> None:
        self.books, self.channel = books, channel
        self.facts: list[Fact] = []
        self.seen: set[str] = set()
        self.new = self.changed = self.known = 0
        self.by_digest = {item.digest: entity for entity, item in books.materials.items() if item.digest}
        self.by_address = {item.address: entity for entity, item in books.placements.items() if item.address}

    def entity(self, post: Post) -> str:
        return self.by_address.get(post.address) or f"{self.channel}-{post.id}"

    def take(self, item: Carried) -> None:
        post = item.post
        assert post.published_on is not None
        entity = self.entity(post)
        if entity in self.seen:  # the same letter in two folders, a post exported twice
            return
        self.seen.add(entity)
        placed = self.books.placements.get(entity)
        material = placed.material if placed is not None else self._material(entity, item)
        given = {
            "material": material,
            "channel": placed.channel if placed is not None else self.channel,
            "published_on": post.published_on,
            "address": post.address or None,
            "digest": digest(post.data),
            "label_rule": item.rule or None,
            "label_verdict": _verdict(item),
            "label_detail": criteria.stored(item.verification) if item.verification is not None else None,
        }
        if item.looks:
            given["looks"] = looks.kept(item.looks, placed.looks if placed else None)
        if post.edited_on is not None:
            given["edited_on"] = post.edited_on
        made = revise(self.books, Placement, entity, given)
        if made.fact is None:
            self.known += 1
            return
        self.new += made.version == 1
        self.changed += made.version > 1
        self.facts.append(made.fact)

    def _material(self, entity: str, item: Carried) -> str:
        post = item.post
        assert post.published_on is not None
        words = digest(post.data) if post.data.strip() and not post.is_film else None
        known = self.by_digest.get(words) if words else None
        if known is not None:
            return known
        if entity not in self.books.materials:
            title = item.title or _("without words, {day}").format(day=day_text(post.published_on))
            self.facts.append(
                Material(
                    entity=entity,
                    title=title,
                    medium=_FILM if post.is_film else post.law_medium,
                    created_on=post.published_on,
                    digest=words,
                    looks=looks.kept(item.looks),
                )
            )
        if words:
            self.by_digest[words] = entity
        return entity


def _verdict(item: Carried) -> str:
    """As a placement keeps it: that nothing stands there is measured too."""
    if item.verification is not None:
        return item.verification.verdict
    looked_at = {"missing": "not_met", "unreadable": "not_measurable", "no_wording": "not_measurable"}
    return looked_at.get(item.state, "none")


def looked_at_note(channel: str, since: str | None) -> str:
    """What the entry of a registering says of itself, also where it found nothing new; ``since`` as it was typed."""
    return json.dumps({"channel": channel, **({"since": since} if since else {})}, ensure_ascii=False)


@dataclass(slots=True)
class Watched:
    """A channel of the register: its ``placements`` that stand, from ``first`` to ``last``, how many of them were
    found without the right label, and the day on which its export was registered last (none: typed by hand)."""

    placements: int = 0
    first: date | None = None
    last: date | None = None
    not_right: int = 0
    looked_at: date | None = None


def watched(books: Books) -> dict[str, Watched]:
    """Every channel by its name in the register, whoever speaks there: branches, people, the organisation."""
    found: dict[str, Watched] = {}
    looked_at: dict[int, date] = {}
    for event in books.events():
        day = event.recorded_at.date()
        if event.kind in TAKEN_OVER and event.note:
            for named, on in _elsewhere(event.note).items():
                if books.as_of is None or on <= books.as_of:
                    known = found.setdefault(named, Watched())
                    known.looked_at = max(filter(None, (known.looked_at, on)))
        if event.kind == REGISTERING and (books.as_of is None or day <= books.as_of):
            looked_at[event.seq] = day
            if named := _noted(event.note):
                found.setdefault(named, Watched()).looked_at = day
    for placement in books.placements.values():
        channel = found.setdefault(placement.channel, Watched())
        if placement.seq in looked_at:
            channel.looked_at = max(filter(None, (channel.looked_at, looked_at[placement.seq])))
        if placement.deleted_on is None:
            channel.placements += 1
            channel.not_right += placement.label_verdict == "not_met"
            channel.first = min(channel.first or placement.published_on, placement.published_on)
            channel.last = max(channel.last or placement.published_on, placement.published_on)
    return dict(sorted(found.items()))


def _elsewhere(note: str) -> dict[str, date]:
    """Channels that were looked at on another computer, by the note of what was taken over from there."""
    return {named: parse_day(on) for named, on in json.loads(note).get(LOOKED_AT, {}).items()}


def _noted(note: str | None) -> str:
    return str(json.loads(note).get("channel") or "") if note else ""
