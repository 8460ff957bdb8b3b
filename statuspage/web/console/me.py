"""Your account: your name, your password, and the browsers you are signed in with."""

from dataclasses import dataclass
from datetime import datetime

from flask import Response, redirect, request
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse
from wtforms import PasswordField, StringField

from statuspage.domain.errors import DomainError, ThrottledError
from statuspage.domain.roles import SiteRole
from statuspage.services.accounts import (
    change_own_name,
    change_own_password,
    checked_password,
    hashed_password,
)
from statuspage.services.context import Context
from statuspage.services.sign_in import LASTS, end_own_session, end_sessions
from statuspage.store.accounts import Account
from statuspage.store.sign_ins import open_sessions
from statuspage.web.console.blueprint import blueprint
from statuspage.web.console.browser_words import browser_words
from statuspage.web.console.forms import ConsoleForm, Refusal
from statuspage.web.console.screens import acting, done, looking, screen
from statuspage.web.security import adapters, allow, session_token
from statuspage.web.sign_in import confirm_password, sign_out

ME = "/console/me"


class NameForm(ConsoleForm):
    """How others see you."""

    name = StringField("Name")


class PasswordForm(ConsoleForm):
    """The present password and the next one."""

    aliases = {"password_again": "present"}  # noqa: RUF012 - as in the class it belongs to
    present = PasswordField("Present password")
    password = PasswordField("New password")


@dataclass(frozen=True, slots=True)
class Window:
    """A browser somebody is signed in with."""

    id: str
    browser: str
    address: str
    seen_at: datetime
    created_at: datetime
    is_this: bool


@blueprint.get("/me")
@allow(SiteRole.VIEWER)
def me() -> Response:
    """Show the account of whoever is signed in."""
    return _show()


@blueprint.post("/me/name")
@allow(SiteRole.VIEWER)
def rename_me() -> AnyResponse:
    """Change how one is called."""
    form = NameForm()
    try:
        with acting() as ctx:
            change_own_name(ctx, _myself(ctx), form.name.data or "")
    except DomainError as error:
        form.refuse(error)
        return _show(name_form=form)
    return done(ME, "Your name is saved.")


@blueprint.post("/me/password")
@allow(SiteRole.VIEWER)
def change_password() -> AnyResponse:
    """Change one's password; every other browser is signed out."""
    form = PasswordForm()
    try:
        checked_password(form.password.data or "")
        confirm_password(form.present.data or "")
        password_hash = hashed_password(adapters().passwords, form.password.data)
        with acting() as ctx:
            change_own_password(ctx, _myself(ctx), password_hash, session_token())
    except ThrottledError as error:
        form.refusals.append(Refusal(error.message, error.code))
        return _show(password_form=form, status=429)
    except DomainError as error:
        form.refuse(error)
        return _show(password_form=form)
    return done(ME, "Your password is changed, and your other browsers are signed out.")


@blueprint.post("/me/sessions/<session_id>/end")
@allow(SiteRole.VIEWER)
def end_window(session_id: str) -> AnyResponse:
    """Sign one browser out."""
    if session_id == current_user.session_id:
        sign_out()
        return redirect("/login", code=303)
    with acting() as ctx:
        end_own_session(ctx, session_id)
    return done(ME, "That browser is signed out.")


@blueprint.post("/me/sessions/end")
@allow(SiteRole.VIEWER)
def end_windows() -> AnyResponse:
    """Sign out everywhere, here too unless asked otherwise."""
    keeps_this = request.form.get("but") == "this"
    with acting() as ctx:
        end_sessions(ctx, _myself(ctx), but_token=session_token() if keeps_this else None)
    if keeps_this:
        return done(ME, "Every other browser is signed out.")
    sign_out()
    return redirect("/login", code=303)


def _show(
    name_form: NameForm | None = None, password_form: PasswordForm | None = None, status: int | None = None
) -> Response:
    with looking() as ctx:
        myself = _myself(ctx)
        names = name_form or NameForm(None, name=myself.name)
        passwords = password_form or PasswordForm(None)
        return screen(
            ctx,
            "me.html",
            title="Your account",
            status=status or max(names.status, passwords.status),
            name_form=names,
            password_form=passwords,
            myself=myself,
            windows=_windows(ctx, myself),
        )


def _windows(ctx: Context, myself: Account) -> list[Window]:
    rows = (row for row in open_sessions(ctx.session, myself) if ctx.now - row.seen_at < LASTS)
    windows = [
        Window(
            row.public_id,
            browser_words(row.browser),
            row.address,
            row.seen_at,
            row.created_at,
            row.public_id == current_user.session_id,
        )
        for row in rows
    ]
    return sorted(windows, key=lambda window: not window.is_this)


def _myself(ctx: Context) -> Account:
    return ctx.session.get_one(Account, ctx.actor.account_id)
