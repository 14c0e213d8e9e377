"""A post and its label fitted to a channel: the label first and whole, the post as it was written.

Every part of a thread carries the label: each is a post of its own (our reading; no act that we know speaks of threads).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from compliance.channels.limits import Limit
from compliance.errors import InputError, Refused
from compliance.i18n import _
from compliance.labels import text, work
from compliance.labels.model import Label, Verification

_LEAST_ROOM = 40
"""Characters of a post beside its label, below which a thread is no help."""
_NUMBERED = len("\n\n.\n\n999/999")
_BREAKS = (re.compile(r"\n\s*\n"), re.compile(r"(?<=[.!?…])[»”\")]*\s"), re.compile(r"\s"))


@dataclass(frozen=True, slots=True)
class Part:
    """One post: its text, how much of the channel's room it takes, and what was measured in it."""

    text: str
    used: int
    verification: Verification


@dataclass(frozen=True, slots=True)
class Posting:
    """``cut_after``: the end of what the channel would still take, empty where all fits. ``whole_label``: whether the
    label stands before the fold; ``None`` where no fold is known."""

    limit: Limit
    parts: tuple[Part, ...]
    own: int
    cut_after: str
    whole_label: bool | None

    @property
    def has_room(self) -> bool:
        """Whether anything worth reading stands beside the label in a post."""
        return _room(self.limit, self.own) >= _LEAST_ROOM


def _room(limit: Limit, own: int) -> int:
    return limit.most - own - _NUMBERED


def no_room() -> str:
    return _("A label is never shortened. Publish the text elsewhere, or as a labelled picture.")


def compose(post: str, label: Label, limit: Limit, *, thread: bool = False) -> Posting:
    """The label, an empty line, the post; split where it is too long and ``thread`` is asked for.

    A label of ours in the post is replaced. Every part is measured by the reader of plain text. `Refused` where the
    label would not be right, or leaves no room for a thread; `InputError` for an empty post and endless words.
    """
    assert label.text is not None
    bare = text.remove(post.encode("utf-8", "replace"), label)
    body = (text.decode(bare.data).text if bare else post).replace("\r\n", "\n").strip()
    if not body:
        raise InputError(_("the post is empty"))
    whole = f"{label.text}\n\n{body}"
    too_long = limit.length(whole) > limit.most
    texts = _split(body, label.text, limit) if too_long and thread and limit.thread else [whole]
    parts = tuple(Part(item, limit.length(item), _measured(item, label)) for item in texts)
    kept = limit.fitting(whole, limit.most)
    cut = "" if not too_long or len(texts) > 1 else " ".join(kept.split())[-40:]
    seen = None if limit.fold is None else len(label.text) <= limit.fold
    return Posting(limit, parts, limit.length(label.text), cut, seen)


def _measured(made: str, label: Label) -> Verification:
    found = text.detect(made.encode("utf-8", "replace"), label)
    if not work.carries(found):
        said = "; ".join(item.message for item in found.criteria if item.verdict == "not_met")
        raise Refused(_("the label would not be right on this post"), why=said)
    return found


def _split(body: str, words: str, limit: Limit) -> list[str]:
    room = _room(limit, limit.length(words))
    if room < _LEAST_ROOM:
        raise Refused(
            _("{channel}: beside the label there is no room for a thread").format(channel=limit.channel),
            remedy=no_room(),
        )
    pieces, rest = [], body
    while rest:
        piece = _piece(rest, room, limit)
        pieces.append(piece.strip())
        rest = rest[len(piece) :].lstrip()
    return [f"{words}\n\n{piece}\n\n{at}/{len(pieces)}" for at, piece in enumerate(pieces, 1)]


def _piece(rest: str, room: int, limit: Limit) -> str:
    """The beginning of ``rest`` that fits, ending with a paragraph or sentence where half of it can be kept, else a word."""
    head = limit.fitting(rest, room)
    if head == rest:
        return head
    ends = [[found.end() for found in pattern.finditer(rest[: len(head) + 1])] for pattern in _BREAKS]
    for found in ends[:2]:
        if found and 2 * found[-1] >= len(head):
            return rest[: found[-1]]
    if not ends[2]:
        raise InputError(
            _("{channel}: a single word or address is longer than a post has room").format(
                channel=limit.channel
            )
        )
    return rest[: ends[2][-1]]
