"""Whether two lines of two files are the same payment.

The same statement comes back re-encoded, re-wrapped, in another order, or overlapping last week's;
none of that may add a row. Two equal gifts on one day are two payments all the same: equal lines
are numbered within their day, and the number is part of what the ledger compares.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from hashlib import blake2b
from itertools import islice

from compliance.importers.model import StatementLine

VERSION = "line/1"
_FIELDS = 5
"""The texts that make a line itself (``_told``)."""
# The line feed parts the fields and must survive.
_KEPT = re.compile(r"[\w\n]+")
# Most statements are of these letters; bytes are sifted much faster than letters.
_LETTERS = "windows-1251"
_DROPPED = bytes(code for code in range(256) if not _KEPT.match(bytes([code]).decode(_LETTERS, "replace")))
_AT_ONCE = 1000


def normalised(text: str) -> str:
    """Letters and digits (and line feeds) only, one case, one form.

    Quotation marks, dashes, № and spaces do not survive a change of encoding or a new line break,
    zero-width signs are invisible: none of them tells two payments apart.
    """
    text = _plain(text)
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text).replace("_", "")
    return _sifted(text.casefold())


def _plain(text: str) -> str:
    return text.replace("_", "").replace("№", "")


def _sifted(text: str) -> str:
    try:
        return text.encode(_LETTERS).translate(None, _DROPPED).decode(_LETTERS)
    except UnicodeEncodeError:
        return "".join(_KEPT.findall(text))


def line_identity(account: str, line: StatementLine) -> bytes:
    """What makes a line of ``account`` itself, independent of file and order.

    Holds personal data: the books keep only a keyed digest of it.
    """
    text = "\n".join(_told(line))
    if text.count("\n") != _FIELDS - 1:
        text = "\n".join(part.replace("\n", " ") for part in _told(line))
    return (_head(account, line) + normalised(text)).encode("utf-8", "surrogatepass")


def line_identities(account: str, lines: Sequence[StatementLine]) -> list[bytes]:
    """``line_identity`` of each, their texts normalised at once where no line needs more than that."""
    text = _plain("\n".join([part for line in lines for part in _told(line)]))
    if text.count("\n") != _FIELDS * len(lines) - 1 or not unicodedata.is_normalized("NFKC", text):
        return [line_identity(account, line) for line in lines]
    parts = iter(_sifted(text.casefold()).split("\n"))
    fields = zip(*[parts] * _FIELDS, strict=True)
    return [
        (_head(account, line) + "\n".join(told)).encode("utf-8", "surrogatepass")
        for line, told in zip(lines, fields, strict=True)
    ]


def _told(line: StatementLine) -> tuple[str, str, str, str, str]:
    party = line.counterparty
    return line.bank_ref, party.account, party.tax_id, party.name, line.purpose


def _head(account: str, line: StatementLine) -> str:
    return f"{VERSION}\n{account}\n{line.on.isoformat()}\n{line.amount_minor}\n{line.currency}\n"


def with_occurrences(
    account: str, lines: Iterable[StatementLine], *, by_day: bool = False
) -> Iterator[tuple[StatementLine, bytes, int]]:
    """Each line with its identity and its number (from 1) among the equal lines of its day.

    ``by_day`` (of `Statement`) promises that equal days stand together: then only one day's
    numbers are kept in memory.
    """
    seen: dict[bytes, int] = {}
    today: date | None = None
    rest = iter(lines)
    while chunk := list(islice(rest, _AT_ONCE)):
        for line, identity in zip(chunk, line_identities(account, chunk), strict=True):
            if by_day and line.on != today:
                seen = {}
                today = line.on
            key = identity if by_day else blake2b(identity, digest_size=16).digest()
            seen[key] = number = seen.get(key, 0) + 1
            yield line, identity, number
