"""Filings as a calendar file (RFC 5545), and what an earlier such file of ours said.

A calendar program tells one event from another by its UID: ours depend on the books, the duty and the
period alone, so that loading a newer file moves events instead of doubling them. A UID, like a discreet
event, does not say which law it is about: calendars are copied to telephones and to other people's servers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from compliance import __version__
from compliance.deadlines import Deadline
from compliance.errors import InputError
from compliance.files import digest
from compliance.filings.why import why
from compliance.i18n import _, day_words, language

if TYPE_CHECKING:
    from icalendar import Event as VEvent

MAKER = "-//compliance//filings"
CAP = 4 * 1024 * 1024
_HOUR = time(9)
"""When an alarm rings, by the clock of whoever loads the file."""


@dataclass(frozen=True, slots=True)
class Event:
    """One filing on one day. ``alarms``: days before -> what is to be done then. ``state`` is ``open``,
    ``filed`` or ``gone`` (no longer asked for)."""

    uid: str
    on: date
    title: str
    lines: tuple[str, ...] = ()
    alarms: Mapping[int, str] | None = None
    state: str = "open"


@dataclass(frozen=True, slots=True)
class Known:
    """An event of an earlier file: its day, how often it had moved, when that was written, its title."""

    on: date
    sequence: int
    written_on: date
    title: str


def events(
    found: Sequence[Deadline], *, seed: str, prepare_days: int, approve_days: int, discreet: bool = False
) -> list[Event]:
    """Those of ``found`` that have a day. ``seed`` tells one organisation's books from another's."""
    made = []
    for item in found:
        if item.due_on is None:
            continue
        key = "\0".join((seed, item.obligation, item.period.start.isoformat(), item.period.label))
        title = _("Papers are due") if discreet else f"{item.title}, {item.period.label}"
        filed = item.filed_on is not None
        if filed:
            title = _("Done: {title}").format(title=title)
        alarms = {
            prepare_days: _("Begin to prepare: {title}").format(title=title),
            approve_days: _("Have it approved: {title}").format(title=title),
            1: _("Due tomorrow: {title}").format(title=title),
            0: _("Due today: {title}").format(title=title),
        }
        made.append(
            Event(
                digest(key.encode())[:32],
                item.due_on,
                title,
                () if discreet else tuple(_lines(item)),
                None if filed else alarms,
                "filed" if filed else "open",
            )
        )
    return made


def _lines(item: Deadline) -> Iterable[str]:
    if item.filed_on is not None:
        yield _("filed on {day}").format(day=day_words(item.filed_on))
    if item.recipient:
        yield _("to: {recipient}").format(recipient=item.recipient)
    yield from why(item)


def read(data: bytes, place: str) -> dict[str, Known]:
    """UID -> event of a file that `write` made; ``InputError`` for any other."""
    from icalendar import Calendar

    try:
        calendar = Calendar.from_ical(data.decode("utf-8"))
        if not str(calendar.get("PRODID", "")).startswith(MAKER):
            raise ValueError(_("another program made it"))
        return {
            str(event["UID"]).partition("@")[0]: Known(
                event.decoded("DTSTART"),
                int(event.get("SEQUENCE", 0)),
                event.decoded("DTSTAMP").date(),
                str(event.get("SUMMARY", "")),
            )
            for event in calendar.walk("VEVENT")
        }
    except (ValueError, KeyError, AttributeError, TypeError, IndexError) as error:
        raise InputError(
            _("this is not a calendar that was made here; it is left as it is"),
            place=place,
            why=str(error) if isinstance(error, ValueError) else "",
            remedy=_("Name another file."),
        ) from None


def write(wanted: Sequence[Event], known: Mapping[str, Known], today: date) -> bytes:
    """The file. What moved since ``known`` says from where, and counts up; what is gone is called off."""
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("PRODID", f"{MAKER} {__version__}//{language().upper()}")
    calendar.add("VERSION", "2.0")
    calendar.add("METHOD", "PUBLISH")
    calendar.add("X-WR-CALNAME", _("Deadlines"))
    left = {event.uid for event in wanted}
    gone = [
        Event(uid, item.on, item.title, (_("no longer asked for"),), None, "gone")
        for uid, item in known.items()
        if uid not in left and item.on >= today
    ]
    for event in sorted([*wanted, *gone], key=lambda item: (item.on, item.title, item.uid)):
        calendar.add_component(_vevent(event, known.get(event.uid), today))
    data: bytes = calendar.to_ical(sorted=False)
    return data


def _vevent(event: Event, before: Known | None, today: date) -> VEvent:
    import icalendar

    made = icalendar.Event()
    moved = before is not None and before.on != event.on
    lines = list(event.lines)
    if before is not None and moved:
        told = _("moved: in the calendar of {day} this stood on {before}")
        lines.insert(0, told.format(day=day_words(before.written_on), before=day_words(before.on)))
    made.add("UID", f"{event.uid}@compliance.invalid")
    made.add("DTSTAMP", datetime.combine(today, time(), UTC))
    made.add("SEQUENCE", (before.sequence if before else 0) + int(moved or event.state == "gone"))
    made.add("DTSTART", event.on)
    made.add("DTEND", event.on + timedelta(days=1))
    made.add("SUMMARY", event.title)
    if lines:
        made.add("DESCRIPTION", "\n".join(lines))
    made.add("CLASS", "PRIVATE")
    made.add("TRANSP", "TRANSPARENT")
    made.add("STATUS", "CANCELLED" if event.state == "gone" else "CONFIRMED")
    for days, text in (event.alarms or {}).items():
        alarm = icalendar.Alarm()
        alarm.add("ACTION", "DISPLAY")
        alarm.add("DESCRIPTION", text)
        alarm.add(
            "TRIGGER",
            datetime.combine(event.on, _HOUR) - datetime.combine(event.on, time()) - timedelta(days=days),
        )
        made.add_component(alarm)
    return made
