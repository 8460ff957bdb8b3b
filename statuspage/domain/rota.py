"""Who is on duty: a rotation of people, overrides, and the gaps between them. People are account keys.

Duty changes at a clock time of the rota's zone. A handover time that a clock change skips lies as much later
as the clock jumps; of one that occurs twice, the first counts. Overrides of one rota never overlap
(`checked_override`), so that nobody has to know which of two counts.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

from statuspage.domain.errors import ConflictError, RuleError


@dataclass(frozen=True, slots=True)
class Override:
    """Somebody else is on duty from `from_at` until before `to_at`."""

    person: int
    from_at: datetime
    to_at: datetime
    key: str = ""


@dataclass(frozen=True, slots=True)
class Rotation:
    """Members in order, each on duty for so many days; `absent` are people who cannot act at present.

    `deputy` is a fixed one; without it the next in the rotation stands in.
    """

    members: tuple[int, ...]
    days: int
    zone: str
    handover_at: time
    starts_on: date
    deputy: int | None = None
    overrides: tuple[Override, ...] = ()
    absent: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Duty:
    """Who is on duty from `from_at` until before `to_at`; None for a gap.

    `absent` is whose turn a gap is, where there is one: somebody who cannot act. `override` names the
    override that it comes from.
    """

    from_at: datetime
    to_at: datetime
    person: int | None
    deputy: int | None = None
    absent: int | None = None
    override: str | None = None

    @property
    def is_gap(self) -> bool:
        """Return whether nobody would answer."""
        return self.person is None


def turn_start(rotation: Rotation, number: int) -> datetime:
    """Return when that turn begins, counted from 0, in UTC."""
    day = rotation.starts_on + timedelta(days=number * rotation.days)
    local = datetime.combine(day, rotation.handover_at, ZoneInfo(rotation.zone))
    return local.astimezone(UTC)


def duty_at(rotation: Rotation, at: datetime) -> Duty:
    """Return who is on duty at that instant; who goes off duty then is off already."""
    return duties(rotation, at, at + timedelta(microseconds=1))[0]


def duties(rotation: Rotation, from_at: datetime, to_at: datetime) -> list[Duty]:
    """Return who is on duty through that span, without a hole: where nobody is, there is a gap.

    The first and the last reach as far as they last, beyond the span too, so that the same turn reads the
    same whenever somebody asks.
    """
    found: list[Duty] = []
    number = _turn_at(rotation, from_at)
    start = turn_start(rotation, number)
    while start < to_at:
        end = turn_start(rotation, number + 1)
        found += _split(rotation, number, start, end)
        number, start = number + 1, end
    return [duty for duty in found if duty.to_at > from_at and duty.from_at < to_at]


def gaps(found: Iterable[Duty]) -> list[Duty]:
    """Return the gaps, those that touch joined."""
    joined: list[Duty] = []
    for duty in found:
        if not duty.is_gap:
            continue
        if joined and joined[-1].to_at == duty.from_at and joined[-1].absent == duty.absent:
            duty = Duty(joined.pop().from_at, duty.to_at, None, absent=duty.absent)
        joined.append(duty)
    return joined


def checked_override(new: Override, present: Iterable[Override], now: datetime) -> Override:
    """Return an override that can be added; refuse one that ends before it starts, is over, or overlaps."""
    if new.to_at <= new.from_at:
        raise RuleError("override_ends_first", "It has to end after it starts.", "to_at")
    if new.to_at <= now:
        raise RuleError("override_over", "This time is over already.", "to_at")
    for other in present:
        if other.from_at < new.to_at and new.from_at < other.to_at:
            raise ConflictError("override_overlaps", _overlapping(other), "from_at")
    return new


def longest_without(people: Collection[int], last_had: Mapping[int, datetime]) -> list[int]:
    """Return the people in the order in which a role is their turn: who never had one first.

    `last_had` says when each was last given one; among equals the order stays.
    """
    never = datetime.min.replace(tzinfo=UTC)
    return sorted(people, key=lambda person: last_had.get(person, never))


def _overlapping(other: Override) -> Callable[[tzinfo], str]:
    return lambda zone: (
        f"There is an override already from {other.from_at.astimezone(zone):%Y-%m-%d %H:%M} to "
        f"{other.to_at.astimezone(zone):%Y-%m-%d %H:%M %Z}. Remove it first, or choose other times."
    )


def _turn_at(rotation: Rotation, at: datetime) -> int:
    local = at.astimezone(ZoneInfo(rotation.zone))
    number = (local.date() - rotation.starts_on).days // rotation.days
    # Before the handover of its first day the turn before still runs.
    return number if turn_start(rotation, number) <= at else number - 1


def _split(rotation: Rotation, number: int, start: datetime, end: datetime) -> list[Duty]:
    """Return the parts of one turn: what overrides leave of it, and the overrides within it."""
    found: list[Duty] = []
    at = start
    for override in sorted(rotation.overrides, key=lambda one: one.from_at):
        if override.to_at <= at or override.from_at >= end:
            continue
        if override.from_at > at:
            found.append(_regular(rotation, number, at, override.from_at))
        until = min(override.to_at, end)
        found.append(_overridden(rotation, number, override, max(override.from_at, start), until))
        at = until
    if at < end:
        found.append(_regular(rotation, number, at, end))
    return found


def _regular(rotation: Rotation, number: int, start: datetime, end: datetime) -> Duty:
    due = _member(rotation, number)
    deputy = _deputy(rotation, number, due)
    if due in rotation.absent:
        return Duty(start, end, None, deputy, absent=due)
    return Duty(start, end, due, deputy)


def _overridden(rotation: Rotation, number: int, override: Override, start: datetime, end: datetime) -> Duty:
    # Whoever is replaced has a reason to be away, and deputises for nobody.
    deputy = _deputy(rotation, number, override.person)
    if override.person in rotation.absent:
        return Duty(start, end, None, deputy, override.person, override.key)
    return Duty(start, end, override.person, deputy, override=override.key)


def _member(rotation: Rotation, number: int) -> int | None:
    if number < 0 or not rotation.members:
        return None
    return rotation.members[number % len(rotation.members)]


def _deputy(rotation: Rotation, number: int, on_duty: int | None) -> int | None:
    away = {None, on_duty, _member(rotation, number)} | rotation.absent
    candidates = (rotation.deputy, *_following(rotation, number))
    return next((person for person in candidates if person not in away), None)


def _following(rotation: Rotation, number: int) -> Sequence[int]:
    if number < 0:
        return ()
    count = len(rotation.members)
    return [rotation.members[(number + step) % count] for step in range(1, count)]
