"""Finding the exact words in a text, and saying in people's words how other words differ.

Only white space and line breaks are evened out (and canonically equivalent letters, which Unicode
calls the same: й as one character or two). Everything else counts: case, letters that only look
alike, characters that cannot be seen.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Literal

from compliance.i18n import _

# Letters of other scripts that look like these Latin ones (from Unicode's confusables, UTS 39, as far
# as a Russian or English label needs them).
_ALIKE = {
    ord(pair[0]): pair[1]
    for pair in (
        "АA ВB СC ЕE НH ІI ЈJ КK МM ОO РP ЅS ТT ХX УY аa сc еe оo рp хx уy іi јj ѕs ԁd һh ԛq ԝw ΑA"
        " ΒB ΕE ΖZ ΗH ΙI ΚK ΜM ΝN ΟO ΡP ΤT ΥY ΧX οo νv"
    ).split()
}
_BREAK = re.compile(r"[\r\n\v\f\x85\u2028\u2029]")
_HYPHENATED = re.compile("[^\\W\\d_][-\N{HYPHEN}\N{SOFT HYPHEN}]$")
_PARTED = re.compile("[-\N{HYPHEN}\N{SOFT HYPHEN}]\\s")  # only then a line may end within a word
_SPACE = re.compile(r"\s+")
_WORD = re.compile(r"\S+")
_STRETCH = re.compile(r"\S+(?: \S+)*")  # what stays as it is, since nothing in it is evened out
OVERRIDES = frozenset("\u202d\u202e")
_ISOLATES = frozenset("\u2066\u2067\u2068")
_OPENING = OVERRIDES | _ISOLATES | frozenset("\u202a\u202b")
_POP, _POP_ISOLATE = "\u202c", "\u2069"
_STROKES = re.compile("[\u0334-\u0338]")  # laid over a letter, as plain text strikes it through
_LONGEST_SEARCH = 30_000  # words looked at for something similar
_MOST_MATCHES = 20
_SIMILAR = 0.45  # share of the label's words that make a passage "the label, but altered"


@dataclass(frozen=True, slots=True)
class Span:
    """Characters ``start`` to ``end`` (half-open) of piece number ``piece``."""

    piece: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Flat:
    """Pieces of text as one string with single spaces, and the way back to the pieces."""

    text: str
    positions: tuple[int, ...]  # where each kept stretch of characters begins in ``text``
    origins: tuple[tuple[int, int], ...]  # its piece and its first character there

    def spans(self, start: int, end: int) -> tuple[Span, ...]:
        """What ``text[start:end]`` is in the pieces, in order, one span a piece."""
        found: list[Span] = []
        at = start
        while at < end:
            index = bisect_right(self.positions, at) - 1
            begin = self.positions[index]
            stop = self.positions[index + 1] if index + 1 < len(self.positions) else len(self.text)
            stop = min(stop, end)
            piece, first = self.origins[index]
            span = Span(piece, first + at - begin, first + stop - begin)
            if found and found[-1].piece == piece:
                span = Span(piece, found.pop().start, span.end)
            found.append(span)
            at = stop
        return tuple(found)


Hyphens = Literal["as they are", "joined", "kept"]
"""What to make of a hyphen at the end of a line: nothing, a word that goes on, a word with its own hyphen."""


def flatten(pieces: Iterable[str], hyphens: Hyphens = "as they are") -> Flat:
    """``pieces`` in reading order; a break between two of them must be in their own text."""
    joiner = _Joiner()
    words = _STRETCH if hyphens == "as they are" else _WORD
    for number, piece in enumerate(pieces):
        at = 0
        for word in words.finditer(piece):
            if word.start() > at:
                joiner.space(number, at, broken=_BREAK.search(piece, at, word.start()) is not None)
            if hyphens == "as they are":
                joiner.add(word[0], number, word.start())
            else:
                joiner.go_on(word[0], number, word.start(), kept=hyphens == "kept")
            at = word.end()
        if at < len(piece):
            joiner.space(number, at, broken=_BREAK.search(piece, at) is not None)
    return Flat("".join(joiner.parts), tuple(joiner.positions), tuple(joiner.origins))


class _Joiner:
    """Puts words and spaces together, with the way back."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.positions: list[int] = []
        self.origins: list[tuple[int, int]] = []
        self.length = 0
        self.broken = False  # the last space holds a line break

    def add(self, text: str, piece: int, at: int) -> None:
        if text:
            self.positions.append(self.length)
            self.origins.append((piece, at))
            self.parts.append(text)
            self.length += len(text)

    def space(self, piece: int, at: int, *, broken: bool) -> None:
        if self.parts and self.parts[-1] != " ":
            self.add(" ", piece, at)
            self.broken = False
        self.broken = self.broken or broken

    def go_on(self, word: str, piece: int, at: int, *, kept: bool) -> None:
        """A word that may be the rest of one that a hyphen at a line's end parted."""
        if (
            len(self.parts) > 1
            and self.parts[-1] == " "
            and self.broken
            and _HYPHENATED.search(self.parts[-2])
        ):
            self._take_back()
            if not kept:
                self.parts[-1] = self.parts[-1][:-1]
                self.length -= 1
            elif self.parts[-1][-1] != "-":
                self.parts[-1] = self.parts[-1][:-1] + "-"
        self.add(word, piece, at)

    def _take_back(self) -> None:
        self.parts.pop()
        self.positions.pop()
        self.origins.pop()
        self.length -= 1


