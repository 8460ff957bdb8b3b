"""Queries over what was announced. Each touches as much as it returns, however long history grows."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from statuspage.domain.incident import OPEN_STATUSES
from statuspage.store.incidents import IncidentRow, IncidentUpdate

# A drill is never announced, whatever its own clock says: no query of this file may find one.
_IN_EARNEST = IncidentRow.drill_id.is_(None)
_ANNOUNCED = IncidentRow.announced_at.is_not(None) & _IN_EARNEST
_NEWEST_FIRST = (IncidentRow.announced_at.desc(), IncidentRow.id.desc())


@dataclass(frozen=True, slots=True)
class Stamp:
    """An incident and the state it is in: no public act leaves an incident with the stamp it had."""

    key: int
    public_id: str
    version: int
    updated_at: datetime


STAMP = (IncidentRow.id, IncidentRow.public_id, IncidentRow.version, IncidentRow.updated_at)


def open_incidents(session: Session) -> list[IncidentRow]:
    """Return the announced incidents that are not resolved, newest first."""
    query = select(IncidentRow).where(IncidentRow.status.in_(OPEN_STATUSES), _IN_EARNEST)
    return list(session.scalars(query.order_by(*_NEWEST_FIRST)))


def latest_incidents(session: Session, limit: int) -> list[Stamp]:
    """Return the announced incidents, newest first."""
    query = select(*STAMP).where(_ANNOUNCED).order_by(*_NEWEST_FIRST).limit(limit)
    return [Stamp(*row) for row in session.execute(query)]


def latest_updates(session: Session, limit: int) -> list[tuple[str, Stamp]]:
    """Return the public ids of the newest notices of all incidents with their incidents, newest first."""
    query = (
        select(IncidentUpdate.public_id, *STAMP)
        .join(IncidentRow, IncidentRow.id == IncidentUpdate.incident_id)
        .where(_IN_EARNEST)
        .order_by(IncidentUpdate.published_at.desc(), IncidentUpdate.id.desc())
        .limit(limit)
    )
    return [(row[0], Stamp(*row[1:])) for row in session.execute(query)]


def started_between(session: Session, start: datetime, end: datetime) -> list[Stamp]:
    """Return the announced incidents that began from `start` until before `end`, newest first."""
    query = (
        select(*STAMP)
        .where(_ANNOUNCED, IncidentRow.started_at >= start, IncidentRow.started_at < end)
        .order_by(IncidentRow.started_at.desc(), IncidentRow.id.desc())
    )
    return [Stamp(*row) for row in session.execute(query)]


def first_started_at(session: Session) -> datetime | None:
    """Return when the earliest announced incident began."""
    query = select(IncidentRow.started_at).where(_ANNOUNCED).order_by(IncidentRow.started_at).limit(1)
    return session.scalar(query)


def incidents_by_keys(session: Session, keys: Iterable[int]) -> list[IncidentRow]:
    """Return the announced incidents among these keys."""
    query = select(IncidentRow).where(_ANNOUNCED, IncidentRow.id.in_(list(keys)))
    return list(session.scalars(query))


def ids_of_announced(session: Session) -> dict[int, str]:
    """Return the public ids of all announced incidents by key, newest first."""
    query = (
        select(IncidentRow.id, IncidentRow.public_id)
        .where(_ANNOUNCED)
        .order_by(IncidentRow.announced_at.desc(), IncidentRow.id.desc())
    )
    return dict(session.execute(query).all())


def count_announced(session: Session) -> int:
    """Return how many incidents were announced."""
    return session.scalar(select(func.count()).select_from(IncidentRow).where(_ANNOUNCED)) or 0
