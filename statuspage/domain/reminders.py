"""When people are reminded of what is owed, and who (`cadence.md`, Deadlines, reminders, escalation).

The product itself posts nothing (rule 10): it reminds people, more of them the later it gets.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo
from enum import StrEnum

from statuspage.domain.cadence import ONE_MINUTE, Deadline, DeadlineKind

ARISING = "arising"
DAY_BEGINS, DAY_ENDS = time(9), time(18)
# A step at the very end of the day still goes out when a worker comes to it a little later.
DAY_OVER = time(18, 30)
_ONE_DAY = timedelta(days=1)


class Party(StrEnum):
    """Who is told, by what they are to the incident or the site."""

    LEAD = "lead"
    DEPUTY = "deputy"
    COMMANDER = "commander"
    OWNER = "owner"
    COMMUNICATORS = "communicators"
    ADMINS = "admins"


@dataclass(frozen=True, slots=True)
class Rung:
    """Who is told from `after` (counted from due) on. `spared` are so once the lead has acknowledged."""

    after: timedelta
    told: frozenset[Party]
    spared: frozenset[Party] = frozenset()


@dataclass(frozen=True, slots=True)
class Ladder:
    """A row of the table: its steps counted from due, then one `every` so often, and its rungs in order."""

    steps: tuple[timedelta, ...]
    every: timedelta
    rungs: tuple[Rung, ...]
    arising: frozenset[Party] = frozenset()
    is_by_day: bool = False


def _rung(minutes: int, *told: Party, spared: Collection[Party] = ()) -> Rung:
    return Rung(minutes * ONE_MINUTE, frozenset(told), frozenset(spared))


_LEAD, _DEPUTY, _COMMANDER, _OWNER = Party.LEAD, Party.DEPUTY, Party.COMMANDER, Party.OWNER
_EVERYBODY = (Party.COMMUNICATORS, Party.ADMINS)
_STEPS = tuple(minutes * ONE_MINUTE for minutes in (-10, -5, 0, 5, 15))
_EVERY = 15 * ONE_MINUTE
_HOUR = 60

LADDERS: Mapping[DeadlineKind, Ladder] = {
    DeadlineKind.INITIAL_NOTICE: Ladder(
        _STEPS,
        _EVERY,
        (
            _rung(-10, _LEAD, spared=[_DEPUTY]),
            _rung(-5, _LEAD, spared=[_DEPUTY, _COMMANDER]),
            _rung(0, _LEAD, _DEPUTY, _COMMANDER, *_EVERYBODY),
        ),
        arising=frozenset({_COMMANDER, _LEAD}),
    ),
    DeadlineKind.UPDATE: Ladder(
        _STEPS,
        _EVERY,
        (
            _rung(-10, _LEAD),
            _rung(-5, _LEAD, spared=[_DEPUTY]),
            _rung(0, _LEAD, _DEPUTY, _COMMANDER),
            _rung(5, _LEAD, _DEPUTY, _COMMANDER, *_EVERYBODY),
        ),
    ),
    DeadlineKind.RESOLUTION_NOTICE: Ladder(
        _STEPS,
        _EVERY,
        (
            _rung(-10, _LEAD),
            _rung(-5, _LEAD, _COMMANDER),
            _rung(0, _LEAD, _COMMANDER, *_EVERYBODY),
        ),
        arising=frozenset({_LEAD}),
    ),
    DeadlineKind.POSTMORTEM: Ladder(
        tuple(hours * _HOUR * ONE_MINUTE for hours in (-24, -4, 0)),
        _ONE_DAY,
        (
            _rung(-24 * _HOUR, _OWNER),
            _rung(0, _OWNER, _COMMANDER),
            _rung(24 * _HOUR, _OWNER, _COMMANDER, Party.ADMINS),
        ),
        is_by_day=True,
    ),
}


@dataclass(frozen=True, slots=True)
class ReminderStep:
    """One moment at which people are reminded of one deadline, counted `after` due.

    `name` is stable and unique within the deadline: `arising`, or the minutes from due (`-10`, `0`, `+15`).
    """

    name: str
    at: datetime
    after: timedelta


def may_page(kind: DeadlineKind) -> bool:
    """Return whether a pager may ring for it; for a postmortem never."""
    return kind is not DeadlineKind.POSTMORTEM


def is_daytime(now: datetime, zone: tzinfo) -> bool:
    """Return whether what keeps to the day may be sent now to somebody in that zone."""
    return DAY_BEGINS <= now.astimezone(zone).time() <= DAY_OVER


def steps(
    deadline: Deadline, until: datetime, zone: tzinfo = UTC, *, since: datetime | None = None
) -> tuple[ReminderStep, ...]:
    """Return the deadline's steps up to `until`, oldest first, each at its own instant.

    None lies before the deadline arose or at, or after, the instant it was met. A postmortem's lie between
    09:00 and 18:00 in the owner's `zone`, earlier rather than later. `since` leaves out repeated steps that
    nobody needs any more.
    """
    ladder = LADDERS[deadline.kind]
    found: dict[datetime, ReminderStep] = {}
    if ladder.arising:
        found[deadline.arose_at] = ReminderStep(
            ARISING, deadline.arose_at, deadline.arose_at - deadline.due_at
        )
    # A step of the day may lie up to a night before its nominal instant.
    last = until + _ONE_DAY if ladder.is_by_day else until
    for after in _offsets(ladder, (since or deadline.due_at) - deadline.due_at, last - deadline.due_at):
        instant = deadline.due_at + after
        instant = _by_day(instant, zone) if ladder.is_by_day else instant
        if instant >= deadline.arose_at:
            # Two that fall on one instant are one: the later of the ladder.
            found[instant] = ReminderStep(_name(after), instant, after)
    return tuple(
        step
        for at, step in sorted(found.items())
        if at <= until and (deadline.met_at is None or at < deadline.met_at)
    )


def newest_due_step(deadline: Deadline, now: datetime, zone: tzinfo = UTC) -> ReminderStep | None:
    """Return the one step to send now, if none of its name was sent: after an outage only the newest is.

    None once the deadline is met.
    """
    if not deadline.is_open:
        return None
    due = steps(deadline, now, zone, since=now - 2 * LADDERS[deadline.kind].every)
    return due[-1] if due else None


def _offsets(ladder: Ladder, since: timedelta, until: timedelta) -> Iterator[timedelta]:
    yield from (after for after in ladder.steps if after <= until)
    top = ladder.steps[-1]
    after = top + max(1, (since - top) // ladder.every) * ladder.every
    while after <= until:
        yield after
        after += ladder.every


def _by_day(instant: datetime, zone: tzinfo) -> datetime:
    """Return the instant, or the last one before it that lies in the day of the zone."""
    local = instant.astimezone(zone)
    if local.time() < DAY_BEGINS:
        local = datetime.combine(local.date() - _ONE_DAY, DAY_ENDS, zone)
    elif local.time() > DAY_ENDS:
        local = datetime.combine(local.date(), DAY_ENDS, zone)
    return local.astimezone(UTC)


def _name(after: timedelta) -> str:
    minutes = after // ONE_MINUTE
    return f"{minutes:+d}" if minutes else "0"


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """Who is what, by account key. `leads` are several while a handover is offered.

    They are the one assigned on the incident, else the one on the rota when it was detected; nobody means
    all communicators. `drill_participants` is given for a drill: nobody else is told.
    """

    leads: tuple[int, ...] = ()
    deputy: int | None = None
    commander: int | None = None
    owner: int | None = None
    communicators: tuple[int, ...] = ()
    admins: tuple[int, ...] = ()
    drill_participants: frozenset[int] | None = None


def addressed(
    deadline: Deadline, step: ReminderStep, people: People, acknowledged_at: datetime | None = None
) -> tuple[int, ...]:
    """Return who gets the one message of this step, each person once.

    The lead's acknowledgement spares others before due, never after; one from before the deadline arose was
    of another. A deadline that arises when it is due already is told like one that has been due.
    """
    is_acknowledged = acknowledged_at is not None and deadline.arose_at <= acknowledged_at
    parties = _parties(deadline, step, is_acknowledged)
    # In the order of Party, so that the same people always make the same list.
    found = (person for party in Party if party in parties for person in _members(party, people))
    allowed = people.drill_participants
    return tuple(dict.fromkeys(person for person in found if allowed is None or person in allowed))


def _parties(deadline: Deadline, step: ReminderStep, is_acknowledged: bool) -> frozenset[Party]:
    ladder = LADDERS[deadline.kind]
    parties = ladder.arising if step.at == deadline.arose_at else frozenset[Party]()
    if step.name == ARISING and step.after < timedelta(0):
        return parties
    rung = [rung for rung in ladder.rungs if rung.after <= step.after][-1]
    return parties | rung.told | (frozenset() if is_acknowledged else rung.spared)


def _members(party: Party, people: People) -> tuple[int, ...]:
    if party is Party.LEAD:
        return people.leads or people.communicators or people.admins
    if party is Party.OWNER and people.owner is None:
        return people.leads or people.communicators or people.admins
    several = {Party.COMMUNICATORS: people.communicators, Party.ADMINS: people.admins}
    if party in several:
        return several[party]
    one = {Party.DEPUTY: people.deputy, Party.COMMANDER: people.commander, Party.OWNER: people.owner}[party]
    return () if one is None else (one,)
