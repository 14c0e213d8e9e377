"""Facts about what is decided, approved and sent, and about what an authority writes back."""

from __future__ import annotations

from datetime import date

from compliance.ledger.fact import Fact
from compliance.periods import ONE_DAY, Period


class Decision(Fact, table="decision"):
    """About a finding (its id is the entity): who is the event's actor. ``state``: decided, withdrawn."""

    because: str
    state: str = "decided"
    digest: str | None = None


class Filing(Fact, table="filing"):
    """One obligation for one period; each version is a state: filed, accepted, returned, amended.

    ``cells`` is the printed report as JSON (cell id -> units of the form), ``rules`` the packs it was made
    under (regime -> digest of the pack, and of its files as the vault keeps them), ``config`` the digest of
    schedules.yaml, ``sent``/``receipt`` those of what was really sent. ``at`` is the local time of sending,
    ``15:00`` or with its offset, where a law counts hours; ``content`` the digest of all that the report
    printed (``reports.contents``), kept in the vault.
    """

    obligation: str
    start_on: date
    last_on: date
    state: str
    on_date: date
    channel: str
    form: str | None = None
    sent: str | None = None
    receipt: str | None = None
    rules: str | None = None
    config: str | None = None
    cells: str | None = None
    known_seq: int | None = None
    amends: str | None = None
    at: str | None = None
    content: str | None = None

    @property
    def period(self) -> Period:
        return Period(self.start_on, self.last_on + ONE_DAY)


class Freeze(Fact, table="freeze"):
    """No fact of ``kind`` (money, activity) happening in the span enters any more, unless it amends."""

    kind: str
    start_on: date
    last_on: date
    filing: str


class Signer(Fact, table="signer"):
    """A key whose approvals count for ``role`` (accountant, director, counsel, ...): ``public`` is the Ed25519
    public key, 64 hexadecimal digits. ``state``: trusted, revoked (from then on; what was approved before stands).
    Entity: a pseudonym such as ``director``, never a name."""

    role: str
    public: str
    state: str = "trusted"


class Approval(Fact, table="approval"):
    """Somebody with a key agrees to a report as it is: ``signature`` over ``text`` (``filings.approval``).

    Entity: ``OBLIGATION/LAST DAY/ROLE``. ``content`` is the digest of the printed report, which the vault
    keeps, so that a later difference can be told cell by cell. ``state``: approved, withdrawn.
    """

    obligation: str
    start_on: date
    last_on: date
    role: str
    signer: str
    content: str
    text: str
    signature: str
    state: str = "approved"


class Letter(Fact, table="letter"):
    """Something written between us and an authority about a filing or of its own accord.

    ``kind``: question, return, notice, decision, answer, letter. ``reply_by``: until when an answer is
    expected; ``answers`` the letter that an answer is to; ``subject`` nothing about a person.
    """

    kind: str
    on_date: date
    subject: str
    filing: str | None = None
    reply_by: date | None = None
    answers: str | None = None
    document: str | None = None


class InspectionItem(Fact, table="inspection_item"):
    """One thing that an inspection asked for. Entity: ``INSPECTION/NUMBER``; ``inspection`` is its letter.

    ``state``: asked, found (``document`` is it), missing (we have none), beyond (the law does not ask it,
    ``because`` says which article), handed (a copy was given on ``handed_on``). ``asked`` nothing about a person.
    """

    number: int
    inspection: str
    asked: str
    state: str = "asked"
    document: str | None = None
    because: str | None = None
    handed_on: date | None = None
    copy: str | None = None
