"""People, activities and filings of the practice organisation. All names are invented."""

from __future__ import annotations

from datetime import date

from compliance.periods import ONE_DAY, add_months
from compliance.practice.model import Activity, Figure, InKind, PastFiling, Person, Role

TOWN = "Верхнеозёрск"
_STAFF = (
    ("director", "Тридевятова Елена Гордеевна", "директор"),
    ("accountant", "Счётова Раиса Мироновна", "бухгалтер"),
    ("press", "Словцов Платон Ильич", "пресс-секретарь"),
    ("lead-p1", "Внимательная Софья Лаврентьевна", "ведущая программы «Телефон соседа»"),
    ("lead-p2", "Законников Артём Власович", "ведущий программы «Приёмная юриста»"),
    ("lead-p3", "Урокова Мария Кирилловна", "ведущая программы «Школа двора»"),
    ("lead-p5", "Гостинцева Алла Никифоровна", "ведущая программы «Семейная гостиная»"),
    ("lead-p9", "Кругликов Антон Евсеевич", "координатор волонтёров"),
    ("office", "Порядкова Зоя Тимофеевна", "администратор"),
)
_BOARD = (
    "Соседкин Михаил Саввич",
    "Дворикова Лидия Петровна",
    "Липова Инна Яковлевна",
    "Крылечкин Фёдор Устинович",
    "Окошкина Тамара Глебовна",
)
DIRECTOR_UNTIL = date(2025, 11, 14)
"""Last day of the director's three-year post."""


def people() -> tuple[Person, ...]:
    rows = [(key, name) for key, name, _title in _STAFF]
    rows += [(f"board-{number}", name) for number, name in enumerate(_BOARD, 1)]
    return tuple(
        Person(
            key,
            name,
            date(1970 + number * 2 % 27, number % 12 + 1, number + 10),
            "RU",
            f"{TOWN}, улица Примерная, дом {number + 1}",
            f"паспорт 00 00 {number + 1:06}",
        )
        for number, (key, name) in enumerate(rows)
    )


def roles() -> tuple[Role, ...]:
    """The director's second term follows the first without a gap; everybody else just goes on."""
    council = [
        Role(
            f"role-board-{number}",
            f"board-{number}",
            "council",
            "член правления",
            date(2024, 4, 12),
            None,
            "Протокол общего собрания № 4 от 12.04.2024",
        )
        for number in range(1, len(_BOARD) + 1)
    ]
    staff = [
        Role(f"role-{key}", key, "staff", title, date(2023, 2, 1), None, f"Приказ № {number} от 01.02.2023")
        for number, (key, _name, title) in enumerate(_STAFF[1:], 1)
    ]
    first = date(2022, 11, 15)
    terms = [
        Role(
            "role-director-1",
            "director",
            "executive",
            "директор",
            first,
            DIRECTOR_UNTIL,
            "Протокол правления № 9 от 14.11.2022",
        ),
        Role(
            "role-director-2",
            "director",
            "executive",
            "директор",
            DIRECTOR_UNTIL + ONE_DAY,
            None,
            "Протокол правления № 21 от 14.11.2025",
        ),
    ]
    return (*terms, *council, *staff)


def _monthly(programme: str, kind: str, counts: tuple[int, ...], text: str) -> list[Activity]:
    return [
        Activity(
            f"{programme}-{month}",
            programme,
            kind,
            "held",
            start,
            date.fromordinal(add_months(start, 1).toordinal() - 1),
            count,
            None,
            TOWN,
            text,
        )
        for month, count in enumerate(counts, 7)
        for start in [date(2025, month, 1)]
    ]


def _series(programme: str, kind: str, visits: tuple[int, ...], text: str, first: date) -> list[Activity]:
    """One-day events spread evenly from ``first`` to mid-December."""
    step = (date(2025, 12, 15) - first).days // max(1, len(visits) - 1)
    return [
        Activity(f"{programme}-{number:02}", programme, kind, "held", day, day, 1, count, TOWN, text)
        for number, count in enumerate(visits, 1)
        for day in [date.fromordinal(first.toordinal() + step * (number - 1))]
    ]


