"""One incident as customers may see it."""

from collections.abc import Mapping
from datetime import datetime

from statuspage.domain.component import ComponentState
from statuspage.domain.incident import Incident, IncidentStatus, NoticeKind, Step, last_step, steps
from statuspage.domain.public import (
    AffectedComponent,
    IncidentLink,
    PublicComponent,
    PublicEpisode,
    PublicIncident,
    PublicNotice,
)
from statuspage.services.aftermath import NOTHING, Aftermath
from statuspage.store.components import Component
from statuspage.store.incident_values import incident_value
from statuspage.store.incidents import IncidentRow, IncidentUpdate

_LABELS = {
    IncidentStatus.INVESTIGATING: "Investigating",
    IncidentStatus.IDENTIFIED: "Identified",
    IncidentStatus.MONITORING: "Monitoring",
    IncidentStatus.RESOLVED: "Resolved",
}


def public_incident(
    row: IncidentRow,
    components: Mapping[str, Component],
    now: datetime,
    aftermath: Aftermath = NOTHING,
) -> PublicIncident:
    """Return an announced incident as it reads now; `components` are those it ever named, by public id."""
    value = incident_value(row)
    notices = _notices(row, value, components)
    promise = value.promise
    return PublicIncident(
        id=row.public_id,
        name=row.name,
        status=row.status,
        impact=row.impact,
        impact_override=row.impact_override,
        created_at=value.notices[0].published_at,
        updated_at=row.updated_at,
        began_at=value.beginning,
        episodes=_episodes(value),
        notices=notices,
        components=_components(value, components),
        monitoring_at=_monitoring_at(value),
        resolved_at=row.resolved_at,
        next_update_by=promise,
        is_overdue=promise is not None and now > promise,
        is_backfill=value.is_backfill,
        is_false_alarm=value.episode.is_false_alarm,
        merged_into=_link(row.merged_into if row.merged_into_id else None),
        recurrence_of=_link(row.recurrence_of if row.recurrence_of_id else None),
        postmortem=aftermath.postmortem,
        postmortem_by=aftermath.due_at,
    )


def _link(row: IncidentRow | None) -> IncidentLink | None:
    return IncidentLink(row.public_id, row.name) if row else None


def _episodes(value: Incident) -> tuple[PublicEpisode, ...]:
    """Restoration shows with the resolution that says so, never before."""
    return tuple(
        PublicEpisode(
            began_at=value.beginning if number == 0 else episode.detected_at,
            detected_at=episode.detected_at,
            announced_at=episode.announced_at or episode.detected_at,
            mitigated_at=episode.mitigated_at,
            restored_at=episode.restored_at if episode.resolved_at else None,
            resolved_at=episode.resolved_at,
        )
        for number, episode in enumerate(value.episodes)
    )


def _monitoring_at(value: Incident) -> datetime | None:
    """When monitoring began: as in genuine histories, a further notice with that status moves nothing."""
    monitored = (
        notice.published_at for notice in value.notices if notice.status is IncidentStatus.MONITORING
    )
    return next(monitored, None)


def _notices(
    row: IncidentRow, value: Incident, components: Mapping[str, Component]
) -> tuple[PublicNotice, ...]:
    step_of = {step.notice.id: step for step in steps(value) if step.notice is not None}
    found = []
    before: IncidentUpdate | None = None
    for update in row.updates:
        found.append(_notice(row, update, before, _affected(step_of[update.public_id], components)))
        before = update
    return tuple(reversed(found))


def _notice(
    row: IncidentRow,
    update: IncidentUpdate,
    before: IncidentUpdate | None,
    affected: tuple[AffectedComponent, ...],
) -> PublicNotice:
    is_same = before is not None and before.status is update.status and update.kind is NoticeKind.UPDATE
    return PublicNotice(
        id=update.public_id,
        incident_id=row.public_id,
        status=update.status,
        label="Update" if is_same else _LABELS[update.status],
        body=update.body,
        html=update.html,
        published_at=update.published_at,
        updated_at=update.updated_at,
        display_at=update.display_at or update.published_at,
        affected=affected,
        next_update_by=update.next_update_by,
        edited_at=update.retracted_at or update.edited_at,
        is_retracted=update.retracted_at is not None,
        is_no_change=update.is_no_change,
        deliver_notifications=update.deliver_notifications,
    )


def _affected(step: Step, components: Mapping[str, Component]) -> tuple[AffectedComponent, ...]:
    assert step.notice is not None
    named = step.states if step.notice.kind is NoticeKind.RESOLUTION else step.notice.states
    operational = ComponentState.OPERATIONAL
    return tuple(
        AffectedComponent(
            key, components[key].name, step.before.get(key, operational), step.states.get(key, operational)
        )
        for key in _in_page_order(named, components)
    )


def _in_page_order(keys: Mapping[str, object], components: Mapping[str, Component]) -> list[str]:
    """`components` come in page order; a mapping keeps it."""
    return [key for key in components if key in keys]


def _components(value: Incident, components: Mapping[str, Component]) -> tuple[PublicComponent, ...]:
    """Return every component it ever named, in the state that this incident left it.

    What other incidents claim of it is not this incident's to say; so an old page never has to change.
    """
    last = last_step(value)
    states = last.states if last else {}
    return tuple(
        component_view(
            component,
            states.get(component.public_id, ComponentState.OPERATIONAL),
            value.notices[-1].published_at,
        )
        for component in components.values()
    )


def component_view(component: Component, status: ComponentState, updated_at: datetime) -> PublicComponent:
    """Return a component as customers see it, in that state."""
    return PublicComponent(
        id=component.public_id,
        name=component.name,
        status=status,
        created_at=component.created_at,
        updated_at=updated_at,
        position=component.position,
        description=component.description,
        showcase=component.showcase,
        start_date=component.start_date,
        group_id=component.group.public_id if component.group else None,
        only_show_if_degraded=component.only_show_if_degraded,
    )
