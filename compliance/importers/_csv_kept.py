"""What a sample of a bank's table may keep: the words of the profile, and days, amounts and currencies."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from compliance.importers.scramble import Span
from compliance.money import SPACES

if TYPE_CHECKING:
    from compliance.profiles import CsvProfile

_ROLES = ("date", "amount", "direction", "fee", "state", "credit", "debit", "balance", "currency")
_PLAIN = re.compile(rf"\s*(?:'?[-+(\u2212]?[0-9][0-9.,:/{SPACES}-]{{0,24}}\)?|[A-Z]{{3}}|)\s*\Z", re.ASCII)
_DAY_OR_AMOUNT = re.compile(
    rf"\s*(?:[0-9]{{1,2}}\.[0-9]{{2}}\.[0-9]{{4}}|[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}|-?[0-9]{{1,3}}(?:[{SPACES}.,]?[0-9]{{3}})*[.,][0-9]{{1,2}})"
    r"(?: [0-9:]{4,8})?\s*\Z",
    re.ASCII,
)
_CURRENCIES = {"RUB", "RUR", "USD", "EUR", "GBP", "CHF", "CNY"}


def kept_cells(text: str, profile: CsvProfile) -> Iterator[Span]:
    """Of the whole text of a CSV."""
    if profile.header.rstrip() not in text:
        return
    words = [word.rstrip(": ") for word in profile.labels.named().values()] + [profile.footer or "\0"]
    columns = profile.columns.named()
    kept = {profile.names.index(columns[role]) for role in _ROLES if role in columns}
    headers = {line.rstrip() for line in (profile.header, profile.under) if line is not None}
    at = 0
    for line in text.splitlines(keepends=True):
        bare = line.rstrip("\r\n")
        if bare.removeprefix("\ufeff").rstrip() in headers:
            yield at, at + len(bare)
        else:
            yield from _of_line(bare, at, profile, words, kept)
        at += len(line)


def _of_line(line: str, at: int, profile: CsvProfile, words: list[str], kept: set[int]) -> Iterator[Span]:
    cells = list(_cells(line, profile))
    labelled = bool(cells) and line[slice(*cells[0])].strip().strip(profile.quote or "\0").startswith(
        tuple(words)
    )
    for number, (start, end) in enumerate(cells):
        cell = line[start:end].strip(profile.quote or "\0")
        if labelled and number == 0:
            word = next(word for word in words if cell.strip().startswith(word))
            begin = line.index(word, start)
            yield at + begin, at + begin + len(word)
        elif (number in kept and (_PLAIN.match(cell) or cell.strip() in profile.words)) or (
            labelled and _DAY_OR_AMOUNT.match(cell)
        ):
            yield at + start, at + end


def _cells(line: str, profile: CsvProfile) -> Iterator[Span]:
    """The cells of a line; a quotation mark without partner runs to its end."""
    start, quoted = 0, False
    for at, sign in enumerate(line):
        if profile.quote and sign == profile.quote:
            quoted = not quoted
        elif sign == profile.delimiter and not quoted:
            yield start, at
            start = at + 1
    yield start, len(line)


def kept_cell(text: str, profiles: Iterable[CsvProfile]) -> bool:
    """Of one cell of a workbook, whose column is not known."""
    if _DAY_OR_AMOUNT.match(text) or text in _CURRENCIES:
        return True
    for profile in profiles:
        words = [word.rstrip(": ") for word in profile.labels.named().values()] + [profile.footer or "\0"]
        if (
            any(text.strip() in row for row in profile.header_rows)
            or text.strip().rstrip(": ") in words
            or text == profile.sheet
            or text.strip() in profile.words
        ):
            return True
    return False
