"""What every test needs from the environment: fresh catalogues, English, no settings of the person running."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from compliance import catalogues, i18n
from compliance.storage import Place, Server

if TYPE_CHECKING:
    from office import Office
    from pgserver import Cluster

    from compliance.labels._child import Children

for _name in (
    "LANGUAGE",
    "LC_ALL",
    "LC_MESSAGES",
    "COMPLIANCE_LANG",
    "COMPLIANCE_ACTOR",
    "COMPLIANCE_DATABASE",
):
    os.environ.pop(_name, None)
os.environ["LANG"] = "C.UTF-8"


def pytest_configure(config: pytest.Config) -> None:
    """Once, before the workers start: compile, and choose where they write."""
    if not hasattr(config, "workerinput"):
        catalogues.compile_all()
        if "TMPDIR" not in os.environ and sys.platform == "linux":
            import pgserver

            os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", pgserver.room(4))


COLLECTED = pytest.StashKey[list[str]]()
"""Every test of the collected files, also those that are not to run."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    config.stash[COLLECTED] = [item.nodeid for item in items]


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    """Each test starts in English, whatever the one before it spoke."""
    i18n.activate("en")
    os.environ.pop("LANGUAGE")
    yield
    i18n.activate("en")
    os.environ.pop("LANGUAGE")


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """A PostgreSQL server of this test process, started for the first test that wants one."""
    import pgserver

    made = pgserver.running = pgserver.Cluster()
    yield made
    made.stop()


@pytest.fixture(scope="module")
def children() -> Iterator[Children]:
    """Processes that label and measure, kept for the tests of a module."""
    from compliance.labels import door

    with door.many() as kept:
        yield kept


@pytest.fixture(scope="session")
def office() -> Iterator[Office]:
    """LibreOffice with a profile of this test process."""
    from office import Office

    made = Office()
    yield made
    made.close()


@pytest.fixture(params=["sqlite", "postgres"])
def new_place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[], Place]]:
    """Gives new empty places for books: what a test says of one engine is said of both."""
    if request.param == "sqlite":
        numbers = iter(range(100))
        yield lambda: tmp_path / f"books{next(numbers)}.sqlite"
        return
    with _lending(request.getfixturevalue("cluster")) as lend:
        yield lend


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def new_server(request: pytest.FixtureRequest) -> Iterator[Callable[[], Server | None]]:
    """For tests of commands: gives new empty databases, or ``None`` where the books are files."""
    if request.param == "sqlite":
        yield lambda: None
        return
    with _lending(request.getfixturevalue("cluster")) as lend:
        yield lend


@contextmanager
def _lending(cluster: Cluster) -> Iterator[Callable[[], Server]]:
    lent: list[Server] = []

    def lend() -> Server:
        lent.append(cluster.database())
        return lent[-1]

    yield lend
    for server in lent:
        cluster.give_back(server)


@pytest.fixture
def place(new_place: Callable[[], Place]) -> Place:
    return new_place()
