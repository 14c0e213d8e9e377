"""What a paper says, read back word by word and compared with what a report was to say.

The paper may be ours (PDF, XLSX, DOCX), a filled blank, or the copy that an authority published (PDF, a saved
page). Its words and figures are laid beside those of the report's contents in order, and each cell is found
again or told with what stands in its place. Figures are compared by their digits, however they are grouped.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from compliance.reports import blanks
from compliance.reports.annex import LONG
from compliance.reports.words import NOTHING, decimals_of

_MOST = 4_000_000
_ANCHOR = 4
_AHEAD = 2_000
"""Rows of so many words are looked for whole, so far ahead."""
_LONG = 12
"""So many letters are found among others without doubt."""
_WORD = re.compile(r"\d[\d.,]*|[^\W\d_]+|[-\u2212\u2013\u2014(]")
_INDIAN = re.compile(r"\d{1,3}(?:,\d{2,3})*,\d{3}(?:\.\d+)?\Z")
_GROUPED = re.compile(r"\d{1,3}(?:[.,]\d{3})+\Z")
_HYPHEN = re.compile("[\u00ad\ufffe\x02]")
"""What readers of PDF make of a hyphen that the line breaking put in."""
_DASHES = "-\u2212\u2013\u2014"


@dataclass(frozen=True, slots=True)
class Compared:
    """One cell of the report: ``expected`` as it was to be printed, ``found`` what stands there (empty: nothing
    that can be told), ``same`` whether it is that."""

    cell: str
    caption: str
    expected: str
    found: str
    same: bool


@dataclass(frozen=True, slots=True)
class Token:
    """A word or a group of digits; ``cell`` it belongs to, empty for the words around; ``row`` counts rows."""

    word: str
    cell: str = ""
    row: int = 0


def compare(content: Mapping[str, Any], texts: Iterable[str]) -> list[Compared]:
    """Every cell that prints something, in the report's order. ``content`` as in `contents`, ``texts`` the
    paper's in reading order."""
    paper = [word for text in texts for word in words(text)][:_MOST]
    found = _compared(content, paper)
    last = _lists_last(content)
    if last is None or all(item.same for item in found):
        return found
    other = _compared(last, paper)
    return min(found, other, key=lambda items: sum(not item.same for item in items))


