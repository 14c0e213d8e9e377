"""``register``: payroll lists, an acquirer's days, split tax payments; tied to bank lines, kept, compared."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from intakebooks import books_of, freeze, make, vault_of
from test_import_command import ledger_digest, load, statement

from compliance import cli
from compliance.errors import InputError
from compliance.ledger.models import Register
from compliance.profiles import RegisterProfile
from compliance.registers.compare import abroad, differences
from compliance.registers.read import read_register

WAGES = ("20.10.2025", "-1000.00", "Заработная плата по реестру")
TAX = ("28.10.2025", "-300.00", "Единый налоговый платеж")
DAY_ONE = ("06.10.2025", "292.00", "Зачисление по эквайрингу")
DAY_TWO = ("07.10.2025", "-100.00", "Возврат по эквайрингу")
PAYROLL = """Ведомость;;;
Сотрудник;Договор;Программа;К выплате
Канарейкина Кира;f1;Телефон соседа;400,00
Канарейкина Кира;Ф3а Пожертвования фирм;p9;100,00
Щеглов Щука;f1;p2;500,00
Итого;;;1 000,00
"""
TAXES = """Дата;Обязательство;Договор;Сумма
28.10.2025;НДФЛ;f1;100,00
28.10.2025;Страховые взносы;f1;150,00
28.10.2025;УСН;f4;50,00
"""
GIFTS = """Дата;Операция;Сумма;Комиссия;Страна
06.10.2025;1;200.00;5.60;RU
06.10.2025;2;100.00;2.40;DE
07.10.2025;3;-100.00;0.00;RU
"""
PROFILES = {
    "wages": {
        "kind": "payroll",
        "account": "a1",
        "columns": {"person": "Сотрудник", "fund": "Договор", "programme": "Программа", "amount": "К выплате"},
        "line": "pay",
        "purpose": "wages",
        "footer": "Итого",
    },
    "taxes": {
        "kind": "tax",
        "account": "a1",
        "columns": {"date": "Дата", "word": "Обязательство", "fund": "Договор", "amount": "Сумма"},
        "words": {"НДФЛ": "pay", "Страховые взносы": "pay", "УСН": "taxes"},
    },
    "cards": {
        "kind": "acquirer",
        "account": "a1",
        "columns": {
            "date": "Дата", "reference": "Операция", "amount": "Сумма", "fee": "Комиссия", "country": "Страна",
        },
        "source": "donors",
        "fund": "f3b",
        "home": "RU",
        "fee": {"line": "other", "programme": "p10"},
    },
}  # fmt: skip
UNKNOWN = {"source": "abroad", "fund": "f5"}


def configure(folder: Path, **cards: object) -> None:
    path = folder / "schedules.yaml"
    config = json.loads(path.read_text(encoding="utf-8"))
    config["imports"]["registers"] = {**PROFILES, "cards": PROFILES["cards"] | cards}
    path.write_text(json.dumps(config, ensure_ascii=False), encoding="utf-8")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = make(tmp_path / "books")
    configure(made)
    assert load(made, statement(DAY_ONE, DAY_TWO, WAGES, TAX)) == 0
    return made


def give(folder: Path, kind: str, text: str, *more: str, name: str = "register.csv") -> int:
    (folder / name).write_text(text, encoding="utf-8")
    return cli.run(["-C", str(folder), "register", kind, str(folder / name), *(more or ("--yes",))])


def run(folder: Path, *words: str) -> int:
    return cli.run(["-C", str(folder), *words])


def spent(folder: Path) -> dict[tuple[str | None, ...], int]:
    """(agreement, programme, account) -> minor units, of income and expense accounts."""
    with books_of(folder) as books:
        kinds = {key: item.type for key, item in books.accounts.items()}
        return {
            row.key: row.amount_minor
            for row in books.sums(("fund", "programme", "account"))
            if row.amount_minor and kinds[str(row.key[2])] in ("income", "expense")
        }


def registers(folder: Path) -> dict[str, Register]:
    with books_of(folder) as books:
        return books.facts(Register)


def handle(folder: Path, minor: int) -> str:
    with books_of(folder) as books:
        return next(line.identity[:12] for line in books.lines() if line.amount_minor == minor)


def findings(folder: Path, capsys: pytest.CaptureFixture[str]) -> dict[str, dict[str, Any]]:
    capsys.readouterr()
    run(folder, "check", "--format", "json")
    return {row["code"]: row for row in json.loads(capsys.readouterr().out)["rows"]}


def test_one_bank_line_becomes_people_programmes_and_agreements(folder: Path) -> None:
    assert give(folder, "payroll", PAYROLL) == 0
    assert spent(folder) == {
        ("f1", "p1", "pay"): 400_00,
        ("f1", "p2", "pay"): 500_00,
        ("f3a", "p9", "pay"): 100_00,
    }
    (kept,) = registers(folder).values()
    assert (kept.kind, kept.heads, kept.amount_minor, kept.name) == (
        "payroll",
        2,
        -1000_00,
        "payroll-2025-10-20",
    )
    with vault_of(folder) as vault, books_of(folder) as books:
        assert vault.blob(kept.digest) == PAYROLL.encode()
        assert books.documents[kept.name].digest == kept.digest
        assert kept.name in books.used_documents()
    ledger = (folder / "ledger.sqlite").read_bytes()
    assert not any(name.encode() in ledger for name in ("Канарейкина", "Щеглов"))


def test_the_same_register_again_changes_nothing(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert give(folder, "payroll", PAYROLL) == 0
    before = ledger_digest(folder)
    assert give(folder, "payroll", PAYROLL) == 0
    assert "nothing new" in capsys.readouterr().err
    # A title that somebody gave it stays, as one in another language of the interface does.
    assert run(folder, "record", "document", "--id", "payroll-2025-10-20", "--title", "Зарплата") == 0
    before = ledger_digest(folder)
    assert give(folder, "payroll", PAYROLL) == 0
    assert "nothing new" in capsys.readouterr().err
    assert ledger_digest(folder) == before


def test_a_register_that_does_not_add_up_is_refused_with_the_difference(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = ledger_digest(folder)
    less = PAYROLL.replace("500,00", "480,00").replace("1 000,00", "980,00")
    assert give(folder, "payroll", less, "--on", "2025-10-20", "--yes") == 3
    said = capsys.readouterr().err
    assert "adds up to -980.00 RUB" in said
    assert "the difference is -20.00 RUB" in said
    assert "Канарейкина" not in said
    assert give(folder, "payroll", less, "--line", handle(folder, -1000_00)) == 3
    # Its own total tells that a row was lost, before any bank line is looked at.
    assert give(folder, "payroll", PAYROLL.replace("500,00", "480,00")) == 3
    assert "register.csv:6: the row of totals is not the sum" in capsys.readouterr().err
    assert ledger_digest(folder) == before


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (";f1;Телефон", ";Ф9 Канарейка;Телефон", "register.csv:3: this row names an agreement"),
        ("Телефон соседа", "Канарейка", "register.csv:3: this row names a programme"),
        ("500,00", "5OO,00", "register.csv:5: an amount was expected"),
        ("500,00", "", "register.csv:5: this row has no amount"),
        ("500,00", "-500,00", "register.csv:5: an amount of a register is more than zero"),
        ("Щеглов Щука", "", "register.csv:5: this row names nobody"),
        (";f1;p2", ";;p2", "register.csv:5: this row does not say whose money"),
        ("К выплате", "Сумма", "none of the headers"),
        ("Щеглов Щука", '"Щеглов Щука', "a quotation mark"),
    ],
)
def test_what_is_wrong_is_told_by_its_place_and_never_repeated(
    folder: Path, capsys: pytest.CaptureFixture[str], old: str, new: str, said: str
) -> None:
    before = ledger_digest(folder)
    assert give(folder, "payroll", PAYROLL.replace(old, new, 1)) == 3
    told = capsys.readouterr().err
    assert said in told
    assert "Канарейк" not in told
    assert ledger_digest(folder) == before


def test_several_lines_of_one_amount_are_asked_about(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert load(folder, statement(("05.11.2025", "-1000.00", "Ещё"), first="01.11.2025", last="30.11.2025", opening=2183242_40)) == 0  # fmt: skip
    assert give(folder, "payroll", PAYROLL) == 3
    assert "several bank lines" in capsys.readouterr().err
    assert give(folder, "payroll", PAYROLL, "--on", "2025-11-05", "--yes") == 0
    assert [item.on_date.isoformat() for item in registers(folder).values()] == ["2025-11-05"]


def test_our_own_sheet_comes_back(folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "wages.xlsx"
    assert run(folder, "register", "sheet", "payroll", str(path)) == 0
    book = openpyxl.load_workbook(io.BytesIO(path.read_bytes()))
    page = book.worksheets[0]
    assert len(page.data_validations.dataValidation) == 3
    page.append(
        ["Канарейкина Кира", "f1 · Ф1 Stichting Voorbeeld Zeewind", "p1 · Телефон соседа", "pay", 600]
    )
    page.append(["Щеглов Щука", "f3a", "p9", None, 400.0])
    filled = tmp_path / "filled.xlsx"
    book.save(filled)
    assert run(folder, "register", "payroll", str(filled), "--yes") == 0
    assert spent(folder) == {("f1", "p1", "pay"): 600_00, ("f3a", "p9", "pay"): 400_00}


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("06.10.2025 14:33:05", 0),
        ("2025-10-06T14:33:05.123+03:00", 0),
        ("6.10.25", 0),
        ("2025-10-06T22:33:05Z", 3),
    ],
)
def test_days_as_acquirers_write_them(folder: Path, written: str, code: int) -> None:
    assert give(folder, "acquirer", GIFTS.replace("06.10.2025", written)) == code


def test_our_own_sheet_of_one_of_several_acquirers(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = folder / "schedules.yaml"
    config = json.loads(path.read_text(encoding="utf-8"))
    config["imports"]["registers"]["other"] = PROFILES["cards"] | {"fund": "f4"}
    path.write_text(json.dumps(config, ensure_ascii=False), encoding="utf-8")
    assert run(folder, "register", "sheet", "acquirer", str(tmp_path / "cards.xlsx")) == 0
    book = openpyxl.load_workbook(tmp_path / "cards.xlsx")
    book.worksheets[0].append(["1", "06.10.2025", 300, 8, "RU"])
    book.save(tmp_path / "filled.xlsx")
    assert run(folder, "register", "acquirer", str(tmp_path / "filled.xlsx"), "--yes") == 3
    assert "--profile NAME" in capsys.readouterr().err
    assert (
        run(folder, "register", "acquirer", str(tmp_path / "filled.xlsx"), "--profile", "other", "--yes") == 0
    )
    assert spent(folder)["f4", None, "income"] == -300_00


def test_an_acquirers_days_gross_fee_and_gifts_given_back(folder: Path) -> None:
    assert give(folder, "acquirer", GIFTS) == 0
    assert spent(folder) == {
        ("f3b", None, "income"): -200_00,  # 300.00 came, 100.00 were given back
        ("f3b", "p10", "other"): 8_00,
    }
    assert {item.heads for item in registers(folder).values()} == {2, 1}


def test_days_later_than_the_statement_wait(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert give(folder, "acquirer", GIFTS + "03.11.2025;4;70.00;1.00;RU\n") == 0
    assert "1 day is later than the last bank statement" in capsys.readouterr().err
    assert len(registers(folder)) == 2


PAYOUTS = """Отчёт;;;;
Дата платежа;Тип;Сумма;Комиссия;Поручение
04.11.2025;Оплата;200,00;5,60;П1
05.11.2025;Оплата;100,00;2,40;П1
06.11.2025;Оплата;120,00;5,00;П2
06.11.2025;Возврат;10,00;;П2
06.11.2025;Абонплата;15,00;;П2
06.11.2025;Оплата;50,00;1,00;П3
06.11.2025;Возврат;50,00;-1,00;П3
;Итого;535,00;13,00;
"""
PAID_OUT = {
    "columns": {"date": "Дата платежа", "amount": "Сумма", "fee": "Комиссия", "word": "Тип", "payout": "Поручение"},
    "words": {"Оплата": "income", "Возврат": "refund", "Абонплата": "fee"},
    "home": None, "footer": "Итого",
}  # fmt: skip


def november(folder: Path, *payments: tuple[str, str, str]) -> None:
    opening = 2_183_242_40
    assert load(folder, statement(*payments, first="01.11.2025", last="30.11.2025", opening=opening)) == 0


def test_several_payouts_of_a_day_that_say_in_words_what_each_row_is(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    november(folder, ("06.11.2025", "292.00", "Зачисление"), ("07.11.2025", "90.00", "Зачисление"))
    configure(folder, **PAID_OUT)
    assert give(folder, "acquirer", PAYOUTS) == 3
    assert "of that amount is of 6 Nov 2025 (days_later" in capsys.readouterr().err
    configure(folder, **PAID_OUT, days_later=1)
    # A gift with a minus was taken back by its bank, whatever the word.
    assert give(folder, "acquirer", PAYOUTS.replace("Возврат;10,00;;П2", "Оплата;-10,00;;П2")) == 0
    assert "1 day comes to 0.00" in capsys.readouterr().err
    assert spent(folder) == {("f3b", None, "income"): -410_00, ("f3b", "p10", "other"): 28_00}
    assert give(folder, "acquirer", PAYOUTS.replace("Абонплата", "Прочее")) == 3
    assert "register.csv:7: this row's word" in capsys.readouterr().err


def test_gross_lines_and_gifts_for_several_purposes(folder: Path) -> None:
    """A bank that takes its fee by lines of its own; what a gift is for is the agreement's name, or a word for it."""
    november(folder, ("06.11.2025", "300.00", "Зачисление"))
    configure(folder, columns={"date": "Дата", "amount": "Сумма", "fund": "Цель"}, words={"На фестиваль": "f3a"}, home=None, fee=None)  # fmt: skip
    text = "Дата;Сумма;Цель\n06.11.2025;100.00;На фестиваль\n06.11.2025;150.00;Ф3б Малые пожертвования картой\n06.11.2025;50.00;\n"
    assert give(folder, "acquirer", text) == 0
    assert spent(folder) == {("f3a", None, "income"): -100_00, ("f3b", None, "income"): -200_00}
    assert give(folder, "acquirer", text.replace("На фестиваль", "Прочее")) == 3


