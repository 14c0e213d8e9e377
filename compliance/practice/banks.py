"""Statement files as banks give them: 1C ClientBankExchange in three dialects, CSV for the euros.

Format: "1CClientBankExchange" 1.03 as published by 1C for exchange with bank clients (keys and
sections; the numbered purpose keys hold one purpose over several lines). Quotation marks are
straight, as banks write them: cp866 has no others, and the same payment must read the same in each
file. Bytes depend on the practice alone.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from datetime import date

from compliance.money import plain
from compliance.practice.data import LAST, OWN, START
from compliance.practice.draft import QUIET_MONDAY
from compliance.practice.model import Event, Party, Practice, StatementSpan

SPANS = (
    StatementSpan("a1-2025-10.txt", "a1", START, date(2025, 10, 31)),
    StatementSpan("a1-2025-11.txt", "a1", date(2025, 11, 1), date(2025, 11, 30), "cp866", "DOS"),
    # Overlaps the last week of November, in another encoding.
    StatementSpan("a1-2025-12.txt", "a1", date(2025, 11, 24), LAST),
    StatementSpan("a2-2025-10.txt", "a2", START, date(2025, 10, 31)),
    # Claims DOS, is written in windows-1251.
    StatementSpan("a2-2025-11-1.txt", "a2", date(2025, 11, 1), date(2025, 11, 16), claims="DOS"),
    StatementSpan("a2-2025-11-2.txt", "a2", QUIET_MONDAY, date(2025, 11, 30)),
    StatementSpan("a2-2025-12.txt", "a2", date(2025, 12, 1), LAST),
    StatementSpan("transit-eur-2025-q4.csv", "transit-eur", START, LAST, "utf-8", ""),
    StatementSpan("a3-2025-q4.csv", "a3", START, LAST, "utf-8", ""),
)
LYING = StatementSpan("LYING-TOTALS.txt", "a1", date(2025, 11, 10), date(2025, 11, 21))
"""The bank's totals count the quiet Monday, its one payment of 4,000.00 is not in the file."""

CSV_PROFILE: dict[str, object] = {
    "header": "Дата;Номер;Наш счёт;Сумма;Валюта;Корреспондент;Счёт корреспондента;Назначение;Остаток",
    "delimiter": ";",
    "encoding": "utf-8",
    "dates": ["d.m.Y"],
    "decimal": ".",
    "columns": {
        "date": "Дата",
        "ref": "Номер",
        "account": "Наш счёт",
        "amount": "Сумма",
        "currency": "Валюта",
        "counterparty": "Корреспондент",
        "counterparty_account": "Счёт корреспондента",
        "purpose": "Назначение",
        "balance": "Остаток",
    },
    "labels": {
        "start": "Начало периода",
        "end": "Конец периода",
        "opening": "Входящий остаток",
        "closing": "Исходящий остаток",
    },
}
"""What a user declares once for the euro bank, as in schedules.yaml; amounts are signed.

Four rows above the table carry the period and the balances.
"""


def statement(practice: Practice, span: StatementSpan) -> bytes:
    """The bytes of one statement file."""
    if span.name.endswith(".csv"):
        return _csv(practice, span)
    return _client_bank(practice, span, _inside(practice, span))


def lying_totals(practice: Practice) -> bytes:
    """Opening + lines misses closing by 4,000.00: the day of 17.11 was lost."""
    kept = [event for event in _inside(practice, LYING) if event.on != QUIET_MONDAY]
    return _client_bank(practice, LYING, kept)


def balance_before(practice: Practice, account: str, day: date) -> int:
    """Minor units on ``account`` at the start of ``day``."""
    opening = sum(item.amount_minor for item in practice.openings if item.account == account)
    return opening + sum(event.amount_minor for event in practice.of_account(account) if event.on < day)


def _inside(practice: Practice, span: StatementSpan) -> list[Event]:
    return [event for event in practice.of_account(span.account) if span.start <= event.on <= span.last]


