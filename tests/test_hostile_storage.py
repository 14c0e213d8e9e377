"""Disks that are full, torn or shut, clocks that go back, and ledger files that somebody else prepared."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import Any

import pytest
from hostilekit import OBEYED, ROOT, call, refused
from test_books import tamper
from workbench import PLAIN, Bench, furnished

from compliance.ledger.store import LEDGER
from compliance.storage import APPLICATION_ID

SPEND = (
    "record",
    "expense",
    "--account",
    "a1",
    "--fund",
    "f1",
    "--as",
    "pay",
    "--amount",
    "5",
    "--on",
    "2025-10-05",
)
READS = (("balance",), ("list", "transactions"), ("list", "events"), ("export",), ("check",))


@pytest.fixture(scope="module")
def master(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    bench = furnished(tmp_path_factory.mktemp("master"))
    for words in (
        ("person", "--id", "per", "--name", "Canary Caroline"),
        ("role", "--person", "per", "--body", "council", "--title", "t", "--since", "2025-01-01"),
        ("material", "--id", "m1", "--title", "M", "--medium", "post", "--on", "2025-10-05"),
        ("placement", "m1", "--channel", "tg", "--published-on", "2025-10-06"),
        ("document", "--missing", "--kind", "act", "--title", "x"),
        ("rate", "--currency", "EUR", "--on", "2025-10-05", "--rate", "95", "--origin", "x"),
        ("activity", "--programme", "p1", "--kind", "seminar", "--on", "2025-10-05"),
    ):  # fmt: skip
        bench.run("record", *words)
    bench.run(*SPEND)
    return bench


@pytest.fixture
def bench(master: Bench, tmp_path: Path) -> Bench:
    return Bench(Path(shutil.copytree(master.folder, tmp_path / "books")))


# Full disks


_FULL = """
import contextlib, io, json, os, resource, shutil, sys
sys.path.insert(0, sys.argv[1])
from pathlib import Path
from workbench import Bench
master, scratch, words, sizes = Path(sys.argv[2]), Path(sys.argv[3]), json.loads(sys.argv[4]), json.loads(sys.argv[5])
warm = Bench(Path(shutil.copytree(master, scratch / "warm")))
warm.run(*[word.format(scratch=scratch / "warm") for word in words])
results = []
for number, size in enumerate(sizes):
    folder = Path(shutil.copytree(master, scratch / str(number)))
    before = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    child = os.fork()
    if child == 0:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
        result = Bench(folder).call(*[word.format(scratch=folder) for word in words])
        os._exit(result.code + (100 if "Traceback" in result.err or not result.err.strip() else 0))
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    audit = Bench(folder).call("books", "audit").code  # rolls back what could not be rolled back then
    after = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    changed = sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))
    results.append([size, code, changed, audit])
print(json.dumps(results))
"""


@pytest.mark.skipif(os.name == "nt", reason="limits of file sizes are a Unix thing")
@pytest.mark.parametrize(
    "words",
    [
        [*SPEND, "--memo", "m" * 20_000], ["record", "person", "--name", "N" * 9_000], ["export", "--out", "{scratch}/out.journal"],
        ["export", "--format", "csv", "--out", "{scratch}/out.zip"],
    ],
    ids=["ledger", "vault", "journal", "tables"],
)  # fmt: skip
def test_a_write_that_fails_anywhere_leaves_all_as_it_was(
    master: Bench, tmp_path: Path, words: list[str]
) -> None:
    """The system refuses every byte beyond a limit, at each of many limits: exit 4 and nothing, or 0 and all."""
    ledger, vault = master.ledger.stat().st_size, (master.folder / "vault.sqlite").stat().st_size
    sizes = [0, 600, 4_096, 12_288, vault, vault + 4_096, ledger - 1, ledger, ledger + 4_096, ledger + 16_384, ledger * 4]  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-c", _FULL, str(ROOT / "tests"), str(master.folder), str(tmp_path), json.dumps(words), json.dumps(sizes)],
        capture_output=True, encoding="utf-8", check=False, env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    results = json.loads(done.stdout.splitlines()[-1])
    for size, code, changed, audit in results:
        assert code in (0, 4), (size, code)
        assert audit == 0, (size, changed)
        if code:
            # The vault commits first: what is left there without the ledger is nobody's, and harmless.
            assert set(changed) <= {"vault.sqlite"}, (size, changed)
    assert {code for _size, code, _changed, _audit in results} == {0, 4}, results


_READ_ONLY = """
import json, os, sys
sys.path.insert(0, sys.argv[1])
from pathlib import Path
from workbench import Bench
warm, shut, commands = Bench(Path(sys.argv[2])), Bench(Path(sys.argv[3])), json.loads(sys.argv[4])
for words in commands:
    warm.call(*(word.replace(str(shut.folder), str(warm.folder)) for word in words))
