"""Who is on duty for each incident role."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from statuspage.domain.roles import IncidentRole
from statuspage.store.accounts import Account
from statuspage.store.db import Base, Versioned


class RotationLength(StrEnum):
    """How long each person of a rota is on duty at a time."""

    DAILY = "daily"
    WEEKLY = "weekly"


class Rota(Versioned, Base):
    """The rotation for one incident role. Duty changes at the clock time `handover_at` (`09:00`) of its zone,
    from `starts_on` on; `deputy_id` is a fixed deputy, else the next in the rotation stands in."""

    __tablename__ = "rotas"

    id: Mapped[int] = mapped_column(primary_key=True)
    role: Mapped[IncidentRole] = mapped_column(unique=True)
    length: Mapped[RotationLength]
    time_zone: Mapped[str] = mapped_column(String(64))
    handover_at: Mapped[str] = mapped_column(String(5))
    starts_on: Mapped[date]
    deputy_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    updated_at: Mapped[datetime]

    deputy: Mapped[Account | None] = relationship(lazy="joined")
    members: Mapped[list["RotaMember"]] = relationship(
        order_by="RotaMember.position", lazy="selectin", cascade="all, delete-orphan"
    )
    overrides: Mapped[list["RotaOverride"]] = relationship(
        order_by="RotaOverride.from_at", lazy="selectin", cascade="all, delete-orphan"
    )


class RotaMember(Base):
    """A person's place in a rotation, counted from 0."""

    __tablename__ = "rota_members"
    __table_args__ = (UniqueConstraint("rota_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    rota_id: Mapped[int] = mapped_column(ForeignKey("rotas.id"))
    position: Mapped[int]
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))

    account: Mapped[Account] = relationship(lazy="joined")


class RotaOverride(Base):
    """Somebody else is on duty from `from_at` until before `to_at`."""

    __tablename__ = "rota_overrides"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(12), unique=True)
    rota_id: Mapped[int] = mapped_column(ForeignKey("rotas.id"), index=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    from_at: Mapped[datetime]
    to_at: Mapped[datetime]
    created_at: Mapped[datetime]

    account: Mapped[Account] = relationship(lazy="joined")


def all_rotas(session: Session) -> dict[IncidentRole, Rota]:
    """Return the rotas by role; a role that nobody has planned yet has none."""
    return {rota.role: rota for rota in session.scalars(select(Rota))}


def find_override(session: Session, public_id: str) -> RotaOverride | None:
    """Return the override of that public id, if there is one."""
    if not public_id.isprintable():  # nothing's id, and PostgreSQL refuses to look for some of it
        return None
    return session.scalar(select(RotaOverride).where(RotaOverride.public_id == public_id))
