"""Wheel build hook: compile the message catalogues, which are not kept in the repository."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CustomBuildHook(BuildHookInterface):  # type: ignore[type-arg]
    """Called by hatchling for every build, an editable one included."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile into the source tree; ``artifacts`` in pyproject.toml takes the results along."""
        sys.path.insert(0, str(Path(self.root)))
        from compliance import catalogues

        catalogues.compile_all()
