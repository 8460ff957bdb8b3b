"""The internal timeline: what the team notes for itself. No customer sees any of it."""

from typing import Annotated, Any

from pydantic import Field

from statuspage.domain.roles import SiteRole
from statuspage.render.v2 import moment
from statuspage.services.timeline import ENTRY_LIMIT, add_entry, change_entry, remove_entry
from statuspage.store.drafts import EntryKind, TimelineEntry, entries_of_incident, get_entry
from statuspage.store.incidents import get_incident
from statuspage.web.api.endpoint import Call, Endpoint
from statuspage.web.api.fields import Id, Input, Instant, Moment, Output
from statuspage.web.api.lists import one_page_of

EntryText = Annotated[str, Field(json_schema_extra={"minLength": 1, "maxLength": ENTRY_LIMIT})]


class EntryCreate(Input):
    """Something to note; `at` is when it happened, by default now."""

    body: EntryText
    kind: EntryKind = EntryKind.NOTE
    at: Instant | None = None
    sets_mitigated_at: bool = False


class EntryChange(Input):
    """A change of an entry; what it said before stays in the record."""

    body: EntryText | None = None
    kind: EntryKind | None = None
    at: Instant | None = None


class EntryAnswer(Output):
    """An entry. `author` is a mail address."""

    id: Id
    incident_id: Id
    kind: EntryKind
    body: str
    at: Moment
    author: str | None
    created_at: Moment
    edited_at: Moment | None


def endpoints(incident: str) -> list[Endpoint]:
    """Return the endpoints under the path of an incident."""
    path, responder, answer = f"{incident}/timeline", SiteRole.RESPONDER, EntryAnswer
    one = f"{path}/<entry_id>"
    some: Any = list[EntryAnswer]
    return [
        Endpoint(
            "GET", path, SiteRole.VIEWER, "List an incident's internal timeline", some, list_entries,
            query=("page", "per_page", "limit"),
        ),
        Endpoint(
            "POST", path, responder, "Note something for the team", answer, new_entry, "entry", EntryCreate,
            201,
        ),
        *(
            Endpoint(method, one, responder, "Change an entry", answer, update_entry, "entry", EntryChange)
            for method in ("PATCH", "PUT")
        ),
        Endpoint("DELETE", one, responder, "Remove an entry", None, delete_entry, status=204),
    ]  # fmt: skip


def list_entries(call: Call, incident_id: str) -> list[EntryAnswer]:
    """Return the entries, newest first."""
    row = get_incident(call.session, incident_id)
    return [_answer(incident_id, one) for one in one_page_of(entries_of_incident(call.session, row.id))]


def new_entry(call: Call, body: EntryCreate, incident_id: str) -> EntryAnswer:
    """Note something."""
    row = get_incident(call.session, incident_id)
    entry = add_entry(call.ctx, row, body.kind, body.body, body.at, sets_mitigated_at=body.sets_mitigated_at)
    return _answer(incident_id, entry)


def update_entry(call: Call, body: EntryChange, incident_id: str, entry_id: str) -> EntryAnswer:
    """Change an entry."""
    row = get_incident(call.session, incident_id)
    entry = get_entry(call.session, row.id, entry_id)
    text = entry.body if body.body is None else body.body
    change_entry(call.ctx, row, entry, text, body.kind, body.at)
    return _answer(incident_id, entry)


def delete_entry(call: Call, incident_id: str, entry_id: str) -> None:
    """Take an entry off the timeline."""
    row = get_incident(call.session, incident_id)
    remove_entry(call.ctx, row, get_entry(call.session, row.id, entry_id))


def _answer(incident_id: str, entry: TimelineEntry) -> EntryAnswer:
    return EntryAnswer(
        id=entry.public_id,
        incident_id=incident_id,
        kind=entry.kind,
        body=entry.body,
        at=moment(entry.at),
        author=entry.author.email if entry.author else None,
        created_at=moment(entry.created_at),
        edited_at=moment(entry.edited_at) if entry.edited_at else None,
    )