def located(
    pieces: Sequence[str], text: str, plain: Flat | None = None
) -> tuple[Flat, list[tuple[Span, ...]]]:
    """The flat text and where ``text`` stands in it; words that a line's end parts count as whole ones. ``plain``: the
    flat text, where it is known."""
    plain = flatten(pieces) if plain is None else plain
    found = occurrences(plain, text)
    if found or not _PARTED.search("".join(pieces)):
        return plain, found
    ways: tuple[Hyphens, ...] = ("joined", "kept")
    for hyphens in ways:
        flat = flatten(pieces, hyphens)
        found = occurrences(flat, text)
        if found:
            return flat, found
    return plain, []


def normal(text: str) -> str:
    """White space evened out, canonically composed."""
    return _SPACE.sub(" ", unicodedata.normalize("NFC", text)).strip()


def occurrences(flat: Flat, text: str) -> list[tuple[Span, ...]]:
    """Each place where exactly ``text`` stands, not inside longer words; at most twenty."""
    wanted = normal(text)
    forms = dict.fromkeys((wanted, unicodedata.normalize("NFD", wanted), _SPACE.sub(" ", text).strip()))
    found: list[tuple[Span, ...]] = []
    for form in forms:
        at = flat.text.find(form)
        while at >= 0 and len(found) < _MOST_MATCHES:
            end = at + len(form)
            if not _inside_word(flat.text, at, end):
                found.append(flat.spans(at, end))
            at = flat.text.find(form, at + 1)
    return found


def _inside_word(text: str, start: int, end: int) -> bool:
    before = start > 0 and text[start - 1].isalnum() and text[start].isalnum()
    after = end < len(text) and text[end].isalnum() and text[end - 1].isalnum()
    combined = end < len(text) and unicodedata.combining(text[end]) != 0
    return before or after or combined


def nearest(flat: Flat, text: str) -> tuple[int, int] | None:
    """Where in ``flat.text`` a passage begins and ends that is the label in other words, or ``None``."""
    words = [match for match, _n in zip(re.finditer(r"\S+", flat.text), range(_LONGEST_SEARCH), strict=False)]
    keys = [_key(match[0]) for match in words]
    wanted = [_key(word) for word in normal(text).split()]
    matcher = SequenceMatcher(None, keys, wanted, autojunk=False)
    blocks = _closest([(a, b, size) for a, b, size in matcher.get_matching_blocks()], len(wanted))
    if not blocks or sum(size for _a, _b, size in blocks) < _SIMILAR * len(wanted):
        return None
    (first, skipped, _size), (last, reached, size) = blocks[0], blocks[-1]
    # Words at the edges may be the altered ones; take them along where only few are missing.
    start = max(0, first - skipped) if skipped <= 2 else first
    left = len(wanted) - (reached + size)
    end = min(len(words), last + size + (left if left <= 2 else 0))
    return words[start].start(), words[end - 1].end()


def _closest(blocks: list[tuple[int, int, int]], wanted: int) -> list[tuple[int, int, int]]:
    """The matching blocks near the largest one: equal words far away belong to something else."""
    real = [block for block in blocks if block[2]]
    if not real:
        return []
    core = max(real, key=lambda block: block[2])
    return [block for block in real if abs(block[0] - core[0]) <= 2 * wanted]


