"""Deadlines as a calendar file, read back by hand from its lines; and a year on one sheet, read by Poppler."""

from __future__ import annotations

import re
import subprocess
from datetime import date, timedelta
from pathlib import Path

import pytest
from workbench import RUSSIAN, Bench, empty

from compliance.filings import ics


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return empty(tmp_path / "w", RUSSIAN)


def unfolded(path: Path) -> list[str]:
    """The content lines of RFC 5545, by its own words: CRLF, and a line break before a space is none."""
    data = path.read_bytes()
    assert b"\n" not in data.replace(b"\r\n", b"")
    assert all(len(line) <= 75 for line in data.split(b"\r\n"))
    return data.decode("utf-8").replace("\r\n ", "").split("\r\n")


def blocks(path: Path) -> dict[str, dict[str, str]]:
    """UID -> the event's own properties; its alarms as ``TRIGGER of ...``."""
    found, event = {}, {}
    for line in unfolded(path):
        name, _colon, value = line.partition(":")
        if line == "BEGIN:VEVENT":
            event = {}
        elif line == "END:VEVENT":
            found[event["UID"]] = event
        elif name == "TRIGGER":
            event["alarms"] = event.get("alarms", "") + value + " "
        elif name == "DESCRIPTION" and name in event:
            event["alarm_texts"] = event.get("alarm_texts", "") + value + " | "
        else:
            event.setdefault(name.partition(";")[0], value)
    return found


def test_the_file_has_the_days_of_due(bench: Bench) -> None:
    path = bench.folder / "d.ics"
    bench.run("calendar", "--ics", str(path), "--days", "200")
    asked = {row["due_on"]: row["title"] for row in bench.rows("due", "--days", "200") if row["due_on"]}
    made = blocks(path)
    assert {item["DTSTART"] for item in made.values()} == {day.replace("-", "") for day in asked}
    for item in made.values():
        day = date.fromisoformat(item["DTSTART"])
        assert item["DTEND"] == f"{day + timedelta(days=1):%Y%m%d}"
        assert item["SEQUENCE"] == "0"
        assert item["CLASS"] == "PRIVATE"
        assert item["alarms"].split() == ["-P9DT15H", "-P2DT15H", "-PT15H", "PT9H"]
        assert "Due tomorrow" in item["alarm_texts"]


def test_uids_stay_and_what_moved_says_from_where(bench: Bench) -> None:
    path = bench.folder / "d.ics"
    bench.run("calendar", "--ics", str(path))
    first = path.read_bytes()
    bench.run("calendar", "--ics", str(path))
    assert path.read_bytes() == first
    # A later file finds one event elsewhere: as if the law had said another day when the first was made.
    event = next(uid for uid, item in blocks(path).items() if item["DTSTART"] == "20260115")
    text = first.decode()
    at = text.index(event)
    moved = text[:at] + text[at:].replace("20260115", "20260210", 1).replace("20260116", "20260211", 1)
    path.write_bytes(moved.encode())
    said = bench.run("calendar", "--ics", str(path)).err
    assert "from 2026-02-10 to 2026-01-15" in said
    now = blocks(path)[event]
    assert (now["DTSTART"], now["SEQUENCE"]) == ("20260115", "1")
    assert "this stood on Tue 10 February 2026" in now["DESCRIPTION"]


