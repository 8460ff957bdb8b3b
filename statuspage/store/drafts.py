"""What people prepare and note inside: drafts of notices, the internal timeline, who is looking."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from statuspage.domain.errors import NotFoundError
from statuspage.store.accounts import Account
from statuspage.store.db import Base, Versioned


class EntryKind(StrEnum):
    """What an entry of the internal timeline is."""

    NOTE = "note"
    DECISION = "decision"
    ACTION = "action"
    MITIGATION = "mitigation"


class NoticeDraft(Versioned, Base):
    """What somebody has written for an incident and not published; without an incident, for a declaration.

    `fields` is the form as it stands, by field name. `opened_at` is when the form was opened,
    `seen_update_id` the public id of the newest notice then. An approval holds for exactly these fields: any
    change clears it.
    """

    __tablename__ = "notice_drafts"
    __table_args__ = (UniqueConstraint("incident_id", "author_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(12), unique=True)
    incident_id: Mapped[int | None] = mapped_column(ForeignKey("incidents.id"), index=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    fields: Mapped[dict[str, Any]] = mapped_column(default=dict)
    seen_update_id: Mapped[str | None] = mapped_column(String(64))
    opened_at: Mapped[datetime]
    saved_at: Mapped[datetime]
    review_asked_at: Mapped[datetime | None]
    # Set by its author: anybody who may publish may send it as it stands.
    prepared_at: Mapped[datetime | None]
    approved_at: Mapped[datetime | None]
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))

    author: Mapped[Account] = relationship(foreign_keys=[author_id], lazy="joined")
    approved_by: Mapped[Account | None] = relationship(foreign_keys=[approved_by_id], lazy="joined")


class TimelineEntry(Versioned, Base):
    """A note, decision, action or mitigation that the staff keep for themselves. `at` is when it happened."""

    __tablename__ = "timeline_entries"
    __table_args__ = (Index("ix_timeline_entries_incident_id_at", "incident_id", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(12), unique=True)
    incident_id: Mapped[int] = mapped_column(ForeignKey("incidents.id"))
    kind: Mapped[EntryKind]
    body: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
    created_at: Mapped[datetime]
    edited_at: Mapped[datetime | None]
    author_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))

    author: Mapped[Account | None] = relationship(lazy="joined")


class Presence(Base):
    """Somebody has the incident's screen open, and whether they are writing."""

    __tablename__ = "presences"

    incident_id: Mapped[int] = mapped_column(ForeignKey("incidents.id"), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    seen_at: Mapped[datetime]
    writing_at: Mapped[datetime | None]

    account: Mapped[Account] = relationship(lazy="joined")


def find_draft(session: Session, incident_id: int | None, author_id: int) -> NoticeDraft | None:
    """Return the person's draft for that incident, or for a declaration where there is none."""
    query = select(NoticeDraft).where(
        NoticeDraft.incident_id.is_(None) if incident_id is None else NoticeDraft.incident_id == incident_id,
        NoticeDraft.author_id == author_id,
    )
    return session.scalar(query.order_by(NoticeDraft.id).limit(1))


def drafts_of_incident(session: Session, incident_id: int) -> list[NoticeDraft]:
    """Return everybody's drafts for the incident, the last saved first."""
    query = select(NoticeDraft).where(NoticeDraft.incident_id == incident_id)
    return list(session.scalars(query.order_by(NoticeDraft.saved_at.desc(), NoticeDraft.id.desc())))


def get_draft(session: Session, incident_id: int, public_id: str) -> NoticeDraft:
    """Return a draft of the incident by its public id; raise `not_found` where it has none."""
    query = select(NoticeDraft).where(
        NoticeDraft.incident_id == incident_id, NoticeDraft.public_id == public_id
    )
    draft = session.scalar(query)
    if draft is None:
        raise NotFoundError("not_found", "This incident has no such draft.")
    return draft


def drafts_asking_review(session: Session) -> list[NoticeDraft]:
    """Return the drafts for incidents whose authors ask for a second person, the longest wait first."""
    query = select(NoticeDraft).where(
        NoticeDraft.review_asked_at.is_not(None), NoticeDraft.incident_id.is_not(None)
    )
    return list(session.scalars(query.order_by(NoticeDraft.review_asked_at, NoticeDraft.id)))


def drafts_ready(session: Session) -> list[NoticeDraft]:
    """Return the drafts for incidents that their authors have marked as ready."""
    query = select(NoticeDraft).where(
        NoticeDraft.prepared_at.is_not(None), NoticeDraft.incident_id.is_not(None)
    )
    return list(session.scalars(query.order_by(NoticeDraft.id)))


def entries_of_incident(session: Session, incident_id: int) -> list[TimelineEntry]:
    """Return the incident's internal timeline, newest first."""
    query = select(TimelineEntry).where(TimelineEntry.incident_id == incident_id)
    return list(session.scalars(query.order_by(TimelineEntry.at.desc(), TimelineEntry.id.desc())))


def get_entry(session: Session, incident_id: int, public_id: str) -> TimelineEntry:
    """Return an entry of the incident's timeline; raise `not_found` where it has none."""
    query = select(TimelineEntry).where(
        TimelineEntry.incident_id == incident_id, TimelineEntry.public_id == public_id
    )
    entry = session.scalar(query)
    if entry is None:
        raise NotFoundError("not_found", "This incident's timeline has no such entry.")
    return entry


def presences_since(session: Session, incident_id: int, since: datetime) -> list[Presence]:
    """Return who has shown that they look at the incident since that instant, by name."""
    query = select(Presence).join(Account, Account.id == Presence.account_id)
    query = query.where(Presence.incident_id == incident_id, Presence.seen_at >= since)
    return list(session.scalars(query.order_by(Account.name, Account.id)))


def forget_presences(session: Session, before: datetime) -> None:
    """Forget who was last seen at an incident before that instant."""
    session.execute(delete(Presence).where(Presence.seen_at < before))
