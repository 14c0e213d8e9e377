"""What starts a duty upon an event."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "occurrence",
        sa.Column("entity", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("on_date", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=True),
        sa.Column("about", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("document", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["seq"], ["event.seq"], initially="DEFERRED", deferrable=True),
        sa.PrimaryKeyConstraint("entity", "version"),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_occurrence_seq"), "occurrence", ["seq"], unique=False)
