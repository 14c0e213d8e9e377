"""Whether two lines of two files are the same payment.

The same statement comes back re-encoded, re-wrapped, in another order, or overlapping last week's;
none of that may add a row. Two equal gifts on one day are two payments all the same: equal lines
are numbered within their day, and the number is part of what the ledger compares.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from hashlib import blake2b

from compliance.importers.model import StatementLine

VERSION = b"line/1"
_DROPPED = re.compile(r"[\W_]+")


def normalised(text: str) -> str:
    """Letters and digits only, one case, one form.

    Quotation marks, dashes and line breaks do not survive a change of encoding, look-alike spaces
    and zero-width signs are invisible: none of them tells two payments apart.
    """
    return _DROPPED.sub("", unicodedata.normalize("NFKC", text).casefold())


def line_identity(account: str, line: StatementLine) -> bytes:
    """What makes a line of ``account`` itself, as length-prefixed bytes, independent of file and order.

    Holds personal data: the books keep only a keyed digest of it.
    """
    party = line.counterparty
    parts = (
        account,
        line.on.isoformat(),
        str(line.amount_minor),
        line.currency,
        normalised(line.bank_ref),
        normalised(party.account),
        normalised(party.tax_id),
        normalised(party.name),
        normalised(line.purpose),
    )
    encoded = [part.encode("utf-8", "surrogatepass") for part in parts]
    return VERSION + b"".join(len(part).to_bytes(4, "big") + part for part in encoded)


def with_occurrences(
    account: str, lines: Iterable[StatementLine], *, by_day: bool = False
) -> Iterator[tuple[StatementLine, bytes, int]]:
    """Each line with its identity and its number (from 1) among the equal lines of its day.

    ``by_day`` (of `Statement`) promises that equal days stand together: then only one day's
    numbers are kept in memory.
    """
    seen: defaultdict[bytes, int] = defaultdict(int)
    today: date | None = None
    for line in lines:
        if by_day and line.on != today:
            seen.clear()
            today = line.on
        identity = line_identity(account, line)
        key = blake2b(identity, digest_size=16).digest()
        seen[key] += 1
        yield line, identity, seen[key]
