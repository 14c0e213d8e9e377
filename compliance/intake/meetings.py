"""Calendars (iCalendar, RFC 5545) and mail (RFC 5322, single messages and mbox) as possible contacts.

Nothing is decided here: what a person met, wrote to or called is told with its day, once, whether it
stands in the calendar, in the mail, or in both. Files are hostile input: sizes, numbers and repeats are
bounded, and no part of a message but its head is read.
"""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from email.message import EmailMessage
from email.utils import getaddresses, parsedate_to_datetime
from hashlib import sha256
from itertools import islice
from typing import Any

from compliance.errors import InputError
from compliance.files import MiB
from compliance.i18n import _

CAP = 64 * MiB
MAX_ENTRIES = 20_000
_REPEATS = 10_000
"""Of one entry no more are followed, from its beginning on."""
_SUBJECT = re.compile(r"(?:(?:re|fwd?|aw|отв|пересл)\s*:\s*)+", re.IGNORECASE)
_ADDRESS = re.compile(r"[^@\s<>\"]+@[^@\s<>\"]+\Z")


@dataclass(frozen=True, slots=True)
class Person:
    """``address`` in small letters; ``name`` as it was written, perhaps empty."""

    address: str
    name: str = ""


@dataclass(slots=True)
class Meeting:
    """``on`` by the clock of whoever wrote it; ``method`` meeting or email; ``origins`` digests of the entries."""

    on: date
    method: str
    people: tuple[Person, ...]
    subject: str
    origins: list[str] = field(default_factory=list)

    @property
    def key(self) -> tuple[date, frozenset[str]]:
        """The same people on the same day are one contact, however often they wrote."""
        return self.on, frozenset(item.address for item in self.people)


def read(data: bytes, place: str, *, first: date, last: date) -> list[Meeting]:
    """Entries of one file from ``first`` to ``last``. ``InputError`` for what is neither a calendar nor mail."""
    head = data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    if head[:15].upper() == b"BEGIN:VCALENDAR":
        found = _calendar(data, place, first, last)
    elif head.startswith(b"From ") or re.match(rb"[A-Za-z][A-Za-z0-9-]*:", head):
        found = _mail(data)
    else:
        raise InputError(
            _("this is neither a calendar (.ics) nor mail (.eml, .mbox)"),
            place=place,
            remedy=_("Export the calendar as iCalendar, the mail as mbox or single messages."),
        )
    kept = []
    for item in found:
        if first <= item.on <= last:
            kept.append(item)
            if len(kept) > MAX_ENTRIES:
                raise InputError(_("the file has too many entries"), place=place)
    return kept


def merged(found: Iterable[Meeting], own: Sequence[str]) -> list[Meeting]:
    """One a day and group of people, in order. ``own``: our addresses, or domains as ``@example.org``, left out.

    What was only with ourselves is no contact. A meeting in the calendar says more than a message about it.
    """
    kept: dict[tuple[date, frozenset[str]], Meeting] = {}
    for item in sorted(found, key=lambda one: (one.on, one.method != "meeting", one.subject)):
        people = tuple(person for person in item.people if not is_own(person.address, own))
        if not people:
            continue
        item = Meeting(item.on, item.method, people, item.subject, list(item.origins))
        same = kept.setdefault(item.key, item)
        if same is not item:
            same.origins += [origin for origin in item.origins if origin not in same.origins]
    return list(kept.values())


def is_own(address: str, own: Sequence[str]) -> bool:
    return any(
        address == item.lower() or (item.startswith("@") and address.endswith(item.lower())) for item in own
    )


def _digest(*parts: str) -> str:
    return sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()[:32]


# ---- calendars


def _calendar(data: bytes, place: str, first: date, last: date) -> Iterator[Meeting]:
    from icalendar import Calendar

    if not data.rstrip().upper().endswith(b"END:VCALENDAR"):
        raise _damaged(place)
    try:
        calendars = Calendar.from_ical(data.decode("utf-8-sig"), multiple=True)
    except (ValueError, IndexError, KeyError, TypeError, AttributeError):
        raise _damaged(place) from None
    for calendar in calendars:
        for event in calendar.walk("VEVENT"):
            try:
                yield from _event(event, first, last)
            except (ValueError, TypeError, AttributeError, KeyError, IndexError):  # a property that is none
                raise _damaged(place) from None


