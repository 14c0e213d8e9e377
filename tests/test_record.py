"""``record``: facts, corrections, names found as typed, refusals; nothing personal in the ledger."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from ledgerkit import state
from workbench import Bench, at_terminal, empty, furnished

from compliance import i18n
from compliance.commands import ask
from compliance.commands.record_shared import slug
from compliance.ledger.append import practice_moment, write
from compliance.ledger.books import Books
from compliance.ledger.chain import audit
from compliance.ledger.chart import for_line
from compliance.ledger.entries import transfer
from compliance.ledger.models import Freeze, Person, Source
from compliance.ledger.store import LEDGER
from compliance.storage import Server, open_store


@pytest.fixture(scope="module")
def master(tmp_path_factory: pytest.TempPathFactory, new_server: Callable[[], Server | None]) -> Bench:
    """Every command here is tried on both engines."""
    return furnished(tmp_path_factory.mktemp("master"), server=new_server())


@pytest.fixture
def bench(master: Bench, tmp_path: Path) -> Bench:
    return master.copy(tmp_path / "books")


def postings(bench: Bench, number: int) -> list[tuple[str, str, str, int]]:
    with bench.books() as books:
        return [
            (item.account, item.fund, item.currency, item.amount_minor) for item in books.entries(txn=number)
        ]


def last(bench: Bench) -> int:
    with bench.books() as books:
        return max(item.id for item in books.transactions())


SPEND = ("record", "expense", "--account", "a1", "--fund", "f1", "--as", "pay", "--amount", "10.50")


# Money


def test_an_expense(bench: Bench) -> None:
    result = bench.run(*SPEND, "--on", "2025-10-05", "--programme", "telephone", "--memo", "wages")
    assert "recorded 1: expense 2, 2025-10-05, 10.50 RUB" in result.err
    assert result.out == ""
    assert postings(bench, 2) == [("a1", "f1", "RUB", -1050), ("pay", "f1", "RUB", 1050)]
    row = bench.rows("list", "transactions")[-1]
    assert row["memo"] == "wages"
    assert row["postings"][1]["programme"] == "p1"


def test_the_form_line_chooses_the_account(bench: Bench) -> None:
    words = ("record", "expense", "--on", "2025-10-05", "--account", "a1", "--fund", "f1", "--amount", "1")
    bench.run(*words, "--expense-line", "premises")
    assert postings(bench, 2)[1][0] == "rent"
    with bench.books() as books:
        assert [item.expense_line for item in books.entries(txn=2)] == [None, None]
        assert for_line(books.accounts, "nothing") is None
    bench.run(*words, "--as", "rent", "--expense-line", "pay")
    with bench.books() as books:
        assert [item.expense_line for item in books.entries(txn=3)] == [None, "pay"]


def test_income_names_its_source(bench: Bench) -> None:
    bench.run(
        "record", "income", "--on", "2025-10-14", "--account", "a3", "--fund", "f1", "--amount", "18000",
        "--source", "stichting",
    )  # fmt: skip
    with bench.books() as books:
        income = [item for item in books.entries(txn=2) if item.source]
    assert [(item.account, item.source, item.currency, item.amount_minor) for item in income] == [
        ("donations", "zeewind", "EUR", -1_800_000)
    ]


def test_openings_are_held_against_the_last_report(bench: Bench) -> None:
    words = ("record", "opening", "--fund", "f1", "--on", "2025-09-30")
    said = bench.run(*words, "--account", "a2", "--amount", "500", "--baseline", "9500").err
    assert "openings so far 1,500.00 RUB; still to explain 8,000.00 RUB" in said
    said = bench.run(*words, "--account", "a3", "--amount", "100").err
    assert "no rate of EUR for 2025-09-30" in said
    bench.run("record", "rate", "--currency", "EUR", "--on", "2025-09-30", "--rate", "80", "--origin", "x")
    said = bench.run(*words, "--account", "a2", "--amount", "0").err
    assert "Openings equal the last filed report: 9,500.00 RUB" in said
    with bench.books() as books:
        before = books.last_seq
    bench.run(*words, "--account", "a2", "--amount", "0", "--baseline", "9500")
    with bench.books() as books:
        assert books.last_seq == before
    assert "Zero needs no entry" in said


def test_a_transfer_in_transit(bench: Bench) -> None:
    said = bench.run(
        "record", "transfer", "--from", "a1", "--to", "a2", "--fund", "f1", "--amount", "100",
        "--on", "2025-11-04", "--arrives", "2025-11-05",
    ).err  # fmt: skip
    assert "recorded 2: transfer 2, 3, 2025-11-04, 100.00 RUB" in said
    assert postings(bench, 2) == [("a1", "f1", "RUB", -10000), ("transit", "f1", "RUB", 10000)]
    assert postings(bench, 3) == [("transit", "f1", "RUB", -10000), ("a2", "f1", "RUB", 10000)]
    bench.run(
        "record", "transfer", "--from", "a1", "--to", "a2", "--fund", "f1", "--amount", "1", "--on", "2025-11-04"
    )  # fmt: skip
    assert postings(bench, 4) == [("a1", "f1", "RUB", -100), ("a2", "f1", "RUB", 100)]


@pytest.mark.parametrize(
    ("flag", "given", "taken"), [("--loan", "due-from", "due-to"), ("--release", "released", "released")]
)
def test_between_agreements(bench: Bench, flag: str, given: str, taken: str) -> None:
    words = ("record", "transfer", "--on", "2025-11-04", "--from-fund", "f1", "--to-fund", "f4")
    bench.run(*words, "--account", "a1", "--amount", "5", flag, "--because", "the donor agreed, letter 4")
    assert postings(bench, 2) == [
        ("a1", "f1", "RUB", -500), (given, "f1", "RUB", 500), ("a1", "f4", "RUB", 500), (taken, "f4", "RUB", -500),
    ]  # fmt: skip
    assert "loan" in bench.fail(2, *words, "--account", "a1", "--amount", "5")
    assert "--because" in bench.fail(2, *words, "--account", "a1", "--amount", "5", "--release")


def test_an_exchange_and_help_in_kind(bench: Bench) -> None:
    bench.run(
        "record", "exchange", "--on", "2025-11-20", "--fund", "f1", "--from", "a3", "--to", "a1",
        "--sold", "20000", "--bought", "1878000",
    )  # fmt: skip
    assert postings(bench, 2) == [
        ("a3", "f1", "EUR", -2_000_000), ("conversion", "f1", "EUR", 2_000_000),
        ("a1", "f1", "RUB", 187_800_000), ("conversion", "f1", "RUB", -187_800_000),
    ]  # fmt: skip
    words = ("record", "in-kind", "--on", "2025-11-20", "--fund", "f1", "--source", "zeewind")
    bench.run(*words, "--property", "help")
    bench.run(*words, "--property", "fixed_asset", "--amount", "64950", "--used-as", "rent")
    with bench.books() as books:
        assert [item.property for item in books.entries(txn=3)] == ["help", "help"]
        assert postings(bench, 3) == [("in-kind", "f1", "RUB", 0), ("donations", "f1", "RUB", 0)]
    assert postings(bench, 4)[0] == ("rent", "f1", "RUB", 6_495_000)


def test_reversal(bench: Bench) -> None:
    bench.run(*SPEND, "--on", "2025-10-05")
    bench.run("record", "reverse", "2", "--because", "typed twice")
    assert postings(bench, 3) == [("a1", "f1", "RUB", 1050), ("pay", "f1", "RUB", -1050)]
    row = bench.rows("list", "transactions")[-1]
    assert (row["reverses"], row["on"], row["memo"]) == (2, "2025-10-05", "typed twice")
    assert "undone already" in bench.fail(1, "record", "reverse", "2", "--because", "x")
    assert "undone already" in bench.fail(1, "record", "reverse", "3", "--because", "x")
    assert "there is no transaction 99" in bench.fail(2, "record", "reverse", "99", "--because", "x")


@pytest.mark.parametrize("half", ["2", "3"])
def test_undoing_half_of_an_own_transfer_undoes_the_other_half_too(bench: Bench, half: str) -> None:
    """Whichever number is typed, nothing stays in transit."""
    bench.run(
        "record", "transfer", "--from", "a1", "--to", "a2", "--fund", "f1", "--amount", "100",
        "--on", "2025-11-04", "--arrives", "2025-11-05",
    )  # fmt: skip
    said = bench.run("record", "reverse", half, "--because", "typed twice").err
    assert "Transactions 2, 3 are the two halves of one transfer" in said
    assert "recorded 2: reversal 4, 5" in said
    with bench.books() as books:
        assert {item.key: item.amount_minor for item in books.sums(("account",)) if item.amount_minor} == {
            ("a1",): 100000, ("opening",): -100000,
        }  # fmt: skip
    bench.run("check", "transit")
    assert "undone already" in bench.fail(1, "record", "reverse", half, "--because", "again")


def test_two_transfers_of_one_day_are_no_halves(bench: Bench) -> None:
    words = ("record", "transfer", "--from", "a1", "--to", "a2", "--fund", "f1", "--on", "2025-11-04")
    bench.run(*words, "--amount", "1")
    bench.run(*words, "--amount", "1")
    assert "recorded 1: reversal" in bench.run("record", "reverse", "2", "--because", "typed twice").err


def test_what_arrived_and_never_left_is_told_the_right_way_round(bench: Bench) -> None:
    with open_store(LEDGER, bench.place, write=True) as connection:
        books = Books(connection)
        now = practice_moment(books.last_recorded_at(), date(2026, 1, 12))
        with write(connection, kind="test", actor="test", now=now) as event:
            event.transaction(date(2025, 11, 4), "transfer", transfer("transit", "a2", "f1", "RUB", 700))
            event.transaction(date(2025, 11, 5), "expense", transfer("a1", "transit", "f1", "RUB", 300))
    said = bench.call("check", "transit").out
    assert "4.00 RUB arrived at an account on 4 Nov 2025 and never left another (transaction 2)" in said


def test_help_without_a_price_is_counted_and_said_not_to_be_valued(bench: Bench) -> None:
    words = (
        "record",
        "in-kind",
        "--on",
        "2025-11-20",
        "--fund",
        "f1",
        "--source",
        "zeewind",
        "--property",
        "help",
    )
    assert "no price: counted, not valued" in bench.run(*words).err
    assert "64.00 RUB" in bench.run(*words, "--amount", "64").err
    if os.name != "nt":
        for answer, shown in (("", "no price: counted, not valued"), ("64.50", "64.50 RUB")):
            code, seen = at_terminal(bench.folder, [answer], *words)
            assert (code, shown in seen, "Its price" in seen) == (0, True, True), seen


# Facts and their versions


def test_the_same_id_corrects_and_says_what_changed(bench: Bench) -> None:
    said = bench.run("record", "source", "--id", "zeewind", "--country", "de", "--note", "moved").err
    assert "country: NL → DE" in said
    assert "note: — → moved" in said
    assert "nothing new" in bench.run("record", "source", "--id", "zeewind", "--country", "DE").err
    bench.run("record", "source", "--id", "zeewind", "--note", "")
    with bench.books() as books:
        versions = books.versions(Source, "zeewind")
        assert [(item.version, item.country, item.note) for item in versions] == [
            (1, "NL", None), (2, "DE", "moved"), (3, "DE", None),
        ]  # fmt: skip
        assert versions[-1].name == "Stichting Zeewind"


def test_ids_are_made_from_titles(bench: Bench) -> None:
    said = bench.run("record", "programme", "--title", "Щедрый двор: чай & книги").err
    assert "recorded 1: programme shchedryy-dvor-chay-knigi" in said
    assert "nothing new" in bench.run("record", "programme", "--title", "Щедрый двор: чай & книги").err
    assert slug("...", fallback="item") == "item"
    assert len(slug("long " * 40, fallback="item")) <= 40
    assert "without spaces" in bench.fail(2, "record", "programme", "--id", "a b", "--title", "x")
    assert "letters or digits" in bench.fail(
        2, "record", "account", "--title", "Bank", "--class", "bank", "--currency", "RUB", "--number", "—"
    )


def test_two_things_of_one_title_do_not_become_one(bench: Bench, tmp_path: Path) -> None:
    for kind, words, more in (
        ("fund", ("--title", "Gifts"), ("--purpose", "other")),
        ("programme", ("--title", "Gifts"), ("--aim", "other")),
        ("source", ("--name", "Namesake Ltd", "--kind", "domestic_organisation"), ("--tax-id", "7")),
        ("document", ("--missing", "--kind", "act", "--title", "Act"), ("--amount", "7")),
        ("material", ("--title", "Post", "--medium", "post", "--on", "2025-12-01"), ("--on-behalf", "x")),
    ):
        bench.run("record", kind, *words)
        assert "nothing new" in bench.run("record", kind, *words).err
        said = bench.fail(2, "record", kind, *words, *more)
        assert "there is already" in said
        assert "--id" in said
        bench.run("record", kind, "--id", "another", *words, *more)


def test_names_are_found_as_typed(bench: Bench) -> None:
    bench.run(*SPEND[:5], "f1 zeewind", *SPEND[6:], "--on", "2025-10-05")
    said = bench.fail(2, *SPEND[:5], "zeewnid", *SPEND[6:], "--on", "2025-10-05")
    assert "--fund: there is no “zeewnid”" in said
    said = bench.fail(2, *SPEND[:5], "f11", *SPEND[6:], "--on", "2025-10-05")
    assert "Did you mean: f1 (F1 Zeewind)" in said
    said = bench.fail(2, *SPEND[:5], "f", *SPEND[6:], "--on", "2025-10-05")
    assert "f1 (F1 Zeewind), f4 (F4 own)" in said


@pytest.mark.parametrize(
    ("option", "kind"), [("--fund", "funds"), ("--account", "accounts"), ("--document", "documents")]
)
def test_what_is_not_known_is_listed_by_its_kind(bench: Bench, option: str, kind: str) -> None:
    words = [*SPEND, "--on", "2025-10-05", option, "zzzzz"]
    assert f"compliance list {kind}" in bench.fail(2, *words)
    bench.run("list", kind)


def test_a_person_is_in_the_vault_only(bench: Bench) -> None:
    said = bench.run(
        "record", "person", "--name", "Canary Caroline", "--born", "1970-01-02", "--citizenship", "RU",
        "--identity-document", "passport 0000 canary",
    ).err  # fmt: skip
    assert "recorded 1: person person-1" in said
    assert "Canary" not in said
    bench.run("record", "person", "--id", "person-1", "--address", "Canary street")
    assert "nothing new" in bench.run("record", "person", "--id", "person-1", "--born", "1970-01-02").err
    assert b"Canary" not in state(bench.place)
    assert b"1970-01-02" not in state(bench.place)
    with bench.vault() as vault, bench.books() as books:
        assert vault.identity("person-1") == {
            "name": "Canary Caroline", "born_on": "1970-01-02", "citizenship": "RU",
            "identity_document": "passport 0000 canary", "address": "Canary street",
        }  # fmt: skip
        assert len(books.versions(Person, "person-1")) == 2
        assert vault.verify_identity("person-1", books.people["person-1"].commitment)


@pytest.mark.parametrize(
    "kind", ["domestic_person", "foreign_person", "unknown_citizenship", "stateless_person"]
)
def test_a_giving_person_is_in_the_vault_only(bench: Bench, kind: str) -> None:
    said = bench.run(
        "record", "source", "--kind", kind, "--name", "Canary Caroline", "--tax-id", "123canary"
    ).err
    assert "recorded 1: source donor-1" in said
    assert b"anary" not in state(bench.place)
    with bench.vault() as vault, bench.books() as books:
        assert vault.identity("donor-1") == {"name": "Canary Caroline", "tax_id": "123canary"}
        source = books.sources["donor-1"]
        assert (source.kind, source.name, source.tax_id) == (kind, None, None)
        assert source.commitment
        assert vault.verify_identity("donor-1", source.commitment)
    bench.run("books", "audit")


def test_activities_are_counts(bench: Bench) -> None:
    words = ("record", "activity", "--programme", "p1", "--kind", "seminar", "--on", "2025-12-01")
    assert "activity p1-seminar-2025-12-01" in bench.run(*words, "--participants", "20").err
    assert "activity p1-seminar-2025-12-01-1" in bench.run(*words, "--participants", "21").err
    said = bench.run("record", "activity", "--id", "p1-seminar-2025-12-01", "--participants", "22").err
    assert "participants: 20 → 22" in said
    bench.run("record", "activity", "--id", "p1-seminar-2025-12-01", "--on", "2025-12-02")
    with bench.books() as books:
        moved = books.activities["p1-seminar-2025-12-01"]
        assert (str(moved.start_on), str(moved.end_on), moved.participants) == (
            "2025-12-02",
            "2025-12-02",
            22,
        )
    bench.run(*words[:6], "--on", "2026-11-01", "--state", "planned")
    assert "cannot be right" in bench.fail(2, *words[:6], "--on", "2026-11-01")
    assert "before the first" in bench.fail(2, *words, "--until", "2025-11-30")
    bench.fail(2, *words, "--participants", "-1")


def test_posts(bench: Bench) -> None:
    bench.run("record", "person", "--id", "director", "--name", "X")
    words = ("record", "role", "--person", "director", "--body", "executive", "--title", "director")
    bench.run(*words, "--since", "2022-11-15", "--until", "2025-11-14", "--appointed-by", "Protocol 9")
    assert "before the first" in bench.fail(2, *words, "--since", "2022-11-15", "--until", "2021-01-01")
    row = bench.rows("list", "roles")[0]
    assert (row["id"], row["person"], row["end_on"]) == (
        "director-executive-2022-11-15", "director", "2025-11-14",
    )  # fmt: skip


def test_a_successor_without_an_act_is_told(bench: Bench) -> None:
    words = ("record", "role", "--person", "director", "--body", "executive", "--title", "director")
    bench.run("record", "person", "--id", "director", "--name", "X")
    bench.run(*words, "--since", "2022-11-15", "--until", "2025-11-14", "--appointed-by", "Protocol 9")
    told = bench.call("check", "paper").out
    assert "executive body" in told
    assert "--appointed-by" in told
    bench.run(*words, "--id", "second", "--since", "2025-11-15")
    told = bench.call("check", "paper").out
    assert "no act of appointment" in told
    bench.run("record", "role", "--id", "second", "--appointed-by", "Protocol 21")
    assert "appoint" not in bench.call("check", "paper").out


def test_money_behind_a_paper_takes_its_day_amount_and_agreement(bench: Bench, tmp_path: Path) -> None:
    paper = tmp_path / "act 7.pdf"
    paper.write_bytes(b"%PDF act")
    words = ("--kind", "act", "--about", "f1", "--amount", "15000", "--dated-on", "2025-09-29")
    bench.run("record", "document", str(paper), *words)
    spend = ("record", "expense", "--account", "a1", "--as", "rent", "--document", "act-7")
    said = bench.run(*spend).err
    assert "15,000.00" in said
    assert "2025-09-29" in said
    assert "already" not in said
    number = last(bench)
    assert postings(bench, number) == [("a1", "f1", "RUB", -1_500_000), ("rent", "f1", "RUB", 1_500_000)]
    again = bench.run(*spend, "--amount", "5")
    assert f"transaction {number} already" in again.err
    bench.run("record", "reverse", str(number), "--because", "typed twice", "--yes")
    assert f"transaction {number} already" not in bench.run(*spend, "--amount", "6").err


def test_publications(bench: Bench, tmp_path: Path) -> None:
    poster = tmp_path / "poster.txt"
    poster.write_text("Come to the yard\n", encoding="utf-8")
    bench.run("record", "material", "--title", "Poster", "--medium", "poster", "--on", "2025-12-01", "--file", str(poster))  # fmt: skip
    bench.run("record", "placement", "poster", "--channel", "site", "--published-on", "2025-12-02", "--file", str(poster))  # fmt: skip
    said = bench.run("record", "placement", "--id", "poster-site", "--deleted-on", "2025-12-05").err
    assert "deleted_on: — → 2025-12-05" in said
    row = bench.rows("list", "placements")[0]
    material = bench.rows("list", "materials")[0]
    assert row["digest"] == material["digest"] is not None
    assert row["label_verdict"] == "none"  # no rule asks these books for a label
    assert "before it appeared" in bench.fail(
        2, "record", "placement", "--id", "poster-site", "--edited-on", "2025-12-01"
    )
    assert "MATERIAL" in bench.fail(2, "record", "placement", "leaflet", "--channel", "site")


def test_documents(bench: Bench, tmp_path: Path) -> None:
    paper = tmp_path / "act 7.pdf"
    paper.write_bytes(b"%PDF act")
    words = ("--kind", "act", "--about", "f1", "--amount", "15000", "--dated-on", "2025-09-29")
    assert "recorded 1: document act-7" in bench.run("record", "document", str(paper), *words).err
    row = bench.rows("list", "documents")[0]
    assert (row["about"], row["amount_minor"], row["currency"]) == ("f1", 1_500_000, "RUB")
    with bench.vault() as vault:
        assert vault.blob(row["digest"]) == b"%PDF act"
    bench.run("record", "document", "--missing", "--kind", "agreement", "--title", "Lost")
    assert "--missing" in bench.fail(2, "record", "document", "--kind", "act", "--title", "Other")
    bench.fail(3, "record", "document", str(tmp_path / "none.pdf"), "--kind", "act")
    bench.fail(3, "record", "document", str(tmp_path), "--kind", "act")


def test_rates(bench: Bench, tmp_path: Path) -> None:
    table = tmp_path / "rates.csv"
    table.write_text(
        "currency;quote;on;rate;origin\nEUR;RUB;2025-09-30;95.0000;practice\nUSD;;2025-09-30;80,5;\n"
    )
    assert "recorded 2: rate" in bench.run("record", "rate", "--file", str(table)).err
    assert "recorded 0: rate" in bench.run("record", "rate", "--file", str(table)).err
    assert {row["id"]: row["rate"] for row in bench.rows("list", "rates")} == {
        "EUR/RUB/2025-09-30": "95.0000",
        "USD/RUB/2025-09-30": "80.5",
    }
    words = ("record", "rate", "--currency", "EUR", "--on", "2025-09-30", "--origin", "bank")
    assert "rate: 95.0000 → 96" in bench.run(*words, "--rate", "96").err


@pytest.mark.parametrize(
    ("text", "line", "why"),
    [
        ("a;b\n", 1, "currency;on;rate"),
        ("currency;on;rate\nEUR;30.09.2025;95\n", 2, "write a day"),
        ("currency;on;rate\nEUR;2025-09-30;1e3\n", 2, "a number such as"),
        ("currency;on;rate\nEUR;2025-09-30;0\n", 2, "a number such as"),
        ("currency;on;rate\nRUB;2025-09-30;1\n", 2, "two currencies"),
        ("currency;on;rate\nEUR;2025-09-30;95\nEUR;2025-09-30;96\n", 3, "another rate"),
        ('currency;on;rate\nEUR;2025-09-30;"95\n', 2, "not a rate"),
    ],
)
def test_wrong_rates_name_their_line(bench: Bench, tmp_path: Path, text: str, line: int, why: str) -> None:
    table = tmp_path / "rates.csv"
    table.write_text(text, encoding="utf-8")
    before = state(bench.place)
    said = bench.fail(3, "record", "rate", "--file", str(table))
    assert f"rates.csv:{line}: " in said
    assert why in said
    assert state(bench.place) == before


# Refusals


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--on", "2205-10-05"), "cannot be right: today is 2026-01-12"),
        (("--on", "1925-10-05"), "cannot be right"),
        (("--on", "05.10.2025"), "--on: write a day such as"),
        (("--on", "2025-02-30"), "there is no such day"),
        (("--on", "2025-10-05", "--amount", "-5"), "more than zero"),
        (("--on", "2025-10-05", "--amount", "0"), "more than zero"),
        (("--on", "2025-10-05", "--amount", "1.234"), "fewer decimals"),
        (("--on", "2025-10-05", "--amount", "NaN"), "write an amount such as"),
        (("--on", "2025-10-05", "--amount", "1_000"), "write an amount such as"),
        (("--on", "2025-10-05", "--amount", "99999999999999"), "no amount is that large"),
        (("--on", "2025-10-05", "--currency", "EUR"), "kept in RUB"),
        (("--on", "2025-10-05", "--currency", "rub"), "three capital letters"),
        (("--on", "2025-10-05", "--document", "x"), "--document: there is no"),
        ((), "--on is missing"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_written(
    bench: Bench, words: tuple[str, ...], said: str
) -> None:
    before = state(bench.place)
    assert said in bench.fail(2, *SPEND, *words)
    assert state(bench.place) == before


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("source", "--kind", "alien", "--name", "X"), "--kind: “alien” is not one of"),
        (
            ("source", "--kind", "foreign_organisation", "--name", "X", "--country", "Netherlands"),
            "two-letter",
        ),
        (("source", "--id", "x"), "--kind is missing"),
        (("account", "--title", "X"), "--type is missing"),
        (("account", "--title", "X", "--type", "asset", "--currency", "roubles"), "three capital letters"),
        (("fund", "--title", "X", "--donor", "nobody"), "--donor: there is no"),
        (("transfer", "--on", "2025-10-05", "--from", "a1", "--to", "a1", "--fund", "f1"), "did not move"),
        (
            ("transfer", "--on", "2025-10-05", "--from", "a1", "--to", "a3", "--fund", "f1"),
            "different currencies",
        ),
        (("transfer", "--on", "2025-10-05", "--from", "a1", "--from-fund", "f1"), "not both"),
        (("exchange", "--on", "2025-10-05", "--from", "a1", "--to", "a2", "--fund", "f1"), "both accounts"),
        (
            ("rate", "--currency", "EUR", "--on", "2025-10-05", "--rate", "x", "--origin", "y"),
            "a number such as",
        ),
        (("activity", "--programme", "p1"), "--kind is missing"),
        (("material", "--title", "X"), "--medium is missing"),
        (("nonsense",), "nonsense"),
    ],
)
def test_wrong_options(bench: Bench, words: tuple[str, ...], said: str) -> None:
    assert said in bench.fail(2, "record", *words)


def test_a_closed_period_wants_an_amendment(bench: Bench) -> None:
    from compliance.ledger.append import write
    from compliance.periods import parse_period

    span = parse_period("2025-Q4")
    with open_store(LEDGER, bench.place, write=True) as connection:
        from datetime import UTC, datetime

        with write(connection, kind="file", actor="x", now=datetime(2026, 1, 12, 10, tzinfo=UTC)) as event:
            event.add(
                Freeze(
                    entity="money-2025-Q4", kind="money", start_on=span.start, last_on=span.last, filing="m"
                )
            )
    before = state(bench.place)
    said = bench.fail(1, *SPEND, "--on", "2025-12-31")
    assert "filed and is closed" in said
    assert "--amends" in said
    assert state(bench.place) == before
    bench.run(*SPEND, "--on", "2026-01-01")


def test_every_fact_can_be_audited(bench: Bench) -> None:
    bench.run(*SPEND, "--on", "2025-10-05", "--memo", "a\x1fb\x1e \ufeff ж")
    zero = (*SPEND, "--on", "2025-10-05", "--memo", "a\x00b")  # the one letter that PostgreSQL never keeps
    assert bench.call(*zero).code == (3 if bench.server else 0)
    with open_store(LEDGER, bench.place) as connection:
        found = audit(connection)
    assert found.events == len(bench.rows("list", "events"))


# A person at the terminal


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Answers to the questions, in order."""
    answers: list[str] = []
    monkeypatch.setattr(ask, "interactive", lambda: True)
    monkeypatch.setattr("compliance.commands.record_shared.interactive", lambda: True)
    monkeypatch.setattr("click.prompt", lambda *_args, **_more: answers.pop(0))
    return answers


