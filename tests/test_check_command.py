"""``check`` and ``decide``: what a remedy tells works, and a number of the list is as good as an id."""

from __future__ import annotations

from pathlib import Path

from workbench import PLAIN, empty, furnished

LAW = PLAIN.replace("statuses: {}", "statuses: {foreign_agent: {since: 2025-02-17}}").replace(
    "regimes: []", "regimes: [ru]"
)


def test_an_expense_on_no_line_is_mended_by_what_its_remedy_tells(tmp_path: Path) -> None:
    bench = empty(tmp_path, LAW)
    for words in (
        ("account", "--id", "a1", "--title", "Main", "--class", "bank", "--currency", "RUB"),
        ("account", "--id", "tea", "--title", "Tea", "--type", "expense"),
        ("fund", "--id", "f1", "--title", "F1"),
        ("expense", "--account", "a1", "--fund", "f1", "--as", "tea", "--amount", "5", "--on", "2025-10-05"),
    ):
        bench.run("record", *words)
    [found] = bench.call("check", "expense.no_line", "--format", "json").rows
    command, _semicolon, lines = found["remedy"].partition("; there are: ")
    assert "events" in lines.split(", ")
    words = command.split("compliance ")[1].replace("LINE", "other").split()
    bench.run(*words)
    bench.run("check", "expense.no_line")


def test_a_finding_is_decided_by_its_number_in_the_list(tmp_path: Path) -> None:
    bench = furnished(tmp_path)
    bench.run("record", "source", "--id", "who", "--name", "Who", "--kind", "foreign_organisation")
    bench.run("record", "source", "--id", "what", "--name", "What", "--kind", "foreign_organisation")
    shown = bench.call("check").out.splitlines()
    second = next(at for at, line in enumerate(shown) if line.startswith("2. "))
    decided = shown[second + 2].strip()
    assert decided in bench.run("decide", "2", "--because", "known").err
    rows = {row["id"]: row["state"] for row in bench.call("check", "--format", "json").rows}
    assert rows[decided] == "decided"
    assert sorted(rows.values()) == ["decided", "open"]
    assert "no such finding" in bench.fail(2, "decide", "7", "--because", "x")
