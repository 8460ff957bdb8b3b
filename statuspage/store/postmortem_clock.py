"""Which postmortems are owed, and since when they are public: queries whose cost follows what is open."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, lazyload

from statuspage.domain.cadence import Policy
from statuspage.domain.obligations import PostmortemTimes
from statuspage.store.incidents import EpisodeRow, IncidentRow
from statuspage.store.postmortems import Postmortem, PostmortemRevision

# Databases take so many parameters at least.
_AT_ONCE = 10_000
_TIMES = (Postmortem.public_since, Postmortem.final_by, Postmortem.final_since, Postmortem.waived_at)


def times_by_incident(session: Session, keys: Sequence[int]) -> dict[int, PostmortemTimes]:
    """Return what became of the postmortems of these incidents, where they have one."""
    found: dict[int, PostmortemTimes] = {}
    for start in range(0, len(keys), _AT_ONCE):
        some = keys[start : start + _AT_ONCE]
        query = select(Postmortem.incident_id, *_TIMES).where(Postmortem.incident_id.in_(some))
        found |= {key: PostmortemTimes(*times) for key, *times in session.execute(query)}
    return found


def postmortems_by_incident(session: Session, keys: Sequence[int]) -> dict[int, tuple[Postmortem, str]]:
    """Return the postmortems of these incidents with the digest of what is written now, not the text."""
    newest = (
        select(PostmortemRevision.postmortem_id, func.max(PostmortemRevision.number).label("number"))
        .group_by(PostmortemRevision.postmortem_id)
        .join(Postmortem, Postmortem.id == PostmortemRevision.postmortem_id)
        .where(Postmortem.incident_id.in_(keys))
        .subquery()
    )
    query = (
        select(Postmortem, PostmortemRevision.digest)
        .join(newest, newest.c.postmortem_id == Postmortem.id)
        .join(
            PostmortemRevision,
            (PostmortemRevision.postmortem_id == Postmortem.id)
            & (PostmortemRevision.number == newest.c.number),
        )
    )
    return {postmortem.incident_id: (postmortem, digest) for postmortem, digest in session.execute(query)}


def owners_by_incident(session: Session, keys: Sequence[int]) -> dict[int, int]:
    """Return who was given the postmortem of these incidents, where somebody was."""
    found: dict[int, int] = {}
    for start in range(0, len(keys), _AT_ONCE):
        query = select(Postmortem.incident_id, Postmortem.owner_id).where(
            Postmortem.incident_id.in_(keys[start : start + _AT_ONCE]), Postmortem.owner_id.is_not(None)
        )
        found |= {key: owner for key, owner in session.execute(query) if owner is not None}
    return found


def incidents_owing_postmortems() -> Select[tuple[IncidentRow]]:
    """Return the question for the incidents whose postmortem is owed, in no order.

    Those resolved before there were postmortems have none, and are not among them.
    """
    query: Select[tuple[IncidentRow]] = _owing(select(IncidentRow))
    return query


def latest_owing_postmortems(session: Session, limit: int) -> list[IncidentRow]:
    """Return the incidents whose postmortem is owed, those resolved last, latest first."""
    query = incidents_owing_postmortems().order_by(IncidentRow.resolved_at.desc(), IncidentRow.id.desc())
    return list(session.scalars(query.limit(limit)))


def count_owing_postmortems(session: Session) -> int:
    """Return how many there are of those."""
    return session.scalar(_owing(select(func.count(IncidentRow.id)))) or 0


def incidents_without_a_draft(session: Session, resolved_by: datetime) -> list[IncidentRow]:
    """Return the incidents resolved by then that owe a postmortem of which nobody has written a word.

    What they consist of is read when it is asked for: nobody asks for it at each look.
    """
    query = incidents_owing_postmortems().where(
        Postmortem.begun_at.is_(None), IncidentRow.resolved_at <= resolved_by
    )
    return list(session.scalars(query.order_by(Postmortem.incident_id).options(lazyload("*"))))


def postmortems_due(session: Session, policy: Policy) -> list[datetime]:
    """Return the instants by which postmortems are owed now, in no order."""
    query = _owing(select(IncidentRow.resolved_at, IncidentRow.impact, Postmortem.final_by))
    return [
        final_by or resolved_at + policy.for_impact(impact).postmortem_within
        for resolved_at, impact, final_by in session.execute(query)
        if resolved_at is not None
    ]


def _owing(query: Any) -> Any:
    """Ask for what is open first: an index holds nothing else, and all of history may be resolved.

    So the status itself is not asked for; SQLite would look that up first. Resolved is what has the instant.
    """
    false_alarm = IncidentRow.episodes.any(
        EpisodeRow.is_false_alarm.is_(True) & (EpisodeRow.resolved_at == IncidentRow.resolved_at)
    )
    return query.join(Postmortem, Postmortem.incident_id == IncidentRow.id).where(
        Postmortem.final_since.is_(None),
        Postmortem.waived_at.is_(None),
        IncidentRow.resolved_at.is_not(None),
        IncidentRow.is_backfill.is_(False),
        IncidentRow.drill_id.is_(None),
        IncidentRow.merged_into_id.is_(None),
        ~false_alarm,
    )
