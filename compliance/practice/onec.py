"""What the organisation's 1C holds of the same quarter: the card of account 51 and the trial balance.

1C splits a bank document over its own analytics (agreement, cost item), writes whose account it is
into each row, and keeps euros in roubles with a second row in the currency.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal

from compliance.money import plain
from compliance.practice.banks import balance_before
from compliance.practice.data import FUNDS, ORGANISATION, OWN, START
from compliance.practice.model import Event, Part, Practice
from compliance.sheets import workbook

_SPAN = "за 4 квартал 2025 г."
_DATA = "Выводимые данные: БУ (данные бухгалтерского учета)"
ITEMS = {
    "social": "Социальная помощь", "events": "Мероприятия", "pay": "Оплата труда", "stipends": "Стипендии",
    "travel": "Командировки", "premises": "Содержание помещений", "equipment": "Приобретение ОС",
    "taxes": "Налоги и сборы", "other": "Прочие расходы",
}  # fmt: skip
_CONTRA = {"income": "86.02", "refund": "86.02", "transfer": "57.01", "exchange": "57.02", "fee": "91.02"}
_OF_LINE = {"pay": "70", "taxes": "68.90", "equipment": "60.01", "stipends": "76.09"}
_BANK = ("a1", "a2")
Cell = str | Decimal | None


def files(practice: Practice) -> list[tuple[str, bytes]]:
    """(name, bytes). The planted mistakes are in our books; what 1C holds is right."""
    from compliance.practice import build

    right = build(practice.seed)
    return [
        ("1c/card-51-2025-q4.xlsx", workbook([("TDSheet", [ORGANISATION.name], list(_card(right)))])),
        ("1c/trial-balance-2025-q4.csv", _csv(_trial_balance(right))),
    ]


def _card(practice: Practice) -> Iterator[Sequence[Cell]]:
    balance = sum(balance_before(practice, account, START) for account in _BANK)
    yield [f"Карточка счета 51 {_SPAN}"]
    yield [_DATA]
    yield [
        "Период", "Документ", "Аналитика Дт", "Аналитика Кт", "Дебет", None, "Кредит", None, "Текущее сальдо", None,
    ]  # fmt: skip
    yield [None, None, None, None, "Счет", None, "Счет", None, None, None]
    yield ["Сальдо на начало", *[None] * 7, *_signed(balance)]
    received = spent = 0
    for event in (event for event in practice.events if event.account in _BANK):
        for part in _merged(event):
            balance += part.amount_minor
            received += max(part.amount_minor, 0)
            spent -= min(part.amount_minor, 0)
            yield [*_posting(event, part), *_signed(balance)]
    yield [
        "Обороты за период и сальдо на конец", None, None, None, None, _rub(received), None, _rub(spent), *_signed(balance),
    ]  # fmt: skip


def _merged(event: Event) -> list[Part]:
    """1C keeps agreement and cost item, not our programmes."""
    totals: Counter[tuple[str, str, str | None]] = Counter()
    for part in event.parts:
        totals[part.kind, part.fund, part.line] += part.amount_minor
    return [Part(kind, fund, minor, None, line) for (kind, fund, line), minor in totals.items()]


def _posting(event: Event, part: Part) -> list[Cell]:
    own = f"{OWN[event.account].account}, {OWN[event.account].bank}\n{_item(part)}"
    other = f"{event.party.name}\n{_agreement(part)}"
    contra = _CONTRA.get(part.kind) or _OF_LINE.get(part.line or "", "60.01")
    incoming = part.amount_minor > 0
    kind = "Поступление на расчетный счет" if incoming else "Списание с расчетного счета"
    document = f"{kind} {event.reference} от {event.on:%d.%m.%Y} 12:00:00"
    amount = _rub(abs(part.amount_minor))
    first: list[Cell] = [f"{event.on:%d.%m.%Y}", document]
    if incoming:
        return [*first, own, other, "51", amount, contra, None]
    return [*first, other, own, contra, None, "51", amount]


def _item(part: Part) -> str:
    return ITEMS.get(part.line or "", "Целевые поступления" if part.kind != "transfer" else "Перевод")


def _agreement(part: Part) -> str:
    fund = next(fund for fund in FUNDS if fund.id == part.fund)
    return fund.agreement or fund.title


def _rub(minor: int) -> Decimal:
    return Decimal(minor).scaleb(-2)


def _signed(minor: int) -> list[Cell]:
    return ["Д" if minor >= 0 else "К", _rub(abs(minor))]


def _trial_balance(practice: Practice) -> Iterator[Sequence[str]]:
    """Accounts 50 to 52 as the bank has them; one line stands for all the others, so that totals meet."""
    yield [ORGANISATION.name]
    yield [f"Оборотно-сальдовая ведомость {_SPAN}"]
    yield [_DATA]
    yield [
        "Счет", "Показатели", "Сальдо на начало периода", "", "Обороты за период", "", "Сальдо на конец периода", "",
    ]  # fmt: skip
    yield ["", "", *["Дебет", "Кредит"] * 3]
    roubles = {account: _turnover(practice, account) for account in ("cash", *_BANK)}
    euro = [_turnover(practice, account) for account in ("a3", "transit-eur")]
    in_roubles = _euros_in_roubles(euro)
    rows = [roubles["cash"], _added([roubles[account] for account in _BANK]), in_roubles]
    yield _balance_row("50.01", "БУ", rows[0])
    yield _balance_row("51", "БУ", rows[1])
    for account in _BANK:
        yield _balance_row(f"{OWN[account].account}, {OWN[account].bank}", "БУ", roubles[account])
    yield _balance_row("52", "БУ", rows[2])
    yield _balance_row("", "Вал.", _added(euro))
    for account, turnover in zip(("a3", "transit-eur"), euro, strict=True):
        yield _balance_row(
            f"{OWN[account].account}, {OWN[account].bank}", "БУ", _euros_in_roubles([turnover])
        )
        yield _balance_row("", "Вал.", turnover)
    whole = _added(rows)
    yield _balance_row("86", "БУ", (-whole[0], whole[2], whole[1]))
    debit = credit = whole[1] + whole[2]
    opened, closed = whole[0], whole[0] + whole[1] - whole[2]
    yield ["Итого", "БУ", *[_text(minor) for minor in (opened, opened, debit, credit, closed, closed)]]


Turnover = tuple[int, int, int]
"""Opening, debit, credit in minor units."""


def _turnover(practice: Practice, account: str) -> Turnover:
    moves = [event.amount_minor for event in practice.of_account(account)]
    # The bank order that filled the cash box is the bank's; the cash box has the other leg as an event of its own.
    opening = sum(item.amount_minor for item in practice.openings if item.account == account)
    return opening, sum(max(move, 0) for move in moves), -sum(min(move, 0) for move in moves)


def _added(rows: Sequence[Turnover]) -> Turnover:
    opening, debit, credit = (sum(column) for column in zip(*rows, strict=True))
    return opening, debit, credit


def _euros_in_roubles(rows: Sequence[Turnover]) -> Turnover:
    """Good enough for a column nobody compares: one rate."""
    opening, debit, credit = _added(rows)
    return opening * 95, debit * 95, credit * 95


def _balance_row(first: str, indicator: str, turnover: Turnover) -> list[str]:
    opening, debit, credit = turnover
    closing = opening + debit - credit
    cells = [max(opening, 0), max(-opening, 0), debit, credit, max(closing, 0), max(-closing, 0)]
    return [first, indicator, *[_text(minor) if minor else "" for minor in cells]]


def _text(minor: int) -> str:
    whole, _point, fraction = plain(minor, "RUB").partition(".")
    return f"{int(whole):,}".replace(",", "\u00a0") + "," + fraction


def _csv(rows: Iterator[Sequence[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=";", lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode("utf-8-sig")
