"""The timeline of a postmortem, line by line."""

from dataclasses import replace
from typing import Any

from statuspage.domain.errors import NotFoundError
from statuspage.domain.postmortem import Content, Entry, in_order
from statuspage.domain.roles import SiteRole
from statuspage.services.postmortems import complete_draft
from statuspage.store.postmortems import head_of
from statuspage.web.api.endpoint import Call, Endpoint
from statuspage.web.api.lists import one_page_of
from statuspage.web.api.postmortem_outputs import LineAnswer, line_answer
from statuspage.web.api.postmortem_texts import LineChange, LineCreate, new_line, save, the_postmortem


def endpoints(postmortem: str) -> list[Endpoint]:
    """Return the endpoints under the path of a postmortem."""
    path, responder, answer = f"{postmortem}/timeline", SiteRole.RESPONDER, LineAnswer
    one = f"{path}/<line_id>"
    some: Any = list[LineAnswer]
    return [
        Endpoint(
            "GET", path, SiteRole.VIEWER, "List the lines of a postmortem's timeline", some, list_lines,
            query=("page", "per_page", "limit"),
        ),
        Endpoint(
            "POST", path, responder, "Add a line to a postmortem's timeline", answer, add_line, "entry",
            LineCreate, 201,
        ),
        Endpoint(
            "POST", f"{path}/complete", responder, "Draft what a timeline does not have yet", some, complete
        ),
        Endpoint(
            "PATCH", one, responder, "Change a line of a postmortem's timeline", answer, change_line, "entry",
            LineChange,
        ),
        Endpoint(
            "DELETE", one, responder, "Remove a line of a postmortem's timeline", None, delete_line,
            status=204,
        ),
    ]  # fmt: skip


def list_lines(call: Call, incident_id: str) -> list[LineAnswer]:
    """Return the lines, oldest first, those that customers don't read among them."""
    _, postmortem = the_postmortem(call, incident_id)
    timeline = head_of(call.session, postmortem).value.timeline
    return [line_answer(entry) for entry in one_page_of(timeline)]


def add_line(call: Call, body: LineCreate, incident_id: str) -> LineAnswer:
    """Add a line; it takes its place by its time."""
    _, postmortem = the_postmortem(call, incident_id)
    line = new_line(body)
    saved = save(call, postmortem, lambda text: _with(text, (*text.timeline, line)))
    return line_answer(_line(saved.value, line.id))


def complete(call: Call, incident_id: str) -> list[LineAnswer]:
    """Add what has happened since the timeline was drafted; lines that stand there stay as they are."""
    _, postmortem = the_postmortem(call, incident_id)
    saved = complete_draft(call.ctx, postmortem)
    return [line_answer(entry) for entry in saved.value.timeline]


def change_line(call: Call, body: LineChange, incident_id: str, line_id: str) -> LineAnswer:
    """Change a line; with another time it takes its place anew."""
    _, postmortem = the_postmortem(call, incident_id)

    def change(text: Content) -> Content:
        new = _changed(_line(text, line_id), body)
        return _with(text, tuple(new if one.id == line_id else one for one in text.timeline))

    saved = save(call, postmortem, change, body.last_revision)
    return line_answer(_line(saved.value, line_id))


def delete_line(call: Call, incident_id: str, line_id: str) -> None:
    """Take a line off the timeline; older revisions keep it."""
    _, postmortem = the_postmortem(call, incident_id)

    def change(text: Content) -> Content:
        gone = _line(text, line_id)
        return _with(text, tuple(one for one in text.timeline if one is not gone))

    save(call, postmortem, change)


def _changed(entry: Entry, body: LineChange) -> Entry:
    return replace(
        entry,
        at=entry.at if body.at is None else body.at,
        text=entry.text if body.text is None else body.text,
        is_public=entry.is_public if body.is_public is None else body.is_public,
        moment=body.moment if body.has("moment") else entry.moment,
    )


def _with(content: Content, timeline: tuple[Entry, ...]) -> Content:
    return replace(content, timeline=in_order(timeline))


def _line(content: Content, line_id: str) -> Entry:
    for entry in content.timeline:
        if entry.id == line_id:
            return entry
    raise NotFoundError("not_found", "The timeline has no such line.")
