"""What the silence detector looks at."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from statuspage.domain.component import ComponentState
from statuspage.domain.incident import OPEN_STATUSES, IncidentStatus
from statuspage.store.components import Component, ComponentClaim
from statuspage.store.drills import Drill
from statuspage.store.incidents import IncidentComponent, IncidentRow


@dataclass(frozen=True, slots=True)
class Unwell:
    """A component that somebody set to a state by hand.

    `since_at` is since when it is so without an incident: since it was first set, or since the last
    incident on it was resolved, whichever is later.
    """

    component: Component
    state: ComponentState
    since_at: datetime
    has_open_incident: bool


def incidents_to_watch(session: Session) -> list[IncidentRow]:
    """Return the incidents that are not over, those of running drills among them, oldest first."""
    query = select(IncidentRow).outerjoin(Drill, Drill.id == IncidentRow.drill_id)
    query = query.where(
        IncidentRow.status.in_((IncidentStatus.DETECTED, *OPEN_STATUSES)),
        IncidentRow.is_backfill.is_(False),
        Drill.ended_at.is_(None),
    )
    return list(session.scalars(query.order_by(IncidentRow.id)))


def unwell_components(session: Session) -> list[Unwell]:
    """Return the components on the page that a person has set to something else than operational."""
    query = (
        select(Component, ComponentClaim)
        .join(ComponentClaim, ComponentClaim.component_id == Component.id)
        .where(
            ComponentClaim.incident_id.is_(None),
            ComponentClaim.to_at.is_(None),
            ComponentClaim.state != ComponentState.OPERATIONAL,
            Component.archived_at.is_(None),
        )
        .order_by(Component.id)
    )
    return [_unwell(session, component, claim) for component, claim in session.execute(query)]


def _unwell(session: Session, component: Component, claim: ComponentClaim) -> Unwell:
    since_at = _first_set_at(session, claim)
    resolved_at = _last_resolved_at(session, component)
    return Unwell(
        component,
        claim.state,
        max(since_at, resolved_at) if resolved_at else since_at,
        _has_open_incident(session, component),
    )


def _first_set_at(session: Session, claim: ComponentClaim) -> datetime:
    """Return since when the component was set to one state after the other, without a gap between them."""
    query = (
        select(ComponentClaim)
        .where(ComponentClaim.component_id == claim.component_id, ComponentClaim.incident_id.is_(None))
        .where(ComponentClaim.id < claim.id)
        .order_by(ComponentClaim.id.desc())
    )
    since_at = claim.from_at
    for earlier in session.scalars(query):
        if earlier.to_at != since_at or earlier.state is ComponentState.OPERATIONAL:
            break
        since_at = earlier.from_at
    return since_at


def _last_resolved_at(session: Session, component: Component) -> datetime | None:
    query = select(func.max(IncidentRow.resolved_at)).where(
        IncidentRow.id.in_(_named(component)),
        IncidentRow.status == IncidentStatus.RESOLVED,
        IncidentRow.is_backfill.is_(False),
        IncidentRow.drill_id.is_(None),
    )
    return session.scalar(query)


def _has_open_incident(session: Session, component: Component) -> bool:
    query = select(IncidentRow.id).where(
        IncidentRow.id.in_(_named(component)),
        IncidentRow.status.in_(OPEN_STATUSES),
        IncidentRow.is_backfill.is_(False),
        IncidentRow.drill_id.is_(None),
    )
    return session.scalar(query.limit(1)) is not None


def _named(component: Component) -> Select[Any]:
    return select(IncidentComponent.incident_id).where(IncidentComponent.component_id == component.id)
