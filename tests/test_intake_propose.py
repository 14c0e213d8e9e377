"""A profile is proposed for a table that nobody described; it reads the file, or says what is doubtful."""

from __future__ import annotations

import contextlib
import random
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from statements import workbooks
from statements.profiles import PROFILES
from statements.writer import A1
from test_importers_files import FOLDER
from workbench import Bench, empty

from compliance.errors import InputError
from compliance.importers.model import Balances
from compliance.importers.reading import read_statements
from compliance.importers.source import Source
from compliance.intake.profile_text import inserted
from compliance.intake.propose import propose
from compliance.profiles import CsvProfile
from compliance.workspace import Config
from compliance.yamlfile import load_bytes


def proposed(name: str, **more: str) -> dict[str, object]:
    found = propose(Source.of_file(FOLDER / name), **more)  # type: ignore[arg-type]
    return found.profile | {"doubts": found.doubts, "result": found.result}


def test_a_table_in_russian() -> None:
    found = proposed("csv_balance.csv", account=A1)
    wanted = PROFILES["primer-bank"]
    assert found["header"] == wanted.header
    assert found["columns"] == wanted.columns.named()
    assert (found["encoding"], found["dates"], found["decimal"], found["account"]) == (
        "windows-1251",
        ["d.m.Y"],
        ",",
        A1,
    )
    assert found["doubts"] == []
    assert found["result"] == "Read by it, the file has 3 lines and its balances agree."


def test_labelled_cells_around_the_table() -> None:
    found = proposed("csv_labels.csv")
    assert found["labels"] == PROFILES["labelled"].labels.named()
    assert found["result"] == "Read by it, the file has 3 lines and its balances agree."


@pytest.mark.parametrize(
    "name",
    ["xlsx_plain.xlsx", "xlsx_days_and_numbers.xlsx", "xlsx_title_above.xlsx", "xlsx_merged_columns.xlsx"],
)
def test_a_workbook(name: str) -> None:
    found = proposed(name, account=A1)
    assert "sheet" not in found  # it is called otherwise next month
    assert found["result"] == "Read by it, the file has 2 lines and its balances agree."


