"""When things happened: detection, beginning, mitigation, restoration, and who may move them."""

from dataclasses import dataclass, replace
from datetime import datetime

from statuspage.domain.cadence import clock_time
from statuspage.domain.errors import ConflictError, ForbiddenError, RuleError
from statuspage.domain.incident import Episode, Incident, IncidentStatus


@dataclass(frozen=True, slots=True)
class Unset:
    """The mark of a milestone that nobody named, as against one to be cleared (None)."""


UNSET = Unset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """Milestones to set (an instant), clear (None) or leave alone (UNSET)."""

    detected_at: datetime | Unset = UNSET
    began_at: datetime | Unset | None = UNSET
    mitigated_at: datetime | Unset | None = UNSET
    restored_at: datetime | Unset | None = UNSET


NO_TIMES = Times()


def open_incident(
    detected_at: datetime, began_at: datetime | None, now: datetime, is_backfill: bool = False
) -> Incident:
    """Return a new, unannounced incident, recorded now."""
    check_detection(detected_at, now)
    episode = Episode(detected_at=detected_at, recorded_at=now)
    incident = Incident(status=IncidentStatus.DETECTED, episodes=(episode,), is_backfill=is_backfill)
    return _with_beginning(incident, began_at) if began_at is not None else incident


def detection_of_alert(started_at: datetime, received_at: datetime) -> datetime:
    """Return the detection that an alert stands for: its own start, at the latest its receipt (rule 1)."""
    return min(started_at, received_at)


def settled(named: datetime, earliest: datetime) -> datetime:
    """Return the instant that somebody named, moved up to `earliest` where both share a second.

    Most people and programs write whole seconds; the product's own times have milliseconds.
    """
    is_same_second = named < earliest and named >= earliest.replace(microsecond=0)
    return earliest if is_same_second else named


def check_detection(detected_at: datetime, now: datetime) -> None:
    """Refuse a detection in the future (rule 1)."""
    if detected_at > now:
        raise RuleError(
            "detected_in_future",
            lambda zone: f"Detection can't lie in the future; it is {clock_time(now, zone)} now.",
            "detected_at",
        )


def check_detection_of_episode(incident: Incident, number: int, detected_at: datetime) -> None:
    """Refuse a detection before service was back from the episode before; time between them counts as up."""
    end = incident.episodes[number - 1].ended_at if number else None
    if end is not None and detected_at < end:
        raise RuleError(
            "detected_before_restoration",
            lambda zone: (
                "The new episode must be detected after the last one was restored at "
                f"{clock_time(end, zone)}."
            ),
            "detected_at",
        )


def with_mitigation(incident: Incident, mitigated_at: datetime | None, now: datetime) -> Incident:
    """Return the incident with its mitigation entered, or cleared.

    Refuses one in the future, after the resolution or before the episode began.
    """
    if mitigated_at is not None:
        mitigated_at = settled(mitigated_at, incident.episode_beginning)
        _check_mitigation(incident, mitigated_at, now)
    return incident.with_episode(mitigated_at=mitigated_at)


def _check_mitigation(incident: Incident, mitigated_at: datetime, now: datetime) -> None:
    if mitigated_at > now:
        raise RuleError("mitigated_in_future", "Mitigation can't lie in the future.", "mitigated_at")
    if incident.episode.resolved_at is not None and mitigated_at > incident.episode.resolved_at:
        raise RuleError(
            "mitigated_after_resolved", "Mitigation can't lie after the resolution.", "mitigated_at"
        )
    _check_mitigation_order(incident, len(incident.episodes) - 1, mitigated_at)


def _check_mitigation_order(incident: Incident, number: int, mitigated_at: datetime) -> None:
    if mitigated_at < incident.beginning_of(number):
        raise RuleError(
            "mitigated_before_began", "Mitigation can't lie before the beginning.", "mitigated_at"
        )


def with_restoration(incident: Incident, restored_at: datetime, now: datetime) -> Incident:
    """Return the incident with the restoration that a person states.

    Refuses one in the future or before the episode began (rule 6).
    """
    restored_at = settled(restored_at, incident.episode_beginning)
    latest = incident.episode.resolved_at or now
    if restored_at > latest:
        raise RuleError(
            "restored_in_future",
            lambda zone: f"Restoration can't lie after {clock_time(latest, zone)}.",
            "restored_at",
        )
    _check_restoration_order(incident, len(incident.episodes) - 1, restored_at)
    return incident.with_episode(
        restored_at=restored_at,
        restored_known_at=incident.episode.restored_known_at or now,
        is_restoration_assumed=False,
    )


def _check_restoration_order(incident: Incident, number: int, restored_at: datetime) -> None:
    beginning = incident.beginning_of(number)
    if restored_at < beginning:
        raise RuleError(
            "restored_before_began",
            lambda zone: f"Service can't be restored before it broke at {clock_time(beginning, zone)}.",
            "restored_at",
        )


