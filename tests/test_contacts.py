"""Contacts with officials: from calendars and mail, once each, decided by a person, printed by principal."""

from __future__ import annotations

import contextlib
import mailbox
from datetime import date
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_twins import american
from workbench import Bench

from compliance.errors import InputError
from compliance.intake.meetings import MAX_ENTRIES, merged, read

YEAR = {"first": date(2026, 1, 1), "last": date(2026, 6, 30)}
OWN = ("@brightwater.example", "me@home.example")


def ics(*events: str) -> bytes:
    body = "".join(f"BEGIN:VEVENT\r\n{event}END:VEVENT\r\n" for event in events)
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Some Program//EN\r\n{body}END:VCALENDAR\r\n".encode()


def event(uid: str, start: str, *more: str) -> str:
    return "".join(f"{line}\r\n" for line in (f"UID:{uid}", f"DTSTART{start}", *more))


SMITH = "ATTENDEE;CN=Rep. A. Example:mailto:Rep.Example@house.example"
US = "ORGANIZER;CN=Us:mailto:ann@brightwater.example"
MEETING = event("1@x", ":20260203T150000Z", "SUMMARY:Trade bill", US, SMITH)
WEEKLY = event(
    "2@x",
    ";VALUE=DATE:20260302",
    "SUMMARY:Weekly call",
    "RRULE:FREQ=WEEKLY;COUNT=4",
    "EXDATE;VALUE=DATE:20260309",
    US,
    SMITH,
)
ALONE = event("3@x", ":20260204T090000Z", "SUMMARY:Dentist", US)
OFF = event("4@x", ":20260205T090000Z", "SUMMARY:Called off", "STATUS:CANCELLED", US, SMITH)


def message(
    day: str, subject: str, to: str = "Rep. Example <rep.example@house.example>", id_: str = ""
) -> EmailMessage:
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = "Ann <ann@brightwater.example>", to, subject
    made["Date"] = f"{day} 10:00:00 +0000"
    made["Message-ID"] = id_ or f"<{subject}-{day}@x>"
    made.set_content("The body is never read: secret words.")
    return made


def mbox(path: Path, *messages: EmailMessage) -> bytes:
    box = mailbox.mbox(path)
    for item in messages:
        box.add(item)
    box.flush()
    return path.read_bytes()


def days(data: bytes) -> list[tuple[str, str, int]]:
    return [
        (item.on.isoformat(), item.method, len(item.origins)) for item in merged(read(data, "f", **YEAR), OWN)
    ]


def test_a_calendar_with_repeats_and_exceptions() -> None:
    assert days(ics(MEETING, WEEKLY, ALONE, OFF)) == [
        ("2026-02-03", "meeting", 1), ("2026-03-02", "meeting", 1), ("2026-03-16", "meeting", 1), ("2026-03-23", "meeting", 1),
    ]  # fmt: skip


def test_mail_once_a_day_and_group_of_people(tmp_path: Path) -> None:
    data = mbox(
        tmp_path / "m", message("Mon, 02 Mar 2026", "Call"), message("Mon, 02 Mar 2026", "Re: Call"),
        message("Tue, 03 Mar 2026", "Re: RE: Call"), message("Tue, 03 Mar 2026", "To myself", to="me@home.example"),
    )  # fmt: skip
    assert days(data) == [("2026-03-02", "email", 2), ("2026-03-03", "email", 1)]
    [one] = read(message("Mon, 02 Mar 2026", "Re: Fwd: Call").as_bytes(), "f", **YEAR)
    assert one.subject == "Call"
    assert "secret" not in repr(read(data, "f", **YEAR))


def test_a_meeting_and_the_mail_about_it_are_one(tmp_path: Path) -> None:
    found = read(ics(MEETING), "c", **YEAR) + read(
        mbox(tmp_path / "m", message("Tue, 03 Feb 2026", "Today?")), "m", **YEAR
    )
    [only] = merged(reversed(found), OWN)
    assert (only.method, only.subject, len(only.origins)) == ("meeting", "Trade bill", 2)


