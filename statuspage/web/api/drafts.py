"""Drafts: one's own, the colleagues', and a second person's approval (rule 11)."""

from typing import Any

from statuspage.domain.errors import NotFoundError, StaleError
from statuspage.domain.roles import SiteRole
from statuspage.render.v2 import moment
from statuspage.services.approvals import (
    approve_draft,
    ask_review,
    review_of,
    withdraw_approval,
    withdraw_review,
)
from statuspage.services.drafts import discard_draft, own_draft, save_draft
from statuspage.services.ready_drafts import (
    is_theirs_to_see,
    mark_ready,
    mark_unready,
    note_published,
    take_ready,
)
from statuspage.store.drafts import NoticeDraft, drafts_of_incident, get_draft
from statuspage.store.incidents import IncidentRow, find_incident, get_incident
from statuspage.web.api.draft_fields import DraftContent, DraftInput, content_from, fields_from
from statuspage.web.api.endpoint import Call, Endpoint
from statuspage.web.api.fields import Id, Moment
from statuspage.web.api.lists import one_page_of
from statuspage.web.api.outputs import IncidentAnswer
from statuspage.web.console.composer import Composed, publish_composed
from statuspage.web.console.screens import looking


class DraftAnswer(DraftContent):
    """A draft. `approval_needed` while a second person is asked and the author may not publish alone yet."""

    id: Id
    incident_id: Id
    author: str
    opened_at: Moment
    saved_at: Moment
    version: int
    review_asked_at: Moment | None
    approved_at: Moment | None
    approved_by: str | None
    approval_needed: bool
    ready_at: Moment | None
    may_publish_alone_at: Moment | None


def endpoints(incident: str) -> list[Endpoint]:
    """Return the endpoints under the path of an incident."""
    viewer, responder, communicator, _ = SiteRole
    own, answer = f"{incident}/draft", DraftAnswer
    is_ready, publish_one = f"{own}/ready", f"{incident}/drafts/<draft_id>/publish"
    approval = f"{incident}/drafts/<draft_id>/approve"
    some: Any = list[DraftAnswer]
    return [
        Endpoint("GET", own, responder, "Get your draft", answer, show_draft),
        Endpoint("PUT", own, responder, "Save your draft", answer, put_draft, "draft", DraftInput),
        Endpoint("DELETE", own, responder, "Discard your draft", None, delete_draft, status=204),
        Endpoint("POST", f"{own}/review", responder, "Ask for approval of your draft", answer, ask),
        Endpoint("DELETE", f"{own}/review", responder, "Ask nobody any more", answer, ask_no_more),
        Endpoint("PUT", is_ready, responder, "Mark your draft as ready to go", answer, mark),
        Endpoint("DELETE", is_ready, responder, "Take back that your draft is ready", answer, unmark),
        Endpoint(
            "POST", publish_one, communicator, "Publish a draft that is ready", IncidentAnswer, publish_ready,
            message=message_of_ready,
        ),
        Endpoint(
            "POST", f"{own}/publish", communicator, "Publish your draft", IncidentAnswer, publish,
            message=message_of_draft,
        ),
        Endpoint(
            "GET", f"{incident}/drafts", viewer, "List everybody's drafts for an incident", some, list_drafts,
            query=("page", "per_page", "limit"),
        ),
        Endpoint("POST", approval, communicator, "Approve a colleague's draft", answer, approve),
        Endpoint("DELETE", approval, communicator, "Take an approval back", answer, take_back),
    ]  # fmt: skip


def show_draft(call: Call, incident_id: str) -> DraftAnswer:
    """Return the caller's own draft."""
    row = get_incident(call.session, incident_id)
    return _answer(call, row, _own(call, row))


def put_draft(call: Call, body: DraftInput, incident_id: str) -> DraftAnswer:
    """Keep the caller's draft as it is sent."""
    row = get_incident(call.session, incident_id)
    draft = save_draft(call.ctx, row, fields_from(call.ctx, row, body), call.seen.version)
    return _answer(call, row, draft)


def delete_draft(call: Call, incident_id: str) -> None:
    """Throw the caller's draft away."""
    discard_draft(call.ctx, get_incident(call.session, incident_id))


def ask(call: Call, incident_id: str) -> DraftAnswer:
    """Ask for approval of the caller's draft."""
    row = get_incident(call.session, incident_id)
    draft = _own(call, row)
    ask_review(call.ctx, row, draft)
    return _answer(call, row, draft)


def ask_no_more(call: Call, incident_id: str) -> DraftAnswer:
    """Take the question for approval back."""
    row = get_incident(call.session, incident_id)
    draft = _own(call, row)
    withdraw_review(call.ctx, row, draft)
    return _answer(call, row, draft)


def mark(call: Call, incident_id: str) -> DraftAnswer:
    """Let anybody who may publish send the caller's draft as it stands."""
    row = get_incident(call.session, incident_id)
    draft = _own(call, row)
    _refuse_moved(call, draft)
    mark_ready(call.ctx.at_time_of(row), row, draft)
    return _answer(call, row, draft)


