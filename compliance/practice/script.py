"""The practice organisation as the commands that a person would type: lists of words after ``compliance``.

Nothing here runs anything; the demo does, and prints what it runs. What can only be known while it runs
(the short name of a statement line) is asked for by the caller and given to ``assignment``.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date

from compliance.money import plain
from compliance.practice import workbooks
from compliance.practice.model import Accrual, AttributionRule, Event, Part, PastFiling, Practice
from compliance.practice.sent import ACTS

Command = list[str]
EXPENSE_KINDS = ("expense", "fee", "debt", "prepayment", "advance")


def options(**values: object) -> Command:
    """``--name value`` pairs of what is not empty; underscores become dashes."""
    words: Command = []
    for name, value in values.items():
        if value is None or value == "" or value is False:
            continue
        flag = "--" + name.rstrip("_").replace("_", "-")
        words += (
            [flag] if value is True else [flag, value.isoformat() if isinstance(value, date) else str(value)]
        )
    return words


def books(practice: Practice) -> Iterator[Command]:
    """Programmes, sources, agreements, accounts, and what each held when the books begin."""
    for programme in practice.programmes:
        yield ["record", "programme", *options(id=programme.id, title=programme.title, aim=programme.aim)]
    yield [
        "record",
        "document",
        "offer.pdf",
        *options(id="offer", kind="agreement", title="Оферта о пожертвованиях на сайте"),
    ]
    for source in sorted(practice.sources, key=lambda item: item.acts_for is not None):
        yield [
            "record", "source",
            *options(
                id=source.id, kind=source.kind, name=source.name, country=source.country, acts_for=source.acts_for,
                tax_id=source.tax_id, pooled=source.pooled, note=source.note, pool_rule=source.pool_rule,
                evidence=source.evidence,
            ),
        ]  # fmt: skip
    for fund in practice.funds:
        yield [
            "record", "fund",
            *options(id=fund.id, title=fund.title, donor=fund.donor, agreement=fund.agreement, purpose=fund.purpose),
            "--restricted" if fund.restricted else "--unrestricted",
        ]  # fmt: skip
    for account in practice.accounts:
        yield [
            "record", "account",
            *options(
                id=account.id, title=account.title, type="asset", class_=account.account_class,
                currency=account.currency, number=account.number, bic=account.bic,
            ),
        ]  # fmt: skip


def openings(practice: Practice, on: date) -> Iterator[Command]:
    for item in practice.openings:
        amount = plain(item.amount_minor, item.currency)
        yield ["record", "opening", *options(account=item.account, fund=item.fund, amount=amount, on=on)]
    for debt in practice.accruals:
        if debt.kind == "unpaid_before":
            yield _obligation(debt)
        elif debt.kind in ("prepaid", "advance"):
            kind = "invoice" if debt.kind == "prepaid" else "application"
            yield [
                "record", "document", "--missing",
                *options(id=debt.document, kind=kind, title=debt.title, dated_on=debt.on, about=debt.fund),
            ]  # fmt: skip


def budgets(practice: Practice, period: str) -> Iterator[Command]:
    for item in practice.budgets:
        yield [
            "record", "budget",
            *options(fund=item.fund, period=period, expense_line=item.line, amount=plain(item.amount_minor, "RUB")),
        ]  # fmt: skip


def obligations(practice: Practice) -> Iterator[Command]:
    """What had been delivered by the quarter's end and was not paid."""
    return (_obligation(debt) for debt in practice.accruals if debt.kind == "unpaid")


def _obligation(debt: Accrual) -> Command:
    return [
        "record", "obligation",
        *options(
            on=debt.on, fund=debt.fund, expense_line=debt.line, programme=debt.programme,
            amount=plain(abs(debt.amount_minor), "RUB"), id=debt.document, title=debt.title,
        ),
    ]  # fmt: skip


def people(practice: Practice) -> Iterator[Command]:
    for person in practice.people:
        yield [
            "record", "person",
            *options(
                id=person.id, name=person.name, born=person.born_on, citizenship=person.citizenship,
                address=person.address, identity_document=person.document,
            ),
        ]  # fmt: skip
    for role in practice.roles:
        yield [
            "record", "role",
            *options(
                id=role.id, person=role.person, body=role.body, title=role.title, since=role.start_on,
                until=role.end_on, appointed_by=role.act,
            ),
        ]  # fmt: skip


