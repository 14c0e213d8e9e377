"""Shared costs by stated keys and by hours; one expense on several agreements; loans between agreements."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reports_books import BooksFile
from workbench import Bench, furnished

from compliance.ledger import entries
from compliance.ledger.models import Account, CostKey
from compliance.ledger.sharing import spreads, waiting
from compliance.periods import parse_day, parse_period


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    made = furnished(tmp_path / "w")
    made.run("record", "account", "--id", "office", "--title", "Office, shared", "--type", "expense",
             "--class", "shared", "--expense-line", "premises")  # fmt: skip
    made.run("record", "programme", "--id", "p2", "--title", "Lawyer")
    made.run("record", "income", "--on", "2025-10-01", "--account", "a1", "--fund", "f4", "--amount", "500",
             "--source", "own")  # fmt: skip
    return made


def rent(bench: Bench, amount: str, on: str = "2025-10-05") -> None:
    bench.run(
        "record",
        "expense",
        "--on",
        on,
        "--account",
        "a1",
        "--fund",
        "f4",
        "--as",
        "office",
        "--amount",
        amount,
    )


KEY = ("record", "key", "office", "--since", "2025-10-01", "--part", "fund=f1 programme=p1 share=40%",
       "--part", "fund=f1 programme=p2 share=30", "--part", "fund=f4 share=30")  # fmt: skip


def held(bench: Bench) -> dict[str, int]:
    return {row["fund"]: row["amount_minor"] for row in bench.rows("balance", "--by", "fund")}


def test_rent_40_30_30_to_the_last_kopeck(bench: Bench) -> None:
    rent(bench, "100.01")
    assert "no key says" in bench.fail(2, "shared-costs", "run", "2025-10", "--yes")
    bench.run(*KEY)
    before = bench.ledger.read_bytes()
    assert "nobody to ask" in bench.fail(2, "shared-costs", "run", "2025-10")  # seen, not written
    assert bench.ledger.read_bytes() == before
    assert held(bench) == {"f1": 1000_00, "f4": 399_99}
    rows = bench.rows("shared-costs", "run", "2025-10", "--yes")
    assert [(row["fund"], row["programme"], row["amount_minor"]) for row in rows] == [
        ("f1", "p1", 40_01), ("f1", "p2", 30_00), ("f4", None, 30_00),  # 40.004: nearest to the next kopeck
    ]  # fmt: skip
    spent = bench.rows("balance", "--by", "fund,programme,expense_line", "--period", "2025-10")
    assert {(row["fund"], row["programme"]): row["spent_minor"] for row in spent if row["spent_minor"]} == {
        ("f1", "p1"): 40_01, ("f1", "p2"): 30_00, ("f4", None): 30_00,
    }  # fmt: skip
    assert held(bench) == {"f1": 929_99, "f4": 470_00}
    assert "Nothing waits" in bench.run("shared-costs", "run", "2025-10", "--yes").err
    rent(bench, "10", "2025-10-20")
    assert sum(row["amount_minor"] for row in bench.rows("shared-costs", "run", "2025-10", "--yes")) == 10_00


def test_a_key_that_does_not_add_up_is_refused(bench: Bench) -> None:
    words = ("record", "key", "office", "--part", "fund=f1 share=60")
    assert "101 %" in bench.fail(2, *words, "--part", "fund=f4 share=41")
    assert "99.99 %" in bench.fail(2, *words, "--part", "fund=f4 share=39.99")
    assert "two decimals" in bench.fail(2, *words, "--part", "fund=f4 share=39.999")
    assert "two decimals" in bench.fail(2, *words, "--part", "fund=f4 share=-1")
    assert "two parts" in bench.fail(2, *words, "--part", "fund=f1 share=40")
    assert "write" in bench.fail(2, *words, "--part", "whole")
    assert "no “rent”" in bench.fail(2, "record", "key", "rent", "--part", "fund=f1 share=100")
    assert "either" in bench.fail(2, "record", "key", "office")


def test_a_new_key_holds_from_its_day_on(bench: Bench) -> None:
    bench.run(*KEY)
    bench.run("record", "key", "office", "--since", "2025-11-01", "--part", "fund=f1 share=100")
    rent(bench, "50", "2025-10-05")
    rent(bench, "70", "2025-11-05")
    assert len(bench.rows("shared-costs", "run", "2025-10", "--yes")) == 3
    rows = bench.rows("shared-costs", "run", "2025-11", "--yes")
    assert [(row["fund"], row["amount_minor"]) for row in rows] == [("f1", 70_00)]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_time_sheets_without_names(bench: Bench, tmp_path: Path, kind: str) -> None:
    bench.run("record", "person", "--id", "lead-p1", "--name", "Canary Caroline")
    rows = [["Who", "Month", "Fund", "Programme", "Hours"], ["lead-p1", "2025-10", "f1", "p1", "60"],
            ["bookkeeper", "2025-10", "f4", "", "19:30"], ["bookkeeper", "2025-11", "f4", "", "99"]]  # fmt: skip
    path = tmp_path / f"hours.{kind}"
    if kind == "csv":
        path.write_text("\n".join(";".join(row) for row in rows), encoding="utf-8")
    else:
        book = openpyxl.Workbook()
        for row in rows:
            book.active.append([float(cell) if cell.isdigit() else cell for cell in row])
        book.save(path)
    assert "recorded 3" in bench.run("record", "hours", "--file", str(path)).err
    bench.run("record", "key", "office", "--by-hours")
    rent(bench, "79.50")
    found = {
        row["fund"]: row["amount_minor"] for row in bench.rows("shared-costs", "run", "2025-10", "--yes")
    }
    assert found == {"f1": 60_00, "f4": 19_50}
    said = bench.fail(
        2, "record", "hours", "--who", "Canary Caroline", "--month", "2025-10", "--fund", "f1", "--hours", "1"
    )
    assert "Canary" not in said
    for wrong in ("800", "-1", "1:99", "x"):
        assert "no hours" in bench.fail(
            2, "record", "hours", "--who", "driver", "--month", "2025-10", "--fund", "f1", "--hours", wrong
        )
    rent(bench, "5", "2025-12-05")
    assert "nobody's hours" in bench.fail(2, "shared-costs", "run", "2025-12", "--yes")


def test_check_names_what_waits(bench: Bench) -> None:
    config = bench.folder / "schedules.yaml"
    config.write_text(config.read_text() + "starts_on: 2025-10-01\n", encoding="utf-8")
    rent(bench, "50")
    bench.run(*KEY)
    found = bench.call("check", "shared.waiting", "--format", "json").rows
    assert [row["code"] for row in found] == ["shared.waiting"]
    bench.run(*found[0]["remedy"].split(": ", 1)[1].split()[1:], "--yes")
    assert bench.call("check", "shared.waiting", "--format", "json").rows == []


_COSTS = st.lists(st.tuples(st.sampled_from(("f1", "f2", "f3")), st.integers(-(10**7), 10**9)), max_size=8)
_SHARES = st.lists(st.integers(1, 1000), min_size=1, max_size=4)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(costs=_COSTS, weights=_SHARES)
def test_what_is_spread_is_what_waited_and_money_moves_with_it(
    tmp_path_factory: pytest.TempPathFactory, costs: list[tuple[str, int]], weights: list[int]
) -> None:
    file = BooksFile.with_chart(tmp_path_factory.mktemp("shared"))
    shares = [10_000 * weight // sum(weights) for weight in weights]
    shares[0] += 10_000 - sum(shares)
    key = [
        f'{{"fund": "f{1 + at % 3}", "programme": "p{1 + at // 3}", "share": {share}}}'
        for at, share in enumerate(shares)
    ]
    start = parse_day("2025-10-01")
    file.add(Account(entity="office", title="x", type="expense", account_class="shared", expense_line="other"),
             CostKey(entity="office/x", account="office", start_on=start, parts=f"[{', '.join(key)}]"))  # fmt: skip
    for fund, minor in costs:
        if minor:
            file.post(
                start, "expense", entries.movement("a1", "RUB", [entries.Share("office", fund, -minor)])
            )
    period = parse_period("2025-10")
    with file.write() as (event, books):
        total = sum(item.amount_minor for item in waiting(books, period))
        place = sum(item.amount_minor for item in books.sums((), where={"account": ["a1"]}))
        for item in spreads(books, period):
            assert sum(minor for _target, minor in item.parts) == item.waiting.amount_minor
            event.transaction(period.last, "shared", item.legs)
    with file.read() as books:
        assert waiting(books, period) == []
        by_account: dict[str, int] = defaultdict(int)
        for sum_ in books.sums(("account",)):
            by_account[str(sum_.key[0])] = sum_.amount_minor
        assert (by_account["x-other"], by_account["office"], by_account["a1"]) == (total, 0, place)
        for fund in ("f1", "f2", "f3"):
            held = sum(
                item.amount_minor for item in books.sums((), where={"account": ["a1"], "fund": [fund]})
            )
            cost = sum(
                item.amount_minor for item in books.sums((), where={"account": ["x-other"], "fund": [fund]})
            )
            assert held == -cost


# ---- several agreements at once, and loans


def test_one_expense_on_several_agreements(bench: Bench) -> None:
    words = ("record", "expense", "--on", "2025-10-07", "--account", "a1")
    bench.run(
        *words,
        "--part",
        "fund=f1 line=premises programme=p1 amount=40",
        "--part",
        "fund=f4 line=pay amount=2.50",
    )
    spent = bench.rows("balance", "--by", "fund,expense_line")
    assert {(row["fund"], row["expense_line"]): row["spent_minor"] for row in spent if row["spent_minor"]} == {
        ("f1", "premises"): 40_00, ("f4", "pay"): 2_50,
    }  # fmt: skip
    bench.run(*words, "--amount", "10", "--part", "fund=f1 line=pay amount=4", "--part", "fund=f4 line=pay")
    assert held(bench) == {"f1": 956_00, "f4": 491_50}
    assert "add up" in bench.fail(2, *words, "--amount", "10", "--part", "fund=f1 line=pay amount=4")
    assert "--amount" in bench.fail(
        2, *words, "--part", "fund=f1 line=pay amount=4", "--part", "fund=f4 line=pay"
    )


def test_a_loan_is_seen_and_returned(bench: Bench) -> None:
    words = ("record", "transfer", "--account", "a1", "--on")
    bench.run(*words, "2025-10-08", "--from-fund", "f1", "--to-fund", "f4", "--amount", "100", "--loan")
    assert [(row["lender"], row["borrower"], row["amount_minor"]) for row in bench.rows("list", "loans")] == [
        ("f1", "f4", 100_00)
    ]
    assert "f1 lent f4" in bench.run("balance").err
    back = (*words, "2025-10-20", "--from-fund", "f4", "--to-fund", "f1", "--repay", "--amount")
    assert "not more" in bench.fail(2, *back, "101")
    bench.run(*back, "60")
    assert [row["amount_minor"] for row in bench.rows("list", "loans")] == [40_00]
    assert bench.rows("list", "loans", "--as-of", "2025-10-10")[0]["amount_minor"] == 100_00
    bench.run(*back, "40")
    assert bench.rows("list", "loans") == []
    assert held(bench) == {"f1": 1000_00, "f4": 500_00}


def test_a_release_says_why(bench: Bench) -> None:
    words = ("record", "transfer", "--account", "a1", "--on", "2025-10-08", "--from-fund", "f1", "--to-fund", "f4",
             "--amount", "100", "--release")  # fmt: skip
    assert "--because" in bench.fail(2, *words)
    bench.run(
        "record", "document", "--missing", "--kind", "agreement", "--title", "Letter 4", "--id", "letter-4"
    )
    bench.run(*words, "--because", "the seminar was held, the rest is free", "--document", "letter-4")
    row = bench.rows("list", "transactions")[-1]
    assert (row["memo"], row["document"]) == ("the seminar was held, the rest is free", "letter-4")
    assert held(bench) == {"f1": 900_00, "f4": 600_00}
