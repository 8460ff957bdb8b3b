"""Invitations and new passwords: links that let somebody choose a password, once."""

from datetime import datetime

from sqlalchemy.orm import Session

from statuspage.domain.errors import ConflictError
from statuspage.domain.roles import Actor, SiteRole
from statuspage.services.account_links import INVITATION_LASTS, RESET_LASTS, make_link, usable_link
from statuspage.services.accounts import NewAccount, create_account
from statuspage.services.audit import audit
from statuspage.services.context import Context
from statuspage.services.sign_in import end_sessions
from statuspage.store.accounts import Account, find_account
from statuspage.store.sign_ins import LinkKind, void_links


def invite(ctx: Context, new: NewAccount) -> tuple[Account, str]:
    """Make an account that nobody can sign in to yet, and the secret of the link that changes this."""
    account = create_account(ctx, new)
    return account, invite_again(ctx, account)


def invite_again(ctx: Context, account: Account) -> str:
    """Return the secret of a new invitation; the older one becomes useless.

    Raises `accepted_already` once the person has a password, `disabled` for a disabled account.
    """
    ctx.actor.require(SiteRole.ADMIN)
    _require_open(account)
    if account.password_hash is not None:
        raise ConflictError("accepted_already", f"{account.name} has a password already.")
    audit(ctx, "invite", account.public_id)
    return make_link(ctx, LinkKind.INVITATION, account, INVITATION_LASTS)


def offer_reset(ctx: Context, account: Account) -> str:
    """Return the secret of a link for a new password; the present one holds until the link is used."""
    ctx.actor.require(SiteRole.ADMIN)
    _require_open(account)
    audit(ctx, "offer_reset", account.public_id)
    return make_link(ctx, LinkKind.RESET, account, RESET_LASTS)


def reset_forgotten(ctx: Context, email: str) -> tuple[Account, str] | None:
    """Return who has forgotten the password and a link's secret; None for unknown and disabled accounts.

    Everybody may ask, so whoever asks must learn nothing of the answer.
    """
    account = find_account(ctx.session, email) if "\0" not in email else None
    if account is None or account.disabled_at is not None:
        return None
    audit(ctx, "forgot_password", account.public_id)
    return account, make_link(ctx, LinkKind.RESET, account, RESET_LASTS)


def link_actor(session: Session, now: datetime, kind: LinkKind, secret: str) -> Actor:
    """Return who acts with such a link, for `unit_of_work`: the person it was made for."""
    account = usable_link(session, now, kind, secret).account
    assert account is not None, "only the set-up link belongs to nobody"
    return Actor(account.id, account.role)


def choose_password(ctx: Context, kind: LinkKind, secret: str, password_hash: str) -> Account:
    """Give the link's person the password, use the link up, and end what was open before."""
    link = usable_link(ctx.session, ctx.now, kind, secret)
    account = link.account
    assert account is not None
    account.password_hash = password_hash
    for each in (LinkKind.INVITATION, LinkKind.RESET):
        void_links(ctx.session, each, account.id, ctx.now)
    end_sessions(ctx, account)
    audit(ctx, "accept_invitation" if kind is LinkKind.INVITATION else "choose_password", account.public_id)
    return account


def _require_open(account: Account) -> None:
    if account.disabled_at is not None:
        raise ConflictError("disabled", f"{account.name} is disabled; enable the account first.")
