"""``queue``, ``assign``, rules and sheets, by the commands a user types."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from intakebooks import balance, books_of, freeze, make, vault_of
from test_import_command import OWN, ledger_digest, load, queued, statement
from workbench import Bench

from compliance import cli, i18n
from compliance.ledger.lines import by_prefix, uncleared

RENT = ("06.10.2025", "-150.00", "Аренда")
GIFT = ("07.10.2025", "500.00", "Пожертвование")
EVIL = ("08.10.2025", "-20.00", '=HYPERLINK("http://example.test","x")')


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = make(tmp_path / "books")
    assert load(made, statement(RENT, GIFT, EVIL)) == 0
    return made


@pytest.fixture
def handles(folder: Path) -> list[str]:
    """Of the rent, the gift and the hyperlink."""
    with books_of(folder) as books:
        return [line.handle for line in uncleared(books)]


def run(folder: Path, *arguments: str) -> int:
    return cli.run(["-C", str(folder), *arguments])


def sums(folder: Path, *by: str) -> dict[tuple[str | None, ...], int]:
    with books_of(folder) as books:
        return {row.key: row.amount_minor for row in books.sums(by) if row.amount_minor}


def test_the_queue_for_programs(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert run(folder, "queue", "--format", "json") == 0
    body = json.loads(capsys.readouterr().out)
    assert body["schema"] == "queue/1"
    first = body["rows"][0]
    assert (first["date"], first["amount_minor"], first["currency"]) == ("2025-10-06", -150_00, "RUB")
    assert (first["purpose"], first["proposal"], first["import"]) == ("Аренда", None, 3)
    assert len(first["line"]) == 8
    assert first["identity"].startswith(first["line"])


def test_one_line_on_the_banks_own_day(folder: Path, handles: list[str]) -> None:
    assert run(folder, "assign", handles[0], "--fund", "f4", "--line", "premises", "--programme", "p6") == 0
    assert queued(folder) == 2
    assert sums(folder, "account", "fund")["premises", "f4"] == 150_00
    with books_of(folder) as books:
        entries = list(books.entries(where={"kind": ["assign"]}))
        assert {entry.on for entry in entries} == {date(2025, 10, 6)}
        assert len(entries) == 4
        # The account says which form line it is; the posting does not repeat it.
        assert {entry.expense_line for entry in entries} == {None}


def test_listed_amounts_are_what_moved_where_money_lies(folder: Path, handles: list[str]) -> None:
    """The legs that take a line out of suspense are counted nowhere; minus means that money went out."""
    parts = [
        "--part", "kind=income fund=f3b source=donors amount=514.40",
        "--part", "kind=fee fund=f3b line=other amount=14.40",
    ]  # fmt: skip
    assert run(folder, "assign", handles[0], "--fund", "f4", "--line", "premises") == 0
    assert run(folder, "assign", handles[1], *parts) == 0
    bench = Bench(folder)
    rows = [row for row in bench.rows("list", "transactions") if row["kind"] in ("line", "assign")]
    assert [(row["kind"], row["amount_minor"], row["accounts"], row["funds"]) for row in rows] == [
        ("line", -150_00, ["a1"], []),
        ("assign", -150_00, ["a1", "premises"], ["f4"]),
        ("line", 500_00, ["a1"], []),
        ("assign", 500_00, ["a1", "income", "other"], ["f3b"]),
        ("line", -20_00, ["a1"], []),
    ]
    table = bench.run("list", "transactions").out
    assert "No." in table
    assert "bank line" in table
    assert "suspense" not in table


def test_the_short_name_of_a_line_is_listed(folder: Path, handles: list[str]) -> None:
    table = Bench(folder).run("list", "lines").out
    assert all(f"{handle} " in table for handle in handles)


def test_a_listed_line_says_what_became_of_it(folder: Path, handles: list[str]) -> None:
    bench = Bench(folder)
    assert {row["state"] for row in bench.rows("list", "lines")} == {"waiting"}
    assert run(folder, "assign", handles[0], "--fund", "f4", "--line", "premises") == 0
    assert sorted(row["state"] for row in bench.rows("list", "lines")) == ["sorted", "waiting", "waiting"]
    number = next(row["seq"] for row in bench.rows("list", "events") if row["kind"] == "import")
    bench.run("batch", "undo", str(number), "--yes")
    assert {row["state"] for row in bench.rows("list", "lines")} == {"undone"}
    assert "undone" in bench.run("list", "lines").out


def test_sorting_says_the_number_of_the_transaction(
    folder: Path, handles: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert run(folder, "assign", handles[0], "--fund", "f4", "--line", "premises") == 0
    said = capsys.readouterr().err
    number = max(row["id"] for row in Bench(folder).rows("list", "transactions"))
    assert f"transaction {number}" in said


def test_names_as_typed(folder: Path, handles: list[str]) -> None:
    assert (
        run(folder, "assign", handles[1], "--fund", "Small card", "--kind", "income", "--source", "donors")
        == 2
    )
    assert run(folder, "assign", handles[1], "--fund", "малые", "--kind", "income", "--source", "donors") == 0
    assert sums(folder, "account", "fund", "source")["income", "f3b", "donors"] == -500_00


def test_split_over_funds_with_a_rest(folder: Path, handles: list[str]) -> None:
    parts = ["--part", "fund=f1 line=pay amount=100.00", "--part", "fund=f2 line=premises programme=p3"]
    assert run(folder, "assign", handles[0], *parts) == 0
    found = sums(folder, "account", "fund")
    assert (found["pay", "f1"], found["premises", "f2"]) == (100_00, 50_00)
    with books_of(folder) as books:
        assert len(list(books.entries(where={"kind": ["assign"]}))) == 6


def test_gross_and_fee_make_the_net(folder: Path, handles: list[str]) -> None:
    parts = [
        "--part", "kind=income fund=f3b source=donors amount=514.40 purpose=donation",
        "--part", "kind=fee fund=f3b line=other amount=14.40",
    ]  # fmt: skip
    assert run(folder, "assign", handles[1], *parts) == 0
    found = sums(folder, "account", "fund")
    assert (found["income", "f3b"], found["other", "f3b"]) == (-514_40, 14_40)


def test_refund_is_a_smaller_receipt(folder: Path, handles: list[str]) -> None:
    assert run(folder, "assign", handles[0], "--kind", "refund", "--fund", "f3b", "--source", "donors") == 0
    assert sums(folder, "account", "source")["income", "donors"] == 150_00


def test_an_expense_that_came_back(folder: Path, handles: list[str]) -> None:
    assert run(folder, "assign", handles[1], "--kind", "expense", "--fund", "f4", "--line", "pay") == 0
    assert balance(folder, "pay") == -500_00


def test_transfer_and_exchange_pass_through_their_own_accounts(folder: Path, handles: list[str]) -> None:
    assert run(folder, "assign", handles[0], "--kind", "transfer", "--fund", "f4") == 0
    assert run(folder, "assign", handles[1], "--kind", "exchange", "--fund", "f1") == 0
    assert run(folder, "assign", handles[2], "--account", "cash", "--fund", "f4") == 0
    found = sums(folder, "account", "fund", "currency")
    assert found["transit", "f4", "RUB"] == 150_00
    assert found["conversion", "f1", "RUB"] == -500_00
    assert found["cash", "f4", "RUB"] == 8_400_00 + 20_00


def test_sorting_again_reverses_first(
    folder: Path, handles: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(folder, "assign", handles[0], "--fund", "f4", "--line", "premises") == 0
    capsys.readouterr()
    assert run(folder, "assign", handles[0], "--fund", "f4", "--line", "pay") == 0
    assert "It was sorted before" in capsys.readouterr().err
    found = sums(folder, "account", "fund")
    assert ("premises", "f4") not in found
    assert found["pay", "f4"] == 150_00
    assert queued(folder) == 2
    with books_of(folder) as books:
        assert len({entry.txn for entry in books.entries(where={"kind": ["reverse"]})}) == 1
        assert books.last_seq == 5


def test_sorting_again_keeps_the_agreement(folder: Path, handles: list[str]) -> None:
    assert run(folder, "assign", handles[1], "--kind", "transfer") == 2
    assert run(folder, "assign", handles[1], "--fund", "f4", "--kind", "income", "--source", "own") == 0
    assert run(folder, "assign", handles[1], "--kind", "transfer") == 0
    found = sums(folder, "account", "fund")
    assert found["transit", "f4"] == -500_00
    assert ("income", "f4") not in found


WRONG = [
    (["--fund", "f4"], "say what the line is"),
    (["--kind", "expense", "--fund", "f4", "--line", "food"], "--line: there is no"),
    (["--line", "pay"], "whose money"),
    (["--fund", "f9", "--line", "pay"], "there is no"),
    (["--fund", "unassigned", "--line", "pay"], "there is no"),
    (["--fund", "f4", "--kind", "income"], "who paid"),
    (["--fund", "f4", "--kind", "income", "--source", "donors", "--line", "pay"], "form line"),
    (["--fund", "f4", "--line", "pay", "--source", "donors"], "only income"),
    (["--fund", "f4", "--kind", "gift"], "--kind: there is no"),
    (["--fund", "f4", "--account", "a2"], "statements of its own"),
    (["--fund", "f4", "--account", "suspense"], "as not sorted"),
    (["--fund", "f4", "--account", "nowhere"], "there is no"),
    (["--fund", "f4", "--account", "pay", "--kind", "income", "--source", "donors"], "does not fit"),
    (["--fund", "f4", "--line", "pay", "--property", "boat"], "none of"),
    (["--fund", "f4", "--line", "pay", "--programme", "p77"], "there is no"),
    (["--part", "fund=f4 line=pay amount=149.99"], "0.01 RUB is left"),
    (["--part", "fund=f4 line=pay amount=1e2"], "not an amount"),
    (["--part", "fund=f4 line=pay amount=0", "--part", "fund=f4 line=pay"], "“0” is not an amount"),
    (["--part", "fund=f4 line=pay", "--part", "fund=f4 line=pay"], "leave its amount out"),
    (["--part", "fund=f4 line=pay amount=150", "--part", "fund=f4 line=pay"], "nothing is left"),
    (["--part", "fund=f4 colour=red"], "NAME=VALUE"),
    (["--part", 'fund="f4'], "quotation mark"),
]


@pytest.mark.parametrize(("options", "said"), WRONG, ids=[said for _options, said in WRONG])
def test_what_does_not_fit_is_said(
    folder: Path, handles: list[str], capsys: pytest.CaptureFixture[str], options: list[str], said: str
) -> None:
    before = ledger_digest(folder)
    assert run(folder, "assign", handles[0], *options) == 2
    assert said in capsys.readouterr().err
    assert ledger_digest(folder) == before


@pytest.mark.parametrize("handle", ["00000000", "ab", "zzzz", "'; DROP TABLE line; --"])
def test_no_such_line(folder: Path, handle: str) -> None:
    assert run(folder, "assign", handle, "--fund", "f4", "--line", "pay") == 2


def test_a_short_prefix_of_many_lines_is_ambiguous(tmp_path: Path) -> None:
    made = make(tmp_path / "many")
    days = [("06.10.2025", "-1.00", f"Платёж {'а' * number}") for number in range(600)]
    assert load(made, statement(*days)) == 0
    with books_of(made) as books:
        prefixes: dict[str, int] = {}
        for line in uncleared(books):
            prefixes[line.identity[:4]] = prefixes.get(line.identity[:4], 0) + 1
        twice = [prefix for prefix, count in prefixes.items() if count > 1]
        assert len(by_prefix(books, next(iter(prefixes))[:1], limit=3)) == 3
    for prefix in twice[:1]:
        assert run(made, "assign", prefix, "--fund", "f4", "--line", "pay") == 2


def test_a_closed_day_is_amended_only(
    folder: Path, handles: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    freeze(folder, date(2025, 10, 1), date(2025, 12, 31))
    said = ["assign", handles[0], "--fund", "f4", "--line", "pay"]
    assert run(folder, *said) == 1
    assert "--amends money-q4" in capsys.readouterr().err
    assert run(folder, *said, "--amends", "money-q4") == 0


def test_typed_amounts_follow_the_language(folder: Path, handles: list[str]) -> None:
    i18n.activate("ru")
    parts = ["--part", 'fund=f4 line=pay amount="149,50"', "--part", "fund=f4 line=taxes amount=0.50"]
    assert run(folder, "assign", handles[0], *parts) == 0
    assert balance(folder, "taxes") == 50


# Rules


def test_remember_proposes_and_apply_posts(
    folder: Path, handles: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(folder, "assign", handles[0], "--fund", "f4", "--line", "premises", "--remember") == 0
    before = ledger_digest(folder)
    capsys.readouterr()
    assert run(folder, "queue", "--format", "json") == 0
    rows = json.loads(capsys.readouterr().out)["rows"]
    # The same counterparty paid the hyperlink; the gift came in, which is another direction.
    assert [row["proposal"] for row in rows] == [None, {"fund": "f4", "line": "premises"}]
    assert ledger_digest(folder) == before
    assert run(folder, "queue", "apply") == 2  # nobody to ask
    assert ledger_digest(folder) == before
    assert run(folder, "queue", "apply", "--yes") == 0
    assert queued(folder) == 1
    assert balance(folder, "premises") == 170_00


def test_order_wins_and_disagreement_is_left_to_people(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def add(rule_id: str, line: str, *more: str) -> None:
        tests = ["--tax-id", "0000300090", "--direction", "out"]
        assert (
            run(
                folder, "queue", "rule", "add", "--id", rule_id, *tests, "--fund", "f4", "--line", line, *more
            )
            == 0
        )

    add("one", "pay")
    add("two", "travel")
    capsys.readouterr()
    assert run(folder, "queue", "apply", "--yes") == 0
    assert "rules disagree: one, two" in capsys.readouterr().err
    assert queued(folder) == 3
    add("two", "travel", "--order", "50")
    assert run(folder, "queue", "apply", "--yes") == 0
    assert balance(folder, "travel") == 170_00
    assert run(folder, "queue", "rule", "drop", "two") == 0
    assert run(folder, "queue", "rule", "drop", "two") == 2
    with vault_of(folder) as vault:
        assert list(vault.rules()) == ["one"]
    assert b"0000300090" not in (folder / "ledger.sqlite").read_bytes()


def test_a_rule_that_points_nowhere_stops_nothing_else(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    add = ["queue", "rule", "add", "--fund", "f4"]
    assert run(folder, *add, "--id", "bad", "--purpose-contains", "аренда", "--account", "nowhere") == 0
    assert run(folder, *add, "--id", "good", "--amount", "-20.00", "--line", "other") == 0
    capsys.readouterr()
    assert run(folder, "queue", "apply", "--yes") == 0
    assert "left to you" in capsys.readouterr().err
    assert (queued(folder), balance(folder, "other")) == (2, 20_00)


@pytest.mark.parametrize(
    "options", [["--direction", "out"], ["--on-account", "a1"], ["--tax-id", "1", "--kind", "gift"]]
)
def test_a_rule_must_test_something_and_say_something_known(folder: Path, options: list[str]) -> None:
    assert run(folder, "queue", "rule", "add", "--id", "r", "--fund", "f4", *options) == 2


def test_rules_go_out_and_come_back(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    add = [
        "queue",
        "rule",
        "add",
        "--id",
        "rent",
        "--name-contains",
        "Пример",
        "--fund",
        "f4",
        "--line",
        "premises",
    ]
    assert run(folder, *add) == 0
    capsys.readouterr()
    assert run(folder, "queue", "rules", "--format", "json") == 0
    (tmp_path / "rules.json").write_text(capsys.readouterr().out, "utf-8")
    with vault_of(folder) as vault:
        before = vault.rules()
    assert run(folder, "queue", "rule", "drop", "rent") == 0
    assert run(folder, "queue", "rule", "load", str(tmp_path / "rules.json")) == 0
    with vault_of(folder) as vault:
        assert vault.rules() == before
    for bad in ("nonsense", "{}", '[{"id": "x"}]', '[{"id": "x", "fund": "f4", "tax_id": "1", "more": 1}]'):
        (tmp_path / "bad.json").write_text(bad)
        assert run(folder, "queue", "rule", "load", str(tmp_path / "bad.json")) == 3


# Sheets


def edited(folder: Path, changes: dict[str, Any]) -> str:
    """The queue's sheet with some cells changed, as a spreadsheet program would save it."""
    out = folder / "queue.xlsx"
    out.unlink(missing_ok=True)
    assert run(folder, "queue", "sheet", str(out)) == 0
    book = openpyxl.load_workbook(out)
    for cell, value in changes.items():
        book.worksheets[0][cell] = value
    data = io.BytesIO()
    book.save(data)
    (folder / "filled.xlsx").write_bytes(data.getvalue())
    return str(folder / "filled.xlsx")


