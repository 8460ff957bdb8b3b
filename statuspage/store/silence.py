"""Warnings of the silence detector."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ForeignKey, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from statuspage.domain.errors import NotFoundError
from statuspage.domain.silence import WarningKind as WarningKind
from statuspage.store.accounts import Account
from statuspage.store.components import Component
from statuspage.store.db import Base
from statuspage.store.incidents import IncidentRow


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


def running_warnings(session: Session) -> list[SilenceWarning]:
    """Return what goes on, dismissed or not, oldest first."""
    query = select(SilenceWarning).where(SilenceWarning.ended_at.is_(None))
    return list(session.scalars(query.order_by(SilenceWarning.noted_at, SilenceWarning.id)))


def all_warnings(session: Session) -> list[SilenceWarning]:
    """Return every warning there ever was outside of drills, newest first."""
    query = select(SilenceWarning).outerjoin(IncidentRow, IncidentRow.id == SilenceWarning.incident_id)
    query = query.where(IncidentRow.drill_id.is_(None))
    return list(session.scalars(query.order_by(SilenceWarning.noted_at.desc(), SilenceWarning.id.desc())))


def find_warnings(session: Session, keys: Iterable[str]) -> dict[str, SilenceWarning]:
    """Return the warnings that there are under these keys."""
    query = select(SilenceWarning).where(SilenceWarning.key.in_(list(keys)))
    return {warning.key: warning for warning in session.scalars(query)}


def get_warning(session: Session, public_id: str) -> SilenceWarning:
    """Return the warning of that public id; raise `not_found` where there is none."""
    warning = session.scalar(select(SilenceWarning).where(SilenceWarning.public_id == public_id))
    if warning is None:
        raise NotFoundError("not_found", "There is no such warning.")
    return warning
