"""A person's turns of duty as a calendar (RFC 5545)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Shift:
    """One turn of duty. `uid` stays the same as long as the turn does; `planned_at` says since when."""

    uid: str
    title: str
    from_at: datetime
    to_at: datetime
    planned_at: datetime


def calendar_of(name: str, address: str, shifts: Sequence[Shift]) -> bytes:
    """Return the calendar; the same shifts make the same bytes. `address` is where its reader can look."""
    # Imported here: it takes some megabytes, and only few ever ask for a calendar.
    from icalendar import Calendar, Event

    calendar = Calendar()
    calendar.add("prodid", "-//statuspage//rota//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", timedelta(hours=1), parameters={"VALUE": "DURATION"})
    for shift in shifts:
        event = Event()
        event.add("uid", shift.uid)
        event.add("dtstamp", shift.planned_at)
        event.add("dtstart", shift.from_at)
        event.add("dtend", shift.to_at)
        event.add("summary", shift.title)
        event.add("url", address)
        calendar.add_component(event)
    return bytes(calendar.to_ical())
