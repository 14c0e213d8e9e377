"""``list``: every kind of fact; people only as pseudonyms unless asked for."""

from __future__ import annotations

from pathlib import Path

import pytest
from workbench import Bench, furnished

from compliance import i18n
from compliance.commands import words
from compliance.commands.listing import FACTS, KINDS, MOVEMENTS, _for_people, _title
from compliance.intake.parts import KINDS as PARTS
from compliance.ledger import models
from compliance.ledger.chart import SYSTEM_CLASSES
from compliance.ledger.kinds import ACCOUNT_TYPES, ACTIVITY_STATES, PLACES, PROPERTY_KINDS, SOURCE_KINDS
from compliance.ledger.models import FACTS as MODELS
from compliance.rules import load_packs


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    made = furnished(tmp_path_factory.mktemp("listing"))
    made.run("record", "person", "--id", "director", "--name", "Canary Caroline", "--born", "1970-01-02")
    made.run("record", "source", "--kind", "domestic_person", "--name", "Canary Donor", "--country", "RU")
    made.run(
        "record", "expense", "--account", "a1", "--fund", "f1", "--as", "pay", "--amount", "7", "--on", "2025-10-05"
    )  # fmt: skip
    made.run("record", "fund", "--id", "f1", "--title", "Renamed")
    return made


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_in_every_format(bench: Bench, kind: str) -> None:
    rows = bench.rows("list", kind)
    table = bench.run("list", kind).out
    assert bool(rows) == bool(table.strip())
    assert len(bench.run("list", kind, "--format", "jsonl").out.splitlines()) == len(rows)
    assert bench.run("list", kind, "--format", "csv").out.startswith("\ufeff")
    columns = (FACTS[kind][1] if kind in FACTS else MOVEMENTS[kind]).split()
    for row in rows:
        assert set(columns) <= set(row), kind
    for column in columns:
        assert _title(column)


@pytest.mark.parametrize(
    ("typed", "kind"), [("activity", "activities"), ("fund", "funds"), ("role", "roles")]
)
def test_a_kind_may_be_typed_as_record_takes_it(bench: Bench, typed: str, kind: str) -> None:
    assert bench.rows("list", typed) == bench.rows("list", kind)


def test_every_stored_kind_can_be_listed() -> None:
    assert {getattr(models, model) for model, _columns in FACTS.values()} == set(MODELS)


def test_people_are_pseudonyms_until_asked_for(bench: Bench) -> None:
    for kind in KINDS:
        assert "Canary" not in bench.run("list", kind, "--format", "json").out
    shown = bench.run("list", "persons", "--reveal")
    assert "Canary Caroline" in shown.out
    assert "1970-01-02" in shown.out
    assert "Names from the vault" in shown.err
    assert "Canary Donor" in bench.run("list", "sources", "--reveal").out


def test_as_known_then_and_as_of(bench: Bench) -> None:
    assert [row["title"] for row in bench.rows("list", "funds")] == ["Renamed", "F4 own"]
    events = bench.rows("list", "events")
    before = str(events[-2]["seq"])
    assert bench.rows("list", "funds", "--known-at", before)[0]["title"] == "F1 Zeewind"
    assert len(bench.rows("list", "events", "--known-at", before)) == len(events) - 1
    assert bench.rows("list", "funds", "--known-at", "2026-01-11") == []
    assert len(bench.rows("list", "transactions")) == 2
    assert len(bench.rows("list", "transactions", "--as-of", "2025-10-04")) == 1
    assert "--known-at" in bench.fail(2, "list", "funds", "--known-at", "yesterday")


def test_a_kind_may_be_singular_or_begun(bench: Bench) -> None:
    assert bench.rows("list", "fund") == bench.rows("list", "funds")
    assert bench.rows("list", "trans") == bench.rows("list", "transactions")
    said = bench.fail(2, "list", "p")
    assert "programmes" in said
    assert "there is no kind" in bench.fail(2, "list", "")


def test_text_from_outside_is_harmless(tmp_path: Path) -> None:
    bench = furnished(tmp_path / "books")
    evil = "=HYPERLINK(1)\x1b[31m\u202eevil"
    bench.run("record", "programme", "--id", "evil", "--title", evil)
    shown = bench.run("list", "programmes").out
    assert "\x1b[31m" not in shown
    assert "\u202e" not in shown
    assert "'=HYPERLINK" in bench.run("list", "programmes", "--format", "csv").out
    assert bench.rows("list", "programmes")[0]["title"] == evil


def test_stored_words_are_shown_in_the_interface_language(bench: Bench) -> None:
    """Programs get the ids in every language."""
    i18n.activate("ru")
    for kind, told, stored in (
        ("accounts", "банк", "bank"),
        ("sources", "иностранная организация", "foreign_organisation"),
        ("transactions", "расход", "expense"),
    ):
        table = bench.run("list", kind).out
        assert told in table
        assert stored not in table
        assert stored in bench.run("list", kind, "--format", "json").out
    assert "№" in bench.run("list", "transactions").out
    assert "Итого" in bench.run("balance", "--type", "all").out


def test_every_closed_list_has_its_words() -> None:
    """A word added to a list of the program and not said to people would be shown as its id."""
    lists = {
        "kind": (*SOURCE_KINDS, *PARTS, "opening", "line", "assign", "reverse", "in_kind", "obligation"),
        "type": ACCOUNT_TYPES,
        "account_class": (*PLACES, *SYSTEM_CLASSES),
        "property": PROPERTY_KINDS,
        "state": ACTIVITY_STATES,
    }
    i18n.activate("ru")
    for field, ids in lists.items():
        assert not [
            entity for entity in ids if words.word(field, entity) == entity and entity not in PARTS
        ], field
    assert not [kind for kind in PARTS if words.line_kinds()[kind] == kind]


def test_a_form_line_is_called_by_its_words_beside_its_id() -> None:
    rules = load_packs(["ru"])
    assert words.with_line(rules, {"expense_line": "premises"}) != {"expense_line": "premises"}
    assert str(words.with_line(rules, {"expense_line": "premises"})["expense_line"]).startswith("premises ")
    assert words.with_line(rules, {"expense_line": "of ours", "fund": "f1"}) == {
        "expense_line": "of ours",
        "fund": "f1",
    }


def test_where_a_filing_went_is_said_in_words() -> None:
    i18n.activate("ru")
    assert _for_people("filings", [{"channel": "post"}]) == [{"channel": "почтой"}]
    assert _for_people("placements", [{"channel": "site"}]) == [{"channel": "сайт"}]
    assert _for_people("placements", [{"channel": "own words"}]) == [{"channel": "own words"}]