def test_what_is_filed_rings_no_more_and_what_is_not_asked_is_called_off(bench: Bench) -> None:
    path = bench.folder / "d.ics"
    bench.run("calendar", "--ics", str(path))
    before = blocks(path)
    sent = bench.folder / "sent.pdf"
    sent.write_bytes(b"%PDF-1.4\n")
    wanted = next(row for row in bench.rows("due") if row["name"] == "money" and row["period"] == "2025-Q4")
    done = bench.call("file", "money", "2025-Q4", "--on", "2026-01-12", "--channel", "post", "--sent", str(sent), "--yes")  # fmt: skip
    assert done.code == 0, done.err
    config = bench.folder / "schedules.yaml"
    text = config.read_text("utf-8")
    config.write_text(
        text.replace(
            "foreign_agent: {since: 2025-02-17}", "foreign_agent: {since: 2025-02-17, until: 2026-02-01}"
        ),
        "utf-8",
    )
    bench.run("calendar", "--ics", str(path))
    after = blocks(path)
    filed = [item for item in after.values() if item["SUMMARY"].startswith("Done: ")]
    assert [item["SUMMARY"] for item in filed] == [f"Done: {wanted['title']}\\, 2025-Q4"]
    assert "alarms" not in filed[0]
    gone = {uid for uid, item in after.items() if item["STATUS"] == "CANCELLED"}
    assert gone
    assert all(before[uid]["DTSTART"] > "20260201" for uid in gone)
    assert all(after[uid]["SEQUENCE"] == "1" for uid in gone)


def test_a_discreet_file_says_no_more_than_days(bench: Bench) -> None:
    path = bench.folder / "d.ics"
    bench.run("calendar", "--ics", str(path), "--discreet")
    text = "\n".join(unfolded(path))
    titles = {row["title"] for row in bench.rows("due")}
    assert titles
    assert not [title for title in titles if title in text]
    assert not re.search(r"DESCRIPTION:(?!Begin|Have|Due)", text)
    assert {item["SUMMARY"] for item in blocks(path).values()} == {"Papers are due"}


def test_two_books_never_share_an_event(bench: Bench, tmp_path: Path) -> None:
    folder = tmp_path / "other"
    folder.mkdir()
    (folder / "schedules.yaml").write_text(RUSSIAN, "utf-8")
    other = Bench(folder)
    other.run("init", "--practice", "2026-01-13")
    names = set()
    for one in (bench, other):
        one.run("calendar", "--ics", str(one.folder / "d.ics"))
        made = set(blocks(one.folder / "d.ics"))
        assert not names & made
        names |= made


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xfe\x00",
        b"BEGIN:VCALENDAR\r\nPRODID:-//Somebody//EN\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n",
        f"BEGIN:VCALENDAR\r\nPRODID:{ics.MAKER} 1//EN\r\nBEGIN:VEVENT\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n".encode(),
        f"BEGIN:VCALENDAR\r\nPRODID:{ics.MAKER} 1//EN\r\nBEGIN:VEVENT\r\nUID:x\r\nDTSTART:never\r\n".encode(),
    ],
)
def test_a_calendar_of_another_program_is_left_as_it_is(bench: Bench, data: bytes) -> None:
    path = bench.folder / "theirs.ics"
    path.write_bytes(data)
    assert "left as it is" in bench.fail(3, "calendar", "--ics", str(path))
    assert path.read_bytes() == data


def test_nothing_asked_is_told(bench: Bench) -> None:
    assert "--ics" in bench.fail(2, "calendar")


def test_the_year_is_one_sheet_with_every_deadline(bench: Bench) -> None:
    path = bench.folder / "wall.pdf"
    assert ".pdf" in bench.fail(3, "calendar", "--wall", str(bench.folder / "wall.png"))
    bench.run("calendar", "--wall", str(path))
    told = subprocess.run(["pdfinfo", str(path)], capture_output=True, encoding="utf-8", check=True).stdout
    assert re.search(r"Pages:\s+1\n", told)
    text = subprocess.run(
        ["pdftotext", "-layout", str(path), "-"], capture_output=True, encoding="utf-8", check=True
    ).stdout
    for month in ("January", "June", "December"):
        assert month in text
    for row in bench.rows("due", "--days", "353"):
        if row["due_on"] and row["due_on"] < "2027":
            day = date.fromisoformat(row["due_on"])
            assert re.search(
                rf"{day.day} {day:%b} 2026\s+{re.escape(row['title'])}, {re.escape(row['period'])}", text
            )
    assert "exists" in bench.fail(3, "calendar", "--wall", str(path))
    bench.run("calendar", "--wall", str(path), "--overwrite")
