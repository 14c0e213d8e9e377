"""``list``: the facts of one kind, as known then. People are pseudonyms unless asked for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import fields
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from compliance.commands.app import App, pass_app
from compliance.commands.output import Column, emit, format_option, say
from compliance.commands.times import times
from compliance.errors import UsageError
from compliance.i18n import _

if TYPE_CHECKING:
    from compliance.ledger.books import Books, Entry
    from compliance.ledger.fact import Fact

# kind -> (model, columns of the table)
FACTS: dict[str, tuple[str, str]] = {
    "sources": ("Source", "id kind name country acts_for pooled merged_into"),
    "funds": ("Fund", "id title restricted donor agreement start_on end_on"),
    "accounts": ("Account", "id title type account_class currency expense_line number"),
    "programmes": ("Programme", "id title aim"),
    "activities": ("Activity", "id programme kind state start_on end_on quantity participants"),
    "totals": ("StatedTotal", "id programme measure kind value start_on last_on"),
    "persons": ("Person", "id"),
    "roles": ("Role", "id person body title start_on end_on appointed_by"),
    "materials": ("Material", "id title medium created_on on_behalf"),
    "placements": (
        "Placement",
        "id material channel published_on deleted_on label_verdict approved_by proofs",
    ),
    "documents": ("Document", "id kind title dated_on about amount_minor currency"),
    "occurrences": ("Occurrence", "id kind on_date at about note state"),
    "contacts": ("Contact", "id on_date method body purpose principal state"),
    "contributions": (
        "Contribution",
        "id kind on_date recipient person principal amount_minor currency thing state",
    ),
    "rates": ("Rate", "id rate origin"),
    "decisions": ("Decision", "id because state"),
    "filings": ("Filing", "id obligation start_on last_on state on_date channel"),
    "letters": ("Letter", "id kind on_date subject filing reply_by answers"),
    "inspection-items": ("InspectionItem", "id asked state document because handed_on"),
    "signers": ("Signer", "id role public state"),
    "approvals": ("Approval", "id obligation start_on last_on role signer state"),
    "freezes": ("Freeze", "id kind start_on last_on filing"),
    "statements": ("Statement", "id account currency start_on last_on lines new_lines"),
    "registers": ("Register", "id name on_date amount_minor currency heads"),
    "advances": ("Advance", "id person given_on report_by"),
    "keys": ("CostKey", "id account start_on parts"),
    "hours": ("Hours", "id who month_on fund programme minutes"),
    "assets": ("Asset", "id title kind acquired_on amount_minor currency fund place act disposed_on"),
    "pools": ("Pooling", "id fund start_on method"),
    "cheques": ("Cheque", "id account number issued_on valid_until state"),
    "budgets": ("Budget", "id fund expense_line programme start_on last_on amount_minor currency title"),
}
MOVEMENTS = {
    "transactions": "id on kind amount_minor currency accounts funds memo",
    "lines": "id account on amount_minor currency state",
    "debts": "document kind since fund amount_minor currency programme expense_line",
    "loans": "lender borrower amount_minor currency since",
    "channels": "channel placements start_on last_on not_right looked_at",
    "events": "seq recorded_at actor kind count",
}
KINDS = (*FACTS, *MOVEMENTS)
_REVEALED = {
    "persons": ("name", "born_on", "citizenship"),
    "sources": ("name",),
    "contacts": ("name",),
    "lines": ("name", "purpose"),
}


@click.command(name="list", help=_("List the facts of one kind: {kinds}").format(kinds=", ".join(KINDS)))
@click.argument("kind", metavar="KIND", required=False)
@times
@click.option("--reveal", is_flag=True, help=_("Show names from the vault"))
@format_option
@pass_app
def list_(app: App, /, kind: str | None, reveal: bool, fmt: str) -> None:
    if kind is None:
        _kinds(app, fmt)
        return
    kind = _kind(kind)
    keys = (FACTS[kind][1] if kind in FACTS else MOVEMENTS[kind]).split()
    with app.books() as books:
        rows = list(_facts(books, kind) if kind in FACTS else _movements(books, kind))
    if reveal and kind in _REVEALED:
        keys += [key for key in _REVEALED[kind] if key not in keys]
        _reveal(app, kind, rows)
    shown = _for_people(kind, rows) if fmt == "table" else rows
    if fmt == "table" and "expense_line" in keys:
        from compliance.commands.words import with_line

        shown = [with_line(app.rules, row) for row in shown]
    emit(shown, _columns(kind, keys), f"{kind}/1", fmt, empty=_none(kind))


def _kinds(app: App, fmt: str) -> None:
    """Which kinds there are, what they are for, and how many are recorded."""
    from compliance.commands.record import KINDS as RECORDED
    from compliance.ledger import models

    with app.books() as books:
        rows = [
            {
                "kind": kind,
                "title": _(RECORDED[_singular(kind)][1]) if _singular(kind) in RECORDED else "",
                "count": len(books.facts(getattr(models, model))),
            }
            for kind, (model, _columns) in FACTS.items()
        ]
    columns = [Column("kind", _("Kind")), Column("title", _("What")), Column("count", _("Recorded"))]
    emit(rows, columns, "kinds/1", fmt)
    if fmt == "table":
        say(_("Of one kind: compliance list KIND. Also: {kinds}").format(kinds=", ".join(MOVEMENTS)))


def _none(kind: str) -> str:
    from compliance.commands.record import KINDS as RECORDED

    name = _singular(kind)
    if name not in RECORDED:
        return ""
    return _("Nothing of this kind is recorded. To record one: compliance record {kind}").format(kind=name)


def _columns(kind: str, keys: list[str]) -> list[Column]:
    other = {"id": _("No.")} if kind == "transactions" else {}
    if any(key.endswith("_minor") for key in keys):
        other["currency"] = ""  # it stands beside an amount
    return [Column(key, other.get(key, _title(key)), money=key.endswith("_minor")) for key in keys]


def _for_people(kind: str, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Values in words; of a statement line the short name that ``assign`` takes."""
    from compliance.commands.words import in_words
    from compliance.ledger.lines import HANDLE

    if kind == "lines":
        return [{**in_words(row), "id": row["id"][:HANDLE]} for row in rows]
    return [{**in_words(row), **_channel(kind, row)} for row in rows]


