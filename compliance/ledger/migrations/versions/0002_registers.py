"""Registers behind bank lines, advances to people, and the rule of a pooled source."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("source", sa.Column("pool_rule", sa.Text(), nullable=True))
    op.create_table(
        "register",
        sa.Column("entity", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("line", sa.Text(), nullable=False),
        sa.Column("on_date", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("amount_minor", sa.Integer(), nullable=False),
        sa.Column("parts", sa.Text(), nullable=False),
        sa.Column("heads", sa.Integer(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("abroad_minor", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["seq"], ["event.seq"], initially="DEFERRED", deferrable=True),
        sa.PrimaryKeyConstraint("entity", "version"),
        sqlite_strict=True,
    )
    for column in ("seq", "name", "line"):
        op.create_index(op.f(f"ix_register_{column}"), "register", [column], unique=False)
    op.create_table(
        "advance",
        sa.Column("entity", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("given_on", sa.Text(), nullable=False),
        sa.Column("report_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["seq"], ["event.seq"], initially="DEFERRED", deferrable=True),
        sa.PrimaryKeyConstraint("entity", "version"),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_advance_seq"), "advance", ["seq"], unique=False)
