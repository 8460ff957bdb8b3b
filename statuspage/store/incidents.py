"""Incidents with their episodes, notices and revisions."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from statuspage.domain.component import ComponentState, Impact
from statuspage.domain.errors import NotFoundError
from statuspage.domain.incident import OPEN_STATUSES, IncidentStatus, NoticeKind
from statuspage.domain.roles import IncidentRole
from statuspage.store.accounts import Account
from statuspage.store.components import Component, ComponentClaim
from statuspage.store.db import Base, Versioned
from statuspage.store.drills import Drill

UNFINISHED = (IncidentStatus.DETECTED, *OPEN_STATUSES)
_IS_DRILL = text("drill_id IS NOT NULL")


class IncidentRow(Versioned, Base):
    """An incident. `started_at`, `announced_at`, `resolved_at` and `impact` repeat its value for queries."""

    __tablename__ = "incidents"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(12), unique=True)
    # Imported names are taken as they are; people's forms allow 255 characters.
    name: Mapped[str] = mapped_column(Text)
    status: Mapped[IncidentStatus]
    impact: Mapped[Impact]
    impact_override: Mapped[Impact | None]
    # The highest that was ever published: it decides the form of the postmortem (rule 7).
    highest_impact: Mapped[Impact]
    began_at: Mapped[datetime | None]
    started_at: Mapped[datetime] = mapped_column(index=True)
    announced_at: Mapped[datetime | None]
    resolved_at: Mapped[datetime | None]
    reported_detected_at: Mapped[datetime | None]
    is_backfill: Mapped[bool] = mapped_column(default=False)
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("incidents.id"))
    recurrence_of_id: Mapped[int | None] = mapped_column(ForeignKey("incidents.id"))
    ended_reason: Mapped[str | None] = mapped_column(Text)
    runbook_url: Mapped[str | None] = mapped_column(String(2000))
    # The chat channel of the people on it: a link for them, an address of Apprise (a secret) for us.
    channel_url: Mapped[str | None] = mapped_column(String(2000))
    channel_alert_url: Mapped[str | None] = mapped_column(String(2000))
    # Set for a rehearsal, of which no customer ever sees anything.
    drill_id: Mapped[int | None] = mapped_column(ForeignKey("drills.id"))
    suspected: Mapped[dict[str, Any]] = mapped_column(default=dict)
    extra: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    __table_args__ = (
        Index("ix_incidents_status_announced_at", "status", "announced_at"),
        Index("ix_incidents_announced_at_id", "announced_at", "id"),
        # Of drills only: SQLite would look up `drill_id IS NULL` in a whole one, and read all of history.
        Index("ix_incidents_drill_id", "drill_id", sqlite_where=_IS_DRILL, postgresql_where=_IS_DRILL),
    )

    episodes: Mapped[list["EpisodeRow"]] = relationship(
        order_by="EpisodeRow.ordinal", lazy="selectin", cascade="all, delete-orphan"
    )
    updates: Mapped[list["IncidentUpdate"]] = relationship(
        order_by="IncidentUpdate.ordinal", lazy="selectin", cascade="all, delete-orphan"
    )
    absorbed: Mapped[list["AbsorbedRow"]] = relationship(
        foreign_keys="AbsorbedRow.incident_id",
        order_by="AbsorbedRow.id",
        lazy="selectin",
        cascade="all, delete-orphan",
    )
    roles: Mapped[list["RoleRow"]] = relationship(lazy="selectin", cascade="all, delete-orphan")
    merged_into: Mapped["IncidentRow | None"] = relationship(
        foreign_keys=[merged_into_id], remote_side="IncidentRow.id", lazy="select"
    )
    drill: Mapped[Drill | None] = relationship(foreign_keys=[drill_id], lazy="joined")
    recurrence_of: Mapped["IncidentRow | None"] = relationship(
        foreign_keys=[recurrence_of_id], remote_side="IncidentRow.id", lazy="select"
    )


class EpisodeRow(Base):
    """One stretch of an incident from detection to resolution."""

    __tablename__ = "episodes"
    __table_args__ = (UniqueConstraint("incident_id", "ordinal"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    incident_id: Mapped[int] = mapped_column(ForeignKey("incidents.id"))
    ordinal: Mapped[int]
    detected_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    announced_at: Mapped[datetime | None]
    mitigated_at: Mapped[datetime | None]
    restored_at: Mapped[datetime | None]
    restored_known_at: Mapped[datetime | None]
    is_restoration_assumed: Mapped[bool] = mapped_column(default=False)
    resolved_at: Mapped[datetime | None]
    is_false_alarm: Mapped[bool] = mapped_column(default=False)
    permanent_fix: Mapped[bool | None]


class IncidentUpdate(Base):
    """A notice as it reads now. What it read before stands in its revisions."""

    __tablename__ = "incident_updates"
    __table_args__ = (
        UniqueConstraint("incident_id", "ordinal"),
        Index("ix_incident_updates_published_at_id", "published_at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(12), unique=True)
    incident_id: Mapped[int] = mapped_column(ForeignKey("incidents.id"))
    ordinal: Mapped[int]
    kind: Mapped[NoticeKind]
    status: Mapped[IncidentStatus]
    body: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)
    published_at: Mapped[datetime]
    display_at: Mapped[datetime | None]
    updated_at: Mapped[datetime]
    edited_at: Mapped[datetime | None]
    retracted_at: Mapped[datetime | None]
    next_update_by: Mapped[datetime | None]
    is_no_change: Mapped[bool] = mapped_column(default=False)
    late_by_minutes: Mapped[int] = mapped_column(default=0)
    late_reason: Mapped[str | None] = mapped_column(Text)
    deliver_notifications: Mapped[bool] = mapped_column(default=True)
    component_total: Mapped[int] = mapped_column(default=0)
    states: Mapped[dict[str, Any]] = mapped_column(default=dict)
    author_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    token_id: Mapped[int | None] = mapped_column(ForeignKey("api_tokens.id"))
    # Who agreed to it beforehand (rule 11), and whether the author went ahead without anybody.
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    is_unapproved: Mapped[bool] = mapped_column(default=False)

    author: Mapped[Account | None] = relationship(foreign_keys=[author_id], lazy="select")
    approved_by: Mapped[Account | None] = relationship(foreign_keys=[approved_by_id], lazy="select")
    revisions: Mapped[list["NoticeRevision"]] = relationship(
        order_by="NoticeRevision.ordinal", lazy="select", cascade="all, delete-orphan"
    )


class NoticeRevision(Base):
    """What a notice read before a correction or retraction, and who changed it when."""

    __tablename__ = "notice_revisions"
    __table_args__ = (UniqueConstraint("update_id", "ordinal"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    update_id: Mapped[int] = mapped_column(ForeignKey("incident_updates.id"))
    ordinal: Mapped[int]
    body: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)
    states: Mapped[dict[str, Any]] = mapped_column(default=dict)
    replaced_at: Mapped[datetime]
    replaced_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))


class AbsorbedRow(Base):
    """Claims that a merged incident handed over to this one."""

    __tablename__ = "absorbed_claims"

    id: Mapped[int] = mapped_column(primary_key=True)
    incident_id: Mapped[int] = mapped_column(ForeignKey("incidents.id"), index=True)
    from_incident_id: Mapped[int] = mapped_column(ForeignKey("incidents.id"))
    at: Mapped[datetime]
    after_notices: Mapped[int]
    component_total: Mapped[int]
    states: Mapped[dict[str, Any]] = mapped_column(default=dict)


class RoleRow(Base):
    """Who does what in an incident."""

    __tablename__ = "incident_roles"
    __table_args__ = (UniqueConstraint("incident_id", "role"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    incident_id: Mapped[int] = mapped_column(ForeignKey("incidents.id"))
    role: Mapped[IncidentRole]
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))

    account: Mapped[Account] = relationship(lazy="joined")


class IncidentComponent(Base):
    """A component that some notice of the incident named; kept for lookups by component."""

    __tablename__ = "incident_components"

    incident_id: Mapped[int] = mapped_column(ForeignKey("incidents.id"), primary_key=True)
    component_id: Mapped[int] = mapped_column(ForeignKey("components.id"), primary_key=True, index=True)

    component: Mapped[Component] = relationship(lazy="joined")


def states_from(stored: dict[str, Any]) -> dict[str, ComponentState]:
    """Return component states as values, by public id."""
    return {public_id: ComponentState(state) for public_id, state in stored.items()}


def find_incident(session: Session, public_id: str) -> IncidentRow | None:
    """Return the incident of that public id, if there is one."""
    return session.scalar(select(IncidentRow).where(IncidentRow.public_id == public_id))


def get_incident(session: Session, public_id: str) -> IncidentRow:
    """Return the incident of that public id; raise `not_found` where there is none."""
    row = find_incident(session, public_id)
    if row is None:
        raise NotFoundError("not_found", "There is no such incident.")
    return row


def components_of(session: Session, keys: Iterable[int]) -> dict[int, list[Component]]:
    """Return the components that each of these incidents ever named, in page order."""
    query = (
        select(IncidentComponent)
        .join(Component, Component.id == IncidentComponent.component_id)
        .where(IncidentComponent.incident_id.in_(list(keys)))
        .order_by(Component.position, Component.id)
    )
    named: dict[int, list[Component]] = {}
    for link in session.scalars(query):
        named.setdefault(link.incident_id, []).append(link.component)
    return named


def unfinished_incidents(session: Session) -> list[IncidentRow]:
    """Return the real incidents that are detected or open, oldest first; drills left out."""
    unfinished = (IncidentStatus.DETECTED, *OPEN_STATUSES)
    query = select(IncidentRow).where(
        IncidentRow.status.in_(unfinished),
        IncidentRow.is_backfill.is_(False),
        IncidentRow.drill_id.is_(None),
    )
    return list(session.scalars(query.order_by(IncidentRow.id)))


def incidents_under_way(session: Session) -> list[IncidentRow]:
    """Return the incidents that are detected or open, those of running drills among them, oldest first."""
    query = (
        select(IncidentRow)
        .outerjoin(Drill, Drill.id == IncidentRow.drill_id)
        .where(
            IncidentRow.status.in_(UNFINISHED),
            IncidentRow.is_backfill.is_(False),
            Drill.ended_at.is_(None),
        )
    )
    return list(session.scalars(query.order_by(IncidentRow.id)))


def incident_of_drill(session: Session, drill: Drill) -> IncidentRow:
    """Return the incident that is rehearsed."""
    query = select(IncidentRow).where(IncidentRow.drill_id == drill.id).order_by(IncidentRow.id)
    return session.scalars(query.limit(1)).one()


def incidents_claiming(session: Session, component: Component) -> list[IncidentRow]:
    """Return the open incidents that say now how the component is, oldest first."""
    claiming = select(ComponentClaim.incident_id).where(
        ComponentClaim.component_id == component.id, ComponentClaim.to_at.is_(None)
    )
    query = select(IncidentRow).where(IncidentRow.id.in_(claiming))
    return list(session.scalars(query.order_by(IncidentRow.id)))


def open_incidents_on(
    session: Session, component_keys: Collection[int], but: IncidentRow
) -> list[IncidentRow]:
    """Return the other open incidents, drills left out, that named any of these components, oldest first."""
    named = select(IncidentComponent.incident_id).where(IncidentComponent.component_id.in_(component_keys))
    query = select(IncidentRow).where(
        IncidentRow.id.in_(named),
        IncidentRow.status.in_(OPEN_STATUSES),
        IncidentRow.drill_id.is_(None),
        IncidentRow.id != but.id,
    )
    return list(session.scalars(query.order_by(IncidentRow.id)))


def find_updates(session: Session, public_ids: Iterable[str]) -> list[IncidentUpdate]:
    """Return the notices among these public ids, whichever incidents they belong to."""
    query = select(IncidentUpdate).where(IncidentUpdate.public_id.in_(list(public_ids)))
    return list(session.scalars(query.order_by(IncidentUpdate.id)))


def link_components(session: Session, row: IncidentRow, keys: Iterable[int]) -> None:
    """Note that the incident concerned these components, whatever its notices say of their states."""
    session.flush()
    known = set(
        session.scalars(select(IncidentComponent.component_id).where(IncidentComponent.incident_id == row.id))
    )
    for key in sorted(set(keys) - known):
        session.add(IncidentComponent(incident_id=row.id, component_id=key))
