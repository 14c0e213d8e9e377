"""The vault: who people are, what statements said about them, originals. Never printed by default.

Unlike the ledger its rows may be removed (a purge); the ledger then still verifies, because it
holds only keyed commitments to what stood here.
"""

from __future__ import annotations

from sqlalchemy import Integer, LargeBinary, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from compliance.storage import Store

SCHEMA_VERSION = 2


class Base(DeclarativeBase):
    type_annotation_map = {str: Text, bytes: LargeBinary}
    __table_args__ = {"sqlite_strict": True}


class Identity(Base):
    """A person or a paying person: ``body`` is JSON text, ``salt`` keys the ledger's commitment."""

    __tablename__ = "identity"
    ref: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    body: Mapped[str]
    salt: Mapped[bytes]


class LineText(Base):
    """Counterparty and purpose of a statement line, as JSON text, by the line's identity."""

    __tablename__ = "line_text"
    identity: Mapped[str] = mapped_column(primary_key=True)
    body: Mapped[str]


class Blob(Base):
    """An original by its SHA-256: statements, contracts, receipts, what was sent.

    ``packed`` says that ``data`` is kept compressed (a zlib stream); the digest is the original's.
    """

    __tablename__ = "blob"
    digest: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    data: Mapped[bytes]
    packed: Mapped[int] = mapped_column(Integer, default=0)


class Rule(Base):
    """An attribution rule: its patterns may hold names, so it lives here. ``body`` is JSON text."""

    __tablename__ = "rule"
    id: Mapped[str] = mapped_column(primary_key=True)
    body: Mapped[str]


class Analytic(Base):
    """What a word of another program's books (1C, Tally) means in ours. Like attribution rules it was
    taught, is no fact, and may hold a person's name. ``body`` is JSON text."""

    __tablename__ = "analytic"
    text: Mapped[str] = mapped_column(primary_key=True)
    body: Mapped[str]


class Secret(Base):
    """Keys that bind the ledger's digests to this vault."""

    __tablename__ = "secret"
    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[bytes]


VAULT = Store("vault", SCHEMA_VERSION, Base.metadata, migrations="compliance.vault.migrations")
