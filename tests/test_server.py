"""Books on a server: moved there and back, rights by role, sealed copies, and what is refused."""

from __future__ import annotations

import shutil
import socket
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pyrage
import pytest
from ledgerkit import state
from pgserver import Cluster, name_of
from reports_books import PACKS
from test_hostile_outputs import LISTED
from test_import_command import GIFT, OWN, RENT, statement
from workbench import PLAIN, PRACTICE_DAY, Bench, empty, furnished

from compliance.errors import BooksDamaged
from compliance.ledger.store import LEDGER
from compliance.ledger.transfer import rows as ledger_rows
from compliance.moving import Home, copy_books
from compliance.storage import Server, open_store
from compliance.vault import transfer
from compliance.vault.models import VAULT
from compliance.workspace import FILE

SPEND = ("record", "expense", "--account", "a1", "--fund", "f1", "--as", "pay", "--on", "2025-10-05")


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    made = furnished(tmp_path_factory.mktemp("files") / "books")
    made.run("record", "person", "--name", "Canary Caroline", "--id", "p-1")
    made.run(*SPEND, "--amount", "123456789.01", "--memo", "жалованье \x1f %s ?")
    return made


@pytest.fixture
def server(cluster: Cluster) -> Iterator[Server]:
    made = cluster.database()
    yield made
    cluster.give_back(made)


@pytest.fixture(scope="module")
def team(files: Bench, cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Bench:
    """The same books on a server."""
    made = cluster.database()
    copy = files.copy(tmp_path_factory.mktemp("team") / "books")
    copy.run("db", "move", made.url, "--yes")
    return on_server(copy, made)


def on_server(bench: Bench, server: Server) -> Bench:
    """What the person does after ``db move``: the files away, the address into schedules.yaml."""
    for name in ("ledger.sqlite", "vault.sqlite"):
        (bench.folder / name).rename(bench.folder / f"{name}.before")
    with (bench.folder / FILE).open("a", encoding="utf-8") as stream:
        stream.write(f'database: "{server.url}"\n')
    return Bench(bench.folder, server)


# There and back


def test_there_and_back(files: Bench, server: Server, tmp_path: Path) -> None:
    bench = files.copy(tmp_path / "books")
    code = bench.rows("books", "audit")[0]
    before = (bench.ledger.read_bytes(), (bench.folder / "vault.sqlite").read_bytes())
    said = bench.run("db", "move", server.url, "--yes").err
    assert code["anchor"] in said
    assert (bench.ledger.read_bytes(), (bench.folder / "vault.sqlite").read_bytes()) == before
    moved = on_server(bench, server)
    assert moved.rows("books", "audit") == [code]
    for words in (
        ("balance", "--by", "account,fund"),
        ("list", "persons", "--reveal"),
        ("list", "transactions"),
    ):
        assert moved.run(*words).out == files.run(*words).out
    moved.run(*SPEND, "--amount", "1.00")
    longer = moved.rows("books", "audit")[0]
    assert longer["events"] == code["events"] + 1
    assert longer["anchor"] in moved.run("db", "move", "files", "--yes").err
    config = bench.folder / FILE
    config.write_text(
        "".join(line for line in config.read_text("utf-8").splitlines(True) if "database" not in line)
    )
    back = Bench(bench.folder)
    assert back.rows("books", "audit") == [longer]
    back.run(*SPEND, "--amount", "2.00")


def _session(name: str) -> list[str]:
    """The commands of the README's session for a server, without what is done on the server itself."""
    text = (Path(__file__).parents[1] / name).read_text("utf-8")
    block = text[text.index("    createuser ") :].split("\n\n")[0]
    return [line.split(" #")[0].strip() for line in block.splitlines()][2:]


def test_the_session_of_the_readme(files: Bench, server: Server, tmp_path: Path) -> None:
    bench = files.copy(tmp_path / "books")
    commands = _session("README.md")
    assert commands == _session("README.ru.md")
    for command in commands:
        command = command.replace("postgresql://anna@books.example.org/books", server.url)
        if command.startswith("compliance "):
            bench.run(*command.split()[1:], *(["--yes"] if " move " in command else []))
        else:
            subprocess.run(["sh", "-c", command], cwd=bench.folder, check=True)
    assert Bench(bench.folder, server).rows("books", "audit") == files.rows("books", "audit")


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("postgresql://anna:canary@db.example:5433/books?sslmode=verify-full&connect_timeout=5",
         "postgresql://anna@db.example:5433/books?sslmode=verify-full&connect_timeout=5"),
        ("postgresql:///books?password=canary&host=/run/pg&ssl%70assword=canary", "postgresql:///books?host=/run/pg"),
        ("postgres://db/books?password=canary", "postgresql://db/books"),
    ],
)  # fmt: skip
def test_only_the_password_of_an_address_is_hidden(given: str, shown: str) -> None:
    assert str(Server(given)) == shown


