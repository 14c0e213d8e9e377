"""What another law would do: between days, between packs, and to the books."""

from __future__ import annotations

from pathlib import Path

import pytest
from test_rules_tools import PACK
from workbench import RUSSIAN, Bench, empty, furnished

OURS = """\
organisation:
  names:
    2024-03-01: {nominative: "Example"}
  statuses:
    listed: {since: 2024-05-01}
regimes: [zz]
packs: packs
currency: EUR
starts_on: 2024-03-01
"""
LABELS = """\
labels:
  zz.label:
    title: {en: Label}
    act: act1
    binds: [listed]
    terms:
      2024-03-01: {upon: publication, text: "BY A LISTED BODY", placement: [{media: text, position: start}], source: gazette, confidence: sourced}
      2025-01-01: {text: "BY A BODY LISTED UNDER THE ACT", source: gazette, confidence: sourced}
"""
FORM = """\
form: zz_report
name: report
title: {en: Yearly report}
sections:
  spent:
    caption: Spent
    select: {account: expense}
    lines:
      all: {caption: In all, sum: {}}
source: gazette
confidence: sourced
"""


def packs(folder: Path) -> tuple[Path, Path]:
    """A pack and its successor: another day, a line more in the form, other words, a field more of the rows."""
    text = PACK.replace("recipient: office, source", "recipient: office, form: zz_report, source")
    text = text.replace("recipient: sourced}}", "recipient: sourced, form: sourced}}")
    made = []
    for name in ("old", "new"):
        pack = folder / name / "zz"
        (pack / "forms").mkdir(parents=True)
        (pack / "regime.yaml").write_text(text, "utf-8")
        (pack / "labels.yaml").write_text(LABELS, "utf-8")
        (pack / "forms" / "report.yaml").write_text(FORM, "utf-8")
        made.append(pack)
    old, new = made
    (new / "regime.yaml").write_text(
        text.replace("due: {day: 30, of_month: 4}", "due: {day: 20, of_month: 4}"), "utf-8"
    )
    wages = "      wages: {caption: Wages, sum: {purpose: wages}}\n"
    changed = FORM.replace("In all", "Spent in all").replace(
        "source: gazette\n", wages + "source: gazette\n", 1
    )
    (new / "forms" / "report.yaml").write_text(changed, "utf-8")
    return old, new


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    packs(tmp_path / "packs")
    return empty(tmp_path / "w", OURS.replace("packs: packs", f"packs: {tmp_path / 'packs' / 'old'}"))


def test_two_days_are_compared_by_what_each_asks(bench: Bench) -> None:
    rows = bench.rows("rules", "diff", "2024-12-31", "2025-01-01", "--on-my-books")
    by_kind: dict[str, list[dict[str, object]]] = {}
    for row in rows:
        by_kind.setdefault(row["kind"], []).append(row)
    assert {row["id"]: row["what"] for row in by_kind["rule"]} == {
        "zz.report": "changes",
        "zz.label": "changes",
    }
    filings = [(row["id"], row["period"], row["before"], row["after"]) for row in by_kind["filing"]]
    assert filings == [("zz.report", "2025", "2026-03-31", "2026-04-30")]
    assert [row["id"] for row in by_kind["label"]] == ["zz.label"]
    assert "form" not in by_kind
    assert bench.rows("rules", "diff", "2025-01-01", "2025-02-01") == []
    began = bench.rows("rules", "diff", "2024-02-01", "2024-04-01")
    assert {row["id"] for row in began if row["kind"] == "rule" and row["what"] == "begins"} == {
        "act1", "zz.report", "zz.label", "zz.early",
    }  # fmt: skip


def test_two_packs_are_compared_by_their_versions(bench: Bench, tmp_path: Path) -> None:
    old, new = tmp_path / "packs" / "old" / "zz", tmp_path / "packs" / "new" / "zz"
    rows = bench.rows("rules", "diff", str(old), str(new))
    rule = [row for row in rows if row["kind"] == "rule"]
    assert [(row["id"], row["what"], row["since"]) for row in rule] == [("zz.report", "reaches_back", "2025-01-01"), ("zz.report", "announced", "2025-06-01"), ("zz.report", "changes", "2027-01-01")]  # fmt: skip
    assert {(row["place"], row["what"]) for row in rows if row["kind"] == "form"} == {
        ("spent.all", "words"), ("spent.wages", "appears"),
    }  # fmt: skip
    assert {row["after"] for row in rows if row["kind"] == "filing"} == {"2026-04-20"}
    assert bench.rows("rules", "diff", str(old), str(old)) == []
    back = bench.rows("rules", "diff", str(new), str(old))
    assert {row["what"] for row in back if row["kind"] == "form"} == {"words", "vanishes"}


def test_rows_that_lack_what_the_new_law_asks_are_counted(tmp_path: Path) -> None:
    old, new = packs(tmp_path / "packs")
    bench = furnished(tmp_path / "w")
    words = ("record", "expense", "--on", "2025-10-10", "--account", "a1", "--fund", "f1", "--as", "rent")
    bench.run(*words, "--amount", "10")
    bench.run(*words, "--amount", "20", "--purpose", "wages")
    rows = bench.rows("rules", "diff", str(old), str(new), "--on-my-books")
    lacks = {row["id"]: row["count"] for row in rows if row["kind"] == "lack"}
    assert lacks == {"purpose": 1}
    text = bench.run("rules", "diff", str(old), str(new), "--on-my-books").out
    assert "1 row does not say its purpose" in text


def test_a_day_and_a_pack_cannot_be_compared(bench: Bench) -> None:
    assert "rule set with a rule set" in bench.fail(2, "rules", "diff", "zz", "2025-01-01")
    assert "no such file" in bench.fail(3, "rules", "diff", "zz", "nowhere")


def test_the_shipped_law_over_its_eras(tmp_path: Path) -> None:
    bench = empty(tmp_path / "w", RUSSIAN)
    rows = bench.rows("rules", "diff", "2022-06-01", "2026-01-01")
    what = {row["id"]: row["what"] for row in rows if row["kind"] == "rule"}
    assert what["ru.nco.spending.q"] == "ends"
    assert what["ru.255.money.q"] == "begins"
    assert {row["asked_before"] != row["asked_after"] for row in rows if row["kind"] == "filing"} == {True}
