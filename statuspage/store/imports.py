"""Histories on their way in: what was handed over, and how far it has come."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, LargeBinary, String, Text, and_, func, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from statuspage.store.db import Base, Versioned


class ImportState(StrEnum):
    """How far an import has come."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class HistoryImport(Versioned, Base):
    """One import asked for in the console. `content` is what was handed over, forgotten when it has ended."""

    __tablename__ = "history_imports"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(12), unique=True)
    name: Mapped[str] = mapped_column(String(2000))
    state: Mapped[ImportState] = mapped_column(index=True)
    content: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    components: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    report: Mapped[dict[str, Any]] = mapped_column(default=dict)
    error: Mapped[str | None] = mapped_column(Text)
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    asked_at: Mapped[datetime]
    leased_until: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


def recent_imports(session: Session, limit: int = 10) -> list[HistoryImport]:
    """Return the imports asked for last, newest first."""
    return list(session.scalars(select(HistoryImport).order_by(HistoryImport.id.desc()).limit(limit)))


def find_import(session: Session, public_id: str) -> HistoryImport | None:
    """Return the import of that public id, if there is one."""
    return session.scalar(select(HistoryImport).where(HistoryImport.public_id == public_id))


def next_import(session: Session, now: datetime) -> HistoryImport | None:
    """Return the import that waits longest or is held by nobody any more."""
    is_left = and_(HistoryImport.state == ImportState.RUNNING, HistoryImport.leased_until < now)
    query = select(HistoryImport).where(or_(HistoryImport.state == ImportState.WAITING, is_left))
    return session.scalar(query.order_by(HistoryImport.id).limit(1))


def count_unfinished(session: Session) -> int:
    """Return how many imports wait or run."""
    states = (ImportState.WAITING, ImportState.RUNNING)
    return session.scalar(select(func.count(HistoryImport.id)).where(HistoryImport.state.in_(states))) or 0
