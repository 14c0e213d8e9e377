"""The auditor's package: one period's books as tables and journals, how they came about, and how to check that.

Everything is of the period, with what was held before it; the log of entries is whole, because each
entry's hash rests on the one before. Nothing from the vault is in it unless names were asked for. Free
text that looks like a person's data is masked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from compliance.checks.registry import Context, run
from compliance.files import digest
from compliance.i18n import _
from compliance.ledger.exports import balance_rows, decimal, posting_rows
from compliance.ledger.journals import beancount, hledger
from compliance.periods import Period
from compliance.reports.privacy import masked
from compliance.sheets import Sheet, archive, csv_text, workbook

SUMS = "SHA256SUMS"
_LOG = "entry recorded_at actor kind rows prev hash"
_EVIDENCE = "id kind title dated_on received_on amount_minor currency about sha256 transactions"
_FILINGS = "id obligation start_on last_on state sent_on channel amends sent_sha256 receipt_sha256 knew_entry"
_STATEMENTS = "id account currency start_on last_on opening_minor closing_minor lines state sha256"
_FINDINGS = "id severity message state because"
_MINOR = "_minor"
_PEOPLE = "id full_name"
"""Columns of tables that may have no row."""
Table = tuple[Sequence[str], Iterator[dict[str, Any]]]
_TEXTS = ("memo", "note", "title", "description", "purpose", "because", "message", "name")


@dataclass(frozen=True, slots=True)
class Chosen:
    """What goes in beside the books: open findings; names of people, which need a reason."""

    findings: bool = False
    names: bool = False


@dataclass(frozen=True, slots=True)
class Package:
    data: bytes
    files: tuple[str, ...]
    masked: int


def package(context: Context, period: Period, chosen: Chosen) -> Package:
    """The zip. The same books, period and choice give the same bytes."""
    cleaner = _Cleaner(context)
    files: dict[str, bytes] = {}
    sheets: list[Sheet] = []
    for name, (columns, found) in _tables(context, period, chosen).items():
        rows = list(cleaner.cleaned(found))
        files[f"{name}.csv"] = _csv(rows, columns)
        sheets.append(_sheet(name, columns, rows))
    files["tables.xlsx"] = workbook(sheets)
    for name, write in (("hledger.journal", hledger), ("books.beancount", beancount)):
        lines = write(context.books, start=period.start, end=period.end, opening=True, say=cleaner.text)
        files[name] = "".join(f"{line}\n" for line in lines).encode()
    files["README.txt"] = _readme(context, period, chosen).encode()
    files[SUMS] = "".join(f"{digest(data)}  {name}\n" for name, data in sorted(files.items())).encode()
    return Package(archive(sorted(files.items())), tuple(sorted(files)), cleaner.masked)


def _tables(context: Context, period: Period, chosen: Chosen) -> dict[str, Table]:
    books = context.books
    start, end = period.start, period.end
    tables = {
        "balances": _dicts(*balance_rows(books, start=start, end=end)),
        "postings": _dicts(*posting_rows(books, start=start, end=end)),
        "chart": _facts(
            books.accounts, "id title type account_class currency expense_line opened_on closed_on"
        ),
        "agreements": _facts(books.funds, "id title restricted donor agreement purpose"),
        "sources": _facts(books.sources, "id kind name country acts_for owned_by tax_id pooled"),
        "programmes": _facts(books.programmes, "id title"),
        "log": (_LOG.split(), _log(context)),
        "evidence": (_EVIDENCE.split(), _evidence(context, period)),
        "filings": (_FILINGS.split(), _filings(context, period)),
        "statements": (_STATEMENTS.split(), _statements(context, period)),
    }
    if chosen.findings:
        tables["findings"] = (_FINDINGS.split(), _findings(context))
    if chosen.names:
        tables["people"] = (_PEOPLE.split(), _people(context))
    return tables


def _dicts(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> Table:
    return columns, (dict(zip(columns, row, strict=True)) for row in rows)


def _facts(facts: Mapping[str, Any], fields: str) -> Table:
    names = fields.split()
    return names, (
        {name: entity if name == "id" else _plain(getattr(fact, name)) for name in names}
        for entity, fact in facts.items()
    )


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


def _log(context: Context) -> Iterator[dict[str, Any]]:
    """Every entry up to what is known, with its hash. Who acted is a number: login names are names."""
    actors: dict[str, int] = {}
    for event in context.books.events():
        number = actors.setdefault(event.actor, len(actors) + 1)
        yield {
            "entry": event.seq, "recorded_at": event.recorded_at.isoformat(), "actor": number, "kind": event.kind,
            "rows": event.count, "prev": event.prev, "hash": event.hash,
        }  # fmt: skip


def _evidence(context: Context, period: Period) -> Iterator[dict[str, Any]]:
    """Papers that the period's transactions rest on, or that are dated in it: by digest, never the papers."""
    books = context.books
    about: dict[str, list[int]] = {}
    for item in books.transactions(start=period.start, end=period.end):
        for key in {f"txn:{item.id}", item.line, item.document} - {None}:
            about.setdefault(str(key), []).append(item.id)
    for entity, paper in books.documents.items():
        used = sorted({*about.get(entity, []), *about.get(paper.about or "", [])})
        dated = paper.dated_on is not None and period.start <= paper.dated_on < period.end
        if used or dated:
            yield {
                "id": entity, "kind": paper.kind, "title": paper.title, "dated_on": _plain(paper.dated_on),
                "received_on": _plain(paper.received_on), "amount_minor": paper.amount_minor,
                "currency": paper.currency, "about": paper.about, "sha256": paper.digest,
                "transactions": " ".join(map(str, used)),
            }  # fmt: skip


