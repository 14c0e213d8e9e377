"""CSV by declared columns: what is written is read back; profiles and encodings that leave a doubt are refused."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from statements.profiles import PROFILES
from statements.writer import A1, A2, rub
from typedbalances import typed

from compliance.errors import InputError
from compliance.importers.model import Statement
from compliance.importers.reading import read_statements
from compliance.profiles import CsvColumns, CsvProfile

COLUMNS = CsvColumns(date="date", amount="sum", purpose="text")
PLAIN = CsvProfile(header="date;sum;text", account=A1, columns=COLUMNS)


def changed(**changes: object) -> CsvProfile:
    return CsvProfile.model_validate(PLAIN.model_dump() | changes)


def read(
    lines: str, profile: CsvProfile = PLAIN, encoding: str = "utf-8", opening: int = 0, closing: int = 0
) -> list[Statement]:
    return read_statements(
        lines.encode(encoding),
        "f.csv",
        accounts={A1: "RUB", A2: "RUB"},
        profiles={"plain": profile},
        balances=typed(opening, closing),
    )


def test_typed_balances() -> None:
    rows = "date;sum;text\n01.11.2025;5.00;gift\n"
    assert read(rows, closing=500)[0].closing_minor == 500
    with pytest.raises(InputError, match=r"the file lacks 1\.00"):
        read(rows, closing=600)


@pytest.mark.parametrize(
    "written",
    [
        "",
        "NaN",
        "1_000",
        "١٠",
        "5-",
        "1,234",
        "1 234",
        "1\xa0234",
        "1e3",
        "5.001",
        "inf",
        "=5",
        "5 RUB",
    ],
)
def test_no_amounts(written: str) -> None:
    with pytest.raises(InputError, match="the amount cannot be read") as caught:
        read(f"date;sum;text\n01.11.2025;{written};x\n")
    assert caught.value.place == "f.csv:2"


@pytest.mark.parametrize(
    ("written", "group"),
    [("1 234,50", " "), ("1\xa0234,50", " "), ("1\u202f234,50", " "), ("1.234,50", "."), ("1234,5", "")],
)
def test_declared_grouping(written: str, group: str) -> None:
    rows = f"date;sum;text\n01.11.2025;{written};x\n"
    (statement,) = read(rows, changed(decimal=",", group=group), closing=123_450)
    assert [line.amount_minor for line in statement.lines()] == [123_450]


@pytest.mark.parametrize("written", ["1 23,50", "12 34,50", "1 234 5,00", "1.234.50,00", "1 00 000,00"])
def test_broken_grouping(written: str) -> None:
    with pytest.raises(InputError, match="the amount cannot be read"):
        read(f"date;sum;text\n01.11.2025;{written};x\n", changed(decimal=",", group=" ."))


@pytest.mark.parametrize(
    "written",
    [
        "29.02.2025",
        "01.Nov.2025",
        "01.11.25",
        "2025-11-01",
        "2025-W44-6",
        "01.11.2025 24:00",
        "٠١.١١.٢٠٢٥",
        "",
        "01.11.0025",
        "2025111 10:00",
        "5 marraskuuta 2025",
        "5 listopada 2025",
    ],
)
def test_no_dates(written: str) -> None:
    with pytest.raises(InputError, match="the date cannot be read") as caught:
        read(f"date;sum;text\n{written};5.00;x\n", changed(dates=["d.m.Y", "d.m.Y H:M", "Ymd H:M", "d b Y"]))
    assert caught.value.place == "f.csv:2"


@pytest.mark.parametrize(
    ("text", "moves_nothing"),
    [
        ("Beginning balance as of 12/01/2025", True), ("BALANCE B/F", True), ("Opening Balance", True), ("Входящий остаток на 01.11.2025", True),
        ("Сальдо начальное", True), ("Balance brought forward", True), ("Brought forward", True), ("Saldo anterior", True),
        ("Balance of invoice 7", False), ("Остаток оплаты по договору", False), ("Tea", False), ("Balance", True),
    ],
)  # fmt: skip
def test_only_a_row_that_tells_a_balance_may_lack_its_amount(text: str, moves_nothing: bool) -> None:
    columns = CsvColumns(date="date", amount="sum", purpose="text", balance="left")
    profile = changed(header="date;sum;text;left", columns=columns)
    rows = f"date;sum;text;left\n01.11.2025;;{text};9.00\n02.11.2025;-5.00;x;4.00\n"
    if moves_nothing:
        assert [item.opening_minor for item in read(rows, profile)] == [9_00]
        return
    with pytest.raises(InputError, match="the amount cannot be read"):
        read(rows, profile)


def test_date_formats() -> None:
    rows = "date;sum;text\n2025-02-28 23:59:59;5.00;x\n02/29/2024;-5.00;y\n"
    (statement,) = read(rows, changed(dates=["Y-m-d H:M:S", "m/d/Y"]))
    assert [line.on for line in statement.lines()] == [date(2025, 2, 28), date(2024, 2, 29)]


def test_a_row_that_counts_the_columns_is_no_payment() -> None:
    """Forms have one under their header; anywhere else it is damage."""
    (statement,) = read("date;sum;text\n1;2;3\n01.11.2025;5.00;x\n", closing=500)
    assert [line.purpose for line in statement.lines()] == ["x"]
    for rows in ("1;2;4\n01.11.2025;5.00;x\n", "01.11.2025;5.00;x\n1;2;3\n"):
        with pytest.raises(InputError, match="date cannot be read"):
            read(f"date;sum;text\n{rows}", closing=500)


def test_ascii_header_leaves_the_encoding_to_the_profile() -> None:
    rows = "date;sum;text\n01.11.2025;5.00;Взнос\n"
    (statement,) = read(rows, changed(encoding="windows-1251"), "windows-1251", closing=500)
    assert [line.purpose for line in statement.lines()] == ["Взнос"]
    with pytest.raises(InputError, match="encoding of the file cannot be told"):
        read(rows, changed(encoding="windows-1251"), "utf-8", closing=500)
    with pytest.raises(InputError, match="cannot be read as utf-8") as caught:
        read(rows, PLAIN, "windows-1251", closing=500)
    assert caught.value.place == "f.csv:2"
    with pytest.raises(InputError, match="encoding of the file cannot be told"):
        read(rows, changed(encoding="utf-16"), "utf-8", closing=500)


def test_two_profiles_with_one_header_ask_which() -> None:
    rows = b"date;sum;text\n01.11.2025;5.00;x\n"
    profiles = {"first": PLAIN, "second": changed(account=A2)}
    given = {"accounts": None, "profiles": profiles, "balances": typed(0, 500)}
    with pytest.raises(InputError, match="not clear which profile") as caught:
        read_statements(rows, "f.csv", **given)
    assert "first, second" in caught.value.why
    assert read_statements(rows, "f.csv", profile="second", **given)[0].account == A2
    with pytest.raises(InputError, match="not clear which profile"):
        read_statements(rows, "f.csv", profile="third", **given)


def test_no_quotation_marks() -> None:
    rows = 'date;sum;text\n01.11.2025;5.00;"Лес и "поле\n'
    (statement,) = read(rows, changed(quote=""), closing=500)
    assert [line.purpose for line in statement.lines()] == ['"Лес и "поле']


def test_rows_that_cancel_out_do_not_hide_a_stray_quotation_mark() -> None:
    """The sum would still meet: the swallowed rows add up to nothing."""
    rows = 'date;sum;text\n01.11.2025;5.00;a\n02.11.2025;-5.00;"b\n03.11.2025;7.00;c\n04.11.2025;-7.00;d"\n'
    with pytest.raises(InputError, match="no partner") as caught:
        read(rows)
    assert caught.value.place == "f.csv:3"


def test_a_file_claimed_by_two_formats_is_refused() -> None:
    profile = changed(header="1CClientBankExchange;x;date;sum;text")
    rows = "1CClientBankExchange;x;date;sum;text\n;;01.11.2025;5.00;x\n"
    with pytest.raises(InputError, match="fits several formats: csv, 1c"):
        read(rows, profile, closing=500)


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"PK\x03\x04rest", "ZIP"),
        (b"%PDF-1.7", "PDF"),
        (b"\n<!DOCTYPE html>", "HTML"),
        (b"\xd0\xcf\x11\xe0", "XLS"),
    ],
)
def test_other_kinds_of_file_are_named(head: bytes, kind: str) -> None:
    with pytest.raises(InputError, match="not a statement that we can read") as caught:
        read_statements(head, "f", accounts=None)
    assert kind in caught.value.why


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"header": "date;sum;text;sum"}, "exactly once"),
        ({"header": "date;sum"}, "exactly once"),
        ({"header": "date;sum;text\nmore"}, "one line"),
        ({"columns": {"date": "date"}}, "either amount, or both"),
        ({"columns": {"date": "date", "credit": "sum"}}, "either amount, or both"),
        (
            {"columns": {"date": "date", "amount": "sum", "credit": "sum", "debit": "text"}},
            "either amount, or both",
        ),
        ({"account": None}, "one of: account"),
        ({"labels": {"account": "A"}}, "one of: account"),
        ({"dates": ["d.m.b.Y"]}, "date format"),
        ({"dates": ["d.m.y.Y"]}, "date format"),
        ({"dates": ["d.m"]}, "date format"),
        ({"dates": []}, "at least 1"),
        ({"currency": "rub"}, "three capital letters"),
        ({"decimal": ",", "group": ","}, "must differ"),
        ({"group": "1"}, "must differ"),
        ({"encoding": "koi8-r"}, "encoding"),
        ({"colour": "red"}, "colour"),
        ({"columns": {"date": "date", "amount": "sum", "direction": "text"}}, "words_out"),
        ({"words_out": ["D"]}, "words_out"),
        (
            {
                "columns": {"date": "date", "amount": "sum", "direction": "text"},
                "words_in": ["D"],
                "words_out": ["d"],
            },
            "none of them both",
        ),
        ({"minus_out": True}, "take the line minus_out away"),
    ],
)
def test_wrong_profiles(changes: dict[str, object], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        changed(**changes)


rows_of_money = st.lists(
    st.tuples(
        st.dates(date(2025, 10, 1), date(2025, 12, 31)),
        st.integers(-(10**12), 10**12).filter(bool),
        st.text(
            st.characters(codec="cp1251", exclude_categories=["Cc"], exclude_characters="\xad"), max_size=40
        ).map(str.strip),
    ),
    min_size=1,
    max_size=15,
)


@settings(max_examples=60, deadline=None)
@given(
    rows=rows_of_money,
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "windows-1251", "utf-16"]),
    newest_first=st.booleans(),
    opening=st.integers(-(10**9), 10**9),
)
def test_what_is_written_is_read(
    rows: list[tuple[date, int, str]], encoding: str, newest_first: bool, opening: int
) -> None:
    """Through Python's own CSV writer, with the running balance of a bank."""
    stream, balance, written = io.StringIO(), opening, []
    for on, amount, purpose in rows:
        balance += amount
        credit, debit = (rub(amount), "") if amount > 0 else ("", rub(-amount))
        money = [text.replace(".", ",") for text in (credit, debit, rub(balance))]
        written.append([f"{on:%d.%m.%Y}", "1", "", "", "", money[0], money[1], purpose, money[2]])
    expected = [(on, amount, purpose) for on, amount, purpose in rows]
    if newest_first:
        written, expected = written[::-1], expected[::-1]
    profile = PROFILES["primer-bank"]
    csv.writer(stream, delimiter=";").writerows([profile.header.split(";"), *written])
    (statement,) = read_statements(
        stream.getvalue().encode(encoding), "f.csv", accounts={A1: "RUB"}, profiles={"primer-bank": profile}
    )
    assert [(line.on, line.amount_minor, line.purpose) for line in statement.lines()] == expected
    # One way only is sure when the balance holds in both: the closing balance is then what differs.
    assert statement.closing_minor - statement.opening_minor == sum(amount for _on, amount, _text in rows)


def test_period_of_several_days() -> None:
    rows = "date;sum;text\n03.11.2025;5.00;x\n01.11.2025;-5.00;y\n"
    (statement,) = read(rows)
    assert (statement.period.start, statement.period.last) == (date(2025, 11, 1), date(2025, 11, 3))
    assert statement.period.end - statement.period.start == timedelta(days=3)


@pytest.mark.parametrize("spelled", ["cp1251", "CP1251", "Windows-1251"])
def test_windows_1251_by_its_other_names(spelled: str) -> None:
    rows = "date;sum;text\n01.11.2025;5.00;пожертвование\n"
    [statement] = read(rows, changed(encoding=spelled), encoding="windows-1251", closing=500)
    assert next(iter(statement.lines())).purpose == "пожертвование"
