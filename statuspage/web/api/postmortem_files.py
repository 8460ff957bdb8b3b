"""A whole postmortem as Markdown: put in place of what is written, as Statuspage's clients do; taken away."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from statuspage.domain.errors import DomainError
from statuspage.domain.postmortem_markdown import MARKDOWN_LIMIT
from statuspage.domain.roles import SiteRole
from statuspage.services.postmortem_files import postmortem_file
from statuspage.services.postmortem_import import import_markdown
from statuspage.services.postmortems import begin_postmortem
from statuspage.store.incidents import get_incident
from statuspage.store.postmortems import head_of
from statuspage.web.api.endpoint import Call, Endpoint
from statuspage.web.api.fields import Input, Output
from statuspage.web.api.lists import asked_choice
from statuspage.web.api.postmortem_texts import RevisionNumber, base_of, the_postmortem
from statuspage.web.api.postmortem_whole import PostmortemWithText, postmortem_answer

WholeText = Annotated[str, Field(json_schema_extra={"minLength": 1, "maxLength": MARKDOWN_LIMIT})]


class Audience(StrEnum):
    """For whom a copy is: customers read no internal lines, owners and trackers."""

    STAFF = "staff"
    CUSTOMERS = "customers"


class WholeTextInput(Input):
    """A whole text. Headings divide it into sections, timeline and action items; what it does not have stays
    as it is, and text without headings is the summary."""

    body_draft: WholeText
    last_revision: RevisionNumber | None = None


class ExportAnswer(Output):
    """A copy of the newest text."""

    revision: int
    digest: str
    audience: Audience
    body: str


def endpoints(postmortem: str) -> list[Endpoint]:
    """Return the endpoints under the path of a postmortem."""
    return [
        Endpoint(
            "PUT", postmortem, SiteRole.RESPONDER, "Put a whole text into a postmortem", PostmortemWithText,
            put_draft, "postmortem", WholeTextInput,
        ),
        Endpoint(
            "GET", f"{postmortem}/export", SiteRole.VIEWER, "Export a postmortem as Markdown", ExportAnswer,
            export, query=("audience",),
        ),
    ]  # fmt: skip


def put_draft(call: Call, body: WholeTextInput, incident_id: str) -> PostmortemWithText:
    """Save a whole text in Markdown; where there is no postmortem yet, it is begun."""
    row = get_incident(call.session, incident_id)
    postmortem = begin_postmortem(call.ctx, row)
    base = base_of(call, postmortem, body.last_revision)
    try:
        read = import_markdown(call.ctx, postmortem, body.body_draft, base.number, replaces=True)
    except DomainError as error:
        error.field = "body_draft" if error.field == "body" else error.field
        raise
    return postmortem_answer(call, row, postmortem, read.notes)


def export(call: Call, incident_id: str) -> ExportAnswer:
    """Return the newest text as Markdown: all of it, or with `audience=customers` what they may read."""
    _, postmortem = the_postmortem(call, incident_id)
    head, audience = head_of(call.session, postmortem), asked_choice("audience", Audience) or Audience.STAFF
    copy = postmortem_file(call.ctx, postmortem, is_public=audience is Audience.CUSTOMERS)
    return ExportAnswer(revision=head.number, digest=head.digest, audience=audience, body=copy.markdown())
