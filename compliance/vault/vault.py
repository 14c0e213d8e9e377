"""Reading and writing the vault on a connection that ``storage.open_store(VAULT, ...)`` gave.

Every write is idempotent by its key, because a command that touches both stores writes the vault
first and the ledger last: if it stops in between, repeating it changes nothing twice.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from compliance.errors import BooksDamaged
from compliance.files import digest
from compliance.i18n import _

Entropy = Callable[[int], bytes]
LINE_KEY = "line_key"
SIGNING_KEY = "signing:"
_CHUNK = 5000
PART_BYTES = 64 * 1024
"""An original that comes in pieces is kept in rows of so many bytes."""
# Made once: json.dumps would make one at each call, and a statement has a text a line.
_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))
Body = Mapping[str, Any]


def practice_entropy(seed: bytes) -> Entropy:
    """Deterministic bytes for a *practice* vault only, so that two demos are equal byte for byte."""
    state = hashlib.sha256(b"practice" + seed).digest()

    def draw(size: int) -> bytes:
        nonlocal state
        state = hashlib.sha256(state).digest()
        return state[:size]

    return draw


def canonical(body: Body) -> str:
    """JSON with sorted keys: the text that commitments are taken over."""
    return _ENCODER.encode(body)


def commitment(salt: bytes, body: str) -> str:
    """A keyed digest of a vault value: without the vault's salt it says nothing about the value."""
    return hmac.new(salt, body.encode(), hashlib.sha256).hexdigest()


