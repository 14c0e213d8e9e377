"""Files given to ``import``, read and proved: whose account each part is, and which lines are new.

A line's identity is HMAC-SHA256 under the vault's line key over what the importers say makes a line
itself, and its number among equal lines of the day. The ledger holds only that: without the vault
nobody can test whether a known person paid.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from compliance.errors import InputError
from compliance.i18n import _
from compliance.importers.identity import with_occurrences
from compliance.importers.model import Context, Statement, StatementLine
from compliance.importers.reading import identified, read_statements, try_apart
from compliance.importers.source import Source
from compliance.ledger.books import Books
from compliance.ledger.lines import Known
from compliance.profiles import CsvProfile

CHUNK = 1000
"""Lines looked up at once: memory stays flat whatever the file's length."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How to read: CSV profiles by name, the one to use, balances that a person typed (minor units)."""

    profiles: Mapping[str, CsvProfile]
    profile: str = ""
    opening_minor: int | None = None
    closing_minor: int | None = None


@dataclass(frozen=True, slots=True)
class Offered:
    """One account's part of one file. ``account`` is its id in the books, ``format`` the importer's name."""

    source: Source
    format: str
    account: str
    statement: Statement

    @property
    def entity(self) -> str:
        """The id of its ``Statement`` fact: account, first day, the file."""
        start = self.statement.period.start
        return f"{self.account}-{start:%Y%m%d}-{self.source.digest[:8]}"


@dataclass(frozen=True, slots=True)
class Screened:
    """A line with its identity. ``known``: it is in the books; ``written``: it was once."""

    line: StatementLine
    identity: str
    written: bool
    known: bool


def read(sources: Iterable[Source], books: Books, reading: Reading) -> list[Offered]:
    """All parts of all files, in order. ``InputError`` for the first file that is wrong in any way."""
    return [part for source in sources for part in _read(source, books, reading)]


def _read(source: Source, books: Books, reading: Reading) -> list[Offered]:
    # Old statements of a closed account are welcome; of two accounts with one number the open one counts.
    accounts = sorted(books.accounts.items(), key=lambda pair: pair[1].closed_on is None)
    own = {item.number: (entity, item.currency or "") for entity, item in accounts if item.number}
    currencies = {number: currency for number, (_entity, currency) in own.items()}
    try:
        try_apart(source, _context(reading, None))
        statements = _statements(source, currencies, reading)
    except InputError:
        _explain_unknown_account(source, currencies, reading)
        raise
    name = identified(source, _context(reading, currencies)).NAME
    return [Offered(source, name, own[item.account][0], item) for item in statements]


def _context(reading: Reading, currencies: Mapping[str, str] | None) -> Context:
    return Context(
        currencies, reading.profiles, reading.profile, reading.opening_minor, reading.closing_minor
    )


def _statements(source: Source, currencies: Mapping[str, str] | None, reading: Reading) -> list[Statement]:
    return read_statements(
        source,
        accounts=currencies,
        profiles=reading.profiles,
        profile=reading.profile,
        opening_minor=reading.opening_minor,
        closing_minor=reading.closing_minor,
    )


def _explain_unknown_account(source: Source, currencies: Mapping[str, str], reading: Reading) -> None:
    """If the file is whole and only its account is unknown, raise with the exact command that records it."""
    try:
        statements = _statements(source, None, reading)
    except InputError:
        return
    for item in statements:
        if item.account not in currencies:
            raise InputError(
                _("the statement is of an account that is not in the books"),
                place=item.place,
                why=_("Is it yours? Then the books must know its number. Nothing was loaded."),
                remedy=_(
                    "Record it, then import again: compliance record account --id {id} --type asset --class bank "
                    "--currency {currency} --number {number} --title NAME"
                ).format(id=_free_id(currencies), currency=item.currency, number=item.account),
            )


def _free_id(currencies: Mapping[str, str]) -> str:
    return f"a{len(currencies) + 1}"


def screened(part: Offered, key: bytes, lookup: Callable[[Sequence[str]], Known]) -> Iterator[list[Screened]]:
    """The part's lines in chunks, each line with what the books know of it."""
    number = part.statement.account
    numbered = with_occurrences(number, part.statement.lines(), by_day=part.statement.by_day)
    while chunk := list(islice(numbered, CHUNK)):
        identities = [line_identity(key, identity, occurrence) for _line, identity, occurrence in chunk]
        found = lookup(identities)
        yield [
            Screened(line, identity, identity in found.written, identity in found.standing)
            for (line, _input, _number), identity in zip(chunk, identities, strict=True)
        ]


def line_identity(key: bytes, identity: bytes, occurrence: int) -> str:
    """The keyed digest that stands in the ledger, in hexadecimal."""
    return hmac.digest(key, b"%b#%d" % (identity, occurrence), "sha256").hex()
