"""Publishing a notice: the acts that carry an incident from detection to resolution and back.

Each takes the incident as it stands and returns it as it will stand, or raises a `DomainError`.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from statuspage.domain.cadence import Policy, PromiseRequest, bound_promise, promise_field
from statuspage.domain.component import ComponentState, Impact, impact_of, worst_impact
from statuspage.domain.errors import ConflictError, RuleError
from statuspage.domain.incident import (
    Episode,
    Incident,
    IncidentStatus,
    Notice,
    NoticeKind,
    States,
    last_step,
)
from statuspage.domain.milestones import (
    check_detection,
    check_detection_of_episode,
    settled,
    with_mitigation,
    with_restoration,
)

REOPEN_WITHIN = timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What somebody wants to publish. `status` None keeps the present one; `promise` None takes the preset.

    `text` is empty where the template of the status is to be used. `recovered_at` is the last recovery
    evidence of the alerts, which only an assumed restoration falls back on (rule 6).
    """

    notice_id: str
    text: str
    status: IncidentStatus | None = None
    states: States | None = None
    component_total: int = 0
    promise: PromiseRequest | None = None
    is_no_change: bool = False
    late_reason: str | None = None
    restored_at: datetime | None = None
    mitigated_at: datetime | None = None
    is_false_alarm: bool = False
    permanent_fix: bool | None = None
    impact_override: Impact | None = None
    recovered_at: datetime | None = None


def publish(incident: Incident, draft: Draft, now: datetime, policy: Policy) -> Incident:
    """Return the incident with the notice published: its initial one, an update or its resolution."""
    status = draft.status or incident.status
    if status not in {*IncidentStatus} or not status.is_public:
        raise ConflictError(
            "not_a_notice_status",
            "A notice says investigating, identified, monitoring or resolved.",
            "status",
        )
    draft = replace(draft, status=status)
    if incident.status is IncidentStatus.RESOLVED:
        raise ConflictError(
            "incident_resolved",
            "This incident is resolved. Reopen it, or declare a new one that names it as its recurrence.",
            "status",
        )
    if not incident.status.is_open and incident.status is not IncidentStatus.DETECTED:
        raise ConflictError(
            "incident_ended", "This incident was ended unannounced; revive it first.", "status"
        )
    if status is IncidentStatus.RESOLVED:
        return _resolve(incident, draft, now)
    return _keep_open(incident, draft, now, policy)


def reopen(
    incident: Incident,
    draft: Draft,
    detected_at: datetime,
    now: datetime,
    policy: Policy,
    *,
    postmortem_at: datetime | None = None,
) -> Incident:
    """Return the incident with its next episode begun, detected at `detected_at`.

    Possible for 24 h after the resolution and before the postmortem is public, since `postmortem_at`.
    """
    if incident.status is not IncidentStatus.RESOLVED:
        raise ConflictError("not_resolved", "Only a resolved incident can be reopened.", "reopen")
    if incident.merged_into:
        raise ConflictError(
            "incident_merged", "This incident was merged into another; write there.", "reopen"
        )
    if incident.is_backfill:
        raise ConflictError("incident_backfilled", "History can't be reopened; declare anew.", "reopen")
    if postmortem_at is not None and postmortem_at <= now:
        raise ConflictError(
            "postmortem_public",
            "The postmortem is public. Declare a new incident that names this one as its recurrence.",
            "reopen",
        )
    assert incident.episode.resolved_at is not None
    if now > incident.episode.resolved_at + REOPEN_WITHIN:
        raise ConflictError(
            "reopen_too_late",
            "Reopening is possible for 24 hours after the resolution. "
            "Declare a new incident that names this one as its recurrence.",
            "reopen",
        )
    if draft.status is None or not draft.status.is_open:
        raise RuleError("status_not_open", "Reopen with investigating, identified or monitoring.", "status")
    check_detection(detected_at, now)
    detected_at = settled(detected_at, incident.episode.ended_at or detected_at)
    check_detection_of_episode(incident, len(incident.episodes), detected_at)
    episode = Episode(detected_at=detected_at, recorded_at=now, announced_at=now)
    begun = replace(incident, episodes=(*incident.episodes, episode))
    return _with_open_notice(begun, draft, NoticeKind.REOPENING, now, policy)


def _keep_open(incident: Incident, draft: Draft, now: datetime, policy: Policy) -> Incident:
    if incident.is_announced:
        return _with_open_notice(incident, draft, NoticeKind.UPDATE, now, policy)
    announced = incident.with_episode(announced_at=now)
    return _with_open_notice(announced, draft, NoticeKind.INITIAL, now, policy)


