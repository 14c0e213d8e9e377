"""The whole road on real files: the demo, then what a stranger does in its folder, row by row.

The demo runs once for the module, in a subprocess, as `python3 run.py demo` calls it; what follows
changes copies of its folder. Balances are held against DEMO's tables and against hledger.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import shlex
import shutil
import sqlite3
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from oracles import beancounts, hledgers, month_ends, ours
from workbench import at_terminal

from compliance import cli, i18n, packed
from compliance.money import display
from compliance.periods import parse_period
from compliance.practice import FIRST_TIER, build, totals
from compliance.practice.training import FOUND_BY
from compliance.rules.loader import BUILT_IN

ENV = {**os.environ, "COMPLIANCE_LANG": "en", "PYTHONHASHSEED": "0"}

TWICE = "expense.fixed_asset"
"""Mistake 11 is two: no act, and the line of other costs."""
MENDED = {1, 3, 4, 5, 6}


def process(folder: Path, *words: str, language: str = "en") -> subprocess.CompletedProcess[str]:
    """A command as a stranger types it."""
    return subprocess.run(
        [sys.executable, "-m", "compliance.cli", *words],
        cwd=folder,
        env={**ENV, "COMPLIANCE_LANG": language},
        capture_output=True,
        encoding="utf-8",
        stdin=subprocess.DEVNULL,
        check=False,
        timeout=300,
    )


def run(folder: Path, *words: str, language: str = "en") -> subprocess.CompletedProcess[str]:
    """The same in this process, which has loaded everything already; nobody is at the keyboard."""
    out, err = io.StringIO(), io.StringIO()
    with pytest.MonkeyPatch.context() as patch, contextlib.chdir(folder):
        patch.setattr(sys, "stdin", io.StringIO())
        i18n.activate(language)
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = cli.run(list(words))
        i18n.activate("en")
    return subprocess.CompletedProcess(words, code, out.getvalue(), err.getvalue())


def rows(folder: Path, *words: str, expect: int = 0) -> list[dict[str, Any]]:
    result = run(folder, *words, "--format", "json")
    assert result.returncode == expect, result.stderr
    found = json.loads(result.stdout)["rows"]
    assert isinstance(found, list)
    return found


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    base = tmp_path_factory.mktemp("acceptance")
    result = process(base, "demo", "demo")
    assert result.returncode == 0, result.stdout[-3000:] + result.stderr
    (base / "transcript.txt").write_text(result.stdout, encoding="utf-8")
    return base / "demo"


@pytest.fixture
def demo(made: Path, tmp_path: Path) -> Path:
    """A copy that the test may change."""
    return Path(shutil.copytree(made, tmp_path / "demo"))


def ledger(folder: Path) -> bytes:
    return (folder / "ledger.sqlite").read_bytes()


@pytest.fixture(scope="module")
def found(made: Path) -> set[str]:
    """The codes that `check` tells in the finished books."""
    return {row["code"] for row in rows(made, "check", expect=1)}


@pytest.fixture(scope="module")
def found_before(made: Path) -> set[str]:
    """The same in the books as they were before anything was mended or published."""
    return {row["code"] for row in rows(made / "mistakes", "check", expect=1)}


def test_todays_page(made: Path) -> None:
    result = process(made)
    assert result.returncode == 0, result.stderr
    assert "2026" in result.stdout
    assert "compliance do" in result.stdout


def test_the_ending_counts_what_check_finds(made: Path) -> None:
    found = rows(made, "check", expect=1)
    transcript = (made.parent / "transcript.txt").read_text(encoding="utf-8")
    assert (
        f"{sum(row['state'] == 'open' for row in found)} findings are open: the mistakes still left"
        in transcript
    )


def test_the_remedy_of_a_foreign_trace_repeats_how_the_line_is_sorted(demo: Path) -> None:
    found = next(row for row in rows(demo, "check", expect=1) if row["code"] == "source.foreign_trace")
    assert "3,523.89 RUB of 18 Nov 2025" in found["message"]
    words = shlex.split(found["remedy"][found["remedy"].index("compliance assign") :])[1:]
    given = words[: words.index("kind=income fund=...") - 1]
    assert given.count("--part") == 2
    again = run(demo, *given)
    assert again.returncode == 0, again.stderr


def test_no_finding_speaks_of_bodies_and_channels_by_their_ids(made: Path) -> None:
    result = run(made, "check", language="ru")
    told = [line for line in result.stdout.splitlines() if re.match(r"[0-9]+\. ", line)]
    assert told
    for word in ("executive", "council", "telegram:", "site", "letter"):
        assert not [line for line in told if re.search(rf"\b{word}\b", line)], word


def test_balances_are_the_practice_organisations(made: Path) -> None:
    expected = totals.closing_places(build())
    found = {
        (row["account"], row["fund"]): row["amount_minor"]
        for row in rows(made, "balance", "--by", "account,fund")
    }
    assert found == expected


def test_balances_are_hledgers_too(made: Path, tmp_path: Path) -> None:
    journal = tmp_path / "books.journal"
    exported = run(made, "export", "--format", "hledger", "--out", str(journal))
    assert exported.returncode == 0, exported.stderr
    printed = subprocess.run(
        ["hledger", "-f", str(journal), "bal", "assets", "--pivot", "fund", "-O", "json"],
        capture_output=True, encoding="utf-8", check=True,
    ).stdout  # fmt: skip
    theirs = {
        (name, amount["acommodity"]): round(amount["aquantity"]["floatingPoint"] * 100)
        for name, _full, _depth, amounts in json.loads(printed)[0]
        for amount in amounts
    }
    ours = {
        (row["fund"], row["currency"]): row["amount_minor"]
        for row in rows(made, "balance", "--by", "fund", "--type", "asset")
    }
    assert theirs == ours


def test_balances_by_account_agreement_and_month_are_hledgers_and_beancounts(
    made: Path, tmp_path: Path
) -> None:
    months = list(month_ends(date(2025, 9, 1), date(2026, 1, 31)))
    for kind in ("hledger", "beancount"):
        exported = run(made, "export", "--format", kind, "--out", str(tmp_path / kind))
        assert exported.returncode == 0, exported.stderr
    mine = ours(made / "ledger.sqlite", months)
    accounts, funds = ({key[at]: key[at] for key in mine} for at in (1, 2))
    assert len(mine) > 150
    assert hledgers(tmp_path / "hledger", funds, accounts, months[-1]) == mine
    assert beancounts(tmp_path / "beancount", months) == mine
    checked = subprocess.run(
        [sys.executable, "-m", "beancount.scripts.check", str(tmp_path / "beancount")],
        capture_output=True,
        encoding="utf-8",
    )
    assert (checked.returncode, checked.stdout + checked.stderr) == (0, "")


def test_paid_and_incurred_are_joined_by_the_bridge(made: Path) -> None:
    found = rows(made, "bridge", "2025-Q4")
    steps = [sum(row[f"{step}_minor"] for row in found) for step in ("paid", "unpaid", "unpaid_before", "prepaid", "advances", "accrued")]  # fmt: skip
    assert steps == [4_913_777_60, 109_840_00, -54_210_00, -120_000_00, -15_000_00, 4_834_407_60]
    said = run(made, "bridge", "2025-Q4", "--by", "expense_line").stdout
    assert "4,834,407.60 RUB" in said
    assert "NOT EQUAL" not in said


def test_loading_a_statement_again_adds_nothing(demo: Path) -> None:
    before = ledger(demo)
    result = run(demo, "import", "bank/a1-2025-10.txt", "--yes")
    assert result.returncode == 0, result.stderr
    assert ledger(demo) == before


def test_lying_totals_are_refused(demo: Path) -> None:
    before = ledger(demo)
    result = run(demo, "import", "LYING-TOTALS.txt", "--yes")
    assert result.returncode == 3
    assert "4,000.00" in result.stderr
    assert ledger(demo) == before


@pytest.mark.parametrize("number", sorted(FIRST_TIER))
def test_every_planted_mistake_is_found_and_the_mended_ones_are_gone(
    found: set[str], found_before: set[str], number: int
) -> None:
    assert FOUND_BY[number] in found_before
    assert (FOUND_BY[number] in found) == (number not in MENDED)


def test_no_decoy_raises_a_finding(found_before: set[str]) -> None:
    """Before the publications are recorded, `check` finds the planted mistakes and nothing else."""
    assert found_before == {*FOUND_BY.values(), TWICE}


def test_due_dates(made: Path) -> None:
    found = {(row["name"], row["period"]): row for row in rows(made, "due")}
    money = found["money", "2025-Q4"]
    assert {"obligation", "period", "due_on", "safe_on", "nominal_on", "shifted_on", "confidence"} <= set(
        money
    )
    assert money["due_on"] == "2026-01-15"
    assert found["activity", "2025-H2"]["due_on"] == "2026-01-15"


def test_another_law_on_another_day(made: Path) -> None:
    then = {row["id"] for row in rows(made, "rules", "list", "--all", "--on", "2016-05-01")}
    now = {row["id"] for row in rows(made, "rules", "list", "--all", "--on", "2024-05-01")}
    assert then
    assert now
    assert then != now


def test_the_report_has_the_practice_organisations_totals(demo: Path) -> None:
    result = run(demo, "report", "money", "2025-Q4", "--out", "again")
    assert result.returncode == 0, result.stderr
    assert {path.suffix for path in (demo / "again").iterdir()} >= {".pdf", ".xlsx"}
    funds = totals.money(build()).values()
    for cell, minor in (
        ("balance.opening.all", sum(row.opening for row in funds)),
        ("balance.exchange.all", sum(row.exchange for row in funds)),
        ("spent.all.all", sum(row.spent for row in funds)),
        ("balance.closing.all", sum(row.closing for row in funds)),
    ):
        explained = run(demo, "explain", "money", "2025-Q4", cell)
        assert explained.returncode == 0, explained.stderr
        assert display(minor, "RUB", "en") in explained.stdout, cell


def test_a_figure_is_explained(made: Path) -> None:
    result = run(made, "explain", "money", "2025-Q4", "spent.pay.foreign", "--format", "json")
    assert result.returncode == 0, result.stderr
    assert json.loads(result.stdout)["rows"]


def test_another_file_than_the_report_is_told_before_the_quarter_is_closed(demo: Path) -> None:
    words = ("file", "money", "2025-Q4", "--on", "2026-01-12", "--channel", "post", "--sent")
    other = run(demo, *words, "poster.pdf")  # nobody at the keyboard who could agree
    assert other.returncode == 2
    assert re.search(r"(\d+) of \1 cells are not found", other.stderr)
    (demo / "x.pdf").write_bytes(b"x")
    assert "no words that can be read" in run(demo, *words, "x.pdf").stderr
    own = run(demo, *words, str(next((demo / "reports").glob("money-2025-Q4.pdf"))))
    assert "not found" not in own.stderr
    assert "can be read" not in own.stderr
    assert run(demo, "list", "filings", "--format", "json").stdout.count("2025-Q4") == 0


def test_filing_closes_the_quarter(demo: Path) -> None:
    sent = next((demo / "reports").glob("money-2025-Q4*.pdf"))
    filed = run(
        demo, "file", "money", "2025-Q4", "--on", "2026-01-12", "--channel", "post", "--sent", str(sent), "--yes"
    )  # fmt: skip
    assert filed.returncode == 0, filed.stderr
    late = (
        "record", "expense", "--on", "2025-12-30", "--account", "cash", "--fund", "f4", "--amount", "10",
        "--expense-line", "other",
    )  # fmt: skip
    refused = run(demo, *late)
    assert refused.returncode == 1
    assert "--amends" in refused.stderr
    amended = run(demo, *late, "--amends", "money-2025-Q4")
    assert amended.returncode == 0, amended.stderr
    assert run(demo, "books", "audit").returncode == 0


FILE = (
    "file",
    "money",
    "2025-Q4",
    "--on",
    "2026-01-12",
    "--channel",
    "post",
    "--sent",
    "reports/money-2025-Q4.pdf",
)


@pytest.mark.parametrize("every", [9, pytest.param(1, marks=pytest.mark.soak)])
def test_every_cell_of_every_form_can_be_explained(made: Path, every: int) -> None:
    """Figures, questions, and the rows of lists alike: explaining is never a mistake of the program."""
    import compliance.commands.check as check
    from compliance.commands.app import App
    from compliance.filings.draft import filled, obligation

    app = App(start=made, today_text=None, actor="", key_fd=None)
    with check.context(app) as ctx:
        cells = [
            (name, period, cell.id)
            for name, period in (("money", "2025-Q4"), ("activity", "2025-H2"))
            for cell in filled(
                ctx, ctx.rules.form(name), obligation(ctx, name).id, parse_period(period)
            ).all_cells()
        ]
    assert len(cells) > 60
    for name, period, cell in cells[::every]:
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()) as said:
            assert cli.run(["-C", str(made), "explain", name, period, cell]) == 0, (cell, said.getvalue())


def test_a_returned_filing_is_due_again_and_a_correction_owed_is_told(demo: Path) -> None:
    assert run(demo, *FILE, "--yes").returncode == 0
    assert ("money", "2025-Q4") not in {(row["name"], row["period"]) for row in rows(demo, "due")}
    returned = run(demo, "filing", "receipt", "money-2025-Q4", "--on", "2026-01-12", "--state", "returned")
    assert returned.returncode == 0, returned.stderr
    assert ("money", "2025-Q4") in {(row["name"], row["period"]) for row in rows(demo, "due")}
    late = (
        "record", "expense", "--on", "2025-12-30", "--account", "cash", "--fund", "f4", "--amount", "10",
        "--expense-line", "other", "--amends", "money-2025-Q4",
    )  # fmt: skip
    assert run(demo, *late).returncode == 0
    owed = [row for row in rows(demo, "check", expect=1) if row["code"] == "filing.amendment_owed"]
    assert [row["subject"] for row in owed] == ["filing:money-2025-Q4"]
    assert run(demo, *FILE, "--amends", "money-2025-Q4", "--yes").returncode == 0
    assert "filing.amendment_owed" not in {row["code"] for row in rows(demo, "check", expect=1)}
    assert ("money", "2025-Q4") not in {(row["name"], row["period"]) for row in rows(demo, "due")}


def test_an_amendment_from_before_the_books_keeps_the_figures_it_does_not_change(demo: Path) -> None:
    words = (
        "file",
        "money",
        "2025-Q3",
        "--on",
        "2026-01-12",
        "--channel",
        "post",
        "--sent",
        "poster.pdf",
        "--yes",
    )
    wrong = run(demo, *words, "--amends", "money-2025-Q3", "--cell", "balance.closing.forein=1")
    assert wrong.returncode == 2
    assert "balance.closing.foreign" in wrong.stderr
    assert run(demo, *words, "--amends", "money-2025-Q3").returncode == 0
    assert run(demo, "report", "money", "2025-Q4", "--out", "again").returncode == 0


def test_only_the_closing_balance_typed_right_files(demo: Path) -> None:
    before = ledger(demo)
    code, shown = at_terminal(demo, ["4914", "no", "2 873"], *FILE)
    assert code == 1, shown
    assert ledger(demo) == before
    code, shown = at_terminal(demo, ["4914", "2 874"], *FILE)
    assert code == 0, shown
    assert shown.index("4\xa0914") < shown.rindex("2\xa0874")


def test_a_no_files_nothing(demo: Path) -> None:
    """A filing without a closing figure, and one from before the books: a no is a no, in either language."""
    before = ledger(demo)
    for answer in ("n", "н", "нет"):
        words = (
            "file",
            "public",
            "2025-H2",
            "--on",
            "2026-01-12",
            "--channel",
            "public_page",
            "--sent",
            "poster.pdf",
        )
        code, shown = at_terminal(demo, [answer], *words)
        assert (code, ledger(demo)) == (1, before), shown


def test_labels_are_put_on_and_measured(made: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(made, tmp_path / "demo"))
    (folder / "poster.labelled.pdf").unlink()
    assert run(folder, "label", "verify", "poster.pdf").returncode == 1
    assert run(folder, "label", "apply", "poster.pdf").returncode == 0
    assert run(folder, "label", "verify", "poster.labelled.pdf").returncode == 0
    forged = sorted(path for path in (folder / "publications" / "forged").iterdir() if path.is_file())
    assert forged
    told = rows(folder, "label", "verify", *map(str, forged), expect=1)
    assert [row["path"] for row in told] == [str(path) for path in forged]
    assert {row["verdict"] for row in told} == {"not_met"}


def test_a_changed_amount_is_damage(demo: Path) -> None:
    connection = sqlite3.connect(demo / "ledger.sqlite")
    for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall():
        connection.execute(f"DROP TRIGGER {name}")
    connection.execute("UPDATE posting SET amount_minor = amount_minor + 100 WHERE id = 7")
    connection.commit()
    connection.close()
    assert run(demo, "books", "audit").returncode == 5


@pytest.mark.parametrize("words", [(), ("balance",), ("check",), ("due",), ("record", "fund")])
def test_a_broken_configuration_names_its_line(demo: Path, words: tuple[str, ...]) -> None:
    path = demo / "schedules.yaml"
    path.write_text(
        path.read_text(encoding="utf-8").replace("currency: RUB", "curency: RUB"), encoding="utf-8"
    )
    result = process(demo, *words)
    assert result.returncode == 3
    line = path.read_text(encoding="utf-8").split("curency")[0].count("\n") + 1
    assert f"schedules.yaml:{line}" in result.stderr
    assert "Traceback" not in result.stderr


def test_without_a_configuration_the_shortest_one_is_shown(tmp_path: Path) -> None:
    result = process(tmp_path, "balance")
    assert result.returncode == 4
    shown = result.stderr.split("\n\n", 1)[1]
    (tmp_path / "schedules.yaml").write_text(shown, encoding="utf-8")
    assert run(tmp_path, "init").returncode == 0
    assert run(tmp_path, "balance").returncode == 0


@pytest.mark.parametrize(("page", "language"), [("donors.md", "en"), ("donors.ru.md", "ru")])
def test_the_guide_to_donor_reports_is_true(demo: Path, page: str, language: str, tmp_path: Path) -> None:
    """Its files, written beside the practice books, give the report it shows, with the totals of the agreement."""
    books = Path(shutil.copytree(demo, tmp_path / "books"))
    text = (Path(__file__).parent.parent / "docs" / page).read_text(encoding="utf-8")
    for name, body in re.findall(r"`(our-reports/[a-z./]+)`.*?```yaml\n(.*?)```", text, re.S):
        (books / name).parent.mkdir(parents=True, exist_ok=True)
        (books / name).write_text(body, "utf-8")
    config = (books / "schedules.yaml").read_text("utf-8")
    listed = "    foreign_agent: {since: 2025-02-17}\n"
    assert listed in config
    config = config.replace(listed, listed + "    zeewind_grantee: {since: 2025-10-01}\n")
    config = config.replace("regimes: [ru]", "regimes: [ru, zeewind]\npacks: our-reports")
    (books / "schedules.yaml").write_text(config, "utf-8")
    session = text.split("<!-- session -->")[1].split("<!-- /session -->")[0]
    for part in session.replace("```", "").split("\n$ ")[1:]:
        typed, *shown = part.splitlines()
        result = run(books, *shlex.split(typed)[1:], language=language)
        assert result.returncode == 0, (typed, result.stderr)
        printed = " ".join((result.stdout + result.stderr).split())
        for line in shown:
            if line.strip() not in ("", "..."):
                assert " ".join(line.split()) in printed, (typed, line)
    cells = {
        row["cell"]: row["exact_minor"]
        for row in rows(books, "report", "zeewind", "2025-Q4", "--out", str(tmp_path))
    }
    totals = ("opening", "received", "spent", "closing")
    assert [cells[f"money.{name}"] for name in totals] == [
        1_660_450_20,
        1_731_600_00,
        2_002_071_93,
        1_319_657_27,
    ]
    assert [cells[f"lines.pay.{name}"] for name in ("budget", "spent", "left")] == [
        0,
        954_295_64,
        -954_295_64,
    ]


@pytest.mark.parametrize(("readme", "language"), [("README.md", "en"), ("README.ru.md", "ru")])
def test_the_readme_session_is_true(demo: Path, readme: str, language: str) -> None:
    """Every command of the README's session ends as it says, and prints each line that stands there.

    The English one is typed as a stranger would, each command in a process of its own."""
    typing = process if language == "en" else run
    text = (Path(__file__).parent.parent / readme).read_text(encoding="utf-8")
    session = text.split("<!-- session -->")[1].split("<!-- /session -->")[0]
    steps = [part.splitlines() for part in session.replace("```", "").split("\n$ ")[1:]]
    assert len(steps) >= 10
    for typed, *shown in steps:
        command, _hash, remark = typed.partition("        # ")
        expected = int(remark.removeprefix("exit ").removeprefix("код ")[0]) if remark else 0
        result = typing(demo, *shlex.split(command)[1:], language=language)
        assert result.returncode == expected, (command, result.stderr)
        printed = " ".join((result.stdout + result.stderr).split())
        for line in shown:
            if line.strip() not in ("", "..."):
                assert " ".join(line.split()) in printed, (command, line)


def test_a_press_packet_names_no_donor_and_no_amount(made: Path, tmp_path: Path) -> None:
    """Every byte of it is searched for whoever the practice organisation has to do with, and for all its amounts;
    the law in it is, byte for byte, the one that everybody has."""
    assert run(made, "press", "make", str(tmp_path / "press.zip")).returncode == 0
    members = packed.unpack((tmp_path / "press.zip").read_bytes())
    rules = packed.unpack(members.pop("law/ru.rules.zip"))
    assert all(body == (BUILT_IN / name).read_bytes() for name, body in rules.items())
    text = "\n".join([*members, *(body.decode() for body in members.values())])
    with (
        contextlib.closing(sqlite3.connect(made / "ledger.sqlite")) as books,
        contextlib.closing(sqlite3.connect(made / "vault.sqlite")) as vault,
    ):
        words = {row[0] for row in books.execute("SELECT name FROM source WHERE name IS NOT NULL")}
        words |= {row[0] for row in books.execute("SELECT title FROM fund UNION SELECT title FROM document")}
        for table in ("identity", "line_text"):
            for (body,) in vault.execute(f"SELECT body FROM {table}"):
                held = json.loads(body)
                words |= {
                    str(held.get(key) or "")
                    for key in ("name", "account", "tax_id", "identity_document", "purpose")
                }
                words |= {str(held.get("name") or "").split(" ")[0]} if table == "identity" else set()
        minors = {abs(row[0]) for row in books.execute("SELECT amount_minor FROM posting")}
    words = {word for word in words if len(word) > 5}
    amounts = {form for minor in minors if minor >= 100_000 for form in _amount_forms(minor)}
    assert len(words) > 100
    assert len(amounts) > 1000
    assert _found(words, text) == _found(amounts, text) == []
    canary = min(amounts)
    assert _found(amounts, f'{text} "{canary}"') == [canary]


def _found(words: set[str], text: str) -> list[str]:
    """Those that stand in the text, not within a longer word or number."""
    near = [word for word in words if word in text]
    return [word for word in near if re.search(rf"(?<![\w]){re.escape(word)}(?![\w])", text)]


def _amount_forms(minor: int) -> set[str]:
    whole, part = divmod(minor, 100)
    grouped = f"{whole:,}"
    plain = {str(minor), f"{whole}.{part:02}", f"{whole},{part:02}", f"{grouped}.{part:02}"}
    return plain | {f"{grouped.replace(',', gap)},{part:02}" for gap in (" ", "\xa0")}
