"""The fourth quarter of 2025 as it happened: every bank line and cash entry with its right attribution.

The story's own payments are fixed; what is left of each fund, form line and account is split over
plausible payments by `dice`, so the totals hold to the kopeck for every seed.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date

from compliance.practice import cards, pay
from compliance.practice.data import (
    ACCRUALS,
    BANK_A,
    FUNDS,
    INTEREST,
    OWN,
    OWN_INCOME,
    SOLD_EUR,
    SOLD_RATE,
    SOLD_RUB,
    SOURCES,
)
from compliance.practice.dice import Dice, account_number, split, tax_id
from compliance.practice.draft import BANK_PARTY, event, month_name, moved, working_days
from compliance.practice.model import CardGift, Event, Part, Party
from compliance.practice.payees import A1_CELLS, Cell, Fixed, contract, party

SOLD_ON, SOLD_CREDITED_ON = date(2025, 11, 20), date(2025, 11, 21)
_EARLY_F1 = 120_000_00
"""What the first fund may pay to suppliers from its roubles before the euros are sold."""
_DEBTS = {item.event: item for item in ACCRUALS if item.event}
_PAID_AS = {"unpaid_before": "debt", "prepaid": "prepayment", "advance": "advance"}
_SOURCE = {source.id: source for source in SOURCES}
_BOOKSHOP = Party("Muster Buchladen GmbH", "", "DE00000000000000000042", "", "Beispielbank")


def build_events(seed: int) -> tuple[tuple[Event, ...], tuple[CardGift, ...]]:
    """All events in order of day, with ids and references, and the acquirer's register."""
    gifts = cards.card_gifts(Dice(seed, "gifts"))
    events = [
        *grants(),
        *own_income(Dice(seed, "own")),
        *suppliers(Dice(seed, "suppliers")),
        *pay.registers(),
        *pay.tax_payments(),
        *pay.contract_fees(),
        *own_moves(),
        *euro(),
        *cards.acquirer_days(gifts),
        *cards.straight_gifts(),
        *cards.card_payments(Dice(seed, "cards")),
        *cash(),
    ]
    return _numbered(events), gifts


def grants() -> list[Event]:
    rows = (
        ("f2", "primer", date(2025, 10, 16), 700_000_00),
        ("f2", "primer", date(2025, 11, 18), 540_000_00),
        ("f3a", "mebel", date(2025, 10, 10), 200_000_00),
        ("f3a", "pekarnya", date(2025, 11, 5), 100_000_00),
        ("f3a", "mebel", date(2025, 11, 12), 100_000_00),
        ("f3a", "okna", date(2025, 12, 2), 120_000_00),
        ("f3a", "pekarnya", date(2025, 12, 10), 80_000_00),
    )
    agreement = {fund.id: fund.agreement for fund in FUNDS}
    events = []
    for number, (fund, source, day, amount) in enumerate(rows):
        about = f"по договору {agreement[fund]}" if fund == "f2" else "на фестиваль, библиотеку и волонтёров"
        kind = "grant" if fund == "f2" else "donation"
        part = Part("income", fund, amount, source=source, purpose=kind)
        purpose = f"Целевое пожертвование {about}. НДС не облагается"
        events.append(
            event("a1", day, [part], source_party(source), purpose, reference=str(310 + number * 7))
        )
    return events


def source_party(source: str) -> Party:
    found = _SOURCE[source]
    index = list(_SOURCE).index(source)
    account = account_number(f"407028100{index + 500:011}", BANK_A[0])
    return Party(found.name or "", found.tax_id or "", account, *BANK_A)


