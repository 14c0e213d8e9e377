"""Evidence: which expense lacks which paper, by the policy of its day; and letters that ask for exactly that."""

from __future__ import annotations

import re
import shutil
import subprocess
from datetime import date
from pathlib import Path

import pytest
from jinja2 import meta
from test_times import CONFIG
from workbench import Bench, empty

from compliance.ledger.append import write
from compliance.ledger.books import Books
from compliance.ledger.entries import Share, assign, line
from compliance.ledger.store import LEDGER
from compliance.reports import page, readback
from compliance.storage import open_store
from compliance.vault.models import VAULT
from compliance.vault.vault import Vault, canonical

POLICY = (
    CONFIG
    + """\
evidence:
  2025-10-01:
    - {papers: [act], lines: [equipment, other], from: 30000.00}
    - {papers: [invoice, contract], enough: any, from: 90000.00}
  2025-12-01:
    - {papers: [act], lines: [equipment, other], from: 50000.00}
fixed_assets:
  2025-10-01: {from: 40000.00, line: equipment, instead_of: [other]}
"""
)
LINES = {  # identity -> day, minor units, form line, payee as the bank gave it
    "a" * 64: (
        "2025-11-10",
        64_950_00,
        "equipment",
        {"name": "ООО «Пример-Техника»", "tax_id": "0000300990"},
    ),
    "b" * 64: ("2025-11-20", 64_950_00, "other", {"name": "ООО «Пример-Техника»", "tax_id": "0000300990"}),
    "c" * 64: ("2025-11-21", 95_000_00, "premises", {"name": "ИП Канарейкина Дарья Петровна", "tax_id": ""}),
    "d" * 64: ("2025-12-09", 45_000_00, "equipment", {"name": "ООО «Пример-Дом»", "tax_id": "0000300991"}),
    "e" * 64: ("2025-11-22", 29_999_99, "equipment", {"name": "ООО «Пример-Дом»", "tax_id": "0000300991"}),
}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    bench = empty(tmp_path_factory.mktemp("evidence") / "books", POLICY)
    for words in (
        ("source", "--id", "zeewind", "--name", "Stichting Zeewind", "--kind", "foreign_organisation", "--country", "NL"),
        ("fund", "--id", "f1", "--title", "F1 Zeewind", "--donor", "zeewind"),
        ("account", "--id", "a1", "--title", "Main", "--class", "bank", "--currency", "RUB"),
    ):  # fmt: skip
        bench.run("record", *words)
    with open_store(VAULT, bench.folder / "vault.sqlite", write=True) as vault:
        Vault(vault).put_line_texts([(key, canonical(item[3])) for key, item in LINES.items()])
    with open_store(LEDGER, bench.ledger, write=True) as ledger:
        accounts = Books(ledger).accounts
        now = Books(ledger).last_recorded_at()
        assert now is not None
        with write(ledger, kind="import", actor="x", now=now) as event:
            for key, (on, minor, form_line, _text) in LINES.items():
                day = date.fromisoformat(on)
                event.line(key, "st", "a1", day, "RUB", -minor)
                event.transaction(day, "line", line(accounts, "a1", "RUB", -minor), line=key)
                shares = [Share("pay", "f1", -minor, expense_line=form_line)]
                event.transaction(day, "assign", assign(accounts, "a1", "RUB", shares), line=key)
    return bench


@pytest.fixture
def bench(made: Bench, tmp_path: Path) -> Bench:
    return Bench(Path(shutil.copytree(made.folder, tmp_path / "books")))


def missing(bench: Bench, *words: str) -> dict[str, tuple[list[str], str]]:
    return {row["line"][0]: (row["papers"], row["enough"]) for row in bench.rows("evidence", "list", *words)}


def findings(bench: Bench, *names: str) -> dict[str, str]:
    result = bench.call("check", *names, "--format", "json")
    return {row["id"]: row["message"] for row in result.rows}


