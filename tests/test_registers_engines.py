"""Registers and comparison with other books, on both engines: from the bank's line to the finding and back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from test_import_command import OWN, statement
from workbench import Bench, furnished

from compliance import i18n
from compliance.storage import Server

LINES = (("20.10.2025", "-100.00", "Wages, list 1"), ("21.10.2025", "-30.00", "Rent"))
LIST = "register/payroll/1;Agreement;Programme;Form line;Amount;Day\nCanary Caroline;f1;p1;pay;60.00;20.10.2025\nOther;f1;;pay;40.00;20.10.2025\n"
CARD = f"""\
Карточка счета 51 за Октябрь 2025 г.;;;;;;;;;
Период;Документ;Аналитика Дт;Аналитика Кт;Дебет;;Кредит;;Текущее сальдо;
;;;;Счет;;Счет;;;
Сальдо на начало;;;;;;;;Д;1 000,00
20.10.2025;Списание 1;Зарплата;{OWN};70;;51;100,00;Д;900,00
21.10.2025;Списание 2;Аренда;{OWN};60.01;;51;30,00;Д;870,00
Обороты за период и сальдо на конец;;;;;0,00;;130,00;Д;870,00
"""


@pytest.fixture(scope="module")
def master(tmp_path_factory: pytest.TempPathFactory, new_server: Callable[[], Server | None]) -> Bench:
    made = furnished(tmp_path_factory.mktemp("master"), server=new_server())
    made.run("record", "account", "--id", "a1", "--number", OWN)
    (made.folder / "bank.txt").write_bytes(statement(*LINES, opening=1000_00))
    made.run("import", str(made.folder / "bank.txt"), "--yes")
    (made.folder / "list.csv").write_text(LIST, encoding="utf-8")
    (made.folder / "card.csv").write_text(CARD, encoding="utf-8")
    return made


@pytest.fixture
def bench(master: Bench, tmp_path: Path) -> Bench:
    return master.copy(tmp_path / "books")


def codes(bench: Bench) -> set[str]:
    return {row["code"] for row in bench.call("check", "books", "--format", "json").rows}


def test_a_register_is_kept_held_against_the_books_and_booked(bench: Bench) -> None:
    line = next(row["line"] for row in bench.rows("queue") if row["amount_minor"] == -100_00)
    bench.run("assign", line, "--fund", "f1", "--line", "premises")
    asked = ("register", "payroll", str(bench.folder / "list.csv"), "--keep", "--yes")
    i18n.activate("ru")
    shown = bench.run(*asked).out
    i18n.activate("en")
    assert "расход f1" in shown  # a kind in words, an amount as people write it
    assert ",00" in shown
    assert "expense" not in shown
    assert "register.payroll" in codes(bench)
    bench.run("register", "book", "payroll-2025-10-20", "--yes")
    assert "register.payroll" not in codes(bench)
    (row,) = bench.rows("register", "list")
    assert (row["heads"], row["differs"]) == (2, 0)
    assert bench.run("books", "audit").code == 0


def test_other_books_are_compared(bench: Bench) -> None:
    assert {row["difference_minor"] for row in bench.rows("reconcile", str(bench.folder / "card.csv"))} == {0}
    for line in bench.rows("queue"):
        form_line = "pay" if line["amount_minor"] == -100_00 else "premises"
        bench.run("assign", line["line"], "--fund", "f1", "--line", form_line)
    bench.run("reconcile", "map", "Зарплата", "--line", "pay")
    bench.run("reconcile", "map", "Аренда", "--line", "pay")
    assert bench.call("reconcile", str(bench.folder / "card.csv"), "--by", "line").code == 1
    bench.run("reconcile", "map", "Аренда", "--line", "premises")
    rows = bench.rows("reconcile", str(bench.folder / "card.csv"), "--by", "line")
    assert {row["of"]: row["ours_minor"] for row in rows if row["what"] == "movement"} == {
        "pay": -100_00,
        "premises": -30_00,
    }
    assert [row["word"] for row in bench.rows("reconcile", "words")] == ["Аренда", "Зарплата"]
