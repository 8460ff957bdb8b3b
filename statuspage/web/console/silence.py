"""Warnings of the silence detector, and the word that takes one off the screens."""

from flask import Response, request
from werkzeug.wrappers import Response as AnyResponse

from statuspage.domain.roles import SiteRole
from statuspage.services.silence import dismiss_warning
from statuspage.services.silence_words import name_of
from statuspage.store.silence import get_warning
from statuspage.web.console.blueprint import blueprint
from statuspage.web.console.screens import acting, done, looking, screen
from statuspage.web.security import allow


@blueprint.get("/warnings/<warning_id>")
@allow(SiteRole.VIEWER)
def warning(warning_id: str) -> Response:
    """Show what goes on without a word."""
    with looking() as ctx:
        found = get_warning(ctx.session, warning_id)
        return screen(
            ctx,
            "warning.html",
            title=f"Gone quiet: {name_of(found)}",
            section="home",
            warning=found,
            here=request.args.get("from", ""),
        )


@blueprint.post("/warnings/<warning_id>")
@allow(SiteRole.RESPONDER)
def dismiss(warning_id: str) -> AnyResponse:
    """Take a warning off the screens."""
    with acting() as ctx:
        found = get_warning(ctx.session, warning_id)
        dismiss_warning(ctx, found)
        back = "/console/"
        if found.incident is not None and request.form.get("from") == "incident":
            back = f"/console/incidents/{found.incident.public_id}"
    return done(back, "Dismissed. It does not come back for this occasion.")
