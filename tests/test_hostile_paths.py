"""Names and paths: what is read is a plain file, what is written is new and whole, and a name is never a path."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hostilekit import call, harmless, outside, refused
from reports_books import PACKS
from test_import_command import RENT, statement
from workbench import PLAIN, Bench, Result, empty, furnished

from compliance import backup

WINDOWS = os.name == "nt"
TYPES = ("record", "document", "--kind", "act", "--title", "x", "--id", "d1")
INPUTS = {
    "document": (*TYPES, "{}"),
    "import": ("import", "{}", "--yes"),
    "plan": ("import", "--apply", "{}"),
    "rates": ("record", "rate", "--file", "{}"),
    "material": ("record", "material", "--id", "m", "--title", "x", "--medium", "post", "--on", "2025-10-05", "--file", "{}"),
    "sheet": ("queue", "apply", "--sheet", "{}", "--yes"),
    "rules": ("queue", "rule", "load", "{}"),
    "sent": ("file", "money", "2025-Q4", "--on", "2026-01-10", "--channel", "post", "--sent", "{}", "--yes"),
    "restore": ("restore", "{}", "--into", "new", "--identity", "none"),
    "label": ("label", "verify", "{}"),
}  # fmt: skip


@pytest.fixture(scope="module")
def master(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    return furnished(tmp_path_factory.mktemp("master"))


@pytest.fixture
def bench(master: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    monkeypatch.chdir(tmp_path)
    return Bench(Path(shutil.copytree(master.folder, tmp_path / "books")))


# What is read


def _folder(path: Path) -> None:
    path.mkdir()


def _pipe(path: Path) -> None:
    os.mkfifo(path)


def _endless(path: Path) -> None:
    path.symlink_to("/dev/zero")


def _nowhere(path: Path) -> None:
    path.symlink_to("nowhere")


def _round(path: Path) -> None:
    path.symlink_to(path.name)


def _absent(path: Path) -> None:
    """Nothing."""


@pytest.mark.skipif(WINDOWS, reason="pipes, devices and links are Unix things")
@pytest.mark.parametrize("made", [_folder, _pipe, _endless, _nowhere, _round, _absent])
@pytest.mark.parametrize("act", INPUTS)
def test_only_a_plain_file_is_read(
    bench: Bench, tmp_path: Path, act: str, made: Callable[[Path], None]
) -> None:
    given = tmp_path / "given.txt"
    made(given)
    if act == "label":
        (bench.folder / "schedules.yaml").write_text(_labelled(), encoding="utf-8")
    # A folder is walked where publications are measured: one without any is a wrong command line.
    code = 2 if act == "label" and made is _folder else 3
    said = refused(bench, code, *(word.format(given) for word in INPUTS[act]))
    assert "given.txt: " in said
    assert not (tmp_path / "new").exists()


@pytest.mark.skipif(WINDOWS, reason="links need rights there")
def test_a_link_to_a_plain_file_is_that_file(bench: Bench, tmp_path: Path) -> None:
    (tmp_path / "real.pdf").write_bytes(b"%PDF-1.4")
    (tmp_path / "link.pdf").symlink_to("real.pdf")
    bench.run(*TYPES, str(tmp_path / "link.pdf"))
    with bench.books() as books, bench.vault() as vault:
        assert vault.blob(books.documents["d1"].digest or "") == b"%PDF-1.4"


@pytest.mark.parametrize("act", INPUTS)
@pytest.mark.parametrize("name", ["x" * 256, "x/" * 3_000, "../" * 60 + "no/such", "no\x1b[31m\u202ename"])
def test_no_name_of_an_input_is_our_bug(bench: Bench, act: str, name: str) -> None:
    assert call(bench, *(word.format(name) for word in INPUTS[act])).code in (2, 3, 4)


NAMES = {
    "255 bytes": "п" * 125 + ".pdf" + "x",
    "four-byte letters": "\U0001f600" * 62 + ".pdf",
    "reserved": "CON",
    "reserved with a dot": "nul.pdf",
    "dash": "-rf",
    "two dashes": "--yes",
    "points": "..pdf",
    "spaces": "  .pdf ",
    "line end": "a\nb.pdf",
    "escape": "a\x1b[31mb.pdf",
    "bidi": "a\u202efdp.exe",
    "shell": "$(touch pwned);`id`&|'\".pdf",
    "glob": "*?[a].pdf",
    "format": "{0}%s.pdf",
}


@pytest.mark.skipif(WINDOWS, reason="such names do not exist there")
@pytest.mark.parametrize("name", NAMES)
def test_a_paper_of_any_name_is_kept(bench: Bench, tmp_path: Path, name: str) -> None:
    """The name stays with the bytes in the vault; it names no file of ours and reaches no shell."""
    given = tmp_path / NAMES[name]
    given.write_bytes(b"%PDF-1.4 " + name.encode())
    result = call(bench, *TYPES, "--", str(given))
    assert result.code == 0, result.err
    with bench.books() as books, bench.vault() as vault:
        assert vault.blob_name(books.documents["d1"].digest or "") == NAMES[name]
    assert not (tmp_path / "pwned").exists()
    harmless(call(bench, "list", "documents"))


@pytest.mark.skipif(WINDOWS, reason="names are Unicode there")
def test_a_name_that_is_no_text_is_refused(bench: Bench, tmp_path: Path) -> None:
    given = os.fsencode(tmp_path) + b"/\xcf\xe8\xf1\xfc\xec\xee.pdf"
    with open(given, "wb") as stream:  # noqa: PTH123 - pathlib takes no bytes
        stream.write(b"%PDF-1.4")
    before = bench.ledger.read_bytes()
    for words in ([*TYPES, given], ["import", given, "--yes"]):
        done = outside(bench.folder, *words)
        assert done.returncode == 3, done.stderr
    assert bench.ledger.read_bytes() == before


def test_a_zero_byte_ends_no_name(bench: Bench, tmp_path: Path) -> None:
    """It cannot come from a command line, but from a plan or from our own code."""
    from compliance.errors import InputError
    from compliance.files import read_input

    (tmp_path / "a").write_bytes(b"x")
    with pytest.raises(InputError):
        read_input(tmp_path / "a\0.pdf")
    plan = '{"schema": "import-plan/1", "files": [{"path": "a\\u0000b", "digest": "x"}], "parts": []}'
    (tmp_path / "plan.json").write_text(plan)
    refused(bench, 3, "import", "--apply", str(tmp_path / "plan.json"))


@pytest.mark.parametrize("path", ["../secret.txt", "/etc/passwd", "a\\ud800b", "-", "/dev/zero"])
def test_a_plan_reads_only_what_it_has_the_digest_of(bench: Bench, tmp_path: Path, path: str) -> None:
    (tmp_path / "secret.txt").write_bytes(statement(RENT))
    plan = f'{{"schema": "import-plan/1", "files": [{{"path": "{path}", "digest": "x"}}], "parts": []}}'
    (tmp_path / "plan.json").write_text(plan)
    refused(bench, 3, "import", "--apply", str(tmp_path / "plan.json"))


# What is written

OUTPUTS = {
    "journal": ("export", "--out", "{}"),
    "tables": ("export", "--format", "csv", "--out", "{}"),
    "backup": ("backup", "{}", "--to", "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p"),
    "queue": ("queue", "sheet", "{}"),
}


@pytest.mark.parametrize("act", OUTPUTS)
def test_an_existing_file_is_never_replaced(bench: Bench, tmp_path: Path, act: str) -> None:
    target = tmp_path / "out"
    target.write_bytes(b"mine")
    said = refused(bench, 3, *(word.format(target) for word in OUTPUTS[act]), said="already exists")
    assert "give another name" in said
    assert target.read_bytes() == b"mine"


@pytest.mark.skipif(WINDOWS, reason="links need rights there")
@pytest.mark.parametrize("to", ["victim", "nowhere", "out", "/dev/null"])
@pytest.mark.parametrize("act", OUTPUTS)
def test_nothing_is_written_through_a_link(bench: Bench, tmp_path: Path, act: str, to: str) -> None:
    (tmp_path / "victim").write_bytes(b"mine")
    (tmp_path / "out").symlink_to(to)
    refused(bench, 3, *(word.format(tmp_path / "out") for word in OUTPUTS[act]))
    assert (tmp_path / "victim").read_bytes() == b"mine"
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.skipif(WINDOWS, reason="links need rights there")
def test_overwriting_replaces_the_link_and_not_what_it_points_to(bench: Bench, tmp_path: Path) -> None:
    (tmp_path / "victim").write_bytes(b"mine")
    (tmp_path / "out").symlink_to("victim")
    bench.run("export", "--out", str(tmp_path / "out"), "--overwrite")
    assert (tmp_path / "victim").read_bytes() == b"mine"
    assert not (tmp_path / "out").is_symlink()


@pytest.mark.parametrize("act", OUTPUTS)
@pytest.mark.parametrize("name", ["x" * 256, "no/such/folder/x", "books/ledger.sqlite/x"])
def test_a_name_that_cannot_be_is_exit_4(bench: Bench, tmp_path: Path, act: str, name: str) -> None:
    before = sorted(path.name for path in tmp_path.iterdir())
    said = refused(bench, 4, *(word.format(tmp_path / name) for word in OUTPUTS[act]))
    assert ": " in said
    assert sorted(path.name for path in tmp_path.iterdir()) == before


@pytest.mark.skipif(WINDOWS, reason="such names do not exist there")
@pytest.mark.parametrize("name", [name for name in NAMES if not name.startswith("spaces")])
def test_an_output_of_any_name_is_written_whole(bench: Bench, tmp_path: Path, name: str) -> None:
    bench.run("export", f"--out={tmp_path / NAMES[name]}")
    assert b"made by compliance" in (tmp_path / NAMES[name]).read_bytes()
    assert not list(tmp_path.glob(".*.part"))
    assert not (tmp_path / "pwned").exists()


def test_a_report_is_not_written_over_a_file_or_outside(tmp_path: Path) -> None:
    folder = tmp_path / "books"
    shutil.copytree(PACKS, folder / "packs")
    bench = empty(
        folder,
        PLAIN.replace("statuses: {}", "statuses: {listed: {since: 2020-01-01}}").replace(
            "[]", "[zz]\npacks: packs"
        ),
    )
    (folder / "file").write_bytes(b"mine")
    refused(bench, 4, "report", "sink", "2025-Q4", "--out", str(folder / "file"))
    refused(bench, 4, "report", "sink", "2025-Q4", "--out", str(folder / ("x" * 256)))
    for name in ("../../sink", "/sink", "sink/../sink", "", "CON"):
        assert call(bench, "report", name, "2025-Q4").code == 2
    assert (folder / "file").read_bytes() == b"mine"
    assert not (folder / "reports").exists()


@pytest.mark.skipif(WINDOWS, reason="such names do not exist there")
@pytest.mark.parametrize(
    "name", ["-x.txt", "--every-page.txt", "x" * 251 + ".txt", "a;id.txt", "a\x1b[31m.txt"]
)
def test_labels_of_files_of_any_name(bench: Bench, tmp_path: Path, name: str) -> None:
    (bench.folder / "schedules.yaml").write_text(_labelled(), encoding="utf-8")
    (tmp_path / name).write_text("Дом\n", encoding="utf-8")
    for act in ("apply", "verify"):
        result = call(bench, "label", act, "--", name)
        assert result.code in (0, 1, 2, 4), result.err
    assert (tmp_path / name).read_text(encoding="utf-8") == "Дом\n"
    assert {path.name for path in tmp_path.iterdir()} <= {"books", name, f"{Path(name).stem}.labelled.txt"}


def _labelled() -> str:
    return PLAIN.replace("statuses: {}", "statuses: {foreign_agent: {since: 2025-02-17}}").replace(
        'nominative: "ANO Example"', 'nominative: "ANO Example", instrumental: "ANO Example", genitive: "ANO Example"'
    ).replace("[]", "[ru]")  # fmt: skip


# The workspace itself


@pytest.mark.parametrize(
    "words",
    [
        ("balance",),
        ("record", "fund", "--title", "x"),
        ("check",),
        (),
        ("init", "--name", "x", "--since", "2025-01-01"),
    ],
)
@pytest.mark.parametrize("name", ["x" * 256, "x/" * 3_000])
def test_a_workspace_whose_name_cannot_be(tmp_path: Path, name: str, words: tuple[str, ...]) -> None:
    said = (
        refused(Bench(tmp_path / name), 4, *words)
        if len(name) < 300
        else refused(Bench(Path(name)), 4, *words)
    )
    assert said.strip()


@pytest.mark.skipif(WINDOWS, reason="pipes are a Unix thing")
def test_a_pipe_called_schedules_does_not_hold_the_program(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "schedules.yaml")
    done = outside(tmp_path, "balance", COMPLIANCE_LANG="")
    assert done.returncode == 4
    assert "there is no schedules.yaml" in done.stderr


@pytest.mark.skipif(WINDOWS, reason="a folder in use cannot be removed there")
def test_a_folder_that_was_removed_under_us(tmp_path: Path) -> None:
    import subprocess
    import sys

    from hostilekit import ROOT

    gone = tmp_path / "gone"
    gone.mkdir()
    program = "import os, sys; os.rmdir(os.getcwd()); from compliance.cli import main; main(['balance'])"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=gone, capture_output=True, encoding="utf-8", check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert done.returncode == 4, done.stderr
    harmless(Result(done.returncode, done.stdout, done.stderr))


@pytest.mark.skipif(WINDOWS, reason="pipes and links are Unix things")
@pytest.mark.parametrize("made", [_folder, _pipe, _endless, _nowhere, _round])
@pytest.mark.parametrize("store", ["ledger.sqlite", "vault.sqlite"])
def test_a_store_that_is_no_plain_file(bench: Bench, store: str, made: Callable[[Path], None]) -> None:
    (bench.folder / store).unlink()
    made(bench.folder / store)
    for words in (("record", "fund", "--title", "x"), ("check",)):
        refused(bench, 4, *words, said=store)


# What comes out of a backup


@pytest.mark.parametrize(
    "name", ["../evil", "/tmp/evil", "a\\..\\evil", "C:evil", "sub/../../evil", "x" * 256]
)
def test_a_backup_puts_nothing_outside_its_folder(bench: Bench, tmp_path: Path, name: str) -> None:
    import pyrage

    identity = pyrage.x25519.Identity.generate()
    (tmp_path / "key.txt").write_text(str(identity))
    sealed = backup.seal(backup.pack({name: b"x"}, made_at="2026"), recipients=[str(identity.to_public())])
    (tmp_path / "copy.age").write_bytes(sealed)
    inner = tmp_path / "inner"
    inner.mkdir()
    words = (
        "restore",
        str(tmp_path / "copy.age"),
        "--into",
        str(inner / "new"),
        "--identity",
        str(tmp_path / "key.txt"),
    )
    assert call(bench, *words).code in (4, 5)
    assert not list(inner.glob("evil*"))
    assert not (tmp_path / "evil").exists()
    assert not (inner / "new").exists()


def test_restore_deletes_nothing_it_did_not_make(bench: Bench, tmp_path: Path) -> None:
    import pyrage

    identity = pyrage.x25519.Identity.generate()
    (tmp_path / "key.txt").write_text(str(identity))
    bench.run("backup", str(tmp_path / "copy.age"), "--to", str(identity.to_public()))
    mine = tmp_path / "new.part"
    mine.mkdir()
    (mine / "diary.txt").write_text("mine")
    words = (
        "restore",
        str(tmp_path / "copy.age"),
        "--into",
        str(tmp_path / "new"),
        "--identity",
        str(tmp_path / "key.txt"),
    )
    refused(bench, 3, *words, said="already exists")
    assert (mine / "diary.txt").read_text() == "mine"
