"""Whether a posting hangs on a transaction of its own event is looked at once an event: guards only, no column."""

from __future__ import annotations

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """The upgrade makes all guards anew."""