def _client_bank(practice: Practice, span: StatementSpan, written: Iterable[Event]) -> bytes:
    """The totals are those of the whole span, whatever lines are ``written``."""
    rows = _inside(practice, span)
    received = sum(event.amount_minor for event in rows if event.amount_minor > 0)
    paid = -sum(event.amount_minor for event in rows if event.amount_minor < 0)
    opening = balance_before(practice, span.account, span.start)
    own = OWN[span.account]
    lines = [
        "1CClientBankExchange",
        "ВерсияФормата=1.03",
        f"Кодировка={span.claims}",
        f"Отправитель={own.bank}",
        "Получатель=",
        f"ДатаСоздания={_day(span.last)}",
        "ВремяСоздания=20:00:00",
        f"ДатаНачала={_day(span.start)}",
        f"ДатаКонца={_day(span.last)}",
        f"РасчСчет={own.account}",
        "СекцияРасчСчет",
        f"ДатаНачала={_day(span.start)}",
        f"ДатаКонца={_day(span.last)}",
        f"РасчСчет={own.account}",
        f"НачальныйОстаток={_rub(opening)}",
        f"ВсегоПоступило={_rub(received)}",
        f"ВсегоСписано={_rub(paid)}",
        f"КонечныйОстаток={_rub(opening + received - paid)}",
        "КонецРасчСчет",
    ]
    for event in written:
        lines += _document(event)
    lines += ["КонецФайла", ""]
    return _straight("\r\n".join(lines)).encode(span.encoding)


def _document(event: Event) -> list[str]:
    own, out = OWN[event.account], event.amount_minor < 0
    payer, payee = (own, event.party) if out else (event.party, own)
    ours = f"ДатаСписано={_day(event.on)}" if out else f"ДатаПоступило={_day(event.on)}"
    kind = "Платежное поручение" if event.tag not in ("acquirer", "euro-sale") else "Банковский ордер"
    lines = [
        f"СекцияДокумент={kind}",
        f"Номер={event.reference}",
        f"Дата={_day(event.on)}",
        f"Сумма={_rub(abs(event.amount_minor))}",
        ours,
        *_side("Плательщик", payer),
        *_side("Получатель", payee),
        "ВидОплаты=01",
        "Очередность=5",
    ]
    if event.tag == "single-tax":
        lines += ["СтатусСоставителя=01", "ПоказательКБК=18201061201010000510"]
    if event.purpose_lines:
        lines += [f"НазначениеПлатежа{number}={text}" for number, text in enumerate(event.purpose_lines, 1)]
    else:
        lines.append(f"НазначениеПлатежа={event.purpose}")
    return [*lines, "КонецДокумента"]


def _side(role: str, party: Party) -> list[str]:
    named = f"ИНН {party.tax_id} {party.name}" if party.tax_id else party.name
    return [
        f"{role}Счет={party.account}",
        f"{role}={named}",
        f"{role}ИНН={party.tax_id}",
        f"{role}1={party.name}",
        f"{role}РасчСчет={party.account}",
        f"{role}Банк1={party.bank}",
        f"{role}БИК={party.bic}",
    ]


def _csv(practice: Practice, span: StatementSpan) -> bytes:
    opening = balance_before(practice, span.account, span.start)
    rows, closing = [], opening
    for event in _inside(practice, span):
        closing += event.amount_minor
        money = (plain(event.amount_minor, event.currency), event.currency)
        other = (event.party.name, event.party.account, event.purpose)
        known = (_day(event.on), event.reference, OWN[span.account].account)
        rows.append((*known, *money, *other, plain(closing, event.currency)))
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(("Начало периода", _day(span.start)))
    writer.writerow(("Конец периода", _day(span.last)))
    writer.writerow(("Входящий остаток", plain(opening, "EUR")))
    writer.writerow(("Исходящий остаток", plain(closing, "EUR")))
    writer.writerow(str(CSV_PROFILE["header"]).split(";"))
    for row in rows:
        writer.writerow([_straight(cell) for cell in row])
    return text.getvalue().encode(span.encoding)


def rates(practice: Practice) -> bytes:
    """The euro's rates as the central bank's file of one currency over days (XML_dynamic); invented figures."""
    days = [item.on for item in practice.rates]
    rows = [
        f'<Record Date="{_day(item.on)}" Id="R01239"><Nominal>1</Nominal>'
        f"<Value>{item.rate.replace('.', ',')}</Value></Record>"
        for item in practice.rates
    ]
    head = (
        f'<ValCurs ID="R01239" DateRange1="{_day(min(days))}" DateRange2="{_day(max(days))}"'
        ' name="Foreign Currency Market Dynamic">'
    )
    text = "\r\n".join(
        [
            '<?xml version="1.0" encoding="windows-1251"?>',
            "<!-- Учебные, вымышленные курсы -->",
            head,
            *rows,
            "</ValCurs>",
            "",
        ]
    )
    return text.encode("windows-1251")


def _day(day: date) -> str:
    return f"{day:%d.%m.%Y}"


def _rub(amount_minor: int) -> str:
    return plain(amount_minor, "RUB")


def _straight(text: str) -> str:
    return text.replace("«", '"').replace("»", '"')
