"""Action items as they are followed up, over all postmortems."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from statuspage.domain.action_item import ItemKind, ItemState
from statuspage.domain.errors import NotFoundError
from statuspage.store.accounts import Account
from statuspage.store.db import Base, Versioned
from statuspage.store.postmortems import Postmortem


class ActionItem(Versioned, Base):
    """One action item. What a postmortem says of it is in its text, and copied here with each save;
    afterwards owner, day and state are followed up here. `removed_at`: the text names it no more."""

    __tablename__ = "action_items"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(12), unique=True)
    postmortem_id: Mapped[int] = mapped_column(ForeignKey("postmortems.id"), index=True)
    position: Mapped[int]
    title: Mapped[str] = mapped_column(String(255))
    kind: Mapped[ItemKind]
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"), index=True)
    team: Mapped[str] = mapped_column(String(255), default="")
    due_on: Mapped[date | None]
    tracker_url: Mapped[str | None] = mapped_column(String(2000))
    state: Mapped[ItemState] = mapped_column(default=ItemState.OPEN, index=True)
    created_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    closing_note: Mapped[str | None] = mapped_column(Text)
    removed_at: Mapped[datetime | None]

    postmortem: Mapped[Postmortem] = relationship(lazy="joined")
    owner: Mapped[Account | None] = relationship(foreign_keys=[owner_id], lazy="joined")
    closed_by: Mapped[Account | None] = relationship(foreign_keys=[closed_by_id], lazy="select")


class ActionItemReminder(Base):
    """A step of which the owner was told, once: `step` is counted in days from `due_on`."""

    __tablename__ = "action_item_reminders"
    __table_args__ = (UniqueConstraint("item_id", "due_on", "step"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("action_items.id"))
    due_on: Mapped[date]
    step: Mapped[int]
    created_at: Mapped[datetime]


def items_of(session: Session, postmortem: Postmortem) -> list[ActionItem]:
    """Return the items that its text names, in order."""
    query = select(ActionItem).where(
        ActionItem.postmortem_id == postmortem.id, ActionItem.removed_at.is_(None)
    )
    return list(session.scalars(query.order_by(ActionItem.position, ActionItem.id)))


def all_items(session: Session) -> list[ActionItem]:
    """Return every item that a postmortem names, the ones due first first, those without a day last."""
    query = select(ActionItem).where(ActionItem.removed_at.is_(None))
    return list(
        session.scalars(query.order_by(ActionItem.due_on.is_(None), ActionItem.due_on, ActionItem.id))
    )


def get_item(session: Session, public_id: str) -> ActionItem:
    """Return the item of that public id; raise `not_found` where there is none."""
    query = select(ActionItem).where(ActionItem.public_id == public_id, ActionItem.removed_at.is_(None))
    found = session.scalar(query)
    if found is None:
        raise NotFoundError("not_found", "There is no such action item.")
    return found


def rows_by_id(session: Session, postmortem: Postmortem) -> dict[str, ActionItem]:
    """Return all items that it ever had, by public id."""
    query = select(ActionItem).where(ActionItem.postmortem_id == postmortem.id)
    return {row.public_id: row for row in session.scalars(query)}


def is_taken(session: Session, postmortem: Postmortem, public_id: str) -> bool:
    """Return whether an item of another postmortem has that public id."""
    query = select(ActionItem.id).where(
        ActionItem.public_id == public_id, ActionItem.postmortem_id != postmortem.id
    )
    return session.scalar(query) is not None
