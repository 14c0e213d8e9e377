"""Books and organisations that begin, change their name, leave the register; sources that turn out to be one."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from test_times import CONFIG
from workbench import Bench, empty

import compliance
from compliance.ledger.exports import balance_rows
from compliance.ledger.models import Fund
from compliance.ledger.revise import revise
from compliance.periods import parse_period


def furnished(folder: Path, config: str = CONFIG) -> Bench:
    bench = empty(folder, config)
    for words in (
        ("source", "--id", "zeewind", "--name", "Stichting Zeewind", "--kind", "foreign_organisation", "--country", "NL"),
        ("source", "--id", "zeewind-nl", "--name", "Zeewind (NL)", "--kind", "foreign_organisation", "--country", "NL"),
        ("source", "--id", "local", "--name", "OOO Local", "--kind", "domestic_organisation", "--country", "RU"),
        ("fund", "--id", "f1", "--title", "F1 Zeewind", "--donor", "zeewind"),
        ("account", "--id", "a1", "--title", "Main", "--class", "bank", "--currency", "RUB"),
        ("income", "--on", "2025-10-14", "--account", "a1", "--fund", "f1", "--amount", "1000000", "--source", "zeewind"),
        ("income", "--on", "2025-11-14", "--account", "a1", "--fund", "f1", "--amount", "500000", "--source", "zeewind-nl"),
    ):  # fmt: skip
        bench.run("record", *words)
    return bench


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    return furnished(tmp_path_factory.mktemp("midlife") / "books")


@pytest.fixture
def bench(made: Bench, tmp_path: Path) -> Bench:
    return Bench(Path(shutil.copytree(made.folder, tmp_path / "books")))


def edited(bench: Bench, old: str, new: str) -> None:
    path = bench.folder / "schedules.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def by_source(bench: Bench, *words: str) -> dict[str, int]:
    return {row["source"]: row["received_minor"] for row in bench.rows("balance", "--by", "source", *words)}


def notes(bench: Bench, name: str, *words: str) -> list[str]:
    return [
        row["message"]
        for row in bench.call("check", name, "--format", "json", *words).rows
        if row["state"] == "open"
    ]


# Sources that turn out to be one

APART = {"zeewind": 1_000_000_00, "zeewind-nl": 500_000_00}
MERGE = ("record", "merge", "zeewind-nl", "zeewind", "--because", "the same foundation", "--yes")


def test_a_merge_is_read_and_history_is_kept(bench: Bench) -> None:
    assert by_source(bench) == APART
    before = bench.rows("list", "events")[-1]["seq"]
    figures = bench.rows("report", "money", "2025-Q4")
    said = bench.run(*MERGE).err
    assert "1 posting, 500,000.00 RUB" in said
    assert by_source(bench) == {"zeewind": 1_500_000_00}
    assert by_source(bench, "--known-at", str(before)) == APART
    assert bench.rows("report", "money", "2025-Q4") == figures
    rows = {row["id"]: row for row in bench.rows("list", "sources")}
    assert rows["zeewind-nl"]["merged_into"] == "zeewind"
    with bench.books() as books:
        found = books.sums(("source",), where={"source": ["zeewind"]})
        assert [(item.key, item.amount_minor, item.count) for item in found] == [
            (("zeewind",), -1_500_000_00, 2)
        ]
        assert {entry.source for entry in books.entries() if entry.source} == {"zeewind"}
        stored = {row[0] for row in books.read("SELECT source FROM posting WHERE source IS NOT NULL", ())}
        assert stored == set(APART)
    bench.run("books", "audit")
    bench.run("record", "merge", "zeewind-nl", "--undo", "--because", "two after all", "--yes")
    assert by_source(bench) == APART


def test_what_names_a_source_names_what_it_turned_out_to_be(bench: Bench) -> None:
    """An agreement's donor, whose money somebody passes on, a contact's principal, a paper: not the postings only."""
    bench.run("record", "source", "--id", "agent", "--name", "Agent", "--kind", "domestic_organisation",
              "--country", "RU", "--acts-for", "zeewind")  # fmt: skip
    bench.run("record", "income", "--on", "2025-12-01", "--account", "a1", "--fund", "f1", "--amount", "10",
              "--source", "agent")  # fmt: skip
    bench.run("record", "document", "--missing", "--id", "deed", "--kind", "agreement", "--title", "Deed", "--about", "zeewind")  # fmt: skip
    told = notes(bench, "source.intermediary")
    assert ["Zeewind (NL) pays" in text for text in told] == [True]
    bench.run("record", "merge", "zeewind", "zeewind-nl", "--because", "the same foundation", "--yes")
    assert notes(bench, "source.intermediary") == []
    with bench.books() as books:
        assert (books.funds["f1"].donor, books.sources["agent"].acts_for) == ("zeewind-nl", "zeewind-nl")
        assert books.documents["deed"].about == "zeewind-nl"
        assert (
            revise(books, Fund, "f1", {"donor": "zeewind-nl", "title": books.funds["f1"].title}).fact is None
        )
    # A correction of the agreement carries on what was written, so that the merge can be taken back.
    bench.run("record", "fund", "--id", "f1", "--purpose", "Neighbours")
    bench.run("record", "merge", "zeewind", "--undo", "--because", "two after all", "--yes")
    assert {row["id"]: row["donor"] for row in bench.rows("list", "funds")} == {"f1": "zeewind"}
    assert notes(bench, "source.intermediary") == told


def test_a_chain_of_merges_ends_at_its_end(bench: Bench) -> None:
    bench.run(
        "record",
        "source",
        "--id",
        "third",
        "--name",
        "Z.",
        "--kind",
        "foreign_organisation",
        "--country",
        "NL",
    )
    bench.run(*MERGE)
    bench.run("record", "merge", "zeewind", "third", "--because", "renamed", "--yes")
    assert by_source(bench) == {"third": 1_500_000_00}
    assert "itself" in bench.fail(2, "record", "merge", "third", "zeewind-nl", "--because", "x y", "--yes")


def test_what_cannot_be_merged(bench: Bench) -> None:
    said = bench.fail(1, "record", "merge", "local", "zeewind", "--because", "x y", "--yes")
    assert "kind, country" in said
    assert "silently" in said
    assert "itself" in bench.fail(2, "record", "merge", "local", "local", "--because", "x y", "--yes")
    assert "not merged" in bench.fail(2, "record", "merge", "local", "--undo", "--because", "x y", "--yes")
    bench.run(*MERGE)
    assert "already" in bench.fail(1, *MERGE)
    assert "--yes" in bench.fail(2, "record", "merge", "zeewind-nl", "--undo", "--because", "x y")


def test_an_opening_balance_that_was_undone_is_no_movement(bench: Bench) -> None:
    """Also where it stands on the period's first day: the report adds up, and an auditor sees no turnover."""
    opening = ("record", "opening", "--account", "a1", "--fund", "f1", "--on", "2025-10-01", "--amount")
    bench.run(*opening, "70000")
    wrong = str(bench.rows("list", "transactions")[0]["id"])
    bench.run("record", "reverse", wrong, "--because", "typed wrong")
    bench.run(*opening, "7000")
    bench.run("record", "expense", "--on", "2025-11-02", "--account", "a1", "--fund", "f1", "--amount", "50", "--expense-line", "other")  # fmt: skip
    [undone] = [str(row["id"]) for row in bench.rows("list", "transactions") if row["kind"] == "expense"]
    bench.run("record", "reverse", undone, "--because", "typed wrong")
    bench.run("report", "money", "2025-Q4")
    with bench.books() as books:
        span = parse_period("2025-Q4")
        columns, rows = balance_rows(books, start=span.start, end=span.end)
        [main] = [dict(zip(columns, row, strict=True)) for row in rows if row[0] == "a1"]
    assert [str(main[name]) for name in ("opening", "debit", "credit", "closing")] == [
        "7000.00", "1500000.00", "0.00", "1507000.00",
    ]  # fmt: skip


