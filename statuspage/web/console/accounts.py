"""Accounts: who may sign in, what each may do, and the links with which people choose a password."""

from datetime import datetime

from flask import Response
from werkzeug.wrappers import Response as AnyResponse
from wtforms import HiddenField, RadioField, StringField
from wtforms.fields.choices import SelectChoice

from statuspage.domain.errors import DomainError, RuleError
from statuspage.domain.roles import SiteRole
from statuspage.services.accounts import (
    AccountFields,
    NewAccount,
    change_account,
    disable_account,
    enable_account,
    the_account,
)
from statuspage.services.context import Context
from statuspage.services.form_keys import note_sent, sent_before
from statuspage.services.invitations import invite, invite_again, offer_reset
from statuspage.services.ports import Mail
from statuspage.services.staff_mails import invitation, new_password
from statuspage.store.accounts import Account, all_accounts
from statuspage.store.ids import new_public_id
from statuspage.store.sign_ins import LinkKind, last_seen
from statuspage.web.console.blueprint import blueprint
from statuspage.web.console.forms import ConsoleForm
from statuspage.web.console.screens import acting, done, go_to, looking, screen
from statuspage.web.console.wording import SITE_ROLE_WORDS
from statuspage.web.mails import link_to, send_now
from statuspage.web.security import adapters, allow
from statuspage.web.sign_in import confirmed

LIST = "/console/accounts"


def role_choices() -> list[SelectChoice]:
    """Return the roles with what each may do."""
    return [SelectChoice(role.value, words) for role, words in SITE_ROLE_WORDS.items()]


class AccountForm(ConsoleForm):
    """What an admin decides about somebody."""

    name = StringField("Name")
    role = RadioField("Role", choices=role_choices())
    team = StringField("Team")


class InvitationForm(AccountForm):
    """The same for somebody new. `form_key` makes a form that is sent twice act once."""

    email = StringField("Mail address")
    form_key = HiddenField()


@blueprint.get("/accounts")
@allow(SiteRole.ADMIN)
@confirmed
def accounts() -> Response:
    """List who may sign in."""
    with looking() as ctx:
        rows = sorted(all_accounts(ctx.session), key=_order)
        return screen(
            ctx,
            "accounts.html",
            title="Accounts",
            section="settings",
            rows=rows,
            seen=last_seen(ctx.session),
            delivers=adapters().mailer.delivers,
        )


@blueprint.get("/accounts/new")
@allow(SiteRole.ADMIN)
@confirmed
def new_account() -> Response:
    """Ask whom to invite."""
    return _ask_new(InvitationForm(None, role=SiteRole.COMMUNICATOR.value, form_key=new_public_id()))


@blueprint.post("/accounts/new")
@allow(SiteRole.ADMIN)
@confirmed
def invite_account() -> AnyResponse:
    """Make the account and send its invitation, or show the link."""
    form = InvitationForm()
    try:
        with acting() as ctx:
            key = form.form_key.data or ""
            if sent_before(ctx, key):
                return go_to(LIST)
            new = NewAccount(form.email.data or "", form.name.data or "", _role(form), form.team.data)
            account, secret = invite(ctx, new)
            note_sent(ctx, key, LIST)
            link, mail = _invitation(ctx, account, secret)
    except DomainError as error:
        form.refuse(error)
        return _ask_new(form)
    return _sent_or_shown(mail, link, f"{new.name.strip()} is invited.", LIST)


@blueprint.get("/accounts/<account_id>")
@allow(SiteRole.ADMIN)
@confirmed
def account(account_id: str) -> Response:
    """Show one account."""
    with looking() as ctx:
        row = the_account(ctx, account_id)
        form = AccountForm(None, name=row.name, role=row.role.value, team=row.team or "")
        return _show(ctx, row, form)


@blueprint.post("/accounts/<account_id>")
@allow(SiteRole.ADMIN)
@confirmed
def save_account(account_id: str) -> AnyResponse:
    """Change name, role and team."""
    form = AccountForm()
    try:
        with acting() as ctx:
            row = the_account(ctx, account_id)
            fields = AccountFields(name=form.name.data or "", role=_role(form, row), team=form.team.data)
            change_account(ctx, row, fields)
            name = row.name
    except DomainError as error:
        form.refuse(error)
        with looking() as ctx:
            return _show(ctx, the_account(ctx, account_id), form)
    return done(LIST, f"{name} is saved.")


