"""A filing explains itself by the law it was made under, though the pack has changed since."""

from __future__ import annotations

import json
import shutil
import sqlite3
from pathlib import Path

import pytest
from workbench import Bench, empty

from compliance.rules import load_pack
from compliance.rules.kept import kept_pack, pack_bytes

PACK = Path(__file__).parent / "reports_pack" / "zz"
CONFIG = """\
organisation:
  names:
    2025-01-01: {nominative: "Example"}
  statuses:
    listed: {since: 2025-01-01}
regimes: [zz]
packs: packs
currency: RUB
starts_on: 2025-10-01
"""


@pytest.fixture
def bench(filed: Bench, tmp_path: Path) -> Bench:
    return filed.copy(tmp_path / "w")


@pytest.fixture(scope="module")
def filed(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    """A quarter filed under the pack in the folder ``packs``; wages were counted as pay."""
    folder = tmp_path_factory.mktemp("law") / "w"
    folder.mkdir()
    shutil.copytree(PACK, folder / "packs" / "zz")
    bench = empty(folder, CONFIG)
    for words in (
        ("source", "--id", "wind", "--name", "Wind", "--kind", "foreign_organisation", "--country", "NL"),
        ("fund", "--id", "f1", "--title", "F1", "--donor", "wind", "--restricted"),
        ("account", "--id", "a1", "--title", "Main", "--class", "bank", "--currency", "RUB"),
        ("account", "--id", "work", "--title", "Work", "--type", "expense", "--expense-line", "pay"),
        ("opening", "--account", "a1", "--fund", "f1", "--amount", "90000", "--on", "2025-09-30"),
        ("expense", "--on", "2025-10-20", "--account", "a1", "--fund", "f1", "--amount", "12000", "--as", "work"),
    ):  # fmt: skip
        bench.run("record", *words)
    sent = folder / "sent.pdf"
    sent.write_bytes(b"%PDF-1.4\n")
    bench.run(
        "file", "money", "2025-Q4", "--on", "2026-01-12", "--channel", "post", "--sent", str(sent), "--yes"
    )
    return bench


def change_the_law(bench: Bench) -> None:
    """The act now wants whole roubles, in another wording."""
    form = bench.folder / "packs" / "zz" / "forms" / "money.yaml"
    text = form.read_text("utf-8")
    text = text.replace("unit: RUB 1000", "unit: RUB 1").replace("оплатой труда", "вознаграждением за труд")
    form.write_text(text, "utf-8")


def pay(bench: Bench, *words: str) -> tuple[int, str]:
    """What the cell prints, and the words beside it."""
    [row] = bench.rows("explain", "money", "2025-Q4", "spent.pay.foreign", *words)
    return row["units"], " ".join(row["captions"])


def test_an_old_filing_is_made_again_as_the_law_was(bench: Bench) -> None:
    before = pay(bench)
    assert pay(bench, "--known-at", "money-2025-Q4") == before
    change_the_law(bench)
    now = pay(bench)
    assert now != before
    assert (now[0], "вознаграждением" in now[1]) == (12000, True)
    assert pay(bench, "--known-at", "money-2025-Q4") == before == (12, before[1])
    said = bench.run("explain", "money", "2025-Q4", "spent.pay.foreign")
    assert "--known-at money-2025-Q4" in said.err
    then = bench.run("explain", "money", "2025-Q4", "spent.pay.foreign", "--known-at", "money-2025-Q4")
    assert "--known-at" not in then.err
    shutil.rmtree(bench.folder / "packs" / "zz" / "forms")
    shutil.copytree(PACK / "forms", bench.folder / "packs" / "zz" / "forms")
    assert "--known-at" not in bench.run("explain", "money", "2025-Q4", "spent.pay.foreign").err


def test_the_law_that_is_kept_is_the_one_the_filing_names(bench: Bench) -> None:
    with sqlite3.connect(bench.ledger) as ledger:
        [(rules,)] = ledger.execute("SELECT rules FROM filing").fetchall()
    named = json.loads(rules)["zz"]
    with bench.vault() as vault:
        data = vault.blob(named["kept"])
    assert data is not None
    pack = load_pack(bench.folder / "packs" / "zz", cache=None)
    assert (named["pack"], kept_pack(data, "zz", named["pack"])) == (pack.digest, pack)
    assert pack_bytes(pack) == data


def test_another_law_in_its_place_stops_everything(bench: Bench) -> None:
    change_the_law(bench)
    other = pack_bytes(load_pack(bench.folder / "packs" / "zz", cache=None))
    with sqlite3.connect(bench.folder / "vault.sqlite") as vault:
        vault.execute("UPDATE blob SET data = ?, packed = 0 WHERE name = 'zz.rules.zip'", (other,))
    said = bench.fail(5, "report", "money", "2025-Q4", "--known-at", "money-2025-Q4")
    assert "are not those it was filed with" in said
    with sqlite3.connect(bench.folder / "vault.sqlite") as vault:
        vault.execute("UPDATE blob SET data = ? WHERE name = 'zz.rules.zip'", (b"PK\x03\x04 no zip",))
    bench.fail(5, "report", "money", "2025-Q4", "--known-at", "money-2025-Q4")


def test_rules_nobody_reviewed_in_time_are_filed_by_only_when_somebody_accepts_it(bench: Bench) -> None:
    pack = bench.folder / "packs" / "zz" / "regime.yaml"
    text = pack.read_text("utf-8")
    sent = str(bench.folder / "sent.pdf")
    again = ("file", "money", "2025-Q4", "--on", "2026-01-12", "--channel", "post", "--sent", sent, "--yes",
             "--amends", "money-2025-Q4")  # fmt: skip
    pack.write_text(text.replace("checked_on: 2026-01-01", "checked_on: 2025-06-01"), "utf-8")
    assert "were last compared with the sources on 1 Jun 2025" in bench.run("due").err
    assert "last compared" in bench.fail(1, *again)
    assert "last compared" in bench.run("report", "money", "2025-Q4", "--out", str(bench.folder / "out")).err
    bench.run("decide", "pack.stale:pack:zz", "--because", "Counsel read the act on 10 January: unchanged")
    assert (
        "last compared" not in bench.run("report", "money", "2025-Q4", "--out", str(bench.folder / "o2")).err
    )
    bench.run(*again)
    # The acceptance was of that state, for one more such time.
    for changed in ("checked_on: 2025-05-01", "checked_on: 2024-06-01"):
        pack.write_text(text.replace("checked_on: 2026-01-01", changed), "utf-8")
        assert "pack.stale" in [
            row["code"]
            for row in bench.call("check", "law", "--format", "json").rows
            if row["state"] == "open"
        ]
    pack.write_text(
        text.replace("checked_on: 2026-01-01", "checked_on: 2025-06-01\nreview_days: 400"), "utf-8"
    )
    assert bench.run("due").err.count("last compared") == 0


def test_a_final_print_is_refused_until_then(bench: Bench) -> None:
    pack = bench.folder / "packs" / "zz"
    regime = (pack / "regime.yaml").read_text("utf-8")
    (pack / "regime.yaml").write_text(
        regime.replace("checked_on: 2026-01-01", "checked_on: 2025-06-01"), "utf-8"
    )
    form = (pack / "forms" / "money.yaml").read_text("utf-8")
    verified = "verified: yes\nverified_by: Anna\nverified_on: 2026-01-02\nunit: RUB 1000"
    (pack / "forms" / "money.yaml").write_text(form.replace("unit: RUB 1000", verified), "utf-8")
    out = bench.folder / "out"
    assert "last compared" in bench.fail(1, "report", "money", "2025-Q4", "--out", str(out))
    assert not out.exists()
    bench.run("decide", "pack.stale:pack:zz", "--because", "Counsel read the act on 10 January: unchanged")
    bench.run("report", "money", "2025-Q4", "--out", str(out))
    assert list(out.glob("money-2025-Q4*"))
