"""Owed, paid ahead, handed out: paid and accrued are two views of one ledger, and the bridge joins them."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from oracles import beancounts, hledgers, month_ends, ours
from reports_books import BooksFile, rules
from workbench import Bench, furnished

from compliance.ledger import entries
from compliance.ledger.append import EventWriter
from compliance.ledger.books import Books
from compliance.ledger.debts import open_debts
from compliance.ledger.journals import beancount, hledger
from compliance.periods import parse_period
from compliance.reports import bridge as steps
from compliance.reports.measures import Measures
from compliance.rules.amounts import Select, narrowed


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return furnished(tmp_path / "w")


OWED = ("record", "obligation", "--on", "2025-10-20", "--fund", "f1", "--expense-line", "premises",
        "--programme", "p1", "--amount", "100", "--id", "act-7", "--title", "Rent, act 7")  # fmt: skip


def test_an_act_comes_and_is_paid_in_two_steps(bench: Bench) -> None:
    bench.run(*OWED)
    assert bench.rows("list", "debts")[0] | {"amount_minor": 100_00, "kind": "payable"} == {
        "document": "act-7", "kind": "payable", "since": "2025-10-20", "fund": "f1", "amount_minor": 100_00,
        "currency": "RUB", "programme": "p1", "expense_line": "premises",
    }  # fmt: skip
    spent = ("balance", "--by", "expense_line,programme")
    assert bench.rows(*spent) == []
    assert [row["spent_minor"] for row in bench.rows(*spent, "--basis", "accrued")] == [100_00]
    bench.run("record", "payment", "act-7", "--on", "2025-11-05", "--account", "a1", "--amount", "30")
    assert [row["amount_minor"] for row in bench.rows("list", "debts")] == [70_00]
    assert [row["spent_minor"] for row in bench.rows(*spent)] == [30_00]
    assert "more than is open" in bench.fail(2, "record", "payment", "act-7", "--on", "2025-11-06", "--account", "a1", "--amount", "71")  # fmt: skip
    said = bench.run("record", "payment", "act-7", "--on", "2025-11-06", "--account", "a1").err
    assert "70.00" in said
    assert bench.rows("list", "debts") == []
    assert "nothing is open" in bench.fail(2, "record", "payment", "act-7", "--on", "2025-11-07", "--account", "a1")  # fmt: skip
    number = next(row["id"] for row in bench.rows("list", "transactions") if row["on"] == "2025-11-06")
    bench.run("record", "reverse", str(number), "--because", "the bank sent it back")
    assert [row["amount_minor"] for row in bench.rows("list", "debts")] == [70_00]
    row = bench.rows("bridge", "2025-Q4")[0]
    assert (row["paid_minor"], row["unpaid_minor"], row["accrued_minor"]) == (30_00, 70_00, 100_00)
    # The act itself is undone and its payment is not: a debt below nought, which somebody must look at.
    assert bench.call("check", "debt.negative", "--format", "json").rows == []
    number = next(row["id"] for row in bench.rows("list", "transactions") if row["kind"] == "obligation")
    bench.run("record", "reverse", str(number), "--because", "not our act")
    [found] = bench.call("check", "debt.negative", "--format", "json").rows
    assert "“act-7” of F1 Zeewind: 30.00 RUB more" in found["message"]


def test_paid_ahead_becomes_a_cost_when_it_is_delivered(bench: Bench) -> None:
    words = ("record", "prepayment", "--on", "2025-12-20", "--account", "a1", "--fund", "f1", "--amount", "400",
             "--expense-line", "rent", "--title", "Hall 2026")  # fmt: skip
    bench.run(*words)
    assert "already a document" in bench.fail(2, *words)
    held = bench.rows("balance", "--by", "account,fund")
    assert [(row["account"], row["amount_minor"]) for row in held] == [("a1", 600_00)]
    q4, q1 = (bench.rows("bridge", "2025-Q4"), ("bridge", "2026-Q1"))
    assert (q4[0]["paid_minor"], q4[0]["prepaid_minor"], q4[0]["accrued_minor"]) == (400_00, -400_00, 0)
    bench.run("record", "delivery", "hall-2026", "--on", "2026-01-10", "--amount", "150")
    row = bench.rows(*q1)[0]
    assert (row["paid_minor"], row["prepaid_before_minor"], row["prepaid_minor"], row["accrued_minor"]) == (
        0, 400_00, -250_00, 150_00,
    )  # fmt: skip
    assert bench.rows("balance", "--by", "expense_line", "--period", "2026-Q1") == []


def test_a_debt_from_before_the_books_is_no_cost_of_theirs(bench: Bench) -> None:
    bench.run("record", "obligation", "--on", "2025-09-29", "--fund", "f1", "--expense-line", "rent",
              "--amount", "50", "--title", "September rent")  # fmt: skip
    assert bench.rows("balance", "--by", "expense_line", "--basis", "accrued") == []
    bench.run("record", "payment", "september-rent", "--on", "2025-10-02", "--account", "a1")
    row = bench.rows("bridge", "2025-Q4", "--by", "expense_line")[0]
    assert (row["expense_line"], row["paid_minor"], row["unpaid_before_minor"], row["accrued_minor"]) == (
        "premises", 50_00, -50_00, 0,
    )  # fmt: skip


def test_what_is_missing_is_named(bench: Bench) -> None:
    assert "--title" in bench.fail(2, *OWED[:-4])
    assert "there is no" in bench.fail(2, "record", "payment", "nobody", "--on", "2025-10-20")
    assert "is not a period" in bench.fail(2, "bridge", "soon")
    bench.run(*OWED)
    bench.run("record", "rate", "--currency", "EUR", "--on", "2025-10-01", "--rate", "90", "--origin", "x")
    bench.run("record", "income", "--on", "2025-10-14", "--account", "a3", "--fund", "f1", "--amount", "5", "--source", "zeewind")  # fmt: skip
    bench.run("record", "expense", "--on", "2025-10-15", "--account", "a3", "--fund", "f1", "--amount", "5", "--as", "pay")  # fmt: skip
    assert "a rate is missing" in bench.fail(1, "bridge", "2025-Q4")


# ---- generated organisations

_DAYS = st.integers(0, 91).map(lambda days: date(2025, 10, 1) + timedelta(days=days))
_COST = st.tuples(
    st.sampled_from(("f1", "f2")), st.sampled_from(("x-pay", "x-travel")), st.sampled_from(("p1", "p2", None))
)
_ACTS = st.lists(
    st.tuples(
        st.sampled_from(("income", "expense", "obligation", "payment", "prepayment", "delivery", "advance",
                         "loan", "before")),
        _DAYS, _COST, st.integers(1, 10**7), st.sampled_from(("d1", "d2", "d3")),
    ),
    max_size=25,
)  # fmt: skip
MONTHS = list(month_ends(date(2025, 9, 1), date(2025, 12, 31)))
FAR = {"payment": "payable", "prepayment": "prepaid", "advance": "advance"}


def _post(
    event: EventWriter, books: Books, act: tuple[str, date, tuple[str, str, str | None], int, str]
) -> None:
    kind, on, (fund, line, programme), minor, paper = act
    share = entries.Share(line, fund, -minor, None, programme)
    if kind == "income":
        legs = entries.movement("a1", "RUB", [entries.Share("income", fund, minor, source="abroad")])
    elif kind == "obligation":
        legs = entries.owed(books.accounts, share, "RUB")
    elif kind == "before":
        on, legs = date(2025, 9, 30), entries.owed(books.accounts, share, "RUB", before=True)
    elif kind == "delivery":
        legs = entries.delivered(books.accounts, share, "RUB")
    elif kind == "loan":
        legs = entries.between_funds(books.accounts, "a1", "f1", "f2", "RUB", minor, loan=True)
    else:
        far = FAR.get(kind, line)
        legs = entries.movement(
            "a1", "RUB", [entries.Share(far, fund, -minor, None, programme, line.removeprefix("x-"))]
        )
    event.transaction(on, "opening" if kind == "before" else kind, legs, document=paper)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(acts=_ACTS)
def test_the_bridge_adds_up_and_other_programs_find_the_same_balances(
    tmp_path_factory: pytest.TempPathFactory,
    acts: list[tuple[str, date, tuple[str, str, str | None], int, str]],
) -> None:
    file = BooksFile.with_chart(tmp_path_factory.mktemp("debts"))
    with file.write() as (event, books):
        for act in acts:
            _post(event, books, act)
    plain: Counter[str] = Counter()
    for kind, _on, _cost, minor, _paper in acts:
        plain["paid"] += minor * (kind in ("expense", *FAR))
        plain["accrued"] += minor * (kind in ("expense", "obligation", "delivery"))
    with file.read() as books:
        measures = Measures(books, rules(), "zz", "RUB", parse_period("2025-Q4"))
        for by in steps.AXES:
            rows = steps.bridge(measures, by)
            assert rows is not None
            assert all(row.adds_up and not row.exchange for row in rows.values())
            whole = steps.total(rows)
            assert (whole.paid, whole.accrued) == (plain["paid"], plain["accrued"])
        assert steps.ties(measures) == steps.Ties(plain["paid"], plain["accrued"])
        for basis in ("paid", "accrued"):
            asked = narrowed(Select.model_validate({"account": "expense", "basis": basis}))
            assert measures.measure("sum", asked).minor == plain[basis]
            one_by_one = measures.moved_one_by_one(asked)
            assert sum(item.entry.amount_minor for item in one_by_one) == plain[basis]
        (file.folder / "x.journal").write_text("\n".join([*hledger(books), ""]), encoding="utf-8")
        (file.folder / "x.beancount").write_text("\n".join([*beancount(books), ""]), encoding="utf-8")
        names = ({key: key for key in books.funds}, {key: key for key in books.accounts})
        held = {item.key[0]: item.amount_minor for item in books.sums(("account",))}
        for kind in FAR.values():
            sign = -1 if kind == "payable" else 1
            assert sum(
                sign * item.amount_minor for item in open_debts(books) if item.kind == kind
            ) == held.get(kind, 0)
    mine = ours(file.path, MONTHS)
    assert hledgers(file.folder / "x.journal", *names, MONTHS[-1]) == mine
    assert beancounts(file.folder / "x.beancount", MONTHS) == mine
