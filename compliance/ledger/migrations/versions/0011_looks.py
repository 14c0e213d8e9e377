"""The perceptual digests of pictures that were published."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    for table in ("material", "placement"):
        op.add_column(table, sa.Column("looks", sa.Text(), nullable=True))
