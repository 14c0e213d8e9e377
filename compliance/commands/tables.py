"""A table that fits the screen: long texts wrap between words, money, days and ids never do.

Where even the words do not fit side by side, each row becomes a block of its own, one line a column.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.cells import cell_len

_GAPS = ("  ", " ")
"""Between columns; the second where only that fits."""
_LONGEST_WORD = 64
"""A word up to this stays whole wherever a line has room for it: ids and digests are no longer."""


@dataclass(frozen=True, slots=True)
class Field:
    """A column of ready texts. ``whole`` texts never wrap; ``right`` stand at the right edge."""

    title: str
    texts: Sequence[str]
    whole: bool = False
    right: bool = False

    @property
    def natural(self) -> int:
        return max(cell_len(text) for text in (self.title, *self.texts))

    @property
    def least(self) -> int:
        """The narrowest that keeps every word whole."""
        if self.whole:
            return self.natural
        words = (word for text in (self.title, *self.texts) for word in text.split(" "))
        return max(min(cell_len(word), _LONGEST_WORD) for word in words)


def laid_out(fields: Sequence[Field], width: int) -> Iterator[str]:
    """The lines of a table of at most ``width`` cells, or of blocks where no table fits."""
    least = sum(field.least for field in fields)
    for gap in _GAPS:
        room = width - len(gap) * (len(fields) - 1)
        if least <= room:
            yield from _table(fields, _shared(fields, room), gap)
            return
    yield from _blocks(fields, width)


def _table(fields: Sequence[Field], widths: Sequence[int], gap: str) -> Iterator[str]:
    yield from _row([field.title for field in fields], fields, widths, gap)
    yield gap.join("─" * size for size in widths)
    for texts in zip(*(field.texts for field in fields), strict=True):
        yield from _row(texts, fields, widths, gap)


def _shared(fields: Sequence[Field], room: int) -> list[int]:
    """Each column its least; what is left goes, cell by cell, to the one whose texts lack the most."""
    widths, wanted = [field.least for field in fields], [field.natural for field in fields]
    left = min(room, sum(wanted)) - sum(widths)
    for _cell in range(left):
        at = max(range(len(widths)), key=lambda index: wanted[index] / widths[index] if widths[index] else 1)
        widths[at] += 1
    return widths


def _row(texts: Sequence[str], fields: Sequence[Field], widths: Sequence[int], gap: str) -> Iterator[str]:
    wrapped = [wrap(text, size) for text, size in zip(texts, widths, strict=True)]
    for number in range(max(map(len, wrapped))):
        pieces = (lines[number] if number < len(lines) else "" for lines in wrapped)
        padded = [
            " " * (size - cell_len(piece)) + piece if field.right else piece + " " * (size - cell_len(piece))
            for piece, field, size in zip(pieces, fields, widths, strict=True)
        ]
        yield gap.join(padded).rstrip(" ")


def _blocks(fields: Sequence[Field], width: int) -> Iterator[str]:
    """``Title  text`` a line; texts wrap under themselves; an empty line between rows."""
    fields = _joined(fields)
    margin = min(max(cell_len(field.title) for field in fields), width // 3)
    for number, texts in enumerate(zip(*(field.texts for field in fields), strict=True)):
        if number:
            yield ""
        for field, text in zip(fields, texts, strict=True):
            if not text:
                continue
            title, first = field.title + " " * (margin - cell_len(field.title)), ""
            if cell_len(title) > margin:
                yield title
                title = " " * margin
            for first in wrap(text, max(width - margin - 2, 1)):
                yield f"{title}  {first}"
                title = " " * margin


def _joined(fields: Sequence[Field]) -> list[Field]:
    """A column without a title (the currency of an amount) said together with the one before it."""
    joined: list[Field] = []
    for field in fields:
        if joined and not field.title:
            pairs = zip(joined[-1].texts, field.texts, strict=True)
            together = [f"{before}\u00a0{text}".strip("\u00a0") for before, text in pairs]
            joined[-1] = Field(joined[-1].title, together)
        else:
            joined.append(field)
    return joined


def wrap(text: str, width: int) -> list[str]:
    """Lines of at most ``width`` cells, broken at spaces (not at no-break ones); longer words are folded."""
    lines, line = [], ""
    for word in text.split(" "):
        joined = f"{line} {word}" if line else word
        if cell_len(joined) <= width:
            line = joined
            continue
        if line:
            lines.append(line)
        *full, line = _folded(word, width)
        lines += full
    return [*lines, line]


def _folded(word: str, width: int) -> list[str]:
    pieces, piece, used = [], "", 0
    for char in word:
        size = cell_len(char)
        if piece and used + size > width:
            pieces.append(piece)
            piece, used = "", 0
        piece, used = piece + char, used + size
    return [*pieces, piece]
