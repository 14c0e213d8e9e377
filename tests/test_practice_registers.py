"""The practice organisation's registers and its 1C: what they say is what its events are, for every seed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from intakebooks import books_of, make

from compliance.ledger.books import Books
from compliance.practice import ALL, Practice, build, onec, registers
from compliance.practice.mistakes import MISTAKES
from compliance.reconcile.model import Theirs
from compliance.reconcile.read import read_theirs
from compliance.registers.parts import Explained, explained
from compliance.registers.read import read_register
from compliance.workspace import Config
from compliance.yamlfile import load

SCHEDULES = Path(__file__).parent.parent / "schedules.yaml"


@pytest.fixture(params=[0, 7])
def practice(request: pytest.FixtureRequest) -> Practice:
    return build(request.param)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("practice"), openings=False)


@contextmanager
def read(folder: Path) -> Iterator[Books]:
    with books_of(folder) as books:
        yield books


def groups(folder: Path, data: bytes, kind: str) -> list[Explained]:
    """The register read as the practice organisation's own schedules.yaml declares it."""
    profiles = load(Config, SCHEDULES).imports.registers
    with read(folder) as books:
        return explained(read_register(data, "x.csv", kind, profiles, "", lambda _account: "RUB"), books)


def told(item: Explained) -> Counter[tuple[str, str, str]]:
    sums: Counter[tuple[str, str, str]] = Counter()
    for part in item.parts:
        sums[part.fund, part.programme, part.line] += int(part.amount.replace(".", ""))
    return sums


def test_payroll_lists_are_their_bank_lines(folder: Path, practice: Practice) -> None:
    events = (*practice.tagged("payroll"), *practice.tagged("payroll-early"))
    assert len(events) == 6
    for event in events:
        (found,) = groups(folder, registers.payroll(practice, event), "payroll")
        assert (found.on, found.amount_minor, found.heads) == (event.on, event.amount_minor, 9)
        wanted = Counter(
            {(part.fund, part.programme or "", part.line or ""): -part.amount_minor for part in event.parts}
        )
        assert told(found) == wanted
        assert len({part.programme for part in found.parts}) == 6


def test_single_tax_payments_split(folder: Path, practice: Practice) -> None:
    found = groups(folder, registers.taxes(practice), "tax")
    assert sum(item.amount_minor for item in found) == -427_661_64
    lines: Counter[str] = Counter()
    for item in found:
        for (_fund, _programme, line), minor in told(item).items():
            lines[line] += minor
    assert lines == {"pay": 427_661_64 - 8_622_00, "taxes": 8_622_00}


def test_the_acquirers_register_is_its_days(folder: Path, practice: Practice) -> None:
    found = groups(folder, registers.acquirer(practice), "acquirer")
    days = practice.tagged("acquirer")
    assert [(item.on, item.amount_minor) for item in found] == [(day.on, day.amount_minor) for day in days]
    assert len(found) == 62
    assert sum(int(item.parts[0].amount.replace(".", "")) for item in found) == 287_415_00
    assert all(item.abroad_minor == 0 for item in found)


def test_the_foreign_card_shows_in_the_register_only(folder: Path) -> None:
    found = groups(folder, registers.acquirer(build(0, frozenset({2}))), "acquirer")
    assert [item.abroad_minor for item in found if item.abroad_minor] == [MISTAKES[2].effect["in_the_pool"]]


def reports(practice: Practice) -> tuple[Theirs, Theirs]:
    card, balance = (read_theirs(data, name) for name, data in onec.files(practice))
    return card, balance


def test_one_c_holds_the_same_money(practice: Practice) -> None:
    card, balance = reports(practice)
    months: Counter[int] = Counter()
    for event in practice.events:
        if event.account in ("a1", "a2"):
            months[event.on.month] += event.amount_minor
    theirs: Counter[int] = Counter()
    for entry in card.entries:
        theirs[entry.on.month] += entry.amount_minor
    assert theirs == months
    assert card.opening_minor == 2_184_350_40 + 312_908_15
    closing = {item.account: item.closing_minor for item in balance.balances if not item.analytic}
    assert (closing["50.01"], closing["51"]) == (3_150_00, 1_399_992_47 + 341_220_48)


def test_planted_mistakes_are_in_our_books_not_in_1c_or_the_tax_register() -> None:
    right, mistaken = build(0), build(0, ALL)
    assert onec.files(mistaken) == onec.files(right)
    assert registers.taxes(mistaken) == registers.taxes(right)