def _damaged(place: str) -> InputError:
    return InputError(_("the calendar is damaged or cut off"), place=place, remedy=_("Export it again."))


def _event(event: Any, first: date, last: date) -> Iterator[Meeting]:
    """An entry and its repeats; one that was called off or has no day is none."""
    start = event.decoded("DTSTART") if "DTSTART" in event else None
    if not isinstance(start, date) or str(event.get("STATUS", "")).upper() == "CANCELLED":
        return
    people = tuple(_attendees(event))
    uid, subject = str(event.get("UID", "")), " ".join(str(event.get("SUMMARY", "")).split())[:500]
    for day in _days(event, start, first, last):
        yield Meeting(day, "meeting", people, subject, [_digest("ics", uid or subject, day.isoformat())])


def _days(event: Any, start: date, first: date, last: date) -> Iterator[date]:
    begun = start.date() if isinstance(start, datetime) else start
    rule = event.get("RRULE")
    if rule is None:
        yield begun
        return
    from dateutil.rrule import rrulestr

    text = re.sub(r"UNTIL=(\d{8})T\d{6}Z?", r"UNTIL=\1T235959", rule.to_ical().decode("ascii", "replace"))
    repeats = rrulestr(text, dtstart=datetime(begun.year, begun.month, begun.day))
    without = {day.date() if isinstance(day, datetime) else day for day in _excluded(event)}
    for moment in islice(repeats, _REPEATS):
        if moment.date() > last:
            return
        if moment.date() >= first and moment.date() not in without:
            yield moment.date()


def _excluded(event: Any) -> Iterator[date]:
    given = event.get("EXDATE")
    for item in given if isinstance(given, list) else [given] if given is not None else []:
        yield from (day.dt for day in item.dts)


def _attendees(event: Any) -> Iterator[Person]:
    found: dict[str, Person] = {}
    for key in ("ORGANIZER", "ATTENDEE"):
        given = event.get(key)
        for item in given if isinstance(given, list) else [given] if given is not None else []:
            address = re.sub(r"\Amailto:", "", str(item), flags=re.IGNORECASE).strip().lower()
            if _ADDRESS.match(address):
                found.setdefault(
                    address, Person(address, " ".join(str(item.params.get("CN", "")).split())[:200])
                )
    yield from found.values()


# ---- mail


def _mail(data: bytes) -> Iterator[Meeting]:
    for head in _heads(data):
        message = email.message_from_bytes(head, policy=email.policy.default)
        assert isinstance(message, EmailMessage)
        day = _sent_on(message)
        if day is None:
            continue
        people = tuple(_addressed(message))
        subject = _SUBJECT.sub("", " ".join(_header(message, "subject").split()))[:500]
        origin = _digest("mail", _header(message, "message-id").strip() or f"{day}{subject}{people}")
        yield Meeting(day, "email", people, subject, [origin])


def _heads(data: bytes) -> Iterator[bytes]:
    """The head of each message: up to its first empty line."""
    data = data.removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n")
    messages = re.split(rb"(?:\A|\n\n?)From [^\n]*\n", data) if data.startswith(b"From ") else [data]
    for message in messages[: MAX_ENTRIES * 2]:
        head = message.partition(b"\n\n")[0][:65_536]
        if head.strip():
            yield head + b"\n\n"


def _header(message: EmailMessage, name: str) -> str:
    try:
        return str(message.get(name, ""))
    except (ValueError, IndexError, AttributeError, LookupError, TypeError):  # what the library stumbles over
        return ""


def _sent_on(message: EmailMessage) -> date | None:
    try:
        return parsedate_to_datetime(_header(message, "date")).date()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _addressed(message: EmailMessage) -> Iterator[Person]:
    found: dict[str, Person] = {}
    texts = [_header(message, name) for name in ("from", "to", "cc")]
    for name, address in getaddresses([text for text in texts if text]):
        address = address.strip().lower()
        if _ADDRESS.match(address):
            found.setdefault(address, Person(address, " ".join(name.split())[:200]))
    yield from found.values()


def span_of_year(today: date) -> tuple[date, date]:
    """What is looked at where nobody says: the last year."""
    return today - timedelta(days=366), today
