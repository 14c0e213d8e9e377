"""Text from outside, from a command to every output: shown as text, executed by nobody."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import openpyxl
import pikepdf
import pypdfium2
import pytest
from hostilekit import OBEYED, ROOT, SECONDS, TEXTS, call, outside, refused, worked
from reports_books import PACKS
from workbench import Bench, empty

from compliance.commands.listing import KINDS

LISTED = """\
organisation:
  names: {2020-01-01: {nominative: "ANO Example"}}
  statuses: {listed: {since: 2020-01-01}}
regimes: [zz]
packs: packs
currency: RUB
"""
LONG_WORDS = "длинно " * 5_715
"""40,000 characters. One word of that length takes the page maker some seconds more; 4,000 are tried elsewhere."""
FORMULA = ("=", "+", "-", "@", "\t", "\r")
IDS = {name: f"t{number}" for number, name in enumerate(TEXTS)}


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    """Books in which every free text of every kind of fact is one of the hostile ones."""
    folder = tmp_path_factory.mktemp("outputs") / "books"
    folder.mkdir()
    shutil.copytree(PACKS, folder / "packs")
    bench = empty(folder, LISTED)
    for words in (
        ("source", "--id", "abroad", "--name", "Voorbeeld", "--kind", "foreign_organisation", "--country", "NL"),
        ("fund", "--id", "f1", "--title", "F1", "--donor", "abroad"),
        ("account", "--id", "a1", "--title", "Main", "--class", "bank", "--currency", "RUB"),
        ("account", "--id", "gifts", "--title", "Gifts", "--type", "income"),
        ("programme", "--id", "p1", "--title", "Telephone"),
        ("opening", "--account", "a1", "--fund", "f1", "--amount", "100", "--on", "2025-09-30"),
    ):  # fmt: skip
        bench.run("record", *words)
    for name, text in TEXTS.items():
        entity = IDS[name]
        for words in (
            ("programme", "--id", entity, "--title", text, "--aim", text),
            ("fund", "--id", entity, "--title", text, "--donor", "abroad", "--agreement", text, "--note", text),
            ("account", "--id", entity, "--title", text, "--type", "expense", "--expense-line", "other", "--number", text),
            ("source", "--id", entity, "--name", text, "--kind", "domestic_organisation", "--country", "RU", "--note", text),
            ("activity", "--id", entity, "--programme", "p1", "--kind", text, "--on", "2025-10-10", "--place", text,
             "--description", text, "--output", text),
            ("material", "--id", entity, "--title", text, "--medium", "post", "--on", "2025-10-10"),
            ("placement", entity, "--id", entity, "--channel", text, "--published-on", "2025-10-10", "--address", text),
            ("document", "--id", entity, "--missing", "--kind", text, "--title", text),
            ("rate", "--currency", "EUR", "--on", f"2025-10-{10 + list(TEXTS).index(name)}", "--rate", "95", "--origin", text),
            ("expense", "--account", "a1", "--fund", "f1", "--as", entity, "--on", "2025-10-10", "--amount", "1",
             "--memo", text),
        ):  # fmt: skip
            assert call(bench, "record", *words).code == 0, (name, words[0])
    return bench


def test_the_books_hold_it_all(bench: Bench) -> None:
    bench.run("books", "audit")
    titles = {row["id"]: row["title"] for row in bench.rows("list", "programmes")}
    assert {name: titles[IDS[name]] for name in TEXTS} == TEXTS


@pytest.mark.parametrize("kind", KINDS)
def test_every_list_is_harmless_in_every_format(bench: Bench, kind: str) -> None:
    table = call(bench, "list", kind).out
    assert not OBEYED.search(table)
    whole, lines = (
        call(bench, "list", kind, "--format", "json").out,
        call(bench, "list", kind, "--format", "jsonl").out,
    )
    assert not OBEYED.search(whole + lines)
    assert [json.loads(line) for line in lines.splitlines()] == json.loads(whole)["rows"]
    _no_formula(call(bench, "list", kind, "--format", "csv").out)


def _no_formula(text: str) -> int:
    csv.field_size_limit(10_000_000)
    count = 0
    for row in csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=";"):
        for cell in row:
            count += cell.startswith("'=")
            number = cell.removeprefix("-").isdigit()
            assert number or not cell.startswith(FORMULA), ascii(cell[:40])
    return count


def test_the_export_for_spreadsheets_holds_no_formula(bench: Bench, tmp_path: Path) -> None:
    target = tmp_path / "books.zip"
    assert call(bench, "export", "--format", "csv", "--out", str(target)).code == 0
    with zipfile.ZipFile(target) as archive:
        assert sum(_no_formula(archive.read(name).decode("utf-8")) for name in archive.namelist()) > 10


def test_the_journal_is_what_hledger_reads(bench: Bench, tmp_path: Path) -> None:
    """Nobody's memo adds a posting, an entry or a directive: hledger counts what the books count."""
    journal = tmp_path / "books.journal"
    assert call(bench, "export", "--out", str(journal)).code == 0
    assert not OBEYED.search(journal.read_text(encoding="utf-8"))
    done = subprocess.run(
        ["hledger", "-f", str(journal), "print", "-O", "csv"],
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    printed = list(csv.DictReader(io.StringIO(done.stdout)))
    entries = bench.rows("list", "transactions")
    assert len({row["txnidx"] for row in printed}) == len(entries)
    assert len(printed) == sum(len(row["postings"]) for row in entries)


@pytest.mark.parametrize(
    "words",
    [("check",), (), ("due",), ("balance", "--by", "fund,account"), ("forms", "list"), ("filing", "list")],
)
def test_every_page_is_harmless(bench: Bench, words: tuple[str, ...]) -> None:
    assert not OBEYED.search(call(bench, *words).out)


@pytest.mark.parametrize("name", ["picture", "template", "formula", "long", "escape", "bidi"])
def test_a_report_prints_it_as_text(tmp_path: Path, name: str) -> None:
    """The form with a column for free text, one hostile text at a time."""
    folder = tmp_path / "books"
    shutil.copytree(PACKS, folder / "packs")
    made = empty(folder, LISTED)
    text = TEXTS[name] if name != "long" else LONG_WORDS
    short = text[:300]
    for words in (
        ("source", "--id", "s", "--name", short, "--kind", "foreign_organisation", "--country", "NL"),
        ("account", "--id", "a1", "--title", short, "--class", "bank", "--currency", "RUB"),
        ("account", "--id", "gifts", "--title", short, "--type", "income"),
        ("fund", "--id", "f1", "--title", short, "--donor", "s"),
        ("programme", "--id", "p1", "--title", short),
        ("income", "--on", "2025-10-10", "--account", "a1", "--fund", "f1", "--amount", "5", "--source", "s", "--memo", short),
        ("activity", "--programme", "p1", "--kind", "talk", "--on", "2025-10-10", "--place", short, "--description", text,
         "--quantity", "1"),
    ):  # fmt: skip
        made.run("record", *words)
    started = worked()
    result = call(made, "report", "sink", "2025-Q4")
    assert worked() - started < SECONDS
    assert result.code == 0, result.err[-400:]
    assert not OBEYED.search(result.out)
    (sheet,) = (folder / "reports").glob("*-Q4.xlsx")
    for page in openpyxl.load_workbook(sheet).worksheets:
        cells = [cell for row in page.iter_rows() for cell in row]
        assert all(
            cell.data_type != "f" or str(cell.value).startswith(("=SUM(", "=+", "=-", "=A", "=B", "=C", "=D"))
            for cell in cells
        )
        assert not any(str(cell.value).startswith("=HYPERLINK") and cell.data_type == "f" for cell in cells)
    (paper,) = (folder / "reports").glob("*-Q4.pdf")
    printed = _printed(paper)
    wanted = {
        "picture": "<imgsrc=",
        "template": "{{7*7}}",
        "format": "{name}",
        "formula": "=HYPERLINK(",
        "plus": "+1-1",
    }
    if name in wanted:
        assert wanted[name] in printed, printed[:2000]
    if name == "long":
        assert printed.count("длинно") >= LONG_WORDS.count("длинно")


def _printed(paper: Path) -> str:
    """The words of a PDF without spaces; nothing hangs on it and it opens nothing."""
    with pikepdf.open(paper) as document:
        assert not list(document.attachments)
        assert not {"/OpenAction", "/AA", "/AcroForm"} & set(document.Root.keys())
        for page in document.pages:
            assert "/Annots" not in page
    with pypdfium2.PdfDocument(paper) as document:
        text = "".join(page.get_textpage().get_text_range() for page in document)
    return "".join(char for char in text if char.isprintable() and not char.isspace())


def test_a_handle_in_a_report_is_stopped_without_repeating_it(tmp_path: Path) -> None:
    """``@name`` could be somebody's account: the linter refuses, and does not quote."""
    folder = tmp_path / "books"
    shutil.copytree(PACKS, folder / "packs")
    bench = empty(folder, LISTED)
    bench.run("record", "programme", "--id", "p1", "--title", "Telephone")
    bench.run(
        "record", "activity", "--programme", "p1", "--kind", "talk", "--on", "2025-10-10", "--description", "@sosed_primer"
    )  # fmt: skip
    said = refused(bench, 1, "report", "sink", "2025-Q4")
    assert "sosed" not in said
    assert not (folder / "reports").exists()


# On a real terminal, and on systems that speak another encoding


@pytest.mark.skipif(os.name == "nt", reason="a pseudo-terminal is a Unix thing")
@pytest.mark.parametrize("form", ["table", "json", "csv"])
def test_a_terminal_is_not_commanded(bench: Bench, form: str) -> None:
    import contextlib
    import pty

    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "compliance.cli", "list", "materials", "--format", form]
    process = subprocess.Popen(
        command, stdin=theirs, stdout=theirs, stderr=theirs, cwd=bench.folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "COMPLIANCE_LANG": "en", "TERM": "dumb", "NO_COLOR": "1"},
    )  # fmt: skip
    os.close(theirs)
    seen = b""
    with contextlib.suppress(OSError):
        while piece := os.read(ours, 65536):
            seen += piece
    os.close(ours)
    assert process.wait(timeout=60) == 0
    text = seen.decode("utf-8").replace("\r\n", "\n").replace("\ufeff", "", 1)
    assert IDS["escape"] in text
    assert not OBEYED.search(text), [ascii(item) for item in OBEYED.findall(text)][:5]


@pytest.mark.parametrize("form", ["table", "json"])
@pytest.mark.parametrize(
    "environment", [{"PYTHONIOENCODING": "cp1251"}, {"LC_ALL": "POSIX", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}],
    ids=["windows-1251", "ascii"],
)  # fmt: skip
def test_a_system_without_unicode_gets_utf_8(tmp_path: Path, form: str, environment: dict[str, str]) -> None:
    bench = empty(tmp_path)
    bench.run("record", "programme", "--id", "p", "--title", "日本 ₽ Ґ")
    done = outside(bench.folder, "list", "programmes", "--format", form, **environment)
    assert done.returncode == 0, done.stderr
    assert "日本 ₽ Ґ" in done.stdout
