"""The silence detector (`cadence.md`): what goes on without a word, and since when."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from statuspage.domain.component import ComponentState
from statuspage.domain.incident import Incident, IncidentStatus, steps

UNEXPLAINED_AFTER = timedelta(minutes=15)
RESTORED_AFTER = timedelta(minutes=15)
POSTMORTEM_DRAFT_AFTER = timedelta(hours=24)
INVESTIGATING_AFTER = timedelta(hours=2)
MITIGATION_AFTER = timedelta(minutes=30)


class WarningKind(StrEnum):
    """What is silent."""

    UNEXPLAINED_COMPONENT = "unexplained_component"
    RESTORED_NOT_SAID = "restored_not_said"
    MAINTENANCE_OVERRUN = "maintenance_overrun"
    NO_POSTMORTEM_DRAFT = "no_postmortem_draft"
    STILL_INVESTIGATING = "still_investigating"
    NO_MITIGATION = "no_mitigation"


@dataclass(frozen=True, slots=True)
class Silence:
    """Something that goes on since an instant. `occasion` tells one time from another: each warns once."""

    kind: WarningKind
    since_at: datetime
    after: timedelta
    occasion: str

    def is_due(self, now: datetime) -> bool:
        """Return whether it has gone on for long enough to warn."""
        return now >= self.since_at + self.after


def unexplained(
    state: ComponentState, since_at: datetime, *, has_incident: bool, has_maintenance: bool
) -> Silence | None:
    """Return that a component is not operational since then and nobody says why; None where somebody does.

    `since_at` is the later of when it broke and when the last incident or maintenance on it was over. A
    component said to be under maintenance is explained by that.
    """
    explained = has_incident or has_maintenance or state is ComponentState.UNDER_MAINTENANCE
    if state is ComponentState.OPERATIONAL or explained:
        return None
    return _timed(WarningKind.UNEXPLAINED_COMPONENT, since_at, UNEXPLAINED_AFTER)


def overrun(ends_at: datetime, completed_at: datetime | None) -> Silence | None:
    """Return that a maintenance runs past the end it was announced with; None once it is completed."""
    if completed_at is not None:
        return None
    return _timed(WarningKind.MAINTENANCE_OVERRUN, ends_at, timedelta())


def unwritten(resolved_at: datetime) -> Silence:
    """Return that nobody has written a word of the postmortem that an incident owes since its resolution."""
    return _timed(WarningKind.NO_POSTMORTEM_DRAFT, resolved_at, POSTMORTEM_DRAFT_AFTER)


def silences(incident: Incident) -> tuple[Silence, ...]:
    """Return what goes on in one incident that is not over, due or not yet; nothing for history."""
    if incident.is_backfill or incident.merged_into is not None:
        return ()
    return (
        *_restored(incident),
        *_still_investigating(incident),
        *_without_mitigation(incident),
    )


def _restored(incident: Incident) -> Iterator[Silence]:
    """All components of an open incident work again by its own word, and it is not resolved."""
    if not incident.states or not _all_operational(incident.states.values()):
        return
    since_at = None
    for step in steps(incident):
        is_well = bool(step.states) and _all_operational(step.states.values())
        since_at = (since_at or step.at) if is_well and step.episode == len(incident.episodes) - 1 else None
    if since_at is not None:
        yield _timed(WarningKind.RESTORED_NOT_SAID, since_at, RESTORED_AFTER)


def _still_investigating(incident: Incident) -> Iterator[Silence]:
    """The status says so since the first of the newest notices that all say it; a reopening begins anew."""
    if incident.status is not IncidentStatus.INVESTIGATING:
        return
    since_at = incident.notices[-1].published_at
    for notice in reversed(incident.notices):
        if notice.status is not IncidentStatus.INVESTIGATING:
            break
        since_at = notice.published_at
    yield _timed(WarningKind.STILL_INVESTIGATING, since_at, INVESTIGATING_AFTER)


def _without_mitigation(incident: Incident) -> Iterator[Silence]:
    """Neither a mitigation nor a restoration is on record. The clock runs from the episode's detection."""
    episode = incident.episode
    is_running = incident.status.is_open or incident.status is IncidentStatus.DETECTED
    if is_running and episode.mitigated_at is None and episode.restored_at is None:
        # A corrected detection is the same occasion: nobody is warned of it twice.
        number = str(len(incident.episodes))
        yield Silence(WarningKind.NO_MITIGATION, episode.detected_at, MITIGATION_AFTER, number)


def _all_operational(states: Iterable[ComponentState]) -> bool:
    return all(state is ComponentState.OPERATIONAL for state in states)


def _timed(kind: WarningKind, since_at: datetime, after: timedelta) -> Silence:
    return Silence(kind, since_at, after, since_at.isoformat())
