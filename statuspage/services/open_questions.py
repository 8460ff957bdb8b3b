"""The question to the technical lead before a promise is due, and its one-line answer."""

from datetime import datetime

from statuspage.domain.errors import ConflictError, NotFoundError, RuleError
from statuspage.domain.questions import ANSWER_LIMIT, asked_at, is_asked
from statuspage.domain.roles import IncidentRole, SiteRole
from statuspage.domain.text import MESSAGE_LIMIT, checked_line
from statuspage.services.context import Context
from statuspage.services.drafts import new_draft, own_draft, set_fields
from statuspage.services.landed_answers import with_answer
from statuspage.services.next_words import starting_fields
from statuspage.services.people import people_of
from statuspage.services.ready_drafts import ready_draft
from statuspage.services.staff_messages import tell_person
from statuspage.services.timeline import add_entry
from statuspage.store.accounts import Account
from statuspage.store.drafts import EntryKind, NoticeDraft, drafts_of_incident, find_draft
from statuspage.store.ids import new_public_id
from statuspage.store.incident_values import incident_value
from statuspage.store.incidents import IncidentRow
from statuspage.store.involvement import (
    Answer,
    OpenQuestion,
    calls_of,
    find_question,
    incidents_to_ask_about,
)
from statuspage.store.reminders import MessageKind


def is_any_question_due(ctx: Context) -> bool:
    """Return whether `ask_questions` would ask anything now; it only reads."""
    return any(_is_due(ctx, row) for row in incidents_to_ask_about(ctx.session))


def ask_questions(ctx: Context) -> None:
    """Ask what is due, each question once: one row for each promise of an incident, and a message."""
    for row in incidents_to_ask_about(ctx.session):
        if _is_due(ctx, row):
            _ask(ctx.at_time_of(row), row)


def question_now(ctx: Context, row: IncidentRow) -> OpenQuestion | None:
    """Return what was asked for the update that is owed next, answered or not; None before it is asked."""
    promise = incident_value(row).promise
    return None if promise is None else find_question(ctx.session, row.id, promise)


def next_question_at(row: IncidentRow) -> datetime | None:
    """Return when the question for the next update is asked, None where there will be none."""
    return asked_at(incident_value(row))


def technical_lead_of(ctx: Context, row: IncidentRow) -> Account | None:
    """Return who is technical lead: who has the role, else who was called for it from the rota."""
    for holder in row.roles:
        if holder.role is IncidentRole.TECHNICAL_LEAD and holder.account.disabled_at is None:
            return holder.account
    for call in calls_of(ctx.session, row.id):
        is_theirs = call.role is IncidentRole.TECHNICAL_LEAD and call.answer is not Answer.DECLINED
        if is_theirs and not call.is_deputy and call.account.disabled_at is None:
            return call.account
    return None


def answer_question(ctx: Context, row: IncidentRow, text: str) -> OpenQuestion:
    """Answer what is asked now, in one line: it lands in the draft of the update and in the timeline.

    Raises `not_asked` where nothing is, `already_answered` where somebody was first.
    """
    ctx.actor.require(SiteRole.RESPONDER)
    question = question_now(ctx, row)
    if question is None:
        raise NotFoundError("not_asked", "Nothing is asked of this incident now.")
    if question.answered_at is not None:
        who = question.answered_by.name if question.answered_by else "Somebody"
        said = f"{who} has answered this already: “{question.answer}”"
        raise ConflictError("already_answered", f"{said} Note yours in the timeline.")
    question.answer = checked_line(text, "answer", ANSWER_LIMIT)
    question.answered_at, question.answered_by_id = ctx.now, ctx.actor.account_id
    _land(ctx, row, question)
    add_entry(ctx, row, EntryKind.NOTE, f"What changed, what comes next? {question.answer}")
    ctx.session.flush()
    ctx.session.refresh(question)
    return question


def _is_due(ctx: Context, row: IncidentRow) -> bool:
    value = incident_value(row)
    if value.promise is None or not is_asked(value, ctx.at_time_of(row).now):
        return False
    return find_question(ctx.session, row.id, value.promise) is None


def _ask(ctx: Context, row: IncidentRow) -> None:
    promise = incident_value(row).promise
    assert promise is not None  # it is due
    question = OpenQuestion(public_id=new_public_id(), incident_id=row.id, due_at=promise, asked_at=ctx.now)
    ctx.session.add(question)
    ctx.session.flush()
    asked = _asked(ctx, row)
    if asked is not None:
        details = {"question": question.public_id}
        tell_person(ctx, asked, MessageKind.QUESTION, question.public_id, incident=row, details=details)


def _asked(ctx: Context, row: IncidentRow) -> int | None:
    """Return whom to ask: the technical lead, else the commander; in a drill only who takes part."""
    people = people_of(ctx, row)
    lead = technical_lead_of(ctx, row)
    asked = lead.id if lead else people.commander
    if people.drill_participants is not None and asked not in people.drill_participants:
        return None
    return asked


def _land(ctx: Context, row: IncidentRow, question: OpenQuestion) -> None:
    """Put the answer into the draft of the update, below what stands there."""
    draft = _draft_of_update(ctx, row)
    fields = with_answer(draft.fields, question)
    if len(fields["body"]) > MESSAGE_LIMIT:
        raise RuleError("too_long", "The draft of the update is full. Shorten it, then answer.", "answer")
    set_fields(ctx, draft, fields)


def _draft_of_update(ctx: Context, row: IncidentRow) -> NoticeDraft:
    """Return the draft that is ready, else the lead's, else the newest, else the actor's own: the first that
    there is, and a new one for the lead where one leads and has none."""
    ready = ready_draft(ctx, row)
    if ready is not None:
        return ready
    leads = people_of(ctx, row).leads
    if leads:
        found = find_draft(ctx.session, row.id, leads[0])
        return found or new_draft(ctx, row, starting_fields(ctx, row), leads[0])
    drafts = drafts_of_incident(ctx.session, row.id)
    if drafts:
        return drafts[0]
    assert ctx.actor.account_id is not None
    return own_draft(ctx, row) or new_draft(ctx, row, starting_fields(ctx, row), ctx.actor.account_id)
