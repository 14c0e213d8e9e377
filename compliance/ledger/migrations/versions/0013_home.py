"""Where a posting hangs is looked at for many at once: in a file at the seal, on a server a statement.

On a server two keys of each posting go: the guard that its transaction is of the same event says as much.
"""

from __future__ import annotations

from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """The upgrade makes all guards anew."""
    if op.get_bind().dialect.name == "postgresql":
        for column in ("seq", "txn"):
            op.execute(f"ALTER TABLE posting DROP CONSTRAINT IF EXISTS posting_{column}_fkey")
