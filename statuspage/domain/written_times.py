"""Times as people write them at the beginning of a line: with a day or without, in some zone."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from statuspage.domain.errors import RuleError
from statuspage.domain.local_time import instant_of
from statuspage.domain.postmortem import TIMELINE

_MONTHS = (
    *("january", "february", "march", "april", "may", "june", "july", "august", "september", "october"),
    *("november", "december"),
)
_WEEKDAY = r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\.?,?\s+)?"
_DAY = (
    r"(?:(?P<iso>\d{4}[-/]\d{2}[-/]\d{2})"
    r"|(?P<month>[a-z]{3,9})\.?\s+(?P<day>\d{1,2})(?:st|nd|rd|th)?(?:,?\s+(?P<year>\d{4}))?"
    r"|(?P<day2>\d{1,2})\.?\s+(?P<month2>[a-z]{3,9})\.?(?:,?\s+(?P<year2>\d{4}))?)"
)
_TIME = re.compile(
    rf"\s*(?P<open>\*\*|__|`|\[|\()?\s*(?:{_WEEKDAY}{_DAY}(?:T|,?:?\s+(?:at\s+|[-–—]\s+)?))?"
    r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?![\d])(?::\d{2}(?:\.\d+)?)?(?:\s*(?P<half>[ap])\.?m\b\.?)?"
    r"(?:\s*[-–—]\s*(?P<until>\d{1,2}:\d{2}(?!\d)))?",
    re.IGNORECASE,
)
_CLOSE = {"**": r":?\*\*", "__": r":?__", "`": "`", "[": r"\]", "(": r"\)"}
_ZONE = re.compile(
    r"\s*\(?(?P<zone>(?:UTC|GMT)[+-]\d{2}(?::?\d{2})?\b|[+-]\d{2}:?\d{2}\b|[A-Z]{3,5}\b|Z\b)\)?"
)
_ALONE = re.compile(rf"[\s*_#]*{_WEEKDAY}{_DAY}[\s*_:]*$", re.IGNORECASE)
_ANYWHERE = re.compile(rf"(?<![\w-]){_DAY}(?![\w-])", re.IGNORECASE)
# Hours from UTC of what people in many places write; the page's own zone knows its names itself.
_HOURS = dict.fromkeys(("UTC", "GMT", "Z", "WET"), 0) | dict.fromkeys(("BST", "WEST", "CET"), 1)
_HOURS |= dict.fromkeys(("CEST", "EET"), 2) | {"EEST": 3, "JST": 9, "KST": 9, "AEST": 10, "AEDT": 11}
_HOURS |= {"EDT": -4, "EST": -5, "CDT": -5, "CST": -6, "MDT": -6, "MST": -7, "PDT": -7, "PST": -8}
_OFFSET = re.compile(r"(?:UTC|GMT)?([+-])(\d{2}):?(\d{2})?$")


@dataclass(frozen=True, slots=True)
class WrittenTime:
    """A time as it stands at the beginning of a line; `end` is where what it is about begins.

    `named` is the zone's name as it was written, None where it goes without; `opened` a mark before the time
    that is closed further on.
    """

    day: date | None
    hour: int
    minute: int
    until: str | None
    named: str | None
    zone: str
    end: int
    opened: str

    def words(self, day: date) -> str:
        """Return `3 November, 14:40`."""
        return f"{datetime.combine(day, datetime.min.time()):%-d %B}, {self.hour:02}:{self.minute:02}"

    def instant(self, day: date, after: datetime | None) -> datetime:
        """Return the instant of that minute on that day, in UTC.

        Where the page's clock shows it twice it is the one that its zone's name says, else the first that is
        not before `after`. Raises `missing_time`, `invalid`.
        """
        local = datetime(day.year, day.month, day.day, self.hour, self.minute)  # noqa: DTZ001 - a local time
        offset = _offset(self.named)
        own = self._own(local)
        if own is None and offset is not None:
            return local.replace(tzinfo=timezone(offset)).astimezone(UTC)
        first, second = own or (instant_of(local, self.zone, TIMELINE, fold) for fold in (0, 1))
        return second if after is not None and first < after else first

    def _own(self, local: datetime) -> tuple[datetime, datetime] | None:
        """Return the instant where the zone's name is one that the page's own zone has then."""
        place = ZoneInfo(self.zone)
        for fold in (0, 1):
            at = local.replace(tzinfo=place, fold=fold)
            if self.named is not None and at.tzname() == self.named:
                return at.astimezone(UTC), at.astimezone(UTC)
        return None


def read_time(line: str, zone: str, before: date | None = None) -> WrittenTime | None:
    """Return the time that the line begins with, None where it begins with none.

    A day without a year is of the year of the day before. Raises `invalid` for a day that there is not.
    """
    found = _TIME.match(line[:200])
    if found is None:
        return None
    hour, minute = int(found["hour"]), int(found["minute"])
    if found["half"]:
        hour = hour % 12 + (12 if found["half"].lower() == "p" else 0)
    day = _day(found, before)
    if hour > 23 or minute > 59 or (day is None and _has_day(found)):
        return None
    end, named = _named_zone(line, found.end(), zone)
    opened = found["open"] or ""
    closing = re.compile(_CLOSE[opened]).match(line, end) if opened else None
    if closing:
        end, opened = closing.end(), ""
        end, named = (end, named) if named else _named_zone(line, end, zone)
    return WrittenTime(day, hour, minute, found["until"], named, zone, end, opened)


def day_alone(line: str, before: date | None) -> date | None:
    """Return the day where the line says nothing else; without a year it is of that of the day before."""
    found = _ALONE.match(line) if len(line) < 100 else None
    return _day(found, before) if found else None


def day_in(words: str) -> date | None:
    """Return the day that stands in a few words, None where none does or it lacks its year."""
    found = _ANYWHERE.search(words) if len(words) < 100 else None
    try:
        return _day(found, None) if found else None
    except RuleError:
        return None


def zone_named(name: str) -> str | None:
    """Return the zone of a name such as `UTC` or `Europe/Berlin`, None where it is not known."""
    if name.upper() in {"UTC", "GMT"}:
        return "Etc/UTC"
    try:
        ZoneInfo(name)
    except (ValueError, OSError):
        return None
    return name if "/" in name else None


def _named_zone(line: str, end: int, zone: str) -> tuple[int, str | None]:
    found = _ZONE.match(line, end)
    if found is None:
        return end, None
    name = found["zone"]
    if _offset(name) is not None or name in _names_of(zone):
        return found.end(), name
    return end, None


def _names_of(zone: str) -> set[str | None]:
    place: tzinfo = ZoneInfo(zone)
    return {datetime(2026, month, 1, tzinfo=place).tzname() for month in (1, 7)}


def _offset(name: str | None) -> timedelta | None:
    if name is None:
        return None
    if name in _HOURS:
        return timedelta(hours=_HOURS[name])
    found = _OFFSET.match(name)
    if found is None:
        return None
    span = timedelta(hours=int(found[2]), minutes=int(found[3] or 0))
    if span >= timedelta(hours=24):
        return None
    return -span if found[1] == "-" else span


def _has_day(found: re.Match[str]) -> bool:
    return any(found[name] for name in ("iso", "month", "month2"))


def _day(found: re.Match[str], before: date | None) -> date | None:
    try:
        if found["iso"]:
            return date.fromisoformat(found["iso"].replace("/", "-"))
        for suffix in ("", "2"):
            if found[f"month{suffix}"]:
                month = _month(found[f"month{suffix}"])
                year = found[f"year{suffix}"] or (before.year if before else None)
                return date(int(year), month, int(found[f"day{suffix}"])) if month and year else None
    except ValueError:
        raise RuleError("invalid", f"there is no day “{found[0].strip()[:30]}”.", TIMELINE) from None
    return None


def _month(word: str) -> int | None:
    word = word.lower()
    for number, name in enumerate(_MONTHS, 1):
        if word in {name, name[:3]} or (number == 9 and word == "sept"):
            return number
    return None
