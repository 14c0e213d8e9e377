"""Files given to ``import``, read and proved: whose account each part is, and which lines are new.

A line's identity is HMAC-SHA256 under the vault's line key over what the importers say makes a line
itself, and its number among equal lines of the day. The ledger holds only that: without the vault
nobody can test whether a known person paid.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import NamedTuple

from compliance.errors import InputError, UsageError
from compliance.i18n import _
from compliance.importers.accounts import bare, own_number
from compliance.importers.identity import with_occurrences
from compliance.importers.model import Balances, Context, Statement, StatementLine
from compliance.importers.reading import identified, read_statements, try_apart
from compliance.importers.source import Source
from compliance.intake import coverage
from compliance.ledger.books import Books
from compliance.ledger.lines import Known
from compliance.periods import ONE_DAY
from compliance.profiles import CsvProfile

CHUNK = 1000
"""Lines looked up at once: memory stays flat whatever the file's length."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How to read: CSV profiles by name, the one to use, balances that a person typed.

    The keys of ``openings`` and ``closings`` are accounts as people name them, by their id in the books
    or their number; the empty one is the only account of a file. Values are minor units.
    """

    profiles: Mapping[str, CsvProfile]
    profile: str = ""
    openings: Mapping[str, int] = field(default_factory=dict)
    closings: Mapping[str, int] = field(default_factory=dict)


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


class Screened(NamedTuple):
    """A line with its identity. ``known``: it is in the books; ``written``: it was once."""

    line: StatementLine
    identity: str
    written: bool
    known: bool


def read(sources: Iterable[Source], books: Books, reading: Reading) -> list[Offered]:
    """All parts of all files, in order. ``InputError`` for the first file that is wrong in any way."""
    # Old statements of a closed account are welcome; of two accounts with one number the open one counts.
    accounts = sorted(books.accounts.items(), key=lambda pair: pair[1].closed_on is None)
    own = {bare(item.number): (entity, item.currency or "") for entity, item in accounts if item.number}
    currencies = {number: currency for number, (_entity, currency) in own.items()}
    balances = given = _balances(books, reading)
    found: list[Offered] = []
    for source in sources:
        context = Context(currencies, reading.profiles, reading.profile, balances)
        try:
            try_apart(source, replace(context, any_account=True))
            statements = _statements(source, context)
        except InputError:
            _explain_unknown_account(source, currencies, context)
            raise
        name = identified(source, context).NAME
        found += [Offered(source, name, own[item.account][0], item) for item in statements]
        balances = _after(balances, statements)
    _check_typed(given, found)
    return found


def _after(balances: Balances, statements: Sequence[Statement]) -> Balances:
    """For the next file: it may go on where this one ends, and an opening was typed for the first of an account."""
    ends = {(item.account, item.period.end): item.closing_minor for item in statements}
    used = {item.account for item in statements} | {""}
    openings = {name: minor for name, minor in balances.openings.items() if name not in used}
    return Balances(openings, balances.closings, {**balances.carried, **ends})


def _balances(books: Books, reading: Reading) -> Balances:
    """What was typed, by account number, and how the loaded statements end."""
    numbers = {entity: bare(item.number) for entity, item in books.accounts.items() if item.number}
    known = set(numbers.values())

    def by_number(typed: Mapping[str, int]) -> dict[str, int]:
        return {numbers.get(name) or own_number(name, known): minor for name, minor in typed.items()}

    carried = {
        (numbers[account], item.last_on + ONE_DAY): item.closing_minor
        for account, items in coverage.loaded(books).items()
        if account in numbers
        for item in items
    }
    return Balances(by_number(reading.openings), by_number(reading.closings), carried)


def _check_typed(balances: Balances, found: Sequence[Offered]) -> None:
    """A balance typed for an account that no file has is a slip."""
    accounts = {part.statement.account for part in found}
    for option, typed in (("--opening", balances.openings), ("--closing", balances.closings)):
        if unknown := sorted(set(typed) - accounts - {""}):
            raise UsageError(
                _("{option}: no statement is of the account {account}").format(
                    option=option, account=unknown[0][:40]
                ),
                remedy=_("The files have: {accounts}").format(accounts=", ".join(sorted(accounts))),
            )


def _statements(source: Source, context: Context) -> list[Statement]:
    return read_statements(
        source,
        accounts=context.accounts,
        profiles=context.profiles,
        profile=context.profile,
        balances=context.balances,
    )


def _explain_unknown_account(source: Source, currencies: Mapping[str, str], context: Context) -> None:
    """If the file is whole and only its account is unknown, raise with the exact command that records it."""
    try:
        statements = _statements(source, replace(context, accounts=None))
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
    number, keyed = part.statement.account, hmac.new(key, digestmod="sha256")
    numbered = with_occurrences(number, part.statement.lines(), by_day=part.statement.by_day)
    while chunk := list(islice(numbered, CHUNK)):
        identities = [line_identity(keyed, identity, occurrence) for _line, identity, occurrence in chunk]
        found = lookup(identities)
        yield [
            Screened(line, identity, identity in found.written, identity in found.standing)
            for (line, _input, _number), identity in zip(chunk, identities, strict=True)
        ]


def line_identity(keyed: hmac.HMAC, identity: bytes, occurrence: int) -> str:
    """The keyed digest that stands in the ledger, in hexadecimal; ``keyed`` has the key and no text yet."""
    digest = keyed.copy()
    digest.update(b"%b#%d" % (identity, occurrence))
    return digest.hexdigest()
