"""``export auditor``: the period's books, checked by other programs; nothing about people unless chosen."""

from __future__ import annotations

import csv
import hashlib
import io
import itertools
import json
import zipfile
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from oracles import beancounts, hledgers, ours
from test_books import tamper
from workbench import Bench, furnished

from compliance.filings import auditor

NAME = "Canary Caroline"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    bench = furnished(tmp_path_factory.mktemp("auditor") / "books")
    paper = bench.folder / "act.pdf"
    paper.write_bytes(b"%PDF act")
    for words in (
        ("person", "--id", "director", "--name", NAME),
        ("source", "--id", "donor", "--kind", "domestic_person", "--name", "Canary Donor"),
        ("document", str(paper), "--id", "act-1", "--kind", "act", "--title", "Act 1", "--dated-on", "2025-11-01"),
        ("income", "--on", "2025-10-14", "--account", "a3", "--fund", "f1", "--amount", "180.07", "--source", "zeewind"),
        ("income", "--on", "2025-10-15", "--account", "a1", "--fund", "f4", "--amount", "50", "--source", "donor"),
        ("expense", "--on", "2025-11-05", "--account", "a1", "--fund", "f1", "--amount", "7", "--as", "pay",
         "--document", "act-1", "--memo", "for +7 900 000-12-34"),
        ("expense", "--on", "2026-01-05", "--account", "a1", "--fund", "f1", "--amount", "3", "--as", "rent"),
    ):  # fmt: skip
        bench.run("record", *words)
    return bench


def package(bench: Bench, target: Path, *words: str) -> dict[str, bytes]:
    bench.run("export", "auditor", "2025-Q4", "-o", str(target), "--yes", *words)
    with zipfile.ZipFile(target) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def unpacked(files: dict[str, bytes]) -> str:
    """Every letter of the package, the workbook's too."""
    with zipfile.ZipFile(io.BytesIO(files["tables.xlsx"])) as inside:
        parts = [inside.read(name) for name in inside.namelist()]
    return b"".join([*(data for name, data in files.items() if not name.endswith(".xlsx")), *parts]).decode()


def table(files: dict[str, bytes], name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(files[name].decode("utf-8-sig")), delimiter=";"))


def test_the_period_and_what_was_held_before_it(made: Bench, tmp_path: Path) -> None:
    files = package(made, tmp_path / "a.zip")
    # A table without a row has its header all the same, and each the columns that it says.
    heads = {
        name: data.decode("utf-8-sig").split("\r\n")[0]
        for name, data in files.items()
        if not name.endswith(".xlsx")
    }
    for name in ("log", "evidence", "filings", "statements"):
        assert heads[f"{name}.csv"].split(";") == getattr(auditor, f"_{name.upper()}").split()
    assert table(files, "filings.csv") == []
    assert {row["on"] for row in table(files, "postings.csv")} == {"2025-10-14", "2025-10-15", "2025-11-05"}
    main = {(row["account"], row["fund"]): row for row in table(files, "balances.csv")}["a1", "f1"]
    assert [main[key].lstrip("'") for key in ("opening", "debit", "credit", "closing")] == [
        "1000.00",
        "0.00",
        "-7.00",
        "993.00",
    ]
    book = openpyxl.load_workbook(io.BytesIO(files["tables.xlsx"]))
    assert book.sheetnames[:2] == ["balances", "postings"]
    held = {row[:4]: row[4:] for row in book["balances"].iter_rows(min_row=2, values_only=True)}
    assert held["a1", "asset", "f1", "RUB"] == (1000, 0, -7, 993)
    assert [cell.value for cell in book["evidence"][1]][5] == "amount"
    end = date(2025, 12, 31)
    for name in ("hledger.journal", "books.beancount"):
        (tmp_path / name).write_bytes(files[name])
    mine = {key: minor for key, minor in ours(made.ledger, [end]).items() if key[1] in ("a1", "a2", "a3")}

    def held(found: dict[tuple[str, str, str, str], int]) -> dict[tuple[str, str, str, str], int]:
        return {
            key: minor for key, minor in found.items() if key[0] == "2025-12" and key[1] in ("a1", "a2", "a3")
        }

    with made.books() as books:
        funds, accounts = {key: key for key in books.funds}, {key: key for key in books.accounts}
    assert mine
    assert held(beancounts(tmp_path / "books.beancount", [end])) == mine
    assert held(hledgers(tmp_path / "hledger.journal", funds, accounts, end)) == mine


