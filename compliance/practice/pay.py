"""Wages: six payroll registers, three single tax payments, four fees paid from А2.

A register is one bank line and many things: nine people, six programmes, three contracts. A single
tax payment is mostly charges on pay; only ``FUND_TAX`` of it is a tax of the organisation itself.
"""

from __future__ import annotations

from datetime import date

from compliance.practice.data import FUND_TAX, TAX_DUE
from compliance.practice.dice import account_number, tax_id
from compliance.practice.draft import BANK_PARTY, event, month_name
from compliance.practice.model import Event, Part, Party

PAY = {"f1": 954_295_64, "f2": 671_210_90, "f3a": 183_710_85, "f4": 102_708_85}
"""Pay with charges, by fund: a row of the spent table."""
SHARES = {
    "f1": (("p1", 50), ("p2", 30), ("p5", 20)),
    "f2": (("p3", 60), ("p4", 40)),
    "f3a": (("p9", 100),),
    "f4": ((None, 100),),
}
"""Per cent of a fund's wages by programme."""
CONTRACT_FEES = (
    (date(2025, 10, 31), 17_400_00),
    (date(2025, 11, 28), 17_400_00),
    (date(2025, 12, 22), 17_400_00),
    (date(2025, 12, 30), 17_717_10),
)
REGISTER_DAYS = tuple(date(2025, *day) for day in ((10, 20), (11, 5), (11, 20), (12, 5), (12, 19), (12, 30)))
TAX_DAYS = (date(2025, 10, 28), date(2025, 11, 28), date(2025, 12, 29))
_TAX_TOTALS = (121_318_70, 149_871_46)
_CHARGES_F1, _CHARGES_F3A, _CHARGES_F4 = (
    (36_000_00, 80_000_00),
    (12_000_00, 12_000_00),
    (10_900_00, 10_900_00),
)
_CHARGES = {"f1": 203_733_19, "f3a": 39_218_04}
# Before the euros are sold (20.11) the first fund has little in roubles, so others carry the wages.
_NET_F1 = (48_000_00, 48_000_00, 48_000_00, 202_000_00, 202_000_00)
_NET_F3A = (24_000_00,) * 5
_NET_F2 = (140_000_00, 140_000_00, 140_000_00, 36_000_00, 36_000_00)

TREASURY = Party(
    "Казначейство (ФНС, пример)",
    tax_id("000020099"),
    account_number("40102810000000000009", "040000901"),
    "040000901",
    "Пример-Банк «Озёрный»",
)
BOOKKEEPER = Party(
    "Счетоводова Нина Прокловна",
    tax_id("0000004091"),
    account_number("40817810000000004091", "040000902"),
    "040000902",
    "Пример-Банк «Слободской»",
    natural_person=True,
)


def charges() -> dict[str, tuple[int, ...]]:
    """Charges on pay, fund -> one amount for each tax payment; they add up to the payments less tax."""
    tax = FUND_TAX // 3
    columns = [*_TAX_TOTALS, TAX_DUE - sum(_TAX_TOTALS)]
    rows: dict[str, list[int]] = {
        "f1": [*_CHARGES_F1, _CHARGES["f1"] - sum(_CHARGES_F1)],
        "f3a": [*_CHARGES_F3A, _CHARGES["f3a"] - sum(_CHARGES_F3A)],
        "f4": [*_CHARGES_F4, _f4_charges() - sum(_CHARGES_F4)],
    }
    rows["f2"] = [
        column - tax - sum(row[index] for row in rows.values()) for index, column in enumerate(columns)
    ]
    return {fund: tuple(row) for fund, row in rows.items()}


def _f4_charges() -> int:
    return PAY["f4"] - sum(amount for _day, amount in CONTRACT_FEES)


def net_pay() -> dict[str, tuple[int, ...]]:
    """What people get, fund -> one amount for each register: pay less charges."""
    due = charges()
    known = {"f1": _NET_F1, "f2": _NET_F2, "f3a": _NET_F3A}
    return {fund: (*row, PAY[fund] - sum(due[fund]) - sum(row)) for fund, row in known.items()}


def shared(fund: str, amount: int, line: str = "pay", purpose: str | None = None) -> list[Part]:
    """``amount`` (positive) of a fund's wages over its programmes; the last takes the odd kopeck."""
    parts, left = [], amount
    for index, (programme, share) in enumerate(SHARES[fund], 1):
        piece = left if index == len(SHARES[fund]) else amount * share // 10_000 * 100
        left -= piece
        parts.append(Part("expense", fund, -piece, programme, line, purpose=purpose))
    return parts


def registers() -> list[Event]:
    rows = net_pay()
    events = []
    for index, day in enumerate(REGISTER_DAYS):
        parts = [part for fund, row in rows.items() for part in shared(fund, row[index], purpose="wages")]
        early = " (выплата до праздников)" if index == 5 else ""
        purpose = f"Заработная плата по реестру № {index + 19} за {month_name(day)}{early}, 9 чел. НДС не облагается"
        tag = "payroll-early" if index == 5 else "payroll"
        events.append(event("a1", day, parts, BANK_PARTY["a1"], purpose, tag=tag))
    return events


def tax_payments() -> list[Event]:
    rows = charges()
    events = []
    for index, day in enumerate(TAX_DAYS):
        parts = [part for fund, row in rows.items() for part in shared(fund, row[index], purpose="charges")]
        parts.append(Part("expense", "f4", -FUND_TAX // 3, None, "taxes", purpose="tax"))
        events.append(event("a1", day, parts, TREASURY, "Единый налоговый платеж", tag="single-tax"))
    return events


def contract_fees() -> list[Event]:
    return [
        event(
            "a2",
            day,
            [Part("expense", "f4", -amount, None, "pay", purpose="wages")],
            BOOKKEEPER,
            f"Вознаграждение по договору № 91/О, ведение учёта, {month_name(day)} НДС не облагается",
            tag="contract-fee",
        )
        for day, amount in CONTRACT_FEES
    ]
