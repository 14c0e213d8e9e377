"""``reconcile``: 1C cards and trial balances, Tally day books beside ours; ends at 0.00 or names the lines."""

from __future__ import annotations

import io
import json
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from intakebooks import books_of, make, vault_of
from test_import_command import ledger_digest, load, statement

from compliance import cli
from compliance.errors import InputError
from compliance.periods import Period
from compliance.reconcile.read import read_theirs
from compliance.reconcile.titles import span_of

SAMPLES = Path(__file__).parent / "otherbooks"
LINES = (("06.10.2025", "-150.00", "Аренда"), ("07.10.2025", "500.00", "Пожертвование"), ("20.10.2025", "-1000.00", "Зарплата"))  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = make(tmp_path / "books")
    assert load(made, statement(*LINES)) == 0
    return made


def run(folder: Path, *words: str) -> int:
    return cli.run(["-C", str(folder), *words])


def compared(
    folder: Path, name: str, capsys: pytest.CaptureFixture[str], *more: str
) -> tuple[int, dict[str, int], str]:
    """(exit code, "account month of what" -> theirs minus ours, what was said in words)."""
    path = name if "/" in name else str(SAMPLES / name)
    capsys.readouterr()
    code = run(folder, "reconcile", path, *more, "--format", "json")
    rows: list[dict[str, Any]] = json.loads(capsys.readouterr().out)["rows"] if code in (0, 1) else []
    assert run(folder, "reconcile", path, *more) == code
    said = capsys.readouterr()
    found = {
        f"{row['account']} {row['month']} {row['of']} {row['what']}": row["difference_minor"] for row in rows
    }
    return code, found, said.out + said.err


@pytest.mark.parametrize("name", ["card_51.csv", "card_51_cp1251.csv"])
def test_an_account_card_ends_at_zero(folder: Path, capsys: pytest.CaptureFixture[str], name: str) -> None:
    before = ledger_digest(folder)
    code, rows, said = compared(folder, name, capsys)
    assert (code, rows) == (0, {"a1 2025-10  opening": 0, "a1 2025-10  movement": 0})
    assert "1C minus ours, all differences together: 0.00 RUB" in said
    assert ledger_digest(folder) == before


