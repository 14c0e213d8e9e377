"""Statement lines into the books: every line a fact and a balanced transaction against suspense.

Nothing is dropped and nothing invented: a line that the books hold already is skipped by its
identity, everything else is booked on the bank's own day in the fund of nobody, so that the bank
account equals the statement before anybody has sorted anything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain
from json.encoder import encode_basestring as _quoted

from compliance.i18n import _
from compliance.importers.model import StatementLine
from compliance.intake import coverage
from compliance.intake.bankfiles import Offered, Screened, screened
from compliance.intake.closed import ClosedDays
from compliance.intake.collisions import Collisions
from compliance.ledger import lines
from compliance.ledger.append import BankMovement, EventWriter
from compliance.ledger.books import Books
from compliance.ledger.chart import UNASSIGNED, of_class
from compliance.ledger.models import Statement
from compliance.periods import Period
from compliance.vault.vault import Vault

Progress = Callable[[int], None]
_AMEND = "compliance import FILE"
_NAMES = (
    "account", "address", "bank", "bic", "country", "kind", "name", "purpose", "ref", "tax_id", "ultimate",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Part:
    """What one account's part of a file brings, as shown before and after loading.

    Amounts are minor units, ``received_minor`` and ``spent_minor`` >= 0. ``gap_before`` and
    ``gap_after`` are the uncovered days to the neighbouring statements; ``new_days``: it covers days
    that no statement did; ``warnings`` are translated.
    """

    file: str
    entity: str
    account: str
    currency: str
    period: Period
    opening_minor: int
    received_minor: int
    spent_minor: int
    closing_minor: int
    lines: int
    new_lines: int
    new_days: bool
    gap_before: Period | None
    gap_after: Period | None
    warnings: tuple[str, ...]


def preview(offered: Sequence[Offered], books: Books, vault: Vault, *, progress: Progress) -> list[Part]:
    """What ``load`` would do, without a trace."""
    # Before the first import there is no key, and nothing that its identities could be found among.
    key = vault.stored_line_key() or bytes(32)
    seen: set[str] = set()
    parts = []
    for part in offered:
        fresh, warnings, beside = 0, list[str](), Collisions(part.account, books, vault)
        for chunk in screened(part, key, lambda identities: lines.known(books, identities)):
            new = [item for item in chunk if not item.known and item.identity not in seen]
            fresh += len(new)
            warnings += beside.warnings(new)
            if len(offered) > 1:
                seen.update(item.identity for item in new)
            progress(len(chunk))
        parts.append(_part(part, books, fresh, warnings))
    return parts


def load(
    event: EventWriter,
    books: Books,
    vault: Vault,
    offered: Sequence[Offered],
    *,
    amends: str | None = None,
    progress: Progress,
) -> list[Part]:
    """Book what is new into an open event. ``Refused`` for a line in a closed period.

    The vault gets originals and texts, the ledger a ``Statement`` fact a part. A part that brings
    neither a line nor a day that was not covered leaves no trace.
    """
    key, closed = vault.line_key(), ClosedDays.of(books)
    parts = []
    for part in offered:
        fresh, warnings, beside = 0, list[str](), Collisions(part.account, books, vault)
        event.flush()
        with event.loading(part.statement.count) as first:
            for chunk in screened(part, key, lambda ids: _known(books, event, ids, first=first)):
                new = [item for item in chunk if not item.known]
                fresh += len(new)
                warnings += beside.warnings(new)
                _book(event, books, part, new, closed, amends)
                vault.put_line_texts((item.identity, line_text(item.line)) for item in new)
                progress(len(chunk))
        if fresh or not _covered(books, part):
            vault.put_packed(part.source.name, part.source.digest, part.source.packed())
            event.add(_statement(part, fresh))
        parts.append(_part(part, books, fresh, warnings))
    return parts


def _known(books: Books, event: EventWriter, identities: Sequence[str], *, first: bool) -> lines.Known:
    return lines.NONE if first else lines.known(books, identities, seq=event.seq)


def _book(
    event: EventWriter,
    books: Books,
    part: Offered,
    new: Iterable[Screened],
    closed: ClosedDays,
    amends: str | None,
) -> None:
    movements = []
    for item in new:
        line = item.line
        amended = closed.amended(line.on, amends, repeat=_AMEND) if closed.spans else None
        movements.append(
            BankMovement(item.identity, line.on, line.currency, line.amount_minor, item.written, amended)
        )
    if movements:
        against = of_class(books.accounts, "suspense")
        event.bank_lines(part.entity, part.account, against, UNASSIGNED, movements)


def line_text(line: StatementLine) -> str:
    """What the vault keeps of a line, as JSON text: what the bank said, empty fields left out."""
    party = line.counterparty
    # In the order that ``canonical`` sorts them into; its encoder is made anew at each call.
    texts = (
        party.account, party.address, party.bank_name, party.bic, party.country, line.kind,
        party.name, line.purpose, line.bank_ref, party.tax_id, party.ultimate,
    )  # fmt: skip
    filled = [f'"{name}":{_quoted(text)}' for name, text in zip(_NAMES, texts, strict=True) if text]
    return f"{{{','.join(filled)}}}"


def _statement(part: Offered, fresh: int) -> Statement:
    statement = part.statement
    return Statement(
        entity=part.entity,
        account=part.account,
        currency=statement.currency,
        start_on=statement.period.start,
        last_on=statement.period.last,
        opening_minor=statement.opening_minor,
        closing_minor=statement.closing_minor,
        lines=statement.count,
        new_lines=fresh,
        digest=part.source.digest,
        format=part.format,
        opening_on=statement.opening_on,
    )


def _covered(books: Books, part: Offered) -> bool:
    """Do the statements in the books cover each of its days already?"""
    spans = coverage.of_statements(part.account, coverage.loaded(books).get(part.account, [])).spans
    period = _days(part, books)
    return any(span.start <= period.start and period.end <= span.end for span in spans)


def _days(part: Offered, books: Books) -> Period:
    """The days it covers, by what the account's other statements show of the bank's way."""
    others = [item for item in coverage.loaded(books).get(part.account, []) if item.entity != part.entity]
    mine = next(
        item for item in coverage.settled([*others, _statement(part, 0)]) if item.entity == part.entity
    )
    return Period(mine.start_on, part.statement.period.end)


def _part(part: Offered, books: Books, fresh: int, warnings: Iterable[str]) -> Part:
    statement = part.statement
    before, after = _gaps(part, books)
    return Part(
        file=part.source.name,
        entity=part.entity,
        account=part.account,
        currency=statement.currency,
        period=_days(part, books),
        opening_minor=statement.opening_minor,
        received_minor=statement.received_minor,
        spent_minor=statement.spent_minor,
        closing_minor=statement.closing_minor,
        lines=statement.count,
        new_lines=fresh,
        new_days=not _covered(books, part),
        gap_before=before,
        gap_after=after,
        warnings=tuple(chain(statement.notes, warnings, _jumps(part, books))),
    )


def _gaps(part: Offered, books: Books) -> tuple[Period | None, Period | None]:
    """Uncovered days between this part and its neighbours among the loaded statements."""
    period = _days(part, books)
    neighbours = coverage.loaded(books).get(part.account, [])
    spans = coverage.of_statements(part.account, neighbours).spans
    if any(span.start <= period.start < span.end for span in spans):
        before: list[date] = []
    else:
        before = [span.end for span in spans if span.end <= period.start]
    after = [span.start for span in spans if span.start >= period.end]
    covered = any(span.start < period.end < span.end for span in spans)
    return (
        Period(max(before), period.start) if before and max(before) < period.start else None,
        Period(period.end, min(after)) if after and not covered and period.end < min(after) else None,
    )


def _jumps(part: Offered, books: Books) -> list[str]:
    """Neighbours that adjoin, with another balance."""
    period, found = _days(part, books), list[str]()
    loaded = coverage.loaded(books).get(part.account, [])
    opening = (part.statement.opening_on, part.statement.opening_minor)
    follows = any((other.last_on, other.closing_minor) == opening for other in loaded)
    for other in loaded:
        span = Period(other.start_on, other.last_on + (period.end - period.last))
        if span.end == period.start and not follows and other.closing_minor != part.statement.opening_minor:
            found.append(
                _("The statement before it, up to {day}, closes with another balance.").format(
                    day=span.last.isoformat()
                )
            )
        if span.start == period.end and other.opening_minor != part.statement.closing_minor:
            found.append(
                _("The statement after it, from {day}, opens with another balance.").format(
                    day=span.start.isoformat()
                )
            )
    return found
