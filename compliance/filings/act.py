"""Recording what was really sent: files first (by digest, into the vault), ledger last; then the period is closed.

A filing stores the printed cells, the digests of the rules and the configuration used, and the last
event it knew, so that it can be explained years later by the law and the books of its day.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any, NoReturn

from compliance.errors import Refused, UsageError
from compliance.findings import Finding
from compliance.i18n import _, day_text
from compliance.ledger.models import Document, Filing, Freeze
from compliance.periods import Period
from compliance.rules import Rules
from compliance.rules.kept import kept_pack, pack_bytes
from compliance.vault.vault import canonical

if TYPE_CHECKING:
    from compliance.ledger.append import EventWriter
    from compliance.ledger.books import Books
    from compliance.vault.vault import Vault

OPEN_STATES = ("filed", "accepted", "returned")


@dataclass(frozen=True, slots=True)
class Sent:
    """What left the house: ``on`` which day (``at`` which local time), by which ``channel``, the file sent and the receipt if there is one."""

    on: date
    channel: str
    name: str
    data: bytes
    receipt_name: str = ""
    receipt: bytes | None = None
    at: str | None = None


@dataclass(frozen=True, slots=True)
class Subject:
    """Which filing: the obligation's id and short name, its form, the period, what kinds of fact it closes."""

    obligation: str
    name: str
    form: str | None
    period: Period
    closes: tuple[str, ...]


def filing_id(books: Books, name: str, period: Period) -> str:
    """``money-2025-Q4``, and ``money-2025-Q4.2`` for an amendment."""
    stem = f"{name}-{period.label}"
    taken = [entity for entity in books.filings if entity == stem or entity.startswith(stem + ".")]
    return f"{stem}.{len(taken) + 1}" if taken else stem


def current(books: Books, obligation: str, period: Period) -> Filing | None:
    """The filing of a period that counts: the newest that no later one amends."""
    found = [
        item
        for item in books.filings.values()
        if item.obligation == obligation and item.start_on == period.start and item.last_on == period.last
    ]
    amended = {item.amends for item in found}
    standing = [item for item in found if item.entity not in amended]
    return max(standing, key=lambda item: (item.on_date, item.entity), default=None)


def previous_cells(books: Books, obligation: str, period: Period) -> dict[str, int]:
    """The printed cells of the filing before ``period``, for carry-overs; empty when there is none."""
    before = current(books, obligation, period.previous())
    return json.loads(before.cells) if before is not None and before.cells else {}


def refuse_unready(blockers: list[Finding]) -> None:
    """``Refused`` listing everything that stands in the way, each with its remedy."""
    if blockers:
        lines = [f"- {item.message}\n  → {item.remedy}" for item in blockers]
        raise Refused(_("this cannot be filed yet"), why="\n".join(lines))


def refuse_twice(subject: Subject, standing: Filing) -> NoReturn:
    """A period is filed once; afterwards it is amended."""
    raise Refused(
        _("{name} for {period} was filed on {day}").format(
            name=subject.name, period=subject.period.label, day=day_text(standing.on_date)
        ),
        remedy=_("If it must be corrected, file again with: --amends {filing}").format(
            filing=standing.entity
        ),
    )


def file(
    event: EventWriter,
    books: Books,
    vault: Vault,
    subject: Subject,
    sent: Sent,
    *,
    cells: Mapping[str, int],
    content: Mapping[str, Any] | None = None,
    rules: Rules,
    config: bytes,
    amends: str | None = None,
) -> str:
    """Record one filing and freeze its period; returns its id. ``UsageError`` when it is filed already."""
    standing = current(books, subject.obligation, subject.period)
    if standing is not None and amends is None:
        refuse_twice(subject, standing)
    if amends is not None and (standing is None or standing.entity != amends):
        raise UsageError(
            _("there is no standing filing {filing} for this period").format(filing=amends),
            remedy=_("See: compliance filing list"),
        )
    entity = filing_id(books, subject.name, subject.period)
    sent_document = _keep(event, vault, entity, "sent", sent.name, sent.data, sent.on)
    receipt_document = (
        _keep(event, vault, entity, "receipt", sent.receipt_name, sent.receipt, sent.on)
        if sent.receipt is not None
        else None
    )
    event.add(
        Filing(
            entity=entity,
            obligation=subject.obligation,
            start_on=subject.period.start,
            last_on=subject.period.last,
            state="filed",
            on_date=sent.on,
            channel=sent.channel,
            form=subject.form,
            sent=sent_document,
            receipt=receipt_document,
            rules=_keep_law(vault, rules),
            config=vault.put_blob("schedules.yaml", config),
            cells=json.dumps(dict(cells), sort_keys=True),
            known_seq=books.last_seq,
            amends=amends,
            at=sent.at,
            content=_keep_content(vault, entity, content),
        )
    )
    for kind in subject.closes:
        event.add(
            Freeze(
                entity=f"{kind}-{subject.period.label}-{subject.name}",
                kind=kind,
                start_on=subject.period.start,
                last_on=subject.period.last,
                filing=entity,
            )
        )
    return entity


def _keep_content(vault: Vault, entity: str, content: Mapping[str, Any] | None) -> str | None:
    """All that the report printed goes to the vault: its personal rows are nowhere else."""
    return None if content is None else vault.put_blob(f"{entity}.json", canonical(content).encode())


def _keep_law(vault: Vault, rules: Rules) -> str:
    """The packs go to the vault whole; the filing names each by the pack's digest and by the bytes kept."""
    law = {
        key: {"pack": pack.digest, "kept": vault.put_blob(f"{key}.rules.zip", pack_bytes(pack))}
        for key, pack in rules.packs.items()
    }
    return json.dumps(law, sort_keys=True)


def law_of(filing: Filing, vault: Vault) -> Rules | None:
    """The law that a filing was made under, from what was kept with it; ``None`` where it was not kept.

    ``BooksDamaged`` when what is kept is another law.
    """
    packs = []
    for key, item in json.loads(filing.rules or "{}").items():
        data = vault.blob(item["kept"]) if isinstance(item, dict) else None
        if data is None:
            return None
        packs.append(kept_pack(data, key, item["pack"]))
    return Rules(packs) if packs else None


def digests_of(filing: Filing) -> dict[str, str]:
    """Regime -> digest of the pack that a filing was made under."""
    found = json.loads(filing.rules or "{}")
    return {key: item["pack"] if isinstance(item, dict) else str(item) for key, item in found.items()}


def _keep(event: EventWriter, vault: Vault, filing: str, kind: str, name: str, data: bytes, on: date) -> str:
    digest = vault.put_blob(name, data)
    event.add(
        Document(entity=f"{filing}-{kind}", digest=digest, kind=kind, title=name, dated_on=on, about=filing)
    )
    return digest


def came_back(event: EventWriter, books: Books, entity: str) -> bool:
    """A letter sent the filing back: it is none any more. Nothing is done where another one took its place already."""
    filing = books.filings[entity]
    standing = current(books, filing.obligation, filing.period)
    if standing is None or standing.entity != entity or filing.state == "returned":
        return False
    event.add(replace(filing, state="returned"))
    return True


def receive(
    event: EventWriter,
    vault: Vault,
    filing: Filing,
    *,
    state: str,
    on: date,
    at: str | None = None,
    name: str = "",
    data: bytes | None = None,
) -> None:
    """The authority's answer: a receipt, an acceptance, a return; a new version of the filing."""
    receipt = (
        filing.receipt if data is None else _keep(event, vault, filing.entity, "receipt", name, data, on)
    )
    event.add(replace(filing, state=state, receipt=receipt, at=at or filing.at))
