"""Writing to a PostgreSQL server against plain COPY of the same rows, side by side in one run.

    .venv/bin/python benchmarks/server.py [TRANSACTIONS ...]

Each transaction is one statement line, one entry and two postings in one event: what an import writes, a
thousand lines at once, and beside it the same row by row, as other commands write. Ours hashes every row, keeps indexes, foreign keys and guards, and seals the event; the peer is COPY of
the finished rows, by the same driver, into tables with the same columns and indexes and nothing else.
CPU seconds of both sides, ours and the server's (Linux), best of three, runs taken in turn; a throw-away
server as the tests start it.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import psycopg

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

import ledgerkit
from pgserver import Cluster

from compliance.intake.bankfiles import CHUNK
from compliance.ledger.append import BankMovement
from compliance.ledger.chain import audit
from compliance.ledger.store import LEDGER
from compliance.storage import Server, open_store

TABLES = ("line", "txn", "posting")


class Clock:
    """CPU seconds of this process and of the sessions that the server has ended, since it was made."""

    def __init__(self, cluster: Cluster) -> None:
        self._postmaster = (cluster.folder / "data" / "postmaster.pid").read_text().split()[0]
        self._begun = self._now()

    def _now(self) -> float:
        time.sleep(0.3)  # until the server has buried its session
        fields = Path(f"/proc/{self._postmaster}/stat").read_text().rpartition(")")[2].split()
        return time.process_time() + (int(fields[13]) + int(fields[14])) / os.sysconf("SC_CLK_TCK")

    def seconds(self) -> float:
        return self._now() - self._begun


def ours(cluster: Cluster, server: Server, count: int) -> float:
    clock = Clock(cluster)
    with ledgerkit.writing(server) as event:
        for number in range(count):
            event.line(f"{number:064x}", "statement-1", "a1", ledgerkit.DAY, "RUB", number)
            ledgerkit.earn(event, number, memo="Payment under an agreement")
    return clock.seconds()


def imported(cluster: Cluster, server: Server, count: int) -> float:
    clock = Clock(cluster)
    with ledgerkit.writing(server) as event:
        for start in range(0, count, CHUNK):
            lines = [
                BankMovement(f"{number:064x}", ledgerkit.DAY, "RUB", number, False, None)
                for number in range(start, min(start + CHUNK, count))
            ]
            event.bank_lines("statement-1", "a1", "a2", "f1", lines)
    return clock.seconds()


def plain(cluster: Cluster, server: Server) -> float:
    with psycopg.connect(server.url) as connection:
        rows = {table: connection.execute(f"SELECT * FROM ledger.{table}").fetchall() for table in TABLES}
        for table in TABLES:
            connection.execute(f"CREATE TABLE plain_{table} (LIKE ledger.{table} INCLUDING ALL)")
    clock = Clock(cluster)
    with psycopg.connect(server.url) as connection:
        for table in TABLES:
            with connection.cursor().copy(f"COPY plain_{table} FROM STDIN") as copy:
                for row in rows[table]:
                    copy.write_row(row)
    return clock.seconds()


def main() -> None:
    cluster = Cluster()
    try:
        print("transactions  import s   row by row s   plain COPY s   ratios")
        for count in [int(text) for text in sys.argv[1:]] or [10_000, 100_000]:
            found = []
            for _attempt in range(3):
                seconds = []
                for way in (imported, ours):
                    server = ledgerkit.new(cluster.database())
                    seconds.append(way(cluster, server, count))
                    with open_store(LEDGER, server) as connection:
                        assert audit(connection).rows > 4 * count
                found.append((*seconds, plain(cluster, server)))
            at_once, by_row, copied = (min(each) for each in zip(*found, strict=True))
            print(
                f"{count:12} {at_once:9.2f} {by_row:14.2f} {copied:14.2f} {at_once / copied:8.2f} {by_row / copied:5.2f}",
                flush=True,
            )
    finally:
        cluster.stop()


if __name__ == "__main__":
    main()