def test_what_is_missing_is_asked_for(bench: Bench, typed: list[str]) -> None:
    typed += ["2025-10-05", "a1", "f9", "F1 Zeewind", "12,500.50", "rent", ""]
    said = bench.run("record", "expense").err
    assert "there is no “f9”" in said  # asked again
    assert "12,500.50 RUB" in said
    assert typed == []
    assert postings(bench, last(bench)) == [("a1", "f1", "RUB", -1_250_050), ("rent", "f1", "RUB", 1_250_050)]


def test_a_reversal_is_shown_and_asked_about(
    bench: Bench, typed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("compliance.commands.record_moves.interactive", lambda: True)
    bench.run(*SPEND, "--on", "2025-10-05", "--programme", "p1")
    number = last(bench)
    typed += ["n"]
    said = bench.run("record", "reverse", str(number), "--because", "typed twice").err
    assert "F1 Zeewind" in said
    assert last(bench) == number
    typed += ["y"]
    bench.run("record", "reverse", str(number), "--because", "typed twice")
    assert last(bench) == number + 1


def test_the_act_of_appointment_is_asked_for(bench: Bench, typed: list[str]) -> None:
    bench.run("record", "person", "--id", "director", "--name", "X")
    typed += ["2025-11-15", "Protocol 21"]
    bench.run("record", "role", "--person", "director", "--body", "executive", "--title", "director")
    assert bench.rows("list", "roles")[0]["appointed_by"] == "Protocol 21"
    typed += ["2025-11-16"]
    bench.run("record", "role", "--person", "director", "--body", "staff", "--title", "cook")
    assert typed == []


def test_last_values_are_offered(bench: Bench, monkeypatch: pytest.MonkeyPatch, typed: list[str]) -> None:
    bench.run(*SPEND, "--on", "2025-10-05", "--programme", "p1")
    offered: list[str | None] = []

    def prompt(_question: str, *, default: str | None = None, **_more: object) -> str:
        offered.append(default)
        return default or typed.pop(0)

    monkeypatch.setattr("click.prompt", prompt)
    typed += ["7", "pay", "p1"]
    bench.run("record", "expense", "--on", "2025-10-06")
    assert offered[:2] == ["a1", "f1"]
    assert postings(bench, last(bench))[0] == ("a1", "f1", "RUB", -700)


def test_typed_amounts_follow_the_language(bench: Bench, typed: list[str]) -> None:
    i18n.activate("ru")
    typed += ["12 500,50"]
    bench.run(*SPEND[:-2], "--on", "2025-10-05", "--programme", "p1")
    assert postings(bench, last(bench))[0] == ("a1", "f1", "RUB", -1_250_050)


def test_a_new_source_is_asked_about(tmp_path: Path, typed: list[str]) -> None:
    bench = empty(tmp_path / "books")
    typed += ["foreign_organisation", "Example Commons", "us"]
    assert "source example-commons" in bench.run("record", "source").err
    with bench.books() as books:
        assert books.sources["example-commons"].country == "US"


def test_an_account_with_entries_keeps_its_type_and_currency(bench: Bench) -> None:
    for words in (("--type", "expense"), ("--currency", "EUR")):
        assert "has entries" in bench.fail(1, "record", "account", "--id", "a1", *words)
    bench.run("record", "account", "--id", "a1", "--title", "Another title")
    bench.run("record", "account", "--id", "a2", "--currency", "EUR")  # nothing was posted there


def test_the_same_opening_twice_is_refused(bench: Bench) -> None:
    words = (
        "record",
        "opening",
        "--account",
        "a1",
        "--fund",
        "f1",
        "--amount",
        "1000.00",
        "--on",
        "2025-09-30",
    )
    assert "compliance record reverse" in bench.fail(1, *words)
    [row] = [row for row in bench.rows("list", "transactions") if row["kind"] == "opening"]
    bench.run("record", "reverse", str(row["id"]), "--because", "typed wrong")
    bench.run(*words)


def test_dots_copied_from_a_remedy_are_no_text(bench: Bench) -> None:
    assert "write words" in bench.fail(2, "record", "programme", "--id", "p9", "--title", "...")


def test_a_loan_between_agreements_is_no_money_more(bench: Bench) -> None:
    before = sum(row["amount_minor"] for row in bench.rows("balance") if row["currency"] == "RUB")
    bench.run(
        "record", "transfer", "--on", "2025-10-05", "--account", "a1", "--from-fund", "f1", "--to-fund", "f4",
        "--amount", "10", "--loan",
    )  # fmt: skip
    assert sum(row["amount_minor"] for row in bench.rows("balance") if row["currency"] == "RUB") == before


# ---- words that must be on a list


def test_an_unknown_form_line_names_those_there_are(bench: Bench) -> None:
    said = bench.fail(2, *SPEND[:-2], "--amount", "1", "--expense-line", "premisses", "--on", "2025-10-05")
    assert "--expense-line: there is no “premisses”" in said
    assert "There are: pay, premises" in said


def test_purposes_and_classes_are_words_of_a_list(bench: Bench) -> None:
    """By id or by name; a free word would be asked for by no rule, in silence."""
    gift = (
        "record", "income", "--account", "a1", "--fund", "f1", "--source", "zeewind", "--amount", "5",
        "--on", "2025-10-05",
    )  # fmt: skip
    said = bench.fail(2, *gift, "--purpose", "donatoin")
    assert "donation" in said
    assert "grant" in said
    bench.run(*gift, "--purpose", "membership fee")
    with bench.books() as books:
        assert [item.purpose for item in books.entries(txn=2)] == [None, "membership_fee"]
    account = ("record", "account", "--id", "x", "--title", "X", "--type", "asset")
    assert "There are: bank, cash, special (" in bench.fail(2, *account, "--class", "bnak")
    bench.run(*account, "--class", "special account")
    with bench.books() as books:
        assert books.accounts["x"].account_class == "special"


def test_words_are_taken_in_russian_too(bench: Bench) -> None:
    i18n.activate("ru")
    bench.run(
        "record", "income", "--account", "a1", "--fund", "f1", "--source", "zeewind", "--amount", "5",
        "--on", "2025-10-05", "--purpose", "членский взнос",
    )  # fmt: skip
    with bench.books() as books:
        assert [item.purpose for item in books.entries(txn=2)] == [None, "membership_fee"]


# ---- a gift given back


def test_a_gift_given_back_is_a_smaller_receipt(bench: Bench) -> None:
    """The command that the refusal of a negative amount tells is the one that works."""
    words = (
        "record",
        "income",
        "--account",
        "a1",
        "--fund",
        "f1",
        "--source",
        "zeewind",
        "--on",
        "2025-10-05",
    )
    said = bench.fail(2, *words, "--amount=-30")
    told = said.split("compliance record income ")[1].split()[0]
    assert told == "--refund"
    assert (
        "recorded 1: refund of a gift 2, 2025-10-05, 30.00 RUB"
        in bench.run(*words, "--amount", "30", told).err
    )
    assert postings(bench, 2) == [("a1", "f1", "RUB", -3000), ("donations", "f1", "RUB", 3000)]
    with bench.books() as books:
        assert [item.source for item in books.entries(txn=2)] == [None, "zeewind"]
    [row] = bench.rows("balance", "--by", "source")
    assert (row["source"], row["received_minor"]) == ("zeewind", -3000)
    for command in ("income", "expense"):
        assert "--refund" in bench.run("record", command, "--help").out


def test_what_a_supplier_gives_back_makes_the_expense_smaller(bench: Bench) -> None:
    what = ("--on", "2025-10-05", "--account", "a1", "--fund", "f1", "--as", "rent")
    bench.run("record", "expense", *what, "--amount", "100.00")
    bench.run("record", "expense", *what, "--amount", "40.00", "--refund")
    with bench.books() as books:
        held = {row.key[0]: row.amount_minor for row in books.sums(("account",))}
    assert (held["rent"], held["a1"]) == (60_00, 1000_00 - 60_00)
    bench.fail(2, "record", "expense", "--refund", "--part", "fund=f1 line=premises amount=1")


def test_a_place_that_is_not_there_yet_is_said_how_to_make(bench: Bench) -> None:
    words = ("record", "expense", "--on", "2025-10-05", "--account", "kassa", "--fund", "f1", "--amount", "1")
    assert "record account --class cash" in bench.fail(2, *words)


def test_the_programs_own_accounts_stay_what_they_are(bench: Bench) -> None:
    for words in (("--type", "liability"), ("--class", "bank")):
        assert "program's own" in bench.fail(1, "record", "account", "--id", "cheques", *words)
    bench.run("record", "account", "--id", "cheques", "--title", "Cheques on their way")
