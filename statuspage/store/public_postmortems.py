"""Queries over what is public of postmortems. Each touches as much as it returns."""

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, lazyload

from statuspage.domain.action_item import ItemState
from statuspage.domain.incident import IncidentStatus
from statuspage.domain.postmortem import Visibility
from statuspage.store.action_items import ActionItem
from statuspage.store.incidents import IncidentRow
from statuspage.store.postmortems import Postmortem, PostmortemRevision
from statuspage.store.public_incidents import STAMP, Stamp

_IS_PUBLIC = Postmortem.published_number.is_not(None) & (Postmortem.visibility == Visibility.PUBLIC)
# Made with a resolution that owes it, not begun by somebody later.
_IS_OWED = (
    ~_IS_PUBLIC
    & Postmortem.waived_at.is_(None)
    & (IncidentRow.status == IncidentStatus.RESOLVED)
    & (Postmortem.created_at <= IncidentRow.resolved_at)
)


def public_postmortems(
    session: Session, keys: Collection[int]
) -> dict[int, tuple[Postmortem, PostmortemRevision]]:
    """Return the public postmortems of these incidents with the revision that was published, by incident."""
    query = (
        select(Postmortem, PostmortemRevision)
        .join(
            PostmortemRevision,
            (PostmortemRevision.postmortem_id == Postmortem.id)
            & (PostmortemRevision.number == Postmortem.published_number),
        )
        .where(Postmortem.incident_id.in_(list(keys)), _IS_PUBLIC)
        .options(lazyload(Postmortem.owner), lazyload(PostmortemRevision.author))
    )
    return {postmortem.incident_id: (postmortem, revision) for postmortem, revision in session.execute(query)}


def item_states(session: Session, public_ids: Collection[str]) -> dict[str, ItemState]:
    """Return the states of these action items, by public id."""
    if not public_ids:
        return {}
    query = select(ActionItem.public_id, ActionItem.state).where(ActionItem.public_id.in_(list(public_ids)))
    return dict(session.execute(query).all())


def owing_postmortems(session: Session, keys: Collection[int]) -> set[int]:
    """Return which of these incidents still owe their postmortem to customers."""
    query = (
        select(IncidentRow.id)
        .join(Postmortem, Postmortem.incident_id == IncidentRow.id)
        .where(IncidentRow.id.in_(list(keys)), _IS_OWED)
    )
    return set(session.scalars(query))


def owing_since(session: Session, resolved_from: datetime | None, limit: int) -> dict[int, datetime]:
    """Return when the incidents were resolved that owe their postmortem, those resolved then or later; no
    more than so many, the latest."""
    query = (
        select(IncidentRow.id, IncidentRow.resolved_at)
        .join(Postmortem, Postmortem.incident_id == IncidentRow.id)
        .where(_IS_OWED)
    )
    if resolved_from is not None:
        query = query.where(IncidentRow.resolved_at >= resolved_from)
    found = session.execute(query.order_by(IncidentRow.resolved_at.desc()).limit(limit))
    return {key: resolved_at for key, resolved_at in found if resolved_at is not None}


def final_dates(session: Session) -> dict[int, datetime]:
    """Return by when the final postmortem was promised, of the incidents whose public one is not final."""
    final_by = PostmortemRevision.content["final_by"].as_string()
    query = (
        select(Postmortem.incident_id, final_by)
        .join(
            PostmortemRevision,
            (PostmortemRevision.postmortem_id == Postmortem.id)
            & (PostmortemRevision.number == Postmortem.published_number),
        )
        # The last two as the index of what is open has them; what is waived is not public.
        .where(
            Postmortem.public_since.is_not(None),
            Postmortem.final_since.is_(None),
            Postmortem.waived_at.is_(None),
        )
    )
    return {key: datetime.fromisoformat(instant) for key, instant in session.execute(query) if instant}


def latest_postmortems(session: Session, limit: int, since: datetime | None) -> list[Stamp]:
    """Return the incidents whose postmortems became public last, `since` included; the latest first."""
    query = select(*STAMP).join(Postmortem, Postmortem.incident_id == IncidentRow.id).where(_IS_PUBLIC)
    if since is not None:
        query = query.where(Postmortem.published_at >= since)
    query = query.order_by(Postmortem.published_at.desc(), Postmortem.id.desc()).limit(limit)
    return [Stamp(*row) for row in session.execute(query)]


def with_public_postmortem(session: Session) -> Iterable[str]:
    """Return the public ids of all incidents whose postmortem is public."""
    query = (
        select(IncidentRow.public_id)
        .join(Postmortem, Postmortem.incident_id == IncidentRow.id)
        .where(_IS_PUBLIC)
    )
    return session.scalars(query)
