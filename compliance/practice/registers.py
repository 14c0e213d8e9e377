"""Registers behind bank lines: who got the wages, what a single tax payment was, each card payment.

Written as the accountant's own programs would: semicolons, a decimal comma, a total row.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from compliance.money import plain
from compliance.practice.data import FUNDS, PROGRAMMES
from compliance.practice.dice import Dice, split
from compliance.practice.model import Event, Part, Practice

_PAID_FROM = {
    "p1": ("director", "lead-p1", "office"),
    "p2": ("lead-p2", "accountant"),
    "p3": ("lead-p3", "director"),
    "p4": ("press", "lead-p3"),
    "p5": ("lead-p5", "office"),
    "p9": ("lead-p9", "accountant"),
}
"""Programme -> whose wages it bears: nine people on six programmes, some of them on two."""
INCOME_TAX, CHARGES, SIMPLIFIED = "НДФЛ", "Страховые взносы", "Налог по УСН"
"""What a single tax payment is made of; the first two belong to pay."""
_TAX_OF_CHARGES = 35
"""Per cent of the charges on pay that is the people's own income tax, held back from their pay."""


def files(practice: Practice) -> list[tuple[str, bytes]]:
    """(name, bytes): a payroll list for each bank line, one register of the taxes, one of the acquirer."""
    papers = [
        (f"registers/payroll-{event.on.isoformat()}.csv", payroll(practice, event))
        for event in (*practice.tagged("payroll"), *practice.tagged("payroll-early"))
    ]
    return [
        *papers,
        ("registers/taxes-2025-q4.csv", taxes(practice)),
        ("acquirer-register.csv", acquirer(practice)),
    ]


def payroll(practice: Practice, event: Event) -> bytes:
    names = {person.id: person.name for person in practice.people}
    rows = []
    for number, part in enumerate(event.parts):
        people = _PAID_FROM[part.programme or ""]
        amounts = split(-part.amount_minor, len(people), Dice(practice.seed, event.id, number), 100)
        rows += [
            (f"{event.on:%d.%m.%Y}", names[person], _fund(part), _programme(part), _rub(amount))
            for person, amount in zip(people, amounts, strict=True)
        ]
    header = ("Дата выплаты", "Сотрудник", "Договор", "Программа", "К выплате")
    return _csv([header, *rows, ("Итого", "", "", "", _rub(-event.amount_minor))])


def taxes(practice: Practice) -> bytes:
    """Right whatever the books say: what was due is known from the payroll, not from the bank line."""
    from compliance.practice.pay import tax_payments

    rows: list[tuple[str, ...]] = []
    for event in tax_payments():
        for part in event.parts:
            due = -part.amount_minor
            held = due * _TAX_OF_CHARGES // 100 if part.line == "pay" else 0
            words = ((INCOME_TAX, held), (CHARGES, due - held)) if held else ((SIMPLIFIED, due),)
            rows += [
                (f"{event.on:%d.%m.%Y}", word, _fund(part), _programme(part), _rub(amount))
                for word, amount in words
            ]
    return _csv([("Дата платежа", "Обязательство", "Договор", "Программа", "Сумма"), *rows])


def acquirer(practice: Practice) -> bytes:
    """Each card payment with its fee and the country of the card: what the bank line does not show."""
    rows = [
        (
            f"{gift.settled_on:%d.%m.%Y}",
            gift.reference,
            plain(gift.amount_minor, "RUB"),
            plain(gift.fee_minor, "RUB"),
            gift.card_country,
        )
        for gift in practice.card_gifts
    ]
    return _csv([("Дата зачисления", "Операция", "Сумма", "Комиссия", "Страна карты"), *rows])


def _fund(part: Part) -> str:
    return next(fund.title for fund in FUNDS if fund.id == part.fund)


def _programme(part: Part) -> str:
    return next((item.title for item in PROGRAMMES if item.id == part.programme), "")


def _rub(amount_minor: int) -> str:
    whole, _point, fraction = plain(amount_minor, "RUB").partition(".")
    return f"{int(whole):,}".replace(",", " ") + "," + fraction


def _csv(rows: Iterable[Sequence[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=";", lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode("utf-8")