def work(practice: Practice) -> Iterator[Command]:
    """Activities in counts, one programme's by its lead's workbook; and help received without money."""
    yield ["workbook", "apply", workbooks.FILE, "--yes"]
    for item in practice.activities:
        if item.programme == workbooks.PROGRAMME:
            continue
        yield [
            "record", "activity",
            *options(
                id=item.id, programme=item.programme, kind=item.kind, state=item.state, on=item.start_on,
                until=item.end_on, quantity=item.quantity, participants=item.participants, place=item.place,
                description=item.description, output=item.output,
            ),
        ]  # fmt: skip
    for gift in practice.in_kind:
        yield [
            "record", "in-kind",
            *options(
                on=gift.on, source=gift.source, fund=gift.fund, property=gift.property, amount="0",
                programme=gift.programme, memo=gift.description,
            ),
        ]  # fmt: skip


def publications(practice: Practice, files: dict[str, str]) -> Iterator[Command]:
    """Materials and where they appeared; ``files`` says where a material's file lies, by its name."""
    named = {item.id: files.get(item.file or "") for item in practice.materials}
    for material in practice.materials:
        yield [
            "record", "material",
            *options(id=material.id, title=material.title, medium=material.medium, on=material.created_on,
                     file=named[material.id]),
        ]  # fmt: skip
    mixed = {item.material for item in practice.placements if item.wrong}
    for placement in practice.placements:
        # Where only some placements of a material are wrong, the file at hand is what stands in those.
        shown = placement.wrong or placement.material not in mixed
        yield [
            "record", "placement", placement.material,
            *options(id=placement.id, channel=placement.channel, published_on=placement.published_on,
                     address=placement.address, file=named.get(placement.material) if shown else None),
        ]  # fmt: skip


def cash(practice: Practice) -> Iterator[Command]:
    """What was paid from the cash box; what was put into it comes with the bank's line."""
    for event in practice.of_account("cash"):
        for part in event.parts:
            if part.kind in EXPENSE_KINDS:
                yield [
                    "record", "expense",
                    *options(
                        on=event.on, account="cash", fund=part.fund, amount=plain(-part.amount_minor, event.currency),
                        as_=None, expense_line=part.line, programme=part.programme, purpose=part.purpose,
                        memo=event.purpose,
                    ),
                ]  # fmt: skip


def late(practice: Practice) -> Iterator[Command]:
    for paper in practice.late_documents:
        yield [
            "record", "document", f"late/act-{paper.dated_on.isoformat()}.pdf",
            *options(
                id="late-act", kind="act", title=paper.title, dated_on=paper.dated_on, received_on=paper.received_on,
                amount=plain(paper.amount_minor, "RUB"), currency="RUB", about=paper.fund,
            ),
        ]  # fmt: skip


def acts(practice: Practice, handle: Callable[[Event], str]) -> Iterator[Command]:
    """Acts of acceptance, each about the bank line that paid for the thing; ``handle`` is its short name."""
    for event in practice.events:
        if event.tag in ACTS and event.tag not in practice.missing_acts:
            yield [
                "record", "document", f"papers/act-{event.tag}.pdf",
                *options(id=f"act-{event.tag}", kind="act", title=f"Акт приёмки: {event.purpose.split(',')[0]}", dated_on=event.on,
                         amount=plain(-event.amount_minor, event.currency), currency=event.currency, about=handle(event)),
            ]  # fmt: skip


def history(filing: PastFiling, amends: str | None, cells: dict[str, int]) -> Command:
    """A filing made before these books began: its file, its receipt, and the figures on it."""
    figures = [word for cell, value in cells.items() for word in ("--cell", f"{cell}={value}")]
    return [
        "file", filing.form, filing.period,
        *options(
            on=filing.filed_on, channel=filing.channel, sent=f"sent/{filing.sent}", receipt=f"sent/{filing.receipt}",
            amends=amends,
        ),
        *figures, "--yes",
    ]  # fmt: skip