def test_what_is_doubtful_is_said(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("Date,Amount,Description\n03/04/2025,5.00,x\n", "utf-8")
    found = propose(Source.of_file(tmp_path / "a.csv"))
    told = " ".join(found.doubts)
    for words in ("day or the month comes first", "Whose account", "Opening and closing balance"):
        assert words in told
    assert "refused" in found.result


def test_no_header_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("hello\nworld\n", "utf-8")
    with pytest.raises(InputError, match="no header of a statement"):
        propose(Source.of_file(tmp_path / "a.csv"))
    with pytest.raises(InputError):
        propose(Source.of_bytes(workbooks.workbook(("S", [])), "x.xlsx"))


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return empty(tmp_path / "books")


def test_nothing_is_written_unless_asked(bench: Bench) -> None:
    before = (bench.folder / "schedules.yaml").read_bytes()
    result = bench.run("profile", "propose", str(FOLDER / "csv_balance.csv"), "--account", A1)
    assert result.out.startswith("imports:\n  profiles:\n")
    assert "Line 1: " in result.err
    assert "Nothing was written" in result.err
    assert (bench.folder / "schedules.yaml").read_bytes() == before


def test_saved_beside_comments_and_then_used(bench: Bench) -> None:
    path = bench.folder / "schedules.yaml"
    path.write_text("# ours\n" + path.read_text("utf-8") + "# the end\n", "utf-8")
    before = path.read_bytes()
    bench.run(
        "record",
        "account",
        "--id",
        "a1",
        "--title",
        "a1",
        "--class",
        "bank",
        "--currency",
        "RUB",
        "--number",
        A1,
    )
    for name, file in (("one", "csv_balance.csv"), ("two", "xlsx_plain.xlsx")):
        bench.run("profile", "propose", str(FOLDER / file), "--account", A1, "--save", name)
    now = path.read_text("utf-8")
    assert [
        line for line in now.splitlines() if line in before.decode().splitlines()
    ] == before.decode().splitlines()
    assert (bench.folder / "schedules.yaml.bak").is_file()
    bench.run("import", str(FOLDER / "csv_balance.csv"), "--profile", "one", "--yes")
    assert "a profile 'one' already" in bench.fail(
        2, "profile", "propose", str(FOLDER / "csv_balance.csv"), "--account", A1, "--save", "one"
    )
    # In its place: the old lines are shown, nothing else changes.
    again = bench.run(
        "profile", "propose", str(FOLDER / "xlsx_plain.xlsx"), "--account", A1, "--save", "one", "--replace"
    )
    assert "In the place of these lines" in again.err
    assert "windows-1251" in again.err
    replaced = path.read_text("utf-8")
    assert replaced.count('"one":') == 1
    assert now.split('"two":')[1].split('    "one":')[0] in replaced
    assert "windows-1251" not in replaced


def test_what_is_not_a_profile_is_not_saved(bench: Bench) -> None:
    before = (bench.folder / "schedules.yaml").read_bytes()
    bench.fail(
        3, "profile", "propose", str(FOLDER / "csv_balance.csv"), "--save", "one"
    )  # nobody said whose account
    (bench.folder / "a.csv").write_text("Дата;Сумма\n01.11.2025;5,00\n", "utf-8")  # no balances
    words = ["profile", "propose", str(bench.folder / "a.csv"), "--account", A1, "--save", "one"]
    assert "was not saved" in bench.fail(3, *words)
    assert (bench.folder / "schedules.yaml").read_bytes() == before


def test_a_flow_of_yaml_is_left_alone() -> None:
    profile = {"header": "a;b"}
    assert '\nimports:\n  profiles:\n    "x":\n' in inserted("regimes: []", "x", profile, "s")
    text = "imports:\n    # here\n    profiles:\n        a: {}\nregimes: []\n"
    assert inserted(text, "x", profile, "s").splitlines()[3] == '      "x":'
    for odd in ("imports: {}\n", "imports:\n  profiles: {}\n"):
        with pytest.raises(InputError, match="cannot be added"):
            inserted(odd, "x", profile, "s")


TWO_ROWS = """\
Дата;Наш р/с;Payer;Сумма;;Назначение;Остаток
;;;по дебету;по кредиту;;
'01.11.2025;'40703810700000000042;ООО Пример;;+500,00;Дар;1 500,00
02.11.2025;40703810700000000042;ООО Пример-Дом;150,25;;Аренда;1 349,75
"""


def test_a_header_in_two_rows_our_account_in_a_column_and_marks_of_a_spreadsheet(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(TWO_ROWS, "utf-8")
    source = Source.of_file(tmp_path / "a.csv")
    found = propose(source, own=dict.fromkeys([A1, "40703810700000000042"], "RUB"))
    assert found.profile["under"] == ";;;по дебету;по кредиту;;"
    assert found.profile["columns"] == {
        "date": "Дата", "credit": "Сумма по кредиту", "debit": "Сумма по дебету", "balance": "Остаток",
        "account": "Наш р/с", "purpose": "Назначение", "counterparty": "Payer",
    }  # fmt: skip
    assert (found.reads, found.doubts) == (True, [])
    [statement] = read_statements(
        source, accounts=None, profiles={"b": CsvProfile.model_validate(found.profile)}
    )
    assert [(str(line.on), line.amount_minor, line.counterparty.name) for line in statement.lines()] == [
        ("2025-11-01", 500_00, "ООО Пример"),
        ("2025-11-02", -150_25, "ООО Пример-Дом"),
    ]


@pytest.mark.parametrize("spent", ["-150,25", "(150,25)", "\u2212150,25"])
def test_what_went_out_has_a_minus_in_its_own_column(tmp_path: Path, spent: str) -> None:
    rows = f"Дата;Приход;Расход;Остаток\n01.11.2025;500,00;;1500,00\n02.11.2025;;{spent};1349,75\n"
    (tmp_path / "a.csv").write_text(rows, "utf-8")
    source = Source.of_file(tmp_path / "a.csv")
    found = propose(source, account=A1)
    assert found.profile["minus_out"] is True
    assert found.reads, found.result
    profile = CsvProfile.model_validate(found.profile)
    [statement] = read_statements(source, accounts=None, profiles={"b": profile})
    assert [line.amount_minor for line in statement.lines()] == [500_00, -150_25]
    for other, said in (
        (profile.model_copy(update={"minus_out": False}), "minus_out: true"),
        (profile, "correct the profile"),
    ):
        text = rows if other is not profile else rows.replace(spent, "150,25")
        (tmp_path / "b.csv").write_text(text, "utf-8")
        with pytest.raises(InputError) as caught:
            read_statements(Source.of_file(tmp_path / "b.csv"), accounts=None, profiles={"b": other})
        assert said in caught.value.remedy


def test_a_header_in_two_rows_of_a_workbook(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    for row in ([], ["Дата", None, "Контрагент", "Сумма", None, "Остаток"], [None, None, None, "по дебету", "по кредиту"],
                [1, None, 2, 3, 4, 5], ["01.11.2025", None, "ООО Пример", None, 500, 1500], ["02.11.2025", None, "ООО Дом", Decimal("150.25"), None, "1349,75"]):  # fmt: skip
        sheet.append(row)
    sheet.merge_cells("D2:E2")
    sheet.merge_cells("A2:B3")
    book.save(tmp_path / "a.xlsx")
    source = Source.of_file(tmp_path / "a.xlsx")
    found = propose(source, account=A1)
    assert (found.profile["header"], found.profile["under"]) == (
        "Дата;Контрагент;Сумма;;Остаток",
        ";;по дебету;по кредиту;",
    )
    assert found.reads, found.result
    [statement] = read_statements(
        source, accounts=None, profiles={"b": CsvProfile.model_validate(found.profile)}
    )
    assert [line.amount_minor for line in statement.lines()] == [500_00, -150_25]


def test_a_payer_s_and_a_payee_s_columns(bench: Bench) -> None:
    """The other side is who paid what came in, and who was paid what went out; saved and read again alike."""
    (bench.folder / "a.csv").write_text(
        "Дата;Плательщик;ИНН плательщика;Счёт плательщика;Получатель;ИНН получателя;Счёт получателя;Сумма;Остаток\n"
        f"01.11.2025;ООО Даёт;0000100001;40702810000000000001;Мы;0000300003;{A1};500.00;1500.00\n"
        f"02.11.2025;Мы;0000300003;{A1};ООО Берёт;0000200002;40702810000000000002;-150.25;1349.75\n",
        "utf-8",
    )
    source = Source.of_file(bench.folder / "a.csv")
    found = propose(source, account=A1)
    assert found.profile["columns"]["counterparty"] == ["Плательщик", "Получатель"]
    assert (found.reads, found.doubts) == (True, []), found.result
    assert "ООО Даёт / Мы" in found.rows[0].values()
    bench.run("profile", "propose", str(bench.folder / "a.csv"), "--account", A1, "--save", "both")
    config = load_bytes(Config, (bench.folder / "schedules.yaml").read_bytes(), Path("schedules.yaml"))
    [statement] = read_statements(source, accounts=None, profiles=config.imports.profiles)
    sides = [line.counterparty for line in statement.lines()]
    assert [(side.name, side.tax_id, side.account) for side in sides] == [
        ("ООО Даёт", "0000100001", "40702810000000000001"),
        ("ООО Берёт", "0000200002", "40702810000000000002"),
    ]


def test_amounts_in_brackets_are_negative(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(
        "Дата;Сумма;Остаток\n01.11.2025;+500,00;1 500,00\n02.11.2025;(1 000,00);500,00\n"
        "03.11.2025;\u2212600,00;(100,00)\n",
        "utf-8",
    )
    source = Source.of_file(tmp_path / "a.csv")
    found = propose(source, account=A1)
    assert (found.reads, found.doubts) == (True, []), found.result
    [statement] = read_statements(
        source, accounts=None, profiles={"b": CsvProfile.model_validate(found.profile)}
    )
    assert [line.amount_minor for line in statement.lines()] == [500_00, -1_000_00, -600_00]


def test_numbers_of_the_other_side_are_not_its_name(tmp_path: Path) -> None:
    for head, at in (
        ("Date;Payer account;Payer INN;Payer;Amount", {"counterparty": "Payer", "counterparty_account": "Payer account", "tax_id": "Payer INN"}),
        ("Дата;Счёт плательщика;ИНН плательщика;Плательщик;Сумма",
         {"counterparty": "Плательщик", "counterparty_account": "Счёт плательщика", "tax_id": "ИНН плательщика"}),
    ):  # fmt: skip
        (tmp_path / "a.csv").write_text(
            head + "\n01.11.2025;40702810000000000001;0000300090;X;5,00\n", "utf-8"
        )
        found = propose(Source.of_file(tmp_path / "a.csv")).profile["columns"]
        assert {role: found[role] for role in at} == at


def test_a_word_beside_the_amount_says_which_way_it_went(tmp_path: Path) -> None:
    rows = "Дата;Тип операции;Сумма;Остаток;Наименование;Филиал\n01.11.2025;Кредит;500,00;1500,00;ООО А;1\n02.11.2025;Дебет;150,25;1349,75;ООО Б;1\n"
    (tmp_path / "a.csv").write_text(rows, "utf-8")
    source = Source.of_file(tmp_path / "a.csv")
    found = propose(source, account=A1)
    assert found.reads, found.result
    assert (found.profile["words_in"], found.profile["words_out"]) == (["Кредит"], ["Дебет"])
    assert found.profile["columns"]["counterparty"] == "Наименование"
    assert found.doubts == ["Not read: “Филиал”"]
    profile = CsvProfile.model_validate(found.profile)
    [statement] = read_statements(source, accounts=None, profiles={"b": profile})
    assert [line.amount_minor for line in statement.lines()] == [500_00, -150_25]
    for old, new, said in (("Дебет", "Сторно", "out is Дебет"), ("150,25", "-150,25", "has a sign")):
        (tmp_path / "b.csv").write_text(rows.replace(old, new), "utf-8")
        with pytest.raises(InputError) as caught:
            read_statements(Source.of_file(tmp_path / "b.csv"), accounts=None, profiles={"b": profile})
        assert said in caught.value.why
        assert caught.value.place == "b.csv:3"


_BANKS = {
    # Names of columns as these banks' exports have them; what stands in them is invented.
    "american": (
        "Description,,Summary Amt.\nBeginning balance as of 12/01/2025,,\"0.00\"\n\nDate,Description,Amount,Running Bal.\n"
        '12/01/2025,Beginning balance as of 12/01/2025,,"0.00"\n12/30/2025,"Gift","1,000.00","1,000.00"\n12/31/2025,"Rent","-150.25","849.75"\n',
        {"date": "Date", "amount": "Amount", "balance": "Running Bal.", "purpose": "Description"}, "m/d/Y",
    ),
    "american, a comma too many": (
        'Details,Posting Date,Description,Amount,Type,Balance,Check or Slip #\nDEBIT,12/31/2025,"Rent",-150.25,ACH_DEBIT,849.75,,\nCREDIT,12/30/2025,"Gift",1000.00,DEPOSIT,1000.00,,\n',
        {"date": "Posting Date", "amount": "Amount", "balance": "Balance", "purpose": "Description", "kind": "Type"}, "m/d/Y",
    ),
    "indian": (
        "  Date     ,Narration    ,Value Dat,Debit Amount   ,Credit Amount ,Chq/Ref Number ,Closing Balance\n 13/12/25  ,GIFT  ,13/12/25 ,  0.00 ,  1000.00  ,N123  , 1000.00\n 14/12/25  ,RENT ,14/12/25 , 150.25 , 0.00 ,000000000000 , 849.75\n",
        {"date": "Date", "credit": "Credit Amount", "debit": "Debit Amount", "balance": "Closing Balance", "purpose": "Narration", "ref": "Chq/Ref Number"}, "d/m/y",
    ),
    "indian, months in letters": (
        "Txn Date\tValue Date\tDescription\tRef No.\tDebit\tCredit\tBalance\n1 Dec 2025\t1 Dec 2025\tGIFT\tN1\t \t1,000.00\t1,000.00\n14 Dec 2025\t14 Dec 2025\tRENT\tN2\t150.25\t \t849.75\n",
        {"date": "Txn Date", "credit": "Credit", "debit": "Debit", "balance": "Balance", "purpose": "Description", "ref": "Ref No."}, "d b Y",
    ),
    "canadian": (
        'Date,Description,Withdrawals,Deposits,Balance\n"Dec 13, 2025",GIFT,,"1,000.00","1,000.00"\n"Dec 14, 2025",RENT,150.25,,849.75\n',
        {"date": "Date", "credit": "Deposits", "debit": "Withdrawals", "balance": "Balance"}, "b d, Y",
    ),
    "dutch": (
        '"Datum";"Naam / Omschrijving";"Rekening";"Tegenrekening";"Code";"Af Bij";"Bedrag (EUR)";"Mutatiesoort";"Mededelingen";"Saldo na mutatie"\n'
        '"20251231";"Shop";"NL55ABNA0000000042";"NL91ABNA0417164300";"GT";"Af";"150,25";"Online";"Rent";"849,75"\n"20251230";"Donor";"NL55ABNA0000000042";"NL91ABNA0417164300";"OV";"Bij";"1000,00";"Over";"Gift";"1000,00"\n',
        {"date": "Datum", "amount": "Bedrag (EUR)", "direction": "Af Bij", "balance": "Saldo na mutatie", "counterparty_account": "Tegenrekening", "purpose": "Mededelingen"}, "Ymd",
    ),
    "fees beside the amounts": (
        "Date started (UTC),Date completed (UTC),ID,Type,Description,Payer,Amount,Fee,Balance\n2025-12-31,2025-12-31,6a1,TRANSFER,Rent,X,-150.00,-0.25,849.75\n2025-12-30,2025-12-30,6a0,TOPUP,Gift,,1000.00,0.00,1000.00\n",
        {"date": "Date completed (UTC)", "amount": "Amount", "fee": "Fee", "balance": "Balance", "ref": "ID"}, "Y-m-d",
    ),
    "in no language that we know": (
        "თარიღი;აღწერა;თანხა;ნაშთი\n30.12.2025;Gift;1000,00;1000,00\n31.12.2025;Rent;-150,25;849,75\n",
        {"date": "თარიღი", "amount": "თანხა", "balance": "ნაშთი"}, "d.m.Y",
    ),
}  # fmt: skip


@pytest.mark.parametrize("bank", _BANKS)
def test_tables_of_banks_nobody_described(tmp_path: Path, bank: str) -> None:
    text, columns, dates = _BANKS[bank]
    (tmp_path / "a.csv").write_text(text, "utf-8")
    source = Source.of_file(tmp_path / "a.csv")
    found = propose(source, account="NL55ABNA0000000042", own={"NL55ABNA0000000042": "EUR"})
    assert found.reads, (found.result, found.profile)
    assert {role: found.profile["columns"].get(role) for role in columns} == columns
    assert found.profile["dates"] == [dates]
    if bank.startswith("in no language"):
        assert "Told by what stands under them, not by their names" in " ".join(found.doubts)
    profile = CsvProfile.model_validate(found.profile)
    [statement] = read_statements(source, accounts={"NL55ABNA0000000042": "EUR"}, profiles={"b": profile})
    assert (statement.opening_minor, statement.closing_minor) == (0, 849_75)
    lines = list(statement.lines())
    assert (sum(line.amount_minor for line in lines), len(lines)) == (849_75, statement.count)
    if bank.startswith("fees"):
        assert [(line.amount_minor, line.purpose) for line in lines] == [
            (-150_00, "Rent"), (-25, "Fee: Rent"), (1000_00, "Gift"),
        ]  # fmt: skip


def test_a_table_in_several_currencies_is_an_account_each(tmp_path: Path) -> None:
    rows = (
        "Date,Name,Type,Status,Currency,Gross,Fee,Net,Transaction ID,Balance\n12/05/2025,A,Gift,Completed,USD,100.00,-3.20,96.80,T1,96.80\n"
        "12/06/2025,B,Gift,Completed,EUR,50.00,-2.00,48.00,T2,48.00\n12/17/2025,,Withdrawal,Completed,USD,-96.80,0.00,-96.80,T3,0.00\n"
        "12/18/2025,C,Gift,Pending,USD,10.00,0.00,10.00,T4,0.00\n"
    )
    (tmp_path / "a.csv").write_text(rows, "utf-8")
    source = Source.of_file(tmp_path / "a.csv")
    found = propose(source)
    assert found.reads, (found.result, found.profile)
    assert "number is the currency (USD, EUR)" in " ".join(found.doubts)
    profile = CsvProfile.model_validate(found.profile)
    statements = read_statements(source, accounts={"USD": "USD", "EUR": "EUR"}, profiles={"b": profile})
    assert [
        (item.account, item.currency, item.opening_minor, item.closing_minor, [line.amount_minor for line in item.lines()])
        for item in statements
    ] == [("USD", "USD", 0, 0, [100_00, -3_20, -96_80]), ("EUR", "EUR", 0, 48_00, [50_00, -2_00])]  # fmt: skip


def test_a_fee_is_proved_by_what_is_left_after_it(tmp_path: Path) -> None:
    rows = "id,Type,Amount,Fee,Net,Currency,Created (UTC)\ntx1,charge,100.00,3.20,96.80,USD,2025-12-05 10:00\ntx2,charge,50.00,1.75,48.25,USD,2025-12-16 11:00\n"
    (tmp_path / "a.csv").write_text(rows, "utf-8")
    typed = Balances({"": 0}, {"": 145_05})
    found = propose(Source.of_file(tmp_path / "a.csv"), account="NL55ABNA0000000042", balances=typed)
    assert found.reads, (found.result, found.profile)
    assert found.profile["columns"]["fee"] == "Fee"


def test_a_fee_given_back_with_a_gift_is_money_in(tmp_path: Path) -> None:
    rows = "Date,Name,Gross,Fee,Net,Balance\n2025-11-01,A,100.00,-3.20,96.80,96.80\n2025-11-02,B,50.00,-1.75,48.25,145.05\n2025-11-03,A,-100.00,3.20,-96.80,48.25\n"
    (tmp_path / "a.csv").write_text(rows, "utf-8")
    source = Source.of_file(tmp_path / "a.csv")
    found = propose(source, account=A1)
    assert found.reads, found.result
    [statement] = read_statements(
        source, accounts=None, profiles={"b": CsvProfile.model_validate(found.profile)}
    )
    assert [line.amount_minor for line in statement.lines()] == [
        100_00, -3_20, 50_00, -1_75, -100_00, 3_20,
    ]  # fmt: skip
    assert (statement.received_minor, statement.spent_minor) == (153_20, 104_95)


def test_an_order_of_day_and_month_that_only_the_rows_tell_is_a_doubt(tmp_path: Path) -> None:
    """By days of 5 March, 4 April, 3 February they stand in no order, by those of 3 May, 4 April, 2 March they do."""
    rows = "Date,Amount,Balance\n05/03/2025,1.00,6.00\n04/04/2025,2.00,5.00\n03/02/2025,3.00,3.00\n"
    (tmp_path / "a.csv").write_text(rows, "utf-8")
    found = propose(Source.of_file(tmp_path / "a.csv"), account=A1)
    assert found.profile["dates"] == ["m/d/Y"]
    assert "No day was above 12: m/d/Y was taken" in found.doubts[0]


def test_days_that_a_spreadsheet_may_have_swapped_are_a_doubt(tmp_path: Path) -> None:
    """A CSV of 5 and 13 March, opened and saved by a program that puts the month first."""
    book = openpyxl.Workbook()
    for row in (("Date", "Amount", "Balance"), (datetime(2025, 5, 3), 10, 10), ("13/03/2025", 5, 15)):
        book.active.append(row)
    book.save(tmp_path / "a.xlsx")
    found = propose(Source.of_file(tmp_path / "a.xlsx"), account=A1)
    assert found.doubts[0].startswith("Some days are the workbook's own and some are texts")
    book.active["A2"] = "05/03/2025"
    book.save(tmp_path / "a.xlsx")
    assert propose(Source.of_file(tmp_path / "a.xlsx"), account=A1).doubts == []


def test_texts_of_several_lines_are_proposed_where_the_file_is_read_by_it_only(tmp_path: Path) -> None:
    rows = 'Date,Text,Amount,Balance\n2025-11-01,"Gift\nof two lines",5.00,5.00\n2025-11-02,"x",-1.00,4.00\n'
    (tmp_path / "a.csv").write_text(rows, "utf-8")
    found = propose(Source.of_file(tmp_path / "a.csv"), account=A1)
    assert (found.reads, found.profile.get("multiline")) == (True, True), found.result
    (tmp_path / "a.csv").write_text(rows.replace("\nof two lines", ""), "utf-8")
    assert "multiline" not in propose(Source.of_file(tmp_path / "a.csv"), account=A1).profile


def test_accounts_in_a_column_whose_currency_only_the_books_know(tmp_path: Path) -> None:
    rows = "Account,Date,Amount,Balance\n1111,2025-11-01,5.00,5.00\n2222,2025-11-01,7.00,7.00\n1111,2025-11-02,-1.00,4.00\n"
    (tmp_path / "a.csv").write_text(rows, "utf-8")
    found = propose(Source.of_file(tmp_path / "a.csv"), own={"1111": "USD", "2222": "EUR"})
    assert found.reads, found.result


def test_lakhs(tmp_path: Path) -> None:
    rows = 'Date,Amount,Balance\n30-11-2025,"1,00,000.00","12,34,567.50"\n30-11-2025,"-99,999.00","11,34,568.50"\n'
    (tmp_path / "a.csv").write_text(rows, "utf-8")
    source = Source.of_file(tmp_path / "a.csv")
    found = propose(source, account=A1)
    assert (found.reads, found.doubts) == (True, []), found.result
    [statement] = read_statements(
        source, accounts=None, profiles={"b": CsvProfile.model_validate(found.profile)}
    )
    assert [line.amount_minor for line in statement.lines()] == [100_000_00, -99_999_00]


def test_states_that_nobody_knows_are_a_doubt(tmp_path: Path) -> None:
    rows = "Date,State,Amount,Balance\n2025-11-01,done,1.00,1.00\n2025-11-02,void,2.00,1.00\n"
    (tmp_path / "a.csv").write_text(rows, "utf-8")
    found = propose(Source.of_file(tmp_path / "a.csv"), account=A1)
    assert not found.reads
    assert "“State” says done, void." in found.doubts[0]


@pytest.mark.parametrize(
    ("above", "labels", "account"),
    [
        (f"Выписка по счету;{A1}", "Выписка по счету", None),
        (f"Выписка по счёту {A1[:5]} {A1[5:8]} {A1[8:]} за ноябрь;", None, A1),
        ("Выписка по счёту 40702810000000000099;", None, "?"),
    ],
)
def test_our_account_above_the_table_is_known_by_its_number(
    tmp_path: Path, above: str, labels: str | None, account: str | None
) -> None:
    rows = f"{above}\n\nДата;Приход;Расход;Назначение;Остаток\n05.11.25;500,00;;Взнос;1500,00\n06.11.25;;150,25;Аренда;1349,75\n"
    (tmp_path / "a.csv").write_text(rows, "utf-8")
    found = propose(Source.of_file(tmp_path / "a.csv"), own={A1: "RUB"})
    assert found.profile.get("labels", {}).get("account") == labels
    assert found.profile.get("account") == account
    assert found.reads is (account != "?"), found.result


def test_rows_that_were_not_booked_are_left_out_and_told(tmp_path: Path) -> None:
    rows = "Дата;Статус;Сумма;Валюта;Описание\n30.12.2025;OK;1000,00;RUB;Взнос\n30.12.2025;FAILED;-5,00;RUB;Отказ\n31.12.2025;OK;-150,25;RUB;Аренда\n"
    (tmp_path / "a.csv").write_text(rows, "utf-8")
    source, typed = Source.of_file(tmp_path / "a.csv"), Balances({"": 0}, {"": 849_75})
    found = propose(source, account=A1, balances=typed)
    assert found.reads, found.result
    assert found.profile["not_booked"] == ["FAILED"]
    profile = CsvProfile.model_validate(found.profile)
    [statement] = read_statements(source, accounts=None, profiles={"b": profile}, balances=typed)
    assert [line.amount_minor for line in statement.lines()] == [1000_00, -150_25]
    assert statement.notes == ("1 row was not booked by its state (FAILED) and was left out.",)


def test_damaged_tables_are_proposed_or_refused() -> None:
    """Cells lost, doubled, moved, signs put anywhere: an error of ours would be any other exception."""
    chance = random.Random(7)
    read = 0
    for text, _columns, _dates in list(_BANKS.values()) * 12:
        lines = text.splitlines()
        for _turn in range(chance.randint(0, 2)):
            at = chance.randrange(len(lines))
            sign = chance.choice([";", ",", "\t", '"', "0", "-", " ", "1"])
            place = chance.randint(0, len(lines[at]))
            lines[at] = chance.choice(
                [lines[at][:place], lines[at][:place] + sign + lines[at][place:], lines[at - 1], lines[at] + sign * 2, lines[at][place:]]
            )  # fmt: skip
        with contextlib.suppress(InputError):
            read += propose(Source.of_bytes("\n".join(lines).encode(), "a.csv"), account=A1).reads
    assert read > len(_BANKS)


def test_a_workbook_whose_figures_have_a_tail_and_whose_days_are_written_in_two_ways(tmp_path: Path) -> None:
    """80.1 is stored as 80.09999999999999; most days are texts with the month in letters, one is the workbook's own."""
    book = openpyxl.Workbook()
    for row in (
        ("Date", "Description", "Amount", "Fee", "Balance"),
        ("1 Dec 2025", "Gift", 100.5, 0, 100.5),
        ("2 Dec 2025", "Rent", -20.1, -0.3, 80.1),
        (datetime(2025, 12, 3), "Gift given back", -10, 0.2, 70.3),
    ):
        book.active.append(row)
    book.save(tmp_path / "a.xlsx")
    source = Source.of_file(tmp_path / "a.xlsx")
    found = propose(source, account=A1)
    book.copy_worksheet(book.active).title = "Another"
    book.save(tmp_path / "two.xlsx")
    two = propose(Source.of_file(tmp_path / "two.xlsx"), account=A1)
    assert not two.reads  # the first sheet alone was read, and nobody missed the other
    assert "stands on several sheets: 'Sheet', 'Another'" in two.result
    assert found.reads, (found.result, found.profile)
    assert (found.profile["dates"], found.profile["columns"]["fee"]) == (["d b Y", "Y-m-d"], "Fee")
    [statement] = read_statements(
        source, accounts=None, profiles={"b": CsvProfile.model_validate(found.profile)}
    )
    assert [(line.on.day, line.amount_minor) for line in statement.lines()] == [
        (1, 100_50), (2, -20_10), (2, -30), (3, -10_00), (3, 20),
    ]  # fmt: skip