def test_what_makes_the_difference_is_named_on_either_side(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    card = (SAMPLES / "card_51.csv").read_text(encoding="utf-8")
    changed = card.replace("51;150,00;Д;2 184 200,40", "51;170,00;Д;2 184 180,40").replace("1 150,00;Д;2 183 700,40", "1 170,00;Д;2 183 680,40")  # fmt: skip
    (tmp_path / "card.csv").write_text(changed, encoding="utf-8")
    code, rows, said = compared(folder, str(tmp_path / "card.csv"), capsys)
    assert (code, rows["a1 2025-10  movement"]) == (1, -20_00)
    assert "only in 1C: 2025-10-06 a1  -170.00 RUB  Списание с расчетного счета 0000-000001" in said
    assert "only here: 2025-10-06 a1  -150.00 RUB" in said
    assert "2025-10-20" not in said  # two rows of theirs are one document, and that is our one line
    assert "all differences together: 20.00 RUB" in said


def test_a_payment_in_another_month_is_named_on_both_sides(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    card = (SAMPLES / "card_51.csv").read_text(encoding="utf-8")
    moved = card.replace("за Октябрь 2025 г.", "за 4 квартал 2025 г.").replace("\n20.10.2025", "\n05.11.2025")
    (tmp_path / "card.csv").write_text(moved, encoding="utf-8")
    code, rows, said = compared(folder, str(tmp_path / "card.csv"), capsys)
    assert code == 1
    assert (rows["a1 2025-10  movement"], rows["a1 2025-11  movement"]) == (1000_00, -1000_00)
    assert "only in 1C: 2025-11-05 a1  -1,000.00 RUB" in said
    assert "only here: 2025-10-20 a1  -1,000.00 RUB" in said


def test_by_agreement_and_line_a_word_is_explained_once(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with books_of(folder) as books:
        rent, gift, wages = (line.identity[:12] for line in books.lines())
    assert run(folder, "assign", rent, "--fund", "f1", "--line", "premises") == 0
    assert run(folder, "assign", gift, "--fund", "f3b", "--kind", "income", "--source", "donors") == 0
    assert run(folder, "assign", wages, "--fund", "f1", "--line", "pay") == 0
    code, _rows, said = compared(folder, "card_51.csv", capsys, "--by", "line")
    assert code == 1
    assert "“Аренда помещения” (1)" in said
    assert "compliance reconcile map" in said
    for word, line in (("Аренда помещения", "premises"), ("Оплата  труда", "pay")):
        assert run(folder, "reconcile", "map", word, "--line", line) == 0
    code, rows, said = compared(folder, "card_51.csv", capsys, "--by", "line")
    assert code == 0
    assert set(rows.values()) == {0}
    assert "a1 2025-10 premises movement" in rows
    with vault_of(folder) as vault:
        assert vault.analytics()["Оплата труда"] == {"line": "pay"}
    assert "Оплата труда".encode() not in (folder / "ledger.sqlite").read_bytes()
    assert run(folder, "reconcile", "forget", "Оплата труда") == 0
    assert compared(folder, "card_51.csv", capsys, "--by", "line")[0] == 1


def test_a_trial_balance_in_roubles_and_euros(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, rows, said = compared(folder, "trial_balance.csv", capsys)
    assert code == 0
    assert {key.split()[0] for key in rows} == {"a1", "a2", "a3"}
    assert set(rows.values()) == {0}
    assert "“50” (1), “50.01” (1), “60” (1)" in said
    assert "“012”" not in said
    assert run(folder, "reconcile", "map", "50", "--account", "cash") == 0
    assert run(folder, "reconcile", "map", "60", "--ignore") == 0
    code, rows, said = compared(folder, "trial_balance.csv", capsys)
    assert (code, rows["cash 2025-10  closing"]) == (0, 0)
    assert "“50" not in said
    assert "“60”" not in said


def test_accounts_of_theirs_that_are_one_of_ours_are_added_up(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (SAMPLES / "trial_balance.csv").read_text(encoding="utf-8")
    assert text.count("\n50.01;БУ;8 400,00;;;;8 400,00;\n") == 1
    (tmp_path / "osv.csv").write_text(
        text.replace("\n50.01;БУ;8 400,00;;;;8 400,00;\n", "\n50.01;БУ;8 000,00;;;;8 000,00;\n50.02;БУ;400,00;;;;400,00;\n"),
        encoding="utf-8",
    )  # fmt: skip
    for word, role, value in (("50", "--account", "cash"), ("60", "--line", "pay")):
        assert run(folder, "reconcile", "map", word, role, value) == 0
    code, rows, said = compared(folder, str(tmp_path / "osv.csv"), capsys, "--by", "fund")
    assert (code, rows["cash 2025-10  closing"]) == (0, 0)
    assert "by account only" in said
    assert (
        "“60” (1)" in said
    )  # an account that stands for a form line is none of ours: not compared, and told


def test_a_currency_account_without_its_own_amounts_is_told(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = (SAMPLES / "trial_balance.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    (tmp_path / "osv.csv").write_text(
        "".join(line for line in lines if not line.startswith(";Вал.")), encoding="utf-8"
    )
    _code, rows, said = compared(folder, str(tmp_path / "osv.csv"), capsys)
    assert not any(key.startswith("a3") for key in rows)
    assert "a3 is kept in foreign currency" in said


def test_books_that_begin_on_the_first_day_of_the_span_held_their_opening_before(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = make(tmp_path / "books", opened=date(2025, 10, 1))
    assert load(folder, statement(*LINES)) == 0
    for name in ("trial_balance.csv", "card_51.csv"):
        code, rows, _said = compared(folder, name, capsys)
        assert (code, set(rows.values())) == (0, {0})


def test_a_trial_balance_that_differs_says_where(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (SAMPLES / "trial_balance.csv").read_text(encoding="utf-8")
    a2 = "Слободской»;БУ;312 908,15;;;;312 908,15;"
    assert a2 in text
    (tmp_path / "osv.csv").write_text(
        text.replace(a2, "Слободской»;БУ;312 908,15;;7,00;;312 915,15;"), encoding="utf-8"
    )
    code, rows, said = compared(folder, str(tmp_path / "osv.csv"), capsys)
    assert (code, rows["a2 2025-10  received"], rows["a2 2025-10  closing"]) == (1, 7_00, 7_00)
    assert "compare the account card" in said


def test_a_red_entry_is_negative_on_its_own_side(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    card = (SAMPLES / "card_51.csv").read_text(encoding="utf-8")
    own = '"40703810700000000042, Пример-Банк «Озёрный»"'
    twice = "".join(
        f"08.10.2025;Операция 5;Банк;{own};91.02;;51;{amount};Д;{balance}\n"
        for amount, balance in (("25,00", "2 184 675,40"), ("-25,00", "2 184 700,40"))
    )
    (tmp_path / "card.csv").write_text(
        card.replace("20.10.2025;", twice + "20.10.2025;", 1), encoding="utf-8"
    )
    code, rows, _said = compared(folder, str(tmp_path / "card.csv"), capsys)
    assert (code, rows["a1 2025-10  movement"]) == (0, 0)


def workbook(rows: list[list[object]], merged: tuple[str, ...] = ()) -> bytes:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    for row in rows:
        page.append(row)
    for span in merged:
        page.merge_cells(span)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_card_of_a_currency_account_with_merged_cells_and_numbers(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Account codes come as numbers, headers are merged, every posting has a second row in the currency."""
    own = "40703978600000000042, Пример-Банк «Озёрный»\nКомиссия"
    data = workbook(
        [
            ["АНО «Пример»"],
            ["Карточка счета 52 за 01.10.2025 - 31.10.2025"],
            [None],
            ["Период", None, "Документ", "Аналитика Дт", "Аналитика Кт", "Показа-\nтели", "Дебет", None, "Кредит", None, "Текущее сальдо", None],
            [None, None, None, None, None, None, "Счет", None, "Счет", None, None, None],
            ["Сальдо на начало", None, None, None, None, "БУ", None, None, None, None, "Д", 1_349_000],
            [None, None, None, None, None, "Вал.", None, None, None, None, "Д", 14_200],
            [date(2025, 10, 14), None, "Списание 7", "Банк", own, "БУ", 91.02, None, 52, 3_325, "Д", 1_345_675],
            [None, None, None, None, None, "Вал.", None, None, "EUR", 35, "Д", 14_165],
            ["Обороты за период и сальдо на конец", None, None, None, None, "БУ", None, 0, None, 3_325, "Д", 1_345_675],
        ],
        ("A4:B4", "G4:H4", "I4:J4", "K4:L4", "A8:B8"),
    )  # fmt: skip
    (tmp_path / "card52.xlsx").write_bytes(data)
    code, rows, said = compared(folder, str(tmp_path / "card52.xlsx"), capsys)
    assert code == 1
    assert rows["a3 2025-10  opening"] == 0
    assert rows["a3 2025-10  movement"] == -35_00  # the euro fee is not in our books
    assert "only in 1C: 2025-10-14 a3  -35.00 EUR  Списание 7" in said


@pytest.mark.parametrize("name", ["daybook.xml", "daybook.csv"])
def test_a_tally_day_book(folder: Path, capsys: pytest.CaptureFixture[str], name: str) -> None:
    code, rows, said = compared(folder, name, capsys)
    assert (code, rows) == (1, {})
    assert "none of its accounts is one of ours" in said
    assert run(folder, "reconcile", "map", "Main Bank", "--account", "a1") == 0
    code, rows, said = compared(folder, name, capsys)
    assert (code, rows) == (0, {"a1 2025-10  movement": 0})
    assert "Tally minus ours, all differences together: 0.00 RUB" in said
    assert run(folder, "reconcile", "map", "Rent", "--line", "premises") == 0
    theirs = read_theirs((SAMPLES / name).read_bytes(), name)
    assert theirs.span == Period(date(2025, 10, 1), date(2025, 11, 1))
    assert [entry.amount_minor for entry in theirs.entries if entry.account == "Main Bank"] == [-150_00, 500_00, -1000_00]  # fmt: skip


VOUCHER = """<ENVELOPE><VOUCHER><DATE>20251020</DATE><VOUCHERTYPENAME>Payment</VOUCHERTYPENAME>
<ALLLEDGERENTRIES.LIST><LEDGERNAME>Salaries</LEDGERNAME><AMOUNT>-700.00</AMOUNT><CATEGORYALLOCATIONS.LIST>
<COSTCENTREALLOCATIONS.LIST><NAME>Phone</NAME><AMOUNT>-600.00</AMOUNT></COSTCENTREALLOCATIONS.LIST>
<COSTCENTREALLOCATIONS.LIST><NAME>Law</NAME><AMOUNT>-100.00</AMOUNT></COSTCENTREALLOCATIONS.LIST>
</CATEGORYALLOCATIONS.LIST></ALLLEDGERENTRIES.LIST>
<ALLLEDGERENTRIES.LIST><LEDGERNAME>premises</LEDGERNAME><AMOUNT>-300.00</AMOUNT><CATEGORYALLOCATIONS.LIST>
<COSTCENTREALLOCATIONS.LIST><NAME>Phone</NAME><AMOUNT>-300.00</AMOUNT></COSTCENTREALLOCATIONS.LIST>
</CATEGORYALLOCATIONS.LIST></ALLLEDGERENTRIES.LIST>
<ALLLEDGERENTRIES.LIST><LEDGERNAME>Main Bank</LEDGERNAME><AMOUNT>1000.00</AMOUNT></ALLLEDGERENTRIES.LIST>
</VOUCHER></ENVELOPE>"""


def test_a_tally_voucher_of_several_costs_is_broken_down_as_it_says(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Also where one of their ledgers is called as an expense account of ours is."""
    with books_of(folder) as books:
        wages = next(line.identity[:12] for line in books.lines() if line.amount_minor == -1000_00)
    parts = [f"fund=f1 {rest}" for rest in ("line=pay programme=p1 amount=600", "line=pay programme=p2 amount=100", "line=premises programme=p1 amount=300")]  # fmt: skip
    assert run(folder, "assign", wages, *(word for part in parts for word in ("--part", part))) == 0
    said = {"Main Bank": ("account", "a1"), "Salaries": ("line", "pay"), "Phone": ("programme", "p1"), "Law": ("programme", "p2")}  # fmt: skip
    for word, (role, id_) in said.items():
        assert run(folder, "reconcile", "map", word, f"--{role}", id_) == 0
    (tmp_path / "book.xml").write_text(VOUCHER, encoding="utf-8")
    _code, rows, _said = compared(folder, str(tmp_path / "book.xml"), capsys, "--by", "line")
    told = {"a1 2025-10 pay movement", "a1 2025-10 premises movement", "premises 2025-10 premises movement"}
    assert {key for key, minor in rows.items() if not minor} == told
    _code, rows, _said = compared(folder, str(tmp_path / "book.xml"), capsys, "--by", "programme")
    told = {"a1 2025-10 p1 movement", "a1 2025-10 p2 movement", "premises 2025-10 p1 movement"}
    assert {key for key, minor in rows.items() if not minor} == told
    invoice = VOUCHER.replace("ALLLEDGERENTRIES", "LEDGERENTRIES").replace(
        "<LEDGERENTRIES.LIST><LEDGERNAME>premises", "<GOODS><ACCOUNTINGALLOCATIONS.LIST><LEDGERNAME>premises"
    )
    invoice = invoice.replace(
        "</LEDGERENTRIES.LIST>\n<LEDGERENTRIES.LIST><LEDGERNAME>Main",
        "</ACCOUNTINGALLOCATIONS.LIST></GOODS>\n<LEDGERENTRIES.LIST><LEDGERNAME>Main",
    )
    theirs = read_theirs(invoice.encode(), "x.xml")
    assert sum(entry.amount_minor for entry in theirs.entries if entry.account == "Main Bank") == -1000_00


def test_tally_in_utf16_and_as_a_workbook(tmp_path: Path) -> None:
    text = (SAMPLES / "daybook.xml").read_text(encoding="utf-8")
    wide = read_theirs(text.encode("utf-16"), "x.xml")
    assert wide.entries == read_theirs(text.encode(), "x.xml").entries
    assert any("Zeewind" in entry.other for entry in wide.entries)
    rows = [["Day Book"], ["Date", "Particulars", "Vch Type", "Vch No.", "Debit\nAmount", "Credit\nAmount"]]
    rows += [
        [date(2025, 4, 1), "Bank", "Receipt", 1, 1234567.5, None],
        [None, "Grants", None, None, None, "12,34,567.50"],
    ]  # type: ignore[list-item]
    theirs = read_theirs(workbook(rows), "x.xlsx")  # type: ignore[arg-type]
    assert [entry.amount_minor for entry in theirs.entries] == [123456750, -123456750]


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("card_51.csv", "Карточка счета 51", "Карточка", "does not say whose account"),
        ("card_51.csv", "51;600,00;Д", "51;600,01;Д", "do not add up to its own totals"),
        ("card_51.csv", "Обороты за период и сальдо", "Обороты и сальдо", "no last row with its totals"),
        ("card_51.csv", "600,00;Д", "6OO,00;Д", "an amount was expected"),
        ("trial_balance.csv", "60;БУ;;;150,00;150,00;;", "60;БУ;;;160,00;160,00;;", "do not add up to the row of totals"),
        ("trial_balance.csv", "70;БУ;;;1 000,00", "70;БУ;;;1 000,01", "do not give its closing balance"),
        ("trial_balance.csv", "Итого;", "Всего;", "no row of totals"),
        ("trial_balance.csv", "за Октябрь 2025 г.", "", "does not say which days"),
        ("daybook.xml", "<AMOUNT>150.00", "<AMOUNT>151.00", "do not balance"),
        ("daybook.xml", "</ENVELOPE>", "", "the XML of the file is broken"),
        ("daybook.xml", "<ENVELOPE>", "<!DOCTYPE x [<!ENTITY a 'b'>]><ENVELOPE>", "document type"),
        ("daybook.xml", "20251006", "20251306", "a day was expected"),
        ("daybook.csv", ",Main Bank,,,,150.00\n", "", "do not balance"),
        ("daybook.csv", "Date,Particulars", "Day,Ledger", "none of the reports"),
    ],
)  # fmt: skip
def test_what_is_not_whole_is_refused(name: str, old: str, new: str, said: str) -> None:
    text = (SAMPLES / name).read_text(encoding="utf-8")
    assert old in text
    with pytest.raises(InputError) as error:
        read_theirs(text.replace(old, new, 1).encode(), name)
    assert said in str(error.value)
    assert "Канарейкина" not in str(error.value)


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("Карточка счета 51 за 4 квартал 2025 г.", date(2025, 10, 1), date(2026, 1, 1)),
        ("Карточка счета 51 за Октябрь 2025 г. - Декабрь 2025 г.", date(2025, 10, 1), date(2026, 1, 1)),
        ("Карточка счета 51 за Май 2025 г.", date(2025, 5, 1), date(2025, 6, 1)),
        ("за 01.10.2025 - 15.11.2025", date(2025, 10, 1), date(2025, 11, 16)),
        ("за 2025 г.", date(2025, 1, 1), date(2026, 1, 1)),
        ("за 1 полугодие 2025 г.", date(2025, 1, 1), date(2025, 7, 1)),
        ("за 9 месяцев 2025 г.", date(2025, 1, 1), date(2025, 10, 1)),
        ("1-Apr-25 to 31-Mar-26", date(2025, 4, 1), date(2026, 4, 1)),
    ],
)
def test_spans_of_titles(text: str, start: date, end: date) -> None:
    assert span_of(text) == Period(start, end)


@pytest.mark.parametrize(
    "text", ["", "за 31.02.2025 - 01.03.2025", "Отбор: Счет", "за 15.11.2025 - 01.10.2025"]
)
def test_no_span(text: str) -> None:
    assert span_of(text) is None
