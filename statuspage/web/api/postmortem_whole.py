"""A whole postmortem as the manage API answers it: Statuspage's fields, and what the gate needs on top."""

from statuspage.domain.obligations import PostmortemTimes
from statuspage.domain.postmortem import Section, form_for
from statuspage.render.v2 import moment
from statuspage.services.blame_check import check_blame
from statuspage.services.postmortem_clock import postmortem_times, times_of
from statuspage.services.postmortem_files import postmortem_file
from statuspage.services.postmortem_gate import unmet_of
from statuspage.services.public_postmortem import postmortem_document
from statuspage.store.action_items import rows_by_id
from statuspage.store.incidents import IncidentRow
from statuspage.store.postmortem_list import read_stories
from statuspage.store.postmortems import (
    Postmortem,
    PostmortemRevision,
    editors_of,
    head_of,
    heads_of,
    published_of,
)
from statuspage.web.api.endpoint import Call
from statuspage.web.api.fields import Moment
from statuspage.web.api.outputs import UnmetAnswer
from statuspage.web.api.postmortem_findings import FindingAnswer, finding_answer
from statuspage.web.api.postmortem_outputs import (
    ItemAnswer,
    LineAnswer,
    PostmortemSummary,
    deadline_of,
    email_of,
    item_answers,
    line_answer,
    section_texts,
    sure_moment,
    unmet_answers,
)


class PostmortemWithText(PostmortemSummary):
    """A postmortem as Markdown: `body` is what its readers see, `body_draft` all of the newest text, internal
    lines and owners too. `notes` say what of a `body_draft` that was sent could not be taken over.

    `digest` names exactly the newest text: an approval says it back. People are mail addresses.
    """

    preview_key: None
    body: str | None
    body_updated_at: Moment | None
    body_draft: str
    body_draft_updated_at: Moment
    notify_subscribers: bool
    notify_twitter: bool
    custom_tweet: str | None
    notes: list[str]
    digest: str
    sections: dict[Section, str]
    timeline: list[LineAnswer]
    action_items: list[ItemAnswer]
    unmet: list[UnmetAnswer]
    findings: list[FindingAnswer]
    editors: list[str]
    review_asked_at: Moment | None
    review_asked_by: str | None
    approved_at: Moment | None
    approved_by: str | None
    published_revision: int | None
    edited_at: Moment | None
    unpublished_at: Moment | None
    waived_by: str | None
    waived_reason: str | None


def postmortem_summaries(call: Call, postmortems: list[Postmortem]) -> list[PostmortemSummary]:
    """Return postmortems without their texts, in their order."""
    rows = [each.incident for each in postmortems]
    read_stories(call.session, rows)
    times = postmortem_times(call.session, rows)
    heads = heads_of(call.session, [each.id for each in postmortems])
    return [
        PostmortemSummary.model_validate(_summary(call, each, heads[each.id], times[each.incident_id]))
        for each in postmortems
    ]


def postmortem_answer(
    call: Call, row: IncidentRow, postmortem: Postmortem, notes: tuple[str, ...] = ()
) -> PostmortemWithText:
    """Return a postmortem with its newest text and everything that still stands before its publication."""
    call.session.flush()
    head = head_of(call.session, postmortem)
    return PostmortemWithText.model_validate(
        {
            **_summary(call, postmortem, head, times_of(call.session, row)),
            **_texts(call, postmortem),
            **_way(postmortem),
            "unmet": unmet_answers(unmet_of(call.ctx, postmortem)),
            "findings": [finding_answer(each) for each in check_blame(call.ctx, postmortem, head.value)],
            "notes": list(notes),
            "editors": list(
                dict.fromkeys(each.account.email for each in editors_of(call.session, postmortem))
            ),
        }
    )


def _summary(
    call: Call, postmortem: Postmortem, head: PostmortemRevision, times: PostmortemTimes
) -> dict[str, object]:
    row = postmortem.incident
    owed = deadline_of(call, row, times)
    return {
        "id": postmortem.public_id,
        "incident_id": row.public_id,
        "incident_name": row.name,
        "impact": row.impact,
        "state": postmortem.state_of(head),
        "form": form_for(row.highest_impact),
        "owner": email_of(postmortem.owner),
        "due_at": moment(owed.due_at) if owed else None,
        "met_at": moment(owed.met_at) if owed else None,
        "is_overdue": owed is not None and owed.is_overdue(call.ctx.now),
        "visibility": postmortem.visibility,
        "published_at": moment(postmortem.published_at),
        "public_since": moment(postmortem.public_since),
        "final_by": moment(head.value.final_by),
        "final_since": moment(postmortem.final_since),
        "waived_at": moment(postmortem.waived_at),
        "revision": head.number,
        "created_at": sure_moment(postmortem.created_at),
        "updated_at": sure_moment(postmortem.updated_at),
    }


def _texts(call: Call, postmortem: Postmortem) -> dict[str, object]:
    head, published = head_of(call.session, postmortem), published_of(call.session, postmortem)
    content = head.value
    return {
        "preview_key": None,
        "body": postmortem_document(postmortem, published).body if published else None,
        "body_updated_at": moment(postmortem.edited_at or postmortem.published_at) if published else None,
        "body_draft": postmortem_file(call.ctx, postmortem).markdown(),
        "body_draft_updated_at": sure_moment(head.created_at),
        "digest": head.digest,
        "sections": section_texts(content),
        "timeline": [line_answer(entry) for entry in content.timeline],
        "action_items": item_answers(call.session, content.items, rows_by_id(call.session, postmortem)),
    }


def _way(postmortem: Postmortem) -> dict[str, object]:
    """Return how it went through the gate."""
    return {
        "notify_subscribers": postmortem.tells_subscribers,
        "notify_twitter": False,
        "custom_tweet": None,
        "review_asked_at": moment(postmortem.review_asked_at),
        "review_asked_by": email_of(postmortem.review_asked_by),
        "approved_at": moment(postmortem.approved_at),
        "approved_by": email_of(postmortem.approved_by),
        "published_revision": postmortem.published_number,
        "edited_at": moment(postmortem.edited_at),
        "unpublished_at": moment(postmortem.unpublished_at),
        "waived_by": email_of(postmortem.waived_by),
        "waived_reason": postmortem.waived_reason,
    }
