"""Balances by account, agreement and month are hledger's and beancount's too, on organisations made by chance."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import organisations
import pytest
from oracles import Balances, beancounts, hledgers, month_ends, ours

from compliance.ledger.books import Books
from compliance.ledger.journals import Names, beancount, hledger, word
from compliance.ledger.store import LEDGER
from compliance.ledger.transfer import records, text_lines, write_rows
from compliance.storage import create_store, open_store

MONTHS = list(month_ends(organisations.FIRST, date(2026, 2, 28)))


def compared(folder: Path, seed: int) -> Balances:
    ledger = organisations.make(folder / "ledger.sqlite", seed)
    with open_store(LEDGER, ledger) as connection:
        books = Books(connection)
        (folder / "x.journal").write_text("\n".join([*hledger(books), ""]), encoding="utf-8")
        (folder / "x.beancount").write_text("\n".join([*beancount(books), ""]), encoding="utf-8")
        funds, accounts = Names(word, [*books.funds, "unassigned"]), Names(word, books.accounts)
        names = (
            {funds[key]: key for key in [*books.funds, "unassigned"]},
            {accounts[key]: key for key in books.accounts},
        )
    mine = ours(ledger, MONTHS)
    assert hledgers(folder / "x.journal", *names, MONTHS[-1]) == mine
    assert beancounts(folder / "x.beancount", MONTHS) == mine
    return mine


@pytest.mark.parametrize("seed", range(20))
def test_balances_by_account_fund_and_month(tmp_path: Path, seed: int) -> None:
    compared(tmp_path, seed)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(200))
def test_two_hundred_organisations(tmp_path: Path, seed: int) -> None:
    compared(tmp_path, seed)


def test_the_organisations_hold_something(tmp_path: Path) -> None:
    """The control: the comparison is of many figures, in several currencies, of unsorted lines too."""
    found: Balances = {}
    for seed in range(6):
        (tmp_path / str(seed)).mkdir()
        found |= compared(tmp_path / str(seed), seed)
    assert len(found) > 300
    assert len({currency for _month, _account, _fund, currency in found}) >= 4
    assert any(fund == "unassigned" for _month, _account, fund, _currency in found)


@pytest.mark.parametrize(
    ("pattern", "other"),
    [
        (r"^  (\S+  -?)([1-9])", r"  \g<1>1\g<2>"),
        (r'^    fund: ".*"', '    fund: "other"'),
        (r"^2025-(\d\d)", "2027-\\1"),
    ],
)
def test_one_wrong_word_is_seen(tmp_path: Path, pattern: str, other: str) -> None:
    """The control of the comparison itself: another amount, agreement or day in one place, and it fails."""
    ledger = organisations.make(tmp_path / "ledger.sqlite", 2)
    with open_store(LEDGER, ledger) as connection:
        head, *entries = "\n".join([*beancount(Books(connection)), ""]).split("\n\n")
    at = next(
        at for at, entry in enumerate(entries) if " * " in entry and re.search(pattern, entry, re.MULTILINE)
    )
    entries[at] = re.sub(pattern, other, entries[at], count=1, flags=re.MULTILINE)
    (tmp_path / "x.beancount").write_text("\n\n".join([head, *entries]), encoding="utf-8")
    with pytest.raises(AssertionError):
        assert beancounts(tmp_path / "x.beancount", MONTHS) == ours(ledger, MONTHS)


@pytest.mark.parametrize("seed", range(5))
def test_a_period_of_the_journal_begins_with_what_was_held(tmp_path: Path, seed: int) -> None:
    ledger = organisations.make(tmp_path / "ledger.sqlite", seed)
    start, end = date(2025, 10, 1), date(2026, 1, 1)
    with open_store(LEDGER, ledger) as connection:
        books = Books(connection)
        lines = list(beancount(books, start=start, end=end, opening=True))
        kinds = {key: account.type for key, account in books.accounts.items()}
    (tmp_path / "x.beancount").write_text("\n".join([*lines, ""]), encoding="utf-8")
    months = list(month_ends(start, date(2025, 12, 31)))

    def standing(found: Balances) -> Balances:
        """What accounts hold; what came in and went out is counted from the journal's first day."""
        return {
            key: minor
            for key, minor in found.items()
            if kinds[key[1]] in ("asset", "liability") or key[1] == "conversion"
        }

    assert standing(beancounts(tmp_path / "x.beancount", months)) == standing(ours(ledger, months))


@pytest.mark.parametrize("seed", range(5))
def test_all_rows_as_text_make_the_same_books(tmp_path: Path, seed: int) -> None:
    ledger, copy = organisations.make(tmp_path / "one.sqlite", seed), tmp_path / "two.sqlite"
    with open_store(LEDGER, ledger) as connection, create_store(LEDGER, copy) as other:
        written = write_rows(other, records(text_lines(connection)))
    with open_store(LEDGER, ledger) as connection, open_store(LEDGER, copy) as other:
        from compliance.ledger.chain import audit

        assert audit(other) == audit(connection)
        assert audit(other).events == written.events
    assert ours(copy, MONTHS) == ours(ledger, MONTHS)
