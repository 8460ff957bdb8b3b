"""The compliance report: how far the rules were kept, and what could hide silence (`cadence.md`).

Here each incident is judged by itself; `compliance_figures.py` adds them up. Figures hold as of `now` and
follow every correction. Times are exact: nothing is rounded.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise

from statuspage.domain.cadence import Deadline, DeadlineKind, Policy
from statuspage.domain.component import Impact
from statuspage.domain.incident import Incident, IncidentStatus
from statuspage.domain.obligations import NO_POSTMORTEM, PostmortemTimes, deadlines

HolderAt = Callable[[DeadlineKind, datetime], int | None]


def nobody(_kind: DeadlineKind, _at: datetime) -> None:
    """Return who held something that nobody had."""


class Outcome(StrEnum):
    """How something owed stands. What is not there counts as missing from the instant it was due."""

    ON_TIME = "on_time"
    LATE = "late"
    MISSING = "missing"
    PENDING = "pending"


class Hidden(StrEnum):
    """What a percentage does not show, because no deadline of it was ever judged."""

    NEVER_ANNOUNCED = "never_announced"
    DISMISSED_AFTER_DEADLINE = "dismissed_after_deadline"
    ENDED_INTERNAL = "ended_internal"
    ENTERED_AFTERWARDS = "entered_afterwards"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """An incident with what the report needs beside its value.

    `ended_at` is when it was dismissed or ended internally, `by_token` how many notices came from tokens,
    `waived_reason` why there need be no postmortem. `holder_at` tells whose something was at an instant, as
    the key of an account.
    """

    id: str
    name: str
    incident: Incident
    by_token: int = 0
    ended_at: datetime | None = None
    postmortem: PostmortemTimes = NO_POSTMORTEM
    is_postmortem_judged: bool = True
    waived_reason: str | None = None
    holder_at: HolderAt = nobody


@dataclass(frozen=True, slots=True)
class Duty:
    """Something that was owed, how it went, and whose it was when due. `late` is zero unless it was."""

    kind: DeadlineKind
    due_at: datetime
    outcome: Outcome
    late: timedelta
    met_at: datetime | None
    held_by: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One incident in the report.

    `reported_initial` is its first notice as judged by the detection before somebody moved that later
    (rule 1). `gaps` are the times between its notices; backfills have these in place of promises.
    `late_reasons` holds an entry for each late notice, None where nobody gave one.
    """

    case: Case
    impact: Impact
    duties: tuple[Duty, ...]
    hidden: Hidden | None
    hidden_held_by: int | None
    is_waived: bool
    waiver_held_by: int | None
    first_notices: tuple[timedelta, ...]
    reported_initial: Duty | None
    resolution_delays: tuple[timedelta, ...]
    assumed: int
    gaps: tuple[timedelta, ...]
    late_reasons: tuple[str | None, ...]

    @property
    def incident(self) -> Incident:
        """Return the incident itself."""
        return self.case.incident

    @property
    def detected_at(self) -> datetime:
        """Return when it was detected, as far as anybody knows now."""
        return self.incident.episodes[0].detected_at

    @property
    def first_resolved_at(self) -> datetime | None:
        """Return when it was resolved for the first time, which a reopening does not change."""
        return self.incident.episodes[0].resolved_at

    def of(self, kind: DeadlineKind) -> tuple[Duty, ...]:
        """Return its duties of one kind."""
        return tuple(duty for duty in self.duties if duty.kind is kind)

    @property
    def are_all_gaps_kept(self) -> bool | None:
        """Return whether every promise was kept that could be by now; None where none has come due."""
        settled = {duty.outcome for duty in self.of(DeadlineKind.UPDATE)} - {Outcome.PENDING}
        return settled == {Outcome.ON_TIME} if settled else None

    def outcome(self, kind: DeadlineKind) -> Outcome | None:
        """Return the worst that became of its duties of one kind; None where it had none."""
        found = {duty.outcome for duty in self.of(kind)}
        return next((each for each in _WORST_FIRST if each in found), None)


_WORST_FIRST = (Outcome.MISSING, Outcome.LATE, Outcome.PENDING, Outcome.ON_TIME)


