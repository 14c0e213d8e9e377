"""Who the practice organisation is: its programmes, contracts, accounts, rates and budgets.

Fictional throughout: the town, the people and the firms do not exist, and tax numbers carry the
region code 00, which no region has.
"""

from __future__ import annotations

from datetime import date

from compliance.practice.dice import account_number, tax_id
from compliance.practice.model import (
    Account,
    Accrual,
    Budget,
    Fund,
    Opening,
    Organisation,
    Party,
    Programme,
    Rate,
    Source,
)

START = date(2025, 10, 1)
LAST = date(2025, 12, 31)
OPENING_DAY = date(2025, 9, 30)

ORGANISATION = Organisation(
    name='АНО «Центр соседских инициатив "Тридевятая слобода"»',
    name_nominative='Автономная некоммерческая организация «Центр соседских инициатив "Тридевятая слобода"»',
    name_instrumental="Автономной некоммерческой организацией"
    ' «Центр соседских инициатив "Тридевятая слобода"»',
    name_genitive='Автономной некоммерческой организации «Центр соседских инициатив "Тридевятая слобода"»',
    city="Верхнеозёрск",
    tax_id="0000123450",
    registration_number="1250000000425",
    listed_on=date(2025, 2, 17),
    practice_today=date(2026, 1, 12),
)

PROGRAMMES = (
    Programme("p1", "Телефон соседа", "Психологическая поддержка жителей по телефону и лично"),
    Programme("p2", "Приёмная юриста", "Бесплатные юридические консультации"),
    Programme("p3", "Школа двора", "Семинары для советов домов и инициативных жителей"),
    Programme("p4", "Круглый стол", "Разговор жителей, предпринимателей и специалистов"),
    Programme("p5", "Семейная гостиная", "Встречи и занятия для семей"),
    Programme("p6", "Библиотека двора", "Брошюры о жизни дома и двора"),
    Programme("p7", "Липовый фестиваль", "Городской праздник соседей"),
    Programme("p8", "Доступный вход", "Осмотр входов в здания вместе с жителями"),
    Programme("p9", "Волонтёрский круг", "Обучение и поддержка волонтёров"),
    Programme("p10", "Сайт и рассылка", "Рассказ о работе центра"),
)

SOURCES = (
    Source(
        "zeewind",
        "foreign_organisation",
        "Stichting Voorbeeld Zeewind",
        "NL",
        note="Договор пожертвования ZW-2025/03",
    ),
    Source(
        "commons",
        "foreign_organisation",
        "Example Commons Inc.",
        "US",
        note="Платит через Фонд «Пример-Посредник»",
    ),
    Source(
        "primer",
        "domestic_organisation",
        "Фонд «Пример-Посредник»",
        "RU",
        acts_for="commons",
        tax_id=tax_id("000020001"),
        note="Передаёт деньги Example Commons Inc. (договор ПП-17)",
    ),
    Source("mebel", "domestic_organisation", "ООО «Пример-Мебель»", "RU", tax_id=tax_id("000020002")),
    Source("pekarnya", "domestic_organisation", "ООО «Пример-Пекарня»", "RU", tax_id=tax_id("000020003")),
    Source("okna", "domestic_organisation", "ООО «Пример-Окна»", "RU", tax_id=tax_id("000020004")),
    Source(
        "donors",
        "domestic_person",
        None,
        "RU",
        pooled=True,
        note="Малые пожертвования граждан картой",
        pool_rule="Карта выпущена в России, и на сайте отмечено «я гражданин России»; прочие — отдельный источник",
        evidence="offer",
    ),
    Source("own", "own_income", "Собственные доходы", "RU", note="Брошюры, занятия, экскурсии"),
    Source("library", "domestic_organisation", "Дом культуры «Пример»", "RU", tax_id=tax_id("000020005")),
)

FUNDS = (
    Fund(
        "f1",
        "Ф1 Stichting Voorbeeld Zeewind",
        "zeewind",
        True,
        "ZW-2025/03 от 10.03.2025",
        "Поддержка жителей: психологи, юристы, семейная гостиная",
        ("p1", "p2", "p5"),
        "EUR",
    ),
    Fund(
        "f2",
        "Ф2 Example Commons через Фонд «Пример-Посредник»",
        "commons",
        True,
        "ПП-17 от 02.06.2025",
        "Школа двора, круглые столы, доступный вход",
        ("p3", "p4", "p8"),
    ),
    Fund(
        "f3a",
        "Ф3а Пожертвования фирм",
        None,
        True,
        "Договоры пожертвования 2025 года",
        "Фестиваль, библиотека двора, волонтёры",
        ("p6", "p7", "p9"),
    ),
    Fund(
        "f3b",
        "Ф3б Малые пожертвования картой",
        None,
        True,
        "Оферта на сайте",
        "Телефон соседа, сайт и рассылка",
        ("p1", "p10"),
    ),
    Fund("f4", "Ф4 Собственные доходы", "own", False, None, "Уставная деятельность", ("p6", "p10")),
)

