"""Pools: whose money is spent, by a declared method, to the unit; in the report every kind's equation holds."""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reports_books import LINES, BooksFile, report
from workbench import RUSSIAN, Bench, empty, furnished

from compliance.ledger import entries
from compliance.ledger.models import Pooling
from compliance.ledger.pooling import METHODS, Pool
from compliance.money import apportion
from compliance.reports.model import Report

D = date.fromisoformat
_MOVES = st.lists(
    st.one_of(
        st.tuples(st.just("in"), st.sampled_from("abc"), st.integers(1, 60)),
        st.tuples(st.just("out"), st.just(""), st.integers(1, 60)),
    ),
    max_size=30,
)


@given(total=st.integers(-(10**15), 10**15), weights=st.lists(st.integers(0, 10**9), min_size=1, max_size=9))
def test_parts_add_up_and_none_is_a_unit_off(total: int, weights: list[int]) -> None:
    if not sum(weights):
        weights[0] = 1
    parts = apportion(total, weights)
    assert sum(parts) == total
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part * sum(weights) - total * weight) < sum(weights)
        assert weight or not part


@given(moves=_MOVES)
def test_fifo_is_a_queue_of_single_coins(moves: list[tuple[str, str, int]]) -> None:
    pool, coins = Pool("z"), deque[str]()
    for way, kind, minor in moves:
        if way == "in":
            pool.receive(kind, minor)
            coins.extend(kind * minor)
        else:
            minor = min(minor, len(coins))
            assert pool.spend(minor, "fifo") == dict(Counter(coins.popleft() for _ in range(minor)))
    assert pool.held() == dict(Counter(coins))


@pytest.mark.parametrize("method", METHODS)
@given(moves=_MOVES, later=_MOVES)
def test_parts_always_add_up_and_later_money_changes_nothing_earlier(
    method: str, moves: list[tuple[str, str, int]], later: list[tuple[str, str, int]]
) -> None:
    def walked(all_moves: list[tuple[str, str, int]]) -> tuple[list[dict[str, int]], Pool[str]]:
        pool, told = Pool("z"), []
        for way, kind, minor in all_moves:
            if way == "in":
                pool.receive(kind, minor)
            else:
                told.append(pool.spend(minor, method))
                assert sum(told[-1].values()) == minor
        return told, pool

    told, pool = walked(moves)
    balance = sum(minor if way == "in" else -minor for way, _kind, minor in moves)
    assert sum(pool.held().values()) == balance
    assert walked([*moves, *later])[0][: len(told)] == told


@given(held=st.lists(st.integers(1, 10**6), min_size=1, max_size=5), share=st.integers(1, 100))
def test_pro_rata_takes_of_each_its_share(held: list[int], share: int) -> None:
    pool = Pool("z")
    for kind, minor in zip("abcde", held, strict=False):
        pool.receive(kind, minor)
    minor = sum(held) * share // 100
    parts = pool.spend(minor, "pro_rata")
    for kind, amount in zip("abcde", held, strict=False):
        assert abs(parts.get(kind, 0) * sum(held) - minor * amount) < sum(held)
    assert all(amount >= 0 for amount in pool.held().values())


# ---- in a report


@pytest.fixture
def file(tmp_path: Path) -> BooksFile:
    return BooksFile.with_chart(tmp_path)


def pool(file: BooksFile, fund: str, method: str, since: str = "2025-10-01") -> None:
    file.add(Pooling(entity=f"{fund}/{since}", fund=fund, start_on=D(since), method=method))


def cell(found: Report, name: str) -> int:
    known = found.cell(name)
    assert known is not None, name
    return known.exact_minor or 0


def mixed(file: BooksFile) -> None:
    """300 from home, then 100 from abroad, then 80 spent, 40 of it before the gift from abroad."""
    file.receive(D("2025-10-02"), "f2", 300_00, "home")
    file.spend(D("2025-10-03"), "f2", 40_00, "pay")
    file.receive(D("2025-10-04"), "f2", 100_00, "abroad")
    file.spend(D("2025-10-05"), "f2", 40_00, "travel")


def test_a_mixed_agreement_is_refused_until_it_is_declared_a_pool(file: BooksFile) -> None:
    mixed(file)
    assert "fund.mixed" in {item.code for item in report(file, "money").findings}
    pool(file, "f2", "fifo")
    found = report(file, "money")
    assert not [item for item in found.findings if item.severity == "refusal"]
    assert (cell(found, "spent.pay.domestic"), cell(found, "spent.travel.domestic")) == (40_00, 40_00)
    assert (cell(found, "balance.closing.domestic"), cell(found, "balance.closing.foreign")) == (
        220_00,
        100_00,
    )