def test_a_target_that_is_not_empty_is_left_alone(team: Bench, files: Bench, tmp_path: Path) -> None:
    bench = files.copy(tmp_path / "books")
    before = state(team.place)
    assert team.server
    assert "already" in bench.fail(4, "db", "move", team.server.url, "--yes")
    assert state(team.place) == before
    assert "there already" in team.fail(2, "db", "move", team.server.url, "--yes")


def test_nothing_is_moved_unasked(files: Bench, server: Server, tmp_path: Path) -> None:
    bench = files.copy(tmp_path / "books")
    assert "nobody to ask" in bench.fail(2, "db", "move", server.url)
    assert "where to" in bench.fail(2, "db", "move", "somewhere", "--yes")
    assert "where to" in bench.fail(2, "db", "move", "--yes")
    refused = bench.fail(2, "db", "move", "postgresql://anna:canary@localhost/books", "--yes")
    assert "command line" in refused
    assert "canary" not in refused


def test_damaged_books_are_not_moved(files: Bench, server: Server, cluster: Cluster, tmp_path: Path) -> None:
    from test_books import tamper

    bench = files.copy(tmp_path / "books")
    tamper(bench.ledger, "UPDATE posting SET amount_minor = amount_minor * 2")
    bench.fail(5, "db", "move", server.url, "--yes")
    assert cluster.sql("SELECT to_regnamespace('vault')", name_of(server)) == [(None,)]


