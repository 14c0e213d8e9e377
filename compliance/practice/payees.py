"""Whom the organisation pays and for what: one `Cell` for each contract, form line and account.

The totals are those of the table "Spent, fund x form line", less what is paid as wages, taxes on
wages, bank fees and in cash, which ``quarter`` adds. A payee with its contract number is one
attribution rule: that is how a user would teach the program.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from compliance.practice.data import BANK_A, BANK_B
from compliance.practice.dice import account_number, tax_id
from compliance.practice.model import Party


@dataclass(frozen=True, slots=True)
class Fixed:
    """A payment the story names: its amount and day do not vary with the seed."""

    amount_minor: int
    on: date | None = None
    tag: str | None = None
    subject: str | None = None
    supply: int = 0


@dataclass(frozen=True, slots=True)
class Supply:
    payee: str
    programme: str | None
    subject: str
    person: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    account: str
    fund: str
    line: str
    total_minor: int
    count: int
    supplies: tuple[Supply, ...]
    fixed: tuple[Fixed, ...] = ()
    grain: int = 50_00


def _supplies(*rows: str) -> tuple[Supply, ...]:
    """Rows ``payee | programme | subject``; a payee marked ``*`` is a natural person."""
    parts = [[text.strip() for text in row.split("|")] for row in rows]
    return tuple(
        Supply(payee.lstrip("*"), programme or None, subject, payee.startswith("*"))
        for payee, programme, subject in parts
    )


A1_CELLS = (
    Cell(
        "a1",
        "f1",
        "social",
        418_600_00,
        24,
        _supplies(
            "*Сказкина Варвара Ильинична|p1|консультации психолога",
            "*Былинкин Степан Лукич|p1|консультации психолога",
            "*Лукоморова Анна Савельевна|p2|юридические консультации",
            "*Теремкова Дарья Олеговна|p5|занятия с семьями",
        ),
    ),
    Cell(
        "a1",
        "f1",
        "events",
        231_480_50,
        13,
        _supplies(
            "ООО «Пример-Зал»|p5|предоставление зала для встреч",
            "ООО «Пример-Типография»|p2|печать памяток к встречам",
            "ООО «Пример-Кухня»|p5|кофе-паузы на встречах",
        ),
    ),
    Cell(
        "a1",
        "f1",
        "travel",
        96_740_30,
        9,
        _supplies(
            "ООО «Пример-Билет»|p2|проезд юриста в сёла района",
            "ООО «Пример-Гостиница»|p5|проживание ведущих",
        ),
    ),
    Cell("a1", "f1", "premises", 148_200_00, 8, _supplies("ООО «Пример-Дом»|p1|аренда комнаты консультаций")),
    Cell(
        "a1",
        "f1",
        "equipment",
        129_900_00,
        2,
        _supplies("ООО «Пример-Техника»|p5|ноутбук"),
        (
            Fixed(64_950_00, date(2025, 11, 27), "laptop-1", "ноутбук, акт приёмки № 1"),
            Fixed(64_950_00, date(2025, 12, 9), "laptop-2", "ноутбук, акт приёмки № 2"),
        ),
    ),
    Cell(
        "a1",
        "f1",
        "taxes",
        2_400_00,
        3,
        _supplies("Казначейство по Верхнеозёрску (пример)|p2|государственная пошлина по иску"),
        (
            Fixed(900_00, date(2025, 10, 22)),
            Fixed(900_00, date(2025, 12, 3)),
            Fixed(600_00, date(2025, 12, 17)),
        ),
    ),
    Cell(
        "a1",
        "f1",
        "other",
        17_088_49,
        9,
        _supplies("ООО «Пример-Связь»|p1|услуги связи", "ООО «Пример-Канцелярия»|p2|бумага и картриджи"),
        grain=10_00,
    ),
    Cell(
        "a1",
        "f2",
        "social",
        356_420_00,
        20,
        _supplies(
            "*Заречный Роман Тихонович|p3|помощь советам домов",
            "*Светлицына Ольга Юрьевна|p3|сопровождение жителей",
            "*Подворьев Иван Кузьмич|p4|ведение приёма жителей",
        ),
    ),
    Cell(
        "a1",
        "f2",
        "events",
        187_350_45,
        14,
        _supplies(
            "ООО «Пример-Лекторий»|p3|проведение семинара",
            "ООО «Пример-Клуб»|p4|предоставление зала для круглого стола",
        ),
        (Fixed(4_000_00, date(2025, 11, 17), "lonely-day", supply=1),),
    ),
    Cell("a1", "f2", "travel", 41_230_15, 6, _supplies("ООО «Пример-Автобус»|p4|проезд участников")),
    Cell(
        "a1",
        "f2",
        "premises",
        121_500_40,
        8,
        _supplies("ООО «Пример-Класс»|p3|аренда класса"),
        (
            Fixed(
                24_700_00,
                date(2025, 10, 8),
                "debt-premises",
                "аренда класса за сентябрь 2025 г., акт от 30.09.2025",
            ),
        ),
    ),
    Cell(
        "a1",
        "f2",
        "taxes",
        1_500_00,
        1,
        _supplies("Казначейство по Верхнеозёрску (пример)|p4|государственная пошлина за копии решений"),
        (Fixed(1_500_00, date(2025, 11, 12)),),
    ),
    Cell(
        "a1",
        "f2",
        "other",
        14_610_45,
        8,
        _supplies("ООО «Пример-Почта»|p4|почтовые услуги", "ООО «Пример-Облако»|p3|доступ к программе"),
        grain=10_00,
    ),
    Cell(
        "a1",
        "f3a",
        "events",
        688_415_35,
        26,
        _supplies(
            "ООО «Пример-Сцена»|p7|сцена, звук и свет фестиваля",
            "ООО «Пример-Шатёр»|p7|шатры и оформление фестиваля",
            "ООО «Пример-Издатель»|p6|печать брошюр",
            "ООО «Пример-Тренинг»|p9|обучение волонтёров",
        ),
        (
            Fixed(
                29_510_00,
                date(2025, 10, 7),
                "debt-events",
                "оформление площадки в сентябре 2025 г., акт от 29.09.2025",
                1,
            ),
            Fixed(120_000_00, date(2025, 12, 23), "prepaid-hall", "аванс за зал фестиваля 2026 года", 0),
        ),
    ),
    Cell(
        "a1",
        "f3a",
        "stipends",
        60_000_00,
        12,
        _supplies(
            "*Ручейков Макар Фомич|p9|стипендия координатора",
            "*Полянкина Вера Захаровна|p9|стипендия координатора",
        ),
        tuple(
            Fixed(5_000_00, date(2025, month, day), supply=supply)
            for month, days in ((10, (15, 30)), (11, (14, 28)), (12, (15, 26)))
            for day in days
            for supply in (0, 1)
        ),
    ),
    Cell(
        "a1",
        "f3a",
        "travel",
        118_950_20,
        9,
        _supplies(
            "ООО «Пример-Вокзал»|p9|проезд волонтёров на сборы", "*Дубравин Пётр Ефимович|p9|под отчёт"
        ),
        (
            Fixed(
                15_000_00,
                date(2025, 12, 22),
                "open-advance",
                "под отчёт на поездку волонтёров в январе 2026 г.",
                1,
            ),
        ),
    ),
    Cell("a1", "f3a", "premises", 36_800_00, 4, _supplies("ООО «Пример-Склад»|p6|хранение книг")),
    Cell(
        "a1",
        "f3a",
        "other",
        9_240_50,
        6,
        _supplies("ООО «Пример-Доставка»|p6|доставка брошюр"),
        grain=10_00,
    ),
)

CARD_CELLS = (
    Cell(
        "a2",
        "f3b",
        "social",
        134_500_00,
        34,
        _supplies("ПРОДУКТЫ ЛИПКА|p1|", "АПТЕКА РОСИНКА|p1|", "ДЕТСКИЙ МИР СКАЗКА|p1|", "ТАКСИ ПРИМЕР|p1|"),
    ),
    Cell("a2", "f3b", "events", 21_480_40, 10, _supplies("КАФЕ САМОВАР|p1|", "ТОВАРЫ ПРАЗДНИК|p10|")),
    Cell("a2", "f3b", "travel", 8_450_00, 6, _supplies("АВТОВОКЗАЛ ПРИМЕР|p1|")),
    Cell("a2", "f3b", "premises", 18_400_45, 7, _supplies("ХОЗТОВАРЫ ВЕДРО|p1|")),
    Cell("a2", "f3b", "other", 4_342_40, 8, _supplies("ХОСТИНГ ПРИМЕР|p10|"), grain=10_00),
    Cell("a2", "f4", "events", 12_000_00, 5, _supplies("КНИЖНАЯ ЯРМАРКА|p6|")),
    Cell("a2", "f4", "premises", 38_000_40, 9, _supplies("МАСТЕР НА ЧАС||", "ВОДА И УБОРКА||")),
    Cell(
        "a2",
        "f4",
        "equipment",
        24_990_00,
        1,
        _supplies("ЭЛЕКТРОНИКА ЛУЧ||"),
        (Fixed(24_990_00, date(2025, 11, 25), "projector"),),
    ),
    Cell("a2", "f4", "other", 23_974_30, 18, _supplies("КАНЦТОВАРЫ ПЕРО||", "ПОЧТА ПРИМЕР|p10|")),
)

PAYEES = {
    supply.payee: index
    for index, supply in enumerate(
        {supply.payee: supply for cell in A1_CELLS for supply in cell.supplies}.values()
    )
}


def party(supply: Supply) -> Party:
    """The supply's payee with an invented tax number and account, both with right check digits."""
    index = PAYEES[supply.payee]
    bic, bank = (BANK_A, BANK_B)[index % 2]
    number = tax_id(f"00000040{index:02}") if supply.person else tax_id(f"0000300{index:02}")
    balance = "40817810" if supply.person else "40702810"
    account = account_number(f"{balance}0{index + 100:011}", bic)
    return Party(supply.payee, number, account, bic, bank, supply.person)


def contract(cell: Cell, supply: Supply) -> str:
    """``17/П3``: the contract's number, unique for the payee, the fund and the programme."""
    programme = (supply.programme or "").replace("p", "П") or "О"
    return f"{PAYEES[supply.payee] + 11}/{programme}"
