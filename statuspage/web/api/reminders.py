"""Who was reminded of what an incident owes, and what came of it."""

from typing import Any

from statuspage.domain.cadence import DeadlineKind
from statuspage.domain.roles import SiteRole
from statuspage.render.v2 import moment
from statuspage.services.reminder_log import Reminded, reminder_log
from statuspage.store.incidents import get_incident
from statuspage.store.reminders import MessageChannel, MessageState, StaffMessage
from statuspage.web.api.endpoint import Call, Endpoint
from statuspage.web.api.fields import Id, Moment, Output
from statuspage.web.api.lists import one_page_of


class ReminderMessageAnswer(Output):
    """A message of a reminder. `to` is a mail address, null for a shared channel; `sent_by` its ways."""

    id: Id
    channel: MessageChannel
    to: str | None
    state: MessageState
    attempts: int
    sent_at: Moment | None
    sent_by: str | None
    error: str | None


class ReminderAnswer(Output):
    """A step of a deadline's ladder: `step` is `arising`, or the minutes from due."""

    kind: DeadlineKind
    due_at: Moment
    step: str
    at: Moment
    created_at: Moment
    messages: list[ReminderMessageAnswer]


def endpoints(incident: str) -> list[Endpoint]:
    """Return the endpoints under the path of an incident."""
    some: Any = list[ReminderAnswer]
    return [
        Endpoint(
            "GET", f"{incident}/reminders", SiteRole.VIEWER, "Who was reminded of what", some, list_reminders,
            query=("page", "per_page", "limit"),
        ),
    ]  # fmt: skip


def list_reminders(call: Call, incident_id: str) -> list[ReminderAnswer]:
    """Return the incident's reminders, newest first."""
    row = get_incident(call.session, incident_id)
    return [_answer(one) for one in one_page_of(reminder_log(call.ctx, row))]


def _answer(one: Reminded) -> ReminderAnswer:
    return ReminderAnswer(
        kind=one.reminder.kind,
        due_at=moment(one.reminder.due_at),
        step=one.reminder.step,
        at=moment(one.reminder.at),
        created_at=moment(one.reminder.created_at),
        messages=[_message(each) for each in one.messages],
    )


def _message(message: StaffMessage) -> ReminderMessageAnswer:
    return ReminderMessageAnswer(
        id=message.public_id,
        channel=message.channel,
        to=message.account.email if message.account else None,
        state=message.state,
        attempts=message.attempts,
        sent_at=moment(message.sent_at) if message.sent_at else None,
        sent_by=message.sent_by,
        error=message.last_error,
    )
