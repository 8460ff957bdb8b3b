"""Links of a postmortem for chosen readers: made, shown once, revoked."""

from datetime import timedelta

from flask import Response, request
from werkzeug.wrappers import Response as AnyResponse

from statuspage.domain.errors import DomainError, RuleError
from statuspage.domain.roles import SiteRole
from statuspage.render.zone import Zone
from statuspage.services.form_keys import note_sent, sent_before
from statuspage.services.postmortem_links import (
    get_link,
    is_open_to_links,
    is_usable,
    make_link,
    revoke_link,
)
from statuspage.store.ids import new_public_id
from statuspage.store.postmortems import links_of
from statuspage.web.console.blueprint import blueprint
from statuspage.web.console.composing import Errors
from statuspage.web.console.local_time import typed_instant
from statuspage.web.console.postmortem_desk import address_of, shared_values
from statuspage.web.console.postmortem_editor import found
from statuspage.web.console.refusals import status_for
from statuspage.web.console.screens import acting, done, go_to, looking, screen
from statuspage.web.security import adapters, allow

_LINKS = "/incidents/<incident_id>/postmortem/links"
_USUAL_LIFE = timedelta(days=30)


@blueprint.get(_LINKS)
@allow(SiteRole.COMMUNICATOR)
def postmortem_links(incident_id: str) -> Response:
    """List the links, and ask for whom the next one is."""
    return _page(incident_id)


@blueprint.post(_LINKS)
@allow(SiteRole.COMMUNICATOR)
def make_postmortem_link(incident_id: str) -> AnyResponse:
    """Make a link and show it, this once."""
    here, key = f"{address_of(incident_id)}/links", request.form.get("form_key", "")
    label = request.form.get("label", "")
    try:
        with acting() as ctx:
            if sent_before(ctx, key):
                return go_to(here)
            ends = request.form
            expires_at = typed_instant(
                ends.get("expires_at"), ends.get("expires_at-fold"), ctx.page.time_zone, "expires_at"
            )
            if expires_at is None:
                raise RuleError("blank", "Say until when it works.", "expires_at")
            secret = make_link(ctx, found(ctx, incident_id)[1], label, expires_at)
            note_sent(ctx, key, here)
    except DomainError as error:
        return _page(incident_id, error)
    return _shown_once(incident_id, label, f"{adapters().settings.base_url}/shared/{secret}")


@blueprint.post(f"{_LINKS}/<link_id>/revoke")
@allow(SiteRole.COMMUNICATOR)
def revoke_postmortem_link(incident_id: str, link_id: str) -> AnyResponse:
    """Make a link useless."""
    with acting() as ctx:
        postmortem = found(ctx, incident_id)[1]
        link = get_link(ctx, postmortem, link_id)
        revoke_link(ctx, postmortem, link)
        label = link.label
    return done(f"{address_of(incident_id)}/links", f"The link for “{label}” opens nothing any more.")


def _shown_once(incident_id: str, label: str, link: str) -> Response:
    with looking() as ctx:
        row, postmortem = found(ctx, incident_id)
        return screen(
            ctx,
            "postmortem_link_shown.html",
            title="Copy this link now",
            section="postmortems",
            label=label,
            link=link,
            **shared_values(ctx, row, postmortem),
        )


def _page(incident_id: str, error: DomainError | None = None) -> Response:
    with looking() as ctx:
        row, postmortem = found(ctx, incident_id)
        links = links_of(ctx.session, postmortem)
        fields = {
            "label": request.form.get("label", ""),
            "expires_at": request.form.get("expires_at")
            or Zone(ctx.page.time_zone).typed(ctx.now + _USUAL_LIFE),
        }
        return screen(
            ctx,
            "postmortem_links.html",
            title=f"Links of the postmortem: {row.name}",
            section="postmortems",
            status=status_for(error),
            given=links,
            usable={link.public_id for link in links if is_usable(link, ctx.now)},
            is_open=is_open_to_links(postmortem),
            fields=fields,
            errors=Errors.of(error, fields) if error else Errors.none(),
            form_key=new_public_id(),
            **shared_values(ctx, row, postmortem),
        )
