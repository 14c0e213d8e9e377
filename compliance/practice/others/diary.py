"""A practice organisation's calendar: written as a calendar program would, and what a person then decides of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from pydantic import Field

from compliance.rules.base import Id, Text
from compliance.yamlfile import Day, Strict, YesNo


class Official(Strict):
    """Whom the calendar names; ``office`` is what the books may say of them."""

    name: Text
    address: Text
    office: Text


class Entry(Strict):
    """Meetings of one subject, one entry for each day of ``on``; ``weekly`` repeats each so often, ``without`` those days.

    Nobody in ``people``: only our own. ``off``: called off. ``principal`` on whose behalf, where not that of the diary.
    """

    about: Text
    on: tuple[Day, ...] = Field(min_length=1)
    people: tuple[Id, ...] = ()
    principal: Id | None = None
    weekly: int = Field(default=1, ge=1, le=60)
    without: tuple[Day, ...] = ()
    off: YesNo = False

    def days(self) -> Iterator[date]:
        """The days on which it was held."""
        for first in self.on:
            for week in range(self.weekly):
                day = first + timedelta(weeks=week)
                if day not in self.without:
                    yield day


class Diary(Strict):
    """``own`` is our domain, ``first`` to ``last`` what is looked at; entries beyond it are decoys."""

    file: Text
    own: Text
    principal: Id
    first: Day
    last: Day
    people: dict[Id, Official]
    entries: tuple[Entry, ...]

    def calendar(self) -> bytes:
        """The calendar file (RFC 5545): every entry, those too that are no contact."""
        from icalendar import Calendar, Event, vCalAddress

        made = Calendar()
        made.add("VERSION", "2.0")
        made.add("PRODID", "-//Practice//Calendar//EN")
        for number, (entry, first) in enumerate((one, day) for one in self.entries for day in one.on):
            event = Event()
            begin = datetime.combine(first, time(9 + number % 8))
            event.add("UID", f"{number}@practice.example")
            event.add("DTSTAMP", datetime.combine(first, time()))
            event.add("DTSTART", begin)
            event.add("DTEND", begin + timedelta(hours=1))
            event.add("SUMMARY", entry.about)
            event.add("ORGANIZER", vCalAddress(f"mailto:office{self.own}"))
            for key in entry.people:
                person = vCalAddress(f"mailto:{self.people[key].address}")
                person.params["CN"] = self.people[key].name
                event.add("ATTENDEE", person)
            if entry.weekly > 1:
                event.add("RRULE", {"FREQ": ["WEEKLY"], "COUNT": [entry.weekly]})
            if entry.without:
                event.add("EXDATE", [datetime.combine(day, begin.time()) for day in entry.without])
            if entry.off:
                event.add("STATUS", "CANCELLED")
            made.add_component(event)
        return bytes(made.to_ical())

    def contacts(self) -> list[tuple[date, str, Entry]]:
        """What of it is a contact: once a day and group of people, in the order of the books' numbers."""
        found: dict[tuple[date, frozenset[str]], tuple[date, str, Entry]] = {}
        held = [(day, entry.about, entry) for entry in self.entries if entry.people and not entry.off for day in entry.days()]  # fmt: skip
        for item in sorted(held, key=lambda one: one[:2]):
            if self.first <= item[0] <= self.last:
                found.setdefault((item[0], frozenset(item[2].people)), item)
        return list(found.values())

    def taken(self) -> list[str]:
        """The command that reads the file."""
        return [
            "contacts", "import", self.file, "--own", self.own, "--principal", self.principal,
            "--since", self.first.isoformat(), "--until", self.last.isoformat(), "--yes",
        ]  # fmt: skip

    def decided(self) -> Iterator[list[str]]:
        """What a person says of each: the office and the purpose, never who it was."""
        for number, (_day, about, entry) in enumerate(self.contacts(), 1):
            office = "; ".join(dict.fromkeys(self.people[key].office for key in entry.people))
            other = ["--principal", entry.principal] if entry.principal else []
            yield [
                "record", "contact", "--id", f"contact-{number}", "--state", "registrable",
                "--body", office, "--purpose", about, *other,
            ]  # fmt: skip
