"""Money handed out: from cash and by the bank, its report, what comes back, what is owed; the cash book."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from workbench import Bench, furnished

from compliance.storage import Server

CASH = ("--account", "cash")


@pytest.fixture(scope="module")
def master(tmp_path_factory: pytest.TempPathFactory, new_server: Callable[[], Server | None]) -> Bench:
    """On both engines."""
    made = furnished(tmp_path_factory.mktemp("master"), server=new_server())
    for words in (
        ("account", "--id", "cash", "--title", "Cash box", "--class", "cash", "--currency", "RUB"),
        ("account", "--id", "travel", "--title", "Travel", "--type", "expense", "--expense-line", "travel"),
        ("opening", *CASH, "--fund", "f1", "--amount", "500.00", "--on", "2025-09-30"),
        ("opening", *CASH, "--fund", "f4", "--amount", "200.00", "--on", "2025-09-30"),
        ("person", "--id", "p-7", "--name", "Canary Caroline", "--born", "1970-01-02"),
        ("advance", "--id", "trip", "--title", "Application 7", "--person", "p-7", "--on", "2025-11-03", *CASH,
         "--fund", "f1", "--amount", "300.00", "--expense-line", "travel", "--programme", "p1"),
    ):  # fmt: skip
        made.run("record", *words)
    return made


@pytest.fixture
def bench(master: Bench, tmp_path: Path) -> Bench:
    return master.copy(tmp_path / "books")


def debts(bench: Bench) -> dict[tuple[str, str], int]:
    return {(row["kind"], row["document"]): row["amount_minor"] for row in bench.rows("list", "debts")}


def balances(bench: Bench) -> dict[tuple[str, str], int]:
    return {
        (row["account"], row["fund"]): row["amount_minor"]
        for row in bench.rows("balance", "--by", "account,fund")
    }


def spent(bench: Bench) -> dict[tuple[str | None, ...], int]:
    """(agreement, account) -> minor units, of expenses and open advances together: what was paid."""
    with bench.books() as books:
        kinds = {
            key: item.type == "expense" or item.account_class == "advance"
            for key, item in books.accounts.items()
        }
        return {
            row.key: row.amount_minor
            for row in books.sums(("fund", "account"))
            if kinds[str(row.key[1])] and row.amount_minor
        }


def open_findings(bench: Bench, *codes: str) -> list[dict[str, Any]]:
    return bench.call("check", *codes, "--format", "json").rows


def test_it_counts_as_paid_and_is_open_until_reported(bench: Bench) -> None:
    assert debts(bench) == {("advance", "trip"): 300_00}
    assert spent(bench) == {("f1", "advance"): 300_00}
    assert balances(bench)["cash", "f1"] == 200_00
    (row,) = bench.rows("list", "advances")
    assert (row["id"], row["person"], row["report_by"]) == ("trip", "p-7", "2025-12-03")


def test_an_overdue_report_is_a_finding_until_its_day_is_moved(bench: Bench) -> None:
    (found,) = open_findings(bench, "advance.open")
    assert "300.00 RUB handed out on 3 Nov 2025 (“Application 7”)" in found["message"]
    assert "compliance record advance-report trip" in found["remedy"]
    bench.run("record", "advance", "--id", "trip", "--person", "p-7", "--report-by", "2026-02-01")
    assert open_findings(bench, "advance.open") == []


def test_a_report_on_two_costs_and_what_comes_back(bench: Bench) -> None:
    said = bench.run(
        "record", "advance-report", "trip", "--on", "2025-11-20", "--part", "amount=180.00",
        "--part", "line=premises amount=70.00", "--returned", "40.00", "--to", "cash",
    ).err  # fmt: skip
    assert "10.00 RUB is still to be reported or returned" in said
    assert spent(bench) == {("f1", "travel"): 180_00, ("f1", "rent"): 70_00, ("f1", "advance"): 10_00}
    assert balances(bench)["cash", "f1"] == 240_00
    bench.run("record", "advance-report", "trip", "--on", "2025-11-21", "--part", "amount=10")
    assert debts(bench) == {}
    again = bench.fail(2, "record", "advance-report", "trip", "--on", "2025-11-21", "--part", "amount=10")
    assert "no advance is open" in again


def test_more_than_was_handed_out_is_owed_and_paid(bench: Bench) -> None:
    said = bench.run("record", "advance-report", "trip", "--on", "2025-11-20", "--part", "amount=325.50").err
    assert "25.50 RUB is owed to the person; pay it with: compliance record payment trip" in said
    assert debts(bench) == {("payable", "trip"): 25_50}
    bench.run("record", "payment", "trip", "--on", "2025-11-22", *CASH)
    assert debts(bench) == {}
    assert spent(bench) == {("f1", "travel"): 325_50}
    assert balances(bench)["cash", "f1"] == 174_50


def test_a_cost_that_another_agreement_bears(bench: Bench) -> None:
    bench.run(
        "record", "advance-report", "trip", "--on", "2025-11-20", "--part", "amount=200",
        "--part", "fund=f4 line=premises amount=100.00",
    )  # fmt: skip
    assert spent(bench) == {("f1", "travel"): 200_00, ("f4", "rent"): 100_00}
    assert (balances(bench)["cash", "f1"], balances(bench)["cash", "f4"]) == (300_00, 100_00)
    assert bench.run("books", "audit").code == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--part", "line=travel"), "every cost of a report has its amount"),
        (("--returned", "400", "--to", "cash"), "more comes back than is left"),
        (("--returned", "40", "--to", "a1"), "has a line of its own"),
        ((), "say what it was spent on"),
        (("--part", "fund=f9 amount=5"), "f9"),
    ],
)
def test_what_does_not_fit_is_refused(bench: Bench, words: tuple[str, ...], said: str) -> None:
    before = bench.rows("list", "events")
    assert said in bench.fail(2, "record", "advance-report", "trip", "--on", "2025-11-20", *words)
    assert bench.rows("list", "events") == before


def test_the_cash_book(bench: Bench) -> None:
    bench.run("record", "expense", "--on", "2025-11-10", *CASH, "--fund", "f4", "--amount", "50", "--expense-line", "premises", "--memo", "lamps")  # fmt: skip
    rows = bench.rows("register", "cash", "2025-Q4")
    assert [(row["in_minor"], row["out_minor"], row["balance_minor"]) for row in rows] == [
        (None, None, 700_00),
        (None, 300_00, 400_00),
        (None, 50_00, 350_00),
    ]
    assert rows[2]["what"] == "lamps"
    assert open_findings(bench, "cash.negative") == []
    bench.run("record", "expense", "--on", "2025-11-05", *CASH, "--fund", "f4", "--amount", "380", "--expense-line", "premises")  # fmt: skip
    (found,) = open_findings(bench, "cash.negative")
    assert "30.00 RUB below zero on 10 Nov 2025" in found["message"]


def test_the_cash_book_of_a_sheet_that_was_taken_back(bench: Bench) -> None:
    """A row and what sorts it are one entry; a sheet that was undone leaves nothing; an opening balance of the first day was there."""
    before = [row["balance_minor"] for row in bench.rows("register", "cash", "2025-Q4")]
    sheet = bench.folder / "sheet.csv"
    sheet.write_text("Дата;Расход;За что\n12.11.2025;70,00;Вода\n12.11.2025;30,00;Марки\n", "utf-8")
    words = ("workbook", "import", str(sheet), "--account", "cash", "--yes")
    assert "one of both alone" in bench.fail(3, *words)
    bench.run(*words, "--column", "out=Расход")
    water = next(row["line"] for row in bench.rows("queue") if row["amount_minor"] == -70_00)
    bench.run("assign", water, "--fund", "f4", "--line", "travel")
    rows = bench.rows("register", "cash", "2025-Q4")[len(before) :]
    title = next(row["title"] for row in bench.rows("list", "accounts") if row["id"] == "travel")
    assert [(row["what"], row["fund"], row["out_minor"]) for row in rows] == [
        (title, "f4", 70_00),
        ("line", "unassigned", 30_00),
    ]
    [number] = [row["seq"] for row in bench.rows("list", "events") if row["kind"] == "import"]
    bench.run("batch", "undo", str(number), "--yes")
    first = next(
        str(row["id"]) for row in bench.rows("list", "transactions") if row["amount_minor"] == 500_00
    )
    bench.run("record", "reverse", first, "--because", "typed wrong")
    bench.run("record", "opening", *CASH, "--fund", "f1", "--amount", "505", "--on", "2025-10-01")
    after = [row["balance_minor"] for row in bench.rows("register", "cash", "2025-Q4")]
    assert after == [minor + 5_00 for minor in before]


def test_a_cash_box_below_zero_is_told_while_it_is_written(bench: Bench) -> None:
    words = ("record", "expense", *CASH, "--fund", "f4", "--as", "travel")
    assert "Look:" not in bench.run(*words, "--on", "2025-11-05", "--amount", "400.00").err
    # 400 lie there on this day, of which 400 are spent later.
    assert (
        "0.01 RUB below zero on 5 Nov 2025" in bench.run(*words, "--on", "2025-11-04", "--amount", "0.01").err
    )