def test_what_every_figure_rests_on(bench: Bench) -> None:
    paper = bench.folder / "act.pdf"
    paper.write_bytes(b"%PDF act 1")
    bench.run("record", "document", str(paper), "--kind", "Act", "--title", "Act 1", "--about", "aaaaaaaa")
    bench.run(
        "record",
        "expense",
        "--on",
        "2025-11-11",
        "--account",
        "a1",
        "--fund",
        "f1",
        "--amount",
        "7",
        "--as",
        "equipment",
    )
    rows = {row["cell"]: row for row in bench.rows("explain", "money", "2025-Q4")}

    def counts(cell: str) -> tuple[int, int, int, int]:
        row = rows[cell]
        return row["entries"], row["on_statement"], row["with_paper"], row["lacking"]

    assert counts("spent.equipment.foreign") == (4, 3, 1, 0)
    assert counts("spent.other.foreign") == (1, 1, 0, 1)
    assert counts("spent.premises.all") == (1, 1, 0, 1)
    assert counts("spent.all.all") == (6, 5, 1, 2)
    assert counts("balance.closing.all") == (0, 0, 0, 0)
    assert rows["spent.all.all"]["units"] == 300
    said = bench.run("explain", "money", "2025-Q4").out
    assert "spent.equipment.foreign" in said
    assert "spent.stipends" not in said


ALL = {"a": (["act"], "all"), "b": (["act"], "all"), "c": (["invoice", "contract"], "any")}


def test_what_the_policy_of_the_day_demands(bench: Bench) -> None:
    assert missing(bench) == ALL
    assert missing(bench, "--as-of", "2025-11-15") == {"a": ALL["a"]}


def test_a_paper_about_the_line_or_the_transaction(bench: Bench) -> None:
    paper = bench.folder / "act.pdf"
    paper.write_bytes(b"%PDF act 1")
    bench.run("record", "document", str(paper), "--kind", "Act", "--title", "Act 1", "--about", "aaaaaaaa")
    assert missing(bench) == {key: ALL[key] for key in "bc"}
    txn = next(row["txn"] for row in bench.rows("evidence", "list") if row["line"][0] == "c")
    paper.write_bytes(b"%PDF contract")
    bench.run(
        "record", "document", str(paper), "--kind", "contract", "--title", "Contract", "--about", f"txn:{txn}"
    )
    assert missing(bench) == {"b": ALL["b"]}
    bench.run("record", "document", "--missing", "--kind", "act", "--title", "Act 2", "--about", "bbbbbbbb")
    assert missing(bench) == {"b": ALL["b"]}  # noted is not at hand
    assert "transaction" in bench.fail(
        2, "record", "document", str(paper), "--kind", "act", "--about", "txn:9999"
    )
    assert missing(bench, "--known-at", "2026-01-11") == {}


def test_the_check_groups_and_a_decision_holds_for_what_it_saw(bench: Bench) -> None:
    found = findings(bench, "evidence")
    assert len(found) == 2
    acts = next(key for key, message in found.items() if "(act)" in message)
    assert "2 expenses" in found[acts]
    assert "64,950.00 RUB" in found[acts]
    bench.run("decide", acts, "--because", "asked for by letter")
    assert len(bench.call("check", "evidence", "--format", "json").rows) == 2
    bench.run("record", "expense", "--on", "2025-11-25", "--account", "a1", "--fund", "f1", "--amount", "31000",
              "--as", "pay", "--expense-line", "other")  # fmt: skip
    reopened = findings(bench, "evidence")
    assert any("3 expenses" in message for message in reopened.values())


def test_a_thing_that_lasts_on_other(bench: Bench) -> None:
    found = findings(bench, "expense.fixed_asset")
    assert len(found) == 1
    assert "64,950.00 RUB" in next(iter(found.values()))
    assert "compliance assign bbbbbbbb --line equipment" in bench.call("check", "expense.fixed_asset").out
    bench.run("assign", "bbbbbbbb", "--line", "equipment")
    assert findings(bench, "expense.fixed_asset") == {}
    assert len(missing(bench)) == 3