class Vault:
    def __init__(self, connection: Connection, entropy: Entropy = secrets.token_bytes) -> None:
        self._connection = connection
        self._entropy = entropy

    def line_key(self) -> bytes:
        """The key of statement-line identities; made once."""
        found = self.stored_line_key()
        if found is None:
            found = self._entropy(32)
            self._run("INSERT INTO secret VALUES (?, ?)", LINE_KEY, found)
        return found

    def stored_line_key(self) -> bytes | None:
        """The same for one who only reads: ``None`` while no statement was ever loaded."""
        found = self._one("SELECT value FROM secret WHERE name = ?", LINE_KEY)
        assert found is None or isinstance(found, bytes)
        return found

    def put_signing_key(self, signer: str, sealed: str) -> None:
        """A sealed private key (``vault.signing``); one that a signer had before is replaced."""
        self._run(
            "INSERT INTO secret VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            f"{SIGNING_KEY}{signer}", sealed.encode(),
        )  # fmt: skip

    def signing_key(self, signer: str) -> bytes | None:
        """The sealed private key of a signer, where it is kept here."""
        found = self._one("SELECT value FROM secret WHERE name = ?", f"{SIGNING_KEY}{signer}")
        assert found is None or isinstance(found, bytes)
        return found

    def put_identity(self, ref: str, kind: str, body: Body) -> str:
        """Store or replace who ``ref`` is; returns the commitment that the ledger keeps."""
        text = canonical(body)
        salt = self._entropy(32)
        self._run(
            "INSERT INTO identity VALUES (?, ?, ?, ?) ON CONFLICT (ref) DO UPDATE "
            "SET kind = excluded.kind, body = excluded.body, salt = excluded.salt",
            ref, kind, text, salt,
        )  # fmt: skip
        return commitment(salt, text)

    def revise_identity(
        self, ref: str, kind: str, given: Body, *, fresh: bool = False
    ) -> tuple[str, list[str]]:
        """Who ``ref`` is, with the ``given`` fields changed (``None`` empties one).

        ``fresh``: the ledger does not know ``ref`` yet, so what stands here is left from a command that
        stopped halfway, perhaps about somebody else; it is replaced, never mixed in.

        Returns the commitment for the ledger and the names of the fields that changed. Where nothing
        did it is the commitment of what stands here: a command that stopped between the two stores
        is repeated, and the ledger must still learn of it.
        """
        before = self.identity(ref)
        kept = {} if fresh or before is None else before
        after = {key: value for key, value in (kept | dict(given)).items() if value is not None}
        if before is not None and after == before:
            return self._commitment(ref), []
        changed = sorted(key for key in {*after, *kept} if after.get(key) != kept.get(key))
        return self.put_identity(ref, kind, after), changed if kept else []

    def _commitment(self, ref: str) -> str:
        row = self._connection.exec_driver_sql("SELECT body, salt FROM identity WHERE ref = ?", (ref,)).one()
        return commitment(row.salt, row.body)

    def identity(self, ref: str) -> dict[str, Any] | None:
        found = self._one("SELECT body FROM identity WHERE ref = ?", ref)
        return None if found is None else json.loads(found)

    def identities(self, kind: str | None = None) -> dict[str, dict[str, Any]]:
        rows = self._connection.exec_driver_sql("SELECT ref, kind, body FROM identity ORDER BY ref")
        return {row.ref: json.loads(row.body) for row in rows if kind in (None, row.kind)}

    def names(self) -> tuple[str, ...]:
        """Every name it knows: what a text that leaves the vault is searched for."""
        return tuple(str(body["name"]) for body in self.identities().values() if body.get("name"))

    def verify_identity(self, ref: str, expected: str) -> bool | None:
        """Does the vault still hold what the ledger committed to? ``None`` when it was purged."""
        row = self._connection.exec_driver_sql(
            "SELECT body, salt FROM identity WHERE ref = ?", (ref,)
        ).first()
        return None if row is None else hmac.compare_digest(commitment(row.salt, row.body), expected)

    def purged(self, commitments: Mapping[str, str]) -> list[str]:
        """Who of the ledger's people (pseudonym -> commitment) is no longer here.

        ``BooksDamaged`` when somebody's entry is not what the ledger committed to.
        """
        found = {ref: self.verify_identity(ref, kept) for ref, kept in commitments.items()}
        changed = [ref for ref, same in found.items() if same is False]
        if changed:
            raise BooksDamaged(
                _("the vault was changed after it was written: {ref}").format(ref=changed[0]),
                remedy=_("Stop, keep this file as it is, and go to the last backup: compliance restore FILE"),
            )
        return [ref for ref, same in found.items() if same is None]

    def put_line_texts(self, rows: Iterable[tuple[str, str]]) -> None:
        """(line identity, canonical JSON text) pairs; known identities are left alone."""
        chunk = list(rows)
        if chunk:
            self._connection.exec_driver_sql(
                "INSERT INTO line_text VALUES (?, ?) ON CONFLICT DO NOTHING", chunk
            )

    def line_text(self, identity: str) -> dict[str, str]:
        """``name tax_id account bic bank country purpose ref kind`` of a line, what the bank gave; empty when purged."""
        found = self._one("SELECT body FROM line_text WHERE identity = ?", identity)
        return {} if found is None else json.loads(found)

    def line_texts(self, identities: Sequence[str]) -> dict[str, dict[str, str]]:
        """The same of many lines; those without a text are left out."""
        found = {}
        for at in range(0, len(identities), _CHUNK):
            chunk = tuple(identities[at : at + _CHUNK])
            marks = ", ".join("?" * len(chunk))
            query = f"SELECT identity, body FROM line_text WHERE identity IN ({marks})"
            for row in self._connection.exec_driver_sql(query, chunk):
                found[row.identity] = json.loads(row.body)
        return found

    def put_blob(self, name: str, data: bytes) -> str:
        """Keep an original; returns its digest."""
        key = digest(data)
        self._run("INSERT INTO blob VALUES (?, ?, ?, 0) ON CONFLICT DO NOTHING", key, name, data)
        return key

    def put_packed(self, name: str, key: str, pieces: Iterable[bytes]) -> None:
        """Keep an original of digest ``key`` that comes compressed (a zlib stream), piece by piece.

        Memory holds one part of it. What is kept already is left alone.
        """
        for number, part in enumerate(_parts(pieces)):
            # Not looked up first: whoever only records may write here, not read.
            if number == 0:
                self._run("INSERT INTO blob VALUES (?, ?, ?, 1) ON CONFLICT DO NOTHING", key, name, part)
            else:
                self._run("INSERT INTO blob_part VALUES (?, ?, ?) ON CONFLICT DO NOTHING", key, number, part)

    def blob(self, key: str) -> bytes | None:
        """The original's own bytes."""
        row = self._connection.exec_driver_sql(
            "SELECT data, packed FROM blob WHERE digest = ?", (key,)
        ).first()
        if row is None:
            return None
        if not row.packed:
            return bytes(row.data)
        rest = self._connection.exec_driver_sql(
            "SELECT data FROM blob_part WHERE digest = ? ORDER BY number", (key,)
        )
        unpacker = zlib.decompressobj()  # a stream ends by itself, whatever follows it
        return b"".join([unpacker.decompress(part) for part in (row.data, *(item.data for item in rest))])

    def blob_name(self, key: str) -> str | None:
        found = self._one("SELECT name FROM blob WHERE digest = ?", key)
        return None if found is None else str(found)

    def put_rule(self, rule_id: str, body: Body) -> None:
        self._run(
            "INSERT INTO rule VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET body = excluded.body",
            rule_id, canonical(body),
        )  # fmt: skip

    def drop_rule(self, rule_id: str) -> None:
        self._run("DELETE FROM rule WHERE id = ?", rule_id)

    def rules(self) -> dict[str, dict[str, Any]]:
        rows = self._connection.exec_driver_sql("SELECT id, body FROM rule ORDER BY id")
        return {row.id: json.loads(row.body) for row in rows}

    def put_analytic(self, text: str, body: Body) -> None:
        """What a word of another program's books means in ours."""
        self._run(
            "INSERT INTO analytic VALUES (?, ?) ON CONFLICT (text) DO UPDATE SET body = excluded.body",
            text, canonical(body),
        )  # fmt: skip

    def drop_analytic(self, text: str) -> bool:
        """Whether there was one."""
        known = text in self.analytics()
        self._run("DELETE FROM analytic WHERE text = ?", text)
        return known

    def analytics(self) -> dict[str, dict[str, str]]:
        rows = self._connection.exec_driver_sql("SELECT text, body FROM analytic ORDER BY text")
        return {row.text: json.loads(row.body) for row in rows}

    def _one(self, query: str, *values: Any) -> Any:
        return self._connection.exec_driver_sql(query, values).scalar_one_or_none()

    def _run(self, query: str, *values: Any) -> None:
        self._connection.exec_driver_sql(query, values)


def _parts(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes in parts of ``PART_BYTES``, the last one shorter."""
    part = bytearray()
    for piece in pieces:
        part += piece
        while len(part) >= PART_BYTES:
            yield bytes(part[:PART_BYTES])
            del part[:PART_BYTES]
    if part:
        yield bytes(part)
