"""A late fact in a filed period: the refusal, the difference, the corrective day, the amendment."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from test_times import CONFIG, begun, spend
from workbench import Bench, empty

import compliance


def filed(folder: Path, config: str = CONFIG) -> Bench:
    bench = empty(folder, config)
    begun(bench, ("2025-10-14", "1800400.70"))
    spend(bench, "2025-10-20", "123456.78")
    sent = bench.folder / "sent.pdf"
    sent.write_bytes(b"%PDF what was sent")
    for period, on in (("2025-Q3", "2025-10-14"), ("2025-Q4", "2026-01-12")):
        cells = (
            ("--cell", "spent.pay.foreign=2100", "--cell", "spent.all.all=2100")
            if period == "2025-Q3"
            else ()
        )
        bench.run(
            "file", "money", period, "--on", on, "--channel", "post", "--sent", str(sent), *cells, "--yes"
        )
    return bench


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    return filed(tmp_path_factory.mktemp("amend") / "books")


@pytest.fixture
def bench(made: Bench, tmp_path: Path) -> Bench:
    return Bench(Path(shutil.copytree(made.folder, tmp_path / "books")))


EXPENSE = ("record", "expense", "--account", "a1", "--fund", "f1", "--as", "pay", "--amount", "77000")


def test_the_refusal_says_what_would_change(bench: Bench) -> None:
    events = len(bench.rows("list", "events"))
    said = bench.fail(1, *EXPENSE, "--on", "2025-12-30")
    assert said.splitlines()[-1].endswith("--amends money-2025-Q4")
    assert "filed and is closed" in said
    assert "money-2025-Q4" in said
    assert "filed 123, now 200 (+77)" in said
    assert "is not known: no rule here names a day" in said
    assert len(bench.rows("list", "events")) == events
    bench.run("books", "audit")


def test_a_day_before_the_books_tells_the_change_only(bench: Bench) -> None:
    said = bench.fail(1, *EXPENSE, "--on", "2025-09-29")
    assert "--amends money-2025-Q3" in said
    assert "filed 2\xa0100, change 77,000.00 RUB" in said
    assert "only the change is known" in said


def test_recorded_as_an_amendment(bench: Bench) -> None:
    assert bench.rows("filing", "difference", "money-2025-Q4") == []
    assert "No printed figure differs" in bench.run("filing", "difference", "money-2025-Q4").out
    said = bench.run(*EXPENSE, "--on", "2025-12-30", "--amends", "money-2025-Q4").err
    assert said.index("recorded 1: expense") < said.index("filed 123, now 200 (+77)")
    assert "compliance filing amend money-2025-Q4" in said
    found = {row["cell"]: row for row in bench.rows("filing", "difference", "money-2025-Q4")}
    assert found["spent.pay.foreign"] | {"captions": 0} == {
        "cell": "spent.pay.foreign", "captions": 0, "filed": 123, "now": 200, "difference": 77, "change_minor": None,
        "filing": "money-2025-Q4", "unit_minor": 100_000, "currency": "RUB", "learned_on": "2026-01-12",
        "correct_by": None,
    }  # fmt: skip
    assert found["balance.closing.all"]["difference"] == -77
    assert set(found) == {
        f"{line}.{column}"
        for line in ("spent.pay", "spent.all", "balance.closing")
        for column in ("foreign", "all")
    }
    bench.fail(
        2, "filing", "difference", "money-2025-Q4", "--known-at", "money-2025-Q4"
    )  # it was not there yet


def test_the_amendment_is_started_and_filed(bench: Bench) -> None:
    bench.run(*EXPENSE, "--on", "2025-12-30", "--amends", "money-2025-Q4")
    events = len(bench.rows("list", "events"))
    started = bench.run("filing", "amend", "money-2025-Q4")
    assert len(bench.rows("list", "events")) == events
    assert "reports/money-2025-Q4" in started.out.replace("\\", "/")
    command = re.search(r"compliance (file .*)", started.err)
    assert command is not None
    words = command[1].replace("DAY", "2026-01-12").replace("HOW", "post").split()
    words[words.index("--sent") + 1] = str(bench.folder / "sent.pdf")
    bench.run(*words, "--yes")
    assert bench.rows("filing", "difference", "money-2025-Q4.2") == []
    assert bench.rows("filing", "difference", "money-2025-Q4") != []


def test_a_filing_that_is_not_there(bench: Bench) -> None:
    assert "filing list" in bench.fail(2, "filing", "difference", "money-2019-Q1")
    assert "filing list" in bench.fail(2, "filing", "amend", "money-2019-Q1")


def test_the_day_of_the_packs_rule(tmp_path: Path) -> None:
    """A pack of the workspace's own that says: ten days from the day the mistake became known."""
    built_in = Path(compliance.__file__).parent / "regimes" / "ru"
    pack = Path(shutil.copytree(built_in, tmp_path / "books" / "packs" / "xx"))
    for path in pack.rglob("*.yaml"):
        text = re.sub(r"\bru\.(?=[a-z0-9])", "xx.", path.read_text(encoding="utf-8"))
        path.write_text(text.replace("regime: ru\n", "regime: xx\n"), encoding="utf-8")
    rules = pack / "regime.yaml"
    text = rules.read_text(encoding="utf-8")
    due = next(line for line in text.splitlines() if "due: {day: 15, of_month: 1, source: dzen_15ths" in line)
    added = due.partition("due:")[0] + "correction: {days: 10, source: dzen_15ths, confidence: memory}"
    rules.write_text(text.replace(due, f"{due}\n{added}"), encoding="utf-8")
    config = CONFIG.replace("regimes: [ru]", "regimes: [xx]\npacks: packs")
    bench = filed(tmp_path / "books", config)
    said = bench.fail(1, *EXPENSE, "--on", "2025-12-30")
    assert "due by Thu 22 January 2026" in said
    bench.run(*EXPENSE, "--on", "2025-12-30", "--amends", "money-2025-Q4")
    assert bench.rows("filing", "difference", "money-2025-Q4")[0]["correct_by"] == "2026-01-22"


def test_a_paper_about_what_is_booked_is_not_late(bench: Bench) -> None:
    """About the transaction of a closed period: its money is in the report. Without one it is told, as it came."""
    paper = bench.folder / "act.pdf"
    paper.write_bytes(b"%PDF act")
    txn = next(row["id"] for row in bench.rows("list", "transactions") if row["kind"] == "expense")
    document = (
        "record",
        "document",
        str(paper),
        "--kind",
        "act",
        "--title",
        "Act",
        "--dated-on",
        "2025-10-20",
    )
    bench.run(*document, "--id", "booked", "--about", f"txn:{txn}")
    bench.run(*document, "--id", "unbooked")
    [found] = bench.call("check", "document.late", "--format", "json").rows
    assert found["subject"] == "document:unbooked"
    assert "arrived after" in found["message"]


def test_the_same_question_of_two_forms_is_answered_once(bench: Bench) -> None:
    bench.run("forms", "answer", "activity", "2025-H2", "business.other=no")
    taken = bench.run("forms", "answer", "public", "2025-H2", "--from", "activity")
    assert "recorded 1 answer" in taken.err
    kept = {row["cell"]: row["answer"] for row in bench.rows("forms", "answer", "public", "2025-H2")}
    assert kept.pop("business.other") == "no"
    assert set(kept.values()) == {None}
