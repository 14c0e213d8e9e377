"""Keys, approvals, letters of an authority, and the hour of a filing."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    for name in ("at", "content"):
        op.add_column("filing", sa.Column(name, sa.Text(), nullable=True))
    _fact("signer", ("role", "public", "state"))
    _fact(
        "approval",
        ("obligation", "start_on", "last_on", "role", "signer", "content", "text", "signature", "state"),
    )
    _fact("letter", ("kind", "on_date", "subject"), ("filing", "reply_by", "answers", "document"))
    _fact(
        "inspection_item",
        ("inspection", "asked", "state"),
        ("document", "because", "handed_on", "copy"),
        numbers=("number",),
    )


def _fact(
    name: str, required: tuple[str, ...], optional: tuple[str, ...] = (), numbers: tuple[str, ...] = ()
) -> None:
    op.create_table(
        name,
        sa.Column("entity", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        *(sa.Column(column, sa.Integer(), nullable=False) for column in numbers),
        *(sa.Column(column, sa.Text(), nullable=False) for column in required),
        *(sa.Column(column, sa.Text(), nullable=True) for column in optional),
        sa.ForeignKeyConstraint(["seq"], ["event.seq"], initially="DEFERRED", deferrable=True),
        sa.PrimaryKeyConstraint("entity", "version"),
        sqlite_strict=True,
    )
    op.create_index(op.f(f"ix_{name}_seq"), name, ["seq"], unique=False)
