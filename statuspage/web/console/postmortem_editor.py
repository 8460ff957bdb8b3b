"""The postmortem's editor: saves itself part by part, and puts the work of several authors together."""

import json
from dataclasses import replace

from flask import Response, render_template, request
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from statuspage.domain.errors import DomainError, NotFoundError, RuleError
from statuspage.domain.incident import IncidentStatus
from statuspage.domain.postmortem import Section
from statuspage.domain.roles import SiteRole
from statuspage.render.zone import Zone
from statuspage.services.context import Context
from statuspage.services.postmortems import assign_owner, begin_postmortem
from statuspage.services.presence import note_presence, others_here
from statuspage.store.accounts import account_with_id
from statuspage.store.incidents import IncidentRow, get_incident
from statuspage.store.postmortems import Postmortem, find_postmortem, get_postmortem, head_of
from statuspage.web.console.blueprint import blueprint
from statuspage.web.console.home import digest_of, if_changed
from statuspage.web.console.postmortem_desk import (
    ROWS,
    address_of,
    editor_values,
    field_of,
    previews_of,
    shared_values,
    shown,
)
from statuspage.web.console.postmortem_form import PostmortemForm
from statuspage.web.console.postmortem_saving import Outcome, save_form
from statuspage.web.console.screens import (
    acting,
    common,
    done,
    fragment,
    go_to,
    is_fragment,
    looking,
    person_of,
    screen,
)
from statuspage.web.security import adapters, allow

_HERE = "/incidents/<incident_id>/postmortem"


def found(ctx: Context, incident_id: str) -> tuple[IncidentRow, Postmortem]:
    """Return the incident and its postmortem."""
    row = get_incident(ctx.session, incident_id)
    return row, get_postmortem(ctx.session, row)


@blueprint.get(_HERE)
@allow(SiteRole.VIEWER)
def postmortem(incident_id: str) -> Response:
    """Show the editor; to who may not write, the text."""
    with acting() as ctx:
        row = get_incident(ctx.session, incident_id)
        note_presence(ctx, row, is_writing=False)
        has_one = find_postmortem(ctx.session, row) is not None
    return show_editor(incident_id) if has_one else _without(incident_id)


def _without(incident_id: str) -> Response:
    with looking() as ctx:
        row = get_incident(ctx.session, incident_id)
        may_begin = row.status is IncidentStatus.RESOLVED and row.drill is None
        if not may_begin:
            raise NotFoundError("not_found", "This incident has no postmortem.")
        title = f"Postmortem: {row.name}"
        return screen(ctx, "postmortem_none.html", title=title, section="postmortems", row=row)


@blueprint.post(f"{_HERE}/begin")
@allow(SiteRole.RESPONDER)
def begin_writing(incident_id: str) -> AnyResponse:
    """Make a postmortem where none was owed, or for an incident from before there were any."""
    with acting() as ctx:
        begin_postmortem(ctx, get_incident(ctx.session, incident_id))
    return go_to(address_of(incident_id))


@blueprint.post(_HERE)
@allow(SiteRole.RESPONDER)
def save_postmortem_form(incident_id: str) -> AnyResponse:
    """Save what stands in the editor, and do what the pressed button asks."""
    act = request.form.get("act", "")
    with acting() as ctx:
        row, postmortem = found(ctx, incident_id)
        note_presence(ctx, row, is_writing=True)
        newest = head_of(ctx.session, postmortem).number
        outcome = save_form(ctx, postmortem, PostmortemForm.sent(request.form, newest), act)
        if act == "owner":
            outcome = _handed_over(ctx, postmortem, outcome)
    if is_fragment():
        return _saved(incident_id, outcome, is_asked=bool(act))
    if outcome.is_whole and act in ("", "save", "owner"):
        return done(address_of(incident_id), "Saved.")
    return show_editor(incident_id, outcome)


