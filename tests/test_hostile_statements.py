"""Every refused statement file through ``import``: exit 3, its line, what to do, nothing in the books, nobody named."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from hostilekit import call, refused
from statements import dialects
from statements.profiles import PROFILES
from statements.writer import A1, A2, A3
from test_importers_files import BAD, FOLDER, GOOD, PERSONAL, REFUSED, TYPED
from test_xlsx import HOSTILE as WORKBOOKS
from workbench import Bench, empty

from compliance.importers.model import Balances
from compliance.money import plain
from compliance.vault.vault import Vault

OURS = {
    "a1": (A1, "RUB"), "a2": (A2, "RUB"), "a3": (A3, "EUR"), "a4": (dialects.IBAN, "EUR"), "card": (dialects.CARD, "RUB"),
}  # fmt: skip


@pytest.fixture(scope="module")
def master(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    config = {
        "organisation": {"names": {"2025-02-17": {"nominative": "ANO Example"}}, "statuses": {}},
        "regimes": [],
        "currency": "RUB",
        "imports": {"profiles": {name: profile.model_dump(exclude_defaults=True) for name, profile in PROFILES.items()}},
    }  # fmt: skip
    bench = empty(tmp_path_factory.mktemp("master") / "books", json.dumps(config, ensure_ascii=False))
    for entity, (number, currency) in OURS.items():
        bench.run(
            "record", "account", "--id", entity, "--title", entity, "--class", "bank", "--currency", currency, "--number", number
        )  # fmt: skip
    return bench


@pytest.fixture
def bench(master: Bench, tmp_path: Path) -> Bench:
    return Bench(Path(shutil.copytree(master.folder, tmp_path / "books")))


def typed(name: str) -> list[str]:
    """The balances that go with the file, as options."""
    given = TYPED.get(name, Balances())
    ends = {"--opening": given.openings, "--closing": given.closings}
    return [
        word
        for option, typed in ends.items()
        for minor in typed.values()
        for word in (option, plain(minor, "RUB"))
    ]


@pytest.mark.parametrize("name", BAD)
def test_a_refused_file_leaves_nothing(master: Bench, name: str) -> None:
    line, text = REFUSED[name]
    if text.startswith("not ours"):
        line, text = 0, "of an account that is not"  # with the command that records it
    said = refused(master, 3, "import", str(FOLDER / "refused" / name), "--yes", *typed(name), said=text)
    assert (name + line if isinstance(line, str) else f"{name}:{line}: " if line else name) in said
    assert len(said.strip().splitlines()) >= 2  # after the practice line: what, and what to do
    assert not any(word in said for word in PERSONAL)


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[pytest.mark.soak] if at % 4 else []) for at, name in enumerate(GOOD)]
)
def test_a_good_file_twice_is_once(bench: Bench, name: str) -> None:
    words = ("import", str(FOLDER / name), "--yes", *typed(name))
    call(bench, *words)
    before, told = bench.ledger.read_bytes(), bench.rows("list", "lines")
    again = call(bench, *words)
    assert bench.ledger.read_bytes() == before, again.err
    assert bench.rows("list", "lines") == told
    assert not any(word.encode() in before for word in PERSONAL)
    bench.run("books", "audit")


def test_a_bad_file_beside_good_ones_loads_nothing(bench: Bench) -> None:
    good = [str(FOLDER / name) for name in ("onec_plain.txt", "csv_balance.csv")]
    refused(
        bench,
        3,
        "import",
        *good,
        str(FOLDER / "refused" / "onec_totals_lie.txt"),
        "--yes",
        said="onec_totals_lie.txt:11",
    )
    assert bench.rows("list", "lines") == []


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"PK\x03\x04" + bytes(100), "not a statement"), (b"%PDF-1.7", "not a statement"), (b"<?xml version='1.0'?><!DOCTYPE x>", "not a"),
        (b":20:X\r\n:25:Y\r\n:60F:C251001EUR1,00\r\n", "bank.txt:3"), (b"OFXHEADER:100\r\n", "bank.txt:1"), (b"", "empty"),
        (b"\x00" * 5_000, "not a statement"), (b"a" * 9_000_000, "not a statement"), (b"\xff\xfe" + b"\x00\xd8" * 500, ""),
        (b"1CClientBankExchange\r\n" + b"x" * 3_000_000, "bank.txt:1"),
    ],
    ids=["zip", "pdf", "xml", "mt940", "ofx", "empty", "zeros", "one line", "half letters", "endless line"],
)  # fmt: skip
def test_other_kinds_of_file_are_refused(master: Bench, tmp_path: Path, data: bytes, said: str) -> None:
    (tmp_path / "bank.txt").write_bytes(data)
    assert "bank.txt" in refused(master, 3, "import", str(tmp_path / "bank.txt"), "--yes", said=said)


@pytest.mark.parametrize(
    "text", ["=HYPERLINK(1)", "\x1b[31m\u202e", "{{7*7}}", "<img src=file:///etc/passwd>", "д" * 40_000]
)
def test_what_a_bank_prints_is_text(bench: Bench, tmp_path: Path, text: str) -> None:
    """From the statement to the queue: shown as text, kept in the vault only."""
    from statements.writer import Section, document, encoded, header
    from statements.writer import text as whole

    paid = document(500, "14.11.2025", payee=A1, НазначениеПлатежа=text, Плательщик1=text[:150])
    (tmp_path / "bank.txt").write_bytes(
        encoded(whole(header(), Section(received=500).lines(), paid), "utf-8")
    )
    result = call(bench, "import", str(tmp_path / "bank.txt"), "--yes")
    assert result.code in (0, 3), result.err
    for words in (
        ("queue",),
        ("queue", "--format", "json"),
        ("queue", "--format", "csv"),
        ("queue", "sheet", str(tmp_path / "q.xlsx")),
    ):
        shown = call(bench, *words)
        assert shown.code == 0
        assert "\x1b" not in shown.out
        assert "\u202e" not in shown.out or words[-1] == "csv"
    if result.code == 0:
        assert text[:20].encode() not in bench.ledger.read_bytes()
        with bench.vault() as vault:
            assert isinstance(vault, Vault)


@pytest.mark.parametrize(
    ("made", "said"), [item[1:] for item in WORKBOOKS], ids=[item[0] for item in WORKBOOKS]
)
def test_a_hostile_workbook_changes_nothing(master: Bench, tmp_path: Path, made: object, said: str) -> None:
    """Formulas without a value, bombs, hidden rows, macros...: the sheet of the queue is refused whole."""
    assert callable(made)
    (tmp_path / "queue.xlsx").write_bytes(made())
    file = str(tmp_path / "queue.xlsx")
    for words in (
        ("queue", "apply", "--sheet", file),
        ("workbook", "apply", file),
        ("workbook", "import", file, "--account", "a1"),
    ):
        # What is no workbook at all might be a CSV to the last of them, which then says so in its own words.
        told = refused(master, 3, *words, "--yes", said="" if "import" in words else said)
        assert "queue.xlsx" in told
