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

from datetime import date, datetime

from compliance.ledger.fact import Fact as Fact
from compliance.ledger.filing_models import Approval as Approval
from compliance.ledger.filing_models import Decision as Decision
from compliance.ledger.filing_models import Filing as Filing
from compliance.ledger.filing_models import Freeze as Freeze
from compliance.ledger.filing_models import InspectionItem as InspectionItem
from compliance.ledger.filing_models import Letter as Letter
from compliance.ledger.filing_models import Signer as Signer
from compliance.ledger.fund_models import Asset as Asset
from compliance.ledger.fund_models import Budget as Budget
from compliance.ledger.fund_models import Cheque as Cheque
from compliance.ledger.fund_models import CostKey as CostKey
from compliance.ledger.fund_models import Hours as Hours
from compliance.ledger.fund_models import Pooling as Pooling
from compliance.ledger.rows import Row, column

SCHEMA_VERSION = 13


class Event(Row, table="event"):
    """One command that wrote. ``hash`` covers ``prev``, this header and all rows of this ``seq``."""

    seq: int = column(primary_key=True)
    prev: str = column(unique=True)
    hash: str = column(unique=True)
    hash_version: int
    recorded_at: datetime
    actor: str
    kind: str
    count: int
    note: str | None = None


class Source(Fact, table="source"):
    """A ``FundingSource``: who money, property or help comes from. Foreign or not is a rule's answer.

    ``name`` only for organisations; a person's name is in the vault. ``acts_for`` is the source
    whose money it passes on; ``owned_by`` is ``home``/``abroad``; ``pooled`` marks a register of
    many small gifts kept as one source, and ``pool_rule`` says by what its givers' citizenship is
    established; ``evidence`` a document's entity; ``commitment`` binds the vault's value for a person.
    ``merged_into`` is the source that this one turned out to be: its postings count as that one's.
    """

    kind: str
    name: str | None = None
    country: str | None = None
    acts_for: str | None = None
    owned_by: str | None = None
    tax_id: str | None = None
    pooled: bool = False
    evidence: str | None = None
    note: str | None = None
    commitment: str | None = None
    pool_rule: str | None = None
    merged_into: str | None = None


class Fund(Fact, table="fund"):
    """Money under one agreement and purpose. ``donor`` is the source expected to pay into it."""

    title: str
    restricted: bool
    donor: str | None = None
    agreement: str | None = None
    purpose: str | None = None
    note: str | None = None
    start_on: date | None = None
    end_on: date | None = None


class Account(Fact, table="account"):
    """``type``: asset, liability, income, expense, equity. ``account_class``: bank, cash, in_transit,
    suspense, conversion, opening, special, ... ``expense_line`` is the form line an expense account
    falls on unless the posting says otherwise. ``number``/``bic`` are the organisation's own."""

    title: str
    type: str
    account_class: str | None = None
    currency: str | None = None
    expense_line: str | None = None
    number: str | None = None
    bic: str | None = None
    opened_on: date | None = None
    closed_on: date | None = None


class Programme(Fact, table="programme"):
    title: str
    aim: str | None = None


class Activity(Fact, table="activity"):
    """Something done or planned; head-counts, never names. ``state``: planned, held, not_held.

    ``evidence``: SHA-256 of what shows it, kept by who led it.
    """

    programme: str
    kind: str
    state: str
    start_on: date
    end_on: date
    quantity: int | None = None
    participants: int | None = None
    place: str | None = None
    description: str | None = None
    output: str | None = None
    amends_filing: str | None = None
    evidence: str | None = None


class StatedTotal(Fact, table="stated_total"):
    """What a programme's own workbook says of a span, to hold against the activities one by one.

    ``measure``: participants (visits), or quantity of one ``kind``. ``digest`` is the workbook's.
    """

    programme: str
    measure: str
    start_on: date
    last_on: date
    value: int
    kind: str | None = None
    digest: str | None = None


class Person(Fact, table="person"):
    """A pseudonym. Who it is lies in the vault; ``commitment`` binds the vault's value to the chain."""

    commitment: str


class Role(Fact, table="role"):
    """A person's post in a body, with dates; ``appointed_by`` is a document's entity."""

    person: str
    body: str
    title: str
    start_on: date
    end_on: date | None = None
    appointed_by: str | None = None


class Material(Fact, table="material"):
    """Something published: ``medium`` (text, image, video, ...), ``on_behalf`` (organisation or a role).
    ``looks``: perceptual digests (hexadecimal) of its pictures (1024 bits) and sound (``s`` before it), a space between."""

    title: str
    medium: str
    created_on: date
    on_behalf: str = "organisation"
    digest: str | None = None
    looks: str | None = None


class Placement(Fact, table="placement"):
    """One place a material appeared. ``label_verdict`` is what reading the file again found, never
    what anybody claims: met, not_met, not_measurable, none (no file was given). ``looks`` as of a material;
    ``approved_by``: the post that agreed to it (director, editor). Proof of the moment: documents about it."""

    material: str
    channel: str
    published_on: date
    address: str | None = None
    edited_on: date | None = None
    deleted_on: date | None = None
    digest: str | None = None
    label_rule: str | None = None
    label_verdict: str = "none"
    label_detail: str | None = None
    looks: str | None = None
    approved_by: str | None = None


class Document(Fact, table="document"):
    """Evidence kept by digest; the bytes are in the vault. ``about`` is the entity it supports."""

    digest: str | None
    kind: str
    title: str
    dated_on: date | None = None
    received_on: date | None = None
    about: str | None = None
    amount_minor: int | None = None
    currency: str | None = None


