"""Promises as people choose them: a few lengths to click, or a clock time that they type."""

import re
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from statuspage.domain.cadence import ONE_MINUTE, Limits, whole_minute
from statuspage.domain.errors import RuleError

_USUAL = (30, 45, 60)
_CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")


def promise_lengths(limits: Limits) -> tuple[int, ...]:
    """Return the lengths in minutes to offer: the usual ones that the site's window allows, and its ends."""
    earliest, latest = limits.promise_earliest // ONE_MINUTE, limits.promise_latest // ONE_MINUTE
    usual = [minutes for minutes in _USUAL if earliest <= minutes <= latest]
    return tuple(sorted({*usual, latest} if usual else {earliest, latest}))


def typed_clock_time(text: str, zone: str, now: datetime, limits: Limits) -> datetime:
    """Return the instant that a clock time typed at `now` means in that zone.

    Among the days around and both sides of a clock change it is the one in the window that promises may lie
    in, the earlier of two, else the one nearest to it. Raises `invalid_clock_time`.
    """
    found = _CLOCK.fullmatch(text.strip())
    if found is None:
        raise RuleError("invalid_clock_time", "Type a clock time like 14:40.", "next_update_by")
    typed = time(int(found[1]), int(found[2]))
    start = whole_minute(now)
    earliest, latest = start + limits.promise_earliest, start + limits.promise_latest

    def distance(instant: datetime) -> timedelta:
        return max(earliest - instant, instant - latest, timedelta())

    return min(sorted(_occurrences(typed, zone, now)), key=distance)


def _occurrences(typed: time, zone: str, now: datetime) -> list[datetime]:
    place = ZoneInfo(zone)
    today = now.astimezone(place).date()
    days = [today + timedelta(days=offset) for offset in (-1, 0, 1)]
    return [
        whole_minute(datetime.combine(day, typed.replace(fold=fold), place))
        for day in days
        for fold in (0, 1)
    ]
