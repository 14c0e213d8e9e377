"""The numbered steps from one schema version to the next, the same for both engines."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection

from compliance.storage.base import Store


def migrate(store: Store, connection: Connection, *, since: int = 0) -> None:
    """Run the Alembic steps after version ``since``. The version is the file header's, not Alembic's table."""
    from importlib import import_module

    from alembic.migration import MigrationContext
    from alembic.operations import Operations
    from alembic.script import ScriptDirectory

    folder = Path(str(import_module(store.migrations).__file__)).parent
    steps = sorted(ScriptDirectory(str(folder)).walk_revisions(), key=lambda step: int(step.revision))
    with Operations.context(MigrationContext.configure(connection)):
        for step in steps:
            if int(step.revision) > since:
                step.module.upgrade()