def own_income(dice: Dice) -> list[Event]:
    """Eleven receipts of own income, one a bookshop abroad without a tax number, one interest."""
    days = [date(2025, 10, day) for day in (3, 15, 24)]
    days += [date(2025, 11, day) for day in (11, 13, 19, 28)]
    days += [date(2025, 12, day) for day in (8, 19)]
    shop = 6_300_00
    amounts = split(OWN_INCOME - INTEREST - shop, len(days), dice, 50_00)
    buyer = Party(
        "ООО «Пример-Книги»",
        tax_id("000020060"),
        account_number("40702810000000000600", BANK_A[0]),
        *BANK_A,
    )
    events = [
        _own(day, amount, buyer, f"Оплата за брошюры по накладной № {number}. НДС не облагается")
        for number, (day, amount) in enumerate(zip(days, amounts, strict=True), 21)
    ]
    purpose = "Payment for booklets, invoice 32 / Оплата за брошюры, счёт 32"
    events.append(_own(date(2025, 10, 30), shop, _BOOKSHOP, purpose, tag="foreign-payer"))
    purpose = "Оплата за брошюры по накладной № 33. НДС не облагается"
    return [*events, _own(date(2025, 12, 30), INTEREST, buyer, purpose, tag="interest")]


def _own(day: date, amount: int, buyer: Party, purpose: str, tag: str | None = None) -> Event:
    part = Part("income", "f4", amount, "p6", source="own", purpose="sale")
    return event("a1", day, [part], buyer, purpose, tag=tag)


def suppliers(dice: Dice) -> list[Event]:
    rows = [(cell, fixed) for cell in A1_CELLS for fixed in _payments(cell, dice)]
    early = _early(rows)
    return [
        _supplier(cell, fixed, dice, working_days(last=SOLD_ON) if number in early else None)
        for number, (cell, fixed) in enumerate(rows)
    ]


def _payments(cell: Cell, dice: Dice) -> list[Fixed]:
    """The cell's named payments, then the rest of its total, with days where they do not matter."""
    count = cell.count - len(cell.fixed)
    if not count:
        return list(cell.fixed)
    amounts = split(cell.total_minor - sum(item.amount_minor for item in cell.fixed), count, dice, cell.grain)
    usual = len(cell.supplies) - (
        cell.line == "travel" and cell.fund == "f3a"
    )  # the advance is one payment only
    return [*cell.fixed, *(Fixed(amount, supply=index % usual) for index, amount in enumerate(amounts))]


def _early(rows: list[tuple[Cell, Fixed]]) -> set[int]:
    """The smallest payments of the first fund, as far as its roubles reach before the sale."""
    early: set[int] = set()
    left = _EARLY_F1
    for number, (cell, item) in sorted(enumerate(rows), key=lambda row: (row[1][1].amount_minor, row[0])):
        if cell.fund == "f1" and item.on is None and item.amount_minor <= left and len(early) < 24:
            early.add(number)
            left -= item.amount_minor
    return early


def _supplier(cell: Cell, item: Fixed, dice: Dice, days: list[date] | None) -> Event:
    supply = cell.supplies[item.supply]
    if cell.fund == "f1" and days is None:
        days = working_days(SOLD_CREDITED_ON)
    elif supply.programme == "p7":
        days = working_days(last=date(2025, 10, 17))
    day = item.on or dice.pick(days or working_days())
    about = f"{item.subject}." if item.subject else f"{supply.subject}, {month_name(day)}"
    debt = _DEBTS.get(item.tag or "")
    # What is no cost of the day is paid by an order that names no contract as the rules know them.
    by = f"к договору № {contract(cell, supply)}:" if debt else f"по договору № {contract(cell, supply)},"
    lines = (f"Оплата {by}", about, "НДС не облагается")
    kind, paper = (_PAID_AS[debt.kind], debt.document) if debt else ("expense", None)
    part = Part(kind, cell.fund, -item.amount_minor, supply.programme, cell.line, document=paper)
    return event(
        "a1",
        day,
        [part],
        party(supply),
        " ".join(lines),
        tag=item.tag,
        purpose_lines=lines if item.tag == "debt-premises" else (),
    )


def own_moves() -> list[Event]:
    purpose = "Перевод собственных средств между счетами. НДС не облагается"
    days = (date(2025, 10, 6), date(2025, 11, 6), date(2025, 12, 4))
    arrives = (date(2025, 10, 7), *days[1:])
    events = []
    for number, (day, arrival) in enumerate(zip(days, arrives, strict=True), 1):
        pair = f"transfer-{number}"
        events += moved("a1", "a2", day, 35_000_00, "f4", pair, purpose, arrives=arrival, tag="own-transfer")
    withdrawn = "Выдача наличных на хозяйственные расходы, чек АА 0000042"
    return [*events, *moved("a1", "cash", date(2025, 11, 10), 10_000_00, "f4", "withdrawal-1", withdrawn)]


