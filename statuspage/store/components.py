"""Components, their groups, and what is claimed of them."""

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import ForeignKey, String, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from statuspage.domain.component import ComponentState, worst_state
from statuspage.domain.errors import NotFoundError
from statuspage.store.db import Base, Versioned


class ComponentGroup(Versioned, Base):
    """A heading over some components."""

    __tablename__ = "component_groups"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(12), unique=True)
    name: Mapped[str] = mapped_column(String(255))
    description: Mapped[str | None] = mapped_column(String(2000))
    position: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    archived_at: Mapped[datetime | None]


class Component(Versioned, Base):
    """A part of the service that customers know by name. Archived ones stay in history."""

    __tablename__ = "components"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(12), unique=True)
    group_id: Mapped[int | None] = mapped_column(ForeignKey("component_groups.id"), index=True)
    name: Mapped[str] = mapped_column(String(255))
    description: Mapped[str | None] = mapped_column(String(2000))
    runbook_url: Mapped[str | None] = mapped_column(String(2000))
    position: Mapped[int] = mapped_column(default=1)
    showcase: Mapped[bool] = mapped_column(default=True)
    only_show_if_degraded: Mapped[bool] = mapped_column(default=False)
    start_date: Mapped[date | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    archived_at: Mapped[datetime | None]

    group: Mapped[ComponentGroup | None] = relationship(lazy="joined")


class ComponentClaim(Base):
    """The state asserted for a component over a time: by an incident, or by hand where there is none."""

    __tablename__ = "component_claims"
    id: Mapped[int] = mapped_column(primary_key=True)
    component_id: Mapped[int] = mapped_column(ForeignKey("components.id"), index=True)
    incident_id: Mapped[int | None] = mapped_column(ForeignKey("incidents.id"), index=True)
    state: Mapped[ComponentState]
    from_at: Mapped[datetime]
    to_at: Mapped[datetime | None] = mapped_column(index=True)
    reason: Mapped[str | None] = mapped_column(String(2000))


def all_groups(session: Session) -> list[ComponentGroup]:
    """Return the groups in page order, archived ones left out."""
    query = select(ComponentGroup).where(ComponentGroup.archived_at.is_(None))
    return list(session.scalars(query.order_by(ComponentGroup.position, ComponentGroup.id)))


def all_components(session: Session) -> list[Component]:
    """Return the components in page order, archived ones left out."""
    query = select(Component).where(Component.archived_at.is_(None))
    return list(session.scalars(query.order_by(Component.position, Component.id)))


def components_by_ids(session: Session, keys: Iterable[int]) -> list[Component]:
    """Return the components with these keys in page order, archived ones included."""
    query = select(Component).where(Component.id.in_(list(keys)))
    return list(session.scalars(query.order_by(Component.position, Component.id)))


def components_of_group(session: Session, group: ComponentGroup) -> list[Component]:
    """Return the group's components in page order."""
    return [component for component in all_components(session) if component.group_id == group.id]


def count_components(session: Session) -> int:
    """Return how many components the page shows."""
    query = select(func.count()).select_from(Component).where(Component.archived_at.is_(None))
    return session.scalar(query) or 0


def get_component(session: Session, public_id: str) -> Component:
    """Return the component of that public id; raise `not_found` where there is none or it is archived."""
    query = select(Component).where(Component.public_id == public_id, Component.archived_at.is_(None))
    component = session.scalar(query)
    if component is None:
        raise NotFoundError("not_found", "There is no such component.")
    return component


def find_group(session: Session, public_id: str) -> ComponentGroup | None:
    """Return the group of that public id, if there is one and it is not archived."""
    return session.scalar(
        select(ComponentGroup).where(
            ComponentGroup.public_id == public_id, ComponentGroup.archived_at.is_(None)
        )
    )


def get_group(session: Session, public_id: str) -> ComponentGroup:
    """Return the group of that public id; raise `not_found` where there is none or it is archived."""
    group = find_group(session, public_id)
    if group is None:
        raise NotFoundError("not_found", "There is no such component group.")
    return group


def find_components(session: Session, public_ids: Iterable[str]) -> dict[str, Component]:
    """Return the components among these public ids, by public id, archived ones included."""
    query = select(Component).where(Component.public_id.in_(list(public_ids)))
    return {component.public_id: component for component in session.scalars(query)}


def current_states(session: Session) -> dict[int, ComponentState]:
    """Return the worst running claim on each component, by key; components nobody claims are absent."""
    query = select(ComponentClaim.component_id, ComponentClaim.state).where(ComponentClaim.to_at.is_(None))
    claimed: dict[int, list[ComponentState]] = {}
    for component_id, state in session.execute(query):
        claimed.setdefault(component_id, []).append(state)
    return {component_id: worst_state(states) for component_id, states in claimed.items()}


def shown_state(session: Session, component: Component) -> ComponentState:
    """Return the worst running claim on one component."""
    query = select(ComponentClaim.state).where(
        ComponentClaim.component_id == component.id, ComponentClaim.to_at.is_(None)
    )
    return worst_state(session.scalars(query))


def claim_set_by_hand(session: Session, component: Component) -> ComponentClaim | None:
    """Return the running claim that a person made on the component without an incident."""
    return session.scalar(
        select(ComponentClaim).where(
            ComponentClaim.component_id == component.id,
            ComponentClaim.incident_id.is_(None),
            ComponentClaim.to_at.is_(None),
        )
    )