def rules(practice: Practice) -> str:
    """The attribution rules as the JSON list that ``queue rule load`` reads.

    A rule that says otherwise than the practice's own accountant did (a planted mistake) is left out.
    """
    rows = []
    agreed = [rule for rule in practice.rules if _agrees(rule, practice)]
    for order, rule in enumerate(agreed, start=1):
        row = {
            "id": rule.id, "order": order, "on_account": rule.account, "direction": rule.direction, "kind": rule.kind,
            "fund": rule.fund, "tax_id": rule.tax_id, "purpose_contains": rule.contains, "programme": rule.programme,
            "line": rule.line, "source": rule.source, "account": _far(rule.counter),
        }  # fmt: skip
        rows.append({key: value for key, value in row.items() if value})
    return json.dumps(rows, ensure_ascii=False, indent=1)


def _agrees(rule: AttributionRule, practice: Practice) -> bool:
    parts = [part for event in practice.events if rule.matches(event) for part in event.parts]
    return all((part.kind, part.fund, part.line) == (rule.kind, rule.fund, rule.line) for part in parts)


def _far(counter: str | None) -> str | None:
    """Only the cash box has no statement of its own; the other half of other moves comes with theirs."""
    return counter if counter == "cash" else None


def registers(practice: Practice) -> Iterator[Command]:
    """Wages are booked from their registers; so are card gifts and single tax payments, unless the practice's
    accountant typed those by hand (planted mistakes): then their registers are kept beside them as evidence."""
    for event in (*practice.tagged("payroll"), *practice.tagged("payroll-early")):
        yield ["register", "payroll", f"registers/payroll-{event.on.isoformat()}.csv", "--yes"]
    for number, kind, file in (
        (3, "acquirer", "acquirer-register.csv"),
        (6, "tax", "registers/taxes-2025-q4.csv"),
    ):
        kept = ["--keep"] if number in practice.mistakes else []
        yield ["register", kind, file, *kept, "--yes"]


def reconciling() -> Iterator[Command]:
    """What 1C's words mean, said once; then its trial balance and the card of its bank accounts beside ours."""
    from compliance.practice.onec import ITEMS

    yield ["reconcile", "map", "50.01", "--account", "cash"]
    yield ["reconcile", "map", "86", "--ignore"]
    for line, word in ITEMS.items():
        yield ["reconcile", "map", word, "--line", line]
    yield ["reconcile", "1c/trial-balance-2025-q4.csv"]
    yield ["reconcile", "1c/card-51-2025-q4.xlsx", "--by", "fund"]
    yield ["reconcile", "1c/card-51-2025-q4.xlsx", "--by", "line"]


def by_hand(practice: Practice, event: Event) -> bool:
    """Whether the accountant sorts the line herself: all that waits, but what is booked from a register."""
    typed = {
        "payroll": False,
        "payroll-early": False,
        "acquirer": 3 in practice.mistakes,
        "single-tax": 6 in practice.mistakes,
    }
    return typed.get(event.tag or "", True)


def assignment(event: Event, handle: str) -> Command:
    """How the accountant sorts one line by hand: by options, or split into parts."""
    if len(event.parts) == 1:
        part = event.parts[0]
        if part.kind == "debt":
            return ["assign", handle, *options(kind=part.kind, document=part.document)]
        return [
            "assign", handle,
            *options(
                fund=part.fund, kind=part.kind, source=part.source, programme=part.programme, line=part.line,
                account=_far(part.counter), purpose=part.purpose, document=part.document,
            ),
        ]  # fmt: skip
    return [
        "assign",
        handle,
        *(word for part in event.parts for word in ("--part", _part(part, event.currency))),
    ]


def _part(part: Part, currency: str) -> str:
    natural = -1 if part.kind in (*EXPENSE_KINDS, "refund") else 1
    given = {
        "kind": part.kind, "fund": part.fund, "source": part.source, "programme": part.programme, "line": part.line,
        "purpose": part.purpose, "amount": plain(natural * part.amount_minor, currency),
    }  # fmt: skip
    return " ".join(f"{name}={value}" for name, value in given.items() if value)
