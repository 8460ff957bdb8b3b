"""Warnings of the silence detector."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from statuspage.store.accounts import Account
from statuspage.store.components import Component
from statuspage.store.db import Base
from statuspage.store.incidents import IncidentRow


class WarningKind(StrEnum):
    """What is silent (`cadence.md`, The silence detector)."""

    UNEXPLAINED_COMPONENT = "unexplained_component"
    RESTORED_NOT_SAID = "restored_not_said"
    MAINTENANCE_OVERRUN = "maintenance_overrun"
    NO_POSTMORTEM_DRAFT = "no_postmortem_draft"
    STILL_INVESTIGATING = "still_investigating"
    NO_MITIGATION = "no_mitigation"


class SilenceWarning(Base):
    """Something that goes on without a word. `key` names the condition and since when: each warns once.

    `ended_at` is when the condition was over.
    """

    __tablename__ = "silence_warnings"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(12), unique=True)
    key: Mapped[str] = mapped_column(String(96), unique=True)
    kind: Mapped[WarningKind]
    incident_id: Mapped[int | None] = mapped_column(ForeignKey("incidents.id"), index=True)
    component_id: Mapped[int | None] = mapped_column(ForeignKey("components.id"), index=True)
    since_at: Mapped[datetime]
    noted_at: Mapped[datetime]
    dismissed_at: Mapped[datetime | None]
    dismissed_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    ended_at: Mapped[datetime | None] = mapped_column(index=True)

    incident: Mapped[IncidentRow | None] = relationship(lazy="joined")
    component: Mapped[Component | None] = relationship(lazy="joined")
    dismissed_by: Mapped[Account | None] = relationship(lazy="joined")
