"""А2: the acquirer's days, gifts that came straight, one refund, payments by card.

The bank credits the net of a day; the register shows each card payment, its fee and the country of
the card. The right books take the gross as income and the fee as an expense.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from compliance.money import half_up
from compliance.practice.data import ACQUIRED, ACQUIRER_PER_MILLE, BANK_B, FOREIGN_GIFT
from compliance.practice.dice import Dice, account_number, split
from compliance.practice.draft import BANK_PARTY, event, spread, working_days
from compliance.practice.model import CardGift, Event, Part, Party
from compliance.practice.payees import CARD_CELLS, Cell

FIRST_DAY = date(2025, 10, 2)
FOREIGN_DAY, COMPANION_DAY = date(2025, 11, 18), date(2025, 11, 19)
REFUNDED_DAY, REFUND_DAY = date(2025, 10, 13), date(2025, 10, 21)
_COMPANION = 174_60
"""With the foreign gift it makes 400.00, so that the fees of both days round to the exact total."""
_REFUNDED = 3_000_00
_ODD = 15_00
_MENU = (100_00, 200_00, 300_00, 500_00, 500_00, 1000_00, 1500_00, 2000_00)
EQUAL_DAY = date(2025, 11, 12)


def card_gifts(dice: Dice) -> tuple[CardGift, ...]:
    """Each card payment of the quarter; amounts and fees add up to the story's totals."""
    days = working_days(FIRST_DAY)
    plain = ACQUIRED - FOREIGN_GIFT - _COMPANION - _REFUNDED - _ODD
    amounts = {
        day: _broken(total, dice)
        for day, total in zip(days, split(plain, len(days), dice, 50_00), strict=True)
    }
    amounts[FOREIGN_DAY].append(FOREIGN_GIFT)
    amounts[COMPANION_DAY].append(_COMPANION)
    amounts[REFUNDED_DAY].append(_REFUNDED)
    amounts[days[0]].append(_ODD)
    rows = [(day, amount) for day, row in amounts.items() for amount in row]
    return tuple(
        CardGift(day, f"CP{number:05}", amount, half_up(amount * ACQUIRER_PER_MILLE, 1000), "RU")
        for number, (day, amount) in enumerate(rows, 1)
    )


def _broken(total: int, dice: Dice) -> list[int]:
    """A day's total as single gifts of usual sizes."""
    gifts, left = [], total
    while left > 0:
        gifts.append(min(left, dice.pick(_MENU)))
        left -= gifts[-1]
    return gifts


def acquirer_days(gifts: tuple[CardGift, ...]) -> list[Event]:
    events = []
    for day in sorted({gift.settled_on for gift in gifts}):
        row = [gift for gift in gifts if gift.settled_on == day]
        gross, fee = sum(gift.amount_minor for gift in row), sum(gift.fee_minor for gift in row)
        purpose = (
            f"Зачисление по эквайрингу за {day - timedelta(days=1):%d.%m.%Y}, операций {len(row)}, "
            f"сумма {gross // 100}.{gross % 100:02}, комиссия {fee // 100}.{fee % 100:02}"
        )
        parts = [
            Part("income", "f3b", gross, source="donors", purpose="donation"),
            Part("fee", "f3b", -fee, "p10", "other", purpose="bank_fee"),
        ]
        events.append(event("a2", day, parts, BANK_PARTY["a2"], purpose, tag="acquirer"))
    return events


def straight_gifts() -> list[Event]:
    """Three gifts by transfer, two of them equal in everything, and a refund of a card gift."""
    donors = (
        ("Кудеярова Мария Глебовна", EQUAL_DAY, 500_00, "equal-gifts"),
        ("Кудеярова Мария Глебовна", EQUAL_DAY, 500_00, "equal-gifts"),
        ("Журавлёва Агния Романовна", date(2025, 12, 3), 2_000_00, None),
    )
    events = [
        event(
            "a2",
            day,
            [Part("income", "f3b", amount, source="donors", purpose="donation")],
            _person(name, number),
            "Пожертвование на уставную деятельность. НДС не облагается",
            reference="1" if tag else "",
            tag=tag,
        )
        for number, (name, day, amount, tag) in zip((11, 11, 12), donors, strict=True)
    ]
    refund = Part("refund", "f3b", -_REFUNDED, source="donors", purpose="donation")
    purpose = "Возврат пожертвования от 12.10.2025 по заявлению жертвователя. НДС не облагается"
    return [
        *events,
        event("a2", REFUND_DAY, [refund], _person("Озёрцев Глеб Ильич", 13), purpose, tag="refund"),
    ]


def _person(name: str, number: int) -> Party:
    return Party(name, "", account_number(f"408178100{number:011}", BANK_B[0]), *BANK_B, natural_person=True)


def card_payments(dice: Dice) -> list[Event]:
    drafts = [draft for cell in CARD_CELLS for draft in _cell(cell, dice)]
    return _paced(drafts, dice)


def _cell(cell: Cell, dice: Dice) -> list[Event]:
    fixed = sum(item.amount_minor for item in cell.fixed)
    count = cell.count - len(cell.fixed)
    amounts = split(cell.total_minor - fixed, count, dice, cell.grain) if count else []
    rows = [(item.amount_minor, item.on, item.tag) for item in cell.fixed] + [
        (a, None, None) for a in amounts
    ]
    days = spread(len(rows), working_days(), dice)
    events = []
    for index, (amount, on, tag) in enumerate(rows):
        supply = cell.supplies[index % len(cell.supplies)]
        part = Part("expense", cell.fund, -amount, supply.programme, cell.line)
        day = on or days[index]
        events.append(event("a2", day, [part], BANK_PARTY["a2"], supply.payee, tag=tag))
    return events


def _paced(drafts: list[Event], dice: Dice) -> list[Event]:
    """Own income on А2 is topped up monthly, so its payments follow the top-ups; purposes get their day."""
    months = [
        working_days(last=date(2025, 10, 31)),
        working_days(date(2025, 11, 7), date(2025, 11, 28)),
        working_days(date(2025, 12, 5)),
    ]
    load = [0, 0, 0]
    placed = []
    for draft in sorted(drafts, key=lambda item: (item.tag is None, item.amount_minor)):
        day = draft.on
        if draft.parts[0].fund == "f4":
            month = day.month - 10 if draft.tag else load.index(max(load))
            load[month] += draft.amount_minor
            day = draft.on if draft.tag else dice.pick(months[month])
        placed.append(replace(draft, on=day, purpose=f"Оплата картой *0077 {draft.purpose} {day:%d.%m.%Y}"))
    return placed
