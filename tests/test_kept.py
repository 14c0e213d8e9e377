"""Things that are kept, cheques on their way, deposits, special and designated accounts."""

from __future__ import annotations

from pathlib import Path

import pytest
from test_import_command import OWN, statement
from workbench import RUSSIAN, Bench, empty, furnished


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return furnished(tmp_path / "w")


def codes(bench: Bench, *names: str) -> list[str]:
    return [row["code"] for row in bench.call("check", *names, "--format", "json").rows]


def test_a_thing_has_an_act_and_a_place_until_it_goes(bench: Bench) -> None:
    bench.run(
        "record", "asset", "--title", "Laptop", "--on", "2025-11-27", "--amount", "64950", "--fund", "f1"
    )
    found = bench.call("check", "asset.incomplete", "--format", "json").rows
    assert "an act of acceptance, a place" in found[0]["message"]
    bench.run("record", "document", "--missing", "--kind", "act", "--title", "Act 1", "--id", "act-1")
    bench.run("record", "asset", "--id", "laptop", "--act", "act-1", "--place", "Room 2")
    assert codes(bench, "asset.incomplete") == []
    bench.run("record", "asset", "--id", "laptop", "--disposed-on", "2026-01-10")
    assert codes(bench, "asset.incomplete") == ["asset.incomplete"]
    bench.run("record", "document", "--missing", "--kind", "act", "--title", "Write-off", "--id", "act-2")
    bench.run("record", "asset", "--id", "laptop", "--disposal", "act-2")
    assert codes(bench, "asset.incomplete") == []
    row = bench.rows("list", "assets")[0]
    assert (row["amount_minor"], row["place"], row["disposed_on"]) == (64_950_00, "Room 2", "2026-01-10")


CHEQUE = ("record", "cheque", "--number", "000042", "--on", "2025-10-10", "--valid-until", "2025-12-31",
          "--account", "a1", "--fund", "f1", "--amount", "185", "--expense-line", "premises")  # fmt: skip


def test_a_cheque_is_spent_when_it_is_given_out(bench: Bench) -> None:
    bench.run(*CHEQUE)
    assert [(row["account"], row["amount_minor"]) for row in bench.rows("balance")] == [
        ("a1", 1000_00), ("cheques", -185_00),
    ]  # fmt: skip
    assert bench.rows("balance", "--by", "expense_line")[0]["spent_minor"] == 185_00
    debt = bench.rows("list", "debts")[0]
    assert (debt["document"], debt["kind"], debt["amount_minor"]) == ("cheque-000042", "cheques", 185_00)
    assert "already" in bench.fail(2, *CHEQUE)
    assert bench.rows("list", "cheques")[0]["state"] == "issued"
    assert "not presented yet" in bench.call("list", "cheques").out


def test_a_cheque_out_of_time_is_found_and_undone_by_its_remedy(bench: Bench) -> None:
    bench.run(*CHEQUE)
    found = bench.call("check", "cheque.stale", "--format", "json").rows
    assert "000042" in found[0]["message"]
    assert bench.call("--today", "2025-12-31", "check", "cheque.stale", "--format", "json").rows == []
    words = found[0]["remedy"].split(": ", 1)[1].split(" --because ")
    bench.run(*words[0].split()[1:], "--because", "not presented")
    assert codes(bench, "cheque.stale") == []
    assert bench.rows("list", "cheques")[0]["state"] == "undone"
    assert [(row["account"], row["amount_minor"]) for row in bench.rows("balance")] == [("a1", 1000_00)]


def test_money_in_a_deposit_is_no_spending(bench: Bench) -> None:
    bench.run(
        "record",
        "account",
        "--id",
        "deposit",
        "--title",
        "Deposit 7",
        "--class",
        "deposit",
        "--currency",
        "RUB",
    )
    bench.run(
        "record",
        "transfer",
        "--on",
        "2025-10-10",
        "--from",
        "a1",
        "--to",
        "deposit",
        "--fund",
        "f1",
        "--amount",
        "400",
    )
    assert bench.rows("balance", "--by", "expense_line") == []
    assert {row["account"]: row["amount_minor"] for row in bench.rows("balance", "--by", "account")} == {
        "a1": 600_00, "deposit": 400_00,
    }  # fmt: skip


def test_a_special_account_takes_its_own_receipts_and_nothing_else(tmp_path: Path) -> None:
    bench = empty(tmp_path / "w", RUSSIAN)
    for words in (
        ("source", "--id", "own", "--name", "Own", "--kind", "own_income"),
        ("fund", "--id", "f4", "--title", "Own", "--donor", "own", "--unrestricted"),
        ("account", "--id", "a1", "--title", "Main", "--class", "bank", "--currency", "RUB"),
        ("account", "--id", "s1", "--title", "Special", "--class", "special", "--currency", "RUB"),
    ):
        bench.run("record", *words)

    def income(place: str, purpose: str) -> list[str]:
        before = codes(bench, "money.account")
        bench.run("record", "income", "--on", "2025-10-14", "--account", place, "--fund", "f4", "--source", "own",
                  "--amount", "5", "--purpose", purpose)  # fmt: skip
        return codes(bench, "money.account")[len(before) :]

    assert income("s1", "interest") == []
    assert income("a1", "sale") == []
    assert income("a1", "interest") == ["money.account"]
    assert income("s1", "sale") == ["money.account"]


def test_a_cheque_that_the_bank_paid_is_presented(bench: Bench, tmp_path: Path) -> None:
    bench.run("record", "account", "--id", "a1", "--number", OWN)
    bench.run(*CHEQUE)
    file = tmp_path / "bank.txt"
    file.write_bytes(statement(("15.10.2025", "-185.00", "Cheque 000042"), opening=1000_00))
    bench.run("import", str(file), "--yes")
    line = bench.rows("list", "lines")[0]["id"][:8]
    bench.run("assign", line, "--kind", "cheque", "--document", "cheque-000042")
    assert bench.rows("list", "cheques")[0]["state"] == "presented"
    assert bench.rows("list", "debts") == []
