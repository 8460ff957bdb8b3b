"""Telling the staff: a message is a row in the act's own transaction; the worker sends it."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from statuspage.services.context import Context
from statuspage.store.ids import new_public_id
from statuspage.store.incidents import IncidentRow, IncidentUpdate
from statuspage.store.reminders import MessageChannel, MessageKind, Reminder, StaffMessage
from statuspage.store.silence import SilenceWarning


def message_key(kind: MessageKind, subject: str, to: int | MessageChannel) -> str:
    """Return what names one message to one person or channel."""
    return f"{kind}:{subject}:{to}"


def tell_person(
    ctx: Context,
    account_id: int,
    kind: MessageKind,
    subject: str,
    *,
    incident: IncidentRow | None = None,
    reminder: Reminder | None = None,
    warning: SilenceWarning | None = None,
    details: Mapping[str, Any] | None = None,
) -> StaffMessage | None:
    """Have one person told of one thing, once: `subject` names it among all of its kind.

    None where that message exists already. Flush what it points to before.
    """
    return _tell(
        ctx,
        key=message_key(kind, subject, account_id),
        kind=kind,
        channel=MessageChannel.PERSON,
        account_id=account_id,
        incident_id=incident.id if incident else None,
        reminder_id=reminder.id if reminder else None,
        warning_id=warning.id if warning else None,
        details=dict(details or {}),
    )


def tell_channel(
    ctx: Context,
    channel: MessageChannel,
    kind: MessageKind,
    subject: str,
    *,
    incident: IncidentRow | None = None,
    reminder: Reminder | None = None,
    warning: SilenceWarning | None = None,
    update: IncidentUpdate | None = None,
    details: Mapping[str, Any] | None = None,
) -> StaffMessage | None:
    """Have a shared channel told of one thing, once; as `tell_person`."""
    return _tell(
        ctx,
        key=message_key(kind, subject, channel),
        kind=kind,
        channel=channel,
        incident_id=incident.id if incident else None,
        reminder_id=reminder.id if reminder else None,
        warning_id=warning.id if warning else None,
        update_id=update.id if update else None,
        details=dict(details or {}),
    )


def _tell(ctx: Context, key: str, **values: Any) -> StaffMessage | None:
    # Writers exclude each other (services/context.py), so looking first is enough.
    if ctx.session.scalar(select(StaffMessage.id).where(StaffMessage.key == key)) is not None:
        return None
    message = StaffMessage(
        public_id=new_public_id(), key=key, created_at=ctx.real_now, try_at=ctx.real_now, **values
    )
    ctx.session.add(message)
    return message
