"""Periods that an authority assigned and days that it granted: they win, say by which letter, and can be filed."""

from __future__ import annotations

from pathlib import Path

import pytest
from test_twins import AMERICAN
from workbench import Bench, empty

RULE = "us.fara.supplemental"
GRANTED = (
    AMERICAN
    + f"""\
periods:
  {RULE}:
    - {{first: 2025-12-15, last: 2026-05-31, letter: "letter of 3 February 2026"}}
extensions:
  {RULE}:
    - {{last: 2026-05-31, due: 2026-07-18, letter: "letter of 20 June 2026"}}
"""
)


def due(bench: Bench) -> list[tuple[str, str, str]]:
    return [
        (row["period"], row["nominal_on"], row["due_on"])
        for row in bench.rows("--today", "2026-06-25", "due", "--days", "300")
        if row["obligation"] == RULE
    ]


def test_without_a_letter_the_rule_decides(tmp_path: Path) -> None:
    assert due(empty(tmp_path / "w", AMERICAN))[0] == ("2025-12-15..2026-06-30", "2026-07-30", "2026-07-30")


def test_the_assigned_period_and_the_granted_day_win(tmp_path: Path) -> None:
    bench = empty(tmp_path / "w", GRANTED)
    found = due(bench)
    # 18 July 2026 is a Saturday: the alarm stays on the Friday before it.
    assert found[0] == ("2025-12-15..2026-05-31", "2026-07-18", "2026-07-17")
    assert not [period for period, _nominal, _due in found if period == "2025-12-15..2026-06-30"]
    assert len(found) == 2
    said = bench.run("--today", "2026-06-25", "due", "--why").out
    assert "extended to 2026-07-18 by: letter of 20 June 2026" in said
    bench.run("--today", "2026-06-25", "report", "nsd2", "2025-12-15..2026-05-31")
    assert "is not filed for" in bench.fail(
        2, "--today", "2026-06-25", "report", "nsd2", "2025-12-15..2026-06-30"
    )


def test_a_slip_in_the_id_is_told(tmp_path: Path) -> None:
    bench = empty(tmp_path / "w", GRANTED.replace(f"  {RULE}:", "  us.fara.suplemental:"))
    found = [
        row for row in bench.call("check", "--format", "json").rows if row["code"] == "deadline.unknown_rule"
    ]
    assert [row["subject"] for row in found] == ["obligation:us.fara.suplemental"] * 2


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("last: 2026-05-31, letter", "last: 2025-05-31, letter"),
        ('letter: "letter of 20 June 2026"', 'letter: ""'),
    ],
)
def test_what_cannot_be_is_refused(tmp_path: Path, old: str, new: str) -> None:
    folder = tmp_path / "w"
    folder.mkdir()
    (folder / "schedules.yaml").write_text(GRANTED.replace(old, new), "utf-8")
    assert "schedules.yaml:" in Bench(folder).fail(3, "init", "--practice", "2026-01-12")