def test_money_given_for_good_to_another_class_is_a_finding(bench: Bench) -> None:
    """The report only said that its equation is off; an unrestricted agreement of the same donor takes it."""
    bench.run("record", "fund", "--id", "f2", "--title", "Local", "--donor", "local")
    bench.run(
        "record", "fund", "--id", "f3", "--title", "Free of Zeewind", "--donor", "zeewind", "--unrestricted"
    )
    bench.run("record", "document", "--missing", "--id", "letter", "--kind", "agreement", "--title", "Letter")
    words = ("record", "transfer", "--on", "2025-11-20", "--account", "a1", "--from-fund", "f1", "--amount", "70",
             "--release", "--because", "the seminar was held", "--document", "letter", "--to-fund")  # fmt: skip
    bench.run(*words, "f2")
    [told] = notes(bench, "fund.released")
    assert "70.00 RUB of 20 Nov 2025 went for good from F1 Zeewind (foreign) to Local (domestic)" in told
    assert "off by" in bench.fail(1, "report", "money", "2025-Q4")
    [number] = [str(row["id"]) for row in bench.rows("list", "transactions") if row["kind"] == "transfer"]
    bench.run("record", "reverse", number, "--because", "still theirs")
    bench.run(*words, "f3")
    assert notes(bench, "fund.released") == []
    bench.run("report", "money", "2025-Q4")


