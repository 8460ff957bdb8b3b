"""Local times as people type them: a clock change makes some occur twice and others never (rule 14)."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from statuspage.domain.errors import RuleError


def instant_of(typed: datetime, zone: str, field: str = "", fold: int | None = None) -> datetime:
    """Return the instant of a naive local time in that zone, in UTC.

    Raises `missing_time` for a time that the clock skipped, and `ambiguous_time` for one that occurs twice
    unless `fold` says which: 0 the first, 1 the second.
    """
    place = ZoneInfo(zone)
    first, second = (typed.replace(tzinfo=place, fold=side).astimezone(UTC) for side in (0, 1))
    if first == second:
        return first
    if first.astimezone(place).replace(tzinfo=None) != typed:
        raise RuleError("missing_time", _missing(typed, place, second, first), field)
    if fold is None:
        raise RuleError("ambiguous_time", _ambiguous(typed, place, first, second), field)
    return second if fold else first


def typed_local_time(text: str, field: str = "") -> datetime:
    """Return what was typed, `2026-11-03T14:40`, without a zone. Raises `invalid_time`."""
    try:
        typed = datetime.fromisoformat(text.strip())
    except ValueError:
        typed = None
    if typed is None or typed.tzinfo is not None or not 1970 <= typed.year <= 9000:
        raise RuleError("invalid_time", "Type a date and a time, like 2026-11-03 14:40.", field)
    return typed


def _ambiguous(typed: datetime, place: ZoneInfo, first: datetime, second: datetime) -> str:
    return (
        f"{typed:%H:%M} occurs twice on {typed:%B} {typed.day}, because the clock goes back. "
        f"Choose the first ({_named(first, place)}) or the second ({_named(second, place)})."
    )


def _missing(typed: datetime, place: ZoneInfo, before: datetime, after: datetime) -> str:
    """The two readings of a skipped time lie as far apart as the clock jumps."""
    return (
        f"{typed:%H:%M} does not exist on {typed:%B} {typed.day}: the clock is put forward past it. "
        f"Type {before.astimezone(place):%H:%M} or {after.astimezone(place):%H:%M}, whichever you mean."
    )


def _named(instant: datetime, place: ZoneInfo) -> str:
    return f"{instant.astimezone(place):%Z}, {instant:%H:%M} UTC"