def test_two_transfers_of_a_day_without_a_word_for_which(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    november(folder, ("06.11.2025", "200.00", "Зачисление 1"), ("06.11.2025", "92.00", "Зачисление 2"))
    one_day = "\n".join(GIFTS.replace("06.10", "06.11").splitlines()[:3])
    assert give(folder, "acquirer", one_day) == 3
    assert "so do the bank's lines of that day together" in capsys.readouterr().err


def test_totals_between_the_rows_end_nothing(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A total after each day: what came after the first one was not read, and nobody was told."""
    configure(folder, footer="Итого")
    head, one, two, three = GIFTS.splitlines()
    rows = [head, one, two, "Итого за 06.10;;300.00;8.00;", three, "Итого за 07.10;;-100.00;;", "Итого;;200.00;8.00;", "", "Исполнитель;Сычёва;;;"]  # fmt: skip
    assert give(folder, "acquirer", "\n".join(rows)) == 0
    assert {item.amount_minor for item in registers(folder).values()} == {292_00, -100_00}
    lost = "\n".join(row for row in rows if row != two)
    assert give(folder, "acquirer", lost) == 3
    assert "they make 200.00 RUB" in capsys.readouterr().err


def test_totals_of_departments_and_branches_and_cells_of_a_space(tmp_path: Path) -> None:
    from openpyxl import Workbook

    book = Workbook()
    for row in (
        ("Сотрудник", "К выплате"), ("A", 1), ("Итого отдел", 1), ("B", 2), ("Итого отдел", 2), ("Итого филиал", 3),
        (" ", None), ("C", 4), ("Итого отдел", 4), ("Итого филиал", 4), ("Итого", 7), ("\u00a0", None),
    ):  # fmt: skip
        book.active.append(row)
    book.save(tmp_path / "a.xlsx")
    columns = {"person": "Сотрудник", "amount": "К выплате"}
    profile = RegisterProfile.model_validate({"kind": "payroll", "columns": columns, "footer": "Итого"})

    def read(data: bytes) -> list[int]:
        found = read_register(data, "a.xlsx", "payroll", {"wages": profile}, "", lambda _account: "RUB")
        return [entry.amount_minor for entry in found.entries]

    assert read((tmp_path / "a.xlsx").read_bytes()) == [1_00, 2_00, 4_00]
    book.active["B8"] = 5
    book.save(tmp_path / "a.xlsx")
    with pytest.raises(InputError, match=r"they make 5\.00 RUB"):
        read((tmp_path / "a.xlsx").read_bytes())


def test_a_register_is_in_the_currency_of_its_account(folder: Path) -> None:
    from compliance.practice.data import ACCOUNTS

    (euro,) = (item for item in ACCOUNTS if item.id == "a3")
    assert load(folder, statement(("06.10.2025", "97.00", "Payout"), opening=14_200_00, own=euro.number)) == 0
    configure(folder, account="a3", home=None)
    assert give(folder, "acquirer", "Дата;Операция;Сумма;Комиссия;Страна\n06.10.2025;1;100.00;3.00;DE\n") == 0
    (kept,) = registers(folder).values()
    assert (kept.currency, kept.amount_minor) == ("EUR", 97_00)


def test_the_same_pay_of_another_month_is_another_register(folder: Path) -> None:
    """A file given again is what it was, even where a line of the same amount waits; two of one day have two names."""
    payroll = PAYROLL.replace("Итого;;;", ";;;Итого;")  # where the people stand, not in the first column
    assert give(folder, "payroll", payroll) == 0
    november(folder, ("20.11.2025", "-1000.00", "Ещё"), ("20.11.2025", "-400.00", "Отпускные"))
    assert give(folder, "payroll", payroll) == 0
    assert len(registers(folder)) == 1
    assert give(folder, "payroll", payroll.replace("Ведомость", "Ноябрь")) == 0
    assert give(folder, "payroll", "Сотрудник;Договор;Программа;К выплате\nЩеглов;f1;p2;400\n") == 0
    assert {item.name: item.amount_minor for item in registers(folder).values()} == {
        "payroll-2025-10-20": -1000_00,
        "payroll-2025-11-20": -1000_00,
        "payroll-2025-11-20-2": -400_00,
    }


def test_a_day_with_another_net_amount_refuses_the_whole_register(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = ledger_digest(folder)
    assert give(folder, "acquirer", GIFTS.replace("5.60", "5.70")) == 3
    assert "291.90" in capsys.readouterr().err
    assert ledger_digest(folder) == before


def test_a_day_booked_net_is_found_only_by_its_register(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    gift = ("--kind", "income", "--fund", "f3b", "--source", "donors")
    assert run(folder, "assign", handle(folder, 292_00), *gift) == 0
    assert "register.acquirer" not in findings(folder, capsys)
    assert give(folder, "acquirer", GIFTS, "--keep", "--yes") == 0
    found = findings(folder, capsys)["register.acquirer"]
    assert "8.00 RUB too low" in found["message"]
    assert "compliance register book acquirer-2025-10-06" in found["remedy"]
    assert run(folder, "register", "book", "acquirer-2025-10-06", "--yes") == 0
    assert "register.acquirer" not in findings(folder, capsys)
    assert spent(folder)["f3b", "p10", "other"] == 8_00
    before = ledger_digest(folder)
    assert run(folder, "register", "book", "acquirer-2025-10-06", "--yes") == 0
    assert ledger_digest(folder) == before


def test_a_tax_payment_all_on_taxes_is_found_by_its_split(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(folder, "assign", handle(folder, -300_00), "--fund", "f1", "--line", "taxes") == 0
    assert give(folder, "tax", TAXES, "--keep", "--yes") == 0
    found = findings(folder, capsys)["register.tax"]
    assert "250.00 RUB too much on “taxes”" in found["message"]
    assert "250.00 RUB too little on “pay”" in found["message"]
    assert "the total is the same" in found["message"]
    assert give(folder, "tax", TAXES) == 0
    assert "register.tax" not in findings(folder, capsys)
    assert spent(folder) == {("f1", None, "pay"): 250_00, ("f4", None, "taxes"): 50_00}


def test_a_card_from_abroad_in_the_pool_is_found_and_goes_to_a_class_of_its_own(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert give(folder, "acquirer", GIFTS) == 0
    assert "source.foreign_trace" in findings(folder, capsys)
    with books_of(folder) as books:
        assert [minor for minor in abroad(books).values() if minor] == [100_00]
    assert run(folder, "record", "source", "--id", "abroad", "--kind", "unknown_citizenship", "--pooled") == 0
    assert (
        run(folder, "record", "fund", "--id", "f5", "--title", "Ф5", "--donor", "abroad", "--restricted") == 0
    )
    configure(folder, unknown=UNKNOWN)
    assert give(folder, "acquirer", GIFTS) == 0
    assert "source.foreign_trace" not in findings(folder, capsys)
    assert spent(folder)["f5", None, "income"] == -100_00
    assert spent(folder)["f5", "p10", "other"] == 2_40


def test_a_gift_given_back_to_a_card_abroad_is_no_money_of_unknown_citizenship(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert give(folder, "acquirer", GIFTS) == 0
    assert run(folder, "sources", "unknown", "2025-Q4") == 0
    assert "100.00 RUB in the pool" in capsys.readouterr().err
    assert give(folder, "acquirer", GIFTS.replace("-100.00;0.00;RU", "-100.00;0.00;DE")) == 0
    capsys.readouterr()
    assert run(folder, "sources", "unknown", "2025-Q4") == 0
    assert "in the pool" not in capsys.readouterr().err


def test_a_closed_period_is_amended_or_left(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from datetime import date

    freeze(folder, date(2025, 10, 1), date(2025, 12, 31))
    assert give(folder, "payroll", PAYROLL) == 1
    assert give(folder, "payroll", PAYROLL, "--keep", "--yes") == 0
    assert give(folder, "payroll", PAYROLL, "--amends", "money-q4", "--yes") == 0
    # Offered again: there is nothing to do, and so nothing to amend or to ask.
    capsys.readouterr()
    assert give(folder, "payroll", PAYROLL, "--amends", "money-q4") == 0
    assert give(folder, "payroll", PAYROLL) == 0
    assert capsys.readouterr().err.count("nothing new") == 2
    with books_of(folder) as books:
        assert not differences(books)


def test_a_line_that_left_the_books_has_nothing_to_differ_from(folder: Path) -> None:
    assert give(folder, "payroll", PAYROLL) == 0
    assert run(folder, "batch", "undo", "3", "--yes") == 0
    with books_of(folder) as books:
        assert not differences(books)


def test_a_like_line_without_a_register_is_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert give(folder, "payroll", PAYROLL) == 0
    assert "register.missing" not in findings(folder, capsys)
    more = statement(
        ("05.11.2025", "-700.00", "Заработная плата за ноябрь"), ("06.11.2025", "-7.00", "Заработная выплата"),
        first="01.11.2025", last="30.11.2025", opening=2_183_242_40,
    )  # fmt: skip
    assert load(folder, more) == 0
    found = findings(folder, capsys)["register.missing"]
    assert (found["severity"], found["message"]) == (
        "warning",
        "1 line looks like those with a register (payroll) and has none: 5 Nov 2025",
    )
