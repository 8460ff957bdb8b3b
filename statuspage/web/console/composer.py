"""The composer: a draft that saves itself, the customer's view beside it, one question, and it is out."""

import secrets
from dataclasses import dataclass, replace
from typing import Any

from flask import Response, request
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from statuspage.domain.errors import DomainError, StaleError
from statuspage.domain.incident import IncidentStatus, NoticeKind
from statuspage.domain.roles import SiteRole
from statuspage.render.pages import incident_preview
from statuspage.services.context import Context
from statuspage.services.drafts import discard_draft, own_draft, save_draft
from statuspage.services.form_keys import note_sent, sent_before
from statuspage.services.notice_text import NoticeText, render_text
from statuspage.services.outcome import outcome_of, seen_by_customers
from statuspage.services.presence import note_presence
from statuspage.services.publish_notice import publish_notice, reopen_incident
from statuspage.services.set_facts import Facts, set_facts
from statuspage.store.drafts import find_draft
from statuspage.store.incidents import IncidentRow, get_incident
from statuspage.web.console.blueprint import blueprint
from statuspage.web.console.composing import (
    Errors,
    Fields,
    detected_at_of,
    fields_of,
    notice_of,
)
from statuspage.web.console.consequences import consequences, overlapping, question, verb_of
from statuspage.web.console.screens import (
    acting,
    done,
    fragment,
    go_to,
    is_fragment,
    looking,
    screen,
    trying,
)
from statuspage.web.security import adapters, allow


@dataclass(frozen=True, slots=True)
class Composed:
    """What was sent by a composer, its text rendered before any transaction."""

    fields: dict[str, Any]
    text: NoticeText | None


def composed() -> Composed:
    """Return what the request says. Raises a `RuleError` for a text that can't be rendered."""
    fields = fields_of(request.form)
    return Composed(fields, rendered(fields))


@blueprint.post("/incidents/<incident_id>/draft")
@allow(SiteRole.RESPONDER)
def save(incident_id: str) -> Response:
    """Keep what is being written, and show what it would look like."""
    fields = fields_of(request.form)
    conflict = None
    with acting() as ctx:
        row = get_incident(ctx.session, incident_id)
        note_presence(ctx, row, is_writing=True)
        try:
            with ctx.session.begin_nested():
                if not _is_echo(ctx, row, fields):
                    save_draft(ctx, row, fields, None)
        except StaleError as error:
            conflict = error.message
    preview, trouble = preview_of(incident_id, fields)
    with looking() as ctx:
        return fragment(ctx, "saved.html", preview_html=preview, trouble=trouble, conflict=conflict)


def _is_echo(ctx: Context, row: IncidentRow, fields: Fields) -> bool:
    """Return whether this is what its author has just published: a save that was on its way meanwhile.

    Kept, it would stand in the next composer as a draft that has missed its own notice.
    """
    newest = row.updates[-1] if row.updates else None
    if newest is None or newest.author_id != ctx.actor.account_id or own_draft(ctx, row) is not None:
        return False
    body = str(fields.get("body") or "").replace("\r\n", "\n").strip()
    return body == newest.body.strip() and fields.get("last_update_id") != newest.public_id


@blueprint.post("/incidents/<incident_id>/publish")
@allow(SiteRole.COMMUNICATOR)
def publish(incident_id: str) -> AnyResponse:
    """Ask once what is to happen, then publish."""
    from statuspage.web.console.incident import show_incident

    if request.form.get("act") == "discard":
        return _discard(incident_id)
    back = f"/console/incidents/{incident_id}"
    try:
        sent = composed()
        if "confirmed" in request.form:
            return _publish(incident_id, sent, back)
        return ask_first(sent, lambda ctx: _act(ctx, incident_id, sent), back)
    except StaleError as error:
        return retargeted(show_incident(incident_id, fields_of(request.form), Errors.none(), error))
    except DomainError as error:
        fields = fields_of(request.form)
        return retargeted(show_incident(incident_id, fields, Errors.of(error, fields)))


def _publish(incident_id: str, sent: Composed, back: str) -> AnyResponse:
    key = request.form.get("form_key", "")
    with acting() as ctx:
        known = sent_before(ctx, key)
        if known:
            return go_to(known)
        row = _act(ctx, incident_id, sent)
        message = said(row)
        _forget_draft(ctx, row)
        note_sent(ctx, key, back)
    return done(back, message)


