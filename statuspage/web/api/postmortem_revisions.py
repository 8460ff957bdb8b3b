"""What a postmortem read before: every text that anybody saved."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from statuspage.domain.postmortem import Section
from statuspage.domain.roles import SiteRole
from statuspage.render.v2 import moment
from statuspage.services.postmortem_files import postmortem_file
from statuspage.services.postmortems import restore_revision
from statuspage.store.action_items import rows_by_id
from statuspage.store.postmortems import Postmortem, PostmortemRevision, get_revision
from statuspage.web.api.endpoint import Call, Endpoint
from statuspage.web.api.fields import Moment, Output
from statuspage.web.api.lists import one_page_of
from statuspage.web.api.postmortem_outputs import (
    ItemAnswer,
    LineAnswer,
    email_of,
    item_answers,
    line_answer,
    section_texts,
    sure_moment,
)
from statuspage.web.api.postmortem_texts import the_postmortem
from statuspage.web.api.postmortem_whole import PostmortemWithText, postmortem_answer


class RevisionSummary(Output):
    """A text as somebody left it. `author` is null for the product itself; `note` says where it comes from
    where nobody typed it: `drafted`, `imported`, `restored:<number>`."""

    number: int
    digest: str
    author: str | None
    note: str | None
    created_at: Moment
    is_approved: bool
    is_published: bool


class RevisionAnswer(RevisionSummary):
    """A whole text."""

    sections: dict[Section, str]
    timeline: list[LineAnswer]
    action_items: list[ItemAnswer]
    final_by: Moment | None
    body: str


def endpoints(postmortem: str) -> list[Endpoint]:
    """Return the endpoints under the path of a postmortem."""
    path, viewer = f"{postmortem}/revisions", SiteRole.VIEWER
    one = f"{path}/<number>"
    some: Any = list[RevisionSummary]
    return [
        Endpoint(
            "GET", path, viewer, "List a postmortem's revisions", some, list_revisions,
            query=("page", "per_page", "limit"),
        ),
        Endpoint("GET", one, viewer, "Get a revision", RevisionAnswer, show_revision),
        Endpoint(
            "POST", f"{one}/restore", SiteRole.RESPONDER, "Restore a revision", PostmortemWithText, restore
        ),
    ]  # fmt: skip


def list_revisions(call: Call, incident_id: str) -> list[RevisionSummary]:
    """Return every revision, newest first, without its text."""
    _, postmortem = the_postmortem(call, incident_id)
    found = one_page_of(_newest_first(call.session, postmortem))
    return [RevisionSummary.model_validate(_facts(postmortem, each)) for each in found]


def show_revision(call: Call, incident_id: str, number: str) -> RevisionAnswer:
    """Return one revision with its text."""
    _, postmortem = the_postmortem(call, incident_id)
    found = get_revision(call.session, postmortem, int(number))
    content = found.value
    rows = rows_by_id(call.session, postmortem)
    return RevisionAnswer.model_validate(
        {
            **_facts(postmortem, found),
            "sections": section_texts(content),
            "timeline": [line_answer(entry) for entry in content.timeline],
            "action_items": item_answers(call.session, content.items, rows),
            "final_by": moment(content.final_by),
            "body": postmortem_file(call.ctx, postmortem, number=found.number).markdown(),
        }
    )


def restore(call: Call, incident_id: str, number: str) -> PostmortemWithText:
    """Make an older text the newest again; what was written since stays among the revisions."""
    row, postmortem = the_postmortem(call, incident_id)
    restore_revision(call.ctx, postmortem, int(number))
    return postmortem_answer(call, row, postmortem)


def _facts(postmortem: Postmortem, revision: PostmortemRevision) -> dict[str, object]:
    return {
        "number": revision.number,
        "digest": revision.digest,
        "author": email_of(revision.author),
        "note": revision.note,
        "created_at": sure_moment(revision.created_at),
        "is_approved": revision.digest == postmortem.approved_digest,
        "is_published": revision.number == postmortem.published_number,
    }


def _newest_first(session: Session, postmortem: Postmortem) -> list[PostmortemRevision]:
    query = select(PostmortemRevision).where(PostmortemRevision.postmortem_id == postmortem.id)
    return list(session.scalars(query.order_by(PostmortemRevision.number.desc())))
