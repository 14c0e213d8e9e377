"""What happened: every table of the ledger. Append-only; triggers and the chain guard each row.

Two shapes. A *versioned fact* is ``(entity, version)`` and a full picture of one thing; the newest
version known at a moment wins. A *movement* (line, transaction, posting) is never revised; it is
reversed. Every row carries ``seq``, the event that brought it: *when we learned it*; dates named
``on``/``..._on`` say *when it happened*. Nothing here identifies a natural person: names, payment
purposes and originals are in the vault under the same entity or identity.

Amounts are signed minor units, debit positive. To add a field: add it here (nullable), raise
``SCHEMA_VERSION`` and add a migration step; old hashes do not change, since nulls are left out.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated, Any, ClassVar

from sqlalchemy import Dialect, ForeignKey, Integer, Text, TypeDecorator
from sqlalchemy.orm import DeclarativeBase, Mapped, MappedAsDataclass, mapped_column

from compliance.ledger.stored import stored_day, stored_moment

SCHEMA_VERSION = 2


class Day(TypeDecorator[date]):
    """A calendar day as ``YYYY-MM-DD`` text: sorts right, reads right in any program."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: date | None, dialect: Dialect) -> str | None:
        return None if value is None else value.isoformat()

    def process_result_value(self, value: Any, dialect: Dialect) -> date | None:
        return None if value is None else stored_day(value)


class Moment(TypeDecorator[datetime]):
    """An instant in UTC as ``YYYY-MM-DDTHH:MM:SSZ``; naive instants are our bug."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:
        return None if value is None else moment_text(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        return None if value is None else stored_moment(value)


class Flag(TypeDecorator[bool]):
    """0 or 1 (STRICT tables know no booleans)."""

    impl = Integer
    cache_ok = True

    def process_bind_param(self, value: bool | None, dialect: Dialect) -> int | None:
        return None if value is None else int(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> bool | None:
        return None if value is None else bool(value)


def moment_text(value: datetime) -> str:
    assert value.tzinfo is not None
    return value.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z"


def _column(kind: Any, **more: Any) -> Any:
    return mapped_column(kind, **more)


day = Annotated[date, _column(Day)]
moment = Annotated[datetime, _column(Moment)]
flag = Annotated[bool, _column(Flag)]
seq_key = Annotated[
    int,
    mapped_column(
        Integer, ForeignKey("event.seq", deferrable=True, initially="DEFERRED"), nullable=False, index=True
    ),
]


class Base(MappedAsDataclass, DeclarativeBase, kw_only=True):
    """A row is also a plain keyword-only dataclass: ``Fund(entity="f1", title=..., restricted=True)``."""

    type_annotation_map: ClassVar[dict[Any, Any]] = {str: Text, int: Integer}
    __table_args__ = ({"sqlite_strict": True},)


class Event(Base):
    """One command that wrote. ``hash`` covers ``prev``, this header and all rows of this ``seq``."""

    __tablename__ = "event"
    seq: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    prev: Mapped[str] = mapped_column(unique=True)
    hash: Mapped[str] = mapped_column(unique=True)
    hash_version: Mapped[int]
    recorded_at: Mapped[moment]
    actor: Mapped[str]
    kind: Mapped[str]
    count: Mapped[int]
    note: Mapped[str | None] = mapped_column(default=None)


class Fact(MappedAsDataclass, kw_only=True):
    """``seq`` and ``version`` are set by the writer; leave them out when making a fact."""

    entity: Mapped[str] = mapped_column(primary_key=True, sort_order=-3)
    version: Mapped[int] = mapped_column(
        Integer, primary_key=True, default=0, autoincrement=False, sort_order=-2
    )
    seq: Mapped[seq_key] = mapped_column(default=0, sort_order=-1)


class Source(Fact, Base):
    """A ``FundingSource``: who money, property or help comes from. Foreign or not is a rule's answer.

    ``name`` only for organisations; a person's name is in the vault. ``acts_for`` is the source
    whose money it passes on; ``owned_by`` is ``home``/``abroad``; ``pooled`` marks a register of
    many small gifts kept as one source, and ``pool_rule`` says by what its givers' citizenship is
    established; ``evidence`` a document's entity; ``commitment`` binds the vault's value for a person.
    """

    __tablename__ = "source"
    kind: Mapped[str]
    name: Mapped[str | None] = mapped_column(default=None)
    country: Mapped[str | None] = mapped_column(default=None)
    acts_for: Mapped[str | None] = mapped_column(default=None)
    owned_by: Mapped[str | None] = mapped_column(default=None)
    tax_id: Mapped[str | None] = mapped_column(default=None)
    pooled: Mapped[flag] = mapped_column(default=False)
    evidence: Mapped[str | None] = mapped_column(default=None)
    note: Mapped[str | None] = mapped_column(default=None)
    commitment: Mapped[str | None] = mapped_column(default=None)
    pool_rule: Mapped[str | None] = mapped_column(default=None)


class Fund(Fact, Base):
    """Money under one agreement and purpose. ``donor`` is the source expected to pay into it."""

    __tablename__ = "fund"
    title: Mapped[str]
    restricted: Mapped[flag]
    donor: Mapped[str | None] = mapped_column(default=None)
    agreement: Mapped[str | None] = mapped_column(default=None)
    purpose: Mapped[str | None] = mapped_column(default=None)
    note: Mapped[str | None] = mapped_column(default=None)


class Account(Fact, Base):
    """``type``: asset, liability, income, expense, equity. ``account_class``: bank, cash, in_transit,
    suspense, conversion, opening, special, ... ``expense_line`` is the form line an expense account
    falls on unless the posting says otherwise. ``number``/``bic`` are the organisation's own."""

    __tablename__ = "account"
    title: Mapped[str]
    type: Mapped[str]
    account_class: Mapped[str | None] = mapped_column(default=None)
    currency: Mapped[str | None] = mapped_column(default=None)
    expense_line: Mapped[str | None] = mapped_column(default=None)
    number: Mapped[str | None] = mapped_column(default=None)
    bic: Mapped[str | None] = mapped_column(default=None)
    opened_on: Mapped[day | None] = mapped_column(default=None)
    closed_on: Mapped[day | None] = mapped_column(default=None)


