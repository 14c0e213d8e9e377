"""What a kept thing is and how large; the days of an agreement; contributions and things of value that were given."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    for name in ("kind", "size"):
        op.add_column("asset", sa.Column(name, sa.Text(), nullable=True))
    for name in ("start_on", "end_on"):
        op.add_column("fund", sa.Column(name, sa.Text(), nullable=True))
    op.create_table(
        "contribution",
        sa.Column("entity", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("kind", "on_date", "recipient", "state")),
        *(sa.Column(name, sa.Text(), nullable=True) for name in ("person", "principal", "currency")),
        sa.Column("amount_minor", sa.Integer(), nullable=True),
        *(sa.Column(name, sa.Text(), nullable=True) for name in ("thing", "purpose", "place")),
        sa.ForeignKeyConstraint(["seq"], ["event.seq"], initially="DEFERRED", deferrable=True),
        sa.PrimaryKeyConstraint("entity", "version"),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_contribution_seq"), "contribution", ["seq"], unique=False)
