"""A channel's export held against the law of each post's day, and against the register of placements.

The words are what counts first; a post whose words carry no label may still show it in a picture. Films and
recordings are not measured, and what stood before an edit is not in any export: both are told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal

from compliance.channels.model import Post
from compliance.errors import InputError
from compliance.files import digest
from compliance.filings.labelling import Wanted
from compliance.i18n import _, day_text
from compliance.labels import criteria, door, work
from compliance.labels.model import Label, Verification
from compliance.ledger.fact import Fact
from compliance.ledger.models import Material, Placement
from compliance.ledger.revise import revise

if TYPE_CHECKING:
    from compliance.ledger.books import Books

State = Literal["right", "wrong", "missing", "not_needed", "no_wording", "undated", "unreadable"]
_TITLE = 60
_PICTURE = "image"


@dataclass(frozen=True, slots=True)
class Carried:
    """``state`` of one post; ``verification`` of its words, or of the picture that shows the label (``shown``)."""

    post: Post
    state: State
    rule: str = ""
    verification: Verification | None = None
    shown: bool = False

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


def _looked_at(post: Post, wanted: Callable[[date, str], Wanted | None], by: door.Children) -> Carried:
    if post.published_on is None:
        return Carried(post, "undated")
    asked = wanted(post.published_on, post.law_medium)
    if asked is None:
        return Carried(post, "not_needed")
    if asked.label.text is None:
        return Carried(post, "no_wording", asked.label.rule)
    picture = wanted(post.published_on, _PICTURE) if post.attached else None
    return _carried(post, asked.label, picture.label if picture and picture.label.text else None, by)


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
    if measured is None and (post.attached or post.unread):
        return Carried(post, "unreadable", label.rule)  # nothing but pictures and films: only eyes can tell
    wording = measured.criterion("wording") if measured else None
    missing = wording is None or wording.reason == "no_label"
    return Carried(post, "missing" if missing else "wrong", label.rule, measured)


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
    span of the export and no longer in it; ``undated``: posts that cannot be registered."""

    facts: tuple[Fact, ...]
    new: int
    changed: int
    known: int
    gone: tuple[str, ...]
    undated: int


def registering(books: Books, channel: str, found: Iterable[Carried]) -> Registering:
    """What the register lacks. The same words elsewhere are the same material; the same address the same placement."""
    register = _Register(books, channel)
    days: list[date] = []
    undated = 0
    for item in found:
        if item.post.published_on is None:
            undated += 1
            continue
        days.append(item.post.published_on)
        register.take(item)
    gone = [
        entity
        for entity, placement in books.placements.items()
        if placement.channel == channel and placement.deleted_on is None and entity not in register.seen
        and days and min(days) <= placement.published_on <= max(days)
    ]  # fmt: skip
    return Registering(
        tuple(register.facts), register.new, register.changed, register.known, tuple(sorted(gone)), undated
    )


class _Register:
    def __init__(self, books: Books, channel: str) -> None:
        self.books, self.channel = books, channel
        self.facts: list[Fact] = []
        self.seen: set[str] = set()
        self.new = self.changed = self.known = 0
        self.by_digest = {item.digest: entity for entity, item in books.materials.items() if item.digest}
        self.by_address = {item.address: entity for entity, item in books.placements.items() if item.address}

    def take(self, item: Carried) -> None:
        post = item.post
        assert post.published_on is not None
        entity = self.by_address.get(post.address) or f"{self.channel}-{post.id}"
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
        words = digest(post.data) if post.data.strip() else None
        known = self.by_digest.get(words) if words else None
        if known is not None:
            return known
        if entity not in self.books.materials:
            title = item.title or _("without words, {day}").format(day=day_text(post.published_on))
            self.facts.append(
                Material(
                    entity=entity,
                    title=title,
                    medium=post.law_medium,
                    created_on=post.published_on,
                    digest=words,
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
