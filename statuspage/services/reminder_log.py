"""Who was reminded of what, by which way, and what came of it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from statuspage.domain.reminders import ARISING
from statuspage.render.zone import duration
from statuspage.services.context import Context
from statuspage.store.incidents import IncidentRow
from statuspage.store.reminders import (
    MessageChannel,
    MessageState,
    Reminder,
    StaffMessage,
    reminder_messages_of,
    reminders_of,
    troubled_messages,
)

SHOWN_FOR = timedelta(hours=24)
_CHANNELS = {
    MessageChannel.STAFF_ALERTS: "the address for all staff",
    MessageChannel.INCIDENT_CHANNEL: "the incident's channel",
}
_WAYS = {"mail": "by mail", "chat": "by chat", "pager": "by pager", "outbox": "into the outbox folder"}


@dataclass(frozen=True, slots=True)
class Reminded:
    """One step, and the messages that carried it."""

    reminder: Reminder
    messages: Sequence[StaffMessage]


@dataclass(frozen=True, slots=True)
class Trouble:
    """A reason for which messages have not arrived, and how many that concerns."""

    error: str
    count: int


def reminder_log(ctx: Context, row: IncidentRow) -> list[Reminded]:
    """Return the steps of which the incident's people were reminded, newest first."""
    messages = reminder_messages_of(ctx.session, row.id)
    return [
        Reminded(reminder, [each for each in messages if each.reminder_id == reminder.id])
        for reminder in reminders_of(ctx.session, row.id)
    ]


def delivery_troubles(ctx: Context) -> list[Trouble]:
    """Return why messages to the staff have not arrived in the last day, the most frequent reason first."""
    found = troubled_messages(ctx.session, ctx.real_now - SHOWN_FOR)
    counted = Counter(each.last_error or "Nobody knows why." for each in found)
    return [Trouble(error, count) for error, count in counted.most_common()]


def reader_of(message: StaffMessage) -> str:
    """Return who a message is for, in words."""
    return message.account.name if message.account else _CHANNELS[message.channel]


def step_words(reminder: Reminder) -> str:
    """Return how far from due a step is, in words."""
    minutes = reminder.after_minutes
    if reminder.step == ARISING:
        return "when it arose"
    if minutes == 0:
        return "when it was due"
    span = duration(timedelta(minutes=abs(minutes)))
    return f"{span} before" if minutes < 0 else f"{span} late"


def fate_of(message: StaffMessage) -> str:
    """Return what became of a message, in words."""
    if message.state is MessageState.SENT:
        ways = (message.sent_by or "").split(", ")
        return f"sent {' and '.join(_WAYS.get(way, way) for way in ways)}"
    if message.state is MessageState.CANCELLED:
        return "not sent"
    if message.state is MessageState.FAILED:
        return f"given up after {message.attempts} tries"
    return f"tried {message.attempts} times so far" if message.attempts else "on its way"
