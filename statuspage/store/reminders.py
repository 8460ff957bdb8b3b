"""Reminder steps, and the messages that carry them and other news to the staff."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, func, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from statuspage.domain.cadence import DeadlineKind
from statuspage.store.accounts import Account
from statuspage.store.db import Base
from statuspage.store.incidents import IncidentRow
from statuspage.store.postmortem_clock import incidents_owing_postmortems
from statuspage.store.postmortems import Postmortem

# By then even a policy's longest postmortem has been overdue for a day, and is reminded of once a day; so is
# a final one by so long after the date that a preliminary one promised for it.
_DAILY_AFTER = timedelta(hours=72)
_BETWEEN_DAYS = timedelta(hours=20)


class MessageKind(StrEnum):
    """What a message to the staff is about."""

    REMINDER = "reminder"
    SILENCE = "silence"
    CALL = "call"
    HANDOVER = "handover"
    QUESTION = "question"
    PROMPT = "prompt"
    NOTICE = "notice"
    POSTMORTEM = "postmortem"
    ACTION_ITEM = "action_item"
    TEST = "test"


class MessageChannel(StrEnum):
    """Where a message goes: to a person, to the address set for all staff, to the incident's channel."""

    PERSON = "person"
    STAFF_ALERTS = "staff_alerts"
    INCIDENT_CHANNEL = "incident_channel"


