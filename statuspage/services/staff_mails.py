"""Mails to the staff, ready to be sent after the commit."""

from statuspage.render.mails import Letterhead, MailTexts, invitation_mail, reset_mail
from statuspage.services.context import Context
from statuspage.services.ports import Mail
from statuspage.store.accounts import Account


def invitation(ctx: Context, account: Account, link: str, base_url: str) -> Mail:
    """Return the mail with an invitation's link; it names who invites where that is a person."""
    inviter = ctx.session.get(Account, ctx.actor.account_id) if ctx.actor.account_id else None
    name = inviter.name if inviter else None
    return _to(account, invitation_mail(_head(ctx, base_url), link, account.name, name))


def new_password(ctx: Context, account: Account, link: str, base_url: str) -> Mail:
    """Return the mail with a link for a new password."""
    return _to(account, reset_mail(_head(ctx, base_url), link, account.name))


def _head(ctx: Context, base_url: str) -> Letterhead:
    return Letterhead(ctx.page.name, ctx.page.accent_color, base_url)


def _to(account: Account, texts: MailTexts) -> Mail:
    return Mail(account.email, account.name, texts.subject, texts.text, texts.html)
