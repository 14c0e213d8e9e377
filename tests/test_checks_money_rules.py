"""Rules on money and duties upon events, over books of organisations under several laws."""

from __future__ import annotations

from pathlib import Path

from workbench import Bench, empty

GE = """\
organisation:
  names:
    2024-01-01: {nominative: "Example Union"}
  registered_on: 2025-06-10
  statuses:
    registered_agent: {since: 2025-06-10}
    grantee: {since: 2025-04-16}
    non_profit: {since: 2024-08-01}
regimes: [ge]
currency: GEL
starts_on: 2025-01-01
"""


def bench(tmp_path: Path, config: str) -> Bench:
    made = empty(tmp_path / "w", config)
    for words in (
        (
            "account",
            "--id",
            "bank",
            "--type",
            "asset",
            "--class",
            "bank",
            "--currency",
            "GEL",
            "--title",
            "Bank",
        ),
        ("account", "--id", "gifts", "--type", "income", "--title", "Gifts"),
        (
            "source",
            "--id",
            "abroad",
            "--kind",
            "foreign_organisation",
            "--name",
            "Example Abroad",
            "--country",
            "NL",
        ),
        (
            "source",
            "--id",
            "home",
            "--kind",
            "domestic_organisation",
            "--name",
            "Example Home",
            "--country",
            "GE",
        ),
        ("fund", "--id", "a", "--title", "A"),
        ("fund", "--id", "b", "--title", "B"),
    ):
        made.run("record", *words)
    return made


def gift(made: Bench, on: str, amount: str, source: str, fund: str) -> None:
    made.run(
        "record",
        "income",
        "--on",
        on,
        "--account",
        "bank",
        "--fund",
        fund,
        "--source",
        source,
        "--amount",
        amount,
    )


def found(made: Bench, code: str) -> list[dict[str, object]]:
    result = made.call("--today", "2026-01-12", "check", "--format", "json")
    return [row for row in result.rows if row["code"] == code]


def test_money_without_consent_is_found_and_the_paper_mends_it(tmp_path: Path) -> None:
    made = bench(tmp_path, GE)
    gift(made, "2025-04-15", "100", "abroad", "b")  # the day before the rule
    gift(made, "2025-05-05", "200", "abroad", "b")
    gift(made, "2025-05-06", "300", "home", "a")
    [finding] = found(made, "money.gate")
    assert "200.00 GEL" in str(finding["message"])
    made.run(
        "record",
        "document",
        "--missing",
        "--id",
        "consent-1",
        "--kind",
        "consent",
        "--title",
        "Consent",
        "--about",
        "abroad",
        "--dated-on",
        "2025-05-04",
    )
    assert not found(made, "money.gate")


def test_a_consent_that_came_later_is_not_one(tmp_path: Path) -> None:
    made = bench(tmp_path, GE)
    gift(made, "2025-05-05", "200", "abroad", "b")
    made.run(
        "record",
        "document",
        "--missing",
        "--id",
        "late",
        "--kind",
        "consent",
        "--title",
        "Consent",
        "--about",
        "abroad",
        "--dated-on",
        "2025-05-06",
    )
    assert len(found(made, "money.gate")) == 1


def test_a_fifth_from_abroad_is_told_for_the_year(tmp_path: Path) -> None:
    made = bench(tmp_path, GE)
    gift(made, "2025-02-03", "800", "home", "a")
    gift(made, "2025-03-03", "200", "abroad", "b")
    assert not found(made, "money.threshold")
    gift(made, "2025-11-03", "0.01", "abroad", "b")
    [finding] = found(made, "money.threshold")
    assert finding["period"] == "2025"


def test_own_half_years_and_a_recorded_change_are_due(tmp_path: Path) -> None:
    made = bench(tmp_path, GE)
    made.run("record", "occurrence", "--kind", "change", "--on", "2026-01-08", "--note", "new address")
    due = {
        (row["obligation"], row["period"]): row["nominal_on"]
        for row in made.rows("--today", "2026-01-12", "due")
    }
    assert due["ge.fara.supplement", "2025-06-10..2025-12-10"] == "2026-01-09"
    assert due["ge.fara.change", "2026-01-08"] == "2026-01-18"
    made.run("record", "occurrence", "--id", "change-1", "--state", "withdrawn")
    assert not [
        row for row in made.rows("--today", "2026-01-12", "due") if row["obligation"] == "ge.fara.change"
    ]


def test_periods_that_count_from_an_unknown_day_are_told_not_skipped(tmp_path: Path) -> None:
    made = bench(tmp_path, GE.replace("  registered_on: 2025-06-10\n", ""))
    [finding] = found(made, "deadline.fact_missing")
    assert "registered_on" in str(finding["remedy"])


def test_hours_are_counted_from_the_instant(tmp_path: Path) -> None:
    made = bench(tmp_path, GE)
    made.run("record", "occurrence", "--kind", "transmittal", "--on", "2026-01-09", "--at", "15:00")
    [row] = [
        row for row in made.rows("--today", "2026-01-12", "due") if row["obligation"] == "ge.fara.copies"
    ]
    assert row["nominal_on"] == "2026-01-11"
    made.fail(2, "record", "occurrence", "--kind", "transmittal", "--on", "2026-01-09", "--at", "3pm")


SV = """\
organisation:
  names:
    2024-01-01: {nominative: "Example Asociacion"}
  statuses:
    foreign_agent: {since: 2025-06-07}
    not_excluded: {since: 2025-06-07}
regimes: [sv]
currency: GEL
starts_on: 2025-01-01
"""


def test_a_tax_is_told_by_month_and_an_exclusion_ends_it(tmp_path: Path) -> None:
    made = bench(tmp_path, SV)
    gift(made, "2025-06-06", "1000", "abroad", "b")
    gift(made, "2025-09-05", "100.05", "abroad", "b")
    [finding] = found(made, "money.tax")
    assert finding["period"] == "2025-09"
    assert "30.02" in str(finding["message"])  # 30.015, half up
    made.run(
        "record",
        "document",
        "--missing",
        "--id",
        "r",
        "--kind",
        "exclusion_resolution",
        "--title",
        "R",
        "--about",
        "abroad",
        "--dated-on",
        "2025-09-01",
    )
    assert not found(made, "money.tax")


def test_one_account_for_each_agreement(tmp_path: Path) -> None:
    made = bench(tmp_path, SV)
    gift(made, "2025-09-05", "100", "abroad", "a")
    assert not found(made, "money.one_account_each")
    made.run(
        "record",
        "source",
        "--id",
        "abroad2",
        "--kind",
        "foreign_organisation",
        "--name",
        "Other",
        "--country",
        "US",
    )
    gift(made, "2025-09-06", "100", "abroad2", "b")
    [finding] = found(made, "money.one_account_each")
    assert "2" in str(finding["message"])
