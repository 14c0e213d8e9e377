"""What people and lawyers see of the law: history, what nobody checked, lint, coverage, and whether examples bite."""

from __future__ import annotations

import shutil
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest
from workbench import RUSSIAN, Bench, empty

from compliance.filings.proofs import HOOKS
from compliance.rules import Rules, available, load_pack, load_packs
from compliance.rules.coverage import coverage
from compliance.rules.examples import ExamplesFile, read_examples
from compliance.rules.history import history, unverified
from compliance.rules.lint import lint
from compliance.rules.mutate import judge, mutants

PACK = """\
regime: zz
title: {en: Invented Act}
language: en
currency: EUR
checked_on: 2025-01-10
sources:
  gazette: {title: "Invented Gazette No 1", official: yes}
  spare: {title: "Nobody cites it"}
acts:
  act1:
    title: {en: Invented Act of 2024}
    terms:
      2024-03-01: {source: gazette, confidence: sourced}
statuses:
  listed: {title: {en: listed body}}
  spare: {title: {en: nobody has it}}
recipients:
  office: {title: {en: The Office}}
obligations:
  zz.report:
    name: report
    title: {en: Yearly report}
    act: act1
    binds: [listed]
    terms:
      2024-03-01: {every: year, due: {day: 31, of_month: 3}, recipient: office, source: gazette s. 4, confidence: {every: sourced, due: memory, recipient: sourced}}
      2025-01-01: {due: {day: 30, of_month: 4}, source: gazette s. 5, confidence: sourced, note: One month more.}
      2025-06-01: {status: expected, due: {day: 31, of_month: 5}, source: gazette, confidence: uncertain}
      2027-01-01: {status: repealed, source: gazette, confidence: sourced}
  zz.early:
    name: early
    title: {en: Older than its act}
    act: act1
    binds: [listed]
    terms:
      2023-01-01: {upon: change, due: {days: 10}, confidence: memory}
"""
EXAMPLES = """\
examples:
  - {case: the last of March, obligation: zz.report, period_end: 2024-12-31, expect: {due: 2025-03-31}}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "zz"
    made.mkdir()
    (made / "regime.yaml").write_text(PACK, "utf-8")
    (made / "examples.yaml").write_text(EXAMPLES, "utf-8")
    return made


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return empty(tmp_path / "w", RUSSIAN)


def test_history_has_every_change_and_what_was_before(folder: Path) -> None:
    rule = Rules([load_pack(folder, cache=None)]).rule("zz.report")
    assert rule is not None
    first, second, announced, end = history(rule)
    assert {item.key: item.after for item in first.changes} == {
        "every": "year", "due": {"day": 31, "of_month": 3}, "recipient": "office",
    }  # fmt: skip
    assert first.confidence == "memory"
    [change] = second.changes
    assert (change.key, change.before, change.after) == (
        "due",
        {"day": 31, "of_month": 3},
        {"day": 30, "of_month": 4},
    )
    assert (second.note, second.source) == ("One month more.", ("gazette s. 5",))
    assert announced.status == "expected"
    assert [item.before for item in announced.changes] == [{"day": 30, "of_month": 4}]
    assert (end.status, {item.key for item in end.changes}) == ("repealed", {"every", "due", "recipient"})
    assert all(item.after is None for item in end.changes)


def test_unverified_is_what_is_not_sourced_on_the_day(folder: Path) -> None:
    rules = Rules([load_pack(folder, cache=None)])
    has = {"listed": (date(2024, 5, 1), None)}

    def doubts(on: date) -> set[tuple[str, str]]:
        return {(item.rule, item.key) for item in unverified(rules, has, on)}

    assert doubts(date(2024, 12, 1)) == {("zz.report", "due"), ("zz.early", "upon"), ("zz.early", "due")}
    assert doubts(date(2025, 2, 1)) == {("zz.early", "upon"), ("zz.early", "due")}
    assert doubts(date(2024, 4, 1)) == set()  # not bound yet
    [due] = [item for item in unverified(rules, has, date(2024, 12, 1)) if item.rule == "zz.report"]
    assert due.verify == ("Invented Gazette No 1",)


def test_lint_names_what_a_lawyer_should_look_at(folder: Path) -> None:
    pack = load_pack(folder, cache=None)
    found = {(item.code, item.where) for item in lint(pack, read_examples(pack), date(2026, 1, 12))}
    assert found == {
        ("review", "zz"), ("came_due", "zz.report"), ("before_act", "zz.early"), ("unused", "sources.spare"),
        ("unused", "statuses.spare"), ("no_example", "zz.early"), ("no_source", "zz.early"),
    }  # fmt: skip
    earlier = {item.code for item in lint(pack, read_examples(pack), date(2025, 2, 1))}
    assert not {"review", "came_due"} & earlier


def test_coverage_asks_for_both_sides_of_every_change(folder: Path) -> None:
    pack = load_pack(folder, cache=None)
    report, early = coverage(pack, read_examples(pack))
    assert [(item.on.isoformat(), item.status_before, item.status_after, item.before, item.after) for item in report.boundaries] == [
        ("2024-03-01", "not_yet", "in_force", False, True),
        ("2025-01-01", "in_force", "in_force", True, False),
        ("2027-01-01", "in_force", "repealed", False, False),
    ]  # fmt: skip
    assert early.examples == 0
    assert not report.is_whole


def test_a_change_that_no_example_sees_survives(folder: Path) -> None:
    pack = load_pack(folder, cache=None)
    verdict = judge(pack, read_examples(pack), HOOKS)
    left = {".".join(map(str, item.where)) for item in verdict.survivors}
    assert "obligations.zz.report.terms.2024-03-01.due.day" not in left
    assert "obligations.zz.report.terms.2025-01-01.due.day" in left
    assert "obligations.zz.report.binds" in left
    assert judge(pack, ExamplesFile(examples=()), HOOKS).killed == 0
    # Nothing but the one value differs, and the pack itself is as it was.
    for mutant in mutants(pack):
        assert mutant.pack != pack
        assert mutant.pack.folder == pack.folder
    assert load_pack(folder, cache=None) == pack


@pytest.mark.parametrize("regime", available())
def test_the_examples_of_shipped_packs_notice_nine_changes_of_ten(regime: str) -> None:
    pack = load_packs([regime]).packs[regime]
    verdict = judge(pack, read_examples(pack), HOOKS)
    survivors = [(item.rule, item.where, item.before, item.after) for item in verdict.survivors]
    # Where there are few changes, one that makes no difference is no tenth.
    assert verdict.killed >= 0.9 * verdict.count or len(survivors) <= 1, survivors


def test_an_example_that_lacks_what_it_counts_from_is_not_checked(bench: Bench, folder: Path) -> None:
    (folder / "examples.yaml").write_text(
        "examples:\n  - {case: no day given, obligation: zz.early, on: 2024-05-01, expect: {due: 2024-05-11}}\n",
        "utf-8",
    )
    result = bench.call("rules", "check", str(folder))
    assert result.code == 1
    assert "nobody can work out: no day given: due" in result.out


class _Cells(HTMLParser):
    """The texts of a page, by tag; and everything that would be fetched."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[tuple[str, str]] = []
        self.fetched: list[str] = []
        self._tag = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._tag = tag
        self.fetched += [f"{tag} {name}" for name, _value in attrs if name in ("src", "href")]
        if tag == "script":
            self.fetched.append(tag)

    def handle_data(self, data: str) -> None:
        self.texts.append((self._tag, data.strip()))


