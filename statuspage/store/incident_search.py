"""Looking for incidents: by words, state, impact, component and month."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session, lazyload

from statuspage.domain.component import Impact
from statuspage.domain.incident import IncidentStatus
from statuspage.store.components import Component
from statuspage.store.incidents import IncidentComponent, IncidentRow, IncidentUpdate

_MONTH = re.compile(r"([1-9]\d{3})-(0[1-9]|1[0-2])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What to look for; None and empty words leave a side open. `month` is `YYYY-MM` in the zone.

    Drills are never found: they have a list of their own.
    """

    words: str = ""
    statuses: Collection[IncidentStatus] | None = None
    impact: Impact | None = None
    component_id: str | None = None
    month: str | None = None
    time_zone: str = "Etc/UTC"


def found_incidents(
    session: Session, search: Search, limit: int, offset: int = 0, *, has_notices: bool = True
) -> list[IncidentRow]:
    """Return the incidents that fit, newest first; without notices these are read when they are asked for."""
    query = _narrowed(select(IncidentRow), search).order_by(
        func.coalesce(IncidentRow.announced_at, IncidentRow.created_at).desc(), IncidentRow.id.desc()
    )
    if not has_notices:
        query = query.options(lazyload(IncidentRow.updates), lazyload(IncidentRow.absorbed))
    return list(session.scalars(query.limit(limit).offset(offset)))


def count_found(session: Session, search: Search) -> int:
    """Return how many incidents fit."""
    return session.scalar(_narrowed(select(func.count(IncidentRow.id)), search)) or 0


def _narrowed(query: Select[Any], search: Search) -> Select[Any]:
    query = query.where(IncidentRow.drill_id.is_(None))
    if search.statuses is not None:
        query = query.where(IncidentRow.status.in_(search.statuses))
    if search.impact is not None:
        query = query.where(IncidentRow.impact == search.impact)
    if search.component_id is not None:
        query = query.where(IncidentRow.id.in_(_concerning(search.component_id)))
    if search.month is not None:
        query = _within(query, search.month, search.time_zone)
    if search.words:
        matching = IncidentRow.updates.any(IncidentUpdate.body.icontains(search.words, autoescape=True))
        query = query.where(or_(IncidentRow.name.icontains(search.words, autoescape=True), matching))
    return query


def _concerning(component_id: str) -> Select[Any]:
    return (
        select(IncidentComponent.incident_id)
        .join(Component, Component.id == IncidentComponent.component_id)
        .where(Component.public_id == component_id)
    )


def _within(query: Select[Any], month: str, time_zone: str) -> Select[Any]:
    """A month that there is not holds nothing."""
    found = _MONTH.fullmatch(month)
    if found is None:
        return query.where(IncidentRow.id.is_(None))
    year, number = int(found[1]), int(found[2])
    zone = ZoneInfo(time_zone)
    start = datetime(year, number, 1, tzinfo=zone)
    end = datetime(year + number // 12, number % 12 + 1, 1, tzinfo=zone)
    return query.where(
        IncidentRow.started_at >= start.astimezone(UTC), IncidentRow.started_at < end.astimezone(UTC)
    )