class Programme(Fact, Base):
    __tablename__ = "programme"
    title: Mapped[str]
    aim: Mapped[str | None] = mapped_column(default=None)


class Activity(Fact, Base):
    """Something done or planned; head-counts, never names. ``state``: planned, held, not_held."""

    __tablename__ = "activity"
    programme: Mapped[str]
    kind: Mapped[str]
    state: Mapped[str]
    start_on: Mapped[day]
    end_on: Mapped[day]
    quantity: Mapped[int | None] = mapped_column(default=None)
    participants: Mapped[int | None] = mapped_column(default=None)
    place: Mapped[str | None] = mapped_column(default=None)
    description: Mapped[str | None] = mapped_column(default=None)
    output: Mapped[str | None] = mapped_column(default=None)
    amends_filing: Mapped[str | None] = mapped_column(default=None)


class Person(Fact, Base):
    """A pseudonym. Who it is lies in the vault; ``commitment`` binds the vault's value to the chain."""

    __tablename__ = "person"
    commitment: Mapped[str]


class Role(Fact, Base):
    """A person's post in a body, with dates; ``appointed_by`` is a document's entity."""

    __tablename__ = "role"
    person: Mapped[str]
    body: Mapped[str]
    title: Mapped[str]
    start_on: Mapped[day]
    end_on: Mapped[day | None] = mapped_column(default=None)
    appointed_by: Mapped[str | None] = mapped_column(default=None)


class Material(Fact, Base):
    """Something published: ``medium`` (text, image, video, ...), ``on_behalf`` (organisation or a role)."""

    __tablename__ = "material"
    title: Mapped[str]
    medium: Mapped[str]
    created_on: Mapped[day]
    on_behalf: Mapped[str] = mapped_column(default="organisation")
    digest: Mapped[str | None] = mapped_column(default=None)


