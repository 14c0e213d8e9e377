"""Covering letter, inventory and envelope: read back, in the language of the law, with the label on the letter."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pikepdf
import pytest
from test_amendments import EXPENSE, filed
from workbench import Bench

Q4 = ("money", "2025-Q4")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    bench = filed(tmp_path_factory.mktemp("postal") / "books")
    bench.run("report", *Q4)
    return bench


@pytest.fixture
def bench(made: Bench, tmp_path: Path) -> Bench:
    return Bench(Path(shutil.copytree(made.folder, tmp_path / "books")))


def words(bench: Bench, name: str) -> str:
    """By a program that shares nothing with the one that wrote it."""
    path = bench.folder / "reports" / f"money-2025-Q4-{name}.pdf"
    told = subprocess.run(
        ["pdftotext", "-layout", str(path), "-"], capture_output=True, check=True, encoding="utf-8"
    )
    return " ".join(told.stdout.split())


def nearest_to_the_edge(bench: Bench, name: str) -> float:
    """Points from the upper edge of the page to the first words."""
    path = bench.folder / "reports" / f"money-2025-Q4-{name}.pdf"
    told = subprocess.run(
        ["pdftotext", "-bbox", str(path), "-"], capture_output=True, check=True, encoding="utf-8"
    )
    return min(float(top) for top in re.findall(r'yMin="([0-9.]+)"', told.stdout))


def test_in_the_language_of_the_law_whoever_presses_the_key(bench: Bench) -> None:
    said = bench.run(
        "--lang",
        "en",
        "filing",
        "papers",
        *Q4,
        "--to",
        "Управление, 000000, г. Верхнеозёрск",
        "--copies",
        "3",
    )
    assert said.out.splitlines() == [
        f"reports/money-2025-Q4-{name}.pdf" for name in ("letter", "inventory", "envelope")
    ]
    letter, inventory, envelope = (words(bench, name) for name in ("letter", "inventory", "envelope"))
    assert "Сопроводительное письмо" in letter
    assert (
        "Направляем: «Деньги: остатки, поступления, расходы за квартал» за 01.10.2025 – 31.12.2025." in letter
    )
    assert "НАСТОЯЩИЙ МАТЕРИАЛ" in letter  # the label that the law wants on letters
    assert "НАСТОЯЩИЙ МАТЕРИАЛ" not in envelope
    assert "It carries the label" in said.err
    with pikepdf.open(bench.folder / "reports" / "money-2025-Q4.pdf") as report:
        sheets = len(report.pages)
    assert f"Всего {sheets * 3}" in inventory
    assert "нумеруют от руки: 1, 2, 3." in inventory
    with pikepdf.open(bench.folder / "reports" / "money-2025-Q4-letter.pdf") as paper:
        assert [round(float(side)) for side in paper.pages[0].mediabox] == [
            0,
            0,
            595,
            842,
        ]  # A4, label and all
    assert nearest_to_the_edge(bench, "letter") > 25  # points: a printer's margin
    assert "Верхнеозёрск" in envelope
    assert "ANO Example" in envelope


def test_without_an_address_the_rule_s_recipient_and_a_word(bench: Bench) -> None:
    said = bench.run("filing", "papers", *Q4).err
    assert "--to" in said
    assert "Минюст" in words(bench, "envelope")


def test_an_amendment_tells_what_differs(bench: Bench) -> None:
    bench.run(*EXPENSE, "--on", "2025-12-30", "--amends", "money-2025-Q4")
    bench.run("report", *Q4)
    bench.run("filing", "papers", *Q4, "--amends", "money-2025-Q4", "--to", "x")
    letter = words(bench, "letter")
    assert "взамен отправленных 12.01.2026" in letter
    assert "123 200" in letter  # as sent, and as it is now
    assert re.search(r"Было отправлено\s+Сейчас", letter)


def test_more_enclosures_and_slips(bench: Bench, tmp_path: Path) -> None:
    (tmp_path / "Доверенность.txt").write_bytes(b"x")
    bench.run("filing", "papers", *Q4, "--enclose", str(tmp_path / "Доверенность.txt"), "--to", "x")
    assert "Доверенность.txt" in words(bench, "inventory")
    bench.fail(3, "filing", "papers", *Q4, "--enclose", str(tmp_path / "no.txt"))
    bench.fail(2, "filing", "papers", *Q4, "--amends", "nothing")
    bench.fail(1, "filing", "papers", "activity", "2025-H2")
    bench.fail(2, "filing", "papers", "money", "2025")


def test_nothing_is_recorded(bench: Bench) -> None:
    before = len(bench.rows("list", "events"))
    bench.run("filing", "papers", *Q4, "--to", "x")
    assert len(bench.rows("list", "events")) == before
