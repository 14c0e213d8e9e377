"""Shapes of the practice organisation: plain values, no database, nothing real.

Amounts are signed integer minor units as seen from the account: what comes in is positive. Ids are
those a ledger uses (``f1``, ``a1``, ``p1``...). A day is the bank's own local day.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class Party:
    """The other side of a payment. ``tax_id`` is empty for a typical foreign sender."""

    name: str
    tax_id: str = ""
    account: str = ""
    bic: str = ""
    bank: str = ""
    natural_person: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """Right attribution of one part of an event; the parts add up to the event's amount.

    ``kind``: income, refund (a smaller receipt), expense, fee (an expense the bank takes), debt (what
    was owed is paid), prepayment, advance, transfer, exchange. ``line`` is a form line (social, events, pay, ...), on expenses and fees.
    ``counter`` is the other account of a transfer or exchange. ``source`` is on income and refunds.
    """

    kind: str
    fund: str
    amount_minor: int
    programme: str | None = None
    line: str | None = None
    source: str | None = None
    counter: str | None = None
    purpose: str | None = None
    """What a rule may ask of the income or cost: donation, grant, sale, interest..."""
    document: str | None = None
    """The paper that a debt, prepayment or advance is known by."""


@dataclass(frozen=True, slots=True)
class Event:
    """One line of a bank statement or of the cash book. ``pair`` joins the legs of one act."""

    id: str
    account: str
    on: date
    currency: str
    amount_minor: int
    party: Party
    purpose: str
    reference: str
    parts: tuple[Part, ...]
    pair: str | None = None
    tag: str | None = None
    """Names the events that tests, mistakes and decoys point at."""
    purpose_lines: tuple[str, ...] = ()
    """The same purpose as the bank writes it over several lines."""


@dataclass(frozen=True, slots=True)
class Source:
    id: str
    kind: str
    name: str | None
    country: str | None
    acts_for: str | None = None
    tax_id: str | None = None
    pooled: bool = False
    note: str | None = None
    pool_rule: str | None = None
    evidence: str | None = None


@dataclass(frozen=True, slots=True)
class Fund:
    """``donor`` is the one source expected to be behind the money; ``None`` where there are many."""

    id: str
    title: str
    donor: str | None
    restricted: bool
    agreement: str | None
    purpose: str
    programmes: tuple[str, ...]
    currency: str = "RUB"


@dataclass(frozen=True, slots=True)
class Account:
    id: str
    title: str
    account_class: str
    currency: str
    number: str | None = None
    bic: str | None = None
    bank: str | None = None


@dataclass(frozen=True, slots=True)
class Programme:
    id: str
    title: str
    aim: str


@dataclass(frozen=True, slots=True)
class Organisation:
    """Names in the three cases are typed, never declined by the program."""

    name: str
    name_nominative: str
    name_instrumental: str
    name_genitive: str
    city: str
    tax_id: str
    registration_number: str
    listed_on: date
    practice_today: date


@dataclass(frozen=True, slots=True)
class Opening:
    account: str
    fund: str
    currency: str
    amount_minor: int


@dataclass(frozen=True, slots=True)
class Rate:
    currency: str
    quote: str
    on: date
    rate: str


@dataclass(frozen=True, slots=True)
class Budget:
    fund: str
    line: str
    amount_minor: int


@dataclass(frozen=True, slots=True)
class AttributionRule:
    """What a user has taught the program: any of the tests left empty is not asked.

    ``direction`` is in or out; ``contains`` is looked for in the purpose, whatever the case.
    """

    id: str
    account: str
    direction: str
    kind: str
    fund: str
    tax_id: str | None = None
    contains: str | None = None
    programme: str | None = None
    line: str | None = None
    source: str | None = None
    counter: str | None = None

    def matches(self, event: Event) -> bool:
        return (
            event.account == self.account
            and (event.amount_minor > 0) == (self.direction == "in")
            and (self.tax_id is None or event.party.tax_id == self.tax_id)
            and (self.contains is None or self.contains.lower() in event.purpose.lower())
        )


@dataclass(frozen=True, slots=True)
class Accrual:
    """A step from paid to accrued: unpaid (at the end), unpaid_before, prepaid, advance.

    ``amount_minor`` is signed as in the bridge; ``event`` tags the payment, if there was one. ``document``
    is the paper it is known by, of the day ``on``.
    """

    kind: str
    fund: str
    line: str
    programme: str | None
    amount_minor: int
    title: str
    document: str
    on: date
    event: str | None = None


@dataclass(frozen=True, slots=True)
class InKind:
    """Help that is not money; ``value_minor`` is a fair value nobody paid, outside the money table."""

    id: str
    on: date
    source: str
    fund: str
    programme: str
    property: str
    description: str
    value_minor: int
    activity: str | None = None


@dataclass(frozen=True, slots=True)
class Activity:
    """Something done; head-counts, never names. ``state``: held, not_held."""

    id: str
    programme: str
    kind: str
    state: str
    start_on: date
    end_on: date
    quantity: int | None
    participants: int | None
    place: str
    description: str
    output: str | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    """What a programme lead's workbook says about the half-year, to hold against the events."""

    programme: str
    measure: str
    value: int


