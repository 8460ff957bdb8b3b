"""The stretch of time that a report is asked for."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from statuspage.domain.errors import RuleError

USUAL = timedelta(days=30)
_LENGTH_OF_DAY = len("2026-11-01")
_EARLIEST, _LATEST = date(1990, 1, 1), date(2199, 12, 31)


@dataclass(frozen=True, slots=True)
class Period:
    """From `start` until before `end`."""

    start: datetime
    end: datetime


def asked_period(asked_from: str, asked_to: str, zone: tzinfo, now: datetime) -> Period:
    """Return the period between two ends as somebody wrote them; what is left empty means the last 30 days.

    An end is an instant with its zone, or a day of the page's zone: the period begins or ends with that whole
    day. Raises `period_backwards`, `period_empty`, `invalid`.
    """
    end = _end(asked_to, "to", zone, last=True)
    start = _end(asked_from, "from", zone, last=False)
    if end is None:
        end = now if start is None or start < now else start + USUAL
    if start is None:
        start = max(end - USUAL, datetime.combine(_EARLIEST, time(), UTC))
    are_days = len(asked_from.strip()) == len(asked_to.strip()) == _LENGTH_OF_DAY
    if start > end or (start == end and are_days):
        raise RuleError("period_backwards", "The period ends before it begins; swap both ends.", "from")
    if start == end:
        raise RuleError("period_empty", "The period is empty; let it end later than it begins.", "to")
    return Period(start, end)


def _end(text: str, field: str, zone: tzinfo, *, last: bool) -> datetime | None:
    text = text.strip()
    if not text:
        return None
    try:
        found = _instant(text, zone, last=last)
    except (ValueError, OverflowError):
        found = None
    if found is None:
        raise RuleError("invalid", "Write a day like 2026-11-01 or a time like 2026-11-01T14:40:00Z.", field)
    if not _EARLIEST <= found.date() <= _LATEST:
        raise RuleError("invalid", "Use a day between 1990 and 2199.", field)
    return found


def _instant(text: str, zone: tzinfo, *, last: bool) -> datetime | None:
    if len(text) == _LENGTH_OF_DAY:
        day = date.fromisoformat(text) + timedelta(days=last)
        return datetime.combine(day, time(), zone).astimezone(UTC)
    # In an address a plus sign reads as a space.
    instant = datetime.fromisoformat(text.replace(" ", "+") if "T" in text else text)
    return None if instant.tzinfo is None else instant.astimezone(UTC)


def presets(today: date) -> Iterator[tuple[str, date, date]]:
    """Yield the periods that people ask for most: a name, the first day and the last."""
    first = today.replace(day=1)
    before = first - timedelta(days=1)
    yield "This month", first, today
    yield "Last month", before.replace(day=1), before
    yield "Last 30 days", today - timedelta(days=29), today
    yield "Last 90 days", today - timedelta(days=89), today
    following = (first + timedelta(days=31)).replace(day=1)
    yield "Last 12 months", following.replace(year=following.year - 1), today
    yield "This year", today.replace(month=1, day=1), today
