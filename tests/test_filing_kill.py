"""kill -9 while a fact is recorded and a report is filed: all or nothing, nothing acknowledged is lost."""

from __future__ import annotations

from pathlib import Path

import killing
import pytest
from intakebooks import books_of, make, vault_of

from compliance import cli
from compliance.ledger.chain import audit
from compliance.ledger.store import LEDGER
from compliance.storage import open_store


def audited(folder: Path) -> None:
    with open_store(LEDGER, folder / "ledger.sqlite") as connection:
        audit(connection)


class Record:
    """A person: the name in the vault, the pseudonym in the ledger."""

    def prepare(self, folder: Path) -> None:
        make(folder)

    def act(self, folder: Path) -> int:
        return cli.run(
            ["-C", str(folder), "record", "person", "--id", "lead", "--name", "Примерова Анна", "--born", "1980-01-02",
             "--citizenship", "RU", "--address", "-", "--identity-document", "-"]
        )  # fmt: skip

    def judge(self, folder: Path, acknowledged: bool) -> None:
        audited(folder)
        assert self.known(folder) or not acknowledged
        assert self.act(folder) == 0
        assert self.known(folder)

    def known(self, folder: Path) -> bool:
        """Whoever the ledger knows, the vault knows too: it is written first."""
        from compliance.ledger.models import Person

        with books_of(folder) as books, vault_of(folder) as vault:
            people = books.facts(Person)
            for entity, person in people.items():
                assert vault.verify_identity(entity, person.commitment)
            return "lead" in people


class File:
    """A filing: what was sent in the vault, the filing and its freeze in the ledger, the record as a file."""

    WORDS = ("file", "money", "2025-Q3", "--on", "2025-10-14", "--channel", "post", "--yes")

    def prepare(self, folder: Path) -> None:
        make(folder)
        config = (folder / "schedules.yaml").read_text(encoding="utf-8")
        config = config.replace('"statuses": {}', '"statuses": {"foreign_agent": {"since": "2025-02-17"}}')
        config = config.replace('"regimes": []', '"regimes": ["ru"], "starts_on": "2025-10-01"')
        (folder / "schedules.yaml").write_text(config, encoding="utf-8")
        (folder / "sent.pdf").write_bytes(b"%PDF-1.7 what was sent")

    def act(self, folder: Path) -> int:
        return cli.run(["-C", str(folder), *self.WORDS, "--sent", str(folder / "sent.pdf")])

    def judge(self, folder: Path, acknowledged: bool) -> None:
        audited(folder)
        with books_of(folder) as books, vault_of(folder) as vault:
            filing = books.filings.get("money-2025-Q3")
            assert filing is not None or not acknowledged
            assert bool(filing) == bool(books.freezes)
            if filing is not None and filing.sent:
                assert vault.blob(filing.sent) == b"%PDF-1.7 what was sent"
        assert self.act(folder) == (1 if filing is not None else 0)
        audited(folder)


@pytest.mark.parametrize(
    ("scenario", "points"),
    [
        ("Record", 16),
        ("File", 16),
        *(pytest.param(name, 60, marks=pytest.mark.soak) for name in ("Record", "File")),
    ],
)
def test_nothing_lost_nothing_by_halves(scenario: str, points: int) -> None:
    report = killing.survive("test_filing_kill", scenario, points=points)
    assert report["failures"] == []
    assert report["points"] >= points
    assert 0 < report["acknowledged"] < report["points"]
