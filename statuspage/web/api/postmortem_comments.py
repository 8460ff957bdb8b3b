"""What is said about parts of a postmortem: readers' comments, and findings of the blameless check."""

from typing import Annotated, Any

from pydantic import Field

from statuspage.domain.roles import SiteRole
from statuspage.render.v2 import moment
from statuspage.services.blame_check import accept_finding, check_blame
from statuspage.services.postmortem_comments import WHOLE, add_comment, find_comment, resolve_comment
from statuspage.store.postmortems import PostmortemComment, comments_of, head_of
from statuspage.web.api.endpoint import Call, Endpoint
from statuspage.web.api.fields import Id, Input, Moment, Output, ShortText
from statuspage.web.api.lists import one_page_of
from statuspage.web.api.postmortem_findings import FindingAnswer, finding_answer
from statuspage.web.api.postmortem_outputs import email_of, sure_moment
from statuspage.web.api.postmortem_review import CommentText
from statuspage.web.api.postmortem_texts import the_postmortem

Sentence = Annotated[str, Field(json_schema_extra={"minLength": 1})]


class CommentCreate(Input):
    """Something to say; `part` is a section, `timeline`, `action_items`, or empty for all of it."""

    part: str = WHOLE
    text: CommentText


class CommentAnswer(Output):
    """A comment. `revision` is the text that it was about; `author` and `resolved_by` are mail addresses."""

    id: Id
    part: str
    text: str
    revision: int
    author: str | None
    at: Moment
    resolved_at: Moment | None
    resolved_by: str | None


class FindingAccepted(Input):
    """A finding to let stand, named by its `rule` and exactly its `sentence`, with the reason why."""

    rule: ShortText
    sentence: Sentence
    reason: ShortText


def endpoints(postmortem: str) -> list[Endpoint]:
    """Return the endpoints under the path of a postmortem."""
    viewer, responder, answer = SiteRole.VIEWER, SiteRole.RESPONDER, CommentAnswer
    comments, findings = f"{postmortem}/comments", f"{postmortem}/findings"
    some_comments: Any = list[CommentAnswer]
    some_findings: Any = list[FindingAnswer]
    return [
        Endpoint(
            "GET", comments, viewer, "List comments on a postmortem", some_comments, list_comments,
            query=("page", "per_page", "limit"),
        ),
        Endpoint(
            "POST", comments, responder, "Comment on a postmortem", answer, comment, "comment",
            CommentCreate, 201, may_be_bare=True,
        ),
        Endpoint(
            "POST", f"{comments}/<comment_id>/resolve", responder, "Resolve a comment", answer, resolve
        ),
        Endpoint("GET", findings, viewer, "List what may read as blame", some_findings, list_findings),
        Endpoint(
            "POST", f"{findings}/accept", responder, "Let a finding stand", some_findings, accept, "finding",
            FindingAccepted, may_be_bare=True,
        ),
    ]  # fmt: skip


def list_comments(call: Call, incident_id: str) -> list[CommentAnswer]:
    """Return the comments, oldest first, resolved ones among them."""
    _, postmortem = the_postmortem(call, incident_id)
    return [_comment(each) for each in one_page_of(comments_of(call.session, postmortem))]


def comment(call: Call, body: CommentCreate, incident_id: str) -> CommentAnswer:
    """Say something about a part. It makes nobody an editor."""
    _, postmortem = the_postmortem(call, incident_id)
    return _comment(add_comment(call.ctx, postmortem, body.part, body.text))


def resolve(call: Call, incident_id: str, comment_id: str) -> CommentAnswer:
    """Say that what a comment asks for is done."""
    _, postmortem = the_postmortem(call, incident_id)
    found = find_comment(call.ctx, postmortem, comment_id)
    resolve_comment(call.ctx, postmortem, found)
    call.session.refresh(found)
    return _comment(found)


def list_findings(call: Call, incident_id: str) -> list[FindingAnswer]:
    """Return what the blameless check finds in the newest text, in its order, accepted findings among it."""
    _, postmortem = the_postmortem(call, incident_id)
    content = head_of(call.session, postmortem).value
    return [finding_answer(each) for each in check_blame(call.ctx, postmortem, content)]


def accept(call: Call, body: FindingAccepted, incident_id: str) -> list[FindingAnswer]:
    """Let a finding stand, as a reviewer who has not written in it; the answer is all findings."""
    _, postmortem = the_postmortem(call, incident_id)
    accept_finding(call.ctx, postmortem, body.rule, body.sentence, body.reason)
    return list_findings(call, incident_id)


def _comment(row: PostmortemComment) -> CommentAnswer:
    return CommentAnswer(
        id=row.public_id,
        part=row.part,
        text=row.body,
        revision=row.revision_number,
        author=email_of(row.author),
        at=sure_moment(row.at),
        resolved_at=moment(row.resolved_at),
        resolved_by=email_of(row.resolved_by),
    )
