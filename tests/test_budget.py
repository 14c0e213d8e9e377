"""What an agreement allows: plan, paid, owed, left, pace; versions; from a spreadsheet; and what `check` says."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reports_books import BooksFile
from workbench import Bench, furnished

from compliance.ledger.models import Budget
from compliance.periods import parse_day, parse_period
from compliance.reports.budgets import budget_lines

PREMISES = ("record", "budget", "--fund", "f1", "--expense-line", "premises", "--period", "2025-Q4")


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return furnished(tmp_path / "w")


def spend(bench: Bench, on: str, amount: str, *more: str) -> None:
    bench.run(
        "record",
        "expense",
        "--on",
        on,
        "--account",
        "a1",
        "--fund",
        "f1",
        "--as",
        "rent",
        "--amount",
        amount,
        *more,
    )


def test_plan_paid_owed_left_and_pace(bench: Bench) -> None:
    bench.run(*PREMISES, "--amount", "920", "--title", "Line 2.1, rooms")
    spend(bench, "2025-10-10", "100")
    bench.run("record", "obligation", "--on", "2025-10-23", "--fund", "f1", "--expense-line", "premises",
              "--amount", "50", "--title", "Act 1")  # fmt: skip
    spend(bench, "2025-11-20", "30")
    row = bench.rows("budget", "f1", "--as-of", "2025-10-23")[0]
    # 23 of 92 days: a quarter of the time, so four times what was paid.
    assert {key: row[key] for key in ("title", "plan_minor", "actual_minor", "committed_minor", "left_minor", "forecast_minor")} == {
        "title": "Line 2.1, rooms", "plan_minor": 920_00, "actual_minor": 100_00, "committed_minor": 50_00,
        "left_minor": 770_00, "forecast_minor": 400_00,
    }  # fmt: skip
    assert (
        bench.rows("budget")[0]["forecast_minor"] == 180_00
    )  # over: what is paid and owed, no pace any more
    assert bench.rows("budget", "--as-of", "2025-09-30")[0]["actual_minor"] == 0


def test_a_budget_in_euros_that_is_spent_in_roubles(bench: Bench) -> None:
    """Each payment at the rate of its own day; a day without one is named. What is owed: at the newest rate."""
    bench.run(*PREMISES, "--amount", "1000", "--currency", "EUR")
    for on, amount, rate in (("2025-10-10", "9600", "96"), ("2025-11-20", "920", "92")):
        spend(bench, on, amount)
        bench.run("record", "rate", "--currency", "EUR", "--on", on, "--rate", rate, "--origin", "the bank")
    bench.run("record", "obligation", "--on", "2025-12-01", "--fund", "f1", "--expense-line", "premises",
              "--amount", "460", "--title", "Act 1")  # fmt: skip
    [row] = bench.rows("budget", "f1")
    assert (row["actual_minor"], row["committed_minor"], row["left_minor"]) == (110_00, 5_00, 885_00)
    assert "EUR" in bench.run("budget", "f1").out
    spend(bench, "2025-12-12", "10")
    assert bench.rows("budget", "f1")[0]["actual_minor"] is None
    asked = {(row["currency"], row["on"]) for row in bench.rows("rates", "missing", "2025-Q4")}
    assert asked == {("EUR", "2025-12-12")}


def test_a_change_is_a_new_version(bench: Bench) -> None:
    bench.run(*PREMISES, "--amount", "900")
    assert "already" in bench.fail(2, *PREMISES, "--amount", "950")
    said = bench.run("record", "budget", "--id", "f1-premises-2025-q4", "--amount", "950").err
    assert "90000 → 95000" in said
    assert bench.rows("budget")[0]["plan_minor"] == 950_00
    before = str(bench.rows("list", "events")[-2]["seq"])
    assert bench.rows("budget", "--known-at", before)[0]["plan_minor"] == 900_00


def test_check_names_what_is_over_and_its_remedy_can_be_pasted(bench: Bench) -> None:
    bench.run(*PREMISES, "--amount", "120")
    spend(bench, "2025-12-30", "130")
    found = bench.call("check", "budget.overspent", "--format", "json").rows
    assert [row["code"] for row in found] == ["budget.overspent"]
    assert "10.00" in found[0]["message"]
    look, change = (part.split(": ", 1)[1].strip() for part in found[0]["remedy"].split(" — "))
    assert bench.run(*look.split()[1:]).code == 0
    bench.run(*change.split()[1:])
    assert bench.call("check", "budget.overspent", "--format", "json").rows == []


def test_check_warns_near_the_limit_and_of_the_pace(bench: Bench) -> None:
    bench.run(*PREMISES, "--amount", "920")
    spend(bench, "2025-10-02", "30")

    def near(day: str) -> list[str]:
        return [
            row["code"] for row in bench.call("--today", day, "check", "budget.near", "--format", "json").rows
        ]

    assert near("2025-10-02") == ["budget.near"]  # 15 a day would be 1,380
    assert near("2025-10-20") == []
    spend(bench, "2025-12-01", "800")
    assert near("2025-12-05") == ["budget.near"]
    assert near("2026-01-12") == []
    bench.run("record", "obligation", "--on", "2025-12-31", "--fund", "f1", "--expense-line", "premises",
              "--amount", "91", "--title", "Act 2")  # fmt: skip
    assert near("2026-01-12") == ["budget.near"]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_from_a_spreadsheet(bench: Bench, tmp_path: Path, kind: str) -> None:
    rows = [
        ["Agreement", "Form line", "Programme", "Period", "Plan", "Line"],
        ["f1", "premises", "", "2025", "12000.50", "1.1 Rooms"],
        ["F1 Zeewind", "pay", "p1", "2025-Q4", "300", "1.2 People"],
    ]
    path = tmp_path / f"plan.{kind}"
    if kind == "csv":
        path.write_text("\n".join(";".join(row) for row in rows), encoding="utf-8-sig")
    else:
        book = openpyxl.Workbook()
        for row in rows:
            book.active.append([float(cell) if cell in ("12000.50", "300") else cell for cell in row])
        book.save(path)
    assert "recorded 2" in bench.run("record", "budget", "--file", str(path)).err
    assert [(row["id"], row["plan_minor"], row["title"]) for row in bench.rows("budget")] == [
        ("f1-premises-2025", 12_000_50, "1.1 Rooms"), ("f1-pay-p1-2025-q4", 300_00, "1.2 People"),
    ]  # fmt: skip
    assert "recorded 0" in bench.run("record", "budget", "--file", str(path)).err


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("fund;amount\nf1;5", "a column is missing: period"),
        ("fund;amount;period;colour\nf1;5;2025;red", "colour"),
        ("fund;amount;period\nf9;5;2025", ":2"),
        ("fund;amount;period\nf1;-5;2025", "is not an amount"),
        ("fund;amount;period\nf1;5;never", "is not a period"),
        ("fund;amount;period;expense_line\nf1;5;2025;nothing", "nothing"),
        ("", "empty"),
    ],
)
def test_a_wrong_file_is_refused_whole(bench: Bench, tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "plan.csv"
    path.write_text(text, encoding="utf-8")
    before = bench.ledger.read_bytes()
    assert told in bench.fail(3, "record", "budget", "--file", str(path))
    assert bench.ledger.read_bytes() == before


_SPENT = st.lists(
    st.tuples(st.integers(0, 91), st.sampled_from(("f1", "f2")), st.sampled_from(("pay", "travel")),
              st.sampled_from(("p1", "p2", None)), st.integers(1, 10**9)),
    max_size=20,
)  # fmt: skip


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(spent=_SPENT, elapsed=st.integers(0, 100))
def test_actual_is_the_plain_sum_and_the_forecast_never_less(
    tmp_path_factory: pytest.TempPathFactory, spent: list[tuple[int, str, str, str | None, int]], elapsed: int
) -> None:
    file = BooksFile.with_chart(tmp_path_factory.mktemp("budget"))
    period = parse_period("2025-Q4")
    start = parse_day("2025-10-01")
    for number, (fund, line, programme) in enumerate(
        (("f1", None, None), ("f1", "pay", None), ("f2", "travel", "p1"))
    ):
        file.add(Budget(entity=str(number), fund=fund, start_on=period.start, last_on=period.last, currency="RUB",
                        amount_minor=10**9, expense_line=line, programme=programme))  # fmt: skip
    for day, fund, line, programme, minor in spent:
        on = start.fromordinal(start.toordinal() + day)
        file.spend(on, fund, minor, line, **({"programme": programme} if programme else {}))
    on = start.fromordinal(start.toordinal() + elapsed)
    with file.read() as books:
        found = {item.budget.entity: item for item in budget_lines(books, on)}
    for entity, (fund, line, programme) in {
        "0": ("f1", None, None),
        "1": ("f1", "pay", None),
        "2": ("f2", "travel", "p1"),
    }.items():
        plain = sum(
            minor
            for day, whose, what, which, minor in spent
            if day <= elapsed and whose == fund and line in (None, what) and programme in (None, which)
        )
        assert found[entity].actual == plain
        assert (found[entity].forecast or 0) >= plain


def test_what_is_filed_takes_no_rate_turned_round(bench: Bench) -> None:
    """A rate of the rouble in euros prices a budget, and no report: for that the euro's own has to be recorded."""
    from datetime import date
    from decimal import Decimal

    from compliance.ledger.valuation import both_ways, rate_on

    bench.run(
        "record", "rate", "--currency", "EUR", "--on", "2025-10-10", "--rate", "96", "--origin", "the bank"
    )
    day = date(2025, 10, 10)
    with bench.books() as books:
        assert rate_on(books, "EUR", "RUB", day) == 96
        assert rate_on(books, "RUB", "EUR", day) is None
        assert rate_on(both_ways(books), "RUB", "EUR", day) == 1 / Decimal(96)
        assert rate_on(books, "RUB", "EUR", day) is None
