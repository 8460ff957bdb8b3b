"""The scribe's line: notes, decisions, actions and mitigations, written in a moment."""

from typing import Any

from flask import Response, request
from werkzeug.wrappers import Response as AnyResponse

from statuspage.domain.errors import RuleError
from statuspage.domain.roles import SiteRole
from statuspage.render.zone import Zone
from statuspage.services.context import Context
from statuspage.services.timeline import add_entry, change_entry, remove_entry
from statuspage.store.drafts import EntryKind, get_entry
from statuspage.store.incidents import IncidentRow
from statuspage.web.console.acts import act_page, carry_out
from statuspage.web.console.blueprint import blueprint
from statuspage.web.console.composing import Errors, Fields
from statuspage.web.console.local_time import typed_instant
from statuspage.web.security import allow

_ENTRY = "/incidents/<incident_id>/timeline/<entry_id>"


def _kind() -> EntryKind:
    try:
        return EntryKind(request.form.get("kind") or "note")
    except ValueError:
        raise RuleError("invalid", "Choose one of those offered.", "kind") from None


def _at(ctx: Context) -> Any:
    return typed_instant(request.form.get("at"), request.form.get("at-fold"), ctx.page.time_zone, "at")


@blueprint.route("/incidents/<incident_id>/timeline", methods=["GET", "POST"])
@allow(SiteRole.RESPONDER)
def note(incident_id: str) -> AnyResponse:
    """Add an entry."""

    def page(fields: Fields | None = None, errors: Errors | None = None) -> Response:
        return act_page(
            incident_id, "entry.html", "Note something", fields, errors, lambda *_: {"kinds": list(EntryKind)}
        )

    if request.method == "GET":
        return page()

    def act(ctx: Context, row: IncidentRow) -> None:
        sets_mitigated_at = "sets_mitigated_at" in request.form
        text = request.form.get("text", "")
        add_entry(ctx, row, _kind(), text, _at(ctx), sets_mitigated_at=sets_mitigated_at)

    return carry_out(incident_id, act, "Noted.", page)


@blueprint.route(_ENTRY, methods=["GET", "POST"])
@allow(SiteRole.RESPONDER)
def entry(incident_id: str, entry_id: str) -> AnyResponse:
    """Change or remove an entry."""

    def page(fields: Fields | None = None, errors: Errors | None = None) -> Response:
        return act_page(incident_id, "entry.html", "Change an entry", fields, errors, starting)

    def starting(ctx: Context, row: IncidentRow) -> dict[str, Any]:
        found = get_entry(ctx.session, row.id, entry_id)
        at = Zone(ctx.page.time_zone).typed(found.at)
        fields = {"text": found.body, "kind": found.kind.value, "at": at}
        return {"kinds": list(EntryKind), "entry": found, "fields": fields}

    if request.method == "GET":
        return page()

    def act(ctx: Context, row: IncidentRow) -> None:
        found = get_entry(ctx.session, row.id, entry_id)
        if request.form.get("act") == "remove":
            remove_entry(ctx, row, found)
            return
        is_same = request.form.get("at") == Zone(ctx.page.time_zone).typed(found.at)
        change_entry(ctx, row, found, request.form.get("text", ""), _kind(), None if is_same else _at(ctx))

    return carry_out(incident_id, act, "Done.", page)
