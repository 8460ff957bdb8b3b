"""Ready to go: a draft that its author has prepared ahead, and the one click that publishes it."""

from flask import request
from werkzeug.wrappers import Response as AnyResponse

from statuspage.domain.errors import ConflictError, DomainError, NotFoundError, RuleError
from statuspage.domain.roles import SiteRole
from statuspage.services.context import Context
from statuspage.services.drafts import digest_of, own_draft, save_draft
from statuspage.services.form_keys import note_sent, sent_before
from statuspage.services.ready_drafts import mark_ready, mark_unready, note_published, take_ready
from statuspage.store.incidents import IncidentRow, get_incident
from statuspage.web.console.blueprint import blueprint
from statuspage.web.console.composer import (
    Composed,
    ask_first,
    publish_composed,
    rendered,
    retargeted,
    said,
)
from statuspage.web.console.composing import Errors, fields_of
from statuspage.web.console.review import draft_page
from statuspage.web.console.screens import acting, done, go_to, looking
from statuspage.web.security import allow

_GONE = "That draft is gone: it was published or discarded."


@blueprint.post("/incidents/<incident_id>/ready")
@allow(SiteRole.RESPONDER)
def ready(incident_id: str) -> AnyResponse:
    """Let anybody who may publish send what stands in the composer, or take that back."""
    from statuspage.web.console.incident import show_incident

    back = f"/console/incidents/{incident_id}"
    if request.form.get("act") == "take_back":
        with acting() as ctx:
            row = get_incident(ctx.session, incident_id)
            draft = own_draft(ctx, row)
            if draft is not None:
                mark_unready(ctx.at_time_of(row), row, draft)
        return done(back, "It is yours alone again.")
    fields = fields_of(request.form)
    try:
        rendered(fields)
        with acting() as ctx:
            row = get_incident(ctx.session, incident_id)
            ctx = ctx.at_time_of(row)
            mark_ready(ctx, row, save_draft(ctx, row, fields))
    except DomainError as error:
        return retargeted(show_incident(incident_id, fields, Errors.of(error, fields)))
    return done(back, "Ready to go. Whoever may publish can send it as it stands.")


@blueprint.route("/incidents/<incident_id>/drafts/<draft_id>/publish", methods=["GET", "POST"])
@allow(SiteRole.COMMUNICATOR)
def publish_ready(incident_id: str, draft_id: str) -> AnyResponse:
    """Say what publishing a colleague's ready draft will do, then do it."""
    back = f"/console/incidents/{incident_id}"
    with looking() as ctx:
        known = sent_before(ctx, request.form.get("form_key", ""))
    if known:
        return go_to(known)
    try:
        sent, seen = _taken(incident_id, draft_id)
        if "confirmed" in request.form:
            return _publish(incident_id, draft_id, sent, back)

        def act(ctx: Context) -> IncidentRow:
            return _act(ctx, incident_id, draft_id, seen, sent)

        return ask_first(sent, act, back, [("seen", seen)], str(sent.fields["body"]))
    except NotFoundError:
        return done(back, _GONE)
    except (ConflictError, RuleError) as error:
        return retargeted(draft_page(incident_id, draft_id, error))


def _taken(incident_id: str, draft_id: str) -> tuple[Composed, str]:
    """Return what the draft says, its text rendered before any transaction that writes."""
    with looking() as ctx:
        row = get_incident(ctx.session, incident_id)
        fields = dict(take_ready(ctx, row, draft_id).fields)
    return Composed(fields, rendered(fields)), digest_of(fields)


def _publish(incident_id: str, draft_id: str, sent: Composed, back: str) -> AnyResponse:
    key = request.form.get("form_key", "")
    with acting() as ctx:
        known = sent_before(ctx, key)
        if known:
            return go_to(known)
        row = _act(ctx, incident_id, draft_id, request.form.get("seen", ""), sent)
        message = said(row)
        note_sent(ctx, key, back)
    return done(back, message)


def _act(ctx: Context, incident_id: str, draft_id: str, seen: str, sent: Composed) -> IncidentRow:
    row = get_incident(ctx.session, incident_id)
    draft = take_ready(ctx, row, draft_id, seen)
    publish_composed(ctx, row, sent)
    note_published(ctx, row, draft)
    return row
