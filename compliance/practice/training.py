"""Practice for people: books with some planted mistakes, and how well a trainee mended them.

The mistakes are chosen by the seed. What is scored is what `check` still tells, and whether the sums by account
and agreement are those of the right books: mending one thing must not break another.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from compliance.errors import InputError, Refused
from compliance.files import read_input, write_whole
from compliance.findings import Finding
from compliance.i18n import _
from compliance.ledger.books import Books
from compliance.ledger.chart import UNASSIGNED
from compliance.practice import DECOYS, FIRST_TIER, build, totals
from compliance.practice.dice import Dice
from compliance.practice.mistakes import title

FILE = "practice.json"
_SCHEMA = "practice/1"
State = Literal["open", "decided", "mended"]

FOUND_BY = {
    1: "source.intermediary", 2: "source.foreign_trace", 3: "register.acquirer", 4: "exchange.as_income", 5: "transfer.as_income",
    6: "register.tax", 7: "money.account", 8: "statement.gap", 9: "rate.missing", 10: "budget.overspent", 11: "evidence.missing",
    12: "document.late", 13: "activity.total", 14: "privacy.personal_data", 15: "role.vacant",
}  # fmt: skip
"""Mistake -> the finding by which `check` tells it. Nothing else in the practice organisation raises these."""


@dataclass(frozen=True, slots=True)
class Scored:
    """One planted mistake: ``state`` and, while it is open, what `check` says of it."""

    number: int
    title: str
    state: State
    finding: Finding | None


@dataclass(frozen=True, slots=True)
class Broken:
    """A sum that is not that of the right books: minor units of the account's currency."""

    account: str
    fund: str
    right_minor: int
    found_minor: int


def chosen(seed: int, count: int) -> frozenset[int]:
    """Which mistakes a seed plants."""
    return frozenset(Dice(seed, "practice", count).sample(sorted(FIRST_TIER), count))


def write_seed(folder: Path, seed: int, count: int) -> None:
    """What scoring needs to know again; it does not name the mistakes."""
    body = {"schema": _SCHEMA, "seed": seed, "mistakes": count}
    write_whole(folder / FILE, (json.dumps(body) + "\n").encode())


def read_seed(folder: Path) -> tuple[int, int]:
    """(seed, how many). ``Refused`` where the folder is no practice of ours."""
    path = folder / FILE
    if not path.is_file():
        raise Refused(
            _("this folder is no practice"), remedy=_("Make one: compliance practice make FOLDER --seed 7")
        )
    try:
        body = json.loads(read_input(path, cap=4096))
        seed, count = int(body["seed"]), int(body["mistakes"])
        if body["schema"] != _SCHEMA or not 1 <= count <= len(FIRST_TIER):
            raise ValueError
        return seed, count
    except (ValueError, KeyError, TypeError, RecursionError):
        raise InputError(
            _("this does not say which practice it is"),
            place=FILE,
            remedy=_("Make a new one: compliance practice make FOLDER --seed 7"),
        ) from None


def score(numbers: Iterable[int], opened: Iterable[Finding], decided: Iterable[Finding]) -> list[Scored]:
    """Each planted mistake: is it still told, was it decided with a reason, or is it gone?"""
    still = {item.code: item for item in opened}
    settled = {item.code for item in decided}
    found = []
    for number in sorted(numbers):
        code = FOUND_BY[number]
        state: State = "open" if code in still else "decided" if code in settled else "mended"
        found.append(Scored(number, title(number), state, still.get(code)))
    return found


def broken(seed: int, books: Books) -> list[Broken]:
    """Sums by account and agreement that are not those of the right books: something was mended that was right."""
    right = totals.closing_places(build(seed, frozenset()))
    found = _places(books, {account for account, _fund in right})
    keys = sorted({*right, *found})
    return [
        Broken(*key, right.get(key, 0), found.get(key, 0))
        for key in keys
        if right.get(key, 0) != found.get(key, 0)
    ]


def _places(books: Books, accounts: Iterable[str]) -> Mapping[tuple[str, str], int]:
    sums: dict[tuple[str, str], int] = {}
    for total in books.sums(("account", "fund"), where={"account": list(accounts)}):
        account, fund = total.key
        if account is not None and fund not in (None, UNASSIGNED) and total.amount_minor:
            sums[account, fund] = sums.get((account, fund), 0) + total.amount_minor
    return sums


def decoys() -> int:
    """How many things look wrong and are right."""
    return len(DECOYS)