def test_pro_rata_shares_what_is_held_at_that_moment(file: BooksFile) -> None:
    mixed(file)
    pool(file, "f2", "pro_rata")
    found = report(file, "money")
    # 260 from home and 100 from abroad: of 40.00, 28.89 and 11.11.
    assert (cell(found, "spent.pay.domestic"), cell(found, "spent.travel.domestic")) == (40_00, 28_89)
    assert cell(found, "spent.travel.foreign") == 11_11


def test_the_policy_is_dated(file: BooksFile) -> None:
    mixed(file)
    pool(file, "f2", "fifo", "2025-10-01")
    pool(file, "f2", "pro_rata", "2025-10-05")
    assert cell(report(file, "money"), "spent.travel.foreign") == 11_11
    pool(file, "f2", "none", "2025-12-31")
    assert "fund.mixed" in {item.code for item in report(file, "money").findings}


def test_a_spending_undone_gives_back_the_very_parts(file: BooksFile) -> None:
    mixed(file)
    pool(file, "f2", "pro_rata")
    with file.write() as (event, books):
        spent = [entry for entry in books.entries(start=D("2025-10-05")) if entry.fund == "f2"]
        legs = [entries.Leg(item.account, item.fund, item.currency, item.amount_minor) for item in spent]
        event.transaction(D("2025-10-09"), "reverse", entries.reverse(legs), reverses=spent[0].txn)
    found = report(file, "money")
    assert (cell(found, "spent.travel.foreign"), cell(found, "balance.closing.foreign")) == (0, 100_00)


def test_an_opening_without_a_source_is_named(file: BooksFile) -> None:
    pool(file, "f9", "fifo")
    with file.write() as (event, books):
        from compliance.ledger.models import Fund

        event.add(Fund(entity="f9", title="Ф9", restricted=True))
        event.transaction(D("2025-09-30"), "opening", entries.opening(books.accounts, "a1", "f9", "RUB", 500))
    file.receive(D("2025-10-02"), "f9", 300_00, "home")
    assert not report(file, "money").findings  # one kind of giver: it was theirs
    file.receive(D("2025-10-03"), "f9", 300_00, "abroad")
    assert "fund.unclassified" in {item.code for item in report(file, "money").findings}


_DAYS = st.integers(0, 91).map(lambda days: date(2025, 10, 1) + timedelta(days=days))
_ACTS = st.lists(
    st.tuples(st.sampled_from(("in", "in-eur", "out", "out-eur", "sell", "back", "move", "owe", "pay")),
              _DAYS, st.sampled_from(("abroad", "home", "own")), st.sampled_from(LINES[:3]), st.integers(1, 10**6)),
    max_size=18,
)  # fmt: skip
RATES = {date(2025, 9, 30) + timedelta(days=days): Decimal(90) + Decimal(days) / 7 for days in range(94)}


def _post(file: BooksFile, acts: list[tuple[str, date, str, str, int]]) -> None:
    with file.write() as (event, books):
        for kind, on, source, line, minor in acts:
            share = entries.Share(f"x-{line}", "f2", -minor)
            place, currency = ("a3", "EUR") if kind.endswith("eur") else ("a1", "RUB")
            if kind.startswith("in"):
                legs = entries.movement(
                    place, currency, [entries.Share("income", "f2", minor, source=source)]
                )
            elif kind == "sell":
                legs = entries.exchange(books.accounts, "f2", "a3", (minor, "EUR"), "a1", (minor * 91, "RUB"))
            elif kind == "back":
                legs = entries.movement("a1", "RUB", [replace(share, amount_minor=minor)])
            elif kind == "move":
                legs = entries.transfer("a1", "transit", "f2", "RUB", minor)
            elif kind == "owe":
                legs = entries.owed(books.accounts, share, "RUB")
            elif kind == "pay":
                legs = entries.movement("a1", "RUB", [replace(share, account="payable", expense_line=line)])
            else:
                legs = entries.movement(place, currency, [share])
            event.transaction(on, kind, legs)


@pytest.mark.parametrize("method", METHODS)
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(acts=_ACTS)
def test_every_equation_holds_for_every_kind_and_totals_are_those_without_parts(
    tmp_path_factory: pytest.TempPathFactory, method: str, acts: list[tuple[str, date, str, str, int]]
) -> None:
    file = BooksFile.with_chart(tmp_path_factory.mktemp("pool"))
    file.rates(RATES, "EUR", "RUB")
    file.receive(D("2025-08-02"), "f2", 5_000_00, "home")
    file.receive(D("2025-08-03"), "f2", 2_000_00, "abroad")
    _post(file, acts)
    plain = report(file, "money")  # refused, but the column of all is there
    pool(file, "f2", method)
    found = report(file, "money")
    assert not [item for item in found.findings if item.severity == "refusal"], found.findings
    columns = ("foreign", "domestic", "other")
    for line in ("opening", "targeted", "other", "exchange", "closing"):
        assert sum(cell(found, f"balance.{line}.{column}") for column in columns) == cell(
            found, f"balance.{line}.all"
        )
    for column in columns:
        came = sum(
            cell(found, f"balance.{line}.{column}") for line in ("opening", "targeted", "other", "exchange")
        )
        assert came - cell(found, f"spent.all.{column}") == cell(found, f"balance.closing.{column}")
    for line in LINES[:3]:
        row = [cell(found, f"spent.{line}.{column}") for column in columns]
        assert sum(row) == cell(found, f"spent.{line}.all")
    assert plain is not None


