"""What an incident owes: its deadlines, derived from milestones and policy, never typed in."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from statuspage.domain.cadence import Deadline, DeadlineKind, Policy
from statuspage.domain.component import Impact, worst_impact
from statuspage.domain.incident import Incident, IncidentStatus, Notice, NoticeKind, steps

_ENDED_UNANNOUNCED = frozenset({IncidentStatus.DISMISSED, IncidentStatus.INTERNAL})


@dataclass(frozen=True, slots=True)
class PostmortemTimes:
    """What has become of an incident's postmortem by now; nothing where there is none.

    `public_since` is when customers could first read it, None while they can't: unpublished, shown behind a
    link or to the staff alone. `final_by` is the date that a preliminary one promised for the final one,
    `final_since` when that was public. `waived_at` is when somebody decided, as rule 7 allows, to do without.
    """

    public_since: datetime | None = None
    final_by: datetime | None = None
    final_since: datetime | None = None
    waived_at: datetime | None = None


NO_POSTMORTEM = PostmortemTimes()


def deadlines(
    incident: Incident, policy: Policy, postmortem: PostmortemTimes = NO_POSTMORTEM
) -> tuple[Deadline, ...]:
    """Return everything the incident ever owed, met or open, in the order it arose.

    Backfills and incidents that ended unannounced owe nothing. A preliminary postmortem meets the deadline of
    48 hours and owes the final one from then on, under the same kind.
    """
    if incident.is_backfill or incident.status in _ENDED_UNANNOUNCED:
        return ()
    found = [
        *_initial_notices(incident, policy),
        *_updates(incident),
        *_resolution_notices(incident, policy),
        *_postmortem(incident, policy, postmortem),
    ]
    return tuple(sorted(found, key=lambda deadline: deadline.arose_at))


def open_deadlines(
    incident: Incident, policy: Policy, postmortem: PostmortemTimes = NO_POSTMORTEM
) -> list[Deadline]:
    """Return what the incident owes now, soonest first."""
    owed = [deadline for deadline in deadlines(incident, policy, postmortem) if deadline.is_open]
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


def _postmortem(incident: Incident, policy: Policy, times: PostmortemTimes) -> Iterator[Deadline]:
    """Yield what is owed since the last resolution; a reopening takes it back until the next one."""
    resolved_at = incident.episode.resolved_at
    if incident.status is not IncidentStatus.RESOLVED or resolved_at is None:
        return
    if incident.episode.is_false_alarm or incident.merged_into or times.waived_at is not None:
        return
    due_at = resolved_at + policy.for_impact(incident.impact).postmortem_within
    yield Deadline(DeadlineKind.POSTMORTEM, resolved_at, due_at, times.public_since)
    if times.public_since is not None and times.final_by is not None:
        yield Deadline(DeadlineKind.POSTMORTEM, times.public_since, times.final_by, times.final_since)


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
