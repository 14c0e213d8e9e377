"""A period step by step: every state is read off the books, and what is left is short and right."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from test_approval import APPROVED, Q4, typed
from test_import_command import OWN, statement
from test_times import spend
from workbench import Bench, at_terminal, empty

from compliance.storage import Server
from compliance.vault import keys


def furnish(bench: Bench) -> Bench:
    for words in (
        ("source", "--id", "zeewind", "--name", "Stichting Zeewind", "--kind", "foreign_organisation", "--country", "NL"),
        ("fund", "--id", "f1", "--title", "F1 Zeewind", "--donor", "zeewind"),
        ("account", "--id", "a1", "--title", "Main", "--class", "bank", "--currency", "RUB", "--number", OWN),
        ("opening", "--account", "a1", "--fund", "f1", "--amount", "2184350.40", "--on", "2025-09-30"),
    ):  # fmt: skip
        bench.run("record", *words)
    return bench


@pytest.fixture(scope="module")
def made(new_server: Callable[[], Server | None], tmp_path_factory: pytest.TempPathFactory) -> Bench:
    return furnish(empty(tmp_path_factory.mktemp("quarter") / "books", APPROVED, server=new_server()))


@pytest.fixture
def bench(made: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    monkeypatch.setattr(keys, "_MEMORY_KIB", 1024)
    return made.copy(tmp_path / "books")


def load(bench: Bench, *payments: tuple[str, str, str], first: str, last: str, opening: int) -> None:
    path = bench.folder / f"{first}.txt"
    path.write_bytes(statement(*payments, first=first, last=last, opening=opening))
    bench.run("import", str(path), "--yes")


def money(bench: Bench, period: str = "2025-Q4") -> dict[str, Any]:
    (row,) = [row for row in bench.rows("quarter", period) if row["name"] == "money"]
    return row


def states(row: dict[str, Any]) -> dict[str, str]:
    """Step -> state; of several approvals the first that is not done."""
    found: dict[str, str] = {}
    for step in row["steps"]:
        if found.get(step["step"], "done") == "done":
            found[step["step"]] = step["state"]
    return found


def left(row: dict[str, Any]) -> list[str]:
    return [" ".join(action["command"]) for action in row["actions"]]


def test_from_the_first_statement_to_the_receipt(bench: Bench) -> None:
    row = money(bench)
    assert states(row)["load"] == "open"
    assert row["covered_to"] == {"a1": None}
    assert left(row)[0] == "import FILE"
    load(bench, first="01.10.2025", last="16.11.2025", opening=2_184_350_40)
    row = money(bench)
    assert row["covered_to"] == {"a1": "2025-11-16"}
    assert "17 Nov 2025" in row["steps"][0]["actions"][0]["text"]
    load(bench, ("20.11.2025", "500.00", "Дар"), first="17.11.2025", last="31.12.2025", opening=2_184_350_40)
    row = money(bench)
    assert (states(row)["load"], states(row)["sort"], row["covered_to"]) == (
        "done",
        "open",
        {"a1": "2025-12-31"},
    )
    assert "queue" in left(row)
    assert states(row)["mend"] == "open"  # nothing is filed while a line is not sorted
    assert states(row)["print"] == "later"
    (line,) = bench.rows("queue")
    bench.run("assign", line["line"], "--fund", "f1", "--kind", "income", "--source", "zeewind")
    row = money(bench)
    assert (states(row)["sort"], states(row)["print"], states(row)["approve"]) == ("done", "open", "open")
    assert "mend" not in states(row)
    bench.run("report", *Q4)
    row = money(bench)
    assert states(row)["print"] == "done"
    assert left(row) == ["approve money 2025-Q4 --as accountant"]
    for role in ("accountant", "director"):
        assert typed(bench, role, "key", "make", role).code == 0
        assert typed(bench, role, "approve", *Q4, "--as", role, "--yes").code == 0
    row = money(bench)
    assert (states(row)["approve"], states(row)["send"], row["ready"], row["sent"]) == (
        "done",
        "open",
        True,
        False,
    )
    assert left(row) == ["file money 2025-Q4"]
    sent = str(bench.folder / "reports" / "money-2025-Q4.pdf")
    bench.run("file", *Q4, "--on", "2026-01-12", "--channel", "post", "--sent", sent, "--yes")
    row = money(bench)
    assert (row["sent"], row["ready"], states(row)["send"]) == (True, False, "open")
    assert left(row) == ["filing receipt money-2025-Q4"]
    bench.run("filing", "receipt", "money-2025-Q4", "--file", sent, "--on", "2026-01-12")
    assert left(money(bench)) == []
    bench.run("filing", "receipt", "money-2025-Q4", "--state", "returned", "--on", "2026-01-12")
    assert left(money(bench))[-1] == "file money 2025-Q4 --amends money-2025-Q4"


def test_what_changes_afterwards_opens_a_step_again(bench: Bench) -> None:
    load(bench, first="01.10.2025", last="31.12.2025", opening=2_184_350_40)
    bench.run("report", *Q4)
    assert states(money(bench))["print"] == "done"
    spend(bench, "2025-10-20", "123456.78")
    row = money(bench)
    assert states(row)["print"] == "open"
    assert "report money 2025-Q4" in left(row)


def test_for_people_and_before_the_books(bench: Bench) -> None:
    told = bench.run("quarter", "2025-Q4").out
    assert "The books for 2025-Q4" in told
    assert "→ Load: 1 account lacks statements" in told
    assert "1. Load the statements of Main from 1 Oct 2025 (the accountant): compliance import FILE" in told
    assert "The books begin later." in bench.run("quarter", "2025-Q1").out
    assert "Nothing is filed" in bench.run("quarter", "2024-Q1").out
    assert [row["name"] for row in bench.rows("quarter", "2025-Q4", "money")] == ["money"]
    bench.fail(2, "quarter", "soon")
    bench.fail(2, "quarter", "2025-Q4", "poem")


def test_a_period_that_is_not_over(bench: Bench) -> None:
    assert states(money(bench, "2026-Q1"))["print"] == "later"


def test_my_part_by_when(bench: Bench) -> None:
    nobody = bench.run("due", "--mine")
    assert "names nobody (team)" in nobody.err
    assert "director" in nobody.out
    assert "accountant" in nobody.out
    config = bench.folder / "schedules.yaml"
    config.write_text(config.read_text("utf-8") + "team: {anna: accountant}\n", "utf-8")
    rows = {
        row["name"]: row
        for row in bench.rows("--actor", "anna", "due", "--mine")
        if row["period"] == "2025-Q4"
    }
    assert (rows["money"]["by_on"], rows["money"]["due_on"]) == ("2026-01-05", "2026-01-15")
    assert "import FILE" in [" ".join(words) for words in rows["money"]["commands"]]
    rows = {row["name"]: row for row in bench.rows("due", "--as", "director") if row["period"] == "2025-Q4"}
    assert rows["money"]["by_on"] == "2026-01-15"
    assert rows["money"]["left"] == []
    assert "team" in bench.fail(2, "--actor", "boris", "due", "--mine")


def test_the_smallest_list_names_each_thing_once_with_all_that_it_serves(bench: Bench) -> None:
    told = bench.run("due", "--mine").out
    assert told.count("Load the statements of Main from 1 Oct 2025") == 1
    waiting = [
        f"{row['name']} {row['period']}"
        for row in bench.rows("due", "--as", "accountant")
        if "Load the statements of Main from 1 Oct 2025" in row["left"]
    ]
    assert len(waiting) > 1
    assert all(name in " ".join(told.split()) for name in waiting)


def test_two_accounts_without_statements_are_two_things_to_do(bench: Bench) -> None:
    words = ("--title", "Second", "--class", "bank", "--currency", "RUB", "--number", OWN[:-1] + "9")
    bench.run("record", "account", "--id", "a2", *words)
    told = bench.run("quarter", "2025-Q4", "money").out
    assert "Load the statements of Main from 1 Oct 2025 (the accountant): compliance import FILE" in told
    assert "Load the statements of Second from 1 Oct 2025 (the accountant): compliance import FILE" in told


@pytest.mark.skipif(sys.platform == "win32", reason="a terminal is made with pty")
def test_the_walk_asks_and_can_be_left(tmp_path: Path) -> None:
    bench = furnish(empty(tmp_path / "books", APPROVED.replace("[accountant, director]", "[]")))
    load(bench, first="01.10.2025", last="31.12.2025", opening=2_184_350_40)
    code, shown = at_terminal(bench.folder, ["y", "n"], "quarter", "2025-Q4", "money")
    assert code == 0, shown
    assert "Make the papers" in shown
    assert (bench.folder / "reports" / "money-2025-Q4.pdf").is_file()
    assert states(money(bench))["print"] == "done"


def test_nothing_is_stored(bench: Bench) -> None:
    before = len(bench.rows("list", "events"))
    bench.run("quarter", "2025-Q4")
    assert len(bench.rows("list", "events")) == before