def _lists_last(content: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The same with long lists behind all else, as annexes stand; ``None`` where there is no long list."""
    long = [section for section in content["sections"] if len(section["rows"]) > LONG]
    if not long:
        return None
    return {**content, "sections": [*(item for item in content["sections"] if item not in long), *long]}


def _compared(content: Mapping[str, Any], paper: list[str]) -> list[Compared]:
    decimals = decimals_of(content["currency"], content["unit_minor"])
    wanted = list(_wanted(content, decimals))
    at = _aligned([token.word for token in wanted], _rows(wanted), paper)
    cells: dict[str, list[int]] = {}
    for index, token in enumerate(wanted):
        if token.cell:
            cells.setdefault(token.cell, []).append(index)
    printed = _printed(content, decimals)
    captions = _captions(content)
    return [
        Compared(cell, captions.get(cell, ""), printed[cell], *_found(spots, at, paper, printed[cell]))
        for cell, spots in cells.items()
    ]


def _rows(wanted: Sequence[Token]) -> list[tuple[int, int]]:
    """[start, end) of each row's tokens, words before its cells among them."""
    found, start = [], 0
    for at, token in enumerate(wanted):
        if at and wanted[at - 1].row != token.row:
            found.append((start, at))
            start = at
    return [*found, (start, len(wanted))]


def _aligned(ours: list[str], rows: Sequence[tuple[int, int]], paper: list[str]) -> dict[int, int]:
    """Where each of our tokens stands in the paper. Rows that stand there whole are found first, in order, so that
    a text that many rows repeat misleads nobody; what lies between them is laid side by side."""
    at: dict[int, int] = {}
    done, place = 0, 0
    for start, end in rows:
        row = ours[start:end]
        spot = _whole(row, paper, place) if len(row) >= _ANCHOR else None
        if spot is None:
            continue
        _side_by_side(ours, (done, start), paper, (place, spot), at)
        at.update({start + step: spot + step for step in range(len(row))})
        done, place = end, spot + len(row)
    _side_by_side(ours, (done, len(ours)), paper, (place, len(paper)), at)
    return at


def _whole(row: list[str], paper: list[str], place: int) -> int | None:
    last = min(len(paper) - len(row), place + _AHEAD)
    return next(
        (
            spot
            for spot in range(place, last + 1)
            if paper[spot] == row[0] and paper[spot : spot + len(row)] == row
        ),
        None,
    )


def _side_by_side(
    ours: list[str], mine: tuple[int, int], paper: list[str], theirs: tuple[int, int], at: dict[int, int]
) -> None:
    matcher = SequenceMatcher(None, ours[slice(*mine)], paper[slice(*theirs)], autojunk=False)
    for block in matcher.get_matching_blocks():
        for step in range(block.size):
            at[mine[0] + block.a + step] = theirs[0] + block.b + step


def _found(spots: list[int], at: Mapping[int, int], paper: list[str], expected: str) -> tuple[str, bool]:
    """(what stands in the place of a cell, whether that is what was expected)."""
    places = [at.get(spot) for spot in spots]
    known = [place for place in places if place is not None]
    whole = len(known) == len(places) and known == list(range(known[0], known[0] + len(known)))
    if whole:
        return expected, True
    before = next((at[spot] for spot in range(spots[0] - 1, -1, -1) if spot in at), -1)
    after = next(
        (at[spot] for spot in range(spots[-1] + 1, max(at, default=-1) + 1) if spot in at), len(paper)
    )
    between = paper[before + 1 : after]
    # A narrow column breaks a long word, or a number, over several lines, with a hyphen or without.
    own = _joined(words(expected))
    if own and own == _joined(between):
        return expected, True
    # Two cells whose texts touch are one word to some readers; a figure must stand alone.
    if any(char.isalpha() for char in own) and own in _joined(between):
        return expected, True
    near = paper[before + 1 : max(after, before + 1 + 4 * len(spots) + 40)]
    if len(own) >= _LONG and not own.isdigit() and own in _joined(near):
        return expected, True
    return (" ".join(between) if len(between) <= 2 * len(spots) + 6 else ""), False


def _joined(tokens: Iterable[str]) -> str:
    return "".join(token for token in tokens if token != NOTHING)


def texts(data: bytes, name: str) -> list[str]:
    """The texts of a paper in reading order, read in the limited child. ``InputError`` for what cannot be read."""
    return blanks.words_of(data, name, whole=True)


def words(text: str) -> Iterator[str]:
    """Words in small letters, digits in groups of three from the right, a lone dash as the nothing it stands for."""
    plain = unicodedata.normalize("NFKC", _HYPHEN.sub("", text)).casefold()
    for match in _WORD.finditer(plain):
        word = match[0]
        if word[0].isdigit():
            found = list(_digits(word.rstrip(".,")))
            yield from [NOTHING] if found == ["0"] else found
        elif word in _DASHES:
            ahead = plain[match.end() : match.end() + 1]
            yield "-" if ahead.isdigit() else NOTHING
        elif word != "(":
            yield word


def _digits(word: str) -> Iterator[str]:
    whole, fraction = word, ""
    if _INDIAN.match(word):
        whole, _point, fraction = word.replace(",", "").partition(".")
    elif not _GROUPED.match(word):
        parts = re.split(r"[.,]", word)
        whole, fraction = ("".join(parts[:-1]), parts[-1]) if len(parts) == 2 else (word, "")
        if len(parts) > 2:  # a day, a number of a rule: each part for itself
            yield from parts
            return
    whole = re.sub(r"[.,]", "", whole)
    head = len(whole) % 3
    yield from ([whole[:head]] if head else [])
    yield from (whole[start : start + 3] for start in range(head, len(whole), 3))
    if fraction := fraction.rstrip("0"):
        yield f".{fraction}"


def _wanted(content: Mapping[str, Any], decimals: int) -> Iterator[Token]:
    printed = _printed(content, decimals)
    number = 0
    for section in content["sections"]:
        number += 1
        yield from (
            Token(word, "", number) for word in words(f"{section['caption']} {section.get('group', '')}")
        )
        for row in section["rows"]:
            number += 1
            yield from (Token(word, "", number) for word in words(row["caption"]))
            for cell, _value in row["cells"]:
                yield from (Token(word, cell, number) for word in words(printed[cell]))


def _printed(content: Mapping[str, Any], decimals: int) -> dict[str, str]:
    """Cell -> its digits or words; nothing for what the report does not know."""
    return {
        cell: _number(value, decimals) if isinstance(value, int) else str(value or "")
        for section in content["sections"]
        for row in section["rows"]
        for cell, value in row["cells"]
    }


def _number(units: int, decimals: int) -> str:
    digits = str(abs(units)).rjust(decimals + 1, "0")
    whole, fraction = (digits[:-decimals], digits[-decimals:]) if decimals else (digits, "")
    return ("-" if units < 0 else "") + whole + (f".{fraction}" if fraction else "")


def _captions(content: Mapping[str, Any]) -> dict[str, str]:
    """Row and, where there are several, column; of a list the section and the column."""
    found = {}
    for section in content["sections"]:
        columns = section["columns"] if len(section["columns"]) > 1 else []
        for row in section["rows"]:
            for at, (cell, _value) in enumerate(row["cells"]):
                column = columns[at] if at < len(columns) else ""
                found[cell] = ", ".join(
                    str(text) for text in (row["caption"] or section["caption"], column) if text
                )
    return found
