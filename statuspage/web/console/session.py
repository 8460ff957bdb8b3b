"""The session itself: the password again, a fresh token for another window, a window that may be closed."""

from flask import Response, jsonify, redirect, request
from flask_wtf.csrf import generate_csrf
from werkzeug.wrappers import Response as AnyResponse

from statuspage.domain.errors import DomainError, ThrottledError
from statuspage.domain.roles import SiteRole
from statuspage.web.console.blueprint import blueprint
from statuspage.web.local_paths import local_path
from statuspage.web.password_again import HOME, confirm_screen
from statuspage.web.plain_screens import plain_screen
from statuspage.web.security import allow
from statuspage.web.sign_in import PASSWORD_AGAIN, confirm_password


@blueprint.get("/csrf")
@allow(SiteRole.VIEWER)
def csrf_token() -> Response:
    """Answer with the token that forms need now, for a window that still has an older one."""
    return jsonify(token=generate_csrf())


@blueprint.get("/closed")
@allow(SiteRole.VIEWER)
def closed() -> Response:
    """Say that whoever signed in again in a second window can go on in the first."""
    return plain_screen("closed.html", title="You are signed in again")


@blueprint.post("/confirm")
@allow(SiteRole.VIEWER)
def confirm() -> AnyResponse:
    """Take the password again and go on to the page that asked for it."""
    path = local_path(request.form.get("next")) or HOME
    try:
        confirm_password(request.form.get(PASSWORD_AGAIN, ""))
    except DomainError as error:
        return confirm_screen(path, None, error.message, 429 if isinstance(error, ThrottledError) else 422)
    return redirect(path, code=303)
