"""Action items in bulk, with the names of their incidents and nothing more of these."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from statuspage.store.action_items import ActionItem
from statuspage.store.incidents import IncidentRow

# Databases limit how many values a statement may carry.
_MOST_KEYS = 500


@dataclass(frozen=True, slots=True)
class IncidentName:
    """What is needed to name an incident and to lead to it; `id` is its public id."""

    id: str
    name: str
    detected_at: datetime
    resolved_at: datetime | None


def all_items_with_postmortems(session: Session) -> list[ActionItem]:
    """Return every item that a postmortem names, with owner and postmortem, in the order of writing."""
    query = select(ActionItem).where(ActionItem.removed_at.is_(None))
    return list(session.scalars(query.order_by(ActionItem.id)))


def incident_names(session: Session, keys: Collection[int]) -> dict[int, IncidentName]:
    """Return the names of these incidents, by key, the newest first."""
    row = IncidentRow
    query = select(row.id, row.public_id, row.name, row.started_at, row.resolved_at)
    wanted = set(keys)
    if len(wanted) < _MOST_KEYS:
        query = query.where(row.id.in_(wanted))
    found = session.execute(query.order_by(row.started_at.desc(), row.id.desc()))
    return {
        key: IncidentName(public_id, name, detected_at, resolved_at)
        for key, public_id, name, detected_at, resolved_at in found
        if key in wanted
    }