def activities() -> tuple[Activity, ...]:
    """The half-year's activities; the counts add up to those the organisation reports."""
    family = tuple(8 + (number % 18 < 7) for number in range(36))
    rows = _monthly("p1", "psychological_talk", (61, 58, 70, 74, 77, 72), "Беседы психолога")
    rows += _monthly("p2", "legal_advice", (40, 38, 52, 55, 54, 49), "Консультации юриста")
    rows += _series(
        "p3", "seminar", (22, 25, 19, 31, 24, 27, 23, 21, 22), "Семинар о делах дома", date(2025, 7, 10)
    )
    rows += _series("p4", "round_table", (20, 23, 21, 23), "Круглый стол о дворах", date(2025, 7, 24))
    cancelled = date(2025, 12, 18)
    rows.append(
        Activity(
            "p4-planned",
            "p4",
            "round_table",
            "not_held",
            cancelled,
            cancelled,
            1,
            None,
            TOWN,
            "Круглый стол о парковках, не состоялся",
        )
    )
    rows += _series("p5", "family_meeting", family, "Встреча семейной гостиной", date(2025, 7, 2))
    rows += [
        _one(
            "p6-1", "p6", "booklet", (date(2025, 8, 20),) * 2, 1, None, "Брошюра «Наш подъезд»", "1000 экз."
        ),
        _one("p6-2", "p6", "booklet", (date(2025, 11, 26),) * 2, 1, None, "Брошюра «Наш двор»", "500 экз."),
        _one("p7-1", "p7", "festival", (date(2025, 10, 3), date(2025, 10, 5)), 3, 1860, "Липовый фестиваль"),
        _one(
            "p8-1", "p8", "survey", (date(2025, 7, 1), date(2025, 7, 31)), 12, None, "Осмотр входов в здания"
        ),
        _one(
            "p8-2", "p8", "survey", (date(2025, 8, 1), date(2025, 8, 31)), 10, None, "Осмотр входов в здания"
        ),
    ]
    trained = (9, 10, 9, 10, 9, 10, 9, 10, 9, 10, 9)
    rows += _series("p9", "training", trained, "Занятие для волонтёров", date(2025, 7, 5))
    span = (date(2025, 7, 1), date(2025, 12, 31))
    rows.append(_one("p10-1", "p10", "newsletter", span, 26, None, "Рассылка и обновление сайта"))
    return tuple(rows)


def _one(
    key: str,
    programme: str,
    kind: str,
    days: tuple[date, date],
    quantity: int,
    participants: int | None,
    text: str,
    output: str | None = None,
) -> Activity:
    return Activity(key, programme, kind, "held", *days, quantity, participants, TOWN, text, output)


FIGURES = (
    Figure("p1", "psychological_talk", 412),
    Figure("p2", "legal_advice", 288),
    Figure("p3", "visits", 214),
    Figure("p4", "visits", 87),
    Figure("p5", "visits", 302),
    Figure("p6", "copies", 1500),
    Figure("p7", "visits", 1860),
    Figure("p8", "buildings", 22),
    Figure("p9", "volunteers", 104),
)

IN_KIND = (
    InKind(
        "hall-lent",
        date(2025, 12, 11),
        "library",
        "f2",
        "p3",
        "help",
        "Зал Дома культуры безвозмездно на один вечер для семинара",
        8_000_00,
        "p3-09",
    ),
)

FILINGS = (
    PastFiling(
        "money",
        "2025-Q1",
        date(2025, 4, 14),
        "post",
        "money-2025-Q1.pdf",
        "receipt-money-2025-Q1.pdf",
        (
            ("opening", 2_410_880_30),
            ("received", 2_945_300_00),
            ("exchange", -18_240_00),
            ("spent", 1_204_515_40),
            ("closing", 4_133_424_90),
        ),
    ),
    PastFiling(
        "money",
        "2025-Q2",
        date(2025, 7, 14),
        "post",
        "money-2025-Q2.pdf",
        "receipt-money-2025-Q2.pdf",
        (
            ("opening", 4_133_424_90),
            ("received", 3_310_640_00),
            ("exchange", -41_300_00),
            ("spent", 3_020_115_75),
            ("closing", 4_382_649_15),
        ),
    ),
    PastFiling(
        "money",
        "2025-Q2",
        date(2025, 8, 20),
        "post",
        "money-2025-Q2-amended.pdf",
        "receipt-money-2025-Q2-amended.pdf",
        (
            ("opening", 4_133_424_90),
            ("received", 3_310_640_00),
            ("exchange", -41_300_00),
            ("spent", 3_032_915_75),
            ("closing", 4_369_849_15),
        ),
        amends="money-2025-Q2.pdf",
    ),
    PastFiling(
        "activity",
        "2025-H1",
        date(2025, 7, 14),
        "post",
        "activity-2025-H1.pdf",
        "receipt-activity-2025-H1.pdf",
    ),
    PastFiling(
        "money",
        "2025-Q3",
        date(2025, 10, 14),
        "post",
        "money-2025-Q3.pdf",
        "receipt-money-2025-Q3.pdf",
        (
            ("opening", 4_369_849_15),
            ("received", 2_876_410_00),
            ("exchange", 12_600_00),
            ("spent", 3_404_200_60),
            ("closing", 3_854_658_55),
        ),
    ),
)
