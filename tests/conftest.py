"""What every test needs from the environment: fresh catalogues, English, no settings of the person running."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from compliance import catalogues, i18n

for _name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "COMPLIANCE_LANG", "COMPLIANCE_ACTOR"):
    os.environ.pop(_name, None)
os.environ["LANG"] = "C.UTF-8"


def pytest_configure(config: pytest.Config) -> None:
    """Compile once, before the workers start."""
    if not hasattr(config, "workerinput"):
        catalogues.compile_all()


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    """Each test starts in English, whatever the one before it spoke."""
    i18n.activate("en")
    os.environ.pop("LANGUAGE")
    yield
    i18n.activate("en")
    os.environ.pop("LANGUAGE")