def test_the_log_is_whole_and_the_digests_hold(made: Bench, tmp_path: Path) -> None:
    files = package(made, tmp_path / "a.zip")
    log = table(files, "log.csv")
    assert [int(row["entry"]) for row in log] == list(range(1, len(log) + 1))
    assert all(row["prev"] == before["hash"] for before, row in itertools.pairwise(log))
    anchor = made.rows("books", "audit")[0]["anchor"]
    assert anchor in files["README.txt"].decode()
    assert log[-1]["hash"].upper().startswith(anchor.replace("-", "")[len(log[-1]["entry"]) :])
    sums = dict(reversed(line.split("  ")) for line in files["SHA256SUMS"].decode().splitlines())  # type: ignore[misc]
    assert set(sums) == set(files) - {"SHA256SUMS"}
    assert all(hashlib.sha256(files[name]).hexdigest() == digest for name, digest in sums.items())
    papers = table(files, "evidence.csv")
    assert [(row["id"], row["sha256"], bool(row["transactions"])) for row in papers] == [
        ("act-1", hashlib.sha256(b"%PDF act").hexdigest(), True)
    ]


def test_the_same_books_give_the_same_bytes_and_no_entry(made: Bench, tmp_path: Path) -> None:
    events = len(made.rows("list", "events"))
    package(made, tmp_path / "a.zip")
    package(made, tmp_path / "b.zip")
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()
    assert len(made.rows("list", "events")) == events
    assert "exists" in made.fail(3, "export", "auditor", "2025-Q4", "-o", str(tmp_path / "a.zip"))


def test_nothing_about_people_and_no_findings_unless_chosen(made: Bench, tmp_path: Path) -> None:
    files = package(made, tmp_path / "a.zip")
    everything = unpacked(files)
    for word in ("Canary", "900 000-12-34", "practice,"):
        assert word not in everything
    assert "•" in everything
    assert "findings.csv" not in files
    assert "people.csv" not in files
    assert {row["actor"] for row in table(files, "log.csv")} == {"1"}
    with_findings = package(made, tmp_path / "f.zip", "--findings")
    assert "findings.csv" in with_findings
    assert "Canary" not in unpacked(with_findings)


def test_names_need_a_reason_that_stays_in_the_books(tmp_path: Path) -> None:
    bench = furnished(tmp_path / "books")
    bench.run("record", "person", "--id", "director", "--name", NAME)
    words = ("export", "auditor", "2025-Q4", "-o", str(tmp_path / "n.zip"), "--names")
    assert "--because" in bench.fail(2, *words, "--yes")
    assert "--yes" in bench.fail(2, *words, "--because", "audit contract 5")
    assert "for looking" in bench.fail(2, *words, "--because", "x y", "--yes", "--known-at", "2")
    assert not (tmp_path / "n.zip").exists()
    files = package(bench, tmp_path / "n.zip", "--names", "--because", "audit contract 5")
    assert table(files, "people.csv") == [{"id": "director", "full_name": NAME}]
    last = bench.rows("list", "events")[-1]
    assert last["kind"] == "export names"
    assert json.loads(last["note"]) == {"because": "audit contract 5", "period": "2025-Q4"}
    bench.run("books", "audit")
    tamper(bench.folder / "vault.sqlite", "DELETE FROM identity")
    assert "people.csv" in package(bench, tmp_path / "gone.zip", "--names", "--because", "audit contract 5")


def test_as_known_then(made: Bench, tmp_path: Path) -> None:
    files = package(made, tmp_path / "a.zip", "--known-at", "14")
    assert len(table(files, "log.csv")) == 14