class Placement(Fact, Base):
    """One place a material appeared. ``label_verdict`` is what reading the file again found, never
    what anybody claims: met, not_met, not_measurable, none (no file was given)."""

    __tablename__ = "placement"
    material: Mapped[str]
    channel: Mapped[str]
    published_on: Mapped[day]
    address: Mapped[str | None] = mapped_column(default=None)
    edited_on: Mapped[day | None] = mapped_column(default=None)
    deleted_on: Mapped[day | None] = mapped_column(default=None)
    digest: Mapped[str | None] = mapped_column(default=None)
    label_rule: Mapped[str | None] = mapped_column(default=None)
    label_verdict: Mapped[str] = mapped_column(default="none")
    label_detail: Mapped[str | None] = mapped_column(default=None)


class Document(Fact, Base):
    """Evidence kept by digest; the bytes are in the vault. ``about`` is the entity it supports."""

    __tablename__ = "document"
    digest: Mapped[str | None]
    kind: Mapped[str]
    title: Mapped[str]
    dated_on: Mapped[day | None] = mapped_column(default=None)
    received_on: Mapped[day | None] = mapped_column(default=None)
    about: Mapped[str | None] = mapped_column(default=None)
    amount_minor: Mapped[int | None] = mapped_column(default=None)
    currency: Mapped[str | None] = mapped_column(default=None)


class Rate(Fact, Base):
    """``rate`` (decimal text) units of ``quote`` for one ``currency``. Entity: ``EUR/RUB/DAY``."""

    __tablename__ = "rate"
    currency: Mapped[str]
    quote: Mapped[str]
    on_date: Mapped[day]
    rate: Mapped[str]
    origin: Mapped[str]


class Decision(Fact, Base):
    """About a finding (its id is the entity): who is the event's actor. ``state``: decided, withdrawn."""

    __tablename__ = "decision"
    because: Mapped[str]
    state: Mapped[str] = mapped_column(default="decided")
    digest: Mapped[str | None] = mapped_column(default=None)


class Filing(Fact, Base):
    """One obligation for one period; each version is a state: filed, accepted, returned, amended.

    ``cells`` is the printed report as JSON (cell id -> units of the form), ``rules`` the digests of
    the packs, ``config`` that of schedules.yaml, ``sent``/``receipt`` those of what was really sent.
    """

    __tablename__ = "filing"
    obligation: Mapped[str]
    start_on: Mapped[day]
    last_on: Mapped[day]
    state: Mapped[str]
    on_date: Mapped[day]
    channel: Mapped[str]
    form: Mapped[str | None] = mapped_column(default=None)
    sent: Mapped[str | None] = mapped_column(default=None)
    receipt: Mapped[str | None] = mapped_column(default=None)
    rules: Mapped[str | None] = mapped_column(default=None)
    config: Mapped[str | None] = mapped_column(default=None)
    cells: Mapped[str | None] = mapped_column(default=None)
    known_seq: Mapped[int | None] = mapped_column(default=None)
    amends: Mapped[str | None] = mapped_column(default=None)


class Freeze(Fact, Base):
    """No fact of ``kind`` (money, activity) happening in the span enters any more, unless it amends."""

    __tablename__ = "freeze"
    kind: Mapped[str]
    start_on: Mapped[day]
    last_on: Mapped[day]
    filing: Mapped[str]


class Statement(Fact, Base):
    """One account's part of one imported file, with its own arithmetic; the original is in the vault.

    ``state``: loaded, undone (then its lines left the books again).
    """

    __tablename__ = "statement"
    account: Mapped[str]
    currency: Mapped[str]
    start_on: Mapped[day]
    last_on: Mapped[day]
    opening_minor: Mapped[int]
    closing_minor: Mapped[int]
    lines: Mapped[int]
    new_lines: Mapped[int]
    digest: Mapped[str]
    format: Mapped[str]
    state: Mapped[str] = mapped_column(default="loaded")


