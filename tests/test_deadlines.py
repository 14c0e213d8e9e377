"""Deadlines: which periods, which law, which one date; what was filed, what is overdue, what is unknown."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance.deadlines import Deadline, deadlines, due_unknown
from compliance.periods import Period, parse_period
from compliance.rules import Statuses, bound_in, held, load_packs

RULES = load_packs(["ru"])
D = date.fromisoformat
TODAY = D("2026-01-12")
LISTED: Statuses = {"foreign_agent": (D("2025-02-17"), None)}


def asked(
    statuses: Statuses = LISTED, today: date = TODAY, days: int = 120, **keys: object
) -> list[Deadline]:
    return deadlines(RULES, statuses, today=today, horizon_days=days, **keys)  # type: ignore[arg-type]


def rows(found: list[Deadline]) -> list[tuple[str, str, str | None]]:
    return [
        (item.name, item.period.label, item.due_on.isoformat() if item.due_on else None) for item in found
    ]


def test_the_quarter_of_the_practice_organisation() -> None:
    filed = {
        ("ru.255.money.q", D("2025-03-31")): D("2025-04-14"),
        ("ru.255.money.q", D("2025-06-30")): D("2025-07-14"),
        ("ru.255.money.q", D("2025-09-30")): D("2025-10-14"),
        ("ru.255.activity.h", D("2025-06-30")): D("2025-07-14"),
        ("ru.255.public.h", D("2025-06-30")): D("2025-07-14"),
    }
    found = [item for item in asked(filed=filed) if item.filed_on is None]
    assert rows(found) == [
        ("activity", "2025-H2", "2026-01-15"),
        ("money", "2025-Q4", "2026-01-15"),
        ("public", "2025-H2", "2026-01-15"),
        ("money", "2026-Q1", "2026-04-15"),
        ("programme", "2025", None),
    ]
    money = found[1]
    assert money.confidence == "memory"
    assert (money.nominal_on, money.shifted_on, money.safe_on) == (D("2026-01-15"),) * 3
    assert money.form == "ru_money_q"
    assert money.channels == ("portal", "post")
    assert money.closes == ("money",)
    assert money.at_stake
    assert "255-FZ" in money.act
    assert not money.is_overdue(TODAY)
    assert found[0].candidates == (D("2026-01-15"), D("2026-04-15"))
    assert found[0].confidence == "uncertain"


def test_what_was_filed_keeps_its_day() -> None:
    filed = {("ru.255.money.q", D("2025-03-31")): D("2025-04-14")}
    [first] = [item for item in asked(filed=filed) if item.name == "money" and item.period.label == "2025-Q1"]
    assert first.filed_on == D("2025-04-14")
    assert not first.is_overdue(TODAY)


def test_overdue_stays_until_it_is_filed() -> None:
    overdue = [item.period.label for item in asked(days=1) if item.name == "money" and item.is_overdue(TODAY)]
    assert overdue == ["2025-Q1", "2025-Q2", "2025-Q3"]
    later = asked(days=1, since=D("2025-07-01"))
    assert [item.period.label for item in later if item.name == "money"] == ["2025-Q3"]


def test_the_safe_day_is_shown() -> None:
    statuses: Statuses = {"foreign_agent": (D("2022-12-01"), None)}
    found = {(i.name, i.period.label): i for i in asked(statuses, D("2023-01-09"), 10)}
    item = found["money", "2022-Q4"]
    assert (item.due_on, item.nominal_on, item.shifted_on) == (
        D("2023-01-13"),
        D("2023-01-15"),
        D("2023-01-16"),
    )


def test_substance_by_the_law_of_the_period() -> None:
    statuses: Statuses = {"foreign_agent": (D("2016-01-01"), None), "nco": (D("2010-01-01"), None)}
    found = asked(statuses, D("2023-03-01"), 60, since=D("2022-07-01"))
    assert ("nco-spending", "2022-Q3", "2022-10-14") in rows(found)
    assert ("money", "2022-Q4", "2023-01-13") in rows(found)
    assert not [item for item in found if item.name == "nco-spending" and item.period.label == "2022-Q4"]
    assert not [item for item in found if item.name == "money" and item.period.label == "2022-Q3"]


def test_duties_are_unions_over_statuses() -> None:
    statuses: Statuses = {
        **LISTED, "nco": (D("2025-01-01"), None), "legal_entity": (D("2025-01-01"), None),
    }  # fmt: skip
    names = {item.name for item in asked(statuses)}
    assert names == {"money", "activity", "public", "programme", "audit", "nco-ordinary"}
    assert "audit" not in {item.name for item in asked()}
    assert {item.name for item in asked({"nco": (D("2025-01-01"), None)})} == {"nco-ordinary"}
    assert asked({}) == []


def test_leaving_the_register_ends_the_duties() -> None:
    statuses: Statuses = {"foreign_agent": (D("2025-02-17"), D("2025-08-10"))}
    labels = [item.period.label for item in asked(statuses) if item.name == "money"]
    assert labels == ["2025-Q1", "2025-Q2", "2025-Q3"]


def test_the_gate() -> None:
    assert asked({**LISTED, "extremist": (TODAY, None)}) == []


def test_an_unknown_day_is_a_finding_and_no_guess() -> None:
    found = due_unknown(asked())
    assert [(item.code, item.subject, item.period) for item in found] == [
        ("deadline.unknown", "obligation:ru.255.programme.y", "2025")
    ]
    filed = {("ru.255.programme.y", D("2025-12-31")): D("2026-01-10")}
    assert due_unknown(asked(filed=filed)) == []


def test_assigned_periods_win() -> None:
    period = Period(D("2025-11-01"), D("2026-01-01"))
    regular = {i.period: i.due_on for i in asked() if i.name == "money"}
    found = {i.period: i.due_on for i in asked(assigned={"ru.255.money.q": [period]}) if i.name == "money"}
    # It stands for the quarter that it touches; the others are asked as ever.
    quarter = parse_period("2025-Q4")
    assert found == {key: day for key, day in regular.items() if key != quarter} | {period: D("2026-01-15")}
    assert quarter in regular


def test_duties_upon_events() -> None:
    events = {"receipt": [D("2025-12-01"), D("2024-12-01")], "activity_start": [D("2026-02-01")]}
    found = asked(events=events)
    assert [(i.name, i.due_on) for i in found if i.name == "special-account"] == [
        ("special-account", D("2025-12-01"))
    ]
    assert [(i.name, i.due_on) for i in found if i.name == "tell"] == [("tell", None)]


def test_a_year_nobody_verified_is_approximate() -> None:
    found = asked(today=D("2026-12-20"), days=60)
    assert [item.approximate for item in found if item.period == parse_period("2026-Q4")] == [True]
    assert not [item for item in found if item.period.end <= D("2026-10-01") and item.approximate]


@given(
    st.dates(D("2023-01-01"), D("2026-06-01")), st.integers(0, 900), st.integers(1, 400), st.integers(0, 1500)
)  # fmt: skip
def test_laws_of_the_list(since: date, span: int, horizon: int, lag: int) -> None:
    statuses: Statuses = {"foreign_agent": (since, since + timedelta(days=span))}
    today = min(since + timedelta(days=lag), D("2026-06-30"))
    found = asked(statuses, today, horizon)
    keys = [(item.obligation, item.period) for item in found]
    assert len(keys) == len(set(keys))
    known = [item.due_on for item in found if item.due_on]
    assert known == sorted(known)
    assert [item.due_on for item in found][: len(known)] == known
    for item in found:
        assert item.period.last >= since
        assert item.period.start <= since + timedelta(days=span)
        if item.due_on and item.nominal_on:
            assert item.due_on <= item.nominal_on <= item.candidates[-1]
            assert item.due_on <= today + timedelta(days=horizon)


def test_statuses() -> None:
    statuses: Statuses = {"a": (D("2025-01-10"), D("2025-01-20")), "b": (D("2025-01-15"), None)}
    assert held(statuses, D("2025-01-09")) == set()
    assert held(statuses, D("2025-01-20")) == {"a", "b"}
    assert held(statuses, D("2025-01-21")) == {"b"}
    january = parse_period("2025-01")
    assert bound_in(["a", "b"], statuses, january)
    assert bound_in([], statuses, january)
    assert not bound_in(["a", "c"], statuses, january)
    assert not bound_in(["a"], statuses, parse_period("2025-02"))
    assert not bound_in(["a", "b"], {**statuses, "b": (D("2025-01-21"), None)}, january)


@pytest.mark.parametrize("language", ["en", "ru"])
def test_titles_in_the_interface_language(language: str) -> None:
    from compliance.i18n import activate

    activate(language)
    [money] = [i for i in asked() if i.name == "money" and i.period.label == "2025-Q4"]
    assert money.title == {"en": "Money", "ru": "Деньги"}[language]