@lru_cache(maxsize=65536)
def _key(word: str) -> str:
    """A word for comparing what is meant, not how it is written."""
    return "".join(char for char in skeleton(word).casefold() if char.isalnum()) or word


def skeleton(text: str) -> str:
    """Look-alike letters made equal, invisible characters dropped."""
    seen = "".join(char for char in unicodedata.normalize("NFC", text) if not invisible(char))
    return seen.translate(_ALIKE)


def invisible(char: str) -> bool:
    """Zero-width, bidirectional and other format characters, and controls other than white space."""
    return unicodedata.category(char) in ("Cf", "Cc", "Cs", "Co", "Cn") and not char.isspace()


class Overrides:
    """Which mark that overrides the direction of letters is in force, character by character (UAX 9, X1 to X8)."""

    def __init__(self) -> None:
        self._open: list[str] = []

    @property
    def mark(self) -> str:
        """The mark that turns what comes next, empty where none does."""
        return self._open[-1] if self._open and self._open[-1] in OVERRIDES else ""

    def take(self, text: str) -> None:
        for char in text:
            if char in _OPENING:
                self._open.append(char)
            elif char == _POP and self._open and self._open[-1] not in _ISOLATES:
                self._open.pop()
            elif char == _POP_ISOLATE and any(item in _ISOLATES for item in self._open):
                while self._open.pop() not in _ISOLATES:
                    pass

    def end(self) -> None:
        """The paragraph is over, and with it everything that was opened in it."""
        self._open.clear()


def difference(prescribed: str, found: str) -> str:
    """How ``found`` differs from ``prescribed``, word by word, in one or two sentences."""
    prescribed, found = normal(prescribed), normal(found)
    if _STROKES.search(found) and normal(_STROKES.sub("", found)) == prescribed:
        return _("they are struck through")
    hidden = sorted({char for char in found if invisible(char)})
    turning = ", ".join(f"U+{ord(char):04X}" for char in hidden if char in OVERRIDES)
    if turning:
        return _("marks that cannot be seen turn the letters round: {names}").format(names=turning)
    if hidden and normal("".join(char for char in found if not invisible(char))) == prescribed:
        names = ", ".join(f"U+{ord(char):04X}" for char in hidden)
        return _("invisible characters stand among the letters: {names}").format(names=names)
    if skeleton(found) == skeleton(prescribed):
        return _alike(prescribed, found)
    return _words(prescribed, found)


def _alike(prescribed: str, found: str) -> str:
    pairs = zip(prescribed.split(), found.split(), strict=False)
    word, other = next(((one, two) for one, two in pairs if one != two), ("", ""))
    if not word:
        return _("the same letters are written in two ways")
    here, there = next((one, two) for one, two in zip(word, other, strict=False) if one != two)
    return _("letters that only look alike: in “{word}” stands {found} instead of {right}").format(
        word=shown(word), found=_letter(there), right=_letter(here)
    )


def _letter(char: str) -> str:
    """``“H” (Latin)``: the script tells look-alikes apart; what has none is named by its number."""
    script = unicodedata.name(char, "").split(" ")[0]
    known = {"LATIN": _("Latin"), "CYRILLIC": _("Cyrillic"), "GREEK": _("Greek")}
    what = known.get(script, f"U+{ord(char):04X}")
    return _("“{char}” ({what})").format(char=char, what=what)


def _words(prescribed: str, found: str) -> str:
    right, other = prescribed.split(), found.split()
    said = []
    for tag, a, b, c, d in SequenceMatcher(None, right, other, autojunk=False).get_opcodes():
        wanted, given = shown(" ".join(right[a:b])), shown(" ".join(other[c:d]))
        if tag == "replace":
            said.append(_("instead of “{wanted}” stands “{given}”").format(wanted=wanted, given=given))
        elif tag == "delete":
            said.append(_("“{wanted}” is missing").format(wanted=wanted))
        elif tag == "insert":
            said.append(_("“{given}” is too much").format(given=given))
    return "; ".join(said[:6]) + ("; …" if len(said) > 6 else "")


def shown(text: str, limit: int = 120) -> str:
    """Text from a file, safe to show: what cannot be seen is named, what is long is cut."""
    text = "".join(f"[U+{ord(char):04X}]" if invisible(char) else char for char in normal(text))
    return text if len(text) <= limit else text[: limit - 1] + "…"
