"""``queue suggest`` and ``assign --suggested``: counted from what was sorted before, said why, never posted alone."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from intakebooks import balance, books_of, freeze, make, vault_of
from test_import_command import load, queued, statement

from compliance import cli
from compliance.intake.history import sorted_lines
from compliance.intake.parts import Part
from compliance.intake.suggest import Habits
from compliance.ledger.lines import BankLine, uncleared

RENT, PAY = Part(kind="expense", fund="f4", line="premises"), Part(kind="expense", fund="f4", line="pay")


def line(amount_minor: int = -150_00, account: str = "a1") -> BankLine:
    return BankLine("0" * 64, "s", account, date(2025, 10, 6), "RUB", amount_minor, 1, 1)


def habits(*sorted_so: tuple[str, str, Part | None]) -> Habits:
    """Of lines (payer, purpose, what they were sorted as)."""
    found = Habits()
    for payer, purpose, part in sorted_so:
        found.learn(line(), {"name": payer, "purpose": purpose}, part)
    return found


@pytest.mark.parametrize(("times", "sure"), [(1, 75), (3, 87), (9, 95), (99, 99)])
def test_the_share_with_half_a_line_for_and_half_against(times: int, sure: int) -> None:
    found = habits(*[("Дом", "Аренда", RENT)] * times).suggest(line(), {"name": "Дом", "purpose": "Аренда"})
    assert found is not None
    assert (found.part, found.agreed, found.seen, found.confidence) == (RENT, times, times, sure)


def test_the_more_telling_trait_speaks() -> None:
    """The payer alone is of two minds; with the word of the purpose it is not."""
    known = habits(*[("Дом", "Аренда зала", RENT)] * 4, *[("Дом", "Оплата труда", PAY)] * 4)
    found = known.suggest(line(), {"name": "ДОМ", "purpose": "за аренду"})
    assert found is not None
    assert (found.part, found.trait, found.word) == (RENT, ("payer", "word"), "аренд")


def test_a_word_alone_needs_three() -> None:
    known = habits(("Дом", "Аренда", RENT), ("Зал", "Аренда", RENT))
    assert known.suggest(line(), {"name": "Новый", "purpose": "Аренда"}) is None
    known.learn(line(), {"name": "Сад", "purpose": "Аренда"}, RENT)
    found = known.suggest(line(), {"name": "Новый", "purpose": "Аренда"})
    assert found is not None
    assert (found.trait, found.confidence) == (("word",), 87)


def test_no_word_says_who_gave() -> None:
    """Ten grants of one donor do not make a stranger's grant that donor's, whatever its class: it is asked about."""
    gift = Part(kind="income", fund="f1", source="zeewind")
    known = Habits()
    for _ in range(10):
        known.learn(line(500_00), {"name": "Stichting", "purpose": "Grant"}, gift)
    assert known.suggest(line(500_00), {"name": "Somebody", "purpose": "Grant"}) is None
    found = known.suggest(line(700_00), {"name": "STICHTING", "purpose": "Grant"})
    assert found is not None
    assert found.part == gift


def test_what_speaks_against_counts() -> None:
    known = habits(*[("Дом", "Аренда", RENT)] * 8, ("Дом", "Аренда", PAY), ("Дом", "Аренда", None))
    found = known.suggest(line(), {"name": "Дом", "purpose": "Аренда"})
    assert found is not None
    assert (found.agreed, found.seen, found.confidence) == (8, 10, 77)
    split = habits(*[("Дом", "Аренда", None)] * 5)
    assert split.suggest(line(), {"name": "Дом", "purpose": "Аренда"}) is None


def test_another_account_direction_or_nothing_known_says_nothing() -> None:
    known = habits(*[("Дом", "Аренда", RENT)] * 5)
    text = {"name": "Дом", "purpose": "Аренда"}
    assert known.suggest(line(account="a2"), text) is None
    assert known.suggest(line(+150_00), text) is None
    assert known.suggest(line(), {}) is None
    assert known.suggest(line(), {"name": "Другой", "purpose": "1234 56"}) is None


def test_the_order_of_learning_does_not_matter() -> None:
    rows = [("Дом", "Аренда", RENT)] * 2 + [("Дом", "Аренда", PAY)] * 2
    text = {"name": "Дом", "purpose": "Аренда"}
    assert habits(*rows).suggest(line(), text) == habits(*reversed(rows)).suggest(line(), text)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Ten rents sorted one way, an eleventh and a stranger waiting."""
    made = make(tmp_path / "books")
    days = [(f"{day:02}.10.2025", "-150.00", f"Аренда, счёт {day}") for day in range(1, 12)]
    assert load(made, statement(*days, ("20.10.2025", "500.00", "Пожертвование"))) == 0
    with books_of(made) as books:
        handles = [item.handle for item in uncleared(books)]
    for handle in handles[:10]:
        assert cli.run(["-C", str(made), "assign", handle, "--fund", "f4", "--line", "premises"]) == 0
    return made


def test_suggested_with_its_reason_and_not_posted(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = (folder / "ledger.sqlite").read_bytes(), (folder / "vault.sqlite").read_bytes()
    capsys.readouterr()
    assert cli.run(["-C", str(folder), "queue", "suggest", "--format", "json"]) == 0
    (row,) = json.loads(capsys.readouterr().out)["rows"]
    assert (row["confidence"], row["agreed"], row["seen"]) == (95, 10, 10)
    assert row["part"] == {"kind": "expense", "fund": "f4", "account": "premises", "line": "premises"}
    assert "10 of 10 earlier lines" in row["why"]
    assert ((folder / "ledger.sqlite").read_bytes(), (folder / "vault.sqlite").read_bytes()) == before
    assert queued(folder) == 2


def test_bulk_asks_and_is_one_event(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def run(*words: str) -> int:
        return cli.run(["-C", str(folder), "assign", "--suggested", *words])

    assert run("--at-least", "96%", "--yes") == 0
    assert queued(folder) == 2
    assert run() == 2  # nobody to ask
    assert queued(folder) == 2
    with books_of(folder) as books:
        seq = books.last_seq
    assert run("--yes") == 0
    assert queued(folder) == 1
    assert balance(folder, "premises") == 11 * 150_00
    with books_of(folder) as books:
        assert books.last_seq == seq + 1
        assert {len(item.parts) for item in sorted_lines(books)} == {1}


def test_a_rule_speaks_first(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rule = ["queue", "rule", "add", "--id", "r", "--tax-id", "0000300090", "--fund", "f1", "--line", "pay"]
    assert cli.run(["-C", str(folder), *rule]) == 0
    capsys.readouterr()
    assert cli.run(["-C", str(folder), "queue", "suggest", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["rows"] == []


def test_a_closed_day_is_left_to_people(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    freeze(folder, date(2025, 10, 1), date(2025, 12, 31))
    assert cli.run(["-C", str(folder), "assign", "--suggested", "--yes"]) == 0
    assert "left to you" in capsys.readouterr().err
    assert queued(folder) == 2


@pytest.mark.parametrize(
    "words",
    [["assign"], ["assign", "abcd1234", "--suggested"], ["assign", "--suggested", "--at-least", "most"],
     ["queue", "suggest", "--at-least", "101%"], ["queue", "suggest", "--at-least", "-5"]],
)  # fmt: skip
def test_slips(folder: Path, words: list[str]) -> None:
    assert cli.run(["-C", str(folder), *words]) == 2


def test_parts_come_back_as_they_were_said(folder: Path) -> None:
    with books_of(folder) as books, vault_of(folder):
        found = [item.parts[0] for item in sorted_lines(books)]
    assert {replace(part, account="") for part in found} == {RENT}