# Partial periods


def test_books_that_begin_inside_a_period(bench: Bench) -> None:
    assert notes(bench, "period.partial") == []
    edited(bench, "starts_on: 2025-10-01", "starts_on: 2025-10-10")
    found = notes(bench, "period.partial")
    assert len(found) == 1
    assert "10 Oct 2025" in found[0]
    assert notes(bench, "period.partial", "--as-of", "2025-12-30") == []


def test_a_status_that_begins_or_ends_inside_a_period(bench: Bench) -> None:
    edited(bench, "foreign_agent: {since: 2025-02-17}", "foreign_agent: {since: 2025-11-03}")
    found = notes(bench, "period.partial")
    assert any("Money" in text and "began on 3 Nov 2025" in text for text in found)
    due = {(row["name"], row["period"]) for row in bench.rows("due")}
    assert ("money", "2025-Q4") in due
    assert ("money", "2025-Q3") not in due


def test_removed_from_the_register(bench: Bench) -> None:
    """The last period is still owed, none after; letters carry a label until that day and not after it."""
    bench.run("label", "text")
    edited(
        bench, "foreign_agent: {since: 2025-02-17}", "foreign_agent: {since: 2025-02-17, until: 2025-12-15}"
    )
    assert any("ended on 15 Dec 2025" in text for text in notes(bench, "period.partial"))
    due = {(row["name"], row["period"]) for row in bench.rows("due", "--days", "400")}
    assert ("money", "2025-Q4") in due
    assert not [item for item in due if item[0] == "money" and item[1] > "2025-Q4"]
    bench.run("report", "money", "2025-Q4")
    assert "НАСТОЯЩИЙ" in bench.run("label", "text", "--on", "2025-12-15").out
    assert "НАСТОЯЩИЙ" not in bench.call("label", "text", "--on", "2025-12-16").out


# A new name

NEW = "ANO Renamed"


def heading(bench: Bench, *words: str) -> str:
    bench.run("report", "money", "2025-Q4", *words)
    from openpyxl import load_workbook

    newest = max(
        (bench.folder / "reports").glob("money-2025-Q4*.xlsx"), key=lambda path: path.stat().st_mtime_ns
    )
    rows = load_workbook(newest).active.iter_rows(values_only=True)  # type: ignore[union-attr]
    return "\n".join(str(cell) for row in rows for cell in row if cell)


def rename(bench: Bench, on: str) -> None:
    name = f'{{nominative: "{NEW}", instrumental: "{NEW}", genitive: "{NEW}"}}'
    edited(bench, "  registered_on:", f"    {on}: {name}\n  registered_on:")


def test_a_rename_is_dated(bench: Bench) -> None:
    assert "ANO Example" in heading(bench)
    rename(bench, "2026-01-05")
    assert NEW in heading(bench)
    found = notes(bench, "organisation.renamed")
    assert any("Money" in text and "5 Jan 2026" in text and NEW in text for text in found)
    assert "ANO Example" in bench.run("label", "text", "--on", "2026-01-04").out
    assert NEW in bench.run("label", "text", "--on", "2026-01-05").out


def test_a_form_may_print_the_name_of_the_periods_end(tmp_path: Path) -> None:
    built_in = Path(compliance.__file__).parent / "regimes" / "ru"
    pack = Path(shutil.copytree(built_in, tmp_path / "books" / "packs" / "xx"))
    for path in pack.rglob("*.yaml"):
        text = re.sub(r"\bru\.(?=[a-z0-9])", "xx.", path.read_text(encoding="utf-8"))
        text = re.sub(r"^(form: ru_money_q)$", r"\1\nnamed: period_end", text, flags=re.MULTILINE)
        path.write_text(text.replace("regime: ru\n", "regime: xx\n"), encoding="utf-8")
    bench = furnished(tmp_path / "books", CONFIG.replace("regimes: [ru]", "regimes: [xx]\npacks: packs"))
    rename(bench, "2026-01-05")
    assert "ANO Example" in heading(bench)
    assert any("ANO Example" in text for text in notes(bench, "organisation.renamed"))