@blueprint.post("/accounts/<account_id>/invite")
@allow(SiteRole.ADMIN)
@confirmed
def resend_invitation(account_id: str) -> AnyResponse:
    """Make a new invitation; the older link stops working."""
    with acting() as ctx:
        row = the_account(ctx, account_id)
        link, mail = _invitation(ctx, row, invite_again(ctx, row))
    return _sent_or_shown(mail, link, "There is a new invitation; the older link is void.", _path(account_id))


@blueprint.post("/accounts/<account_id>/reset")
@allow(SiteRole.ADMIN)
@confirmed
def reset_account(account_id: str) -> AnyResponse:
    """Make a link for a new password; the present password holds until it is used."""
    with acting() as ctx:
        row = the_account(ctx, account_id)
        link = link_to(LinkKind.RESET, offer_reset(ctx, row))
        mail = new_password(ctx, row, link, adapters().settings.base_url)
    return _sent_or_shown(mail, link, "There is a link for a new password.", _path(account_id))


@blueprint.post("/accounts/<account_id>/disable")
@allow(SiteRole.ADMIN)
@confirmed
def shut_account(account_id: str) -> AnyResponse:
    """Disable the account: its sessions and tokens end at once."""
    with acting() as ctx:
        row = the_account(ctx, account_id)
        disable_account(ctx, row)
        message = f"{row.name} is disabled and signed out everywhere."
    return done(LIST, message)


@blueprint.post("/accounts/<account_id>/enable")
@allow(SiteRole.ADMIN)
@confirmed
def open_account(account_id: str) -> AnyResponse:
    """Let a disabled account in again."""
    with acting() as ctx:
        row = the_account(ctx, account_id)
        enable_account(ctx, row)
        message = f"{row.name} may sign in again."
    return done(_path(account_id), message)


def _invitation(ctx: Context, row: Account, secret: str) -> tuple[str, Mail]:
    link = link_to(LinkKind.INVITATION, secret)
    return link, invitation(ctx, row, link, adapters().settings.base_url)


def _sent_or_shown(mail: Mail, link: str, message: str, back: str) -> AnyResponse:
    """Go on where the mail is on its way; else show the link, this once."""
    sent = send_now(mail)
    if sent.is_delivered:
        return done(back, f"{message} {sent.words}")
    with looking() as ctx:
        return screen(
            ctx,
            "link_shown.html",
            title="Hand over this link",
            section="settings",
            link=link,
            message=message,
            mail_words=sent.words,
            name=mail.to_name,
            email=mail.to,
            back=back,
        )


def _ask_new(form: InvitationForm) -> Response:
    with looking() as ctx:
        return screen(
            ctx,
            "account_new.html",
            title="Invite somebody",
            section="settings",
            status=form.status,
            form=form,
            delivers=adapters().mailer.delivers,
        )


def _show(ctx: Context, row: Account, form: AccountForm) -> Response:
    seen_at: datetime | None = last_seen(ctx.session).get(row.id)
    return screen(
        ctx,
        "account.html",
        title=row.name,
        section="settings",
        status=form.status,
        form=form,
        row=row,
        seen_at=seen_at,
        is_own=row.id == ctx.actor.account_id,
        delivers=adapters().mailer.delivers,
    )


def _order(row: Account) -> tuple[bool, str]:
    return row.disabled_at is not None, row.name.casefold()


def _role(form: AccountForm, row: Account | None = None) -> SiteRole:
    """Return the role that was chosen; nobody is offered a choice of their own, so that one stays."""
    if row is not None and not form.role.data:
        return row.role
    try:
        return SiteRole(form.role.data)
    except ValueError:
        raise RuleError("invalid", "Choose one of the roles.", "role") from None


def _path(account_id: str) -> str:
    return f"{LIST}/{account_id}"
