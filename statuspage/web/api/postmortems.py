"""Postmortems: begun, written, read; in the shape of Statuspage's, with sections and the gate on top."""

from collections.abc import Callable
from dataclasses import replace
from typing import Annotated, Any

from pydantic import Field

from statuspage.domain.errors import RuleError
from statuspage.domain.postmortem import (
    MOST_ENTRIES,
    MOST_ITEMS,
    Content,
    PostmortemState,
    Section,
    Visibility,
)
from statuspage.domain.roles import SiteRole
from statuspage.services.postmortems import assign_owner, begin_postmortem
from statuspage.services.publish_postmortem import change_visibility
from statuspage.store.incidents import get_incident
from statuspage.store.postmortem_list import heads
from statuspage.store.postmortems import Postmortem, all_postmortems
from statuspage.web.api.endpoint import Call, Endpoint
from statuspage.web.api.fields import Input, Instant
from statuspage.web.api.lists import asked_choice, asked_flag, asked_text, one_page_of
from statuspage.web.api.postmortem_outputs import PostmortemSummary, email_of
from statuspage.web.api.postmortem_texts import (
    Email,
    ItemInput,
    LineInput,
    RevisionNumber,
    SectionText,
    account_named,
    items_from,
    save,
    the_postmortem,
    timeline_from,
)
from statuspage.web.api.postmortem_whole import PostmortemWithText, postmortem_answer, postmortem_summaries


class PostmortemBegin(Input):
    """A postmortem to begin where the resolution made none. `owner` sees to it that it gets written."""

    owner: Email | None = None


class PostmortemChange(Input):
    """A change of the text; sections, and whole lists, that are left out stay.

    `last_revision` is the revision that you have read: what others saved since is put together with yours,
    and where both changed the same lines nothing is saved (`edit_conflict`). Without it the newest changes.
    `final_by` makes it a preliminary one; null makes it final. `visibility` shows what is published to more
    or fewer readers, as who may publish.
    """

    sections: dict[Section, SectionText] | None = None
    timeline: Annotated[list[LineInput], Field(max_length=MOST_ENTRIES)] | None = None
    action_items: Annotated[list[ItemInput], Field(max_length=MOST_ITEMS)] | None = None
    final_by: Instant | None = None
    owner: Email | None = None
    visibility: Visibility | None = None
    last_revision: RevisionNumber | None = None


def endpoints(page: str, incident: str) -> list[Endpoint]:
    """Return the endpoints of the page, and those under the path of an incident."""
    one, responder, answer = f"{incident}/postmortem", SiteRole.RESPONDER, PostmortemWithText
    some: Any = list[PostmortemSummary]
    return [
        Endpoint(
            "GET", f"{page}/postmortems", SiteRole.VIEWER, "List postmortems", some, list_postmortems,
            query=("postmortem_state", "owner", "overdue", "page", "per_page", "limit"),
        ),
        Endpoint("GET", one, SiteRole.VIEWER, "Get an incident's postmortem", answer, show),
        Endpoint(
            "POST", one, responder, "Begin an incident's postmortem", answer, begin, "postmortem",
            PostmortemBegin, 201, may_be_bare=True,
        ),
        Endpoint(
            "PATCH", one, responder, "Write in a postmortem", answer, change, "postmortem", PostmortemChange
        ),
    ]  # fmt: skip


def list_postmortems(call: Call) -> list[PostmortemSummary]:
    """Return every postmortem, that of the newest resolution first; `owner` is a mail address."""
    state, owner = asked_choice("state", PostmortemState), asked_text("owner")
    is_overdue = asked_flag("overdue")
    newest = heads(call.session)
    found = [
        one
        for one in all_postmortems(call.session)
        if (owner is None or email_of(one.owner) == owner.lower())
        and state in {None, one.state_of(newest[one.id])}
        and not (is_overdue and one.is_settled)
    ]
    if is_overdue is None:
        return postmortem_summaries(call, list(one_page_of(found)))
    summaries = postmortem_summaries(call, found)
    return list(one_page_of([one for one in summaries if one.is_overdue is is_overdue]))


def show(call: Call, incident_id: str) -> PostmortemWithText:
    """Return the postmortem with its newest text, and in `unmet` all that still stands before publication."""
    row, postmortem = the_postmortem(call, incident_id)
    return postmortem_answer(call, row, postmortem)


def begin(call: Call, body: PostmortemBegin, incident_id: str) -> PostmortemWithText:
    """Begin a postmortem, with what is known already drafted in it; where there is one, return that."""
    row = get_incident(call.session, incident_id)
    postmortem = begin_postmortem(call.ctx, row)
    if body.owner is not None:
        assign_owner(call.ctx, postmortem, account_named(call, body.owner, "owner"))
    return postmortem_answer(call, row, postmortem)


def change(call: Call, body: PostmortemChange, incident_id: str) -> PostmortemWithText:
    """Save sections, the timeline, action items, the date of the final text, or who owns it."""
    row, postmortem = the_postmortem(call, incident_id)
    _change(call, postmortem, body)
    return postmortem_answer(call, row, postmortem)


def _change(call: Call, postmortem: Postmortem, body: PostmortemChange) -> None:
    if body.has("owner"):
        if body.owner is None:
            raise RuleError("owner_missing", "Name somebody who sees to it that it gets written.", "owner")
        assign_owner(call.ctx, postmortem, account_named(call, body.owner, "owner"))
    save(call, postmortem, _edit(call, body), body.last_revision)
    if body.visibility is not None:
        change_visibility(call.ctx, postmortem, body.visibility)


def _edit(call: Call, body: PostmortemChange) -> Callable[[Content], Content]:
    def edit(text: Content) -> Content:
        for section, words in (body.sections or {}).items():
            text = text.with_section(section, words)
        if body.timeline is not None:
            text = replace(text, timeline=timeline_from(body.timeline, text))
        if body.action_items is not None:
            text = replace(text, items=items_from(call, body.action_items, text))
        return replace(text, final_by=body.final_by) if body.has("final_by") else text

    return edit
