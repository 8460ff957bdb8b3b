"""Times in the page's zone, in words. Nothing here is relative to now."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

# Not from strftime or calendar: those follow the locale of the process.
MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


@dataclass(frozen=True, slots=True)
class Zone:
    """A time zone and how its times are written: 24-hour clock, the zone named beside it."""

    key: str

    def local(self, instant: datetime) -> datetime:
        """Return the instant in this zone."""
        return instant.astimezone(ZoneInfo(self.key))

    def day(self, instant: datetime) -> date:
        """Return the day the instant falls on."""
        return self.local(instant).date()

    def iso(self, instant: datetime) -> str:
        """Return the value of a `datetime` attribute, with the zone's offset for the script to compare."""
        return self.local(instant).replace(microsecond=0).isoformat().replace("+00:00", "Z")

    def name(self, instant: datetime) -> str:
        """Return the zone's abbreviation at that instant, `UTC+03` where it has only a number."""
        abbreviation = self.local(instant).strftime("%Z")
        return f"UTC{abbreviation}" if abbreviation[:1] in "+-" else abbreviation

    def clock(self, instant: datetime) -> str:
        """Return `14:40 UTC`."""
        return f"{self.local(instant):%H:%M} {self.name(instant)}"

    def clock_only(self, instant: datetime, minutes: int = 0) -> str:
        """Return `14:40`, so many minutes later."""
        return f"{self.local(instant + timedelta(minutes=minutes)):%H:%M}"

    def typed(self, instant: datetime) -> str:
        """Return `2026-11-03T14:40`, as a form's field for local times has it."""
        return f"{self.local(instant):%Y-%m-%dT%H:%M}"

    def dated(self, instant: datetime) -> str:
        """Return `Nov 3, 14:40 UTC`."""
        return f"{short_day(self.day(instant))}, {self.clock(instant)}"

    def with_weekday(self, instant: datetime) -> str:
        """Return `Wed, Nov 3, 14:40 UTC`."""
        return f"{_WEEKDAYS[self.day(instant).weekday()]}, {self.dated(instant)}"

    def full(self, instant: datetime) -> str:
        """Return `November 3, 2026, 14:40 UTC`."""
        return f"{full_day(self.day(instant))}, {self.clock(instant)}"

    def text(self, instant: datetime, context: date) -> str:
        """Return the time as a reader of `context` needs it: with its day, or year, where they differ."""
        day = self.day(instant)
        if day == context:
            return self.clock(instant)
        if day.year == context.year:
            return self.dated(instant)
        return f"{short_day(day)}, {day.year}, {self.clock(instant)}"


def long_day(day: date) -> str:
    """Return `November 3`."""
    return f"{MONTHS[day.month - 1]} {day.day}"


def full_day(day: date) -> str:
    """Return `November 3, 2026`."""
    return f"{long_day(day)}, {day.year}"


def short_day(day: date) -> str:
    """Return `Nov 3`."""
    return f"{MONTHS[day.month - 1][:3]} {day.day}"


def month_name(month: str) -> str:
    """Return `November 2026` for `2026-11`."""
    year, number = month.split("-")
    return f"{MONTHS[int(number) - 1]} {year}"


def duration(span: timedelta) -> str:
    """Return whole minutes in words: `9 min`, `1 h 30 min`, `2 days 3 h`; never more than was elapsed."""
    minutes = int(span.total_seconds() // 60)
    if minutes < 1:
        return "less than a minute"
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    if days:
        return _joined((days, "day" if days == 1 else "days"), (hours, "h"))
    return _joined((hours, "h"), (minutes, "min"))


def _joined(*parts: tuple[int, str]) -> str:
    return " ".join(f"{count} {unit}" for count, unit in parts if count)


def utc(instant: datetime) -> datetime:
    """Return the instant in UTC, whatever zone it came in."""
    return instant.astimezone(UTC)