def _filings(context: Context, period: Period) -> Iterator[dict[str, Any]]:
    for entity, item in context.books.filings.items():
        if item.start_on < period.end and item.last_on >= period.start:
            yield {
                "id": entity, "obligation": item.obligation, "start_on": _plain(item.start_on),
                "last_on": _plain(item.last_on), "state": item.state, "sent_on": _plain(item.on_date),
                "channel": item.channel, "amends": item.amends, "sent_sha256": item.sent,
                "receipt_sha256": item.receipt, "knew_entry": item.known_seq,
            }  # fmt: skip


def _statements(context: Context, period: Period) -> Iterator[dict[str, Any]]:
    for entity, item in context.books.statements.items():
        if item.start_on < period.end and item.last_on >= period.start:
            yield {
                "id": entity, "account": item.account, "currency": item.currency, "start_on": _plain(item.start_on),
                "last_on": _plain(item.last_on), "opening_minor": item.opening_minor,
                "closing_minor": item.closing_minor, "lines": item.lines, "state": item.state, "sha256": item.digest,
            }  # fmt: skip


def _findings(context: Context) -> Iterator[dict[str, Any]]:
    outcome = run(context)
    for item in outcome.open:
        yield {
            "id": item.id,
            "severity": item.severity,
            "message": item.message,
            "state": "open",
            "because": "",
        }
    for item, decision in outcome.decided:
        yield {"id": item.id, "severity": item.severity, "message": item.message, "state": "decided", "because": decision.because}  # fmt: skip


def _people(context: Context) -> Iterator[dict[str, Any]]:
    """Names by pseudonym and nothing else of a person: what makes the tables readable."""
    for ref, body in context.vault.identities().items():
        if ref in context.books.people or ref in context.books.sources:
            yield {"id": ref, "full_name": body.get("name", "")}


class _Cleaner:
    """Masks what looks like a person's data in free text; counts it."""

    def __init__(self, context: Context) -> None:
        self.masked = 0
        self._known = context.vault.names()
        self._seen: dict[str, str] = {}

    def text(self, text: str) -> str:
        if text not in self._seen:
            self._seen[text] = clear = masked(text, self._known)
            self.masked += clear != text
        return self._seen[text]

    def cleaned(self, rows: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        for row in rows:
            yield {
                key: self.text(value) if key in _TEXTS and isinstance(value, str) else value
                for key, value in row.items()
            }


def _csv(rows: Sequence[dict[str, Any]], columns: Sequence[str]) -> bytes:
    """With its header also where there is no row: an auditor sees that nothing is there, not that a file broke."""
    return ("\ufeff" + csv_text(rows, columns)).encode()


def _sheet(name: str, columns: Sequence[str], rows: Sequence[dict[str, Any]]) -> Sheet:
    """The same with amounts as numbers in the unit of their currency, whatever a computer's decimal sign is."""

    def cell(row: dict[str, Any], column: str) -> Any:
        value = row[column]
        return decimal(value, row["currency"]) if column.endswith(_MINOR) and value is not None else value

    titles = [column.removesuffix(_MINOR) for column in columns]
    return name, titles, ([cell(row, column) for column in columns] for row in rows)


def _readme(context: Context, period: Period, chosen: Chosen) -> str:
    books = context.books
    lines = [
        *([_("PRACTICE: invented data"), ""] if books.practice_day() else []),
        context.config.names_on(period.last).nominative,
        _("Books of the period {first} — {last}, as known at entry {seq}").format(
            first=period.start.isoformat(), last=period.last.isoformat(), seq=books.known_at
        ),
        _("Code of that entry: {anchor}").format(anchor=books.event_anchor(books.known_at)),
        "",
        _(
            "balances.csv: by account and agreement: held before, debit, credit, held after. Debit is positive."
        ),
        _("postings.csv: every posting of the period. Journals for hledger and beancount say the same."),
        _(
            "log.csv: every entry of the books since they began, with its hash, which rests on the one before."
        ),
        _("To check it: compliance books audit --anchor CODE, on the organisation's own computer."),
        _("tables.xlsx: all tables once more, for a spreadsheet program."),
        _("evidence.csv: papers by their SHA-256. Ask for a paper and compare."),
        _("SHA256SUMS: the digest of every file here."),
        _("Open findings are in findings.csv.")
        if chosen.findings
        else _("Open findings are left out: they were not asked for."),
        _("people.csv has names. Keep it locked away, and destroy it when the audit is over.")
        if chosen.names
        else _(
            "People are pseudonyms, and who acted is a number. Text that looked personal is masked with •."
        ),
    ]
    return "\n".join([*lines, ""])
