"""The hard cases of other laws: what the grammar must be able to say, and says."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from compliance.filings.proofs import HOOKS
from compliance.money import Money
from compliance.rules import load_packs
from compliance.rules.examples import Example, ExamplesFile, read_examples, run

RULES = load_packs(["hard"], [Path(__file__).parent / "rules"])
PACK = RULES.packs["hard"]
EXAMPLES = read_examples(PACK)
D = date.fromisoformat


@pytest.mark.parametrize("example", EXAMPLES.examples, ids=lambda item: item.case)
def test_example(example: Example) -> None:
    found = ExamplesFile(books=EXAMPLES.books, examples=(example,))
    [outcome] = run(PACK, found, HOOKS)
    assert outcome.ok, outcome


def law(rule: str, day: str) -> object:
    found = RULES.rule(rule)
    assert found is not None
    folded = found.on(D(day))
    assert folded is not None
    return folded.block


def test_a_cap_changes_key_by_key() -> None:
    values = [
        (block.at_most, block.carry_forward)  # type: ignore[attr-defined]
        for block in (law("in.admin.cap", day) for day in ("2020-09-28", "2020-09-29", "2025-01-01"))
    ]
    assert values == [(Decimal("0.5"), None), (Decimal("0.2"), None), (Decimal("0.2"), 1)]


def test_a_threshold_is_money_or_a_share() -> None:
    assert law("au.fits.threshold", "2026-06-30").reaches == Money(17300_00, "AUD")  # type: ignore[attr-defined]
    assert law("au.fits.threshold", "2026-07-01").reaches == Money(5000_00, "AUD")  # type: ignore[attr-defined]
    assert law("ge.tfi.threshold", "2026-07-01").exceeds == Decimal("0.2")  # type: ignore[attr-defined]


def test_a_form_changes_by_insertion() -> None:
    form = RULES.form("fc4")
    assert form is not None
    assert not form.sections["s4iv"].stands(D("2024-12-31"))
    assert form.sections["s4iv"].stands(D("2025-01-01"))
    nil = form.sections["narrative"].lines["nil"]
    assert nil.stands(D("2026-06-21"))
    assert not nil.stands(D("2026-06-22"))
    assert nil.ask == "yes_no"


def test_amounts_are_nodes() -> None:
    form = RULES.form("fc4")
    assert form is not None
    lines = form.sections["s4iv"].lines
    assert [part.kind for part in lines.values()] == [
        "previous", "sum", "share", "sum", "least", "total", "total",
    ]  # fmt: skip
    assert lines["C"].share == Decimal("0.2")
    assert list(lines["F"].cells()) == ["D", "E"]
    assert lines["F"].less == ("E",)
    assert lines["B"].measured is not None
    assert lines["B"].measured.axes() == {"account": {"income"}, "purpose": {"donation"}}
    assert lines["A"].measured is None


def test_the_weakest_mark_of_a_form() -> None:
    form = RULES.form("fc4")
    assert form is not None
    assert form.mark.confidence == "uncertain"
