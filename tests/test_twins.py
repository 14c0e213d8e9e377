"""Organisations under other laws than the practice one: from books to the schedules of their forms."""

from __future__ import annotations

import json
from pathlib import Path

from workbench import Bench, empty

AMERICAN = """\
organisation:
  names:
    2020-01-01: {nominative: "Brightwater Example Advisory LLC"}
  registered_on: 2025-12-15
  statuses:
    foreign_agent: {since: 2025-12-01}
    registrant: {since: 2025-12-15}
regimes: [us]
currency: USD
starts_on: 2025-12-15
"""


def american(tmp_path: Path) -> Bench:
    made = empty(tmp_path / "us", AMERICAN)
    for words in (
        ("account", "--id", "bank", "--type", "asset", "--class", "bank", "--currency", "USD", "--title", "Bank"),
        ("source", "--id", "ministry", "--kind", "state_body", "--name", "Example Ministry", "--country", "NL"),
        ("source", "--id", "board", "--kind", "foreign_organisation", "--name", "Example Board", "--country", "NO"),
        ("fund", "--id", "m", "--title", "Ministry", "--donor", "ministry"),
        ("fund", "--id", "b", "--title", "Board", "--donor", "board"),
        ("income", "--on", "2026-01-05", "--account", "bank", "--fund", "m", "--source", "ministry", "--amount", "25,000"),
        ("income", "--on", "2026-01-06", "--account", "bank", "--fund", "b", "--source", "board", "--amount", "7,500.50"),
        ("expense", "--on", "2026-01-08", "--account", "bank", "--fund", "m", "--amount", "837", "--expense-line", "activity"),
    ):  # fmt: skip
        made.run("record", *words)
    return made


def test_the_american_schedules_are_per_principal_and_say_none(tmp_path: Path) -> None:
    made = american(tmp_path)
    [row] = [
        row
        for row in made.rows("--today", "2026-07-01", "due")
        if row["obligation"] == "us.fara.supplemental"
    ]
    assert (row["nominal_on"], row["period"]) == ("2026-07-30", "2025-12-15..2026-06-30")
    for cell, value in (("item_3.changes", "NONE"), ("item_10.exhibits", "yes"), ("item_10.changed", "no"), ("item_11@ministry.detail", "Letters"), ("item_11@board.detail", "NONE"), ("item_12@ministry.detail", "NONE"), ("item_12@board.detail", "NONE"), ("item_13.detail", "NONE"), ("item_14b.campaign", "no"), ("item_14b.exhibit_d", "no"), *((f"item_16.{word}", "no") for word in ("disseminated", "filed", "labelled")), *((f"item_16.{word}", "NONE") for word in ("principals", "budget", "media", "audiences", "languages")), ("execution.signed", "The director")):  # fmt: skip
        made.run("--today", "2026-07-01", "forms", "answer", "nsd2", row["period"], f"{cell}={value}")
    made.run("--today", "2026-07-01", "report", "nsd2", row["period"])
    told = made.run("--today", "2026-07-01", "report", "nsd2", row["period"], "--format", "json").out
    cells = {item["cell"]: item["exact_minor"] for item in json.loads(told)["rows"]}
    assert cells["item_14a_total@ministry.total"] == 2500000
    assert cells["item_14a_total@board.total"] == 750050
    assert cells["item_15a_total@ministry.total"] == 83700


def test_the_american_label_names_the_principal_or_is_refused(tmp_path: Path) -> None:
    made = american(tmp_path)
    page = made.folder / "letter.md"
    page.write_text("# A letter\n\nText of the letter.\n", encoding="utf-8")
    assert "--principal" in made.fail(1, "label", "apply", str(page))
    made.run("label", "apply", str(page), "--principal", "ministry")
    written = (made.folder / "letter.labelled.md").read_text("utf-8")
    assert (
        "This material is distributed by Brightwater Example Advisory LLC on behalf of Example Ministry. "
        "Additional information is available at the Department of Justice, Washington, DC."
    ) in " ".join(written.replace("\\", "").split())


INDIAN = """\
organisation:
  names:
    2015-01-01: {nominative: "Namuna Sahayata Samiti (practice)"}
  registered_on: 2022-04-01
  statuses:
    registered: {since: 2022-04-01}
regimes: [in]
currency: INR
starts_on: 2024-04-01
"""


def indian(tmp_path: Path) -> Bench:
    made = empty(tmp_path / "in", INDIAN)
    for words in (
        ("source", "--id", "abroad", "--kind", "foreign_organisation", "--name", "Example Abroad", "--country", "NL"),
        ("source", "--id", "shop", "--kind", "domestic_organisation", "--name", "Example Shop", "--country", "IN"),
        ("fund", "--id", "fc", "--title", "FC", "--donor", "abroad"),
        ("fund", "--id", "own", "--title", "Local", "--donor", "shop", "--unrestricted"),
        ("account", "--id", "office", "--type", "asset", "--class", "utilisation", "--currency", "INR", "--title", "Utilisation"),
        ("income", "--on", "2024-06-01", "--account", "fcra_account", "--fund", "fc", "--source", "abroad", "--purpose", "donation", "--amount", "3,000,000"),
        ("expense", "--on", "2024-10-01", "--account", "fcra_account", "--fund", "fc", "--amount", "480,000", "--expense-line", "admin"),
        ("income", "--on", "2025-06-01", "--account", "fcra_account", "--fund", "fc", "--source", "abroad", "--purpose", "donation", "--amount", "4,800,000"),
        ("expense", "--on", "2025-10-01", "--account", "fcra_account", "--fund", "fc", "--amount", "1,040,000", "--expense-line", "admin"),
    ):  # fmt: skip
        made.run("record", *words)
    return made


