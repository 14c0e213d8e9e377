"""A quarter's sums by account and agreement over many postings, beside bare sqlite3 and other ledger programs.

    .venv/bin/python benchmarks/quarter.py [POSTINGS] [--peers]

The books hold four years; the question is what each account took and gave in one quarter, by agreement.
Each answer is a process of its own, CPU seconds. Bare sqlite3 answers over one flat table of the same
postings with a covering index, which is the least that an answer can cost; ``start`` is the same process
without the question. ``--peers`` also asks hledger and ledger (where installed) and beancount, over our
own exports. All must give the same sums, or nothing is printed.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parent), str(HERE.parent / "tests")]

from ingest import run  # noqa: E402

START, DAYS = date(2022, 1, 1), 1461
QUARTER = (date(2025, 10, 1), date(2026, 1, 1))
CATEGORIES, FUNDS = 24, 12


def make(path: str, count: str) -> None:
    """``count`` postings in ``count // 2`` transactions of expense, by day, in a few events."""
    from ledgerkit import new

    from compliance.ledger.append import Leg, write
    from compliance.ledger.models import Account, Fund
    from compliance.ledger.store import LEDGER
    from compliance.storage import open_store

    new(Path(path))
    pairs, now = int(count) // 2, datetime(2026, 1, 12, 9, tzinfo=UTC)
    with (
        open_store(LEDGER, Path(path), write=True) as connection,
        write(connection, kind="bench", actor="bench", now=now) as event,
    ):
        event.add(*(Account(entity=f"e{n}", title=f"e{n}", type="expense") for n in range(CATEGORIES)))
        event.add(*(Fund(entity=f"g{n}", title=f"g{n}", restricted=True) for n in range(FUNDS)))
        for number in range(pairs):
            day = START + timedelta(days=number * DAYS // pairs)
            fund, minor = f"g{number % FUNDS}", 100 + number * 7919 % 1_000_000
            legs = [Leg(f"e{number % CATEGORIES}", fund, "RUB", minor), Leg("a1", fund, "RUB", -minor)]
            event.transaction(day, "expense", legs)


def flat(path: str, target: str) -> None:
    """The peer's table: the same postings, one row each, and an index that holds all that is asked."""
    connection = sqlite3.connect(target)
    connection.execute("ATTACH ? AS books", (path,))
    connection.execute(
        "CREATE TABLE entry AS SELECT txn.on_date AS day, posting.account, posting.fund, posting.amount_minor "
        "FROM books.posting JOIN books.txn ON txn.id = posting.txn"
    )
    connection.execute("CREATE INDEX covering ON entry (day, account, fund, amount_minor)")
    connection.commit()


def ask_bare(path: str, *days: str) -> list[list[object]]:
    connection = sqlite3.connect(path)
    query = (
        "SELECT account, fund, sum(amount_minor) FROM entry WHERE day >= ? AND day < ? "
        "GROUP BY account, fund ORDER BY account, fund"
    )
    return [list(row) for row in connection.execute(query, days)]


def ask_ours(path: str, *days: str) -> list[list[object]]:
    from compliance.ledger.books import Books
    from compliance.ledger.store import LEDGER
    from compliance.storage import open_store

    with open_store(LEDGER, Path(path)) as connection:
        start, end = (date.fromisoformat(day) for day in days)
        sums = Books(connection).sums(("account", "fund"), start=start, end=end)
    return [[*item.key, item.amount_minor] for item in sums]


def ask_beancount(path: str, *days: str) -> list[list[object]]:
    """Sums by account alone: the program loads all, then adds."""
    from collections import defaultdict

    from beancount import loader
    from beancount.core.data import Transaction

    start, end = (date.fromisoformat(day) for day in days)
    entries, errors, _options = loader.load_file(path)
    assert not errors, errors[0]
    totals: dict[str, int] = defaultdict(int)
    for entry in entries:
        if isinstance(entry, Transaction) and start <= entry.date < end:
            for posting in entry.postings:
                totals[posting.account] += int(posting.units.number * 100)
    return [[name, minor] for name, minor in sorted(totals.items())]


ASK = {"bare": ask_bare, "ours": ask_ours, "beancount": ask_beancount}


def asked(kind: str, path: Path, *, question: bool = True) -> float:
    """CPU seconds of one answer."""
    days = [day.isoformat() for day in (QUARTER if question else (date(1990, 1, 1), date(1990, 1, 2)))]
    return run(str(Path(__file__)), "--ask", kind, str(path), *days).cpu_s


def answer(kind: str, path: Path) -> str:
    days = [day.isoformat() for day in QUARTER]
    command = [sys.executable, str(Path(__file__)), "--ask", kind, str(path), *days]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def export(books: Path, folder: Path, kind: str) -> Path:
    """Our journal for another program."""
    from compliance.ledger import journals
    from compliance.ledger.books import Books
    from compliance.ledger.store import LEDGER
    from compliance.storage import open_store

    target = folder / f"journal.{kind}"
    with open_store(LEDGER, books) as connection, target.open("w", encoding="utf-8") as stream:
        for text in getattr(journals, kind)(Books(connection)):
            stream.write(text if text.endswith("\n") else text + "\n")
    return target


def program(words: Sequence[str]) -> float:
    import os

    process = subprocess.Popen(words, stdout=subprocess.DEVNULL)
    _pid, status, usage = os.wait4(process.pid, 0)
    assert status == 0, words
    return usage.ru_utime + usage.ru_stime


def compare(count: int, peers: bool, best_of: int) -> None:
    with tempfile.TemporaryDirectory(prefix="quarter-") as scratch:
        folder = Path(scratch)
        books, table = folder / "ledger.sqlite", folder / "flat.sqlite"
        run(str(Path(__file__)), "--make", str(books), str(count))
        run(str(Path(__file__)), "--flat", str(books), str(table))
        assert answer("ours", books) == answer("bare", table), "the sums differ"
        print(
            f"Python {sys.version.split()[0]}, SQLite {sqlite3.sqlite_version}, {count} postings; least CPU s"
        )
        least = {
            (kind, question): min(asked(kind, path, question=question) for _ in range(best_of))
            for kind, path in (("bare", table), ("ours", books))
            for question in (True, False)
        }
        alone = {kind: least[kind, True] - least[kind, False] for kind in ("bare", "ours")}
        for kind in ("bare", "ours"):
            print(
                f"{kind:10} {least[kind, True]:8.3f}   start {least[kind, False]:6.3f}   alone {alone[kind]:6.3f}"
            )
        print(f"the query alone, ours : bare = {alone['ours'] / alone['bare']:.2f}")
        if peers:
            ask_peers(books, folder, least["ours", True])


def ask_peers(books: Path, folder: Path, ours: float) -> None:
    journal = export(books, folder, "hledger")
    begin, end = (day.isoformat() for day in QUARTER)
    costs = {}
    for name in ("hledger", "ledger"):
        if shutil.which(name):
            costs[name] = program([name, "-f", str(journal), "bal", "-b", begin, "-e", end])
    costs["beancount"] = asked("beancount", export(books, folder, "beancount"))
    for name, cost in costs.items():
        print(f"{name:10} {cost:8.3f}   {cost / ours:6.1f} x ours, start and all")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("postings", nargs="?", type=int, default=1_000_000)
    parser.add_argument("--peers", action="store_true")
    parser.add_argument("--best-of", type=int, default=3)
    for step, names in (("make", 2), ("flat", 2), ("ask", 4)):
        parser.add_argument(f"--{step}", nargs=names, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.make:
        make(*given.make)
    elif given.flat:
        flat(*given.flat)
    elif given.ask:
        kind, path, *days = given.ask
        print(json.dumps(ASK[kind](path, *days)))
    else:
        compare(given.postings, given.peers, given.best_of)


if __name__ == "__main__":
    main()
