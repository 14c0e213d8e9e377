"""Forms filled from small ledgers: each measure, operator and refusal; and random quarters against plain sums."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
import reporters
from babel import Locale
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reports_books import LINES, BooksFile, config, practice_books, report, rules, working

from compliance.errors import UsageError
from compliance.ledger import entries
from compliance.ledger.append import Leg
from compliance.ledger.models import Account, Activity, Document, Fund, Person, Role, Source
from compliance.periods import parse_period
from compliance.practice import build, totals
from compliance.reports.captions import captions, confirmation
from compliance.reports.explain import explain, near
from compliance.reports.fill import Given, fill
from compliance.reports.model import Report
from compliance.reports.words import COUNTRIES, country_text

D = date.fromisoformat


@pytest.fixture
def file(tmp_path: Path) -> BooksFile:
    return BooksFile.with_chart(tmp_path)


def _codes(found: Report) -> list[str]:
    return [item.code for item in found.findings]


def _exact(found: Report, cell: str) -> int | None:
    known = found.cell(cell)
    assert known is not None, cell
    return known.exact_minor


# ---- the practice quarter


@pytest.fixture(scope="module")
def practice(tmp_path_factory: pytest.TempPathFactory) -> Report:
    return report(practice_books(tmp_path_factory.mktemp("practice")), "money")


def test_the_practice_quarter_against_its_own_sums(practice: Report) -> None:
    rows = totals.money(build()).values()
    spent = totals.spent(build())
    assert _exact(practice, "balance.opening.all") == sum(row.opening for row in rows) == 385_465_855
    assert _exact(practice, "balance.closing.all") == sum(row.closing for row in rows) == 287_327_495
    assert _exact(practice, "balance.exchange.all") == sum(row.exchange for row in rows) == -7_032_100
    assert _exact(practice, "spent.all.all") == sum(spent.values()) == 491_377_760
    received = [_exact(practice, f"balance.{line}.all") or 0 for line in ("targeted", "other")]
    assert sum(received) == sum(row.received for row in rows) == 400_271_500
    for line in LINES:
        assert _exact(practice, f"spent.{line}.all") == sum(
            amount for (_fund, name), amount in spent.items() if name == line
        )
    columns = [_exact(practice, f"spent.all.{column}") for column in ("foreign", "domestic", "other")]
    assert columns == [339_589_428, 129_233_777, 22_554_555]
    assert _exact(practice, "balance.targeted.foreign") == totals.foreign_receipts(build()) == 297_160_000


def test_rounding_of_the_practice_quarter_adds_up_and_says_what_moved(practice: Report) -> None:
    units = practice.cells()
    assert sum(units[f"spent.{line}.all"] for line in LINES) == units["spent.all.all"] == 4_914
    assert units["spent.all.foreign"] == 3_396
    moved = {cell.id: cell.moved for cell in practice.all_cells() if cell.moved and cell.kind == "flow"}
    assert moved == {"spent.pay.foreign": -1, "spent.social.domestic": -1}
    assert not practice.findings
    assert (practice.captions, practice.open_captions, practice.nil) == (25, 25, False)


def test_only_the_rate_of_the_sale_day_is_missing(tmp_path: Path) -> None:
    found = report(practice_books(tmp_path, without_rates=frozenset({D("2025-11-20")})), "money")
    assert [(item.code, item.severity, item.subject) for item in found.findings] == [
        ("rate.missing", "warning", "EUR/RUB/2025-11-20")
    ]
    assert found.cells()["balance.exchange.foreign"] == -70
    assert found.exchange[0].conversion_minor is None


def test_a_missing_closing_rate_leaves_the_figure_empty_and_refuses(tmp_path: Path) -> None:
    found = report(practice_books(tmp_path, without_rates=frozenset({D("2025-12-31")})), "money")
    assert [(item.code, item.subject) for item in found.refusals] == [("rate.missing", "EUR/RUB/2025-12-31")]
    cell = found.cell("balance.closing.foreign")
    assert cell is not None
    assert (cell.exact_minor, cell.units, cell.text) == (None, None, "")


# ---- random quarters, recomputed with plain Python over entries

_FUNDS = {"f1": ("foreign", "abroad"), "f2": ("domestic", "home"), "f3": ("other", "own")}
_AMOUNT = st.one_of(st.integers(1, 400_000_000), st.integers(0, 40).map(lambda n: n * 100_000 + 50_000))
_MOVE = st.tuples(
    st.sampled_from(["receive", "spend"]),
    st.sampled_from(list(_FUNDS)),
    st.sampled_from(LINES),
    st.integers(-95, 91),
    _AMOUNT,
)


@pytest.fixture(scope="module")
def charted(tmp_path_factory: pytest.TempPathFactory) -> BooksFile:
    return BooksFile.with_chart(tmp_path_factory.mktemp("chart"))


@settings(max_examples=70, deadline=None, suppress_health_check=list(HealthCheck))
@given(moves=st.lists(_MOVE, min_size=1, max_size=20), opening=st.tuples(*[st.integers(0, 10**9)] * 3))
def test_random_quarters(
    tmp_path_factory: pytest.TempPathFactory,
    charted: BooksFile,
    moves: list[tuple[str, str, str, int, int]],
    opening: tuple[int, int, int],
) -> None:
    """All printed equations hold, this closing is the next opening, exact figures are plain sums of entries."""
    file = charted.copy(tmp_path_factory.mktemp("random"))
    with file.write() as (event, books):
        for fund, amount in zip(_FUNDS, opening, strict=True):
            event.transaction(
                D("2025-06-30"), "opening", entries.opening(books.accounts, "a1", fund, "RUB", amount)
            )
        for kind, fund, line, offset, amount in moves:
            on = D("2025-10-01") + timedelta(days=offset)
            if kind == "receive":
                share = entries.Share("income", fund, amount, source=_FUNDS[fund][1])
            else:
                share = entries.Share(f"x-{line}", fund, -amount)
            event.transaction(on, kind, entries.movement("a1", "RUB", [share]))
    before = report(file, "money", "2025-Q3")
    found = report(file, "money", given=Given(previous=before.cells()))
    assert not before.findings
    assert not found.findings
    _holds(found)
    _holds(before)
    for column in ("foreign", "domestic", "other", "all"):
        assert found.cells()[f"balance.opening.{column}"] == before.cells()[f"balance.closing.{column}"]
    _equals_plain_sums(file, found)


def _holds(found: Report) -> None:
    units = found.cells()
    for column in ("foreign", "domestic", "other", "all"):
        came = sum(units[f"balance.{line}.{column}"] for line in ("opening", "targeted", "other", "exchange"))
        assert came - units[f"spent.all.{column}"] == units[f"balance.closing.{column}"]
        assert sum(units[f"spent.{line}.{column}"] for line in LINES) == units[f"spent.all.{column}"]
    for line in (*LINES, "all"):
        across = [units[f"spent.{line}.{column}"] for column in ("foreign", "domestic", "other")]
        assert sum(across) == units[f"spent.{line}.all"]
    for cell in found.all_cells():
        assert cell.kind == "total" or abs(cell.moved) <= (0 if cell.kind == "balance" else 1)
        assert cell.kind != "flow" or cell.exact_minor or not cell.units


def _equals_plain_sums(file: BooksFile, found: Report) -> None:
    plain: Counter[str] = Counter()
    with file.read() as books:
        for entry in books.entries():
            column = _FUNDS[entry.fund][0]
            inside = entry.on in found.period
            if entry.account.startswith("x-") and inside:
                plain[f"spent.{entry.account[2:]}.{column}"] += entry.amount_minor
            if entry.account == "income" and inside:
                line = "other" if column == "other" else "targeted"
                plain[f"balance.{line}.{column}"] -= entry.amount_minor
            if entry.account == "a1" and entry.on < found.period.start:
                plain[f"balance.opening.{column}"] += entry.amount_minor
            if entry.account == "a1" and entry.on < found.period.end:
                plain[f"balance.closing.{column}"] += entry.amount_minor
    for cell in found.all_cells():
        if cell.kind != "total":
            assert cell.exact_minor == plain[cell.id], cell.id


# ---- classes


def test_a_fund_with_money_of_two_classes_is_refused(file: BooksFile) -> None:
    """f2 is paid by a firm, and by mistake by a foreign giver."""
    file.receive(D("2025-10-10"), "f2", 100_00, "home")
    file.receive(D("2025-10-11"), "f2", 225_40, "abroad")
    found = report(file, "money")
    assert [item.id for item in found.refusals if item.code == "fund.mixed"] == ["fund.mixed:fund:f2:2025-Q4"]


def test_a_later_gift_does_not_change_an_earlier_report(file: BooksFile) -> None:
    file.receive(D("2025-10-10"), "f2", 100_00, "home")
    file.receive(D("2026-01-02"), "f2", 225_40, "abroad")
    assert not report(file, "money").findings


def test_a_fund_of_nobody_is_refused(file: BooksFile) -> None:
    """f9 has an opening and no receipt, and names no donor."""
    file.add(Fund(entity="f9", title="Ф9", restricted=True))
    file.opening(D("2025-09-30"), "a1", "f9", "RUB", 100)
    found = report(file, "money")
    assert "fund.unclassified" in [item.code for item in found.refusals]


def test_money_passed_on_takes_the_class_of_its_origin(file: BooksFile) -> None:
    file.add(
        Source(entity="passes", kind="domestic_organisation", acts_for="abroad"),
        Fund(entity="f8", title="Ф8", restricted=True),
    )
    file.receive(D("2025-10-10"), "f8", 700_000, "passes")
    file.spend(D("2025-10-12"), "f8", 300_000, "travel")
    found = report(file, "money")
    assert found.cells()["balance.targeted.foreign"] == 7
    assert found.cells()["spent.travel.foreign"] == 3


def test_a_loan_between_agreements_is_neither_received_nor_spent(file: BooksFile) -> None:
    """f1 lends 1,000.00 to f2, which spends it: both columns still add up."""
    file.receive(D("2025-10-10"), "f1", 500_000, "abroad")
    with file.write() as (event, books):
        legs = entries.between_funds(books.accounts, "a1", "f1", "f2", "RUB", 100_000, loan=True)
        event.transaction(D("2025-10-11"), "transfer", legs)
    file.spend(D("2025-10-12"), "f2", 100_000, "other")
    form = rules().form("money")
    assert form is not None
    lines = dict(form.sections["balance"].lines)
    for line in ("opening", "closing"):
        lines[line] = type(lines[line]).model_validate({"caption": line, line: {"account": "asset"}})
    balance = form.sections["balance"].model_copy(update={"lines": lines})
    changed = form.model_copy(update={"sections": {**form.sections, "balance": balance}})
    with file.read() as books:
        law = rules()
        law._forms[form.form] = changed
        try:
            found = fill(changed, books, law, config(), parse_period("2025-Q4"), on=D("2026-01-12"))
        finally:
            law._forms[form.form] = form
    assert not found.findings
    assert found.cells()["balance.closing.foreign"] == 5
    assert found.cells()["balance.closing.domestic"] == -1


# ---- invariants


def test_money_released_to_another_class_breaks_the_equation_and_says_where(file: BooksFile) -> None:
    file.receive(D("2025-10-10"), "f1", 500_000, "abroad")
    with file.write() as (event, books):
        legs = entries.between_funds(books.accounts, "a1", "f1", "f2", "RUB", 100_000, loan=False)
        event.transaction(D("2025-10-11"), "transfer", legs)
    found = report(file, "money")
    failed = [item for item in found.refusals if item.code == "invariant.failed"]
    assert [item.subject for item in failed] == ["money:flow:foreign", "money:flow:domestic"]
    assert "1,000.00 RUB" in failed[0].message


def test_an_expense_on_no_line_is_refused_by_account(file: BooksFile) -> None:
    file.add(Account(entity="x-odd", title="Прочее", type="expense"))
    file.receive(D("2025-10-10"), "f1", 500_000, "abroad")
    file.spend(D("2025-10-12"), "f1", 12_345, "odd")
    found = report(file, "money")
    unlisted = [item for item in found.refusals if item.code == "form.unlisted"]
    assert [item.subject for item in unlisted] == ["account:x-odd"]
    assert "123.45" in unlisted[0].message


def test_a_line_of_the_posting_wins_over_that_of_its_account(file: BooksFile) -> None:
    file.spend(D("2025-10-12"), "f1", 500_000, "taxes", expense_line="pay")
    found = report(file, "money")
    assert found.cells()["spent.pay.foreign"] == 5
    assert found.cells()["spent.taxes.foreign"] == 0


def test_an_opening_that_is_not_the_last_filings_closing_is_refused(file: BooksFile) -> None:
    file.opening(D("2025-09-30"), "a1", "f1", "RUB", 500_000)
    previous = {f"balance.closing.{column}": 0 for column in ("domestic", "other")}
    good = Given(previous={**previous, "balance.closing.foreign": 5, "balance.closing.all": 5})
    assert not report(file, "money", given=good).findings
    bad = Given(previous={**previous, "balance.closing.foreign": 6, "balance.closing.all": 6})
    found = report(file, "money", given=bad)
    assert {item.subject for item in found.refusals} == {
        "money:opening_is_last_closing:foreign",
        "money:opening_is_last_closing:all",
    }


def test_a_period_without_anything_is_a_report_all_the_same(file: BooksFile) -> None:
    found = report(file, "money")
    assert found.nil
    assert not found.findings
    assert set(found.cells().values()) == {0}


# ---- the rest of the grammar


def _sink(file: BooksFile, **more: object) -> Report:
    return report(file, "sink", given=Given(**more))  # type: ignore[arg-type]


def test_direction_leaves_own_transfers_out(file: BooksFile) -> None:
    """Received 1,000.00, spent 400.00, moved 300.00 to the cash box."""
    file.add(Account(entity="cash", title="Касса", type="asset", account_class="cash", currency="RUB"))
    file.receive(D("2025-10-10"), "f1", 100_000, "abroad")
    file.spend(D("2025-10-12"), "f1", 40_000, "pay")
    file.post(D("2025-10-13"), "transfer", entries.transfer("a1", "cash", "f1", "RUB", 30_000))
    found = _sink(file)
    assert _exact(found, "A.in") == 100_000
    assert _exact(found, "A.out") == -40_000


def test_counts_and_ticks_leave_out_what_was_reversed(file: BooksFile) -> None:
    """Three receipts, one of them a sale that was undone."""
    file.receive(D("2025-10-10"), "f1", 100, "abroad")
    file.receive(D("2025-10-11"), "f1", 200, "abroad")
    file.receive(D("2025-10-12"), "f3", 300, "own", purpose="sale")
    assert _sink(file).cells()["A.count"] == 3
    tick = _sink(file).cell("A.tick")
    assert tick is not None
    assert (tick.units, tick.text) == (1, "x")
    with file.write() as (event, books):
        legs = [
            Leg(e.account, e.fund, e.currency, e.amount_minor, e.source, purpose=e.purpose)
            for e in books.entries(txn=3)
        ]
        event.transaction(D("2025-10-13"), "reverse", entries.reverse(legs), reverses=3)
    found = _sink(file)
    assert found.cells()["A.count"] == 2
    tick = found.cell("A.tick")
    assert tick is not None
    assert tick.text == ""


def test_share_least_previous_and_less(file: BooksFile) -> None:
    """Received 1,000.07: a fifth is 200.01; with 50.00 brought forward 850.06 are left."""
    file.receive(D("2025-10-10"), "f1", 100_007, "abroad")
    found = _sink(file, previous={"A.left": 5_000})
    assert [_exact(found, f"A.{line}") for line in ("share", "least", "before", "left")] == [
        20_001, 0, 5_000, 85_006,
    ]  # fmt: skip
    assert _exact(_sink(file), "A.before") == 0


def test_parts_stand_in_the_form_since_and_until_their_days(file: BooksFile) -> None:
    found = _sink(file)
    assert found.cell("A.old") is None
    assert found.cell("A.new") is None
    assert found.cell("G.x") is None


def test_one_line_for_each_receipt_and_the_words_for_none(file: BooksFile) -> None:
    """Two restricted receipts, one of own income that the section leaves out."""
    assert next(section.empty for section in _sink(file).sections if section.id == "B") == "НЕТ"
    file.receive(D("2025-10-10"), "f1", 100_00, "abroad")
    file.receive(D("2025-11-10"), "f2", 250_00, "home", purpose="donation")
    file.receive(D("2025-12-10"), "f3", 300_00, "own")
    found = _sink(file)
    rows = next(section.rows for section in found.sections if section.id == "B")
    assert [[cell.text for cell in row.cells] for row in rows] == [
        ["10.10.2025", "Voorbeeld", "", "100,00"],
        ["10.11.2025", "ООО «Пример»", "donation", "250,00"],
    ]
    assert not found.refusals


def test_a_section_repeats_per_programme_and_lines_for_an_axis(file: BooksFile) -> None:
    file.spend(D("2025-10-10"), "f1", 100, "pay", programme="p1")
    file.spend(D("2025-10-11"), "f1", 30, "other", programme="p2")
    file.spend(D("2025-10-12"), "f1", 5, "other", programme="p2")
    found = _sink(file)
    assert [(section.id, section.group) for section in found.sections if section.id[0] == "C"] == [
        ("C@p1", "Телефон соседа"),
        ("C@p2", "Приёмная юриста"),
    ]
    assert _exact(found, "C@p2.all") == 35
    assert (_exact(found, "D.pay.amount"), _exact(found, "D.other.amount")) == (100, 35)


def test_questions_are_answered_or_told(file: BooksFile) -> None:
    open_ = [item for item in _sink(file).findings if item.code == "form.unanswered"]
    assert "2 questions" in open_[0].message
    found = _sink(file, answers={"A.said": "Раз в год", "A.agreed": "да"})
    assert "form.unanswered" not in _codes(found)
    said, agreed = found.cell("A.said"), found.cell("A.agreed")
    assert said is not None
    assert agreed is not None
    assert (said.text, agreed.text) == ("Раз в год", "x")


def test_an_open_question_is_not_read_as_no_and_an_answer_that_fits_nothing_is_open(file: BooksFile) -> None:
    texts = {}
    for answer in (None, "нет", "да", "может быть"):
        found = _sink(file, answers={"A.agreed": answer} if answer else {})
        cell = found.cell("A.agreed")
        assert cell is not None
        texts[answer] = cell.text
    assert texts == {None: "[ответа ещё нет]", "нет": "", "да": "x", "может быть": "[ответа ещё нет]"}


def test_an_answer_that_names_a_person_is_refused_and_masked(file: BooksFile) -> None:
    found = _sink(file, answers={"A.said": "Примерова Анна Сергеевна", "A.agreed": "нет"})
    assert [item.subject for item in found.refusals] == ["sink:A.said"]
    assert "Сергеевна" not in found.refusals[0].message


def test_a_description_that_names_somebody_of_the_vault_is_refused(file: BooksFile) -> None:
    file.add(_activity("Беседа: Устинья Слободкина"))
    found = _sink(file, names=("Слободкина Устинья Велемировна",))
    assert [item.code for item in found.refusals] == ["privacy.personal_data"]


def _activity(description: str) -> Activity:
    return Activity(
        entity="v1", programme="p1", kind="talk", state="held", start_on=D("2025-10-10"),
        end_on=D("2025-10-10"), quantity=3, place="Город", description=description,
    )  # fmt: skip


def test_rows_of_persons_stay_empty_until_every_caption_is_confirmed(file: BooksFile) -> None:
    """One member of the council, one of staff: only the first is on the sheet, and named only at the end."""
    file.add(Person(entity="anna", commitment="c"), Person(entity="oleg", commitment="c"))
    for entity, person, body in (("r1", "anna", "council"), ("r2", "oleg", "staff")):
        role = Role(entity=entity, person=person, body=body, title="член совета", start_on=D("2025-01-01"))
        role.appointed_by = "Протокол № 4 от 12.04.2024"
        file.add(role)
    identities = {
        "anna": {
            "name": "Примерова Анна Сергеевна",
            "born_on": "1972-01-11",
            "citizenship": "RU",
            "identity_document": "паспорт 00 00 000001",
        },
        "oleg": {"name": "Тайный Олег"},
    }
    given_ = Given(identities=identities, names=("Примерова Анна Сергеевна",))
    sheet = next(section for section in report(file, "sink", given=given_).sections if section.id == "E")
    assert [[cell.text for cell in row.cells] for row in sheet.rows] == [[""] * 6]
    _confirm_all(file)
    found = report(file, "sink", given=given_)
    sheet = next(section for section in found.sections if section.id == "E")
    assert [[cell.text for cell in row.cells] for row in sheet.rows] == [
        [
            "совет",
            "Примерова Анна Сергеевна",
            "11.01.1972",
            "Россия",
            "паспорт 00 00 000001",
            "член совета, Протокол № 4 от 12.04.2024",
        ]
    ]
    assert not found.working_copy
    assert "privacy.personal_data" not in _codes(found)


def test_a_recorded_paper_is_the_act_and_the_body_wears_its_own_name(file: BooksFile) -> None:
    file.add(
        Document(entity="m4", digest=None, kind="protocol", title="Протокол № 4", dated_on=D("2024-04-12")),
        Person(entity="anna", commitment="c"),
        Role(
            entity="r1", person="anna", body="council", title="член совета", start_on=D("2025-01-01"), appointed_by="m4"
        ),
    )  # fmt: skip
    _confirm_all(file)
    own = config(bodies={"council": {"2020-01-01": "Правление", "2026-01-01": "Совет"}})
    found = report(file, "sink", given=Given(identities={"anna": {"name": "А"}}), own=own)
    sheet = next(section for section in found.sections if section.id == "E")
    assert (sheet.rows[0].cells[0].text, sheet.rows[0].cells[-1].text) == (
        "Правление",
        "член совета, Протокол № 4 (12.04.2024)",
    )


def test_countries_are_those_of_the_unicode_repository() -> None:
    for language in ("en", "ru"):
        theirs = Locale(language).territories
        ours = {code: country_text(code, language) for code in ("RU", "NL", "US", "KZ", "GE", "DE", "XK")}
        assert ours == {code: theirs[code] for code in ours}
        codes = [line.split("\t")[0] for line in COUNTRIES.read_text(encoding="utf-8").splitlines()]
        assert [country_text(code, language) for code in codes] == [theirs[code] for code in codes]
    assert country_text("гражданство СССР", "ru") == "гражданство СССР"


def _confirm_all(file: BooksFile) -> None:
    form = rules().form("sink")
    assert form is not None
    with file.write() as (event, books):
        event.add(
            *(
                confirmation(form, item.id, item.pack_text, item.text)
                for item in captions(form, books).values()
            )
        )


def test_a_caption_as_printed_wins_and_lapses_when_the_pack_changes(file: BooksFile) -> None:
    form = rules().form("sink")
    assert form is not None
    with file.write() as (event, _books):
        event.add(
            confirmation(form, "A.sum", "Сумма", "Сумма, руб."), confirmation(form, "A.in", "Былое", "Былое")
        )
    with file.read() as books:
        found = captions(form, books)
    assert (found["A.sum"].text, found["A.sum"].confirmed) == ("Сумма, руб.", True)
    assert (found["A.in"].text, found["A.in"].confirmed) == ("Пришло на счета", False)


# ---- explain


def test_every_measured_figure_is_the_sum_of_its_rows(file: BooksFile) -> None:
    file.rates({D("2025-10-10"): Decimal("96.2"), D("2025-12-31"): Decimal("92.8")}, "EUR", "RUB")
    file.moves([("income", D("2025-10-10"), 100_01), ("expense", D("2025-10-10"), 33_33)])
    file.receive(D("2025-10-11"), "f2", 70_000, "home")
    with working(file, "money") as done:
        assert not done.report.findings
        for cell in done.report.all_cells():
            answer = explain(done, cell.id)
            assert sum(row.value_minor or 0 for row in answer.rows) == cell.exact_minor, cell.id
            assert answer.source
        rows = explain(done, "balance.closing.foreign").rows
        confidence = explain(done, "balance.exchange.foreign").confidence
    assert [(row.amount_minor, row.currency, row.rate) for row in rows] == [(6668, "EUR", Decimal("92.8"))]
    assert confidence == "memory"


def test_an_unknown_cell_names_those_near_it(file: BooksFile) -> None:
    with working(file, "money") as done:
        with pytest.raises(UsageError) as stopped:
            explain(done, "spent.pay.foreing")
        assert near(done, "zzz")
    assert "spent.pay.foreign" in stopped.value.remedy


def test_a_form_that_disagrees_with_another_is_refused(tmp_path: Path) -> None:
    """Two forms of one law must show the same money; the one that asks so is not written where they do not."""
    made = reporters.make(tmp_path, "in", 3)
    rules = reporters.rules("in")
    form, other = rules.form("in_statements"), rules.form("in_fc4")
    assert form is not None
    assert other is not None
    period = parse_period("2025-04-01..2026-03-31")
    wrong = form.agrees[0].model_copy(update={"other": "s2i.c"})
    with made.file.read() as books:
        common = (books, rules, made.config, period)
        right = fill(form, *common, on=date(2026, 4, 10))
        told = fill(form.model_copy(update={"agrees": (wrong,)}), *common, on=date(2026, 4, 10))
    assert right.refusals == ()
    assert [item.code for item in told.refusals] == ["form.disagrees"]
    assert told.refusals[0].subject == "statements:same_balance"
