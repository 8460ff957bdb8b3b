"""What publishing will do, said before it is done."""

from collections.abc import Iterator
from datetime import datetime

from statuspage.domain.incident import NoticeKind
from statuspage.domain.public import PublicIncident
from statuspage.render import words
from statuspage.render.zone import Zone
from statuspage.services.context import Context
from statuspage.services.outcome import Outcome
from statuspage.store.components import find_components
from statuspage.store.incidents import IncidentRow, open_incidents_on, states_from
from statuspage.web.console.composing import Fields
from statuspage.web.console.wording import STATUS_WORDS

_QUESTIONS = {
    NoticeKind.INITIAL: "Publish the first notice?",
    NoticeKind.UPDATE: "Publish this update?",
    NoticeKind.RESOLUTION: "Publish the resolution?",
    NoticeKind.REOPENING: "Reopen the incident?",
}
_BUTTONS = {
    NoticeKind.INITIAL: "Publish the first notice",
    NoticeKind.UPDATE: "Publish the update",
    NoticeKind.RESOLUTION: "Publish the resolution",
    NoticeKind.REOPENING: "Reopen and publish",
}

_ENDS_DRILL = "The drill ends, and its score card is written."
_REHEARSED = "This is a drill: it appears on the rehearsal page alone, and no customer hears of it."


def question(outcome: Outcome) -> str:
    """Return the question to ask before."""
    return _QUESTIONS[outcome.kind]


def verb_of(outcome: Outcome) -> str:
    """Return what the button says that does it."""
    return _BUTTONS[outcome.kind]


def consequences(ctx: Context, row: IncidentRow, outcome: Outcome, fields: Fields) -> list[str]:
    """Return what will happen, one sentence each, the promise among them."""
    place, ctx = Zone(ctx.page.time_zone), ctx.at_time_of(row)
    return [
        _REHEARSED if row.drill else _audience(outcome),
        *_status(outcome.incident),
        *_components(outcome.incident),
        *(_time(outcome, fields, place, ctx.now) if not _ends_drill(row) else [_ENDS_DRILL]),
        *_lateness(outcome),
    ]


def _ends_drill(row: IncidentRow) -> bool:
    return row.drill is not None and row.drill.ended_at is not None


def _audience(outcome: Outcome) -> str:
    if not outcome.incident.latest.deliver_notifications:
        return "It appears on the public page and in the feeds at once; nobody is notified."
    return "It appears on the public page, in the feeds and in the JSON at once."


def _status(incident: PublicIncident) -> Iterator[str]:
    notices = incident.notices
    if len(notices) > 1 and notices[0].status is not notices[1].status:
        yield f"Status: {STATUS_WORDS[notices[1].status]} → {STATUS_WORDS[notices[0].status]}."
    elif len(notices) == 1:
        impact = words.IMPACT_WORDS[incident.impact].lower() or "no impact"
        yield f"Status: {STATUS_WORDS[notices[0].status]}, {impact}."


def _components(incident: PublicIncident) -> Iterator[str]:
    for one in incident.latest.affected:
        if one.old_status is not one.new_status:
            old, new = words.STATE_WORDS[one.old_status], words.STATE_WORDS[one.new_status]
            yield f"{one.name}: {old} → {new}."


def _time(outcome: Outcome, fields: Fields, place: Zone, now: datetime) -> Iterator[str]:
    if outcome.promise is not None:
        yield f"Next update by {place.text(outcome.promise, place.day(now))}."
        typed = str(fields.get("next_update_by") or "")
        if fields.get("promise") == "at" and typed and typed.zfill(5) != place.clock_only(outcome.promise):
            yield f"You typed {typed}, too soon by now: the promise moves to the nearest minute allowed."
        if fields.get("promise") != "at" and typed and typed.zfill(5) != place.clock_only(outcome.promise):
            yield f"You typed {typed} and chose a length: the length counts."
    elif outcome.postmortem_due_at is not None:
        due = place.text(outcome.postmortem_due_at, place.day(now))
        yield f"The clock of updates ends. The postmortem is due by {due}."
    else:
        yield "The clock of updates ends. No postmortem is owed."
    if outcome.is_no_change:
        yield "It counts as “no material change”."


def _lateness(outcome: Outcome) -> Iterator[str]:
    if outcome.late_by_minutes:
        yield f"It comes {outcome.late_by_minutes} min late. That is allowed, and it is recorded."


def overlapping(ctx: Context, row: IncidentRow) -> list[IncidentRow]:
    """Return the other open incidents on any component that this one names."""
    states = states_from(row.updates[-1].states if row.updates else row.suspected)
    keys = [component.id for component in find_components(ctx.session, states).values()]
    return open_incidents_on(ctx.session, keys, row)