BANK_A = ("040000901", "Пример-Банк «Озёрный»")
BANK_B = ("040000902", "Пример-Банк «Слободской»")
ACCOUNTS = (
    Account("a1", "А1 Расчётный", "bank", "RUB", "40703810700000000042", *BANK_A),
    Account("a2", "А2 Карты и пожертвования", "bank", "RUB", "40703810400000000077", *BANK_B),
    Account("a3", "А3 Евро", "bank", "EUR", "40703978600000000042", *BANK_A),
    Account(
        "transit-eur",
        "А3 транзитный, евро",
        "bank",
        "EUR",
        account_number("40703978000000001042", BANK_A[0]),
        *BANK_A,
    ),
    Account("cash", "Касса", "cash", "RUB"),
)
OWN = {
    account.id: Party(
        ORGANISATION.name,
        ORGANISATION.tax_id,
        account.number or "",
        account.bic or "",
        account.bank or "",
    )
    for account in ACCOUNTS
}

OPENINGS = (
    Opening("a1", "f1", "RUB", 311_450_20),
    Opening("a1", "f2", "RUB", 902_700_35),
    Opening("a1", "f3a", "RUB", 640_199_85),
    Opening("a1", "f4", "RUB", 330_000_00),
    Opening("a2", "f3b", "RUB", 244_608_15),
    Opening("a2", "f4", "RUB", 68_300_00),
    Opening("a3", "f1", "EUR", 14_200_00),
    Opening("cash", "f4", "RUB", 8_400_00),
)

RATES = (
    Rate("EUR", "RUB", date(2025, 9, 30), "95.0000"),
    Rate("EUR", "RUB", date(2025, 10, 14), "96.2000"),
    Rate("EUR", "RUB", date(2025, 11, 20), "94.5000"),
    Rate("EUR", "RUB", date(2025, 12, 31), "92.8000"),
)

BUDGETS = (
    Budget("f1", "travel", 100_000_00),
    Budget("f1", "equipment", 130_000_00),
    Budget("f2", "travel", 45_000_00),
    Budget("f3a", "travel", 120_000_00),
    Budget("f3a", "stipends", 60_000_00),
)
OVERSPENT_BUDGET = Budget("f3a", "travel", 110_000_00)

TAX_DUE = 427_661_64
"""Three single tax payments together; ``FUND_TAX`` of it is a tax, the rest charges on pay."""
FUND_TAX = 8_622_00
ACQUIRED = 287_415_00
ACQUIRER_FEE = 8_047_62
ACQUIRER_PER_MILLE = 28
OWN_INCOME = 143_700_00
INTEREST = 1_204_33
FOREIGN_GIFT = 225_40
SOLD_EUR, SOLD_RATE, SOLD_RUB = 20_000_00, "93.9000", 1_878_000_00

ACCRUALS = (
    Accrual(
        "unpaid",
        "f1",
        "premises",
        "p1",
        49_400_00,
        "Аренда за декабрь, счёт от 31.12.2025",
        "rent-december",
        date(2025, 12, 31),
    ),
    Accrual(
        "unpaid",
        "f3a",
        "events",
        "p6",
        38_240_00,
        "Типография, акт от 30.12.2025",
        "printing-december",
        date(2025, 12, 30),
    ),
    Accrual(
        "unpaid",
        "f2",
        "other",
        "p3",
        22_200_00,
        "Запись и монтаж семинаров, акт от 29.12.2025",
        "recording-december",
        date(2025, 12, 29),
    ),
    Accrual(
        "unpaid_before",
        "f3a",
        "events",
        "p7",
        -29_510_00,
        "Долг за сентябрь: оформление площадки",
        "debt-events",
        date(2025, 9, 29),
        "debt-events",
    ),
    Accrual(
        "unpaid_before",
        "f2",
        "premises",
        "p3",
        -24_700_00,
        "Долг за сентябрь: аренда класса",
        "debt-premises",
        date(2025, 9, 30),
        "debt-premises",
    ),
    Accrual(
        "prepaid",
        "f3a",
        "events",
        "p7",
        -120_000_00,
        "Аванс за зал на 2026 год, счёт от 22.12.2025",
        "hall-2026",
        date(2025, 12, 22),
        "prepaid-hall",
    ),
    Accrual(
        "advance",
        "f3a",
        "travel",
        "p9",
        -15_000_00,
        "Аванс под отчёт, не отчитались",
        "advance-trip",
        date(2025, 12, 22),
        "open-advance",
    ),
)