def codes(made: Bench) -> list[str]:
    return [row["code"] for row in made.call("--today", "2026-04-10", "check", "--format", "json").rows]


def test_the_indian_allowance_holds_only_with_what_was_carried_over(tmp_path: Path) -> None:
    made = indian(tmp_path)
    assert "money.cap" not in codes(made)
    made.run("record", "expense", "--on", "2025-11-01", "--account", "fcra_account", "--fund", "fc", "--amount", "40,000.01", "--expense-line", "admin")  # fmt: skip
    assert "money.cap" in codes(made)


def test_money_on_the_wrong_account_is_found(tmp_path: Path) -> None:
    made = indian(tmp_path)
    assert "money.account" not in codes(made)
    made.run("record", "income", "--on", "2025-07-01", "--account", "office", "--fund", "fc", "--source", "abroad", "--purpose", "donation", "--amount", "10")  # fmt: skip
    made.run("record", "income", "--on", "2025-07-02", "--account", "fcra_account", "--fund", "own", "--source", "shop", "--purpose", "donation", "--amount", "50,000")  # fmt: skip
    found = [
        row
        for row in made.call("--today", "2026-04-10", "check", "--format", "json").rows
        if row["code"] == "money.account"
    ]
    assert len(found) == 2


def test_the_indian_return_carries_its_allowance_forward(tmp_path: Path) -> None:
    made = indian(tmp_path)
    for cell in ("s8.mixed", "s8.over", "s8.transferred"):
        made.run("--today", "2026-04-10", "forms", "answer", "fc4", "2024-04-01..2025-03-31", f"{cell}=no")
    told = made.run(
        "--today", "2026-04-10", "report", "fc4", "2024-04-01..2025-03-31", "--format", "json"
    ).out
    cells = {item["cell"]: item["units"] for item in json.loads(told)["rows"]}
    assert [cells[f"s4iv.{line}"] for line in "ABCDEFG"] == [0, 3000000, 600000, 480000, 0, 480000, 120000]


def test_a_label_that_must_lead_stands_before_the_heading(tmp_path: Path) -> None:
    made = american(tmp_path)
    for name, data in (
        ("page.html", "<!DOCTYPE html><html lang=en><body><main><h1>Head</h1><p>Text of the page.</p></main></body></html>"),
        ("plain.txt", "Head\n\nText of the page.\n"),
        ("page.md", "# Head\n\nText of the page.\n"),
    ):  # fmt: skip
        (made.folder / name).write_text(data, encoding="utf-8")
        made.run("label", "apply", str(made.folder / name), "--principal", "Example Ministry")
        stem, _dot, suffix = name.partition(".")
        copy = made.folder / f"{stem}.labelled.{suffix}"
        shown = copy.read_text("utf-8")
        assert shown.index("distributed by") < shown.index("Head")
        told = made.call("label", "verify", str(copy), "--principal", "ministry", "--format", "json").rows[0]
        verdicts = {item["kind"]: item["verdict"] for item in told["criteria"]}
        assert (verdicts["wording"], verdicts["position"]) == ("met", "met")


def test_the_three_indian_statements_tie_to_each_other_and_to_the_return(tmp_path: Path) -> None:
    """What is owed and paid ahead is expenditure or an asset, and no payment; the books' own balances are the closing."""
    made = indian(tmp_path)
    year = "2025-04-01..2026-03-31"
    made.run("--today", "2026-04-10", "record", "obligation", "--on", "2026-03-20", "--fund", "fc", "--amount", "30,000", "--expense-line", "admin", "--title", "Audit fee")  # fmt: skip
    made.run("--today", "2026-04-10", "record", "prepayment", "--on", "2026-03-25", "--fund", "fc", "--amount", "12,000", "--expense-line", "admin", "--account", "fcra_account", "--title", "Rent of April")  # fmt: skip

    def cells(form: str) -> dict[str, int]:
        told = made.run(
            "--today", "2026-04-10", "report", form, year, "--format", "json", "--out", str(tmp_path / form)
        )
        return {item["cell"]: item["exact_minor"] for item in json.loads(told.out)["rows"]}

    found = cells("web")
    assert found["rp.received"] == 4_800_000_00
    assert found["rp.paid"] == 1_052_000_00  # the rent paid ahead is paid, the fee that is owed is not
    assert found["ie.spent"] == 1_070_000_00  # and the other way round
    assert found["bs.debts"] == 12_000_00 - 30_000_00
    assert found["rp.closing"] - found["rp.opening"] == 4_800_000_00 - 1_052_000_00
    assert found["bs.fund"] == found["bs.all"] == found["rp.closing"] + found["bs.debts"]
    for cell in ("s8.mixed", "s8.over", "s8.transferred"):
        made.run("--today", "2026-04-10", "forms", "answer", "fc4", year, f"{cell}=no")
    fc4 = cells("fc4")
    assert (fc4["s2i.a"], fc4["s3.d"], fc4["s4.all"]) == (
        found["rp.opening"],
        found["rp.paid"],
        found["rp.closing"],
    )
    held = [
        row["amount_minor"]
        for row in made.rows("--today", "2026-04-10", "balance", "--by", "account,fund")
        if row["account"] in ("fcra_account", "utilisation", "office")
    ]
    assert sum(held) == found["rp.closing"]
