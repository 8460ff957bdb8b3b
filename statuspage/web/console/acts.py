"""The rarer acts on an incident: each a page of its own that says what it does before it does it."""

from collections.abc import Callable
from typing import Any

from flask import Response, request
from werkzeug.wrappers import Response as AnyResponse

from statuspage.domain.default_texts import merged_text
from statuspage.domain.errors import DomainError
from statuspage.domain.incident import OPEN_STATUSES
from statuspage.domain.roles import SiteRole
from statuspage.services.commands import NoticeCommand, Seen
from statuspage.services.context import Context
from statuspage.services.end_incident import dismiss_incident, end_incident_internally, revive_incident
from statuspage.services.form_keys import note_sent, sent_before
from statuspage.services.merge_incident import merge_incident
from statuspage.store.incident_values import incident_value
from statuspage.store.incidents import IncidentRow, get_incident, unfinished_incidents
from statuspage.web.console.blueprint import blueprint
from statuspage.web.console.composer import fresh_key, rendered
from statuspage.web.console.composing import Errors, Fields, fields_of
from statuspage.web.console.screens import acting, done, go_to, looking, screen
from statuspage.web.security import allow

Act = Callable[[Context, IncidentRow], object]


def carry_out(
    incident_id: str, act: Act, message: str, again: Callable[[Fields, Errors], Response]
) -> AnyResponse:
    """Do an act once and go back to the incident; show the form again where it is refused."""
    location = f"/console/incidents/{incident_id}"
    key = request.form.get("form_key", "")
    try:
        with acting() as ctx:
            known = sent_before(ctx, key)
            if known:
                return go_to(known)
            act(ctx, get_incident(ctx.session, incident_id))
            note_sent(ctx, key, location)
    except DomainError as error:
        fields = fields_of(request.form)
        return again(fields, Errors.of(error, fields))
    return done(location, message)


def act_page(
    incident_id: str,
    template: str,
    title: str,
    fields: Fields | None = None,
    errors: Errors | None = None,
    more: Callable[[Context, IncidentRow], dict[str, Any]] | None = None,
) -> Response:
    """Return the page of an act."""
    with looking() as ctx:
        row = get_incident(ctx.session, incident_id)
        ctx = ctx.at_time_of(row)
        found = more(ctx, row) if more else {}
        start = found.pop("fields", {})
        return screen(
            ctx,
            template,
            title=f"{title}: {row.name}",
            section="incidents",
            status=422 if errors else 200,
            heading=title,
            row=row,
            fields=dict(fields if fields is not None else start),
            errors=errors or Errors.none(),
            form_key=fresh_key(),
            **found,
        )


def _reason() -> str | None:
    return request.form.get("reason", "").strip() or None


_ENDINGS: dict[str, tuple[Callable[[Context, IncidentRow, str | None], None], str, str]] = {
    "dismiss": (dismiss_incident, "Dismiss it", "Dismissed. Nothing is owed for it."),
    "internal": (end_incident_internally, "End it internally", "Ended internally. Nothing is owed for it."),
    "revive": (revive_incident, "Take it up again", "Taken up again, with its first detection."),
}


@blueprint.route("/incidents/<incident_id>/<any(dismiss,internal,revive):ending>", methods=["GET", "POST"])
@allow(SiteRole.RESPONDER)
def end_unannounced(incident_id: str, ending: str) -> AnyResponse:
    """Dismiss an unannounced incident, end it internally, or revive it."""
    verb, title, message = _ENDINGS[ending]

    def page(fields: Fields | None = None, errors: Errors | None = None) -> Response:
        return act_page(incident_id, "ending.html", title, fields, errors, lambda *_: {"ending": ending})

    if request.method == "GET":
        return page()
    return carry_out(incident_id, lambda ctx, row: verb(ctx, row, _reason()), message, page)


@blueprint.route("/incidents/<incident_id>/merge", methods=["GET", "POST"])
@allow(SiteRole.COMMUNICATOR)
def merge(incident_id: str) -> AnyResponse:
    """Merge the incident into another."""

    def page(fields: Fields | None = None, errors: Errors | None = None) -> Response:
        return act_page(
            incident_id, "merge.html", "Merge it into another incident", fields, errors, _survivors
        )

    if request.method == "GET":
        return page()
    try:
        text = rendered(fields_of(request.form))
    except DomainError as error:
        return page(fields_of(request.form), Errors.of(error, {}))
    command = NoticeCommand(text=text, seen=Seen(last_update_id=request.form.get("last_update_id") or None))
    survivor_id = request.form.get("merge_into", "")
    message = "Merged. Customers are pointed to the other incident."
    return carry_out(
        incident_id, lambda ctx, row: merge_incident(ctx, row, survivor_id, command), message, page
    )


def _survivors(ctx: Context, row: IncidentRow) -> dict[str, Any]:
    others = [one for one in unfinished_incidents(ctx.session) if one.id != row.id]
    return {
        "survivors": [one for one in others if one.status in OPEN_STATUSES and incident_value(one).promise],
        "placeholder": merged_text(others[0].name if others else "…"),
        "last_update_id": row.updates[-1].public_id if row.updates else "",
    }
