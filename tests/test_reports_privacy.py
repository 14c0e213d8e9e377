"""What the linter finds, what it lets pass, and that it never repeats what it found."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance.reports.privacy import finding, lint, mask, plain

FOUND = {
    "email": ["пишите на anna.primer@example.org", "anna @ example.org", "ａｎｎａ＠example.org"],
    "phone": [
        "+7 (900) 000-12-34",
        "8 900 000 12 34",
        "8\u20110900000\u200b1234".replace("0900", "900-"),
        "тел. 12-34-56",
        "+49 30 1234567",
        "+٧ ٩٠٠ ٠٠٠ ١٢ ٣٤",
    ],
    "snils": ["СНИЛС 112-233-445 95", "11223344595"],
    "tax_id": ["ИНН 500100732259"],
    "passport": ["паспорт 00 01 123456", "серия 0001 № 123456", "00 01 123456"],
    "card": ["4111 1111 1111 1111", "5555555555554444", "4111-1111-1111-1111"],
    "iban": ["NL91 ABNA 0417 1643 00", "DE89370400440532013000"],
    "birth_date": ["род. 01.02.1980", "1980 г.р.", "01.02.1980 г. р.", "дата рождения: 3 марта 1975"],
    "name": [
        "беседа с Образцовой Марией Ивановной",
        "Иванова Анна Сергеевна",
        "ПРИМЕРОВА АННА СЕРГЕЕВНА",
        "Примеров А. Б.",
        "А.Б. Примеров",
        "Ирина Примерова",
        "Примерову Ивану",
        "Прим\u200bерова Ан\u00adна Сергеевна",
        "Примерoвa Aннa Сергеевнa",
        "Mr. John Example",
    ],
    "handle": ["@sosed_primer", "t.me/sosed_primer", "https://vk.com/id12345"],
}
PASSES = [
    "",
    "Беседы психолога",
    "9 семинаров, 214 посещений",
    "Договор № 17/П от 02.06.2025, сумма 1 240 000,00",
    "ИНН 0000123450, ОГРН 1250000000425",
    "р/с 40703810700000000042 БИК 040000901",
    "Верхнеозёрск, Липовый фестиваль, три дня",
    "Центр соседских инициатив «Тридевятая слобода»",
    "Круглый стол 18.12.2025 не состоялся",
    "Буклет «Права соседа», тираж 1 500 экз.",
    "Отчет за 2025-Q4",
    "Stichting Voorbeeld Zeewind, agreement ZW-2025/03 of 10.03.2025",
    "Великий Новгород, улица Лесная, д. 5",
    "Доступный вход: 22 здания",
]


@pytest.mark.parametrize(("kind", "text"), [(kind, text) for kind, texts in FOUND.items() for text in texts])
def test_found(kind: str, text: str) -> None:
    assert kind in {hit.kind for hit in lint(f"Работа в квартале: {text}, итог")}, lint(text)


@pytest.mark.parametrize("text", PASSES)
def test_passes(text: str) -> None:
    assert lint(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "Слободкина Устинья",
        "слободкина устинья велемировна",
        "Устинья Слободкина",
        "Слободкина У.",
        "У. В. Слободкина",
    ],
)
def test_a_name_of_the_vault_is_found_however_it_is_written(text: str) -> None:
    hits = lint(f"получила {text} лично", ["Слободкина Устинья Велемировна"])
    assert [hit.kind for hit in hits] in (["known_name"], ["name"])


def test_another_word_that_begins_like_a_name_passes() -> None:
    assert lint("Слободкинары устиньями", ["Слободкина Устинья Велемировна"]) == []


def test_the_refusal_quotes_nothing() -> None:
    value = "Примерова Анна Сергеевна, тел. +7 900 000-12-34"
    found = finding(value, [], subject="activity:p1-7", remedy="Change it.", period="2025-H2")
    assert found is not None
    assert (found.code, found.severity) == ("privacy.personal_data", "refusal")
    for secret in ("Примерова", "Анна", "Сергеевна", "900", "000-12"):
        assert secret not in found.message
    assert finding("Беседы психолога", [], subject="x", remedy="") is None


def test_mask() -> None:
    assert mask("Анна +7 900") == "А••• +7 9••"


@given(st.text(max_size=300))
def test_any_text_can_be_looked_at(text: str) -> None:
    clear = plain(text)
    assert plain(clear) == clear
    for hit in lint(text):
        assert 0 <= hit.start < hit.end <= len(clear)


def test_a_hostile_length_is_looked_at_quickly() -> None:
    assert lint("А" * 40_000) == []
    assert lint("1 " * 20_000) is not None
    assert lint("\ud800" * 10) == []
