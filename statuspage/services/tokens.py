"""API tokens: made, revoked, and turned into who acts. Only a digest of the secret is kept."""

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from statuspage.domain.errors import ConflictError, NotFoundError, RuleError, UnauthorizedError
from statuspage.domain.roles import Actor, SiteRole
from statuspage.domain.text import checked_line
from statuspage.services.audit import audit
from statuspage.services.context import Context
from statuspage.store.accounts import (
    Account,
    ApiToken,
    active_admins,
    all_tokens,
    find_account,
    find_token,
    tokens_named,
)
from statuspage.store.ids import new_public_id

LONGEST_LIFE = timedelta(days=3650)


def create_token(
    ctx: Context,
    name: str,
    role: SiteRole,
    owner_email: str | None = None,
    expires_within: timedelta | None = None,
) -> tuple[ApiToken, str]:
    """Make a token and return it with its secret, which nobody can show again.

    It acts for its owner, or for the first admin where none is named, with the lesser of both roles.
    """
    ctx.actor.require(SiteRole.ADMIN)
    owner = _owner(ctx.session, owner_email)
    if expires_within is not None and not timedelta() < expires_within <= LONGEST_LIFE:
        raise RuleError("expires_in_days", f"Choose 1 to {LONGEST_LIFE.days} days.", "expires_in_days")
    secret = secrets.token_urlsafe(32)
    token = ApiToken(
        public_id=new_public_id(),
        name=checked_line(name, "name"),
        role=role,
        owner=owner,
        digest=digest_of(secret),
        created_at=ctx.now,
        expires_at=None if expires_within is None else ctx.now + expires_within,
    )
    ctx.session.add(token)
    audit(ctx, "create_token", token.public_id, role=role, owner=owner.public_id)
    return token, secret


def revoke_token(ctx: Context, name_or_id: str) -> ApiToken:
    """Take a token's power, at once and for good; raise `ambiguous` where several bear the name."""
    ctx.actor.require(SiteRole.ADMIN)
    found = tokens_named(ctx.session, name_or_id)
    if not found:
        raise NotFoundError("not_found", f"There is no token {name_or_id!r} that still holds.")
    if len(found) > 1:
        ids = ", ".join(token.public_id for token in found)
        raise ConflictError(
            "ambiguous", f"Several tokens are called {name_or_id!r}; name one by its id: {ids}."
        )
    found[0].revoked_at = ctx.now
    audit(ctx, "revoke_token", found[0].public_id)
    return found[0]


def token_states(ctx: Context) -> list[ApiToken]:
    """Return every token, those that hold first, the newest first."""
    ctx.actor.require(SiteRole.ADMIN)
    return sorted(all_tokens(ctx.session), key=lambda token: not is_usable(token, ctx.now))


def is_usable(token: ApiToken, now: datetime) -> bool:
    """Return whether the token still opens anything."""
    is_over = token.expires_at is not None and now >= token.expires_at
    return token.revoked_at is None and not is_over and token.owner.disabled_at is None


def authenticate_token(session: Session, now: datetime, secret: str) -> Actor:
    """Return who acts with that secret, in the lesser of the token's role and its owner's of today.

    Raises `unauthorized` for an unknown, revoked or expired token, and when its owner is disabled.
    """
    token = find_token(session, digest_of(secret))
    if token is None or token.revoked_at is not None:
        raise UnauthorizedError("This token is unknown or was revoked.")
    if token.expires_at is not None and now >= token.expires_at:
        raise UnauthorizedError("This token has expired.")
    if token.owner.disabled_at is not None:
        raise UnauthorizedError("The account that this token acts for is disabled.")
    return Actor(token.owner_id, token.role.at_most(token.owner.role), token.id)


def digest_of(secret: str) -> str:
    """Return what is kept of a secret. It is random and long, so that a plain hash is enough."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def _owner(session: Session, email: str | None) -> Account:
    if email is None:
        admins = active_admins(session)
        if not admins:
            raise NotFoundError(
                "no_account", "There is no admin yet; make one with `statuspage user add`.", "owner"
            )
        return admins[0]
    owner = find_account(session, email)
    if owner is None:
        raise NotFoundError("not_found", f"There is no account for {email}.", "owner")
    if owner.disabled_at is not None:
        raise ConflictError("owner_disabled", f"{owner.email} is disabled.", "owner")
    return owner