def _handed_over(ctx: Context, postmortem: Postmortem, outcome: Outcome) -> Outcome:
    """Have somebody see to it that it gets written."""
    try:
        account = account_with_id(ctx.session, request.form.get("owner", ""))
        if account is None:
            raise RuleError("invalid", "Choose one of those offered.", "owner")
        assign_owner(ctx, postmortem, account)
    except RuleError as error:
        return replace(outcome, errors={**outcome.errors, "owner": error})
    return outcome


def show_editor(incident_id: str, outcome: Outcome | None = None) -> Response:
    """Return the editor; `outcome` is a save of which something is left to say."""
    with looking() as ctx:
        content = outcome.content if outcome else head_of(ctx.session, found(ctx, incident_id)[1]).value
    previews = previews_of(content)
    with looking() as ctx:
        row, postmortem = found(ctx, incident_id)
        head = head_of(ctx.session, postmortem)
        form = (
            outcome.form if outcome else PostmortemForm.of(head.value, head.number, Zone(ctx.page.time_zone))
        )
        may_write = ctx.actor.role.reaches(SiteRole.RESPONDER)
        live = _live(ctx, row, postmortem)
        return screen(
            ctx,
            "postmortem.html" if may_write else "postmortem_read.html",
            title=f"Postmortem: {row.name}",
            section="postmortems",
            status=_status(outcome),
            previews=previews,
            content=content,
            outcome=outcome,
            live_html=live,
            live_digest=digest_of(live),
            **editor_values(ctx, row, postmortem, form, outcome),
        )


def _status(outcome: Outcome | None) -> int:
    if outcome is None or outcome.is_whole:
        return 200
    return 409 if outcome.conflicts else 422


def _saved(incident_id: str, outcome: Outcome, *, is_asked: bool) -> Response:
    """Answer a save with the parts of the page that it changes."""
    with looking() as ctx:
        row, postmortem = found(ctx, incident_id)
        values = editor_values(ctx, row, postmortem, outcome.form, outcome)
        return fragment(
            ctx,
            "postmortem_saved.html",
            outcome=outcome,
            redrawn=[part for part in ROWS if part in outcome.changed],
            news=json.dumps(_news(outcome, values["errors"], is_asked=is_asked)),
            **values | {"oob": Markup(' hx-swap-oob="true"')},
        )


def _news(outcome: Outcome, errors: dict[str, DomainError], *, is_asked: bool) -> dict[str, object]:
    """Return what the page's script puts into the fields."""
    focus = outcome.focus or (next(iter(errors), "") if is_asked else "")
    return {
        "bases": outcome.form.bases,
        "texts": {
            part: outcome.form.texts[Section(part)] for part in outcome.changed if part in set(Section)
        },
        "changed": [part for part in ROWS if part in outcome.changed],
        "errors": {name: [error.message, error.code] for name, error in errors.items()},
        "conflicts": [field_of(part) for part in outcome.conflicts],
        "focus": focus,
    }


@blueprint.post(f"{_HERE}/preview")
@allow(SiteRole.RESPONDER)
def preview_section(incident_id: str) -> Response:
    """Show how a section would read."""
    with looking() as ctx:
        found(ctx, incident_id)
    section = request.form.get("section", "")
    text = request.form.get(f"text-{section}", "")
    html = adapters().markdown.render_many([text])[0] if text.strip() else "<p>Nothing is written yet.</p>"
    return Response(str(shown(html)))


@blueprint.get(f"{_HERE}/live")
@allow(SiteRole.VIEWER)
def postmortem_live(incident_id: str) -> Response:
    """Answer who else is here, and which revision is the newest."""
    with acting() as ctx:
        note_presence(ctx, get_incident(ctx.session, incident_id), is_writing=False)
    with looking() as ctx:
        return if_changed(_live(ctx, *found(ctx, incident_id)))


def _live(ctx: Context, row: IncidentRow, postmortem: Postmortem) -> str:
    return render_template(
        "console/postmortem_live.html",
        others=others_here(ctx, row),
        person=person_of(ctx),
        **shared_values(ctx, row, postmortem),
        **common(ctx),
    )