def _act(ctx: Context, incident_id: str, sent: Composed) -> IncidentRow:
    row = get_incident(ctx.session, incident_id)
    publish_composed(ctx, row, sent)
    return row


def publish_composed(ctx: Context, row: IncidentRow, sent: Composed, *, is_preview: bool = False) -> None:
    """Publish what was composed: first notice, update, resolution or reopening, as the incident stands."""
    fields = sent.fields
    command = replace(notice_of(ctx, fields, sent.text, row), is_preview=is_preview)
    if row.status is IncidentStatus.RESOLVED:
        reopen_incident(ctx, row, command, detected_at_of(ctx, fields))
        return
    name = str(fields.get("name") or "").strip()
    if row.status is IncidentStatus.DETECTED and name and name != row.name:
        set_facts(ctx, row, Facts(name=name))
    publish_notice(ctx, row, command)


def _forget_draft(ctx: Context, row: IncidentRow | None) -> None:
    assert ctx.actor.account_id is not None
    draft = find_draft(ctx.session, row.id if row else None, ctx.actor.account_id)
    if draft is not None:
        ctx.session.delete(draft)


def _discard(incident_id: str) -> AnyResponse:
    with acting() as ctx:
        row = get_incident(ctx.session, incident_id)
        discard_draft(ctx, row)
    return done(f"/console/incidents/{incident_id}", "The draft is gone.")


def said(row: IncidentRow) -> str:
    """Return what to say after a notice went out."""
    update = row.updates[-1]
    late = f" It came {update.late_by_minutes} min late." if update.late_by_minutes else ""
    return f"Published: “{row.name}”.{late}"


def ask_first(
    sent: Composed,
    act: Any,
    back: str,
    carried: list[tuple[str, str]] | None = None,
    quote: str | None = None,
) -> Response:
    """Try the act, and ask with all that it would do; nothing of it stays.

    The answer carries the form that was sent, or what else is to come back with it; `quote` is the text where
    it was not typed just now.
    """
    with trying() as ctx:
        row = act(ctx)
        outcome = outcome_of(ctx, row)
        values: dict[str, Any] = {
            "outcome": outcome,
            "question": question(outcome),
            "button": verb_of(outcome),
            "sentences": consequences(ctx, row, outcome, sent.fields),
            "row": row,
            "overlapping": overlapping(ctx, row) if outcome.kind is NoticeKind.INITIAL else [],
            "sent": hidden(request.form.items(multi=True)) if carried is None else carried,
            "form_key": fresh_key(),
            "action": request.path,
            "back": back,
            "quote": quote,
        }
        if is_fragment():
            return fragment(ctx, "confirm.html", **values)
        return screen(ctx, "confirm_page.html", title=values["question"], **values)


def hidden(items: Any) -> list[tuple[str, str]]:
    """Return the fields of a form that are sent again with its confirmation."""
    left_out = {"csrf_token", "confirmed", "form_key", "act"}
    return [(name, value) for name, value in items if name not in left_out]


def fresh_key() -> str:
    """Return a key under which a form acts once."""
    return secrets.token_urlsafe(16)


def retargeted(response: Response) -> Response:
    """Have htmx show a refused form where it stood, with all that is around it."""
    if is_fragment():
        response.headers["HX-Retarget"] = response.headers["HX-Reselect"] = "#main"
        response.headers["HX-Reswap"] = "outerHTML"
    return response


def preview_of(incident_id: str, fields: Fields) -> tuple[Markup, str | None]:
    """Return how customers would read the incident with what is in the form, and why it can't go out yet."""
    try:
        sent = Composed(dict(fields), rendered(fields))
        with trying() as ctx:
            row = get_incident(ctx.session, incident_id)
            publish_composed(ctx, row, sent, is_preview=True)
            outcome = outcome_of(ctx, row)
            return incident_preview(ctx.page.time_zone, outcome.incident), None
    except DomainError as error:
        with looking() as ctx:
            return current_view(ctx, get_incident(ctx.session, incident_id)), error.message


def current_view(ctx: Context, row: IncidentRow) -> Markup:
    """Return how customers read the incident now."""
    if not row.updates:
        return Markup("<p>Customers do not know of this yet.</p>")
    return incident_preview(ctx.page.time_zone, seen_by_customers(ctx, row))


def rendered(fields: Fields) -> NoticeText | None:
    """Return the form's message with its markup, None where nobody wrote one."""
    body = str(fields.get("body") or "").strip()
    return render_text(adapters().markdown, body) if body else None
