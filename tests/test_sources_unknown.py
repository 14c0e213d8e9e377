"""``sources unknown``: a class of its own, and what each form would say on the strict reading; rules of pools."""

from __future__ import annotations

from pathlib import Path

import pytest
from workbench import RUSSIAN, Bench, empty

CONFIG = RUSSIAN.replace("2025-10-01", "2025-07-01")


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    made = empty(tmp_path_factory.mktemp("unknown"), CONFIG)
    for words in (
        ("source", "--id", "givers", "--kind", "domestic_person", "--pooled", "--country", "RU"),
        ("source", "--id", "abroad", "--kind", "unknown_citizenship", "--pooled"),
        ("fund", "--id", "f3", "--title", "Gifts", "--donor", "givers"),
        ("fund", "--id", "f5", "--title", "Not known", "--donor", "abroad"),
        ("account", "--id", "a1", "--title", "Main", "--class", "bank", "--currency", "RUB"),
        ("income", "--account", "a1", "--fund", "f3", "--source", "givers", "--amount", "5000", "--on", "2025-10-05"),
        ("income", "--account", "a1", "--fund", "f5", "--source", "abroad", "--amount", "3000", "--on", "2025-10-06"),
        ("expense", "--account", "a1", "--fund", "f5", "--expense-line", "other", "--amount", "2000", "--on", "2025-11-06"),
    ):  # fmt: skip
        made.run("record", *words)
    return made


def test_each_cell_that_depends_on_it(bench: Bench) -> None:
    rows = {row["cell"]: row for row in bench.rows("sources", "unknown", "2025-Q4") if row["form"] == "money"}
    assert rows["spent.other.foreign"]["difference_minor"] == 2000_00
    assert (rows["spent.other.foreign"]["as_classed"], rows["spent.other.foreign"]["if_foreign"]) == (
        "—",
        "2",
    )
    assert rows["balance.closing.foreign"]["difference_minor"] == 1000_00
    assert sum(row["difference_minor"] for cell, row in rows.items() if cell.startswith("spent.other.")) == 0
    assert "spent.pay.foreign" not in rows
    said = bench.run("sources", "unknown", "2025-Q4").err
    assert "3,000.00 RUB of “abroad” (f5): citizenship not known" in said


def test_the_half_years_form_too(bench: Bench) -> None:
    rows = {row["cell"]: row for row in bench.rows("sources", "unknown", "2025-H2")}
    assert rows["sources.foreign_persons"]["if_foreign"] == "x"
    assert rows["sources.foreign_persons"]["as_classed"] == ""


def test_nothing_of_it_in_another_quarter(bench: Bench) -> None:
    assert "No money of unknown citizenship" in bench.run("sources", "unknown", "2025-Q3").err
    assert "write a period" in bench.fail(2, "sources", "unknown", "autumn")


def test_a_pool_says_by_what_its_givers_are_known(bench: Bench, tmp_path: Path) -> None:
    def lacking() -> list[str]:
        found = bench.call("check", "source.pool", "--format", "json").rows
        return [row["message"] for row in found]

    assert lacking() == ["givers is a pool of many givers: its rule, the paper that shows it is not recorded"]
    bench.run("record", "document", "--id", "offer", "--missing", "--kind", "agreement", "--title", "Offer")
    bench.run(
        "record",
        "source",
        "--id",
        "givers",
        "--pool-rule",
        "a box on the page is ticked",
        "--evidence",
        "offer",
    )
    assert lacking() == []
