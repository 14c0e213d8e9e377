"""Writing: one event a command, versions, two writers, two times, and what an error leaves."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta

import ledgerkit
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ledgerkit import DAY, NOW, earn, new, reading, state, writing
from sqlalchemy import Connection

from compliance.errors import Refused
from compliance.ledger import entries
from compliance.ledger.append import BankMovement, Leg, practice_moment, write
from compliance.ledger.books import Books
from compliance.ledger.chain import audit
from compliance.ledger.chart import system_accounts
from compliance.ledger.lines import known
from compliance.ledger.models import Freeze, Fund
from compliance.ledger.revise import revise
from compliance.ledger.store import LEDGER
from compliance.storage import Place, open_store

INIT = len(system_accounts()) + 6
"""Rows of the first event of ``ledgerkit.new``."""


@pytest.fixture
def ledger(place: Place) -> Place:
    """Every test here is run on both engines."""
    return new(place)


def test_one_command_is_one_event(ledger: Place) -> None:
    with writing(ledger, kind="record") as event:
        event.add(Fund(entity="f3", title="three", restricted=False))
        assert earn(event) == 1
        assert earn(event) == 2
    with reading(ledger) as books:
        found = list(books.events())
        assert [(item.seq, item.kind, item.count) for item in found] == [(1, "init", INIT), (2, "record", 7)]
        assert found[1].prev == found[0].hash


def test_many_bank_lines_are_the_same_one_by_one(ledger: Place) -> None:
    """Known, amending and new lines in turns, once made by the engine and once row by row: one hash."""
    lines = [
        BankMovement(f"l{number}", DAY + timedelta(days=number % 3), "RUB", 100 - number, number < 2, amends)
        for number, amends in enumerate([None, "q1", None, None, "q1", "q1", None])
    ]
    lines = [lines[4], lines[0], lines[2], lines[3], lines[1], *lines[5:]]
    with writing(ledger) as event:
        for item in (line for line in lines if line.written):
            event.line(item.identity, "st", "a1", item.on, "RUB", item.amount_minor)
    hashes = []
    for at_once in (True, False):
        with suppress(LookupError), open_store(LEDGER, ledger, write=True) as connection:
            with write(connection, kind="import", actor="anna", now=NOW) as event:
                earn(event)
                if at_once:
                    event.bank_lines("st", "a1", "a2", "f1", lines)
                else:
                    for item in lines:
                        legs = [
                            Leg("a1", "f1", "RUB", item.amount_minor),
                            Leg("a2", "f1", "RUB", -item.amount_minor),
                        ]
                        if not item.written:
                            event.line(item.identity, "st", "a1", item.on, "RUB", item.amount_minor)
                        event.transaction(
                            item.on, "line", legs, line=item.identity, amends_filing=item.amends_filing
                        )
                earn(event)
            assert audit(connection).events == 3
            hashes.append(list(Books(connection).events())[-1].hash)
            raise LookupError  # undone, so that the other way finds the same books
    assert len(hashes) == 2
    assert hashes[0] == hashes[1]


def indexes(connection: Connection) -> list[str]:
    """The texts that made those of transactions."""
    at_server = "SELECT indexdef FROM pg_catalog.pg_indexes WHERE tablename = 'txn'"
    in_file = "SELECT sql FROM sqlite_schema WHERE type = 'index' AND tbl_name = 'txn' AND sql IS NOT NULL"
    query = in_file if connection.dialect.name == "sqlite" else at_server
    found = sorted(connection.exec_driver_sql(query).scalars())
    assert len(found) >= 3
    return found


@pytest.mark.parametrize("fails", [False, True])
def test_the_first_load_of_many_leaves_the_same_indexes(ledger: Place, fails: bool) -> None:
    """Whether it succeeds or is given up in the middle; and the second load asks what is known."""
    lines = [BankMovement(f"l{number}", DAY, "RUB", 1, False, None) for number in range(2500)]
    with open_store(LEDGER, ledger) as connection:
        before = indexes(connection)
    with suppress(LookupError), writing(ledger) as event, event.loading(len(lines)) as first:
        assert first
        event.bank_lines("st", "a1", "a2", "f1", lines[:2000])
        if fails:
            raise LookupError
        event.bank_lines("st", "a1", "a2", "f1", lines[2000:])
    with open_store(LEDGER, ledger) as connection:
        assert indexes(connection) == before
        assert audit(connection).events == (1 if fails else 2)
    with reading(ledger) as books:
        assert len(known(books, ["l1", "l2499", "other"]).standing) == (0 if fails else 2)
    with writing(ledger) as event, event.loading(len(lines)) as first:
        assert first == fails


def test_an_event_that_brings_nothing_is_none(ledger: Place) -> None:
    before = state(ledger)
    with writing(ledger):
        pass
    assert state(ledger) == before


def test_an_error_leaves_nothing(ledger: Place) -> None:
    before = state(ledger)
    with suppress(RuntimeError), writing(ledger) as event:
        earn(event)
        raise RuntimeError
    with pytest.raises(AssertionError, match="unbalanced"), writing(ledger) as event:
        event.transaction(DAY, "income", [Leg("a1", "f1", "RUB", 1)])
    assert state(ledger) == before


def test_thousands_of_rows_in_one_event(ledger: Place) -> None:
    """Over the chunk and over the rows of a statement, with a rest in both."""
    with writing(ledger) as event:
        for number in range(4123):
            event.line(f"id{number}", "st", "a1", DAY, "RUB", number)
            earn(event, number)
    with reading(ledger) as books:
        assert books.sums(("fund",), where={"account": ["a1"]})[0].count == 4123
        assert sum(1 for _ in books.lines()) == 4123
        assert sum(1 for _ in books.transactions()) == 4123
    with open_store(LEDGER, ledger) as connection:
        assert audit(connection).rows == INIT + 4123 * 4


def test_versions_and_what_was_known_then(ledger: Place) -> None:
    for title in ("two", "three"):
        with writing(ledger) as event, reading(ledger):
            event.add(Fund(entity="f1", title=title, restricted=True))
    with writing(ledger) as event:
        earn(event, 500)
    with reading(ledger) as books:
        assert books.funds["f1"].title == "three"
        assert [item.title for item in books.versions(Fund, "f1")] == ["f1", "two", "three"]
        revision = revise(books, Fund, "f1", {"title": "three"})
        assert (revision.fact, revision.version) == (None, 3)
    for known_at, title, total in ((1, "f1", None), (2, "two", None), (3, "three", None), (4, "three", 500)):
        with reading(ledger, known_at) as books:
            assert books.funds["f1"].title == title
            sums = books.sums(("fund",), where={"account": ["a1"]})
            assert [item.amount_minor for item in sums] == ([total] if total else [])


def test_recorded_at_never_goes_back(ledger: Place) -> None:
    with writing(ledger, now=NOW - timedelta(days=3)) as event:
        earn(event)
    with reading(ledger) as books:
        assert {item.recorded_at for item in books.events()} == {NOW}
    assert practice_moment(None, date(2026, 1, 12)) == NOW
    assert practice_moment(NOW, date(2026, 1, 12)) == NOW + timedelta(seconds=1)


def test_a_known_day_is_its_end(ledger: Place) -> None:
    with writing(ledger, now=datetime(2026, 1, 13, 23, 59, 59, tzinfo=UTC)) as event:
        earn(event)
    with reading(ledger) as books:
        assert [books.seq_at(day) for day in ("2026-01-11", "2026-01-12", "2026-01-13")] == [0, 1, 2]
        assert books.seq_at("2026-01-13T23:59:58Z") == 1


def test_a_frozen_period(ledger: Place) -> None:
    with writing(ledger) as event:
        event.add(
            Freeze(
                entity="q4", kind="money", start_on=date(2025, 10, 1), last_on=date(2025, 12, 31), filing="m1"
            )
        )
    for day in (date(2025, 10, 1), DAY, date(2025, 12, 31)):
        with pytest.raises(Refused), writing(ledger) as event:
            earn(event, on=day)
    with writing(ledger) as event:
        earn(event, on=date(2025, 9, 30))
        earn(event, on=date(2026, 1, 1))
        legs = entries.movement("a1", "RUB", [entries.Share("pay", "f1", -1)])
        event.transaction(DAY, "expense", legs, amends_filing="m1")
    with pytest.raises(Refused), writing(ledger) as event:
        event.transaction(DAY, "expense", legs, amends_filing="m2")


# Any lawful act keeps each agreement balanced, and the chain whole


AMOUNT = st.integers(1, 10**12)
FUND = st.sampled_from(["f1", "f2"])
PLACE = st.sampled_from(["a1", "a2"])
ACTS = st.one_of(
    st.tuples(st.just("opening"), PLACE, FUND, AMOUNT),
    st.tuples(st.just("income"), PLACE, FUND, AMOUNT),
    st.tuples(st.just("expense"), PLACE, FUND, AMOUNT),
    st.tuples(st.just("transfer"), PLACE, FUND, AMOUNT),
    st.tuples(st.just("loan"), PLACE, FUND, AMOUNT),
    st.tuples(st.just("release"), PLACE, FUND, AMOUNT),
    st.tuples(st.just("exchange"), PLACE, FUND, AMOUNT),
    st.tuples(st.just("line"), PLACE, FUND, AMOUNT),
    st.tuples(st.just("assign"), PLACE, FUND, AMOUNT),
    st.tuples(st.just("in_kind"), PLACE, FUND, AMOUNT),
    st.tuples(st.just("reverse"), PLACE, FUND, AMOUNT),
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(acts=st.lists(st.tuples(ACTS, st.dates(date(2020, 1, 1), date(2030, 1, 1))), max_size=15))
def test_lawful_acts_keep_every_agreement_balanced(
    tmp_path_factory: pytest.TempPathFactory, acts: list[tuple[tuple[str, str, str, int], date]]
) -> None:
    path = new(tmp_path_factory.mktemp("acts") / "ledger.sqlite")
    for (kind, place, fund, minor), on in acts:
        with reading(path) as books:
            legs = _legs(books, kind, place, fund, minor)
        with writing(path, kind=kind) as event:
            event.transaction(on, kind, legs)
    with reading(path) as books:
        assert not [item for item in books.sums(("fund", "currency")) if item.amount_minor]
        with open_store(LEDGER, path) as connection:
            assert audit(connection).events == 1 + len(acts)
        for known_at in range(1, len(acts) + 2):
            with reading(path, known_at) as then:
                assert not [item for item in then.sums(("fund", "currency")) if item.amount_minor]


def _legs(books: ledgerkit.Books, kind: str, place: str, fund: str, minor: int) -> list[Leg]:
    accounts, other = books.accounts, "a2" if place == "a1" else "a1"
    other_fund = "f2" if fund == "f1" else "f1"
    shares = [entries.Share("gifts", fund, minor), entries.Share("pay", other_fund, -minor // 3)]
    match kind:
        case "opening":
            return entries.opening(accounts, place, fund, "RUB", minor)
        case "income":
            return entries.movement(place, "RUB", shares)
        case "expense":
            return entries.movement(place, "RUB", [entries.Share("pay", fund, -minor)])
        case "transfer":
            return entries.transfer(place, other, fund, "RUB", minor)
        case "loan" | "release":
            return entries.between_funds(accounts, place, fund, other_fund, "RUB", minor, loan=kind == "loan")
        case "exchange":
            return entries.exchange(accounts, fund, place, (minor, "EUR"), other, (minor * 95, "RUB"))
        case "line":
            return entries.line(accounts, place, "RUB", -minor)
        case "assign":
            return entries.assign(accounts, place, "RUB", shares)
        case "in_kind":
            share = entries.Share("gifts", fund, minor, property="help")
            return entries.in_kind(accounts, "gifts", share, "RUB", used_as="pay")
    return entries.reverse(entries.opening(accounts, place, fund, "RUB", minor))
