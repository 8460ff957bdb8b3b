"""Links that work once: to set the site up, to accept an invitation, to choose a new password."""

import secrets
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from statuspage.domain.errors import NotFoundError
from statuspage.services.context import Context
from statuspage.services.tokens import digest_of
from statuspage.store.accounts import Account
from statuspage.store.sign_ins import AccountLink, LinkKind, find_link, void_links

INVITATION_LASTS = timedelta(days=7)
RESET_LASTS = timedelta(hours=1)


def make_link(ctx: Context, kind: LinkKind, account: Account | None, lasts: timedelta | None) -> str:
    """Return the secret of a new link and make the older ones of its kind useless; kept is a digest.

    The caller asks for permission: it is part of other verbs.
    """
    account_id = account.id if account else None
    void_links(ctx.session, kind, account_id, ctx.now)
    secret = secrets.token_urlsafe(32)
    link = AccountLink(
        kind=kind,
        digest=digest_of(secret),
        account_id=account_id,
        created_at=ctx.now,
        expires_at=None if lasts is None else ctx.now + lasts,
    )
    ctx.session.add(link)
    ctx.session.flush()
    return secret


def usable_link(session: Session, now: datetime, kind: LinkKind, secret: str) -> AccountLink:
    """Return the link of that secret; raise `link_unusable` for one that is unknown, used, replaced or over.

    A link of a disabled account is of no use either.
    """
    link = find_link(session, digest_of(secret)) if secret else None
    is_over = link is None or link.kind is not kind or link.used_at is not None
    if link is None or is_over or (link.expires_at is not None and now >= link.expires_at):
        raise NotFoundError("link_unusable", "This link was used, replaced by a newer one, or is too old.")
    if link.account is not None and link.account.disabled_at is not None:
        raise NotFoundError("link_unusable", "The account that this link is for is disabled.")
    return link