class Occurrence(Fact, table="occurrence"):
    """Something that starts a duty under some law: ``kind`` is one of the rules' events (agreement, change,
    transmittal, ...). ``at`` is the local time ``15:00`` with its offset where a law counts hours;
    ``about`` the entity it concerns; ``state``: happened, withdrawn."""

    kind: str
    on_date: date
    at: str | None = None
    about: str | None = None
    note: str | None = None
    document: str | None = None
    state: str = "happened"


class Contact(Fact, table="contact"):
    """A contact with an official on somebody's behalf. Who the official is lies in the vault (``commitment``).

    ``principal`` is the source it was for, ``body`` the office or institution, ``method`` how (meeting, call,
    letter, ...), ``state``: open (nobody has decided), registrable, not_registrable. ``origin``: digests of the
    calendar entries and messages it was taken from, one a line, so that none is taken twice.
    """

    on_date: date
    method: str
    principal: str | None = None
    body: str | None = None
    purpose: str | None = None
    state: str = "open"
    origin: str | None = None
    commitment: str | None = None


class Contribution(Fact, table="contribution"):
    """A political contribution, or a thing of value that was given: what no posting of ours need show.

    ``kind`` is political or thing; ``person`` the pseudonym of who gave it from their own means, ``None`` for
    the organisation; ``recipient`` an organisation, an office or a candidature, a private person is in the vault.
    ``principal`` on whose behalf; an amount, or in words the ``thing``; ``place`` of the event.
    """

    kind: str
    on_date: date
    recipient: str
    state: str = "given"
    person: str | None = None
    principal: str | None = None
    currency: str | None = None
    amount_minor: int | None = None
    thing: str | None = None
    purpose: str | None = None
    place: str | None = None


class Rate(Fact, table="rate"):
    """``rate`` (decimal text) units of ``quote`` for one ``currency``. Entity: ``EUR/RUB/DAY``."""

    currency: str
    quote: str
    on_date: date
    rate: str
    origin: str


class Statement(Fact, table="statement"):
    """One account's part of one imported file, with its own arithmetic; the original is in the vault.

    ``state``: loaded, undone (then its lines left the books again). ``opening_on``: the day of its opening
    balance, where the file does not say whether that day is its first or the one before (`intake.coverage`).
    """

    account: str
    currency: str
    start_on: date
    last_on: date
    opening_minor: int
    closing_minor: int
    lines: int
    new_lines: int
    digest: str
    format: str
    state: str = "loaded"
    opening_on: date | None = None


class Register(Fact, table="register"):
    """What one bank line is made of, by a register that was handed in: a payroll list, an acquirer's
    report, a split of a tax payment. Names of people are in the original only, sealed in the vault
    under ``digest``; here is ``heads``, how many rows or people.

    Entity: ``KIND:`` and the beginning of the line's identity, for a line has one register of a kind.
    ``name`` is that of the whole register; ``parts`` JSON, a list of what a person would type to
    split the line; ``amount_minor`` signed like the line; ``abroad_minor`` what of it came by cards
    that the pool's rule does not count as home.
    """

    name: str = column(index=True)
    kind: str
    line: str = column(index=True)
    on_date: date
    currency: str
    amount_minor: int
    parts: str
    heads: int
    digest: str
    abroad_minor: int | None = None


class Advance(Fact, table="advance"):
    """Who holds money that was handed out, and by when it is to be reported. Entity: the paper that the
    advance is known by among the debts; amounts are its postings. ``person`` is a pseudonym."""

    person: str
    given_on: date
    report_by: date


class Transaction(Row, table="txn"):
    """``kind``: opening, income, expense, transfer, exchange, in_kind, line, assign, reverse, ...

    ``line`` is the identity of the statement line it came from or clears; ``reverses`` the id it
    undoes; ``amends_filing`` opens a frozen period for it.
    """

    id: int = column(primary_key=True)
    seq: int = column(references="event.seq", deferred=True, index=True)
    on_date: date = column(index=True)
    kind: str
    memo: str | None = None
    line: str | None = column(default=None, index=True)
    document: str | None = None
    reverses: int | None = column(default=None, unique=True)
    amends_filing: str | None = None


class Posting(Row, table="posting"):
    """One leg. ``account`` says where the amount sits, ``fund`` whose it is; sum = 0 per
    (transaction, fund, currency). ``source`` only on income; ``expense_line`` only where it differs
    from the account's; ``property``: money (null), fixed_asset, other_property, help."""

    id: int = column(primary_key=True)
    seq: int = column(references="event.seq", deferred=True, guarded=True, index=True)
    txn: int = column(references="txn.id", guarded=True, index=True)
    account: str
    fund: str
    currency: str
    amount_minor: int
    source: str | None = None
    programme: str | None = None
    expense_line: str | None = None
    purpose: str | None = None
    property: str | None = None


class Line(Row, table="line"):
    """A statement line as the bank gave it, without text about persons (that is in the vault).

    ``identity`` is a keyed digest over account, day, amount, reference, counterparty, purpose and
    occurrence: the same payment in another file or encoding is the same line.
    """

    id: int = column(primary_key=True)
    seq: int = column(references="event.seq", deferred=True, index=True)
    identity: str = column(unique=True)
    statement: str
    account: str
    on_date: date
    currency: str
    amount_minor: int


FACTS: tuple[type[Fact], ...] = tuple(Fact.__subclasses__())
MOVEMENTS: tuple[type[Row], ...] = (Line, Transaction, Posting)
