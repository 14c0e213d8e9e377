"""The only door to a database: settings, versions, copies, and whose move it is when a disk fails."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import ledgerkit
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from ledgerkit import earn, new, writing
from pgserver import Cluster, name_of
from sqlalchemy import create_engine
from sqlalchemy.exc import DBAPIError

from compliance.errors import BooksDamaged, InputError, SetupError
from compliance.ledger.chain import audit
from compliance.ledger.store import LEDGER
from compliance.ledger.triggers import TRIGGERS
from compliance.storage import (
    APPLICATION_ID,
    Place,
    Server,
    Store,
    Writer,
    copy_store,
    create_store,
    is_ours,
    is_there,
    migrate,
    open_store,
)
from compliance.storage.address import parameters
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


WRITER = Writer("anna", "laptop", "2026-01-12T09:00:00+00:00")


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A second writer waits a moment, not half a minute."""
    from compliance.storage import address, sqlite

    quick = tuple(item.replace("30000", "50") if "busy" in item else item for item in sqlite._SETTINGS)
    monkeypatch.setattr(sqlite, "_SETTINGS", quick)
    monkeypatch.setitem(address._SETTINGS, "lock_timeout", "50")


@pytest.mark.usefixtures("impatient")
def test_a_second_writer_is_told_who_holds_the_books(place: Place) -> None:
    new(place)
    with open_store(LEDGER, place, write=True, writer=WRITER):
        with pytest.raises(SetupError, match="in use") as caught, writing(place):
            pass
        assert caught.value.why == "anna writes in them since 2026-01-12T09:00:00+00:00, on laptop."
        with open_store(LEDGER, place) as connection:  # reading goes on
            assert connection.exec_driver_sql("SELECT count(*) FROM event").scalar_one() == 1
    with writing(place) as event:
        earn(event)
    if isinstance(place, Path):
        assert [item.name for item in place.parent.iterdir()] == [place.name]


def test_who_waits_for_a_file_is_told_for_whom(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("compliance.storage.sqlite._TELL_S", 0.05)
    path, heard, go_on = new(tmp_path / "l.sqlite"), list[str](), threading.Event()

    def hold() -> None:
        with open_store(LEDGER, path, write=True, writer=WRITER):
            held.set()
            go_on.wait(30)

    def told(words: str) -> None:
        heard.append(words)
        go_on.set()

    held = threading.Event()
    holder = threading.Thread(target=hold)
    holder.start()
    held.wait(30)
    with open_store(LEDGER, path, write=True, writer=replace(WRITER, waiting=told)):
        pass
    holder.join()
    assert heard == ["anna writes in them since 2026-01-12T09:00:00+00:00, on laptop."]


@pytest.mark.usefixtures("impatient")
def test_a_holder_without_a_name(place: Place) -> None:
    new(place)
    with writing(place), pytest.raises(SetupError, match="in use"), writing(place):
        pass


def test_a_reader_sees_one_moment(place: Place) -> None:
    """What is committed while somebody reads is not in what he reads. (To a file the writer must wait.)"""
    new(place)
    if isinstance(place, Path):
        return
    with open_store(LEDGER, place) as connection:
        count = "SELECT count(*) FROM event"
        before = connection.exec_driver_sql(count).scalar_one()
        with writing(place) as event:
            earn(event)
        assert connection.exec_driver_sql(count).scalar_one() == before
        with pytest.raises(DBAPIError, match="read-only"):
            connection.exec_driver_sql("CREATE TABLE x (y int)")
        connection.rollback()


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
def test_the_steps_lead_to_the_models_on_a_server_too(cluster: Cluster, store: Store) -> None:
    shapes = []
    for stepped in (True, False):
        server = cluster.database()
        with create_store(store, server) as connection:
            if stepped:
                names = ", ".join(f'"{name}"' for name in store.metadata.tables)
                connection.exec_driver_sql(f"DROP TABLE {names} CASCADE")
                connection.exec_driver_sql(f"SET LOCAL search_path = {store.name}")
                migrate(store, connection)
        shapes.append(_server_shape(cluster, server))
    assert shapes[0] == shapes[1]


def _server_shape(cluster: Cluster, server: Server) -> list[list[tuple[object, ...]]]:
    database = server.url.partition("@/")[2].partition("?")[0]
    return [
        cluster.sql(query, database)
        for query in (
            "SELECT table_schema, table_name, column_name, ordinal_position, data_type, is_nullable, collation_name "
            "FROM information_schema.columns WHERE table_schema IN ('ledger', 'vault') ORDER BY 1, 2, 4",
            "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint "
            "WHERE connamespace::regnamespace::text IN ('ledger', 'vault') ORDER BY 1, 2",
            "SELECT indexdef FROM pg_indexes WHERE schemaname IN ('ledger', 'vault') ORDER BY 1",
        )
    ]


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


# On a server


def test_a_server_that_is_empty_foreign_or_of_another_version(cluster: Cluster) -> None:
    server = cluster.database()
    database = server.url.partition("@/")[2].partition("?")[0]
    assert not is_there(LEDGER, server)
    with pytest.raises(SetupError, match="not there"), open_store(LEDGER, server):
        pass
    cluster.sql("CREATE SCHEMA ledger", database)
    with pytest.raises(SetupError, match="not ours"), open_store(LEDGER, server):
        pass
    with pytest.raises(SetupError, match="already"), create_store(LEDGER, server):
        pass
    cluster.sql("DROP SCHEMA ledger", database)
    new(server)
    assert is_there(LEDGER, server)
    for version, said in ((LEDGER.version + 1, "newer"), (LEDGER.version - 1, "older")):
        cluster.sql(f"COMMENT ON SCHEMA ledger IS 'compliance ledger {version}'", database)
        with pytest.raises(SetupError, match=said), open_store(LEDGER, server):
            pass


def test_an_unfinished_creation_on_a_server_is_no_books(cluster: Cluster) -> None:
    server = cluster.database()
    with pytest.raises(RuntimeError), create_store(LEDGER, server):
        raise RuntimeError
    new(server)
    with open_store(LEDGER, server) as connection:
        assert is_ours(LEDGER, connection)


def test_what_no_engine_keeps_is_refused(place: Place) -> None:
    new(place)
    for memo, minor in (("half \ud800", 1), ("x", 2**63)):
        with pytest.raises(InputError, match="cannot be stored"), writing(place) as event:
            earn(event, minor, memo=memo)
    with open_store(LEDGER, place) as connection:
        assert audit(connection).events == 1


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("postgresql://anna@db.example.org/books?sslmode=require", "verify-full"),
        ("postgresql://anna@192.0.2.7/books?sslmode=prefer", "verify-full"),
        ("postgresql://anna@127.0.0.1,192.0.2.7/books?sslmode=allow", "verify-full"),
        ("postgresql://anna@localhost/books?hostaddr=192.0.2.7&sslmode=disable", "verify-full"),
        ("postgresql:///?service=books&sslmode=require", "verify-full"),
        ("postgresql://anna@127.0.0.1:1/books", "cannot be used"),
        ("postgresql://anna@/books?host=/nowhere", "cannot be used"),
        ("postgresql://anna@/books?colour=green", "not an address"),
    ],
)
def test_servers_that_are_not_reached(url: str, said: str) -> None:
    with pytest.raises((SetupError, InputError)) as caught, open_store(LEDGER, Server(url)):
        pass
    assert said in str(caught.value)
    assert caught.value.place in ("", url)


