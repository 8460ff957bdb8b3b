"""Who was asked, who has it, and who said so: people in the course of one incident."""

from collections.abc import Collection, Iterable
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from statuspage.domain.incident import OPEN_STATUSES
from statuspage.domain.roles import IncidentRole
from statuspage.store.accounts import Account
from statuspage.store.db import Base
from statuspage.store.drills import Drill
from statuspage.store.incidents import IncidentRow


class Answer(StrEnum):
    """What somebody said to being called."""

    ACCEPTED = "accepted"
    DECLINED = "declined"


class RoleTerm(Base):
    """From `from_at` on that person had the role; nobody where there is none. Append-only: the report reads
    from it who held a promise when it was due."""

    __tablename__ = "role_terms"
    __table_args__ = (Index("ix_role_terms_incident_id_role_from_at", "incident_id", "role", "from_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    incident_id: Mapped[int] = mapped_column(ForeignKey("incidents.id"))
    role: Mapped[IncidentRole]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    from_at: Mapped[datetime]

    account: Mapped[Account | None] = relationship(lazy="joined")


class RoleCall(Base):
    """Somebody on the rota when the incident was detected was asked to take a role.

    The rows are a copy: a change of the rota never moves an open incident.
    """

    __tablename__ = "role_calls"
    __table_args__ = (UniqueConstraint("incident_id", "role", "account_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    incident_id: Mapped[int] = mapped_column(ForeignKey("incidents.id"))
    role: Mapped[IncidentRole]
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    is_deputy: Mapped[bool] = mapped_column(default=False)
    called_at: Mapped[datetime]
    answer: Mapped[Answer | None]
    answered_at: Mapped[datetime | None]

    account: Mapped[Account] = relationship(lazy="joined")


class HandoverOffer(Base):
    """The communications lead is offered to somebody. Until they accept, the old lead holds the promise."""

    __tablename__ = "handover_offers"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(12), unique=True)
    incident_id: Mapped[int] = mapped_column(ForeignKey("incidents.id"), index=True)
    from_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    to_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    offered_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    offered_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]

    from_account: Mapped[Account | None] = relationship(foreign_keys=[from_id], lazy="joined")
    to_account: Mapped[Account] = relationship(foreign_keys=[to_id], lazy="joined")


class Acknowledgement(Base):
    """Somebody said "I have it"."""

    __tablename__ = "acknowledgements"

    id: Mapped[int] = mapped_column(primary_key=True)
    incident_id: Mapped[int] = mapped_column(ForeignKey("incidents.id"), index=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    at: Mapped[datetime]

    account: Mapped[Account] = relationship(lazy="joined")


class OpenQuestion(Base):
    """What the technical lead is asked before a promise is due: what changed, what comes next?"""

    __tablename__ = "open_questions"
    __table_args__ = (UniqueConstraint("incident_id", "due_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(12), unique=True)
    incident_id: Mapped[int] = mapped_column(ForeignKey("incidents.id"))
    due_at: Mapped[datetime]
    asked_at: Mapped[datetime]
    answer: Mapped[str | None] = mapped_column(Text)
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))

    answered_by: Mapped[Account | None] = relationship(lazy="joined")


def calls_of(session: Session, incident_id: int) -> list[RoleCall]:
    """Return who was called for the incident, in the order of the calls."""
    query = select(RoleCall).where(RoleCall.incident_id == incident_id)
    return list(session.scalars(query.order_by(RoleCall.id)))


def terms_of(session: Session, incident_id: int, role: IncidentRole) -> list[RoleTerm]:
    """Return who had the role from when on, oldest first."""
    query = select(RoleTerm).where(RoleTerm.incident_id == incident_id, RoleTerm.role == role)
    return list(session.scalars(query.order_by(RoleTerm.from_at, RoleTerm.id)))


def offers_of(session: Session, incident_id: int) -> list[HandoverOffer]:
    """Return the offers to hand over the communications lead, oldest first."""
    query = select(HandoverOffer).where(HandoverOffer.incident_id == incident_id)
    return list(session.scalars(query.order_by(HandoverOffer.offered_at, HandoverOffer.id)))


def acknowledgements_of(session: Session, incident_id: int) -> list[Acknowledgement]:
    """Return who said "I have it", newest first."""
    query = select(Acknowledgement).where(Acknowledgement.incident_id == incident_id)
    return list(session.scalars(query.order_by(Acknowledgement.at.desc(), Acknowledgement.id.desc())))


def calls_by_incident(session: Session, keys: Collection[int]) -> dict[int, list[RoleCall]]:
    """Return who was called for each of these incidents, in the order of the calls."""
    found: dict[int, list[RoleCall]] = {key: [] for key in keys}
    for call in session.scalars(select(RoleCall).where(RoleCall.incident_id.in_(keys)).order_by(RoleCall.id)):
        found[call.incident_id].append(call)
    return found


def offers_by_incident(session: Session, keys: Collection[int]) -> dict[int, list[HandoverOffer]]:
    """Return the offers of the lead that are not closed, for each of these incidents, oldest first."""
    query = select(HandoverOffer).where(
        HandoverOffer.incident_id.in_(keys), HandoverOffer.closed_at.is_(None)
    )
    found: dict[int, list[HandoverOffer]] = {key: [] for key in keys}
    for offer in session.scalars(query.order_by(HandoverOffer.offered_at, HandoverOffer.id)):
        found[offer.incident_id].append(offer)
    return found


def last_given_a_role(session: Session) -> dict[int, datetime]:
    """Return when each person was last given a role in an incident, rehearsals left out."""
    query = (
        select(RoleTerm.account_id, func.max(RoleTerm.from_at))
        .join(IncidentRow, IncidentRow.id == RoleTerm.incident_id)
        .where(RoleTerm.account_id.is_not(None), IncidentRow.drill_id.is_(None))
        .group_by(RoleTerm.account_id)
    )
    return {account_id: at for account_id, at in session.execute(query) if account_id is not None}


def incidents_to_ask_about(session: Session) -> list[IncidentRow]:
    """Return the open incidents, those of running drills among them, oldest first."""
    query = select(IncidentRow).outerjoin(Drill, Drill.id == IncidentRow.drill_id)
    query = query.where(
        IncidentRow.status.in_(OPEN_STATUSES), IncidentRow.is_backfill.is_(False), Drill.ended_at.is_(None)
    )
    return list(session.scalars(query.order_by(IncidentRow.id)))


def find_questions(session: Session, public_ids: Iterable[str]) -> list[OpenQuestion]:
    """Return the questions among these public ids, oldest first."""
    query = select(OpenQuestion).where(OpenQuestion.public_id.in_(list(public_ids)))
    return list(session.scalars(query.order_by(OpenQuestion.due_at)))


def questions_of(session: Session, incident_id: int) -> list[OpenQuestion]:
    """Return what was asked in the course of the incident, oldest first."""
    query = select(OpenQuestion).where(OpenQuestion.incident_id == incident_id)
    return list(session.scalars(query.order_by(OpenQuestion.due_at)))


def find_question(session: Session, incident_id: int, due_at: datetime) -> OpenQuestion | None:
    """Return what was asked before the promise of that instant, if anything was."""
    query = select(OpenQuestion).where(OpenQuestion.incident_id == incident_id, OpenQuestion.due_at == due_at)
    return session.scalar(query)
