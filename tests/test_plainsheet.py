"""``workbook import``: a plain sheet taken over; its columns proposed and kept, its sums proved, its words learned."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from intakebooks import balance, books_of, freeze, make, vault_of
from test_import_command import queued

from compliance import cli
from compliance.errors import InputError
from compliance.intake import plainsheet
from compliance.intake.history import sorted_lines
from compliance.tables import Row, read_table

HEAD = ["Дата", "Приход", "Расход", "Остаток", "Кто", "Статья", "Договор", "За что"]
ROWS: list[list[Any]] = [
    ["Учёт кассы за октябрь"],
    HEAD,
    [date(2025, 10, 3), None, 150, 8250, "ООО Пример-Дом", "Аренда", "Ф4 Собственные доходы", "Зал на вечер"],
    [date(2025, 10, 5), Decimal("500.50"), None, 8750.5, "Журавлёва А. Р.", "Взносы", None, "Сбор на чай"],
    ["Итого за неделю", 500.5, 150],
    ["", "", "", "", "вторая неделя"],
    ["10.10.2025", None, "1 000,00", "7750,50", "ИП Пример", "Канцтовары", "f4", "Бумага"],
    ["Всего", 500.5, 1150],
]
MEANS = ["--means", "Аренда", "line=premises", "--means", "Взносы", "fund=f3b source=donors"]


def xlsx(folder: Path, rows: list[list[Any]] = ROWS, name: str = "kassa.xlsx") -> str:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    for row in rows:
        page.append(row)
    book.save(folder / name)
    return str(folder / name)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The cash box holds 8,400.00 when the books begin."""
    return make(tmp_path / "books")


def run(folder: Path, file: str, *more: str) -> int:
    return cli.run(["-C", str(folder), "workbook", "import", file, "--account", "cash", *more])