def test_a_password_is_never_shown() -> None:
    server = Server("postgresql://anna:canary@127.0.0.1:1/books?password=canary2")
    with pytest.raises(SetupError) as caught, open_store(LEDGER, server):
        pass
    assert "canary" not in f"{caught.value} {server} {server!r}"


@pytest.mark.parametrize("url", ["postgresql://a@db.example/b", "postgresql://a@/b?hostaddr=192.0.2.1", "postgresql:///?service=x"])  # fmt: skip
def test_tls_is_demanded_of_a_server_that_is_elsewhere(url: str) -> None:
    assert parameters(Server(url))["sslmode"] == "verify-full"
    assert parameters(Server(url))["gssencmode"] == "disable"


@pytest.mark.parametrize("url", ["postgresql:///b", "postgresql://a@localhost/b", "postgresql://a@[::1]/b", "postgresql://a@/b?host=/tmp"])  # fmt: skip
def test_nothing_is_demanded_on_this_computer(url: str) -> None:
    assert "sslmode" not in parameters(Server(url))


def test_without_the_driver_a_server_is_a_missing_part(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with (
        pytest.raises(SetupError, match="program part") as caught,
        open_store(LEDGER, Server("postgresql:///b")),
    ):
        pass
    assert "compliance[postgres]" in caught.value.remedy


def test_a_connection_that_breaks_while_it_commits_says_that_nobody_knows(cluster: Cluster) -> None:
    server = new(cluster.database())
    for at_commit, said in ((True, "may be recorded or not"), (False, "cannot be used")):
        with pytest.raises(SetupError, match=said) as caught:
            _broken(cluster, server, at_commit=at_commit)
        assert at_commit == ("list events" in caught.value.remedy)
    with open_store(LEDGER, server) as connection:
        assert audit(connection).events == 1
    cluster.give_back(server)


def _broken(cluster: Cluster, server: Server, *, at_commit: bool) -> None:
    """Write, while the server ends our session: in the middle, or when nothing but the commit is left."""
    end = (
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    with writing(server) as event:
        earn(event)
        if at_commit:
            event.seal = lambda *_header: cluster.sql(end, name_of(server))  # type: ignore[assignment, method-assign]
        else:
            cluster.sql(end, name_of(server))
            event.flush()
