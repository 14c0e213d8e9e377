"""Approvals: by a key in the books or on another computer; a changed byte voids them; nothing is sent without."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_times import CONFIG, begun, spend
from workbench import Bench, Result, empty

from compliance import packed
from compliance.errors import InputError
from compliance.filings import approval
from compliance.storage import Server
from compliance.vault import keys, signing

APPROVED = CONFIG + "approval: {2026-01-01: [accountant, director]}\n"
Q4 = ("money", "2025-Q4")
SENT = ("file", *Q4, "--on", "2026-01-12", "--channel", "post", "--yes", "--sent")


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """The cost of a passphrase is not what is tested here."""
    monkeypatch.setattr(keys, "_MEMORY_KIB", 1024)


@pytest.fixture(scope="module")
def made(
    new_server: Callable[[], Server | None], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Bench]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(keys, "_MEMORY_KIB", 1024)
        bench = empty(tmp_path_factory.mktemp("approval") / "books", APPROVED, server=new_server())
        begun(bench)
        spend(bench, "2025-10-20", "123456.78")
        for role in ("accountant", "director"):
            typed(bench, role, "key", "make", role)
        yield bench


@pytest.fixture
def bench(made: Bench, tmp_path: Path) -> Bench:
    copy = made.copy(tmp_path / "books")
    (copy.folder / "sent.pdf").write_bytes(b"%PDF what was sent")
    return copy


def typed(bench: Bench, passphrase: str, *words: str) -> Result:
    """A command that is given a passphrase."""
    path = bench.folder.parent / "words"
    path.write_text(f"{passphrase}\n{passphrase}\n")
    handle = os.open(path, os.O_RDONLY)
    try:
        return bench.call("--key-fd", str(handle), *words)
    finally:
        os.close(handle)


def approve(bench: Bench, *roles: str) -> None:
    for role in roles:
        result = typed(bench, role, "approve", *Q4, "--as", role, "--yes")
        assert result.code == 0, result.err


def states(bench: Bench) -> dict[str, str]:
    return {row["role"]: row["state"] for row in bench.rows("approval", "list", *Q4)}


def test_the_list_of_one_form(made: Bench, tmp_path: Path) -> None:
    bench = made.copy(tmp_path / "books")
    approve(bench, "accountant")
    assert {row["name"] for row in bench.rows("approval", "list", "money")} == {"money"}
    assert bench.rows("approval", "list", "activity") == []
    assert "no filing called" in bench.fail(2, "approval", "list", "poem")


def send(bench: Bench) -> Result:
    return bench.call(*SENT, str(bench.folder / "sent.pdf"))


def test_nothing_is_sent_before_everybody_agreed_in_order(bench: Bench) -> None:
    assert states(bench) == {"accountant": "missing", "director": "missing"}
    result = send(bench)
    assert result.code == 1
    assert "not approved by: the accountant" in result.err
    assert "not approved by: the director" in result.err
    assert "compliance approve money 2025-Q4 --as director" in result.err
    assert "approves after accountant" in bench.fail(1, "approve", *Q4, "--as", "director", "--yes")
    approve(bench, "accountant", "director")
    assert states(bench) == {"accountant": "approved", "director": "approved"}
    assert send(bench).code == 0
    assert states(bench) == {"accountant": "filed", "director": "filed"}
    bench.run("books", "audit")


def test_the_next_open_role_without_as(bench: Bench) -> None:
    for role in ("accountant", "director"):
        assert typed(bench, role, "approve", *Q4, "--yes").code == 0
    assert set(states(bench).values()) == {"approved"}
    assert "--as is missing" in bench.fail(2, "approve", *Q4, "--yes")


def test_a_changed_figure_voids_it_and_is_named(bench: Bench) -> None:
    approve(bench, "accountant", "director")
    spend(bench, "2025-11-20", "77000.00")
    assert states(bench) == {"accountant": "changed", "director": "changed"}
    result = send(bench)
    assert result.code == 1
    assert "no longer what the director approved" in result.err
    said = typed(bench, "accountant", "approve", *Q4, "--yes").err
    assert "123 → 200" in said
    approve(bench, "director")
    assert send(bench).code == 0


def test_what_does_not_print_voids_nothing(bench: Bench) -> None:
    approve(bench, "accountant", "director")
    spend(bench, "2026-01-05", "77000.00")
    assert set(states(bench).values()) == {"approved"}


def test_wrong_passphrase_wrong_role_no_key(bench: Bench) -> None:
    result = typed(bench, "wrong", "approve", *Q4, "--as", "accountant", "--yes")
    assert result.code == 4
    assert "does not open this key" in result.err
    assert "nobody asks" in bench.fail(2, "approve", *Q4, "--as", "counsel", "--yes")
    bench.run("key", "revoke", "accountant")
    assert "no key for accountant" in bench.fail(1, "approve", *Q4, "--as", "accountant", "--yes")
    assert "counts no more already" in bench.fail(2, "key", "revoke", "accountant")
    assert states(bench) == {"accountant": "missing", "director": "missing"}


def test_what_a_key_approved_before_it_was_revoked_stands(bench: Bench) -> None:
    approve(bench, "accountant", "director")
    bench.run("key", "revoke", "director")
    assert states(bench)["director"] == "approved"
    # The lost key's successor, under the same name.
    assert typed(bench, "new", "key", "make", "director").code == 0
    assert states(bench)["director"] == "approved"
    spend(bench, "2025-11-20", "77000.00")
    approve(bench, "accountant")
    assert typed(bench, "director", "approve", *Q4, "--yes").code == 4
    assert typed(bench, "new", "approve", *Q4, "--yes").code == 0
    assert send(bench).code == 0


def test_one_person_who_says_so_needs_no_approval(bench: Bench) -> None:
    config = bench.folder / "schedules.yaml"
    text = config.read_text("utf-8")
    config.write_text(text.replace("[accountant, director]", "[]"), "utf-8")
    result = send(bench)
    assert result.code == 0
    assert "Nobody has to approve" not in result.err


def test_where_nothing_is_said_it_is_told(bench: Bench) -> None:
    config = bench.folder / "schedules.yaml"
    text = config.read_text("utf-8")
    config.write_text(text.replace("2026-01-01: [acc", "2026-02-01: [acc"), "utf-8")
    result = send(bench)
    assert result.code == 0
    assert "Nobody has to approve" in result.err


# Two computers


def elsewhere(folder: Path, passphrase: str, *words: str) -> Result:
    """A computer without any books."""
    folder.mkdir(exist_ok=True)
    (folder.parent / "words").write_text(f"{passphrase}\n{passphrase}\n")
    return typed(Bench(folder), passphrase, *words)


@pytest.fixture
def away(tmp_path: Path) -> Path:
    return tmp_path / "away"


def key_of_director(bench: Bench, away: Path) -> str:
    bench.run("key", "revoke", "director")
    made = elsewhere(away, "mine", "key", "make", "director", "--file", str(away / "director.key"))
    assert made.code == 0, made.err
    public = next(word for word in made.err.split() if len(word) == 64)
    bench.run("key", "trust", "director", public, "--yes")
    return public


def signed_away(bench: Bench, away: Path) -> Path:
    bench.run("approval", "request", *Q4, str(away / "ask.zip"))
    words = ("approval", "sign", str(away / "ask.zip"), "--key", str(away / "director.key"), "--yes")
    result = elsewhere(away, "mine", *words, "--papers", str(away / "papers"))
    assert result.code == 0, result.err
    assert "123" in result.out
    assert not [line for line in result.out.splitlines() if line.lstrip().startswith(":")]
    assert {path.suffix for path in (away / "papers").iterdir()} >= {".pdf", ".xlsx"}
    return away / "ask-director.approval"


def test_a_director_on_another_computer(bench: Bench, away: Path) -> None:
    key_of_director(bench, away)
    approve(bench, "accountant")
    back = signed_away(bench, away)
    bench.run("approval", "accept", str(back))
    assert states(bench) == {"accountant": "approved", "director": "approved"}
    assert send(bench).code == 0


def test_what_comes_back_for_another_report_is_refused(bench: Bench, away: Path) -> None:
    key_of_director(bench, away)
    approve(bench, "accountant")
    back = signed_away(bench, away)
    spend(bench, "2025-11-20", "77000.00")
    said = bench.fail(1, "approval", "accept", str(back))
    assert "not what the books print today" in said
    assert "123 → 200" in said
    assert states(bench)["director"] == "missing"


def test_a_key_that_nobody_trusts(bench: Bench, away: Path) -> None:
    public = key_of_director(bench, away)
    back = signed_away(bench, away)
    bench.run("key", "revoke", "director")
    assert f"compliance key trust director {public}" in bench.fail(1, "approval", "accept", str(back))


@pytest.fixture(scope="module")
def sealed() -> tuple[bytes, bytes]:
    """(a request, an approval of it) made without books."""
    content = {
        "schema": "contents/1", "name": "money", "first_on": "2025-10-01", "last_on": "2025-12-31", "head": ["N"],
        "title": "T", "sections": [{"id": "s", "caption": "C", "rows": [{"key": "r", "caption": "R", "cells": [["s.r", 5]]}]}],
    }  # fmt: skip
    from compliance.filings.act import Subject
    from compliance.periods import parse_period

    subject = Subject("x.money", "money", None, parse_period("2025-Q4"), ())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(keys, "_MEMORY_KIB", 1024)
        made, public = signing.make("director", "w")
        text = approval.text(subject, "director", content, subject.period.last)
        signature = signing.sign(signing.parse(made, "k"), "w", text)
    request = approval.request(subject, content, {"a.pdf": b"%PDF"}, ["director"])
    return request, approval.approval_file(approval.Signed(text, signature, public, content))


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(at=st.integers(0, 10_000), value=st.integers(0, 255))
def test_no_changed_byte_passes(sealed: tuple[bytes, bytes], at: int, value: int) -> None:
    """Any other byte anywhere: refused, or the same words (white space between them)."""
    _request, good = sealed
    at %= len(good)
    bad = good[:at] + bytes([value]) + good[at + 1 :]
    role, before = approval.read_approval(good, "f")
    try:
        found = approval.read_approval(bad, "f")
    except InputError:
        return
    assert found == (role, before)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(at=st.integers(0, 10_000), value=st.integers(0, 255))
def test_a_damaged_request_is_refused_or_the_same(sealed: tuple[bytes, bytes], at: int, value: int) -> None:
    good, _approval = sealed
    at %= len(good)
    before = approval.read_request(good, "f")
    try:
        found = approval.read_request(good[:at] + bytes([value]) + good[at + 1 :], "f")
    except InputError:
        return
    assert found.content == before.content
    assert found.subject == before.subject


@pytest.mark.parametrize(
    "data", [b"", b"PK", b"{}", b"[1]", b"\xff\xfe", json.dumps({"schema": "approval/1"}).encode()]
)
def test_what_is_no_approval(bench: Bench, data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(data)
    bench.fail(3, "approval", "accept", str(path))
    bench.fail(3, "approval", "sign", str(path), "--key", str(path), "--yes")


def test_hostile_archives_are_refused() -> None:
    import io
    import stat
    import warnings
    import zipfile

    def made(*entries: tuple[str, bytes, int]) -> bytes:
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            for name, data, mode in entries:
                entry = zipfile.ZipInfo(name)
                entry.external_attr = mode << 16
                archive.writestr(entry, data)
        return stream.getvalue()

    plain = stat.S_IFREG | 0o600
    assert packed.unpack(made(("a/b.txt", b"x", plain))) == {"a/b.txt": b"x"}
    for bad in (
        made(("../a", b"x", plain)), made(("/a", b"x", plain)), made(("a//b", b"x", plain)), made(("C:a", b"x", plain)),
        made(("a", b"x", plain), ("a", b"y", plain)), made(("link", b"/etc/passwd", stat.S_IFLNK | 0o777)),
        made(("folder/", b"", stat.S_IFDIR | 0o700)), b"no zip",
    ):  # fmt: skip
        with pytest.raises(packed.Unpackable):
            packed.unpack(bad)
    with pytest.raises(packed.Unpackable):
        packed.unpack(made(("bomb", b"\0" * 2_000_000, plain)), cap=1_000_000)


def test_same_files_same_bytes() -> None:
    assert packed.pack({"a": b"1", "b": b"2"}) == packed.pack({"a": b"1", "b": b"2"})
    assert packed.unpack(packed.pack({"a": b"1", "b": b"2"})) == {"a": b"1", "b": b"2"}
