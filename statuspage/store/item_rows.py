"""Action items in bulk, with the names of their incidents and nothing more of these."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from statuspage.store.action_items import ActionItem
from statuspage.store.incidents import IncidentRow


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
    columns = (
        IncidentRow.id, IncidentRow.public_id, IncidentRow.name, IncidentRow.started_at, IncidentRow.resolved_at
    )  # fmt: skip
    query = select(*columns).order_by(IncidentRow.started_at.desc())
    wanted = set(keys)
    found = session.execute(query.where(IncidentRow.id.in_(wanted)) if len(wanted) < 500 else query)
    return {key: IncidentName(*rest) for key, *rest in found if key in wanted}