def judge(case: Case, policy: Policy, now: datetime) -> Judged:
    """Return how far the rules were kept in one incident by now."""
    incident = case.incident
    duties = tuple(_duties(case, incident, policy, now))
    hidden, due_at = _hidden(case, policy, now)
    waived = _waived(case, policy)
    reported = incident.reported_detected_at
    reported_initial = None
    if reported is not None:
        first = replace(incident.episodes[0], detected_at=reported)
        before = replace(incident, episodes=(first, *incident.episodes[1:]))
        reported_initial = next(_duties(case, before, policy, now), None)
    return Judged(
        case=case,
        impact=incident.impact,
        duties=duties,
        hidden=hidden,
        hidden_held_by=case.holder_at(DeadlineKind.INITIAL_NOTICE, due_at) if hidden and due_at else None,
        is_waived=waived is not None,
        waiver_held_by=case.holder_at(DeadlineKind.POSTMORTEM, waived.due_at) if waived else None,
        first_notices=() if incident.is_backfill else tuple(_first_notices(incident)),
        reported_initial=reported_initial,
        resolution_delays=() if incident.is_backfill else tuple(_resolution_delays(incident)),
        assumed=sum(
            each.is_restoration_assumed and each.resolved_at is not None for each in incident.episodes
        ),
        gaps=tuple(later.published_at - sooner.published_at for sooner, later in pairwise(incident.notices)),
        late_reasons=tuple(_late_reasons(incident, duties)),
    )


def _duties(case: Case, incident: Incident, policy: Policy, now: datetime) -> Iterator[Duty]:
    """Yield what the incident owed, what was only assumed left out; the first notice of all comes first."""
    known = tuple(
        replace(episode, restored_at=None) if episode.is_restoration_assumed else episode
        for episode in incident.episodes
    )
    found = deadlines(replace(incident, episodes=known), policy, case.postmortem)
    for deadline in sorted(found, key=lambda each: each.kind is not DeadlineKind.INITIAL_NOTICE):
        if case.is_postmortem_judged or deadline.kind is not DeadlineKind.POSTMORTEM:
            yield _duty(case, deadline, now)


def _duty(case: Case, deadline: Deadline, now: datetime) -> Duty:
    outcome, late = Outcome.PENDING, timedelta()
    if deadline.was_met_in_time():
        outcome = Outcome.ON_TIME
    elif deadline.met_at is not None:
        outcome, late = Outcome.LATE, deadline.met_at - deadline.due_at
    elif deadline.is_overdue(now):
        outcome, late = Outcome.MISSING, now - deadline.due_at
    held_by = case.holder_at(deadline.kind, deadline.due_at)
    return Duty(deadline.kind, deadline.due_at, outcome, late, deadline.met_at, held_by)


def _waived(case: Case, policy: Policy) -> Deadline | None:
    """Return the deadline that would be owed if it were not waived, None where nothing is waived."""
    if case.postmortem.waived_at is None:
        return None
    found = deadlines(case.incident, policy)
    return next((each for each in found if each.kind is DeadlineKind.POSTMORTEM), None)


def _hidden(case: Case, policy: Policy, now: datetime) -> tuple[Hidden | None, datetime | None]:
    """Return what the incident hides, and by when its first notice would have been due."""
    incident = case.incident
    if incident.is_backfill:
        return Hidden.ENTERED_AFTERWARDS, None
    if incident.is_announced:
        return None, None
    due_at = deadlines(replace(incident, status=IncidentStatus.DETECTED), policy)[0].due_at
    if incident.status is IncidentStatus.INTERNAL:
        return Hidden.ENDED_INTERNAL, due_at
    if incident.status is IncidentStatus.DISMISSED:
        is_after = case.ended_at is not None and case.ended_at > due_at
        return Hidden.DISMISSED_AFTER_DEADLINE if is_after else None, due_at
    return Hidden.NEVER_ANNOUNCED if now > due_at else None, due_at


def _first_notices(incident: Incident) -> Iterator[timedelta]:
    for episode in incident.episodes:
        if episode.announced_at is not None:
            yield episode.announced_at - episode.detected_at


def _resolution_delays(incident: Incident) -> Iterator[timedelta]:
    for episode in incident.episodes:
        is_known = episode.restored_at is not None and not episode.is_restoration_assumed
        if is_known and episode.restored_at is not None and episode.resolved_at is not None:
            yield episode.resolved_at - episode.restored_at


def _late_reasons(incident: Incident, duties: Iterable[Duty]) -> Iterator[str | None]:
    late = {duty.met_at for duty in duties if duty.outcome is Outcome.LATE}
    for notice in incident.notices:
        if notice.published_at in late:
            yield notice.late_reason


def as_public(case: Case) -> Case | None:
    """Return the case as far as customers know of it; None for what they know nothing of.

    A restoration that no resolution has said yet is for staff to know.
    """
    incident = case.incident
    if not incident.is_announced:
        return None
    episode = incident.episode
    if episode.resolved_at is None:
        incident = incident.with_episode(restored_at=None, restored_known_at=None)
    return replace(case, incident=incident)