def test_a_copy_that_lost_something_is_not_kept(
    files: Bench, server: Server, cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: the vault's digest is what would find it."""
    whole = transfer.rows
    monkeypatch.setattr(
        transfer, "rows", lambda connection: (row for at, row in enumerate(whole(connection)) if at)
    )
    source = Home(files.ledger, files.folder / "vault.sqlite")
    monkeypatch.setattr(transfer, "digest", lambda connection: str(list(whole(connection))))
    with pytest.raises(BooksDamaged, match="not the books"):
        copy_books(source, Home(server, server))
    assert cluster.sql("SELECT to_regnamespace('vault')", name_of(server)) == [(None,)]


def test_books_in_two_places_are_nobodys_guess(files: Bench, server: Server, tmp_path: Path) -> None:
    bench = files.copy(tmp_path / "books")
    with (bench.folder / FILE).open("a", encoding="utf-8") as stream:
        stream.write(f'database: "{server.url}"\n')
    assert "two places" in bench.fail(4, "balance")
    assert "two places" in bench.fail(4, *SPEND, "--amount", "1.00")


@pytest.mark.parametrize(
    "address", ["postgresql://anna:canary@db/books", "postgresql://db/books?password=canary"]
)
def test_no_password_in_the_file(files: Bench, tmp_path: Path, address: str) -> None:
    bench = files.copy(tmp_path / "books")
    with (bench.folder / FILE).open("a", encoding="utf-8") as stream:
        stream.write(f'database: "{address}"\n')
    said = bench.fail(3, "balance")
    assert "~/.pgpass" in said
    assert "canary" not in said


def test_the_environment_names_the_server(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COMPLIANCE_DATABASE", server.url)
    bench = empty(tmp_path / "books")
    assert not bench.ledger.exists()
    assert bench.rows("books", "audit")[0]["events"] == 1
    assert "already" in bench.fail(4, "init")
    monkeypatch.setenv("COMPLIANCE_DATABASE", server.url + "x")
    monkeypatch.setenv("PGUSER", "x")
    assert "cannot be used" in bench.fail(4, "balance")


# A sealed copy


def test_a_sealed_copy_is_files_and_opens_without_the_server(team: Bench, tmp_path: Path) -> None:
    key = pyrage.x25519.Identity.generate()
    (tmp_path / "key.txt").write_text(str(key))
    assert (
        "sealed 3 files" in team.run("backup", str(tmp_path / "copy.age"), "--to", str(key.to_public())).err
    )
    words = ("restore", str(tmp_path / "copy.age"), "--into", str(tmp_path / "new"))
    said = team.run(*words, "--identity", str(tmp_path / "key.txt")).err
    assert team.rows("books", "audit")[0]["anchor"] in said
    assert "names a server" in said
    new = Bench(tmp_path / "new")
    assert "two places" in new.fail(4, "balance")
    (new.folder / FILE).write_text(PLAIN, encoding="utf-8")
    assert new.rows("balance") == team.rows("balance")
    assert new.run("list", "persons", "--reveal").out == team.run("list", "persons", "--reveal").out


# Who may do what


@pytest.fixture(scope="module")
def staff(files: Bench, cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Bench]:
    """The same books seen by people with different rights; ``nobody`` has none."""
    server = cluster.database()
    root = tmp_path_factory.mktemp("staff")
    first = files.copy(root / "owner")
    first.run("db", "move", server.url, "--yes")
    owner = on_server(first, server)
    assert f"{name_of(server)}_approve" in owner.run("db", "roles").out
    owner.run("db", "roles", "--apply")
    owner.run("db", "roles", "--apply")  # again, as after an upgrade
    rights = {
        "nobody": (),
        "reader": ("read",),
        "recorder": ("record",),
        "keeper": ("record", "identities"),
        "approver": ("approve", "identities"),
        "admin": ("administer",),
    }
    benches = {"owner": owner}
    for name, roles in rights.items():
        cluster.sql(f"CREATE ROLE {name} LOGIN")
        for role in roles:
            cluster.sql(f"GRANT {name_of(server)}_{role} TO {name}")
        folder = root / name
        folder.mkdir()
        url = cluster.url(name_of(server), user=name)
        (folder / FILE).write_text(f'{PLAIN}database: "{url}"\n', encoding="utf-8")
        benches[name] = Bench(folder, Server(url))
    return benches


RECIPIENT = str(pyrage.x25519.Identity.generate().to_public())
PERSON = ("record", "person", "--name", "Somebody Else")


@pytest.mark.parametrize(
    ("who", "words", "allowed"),
    [
        ("reader", ("balance",), True),
        ("reader", ("books", "audit"), True),
        ("reader", ("check",), False),  # it looks for names
        ("reader", ("backup", "copy.age", "--to", RECIPIENT), False),
        ("reader", (*SPEND, "--amount", "1.00"), False),
        ("reader", ("list", "persons", "--reveal"), False),
        ("recorder", ("balance",), True),
        ("recorder", (*SPEND, "--amount", "1.00"), True),
        ("recorder", ("record", "programme", "--id", "p9", "--title", "New"), True),
        ("recorder", ("list", "persons", "--reveal"), False),
        ("recorder", PERSON, False),
        ("keeper", PERSON, True),
        ("keeper", ("list", "persons", "--reveal"), True),
        ("keeper", ("books", "audit"), True),
        ("keeper", ("db", "roles", "--apply"), False),
        ("recorder", ("filing", "letter", "--kind", "notice", "--on", "2026-01-05", "--subject", "x"), True),
        ("approver", (*SPEND, "--amount", "1.00"), False),
        ("approver", ("filing", "letter", "--kind", "notice", "--on", "2026-01-05", "--subject", "x"), False),
        ("approver", ("list", "persons", "--reveal"), True),
        ("admin", (*SPEND, "--amount", "1.00"), True),
        ("admin", ("books", "audit"), True),
    ],
)  # fmt: skip
def test_rights_are_the_servers(
    staff: dict[str, Bench], who: str, words: tuple[str, ...], allowed: bool
) -> None:
    before = state(staff["owner"].place)
    if allowed:
        staff[who].run(*words)
        return
    assert "no right" in staff[who].fail(1, *words)
    assert state(staff["owner"].place) == before


def test_who_has_no_role_does_not_get_in(staff: dict[str, Bench]) -> None:
    assert "cannot be used" in staff["nobody"].fail(4, "balance")


def test_filing_and_deciding_are_the_approvers(staff: dict[str, Bench]) -> None:
    """Straight against the database: what the recorder's program does not offer he cannot do either."""
    from datetime import date

    from ledgerkit import NOW

    from compliance.errors import Refused
    from compliance.ledger.append import write
    from compliance.ledger.models import Decision, Fact, Freeze, Fund

    def add(who: str, fact: Fact) -> None:
        with (
            open_store(LEDGER, staff[who].place, write=True) as connection,
            write(connection, kind="x", actor=who, now=NOW) as event,
        ):
            event.add(fact)

    span = {"start_on": date(2020, 1, 1), "last_on": date(2020, 3, 31)}
    closed = Freeze(entity="2020-Q1", kind="money", filing="m", **span)
    for fact in (closed, Decision(entity="x", because="seen")):
        with pytest.raises(Refused, match="no right"):
            add("recorder", fact)
        add("approver", fact)
    with pytest.raises(Refused, match="no right"):
        add("approver", Fund(entity="f9", title="x", restricted=True))


def test_keys_and_approvals_are_the_approvers(
    staff: dict[str, Bench], monkeypatch: pytest.MonkeyPatch
) -> None:
    from test_approval import typed

    from compliance.vault import keys

    monkeypatch.setattr(keys, "_MEMORY_KIB", 1024)
    refused = typed(staff["recorder"], "w", "key", "make", "director")
    assert (refused.code, "no right" in refused.err) == (1, True)
    made = typed(staff["approver"], "w", "key", "make", "director")
    assert made.code == 0, made.err
    assert [row["role"] for row in staff["reader"].call("list", "signers", "--format", "json").rows] == [
        "director"
    ]
    assert "no right" in staff["recorder"].fail(1, "key", "revoke", "director")
    staff["approver"].run("key", "revoke", "director")


def test_the_vault_is_closed_to_who_only_records(staff: dict[str, Bench]) -> None:
    from compliance.errors import Refused

    for table in ("identity", "line_text", "blob"):
        with (
            pytest.raises(Refused, match="no right"),
            open_store(VAULT, staff["recorder"].place) as connection,
        ):
            connection.exec_driver_sql(f"SELECT * FROM {table}")


def test_older_books_on_a_server_are_upgraded_beside_a_copy(
    server: Server, cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = furnished(tmp_path / "books", server=server)
    before, rows = bench.rows("books", "audit"), state(server)
    monkeypatch.setattr("compliance.ledger.store.LEDGER", replace(LEDGER, version=LEDGER.version + 1))
    assert "older version" in bench.fail(4, "balance")
    said = bench.run("books", "upgrade").err
    assert "db roles --apply" in said
    [(beside,)] = cluster.sql(
        "SELECT nspname FROM pg_namespace WHERE nspname LIKE 'ledger_before%'", name_of(server)
    )
    assert beside in said
    kept = cluster.sql(f"SELECT count(*) FROM {beside}.posting", name_of(server))
    assert kept == cluster.sql("SELECT count(*) FROM ledger.posting", name_of(server)) != [(0,)]
    assert bench.rows("books", "audit") == before
    with open_store(replace(LEDGER, version=LEDGER.version + 1), server) as connection:
        assert "\n".join(repr(row) for row in ledger_rows(connection)).encode() == rows
    assert "fit this version" in bench.run("books", "upgrade").err
    cluster.sql(f"DROP SCHEMA {beside} CASCADE", name_of(server))


def test_roles_need_a_server(files: Bench) -> None:
    assert "need a server" in files.fail(2, "db", "roles")


# TLS


def test_a_server_elsewhere_must_prove_who_it_is(cluster: Cluster, tmp_path: Path) -> None:
    """A real server with a certificate: under the right name it is used, under another it is not."""
    authority, port = tmp_path / "authority.crt", free_port()
    cluster.certify("books.example", authority)
    cluster.configure(f"ssl = on\nlisten_addresses = '127.0.0.1'\nport = {port}")
    cluster.restart()
    url = "postgresql://owner@{host}:{port}/postgres?hostaddr=127.0.0.1&sslrootcert={file}"
    try:
        for host, file, words in (
            ("books.example", authority, "not there"),  # no books in it, but it was asked
            ("other.example", authority, "cannot be used"),
            ("books.example", tmp_path / "none.crt", "cannot be used"),
        ):
            assert words in refused(tmp_path / "books", url.format(host=host, port=port, file=file))
        mild = url.format(host="books.example", port=port, file=authority) + "&sslmode=require"
        assert "~/.postgresql/root.crt" in refused(tmp_path / "books", mild)
    finally:
        cluster.configure("")
        cluster.restart()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def refused(folder: Path, url: str) -> str:
    folder.mkdir(exist_ok=True)
    (folder / FILE).write_text(f'{PLAIN}database: "{url}"\n', encoding="utf-8")
    return Bench(folder).fail(4, "books", "audit")


# The whole way


def test_a_quarter_on_a_server(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From ``init`` to the filing, as in files; the same commands in files end at the same code. (The
    address is in the environment: a filing keeps the digest of schedules.yaml.)"""
    codes = []
    for name, address in (("team", server.url), ("alone", "")):
        folder = tmp_path / name
        folder.mkdir()
        shutil.copytree(PACKS, folder / "packs")
        monkeypatch.setenv("COMPLIANCE_DATABASE", address)
        codes.append(quarter(empty(folder, LISTED)))
    assert codes[0] == codes[1]


def quarter(bench: Bench) -> str:
    for words in (
        ("source", "--id", "abroad", "--name", "Voorbeeld", "--kind", "foreign_organisation", "--country", "NL"),
        ("fund", "--id", "f1", "--title", "F1", "--donor", "abroad"),
        ("account", "--id", "a1", "--title", "Main", "--class", "bank", "--currency", "RUB", "--number", OWN),
        ("account", "--id", "gifts", "--title", "Gifts", "--type", "income"),
        ("account", "--id", "rent", "--title", "Rent", "--type", "expense", "--expense-line", "pay"),
        ("programme", "--id", "p1", "--title", "Telephone"),
        ("opening", "--account", "a1", "--fund", "f1", "--amount", "21843.50", "--on", "2025-09-30"),
    ):  # fmt: skip
        bench.run("record", *words)
    file = bench.folder / "bank.txt"
    file.write_bytes(statement(RENT, GIFT, opening=2_184_350))
    assert "recorded 2: new lines" in bench.run("import", str(file), "--yes").err
    assert "0 new lines" in bench.run("import", str(file), "--yes").err
    for row in bench.rows("queue"):
        if row["amount_minor"] < 0:
            words = ("--kind", "expense", "--fund", "f1", "--line", "pay")
        else:
            words = ("--kind", "income", "--fund", "f1", "--account", "gifts", "--source", "abroad")
        bench.run("assign", row["line"], *words)
    assert bench.rows("queue") == []
    assert bench.call("check").code in (0, 1)
    assert "21,843.50" in bench.run("balance", "--by", "account,fund").out or bench.rows("balance")
    bench.run("report", "money", "2025-Q4")
    sent = bench.folder / "reports" / "money-2025-Q4.pdf"
    bench.run(
        "file", "money", "2025-Q4", "--on", PRACTICE_DAY, "--channel", "post", "--sent", str(sent), "--yes"
    )
    late = (
        "record",
        "expense",
        "--account",
        "a1",
        "--fund",
        "f1",
        "--as",
        "rent",
        "--amount",
        "1",
        "--on",
        "2025-12-30",
    )
    assert "filed and is closed" in bench.fail(1, *late)
    return str(bench.rows("books", "audit")[0]["anchor"])
