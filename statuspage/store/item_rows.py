"""Action items in bulk, with the names of their incidents and nothing more of these."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from statuspage.domain.action_item import ItemKind, ItemState
from statuspage.store.action_items import ActionItem
from statuspage.store.incidents import EpisodeRow, IncidentRow
from statuspage.store.postmortems import Postmortem

# Databases limit how many values a statement may carry.
_MOST_KEYS = 500


@dataclass(frozen=True, slots=True)
class IncidentName:
    """What is needed to name an incident and to lead to it; `id` is its public id."""

    id: str
    name: str
    started_at: datetime
    resolved_at: datetime | None


@dataclass(frozen=True, slots=True)
class ItemFactsRow:
    """What figures of an item are made from; `detected_at` is its incident's first detection."""

    key: int
    kind: ItemKind
    state: ItemState
    created_at: datetime
    due_on: date | None
    closed_at: datetime | None
    detected_at: datetime


def item_facts(session: Session) -> list[ItemFactsRow]:
    """Return the facts of every item that a postmortem names, in one query."""
    item = ActionItem
    query = (
        select(
            item.id,
            item.kind,
            item.state,
            item.created_at,
            item.due_on,
            item.closed_at,
            EpisodeRow.detected_at,
        )
        .join(Postmortem, Postmortem.id == item.postmortem_id)
        .join(EpisodeRow, EpisodeRow.incident_id == Postmortem.incident_id)
        .where(item.removed_at.is_(None), EpisodeRow.ordinal == 0)
        .order_by(item.id)
    )
    return [ItemFactsRow(*row) for row in session.execute(query)]


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
        key: IncidentName(public_id, name, started_at, resolved_at)
        for key, public_id, name, started_at, resolved_at in found
        if key in wanted
    }