class Register(Fact, Base):
    """What one bank line is made of, by a register that was handed in: a payroll list, an acquirer's
    report, a split of a tax payment. Names of people are in the original only, sealed in the vault
    under ``digest``; here is ``heads``, how many rows or people.

    Entity: ``KIND:`` and the beginning of the line's identity, for a line has one register of a kind.
    ``name`` is that of the whole register; ``parts`` JSON, a list of what a person would type to
    split the line; ``amount_minor`` signed like the line; ``abroad_minor`` what of it came by cards
    that the pool's rule does not count as home.
    """

    __tablename__ = "register"
    name: Mapped[str] = mapped_column(index=True)
    kind: Mapped[str]
    line: Mapped[str] = mapped_column(index=True)
    on_date: Mapped[day]
    currency: Mapped[str]
    amount_minor: Mapped[int]
    parts: Mapped[str]
    heads: Mapped[int]
    digest: Mapped[str]
    abroad_minor: Mapped[int | None] = mapped_column(default=None)


class Advance(Fact, Base):
    """Money given to a person to spend and report on. Open: amount + repaid - reported - returned.

    It counts as spent when it is paid; the report says on what. ``person`` is a pseudonym, ``place``
    the account it left; ``fund``, ``programme``, ``expense_line`` are what it was given for.
    ``repaid_minor`` is what was paid to the person on top, for a report of more than was given.
    """

    __tablename__ = "advance"
    person: Mapped[str]
    given_on: Mapped[day]
    report_by: Mapped[day]
    place: Mapped[str]
    fund: Mapped[str]
    currency: Mapped[str]
    amount_minor: Mapped[int]
    expense_line: Mapped[str]
    programme: Mapped[str | None] = mapped_column(default=None)
    line: Mapped[str | None] = mapped_column(default=None)
    reported_minor: Mapped[int] = mapped_column(default=0)
    returned_minor: Mapped[int] = mapped_column(default=0)
    repaid_minor: Mapped[int] = mapped_column(default=0)
    reported_on: Mapped[day | None] = mapped_column(default=None)
    document: Mapped[str | None] = mapped_column(default=None)


class Transaction(Base):
    """``kind``: opening, income, expense, transfer, exchange, in_kind, line, assign, reverse, ...

    ``line`` is the identity of the statement line it came from or clears; ``reverses`` the id it
    undoes; ``amends_filing`` opens a frozen period for it.
    """

    __tablename__ = "txn"
    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    seq: Mapped[seq_key]
    on_date: Mapped[day] = mapped_column(index=True)
    kind: Mapped[str]
    memo: Mapped[str | None] = mapped_column(default=None)
    line: Mapped[str | None] = mapped_column(default=None, index=True)
    document: Mapped[str | None] = mapped_column(default=None)
    reverses: Mapped[int | None] = mapped_column(default=None, unique=True)
    amends_filing: Mapped[str | None] = mapped_column(default=None)


class Posting(Base):
    """One leg. ``account`` says where the amount sits, ``fund`` whose it is; sum = 0 per
    (transaction, fund, currency). ``source`` only on income; ``expense_line`` only where it differs
    from the account's; ``property``: money (null), fixed_asset, other_property, help."""

    __tablename__ = "posting"
    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    seq: Mapped[seq_key]
    txn: Mapped[int] = mapped_column(Integer, ForeignKey("txn.id"), index=True)
    account: Mapped[str]
    fund: Mapped[str]
    currency: Mapped[str]
    amount_minor: Mapped[int]
    source: Mapped[str | None] = mapped_column(default=None)
    programme: Mapped[str | None] = mapped_column(default=None)
    expense_line: Mapped[str | None] = mapped_column(default=None)
    purpose: Mapped[str | None] = mapped_column(default=None)
    property: Mapped[str | None] = mapped_column(default=None)


class Line(Base):
    """A statement line as the bank gave it, without text about persons (that is in the vault).

    ``identity`` is a keyed digest over account, day, amount, reference, counterparty, purpose and
    occurrence: the same payment in another file or encoding is the same line.
    """

    __tablename__ = "line"
    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    seq: Mapped[seq_key]
    identity: Mapped[str] = mapped_column(unique=True)
    statement: Mapped[str]
    account: Mapped[str]
    on_date: Mapped[day]
    currency: Mapped[str]
    amount_minor: Mapped[int]


FACTS: tuple[type[Fact], ...] = tuple(Fact.__subclasses__())
MOVEMENTS: tuple[type[Base], ...] = (Line, Transaction, Posting)