@dataclass(frozen=True, slots=True)
class Person:
    """An invented identity: for the vault only."""

    id: str
    name: str
    born_on: date
    citizenship: str
    address: str
    document: str


@dataclass(frozen=True, slots=True)
class Role:
    """``end_on`` is the last day of the post."""

    id: str
    person: str
    body: str
    title: str
    start_on: date
    end_on: date | None
    act: str | None


@dataclass(frozen=True, slots=True)
class Material:
    id: str
    title: str
    medium: str
    created_on: date
    on_behalf: str = "organisation"
    file: str | None = None
    """A name among the publication files, for what this release can measure."""


@dataclass(frozen=True, slots=True)
class Placement:
    id: str
    material: str
    channel: str
    published_on: date
    address: str
    wrong: str | None = None
    """Why this placement breaks the rules, in a word; ``None`` when it is right."""


@dataclass(frozen=True, slots=True)
class PastFiling:
    """A filing already made. ``sent`` and ``receipt`` are names of files; figures in RUB minor units."""

    form: str
    period: str
    filed_on: date
    channel: str
    sent: str
    receipt: str
    figures: tuple[tuple[str, int], ...] = ()
    amends: str | None = None


@dataclass(frozen=True, slots=True)
class LateDocument:
    """Evidence of an expense in a filed period, arriving now: an amendment, not a posting."""

    kind: str
    title: str
    dated_on: date
    received_on: date
    account: str
    fund: str
    programme: str
    line: str
    amount_minor: int
    party: Party


@dataclass(frozen=True, slots=True)
class StatementSpan:
    """One statement file: which account, which days ``[start, last]``, how it is written."""

    name: str
    account: str
    start: date
    last: date
    encoding: str = "cp1251"
    claims: str = "Windows"
    """What the header says of the encoding: Windows or DOS."""


@dataclass(frozen=True, slots=True)
class CardGift:
    """One card payment in the acquirer's register. ``card_country`` is where the card was issued."""

    settled_on: date
    reference: str
    amount_minor: int
    fee_minor: int
    card_country: str


@dataclass(frozen=True, slots=True)
class Practice:
    """Everything public commands need to rebuild the organisation; see ``build``."""

    seed: int
    mistakes: frozenset[int]
    organisation: Organisation
    programmes: tuple[Programme, ...]
    funds: tuple[Fund, ...]
    sources: tuple[Source, ...]
    accounts: tuple[Account, ...]
    openings: tuple[Opening, ...]
    rates: tuple[Rate, ...]
    budgets: tuple[Budget, ...]
    events: tuple[Event, ...]
    card_gifts: tuple[CardGift, ...]
    rules: tuple[AttributionRule, ...]
    accruals: tuple[Accrual, ...]
    in_kind: tuple[InKind, ...]
    activities: tuple[Activity, ...]
    figures: tuple[Figure, ...]
    people: tuple[Person, ...]
    roles: tuple[Role, ...]
    materials: tuple[Material, ...]
    placements: tuple[Placement, ...]
    filings: tuple[PastFiling, ...]
    statements: tuple[StatementSpan, ...]
    late_documents: tuple[LateDocument, ...] = ()
    missing_acts: tuple[str, ...] = field(default=())
    """Tags of purchases of fixed assets that have no act of acceptance."""

    def of_account(self, account: str) -> tuple[Event, ...]:
        return tuple(event for event in self.events if event.account == account)

    def tagged(self, tag: str) -> tuple[Event, ...]:
        return tuple(event for event in self.events if event.tag == tag)
