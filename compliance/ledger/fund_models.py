"""Facts about agreements beside their money: what they may spend on what, how costs are shared, what is kept."""

from __future__ import annotations

from datetime import date

from compliance.ledger.fact import Fact


class Budget(Fact, table="budget"):
    """What an agreement allows for one of its lines in a period: a form line, a line of work, or both.

    A change that the donor agreed to is a new version; ``document`` is the paper that says so, ``title``
    what the agreement calls the line. Without programme and form line it is for the whole agreement.
    """

    fund: str
    start_on: date
    last_on: date
    currency: str
    amount_minor: int
    expense_line: str | None = None
    programme: str | None = None
    title: str | None = None
    document: str | None = None


class CostKey(Fact, table="cost_key"):
    """How the costs on a shared account are spread from a day on. Entity: ``ACCOUNT/DAY``.

    ``parts``: JSON, a list of {fund, programme, share} whose shares are hundredths of a per cent and add
    up to 10000; ``None`` where the hours worked in the period decide.
    """

    account: str
    start_on: date
    parts: str | None = None


class Hours(Fact, table="hours"):
    """Time that somebody (a post or a pseudonym, never a name) worked in a month for an agreement and a line
    of work. Entity: ``WHO/MONTH/FUND/PROGRAMME``; ``month_on`` is the month's first day."""

    who: str
    month_on: date
    fund: str
    minutes: int
    programme: str | None = None


class Asset(Fact, table="asset"):
    """A thing that is kept: what it cost whom, where it stands, and the act that says it was received.

    ``source`` where it was given; ``act`` and ``disposal`` are documents' entities; ``kind`` is movable or
    immovable, ``size`` of land and buildings as the papers have it.
    """

    title: str
    acquired_on: date
    fund: str
    currency: str
    amount_minor: int
    programme: str | None = None
    source: str | None = None
    place: str | None = None
    act: str | None = None
    disposed_on: date | None = None
    disposal: str | None = None
    kind: str | None = None
    size: str | None = None


class Pooling(Fact, table="pooling"):
    """Money of several kinds of source kept in one agreement, and by which ``method`` its spending is
    attributed from a day on: fifo, pro_rata, or none (no pool any more). Entity: ``FUND/DAY``."""

    fund: str
    start_on: date
    method: str


class Cheque(Fact, table="cheque"):
    """A cheque on one of our accounts. Its amount is in the transaction that rests on the paper of the same
    id; what is open there has not been presented. After ``valid_until`` the bank does not pay it."""

    account: str
    number: str
    issued_on: date
    valid_until: date | None = None
