"""What the product remembers of its own doing: audit, publications, repeated requests, heartbeats."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from statuspage.store.db import Base


class AuditEntry(Base):
    """Who did what when. Append-only: the database refuses to change or remove a row."""

    __tablename__ = "audit_entries"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    token_id: Mapped[int | None] = mapped_column(ForeignKey("api_tokens.id"))
    verb: Mapped[str] = mapped_column(String(64))
    subject: Mapped[str] = mapped_column(String(64), index=True)
    details: Mapped[dict[str, Any]] = mapped_column(default=dict)


class Publication(Base):
    """A public act: what readers must see changed from this number on. The outbox and the site live on it."""

    __tablename__ = "publications"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    kind: Mapped[str] = mapped_column(String(64))
    incident_id: Mapped[int | None] = mapped_column(ForeignKey("incidents.id"))
    update_id: Mapped[int | None] = mapped_column(ForeignKey("incident_updates.id"))
    months: Mapped[list[str]] = mapped_column(default=list)
    is_everything: Mapped[bool] = mapped_column(default=False)


class IdempotencyKey(Base):
    """The answer a request was given, to be given again when it is repeated."""

    __tablename__ = "idempotency_keys"
    __table_args__ = (UniqueConstraint("token_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    token_id: Mapped[int] = mapped_column(ForeignKey("api_tokens.id"))
    key: Mapped[str] = mapped_column(String(255))
    request_digest: Mapped[str] = mapped_column(String(64))
    status: Mapped[int]
    answer: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(index=True)


class Heartbeat(Base):
    """When a process of that kind last showed that it lives."""

    __tablename__ = "heartbeats"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    at: Mapped[datetime]


def publications_after(session: Session, number: int, limit: int) -> list[Publication]:
    """Return the public acts after that number in order, at most `limit`."""
    query = select(Publication).where(Publication.number > number).order_by(Publication.number).limit(limit)
    return list(session.scalars(query))


def audit_of(session: Session, subject: str) -> list[AuditEntry]:
    """Return what was done to the thing of that public id, newest first."""
    query = select(AuditEntry).where(AuditEntry.subject == subject)
    return list(session.scalars(query.order_by(AuditEntry.id.desc())))


def find_idempotency_key(session: Session, token_id: int, key: str) -> IdempotencyKey | None:
    """Return what is remembered of a request by its key."""
    return session.scalar(
        select(IdempotencyKey).where(IdempotencyKey.token_id == token_id, IdempotencyKey.key == key)
    )


def forget_idempotency_keys(session: Session, before: datetime) -> None:
    """Forget the requests first made before that instant."""
    session.execute(delete(IdempotencyKey).where(IdempotencyKey.created_at < before))


def last_heartbeat(session: Session, name: str) -> datetime | None:
    """Return when that kind of process last showed that it lives."""
    return session.scalar(select(Heartbeat.at).where(Heartbeat.name == name))


def beat(session: Session, name: str, now: datetime) -> None:
    """Note that this kind of process lives."""
    session.merge(Heartbeat(name=name, at=now))
