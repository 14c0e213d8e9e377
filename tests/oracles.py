"""What hledger and beancount make of our journals: month-end balances by account, agreement and currency.

Neither knows our ledger; both read the text alone. Keys are ``(month, account, fund, currency)``,
values minor units, zeros left out. Names are theirs: ``named`` gives ours as each writes them.
"""

from __future__ import annotations

import csv
import io
import re
import subprocess
from calendar import monthrange
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path

from beancount.core.data import Open, Transaction
from beancount.core.inventory import Inventory
from beancount.loader import load_file

from compliance.ledger.books import Books
from compliance.ledger.store import LEDGER
from compliance.money import exponent, parse_amount
from compliance.storage import open_store

Balances = dict[tuple[str, str, str, str], int]


def month_ends(first: date, last: date) -> Iterator[date]:
    year, month = first.year, first.month
    while (year, month) <= (last.year, last.month):
        yield date(year, month, monthrange(year, month)[1])
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)


def ours(ledger: Path, months: Iterable[date]) -> Balances:
    """Each month-end by a read of its own, as of that day."""
    found: Balances = {}
    with open_store(LEDGER, ledger) as connection:
        for end in months:
            for item in Books(connection, as_of=end).sums(("account", "fund", "currency")):
                if item.amount_minor:
                    account, fund, currency = (str(part) for part in item.key)
                    found[f"{end:%Y-%m}", account, fund, currency] = item.amount_minor
    return found


def hledgers(journal: Path, funds: dict[str, str], accounts: dict[str, str], last: date) -> Balances:
    """``funds``, ``accounts``: the word in the journal -> our id."""
    found: Balances = {}
    for name, fund in funds.items():
        rows = _hledger(
            journal,
            "bal",
            f"tag:fund=^{re.escape(name)}$",
            "-H",
            "-M",
            "-e",
            f"{last:%Y}-{last.month + 1:02}" if last.month < 12 else f"{last.year + 1}-01",
        )
        if not rows:
            continue
        head, *body = rows
        for account, currency, *figures in body:
            for month, figure in zip(head[2:], figures, strict=True):
                minor = parse_amount(figure.replace(" ", ""), currency) if currency and figure != "0" else 0
                if minor:
                    found[month[:7], accounts[account.partition(":")[2]], fund, currency] = minor
    return found


def _hledger(journal: Path, *words: str) -> list[list[str]]:
    done = subprocess.run(
        ["hledger", "-f", str(journal), *words, "-O", "csv", "-N", "--layout", "bare", "--flat"],
        capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return list(csv.reader(io.StringIO(done.stdout)))


def beancounts(path: Path, months: Iterable[date]) -> Balances:
    """By beancount's own loader (which checks every transaction) and its own arithmetic."""
    entries, errors, _options = load_file(str(path))
    assert not errors, errors[:3]
    ids = {entry.account: entry.meta["id"] for entry in entries if isinstance(entry, Open)}
    movements = [
        (entry.date, posting)
        for entry in entries
        if isinstance(entry, Transaction)
        for posting in entry.postings
    ]
    found: Balances = {}
    for end in months:
        held: dict[tuple[str, str], Inventory] = defaultdict(Inventory)
        for on, posting in movements:
            if on <= end:
                held[ids[posting.account], posting.meta["fund"]].add_position(posting)
        for (account, fund), inventory in held.items():
            for position in inventory:
                currency = position.units.currency
                minor = position.units.number.scaleb(exponent(currency))
                assert minor == int(minor)
                if minor:
                    found[f"{end:%Y-%m}", account, fund, currency] = int(minor)
    return found
