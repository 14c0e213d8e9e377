"""The practice quarter, from bank files to sorted books, by the commands a user types."""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
from intakebooks import balance, books_of, make

from compliance import cli
from compliance.ledger.chain import audit
from compliance.ledger.store import LEDGER
from compliance.money import plain
from compliance.practice import build
from compliance.practice.banks import SPANS, statement
from compliance.practice.model import AttributionRule, Event, Part
from compliance.storage import open_store

PRACTICE = build()


def run(folder: Path, *arguments: str) -> int:
    return cli.run(["-C", str(folder), *arguments])


def rows(capsys: pytest.CaptureFixture[str], folder: Path, *arguments: str) -> list[dict[str, Any]]:
    capsys.readouterr()
    assert run(folder, *arguments, "--format", "json") == 0
    found = json.loads(capsys.readouterr().out)["rows"]
    assert isinstance(found, list)
    return found


def far_account(part: Part | AttributionRule) -> dict[str, str]:
    """A transfer to the cash box names it: cash has no statement of its own."""
    return {"account": "cash"} if part.kind == "transfer" and part.counter == "cash" else {}


def rule_row(rule: AttributionRule) -> dict[str, Any]:
    told = {"kind": rule.kind, "fund": rule.fund, "programme": rule.programme, "line": rule.line}
    tests = {"tax_id": rule.tax_id, "purpose_contains": rule.contains, "on_account": rule.account}
    row = {
        "id": rule.id,
        "direction": rule.direction,
        "source": rule.source,
        **told,
        **tests,
        **far_account(rule),
    }
    return {key: value for key, value in row.items() if value}


def part_text(part: Part, currency: str) -> str:
    sign = {"income": 1, "refund": -1, "expense": -1, "fee": -1}.get(part.kind)
    amount = part.amount_minor * sign if sign else abs(part.amount_minor)
    fields = {
        "kind": part.kind,
        "fund": part.fund,
        "programme": part.programme,
        "line": part.line,
        "source": part.source,
        "purpose": part.purpose,
        "amount": plain(amount, currency),
        **far_account(part),
    }
    return " ".join(f"{key}={value}" for key, value in fields.items() if value)


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All statements loaded, rules taught and accepted, the rest sorted one by one."""
    folder = make(tmp_path_factory.mktemp("practice") / "books")
    for span in SPANS:
        (folder / span.name).write_bytes(statement(PRACTICE, span))
    assert run(folder, "import", "--yes", *(str(folder / span.name) for span in SPANS)) == 0
    (folder / "rules.json").write_text(json.dumps([rule_row(rule) for rule in PRACTICE.rules]), "utf-8")
    assert run(folder, "queue", "rule", "load", str(folder / "rules.json")) == 0
    assert run(folder, "queue", "apply", "--yes") == 0
    return folder


def test_every_line_is_in_the_books_once_and_the_banks_agree(loaded: Path) -> None:
    for account in ("a1", "a2", "a3", "transit-eur"):
        assert balance(loaded, account) == sum(
            item.amount_minor for item in (*PRACTICE.openings, *PRACTICE.events) if item.account == account
        )


def test_rules_leave_to_the_person_what_only_a_person_knows(
    loaded: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    waiting = rows(capsys, loaded, "queue")
    bank = [event for event in PRACTICE.events if event.account != "cash"]
    unmatched = [event for event in bank if not any(rule.matches(event) for rule in PRACTICE.rules)]
    key = [(row["account"], row["date"], row["amount_minor"]) for row in waiting]
    assert sorted(key) == sorted((event.account, str(event.on), event.amount_minor) for event in unmatched)


def test_the_rest_is_sorted_by_splitting_and_everything_agrees(
    loaded: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    waiting = rows(capsys, loaded, "queue")
    left: dict[tuple[str, str, int], list[Event]] = defaultdict(list)
    for event in PRACTICE.events:
        if not any(rule.matches(event) for rule in PRACTICE.rules):
            left[event.account, str(event.on), event.amount_minor].append(event)
    for row in waiting:
        event = left[row["account"], row["date"], row["amount_minor"]].pop()
        parts = [word for part in event.parts for word in ("--part", part_text(part, event.currency))]
        assert run(loaded, "assign", row["line"], *parts) == 0
    assert rows(capsys, loaded, "queue") == []
    assert balance(loaded, "suspense") == 0
    with books_of(loaded) as books:
        got = {sum_.key: sum_.amount_minor for sum_ in books.sums(("fund", "account", "currency"))}
        # What left for the cash box is in it; what was spent from it is not in a bank's statement.
        assert got["unassigned", "suspense", "RUB"] == 0
        spent: dict[tuple[str | None, str | None], int] = defaultdict(int)
        for sum_ in books.sums(("fund", "account", "expense_line")):  # a debt paid names its form line
            spent[sum_.key[0], sum_.key[2] or sum_.key[1]] += sum_.amount_minor
    want: dict[tuple[str, str], int] = defaultdict(int)
    for event in PRACTICE.events:
        if event.account != "cash" and event.currency == "RUB":
            for part in event.parts:
                if part.line:
                    want[part.fund, part.line] -= part.amount_minor
    for (fund, line), amount in want.items():
        if fund != "f1":  # its euro fee is in another currency
            assert spent[fund, line] == amount, (fund, line)
    with open_store(LEDGER, loaded / "ledger.sqlite") as connection:
        audit(connection)
