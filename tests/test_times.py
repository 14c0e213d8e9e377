"""``--as-of`` and ``--known-at``: what happened later, what was learned later; and what a filing saw."""

from __future__ import annotations

from pathlib import Path

import click
import pytest
from workbench import Bench, empty

from compliance.cli import COMMANDS, root

CONFIG = """\
organisation:
  names:
    2012-03-01: {nominative: "ANO Example", instrumental: "ANO Example", genitive: "ANO Example"}
  registered_on: 2012-03-01
  statuses:
    legal_entity: {since: 2012-03-01}
    nco: {since: 2012-03-01}
    foreign_agent: {since: 2025-02-17}
regimes: [ru]
currency: RUB
starts_on: 2025-10-01
"""
READING = ["balance", "list", "check", "due", "report", "explain", "export", "queue"]


def spend(bench: Bench, on: str, amount: str, *more: str) -> None:
    bench.run(
        "record", "expense", "--on", on, "--account", "a1", "--fund", "f1", "--amount", amount,
        "--as", "pay", *more,
    )  # fmt: skip


def begun(bench: Bench, *income: tuple[str, str], opened: str = "2025-09-30") -> Bench:
    """A source, a fund, an account with its opening; ``income``: day and roubles from the source."""
    for words in (
        ("source", "--id", "zeewind", "--name", "Stichting Zeewind", "--kind", "foreign_organisation", "--country", "NL"),
        ("fund", "--id", "f1", "--title", "F1 Zeewind", "--donor", "zeewind"),
        ("account", "--id", "a1", "--title", "Main", "--class", "bank", "--currency", "RUB"),
        ("opening", "--account", "a1", "--fund", "f1", "--amount", "9000000.00", "--on", opened),
        *(
            ("income", "--on", on, "--account", "a1", "--fund", "f1", "--amount", amount, "--source", "zeewind")
            for on, amount in income
        ),
    ):  # fmt: skip
        bench.run("record", *words)
    return bench


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    bench = empty(tmp_path_factory.mktemp("times") / "books", CONFIG)
    begun(bench, ("2025-10-14", "1800400.70"))
    spend(bench, "2025-10-20", "123456.78")
    spend(bench, "2026-01-05", "5000.00")
    return bench


@pytest.mark.parametrize("name", READING)
def test_every_reading_command_takes_both(name: str) -> None:
    command = root.get_command(click.Context(root), name)  # type: ignore[arg-type]
    assert name in COMMANDS
    assert command is not None
    assert {"--as-of", "--known-at"} <= {text for option in command.params for text in option.opts}


def held(bench: Bench, *words: str) -> int:
    return sum(int(row["amount_minor"]) for row in bench.rows("balance", "--by", "account", *words))


def test_as_of_leaves_out_what_happened_later(made: Bench) -> None:
    assert held(made) == 9000000_00 + 1800400_70 - 123456_78 - 5000_00
    assert held(made, "--as-of", "2026-01-04") == 9000000_00 + 1800400_70 - 123456_78
    assert held(made, "--as-of", "2025-10-13") == 9000000_00
    assert held(made, "--as-of", "2025-09-29") == 0
    for as_of, days in (("2026-01-04", 3), ("2025-10-13", 1), ("2026-01-12", 4)):
        listed = made.rows("list", "transactions", "--as-of", as_of)
        assert len(listed) == days
        assert all(row["on"] <= as_of for row in listed)
        journal = made.run("export", "--as-of", as_of).out
        assert sum(line.startswith("20") for line in journal.splitlines()) == days


def test_the_day_looked_from_is_the_day(made: Bench) -> None:
    """What is due on 20 October 2025, seen from then."""
    then = made.rows("due", "--as-of", "2025-10-20")
    now = made.rows("due")
    assert then != now
    assert made.rows("due", "--as-of", "2026-01-12") == now
    assert {row["period"] for row in then} != {row["period"] for row in now}


def test_known_at_leaves_out_what_was_recorded_later(made: Bench) -> None:
    events = [row["seq"] for row in made.rows("list", "events")]
    assert held(made, "--known-at", str(events[-2])) == held(made) + 5000_00
    assert held(made, "--known-at", "2026-01-12") == held(made)
    assert held(made, "--known-at", "2026-01-12T09:00:00Z") == 0
    assert "--known-at" in made.fail(2, "balance", "--known-at", "money-2019-Q1")


def test_what_a_filing_saw_is_reproduced_after_later_corrections(made: Bench, tmp_path: Path) -> None:
    import shutil

    bench = Bench(Path(shutil.copytree(made.folder, tmp_path / "books")))
    bench.run("report", "money", "2025-Q4")
    before = bench.rows("report", "money", "2025-Q4")
    sent = bench.folder / "sent.pdf"
    sent.write_bytes(b"%PDF what was sent")
    bench.run(
        "file", "money", "2025-Q4", "--on", "2026-01-12", "--channel", "post", "--sent", str(sent), "--yes"
    )
    figures = bench.run("explain", "money", "2025-Q4", "spent.pay.foreign", "--format", "json").out
    spend(bench, "2025-12-30", "77000.00", "--amends", "money-2025-Q4")
    bench.run("record", "source", "--id", "zeewind", "--kind", "domestic_organisation", "--country", "RU")
    spend(bench, "2026-01-06", "1.00")
    config = bench.folder / "schedules.yaml"
    config.write_text(
        config.read_text(encoding="utf-8").replace("ANO Example", "ANO Other"), encoding="utf-8"
    )

    assert bench.rows("report", "money", "2025-Q4") != before
    assert bench.rows("report", "money", "2025-Q4", "--known-at", "money-2025-Q4") == before
    told = ("explain", "money", "2025-Q4", "spent.pay.foreign", "--format", "json")
    assert bench.run(*told, "--known-at", "money-2025-Q4").out == figures
    assert bench.run(*told).out != figures
    named = bench.run(
        "report", "money", "2025-Q4", "--known-at", "money-2025-Q4", "--out", str(tmp_path / "then")
    )
    assert named.code == 0


def test_writing_is_never_in_another_time(made: Bench) -> None:
    assert "not for writing" in made.fail(2, "queue", "--as-of", "2025-12-31", "apply", "--yes")
    assert "--as-of" in made.fail(2, "balance", "--as-of", "31/12/2025")
