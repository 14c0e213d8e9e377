"""``export --format compliance`` and ``books import``: our own export makes the same books, to the code."""

from __future__ import annotations

from pathlib import Path

import pytest
from workbench import PLAIN, Bench, furnished


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    bench = furnished(tmp_path_factory.mktemp("import") / "books")
    paper = bench.folder / "act.pdf"
    paper.write_bytes(b"%PDF act")
    for words in (
        ("person", "--id", "director", "--name", "Canary Caroline"),
        ("document", str(paper), "--kind", "act", "--title", "Act 1", "--dated-on", "2025-10-01"),
        (
            "income",
            "--on",
            "2025-10-14",
            "--account",
            "a3",
            "--fund",
            "f1",
            "--amount",
            "180.07",
            "--source",
            "zeewind",
        ),
        ("expense", "--on", "2025-11-05", "--account", "a1", "--fund", "f1", "--amount", "7", "--as", "pay"),
    ):
        bench.run("record", *words)
    bench.run("export", "--format", "compliance", "--out", str(bench.folder / "books.jsonl"))
    return bench


def fresh(folder: Path) -> Bench:
    folder.mkdir()
    (folder / "schedules.yaml").write_text(PLAIN, encoding="utf-8")
    return Bench(folder)


def code(bench: Bench) -> str:
    return str(bench.rows("books", "audit")[0]["anchor"])


def test_the_same_books(made: Bench, tmp_path: Path) -> None:
    text = made.folder / "books.jsonl"
    assert "Canary" not in text.read_text(encoding="utf-8")
    bench = fresh(tmp_path / "copy")
    done = bench.run("books", "import", str(text), "--yes", "--anchor", code(made))
    assert "never taken out" in done.err
    assert "people: 1, papers: 1" in done.err
    assert code(bench) == code(made)
    assert bench.run("balance", "--format", "json").out == made.run("balance", "--format", "json").out
    assert bench.run("export", "--format", "compliance").out == text.read_text(encoding="utf-8")
    bench.run("record", "programme", "--title", "the books go on")
    assert "already" in bench.fail(4, "books", "import", str(text), "--yes")


def test_nobody_is_asked_and_nothing_is_made_without_a_yes(made: Bench, tmp_path: Path) -> None:
    bench = fresh(tmp_path / "copy")
    assert "--yes" in bench.fail(2, "books", "import", str(made.folder / "books.jsonl"))
    assert not bench.ledger.exists()


@pytest.mark.parametrize("change", ["cut", "amount", "binary", "head"])
def test_a_changed_export_makes_no_books(made: Bench, tmp_path: Path, change: str) -> None:
    text = (made.folder / "books.jsonl").read_text(encoding="utf-8")
    changed = {
        "cut": text[:-30],
        "amount": text.replace('"amount_minor":700', '"amount_minor":900').replace("-700", "-900"),
        "binary": "\x00" + text,
        "head": text.partition("\n")[2],
    }[change]
    assert changed != text
    file = tmp_path / "changed.jsonl"
    file.write_text(changed, encoding="utf-8")
    bench = fresh(tmp_path / "copy")
    bench.fail(5 if change == "amount" else 3, "books", "import", str(file), "--yes")
    assert not bench.ledger.exists()
    file.write_bytes(b"\xff\xfe" + text.encode("utf-16-le"))
    assert "not an export" in bench.fail(3, "books", "import", str(file), "--yes")
    assert "code" in bench.fail(
        5,
        "books",
        "import",
        str(made.folder / "books.jsonl"),
        "--yes",
        "--anchor",
        "3-AAAA-AAAA-AAAA-AAAA-AAAA",
    )
    assert not bench.ledger.exists()
