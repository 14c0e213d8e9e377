"""The vault: who people are, what statements said about them, originals. Never printed by default.

Unlike the ledger its rows may be removed (a purge); the ledger then still verifies, because it
holds only keyed commitments to what stood here.
"""

from __future__ import annotations

from sqlalchemy import Column, Integer, LargeBinary, MetaData, Table, Text

from compliance.storage.base import Store

SCHEMA_VERSION = 3
METADATA = MetaData()


def _table(name: str, key: str, *columns: Column[str] | Column[bytes] | Column[int]) -> Table:
    first = Column(key, Text, primary_key=True, nullable=False)
    return Table(name, METADATA, first, *columns, sqlite_strict=True)


def _text(name: str) -> Column[str]:
    return Column(name, Text, nullable=False)


def _bytes(name: str) -> Column[bytes]:
    return Column(name, LargeBinary, nullable=False)


_table("identity", "ref", _text("kind"), _text("body"), _bytes("salt"))
"""A person or a paying person: ``body`` is JSON text, ``salt`` keys the ledger's commitment."""

_table("line_text", "identity", _text("body"))
"""Counterparty and purpose of a statement line, as JSON text, by the line's identity."""

_table("blob", "digest", _text("name"), _bytes("data"), Column("packed", Integer, nullable=False))
"""An original by its SHA-256: statements, contracts, receipts, what was sent.

``packed`` says that ``data`` is kept compressed (a zlib stream); the digest is the original's.
"""

Table(
    "blob_part",
    METADATA,
    Column("digest", Text, primary_key=True, nullable=False),
    Column("number", Integer, primary_key=True, nullable=False),
    _bytes("data"),
    sqlite_strict=True,
)
"""What follows ``data`` of a packed original too large for one row, in order from 1."""

_table("rule", "id", _text("body"))
"""An attribution rule: its patterns may hold names, so it lives here. ``body`` is JSON text."""

_table("analytic", "text", _text("body"))
"""What a word of another program's books (1C, Tally) means in ours. Like attribution rules it was
taught, is no fact, and may hold a person's name. ``body`` is JSON text."""

_table("secret", "name", _bytes("value"))
"""Keys that bind the ledger's digests to this vault."""

VAULT = Store("vault", SCHEMA_VERSION, METADATA, migrations="compliance.vault.migrations")