def test_pages_say_what_the_terminal_says_and_fetch_nothing(bench: Bench, tmp_path: Path) -> None:
    for command in ("history", "unverified"):
        page = tmp_path / f"{command}.html"
        rows = bench.run("rules", command, "--html", str(page), "--format", "json").rows
        cells = _Cells()
        cells.feed(page.read_text("utf-8"))
        assert not cells.fetched
        ids = {text for tag, text in cells.texts if tag == "p" and text.count(".") > 1 and " " not in text}
        assert {row["id"] for row in rows if row["id"].count(".") > 1} == ids
        assert "exists" in bench.fail(3, "rules", command, "--html", str(page))


def test_what_is_due_next_comes_first(bench: Bench) -> None:
    rows = bench.rows("rules", "unverified")
    days = [row["next_due_on"] or "9999" for row in rows]
    assert days == sorted(days)
    assert rows[0]["verify"]
    text = bench.run("rules", "unverified").out
    assert "next due" in text
    assert "{" not in text.replace("{name.", "")


@pytest.mark.parametrize("command", ["test", "mutate", "lint", "check"])
def test_packs_by_folder_by_id_and_wrong(bench: Bench, folder: Path, command: str) -> None:
    by_folder = bench.call("rules", command, str(folder))
    assert by_folder.code in (0, 1)
    assert "zz" in by_folder.out
    assert bench.call("rules", command, "sk").code in (0, 1)
    assert "no such file" in bench.fail(3, "rules", command, str(folder.parent / "none"))
    (folder / "regime.yaml").write_text(PACK.replace("every: year", "every: yaer"), "utf-8")
    assert "regime.yaml:" in bench.fail(3, "rules", command, str(folder))


def test_unknown_rules_are_told(bench: Bench) -> None:
    assert "rules list" in bench.fail(2, "rules", "history", "nothing")


def test_a_pack_under_another_name_is_told(bench: Bench, folder: Path) -> None:
    other = Path(shutil.copytree(folder, folder.parent / "yy"))
    assert "yy" in bench.fail(3, "rules", "lint", str(other))


def test_the_cells_of_a_form_are_counted_over_the_examples_books(tmp_path: Path) -> None:
    from compliance.rules.examples import run
    from compliance.rules.template import write_template

    folder = tmp_path / "zz"
    write_template(folder, date(2026, 1, 12))
    text = (folder / "examples.yaml").read_text("utf-8")
    for wrong, key, told in (
        (text.replace('"1000.00"', '"1000.01"'), "money.received.foreign", "1000.00"),
        (text.replace("money.admin.all", "money.nothing.all"), "money.nothing.all", None),
    ):
        (folder / "examples.yaml").write_text(wrong, "utf-8")
        pack = load_pack(folder, cache=None)
        [bad] = [item for item in run(pack, read_examples(pack), HOOKS) if not item.ok]
        _expected, found = bad.wrong["cells"]
        assert found[key] == told
