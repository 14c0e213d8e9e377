"""``balance``: what is where and whose it is; what came in and went out."""

from __future__ import annotations

import pytest
from workbench import Bench, furnished


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    made = furnished(tmp_path_factory.mktemp("balance"))
    record = ("record",)
    for words in (
        ("income", "--on", "2025-10-14", "--account", "a3", "--fund", "f1", "--amount", "180", "--source", "zeewind"),
        ("income", "--on", "2025-10-15", "--account", "a2", "--fund", "f4", "--amount", "50", "--source", "own"),
        ("expense", "--on", "2025-11-05", "--account", "a1", "--fund", "f1", "--amount", "7", "--as", "pay", "--programme", "p1"),
        ("expense", "--on", "2025-12-05", "--account", "a2", "--fund", "f4", "--amount", "50", "--as", "rent"),
    ):  # fmt: skip
        made.run(*record, *words)
    return made


def test_where_it_is_and_whose(bench: Bench) -> None:
    rows = bench.rows("balance", "--by", "account,fund")
    assert [(row["account"], row["fund"], row["currency"], row["amount_minor"]) for row in rows] == [
        ("a1", "f1", "RUB", 99_300),
        ("a3", "f1", "EUR", 18_000),
    ]
    assert rows == bench.rows("balance")
    shown = bench.run("balance").out
    assert "993.00" in shown
    assert shown.count("Total") == 2  # one a currency


def test_at_the_end_of_a_day_and_as_known_then(bench: Bench) -> None:
    rows = bench.rows("balance", "--by", "fund", "--as-of", "2025-11-05")
    assert {(row["fund"], row["currency"]): row["amount_minor"] for row in rows} == {
        ("f1", "EUR"): 18_000,
        ("f1", "RUB"): 99_300,
        ("f4", "RUB"): 5_000,
    }
    events = [row["seq"] for row in bench.rows("list", "events")]
    rows = bench.rows("balance", "--known-at", str(events[-5]))
    assert [(row["account"], row["amount_minor"]) for row in rows] == [("a1", 100_000)]


def test_what_came_in_and_went_out(bench: Bench) -> None:
    rows = bench.rows("balance", "--by", "source,fund")
    assert [(row["source"], row["fund"], row["received_minor"], row["spent_minor"]) for row in rows] == [
        (None, "f1", 0, 700),
        (None, "f4", 0, 5_000),
        ("own", "f4", 5_000, 0),
        ("zeewind", "f1", 18_000, 0),
    ]
    rows = bench.rows("balance", "--by", "programme", "--period", "2025-11")
    assert [(row["programme"], row["spent_minor"], row["amount_minor"]) for row in rows] == [
        ("p1", 700, -700)
    ]


def test_by_class_of_source(bench: Bench) -> None:
    """Without a law that classifies, a source's class is its kind; what a fund spends has its receipts' class."""
    rows = bench.rows("balance", "--by", "source_class")
    assert {
        (row["source_class"], row["currency"]): (row["received_minor"], row["spent_minor"]) for row in rows
    } == {
        ("foreign_organisation", "EUR"): (18_000, 0),
        ("foreign_organisation", "RUB"): (0, 700),
        ("own_income", "RUB"): (5_000, 5_000),
    }
    rows = bench.rows("balance", "--by", "source_class", "--type", "asset")
    assert {(row["source_class"], row["currency"]): row["amount_minor"] for row in rows} == {
        ("foreign_organisation", "EUR"): 18_000,
        ("foreign_organisation", "RUB"): 99_300,
    }


def test_by_form_line(bench: Bench) -> None:
    rows = bench.rows("balance", "--by", "expense_line")
    assert {row["expense_line"]: row["spent_minor"] for row in rows if row["spent_minor"]} == {
        "pay": 700,
        "premises": 5_000,
    }


@pytest.mark.parametrize("type_", ["asset", "liability", "equity", "income", "expense", "all"])
def test_all_types_together_are_zero_for_each_agreement(bench: Bench, type_: str) -> None:
    rows = bench.rows("balance", "--by", "fund", "--type", type_)
    assert (rows == []) == (type_ in ("all", "liability"))


def test_wrong_options(bench: Bench) -> None:
    assert "there is no “colour”" in bench.fail(2, "balance", "--by", "colour")
    assert "2025-Q4" in bench.fail(2, "balance", "--period", "autumn")
    assert "--as-of" in bench.fail(2, "balance", "--as-of", "31.12.2025")
