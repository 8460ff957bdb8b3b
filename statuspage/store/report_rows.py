"""What the compliance report reads: all incidents of a period at once, without their texts.

The number of queries does not depend on how many incidents there are.
"""

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, aliased

from statuspage.domain.incident import Absorbed, Episode, Incident, IncidentStatus, Notice
from statuspage.domain.obligations import NO_POSTMORTEM, PostmortemTimes
from statuspage.store.incidents import (
    AbsorbedRow,
    EpisodeRow,
    IncidentRow,
    IncidentUpdate,
    states_from,
)
from statuspage.store.postmortems import Postmortem
from statuspage.store.records import AuditEntry

_EPISODE_FIELDS = tuple(Episode.__dataclass_fields__)
_ENDING = ("dismiss_incident", "end_incident_internally")
_ENDED = (IncidentStatus.DISMISSED, IncidentStatus.INTERNAL)


@dataclass(frozen=True, slots=True)
class ReportRow:
    """One incident as the report reads it. `ended_at` is when it was dismissed or ended internally.

    `has_postmortem` is false where none was ever begun: it owes none, or was resolved before there were any.
    """

    key: int
    id: str
    name: str
    incident: Incident
    by_token: int
    ended_at: datetime | None
    has_postmortem: bool = False
    postmortem: PostmortemTimes = NO_POSTMORTEM
    waived_reason: str | None = None


def report_rows(
    session: Session, start: datetime, end: datetime, *, is_announced: bool = False
) -> list[ReportRow]:
    """Return the incidents detected from `start` until before `end`, latest first, drills left out.

    With `is_announced` those alone that customers know of.
    """
    keys = keys_of_period(start, end, is_announced=is_announced)
    episodes, notices, absorbed = _episodes(session, keys), _notices(session, keys), _absorbed(session, keys)
    by_token = _by_token(session, keys)
    ended, postmortems = _ended(session, keys), _postmortems(session, keys)
    survivor = aliased(IncidentRow)
    query = (
        select(
            *(IncidentRow.id, IncidentRow.public_id, IncidentRow.name, IncidentRow.status),
            *(IncidentRow.began_at, IncidentRow.impact_override, IncidentRow.is_backfill),
            *(IncidentRow.reported_detected_at, survivor.public_id.label("survivor_id")),
        )
        .outerjoin(survivor, survivor.id == IncidentRow.merged_into_id)
        .where(IncidentRow.id.in_(keys))
    )
    found = []
    for one in session.execute(query):
        incident = Incident(
            status=one.status,
            episodes=tuple(episodes[one.id]),
            notices=tuple(notices[one.id]),
            absorbed=tuple(absorbed[one.id]),
            began_at=one.began_at,
            impact_override=one.impact_override,
            is_backfill=one.is_backfill,
            merged_into=one.survivor_id,
            reported_detected_at=one.reported_detected_at,
        )
        row = ReportRow(
            one.id, one.public_id, one.name, incident, by_token.get(one.id, 0), ended.get(one.public_id)
        )
        found.append(replace(row, **postmortems.get(one.id, {})))
    return sorted(found, key=lambda row: (row.incident.episodes[0].detected_at, row.key), reverse=True)


def keys_of_period(start: datetime, end: datetime, *, is_announced: bool) -> Select[Any]:
    """Return the question for the keys of the incidents detected in that time, drills left out."""
    query = (
        select(IncidentRow.id)
        .join(EpisodeRow, EpisodeRow.incident_id == IncidentRow.id)
        .where(
            IncidentRow.drill_id.is_(None),
            EpisodeRow.ordinal == 0,
            EpisodeRow.detected_at >= start,
            EpisodeRow.detected_at < end,
        )
    )
    # Nothing is announced before it is detected, and there is an index on it.
    return query.where(IncidentRow.announced_at >= start) if is_announced else query


def _episodes(session: Session, keys: Select[Any]) -> dict[int, list[Episode]]:
    columns = [getattr(EpisodeRow, name) for name in _EPISODE_FIELDS]
    query = select(EpisodeRow.incident_id, *columns).where(EpisodeRow.incident_id.in_(keys))
    found: dict[int, list[Episode]] = defaultdict(list)
    for key, *facts in session.execute(query.order_by(EpisodeRow.incident_id, EpisodeRow.ordinal)):
        found[key].append(Episode(**dict(zip(_EPISODE_FIELDS, facts, strict=True))))
    return found


def _notices(session: Session, keys: Select[Any]) -> dict[int, list[Notice]]:
    row = IncidentUpdate
    query = select(
        *(row.incident_id, row.public_id, row.kind, row.status, row.published_at, row.states),
        *(row.component_total, row.next_update_by, row.is_no_change, row.late_reason),
    ).where(row.incident_id.in_(keys))
    found: dict[int, list[Notice]] = defaultdict(list)
    for one in session.execute(query.order_by(row.incident_id, row.ordinal)):
        found[one.incident_id].append(
            Notice(
                id=one.public_id,
                kind=one.kind,
                status=one.status,
                published_at=one.published_at,
                text="",
                states=states_from(one.states),
                component_total=one.component_total,
                promise=one.next_update_by,
                is_no_change=one.is_no_change,
                late_reason=one.late_reason,
            )
        )
    return found


def _absorbed(session: Session, keys: Select[Any]) -> dict[int, list[Absorbed]]:
    query = select(AbsorbedRow).where(AbsorbedRow.incident_id.in_(keys)).order_by(AbsorbedRow.id)
    found: dict[int, list[Absorbed]] = defaultdict(list)
    for row in session.scalars(query):
        found[row.incident_id].append(
            Absorbed(
                at=row.at,
                after_notices=row.after_notices,
                states=states_from(row.states),
                component_total=row.component_total,
            )
        )
    return found


def _by_token(session: Session, keys: Select[Any]) -> dict[int, int]:
    row = IncidentUpdate
    query = select(row.incident_id, func.count(row.id)).where(
        row.incident_id.in_(keys), row.token_id.is_not(None)
    )
    return dict(session.execute(query.group_by(row.incident_id)).all())


def _ended(session: Session, keys: Select[Any]) -> dict[str, datetime]:
    """Return when each was ended last; a revived incident may have been ended before."""
    subjects = select(IncidentRow.public_id).where(IncidentRow.id.in_(keys), IncidentRow.status.in_(_ENDED))
    query = select(AuditEntry.subject, func.max(AuditEntry.at)).where(
        AuditEntry.subject.in_(subjects), AuditEntry.verb.in_(_ENDING)
    )
    return dict(session.execute(query.group_by(AuditEntry.subject)).all())


def _postmortems(session: Session, keys: Select[Any]) -> dict[int, dict[str, Any]]:
    """Return what the report says of postmortems, by the names of `ReportRow`."""
    row = Postmortem
    times = (row.public_since, row.final_by, row.final_since, row.waived_at)
    query = select(row.incident_id, row.waived_reason, *times).where(row.incident_id.in_(keys))
    return {
        key: {"has_postmortem": True, "waived_reason": reason, "postmortem": PostmortemTimes(*found)}
        for key, reason, *found in session.execute(query)
    }
