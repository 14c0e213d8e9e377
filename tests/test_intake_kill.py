"""kill -9 while statements are loaded and sorted: all or nothing, and nothing acknowledged is lost."""

from __future__ import annotations

from pathlib import Path

import killing
import pytest
from intakebooks import books_of, make, vault_of

from compliance import cli
from compliance.ledger.chain import audit
from compliance.ledger.lines import uncleared
from compliance.ledger.store import LEDGER
from compliance.practice import build
from compliance.practice.banks import SPANS, statement
from compliance.storage import open_store

NAMES = [span.name for span in SPANS[:2]]
LINES = 80 + 51


def audited(folder: Path) -> int:
    """Verify the ledger; how many lines wait."""
    with open_store(LEDGER, folder / "ledger.sqlite") as connection:
        audit(connection)
    with books_of(folder) as books, vault_of(folder) as vault:
        waiting = list(uncleared(books))
        # The vault is written first: every line in the books has its text.
        assert len(vault.line_texts([line.identity for line in waiting])) == len(waiting)
        for item in books.statements.values():
            assert vault.blob(item.digest)
    return len(waiting)


class Import:
    """Two files in one command."""

    def prepare(self, folder: Path) -> None:
        make(folder)
        practice = build()
        for span in SPANS[:2]:
            (folder / span.name).write_bytes(statement(practice, span))

    def act(self, folder: Path) -> int:
        return cli.run(["-C", str(folder), "import", "--yes", *(str(folder / name) for name in NAMES)])

    def judge(self, folder: Path, acknowledged: bool) -> None:
        assert audited(folder) in ((LINES,) if acknowledged else (0, LINES))
        assert self.act(folder) == 0
        assert audited(folder) == LINES
        assert not [item.name for item in folder.iterdir() if item.name.endswith((".part", "-journal"))]


class Undo(Import):
    """Taking them out again."""

    def prepare(self, folder: Path) -> None:
        super().prepare(folder)
        assert super().act(folder) == 0

    def act(self, folder: Path) -> int:
        return cli.run(["-C", str(folder), "batch", "undo", "3", "--yes"])

    def judge(self, folder: Path, acknowledged: bool) -> None:
        left = audited(folder)
        assert left in ((0,) if acknowledged else (0, LINES))
        assert self.act(folder) == (0 if left else 2)
        assert audited(folder) == 0


class Plan(Import):
    """An output: whole or not there."""

    def act(self, folder: Path) -> int:
        files = [str(folder / name) for name in NAMES]
        code = cli.run(["-C", str(folder), "import", *files, "--plan", str(folder / "plan.json")])
        print("recorded nothing", flush=True)
        return code

    def judge(self, folder: Path, acknowledged: bool) -> None:
        plan = folder / "plan.json"
        assert plan.exists() or not acknowledged
        if plan.exists():
            assert cli.run(["-C", str(folder), "import", "--apply", str(plan)]) == 0
        assert audited(folder) in (0, LINES)


class SaysItTooEarly(Import):
    """A control that must fail: acknowledges before anything is on disk."""

    def act(self, folder: Path) -> int:
        print("recorded 131 lines, or so I hope", flush=True)
        return super().act(folder)


class TwoCommits(Import):
    """A control that must fail: one command, two events."""

    def act(self, folder: Path) -> int:
        codes = [cli.run(["-C", str(folder), "import", "--yes", str(folder / name)]) for name in NAMES]
        return max(codes)


class TornOutput(Plan):
    """A control that must fail: an output written in place, piece by piece."""

    def act(self, folder: Path) -> int:
        code = super().act(folder)
        whole = (folder / "plan.json").read_text("utf-8")
        with (folder / "plan.json").open("w", encoding="utf-8") as stream:
            for at in range(0, len(whole), 100):
                stream.write(whole[at : at + 100])
                stream.flush()
        return code


@pytest.mark.parametrize(
    ("scenario", "points"),
    [("Import", 24), ("Undo", 12), ("Plan", 12), pytest.param("Import", 80, marks=pytest.mark.soak)],
)
def test_nothing_lost_nothing_by_halves(scenario: str, points: int) -> None:
    report = killing.survive("test_intake_kill", scenario, points=points)
    assert report["failures"] == []
    assert report["points"] >= points
    # Some kills came before the acknowledgement and some after, so both sides were tried.
    assert 0 < report["acknowledged"] < report["points"]


@pytest.mark.parametrize("control", ["SaysItTooEarly", "TwoCommits", "TornOutput"])
def test_the_harness_can_fail(control: str) -> None:
    assert killing.survive("test_intake_kill", control, points=12)["failures"]