def euro() -> list[Event]:
    """One receipt: credited to transit, moved in three orders; a fee; a sale; fees charged by mistake.

    What is valued in roubles falls on days with a rate; moves between own accounts need none.
    """
    received, transit = date(2025, 10, 14), date(2025, 10, 15)
    gift = Part("income", "f1", 18_000_00, source="zeewind", purpose="grant")
    donor = Party("Stichting Voorbeeld Zeewind", "", "NL00EXMP0000000042", "EXMPNL00", "Voorbeeldbank")
    purpose = "Donation agreement ZW-2025/03, second instalment"
    events = [event("transit-eur", received, [gift], donor, purpose, tag="euro-receipt")]
    for number, amount in enumerate((10_000_00, 5_000_00, 3_000_00), 1):
        text = f"Перевод с транзитного счёта, распоряжение № {number}"
        events += moved(
            "transit-eur", "a3", transit, amount, "f1", f"transit-{number}", text, tag="transit-leg"
        )
    events.append(_euro_fee(received, -35_00, "Комиссия за зачисление иностранной валюты", "euro-fee"))
    mistakes = (
        (received, 12_00, "валютный контроль"),
        (SOLD_ON, 25_00, "валютный контроль"),
        (SOLD_ON, 60_00, "продажа валюты"),
    )
    for day, amount, what in mistakes:
        events.append(_euro_fee(day, -amount, f"Комиссия: {what}", "euro-fee-returned"))
        events.append(_euro_fee(day, amount, f"Возврат ошибочной комиссии: {what}", "euro-fee-returned"))
    order = f"Продажа {SOLD_EUR // 100}.00 EUR по курсу {SOLD_RATE} по заявке № 1 от {SOLD_ON:%d.%m.%Y}"
    sold = Part("exchange", "f1", -SOLD_EUR, counter="a1")
    bought = Part("exchange", "f1", SOLD_RUB, counter="a3")
    bank = BANK_PARTY["a1"]
    return [
        *events,
        event("a3", SOLD_ON, [sold], bank, order, pair="sale-1", tag="euro-sale"),
        event("a1", SOLD_CREDITED_ON, [bought], bank, order, pair="sale-1", tag="euro-sale"),
    ]


def _euro_fee(day: date, amount: int, purpose: str, tag: str) -> Event:
    part = Part("fee", "f1", amount, "p1", "other", purpose="bank_fee")
    return event("a3", day, [part], BANK_PARTY["a1"], purpose, tag=tag)


def cash() -> list[Event]:
    rows = (
        (10, 9, "premises", 2_350_00, "лампы и замки"),
        (10, 22, "other", 1_480_00, "конверты и марки"),
        (10, 29, "events", 1_900_00, "чай для встречи читателей"),
        (11, 14, "other", 2_640_00, "канцелярские товары"),
        (11, 26, "premises", 1_800_00, "ключи и мелкий ремонт"),
        (12, 11, "events", 1_300_00, "чай для встречи читателей"),
        (12, 18, "other", 1_730_00, "батарейки и удлинители"),
        (12, 25, "other", 2_050_00, "открытки"),
    )
    shop = Party("Магазин «Пример»")
    return [
        event(
            "cash",
            date(2025, month, day),
            [Part("expense", "f4", -amount, "p6" if line == "events" else None, line)],
            shop,
            f"Из кассы: {what}",
        )
        for month, day, line, amount, what in rows
    ]


def _numbered(events: list[Event]) -> tuple[Event, ...]:
    """In order of day and account; our own orders are numbered, what others sent gets a number of theirs."""
    order = {account: index for index, account in enumerate(OWN)}
    count: Counter[str] = Counter()
    numbered = []
    for item in sorted(events, key=lambda item: (item.on, order[item.account])):
        count[item.account] += 1
        number = count[item.account]
        theirs = Dice(item.account, number).below(9000) + 1000
        reference = item.reference or str(number + 400 if item.amount_minor < 0 else theirs)
        numbered.append(replace(item, id=f"{item.account}-{number:03}", reference=reference))
    return tuple(numbered)
