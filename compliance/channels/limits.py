"""How long a post may be on a channel. Facts of the channels, not of the law; each with its source and day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

_FILE = Path(__file__).with_name("limits.tsv")


@dataclass(frozen=True, slots=True)
class Limit:
    """``most`` in ``counts``: ``utf16`` code units (an emoji is two and more) or ``characters``."""

    channel: str
    most: int
    counts: str
    source: str
    checked: date

    def length(self, text: str) -> int:
        """As the channel counts; spaces at the ends are cut off there."""
        text = text.strip()
        return len(text.encode("utf-16-le")) // 2 if self.counts == "utf16" else len(text)


@cache
def limits() -> dict[str, Limit]:
    lines = _FILE.read_text(encoding="utf-8").splitlines()
    cells = (line.split("\t") for line in lines if line and not line.startswith("#"))
    return {
        channel: Limit(channel, int(most), counts, source, date.fromisoformat(checked))
        for channel, most, counts, source, checked in cells
    }
