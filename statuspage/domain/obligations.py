"""What an incident owes: its deadlines, derived from milestones and policy, never typed in."""

from collections.abc import Iterator
from datetime import datetime

from statuspage.domain.cadence import Deadline, DeadlineKind, Policy
from statuspage.domain.component import Impact, worst_impact
from statuspage.domain.incident import Incident, IncidentStatus, Notice, NoticeKind, steps

_ENDED_UNANNOUNCED = frozenset({IncidentStatus.DISMISSED, IncidentStatus.INTERNAL})


def deadlines(
    incident: Incident, policy: Policy, postmortem_at: datetime | None = None
) -> tuple[Deadline, ...]:
    """Return everything the incident ever owed, met or open, in the order it arose.

    Backfills and incidents that ended unannounced owe nothing. `postmortem_at` is when the postmortem became
    public.
    """
    if incident.is_backfill or incident.status in _ENDED_UNANNOUNCED:
        return ()
    found = [
        *_initial_notices(incident, policy),
        *_updates(incident),
        *_resolution_notices(incident, policy),
        *_postmortem(incident, policy, postmortem_at),
    ]
    return tuple(sorted(found, key=lambda deadline: deadline.arose_at))


def open_deadlines(
    incident: Incident, policy: Policy, postmortem_at: datetime | None = None
) -> list[Deadline]:
    """Return what the incident owes now, soonest first."""
    owed = [deadline for deadline in deadlines(incident, policy, postmortem_at) if deadline.is_open]
    return sorted(owed, key=lambda deadline: deadline.due_at)


def _initial_notices(incident: Incident, policy: Policy) -> Iterator[Deadline]:
    for number, episode in enumerate(incident.episodes):
        impact = _impact_when_announced(incident, number)
        limits = policy.limits if impact is None else policy.for_impact(impact)
        within = limits.initial_notice_within
        yield Deadline(
            DeadlineKind.INITIAL_NOTICE,
            max(episode.detected_at, episode.recorded_at),
            episode.detected_at + within,
            episode.announced_at,
        )


def _impact_when_announced(incident: Incident, number: int) -> Impact | None:
    """Return the impact known to the episode's first notice, for worse news comes later; None before it."""
    if incident.impact_override is not None:
        return incident.impact_override
    known = []
    for step in steps(incident):
        if step.episode <= number:
            known.append(step.impact)
        if step.episode == number:
            return worst_impact(known)
    return None


def _updates(incident: Incident) -> Iterator[Deadline]:
    followers: list[Notice | None] = [*incident.notices[1:], None]
    for notice, follower in zip(incident.notices, followers, strict=False):
        if notice.promise is not None:
            met_at = follower.published_at if follower else None
            yield Deadline(DeadlineKind.UPDATE, notice.published_at, notice.promise, met_at)


def _resolution_notices(incident: Incident, policy: Policy) -> Iterator[Deadline]:
    within = policy.for_impact(incident.impact).resolution_notice_within
    for episode in incident.episodes:
        if episode.restored_at is None or episode.restored_known_at is None or episode.announced_at is None:
            continue
        yield Deadline(
            DeadlineKind.RESOLUTION_NOTICE,
            max(episode.restored_known_at, episode.announced_at),
            max(episode.restored_at, episode.detected_at) + within,
            episode.resolved_at,
        )


def _postmortem(incident: Incident, policy: Policy, postmortem_at: datetime | None) -> Iterator[Deadline]:
    episode = incident.episode
    if incident.status is not IncidentStatus.RESOLVED or episode.resolved_at is None:
        return
    if episode.is_false_alarm or incident.merged_into:
        return
    within = policy.for_impact(incident.impact).postmortem_within
    yield Deadline(DeadlineKind.POSTMORTEM, episode.resolved_at, episode.resolved_at + within, postmortem_at)


def lateness_of(incident: Incident, notice: Notice, policy: Policy) -> int:
    """Return by how many minutes (rounded up) a notice came late for what it had to meet; 0 when in time."""
    met = [
        deadline.late_by_minutes(notice.published_at)
        for deadline in deadlines(incident, policy)
        if deadline.met_at == notice.published_at and _is_met_by(deadline, notice)
    ]
    return max(met, default=0)


def _is_met_by(deadline: Deadline, notice: Notice) -> bool:
    if deadline.kind is DeadlineKind.INITIAL_NOTICE:
        return notice.kind in {NoticeKind.INITIAL, NoticeKind.REOPENING}
    return deadline.kind is not DeadlineKind.POSTMORTEM
