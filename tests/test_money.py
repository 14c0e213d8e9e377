"""Amounts: one strict grammar per source, integers only."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from babel.dates import format_date
from babel.numbers import format_decimal
from hypothesis import given
from hypothesis import strategies as st

from compliance import i18n
from compliance.money import STRICT, TYPED, convert, display, exponent, half_up, parse_amount, plain


@given(st.integers(-(10**14), 10**14), st.sampled_from(["RUB", "JPY", "KWD"]))
def test_plain_reads_back(amount_minor: int, currency: str) -> None:
    assert parse_amount(plain(amount_minor, currency), currency) == amount_minor


@given(st.integers(-(10**12), 10**12), st.sampled_from(["ru", "en"]))
def test_what_is_shown_can_be_typed(amount_minor: int, language: str) -> None:
    assert parse_amount(display(amount_minor, "RUB", language), "RUB", TYPED[language]) == amount_minor


@given(st.integers(-(10**14), 10**14), st.sampled_from(["RUB", "JPY", "KWD"]), st.sampled_from(["ru", "en"]))
def test_amounts_look_as_unicode_says(amount_minor: int, currency: str, language: str) -> None:
    """The Unicode locale data (through Babel, which is too slow to start for a page of text) is the judge."""
    digits = exponent(currency)
    pattern = "#,##0" + ("." + "0" * digits if digits else "")
    value = Decimal(amount_minor).scaleb(-digits)
    assert display(amount_minor, currency, language) == format_decimal(value, pattern, language)


@pytest.mark.parametrize("language", ["ru", "en"])
def test_days_look_as_unicode_says(language: str) -> None:
    i18n.activate(language)
    for number in range(366):
        day = date(2024, 1, 1) + timedelta(number)
        assert i18n.day_words(day) == format_date(day, "EEE d MMMM y", locale=language)
        if language == "en":
            assert i18n.day_text(day) == format_date(day, "d MMM y", locale=language)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "NaN",
        "inf",
        "1_000",
        "١٢٣",
        "1e999999",
        "(5)",
        "5-",
        "+5",
        "1,234",
        "1 234",
        "1.234",
        ".5",
        "5.",
        "0x1",
        "1\n",
    ],
)
def test_files_are_strict(text: str) -> None:
    with pytest.raises(ValueError, match=r"not an amount|too many decimals"):
        parse_amount(text, "RUB", STRICT)


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("12 500,50", "ru", 1250050),
        ("12\u00a0500,50", "ru", 1250050),
        ("12500.5", "ru", 1250050),
        ("12,500.50", "en", 1250050),
        ("-7", "en", -700),
    ],
)
def test_people_type_in_their_language(text: str, language: str, expected: int) -> None:
    assert parse_amount(text, "RUB", TYPED[language]) == expected


@pytest.mark.parametrize(
    ("text", "language"), [("1,234", "ru"), ("12,50", "en"), ("1 2345", "ru"), ("1,2,3", "en")]
)
def test_ambiguous_typing_is_refused(text: str, language: str) -> None:
    with pytest.raises(ValueError, match=r"not an amount|too many decimals"):
        parse_amount(text, "RUB", TYPED[language])


def test_an_amount_too_large_is_a_slip() -> None:
    with pytest.raises(ValueError, match="too large"):
        parse_amount("10000000000000", "RUB")


def test_conversion_is_rounded_once_half_up() -> None:
    assert convert(1_800_000, "EUR", "RUB", Decimal("96.2000")) == 173_160_000
    assert convert(1, "EUR", "RUB", Decimal("0.5")) == 1
    assert convert(-1, "EUR", "RUB", Decimal("0.5")) == -1
    assert convert(100, "JPY", "RUB", Decimal("0.6")) == 6000


@given(st.integers(-(10**6), 10**6), st.integers(1, 10**4))
def test_half_up_is_the_nearest(numerator: int, denominator: int) -> None:
    result = half_up(numerator, denominator)
    assert abs(2 * (result * denominator - numerator)) <= denominator
    assert half_up(-numerator, denominator) == -result
