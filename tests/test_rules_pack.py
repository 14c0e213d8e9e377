"""The pack that ships: every rule of the sheet is in it, nothing is surer than the sheet says."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from compliance.i18n import activate
from compliance.rules import load_packs
from compliance.rules.amounts import Select, matches, narrowed
from compliance.rules.forms import PERSON_FIELDS

RULES = load_packs(["ru"])
PACK = RULES.packs["ru"]
D = date.fromisoformat
FROM = D("2025-02-17")
LISTED = {"foreign_agent": (FROM, None)}

SHEET = """
ru.nco.activity.h ru.nco.spending.q ru.nco.audit.y ru.nco.public.h ru.nco.ordinary.y ru.nco.programme
ru.255.activity.h ru.255.money.q ru.255.programme.y ru.255.audit.y ru.255.public.h ru.255.efiling
ru.notice.register ru.notice.tell ru.notice.founded_le ru.notice.special_account
ru.label.fa ru.label.member ru.label.letter ru.label.18plus ru.label.media2020 ru.label.mention
ru.acct.separate ru.acct.foreign_source ru.acct.in_kind ru.acct.special_account ru.acct.no_simplified ru.acct.tax30
ru.cal.holiday ru.gate.extremist
""".split()


def test_every_rule_of_the_sheet_is_listed() -> None:
    assert set(SHEET) <= {row.id for row in RULES.listed(D("2026-01-12"))}


def in_force(day: str) -> set[str]:
    return {row.id for row in RULES.listed(D(day)) if row.status == "in_force"}


def test_another_day_is_another_law() -> None:
    old, new = in_force("2016-05-01"), in_force("2024-05-01")
    assert "ru.nco.spending.q" in old - new
    assert "ru.255.money.q" in new - old
    assert "fz121" in old - new


def test_an_act_ends_all_its_provisions() -> None:
    assert "ru.nco.activity.h" in in_force("2022-11-30")
    assert "ru.nco.activity.h" not in in_force("2022-12-01")
    row = next(row for row in RULES.listed(D("2022-12-01")) if row.id == "ru.nco.activity.h")
    assert (row.status, row.source) == ("repealed", ("fz255",))


CONFIDENCE = {
    "ru.nco.activity.h": ("2016-05-01", "memory"),
    "ru.nco.spending.q": ("2016-05-01", "sourced"),
    "ru.nco.audit.y": ("2016-05-01", "memory"),
    "ru.nco.ordinary.y": ("2022-05-01", "sourced"),
    "ru.nco.programme": ("2022-05-01", "secondary"),
    "ru.255.activity.h": ("2024-05-01", "uncertain"),
    "ru.255.money.q": ("2024-05-01", "memory"),
    "ru.255.programme.y": ("2024-05-01", "sourced"),
    "ru.255.audit.y": ("2024-05-01", "memory"),
    "ru.255.public.h": ("2024-05-01", "uncertain"),
    "ru.255.efiling": ("2026-07-01", "uncertain"),
    "ru.acct.separate": ("2024-05-01", "memory"),
    "ru.acct.special_account": ("2025-05-01", "sourced"),
}


@pytest.mark.parametrize(("rule", "day", "mark"), [(key, *value) for key, value in CONFIDENCE.items()])
def test_nothing_is_surer_than_the_sheet(rule: str, day: str, mark: str) -> None:
    assert next(row for row in RULES.listed(D(day)) if row.id == rule).confidence == mark


def test_fields_are_marked_one_by_one() -> None:
    rule = RULES.obligation("money")
    assert rule is not None
    law = rule.on(D("2024-05-01"))
    assert law is not None
    assert law.mark("every").confidence == "sourced"
    assert law.mark("due").confidence == "memory"


def test_the_words_people_type() -> None:
    for word in ("money", "Money", "деньги", "ru.255.money.q"):
        found = RULES.obligation(word)
        assert found is not None, word
        assert found.id == "ru.255.money.q"
    assert RULES.obligation("ru.label.fa") is None
    assert RULES.obligation("nothing") is None
    assert RULES.form("money") is RULES.form("ru_money_q") is not None
    assert RULES.form(None) is None
    activate("ru")
    assert RULES.obligation("money").title == "Деньги"  # type: ignore[union-attr]


def test_labels_of_a_day() -> None:
    def ids(day: str, medium: str | None = None) -> list[str]:
        return [item.id for item in RULES.labels_on(D(day), LISTED, medium)]

    assert ids("2025-02-16") == []
    assert ids("2025-12-10", "text") == ["ru.label.fa", "ru.label.18plus"]
    assert ids("2025-12-10", "letter") == ["ru.label.letter"]
    assert "ru.label.mention" not in ids("2025-12-10")
    assert ids("2028-12-01", "text") == ["ru.label.18plus"]


def test_a_label_knows_the_words_that_came_before() -> None:
    [label, _sign] = RULES.labels_on(D("2025-12-10"), LISTED, "text")
    assert any(text.startswith("Данное сообщение (материал) создано") for text in label.former)
    assert label.block.text not in label.former
    assert {line.kind for line in label.block.placement if "text" in line.media} == {
        "position", "font_ratio", "contrast", "overlay",
    }  # fmt: skip


def test_the_text_of_the_label_is_the_decrees() -> None:
    [label, _sign] = RULES.labels_on(D("2025-12-10"), LISTED, "text")
    assert label.block.text == (
        "НАСТОЯЩИЙ МАТЕРИАЛ (ИНФОРМАЦИЯ) ПРОИЗВЕДЕН, РАСПРОСТРАНЕН И (ИЛИ) НАПРАВЛЕН "
        "ИНОСТРАННЫМ АГЕНТОМ {name.instrumental} ЛИБО КАСАЕТСЯ ДЕЯТЕЛЬНОСТИ "
        "ИНОСТРАННОГО АГЕНТА {name.genitive}"
    )


@pytest.mark.parametrize("status", ["extremist", "undesirable"])
def test_the_gate_stops_filings(status: str) -> None:
    statuses = {**LISTED, status: (D("2026-01-01"), None)}
    assert RULES.halted(statuses, D("2025-12-31")) == {}
    finding = RULES.halted(statuses, D("2026-01-01"))["ru"]
    assert finding.severity == "refusal"
    assert "counsel" in finding.message


def test_what_is_at_stake() -> None:
    activate("ru")
    now = RULES.at_stake("ru.255.money.q", D("2026-01-12"))
    assert "организация: 300\u00a0000–500\u00a0000 RUB (ст. 19.34 КоАП)" in now
    assert any("лишение свободы: до 2 лет" in line for line in now)
    old = RULES.at_stake("ru.nco.spending.q", D("2016-05-01"))
    assert old == [
        "руководитель: 10\u00a0000–30\u00a0000 RUB (ст. 19.7.5-2 КоАП)",
        "организация: 100\u00a0000–300\u00a0000 RUB (ст. 19.7.5-2 КоАП)",
    ]


def test_the_chart_covers_every_line_once() -> None:
    chart = RULES.chart
    assert sorted(row.expense_line for row in chart.values() if row.expense_line) == sorted(
        RULES.expense_lines
    )
    assert len(RULES.expense_lines) == 9
    assert [key for key, row in chart.items() if row.type == "income"] == ["income"]
    assert RULES.expense_lines["other"] == "иные расходы"


def test_captions_say_whose_words_they_are() -> None:
    """What we named ourselves is in square brackets; no caption is called sourced."""
    for form in PACK.forms.values():
        assert not form.verified
        for address, caption, mark in form.captions():
            assert mark.confidence != "sourced", address
            assert caption.startswith("[") == (mark.confidence == "uncertain") or address.count(".") == 2, (
                address
            )


def test_the_money_form_holds_the_balance() -> None:
    form = RULES.form("money")
    assert form is not None
    names = {invariant.name for invariant in form.invariants}
    assert names == {"flow", "opening_is_last_closing", "every_expense_in_one_line"}
    assert form.unit.currency == "RUB"
    assert form.unit.scale == 1000
    classes = set(PACK.regime.source_classes.terms[D("2021-01-01")].classes)  # type: ignore[union-attr]
    for section in ("balance", "spent"):
        columns = form.sections[section].columns
        covered = [
            word
            for column in columns.values()
            for select in (column.select, column.measured)
            for word in (select.source_class if select and select.source_class else ())
        ]
        assert sorted(covered) == sorted(classes), "every class in exactly one column"


def test_people_are_named_on_one_sheet_only() -> None:
    fields = {
        (form.name, section_id)
        for form in PACK.forms.values()
        for section_id, section in form.sections.items()
        for column in section.columns.values()
        if column.field in PERSON_FIELDS
    }
    assert fields == {("activity", "sheet_a"), ("on", "sheet_a")}


def test_selects() -> None:
    both = narrowed(
        Select(account="expense"), Select(source_class=("foreign", "own_income"), restricted="no")
    )  # type: ignore[arg-type]
    assert both == {
        "account": frozenset({"expense"}),
        "source_class": frozenset({"foreign", "own_income"}),
        "restricted": frozenset({"no"}),
    }
    assert matches(both, {"account": "expense", "source_class": "foreign", "restricted": "no"})
    assert not matches(both, {"account": "expense", "source_class": None, "restricted": "no"})
    assert narrowed(Select(purpose="a"), Select(purpose="b")) == {"purpose": frozenset()}  # type: ignore[arg-type]
    assert matches({}, {})


def test_citations_for_people() -> None:
    assert RULES.cited("order_304 приложение 2") == "приказ Минюста России от 29.11.2022 № 304, приложение 2"
    assert RULES.cited("inoteka") == "inoteka"
    assert RULES.cited("fz255").startswith("Federal Law 255-FZ")


def test_a_warm_load_is_light(tmp_path: Path) -> None:
    """No YAML parser, no day-off package, no database."""
    loads = f"from pathlib import Path; from compliance.rules import load_packs; load_packs(['ru'], cache=Path({str(tmp_path)!r}))"
    subprocess.run([sys.executable, "-c", loads], check=True)
    program = (
        "from datetime import date; from pathlib import Path; import sys\n"
        "from compliance.rules import load_packs\n"
        "from compliance.deadlines import deadlines\n"
        f"rules = load_packs(['ru'], cache=Path({str(tmp_path)!r}))\n"
        "statuses = {'foreign_agent': (date(2025, 2, 17), None)}\n"
        "assert deadlines(rules, statuses, today=date(2026, 1, 12), horizon_days=120)\n"
        "for heavy in ('ruamel', 'holidays', 'babel', 'sqlalchemy'):\n"
        "    assert not any(name.split('.')[0] == heavy for name in sys.modules), heavy\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def test_a_misspelt_status_is_a_finding() -> None:
    assert RULES.unknown_statuses(LISTED) == []
    [found] = RULES.unknown_statuses({**LISTED, "legal_entty": (FROM, None)})
    assert found.subject == "status:legal_entty"
    assert found.remedy == "Did you mean “legal_entity”?"
    [other] = RULES.unknown_statuses({"zzz": (FROM, None)})
    assert other.remedy.startswith("Known: affiliated_person, extremist")
