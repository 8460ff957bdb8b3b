"""The words of what the staff are told, made at the moment of sending from what the rows say then."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from statuspage.domain.cadence import ONE_MINUTE, Deadline, DeadlineKind
from statuspage.domain.incident import IncidentStatus
from statuspage.domain.obligations import open_deadlines
from statuspage.render.staff_messages import StaffWords
from statuspage.render.zone import Zone
from statuspage.services.context import Context
from statuspage.services.item_words import item_words
from statuspage.services.next_words import words_for
from statuspage.services.people import people_of
from statuspage.services.postmortem_clock import times_of
from statuspage.services.postmortem_news import postmortem_words
from statuspage.services.postmortem_words import reminder_of_postmortem
from statuspage.services.staff_news import (
    call_words,
    handover_words,
    notice_words,
    prompt_words,
    question_words,
    silence_words,
    test_words,
)
from statuspage.services.telling import Obsolete, Telling, incident_link, quoted
from statuspage.store.accounts import Account
from statuspage.store.contacts import StaffPreference
from statuspage.store.drafts import drafts_of_incident
from statuspage.store.incident_values import incident_value
from statuspage.store.incidents import IncidentRow
from statuspage.store.reminders import MessageKind, StaffMessage, has_later_reminder

_NEVER_MIND: Mapping[DeadlineKind, str] = {
    DeadlineKind.INITIAL_NOTICE: "The first notice was published, or is not owed any more.",
    DeadlineKind.UPDATE: "The update was published.",
    DeadlineKind.RESOLUTION_NOTICE: "The resolution was published, or is not owed any more.",
    DeadlineKind.POSTMORTEM: "The postmortem is public, or is not owed any more.",
}
_WHAT: Mapping[DeadlineKind, str] = {
    DeadlineKind.INITIAL_NOTICE: "first notice",
    DeadlineKind.UPDATE: "update",
    DeadlineKind.RESOLUTION_NOTICE: "resolution notice",
}
_LABELS: Mapping[DeadlineKind, str] = {
    DeadlineKind.INITIAL_NOTICE: "Publish the first notice",
    DeadlineKind.UPDATE: "Publish the update",
    DeadlineKind.RESOLUTION_NOTICE: "Publish the resolution",
}
_ONE_HOUR, _TWO_DAYS = 60, 2 * 24 * 60


def words_of(ctx: Context, message: StaffMessage, base_url: str) -> StaffWords | Obsolete:
    """Return what a message says now, or why there is nothing to say any more."""
    row = message.incident
    at = ctx.at_time_of(row) if row is not None else ctx
    if row is not None and row.drill is not None and row.drill.ended_at is not None:
        return Obsolete("The drill is over.")
    words = _WORDS[message.kind](Telling(at, message, _zone(ctx, message.account_id), base_url))
    if isinstance(words, Obsolete) or row is None or row.drill is None:
        return words
    return replace(words, is_drill=True)


def _zone(ctx: Context, account_id: int | None) -> Zone:
    preference = ctx.session.get(StaffPreference, account_id) if account_id is not None else None
    return Zone((preference and preference.time_zone) or ctx.page.time_zone)


def _reminder_words(telling: Telling) -> StaffWords | Obsolete:
    ctx, reminder = telling.ctx, telling.message.reminder
    assert reminder is not None
    row = telling.incident
    times = times_of(ctx.session, row)
    for deadline in open_deadlines(incident_value(row), ctx.page.limits, times):
        if (deadline.kind, deadline.due_at) == (reminder.kind, reminder.due_at):
            break
    else:
        return Obsolete(_NEVER_MIND[reminder.kind])
    if has_later_reminder(ctx.session, telling.message):
        return Obsolete("A later reminder has taken its place.")
    if deadline.kind is DeadlineKind.POSTMORTEM:
        return reminder_of_postmortem(
            telling, deadline, when(deadline, ctx), is_final=times.public_since is not None
        )
    draft = _ready_words(ctx, row, deadline, telling.message.account)
    return StaffWords(
        f"{when(deadline, ctx)}: {_WHAT[deadline.kind]} for {quoted(row)}",
        (_owed(telling, row, deadline), _who_has_it(ctx, row)),
        _LABELS[deadline.kind],
        incident_link(telling.base_url, row, "#compose"),
        draft_title=draft.title,
        draft=draft.text,
    )


def when(deadline: Deadline, ctx: Context) -> str:
    """Return how much time there is, `9 min left`, or how late it is, `6 min overdue`."""
    left = deadline.due_at - ctx.now
    if abs(left) < ONE_MINUTE:
        return "Due now"
    if left > timedelta(0):
        return f"{_length(-(-left // ONE_MINUTE))} left"
    return f"{_length(deadline.late_by_minutes(ctx.now))} overdue"


def _length(minutes: int) -> str:
    if minutes < 2 * _ONE_HOUR:
        return f"{minutes} min"
    return f"{minutes // _ONE_HOUR} h" if minutes < _TWO_DAYS else f"{minutes // (24 * _ONE_HOUR)} days"


def _owed(telling: Telling, row: IncidentRow, deadline: Deadline) -> str:
    by, how_long, name = telling.clock(deadline.due_at), when(deadline, telling.ctx).lower(), quoted(row)
    if deadline.kind is DeadlineKind.INITIAL_NOTICE:
        return f"No customer has been told of {name}. The first notice is due by {by}: {how_long}."
    if deadline.kind is DeadlineKind.UPDATE:
        if deadline.is_overdue(telling.ctx.now):
            return f"The next update on {name} was promised by {by}: {how_long}. The page says so."
        return f"The next update on {name} is promised by {by}: {how_long}."
    restored_at = incident_value(row).episode.restored_at
    since = f" since {telling.clock(restored_at)}" if restored_at else ""
    return f"Service is back{since}, and {name} still reads as open. Say so by {by}: {how_long}."


def _who_has_it(ctx: Context, row: IncidentRow) -> str:
    found = (ctx.session.get(Account, key) for key in people_of(ctx, row).leads)
    names = [account.name for account in found if account is not None]
    if not names:
        return "Nobody has taken the communications lead yet."
    return f"Communications lead: {', '.join(names)}."


@dataclass(frozen=True, slots=True)
class _Ready:
    title: str
    text: str


def _ready_words(ctx: Context, row: IncidentRow, deadline: Deadline, reader: Account | None) -> _Ready:
    """Return the words that could go out: what somebody made ready, the reader's own draft, a suggestion."""
    drafts = [each for each in drafts_of_incident(ctx.session, row.id) if _body(each.fields)]
    for draft in drafts:
        if draft.prepared_at is not None:
            return _Ready(f"Made ready by {draft.author.name}", _body(draft.fields))
    for draft in drafts:
        if reader is not None and draft.author_id == reader.id:
            return _Ready("Your draft", _body(draft.fields))
    return _Ready("Words you can use", _suggested(ctx, row, deadline.kind))


def _body(fields: Mapping[str, object]) -> str:
    return str(fields.get("body") or "").strip()


def _suggested(ctx: Context, row: IncidentRow, owed: DeadlineKind) -> str:
    status = row.status
    if owed is DeadlineKind.INITIAL_NOTICE:
        status = IncidentStatus.INVESTIGATING
    elif owed is DeadlineKind.RESOLUTION_NOTICE or incident_value(row).episode.restored_at is not None:
        status = IncidentStatus.RESOLVED
    return words_for(ctx, row, status)


_WORDS: Mapping[MessageKind, Callable[[Telling], StaffWords | Obsolete]] = {
    MessageKind.REMINDER: _reminder_words,
    MessageKind.SILENCE: silence_words,
    MessageKind.CALL: call_words,
    MessageKind.HANDOVER: handover_words,
    MessageKind.QUESTION: question_words,
    MessageKind.PROMPT: prompt_words,
    MessageKind.NOTICE: notice_words,
    MessageKind.POSTMORTEM: postmortem_words,
    MessageKind.ACTION_ITEM: item_words,
    MessageKind.TEST: test_words,
}
