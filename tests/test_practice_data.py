"""The practice organisation's dialects, mistakes, decoys, rules and counts."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from compliance.practice import ALL, DECOYS, FIRST_TIER, MISTAKES, build, totals, write_files
from compliance.practice.banks import CSV_PROFILE, SPANS, statement
from compliance.practice.dice import account_key, tax_id
from compliance.practice.mistakes import title
from compliance.practice.model import Practice
from compliance.practice.register import publications as register

RIGHT = build()


def test_same_arguments_same_bytes(tmp_path: Path) -> None:
    first, second = (
        {path.name: path.read_bytes() for path in write_files(build(3, FIRST_TIER), tmp_path / name)}
        for name in ("one", "two")
    )
    assert first == second
    assert build(3).events != RIGHT.events


def test_an_existing_file_is_refused(tmp_path: Path) -> None:
    from compliance.errors import InputError

    write_files(RIGHT, tmp_path)
    with pytest.raises(InputError):
        write_files(RIGHT, tmp_path)


def test_numbers_have_right_check_digits() -> None:
    parties = {event.party for event in RIGHT.events}
    numbers = {party.tax_id for party in parties if party.tax_id} | {RIGHT.organisation.tax_id}
    assert all(tax_id(number[:-1] if len(number) == 10 else number[:-2]) == number for number in numbers)
    assert all(number.startswith("0000") for number in numbers)
    own = [(account.number, account.bic) for account in RIGHT.accounts if account.number and account.bic]
    others = [(party.account, party.bic) for party in parties if party.account.isdigit()]
    assert all(account_key(number, bic) == 0 for number, bic in own + others)
    assert int(RIGHT.organisation.registration_number[:-1]) % 11 % 10 == int(
        RIGHT.organisation.registration_number[-1]
    )


def test_one_file_claims_a_wrong_encoding_and_one_is_cp866() -> None:
    claims = {span.name: (span.encoding, span.claims) for span in SPANS if span.claims}
    assert claims["a1-2025-11.txt"] == ("cp866", "DOS")
    assert claims["a2-2025-11-1.txt"] == ("cp1251", "DOS")
    for name, (encoding, claimed) in claims.items():
        span = next(span for span in SPANS if span.name == name)
        text = statement(RIGHT, span).decode(encoding)
        assert text.startswith(f"1CClientBankExchange\r\nВерсияФормата=1.03\r\nКодировка={claimed}\r\n")
        assert text.endswith("КонецФайла\r\n")


def test_a_purpose_over_three_lines_and_a_foreign_payer() -> None:
    october = statement(RIGHT, SPANS[0]).decode("cp1251")
    event = RIGHT.tagged("debt-premises")[0]
    assert len(event.purpose_lines) == 3
    assert all(f"НазначениеПлатежа{n}={line}\r\n" in october for n, line in enumerate(event.purpose_lines, 1))
    assert " ".join(event.purpose_lines) == event.purpose
    assert "Плательщик=Muster Buchladen GmbH\r\nПлательщикИНН=\r\n" in october


def test_overlapping_week_reads_the_same_in_both_encodings() -> None:
    november, december = (statement(RIGHT, span).decode(span.encoding) for span in SPANS[1:3])
    week = [event for event in RIGHT.of_account("a1") if date(2025, 11, 24) <= event.on <= date(2025, 11, 30)]
    assert week
    documents = [
        {part.split("КонецДокумента")[0] for part in text.split("СекцияДокумент=")[1:]}
        for text in (november, december)
    ]
    assert len(documents[0] & documents[1]) == len(week)


def test_rules_are_never_wrong_and_cover_most_lines() -> None:
    matched = 0
    for event in RIGHT.events:
        found = [rule for rule in RIGHT.rules if rule.matches(event)]
        assert len(found) <= 1, (event.id, found)
        for rule in found:
            part = event.parts[0]
            assert len(event.parts) == 1, event.id
            right = (part.kind, part.fund, part.programme, part.line, part.source, part.counter)
            taught = (rule.kind, rule.fund, rule.programme, rule.line, rule.source, rule.counter)
            assert right == taught, event.id
            matched += 1
    assert matched >= 300
    assert len({rule.id for rule in RIGHT.rules}) == len(RIGHT.rules)


@pytest.mark.parametrize("number", sorted(ALL))
def test_each_mistake_varies_something_small(number: int) -> None:
    wrong = build(0, frozenset({number}))
    fields = [name for name in Practice.__dataclass_fields__ if getattr(wrong, name) != getattr(RIGHT, name)]
    assert "mistakes" in fields
    assert 2 <= len(fields) <= 4
    assert [event.amount_minor for event in wrong.events] == [event.amount_minor for event in RIGHT.events]
    assert all(sum(part.amount_minor for part in event.parts) == event.amount_minor for event in wrong.events)
    assert title(number)


def with_mistake(number: int) -> tuple[Practice, dict[str, int]]:
    return build(0, frozenset({number})), MISTAKES[number].effect


def sums(practice: Practice) -> tuple[int, int, int]:
    """Received, spent, closing over all funds."""
    rows = totals.money(practice).values()
    return sum(row.received for row in rows), sum(row.spent for row in rows), sum(row.closing for row in rows)


def test_effects_on_money() -> None:
    received, spent, closing = sums(RIGHT)
    wrong, effect = with_mistake(1)
    assert totals.foreign_receipts(wrong) == effect["foreign_receipts"] == 1_731_600_00
    wrong, effect = with_mistake(2)
    abroad = [gift for gift in wrong.card_gifts if gift.card_country != "RU"]
    assert [gift.amount_minor for gift in abroad] == [effect["in_the_pool"]] == [225_40]
    day = [event for event in wrong.tagged("acquirer") if event.on == abroad[0].settled_on]
    assert "225.40 по карте, выпущенной за рубежом" in day[0].purpose
    assert totals.received(wrong) == totals.received(RIGHT)
    wrong, effect = with_mistake(3)
    assert sums(wrong) == (received + effect["received_by"], spent + effect["spent_by"], closing)
    assert effect == {"received_by": -8_047_62, "spent_by": -8_047_62}
    wrong, effect = with_mistake(4)
    assert sums(wrong) == (received + 1_878_000_00, spent, closing)
    wrong, effect = with_mistake(5)
    assert sums(wrong) == (received + 105_000_00, spent, closing)
    assert sum(totals.in_transit(wrong).values()) == -105_000_00


def test_effects_on_lines() -> None:
    def line(practice: Practice, name: str) -> int:
        return sum(amount for (_fund, key), amount in totals.spent(practice).items() if key == name)

    wrong, effect = with_mistake(6)
    assert (
        (line(RIGHT, "taxes"), line(wrong, "taxes"))
        == (12_522_00, effect["taxes"])
        == (12_522_00, 431_561_64)
    )
    assert sums(wrong) == sums(RIGHT)
    wrong, effect = with_mistake(11)
    assert line(wrong, "other") - line(RIGHT, "other") == effect["other_by"] == 64_950_00
    wrong, effect = with_mistake(10)
    budget = next(item.amount_minor for item in wrong.budgets if (item.fund, item.line) == ("f3a", "travel"))
    assert totals.spent(wrong)["f3a", "travel"] - budget == effect["over_budget"]
    assert budget == 110_000_00


def test_effects_beyond_money(tmp_path: Path) -> None:
    interest = build(0, frozenset({7})).tagged("interest")[0]
    assert (interest.amount_minor, interest.parts[0].purpose, interest.account) == (
        1_204_33,
        "interest",
        "a1",
    )
    spans = [span for span in build(0, frozenset({8})).statements if span.account == "a2"]
    covered = {day for span in spans for day in range(span.start.toordinal(), span.last.toordinal() + 1)}
    quarter = set(range(date(2025, 10, 1).toordinal(), date(2026, 1, 1).toordinal()))
    assert quarter - covered == {date(2025, 11, 17).toordinal()}
    assert not any(event.on == date(2025, 11, 17) for event in RIGHT.of_account("a2"))
    with pytest.raises(LookupError):
        totals.money(build(0, frozenset({9})))
    late = build(0, frozenset({12}))
    assert [item.dated_on for item in late.late_documents] == [date(2025, 9, 29)]
    assert tmp_path / "late" / "act-2025-09-29.pdf" in write_files(late, tmp_path)
    director = [role for role in build(0, frozenset({15})).roles if role.title == "директор"]
    assert [role.end_on for role in director] == [date(2025, 11, 14)]


def test_decoys_are_always_there() -> None:
    assert len(DECOYS) == 6
    gifts = RIGHT.tagged("equal-gifts")
    assert len(gifts) == 2
    assert len({(e.on, e.amount_minor, e.party, e.purpose, e.reference) for e in gifts}) == 1
    assert [event.amount_minor for event in RIGHT.tagged("refund")] == [-3_000_00]
    assert RIGHT.tagged("payroll-early")[0].on == date(2025, 12, 30)
    spent = {part.programme for event in RIGHT.events for part in event.parts if part.line}
    assert {item.id for item in RIGHT.programmes} - spent == {"p8"}
    assert any(item.id == RIGHT.in_kind[0].activity for item in RIGHT.activities)


def test_counts_of_the_half_year() -> None:
    quantity: Counter[str] = Counter()
    visits: Counter[str] = Counter()
    for item in RIGHT.activities:
        assert date(2025, 7, 1) <= item.start_on <= item.end_on <= date(2025, 12, 31)
        if item.state == "held":
            quantity[item.programme] += item.quantity or 0
            visits[item.programme] += item.participants or 0
    assert [quantity[f"p{n}"] for n in range(1, 10)] == [412, 288, 9, 4, 36, 2, 3, 22, 11]
    assert {key: visits[key] for key in ("p3", "p4", "p5", "p7", "p9")} == {
        "p3": 214,
        "p4": 87,
        "p5": 302,
        "p7": 1860,
        "p9": 104,
    }
    assert [item.start_on for item in RIGHT.activities if item.state == "not_held"] == [date(2025, 12, 18)]


def test_people_publications_and_history() -> None:
    assert len(RIGHT.people) == 14
    assert len({person.name for person in RIGHT.people}) == 14
    materials, placements = register()
    assert (len(materials), len(placements)) == (43, 103)
    assert {item.material for item in placements} == {item.id for item in materials}
    money = [item for item in RIGHT.filings if item.form == "money"]
    closing = 0
    for filing in money:
        figures = dict(filing.figures)
        moved = figures["opening"] + figures["received"] + figures["exchange"] - figures["spent"]
        assert moved == figures["closing"]
        assert filing.amends or not closing or figures["opening"] == closing or filing.period == "2025-Q2"
        closing = figures["closing"]
    assert closing == 3_854_658_55
    assert [item.filed_on for item in RIGHT.filings if item.form == "activity"] == [date(2025, 7, 14)]
    assert sum(bool(item.amends) for item in RIGHT.filings) == 1


def test_the_declared_csv_columns_are_a_profile_the_importer_knows() -> None:
    from compliance.profiles import CsvProfile

    profile = CsvProfile.model_validate(CSV_PROFILE)
    assert set(profile.columns.named().values()) == set(profile.names)
