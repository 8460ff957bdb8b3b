"""Home: what is owed, by when, and who has it."""

from hashlib import sha256

from flask import Response, make_response, render_template, request

from statuspage.domain.roles import SiteRole
from statuspage.services.approvals import reviews_waiting
from statuspage.services.context import Context
from statuspage.services.owed import what_is_owed
from statuspage.services.ready_drafts import everything_ready
from statuspage.services.reminder_log import delivery_troubles
from statuspage.services.rotas import on_duty_now
from statuspage.services.silence import warnings_to_show
from statuspage.store.drills import drills_not_over
from statuspage.web.console.blueprint import blueprint
from statuspage.web.console.postmortem_words import STATES
from statuspage.web.console.screens import common, looking, person_of, screen
from statuspage.web.security import allow


@blueprint.get("/")
@allow(SiteRole.VIEWER)
def home() -> Response:
    """Show what is owed."""
    with looking() as ctx:
        html = _owed(ctx)
        return screen(
            ctx,
            "home.html",
            title="What is owed",
            section="home",
            owed_html=html,
            digest=digest_of(html),
            on_duty=on_duty_now(ctx),
        )


@blueprint.get("/owed")
@allow(SiteRole.VIEWER)
def owed() -> Response:
    """Answer the home screen's question whether anything has changed; 204 when nothing has."""
    with looking() as ctx:
        return if_changed(_owed(ctx))


def _owed(ctx: Context) -> str:
    return render_template(
        "console/owed.html",
        desk=what_is_owed(ctx),
        POSTMORTEM_STATES=STATES,
        waiting=reviews_waiting(ctx),
        troubles=delivery_troubles(ctx),
        ready=everything_ready(ctx),
        warnings=warnings_to_show(ctx),
        drills=drills_not_over(ctx.session),
        person=person_of(ctx),
        **common(ctx),
    )


def if_changed(html: str) -> Response:
    """Answer with the part of a page, or with nothing where the page has it already."""
    digest = digest_of(html)
    if request.args.get("seen") == digest:
        return Response(status=204)
    response = make_response(html)
    response.headers["X-Seen"] = digest
    return response


def digest_of(html: str) -> str:
    """Return what tells one state of a part from another."""
    return sha256(html.encode()).hexdigest()[:16]
