"""Publishing a postmortem: to whom, what that will do, and taking it back; doing without one."""

from collections.abc import Mapping
from typing import Any

from flask import Response, request
from werkzeug.wrappers import Response as AnyResponse

from statuspage.domain.errors import ConflictError, DomainError, RuleError
from statuspage.domain.postmortem import PostmortemState, Visibility, may_be_waived
from statuspage.domain.roles import SiteRole
from statuspage.render.words import READERS
from statuspage.services.context import Context
from statuspage.services.form_keys import note_sent, sent_before
from statuspage.services.postmortem_gate import unmet_of
from statuspage.services.publish_postmortem import (
    change_visibility,
    publish_postmortem,
    unpublish_postmortem,
)
from statuspage.services.waive_postmortem import may_waive, revoke_waiver, waive_postmortem
from statuspage.store.ids import new_public_id
from statuspage.store.incident_values import incident_value
from statuspage.store.incidents import IncidentRow
from statuspage.store.postmortems import Postmortem, published_of
from statuspage.web.console.blueprint import blueprint
from statuspage.web.console.composing import Errors
from statuspage.web.console.postmortem_consequences import consequences
from statuspage.web.console.postmortem_desk import address_of, link_of, shared_values
from statuspage.web.console.postmortem_editor import found
from statuspage.web.console.postmortem_reader import PART_NAMES, read_aloud
from statuspage.web.console.refusals import shown_refusal, status_for
from statuspage.web.console.screens import acting, done, looking, looking_or, screen
from statuspage.web.security import allow

_HERE = "/incidents/<incident_id>/postmortem"


@blueprint.get(f"{_HERE}/publish")
@allow(SiteRole.VIEWER)
def postmortem_publication(incident_id: str) -> Response:
    """Show what is missing, or who is to read it."""
    return _page(incident_id)


@blueprint.post(f"{_HERE}/publish")
@allow(SiteRole.COMMUNICATOR)
def publish_the_postmortem(incident_id: str) -> AnyResponse:
    """Say what publishing will do; do it when that is confirmed."""
    if request.form.get("act") != "publish":
        return _asked(incident_id)
    try:
        message = _published(incident_id)
    except DomainError as error:
        return _page(incident_id, shown_refusal(error))
    return done(f"{address_of(incident_id)}/publish", message)


@blueprint.post(f"{_HERE}/visibility")
@allow(SiteRole.COMMUNICATOR)
def show_to(incident_id: str) -> AnyResponse:
    """Show the published text to more or fewer readers."""
    try:
        with acting() as ctx:
            change_visibility(ctx, found(ctx, incident_id)[1], _visibility())
    except DomainError as error:
        return _page(incident_id, shown_refusal(error))
    return done(f"{address_of(incident_id)}/publish", f"Now {READERS[_visibility()]} can read it.")


@blueprint.route(f"{_HERE}/unpublish", methods=["GET", "POST"])
@allow(SiteRole.COMMUNICATOR)
def unpublish_the_postmortem(incident_id: str) -> AnyResponse:
    """Take it away from its readers, with a reason."""
    if request.method == "GET":
        return _act_page(incident_id, "postmortem_unpublish.html", "Unpublish the postmortem")
    try:
        with acting() as ctx:
            unpublish_postmortem(ctx, found(ctx, incident_id)[1], request.form.get("reason", ""))
    except DomainError as error:
        return _act_page(
            incident_id, "postmortem_unpublish.html", "Unpublish the postmortem", shown_refusal(error)
        )
    return done(f"{address_of(incident_id)}/publish", "Unpublished. Its readers find nothing any more.")


@blueprint.route(f"{_HERE}/waive", methods=["GET", "POST"])
@allow(SiteRole.RESPONDER)
def waive_the_postmortem(incident_id: str) -> AnyResponse:
    """Do without one where the rules allow it, with a reason; or owe it again."""
    title = "Do without a postmortem"
    if request.method == "GET":
        return _act_page(incident_id, "postmortem_waive.html", title)
    is_revoked = request.form.get("act") == "revoke"
    try:
        with acting() as ctx:
            postmortem = found(ctx, incident_id)[1]
            if is_revoked:
                revoke_waiver(ctx, postmortem)
            else:
                waive_postmortem(ctx, postmortem, request.form.get("reason", ""))
    except DomainError as error:
        return _act_page(incident_id, "postmortem_waive.html", title, shown_refusal(error))
    message = "It is owed again." if is_revoked else "Waived. The report counts it apart."
    return done(address_of(incident_id), message)


