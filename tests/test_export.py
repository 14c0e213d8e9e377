"""``export``: what hledger makes of our journal is what we say; text from outside cannot break it."""

from __future__ import annotations

import csv
import io
import subprocess
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from workbench import Bench, furnished

from compliance.ledger import entries
from compliance.ledger.append import write
from compliance.ledger.books import Books
from compliance.ledger.journals import hledger
from compliance.ledger.models import Account, Fund
from compliance.ledger.store import LEDGER
from compliance.money import parse_amount
from compliance.storage import create_store, open_store


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    made = furnished(tmp_path_factory.mktemp("export"))
    for words in (
        ("income", "--on", "2025-10-14", "--account", "a3", "--fund", "f1", "--amount", "180.07", "--source", "zeewind"),
        ("expense", "--on", "2025-11-05", "--account", "a1", "--fund", "f1", "--amount", "7", "--as", "pay",
         "--programme", "p1", "--memo", "x  5 RUB ; fund:f4, | =5 @ 3"),
        ("transfer", "--on", "2025-11-06", "--from-fund", "f1", "--to-fund", "f4", "--account", "a1",
         "--amount", "12", "--loan"),
        ("exchange", "--on", "2025-11-20", "--fund", "f1", "--from", "a3", "--to", "a1", "--sold", "20", "--bought", "1878"),
        ("in-kind", "--on", "2025-11-20", "--fund", "f1", "--source", "zeewind", "--property", "help"),
        ("rate", "--currency", "EUR", "--on", "2025-09-30", "--rate", "95.0000", "--origin", "x"),
    ):  # fmt: skip
        made.run("record", *words)
    return made


def balances(journal: Path, *words: str) -> dict[tuple[str, str], int]:
    """(account or pivot value, currency) -> minor units, as hledger adds them up."""
    done = subprocess.run(
        ["hledger", "-f", str(journal), "bal", *words, "-O", "csv", "-N", "--layout", "bare", "--flat"],
        capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    rows = list(csv.reader(io.StringIO(done.stdout)))[1:]
    return {
        (name, currency): parse_amount(amount.replace(" ", ""), currency)
        for name, currency, amount in rows
        if currency and amount != "0"
    }


def test_hledger_agrees(bench: Bench, tmp_path: Path) -> None:
    journal = tmp_path / "books.journal"
    bench.run("export", "--out", str(journal))
    by_fund = {
        (row["fund"], row["currency"]): row["amount_minor"]
        for row in bench.rows("balance", "--by", "fund", "--type", "asset")
    }
    assert balances(journal, "assets", "--pivot", "fund") == by_fund
    assert by_fund
    by_account = {
        (row["account"], row["currency"]): row["amount_minor"]
        for row in bench.rows("balance", "--by", "account", "--type", "all")
    }
    theirs = {
        (name.partition(":")[2], currency): minor for (name, currency), minor in balances(journal).items()
    }
    assert theirs == by_account
    assert balances(journal, "--pivot", "fund") == {}  # each agreement balances by itself
    assert bench.run("export").out.rstrip("\n") == journal.read_text(encoding="utf-8").rstrip("\n")


def test_days(bench: Bench) -> None:
    text = bench.run("export", "--start", "2025-11-05", "--end", "2025-11-06").out
    assert [line[:10] for line in text.splitlines() if line.startswith("2025")] == [
        "2025-11-05",
        "2025-11-06",
    ]


_TEXT = st.text(max_size=25)
_ID = st.text(min_size=1, max_size=8)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    acts=st.lists(st.tuples(_ID, _ID, st.integers(-(10**13), 10**13), _TEXT), min_size=1, max_size=6),
)
def test_text_from_outside_never_breaks_the_journal(
    tmp_path_factory: pytest.TempPathFactory, acts: list[tuple[str, str, int, str]]
) -> None:
    """Whatever the ids and memos, hledger reads the journal and finds the same total."""
    folder = tmp_path_factory.mktemp("hostile")
    acts = [
        tuple(part.encode("utf-8", "replace").decode() if isinstance(part, str) else part for part in act)  # type: ignore[misc]
        for act in acts
    ]
    with (
        create_store(LEDGER, folder / "l.sqlite") as connection,
        write(connection, kind="x", actor="x", now=datetime(2026, 1, 1, tzinfo=UTC)) as event,
    ):
        for account in {act[0] for act in acts}:
            event.add(Account(entity=account, title="x", type="asset"))
        event.add(Account(entity="far", title="x", type="equity", account_class="opening"))
        for fund in {act[1] for act in acts}:
            event.add(Fund(entity=fund, title="x", restricted=True))
        books_accounts = {"far": Account(entity="far", title="x", type="equity", account_class="opening")}
        for account, fund, minor, memo in acts:
            event.transaction(
                date(2025, 1, 1),
                "opening",
                entries.opening(books_accounts, account, fund, "RUB", minor),
                memo=memo,
            )
    journal = folder / "books.journal"
    with open_store(LEDGER, folder / "l.sqlite") as connection:
        journal.write_text("\n".join([*hledger(Books(connection)), ""]), encoding="utf-8")
    total = sum(minor for account, _fund, minor, _memo in acts if account != "far")
    assert sum(balances(journal, "assets").values()) == total


def test_csv_holds_everything_but_the_vault(bench: Bench, tmp_path: Path) -> None:
    bench.run("record", "person", "--name", "Canary Caroline")
    target = tmp_path / "books.zip"
    bench.run("export", "--format", "csv", "--out", str(target))
    with zipfile.ZipFile(target) as archive:
        tables = {name: archive.read(name).decode("utf-8-sig") for name in archive.namelist()}
    assert "Canary" not in "".join(tables.values())
    postings = list(csv.DictReader(io.StringIO(tables["posting.csv"]), delimiter=";"))
    with bench.books() as books:
        assert len(postings) == sum(1 for _ in books.entries())
        assert len(tables["event.csv"].splitlines()) == books.last_seq + 1
    assert sum(int(row["amount_minor"].lstrip("'")) for row in postings) == 0
    assert "exists" in bench.fail(3, "export", "--format", "csv", "--out", str(target))
    first = target.read_bytes()
    bench.run("export", "--format", "csv", "--out", str(target), "--overwrite")
    assert target.read_bytes() == first
    assert "--out" in bench.fail(2, "export", "--format", "csv")
