"""What every bank format becomes: `Statement` and its lines; and what a format's module must offer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, NamedTuple, Protocol

from compliance.periods import Period

if TYPE_CHECKING:
    from compliance.importers.source import Source
    from compliance.profiles import CsvProfile


class Party(NamedTuple):
    """The other side, as the bank wrote it; the empty string where it said nothing.

    ``name`` may be a person's. ``country`` (two letters) is what a country column says, or the
    country of a valid IBAN: that of the *account*, a hint and not proof of whose money it is.
    ``ultimate`` names on whose behalf that side pays or is paid, where the bank says so.
    """

    name: str = ""
    tax_id: str = ""
    account: str = ""
    bic: str = ""
    bank_name: str = ""
    country: str = ""
    address: str = ""
    ultimate: str = ""


class StatementLine(NamedTuple):
    """One movement on one own account.

    ``on`` is the bank's own local date of the movement; ``amount_minor`` is positive for money in;
    ``bank_ref`` the document's number; ``kind`` the bank's word for the document; ``place`` is
    FILE:LINE of where the record starts. Texts are outside data, as the bank wrote them.
    """

    on: date
    amount_minor: int
    currency: str
    bank_ref: str
    kind: str
    counterparty: Party
    purpose: str
    place: str


@dataclass(frozen=True, slots=True)
class Statement:
    """One own account over the days of ``period``, proved: opening + lines = closing.

    ``received_minor`` and ``spent_minor`` are both >= 0; ``count`` lines. ``by_day`` says that
    equal days stand together in the file. ``notes`` are translated remarks for the user (another
    encoding than claimed, end marks missing). ``read`` decodes the lines again at each call, so
    that memory does not grow with the file. ``opening_on`` is the day of the opening balance where that
    is all the file says of its first day: the balance at its end, or, with some banks, at its beginning.
    """

    account: str
    currency: str
    period: Period
    opening_minor: int
    closing_minor: int
    received_minor: int
    spent_minor: int
    count: int
    by_day: bool
    place: str
    notes: tuple[str, ...]
    read: Callable[[], Iterator[StatementLine]] = field(repr=False, compare=False)
    opening_on: date | None = None

    def lines(self) -> Iterator[StatementLine]:
        """The lines in the file's order; may be called again."""
        return self.read()


@dataclass(frozen=True, slots=True)
class Balances:
    """Balances that a file may lack, in minor units.

    ``openings`` and ``closings`` were typed by a person: account number -> balance, under the empty
    number that of the only account in the file. ``carried``: (account number, day) -> what the
    statements in the books say it held when the day before ended.
    """

    openings: Mapping[str, int] = field(default_factory=dict)
    closings: Mapping[str, int] = field(default_factory=dict)
    carried: Mapping[tuple[str, date], int] = field(default_factory=dict)

    def opening(self, account: str, *, alone: bool) -> int | None:
        """``alone``: the file has no other statement than this."""
        return self.openings.get(account, self.openings.get("") if alone else None)

    def closing(self, account: str, *, alone: bool) -> int | None:
        return self.closings.get(account, self.closings.get("") if alone else None)


@dataclass(frozen=True, slots=True)
class Context:
    """What the organisation told us, for reading one file.

    ``accounts``: number -> currency of the own accounts; None checks nothing. ``any_account``: statements of others are
    read as well. ``profiles``: CSV profiles by name, ``profile`` the one to use when several fit.
    """

    accounts: Mapping[str, str] | None = None
    profiles: Mapping[str, CsvProfile] = field(default_factory=dict)
    profile: str = ""
    balances: Balances = field(default_factory=Balances)
    any_account: bool = False


class Importer(Protocol):
    """One bank format: a module of this package, or of an entry point in ``compliance.importers``."""

    NAME: str
    SIGN: str
    """What ``identify`` looks for, in a few words (marked for translation)."""

    def identify(self, head: bytes, context: Context) -> bool:
        """Whether a file that begins with ``head`` is of this format; exact, for two must never agree."""

    def kept(self, text: str, context: Context) -> Iterable[tuple[int, int]]:
        """Where ``text``, a file's, holds the format's own words, amounts and days: what a sample of it may keep."""

    def read(self, source: Source, context: Context) -> list[Statement]:
        """The file's accounts in its order. ``InputError`` with FILE:LINE for whatever is wrong with it."""
