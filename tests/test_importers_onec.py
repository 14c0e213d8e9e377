"""1C ClientBankExchange: what is written is read back, in every encoding; odd amounts and dates are refused."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statements.writer import A1, A2, SHOP, Section, document, encoded, header, rub, text
from typedbalances import typed

from compliance.errors import InputError
from compliance.importers.model import Statement
from compliance.importers.reading import read_statements

ENCODINGS = ("windows-1251", "cp866", "utf-8")
LETTERS = "абвгдежзийклмнопрстуфхцчшщъыьэюяёАБВЁЯabcXYZ0123456789 .,-+/()№=:;\"'<>{}"


def read(content: str, encoding: str = "windows-1251", **more: int) -> list[Statement]:
    return read_statements(encoded(content, encoding), "f.txt", accounts={A1: "RUB", A2: "RUB"}, **more)


def refusal(content: str) -> InputError:
    with pytest.raises(InputError) as caught:
        read(content)
    return caught.value


def with_amount(written: str) -> str:
    return text(header(), Section(received=123_450).lines(), document(1, "14.11.2025", Сумма=written))


@pytest.mark.parametrize("written", ["1234.50", "1234,50", "1234.5", " 1234.50 "])
def test_amounts(written: str) -> None:
    assert [line.amount_minor for line in read(with_amount(written))[0].lines()] == [123_450]


@pytest.mark.parametrize(
    "written",
    [
        "",
        "NaN",
        "1_234.50",
        "١٢٣٤.٥٠",
        "(1234.50)",
        "1234.50-",
        "-1234.50",
        "+1234.50",
        "1 234.50",
        "1\xa0234.50",
        "1,234",
        "1,234.50",
        "1.234,50",
        "1234.500",
        "1e999999",
        "1E3",
        "inf",
        "0x4d2",
        "1234.",
        ".50",
        "1234.50 руб",
        "1234-50",
        "1234=50",
        "9" * 30,
        "9999999999999999.00",
    ],
)
def test_no_amounts(written: str) -> None:
    content = with_amount(written)
    with pytest.raises(InputError, match="the amount in Сумма cannot be read") as caught:
        read_statements(content.encode(), "f.txt", accounts=None)
    assert caught.value.place == "f.txt:20"


@pytest.mark.parametrize("field", ["НачальныйОстаток", "КонечныйОстаток", "ВсегоПоступило"])
def test_no_balance(field: str) -> None:
    error = refusal(text(header(), Section(changes={field: "1 000,00"}).lines()))
    assert "the amount in" in error.what
    assert error.place == "f.txt:11"


@pytest.mark.parametrize(
    "written",
    [
        "31.11.2025",
        "29.02.2025",
        "00.00.0000",
        "14.11.25",
        "2025-11-14",
        "2025-W46-5",
        "14/11/2025",
        "14.11.2025 24:00",
        "1.11.2025",
        "11.14.2025",
        "١٤.١١.٢٠٢٥",
        "14.11.1025",
        "14.11.9999",
    ],
)
def test_no_dates(written: str) -> None:
    content = text(
        header(), Section(received=100).lines(), document(100, "14.11.2025", ДатаПоступило=written)
    )
    with pytest.raises(InputError, match="is not a day of the calendar") as caught:
        read_statements(content.encode(), "f.txt", accounts=None)
    assert caught.value.place == "f.txt:20"


def test_leap_day() -> None:
    days = ("01.02.2024", "29.02.2024")
    content = text(header(days=days), Section(received=100, days=days).lines(), document(100, "29.02.2024"))
    statement = read(content)[0]
    assert [line.on for line in statement.lines()] == [date(2024, 2, 29)]
    assert statement.period.label == "2024-02"


def test_overdraft() -> None:
    content = text(header(), Section(opening=-500, received=100).lines(), document(100, "14.11.2025"))
    assert read(content)[0].closing_minor == -400


def test_account_number_with_points() -> None:
    spaced = f"{A1[:5]}.{A1[5:8]}.{A1[8:9]} {A1[9:]}"
    content = text(
        header((spaced,)),
        Section(account=spaced, received=100).lines(),
        document(100, "14.11.2025", payee=spaced),
    )
    assert [(item.account, item.count) for item in read(content)] == [(A1, 1)]


def test_typed_balances_stand_in_for_missing_ones() -> None:
    section = Section(received=100, changes={"КонечныйОстаток": None}).lines()
    content = text(header(), section, document(100, "14.11.2025"))
    assert read(content, balances=typed(closing=100_100))[0].closing_minor == 100_100
    with pytest.raises(InputError, match=r"the file lacks 1\.00"):
        read(content, balances=typed(closing=100_200))


def test_currency_of_an_account_that_is_not_the_books() -> None:
    content = encoded(text(header(), Section().lines()))
    with pytest.raises(InputError, match="in another currency"):
        read_statements(content, "f.txt", accounts={A1: "EUR"})
    other = A1.replace("810", "999", 1)
    content = encoded(text(header((other,)), Section(account=other).lines()))
    with pytest.raises(InputError, match="currency of account 40703999…0042 is unknown"):
        read_statements(content, "f.txt", accounts=None)


def test_an_equal_pair_of_transfers_stays_two() -> None:
    pair = [document(500, "14.11.2025", payer=A1, payee=A2)] * 2
    sections = [Section(A1, spent=1_000).lines(), Section(A2, received=1_000).lines()]
    assert [item.count for item in read(text(header((A1, A2)), *sections, *pair))] == [2, 2]


def test_a_transfer_printed_for_both_and_once_alone_is_refused() -> None:
    printed = [document(500, "14.11.2025", payer=A1, payee=A2)] * 3
    sections = [Section(A1, spent=1_000).lines(), Section(A2, received=1_000).lines()]
    assert "too much" in refusal(text(header((A1, A2)), *sections, *printed)).what


def test_payments_on_a_day_stay_together_or_not() -> None:
    days = ["14.11.2025", "15.11.2025", "14.11.2025"]
    documents = [document(100, day) for day in days]
    assert read(text(header(), Section(received=300).lines(), *documents[:2], documents[1]))[0].by_day
    assert not read(text(header(), Section(received=300).lines(), *documents))[0].by_day


def test_any_cut_is_refused() -> None:
    """Wherever the file breaks off, nothing is read from it."""
    whole = encoded(
        text(
            header(), Section(received=300).lines(), document(100, "14.11.2025"), document(200, "15.11.2025")
        )
    )
    end = len(whole) - len(encoded("йла\r\n"))
    for size in range(1, end, 7):
        with pytest.raises(InputError):
            read_statements(whole[:size], "f.txt", accounts=None)


words = st.text(LETTERS, min_size=1, max_size=60).map(lambda text: " ".join(text.split())).filter(bool)


@st.composite
def payments(draw: st.DrawFn) -> dict[str, object]:
    return {
        "amount": draw(st.integers(1, 10**12)),
        "on": date(2025, 11, 1) + timedelta(days=draw(st.integers(0, 29))),
        "incoming": draw(st.booleans()),
        "number": draw(st.integers(0, 999_999)),
        "name": draw(words),
        "purpose": draw(words),
        "tax_id": draw(st.sampled_from(["", "0000000123", "000000000123", "12345"])),
    }


@settings(max_examples=60, deadline=None)
@given(
    rows=st.lists(payments(), max_size=12),
    encoding=st.sampled_from(ENCODINGS),
    claimed=st.sampled_from(["Windows", "DOS", "UTF-8", ""]),
    comma=st.booleans(),
    end=st.sampled_from(["\r\n", "\n", "\r"]),
    mark=st.booleans(),
)
def test_what_is_written_is_read(
    rows: list[dict[str, object]], encoding: str, claimed: str, comma: bool, end: str, mark: bool
) -> None:
    received = sum(row["amount"] for row in rows if row["incoming"])
    spent = sum(row["amount"] for row in rows if not row["incoming"])
    documents = []
    for row in rows:
        sides = {"payer": SHOP, "payee": A1} if row["incoming"] else {"payer": A1, "payee": SHOP}
        who = "Плательщик" if row["incoming"] else "Получатель"
        changes = {f"{who}1": row["name"], f"{who}ИНН": row["tax_id"], "НазначениеПлатежа": row["purpose"]}
        if comma:
            changes["Сумма"] = rub(row["amount"]).replace(".", ",")
        documents.append(
            document(row["amount"], f"{row['on']:%d.%m.%Y}", number=str(row["number"]), **sides, **changes)
        )
    content = text(header(claimed=claimed), Section(received=received, spent=spent).lines(), *documents)
    data = encoded(content.replace("\r\n", end), encoding)
    if mark and encoding == "utf-8":
        data = b"\xef\xbb\xbf" + data
    (statement,) = read_statements(data, "f.txt", accounts={A1: "RUB"})
    expected = [
        (
            row["on"],
            row["amount"] if row["incoming"] else -row["amount"],
            str(row["number"]),
            row["name"],
            row["tax_id"],
            row["purpose"],
        )
        for row in rows
    ]
    found = [
        (
            line.on,
            line.amount_minor,
            line.bank_ref,
            line.counterparty.name,
            line.counterparty.tax_id,
            line.purpose,
        )
        for line in statement.lines()
    ]
    assert found == expected
    assert (statement.received_minor, statement.spent_minor, statement.count) == (received, spent, len(rows))
