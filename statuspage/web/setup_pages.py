"""The one sitting in which a fresh status page gets its first admin, its name and its components."""

from collections.abc import Callable
from functools import cache
from zoneinfo import available_timezones

from flask import Blueprint, Response, flash, redirect, request
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse
from wtforms import HiddenField, PasswordField, StringField, TextAreaField

from statuspage.domain.errors import ConflictError, DomainError, ErrorKind, NotFoundError
from statuspage.domain.text import checked_line
from statuspage.services.accounts import checked_email, checked_password, hashed_password
from statuspage.services.context import reading, unit_of_work
from statuspage.services.page_settings import checked_zone
from statuspage.services.set_up import SetUp, component_names, set_up, setup_actor
from statuspage.services.sign_in import actor_of, open_session
from statuspage.web.console.forms import ConsoleForm, Refusal
from statuspage.web.database import db
from statuspage.web.password_again import HOME
from statuspage.web.plain_screens import plain_screen
from statuspage.web.publish import publish_now
from statuspage.web.security import adapters, allow
from statuspage.web.sign_in import let_in, whence

blueprint = Blueprint("setup", __name__)

_NO_PLACES = ("Etc/", "SystemV/", "US/", "Canada/", "Brazil/", "Chile/", "Mexico/")


class SetUpForm(ConsoleForm):
    """Everything that is asked, on one page."""

    token = HiddenField()
    name = StringField("Your name")
    email = StringField("Your mail address")
    password = PasswordField("Choose a password")
    page_name = StringField("Name of the page")
    time_zone = StringField("Time zone")
    components = TextAreaField("Components")


@blueprint.get("/setup")
@allow("public")
def setup() -> AnyResponse:
    """Show the sitting to whoever has the link; changes nothing."""
    token = request.args.get("token", "")
    refusal = _refusal(token)
    return refusal or _ask(SetUpForm(None, token=token, time_zone="Etc/UTC"))


@blueprint.post("/setup")
@allow("public")
def do_setup() -> AnyResponse:
    """Set the page up and sign its admin in; of two at once the first wins."""
    form = SetUpForm()
    token = form.token.data or ""
    refusal = _refusal(token)
    if refusal is not None:
        return refusal
    wanted = _wanted(form)
    if wanted is None:
        return _ask(form)
    try:
        with unit_of_work(
            db.session(), adapters().clock, lambda session, now: setup_actor(session, now, token)
        ) as ctx:
            admin = set_up(ctx, token, wanted)
            secret = open_session(actor_of(ctx, admin), whence())
    except (ConflictError, NotFoundError) as error:
        return _refused(error)
    publish_now()
    let_in(secret)
    flash(f"{wanted.page_name} is set up, and you are signed in.")
    return redirect(HOME, code=303)


def _ask_again() -> Response:
    form = SetUpForm()
    form.refusals.append(
        Refusal("This page was open for too long, or your browser keeps no cookies. Please try again.", "")
    )
    return _ask(form, 400)


do_setup.when_stale = _ask_again  # type: ignore[attr-defined]


def _wanted(form: SetUpForm) -> SetUp | None:
    """Return what was typed, None where something has to be mended; every mistake stands beside its field."""
    checks: dict[str, Callable[[str], object]] = {
        "name": lambda text: checked_line(text, "name"),
        "email": checked_email,
        "password": checked_password,
        "page_name": lambda text: checked_line(text, "page_name"),
        "time_zone": lambda text: checked_zone(text.strip()),
        "components": component_names,
    }
    for name, check in checks.items():
        try:
            check(form[name].data or "")
        except DomainError as error:
            form.refuse(error)
    if form.is_refused:
        return None
    return SetUp(
        email=form.email.data,
        name=form.name.data,
        password_hash=hashed_password(adapters().passwords, form.password.data),
        page_name=form.page_name.data,
        time_zone=form.time_zone.data.strip(),
        components=component_names(form.components.data or ""),
    )


def _refusal(token: str) -> AnyResponse | None:
    """Return why the link is of no use, None where it is good."""
    try:
        with reading(db.session(), adapters().clock, lambda session, now: setup_actor(session, now, token)):
            return None
    except (ConflictError, NotFoundError) as error:
        return _refused(error)


def _refused(error: DomainError) -> AnyResponse:
    if error.kind is ErrorKind.CONFLICT:
        if current_user.is_authenticated:
            return redirect(HOME, code=303)
        return plain_screen("set_up_already.html", title="This status page is set up already", status=404)
    return plain_screen("set_up_link.html", title="This set-up link does not work", status=404)


def _ask(form: SetUpForm, status: int | None = None) -> Response:
    return plain_screen(
        "set_up.html",
        title="Set up your status page",
        status=status or form.status,
        form=form,
        zones=_zones(),
    )


@cache
def _zones() -> list[str]:
    """Return the time zones to choose from; older names are understood too, and not offered."""
    return ["Etc/UTC", *sorted(name for name in available_timezones() if _is_place(name))]


def _is_place(name: str) -> bool:
    return "/" in name and not name.startswith(_NO_PLACES)