def set_times(
    incident: Incident, times: Times, now: datetime, *, may_move_later: bool, reason: str | None
) -> Incident:
    """Return the incident with its milestones moved.

    `may_move_later` tells whether the actor is the commander or an admin, who alone may move the detection
    of an announced incident later, with a reason; the earlier figure is kept (rule 1).
    """
    if not isinstance(times.detected_at, Unset):
        incident = _with_detection(incident, times.detected_at, now, may_move_later, reason)
    if not isinstance(times.began_at, Unset):
        incident = _with_beginning(incident, times.began_at)
    if not isinstance(times.mitigated_at, Unset):
        incident = with_mitigation(incident, times.mitigated_at, now)
    if not isinstance(times.restored_at, Unset):
        incident = _with_restoration_moved(incident, times.restored_at, now)
    _check_order(incident)
    return incident


def _with_detection(
    incident: Incident, detected_at: datetime, now: datetime, may_move_later: bool, reason: str | None
) -> Incident:
    check_detection(detected_at, now)
    episode = incident.episode
    if incident.is_announced:
        if episode.announced_at is not None and detected_at > episode.announced_at:
            raise RuleError(
                "detected_after_notice", "Detection can't lie after the first notice.", "detected_at"
            )
        if detected_at > episode.detected_at:
            _check_may_move_later(may_move_later, reason)
            if len(incident.episodes) == 1 and incident.reported_detected_at is None:
                incident = replace(incident, reported_detected_at=episode.detected_at)
    return incident.with_episode(detected_at=detected_at)


def _check_may_move_later(may_move_later: bool, reason: str | None) -> None:
    if not may_move_later:
        raise ForbiddenError(
            "commander_or_admin_only",
            "After the first notice only the incident commander or an admin may move the detection later.",
            "detected_at",
        )
    if not (reason or "").strip():
        raise RuleError("reason_missing", "Say why the detection is moved later.", "reason")


def _with_beginning(incident: Incident, began_at: datetime | None) -> Incident:
    if began_at is not None and began_at > incident.episodes[0].detected_at:
        raise RuleError("began_after_detected", "The beginning can't lie after the detection.", "began_at")
    return replace(incident, began_at=began_at)


def _with_restoration_moved(incident: Incident, restored_at: datetime | None, now: datetime) -> Incident:
    if restored_at is not None:
        return with_restoration(incident, restored_at, now)
    if incident.status is IncidentStatus.RESOLVED:
        raise ConflictError(
            "incident_resolved", "A resolved incident needs its restoration time.", "restored_at"
        )
    return incident.with_episode(restored_at=None, restored_known_at=None)


def _check_order(incident: Incident) -> None:
    """Check all episodes: what moved may have passed what stayed."""
    if incident.began_at is not None and incident.began_at > incident.episodes[0].detected_at:
        raise RuleError("began_after_detected", "The beginning can't lie after the detection.", "began_at")
    for number, episode in enumerate(incident.episodes):
        check_detection_of_episode(incident, number, episode.detected_at)
        if episode.mitigated_at is not None:
            _check_mitigation_order(incident, number, episode.mitigated_at)
        if episode.restored_at is not None:
            _check_restoration_order(incident, number, episode.restored_at)


def dismiss(incident: Incident, reason: str | None) -> Incident:
    """Return the incident ended because nothing was wrong. What was announced is never dismissed."""
    return _end_unannounced(incident, IncidentStatus.DISMISSED, reason)


def end_internally(incident: Incident, reason: str | None, *, may_end: bool) -> Incident:
    """Return the incident ended as real without affecting any customer; by the commander or an admin."""
    if not may_end:
        raise ForbiddenError(
            "commander_or_admin_only",
            "Only the incident commander or an admin may end an incident internally.",
            "status",
        )
    return _end_unannounced(incident, IncidentStatus.INTERNAL, reason)


def revive(incident: Incident, reason: str | None) -> Incident:
    """Return an incident that was ended unannounced as detected again, with its first `detected_at`."""
    if incident.status not in {IncidentStatus.DISMISSED, IncidentStatus.INTERNAL}:
        raise ConflictError(
            "not_ended", "Only a dismissed or internally ended incident can be revived.", "status"
        )
    _require_reason(reason)
    return replace(incident, status=IncidentStatus.DETECTED)


def _end_unannounced(incident: Incident, status: IncidentStatus, reason: str | None) -> Incident:
    if incident.is_announced:
        raise ConflictError(
            "already_announced", "What was announced is never dismissed; resolve it.", "status"
        )
    if incident.status is not IncidentStatus.DETECTED:
        raise ConflictError("already_ended", f"This incident is {incident.status} already.", "status")
    _require_reason(reason)
    return replace(incident, status=status)


def _require_reason(reason: str | None) -> None:
    if not (reason or "").strip():
        raise RuleError("reason_missing", "Say why; the reason is kept.", "reason")