def _with_open_notice(
    incident: Incident, draft: Draft, kind: NoticeKind, now: datetime, policy: Policy
) -> Incident:
    _refuse_last_words(draft)
    if draft.restored_at is not None:
        incident = with_restoration(incident, draft.restored_at, now)
    incident = _with_mitigation(incident, draft, now)
    if draft.impact_override is not None:
        incident = replace(incident, impact_override=draft.impact_override)
    states = {**incident.states, **(draft.states or {})}
    impact = incident.impact_override or worst_impact(
        (incident.claimed_impact, impact_of(states.values(), draft.component_total))
    )
    promise = bound_promise(draft.promise, now, impact, policy)
    return with_notice(incident, draft, kind, now, promise)


def _refuse_last_words(draft: Draft) -> None:
    given = {"false_alarm": draft.is_false_alarm, "permanent_fix": draft.permanent_fix is not None}
    for field, is_given in given.items():
        if is_given:
            raise RuleError("only_on_resolution", "Say this with the resolution notice.", field)


def _with_mitigation(incident: Incident, draft: Draft, now: datetime) -> Incident:
    if draft.mitigated_at is not None:
        return with_mitigation(incident, draft.mitigated_at, now)
    if draft.status is IncidentStatus.MONITORING and incident.episode.mitigated_at is None:
        return incident.with_episode(mitigated_at=min(now, incident.episode.restored_at or now))
    return incident


def _resolve(incident: Incident, draft: Draft, now: datetime) -> Incident:
    if draft.promise is not None:
        raise RuleError(
            "promise_not_allowed",
            "A resolution notice promises no further update.",
            promise_field(draft.promise),
        )
    is_first = not incident.is_announced
    if is_first and not draft.is_false_alarm:
        _check_late_announcement(incident, draft)
    incident = _with_mitigation(incident, draft, now)
    incident = _with_final_restoration(incident, draft, now)
    incident = incident.with_episode(
        announced_at=incident.episode.announced_at or now,
        resolved_at=now,
        is_false_alarm=draft.is_false_alarm,
        permanent_fix=draft.permanent_fix,
    )
    if draft.impact_override is not None:
        incident = replace(incident, impact_override=draft.impact_override)
    kind = NoticeKind.INITIAL if is_first else NoticeKind.RESOLUTION
    return with_notice(incident, draft, kind, now, None)


def _check_late_announcement(incident: Incident, draft: Draft) -> None:
    if draft.restored_at is None and incident.episode.restored_at is None:
        raise RuleError(
            "restored_at_missing",
            "Say when service was restored: this first notice is also the resolution.",
            "restored_at",
        )


def _with_final_restoration(incident: Incident, draft: Draft, now: datetime) -> Incident:
    if draft.restored_at is not None:
        return with_restoration(incident, draft.restored_at, now)
    if incident.episode.restored_at is not None or draft.is_false_alarm:
        return incident
    assumed = draft.recovered_at or now
    restored_at = min(max(assumed, incident.episode_beginning), now)
    return incident.with_episode(restored_at=restored_at, restored_known_at=now, is_restoration_assumed=True)


def with_notice(
    incident: Incident, draft: Draft, kind: NoticeKind, now: datetime, promise: datetime | None
) -> Incident:
    """Return the incident with one more notice; the caller has checked the rules for its kind."""
    assert draft.status is not None
    notice = Notice(
        id=draft.notice_id,
        kind=kind,
        status=draft.status,
        published_at=now,
        text=draft.text,
        states=dict(draft.states or {}),
        component_total=draft.component_total,
        promise=promise,
        is_no_change=_is_no_change(incident, draft, kind),
        late_reason=draft.late_reason,
    )
    return replace(incident, status=draft.status, notices=(*incident.notices, notice))


def _is_no_change(incident: Incident, draft: Draft, kind: NoticeKind) -> bool:
    """A notice with the status, components and text of the last is one, ticked or not (rule 9)."""
    if kind is not NoticeKind.UPDATE:
        if draft.is_no_change:
            raise RuleError("not_an_update", "Only an update can say that nothing has changed.", "no_change")
        return False
    same_facts = draft.status is incident.status and {**incident.states, **(draft.states or {})} == dict(
        incident.states
    )
    if draft.is_no_change and not same_facts:
        raise RuleError(
            "change_in_no_change",
            "This update changes the status or a component; it can't be marked as no material change.",
            "no_change",
        )
    last = incident.notices[-1]
    return draft.is_no_change or (same_facts and not last.is_retracted and draft.text == last.text)


def final_states(incident: Incident) -> States:
    """Return what the last resolution left other than operational; a person set it so (rule 6)."""
    last = last_step(incident)
    if last is None or last.notice is None or not last.is_withdrawal or incident.episode.is_false_alarm:
        return {}
    return {
        key: state for key, state in last.notice.states.items() if state is not ComponentState.OPERATIONAL
    }
