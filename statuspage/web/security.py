"""Who may call what: every view says so, and what says nothing is refused."""

import hmac
from collections.abc import Callable
from datetime import datetime
from typing import Literal, TypeVar

from flask import Flask, Response, current_app, request
from flask import session as cookie
from sqlalchemy.orm import Session

from statuspage.domain.errors import ForbiddenError, NotFoundError, UnauthorizedError
from statuspage.domain.roles import Actor, SiteRole
from statuspage.services.context import snapshot
from statuspage.services.sign_in import authenticate_staff
from statuspage.services.tokens import authenticate_token
from statuspage.web.database import db
from statuspage.wiring import Adapters

# `public`: everybody; `operator`: who knows the metrics token; a role: whoever's token reaches it.
Allowed = Literal["public", "operator"] | SiteRole
View = TypeVar("View", bound=Callable[..., object])

_SCHEMES = ("bearer", "oauth")
_CONTENT_POLICY = "default-src 'none'; frame-ancestors 'none'"
_STAFF_CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "font-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
_STAFF_ROOTS = ("/console", "/login", "/logout", "/setup")


def allow(who: Allowed) -> Callable[[View], View]:
    """Mark a view with who may call it. Put it below the route decorator, next to the function."""

    def mark(view: View) -> View:
        view.allowed = who  # type: ignore[attr-defined]
        return view

    return mark


def adapters() -> Adapters:
    """Return the outside world of the running application."""
    wired: Adapters = current_app.extensions["statuspage"]
    return wired


def authenticate_request(session: Session, now: datetime) -> Actor:
    """Return who sends this request, with at least the role that its view asks for; for `unit_of_work`.

    In the console that is who is signed in with this browser, elsewhere whom the token acts for. Raises
    `unauthorized` where neither holds any more, `forbidden` where the role does not reach.
    """
    if is_console():
        actor = authenticate_staff(session, now, session_token())
    else:
        actor = authenticate_token(session, now, _secret())
    needed = _allowed()
    if isinstance(needed, SiteRole):
        actor.require(needed)
    return actor


def is_console() -> bool:
    """Return whether the address belongs to the console, where people are known by their session."""
    return (request.blueprint or "").startswith("console")


def is_for_people() -> bool:
    """Return whether the address is one of the staff's pages, existing or not."""
    return any(request.path == root or request.path.startswith(f"{root}/") for root in _STAFF_ROOTS)


def session_token() -> str:
    """Return the secret that Flask-Login keeps in the browser's cookie; empty where there is none."""
    return str(cookie.get("_user_id") or "")


def init_security(app: Flask) -> None:
    """Refuse every request that its view does not allow, and add the headers of pages that nobody caches."""
    app.before_request(_guard)
    app.after_request(_add_headers)


def _guard() -> None:
    if request.url_rule is None:  # an unknown address or method: the error page says which
        return
    allowed = _allowed()
    if allowed is None:
        raise ForbiddenError("forbidden", "Nobody may call this.")
    if "\0" in request.path:  # PostgreSQL refuses to look for it
        raise NotFoundError("not_found", "There is nothing here.")
    if allowed == "operator":
        _require_operator()
    elif isinstance(allowed, SiteRole):
        with snapshot(db.session()):
            authenticate_request(db.session(), adapters().clock.now())


def _allowed() -> Allowed | None:
    view = current_app.view_functions.get(request.endpoint or "")
    # A class-based view carries the mark on its class.
    return getattr(view, "allowed", None) or getattr(getattr(view, "view_class", None), "allowed", None)


def _require_operator() -> None:
    expected = adapters().settings.metrics_token
    if expected is None:
        raise NotFoundError("not_found", "There is nothing here.")
    if not hmac.compare_digest(_secret().encode(), expected.encode()):
        raise UnauthorizedError("This token is not the one that was set.")


def _secret() -> str:
    scheme, _, secret = request.headers.get("Authorization", "").strip().partition(" ")
    if scheme.lower() not in _SCHEMES or not secret.strip():
        raise UnauthorizedError("Send a token: `Authorization: Bearer …` or `OAuth …`.")
    return secret.strip().strip('"')


def _add_headers(response: Response) -> Response:
    headers = response.headers
    headers.setdefault("Cache-Control", "no-store")
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "same-origin")
    headers.setdefault(
        "Content-Security-Policy", _STAFF_CONTENT_POLICY if is_for_people() else _CONTENT_POLICY
    )
    if response.status_code == 401 and not is_for_people():
        headers.setdefault("WWW-Authenticate", 'Bearer realm="statuspage"')
    return response
