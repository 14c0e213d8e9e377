"""Every pack proves itself; an example that does not hold, or that nobody can work out, is a failure."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from compliance.filings.proofs import HOOKS
from compliance.rules import Pack, available, load_packs
from compliance.rules.examples import Example, ExamplesFile, read_examples, run
from compliance.rules.loader import left_out

REGIMES = available()


def packs() -> list[Pack]:
    return [load_packs([regime]).packs[regime] for regime in REGIMES]


def pack_of(regime: str) -> Pack:
    return load_packs([regime]).packs[regime]


FOUND = {pack.id: (pack, read_examples(pack)) for pack in packs()}
CASES = [(pack, example) for pack, found in FOUND.values() for example in found.examples]


def test_every_pack_has_examples() -> None:
    assert {pack.id for pack, _example in CASES} == set(REGIMES)


@pytest.mark.parametrize(("pack", "example"), CASES, ids=lambda value: getattr(value, "case", ""))
def test_example(pack: Pack, example: Example) -> None:
    books = FOUND[pack.id][1].books
    [outcome] = run(pack, ExamplesFile(books=books, examples=(example,)), HOOKS)
    assert not outcome.wrong
    assert not outcome.unchecked


@pytest.mark.parametrize(("pack", "found"), FOUND.values(), ids=lambda value: getattr(value, "id", ""))
def test_every_duty_has_an_example(pack: Pack, found: ExamplesFile) -> None:
    told = {example.subject[1] for example in found.examples}
    assert not set(pack.regime.obligations) - told


def test_every_rule_of_the_sheets_is_in_a_pack_or_told_to_be_left_out() -> None:
    """``rules/sheet_ids.txt``: every rule id of the fact sheets that the packs were written from."""
    sheet = (Path(__file__).parent / "rules" / "sheet_ids.txt").read_text("utf-8").split()
    known = {item.id for item in load_packs(REGIMES).listed(date(2026, 1, 1))}
    left = left_out(cache=None).keys()
    assert not [key for key in sheet if key not in known and key not in left]
    assert not known & left


def test_an_example_can_fail() -> None:
    pack = pack_of("ru")
    [right] = [item for item in read_examples(pack).examples if item.case == "Q4 2022 asks the new act"]
    for key, value in (
        ("due", "2023-01-16"),
        ("safe", None),
        ("recipient", "public"),
        ("confidence", "sourced"),
    ):
        wrong = Example.model_validate(
            {
                "case": "wrong",
                "obligation": right.obligation,
                "period_end": "2022-12-31",
                "expect": {key: value},
            }
        )
        [outcome] = run(pack, ExamplesFile(examples=(wrong,)))
        assert key in outcome.wrong
        assert not outcome.ok


def test_what_nobody_works_out_is_not_passed() -> None:
    pack = pack_of("ru")
    [example] = [item for item in read_examples(pack).examples if item.case == "18+"]
    [outcome] = run(pack, ExamplesFile(examples=(example,)))
    assert outcome.unchecked == ("text",)
    assert not outcome.ok