@pytest.mark.parametrize(
    "data", [b"", b"\xff\xfe\x00\x01", b"%PDF-1.7", b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART:nev"]
)
def test_what_is_neither_is_refused(data: bytes) -> None:
    with pytest.raises(InputError):
        read(data, "f", **YEAR)


def test_a_rule_without_end_is_bounded_and_too_many_entries_are_refused() -> None:
    forever = event("9@x", ":19700101T000000Z", "RRULE:FREQ=SECONDLY", US, SMITH)
    assert len(read(ics(forever), "f", **YEAR)) <= MAX_ENTRIES
    many = ics(*(event(f"{n}@x", ":20260203T150000Z", US, SMITH) for n in range(50))).replace(
        b"END:VCALENDAR",
        ics(*[MEETING] * 10).split(b"EN\r\n", 1)[1].rsplit(b"END:VCALENDAR", 1)[0] + b"END:VCALENDAR",
    )
    assert len(read(many, "f", **YEAR)) == 60


@given(st.binary(max_size=400), st.sampled_from([b"BEGIN:VCALENDAR\r\n", b"From x\n", b"Subject: "]))
def test_damaged_files_are_refused_or_read(data: bytes, start: bytes) -> None:
    with contextlib.suppress(InputError):
        read(start + data, "f", **YEAR)


@given(st.integers(0, len(ics(MEETING, WEEKLY)) - 1), st.integers(0, 255))
def test_one_changed_byte_is_refused_or_read(at: int, byte: int) -> None:
    data = bytearray(ics(MEETING, WEEKLY))
    data[at] = byte
    with contextlib.suppress(InputError):
        merged(read(bytes(data), "f", **YEAR), OWN)


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    made = american(tmp_path)
    (made.folder / "c.ics").write_bytes(ics(MEETING, WEEKLY, ALONE, OFF))
    mbox(made.folder / "m.mbox", message("Tue, 03 Feb 2026", "Today?"), message("Wed, 04 Mar 2026", "Thanks"))
    return made


def load(bench: Bench, *more: str) -> str:
    files = (str(bench.folder / "c.ics"), str(bench.folder / "m.mbox"))
    return bench.run(
        "--today",
        "2026-07-01",
        "contacts",
        "import",
        *files,
        "--own",
        OWN[0],
        "--principal",
        "ministry",
        "--yes",
        *more,
    ).err


def test_taken_once_open_and_nameless_in_the_books(bench: Bench) -> None:
    assert "recorded 5" in load(bench)
    said = load(bench)
    assert "5 contacts are in the books already" in said
    assert "recorded" not in said
    rows = bench.rows("list", "contacts")
    assert {row["state"] for row in rows} == {"open"}
    assert "example" not in str([(row["body"], row["purpose"]) for row in rows]).lower()
    assert b"Rep. A. Example" not in bench.ledger.read_bytes()
    assert b"Trade bill" not in bench.ledger.read_bytes()
    revealed = bench.rows("list", "contacts", "--reveal")
    assert {row["name"] for row in revealed} == {"Rep. A. Example", "Rep. Example"}
    bench.run("books", "audit")


def test_the_undecided_are_counted_until_all_are_decided(bench: Bench) -> None:
    def told() -> list[str]:
        rows = bench.call("--today", "2026-07-01", "check", "contact.open", "--format", "json").rows
        return [row["message"] for row in rows]

    assert told() == []
    load(bench)
    for number in range(1, 6):
        (words,) = told()
        assert words.startswith(f"{6 - number} contact")
        state = "registrable" if number % 2 else "not_registrable"
        bench.run("record", "contact", "--id", f"contact-{number}", "--state", state, "--body", "Committee")
    assert told() == []


def test_decided_ones_are_printed_by_principal(bench: Bench) -> None:
    load(bench)
    bench.run(
        "record",
        "contact",
        "--id",
        "contact-1",
        "--state",
        "registrable",
        "--body",
        "House committee",
        "--purpose",
        "Trade bill",
    )
    bench.run("record", "contact", "--id", "contact-2", "--state", "not_registrable")
    bench.run(
        "record",
        "contact",
        "--on",
        "2026-01-10",
        "--principal",
        "board",
        "--method",
        "call",
        "--body",
        "Fisheries office",
    )
    at = ("--today", "2026-07-01")
    period = "2025-12-15..2026-06-30"
    for cell, value in (("item_3.changes", "NONE"), ("item_10.exhibits", "yes"), ("item_10.changed", "no"), ("item_11@ministry.detail", "Letters"), ("item_11@board.detail", "NONE"), ("item_12@ministry.detail", "NONE"), ("item_12@board.detail", "NONE"), ("item_13.detail", "NONE"), ("item_14b.campaign", "no"), ("item_14b.exhibit_d", "no"), *((f"item_16.{word}", "no") for word in ("disseminated", "filed", "labelled")), *((f"item_16.{word}", "NONE") for word in ("principals", "budget", "media", "audiences", "languages")), ("execution.signed", "The director")):  # fmt: skip
        bench.run(*at, "forms", "answer", "nsd2", period, f"{cell}={value}")
    bench.run(*at, "report", "nsd2", period)
    import openpyxl

    book = openpyxl.load_workbook(bench.folder / "reports" / f"nsd2-{period}.xlsx", read_only=True)
    text = " ".join(
        str(value) for sheet in book for row in sheet.iter_rows(values_only=True) for value in row if value
    )
    assert "House committee" in text
    assert "Fisheries office" in text
    assert "Rep. A. Example" not in text  # its caption is not confirmed: nobody is named


def test_what_must_be_said(bench: Bench) -> None:
    assert "--own" in bench.fail(2, "contacts", "import", str(bench.folder / "c.ics"))
    assert "name the calendars" in bench.fail(2, "contacts", "import", "--own", "a@b.example")
    (bench.folder / "x.ics").write_bytes(b"\x00\x01")
    assert "neither a calendar" in bench.fail(
        3, "contacts", "import", str(bench.folder / "x.ics"), "--own", "a@b.example"
    )
    only = load(bench, "--with", "@nobody.example")
    assert "recorded" not in only
