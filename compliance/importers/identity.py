"""Whether two lines of two files are the same payment.

The same statement comes back re-encoded, re-wrapped, in another order, or overlapping last week's;
none of that may add a row. Two equal gifts on one day are two payments all the same: equal lines
are numbered within their day, and the number is part of what the ledger compares.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import date
from hashlib import blake2b

from compliance.importers.model import StatementLine

VERSION = "line/1"
# The line feed parts the fields and must survive.
_KEPT = re.compile(r"[\w\n]+")


def normalised(text: str) -> str:
    """Letters and digits (and line feeds) only, one case, one form.

    Quotation marks, dashes, № and spaces do not survive a change of encoding or a new line break,
    zero-width signs are invisible: none of them tells two payments apart.
    """
    text = text.replace("_", "").replace("№", "")
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text).replace("_", "")
    return "".join(_KEPT.findall(text.casefold()))


def line_identity(account: str, line: StatementLine) -> bytes:
    """What makes a line of ``account`` itself, independent of file and order.

    Holds personal data: the books keep only a keyed digest of it.
    """
    party = line.counterparty
    parts = (line.bank_ref, party.account, party.tax_id, party.name, line.purpose)
    text = "\n".join(parts)
    if text.count("\n") != len(parts) - 1:
        text = "\n".join(part.replace("\n", " ") for part in parts)
    head = f"{VERSION}\n{account}\n{line.on.isoformat()}\n{line.amount_minor}\n{line.currency}\n"
    return (head + normalised(text)).encode("utf-8", "surrogatepass")


def with_occurrences(
    account: str, lines: Iterable[StatementLine], *, by_day: bool = False
) -> Iterator[tuple[StatementLine, bytes, int]]:
    """Each line with its identity and its number (from 1) among the equal lines of its day.

    ``by_day`` (of `Statement`) promises that equal days stand together: then only one day's
    numbers are kept in memory.
    """
    seen: dict[bytes, int] = {}
    today: date | None = None
    for line in lines:
        if by_day and line.on != today:
            seen = {}
            today = line.on
        identity = line_identity(account, line)
        key = identity if by_day else blake2b(identity, digest_size=16).digest()
        seen[key] = number = seen.get(key, 0) + 1
        yield line, identity, number
