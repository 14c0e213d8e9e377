"""Who approved what was published."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.add_column("placement", sa.Column("approved_by", sa.Text(), nullable=True))
