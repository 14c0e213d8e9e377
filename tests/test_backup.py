"""``backup`` and ``restore``: whole or not at all, and restorable with age and tar alone."""

from __future__ import annotations

import io
import json
import os
import subprocess
import tarfile
from contextlib import suppress
from pathlib import Path

import pyrage
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from workbench import PLAIN, Bench, at_terminal, furnished

from compliance import backup
from compliance.errors import BooksDamaged, InputError, SetupError
from compliance.vault import keys


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    made = furnished(tmp_path_factory.mktemp("backup"))
    made.run("record", "person", "--name", "Canary Caroline")
    return made


@pytest.fixture(scope="module")
def identity(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """An age key file, made by age itself, and its recipient."""
    path = tmp_path_factory.mktemp("age") / "key.txt"
    done = subprocess.run(["age-keygen", "-o", str(path)], capture_output=True, encoding="utf-8", check=True)
    return path, done.stderr.split(":", 1)[1].strip()


def test_back_and_again(bench: Bench, identity: tuple[Path, str], tmp_path: Path) -> None:
    key, recipient = identity
    sealed = tmp_path / "copy.age"
    assert "sealed 3 files" in bench.run("backup", str(sealed), "--to", recipient).err
    assert b"Canary" not in sealed.read_bytes()
    assert not list(bench.folder.glob(".backup-*"))
    said = bench.run("restore", str(sealed), "--into", str(tmp_path / "new"), "--identity", str(key)).err
    assert bench.rows("books", "audit")[0]["anchor"] in said
    restored = Bench(tmp_path / "new")
    assert restored.rows("balance") == bench.rows("balance")
    assert restored.run("list", "persons", "--reveal").out == bench.run("list", "persons", "--reveal").out
    assert not (tmp_path / "new.part").exists()
    assert "exists" in bench.fail(3, "backup", str(sealed), "--to", recipient)


def test_age_and_tar_alone(bench: Bench, identity: tuple[Path, str], tmp_path: Path) -> None:
    key, recipient = identity
    sealed = tmp_path / "copy.age"
    bench.run("backup", str(sealed), "--to", recipient)
    opened = subprocess.run(
        ["age", "-d", "-i", str(key), str(sealed)], capture_output=True, check=True
    ).stdout
    target = tmp_path / "plain"
    target.mkdir()
    subprocess.run(["tar", "x", "-C", str(target)], input=opened, check=True)
    assert sorted(path.name for path in target.iterdir()) == [
        "ledger.sqlite", "manifest.json", "schedules.yaml", "vault.sqlite",
    ]  # fmt: skip
    assert Bench(target).rows("balance") == bench.rows("balance")
    manifest = json.loads((target / "manifest.json").read_text())
    assert set(manifest["files"]) == {"ledger.sqlite", "schedules.yaml", "vault.sqlite"}


def test_what_age_seals_we_restore(bench: Bench, identity: tuple[Path, str], tmp_path: Path) -> None:
    key, recipient = identity
    packed = backup.pack({"ledger.sqlite": bench.ledger.read_bytes()}, made_at="2026-01-12")
    sealed = tmp_path / "theirs.age"
    sealed.write_bytes(
        subprocess.run(["age", "-r", recipient], input=packed, capture_output=True, check=True).stdout
    )
    bench.run("restore", str(sealed), "--into", str(tmp_path / "new"), "--identity", str(key))
    assert (tmp_path / "new" / "ledger.sqlite").read_bytes() == bench.ledger.read_bytes()


def test_under_a_passphrase(bench: Bench, tmp_path: Path) -> None:
    sealed = tmp_path / "copy.age"
    words = tmp_path / "words"
    for given_, code, option in (("right", 0, "backup"), ("wrong", 4, "restore"), ("right", 0, "restore")):
        words.write_text(given_ + "\n")
        with words.open("rb") as stream:
            rest = ("--passphrase",) if option == "backup" else ("--into", str(tmp_path / "new"))
            result = bench.call("--key-fd", str(stream.fileno()), option, str(sealed), *rest)
        assert result.code == code, result.err
    assert (tmp_path / "new" / "ledger.sqlite").is_file()


def test_protected_books_stay_protected(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys, "_MEMORY_KIB", 1024)
    bench = Bench(tmp_path / "books")
    bench.folder.mkdir()
    (bench.folder / "schedules.yaml").write_text(PLAIN, encoding="utf-8")
    words = tmp_path / "words"
    words.write_text("open sesame\nseal sesame\n")

    def run(*command: str) -> str:
        handle = os.open(words, os.O_RDONLY)
        try:
            return bench.run("--key-fd", str(handle), *command).err
        finally:
            os.close(handle)

    run("init", "--protect")
    assert "sealed 4 files" in run("backup", str(tmp_path / "copy.age"), "--passphrase")
    opened = backup.unseal((tmp_path / "copy.age").read_bytes(), passphrase="seal sesame")
    files = backup.unpack(opened)
    assert not files["ledger.sqlite"].startswith(b"SQLite format 3")
    words.write_text("seal sesame\n")
    assert "protected" in run("restore", str(tmp_path / "copy.age"), "--into", str(tmp_path / "new"))
    words.write_text("open sesame\n")
    bench.folder = tmp_path / "new"
    run("books", "audit")


def test_nothing_is_overwritten(bench: Bench, identity: tuple[Path, str], tmp_path: Path) -> None:
    key, recipient = identity
    bench.run("backup", str(tmp_path / "copy.age"), "--to", recipient)
    mine = tmp_path / "mine"
    mine.mkdir()
    words = ("restore", str(tmp_path / "copy.age"), "--into", str(mine), "--identity", str(key))
    bench.run(*words)  # an empty folder is fine
    (mine / "ledger.sqlite").write_bytes(b"mine")
    assert "not empty" in bench.fail(3, *words)
    assert (mine / "ledger.sqlite").read_bytes() == b"mine"


def test_a_copy_of_damaged_books_leaves_no_folder(
    bench: Bench, identity: tuple[Path, str], tmp_path: Path
) -> None:
    key, recipient = identity
    torn = bytearray(bench.ledger.read_bytes())
    torn[5000:9000] = bytes(4000)
    sealed = tmp_path / "copy.age"
    packed = backup.pack({"ledger.sqlite": bytes(torn)}, made_at="2026")
    sealed.write_bytes(backup.seal(packed, recipients=[recipient]))
    bench.fail(5, "restore", str(sealed), "--into", str(tmp_path / "new"), "--identity", str(key))
    assert [path.name for path in tmp_path.iterdir()] == ["copy.age"]


def test_damaged_books_are_not_sealed_as_if_whole(tmp_path: Path, identity: tuple[Path, str]) -> None:
    from test_books import tamper

    bench = furnished(tmp_path / "books")
    tamper(bench.ledger, "UPDATE posting SET amount_minor = amount_minor * 2")
    bench.fail(5, "backup", str(tmp_path / "copy.age"), "--to", identity[1])
    assert not (tmp_path / "copy.age").exists()


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ((), 2, "for whom"),
        (("--to", "age1x", "--passphrase"), 2, "for whom"),
        (("--to", "nobody"), 3, "not a recipient"),
    ],
)
def test_wrong_recipients(bench: Bench, tmp_path: Path, words: tuple[str, ...], code: int, said: str) -> None:
    assert said in bench.fail(code, "backup", str(tmp_path / "copy.age"), *words)
    assert not (tmp_path / "copy.age").exists()


