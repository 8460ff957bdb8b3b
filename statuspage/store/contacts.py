"""How each person of the staff is reached, and when they want to be left alone."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from statuspage.store.accounts import Account
from statuspage.store.db import Base, Versioned


class ContactKind(StrEnum):
    """Whether a contact can wait to be read or wakes somebody."""

    CHAT = "chat"
    PAGER = "pager"


class Contact(Versioned, Base):
    """An address of a chat or paging service in Apprise's form. It holds secrets: never shown whole again."""

    __tablename__ = "contacts"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(12), unique=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    label: Mapped[str] = mapped_column(String(255))
    kind: Mapped[ContactKind]
    url: Mapped[str] = mapped_column(String(2000))
    created_at: Mapped[datetime]
    worked_at: Mapped[datetime | None]
    failed_at: Mapped[datetime | None]
    last_error: Mapped[str | None] = mapped_column(Text)

    account: Mapped[Account] = relationship(lazy="joined")

    @property
    def is_failing(self) -> bool:
        """Return whether the last message that was sent there did not arrive."""
        return self.failed_at is not None and (self.worked_at is None or self.failed_at > self.worked_at)


class StaffPreference(Versioned, Base):
    """A person's zone and quiet hours, local clock times like `22:00`; and the secret of their calendar."""

    __tablename__ = "staff_preferences"

    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), primary_key=True, autoincrement=False)
    time_zone: Mapped[str | None] = mapped_column(String(64))
    quiet_from: Mapped[str | None] = mapped_column(String(5))
    quiet_until: Mapped[str | None] = mapped_column(String(5))
    calendar_digest: Mapped[str | None] = mapped_column(String(64), unique=True)

    account: Mapped[Account] = relationship(lazy="joined")


def contacts_of(session: Session, account_id: int) -> list[Contact]:
    """Return a person's contacts, in the order in which they were added."""
    query = select(Contact).where(Contact.account_id == account_id)
    return list(session.scalars(query.order_by(Contact.id)))


def all_contacts(session: Session) -> list[Contact]:
    """Return everybody's contacts, each person's in the order in which they were added."""
    return list(session.scalars(select(Contact).order_by(Contact.account_id, Contact.id)))


def preference_of(session: Session, account_id: int) -> StaffPreference | None:
    """Return a person's zone and quiet hours, None where they have set nothing."""
    return session.get(StaffPreference, account_id)