if os.geteuid() == 0:
    os.setgid(65534); os.setuid(65534)
results = []
for words in commands:
    found = shut.call(*words)
    results.append([words, found.code, found.err])
print(json.dumps(results))
"""


@pytest.mark.skipif(os.name == "nt", reason="folder permissions work otherwise there")
def test_a_read_only_folder_can_be_read(master: Bench, tmp_path: Path) -> None:
    """As an ordinary user: everything that reads works, everything that writes is exit 4."""
    import tempfile

    reads = [list(words) for words in READS] + [["books", "audit"], ["due"]]
    writes = [list(SPEND), ["record", "person", "--name", "Canary Carol"], ["export", "--out", "out"]]
    with tempfile.TemporaryDirectory() as place:  # where an ordinary user may look
        Path(place).chmod(0o755)
        folder = Path(shutil.copytree(master.folder, Path(place) / "books"))
        writes[2][2] = str(folder / "out")
        before = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}
        for path in folder.rglob("*"):
            path.chmod(0o555 if path.is_dir() else 0o444)
        folder.chmod(0o555)
        done = subprocess.run(
            [sys.executable, "-c", _READ_ONLY, str(ROOT / "tests"), str(shutil.copytree(master.folder, tmp_path / "warm")),
             str(folder), json.dumps(reads + writes)],
            capture_output=True, encoding="utf-8", check=False, env={**os.environ, "PYTHONPATH": str(ROOT)},
        )  # fmt: skip
        folder.chmod(0o755)
        assert {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()} == before
    assert done.returncode == 0, done.stderr
    for words, code, said in json.loads(done.stdout.splitlines()[-1]):
        assert code in ((4,) if words in writes else (0, 1)), (words, code, said)
        assert "Canary" not in said
        assert words not in writes or "books" in said, said


# The clock


class _Past(datetime):
    @classmethod
    def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
        return datetime(1999, 1, 1, tzinfo=tz or UTC)


def test_a_clock_set_back_does_not_turn_the_books_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "schedules.yaml").write_text(PLAIN, encoding="utf-8")
    bench = Bench(tmp_path)
    bench.run("init")
    bench.run("record", "programme", "--id", "p1", "--title", "before")
    monkeypatch.setattr("compliance.commands.app.datetime", _Past)
    bench.run("record", "programme", "--id", "p2", "--title", "after")
    moments = [row["recorded_at"] for row in bench.rows("list", "events")]
    assert moments == sorted(moments)
    assert moments[-1] > "2020"
    bench.run("books", "audit")
    refused(bench, 2, *SPEND, "--account", "p1")


# Copied in the middle of a write


def _half_written(path: Path) -> Iterator[Path]:
    """A big write stopped where SQLite had to spill pages into the file: journal beside it, not committed."""
    connection = sqlite3.connect(path, isolation_level=None)
    for setting in ("journal_mode=DELETE", "synchronous=EXTRA", "cache_size=5", "cache_spill=ON"):
        connection.execute(f"PRAGMA {setting}")
    connection.execute("BEGIN IMMEDIATE")
    seq = connection.execute("SELECT max(seq) + 1 FROM event").fetchone()[0]
    for number in range(1_000, 3_000):
        values = (number, seq, "2025-10-05", "expense", "x" * 200)
        connection.execute("INSERT INTO txn (id, seq, on_date, kind, memo) VALUES (?, ?, ?, ?, ?)", values)
    yield path
    connection.execute("ROLLBACK")
    connection.close()


def test_a_copy_with_its_journal_is_what_was_acknowledged(bench: Bench, tmp_path: Path) -> None:
    before = bench.rows("list", "transactions")
    anchor = bench.rows("books", "audit")[0]["anchor"]
    for path in _half_written(bench.ledger):
        copy = Bench(Path(shutil.copytree(bench.folder, tmp_path / "copy")))
        assert path.with_name("ledger.sqlite-journal").stat().st_size
        assert copy.ledger.stat().st_size > 300_000
    assert copy.rows("list", "transactions") == before
    copy.run("books", "audit", "--anchor", anchor)


def test_a_copy_without_its_journal_is_never_taken_for_whole(bench: Bench, tmp_path: Path) -> None:
    for path in _half_written(bench.ledger):
        copy = Bench(Path(shutil.copytree(bench.folder, tmp_path / "copy")))
        copy.ledger.with_name("ledger.sqlite-journal").unlink()
        assert path.read_bytes() != b""
    refused(copy, 5, "books", "audit")
    for words in READS:
        assert call(copy, *words).code in (0, 1, 4, 5)
    bench.run("books", "audit")  # the original, rolled back


def test_a_journal_of_another_file_is_no_harm(bench: Bench) -> None:
    """Rubbish under the journal's name: SQLite asks for its magic bytes."""
    before = bench.rows("list", "transactions")
    bench.ledger.with_name("ledger.sqlite-journal").write_bytes(b"rubbish" * 1_000)
    assert bench.rows("list", "transactions") == before
    bench.run("books", "audit")