def text_of(path: Path) -> str:
    if path.suffix == ".pdf":
        done = subprocess.run(
            ["pdftotext", "-layout", str(path), "-"], capture_output=True, check=True, encoding="utf-8"
        )
        return done.stdout
    if path.suffix == ".docx":
        return "\n".join(readback.texts(path.read_bytes(), path.name))
    return re.sub(r"<[^>]+>", " ", path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("suffix", [".pdf", ".docx", ".html", ".txt"])
def test_a_letter_lists_exactly_what_is_missing_and_is_labelled(bench: Bench, suffix: str) -> None:
    path = bench.folder / f"letter{suffix}"
    said = bench.run("evidence", "letter", str(path), "--counterparty", "0000300990", "--language", "en").err
    assert "2 payments" in said
    text = text_of(path)
    for word in (
        "ООО «Пример-Техника»",
        "10 Nov 2025",
        "20 Nov 2025",
        "64,950.00 RUB",
        "aaaaaaaa",
        "bbbbbbbb",
        "PRACTICE",
    ):
        assert word in text
    for word in ("Пример-Дом", "Канарейкина", "95,000", "cccccccc"):
        assert word not in text
    words = " ".join(text.split())
    assert "НАСТОЯЩИЙ МАТЕРИАЛ" in words
    verdicts = {
        row["kind"]: row["verdict"]
        for row in bench.call("label", "verify", str(path), "--format", "json").rows[0]["criteria"]
    }
    assert verdicts["wording"] == verdicts["position"] == "met"
    assert "not_met" not in verdicts.values()
    assert "exists" in bench.fail(3, "evidence", "letter", str(path), "--counterparty", "0000300990")


def test_a_letter_is_in_the_language_of_the_law(bench: Bench) -> None:
    path = bench.folder / "letter.txt"
    bench.run("evidence", "letter", str(path), "--counterparty", "0000300990")
    text = path.read_text(encoding="utf-8")
    assert "10.11.2025; 64 950,00 RUB; акт" in text.replace("\xa0", " ")
    assert "Request for documents" not in text


def test_people_are_named_only_when_asked_for(bench: Bench) -> None:
    path = bench.folder / "letter.txt"
    bench.run("evidence", "letter", str(path), "--fund", "f1", "--language", "en")
    text = path.read_text(encoding="utf-8")
    assert "ООО «Пример-Техника»" in text
    assert "cccccccc" in text
    assert "a person whose name is in the vault" in text
    assert "Канарейкина" not in text + bench.run("evidence", "list").out + bench.call("check").out
    named = bench.run(
        "evidence", "letter", str(path), "--counterparty", "канарейкина", "--names", "--overwrite"
    )
    assert "Names from the vault" in named.err
    assert "Канарейкина" in path.read_text(encoding="utf-8")


def test_without_a_label_in_force_there_is_none(bench: Bench) -> None:
    config = bench.folder / "schedules.yaml"
    config.write_text(
        config.read_text(encoding="utf-8").replace(
            "{since: 2025-02-17}", "{since: 2025-02-17, until: 2025-12-31}"
        ),
        encoding="utf-8",
    )
    bench.run("evidence", "letter", str(bench.folder / "x.txt"), "--counterparty", "Техника")
    assert "НАСТОЯЩИЙ" not in (bench.folder / "x.txt").read_text(encoding="utf-8")


def test_a_label_without_its_name_stops_the_letter(bench: Bench) -> None:
    config = bench.folder / "schedules.yaml"
    config.write_text(re.sub(', genitive: "[^"]*"', "", config.read_text(encoding="utf-8")), encoding="utf-8")
    assert "genitive" in bench.fail(
        1, "evidence", "letter", str(bench.folder / "x.txt"), "--counterparty", "Техника"
    )
    assert not (bench.folder / "x.txt").exists()


def test_slips(bench: Bench) -> None:
    assert "nothing to ask" in bench.fail(2, "evidence", "letter", "x.txt", "--counterparty", "nobody")
    assert ".pdf" in bench.fail(3, "evidence", "letter", str(bench.folder / "x.odt"), "--fund", "f1")


def test_the_template_names_only_what_it_is_given() -> None:
    environment = page.environment()
    assert environment.loader is not None
    source, _path, _fresh = environment.loader.get_source(environment, "letter.html")
    given = {
        "language",
        "heading",
        "mark",
        "sender",
        "details",
        "day",
        "recipient",
        "lead",
        "columns",
        "groups",
        "closing",
        "band",
    }
    assert meta.find_undeclared_variables(environment.parse(source)) <= given
    assert "safe" not in source
