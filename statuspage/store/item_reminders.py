"""What the reminders of action items are made from, read in bulk."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, lazyload

from statuspage.domain.action_item import ItemState
from statuspage.store.action_items import ActionItem, ActionItemReminder
from statuspage.store.incidents import IncidentRow
from statuspage.store.postmortems import Postmortem
from statuspage.store.reminders import StaffMessage


def items_due_by(session: Session, day: date) -> list[ActionItem]:
    """Return the open items that are due by that day, with their postmortems and the bare incidents."""
    incident = joinedload(ActionItem.postmortem).joinedload(Postmortem.incident)
    query = (
        select(ActionItem)
        .where(ActionItem.state == ItemState.OPEN, ActionItem.removed_at.is_(None), ActionItem.due_on <= day)
        .options(
            incident.options(
                *(
                    lazyload(each)
                    for each in (
                        IncidentRow.episodes,
                        IncidentRow.updates,
                        IncidentRow.absorbed,
                        IncidentRow.roles,
                    )
                )
            )
        )
    )
    return list(session.scalars(query.order_by(ActionItem.due_on, ActionItem.id)))


def reminded_steps(session: Session, items: Collection[ActionItem]) -> dict[int, set[tuple[date, int]]]:
    """Return the steps, by due day, of which each item's person was told."""
    query = select(ActionItemReminder).where(ActionItemReminder.item_id.in_([item.id for item in items]))
    found: dict[int, set[tuple[date, int]]] = {}
    for reminder in session.scalars(query):
        found.setdefault(reminder.item_id, set()).add((reminder.due_on, reminder.step))
    return found


def is_told(session: Session, key: str) -> bool:
    """Return whether there is a message of that key, whatever came of it."""
    return session.scalar(select(StaffMessage.id).where(StaffMessage.key == key)) is not None