def test_wrong_sealed_files(bench: Bench, identity: tuple[Path, str], tmp_path: Path) -> None:
    key, recipient = identity
    other = tmp_path / "other.txt"
    other.write_text(str(pyrage.x25519.Identity.generate()))
    empty_key = tmp_path / "empty.txt"
    empty_key.write_text("nothing")
    sealed = tmp_path / "copy.age"
    bench.run("backup", str(sealed), "--to", recipient)
    words = ("restore", str(sealed), "--into", str(tmp_path / "new"), "--identity")
    assert "does not open" in bench.fail(4, *words, str(other))
    assert "no age key" in bench.fail(3, *words, str(empty_key))
    sealed.write_bytes(sealed.read_bytes()[:-20])
    bench.fail(4, *words, str(key))
    sealed.write_bytes(b"PK\x03\x04")
    assert "not a sealed file" in bench.fail(3, *words, str(key))
    assert not (tmp_path / "new").exists()
    assert not (tmp_path / "new.part").exists()


# The tar inside


@settings(max_examples=50, deadline=None)
@given(
    st.dictionaries(
        st.text("abcdefgh-_.", min_size=1, max_size=12).filter(lambda name: set(name) != {"."} and name != "manifest.json"),
        st.binary(max_size=200),
        max_size=4,
    )
)  # fmt: skip
def test_unpack_is_the_inverse_of_pack(files: dict[str, bytes]) -> None:
    packed = backup.pack(files, made_at="2026-01-12T09:00:00+00:00")
    assert backup.unpack(packed) == files
    assert backup.pack(files, made_at="2026-01-12T09:00:00+00:00") == packed


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_no_damage_to_the_tar_passes(data: st.DataObject) -> None:
    files = {"a": b"one" * 100, "b": b"two" * 300}
    packed = bytearray(backup.pack(files, made_at="2026"))
    at = data.draw(st.integers(0, len(packed) - 1))
    packed[at] ^= data.draw(st.integers(1, 255))
    with suppress(InputError, BooksDamaged):
        assert backup.unpack(bytes(packed)) == files  # padding and header fields nobody reads


@pytest.mark.parametrize("name", ["../evil", "/etc/evil", "a\\b", "c:evil", "sub/../../evil"])
def test_names_that_would_leave_the_folder(name: str) -> None:
    with pytest.raises(BooksDamaged):
        backup.unpack(backup.pack({name: b"x"}, made_at="2026"))


def test_links_in_a_backup_are_not_files() -> None:
    packed = io.BytesIO(backup.pack({"a": b"x"}, made_at="2026"))
    with tarfile.open(fileobj=packed, mode="a:") as archive:
        link = tarfile.TarInfo("b")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    assert backup.unpack(packed.getvalue()) == {"a": b"x"}
    with pytest.raises(InputError):
        backup.unpack(b"")


def test_a_passphrase_round_trip_and_no_other() -> None:
    sealed = backup.seal(b"books", passphrase="x")
    assert backup.unseal(sealed, passphrase="x") == b"books"
    with pytest.raises(SetupError):
        backup.unseal(sealed, passphrase="y")


@pytest.mark.skipif(os.name == "nt", reason="a pseudo-terminal is a Unix thing")
def test_on_a_terminal_it_asks_who_may_open_it(
    bench: Bench, identity: tuple[Path, str], tmp_path: Path
) -> None:
    key, recipient = identity
    code, shown = at_terminal(bench.folder, [recipient], "backup", str(tmp_path / "copy.age"))
    assert (code, "Who may open it" in shown) == (0, True), shown
    bench.run("restore", str(tmp_path / "copy.age"), "--into", str(tmp_path / "new"), "--identity", str(key))
    assert "--passphrase" in bench.fail(2, "backup", str(tmp_path / "other.age"))
