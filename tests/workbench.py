"""A workspace for tests of the command line: its folder, and its commands run in this process."""

from __future__ import annotations

import contextlib
import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pgserver

from compliance import cli
from compliance.ledger.books import Books
from compliance.ledger.store import LEDGER
from compliance.storage import Place, Server, open_store
from compliance.vault.models import VAULT
from compliance.vault.vault import Vault

PLAIN = """\
organisation:
  names:
    2025-02-17: {nominative: "ANO Example"}
  statuses: {}
regimes: []
currency: RUB
"""
RUSSIAN = """\
organisation:
  names:
    2025-02-17: {nominative: "ANO Example"}
  registered_on: 2012-03-01
  statuses:
    legal_entity: {since: 2012-03-01}
    nco: {since: 2012-03-01}
    foreign_agent: {since: 2025-02-17}
regimes: [ru]
currency: RUB
starts_on: 2025-10-01
"""
"""A listed Russian organisation."""
PRACTICE_DAY = "2026-01-12"


@dataclass
class Result:
    code: int
    out: str
    err: str

    @property
    def rows(self) -> list[dict[str, Any]]:
        found = json.loads(self.out)["rows"]
        assert isinstance(found, list)
        return found


@dataclass
class Bench:
    """``run`` expects success; ``fail`` a certain exit code. Both give what was printed and said."""

    folder: Path
    server: Server | None = None

    def copy(self, folder: Path) -> Bench:
        """The same books again, in ``folder`` and, where they are on a server, in another database of it."""
        shutil.copytree(self.folder, folder)
        if self.server is None:
            return Bench(folder)
        assert pgserver.running is not None
        made = pgserver.running.database(self.server)
        config = folder / "schedules.yaml"
        config.write_text(config.read_text("utf-8").replace(self.server.url, made.url), "utf-8")
        return Bench(folder, made)

    def call(self, *words: str) -> Result:
        out, err = io.StringIO(), io.StringIO()
        with redirect_stdout(out), redirect_stderr(err):
            code = cli.run(["-C", str(self.folder), *words])
        return Result(code, out.getvalue(), err.getvalue())

    def run(self, *words: str) -> Result:
        result = self.call(*words)
        assert result.code == 0, (words, result.err)
        return result

    def fail(self, code: int, *words: str) -> str:
        result = self.call(*words)
        assert result.code == code, (words, result.code, result.err)
        assert "Traceback" not in result.err
        return result.err

    def rows(self, *words: str) -> list[dict[str, Any]]:
        return self.run(*words, "--format", "json").rows

    @property
    def ledger(self) -> Path:
        return self.folder / "ledger.sqlite"

    @property
    def place(self) -> Place:
        return self.server or self.ledger

    @contextmanager
    def books(self) -> Iterator[Books]:
        with open_store(LEDGER, self.place) as connection:
            yield Books(connection)

    @contextmanager
    def vault(self) -> Iterator[Vault]:
        with open_store(VAULT, self.server or self.folder / "vault.sqlite") as connection:
            yield Vault(connection)


def empty(
    folder: Path, config: str = PLAIN, *, server: Server | None = None, day: str = PRACTICE_DAY
) -> Bench:
    """Practice books with the program's own accounts only, in files or on ``server``."""
    folder.mkdir(exist_ok=True)
    line = f'database: "{server.url}"\n' if server else ""
    (folder / "schedules.yaml").write_text(config + line, encoding="utf-8")
    bench = Bench(folder, server)
    bench.run("init", "--practice", day)
    return bench


def furnished(folder: Path, *, server: Server | None = None) -> Bench:
    """Two agreements, three places, income and two expense accounts, a programme, a foreign source."""
    bench = empty(folder, server=server)
    for words in (
        ("source", "--id", "zeewind", "--name", "Stichting Zeewind", "--kind", "foreign_organisation", "--country", "NL"),
        ("source", "--id", "own", "--name", "Own income", "--kind", "own_income"),
        ("fund", "--id", "f1", "--title", "F1 Zeewind", "--donor", "zeewind"),
        ("fund", "--id", "f4", "--title", "F4 own", "--unrestricted"),
        ("account", "--id", "a1", "--title", "Main", "--class", "bank", "--currency", "RUB"),
        ("account", "--id", "a2", "--title", "Cards", "--class", "bank", "--currency", "RUB"),
        ("account", "--id", "a3", "--title", "Euro", "--class", "bank", "--currency", "EUR"),
        ("account", "--id", "donations", "--title", "Donations", "--type", "income"),
        ("account", "--id", "pay", "--title", "Pay", "--type", "expense", "--expense-line", "pay"),
        ("account", "--id", "rent", "--title", "Rent", "--type", "expense", "--expense-line", "premises"),
        ("programme", "--id", "p1", "--title", "Neighbour's telephone"),
        ("opening", "--account", "a1", "--fund", "f1", "--amount", "1000.00", "--on", "2025-09-30"),
    ):  # fmt: skip
        bench.run("record", *words)
    return bench


def at_terminal(folder: Path, answers: list[str], *words: str, language: str = "en") -> tuple[int, str]:
    """A command at a terminal with ``answers`` typed into it: its exit code, and what the terminal showed."""
    import pty

    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "compliance.cli", *words],
        cwd=folder, env={**os.environ, "COMPLIANCE_LANG": language}, stdin=theirs, stdout=subprocess.DEVNULL, stderr=theirs,
    )  # fmt: skip
    os.close(theirs)
    os.write(ours, "".join(f"{answer}\n" for answer in answers).encode())
    code = process.wait(timeout=120)
    shown = b""
    with contextlib.suppress(OSError):
        while piece := os.read(ours, 65536):
            shown += piece
    os.close(ours)
    return code, shown.decode()
