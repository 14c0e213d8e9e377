"""The vault: identities by pseudonym, originals by digest, keys in slots."""

from __future__ import annotations

import json
import random
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance.errors import BooksDamaged, InputError, SetupError
from compliance.files import digest
from compliance.storage import Place, create_store
from compliance.vault import keys
from compliance.vault.models import VAULT
from compliance.vault.vault import PART_BYTES, Vault, canonical, commitment, practice_entropy


@pytest.fixture
def vault(place: Place) -> Iterator[Vault]:
    with create_store(VAULT, place) as connection:
        yield Vault(connection)


def test_identities(vault: Vault) -> None:
    kept = vault.put_identity("p1", "person", {"name": "Caroline"})
    assert vault.identity("p1") == {"name": "Caroline"}
    assert vault.identity("p2") is None
    assert vault.verify_identity("p1", kept) is True
    assert vault.verify_identity("p1", "0" * 64) is False
    assert vault.verify_identity("p2", kept) is None
    vault.put_identity("d1", "source", {"name": "Donor"})
    assert set(vault.identities()) == {"p1", "d1"}
    assert set(vault.identities("source")) == {"d1"}


def test_revising_keeps_what_was_not_given(vault: Vault) -> None:
    first, changed = vault.revise_identity("p1", "person", {"name": "A", "address": "B"})
    assert first
    assert changed == []
    assert vault.revise_identity("p1", "person", {"name": "A"}) == (first, [])
    second, changed = vault.revise_identity("p1", "person", {"address": None, "tax_id": "7"})
    assert second != first
    assert changed == ["address", "tax_id"]
    assert vault.identity("p1") == {"name": "A", "tax_id": "7"}
    third, changed = vault.revise_identity("p1", "person", {"name": "B"}, fresh=True)
    assert (third == second, changed) == (False, [])
    assert vault.identity("p1") == {"name": "B"}  # nothing of a stranger is mixed in
    assert vault.revise_identity("p1", "person", {"name": "B"}, fresh=True) == (third, [])


@pytest.mark.parametrize("size", [1, PART_BYTES - 1, PART_BYTES, PART_BYTES + 1, 5 * PART_BYTES])
def test_an_original_in_parts_comes_back_whole(vault: Vault, size: int) -> None:
    data = random.Random(size).randbytes(size)
    key = digest(data)
    for _again in range(2):
        vault.put_packed(
            "f", key, (zlib.compress(data)[at : at + 1000] for at in range(0, size + 1000, 1000))
        )
        assert vault.blob(key) == data
    vault.put_packed("f", key, iter([zlib.compress(data, 9), b"more of another packer" * PART_BYTES]))
    assert vault.blob(key) == data
    rows = vault._connection.exec_driver_sql("SELECT max(length(data)) FROM blob_part").scalar_one()
    assert rows is None or rows <= PART_BYTES
    plain = vault.put_blob("g", b"plain")
    vault.put_packed("g", plain, iter([zlib.compress(b"plain")]))
    assert vault.blob(plain) == b"plain"


def test_purged_is_not_changed(vault: Vault) -> None:
    kept = {"p1": vault.put_identity("p1", "person", {"name": "A"}), "p2": "f" * 64}
    assert vault.purged(kept) == ["p2"]
    vault.put_identity("p1", "person", {"name": "B"})
    with pytest.raises(BooksDamaged, match="p1"):
        vault.purged(kept)


def test_a_commitment_says_nothing_without_its_salt(vault: Vault) -> None:
    body = {"name": "Caroline"}
    first = vault.put_identity("p1", "person", body)
    second = vault.put_identity("p2", "person", body)
    assert first != second
    assert first != digest(canonical(body).encode())
    assert commitment(b"salt", "x") != commitment(b"salt", "y")


def test_originals(vault: Vault) -> None:
    data = b"%PDF-1.4" + bytes(3000)
    key = vault.put_blob("a.pdf", data)
    assert key == digest(data) == vault.put_blob("again.pdf", data)
    assert vault.blob(key) == data
    assert vault.blob_name(key) == "a.pdf"
    assert vault.blob("none") is None
    assert vault.blob_name("none") is None


def test_lines_rules_and_the_line_key(vault: Vault) -> None:
    vault.put_line_texts([("l1", canonical({"name": "A"}))])
    vault.put_line_texts([("l1", canonical({"name": "B"})), ("l2", "{}")])
    vault.put_line_texts([])
    assert vault.line_text("l1") == {"name": "A"}
    assert vault.line_text("none") == {}
    vault.put_rule("r1", {"a": 1})
    vault.put_rule("r1", {"a": 2})
    assert vault.rules() == {"r1": {"a": 2}}
    vault.drop_rule("r1")
    assert vault.rules() == {}
    assert vault.line_key() == vault.line_key()
    assert len(vault.line_key()) == 32


def test_practice_bytes_repeat_and_others_do_not() -> None:
    assert practice_entropy(b"a")(32) == practice_entropy(b"a")(32)
    assert practice_entropy(b"a")(32) != practice_entropy(b"b")(32)
    draw = practice_entropy(b"a")
    assert draw(32) != draw(32)


@given(st.dictionaries(st.text(max_size=5), st.text(max_size=10), max_size=4))
def test_canonical_text_reads_back_and_knows_no_order(body: dict[str, str]) -> None:
    assert json.loads(canonical(body)) == body
    assert canonical(body) == canonical(dict(reversed(body.items())))


# Keys


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys, "_MEMORY_KIB", 1024)


@pytest.mark.usefixtures("quick")
def test_two_ways_in(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    pair = keys.create(path, "first words")
    keys.add_slot(path, "first words", "second words", slot="paper")
    assert keys.unlock(path, "first words") == keys.unlock(path, "second words") == pair
    assert len({*pair}) == 2
    assert all(len(key) == 32 for key in pair)
    with pytest.raises(SetupError, match="does not open"):
        keys.unlock(path, "third words")
    with pytest.raises(SetupError):
        keys.add_slot(path, "third words", "x", slot="x")
    text = path.read_text()
    assert all(key.hex() not in text for key in pair)
    assert [slot["slot"] for slot in json.loads(text)["slots"]] == ["first", "paper"]
    with pytest.raises(InputError, match="protects nothing"):
        keys.create(tmp_path / "other.json", "")


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize(
    "content",
    [
        "", "[]", "{}", '{"format": 2, "slots": []}', '{"format": 1, "slots": 3}',
        '{"format": 1, "slots": [{}]}',
        '{"format": 1, "slots": [{"salt": "AA==", "nonce": "AA==", "sealed": "AA==", "memory_kib": 99999999999, "passes": 3}]}',
        '{"format": 1, "slots": [{"salt": "%%", "nonce": "AA==", "sealed": "AA==", "memory_kib": 1024, "passes": 3}]}',
    ],
)  # fmt: skip
def test_a_broken_key_file(tmp_path: Path, content: str) -> None:
    path = tmp_path / "keys.json"
    path.write_text(content)
    with pytest.raises((InputError, SetupError)):
        keys.unlock(path, "words")


def test_the_real_stretching_is_slow_enough() -> None:
    """256 MiB and three passes (SAFETY): a guess costs as much as it should."""
    assert (keys._MEMORY_KIB, keys._PASSES) == (256 * 1024, 3)
