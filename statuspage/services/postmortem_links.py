"""Addresses of a postmortem for chosen readers: unguessable, given an end, revocable, counted."""

import secrets
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from statuspage.domain.errors import ConflictError, NotFoundError, RuleError
from statuspage.domain.postmortem import Visibility
from statuspage.domain.roles import COMMAND_LINE, SiteRole
from statuspage.domain.text import checked_line
from statuspage.services.audit import audit
from statuspage.services.context import Context, reading, writing
from statuspage.services.ports import Clock
from statuspage.services.throttle import check_tries, count_tries, from_address
from statuspage.services.tokens import digest_of
from statuspage.store.ids import new_public_id
from statuspage.store.postmortems import Postmortem, PostmortemLink, links_of

LONGEST_LIFE = timedelta(days=365)
_OPEN_TO = (Visibility.LINK, Visibility.PUBLIC)


def make_link(ctx: Context, postmortem: Postmortem, label: str, expires_at: datetime) -> str:
    """Make an address and return its secret, which nobody can show again.

    `label` says for whom it is. Raises `not_published` where no text is published that a link may show,
    and `link_expiry` for an end that has passed or is more than a year ahead.
    """
    ctx.actor.require(SiteRole.COMMUNICATOR)
    label = checked_line(label, "label")
    if not ctx.now < expires_at <= ctx.now + LONGEST_LIFE:
        raise RuleError(
            "link_expiry", "Choose an end that is still to come, at most one year ahead.", "expires_at"
        )
    if not is_open_to_links(postmortem):
        raise ConflictError(
            "not_published", "Publish the postmortem first, for everybody or for whoever has a link."
        )
    secret = secrets.token_urlsafe(32)
    link = PostmortemLink(
        public_id=new_public_id(),
        postmortem_id=postmortem.id,
        digest=digest_of(secret),
        label=label,
        created_at=ctx.now,
        created_by_id=ctx.actor.account_id,
        expires_at=expires_at,
    )
    ctx.session.add(link)
    audit(ctx, "make_postmortem_link", postmortem.public_id, link=link.public_id, label=label)
    ctx.session.flush()
    return secret


def revoke_link(ctx: Context, postmortem: Postmortem, link: PostmortemLink) -> None:
    """Make an address useless, at once and for good."""
    ctx.actor.require(SiteRole.COMMUNICATOR)
    if link.revoked_at is not None:
        return
    link.revoked_at = ctx.now
    audit(ctx, "revoke_postmortem_link", postmortem.public_id, link=link.public_id)
    ctx.session.flush()


def get_link(ctx: Context, postmortem: Postmortem, public_id: str) -> PostmortemLink:
    """Return the postmortem's link of that public id; raise `not_found` where it has none."""
    for link in links_of(ctx.session, postmortem):
        if link.public_id == public_id:
            return link
    raise NotFoundError("not_found", "This postmortem has no such link.")


def is_open_to_links(postmortem: Postmortem) -> bool:
    """Return whether whoever has a link may read it."""
    return postmortem.published_number is not None and postmortem.visibility in _OPEN_TO


def is_usable(link: PostmortemLink, now: datetime) -> bool:
    """Return whether the link itself still holds."""
    return link.revoked_at is None and now < link.expires_at


def find_link(ctx: Context, secret: str) -> PostmortemLink:
    """Return the link behind that secret, reading only.

    Guessed, expired and revoked ones, and those of what is not published, are refused in the same words.
    """
    query = select(PostmortemLink).where(PostmortemLink.digest == digest_of(secret))
    link = ctx.session.scalar(query)
    if link is None or not is_usable(link, ctx.now) or not is_open_to_links(link.postmortem):
        raise NotFoundError(
            "not_found", "This link does not work: it may be mistyped, or its time has run out."
        )
    return link


def open_link(ctx: Context, secret: str) -> Postmortem:
    """Return what the secret opens, and count that it was used; refused as `find_link` does.

    Needs a transaction that writes. Let `let_in` go before, so that a guess locks nothing.
    """
    link = find_link(ctx, secret)
    _count(ctx.session, link.id, ctx.now)
    return link.postmortem


def let_in(session: Session, clock: Clock, secret: str, address: str, *, is_counted: bool = True) -> None:
    """Let a reader with a good secret in and count the use; to be called outside of any transaction.

    With `is_counted` off nobody has read it yet: a program looked ahead, or only asked whether it is there. A
    wrong secret is counted all the same.

    Raises `not_found`, and `throttled` for an address that guesses on. A wrong secret locks nothing that
    others wait for: it is looked up by reading, and only so many from one address are even counted.
    """
    limits = (from_address("shared-postmortem", address),)
    try:
        with reading(session, clock, lambda _session, _now: COMMAND_LINE) as ctx:
            check_tries(session, ctx.now, limits)
            key = find_link(ctx, secret).id
    except NotFoundError:
        with writing(session):
            count_tries(session, clock.now(), limits)
        raise
    if not is_counted:
        return
    with writing(session):
        _count(session, key, clock.now())


def _count(session: Session, key: int, now: datetime) -> None:
    used = update(PostmortemLink).where(PostmortemLink.id == key)
    session.execute(used.values(uses=PostmortemLink.uses + 1, last_used_at=now))
