"""How we stand: figures that the books give by another way, a page with pictures that can be read without seeing them."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import office
import pytest
from test_compare import made as made  # the same books, on both engines
from workbench import Bench

from compliance import i18n


@pytest.fixture
def bench(made: Bench, tmp_path: Path) -> Bench:
    if made.server is None:
        return Bench(Path(shutil.copytree(made.folder, tmp_path / "books")))
    return made.copy(tmp_path / "books")


def part(bench: Bench, name: str) -> list[dict[str, object]]:
    return [row for row in bench.rows("status") if row["part"] == name]


def test_the_figures(bench: Bench) -> None:
    received = part(bench, "received")
    assert [(row["title"], row["period"], row["amount_minor"]) for row in received] == [
        ("foreign", "2025-08", 1_000_400_70)
    ]
    (lasts,) = part(bench, "lasts")
    held = {row["fund"]: row["amount_minor"] for row in bench.rows("balance", "--by", "fund")}
    assert lasts["amount_minor"] == held["f1"]
    assert lasts["pace_minor"] == (100_499_00 + 300_000_00) // 3  # what was spent since 12 October
    (state,) = part(bench, "state")
    assert state["open"] == len(
        [row for row in bench.call("check", "--format", "json").rows if row["state"] == "open"]
    )
    assert {row["title"] for row in part(bench, "due")} >= {"Money"}


def test_budgets_and_money_without_a_rate(bench: Bench) -> None:
    bench.run("record", "account", "--id", "e1", "--title", "Euro", "--class", "bank", "--currency", "EUR")
    bench.run(
        "record",
        "income",
        "--on",
        "2025-12-14",
        "--account",
        "e1",
        "--fund",
        "f1",
        "--amount",
        "5",
        "--source",
        "zeewind",
    )
    bench.run(
        "record",
        "budget",
        "--fund",
        "f1",
        "--expense-line",
        "pay",
        "--period",
        "2025-Q4",
        "--amount",
        "300000",
    )
    (budget,) = part(bench, "budget")
    assert (budget["plan_minor"], budget["amount_minor"]) == (300_000_00, 400_499_00)
    (state,) = part(bench, "state")
    assert state["unvalued"] == 2  # the receipt, and what is held


def test_a_page_for_eyes_and_for_ears(bench: Bench) -> None:
    bench.run("status", str(bench.folder / "s.html"))
    page = (bench.folder / "s.html").read_text("utf-8")
    bars = re.findall(r'role="img" aria-label="([^"]*)"', page)
    assert any("August 2025" in told and "1,000,400.70" in told for told in bars)
    assert "http" not in page.replace("http://www.w3.org", "")
    widths = [float(width) for width in re.findall(r"width: ([0-9.]+)%", page)]
    assert widths
    assert all(0 < width <= 100 for width in widths)
    bench.run("status", str(bench.folder / "s.pdf"))
    told = subprocess.run(
        ["pdftotext", "-layout", str(bench.folder / "s.pdf"), "-"],
        capture_output=True,
        check=True,
        encoding="utf-8",
    ).stdout
    assert "How we stand on Mon 12 January 2026" in told
    assert "1,000,400.70" in told


@pytest.mark.parametrize("language", ["en", "ru"])
def test_long_names_and_great_sums_stand_whole_on_the_page(bench: Bench, language: str) -> None:
    programme = (
        "Межрегиональная программа развития общественных пространств и соседских центров в малых городах"
    )
    about = ("--fund", "f1", "--expense-line", "pay", "--programme", "p1")
    bench.run("record", "programme", "--id", "p1", "--title", programme)
    spent = ("--on", "2025-12-15", "--account", "a1", "--amount", "987654321098.76")
    bench.run("record", "expense", *spent, *about)
    bench.run("record", "budget", *about, "--period", "2025-Q4", "--amount", "100000000000.00")
    assert re.search(rf"^{programme} +987,654,321,098\.76$", bench.run("status").out, re.MULTILINE)
    i18n.activate(language)
    bench.run("status", str(bench.folder / "s.pdf"))
    data = (bench.folder / "s.pdf").read_bytes()
    assert office.on_each_other(data) == []
    assert max(word.box[2] for word in office.words(data)) < 595 - 40
    told = subprocess.run(["pdftotext", "-layout", "-", "-"], input=data, capture_output=True, check=True)
    sum_of = {"en": "987,654,321,098.76", "ru": "987 654 321 098,76"}[language]
    # By programme, and against its budget; each on one line.
    assert told.stdout.decode().replace("\xa0", " ").count(sum_of) >= 2


def test_the_same_page_twice_and_no_names(bench: Bench) -> None:
    bench.run("record", "person", "--id", "p1", "--name", "Тестов Тест Тестович")
    for name in ("a.pdf", "b.pdf"):
        bench.run("status", str(bench.folder / name))
    assert (bench.folder / "a.pdf").read_bytes() == (bench.folder / "b.pdf").read_bytes()
    assert "Тестов" not in str(bench.rows("status"))
    bench.fail(3, "status", str(bench.folder / "a.pdf"))
    bench.run("status", str(bench.folder / "a.pdf"), "--overwrite")
    assert ".pdf or .html" in bench.fail(2, "status", str(bench.folder / "a.png"))