# ---- on the command line


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return furnished(tmp_path / "w")


def test_a_pool_on_the_command_line(bench: Bench) -> None:
    bench.run("record", "pool", "--fund", "f1", "--method", "fifo")
    assert bench.rows("list", "pools")[0] | {"event": 0} | {"version": 1} == {
        "id": "f1/2025-10-01", "version": 1, "event": 0, "fund": "f1", "start_on": "2025-10-01", "method": "fifo",
    }  # fmt: skip
    assert "is not one of" in bench.fail(2, "record", "pool", "--fund", "f1", "--method", "lifo")
    assert bench.rows("attribution", "compare", "2025-Q4") == []
    bench.run("record", "pool", "--fund", "f1", "--method", "none", "--since", "2025-12-01")
    assert "No agreement is a pool" in bench.run("attribution", "compare", "2025-Q4").err
    words = (
        "record",
        "opening",
        "--account",
        "a1",
        "--fund",
        "f4",
        "--on",
        "2025-09-30",
        "--amount",
        "10",
        "--source",
    )
    bench.run(*words, "zeewind")
    bench.run(*words, "own")
    assert "already" in bench.fail(1, *words, "own")


def test_what_each_method_would_print(tmp_path: Path) -> None:
    bench = empty(tmp_path / "w", RUSSIAN)
    for words in (
        ("source", "--id", "home", "--name", "Home", "--kind", "domestic_organisation", "--country", "RU"),
        ("source", "--id", "abroad", "--name", "Abroad", "--kind", "foreign_organisation", "--country", "NL"),
        ("fund", "--id", "f1", "--title", "F1", "--donor", "home"),
        ("account", "--id", "a1", "--title", "Main", "--class", "bank", "--currency", "RUB"),
        ("income", "--account", "a1", "--fund", "f1", "--source", "home", "--amount", "9000", "--on", "2025-10-05"),
        ("income", "--account", "a1", "--fund", "f1", "--source", "abroad", "--amount", "3000", "--on", "2025-10-06"),
        ("expense", "--account", "a1", "--fund", "f1", "--expense-line", "other", "--amount", "4000", "--on", "2025-11-06"),
    ):  # fmt: skip
        bench.run("record", *words)
    assert "fund.mixed" in {row["code"] for row in bench.call("check", "--format", "json").rows}
    before = bench.ledger.read_bytes()
    rows = {row["cell"]: row for row in bench.rows("attribution", "compare", "2025-Q4", "--fund", "f1")}
    assert bench.ledger.read_bytes() == before
    spent = rows["spent.other.foreign"]
    assert (spent["fifo_minor"], spent["pro_rata_minor"], spent["difference_minor"]) == (0, 1000_00, 1000_00)
    assert rows["balance.closing.foreign"]["difference_minor"] == -1000_00
    assert "spent.other.all" not in rows
    bench.run("record", "pool", "--fund", "f1", "--method", "pro_rata")
    assert "fund.mixed" not in {row["code"] for row in bench.call("check", "--format", "json").rows}
    now = {row["cell"]: row for row in bench.rows("attribution", "compare", "2025-Q4")}
    for key, row in now.items():  # what is declared is shown beside them, now that it is
        assert row == rows[key] | {name: row[other] for name, other in (("declared", "pro_rata"), ("declared_minor", "pro_rata_minor"))}  # fmt: skip
    assert now.keys() == rows.keys()
    explained = bench.run("explain", "money", "2025-Q4", "spent.other.foreign").out
    assert "1,000.00" in explained
    assert "4,000.00" not in explained
    # A policy that changed in the period prints what neither method alone does.
    bench.run("record", "pool", "--fund", "f1", "--method", "fifo", "--since", "2025-10-01")
    bench.run("record", "pool", "--fund", "f1", "--method", "pro_rata", "--since", "2025-11-05")
    bench.run("record", "expense", "--account", "a1", "--fund", "f1", "--expense-line", "other", "--amount", "2000", "--on", "2025-10-20")  # fmt: skip
    spent = {row["cell"]: row for row in bench.rows("attribution", "compare", "2025-Q4")}[
        "spent.other.foreign"
    ]
    assert [spent[f"{name}_minor"] for name in ("fifo", "pro_rata", "declared")] == [0, 1500_00, 1200_00]