def _channel(kind: str, row: dict[str, Any]) -> dict[str, str]:
    """How a filing went, or where a material appeared: one field, two vocabularies."""
    if kind == "filings":
        from compliance.commands.filing import channel_word as sent

        return {"channel": sent(row["channel"])}
    if kind in ("placements", "channels"):
        from compliance.checks.publications import channel_word as published

        return {"channel": published(row["channel"])}
    return {}


def _kind(text: str) -> str:
    """A kind in the plural or singular, or the start of one."""
    found = [kind for kind in KINDS if text in (kind, _singular(kind))] or [
        kind for kind in KINDS if text and kind.startswith(text)
    ]
    if len(found) != 1:
        raise UsageError(
            _("there is no kind “{kind}”").format(kind=text),
            remedy=_("One of: {kinds}").format(kinds=", ".join(KINDS)),
        )
    return found[0]


def _singular(kind: str) -> str:
    """``activities`` as ``activity``, ``funds`` as ``fund``: the words that ``record`` takes."""
    return kind.removesuffix("ies") + "y" if kind.endswith("ies") else kind.removesuffix("s")


def _facts(books: Books, kind: str) -> Iterator[dict[str, Any]]:
    from compliance.commands.listing_more import told_besides
    from compliance.ledger import models

    model, _columns = FACTS[kind]
    more = told_besides(books, kind)
    for fact in books.facts(getattr(models, model)).values():
        yield _row(_plain(fact)) | (more(fact.entity) if more else {})


def _plain(fact: Fact) -> dict[str, Any]:
    """A fact as JSON-ready values, days as ISO text."""
    values = {field.name: getattr(fact, field.name) for field in fields(fact)}
    return {key: value.isoformat() if isinstance(value, date) else value for key, value in values.items()}