def _published(incident_id: str) -> str:
    """Publish the text that the form was about; return what to say then."""
    document = read_aloud(incident_id)
    if document.trouble is not None:
        raise document.trouble
    assert document.rendered is not None
    if document.rendered.digest != request.form.get("digest"):
        raise _moved_on()
    visibility, key = _visibility(), request.form.get("form_key", "")
    with acting() as ctx:
        if sent_before(ctx, key) is None:
            postmortem = found(ctx, incident_id)[1]
            tells = request.form.get("tell") == "1"
            publish_postmortem(ctx, postmortem, document.rendered, visibility, tells_subscribers=tells)
            note_sent(ctx, key, f"{address_of(incident_id)}/publish")
    return f"Published: {READERS[visibility]} can read it."


def _asked(incident_id: str) -> AnyResponse:
    """Show what publishing will do, as a page of its own."""
    with looking() as ctx:
        row, postmortem = found(ctx, incident_id)
        shared = shared_values(ctx, row, postmortem)
        try:
            visibility = _visibility()
            if shared["head"].digest != request.form.get("digest"):
                raise _moved_on()
        except DomainError as error:
            return _page(incident_id, shown_refusal(error), ctx)
        tells = visibility is Visibility.PUBLIC and request.form.get("tell") == "1"
        return screen(
            ctx,
            "postmortem_confirm.html",
            title=f"Publish the postmortem: {row.name}",
            section="postmortems",
            **shared,
            visibility=visibility,
            tells=tells,
            lines=consequences(ctx, postmortem, shared["head"], visibility, is_told=tells),
            form_key=new_public_id(),
        )


def _page(incident_id: str, error: DomainError | None = None, ctx: Context | None = None) -> Response:
    with looking_or(ctx) as opened:
        row, postmortem = found(opened, incident_id)
        return screen(
            opened,
            "postmortem_publish.html",
            title=f"Publish the postmortem: {row.name}",
            section="postmortems",
            status=status_for(error),
            error=error,
            **_publication_values(opened, row, postmortem),
        )


def _publication_values(ctx: Context, row: IncidentRow, postmortem: Postmortem) -> dict[str, Any]:
    shared = shared_values(ctx, row, postmortem)
    typed: Mapping[str, str] = request.form
    return {
        **shared,
        "unmet": unmet_of(ctx, postmortem),
        "link_of": link_of,
        "part_names": PART_NAMES,
        "shown": published_of(ctx.session, postmortem),
        "has_new_text": shared["state"] is not PostmortemState.PUBLISHED,
        "chosen": typed.get("visibility", postmortem.visibility.value),
        "tells": typed.get("tell") == "1" if typed else postmortem.public_since is None,
        "may_waive": may_waive(ctx, row) and may_be_waived(incident_value(row), row.highest_impact),
    }


def _act_page(incident_id: str, template: str, heading: str, error: DomainError | None = None) -> Response:
    with looking() as ctx:
        row, postmortem = found(ctx, incident_id)
        fields = {"reason": request.form.get("reason", "")}
        return screen(
            ctx,
            template,
            title=f"{heading}: {row.name}",
            section="postmortems",
            status=status_for(error),
            heading=heading,
            fields=fields,
            errors=Errors.of(error, fields) if error else Errors.none(),
            may_be_waived=may_be_waived(incident_value(row), row.highest_impact),
            may_waive=may_waive(ctx, row),
            **shared_values(ctx, row, postmortem),
        )


def _visibility() -> Visibility:
    try:
        return Visibility(request.form.get("visibility", ""))
    except ValueError:
        raise RuleError("invalid", "Choose who is to read it.", "visibility") from None


def _moved_on() -> ConflictError:
    return ConflictError(
        "stale_text", "The text has changed meanwhile; nothing was published. Look at it again."
    )
