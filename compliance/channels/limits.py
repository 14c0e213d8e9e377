"""How long a post may be on a channel. Facts of the channels, not of the law; each with its source and day."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

_FILE = Path(__file__).with_name("limits.tsv")
_ADDRESS = re.compile(r"https?://[^\s«»“”„\"<>]+")
_BARE = re.compile(r"(?<![\w@.-])(?:[\w-]+\.)+(?:[a-z]{2,}|рф)\b(?:/[^\s«»“”„\"<>]*)?", re.IGNORECASE)
"""Addresses without a scheme: X makes links of them too."""
_ADDRESS_COUNTS = 23
_LIGHT = ((0, 4351), (8192, 8205), (8208, 8223), (8242, 8247))
"""Code points that weigh one on X (twitter-text, configuration 3); all others weigh two."""


@dataclass(frozen=True, slots=True)
class Limit:
    """``most`` in ``counts``: ``utf16`` code units (an emoji is two and more), ``characters``, ``linked`` (the same, but
    an address is always 23), or ``weighted`` as X counts. ``fold``: about so many characters are seen before "more", ``None`` where no source says it. ``thread``:
    whether posts that follow each other are usual there."""

    channel: str
    most: int
    counts: str
    source: str
    checked: date
    fold: int | None
    fold_source: str
    thread: bool

    def length(self, text: str) -> int:
        """As the channel counts, never less; spaces at the ends are cut off there."""
        text = text.strip()
        if self.counts == "utf16":
            return len(text.encode("utf-16-le", "surrogatepass")) // 2
        if self.counts == "weighted":
            return _weight(text)
        return len(_ADDRESS.sub("x" * _ADDRESS_COUNTS, text) if self.counts == "linked" else text)

    def fitting(self, text: str, room: int) -> str:
        """The longest beginning of ``text`` that counts no more than ``room``."""
        low, high = 0, min(len(text), max(room, 0) * 8)
        while low < high:
            middle = (low + high + 1) // 2
            low, high = (middle, high) if self.length(text[:middle]) <= room else (low, middle - 1)
        return text[:low]


def _weight(text: str) -> int:
    """Joined emoji count each of their parts here, which X does not: more, never less."""
    text = unicodedata.normalize("NFC", text)
    bare = _ADDRESS.sub("", text)
    named = [found[0] for found in _BARE.finditer(bare)]
    more = sum(
        max(0, _ADDRESS_COUNTS - _plain_weight(name)) for name in named
    )  # what is no link counts too much
    return _plain_weight(bare) + more + _ADDRESS_COUNTS * len(_ADDRESS.findall(text))


def _plain_weight(text: str) -> int:
    light = sum(any(first <= ord(char) <= last for first, last in _LIGHT) for char in text)
    return 2 * len(text) - light


def with_picture(limit: Limit) -> Limit:
    """Of the text under a picture, where the channel takes less there."""
    return limits().get(f"{limit.channel}-caption", limit)


@cache
def limits() -> dict[str, Limit]:
    lines = _FILE.read_text(encoding="utf-8").splitlines()
    cells = (line.split("\t") for line in lines if line and not line.startswith("#"))
    return {
        channel: Limit(
            channel, int(most), counts, source, date.fromisoformat(checked),
            None if fold == "-" else int(fold), fold_source, thread == "yes",
        )
        for channel, most, counts, source, checked, fold, fold_source, thread in cells
    }  # fmt: skip
