"""Who is signed in: Flask-Login on sessions that the server keeps, forms of our own pages only."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import TypeVar

from flask import Flask, Response, current_app, request
from flask import session as cookie
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from flask_wtf.csrf import CSRFError, CSRFProtect
from sqlalchemy.exc import OperationalError

from statuspage.domain.errors import RuleError, UnauthorizedError
from statuspage.services.context import snapshot, unit_of_work, writing
from statuspage.services.sign_in import (
    LASTS,
    SEEN_EVERY,
    Whence,
    actor_with,
    authenticate_staff,
    confirm_session,
    credentials_of,
    end_session,
    find_staff,
    is_confirmed,
    note_seen,
    open_session,
)
from statuspage.services.throttle import count_tries, forgive, sign_in_limits
from statuspage.settings import Settings
from statuspage.web.database import db
from statuspage.web.kept_forms import keep_form
from statuspage.web.plain_screens import plain_screen
from statuspage.web.security import adapters, is_console, session_token

View = TypeVar("View", bound=Callable[..., object])
DEVICE = "device"
PASSWORD_AGAIN = "password_again"  # noqa: S105 - the name of a field

csrf = CSRFProtect()


@dataclass(frozen=True, slots=True)
class SignedIn(UserMixin):  # type: ignore[misc]
    """A person in one browser. What stands for them is the session's secret, never the account."""

    token: str
    account_id: int
    session_id: str
    name: str
    email: str
    seen_at: datetime
    confirmed_at: datetime

    def get_id(self) -> str:
        """Return the secret of the session; the database keeps a digest of it."""
        return self.token


def init_sign_in(app: Flask, settings: Settings) -> None:
    """Add sessions and the protection of forms, after the guard: who is not signed in learns that first."""
    if app.config.get("LOGIN_DISABLED"):
        raise RuntimeError("LOGIN_DISABLED would let everybody in; it can't be used here")
    _configure_cookies(app, settings)
    manager = LoginManager()
    # Its own protection trusts what any client may say about its address.
    manager.session_protection = None
    manager.user_loader(_load)
    manager.init_app(app, add_context_processor=False)
    app.before_request(_note_seen)
    csrf.init_app(app)
    app.register_error_handler(CSRFError, _stale_form)


def _configure_cookies(app: Flask, settings: Settings) -> None:
    app.config.update(
        SESSION_COOKIE_NAME="__Host-statuspage" if settings.is_https else "statuspage",
        SESSION_COOKIE_SECURE=settings.is_https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH="/",
        PERMANENT_SESSION_LIFETIME=LASTS,
        SESSION_REFRESH_EACH_REQUEST=False,  # with each time the session is noted as seen
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,  # some people's browsers send no referrer; the token is what counts
    )


def _load(token: str) -> SignedIn | None:
    try:
        with snapshot(db.session()):
            return _signed_in(token)
    except UnauthorizedError:
        return None


def _note_seen() -> None:
    """Let the session go on while it is used; that a write must wait is no reason to refuse a request."""
    if not is_console() or not current_user.is_authenticated:
        return
    now = adapters().clock.now()
    if abs(now - current_user.seen_at) < SEEN_EVERY:
        return
    try:
        with writing(db.session()):
            note_seen(db.session(), now, current_user.token)
    except OperationalError:
        return
    cookie.modified = True


def try_to_sign_in(email: str, password: str) -> None:
    """Sign in with this browser; raise `wrong_sign_in`, in the same words and time for whatever was wrong.

    The password is compared outside of any transaction: it takes long on purpose.
    """
    wired = adapters()
    limits = sign_in_limits(email, request.remote_addr or "")
    with writing(db.session()):
        count_tries(db.session(), wired.clock.now(), limits)
    with snapshot(db.session()):
        known = credentials_of(db.session(), email)
    if not wired.passwords.verify(known.password_hash, password):
        raise RuleError("wrong_sign_in", "Mail address and password do not belong together.", "password")
    with unit_of_work(db.session(), wired.clock, lambda session, _now: actor_with(session, known)) as ctx:
        forgive(db.session(), limits)
        token = open_session(ctx, whence())
    let_in(token)


def let_in(token: str) -> None:
    """Give this browser the cookie of a session that was opened just now, and forget what it had before."""
    _forget_all_but_the_device()
    cookie.permanent = True
    with snapshot(db.session()):
        user = _signed_in(token)
    login_user(user)


def _signed_in(token: str) -> SignedIn:
    row = find_staff(db.session(), adapters().clock.now(), token)
    person = row.account
    return SignedIn(token, person.id, row.public_id, person.name, person.email, row.seen_at, row.confirmed_at)


def whence() -> Whence:
    """Return the browser that asks. It keeps a mark, whoever signs in with it."""
    device: str = cookie.setdefault(DEVICE, secrets.token_urlsafe(16))
    return Whence(request.headers.get("User-Agent", ""), request.remote_addr or "", device)


def _forget_all_but_the_device() -> None:
    device = cookie.get(DEVICE)
    cookie.clear()
    if device:
        cookie[DEVICE] = device


def sign_out() -> None:
    """End the session of this browser."""
    token = session_token()
    if current_user.is_authenticated:
        wired = adapters()
        with unit_of_work(
            db.session(), wired.clock, lambda session, now: authenticate_staff(session, now, token)
        ) as ctx:
            end_session(ctx, token)
    logout_user()
    _forget_all_but_the_device()


def confirm_password(password: str) -> None:
    """Take the password again; raise `wrong_password` where it is not the person's own."""
    wired = adapters()
    token, email = session_token(), current_user.email
    limits = sign_in_limits(email, request.remote_addr or "")
    with writing(db.session()):
        count_tries(db.session(), wired.clock.now(), limits)
    with snapshot(db.session()):
        known = credentials_of(db.session(), email)
    if not wired.passwords.verify(known.password_hash, password):
        raise RuleError("wrong_password", "This is not your password.", PASSWORD_AGAIN)
    with unit_of_work(db.session(), wired.clock, lambda session, _now: actor_with(session, known)) as ctx:
        forgive(db.session(), limits)
        confirm_session(ctx, token)


def is_lately_confirmed() -> bool:
    """Return whether the person gave the password within the last quarter of an hour."""
    return is_confirmed(adapters().clock.now(), current_user.confirmed_at)


def confirmed(view: View) -> View:
    """Mark a view for which the password must have been given lately; else it is asked for, and then goes on.

    Put it below `@allow`. What was sent goes along in the page that asks, so nothing is lost.
    """

    @wraps(view)
    def ask_first(*args: object, **kwargs: object) -> object:
        from statuspage.web.password_again import ask_password_again

        if not is_lately_confirmed():
            answer = ask_password_again()
            if answer is not None:
                return answer
        return view(*args, **kwargs)

    ask_first.needs_confirmation = True  # type: ignore[attr-defined]
    return ask_first  # type: ignore[return-value]


def _stale_form(_error: CSRFError) -> Response:
    view = current_app.view_functions.get(request.endpoint or "")
    again = getattr(view, "when_stale", None)
    if again is not None:
        answer: Response = again(**(request.view_args or {}))
        return answer
    from statuspage.web.errors import error_answer

    sentence = "This page is too old, so nothing was done. Load it anew and try again."
    if request.headers.get("HX-Request") or not is_console():
        return error_answer(400, "stale_form", sentence)
    return plain_screen(
        "send_again.html",
        title="This form is too old; nothing was done",
        status=400,
        kept=keep_form(),
        is_stale=True,
    )