class MessageState(StrEnum):
    """How far a message is. `cancelled`: what it was about was done before it could be sent."""

    PENDING = "pending"
    SENT = "sent"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Reminder(Base):
    """One step of one deadline's ladder, created exactly once however many workers look.

    `due_at` is the deadline's, `at` the step's own instant, `after_minutes` the step counted from due. For a
    drill all three are drill time.
    """

    __tablename__ = "reminders"
    __table_args__ = (UniqueConstraint("incident_id", "kind", "due_at", "step"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    incident_id: Mapped[int] = mapped_column(ForeignKey("incidents.id"))
    kind: Mapped[DeadlineKind]
    due_at: Mapped[datetime]
    step: Mapped[str] = mapped_column(String(16))
    after_minutes: Mapped[int]
    at: Mapped[datetime]
    created_at: Mapped[datetime]

    incident: Mapped[IncidentRow] = relationship(lazy="joined")


_PENDING = text("state = 'pending'")


class StaffMessage(Base):
    """A message to one person or shared channel. `key` is what it is about and to whom: there is only one.

    `public_id` makes its Message-ID, the same at each try. A worker that sends it holds `claim` until
    `claimed_until`; `try_at` is when it may be tried next. `sent_by` names what took it (`mail`, `chat`).
    `details` holds what the words are made from where no other column does. All instants are real ones, for
    drills too.
    """

    __tablename__ = "staff_messages"
    __table_args__ = (
        Index("ix_staff_messages_pending", "try_at", sqlite_where=_PENDING, postgresql_where=_PENDING),
        Index("ix_staff_messages_incident_id_id", "incident_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(12), unique=True)
    key: Mapped[str] = mapped_column(String(160), unique=True)
    kind: Mapped[MessageKind]
    channel: Mapped[MessageChannel]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"), index=True)
    incident_id: Mapped[int | None] = mapped_column(ForeignKey("incidents.id"))
    reminder_id: Mapped[int | None] = mapped_column(ForeignKey("reminders.id"), index=True)
    warning_id: Mapped[int | None] = mapped_column(ForeignKey("silence_warnings.id"))
    update_id: Mapped[int | None] = mapped_column(ForeignKey("incident_updates.id"))
    details: Mapped[dict[str, Any]] = mapped_column(default=dict)
    state: Mapped[MessageState] = mapped_column(default=MessageState.PENDING)
    attempts: Mapped[int] = mapped_column(default=0)
    try_at: Mapped[datetime]
    claim: Mapped[str | None] = mapped_column(String(32))
    claimed_until: Mapped[datetime | None]
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    sent_by: Mapped[str | None] = mapped_column(String(32))
    last_error: Mapped[str | None] = mapped_column(Text)

    account: Mapped[Account | None] = relationship(lazy="joined")
    incident: Mapped[IncidentRow | None] = relationship(lazy="select")
    reminder: Mapped[Reminder | None] = relationship(lazy="joined")


def contacts_under_test(session: Session, account_id: int) -> set[str]:
    """Return the public ids of a person's contacts to which a test is still to be sent."""
    query = select(StaffMessage).where(
        StaffMessage.account_id == account_id,
        StaffMessage.kind == MessageKind.TEST,
        StaffMessage.state == MessageState.PENDING,
    )
    return {str(message.details.get("contact")) for message in session.scalars(query)}


def last_message_to(session: Session, channel: MessageChannel) -> StaffMessage | None:
    """Return the newest message to a shared channel that was tried, whatever came of it."""
    query = select(StaffMessage).where(StaffMessage.channel == channel, StaffMessage.attempts > 0)
    return session.scalar(query.order_by(StaffMessage.id.desc()).limit(1))


def is_reminded(session: Session, incident_id: int, kind: DeadlineKind, due_at: datetime, step: str) -> bool:
    """Return whether there is a row for that step."""
    query = select(Reminder.id).where(
        Reminder.incident_id == incident_id,
        Reminder.kind == kind,
        Reminder.due_at == due_at,
        Reminder.step == step,
    )
    return session.scalar(query) is not None


def postmortems_to_remind_of(session: Session, now: datetime) -> list[IncidentRow]:
    """Return the incidents whose postmortem may have a step due; those reminded of today are left out.

    What is overdue for weeks has one step a day: looking at all of it at each tick would cost for nothing.
    """
    was_today = (
        select(Reminder.id)
        .where(
            Reminder.incident_id == IncidentRow.id,
            Reminder.kind == DeadlineKind.POSTMORTEM,
            Reminder.created_at.between(now - _BETWEEN_DAYS, now),
        )
        .exists()
    )
    since = func.coalesce(Postmortem.final_by, IncidentRow.resolved_at)
    query = incidents_owing_postmortems().where((since > now - _DAILY_AFTER) | ~was_today)
    return list(session.scalars(query.order_by(Postmortem.incident_id)))


def has_later_reminder(session: Session, message: StaffMessage) -> bool:
    """Return whether the same person or channel has a newer reminder of the same deadline."""
    reminder = message.reminder
    assert reminder is not None
    query = (
        select(StaffMessage.id)
        .join(Reminder, Reminder.id == StaffMessage.reminder_id)
        .where(
            Reminder.incident_id == reminder.incident_id,
            Reminder.kind == reminder.kind,
            Reminder.due_at == reminder.due_at,
            Reminder.id > reminder.id,
            StaffMessage.channel == message.channel,
            StaffMessage.account_id == message.account_id,
        )
    )
    return session.scalar(query.limit(1)) is not None


def reminders_of(session: Session, incident_id: int) -> list[Reminder]:
    """Return the steps of which the incident's people were reminded, newest first."""
    query = select(Reminder).where(Reminder.incident_id == incident_id)
    return list(session.scalars(query.order_by(Reminder.id.desc())))


def reminder_messages_of(session: Session, incident_id: int) -> list[StaffMessage]:
    """Return the messages of all of the incident's reminders, oldest first."""
    query = select(StaffMessage).where(
        StaffMessage.incident_id == incident_id, StaffMessage.reminder_id.is_not(None)
    )
    return list(session.scalars(query.order_by(StaffMessage.id)))


def troubled_messages(session: Session, since: datetime) -> list[StaffMessage]:
    """Return the messages since then that were given up, and all that nobody has taken so far; newest
    first."""
    is_waiting = (StaffMessage.state == MessageState.PENDING) & StaffMessage.last_error.is_not(None)
    is_given_up = (StaffMessage.state == MessageState.FAILED) & (StaffMessage.created_at >= since)
    query = select(StaffMessage).where(is_waiting | is_given_up, StaffMessage.kind != MessageKind.TEST)
    return list(session.scalars(query.order_by(StaffMessage.id.desc())))


def pending_messages(session: Session) -> list[StaffMessage]:
    """Return the messages that wait to be sent, oldest first."""
    query = select(StaffMessage).where(StaffMessage.state == MessageState.PENDING)
    return list(session.scalars(query.order_by(StaffMessage.id)))
