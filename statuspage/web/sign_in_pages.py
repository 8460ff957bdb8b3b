"""The pages for getting in and out."""

from typing import Any

from flask import Blueprint, Response, flash, redirect, request
from flask_login import current_user
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response as AnyResponse
from wtforms import HiddenField, PasswordField, StringField

from statuspage.domain.errors import DomainError, ThrottledError
from statuspage.services.context import snapshot
from statuspage.store.accounts import count_accounts
from statuspage.web.console.forms import ConsoleForm, Refusal
from statuspage.web.database import db
from statuspage.web.kept_forms import KeptForm, keep_form, unseal
from statuspage.web.local_paths import local_path
from statuspage.web.password_again import HOME
from statuspage.web.plain_screens import plain_screen
from statuspage.web.security import allow, session_token
from statuspage.web.sign_in import sign_out, try_to_sign_in

blueprint = Blueprint("sign_in", __name__)


class SignInForm(ConsoleForm):
    """Who, the password, and where to go on."""

    email = StringField("Mail address")
    password = PasswordField("Password")
    next = HiddenField()
    kept = HiddenField()


@blueprint.get("/login")
@allow("public")
def login() -> AnyResponse:
    """Ask who it is."""
    target = local_path(request.args.get("next"))
    if current_user.is_authenticated:
        return redirect(target or HOME, code=303)
    return _ask(SignInForm(None, next=target or ""))


@blueprint.post("/login")
@allow("public")
def check_login() -> AnyResponse:
    """Let in whoever knows the password, and go on where they were."""
    form = SignInForm()
    try:
        try_to_sign_in(form.email.data or "", form.password.data or "")
    except DomainError as error:
        return _refused(form, error)
    kept = unseal(form.kept.data)
    if kept is not None:
        return send_again(kept)
    return redirect(local_path(form.next.data) or HOME, code=303)


def _ask_again() -> AnyResponse:
    form = SignInForm()
    form.refusals.append(
        Refusal("This page was open for too long, or your browser keeps no cookies. Please try again.", "")
    )
    return _ask(form, 400)


check_login.when_stale = _ask_again  # type: ignore[attr-defined]


@blueprint.post("/logout")
@allow("public")
def logout() -> AnyResponse:
    """Sign this browser out."""
    sign_out()
    flash("You are signed out.")
    return redirect("/login", code=303)


def ask_to_sign_in(reason: str) -> AnyResponse:
    """Answer somebody who is not signed in, or not any more; a form that was sent goes along."""
    if "HX-Request" in request.headers:
        return Response(f"{reason}\n", status=401, mimetype="text/plain")
    if session_token():
        flash(reason)
    if request.method in {"GET", "HEAD"}:
        path = request.full_path.rstrip("?") if request.query_string else request.path
        return redirect("/login?" + _query(next=local_path(path) or HOME), code=303)
    kept = keep_form()
    form = SignInForm(None, kept=kept.sealed() if kept else "", next=kept.back if kept else "")
    return _ask(form, 401, kept=kept)


def send_again(kept: KeptForm) -> Response:
    """Offer to send what could not be taken before."""
    title = "You were signed out while sending this. Nothing is lost."
    return plain_screen("send_again.html", title=title, kept=kept, is_stale=False)


def _refused(form: SignInForm, error: DomainError) -> Response:
    if not isinstance(error, ThrottledError):
        form.refuse(error)
        return _ask(form, 422)
    form.refusals.append(Refusal(error.message, error.code))
    answer = _ask(form, 429)
    answer.headers["Retry-After"] = str(int(error.free_within.total_seconds()) + 1)
    return answer


def _ask(form: SignInForm, status: int = 200, **values: Any) -> Response:
    kept = values.get("kept") or unseal(form.kept.data)
    return plain_screen(
        "sign_in.html", title="Sign in", status=status, form=form, kept=kept, is_empty=_is_empty()
    )


def _is_empty() -> bool:
    """Return whether nobody can sign in because there is no account; not known while the database is away."""
    try:
        with snapshot(db.session()):
            return count_accounts(db.session()) == 0
    except SQLAlchemyError:
        return False


def _query(**values: str) -> str:
    from urllib.parse import urlencode

    return urlencode(values, safe="/")