def _row(values: dict[str, Any]) -> dict[str, Any]:
    """``entity`` and ``seq`` under the names that users know: ``id`` and ``event``."""
    names = {"entity": "id", "identity": "id", "seq": "event", "on_date": "on_date"}
    return {names.get(key, key): value for key, value in values.items()}


def _movements(books: Books, kind: str) -> Iterator[dict[str, Any]]:
    if kind == "events":
        for event in books.events():
            if books.as_of is None or event.recorded_at.date() <= books.as_of:
                yield {
                    "seq": event.seq,
                    "recorded_at": event.recorded_at.isoformat(),
                    "actor": event.actor,
                    "kind": event.kind,
                    "count": event.count,
                    "note": event.note,
                    "hash": event.hash,
                }
    elif kind == "lines":
        from compliance.ledger.lines import standing

        states = {True: "sorted", False: "waiting", None: "undone"}
        stand = standing(books)
        for line in books.lines():
            yield {
                "id": line.identity,
                "statement": line.statement,
                "account": line.account,
                "on": line.on_date.isoformat(),
                "currency": line.currency,
                "amount_minor": line.amount_minor,
                "event": line.seq,
                "state": states[stand.get(line.identity)],
            }
    elif kind == "loans":
        yield from _loans(books)
    elif kind == "debts":
        yield from _debts(books)
    elif kind == "channels":
        yield from _channels(books)
    else:
        yield from _transactions(books)


def _loans(books: Books) -> Iterator[dict[str, Any]]:
    from compliance.ledger.loans import open_loans

    for item in open_loans(books):
        yield {
            "lender": item.lender,
            "borrower": item.borrower,
            "amount_minor": item.amount_minor,
            "currency": item.currency,
            "since": item.since.isoformat(),
        }


def _channels(books: Books) -> Iterator[dict[str, Any]]:
    """Where things were published, and when each channel's export was held against the register last."""
    from compliance.filings.placements import watched

    for name, item in watched(books).items():
        yield {
            "channel": name,
            "placements": item.placements,
            "start_on": item.first.isoformat() if item.first else None,
            "last_on": item.last.isoformat() if item.last else None,
            "not_right": item.not_right,
            "looked_at": item.looked_at.isoformat() if item.looked_at else None,
        }


def _debts(books: Books) -> Iterator[dict[str, Any]]:
    """What is open: owed, paid ahead, handed out; with the paper that settles it."""
    from compliance.ledger.debts import open_debts

    for item in open_debts(books):
        yield {
            "document": item.document,
            "kind": item.kind,
            "since": item.since.isoformat(),
            "fund": item.fund,
            "amount_minor": item.amount_minor,
            "currency": item.currency,
            "programme": item.programme,
            "expense_line": item.expense_line,
        }


def _transactions(books: Books) -> Iterator[dict[str, Any]]:
    from compliance.ledger.chart import UNASSIGNED

    suspense = {key for key, item in books.accounts.items() if item.account_class == "suspense"}
    for item in books.transactions():
        amount_minor, currency = moved(books, item.postings)
        seen = _seen(item.postings)
        yield {
            "id": item.id,
            "on": item.on.isoformat(),
            "kind": item.kind,
            "amount_minor": amount_minor,
            "currency": currency,
            "accounts": sorted({posting.account for posting in seen} - suspense),
            "funds": sorted({posting.fund for posting in seen} - {UNASSIGNED}),
            "memo": item.memo,
            "line": item.line,
            "document": item.document,
            "reverses": item.reverses,
            "amends_filing": item.amends_filing,
            "event": item.seq,
            "postings": [
                {
                    "account": posting.account,
                    "fund": posting.fund,
                    "currency": posting.currency,
                    "amount_minor": posting.amount_minor,
                    "source": posting.source,
                    "programme": posting.programme,
                    "expense_line": posting.expense_line,
                    "purpose": posting.purpose,
                    "property": posting.property,
                }
                for posting in item.postings
            ],
        }


def _seen(postings: Sequence[Entry]) -> Sequence[Entry]:
    """Without the legs that only take a statement line out of the fund of nobody."""
    from compliance.ledger.chart import UNASSIGNED

    return [posting for posting in postings if posting.fund != UNASSIGNED] or postings


