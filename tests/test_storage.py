"""The only door to a database: settings, versions, copies, and whose move it is when a disk fails."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import ledgerkit
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from ledgerkit import earn, new, writing
from sqlalchemy import create_engine

from compliance.errors import BooksDamaged, SetupError
from compliance.ledger.chain import audit
from compliance.ledger.store import LEDGER
from compliance.ledger.triggers import TRIGGERS
from compliance.storage import APPLICATION_ID, Store, copy_store, create_store, migrate, open_store
from compliance.vault.models import VAULT

KEY = bytes(range(32))


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    return new(tmp_path / "ledger.sqlite")


@pytest.mark.parametrize("key", [None, KEY])
def test_every_setting_holds(tmp_path: Path, key: bytes | None) -> None:
    new(tmp_path / "l.sqlite", key=key)
    wanted = {
        "journal_mode": "delete", "synchronous": 3, "foreign_keys": 1, "recursive_triggers": 1, "secure_delete": 1,
        "temp_store": 2, "trusted_schema": 0, "cell_size_check": 1, "busy_timeout": 30000,
        "application_id": APPLICATION_ID, "user_version": LEDGER.version,
    }  # fmt: skip
    with open_store(LEDGER, tmp_path / "l.sqlite", key=key) as connection:
        found = {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in wanted}
    assert found == wanted
    if os.name != "nt":
        assert (tmp_path / "l.sqlite").stat().st_mode & 0o077 == 0


def test_a_writer_locks_at_once_and_a_second_waits(ledger: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from compliance import storage

    quick = tuple(item.replace("30000", "50") if "busy" in item else item for item in storage._SETTINGS)
    monkeypatch.setattr(storage, "_SETTINGS", quick)
    with writing(ledger) as event:
        earn(event)
        with pytest.raises(SetupError, match="in use"), writing(ledger):
            pass
        with open_store(LEDGER, ledger) as connection:  # reading goes on
            assert connection.exec_driver_sql("SELECT count(*) FROM event").scalar_one() == 1


def test_sqlcipher_keeps_what_plain_books_keep(tmp_path: Path) -> None:
    """The smoke test of a store with a key: write, read, audit, copy; another key or none opens nothing."""
    path = new(tmp_path / "ledger.sqlite", key=KEY)
    with writing(path, key=KEY) as event:
        earn(event, memo="canary")
    copy_store(LEDGER, path, tmp_path / "copy.sqlite", key=KEY)
    for file in (path, tmp_path / "copy.sqlite"):
        assert b"canary" not in file.read_bytes()
        with open_store(LEDGER, file, key=KEY) as connection:
            assert audit(connection).events == 2
        for wrong in (None, KEY[::-1]):
            with pytest.raises(SetupError, match="wrong key"), open_store(LEDGER, file, key=wrong):
                pass


def test_a_copy_is_consistent_while_others_write(ledger: Path, tmp_path: Path) -> None:
    stop = threading.Event()

    def keep_writing() -> None:
        while not stop.is_set():
            with writing(ledger) as event:
                for _ in range(20):
                    earn(event)

    writer = threading.Thread(target=keep_writing)
    writer.start()
    try:
        for number in range(5):
            copy_store(LEDGER, ledger, tmp_path / f"copy{number}.sqlite")
    finally:
        stop.set()
        writer.join()
    for number in range(5):
        with open_store(LEDGER, tmp_path / f"copy{number}.sqlite") as connection:
            audit(connection)
    with pytest.raises(SetupError):
        copy_store(LEDGER, ledger, tmp_path / "copy0.sqlite")


# What cannot be opened


def test_missing_foreign_and_torn_files(tmp_path: Path, ledger: Path) -> None:
    with pytest.raises(SetupError, match="not there"), open_store(LEDGER, tmp_path / "none.sqlite"):
        pass
    foreign = tmp_path / "foreign.sqlite"
    sqlite3.connect(foreign).executescript("CREATE TABLE x (y); INSERT INTO x VALUES (1)")
    with pytest.raises(SetupError, match="not ours"), open_store(LEDGER, foreign):
        pass
    ledger.write_bytes(ledger.read_bytes()[:5000])
    with (
        pytest.raises(BooksDamaged),
        open_store(LEDGER, ledger) as connection,
    ):
        connection.exec_driver_sql("SELECT count(*) FROM posting").scalar_one()
    with pytest.raises(SetupError, match="already"), create_store(LEDGER, ledger):
        pass


@pytest.mark.parametrize(("change", "said"), [(1, "newer"), (-1, "older")])
def test_another_version(ledger: Path, change: int, said: str) -> None:
    connection = sqlite3.connect(ledger)
    connection.execute(f"PRAGMA user_version = {LEDGER.version + change}")
    connection.commit()
    connection.close()
    with pytest.raises(SetupError, match=said), open_store(LEDGER, ledger):
        pass


def test_a_full_disk_changes_nothing(ledger: Path) -> None:
    """SQLite's own page limit is a full disk in small."""
    before = ledger.read_bytes()
    with pytest.raises(SetupError, match="full"):
        _fill(ledger)
    assert ledger.read_bytes() == before
    with open_store(LEDGER, ledger) as connection:
        audit(connection)


