"""Declaring: what is happening, and to what. Two decisions from nothing to the first notice."""

from dataclasses import replace
from typing import Any

from flask import Response, request
from werkzeug.wrappers import Response as AnyResponse

from statuspage.domain.cadence import ONE_MINUTE
from statuspage.domain.errors import DomainError, RuleError
from statuspage.domain.incident import IncidentStatus, NoticeKind
from statuspage.domain.promise_choice import promise_lengths
from statuspage.domain.roles import SiteRole
from statuspage.render.pages import incident_preview
from statuspage.services.context import Context
from statuspage.services.declare_and_publish import declare_and_publish
from statuspage.services.declare_incident import declare_incident
from statuspage.services.drafts import discard_draft, save_draft
from statuspage.services.form_keys import note_sent, sent_before
from statuspage.services.notice_text import NoticeText
from statuspage.services.outcome import outcome_of
from statuspage.store.components import all_components
from statuspage.store.drafts import find_draft
from statuspage.store.incidents import IncidentRow, find_incident
from statuspage.store.notice_templates import find_template
from statuspage.web.console.blueprint import blueprint
from statuspage.web.console.composer import Composed, ask_first, composed, rendered, retargeted, said
from statuspage.web.console.composing import (
    Errors,
    Fields,
    declaration_of,
    fields_of,
    notice_of,
    states_of,
)
from statuspage.web.console.prepared import declaration_texts, state_fields
from statuspage.web.console.promise_bar import promise_bar
from statuspage.web.console.screens import acting, done, fragment, go_to, looking, screen, trying
from statuspage.web.security import allow

_STATUSES = (
    IncidentStatus.INVESTIGATING,
    IncidentStatus.IDENTIFIED,
    IncidentStatus.MONITORING,
    IncidentStatus.RESOLVED,
)


@blueprint.get("/declare")
@allow(SiteRole.RESPONDER)
def declare() -> Response:
    """Show the form."""
    return _form(None, Errors.none())


@blueprint.post("/declare/draft")
@allow(SiteRole.RESPONDER)
def save_declaration() -> Response:
    """Keep what is being written, and show what it would look like."""
    fields = fields_of(request.form)
    with acting() as ctx:
        save_draft(ctx, None, fields, None)
    preview, trouble = _preview(fields)
    with looking() as ctx:
        return fragment(ctx, "saved.html", preview_html=preview, trouble=trouble, conflict=None)


@blueprint.post("/declare")
@allow(SiteRole.RESPONDER)
def declare_now() -> AnyResponse:
    """Record it, or ask once and publish its first notice."""
    act = request.form.get("act")
    if act == "discard":
        with acting() as ctx:
            discard_draft(ctx, None)
        return done("/console/declare", "The draft is gone.")
    sent = None
    try:
        sent = _with_situation(composed())
        if act == "record":
            return _record(sent)
        if "confirmed" in request.form:
            return _publish(sent)
        return ask_first(sent, lambda ctx: _announced(ctx, sent), "/console/declare")
    except DomainError as error:
        fields = sent.fields if sent else fields_of(request.form)
        return retargeted(_form(fields, Errors.of(error, fields)))


def _record(sent: Composed) -> AnyResponse:
    with acting() as ctx:
        row = declare_incident(ctx, declaration_of(ctx, sent.fields))
        address = f"/console/incidents/{row.public_id}"
        discard_draft(ctx, None)
    return done(address, "Recorded. No customer knows of it yet, and the clock of its first notice runs.")


def _publish(sent: Composed) -> AnyResponse:
    key = request.form.get("form_key", "")
    with acting() as ctx:
        known = sent_before(ctx, key)
        if known:
            return go_to(known)
        row = _announced(ctx, sent)
        message, address = said(row), f"/console/incidents/{row.public_id}"
        discard_draft(ctx, None)
        note_sent(ctx, key, address)
    return done(address, message)


def _announced(ctx: Context, sent: Composed, *, is_preview: bool = False) -> IncidentRow:
    declaration = declaration_of(ctx, sent.fields)
    if not declaration.states and not sent.fields.get("no_component"):
        raise RuleError(
            "components_missing",
            "Say which components are affected and how, or that none is.",
            "components",
        )
    command = replace(notice_of(ctx, sent.fields, sent.text, None), is_preview=is_preview)
    return declare_and_publish(ctx, declaration, command)


def _with_situation(sent: Composed) -> Composed:
    """Fill what was left empty from the situation that was chosen, where no script did."""
    chosen = str(sent.fields.get("situation") or "")
    has_name = bool(str(sent.fields.get("name") or "").strip())
    if not chosen or (sent.text is not None and has_name):
        return sent
    with looking() as ctx:
        template = find_template(ctx.session, chosen)
        if template is None:  # taken away meanwhile: what is missing is then asked for
            return sent
        fields = dict(sent.fields)
        if states_of(fields) is None:
            fields |= state_fields(ctx, template)
        if not has_name:
            fields["name"] = template.title or template.name
        if sent.text is None:  # its words fit its status only
            fields |= {"body": template.body, "status": template.status or fields.get("status")}
        return Composed(fields, sent.text or NoticeText(template.body, template.html))


def _preview(fields: Fields) -> tuple[object, str | None]:
    try:
        sent = _with_situation(Composed(dict(fields), rendered(fields)))
        with trying() as ctx:
            outcome = outcome_of(ctx, _announced(ctx, sent, is_preview=True))
            return incident_preview(ctx.page.time_zone, outcome.incident), None
    except DomainError as error:
        return "", error.message


def _form(typed: Fields | None, errors: Errors) -> Response:
    with looking() as ctx:
        assert ctx.actor.account_id is not None
        draft = find_draft(ctx.session, None, ctx.actor.account_id)
        fields = dict(typed if typed is not None else draft.fields if draft else _starting_fields(ctx))
        limits = ctx.page.limits.limits
        return screen(
            ctx,
            "declare.html",
            title="Declare an incident",
            section="incidents",
            status=422 if errors else 200,
            fields=fields,
            errors=errors,
            draft=draft,
            situations=declaration_texts(ctx),
            templates=[],
            components=all_components(ctx.session),
            statuses=[(status, "") for status in _STATUSES],
            lengths=promise_lengths(limits),
            earliest=limits.promise_earliest // ONE_MINUTE,
            latest=limits.promise_latest // ONE_MINUTE,
            recurrence=find_incident(ctx.session, str(fields.get("recurrence_of") or "")),
            bar_html=promise_bar(ctx),
        )


def _starting_fields(ctx: Context) -> dict[str, Any]:
    return {
        "status": IncidentStatus.INVESTIGATING.value,
        "promise": "preset",
        "opened_at": ctx.now.isoformat(),
        "kind": NoticeKind.INITIAL.value,
        "recurrence_of": request.args.get("recurrence_of", ""),
    }