def unmark(call: Call, incident_id: str) -> DraftAnswer:
    """Keep the caller's draft to its author again."""
    row = get_incident(call.session, incident_id)
    draft = _own(call, row)
    mark_unready(call.ctx.at_time_of(row), row, draft)
    return _answer(call, row, draft)


def message_of_ready(ids: dict[str, str]) -> str | None:
    """Return the text of a draft that is ready, which is rendered before anything is locked."""
    with looking() as ctx:
        row = find_incident(ctx.session, ids["incident_id"])
        found = drafts_of_incident(ctx.session, row.id) if row else []
        body = next(
            (str(one.fields.get("body") or "") for one in found if one.public_id == ids["draft_id"]), ""
        )
        return body.strip() or None


def publish_ready(call: Call, incident_id: str, draft_id: str) -> IncidentAnswer:
    """Publish what somebody has prepared, as it stands; with `If-Match`, that version of it alone."""
    row = get_incident(call.session, incident_id)
    draft = take_ready(call.ctx, row, draft_id)
    _refuse_moved(call, draft)
    _publish(call, row, draft)
    note_published(call.ctx, row, draft)
    return call.answers.incident(row)


def message_of_draft(ids: dict[str, str]) -> str | None:
    """Return the text of the caller's draft, which is rendered before anything is locked."""
    with looking() as ctx:
        draft = own_draft(ctx, get_incident(ctx.session, ids["incident_id"]))
        return str(draft.fields.get("body") or "").strip() or None if draft else None


def publish(call: Call, incident_id: str) -> IncidentAnswer:
    """Publish the caller's draft: first notice, update, resolution or reopening, as the incident stands."""
    row = get_incident(call.session, incident_id)
    draft = _own(call, row)
    _refuse_moved(call, draft)
    _publish(call, row, draft)
    discard_draft(call.ctx, row)
    return call.answers.incident(row)


def _publish(call: Call, row: IncidentRow, draft: NoticeDraft) -> None:
    body = str(draft.fields.get("body") or "").strip()
    if body != (call.text.body if call.text else ""):
        raise StaleError("The draft was changed at this moment. Read it again, then publish.", None, body)
    publish_composed(call.ctx, row, Composed(dict(draft.fields), call.text))


def list_drafts(call: Call, incident_id: str) -> list[DraftAnswer]:
    """Return everybody's drafts, the last saved first."""
    row = get_incident(call.session, incident_id)
    found = drafts_of_incident(call.session, row.id) if is_theirs_to_see(call.ctx, row) else []
    return [_answer(call, row, draft) for draft in one_page_of(found)]


def approve(call: Call, incident_id: str, draft_id: str) -> DraftAnswer:
    """Agree to what a colleague's draft says; with `If-Match`, to that version of it alone."""
    row = get_incident(call.session, incident_id)
    draft = get_draft(call.session, row.id, draft_id)
    _refuse_moved(call, draft)
    approve_draft(call.ctx, row, draft)
    return _answer(call, row, draft)


def take_back(call: Call, incident_id: str, draft_id: str) -> DraftAnswer:
    """Take an approval back."""
    row = get_incident(call.session, incident_id)
    draft = get_draft(call.session, row.id, draft_id)
    withdraw_approval(call.ctx, row, draft)
    return _answer(call, row, draft)


def _own(call: Call, row: IncidentRow) -> NoticeDraft:
    draft = own_draft(call.ctx, row)
    if draft is None:
        raise NotFoundError("not_found", "You have no draft for this incident.")
    return draft


def _refuse_moved(call: Call, draft: NoticeDraft) -> None:
    if call.seen.version is not None and call.seen.version != draft.version:
        text = str(draft.fields.get("body") or "")
        raise StaleError("The draft has changed since you read it. Read it again.", None, text)


def _answer(call: Call, row: IncidentRow, draft: NoticeDraft) -> DraftAnswer:
    review = review_of(call.ctx, row, draft)
    is_free = review is None or review.approved_by is not None or review.is_free
    return DraftAnswer.model_validate(
        {
            **content_from(call.ctx, row, draft.fields),
            "id": draft.public_id,
            "incident_id": row.public_id,
            "author": draft.author.email,
            "opened_at": moment(draft.opened_at),
            "saved_at": moment(draft.saved_at),
            "version": draft.version,
            "review_asked_at": moment(draft.review_asked_at) if draft.review_asked_at else None,
            "approved_at": moment(draft.approved_at) if draft.approved_at else None,
            "approved_by": draft.approved_by.email if draft.approved_by else None,
            "approval_needed": not is_free,
            "ready_at": moment(draft.prepared_at) if draft.prepared_at else None,
            "may_publish_alone_at": moment(review.alone_at) if review else None,
        }
    )
