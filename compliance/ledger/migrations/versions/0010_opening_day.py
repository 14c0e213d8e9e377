"""The day that a bank puts to a statement's opening balance, where that is all it says of its first day."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.add_column("statement", sa.Column("opening_on", sa.Text(), nullable=True))