def moved(books: Books, postings: Sequence[Entry]) -> tuple[int, str]:
    """What a transaction brought to the places where money lies (minus: took from them), and its currency.

    Where it changed no place (own transfers, things in kind, loans between agreements): how much was moved.
    """
    from compliance.ledger.chart import SYSTEM_CLASSES

    seen = _seen(postings)
    held = {
        key
        for key, account in books.accounts.items()
        if account.type == "asset" and account.account_class not in SYSTEM_CLASSES
    }
    for currency in dict.fromkeys(posting.currency for posting in seen):
        net = sum(item.amount_minor for item in seen if item.account in held and item.currency == currency)
        if net:
            return net, currency
    currency = seen[0].currency
    return sum(max(item.amount_minor, 0) for item in seen if item.currency == currency), currency


def _reveal(app: App, kind: str, rows: list[dict[str, Any]]) -> None:
    say(_("Names from the vault follow. Do not leave them on the screen or in a file."))
    with app.vault() as vault:
        for row in rows:
            body = vault.line_text(row["id"]) if kind == "lines" else vault.identity(row["id"])
            row.update({key: value for key, value in (body or {}).items() if value})


def _title(key: str) -> str:
    return {
        "id": _("Id"), "seq": _("Entry"), "kind": _("Kind"), "name": _("Name"), "country": _("Country"),
        "acts_for": _("Acts for"), "merged_into": _("Counts as"), "pooled": _("Pooled"), "title": _("Title"), "restricted": _("Restricted"),
        "donor": _("Donor"), "agreement": _("Agreement"), "type": _("Type"), "account_class": _("Class"),
        "currency": _("Currency"), "expense_line": _("Form line"), "number": _("Number"), "aim": _("Aim"),
        "programme": _("Programme"), "state": _("State"), "start_on": _("From"), "end_on": _("To"),
        "last_on": _("To"), "measure": _("Measure"), "value": _("Number"),
        "quantity": _("Quantity"), "participants": _("Participants"),
        "person": _("Person"), "recipient": _("To whom"), "thing": _("Thing"), "body": _("Body"), "appointed_by": _("Appointed by"), "medium": _("Medium"),
        "created_on": _("Made on"), "on_behalf": _("On behalf of"), "material": _("Material"),
        "channel": _("Channel"), "published_on": _("Published"), "deleted_on": _("Taken down"),
        "label_verdict": _("Label"), "approved_by": _("Approved by"), "proofs": _("Proof"), "dated_on": _("Dated"), "about": _("About"), "rate": _("Rate"),
        "amount_minor": _("Amount"), "origin": _("Origin"), "because": _("Because"), "filing": _("Filing"),
        "obligation": _("Obligation"), "on_date": _("Day"), "on": _("Day"), "account": _("Account"),
        "lines": _("Lines"), "new_lines": _("New lines"), "accounts": _("Accounts"),
        "funds": _("Agreements"), "memo": _("Memo"), "recorded_at": _("Recorded"), "actor": _("Who"),
        "count": _("Rows"), "parts": _("Shares"), "lender": _("Lent by"), "borrower": _("Lent to"), "who": _("Who"), "month_on": _("Month"), "minutes": _("Minutes"),
        "acquired_on": _("Received"), "place": _("Place"), "act": _("Act"), "disposed_on": _("Disposed of"),
        "method": _("Method"), "issued_on": _("Issued"), "valid_until": _("Valid until"), "born_on": _("Born"), "citizenship": _("Citizenship"), "purpose": _("Purpose"),
        "document": _("Paper"), "since": _("Since"), "heads": _("Rows or people"), "given_on": _("Given"), "report_by": _("Report by"), "fund": _("Agreement"),
        "at": _("Time"), "subject": _("Subject"), "asked": _("Asked"), "handed_on": _("Handed over"), "reply_by": _("Answer by"), "answers": _("Answer to"),
        "placements": _("Placements"), "not_right": _("Label not right"), "looked_at": _("Looked at"),
        "role": _("Role"), "public": _("Public key"), "signer": _("Signed by"), "note": _("Note"), "principal": _("On behalf of"),
    }[key]  # fmt: skip