def _fill(path: Path) -> None:
    from compliance.ledger.append import write

    with (
        open_store(LEDGER, path, write=True) as connection,
        write(connection, kind="x", actor="x", now=ledgerkit.NOW) as event,
    ):
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + 2}")
        for number in range(20_000):
            earn(event, number, memo="x" * 100)


@pytest.mark.skipif(os.name == "nt", reason="folder permissions work otherwise there")
def test_a_read_only_folder(tmp_path: Path) -> None:
    """As an ordinary user: root may write anywhere, so the test gives its rights away in a child."""
    folder = tmp_path / "books"
    folder.mkdir()
    path = new(folder / "ledger.sqlite")
    before = path.read_bytes()
    program = (
        "import os, sys\n"
        "from pathlib import Path\n"
        "from compliance.errors import SetupError\n"
        "from ledgerkit import earn, new, writing\n"
        "with writing(new(Path(sys.argv[2]))) as event: earn(event)\n"  # whatever is imported late
        "if os.geteuid() == 0: os.setgid(65534); os.setuid(65534)\n"
        "try:\n"
        "    with writing(Path(sys.argv[1])) as event: earn(event)\n"
        "except SetupError as error:\n"
        "    print(error); sys.exit(4)\n"
    )
    readable = Path("/tmp") / f"compliance-read-only-{os.getpid()}"
    shutil.copytree(folder, readable)
    (readable / "ledger.sqlite").chmod(0o444)
    readable.chmod(0o555)
    try:
        done = subprocess.run(
            [sys.executable, "-c", program, str(readable / "ledger.sqlite"), str(tmp_path / "warm")],
            cwd=Path(__file__).parent, capture_output=True, encoding="utf-8", check=False,
        )  # fmt: skip
        assert (readable / "ledger.sqlite").read_bytes() == before
    finally:
        readable.chmod(0o755)
        shutil.rmtree(readable)
    assert done.returncode == 4, done.stdout + done.stderr
    assert "read-only" in done.stdout or "cannot be" in done.stdout


def test_an_unfinished_creation_is_no_books(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    with pytest.raises(RuntimeError):
        _give_up(path)
    assert not path.exists()
    new(path)
    assert [item.name for item in tmp_path.iterdir()] == ["ledger.sqlite"]


def _give_up(path: Path) -> None:
    with create_store(LEDGER, path):
        raise RuntimeError


# Migrations


@pytest.mark.parametrize("store", [LEDGER, VAULT], ids=lambda store: store.name)
def test_the_steps_lead_exactly_to_the_models(store: Store) -> None:
    """No drift: what the numbered steps make is what ``create_all`` makes, column for column."""
    migrated, modelled = create_engine("sqlite://"), create_engine("sqlite://")
    with migrated.begin() as connection:
        migrate(store, connection)
        assert compare_metadata(MigrationContext.configure(connection), store.metadata) == []
        stepped = _shape(connection)
    with modelled.begin() as connection:
        store.metadata.create_all(connection)
        assert _shape(connection) == stepped
    migrated.dispose()
    modelled.dispose()


def _shape(connection: object) -> dict[str, object]:
    """Tables, columns, keys and indices as SQLite itself lists them; STRICT included."""
    run = connection.exec_driver_sql  # type: ignore[attr-defined]
    tables = [row[0] for row in run("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")]
    shape: dict[str, object] = {}
    for table in tables:
        shape[table] = [tuple(row) for row in run(f"PRAGMA table_info({table})")]
        shape[f"{table} keys"] = sorted(tuple(row)[2:] for row in run(f"PRAGMA foreign_key_list({table})"))
        indices = run(f"PRAGMA index_list({table})").all()
        shape[f"{table} indices"] = sorted(
            (row[2], row[3], tuple(part[2] for part in run(f"PRAGMA index_info({row[1]})")))
            for row in indices
        )
    shape["strict"] = [tuple(row) for row in run("SELECT name, strict FROM pragma_table_list ORDER BY name")]
    return shape


@pytest.mark.parametrize("store", [LEDGER, VAULT], ids=lambda store: store.name)
def test_the_newest_step_is_this_version(store: Store) -> None:
    from importlib import import_module

    from alembic.script import ScriptDirectory

    folder = Path(str(import_module(store.migrations).__file__)).parent
    assert ScriptDirectory(str(folder)).get_current_head() == f"{store.version:04}"


def test_a_file_has_exactly_the_guards_of_the_list(ledger: Path) -> None:
    with sqlite3.connect(ledger) as connection:
        found = {row[0] for row in connection.execute("SELECT sql FROM sqlite_schema WHERE type = 'trigger'")}
    assert found == {trigger.strip() for trigger in TRIGGERS}


def test_opening_imports_no_object_mapper_and_no_alembic(ledger: Path) -> None:
    program = (
        "import sys; from pathlib import Path\n"
        "from compliance.storage import open_store; from compliance.ledger.store import LEDGER\n"
        "with open_store(LEDGER, Path(sys.argv[1])): pass\n"
        "assert not {'alembic', 'sqlalchemy.orm'} & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", program, str(ledger)], check=True)
