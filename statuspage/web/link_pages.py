"""Pages behind the links that work once: an invitation, a new password; and the page that asks for one."""

from flask import Blueprint, Response, flash, redirect, request
from werkzeug.wrappers import Response as AnyResponse
from wtforms import PasswordField, StringField

from statuspage.domain.errors import DomainError, NotFoundError, ThrottledError
from statuspage.domain.roles import COMMAND_LINE
from statuspage.services.account_links import usable_link
from statuspage.services.accounts import checked_email, hashed_password
from statuspage.services.context import reading, unit_of_work, writing
from statuspage.services.invitations import choose_password, link_actor, reset_forgotten
from statuspage.services.ports import MailError
from statuspage.services.sign_in import open_session
from statuspage.services.staff_mails import new_password
from statuspage.services.throttle import count_tries, for_account, from_address
from statuspage.store.sign_ins import LinkKind
from statuspage.web.console.forms import ConsoleForm, Refusal
from statuspage.web.console.wording import SITE_ROLE_WORDS
from statuspage.web.database import db
from statuspage.web.mails import later, link_to, log
from statuspage.web.password_again import HOME
from statuspage.web.plain_screens import plain_screen
from statuspage.web.security import adapters, allow
from statuspage.web.sign_in import let_in, whence

blueprint = Blueprint("links", __name__, url_prefix="/login")

_STALE = Refusal("This page was open for too long, or your browser keeps no cookies. Please try again.", "")


class PasswordForm(ConsoleForm):
    """A new password."""

    password = PasswordField("Choose a password")


class ForgottenForm(ConsoleForm):
    """Whose password was forgotten."""

    email = StringField("Mail address")


@blueprint.get("/invitation/<secret>")
@allow("public")
def invitation(secret: str) -> AnyResponse:
    """Greet who was invited; changes nothing."""
    return _ask(LinkKind.INVITATION, secret, PasswordForm(None))


@blueprint.post("/invitation/<secret>")
@allow("public")
def accept_invitation(secret: str) -> AnyResponse:
    """Take the first password and let the person in."""
    return _take(LinkKind.INVITATION, secret)


@blueprint.get("/reset/<secret>")
@allow("public")
def reset(secret: str) -> AnyResponse:
    """Ask for a new password; changes nothing."""
    return _ask(LinkKind.RESET, secret, PasswordForm(None))


@blueprint.post("/reset/<secret>")
@allow("public")
def do_reset(secret: str) -> AnyResponse:
    """Take the new password and let the person in."""
    return _take(LinkKind.RESET, secret)


@blueprint.get("/forgotten")
@allow("public")
def forgotten() -> Response:
    """Offer a link for a new password, or say whom to ask where no mail can be sent."""
    return _ask_whose(ForgottenForm(None, email=request.args.get("email", "")))


@blueprint.post("/forgotten")
@allow("public")
def send_forgotten() -> Response:
    """Send a link to whoever has an account; the answer is the same for all."""
    form, wired = ForgottenForm(), adapters()
    if not wired.mailer.delivers:
        return _ask_whose(form)
    email = form.email.data or ""
    try:
        checked_email(email)
        limits = for_account("forgot", email), from_address("forgot", request.remote_addr or "")
        with writing(db.session()):
            count_tries(db.session(), wired.clock.now(), limits)
    except ThrottledError as error:
        form.refusals.append(Refusal(error.message, error.code))
        answer = _ask_whose(form, 429)
        answer.headers["Retry-After"] = str(int(error.free_within.total_seconds()) + 1)
        return answer
    except DomainError as error:
        form.refuse(error)
        return _ask_whose(form)
    later(lambda: _mail_link(email))
    return plain_screen("forgotten_sent.html", title="Look into your mail", email=email.strip())


def _stale_link(kind: LinkKind, secret: str) -> AnyResponse:
    form = PasswordForm()
    form.refusals.append(_STALE)
    return _ask(kind, secret, form, 400)


def _stale_forgotten() -> Response:
    form = ForgottenForm()
    form.refusals.append(_STALE)
    return _ask_whose(form, 400)


accept_invitation.when_stale = lambda secret: _stale_link(LinkKind.INVITATION, secret)  # type: ignore[attr-defined]
do_reset.when_stale = lambda secret: _stale_link(LinkKind.RESET, secret)  # type: ignore[attr-defined]
send_forgotten.when_stale = _stale_forgotten  # type: ignore[attr-defined]


def _mail_link(email: str) -> None:
    wired = adapters()
    with unit_of_work(db.session(), wired.clock, lambda _session, _now: COMMAND_LINE) as ctx:
        found = reset_forgotten(ctx, email)
        mail = None
        if found is not None:
            account, secret = found
            mail = new_password(ctx, account, link_to(LinkKind.RESET, secret), wired.settings.base_url)
    if mail is not None:
        try:
            wired.mailer.send(mail)
        except MailError as error:
            log.warning("a link for a new password could not be sent: %s", error)


def _take(kind: LinkKind, secret: str) -> AnyResponse:
    form, wired = PasswordForm(), adapters()
    refusal = _ask(kind, secret, form)
    if refusal.status_code == 404:
        return refusal
    try:
        password_hash = hashed_password(wired.passwords, form.password.data or "")
        with unit_of_work(
            db.session(), wired.clock, lambda session, now: link_actor(session, now, kind, secret)
        ) as ctx:
            choose_password(ctx, kind, secret, password_hash)
            token = open_session(ctx, whence())
    except NotFoundError as error:
        return _unusable(kind, error)
    except DomainError as error:
        form.refuse(error)
        return _ask(kind, secret, form)
    let_in(token)
    flash("You are signed in with your new password.")
    return redirect(HOME, code=303)


def _ask(kind: LinkKind, secret: str, form: PasswordForm, status: int | None = None) -> Response:
    wired = adapters()
    try:
        with reading(db.session(), wired.clock, lambda _session, _now: COMMAND_LINE) as ctx:
            account = usable_link(ctx.session, ctx.now, kind, secret).account
            assert account is not None
            name, email, role, page = account.name, account.email, account.role, ctx.page.name
    except NotFoundError as error:
        return _unusable(kind, error)
    is_new = kind is LinkKind.INVITATION
    return plain_screen(
        "choose_password.html",
        title=f"Welcome to the status page of {page}" if is_new else "Choose a new password",
        status=status or form.status,
        form=form,
        is_new=is_new,
        name=name,
        email=email,
        role_words=SITE_ROLE_WORDS[role],
    )


def _unusable(kind: LinkKind, error: DomainError) -> Response:
    return plain_screen(
        "link_unusable.html",
        title="This link does not work",
        status=404,
        sentence=error.message,
        is_invitation=kind is LinkKind.INVITATION,
    )


def _ask_whose(form: ForgottenForm, status: int | None = None) -> Response:
    return plain_screen(
        "forgotten.html",
        title="Forgot your password?",
        status=status or form.status,
        form=form,
        can_mail=adapters().mailer.delivers,
    )
