"""``coverage``: the calendar of statements, as marks that read without colour, and money on its way."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from intakebooks import books_of, make
from test_import_command import OWN, load, statement

from compliance import cli, i18n
from compliance.importers.reading import read_statements
from compliance.importers.source import Source
from compliance.intake.bankfiles import Offered
from compliance.intake.coverage import of_statements, settled
from compliance.intake.load import _statement
from compliance.ledger.lines import uncleared


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """October whole, a week of it twice, then a hole of a day and a jump on 11 November."""
    made = make(tmp_path / "books")
    opening = 2_184_350_40
    assert load(made, statement(("06.10.2025", "-150.00", "Аренда"))) == 0
    opening -= 150_00
    assert load(made, statement(first="27.10.2025", last="02.11.2025", opening=opening), name="week.txt") == 0
    assert (
        load(made, statement(first="04.11.2025", last="10.11.2025", opening=opening + 1_00), name="nov.txt")
        == 0
    )
    assert (
        load(made, statement(first="11.11.2025", last="12.11.2025", opening=opening + 3_00), name="jump.txt")
        == 0
    )
    return made


def shown(folder: Path, capsys: pytest.CaptureFixture[str], *words: str) -> str:
    capsys.readouterr()
    assert cli.run(["-C", str(folder), "--today", "2025-11-20", "coverage", *words]) == 0
    return capsys.readouterr().out


def test_the_strip(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = shown(folder, capsys, "a1")
    assert "   2025-10  ##########################=====\n" in text
    assert "   2025-11  ##.#######!#\n" in text
    assert "no statement: 3 Nov 2025; the balance jumps by 1.00 RUB" in text
    assert "two statements: 27 Oct 2025 — 31 Oct 2025" in text
    assert "11 Nov 2025: opens with 2.00 RUB more" in text
    assert "8 days since the last statement" in text
    assert "\x1b[" not in text


def test_in_russian(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    i18n.activate("ru")
    text = shown(folder, capsys, "a1")
    assert "нет выписки: 03.11.2025; остаток прыгает на 1,00 RUB" in text
    assert "8 дней после последней выписки" in text


def test_for_programs(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    body = json.loads(shown(folder, capsys, "--format", "json"))
    assert body["schema"] == "coverage/1"
    rows = {row.get("account"): row for row in body["rows"]}
    first = rows["a1"]
    assert first["gaps"] == [
        {"first_on": "2025-11-03", "last_on": "2025-11-03", "missing_minor": 1_00, "before": first["gaps"][0]["before"],
         "after": first["gaps"][0]["after"]}
    ]  # fmt: skip
    assert [(item["on"], item["missing_minor"]) for item in first["jumps"]] == [("2025-11-11", 2_00)]
    assert [(item["first_on"], item["last_on"]) for item in first["overlaps"]] == [
        ("2025-10-27", "2025-10-31")
    ]
    assert (rows["a2"]["spans"], rows["a2"]["days_since"]) == ([], None)


def test_one_derivation_for_calendar_and_check(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What the strip marks is what ``check`` finds."""
    capsys.readouterr()
    assert cli.run(["-C", str(folder), "check", "statement.gap", "--format", "json"]) == 1
    found = {(row["code"], row["subject"]) for row in json.loads(capsys.readouterr().out)["rows"]}
    assert found == {
        ("statement.gap", "account:a1:2025-11-03"),
        ("statement.jump", "account:a1:2025-11-11"),
    }


def test_money_on_its_way_has_an_age(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "Nothing of your own is on its way." in shown(folder, capsys)
    with books_of(folder) as books:
        rent = next(uncleared(books)).handle
    assert cli.run(["-C", str(folder), "assign", rent, "--kind", "transfer", "--fund", "f4"]) == 0
    text = shown(folder, capsys)
    assert "! 150.00 RUB  6 Oct 2025  for 45 days  f4" in text
    row = json.loads(shown(folder, capsys, "--format", "json"))["rows"][-1]
    assert (row["row"], row["age_days"], row["late"], row["amount_minor"]) == ("in_transit", 45, True, 150_00)


def test_no_such_account(folder: Path) -> None:
    assert cli.run(["-C", str(folder), "coverage", "nowhere"]) == 2


def mt940(first: str, last: str, opening: str, closing: str, *lines: str) -> str:
    head = [":20:X", f":25:{OWN}", ":28C:1", f":60F:C{first}RUB{opening}"]
    return "\r\n".join([*head, *lines, f":62F:C{last}RUB{closing}", "-", ""])


def spans(*files: str) -> list[str]:
    facts = []
    for text in files:
        source = Source.of_bytes(text.encode(), "x.sta")
        facts += [
            _statement(Offered(source, "mt940", "a1", item), 0)
            for item in read_statements(source, accounts={OWN: "RUB"}, profiles={})
        ]
    return [f"{span.start}..{span.last}" for span in of_statements("a1", settled(facts)).spans]


OCTOBER = mt940("251001", "251031", "2184350,40", "2184340,40", ":61:2510061006D10,00NTRFNONREF")
NOVEMBER = mt940("251101", "251128", "2184340,40", "2184330,40", ":61:2511061106D10,00NTRFNONREF")


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ([OCTOBER], ["2025-10-01..2025-10-31"]),  # a whole month was asked for
        ([OCTOBER, NOVEMBER], ["2025-10-01..2025-11-28"]),  # the bank writes the first day: no hole
        ([NOVEMBER, OCTOBER], ["2025-10-01..2025-11-28"]),
        ([OCTOBER + NOVEMBER], ["2025-10-01..2025-11-28"]),  # in one file
        # By the standard the day belongs to the statement before: lost here, and said.
        ([OCTOBER, mt940("251031", "251105", "2184340,40", "2184340,40"), mt940("251106", "251128", "2184340,40", "2184340,40")],
         ["2025-10-02..2025-11-05", "2025-11-07..2025-11-28"]),
        # Nothing tells: as the standard says.
        ([mt940("251009", "251020", "2184350,40", "2184350,40")], ["2025-10-10..2025-10-20"]),
        # One with a line of its opening day speaks for the others.
        ([mt940("251003", "251009", "2184350,40", "2184340,40", ":61:2510031003D10,00NTRFNONREF"),
          mt940("251015", "251020", "2184340,40", "2184340,40")], ["2025-10-03..2025-10-09", "2025-10-15..2025-10-20"]),
    ],
)  # fmt: skip
def test_what_the_day_of_an_opening_balance_covers(files: list[str], expected: list[str]) -> None:
    assert spans(*files) == expected


def test_months_of_a_bank_that_writes_the_first_day_leave_no_hole(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = make(tmp_path / "books")
    assert load(made, OCTOBER.encode(), name="october.sta") == 0
    assert load(made, NOVEMBER.encode(), name="november.sta") == 0
    told = capsys.readouterr()
    assert "no statement covers" not in told.out + told.err
    assert f"   2025-10  {'#' * 31}\n   2025-11  {'#' * 28}\n" in shown(made, capsys, "a1")
    # Written by hand into days that the bank has told of: said at once.
    spend = [
        "record",
        "expense",
        "--account",
        "a1",
        "--fund",
        "f4",
        "--expense-line",
        "premises",
        "--amount",
        "5",
    ]
    for on, told in (("2025-11-05", 1), ("2025-11-29", 0)):
        assert cli.run(["-C", str(made), *spend, "--on", on]) == 0
        assert capsys.readouterr().err.count("covers 5 Nov 2025 already") == told
