"""What a form needs of who paid: kept in the vault, printed for organisations only, told where it lacks; deposits booked as spent."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from workbench import Bench, empty

from compliance.periods import parse_period
from compliance.practice.others import others
from compliance.reports import readback
from compliance.reports.fill import Given, fill
from compliance.rules import load_packs
from compliance.workspace import Config
from compliance.yamlfile import load_bytes

CONFIG = next(text for other, text in others() if other.folder == "namuna")


@pytest.fixture
def bench(recorded: Bench, tmp_path: Path) -> Bench:
    return recorded.copy(tmp_path / "books")


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    bench = empty(
        tmp_path_factory.mktemp("details") / "books",
        CONFIG.replace("starts_on: 2024-04-01", "starts_on: 2025-04-01"),
    )
    for words in (
        ("source", "--id", "org", "--kind", "foreign_organisation", "--name", "Example Abroad", "--country", "NL", "--address", "1 Example Street"),
        ("source", "--id", "man", "--kind", "foreign_person", "--name", "Test Person", "--country", "NL", "--email", "person@example.org"),
        ("fund", "--id", "fo", "--title", "O", "--donor", "org"), ("fund", "--id", "fm", "--title", "M", "--donor", "man"),
        ("income", "--on", "2025-06-01", "--account", "fcra_account", "--fund", "fo", "--source", "org", "--purpose", "donation", "--amount", "1000"),
        ("income", "--on", "2025-06-02", "--account", "fcra_account", "--fund", "fm", "--source", "man", "--purpose", "donation", "--amount", "500"),
    ):  # fmt: skip
        bench.run("record", *words)
    return bench


def told(bench: Bench, code: str) -> list[str]:
    return sorted(
        row["subject"] for row in bench.call("check", "--format", "json").rows if row["code"] == code
    )


def test_what_lacks_is_told_of_organisations_only(bench: Bench) -> None:
    assert told(bench, "source.details") == ["source:org:email"]
    bench.run("record", "source", "--id", "org", "--email", "office@example.org")
    assert told(bench, "source.details") == []
    assert "1 Example Street" not in bench.ledger.read_bytes().decode("latin-1")  # in the vault alone
    with bench.vault() as vault:
        assert vault.identity("org") == {"address": "1 Example Street", "email": "office@example.org"}
    bench.run("books", "audit")


def test_nothing_of_it_is_printed_before_the_captions_are_confirmed(bench: Bench) -> None:
    bench.run("report", "fc4", "2025-04-01..2026-03-31", "--out", str(bench.folder / "out"))
    paper = next((bench.folder / "out").glob("*.xlsx"))
    texts = " ".join(readback.texts(paper.read_bytes(), paper.name))
    assert "Example Abroad" in texts
    for text in ("1 Example Street", "person@example.org"):
        assert text not in texts


def test_printed_for_an_organisation_and_never_for_a_person(bench: Bench) -> None:
    """The form as it is once its captions are confirmed."""
    rules, config = load_packs(["in"]), load_bytes(Config, CONFIG.encode(), Path("schedules.yaml"))
    form = rules.form("in_fc4")
    assert form is not None
    confirmed = form.model_copy(update={"verified": True})
    with bench.books() as books, bench.vault() as vault:
        given = Given(identities=vault.identities())
        report = fill(
            confirmed,
            books,
            rules,
            config,
            parse_period("2025-04-01..2026-03-31"),
            on=date(2026, 4, 10),
            given=given,
        )
    said = [cell.text for section in report.sections for row in section.rows for cell in row.cells]
    assert "1 Example Street" in said
    assert "person@example.org" not in said


@pytest.mark.parametrize(
    ("memo", "found"),
    [
        ("Fixed deposit with the bank", True), ("FD no 12", True), ("Размещение средств на депозит", True), ("Срочный вклад 6 мес.", True),
        ("Deposit of papers in the archive", False), ("Депозитарий: хранение", False), ("Rent", False),
    ],
)  # fmt: skip
def test_a_deposit_booked_as_spent(bench: Bench, memo: str, found: bool) -> None:
    bench.run(
        "record",
        "expense",
        "--on",
        "2025-10-10",
        "--account",
        "fcra_account",
        "--fund",
        "fo",
        "--amount",
        "100",
        "--expense-line",
        "projects",
        "--memo",
        memo,
    )
    assert bool(told(bench, "expense.deposit")) == found


def test_a_declaration_names_its_paper(bench: Bench) -> None:
    period = "2025-04-01..2026-03-31"
    bench.run(
        "record", "document", "--missing", "--id", "ca", "--kind", "certificate", "--title", "Certificate"
    )
    bench.run("forms", "answer", "fc4", period, "s8.mixed=no", "s8.over=no")
    assert told(bench, "answer.evidence") == ["answer:fc4:s8.mixed", "answer:fc4:s8.over"]
    bench.run("forms", "answer", "fc4", period, "s8.mixed=no", "--document", "ca")
    assert told(bench, "answer.evidence") == ["answer:fc4:s8.over"]
    assert "ca, Certificate" in bench.run("explain", "fc4", period, "s8.mixed").out
    assert "rests on" not in bench.run("explain", "fc4", period, "s8.over").out
    bench.fail(2, "forms", "answer", "fc4", period, "s8.over=no", "--document", "ghost")