# Files that somebody else prepared


ENDLESS = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT"
HOSTILE = {
    "endless view in a table's place": [
        "ALTER TABLE posting RENAME TO kept",
        f"CREATE VIEW posting AS {ENDLESS} x AS id, x AS seq, x AS txn, 'a1' AS account, 'f1' AS fund, 'RUB' AS currency,"
        " x AS amount_minor, NULL AS source, NULL AS programme, NULL AS expense_line, NULL AS purpose, NULL AS property FROM n",
    ],
    "another view": ["CREATE VIEW looked AS SELECT 1"],
    "trigger that changes what is written": [
        "CREATE TRIGGER evil AFTER INSERT ON txn BEGIN INSERT INTO fund SELECT 'evil', 1, NEW.seq, 'x', 1, NULL, NULL, NULL, NULL; END"
    ],
    "trigger that swallows": ["CREATE TRIGGER evil BEFORE INSERT ON posting BEGIN SELECT RAISE(IGNORE); END"],
    "endless trigger": [f"CREATE TRIGGER evil BEFORE INSERT ON fund BEGIN {ENDLESS} count(*) FROM n; END"],
    "weakened guard": ["DROP TRIGGER event_chain", "CREATE TRIGGER event_chain BEFORE INSERT ON event BEGIN SELECT 1; END"],
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_program_parts_of_others_do_not_run(bench: Bench, name: str) -> None:
    connection = sqlite3.connect(bench.ledger)
    connection.executescript(";\n".join(HOSTILE[name]))
    connection.close()
    for words in (
        *READS,
        SPEND,
        ("record", "fund", "--title", "x"),
        ("books", "audit"),
        ("books", "upgrade"),
    ):
        said = refused(bench, 5, *words) if words[:2] != ("books", "upgrade") else call(bench, *words).err
        assert words[:2] == ("books", "upgrade") or "restore" in said


def test_a_dropped_guard_is_found_by_the_audit(bench: Bench) -> None:
    connection = sqlite3.connect(bench.ledger)
    connection.execute("DROP TRIGGER posting_no_update")
    connection.commit()
    connection.close()
    refused(bench, 5, "books", "audit", said="guards")


FORGED: dict[str, Any] = {
    "event.note": ("'{'", "'[]'", "'{\"practice\": 7}'", '\'{"practice": "spring"}\''),
    "event.recorded_at": ("'spring'",),
    "event.kind": ("'\x1b[31m'",),
    "account.type": ("'\x1b[31m'",),
    "account.currency": ("'\x1b[31m'",),
    "rate.rate": ("'\x1b[31m'", "'1e999999999'", "'NaN'"),
    "rate.on_date": ("'9999-12-31'",),
    "txn.on_date": ("'spring'", "'9999-12-31'", "''"),
    "txn.kind": ("'\x1b[31m'",),
    "posting.amount_minor": ("9223372036854775807", "-9223372036854775808"),
    "posting.seq": ("9223372036854775807", "-1"),
    "posting.txn": ("-1",),
    "posting.account": ("'\x1b[31m'",),
    "activity.state": ("'\x1b[31m'",),
    "activity.quantity": ("9223372036854775807",),
    "role.start_on": ("'spring'",),
    "placement.label_verdict": ("'\x1b[31m'",),
    "person.commitment": ("'\x1b[31m'",),
}


@pytest.mark.parametrize(
    ("place", "value"), [(place, value) for place, values in FORGED.items() for value in values]
)
def test_values_that_we_never_write(bench: Bench, place: str, value: str) -> None:
    """Read in words, or exit 5; the audit finds each; nothing is obeyed by the terminal."""
    table, column = place.split(".")
    tamper(bench.ledger, f"UPDATE {table} SET {column} = {value}")
    for words in READS:
        result = call(bench, *words)
        assert result.code in (0, 1, 5), (words, result.err)
        assert not OBEYED.search(result.out), words
    refused(bench, 5, "books", "audit")
    result = call(bench, "record", "programme", "--title", "x")
    assert result.code in (0, 5), result.err


@pytest.mark.parametrize(
    "prepared",
    [
        b"", b"SQLite format 3\x00", b"SQLite format 3\x00" + bytes(4_096), b"not a database" * 999, b"PK\x03\x04" + bytes(900),
    ],
    ids=["empty", "head only", "zeros", "text", "zip"],
)  # fmt: skip
@pytest.mark.parametrize("store", ["ledger.sqlite", "vault.sqlite"])
def test_a_file_that_is_no_database(bench: Bench, store: str, prepared: bytes) -> None:
    (bench.folder / store).write_bytes(prepared)
    for words in (SPEND, ("check",), ("backup", str(bench.folder / "out"), "--to", "age1x")):
        assert call(bench, *words).code in (3, 4, 5)
        assert (bench.folder / store).read_bytes() == prepared


def test_stores_taken_for_each_other(bench: Bench) -> None:
    """Vault and ledger carry the same mark; what is not there is damage, not our bug."""
    ledger, vault = bench.ledger.read_bytes(), (bench.folder / "vault.sqlite").read_bytes()
    bench.ledger.write_bytes(vault)
    (bench.folder / "vault.sqlite").write_bytes(ledger)
    for words in (SPEND, ("balance",), ("books", "audit")):
        assert call(bench, *words).code in (4, 5)


def test_a_foreign_database_with_our_mark(bench: Bench) -> None:
    bench.ledger.unlink()
    connection = sqlite3.connect(bench.ledger)
    connection.executescript(
        f"PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {LEDGER.version};"
        "CREATE TABLE event (seq INTEGER, note TEXT); INSERT INTO event VALUES (1, '{}')"
    )
    connection.close()
    for words in (SPEND, ("balance",), ("books", "audit"), ("list", "funds")):
        assert call(bench, *words).code == 5