def test_nothing_without_a_yes(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = (folder / "ledger.sqlite").read_bytes(), (folder / "vault.sqlite").read_bytes()
    assert run(folder, xlsx(folder), *MEANS) == 2
    shown = capsys.readouterr()
    assert "Money in" in shown.out
    assert "Приход" in shown.out
    assert "Not known: “Канцтовары”" in shown.err
    assert "rows: 3, new: 3, understood: 2" in shown.err
    assert ((folder / "ledger.sqlite").read_bytes(), (folder / "vault.sqlite").read_bytes()) == before


def test_taken_over_in_one_event(folder: Path) -> None:
    with books_of(folder) as books:
        seq = books.last_seq
    assert run(folder, xlsx(folder), *MEANS, "--yes") == 0
    assert balance(folder, "cash") == 7_750_50
    assert queued(folder) == 1
    with books_of(folder) as books, vault_of(folder) as vault:
        assert books.last_seq == seq + 1
        found = {item.line.amount_minor: item.parts for item in sorted_lines(books)}
        assert [(part.kind, part.fund, part.line) for part in found[-150_00]] == [
            ("expense", "f4", "premises")
        ]
        assert [(part.fund, part.source) for part in found[500_50]] == [("f3b", "donors")]
        line = next(item.line for item in sorted_lines(books) if item.line.amount_minor == 500_50)
        assert vault.line_text(line.identity)["name"] == "Журавлёва А. Р."
    assert "Журавлёва".encode() not in (folder / "ledger.sqlite").read_bytes()
    assert cli.run(["-C", str(folder), "books", "audit"]) == 0


def test_again_brings_only_what_is_new_and_words_are_kept(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = xlsx(folder)
    assert run(folder, file, *MEANS, "--yes") == 0
    before = (folder / "ledger.sqlite").read_bytes()
    assert run(folder, file, "--yes") == 0
    assert "Nothing is new" in capsys.readouterr().err
    assert (folder / "ledger.sqlite").read_bytes() == before
    more = [*ROWS[:-1], [date(2025, 10, 12), None, 50, 7700.5, "ООО Пример-Дом", "Аренда", "f4", "Ещё зал"]]
    assert run(folder, xlsx(folder, more, "more.xlsx"), "--yes") == 0
    assert "new: 1, understood: 1" in capsys.readouterr().err
    assert balance(folder, "premises") == 200_00


def test_a_whole_import_is_undone(folder: Path) -> None:
    assert run(folder, xlsx(folder), *MEANS, "--yes") == 0
    with books_of(folder) as books:
        batch = books.last_seq
    assert cli.run(["-C", str(folder), "batch", "undo", str(batch), "--yes"]) == 0
    assert balance(folder, "cash") == 8_400_00
    assert run(folder, xlsx(folder, name="again.xlsx"), "--yes") == 0
    assert balance(folder, "cash") == 7_750_50


def test_a_cost_that_came_back_is_no_income(folder: Path) -> None:
    rows = [HEAD, [date(2025, 10, 3), 150, None, 8550, "ООО Пример-Дом", "Аренда", "f4", "Возврат за зал"]]
    assert run(folder, xlsx(folder, rows), "--means", "Аренда", "line=premises", "--yes") == 0
    assert balance(folder, "premises") == -150_00
    assert balance(folder, "income") == 0


DIRECTED = (
    ["Дата", "Сумма", "Тип", "Статья", "Склад"],
    [date(2025, 10, 3), "1 000,50", "расход", "Аренда", "Б."],
    [date(2025, 10, 4), 500, "Приход", "Ящик", ""],
    ["Итого", 1500.5, "", "", ""],
)


def test_a_column_of_words_says_which_way_an_amount_went(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(folder, xlsx(folder, DIRECTED), "--yes") == 0
    said = capsys.readouterr()
    assert "In or out" in said.out
    assert "in 500.00 RUB, out 1,000.50 RUB" in said.err
    assert "Not read: “Склад”" in said.err
    assert balance(folder, "cash") == 8_400_00 - 1_000_50 + 500_00
    minus = [DIRECTED[0], [date(2025, 10, 5), -7, "расход", "", ""]]  # written with a minus as well
    assert run(folder, xlsx(folder, minus, "minus.xlsx"), "--yes") == 0
    assert balance(folder, "cash") == 7_892_50
    odd = [*DIRECTED[:-1], [date(2025, 10, 6), 5, "как-то", "", ""]]
    assert run(folder, xlsx(folder, odd, "odd.xlsx"), "--column", "direction=Тип", "--yes") == 3
    assert "!4:" in (said := capsys.readouterr().err)
    assert "“как-то” says neither" in said


def test_the_bridge_names_what_waits_in_the_queue(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(folder, xlsx(folder, DIRECTED), "--yes") == 0
    assert cli.run(["-C", str(folder), "bridge", "2025-10"]) == 0
    assert capsys.readouterr().out.count("NOT PROVED") == 2  # euros, and no rate
    for day in ("2025-09-30", "2025-10-31"):
        said_rate = ("--currency", "EUR", "--on", day, "--rate", "95", "--origin", "bank")
        assert cli.run(["-C", str(folder), "record", "rate", *said_rate]) == 0
    capsys.readouterr()
    code, said = cli.run(["-C", str(folder), "bridge", "2025-10"]), capsys.readouterr()
    assert code == 1, said
    assert "NOT EQUAL: 500.50 RUB" in said.out
    assert "2 lines of these days are not sorted" in said.err


def test_amounts_without_a_minus_are_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [["Дата", "Сумма"], [date(2025, 10, 3), 150]]
    assert run(folder, xlsx(folder, rows)) == 2
    assert "every row is read as money in" in capsys.readouterr().err


def test_a_sheet_that_begins_on_the_day_of_the_opening_balance(tmp_path: Path) -> None:
    folder = make(tmp_path / "books", opened=date(2025, 10, 1))
    rows = [HEAD, [date(2025, 10, 1), 150, None, 8550, "", "", "", ""]]
    assert run(folder, xlsx(folder, rows), "--yes") == 0
    assert balance(folder, "cash") == 8_550_00


def changed(row: int, column: int, value: Any) -> list[list[Any]]:
    rows = [list(item) for item in ROWS]
    rows[row] += [None] * (column + 1 - len(rows[row]))
    rows[row][column] = value
    return rows


WRONG = {
    "balance": (changed(3, 3, 8750), "the balance does not run"),
    "lost row": ([*ROWS[:3], *ROWS[4:]], "not the sum|does not run"),
    "total": (changed(7, 2, 1151), "row of totals is not the sum"),
    "subtotal": (changed(4, 1, 500), "row of totals is not the sum"),
    "opening": (changed(2, 3, 8251)[:3], "the sheet begins with 8401.00, the books hold 8400.00"),
    "both": (changed(2, 1, 5), "coming in and going out"),
    "no day": (changed(2, 0, None), "an amount and no day"),
    "no amount": (changed(2, 2, None), "a day and no amount"),
    "a wrong day": (changed(6, 0, "31.02.2025"), "a day was expected"),
    "an amount": (changed(6, 2, "1e3"), "an amount was expected"),
    "negative": (changed(2, 2, -150), "row of totals is not the sum"),
    "formula": (changed(2, 2, "=100+50"), "no stored result"),
    "no header": (ROWS[2:], "no row names a column of days"),
    "nothing": (ROWS[:2], "no row with a day and an amount"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_does_not_add_up_is_refused(folder: Path, capsys: pytest.CaptureFixture[str], name: str) -> None:
    rows, said = WRONG[name]
    file = xlsx(folder, rows)
    before = (folder / "ledger.sqlite").read_bytes(), (folder / "vault.sqlite").read_bytes()
    capsys.readouterr()
    assert run(folder, file, "--yes") == 3
    told = capsys.readouterr().err
    assert any(words in told for words in said.split("|")), told
    assert "Журавлёва" not in told
    assert ((folder / "ledger.sqlite").read_bytes(), (folder / "vault.sqlite").read_bytes()) == before


def test_a_closed_period_is_refused(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    freeze(folder, date(2025, 10, 1), date(2025, 12, 31))
    before = (folder / "ledger.sqlite").read_bytes()
    assert run(folder, xlsx(folder), *MEANS, "--yes") == 1
    assert "--amends" in capsys.readouterr().err
    assert (folder / "ledger.sqlite").read_bytes() == before


def test_one_signed_column_as_csv(folder: Path) -> None:
    (folder / "k.csv").write_text(
        "Date;Amount;Details;Category\n2025-10-03;-150.00;Room;premises\n2025-10-05;500.50;Tea;\nTotal;350.50;;\n",
        encoding="utf-8",
    )
    assert run(folder, str(folder / "k.csv"), "--yes", "--means", "premises", "fund=f4 line=premises") == 0
    assert balance(folder, "cash") == 8_750_50
    assert queued(folder) == 1


def test_columns_said_by_a_person_are_kept(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [["Когда", "Плюс", "Минус"], [date(2025, 10, 3), None, 150]]
    file = xlsx(folder, rows)
    assert run(folder, file, "--yes") == 3
    said = [word for pair in ("date=Когда", "in=Плюс", "out=Минус") for word in ("--column", pair)]
    assert run(folder, file, *said, "--yes") == 0
    assert balance(folder, "cash") == 8_250_00
    more = xlsx(folder, [*rows, [date(2025, 10, 4), 20, None]], "more.xlsx")
    assert run(folder, more, *said[:4], "--column", "out=Минус", "--yes") == 0
    assert balance(folder, "cash") == 8_270_00


@pytest.mark.parametrize(
    "words",
    [["--column", "colour=red"], ["--column", "date=Нет такого"], ["--means", "Аренда", "rent"],
     ["--means", "Аренда", "line=food"], ["--means", "Аренда", "fund=f99"], ["--means", " ", "fund=f4"]],
    ids=" ".join,
)  # fmt: skip
def test_slips(folder: Path, words: list[str]) -> None:
    before = (folder / "vault.sqlite").read_bytes()
    assert run(folder, xlsx(folder), *words, "--yes") == 2
    assert (folder / "vault.sqlite").read_bytes() == before


@pytest.mark.parametrize(
    ("titles", "roles"),
    [
        (
            ["Date", "Description", "In", "Out", "Balance"],
            {"date": 0, "purpose": 1, "in": 2, "out": 3, "balance": 4},
        ),
        (["День", "Сумма", "Категория", "Проект"], {"date": 0, "amount": 1, "category": 2, "fund": 3}),
        (["Дата операции", "Поступило", "Списано", "Контрагент"], {"date": 0, "in": 1, "out": 2, "who": 3}),
        (["Date", "Index", "Amount"], {"date": 0, "amount": 2}),
    ],
)
def test_columns_proposed(titles: list[str], roles: dict[str, int]) -> None:
    assert dict(plainsheet.columns([Row("f:1", tuple(titles))], "f").at) == roles


def read(text: str) -> plainsheet.PlainSheet:
    rows = read_table(text.encode(), "f")
    return plainsheet.read(rows, plainsheet.columns(rows, "f"), "RUB")


def moved(sheet: plainsheet.PlainSheet) -> list[tuple[str, int]]:
    return [(str(entry.line.on), entry.line.amount_minor) for entry in sheet.entries]


def test_short_years_and_amounts_with_a_minus() -> None:
    head = "Дата;Приход;Расход\n"
    # Among others without one, a minus takes back; the row of totals says so too.
    found = read(head + "10.10.25;;100\n11.10.25;;(40,00)\n12.10.2025;-5;\nИтого;-5;60\n")
    assert moved(found) == [("2025-10-10", -100_00), ("2025-10-11", 40_00), ("2025-10-12", -5_00)]
    assert (found.spent_negative, found.turned) == (False, ("f:3", "f:4"))
    # Where all money out has one, that is how it is written.
    found = read(head + "10.10.25;;-100\n11.10.25;7;\n12.10.25;;-40\nИтого;7;-140\n")
    assert [minor for _on, minor in moved(found)] == [-100_00, 7_00, -40_00]
    assert (found.spent_negative, found.turned) == (True, ())


def test_all_that_is_wrong_is_told_at_once() -> None:
    with pytest.raises(InputError) as caught:
        read(
            "Дата;Приход;Расход;Остаток\n31.02.25;;5;95\n2 окт;;x;90\n03.10.2025;;10;80\n04.10.2025;;10;75\n;;;\n;;3;\n"
        )
    assert caught.value.what == "4 rows are wrong"
    assert [line.split(":")[1] for line in caught.value.why.splitlines()] == ["2", "3", "3", "5", "7"]


def test_a_running_balance_may_have_holes() -> None:
    text = (
        "Дата;Приход;Расход;Остаток\n01.10.2025;5;;\n02.10.2025;;2;103\n03.10.2025;1;;\n04.10.2025;1;;105\n"
    )
    rows = read_table(text.encode(), "f")
    found = plainsheet.read(rows, plainsheet.columns(rows, "f"), "RUB")
    assert found.opening_minor == 100_00
    rows = read_table(text.replace("105", "106").encode(), "f")
    with pytest.raises(InputError, match="does not run"):
        plainsheet.read(rows, plainsheet.columns(rows, "f"), "RUB")


def test_a_sheet_a_month(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The first sheet alone is never taken for the whole workbook; notes beside it are no question."""
    book = openpyxl.Workbook()
    for month, title in ((10, "Октябрь"), (11, "Ноябрь")):
        page = book.create_sheet(title)
        page.append(["Дата", "Приход", "Расход", "За что"])
        page.append([date(2025, month, 3), None, 70, "Вода"])
    book.create_sheet("Пояснения").append(["Вода — для семинаров"])
    del book["Sheet"]
    file = str(folder / "months.xlsx")
    book.save(file)
    assert run(folder, file, "--yes") == 3
    assert "several sheets with figures: Октябрь, Ноябрь" in capsys.readouterr().err
    assert run(folder, file, "--sheet", "Декабрь", "--yes") == 3
    assert "There are: Октябрь, Ноябрь, Пояснения" in capsys.readouterr().err
    for title in ("октябрь", "Ноябрь"):
        assert run(folder, file, "--sheet", title, "--yes") == 0
    with books_of(folder) as books:
        assert sorted(line.on_date for line in books.lines()) == [date(2025, 10, 3), date(2025, 11, 3)]
    del book["Октябрь"]
    book.save(file)
    assert run(folder, file, "--yes") == 0  # one sheet with figures needs no word
