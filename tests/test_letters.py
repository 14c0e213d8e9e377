"""What an authority writes back, what we answer, and a filing that came too late."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from test_times import CONFIG as FROM_OCTOBER
from workbench import Bench, empty

from compliance.reports import readback
from compliance.storage import Server

CONFIG = FROM_OCTOBER.replace("starts_on: 2025-10-01", "starts_on: 2025-07-01")


@pytest.fixture(scope="module")
def made(new_server: Callable[[], Server | None], tmp_path_factory: pytest.TempPathFactory) -> Bench:
    bench = empty(tmp_path_factory.mktemp("letters") / "books", CONFIG, server=new_server())
    (bench.folder / "sent.pdf").write_bytes(b"%PDF what was sent")
    (bench.folder / "letter.pdf").write_bytes(b"%PDF what they wrote")
    return bench


@pytest.fixture
def bench(made: Bench, tmp_path: Path) -> Bench:
    return made.copy(tmp_path / "books")


def send(bench: Bench, on: str, period: str = "2025-Q3", *more: str) -> None:
    sent = str(bench.folder / "sent.pdf")
    words = ("--on", on, "--channel", "post", "--sent", sent, "--yes", *more)
    bench.run("file", "money", period, *words)


def codes(bench: Bench, subject: str = "") -> list[tuple[str, str]]:
    rows = bench.call("check", "--format", "json").rows
    return [
        (row["code"], row["severity"])
        for row in rows
        if subject in row["subject"]
        and row["state"] == "open"
        and row["code"].startswith(("letter", "filing.late"))
    ]


def test_a_question_waits_until_it_is_answered(bench: Bench) -> None:
    send(bench, "2025-10-14")
    said = bench.run(
        "filing", "letter", "money-2025-Q3", "--kind", "question", "--on", "2026-01-05", "--subject", "Whose gift was it",
        "--reply-by", "2026-01-20", "--file", str(bench.folder / "letter.pdf"),
    ).err  # fmt: skip
    assert "compliance filing answer question-1" in said
    assert codes(bench) == [("letter.unanswered", "warning")]
    assert "“Whose gift was it”, a letter of the authority" in bench.run().out  # on today's page
    assert ("letter.unanswered", "error") in [
        (row["code"], row["severity"])
        for row in bench.call("--today", "2026-01-21", "check", "--format", "json").rows
    ]
    bench.run(
        "filing", "answer", "question-1", "--on", "2026-01-12", "--file", str(bench.folder / "letter.pdf")
    )
    assert codes(bench) == []
    asked, answered = bench.rows("filing", "letters")
    assert (asked["letter"], asked["reply_by"], asked["answered_by"]) == (
        "question-1",
        "2026-01-20",
        "answer-1",
    )
    assert (answered["kind"], answered["answers"], answered["filing"]) == (
        "answer",
        "question-1",
        "money-2025-Q3",
    )
    papers = {row["id"]: row["about"] for row in bench.rows("list", "documents")}
    assert papers["question-1-paper"] == "question-1"
    with bench.vault() as vault, bench.books() as books:
        paper = books.documents["answer-1-paper"].digest
        assert paper is not None
        assert vault.blob(paper) == b"%PDF what they wrote"
    bench.run("books", "audit")


def test_a_letter_without_a_filing_or_a_day(bench: Bench) -> None:
    bench.run(
        "filing", "letter", "--kind", "question", "--on", "2026-01-05", "--subject", "Send your charter"
    )
    assert codes(bench) == [("letter.unanswered", "warning")]
    assert "is not recorded" in bench.call("check").out
    bench.run(
        "filing", "letter", "--kind", "notice", "--on", "2026-01-06", "--subject", "For your information"
    )
    assert len(codes(bench)) == 1  # a notice waits for nothing


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("letter", "--kind", "poem", "--on", "2026-01-05", "--subject", "x"), "not one of"),
        (("letter", "--kind", "question", "--on", "2026-02-05", "--subject", "x"), "still to come"),
        (("letter", "--kind", "question", "--on", "2026-01-05", "--subject", "x", "--reply-by", "2026-01-01"), "before the letter"),
        (("letter", "nothing", "--kind", "question", "--on", "2026-01-05", "--subject", "x"), "there is no"),
        (("letter", "--kind", "question", "--on", "2026-01-05"), "--subject"),
        (("answer", "question-9", "--on", "2026-01-05"), "there is no"),
    ],
)  # fmt: skip
def test_slips(bench: Bench, words: tuple[str, ...], said: str) -> None:
    assert said in bench.fail(2, "filing", *words)
    assert bench.rows("filing", "letters") == []


def test_an_answer_to_an_answer_and_one_before_the_question(bench: Bench) -> None:
    bench.run("filing", "letter", "--kind", "question", "--on", "2026-01-05", "--subject", "x")
    assert "before the letter came" in bench.fail(2, "filing", "answer", "question-1", "--on", "2026-01-04")
    bench.run("filing", "answer", "question-1", "--on", "2026-01-06")
    assert "is an answer of yours" in bench.fail(2, "filing", "answer", "answer-1", "--on", "2026-01-07")


def test_a_late_filing_is_told_and_can_be_decided(bench: Bench) -> None:
    send(bench, "2025-12-01")
    assert codes(bench) == [("filing.late", "error")]
    rows = bench.call("check", "filing.late", "--format", "json").rows
    assert "late by" in rows[0]["message"]
    bench.run("decide", rows[0]["id"], "--because", "The post was late; the receipt of posting is kept")
    assert codes(bench) == []


def test_in_time_and_amended_later_is_not_late(bench: Bench) -> None:
    send(bench, "2025-10-14")
    send(bench, "2025-12-01", "2025-Q3", "--amends", "money-2025-Q3")
    assert codes(bench) == []


def test_a_letter_that_sends_the_filing_back_opens_it_again(bench: Bench) -> None:
    send(bench, "2025-10-14")
    letter = ("--on", "2025-10-20", "--kind", "return", "--subject", "no signature")
    said = bench.run("filing", "letter", "money-2025-Q3", *letter).err
    assert "counts as not filed until it is sent again. What is left: compliance quarter 2025-Q3" in said
    (row,) = bench.rows("filing", "list")
    assert row["state"] == "returned"
    (row,) = bench.rows("quarter", "2025-Q3", "money")
    assert (row["sent"], row["steps"][-1]["actions"][0]["command"][-2:]) == (
        False,
        ["--amends", "money-2025-Q3"],
    )
    send(bench, "2025-10-22", "2025-Q3", "--amends", "money-2025-Q3")
    again = bench.run("filing", "letter", "money-2025-Q3", *letter).err
    assert "counts as not filed" not in again  # another one stands in its place


def test_returned_and_sent_again_too_late(bench: Bench) -> None:
    send(bench, "2025-10-14")
    bench.run("filing", "receipt", "money-2025-Q3", "--state", "returned", "--on", "2025-10-20")
    send(bench, "2025-12-01", "2025-Q3", "--amends", "money-2025-Q3")
    assert codes(bench) == [("filing.late", "error")]


LAW = "regimes: [us]\n"


@pytest.fixture
def hours(tmp_path: Path) -> Bench:
    """Under a law that counts hours."""
    config = CONFIG.replace("regimes: [ru]\n", LAW).replace(
        "    foreign_agent: {since: 2025-02-17}\n",
        "    foreign_agent: {since: 2025-02-17}\n    registrant: {since: 2025-02-17}\n",
    )
    bench = empty(tmp_path / "books", config)
    (bench.folder / "sent.pdf").write_bytes(b"%PDF")
    bench.run("record", "occurrence", "--kind", "transmittal", "--on", "2026-01-02", "--at", "15:00")
    return bench


@pytest.mark.parametrize(
    ("on", "at", "found"),
    [
        ("2026-01-04", "15:00", ""),
        ("2026-01-04", "15:01", "late by 1 hour"),
        ("2026-01-04", "18:00", "late by 3 hours"),
        ("2026-01-04", "", "nobody wrote down when"),
        ("2026-01-03", "", ""),
        ("2026-01-06", "", "late by 2 days"),
        ("2026-01-04", "15:00+03:00", ""),
    ],
)
def test_hours_are_counted(hours: Bench, on: str, at: str, found: str) -> None:
    more = ("--at", at) if at else ()
    sent = str(hours.folder / "sent.pdf")
    hours.run(
        "file", "materials", "2026-01-02", "--on", on, *more, "--channel", "portal", "--sent", sent, "--yes"
    )
    said = [
        row["message"]
        for row in hours.call("check", "--format", "json").rows
        if row["code"].startswith("filing.")
    ]
    told = [text for text in said if "informational" in text or "late" in text or "hours end" in text]
    assert (found in told[0]) if found else not told


def test_the_receipt_may_bring_the_hour(hours: Bench) -> None:
    sent = str(hours.folder / "sent.pdf")
    hours.run(
        "file",
        "materials",
        "2026-01-02",
        "--on",
        "2026-01-04",
        "--channel",
        "portal",
        "--sent",
        sent,
        "--yes",
    )
    hours.run("filing", "receipt", "materials-2026-01-02", "--at", "14:10")
    assert [row["at"] for row in hours.rows("filing", "list")] == ["14:10"]
    assert "filing.hour_unknown" not in [row["code"] for row in hours.call("check", "--format", "json").rows]
    assert "write 15:00" in hours.fail(2, "filing", "receipt", "materials-2026-01-02", "--at", "25:00")


def test_what_was_decided_is_printed_in_the_binder_and_nowhere_else(bench: Bench) -> None:
    send(bench, "2025-12-01")
    (row,) = bench.call("check", "filing.late", "--format", "json").rows
    bench.run("decide", row["id"], "--because", "The post office was shut; the stamp is kept")
    bench.run("report", "money", "2025-Q3", "--binder")
    folder = bench.folder / "reports"
    said = " ".join(readback.texts((folder / "money-2025-Q3-binder.pdf").read_bytes(), "x.pdf"))
    assert "The post office was shut; the stamp is kept" in " ".join(said.split())
    assert "The post office" not in " ".join(
        readback.texts((folder / "money-2025-Q3.pdf").read_bytes(), "x.pdf")
    )