def test_a_sheet_says_what_lines_are(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with books_of(folder) as books:
        long = [line.identity[:16] for line in uncleared(books)]
    filled = edited(
        folder,
        {
            "J2": "f4 · Ф4 Собственные доходы", "N2": "premises", "H2": 100,
            "A5": long[0], "D5": -150, "H5": 50.0, "J5": "f1", "N5": "pay", "M5": "p1 · Телефон соседа",
            "I3": "income", "J3": "f3b", "L3": "donors",
        },
    )  # fmt: skip
    capsys.readouterr()
    assert run(folder, "queue", "apply", "--sheet", filled) == 2  # nobody to ask
    assert "+2 ~0 -0" in capsys.readouterr().err
    assert queued(folder) == 3
    assert run(folder, "queue", "apply", "--sheet", filled, "--yes") == 0
    assert "1 line stays in the queue" in capsys.readouterr().err
    found = sums(folder, "account", "fund")
    assert (found["premises", "f4"], found["pay", "f1"], found["income", "f3b"]) == (100_00, 50_00, -500_00)
    with books_of(folder) as books:
        seq = books.last_seq
    assert run(folder, "queue", "apply", "--sheet", filled, "--yes") == 0
    assert "Nothing to change." in capsys.readouterr().err
    with books_of(folder) as books:
        assert books.last_seq == seq


def test_a_sheet_changes_what_was_sorted_otherwise(
    folder: Path, handles: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    filled = edited(folder, {"J2": "f4", "N2": "premises"})
    assert run(folder, "assign", handles[0], "--fund", "f4", "--line", "pay") == 0
    capsys.readouterr()
    assert run(folder, "queue", "apply", "--sheet", filled, "--yes") == 0
    assert "+0 ~1 -0" in capsys.readouterr().err
    assert (balance(folder, "pay"), balance(folder, "premises")) == (0, 150_00)


def test_proposals_stand_in_the_sheet(folder: Path) -> None:
    add = [
        "queue",
        "rule",
        "add",
        "--id",
        "rent",
        "--purpose-contains",
        "аренда",
        "--fund",
        "f4",
        "--line",
        "premises",
    ]
    assert run(folder, *add) == 0
    assert run(folder, "queue", "apply", "--sheet", edited(folder, {}), "--yes") == 0
    assert (queued(folder), balance(folder, "premises")) == (2, 150_00)


def test_outside_text_is_no_formula_and_the_bank_columns_are_locked(folder: Path) -> None:
    out = folder / "queue.xlsx"
    assert run(folder, "queue", "sheet", str(out)) == 0
    assert run(folder, "queue", "sheet", str(out)) == 3  # never overwritten
    book = openpyxl.load_workbook(out)
    page = book.worksheets[0]
    assert page["G4"].value.startswith("=HYPERLINK")
    assert page["G4"].data_type == "s"
    assert page["G4"].quotePrefix
    assert page.protection.sheet
    assert (page["A2"].protection.locked, page["D2"].protection.locked, page["J2"].protection.locked) == (
        True,
        True,
        False,
    )
    assert not page["A9"].protection.locked
    assert {str(rule.sqref).split(":")[0] for rule in page.data_validations.dataValidation} >= {
        "I2", "J2", "K2", "L2", "M2", "N2",
    }  # fmt: skip
    with zipfile.ZipFile(out) as archive:
        assert b"creator" not in archive.read("docProps/core.xml")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"A1": "x"}, "not a sheet of the queue"),
        ({"J2": "f9", "N2": "pay"}, "there is no"),
        ({"J2": "f4", "N2": "pay", "H2": 149}, "is left"),
        ({"J2": "f4", "N2": "pay", "D2": -100}, "own amount was changed"),
        ({"J2": 4, "N2": "pay"}, "a name was expected"),
        ({"J2": "f4", "N2": "pay", "H2": date(2025, 1, 1)}, "an amount was expected"),
        ({"J2": "f4", "N2": "=1+1"}, "no stored result"),
        ({"J9": "f4"}, "which line it is"),
        ({"A2": "00000000", "J2": "f4", "N2": "pay"}, "no statement line"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_wrong_sheet_changes_nothing(
    folder: Path, capsys: pytest.CaptureFixture[str], changes: dict[str, Any], said: str
) -> None:
    filled = edited(folder, changes)
    before = ledger_digest(folder)
    capsys.readouterr()
    assert run(folder, "queue", "apply", "--sheet", filled, "--yes") == 3
    assert said in capsys.readouterr().err
    assert ledger_digest(folder) == before


def test_saying_the_same_again_is_nothing_new(
    folder: Path, handles: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    words = ("assign", handles[0], "--fund", "f4", "--line", "premises", "--programme", "p6")
    assert run(folder, *words) == 0
    before = ledger_digest(folder)
    capsys.readouterr()
    assert run(folder, *words) == 0
    assert "nothing new" in capsys.readouterr().err
    assert ledger_digest(folder) == before
    freeze(folder, date(2025, 10, 1), date(2025, 12, 31))
    assert run(folder, *words) == 0


def test_kinds_lines_and_purposes_are_words_of_a_list(
    folder: Path, handles: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert run(folder, "assign", handles[0], "--fund", "f4", "--line", "premisses") == 2
    assert "premises" in capsys.readouterr().err
    assert run(folder, "assign", handles[1], "--fund", "f3b", "--source", "donors", "--purpose", "gift") == 2
    assert "donation" in capsys.readouterr().err
    assert run(folder, "queue", "rule", "add", "--id", "r", "--fund", "f4", "--kind", "pay") == 2
    assert "income" in capsys.readouterr().err
    i18n.activate("ru")
    assert run(folder, "assign", handles[1], "--fund", "f3b", "--kind", "доход", "--source", "donors") == 0


# ---- a sheet, as people fill it in


def test_every_wrong_row_is_told_at_once(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    filled = edited(
        folder,
        {"J2": "f9", "N2": "pay", "J3": "f3b", "I3": "gift", "J4": "f4", "N4": "other", "O4": "nonsense", "J9": "f4"},
    )  # fmt: skip
    before = ledger_digest(folder)
    capsys.readouterr()
    assert run(folder, "queue", "apply", "--sheet", filled, "--yes") == 3
    said = capsys.readouterr().err
    assert "4 rows are wrong" in said
    for row, word in ((2, "f9"), (3, "gift"), (4, "donation"), (9, "which line it is")):
        assert any(f"filled.xlsx:{row}:" in line and word in line for line in said.splitlines()), (row, said)
    assert ledger_digest(folder) == before


def test_titles_and_the_words_of_the_language_are_taken(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """In Russian: kinds as people say them, agreements by title, an empty amount in the row of a further part."""
    i18n.activate("ru")
    with books_of(folder) as books:
        long = [line.identity[:16] for line in uncleared(books)]
        title = books.funds["f3b"].title
        line = books.accounts["premises"].title
    filled = edited(
        folder,
        {
            "I3": "доход", "J3": title.upper(), "L3": "donors", "O3": "пожертвование",
            "I2": "расход", "J2": "f4", "N2": "premises", "H2": 100,
            "A5": long[0], "J5": "f1", "N5": "pay",
        },
    )  # fmt: skip
    capsys.readouterr()
    assert run(folder, "queue", "apply", "--sheet", filled, "--yes") == 0
    told = capsys.readouterr().err
    assert f"500,00\u00a0RUB: Income; {title}" in told.replace("500,00 RUB", "500,00\u00a0RUB")
    assert line in told
    assert "06.10.2025" in told
    found = sums(folder, "account", "fund", "purpose")
    assert found["income", "f3b", "donation"] == -500_00
    assert (found["premises", "f4", None], found["pay", "f1", None]) == (100_00, 50_00)


@pytest.mark.parametrize("language", ["en", "ru"])
def test_a_sheet_says_how_to_fill_it_in_and_names_each_column_once(folder: Path, language: str) -> None:
    i18n.activate(language)
    out = folder / "queue.xlsx"
    assert run(folder, "queue", "sheet", str(out)) == 0
    book = openpyxl.load_workbook(out)
    titles = [cell.value for cell in book.worksheets[0][1]]
    assert len(titles) == len(set(titles)) == 15
    notes = " ".join(str(cell.value) for row in book.worksheets[-1].iter_rows() for cell in row)
    assert ("split" if language == "en" else "Разделить") in notes
    shown = {cell.value for row in book.worksheets[1].iter_rows() for cell in row}
    assert ("expense" if language == "en" else "расход") in shown


def test_a_file_of_another_kind_is_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert run(folder, "queue", "sheet", str(folder / "queue.xls")) == 2
    assert "does not end in .xlsx" in capsys.readouterr().err
    (folder / "filled.ods").write_bytes(b"PK")
    assert run(folder, "queue", "apply", "--sheet", str(folder / "filled.ods"), "--yes") == 2
    assert "Save as" in capsys.readouterr().err


# ---- own transfers


A2 = "40703810400000000077"


def _to_own(data: bytes, number: str = A2) -> bytes:
    return data.replace(b"40702810000000000099", number.encode())


def test_our_own_account_on_the_other_side_is_an_own_transfer(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The first half asks whose money it is (a1 holds that of several); the second knows it from the first."""
    folder = make(tmp_path / "books")
    out = _to_own(statement(("06.10.2025", "-150.00", "Перевод")))
    capsys.readouterr()
    assert load(folder, out, name="a1.txt") == 0
    assert "own transfer is proposed" in capsys.readouterr().err
    [row] = Bench(folder).rows("queue")
    assert (row["proposal"], row["rules"]) == ({"kind": "transfer"}, ["own-account"])
    assert run(folder, "queue", "apply", "--yes") == 0
    assert "whose money" in capsys.readouterr().err
    assert run(folder, "assign", row["line"], "--kind", "transfer", "--fund", "f4") == 0
    opening = balance(folder, "a2")
    into = _to_own(statement(("07.10.2025", "150.00", "Перевод"), own=A2, opening=opening), OWN)
    assert load(folder, into, name="a2.txt") == 0
    [row] = Bench(folder).rows("queue")
    assert row["proposal"] == {"kind": "transfer", "fund": "f4"}
    assert run(folder, "queue", "apply", "--yes") == 0
    assert balance(folder, "transit") == 0
    assert queued(folder) == 0


def test_a_rule_of_ours_is_asked_first_and_another_currency_is_an_exchange(tmp_path: Path) -> None:
    folder = make(tmp_path / "books")
    euro = _to_own(statement(("06.10.2025", "-150.00", "Покупка валюты")), "40703978600000000042")
    assert load(folder, euro) == 0
    bench = Bench(folder)
    assert bench.rows("queue")[0]["proposal"] == {"kind": "exchange"}
    bench.run(
        "queue", "rule", "add", "--id", "mine", "--purpose-contains", "валюты", "--fund", "f4", "--line", "other"
    )  # fmt: skip
    assert bench.rows("queue")[0]["rules"] == ["mine"]


def test_our_own_tax_number_is_enough(tmp_path: Path) -> None:
    folder = make(tmp_path / "books")
    path = folder / "schedules.yaml"
    text = path.read_text(encoding="utf-8")
    assert load(folder, statement(("06.10.2025", "-150.00", "На депозит"))) == 0
    assert Bench(folder).rows("queue")[0]["proposal"] is None
    path.write_text(text.replace('"statuses"', '"tax_id": "0000300090", "statuses"'), encoding="utf-8")
    [row] = Bench(folder).rows("queue")
    assert (row["proposal"], row["rules"]) == ({"kind": "transfer"}, ["own-tax-number"])
