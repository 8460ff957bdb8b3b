"""Reminding of what is owed: a due step becomes a row, once, and with it the messages that carry it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from statuspage.domain.cadence import Deadline
from statuspage.domain.incident import IncidentStatus
from statuspage.domain.obligations import open_deadlines
from statuspage.domain.reminders import (
    LADDERS,
    ReminderStep,
    addressed,
    is_daytime,
    may_page,
    newest_due_step,
)
from statuspage.services.context import Context
from statuspage.services.people import acknowledged_at, people_of, postmortem_owners
from statuspage.services.postmortem_clock import postmortem_times
from statuspage.services.staff_messages import tell_channel, tell_person
from statuspage.store.contacts import StaffPreference
from statuspage.store.incident_values import incident_value
from statuspage.store.incidents import UNFINISHED, IncidentRow
from statuspage.store.reminders import (
    MessageChannel,
    MessageKind,
    MessageState,
    Reminder,
    is_reminded,
    pending_messages,
    postmortems_to_remind_of,
)


@dataclass(frozen=True, slots=True)
class DueStep:
    """A step that is due and that nobody was reminded of; `ctx` is at the incident's own time."""

    ctx: Context
    row: IncidentRow
    deadline: Deadline
    step: ReminderStep


def due_steps(ctx: Context, rows: Iterable[IncidentRow]) -> Iterator[DueStep]:
    """Yield the newest due step of each open deadline, where there is no row of it yet. Writes nothing.

    State alone decides, so that late ticks, restarts and a clock that is set do no harm: what was passed over
    while nothing ran is not made up for, and a step that was sent is not sent again.
    """
    rows = list(rows)
    times, owners = postmortem_times(ctx.session, rows), _owners(ctx, rows)
    for row in rows:
        at_row = ctx.at_time_of(row)
        for deadline in open_deadlines(incident_value(row), ctx.page.limits, times[row.id]):
            step = _step(at_row, deadline, owners.get(row.id))
            if step is not None and not is_reminded(
                ctx.session, row.id, deadline.kind, deadline.due_at, step.name
            ):
                yield DueStep(at_row, row, deadline, step)


def remind(ctx: Context, rows: Iterable[IncidentRow], *, has_staff_alerts: bool = False) -> int:
    """Create what is due with its messages, in this transaction; return how many steps that were.

    Writers exclude each other (services/context.py), so two workers never create the same step.
    """
    found = list(due_steps(ctx, rows))
    for due in found:
        reminder = _new_reminder(due)
        _tell(due, reminder, has_staff_alerts=has_staff_alerts)
    return len(found)


def settle_past(ctx: Context) -> None:
    """Take as told what was due before: for a story that is told in one go, of which nobody needs to hear.

    Incidents that go on are left as they are.
    """
    remind(ctx, postmortems_to_remind_of(ctx.session, ctx.now))
    for message in pending_messages(ctx.session):
        if message.incident is not None and message.incident.status not in UNFINISHED:
            message.state, message.last_error = (
                MessageState.CANCELLED,
                "This was over before anybody was told.",
            )


def zone_of(ctx: Context, account_id: int | None) -> ZoneInfo:
    """Return the zone that a person lives by, the page's where they have not said."""
    preference = ctx.session.get(StaffPreference, account_id) if account_id is not None else None
    return ZoneInfo((preference and preference.time_zone) or ctx.page.time_zone)


def _owners(ctx: Context, rows: Iterable[IncidentRow]) -> dict[int, int | None]:
    """Return whose day the steps of each postmortem keep to."""
    return postmortem_owners(ctx, (row for row in rows if row.status is IncidentStatus.RESOLVED))


def _step(ctx: Context, deadline: Deadline, owner: int | None) -> ReminderStep | None:
    if not LADDERS[deadline.kind].is_by_day:
        return newest_due_step(deadline, ctx.now)
    zone = zone_of(ctx, owner)
    # What an outage has held up into the night waits for the morning.
    return newest_due_step(deadline, ctx.now, zone) if is_daytime(ctx.now, zone) else None


def _new_reminder(due: DueStep) -> Reminder:
    reminder = Reminder(
        incident_id=due.row.id,
        kind=due.deadline.kind,
        due_at=due.deadline.due_at,
        step=due.step.name,
        after_minutes=due.step.after // timedelta(minutes=1),
        at=due.step.at,
        created_at=due.ctx.real_now,
    )
    due.ctx.session.add(reminder)
    due.ctx.session.flush()
    return reminder


def _tell(due: DueStep, reminder: Reminder, *, has_staff_alerts: bool) -> None:
    ctx, row, kind = due.ctx, due.row, MessageKind.REMINDER
    subject = _subject(row, due.deadline.due_at, reminder)
    people = addressed(due.deadline, due.step, people_of(ctx, row), acknowledged_at(ctx, row))
    for account_id in people:
        tell_person(ctx, account_id, kind, subject, incident=row, reminder=reminder)
    for channel in _channels(due, has_staff_alerts=has_staff_alerts):
        tell_channel(ctx, channel, kind, subject, incident=row, reminder=reminder)


def _channels(due: DueStep, *, has_staff_alerts: bool) -> Iterator[MessageChannel]:
    """Yield the shared channels of a step; of a drill nobody hears but those who take part."""
    if due.row.drill is not None:
        return
    if due.row.channel_alert_url:
        yield MessageChannel.INCIDENT_CHANNEL
    # An address for all staff may ring a pager. It is for what the people in charge have not done in time.
    if has_staff_alerts and may_page(due.deadline.kind) and due.step.after >= timedelta(0):
        yield MessageChannel.STAFF_ALERTS


def _subject(row: IncidentRow, due_at: datetime, reminder: Reminder) -> str:
    return f"{row.public_id}:{reminder.kind}:{due_at:%Y%m%dT%H%M%S.%f}:{reminder.step}"
