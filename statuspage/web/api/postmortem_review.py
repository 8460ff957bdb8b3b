"""The review of a postmortem: asked for, talked about, approved, or waived."""

from typing import Annotated, Any

from pydantic import Field

from statuspage.domain.roles import SiteRole
from statuspage.services.postmortem_comments import COMMENT_LIMIT, WHOLE
from statuspage.services.postmortem_review import (
    approve_postmortem,
    ask_for_changes,
    ask_review,
    take_back_review,
    withdraw_approval,
)
from statuspage.services.waive_postmortem import revoke_waiver, waive_postmortem
from statuspage.web.api.endpoint import Call, Endpoint
from statuspage.web.api.fields import Input, ShortText
from statuspage.web.api.inputs import Emails
from statuspage.web.api.postmortem_texts import account_named, the_postmortem
from statuspage.web.api.postmortem_whole import PostmortemWithText, postmortem_answer

CommentText = Annotated[str, Field(json_schema_extra={"minLength": 1, "maxLength": COMMENT_LIMIT})]
Digest = Annotated[str, Field(json_schema_extra={"pattern": "^[0-9a-f]{64}$"})]


class ReviewAsked(Input):
    """Whom to ask, by mail address; nobody in particular where that is left out. Asking again adds people."""

    reviewers: Emails = Field(default_factory=list)


class ChangesAsked(Input):
    """What is missing; `part` is a section, `timeline`, `action_items`, or empty for all of it."""

    part: str = WHOLE
    text: CommentText


class ApprovalInput(Input):
    """The `digest` of the text that you have read: any other is refused (`stale_approval`)."""

    digest: Digest


class WaiverInput(Input):
    """Why there need be no postmortem; it stands in the report."""

    reason: ShortText


def endpoints(postmortem: str) -> list[Endpoint]:
    """Return the endpoints under the path of a postmortem."""
    responder, communicator, answer = SiteRole.RESPONDER, SiteRole.COMMUNICATOR, PostmortemWithText
    review, approval, waiver = (f"{postmortem}/{name}" for name in ("review", "approval", "waiver"))
    bare: Any = {"may_be_bare": True}
    return [
        Endpoint(
            "POST", review, responder, "Ask for a postmortem's review", answer, ask, "review", ReviewAsked,
            **bare,
        ),
        Endpoint("DELETE", review, responder, "Take the question for review back", answer, ask_no_more),
        Endpoint(
            "POST", f"{review}/changes", responder, "Ask for changes of a postmortem", answer, ask_changes,
            "review", ChangesAsked, **bare,
        ),
        Endpoint(
            "POST", approval, responder, "Approve a postmortem", answer, approve, "approval", ApprovalInput,
            **bare,
        ),
        Endpoint("DELETE", approval, responder, "Take back a postmortem's approval", answer, withdraw),
        Endpoint(
            "POST", waiver, communicator, "Waive a postmortem", answer, waive, "waiver", WaiverInput, **bare
        ),
        Endpoint("DELETE", waiver, communicator, "Take a waiver back", answer, unwaive),
    ]  # fmt: skip


def ask(call: Call, body: ReviewAsked, incident_id: str) -> PostmortemWithText:
    """Ask for a second person's judgement, and tell the reviewers who are named."""
    row, postmortem = the_postmortem(call, incident_id)
    reviewers = [account_named(call, each, "reviewers") for each in body.reviewers]
    ask_review(call.ctx, postmortem, reviewers)
    return postmortem_answer(call, row, postmortem)


def ask_no_more(call: Call, incident_id: str) -> PostmortemWithText:
    """Go on writing; an approval of what is not published goes with it."""
    row, postmortem = the_postmortem(call, incident_id)
    take_back_review(call.ctx, postmortem)
    return postmortem_answer(call, row, postmortem)


def ask_changes(call: Call, body: ChangesAsked, incident_id: str) -> PostmortemWithText:
    """Send it back to its authors with a comment that says what is missing."""
    row, postmortem = the_postmortem(call, incident_id)
    ask_for_changes(call.ctx, postmortem, body.part, body.text)
    return postmortem_answer(call, row, postmortem)


def approve(call: Call, body: ApprovalInput, incident_id: str) -> PostmortemWithText:
    """Agree to exactly the text of that digest. Whoever has written in it can't (`self_approval`)."""
    row, postmortem = the_postmortem(call, incident_id)
    approve_postmortem(call.ctx, postmortem, body.digest)
    return postmortem_answer(call, row, postmortem)


def withdraw(call: Call, incident_id: str) -> PostmortemWithText:
    """Take an approval back: who gave it, or an admin, until it is published."""
    row, postmortem = the_postmortem(call, incident_id)
    withdraw_approval(call.ctx, postmortem)
    return postmortem_answer(call, row, postmortem)


def waive(call: Call, body: WaiverInput, incident_id: str) -> PostmortemWithText:
    """Do without a postmortem, where the rules allow it."""
    row, postmortem = the_postmortem(call, incident_id)
    waive_postmortem(call.ctx, postmortem, body.reason)
    return postmortem_answer(call, row, postmortem)


def unwaive(call: Call, incident_id: str) -> PostmortemWithText:
    """Owe the postmortem again."""
    row, postmortem = the_postmortem(call, incident_id)
    revoke_waiver(call.ctx, postmortem)
    return postmortem_answer(call, row, postmortem)
