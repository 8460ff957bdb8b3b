"""Signing in and out: sessions on the server, which anybody entitled can end at once."""

import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from statuspage.domain.errors import NotFoundError, UnauthorizedError
from statuspage.domain.roles import Actor
from statuspage.services.audit import audit
from statuspage.services.context import Context
from statuspage.services.tokens import digest_of
from statuspage.store.accounts import Account, find_account
from statuspage.store.ids import new_public_id
from statuspage.store.sign_ins import StaffSession, find_session, open_sessions

LASTS = timedelta(days=30)
SEEN_EVERY = timedelta(minutes=5)
CONFIRMED_FOR = timedelta(minutes=15)

_BROWSER_LIMIT, _ADDRESS_LIMIT = 255, 64


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a password is compared with. Unknown and disabled accounts look like ones without a password."""

    account_id: int | None
    password_hash: str | None


@dataclass(frozen=True, slots=True)
class Whence:
    """The browser that somebody signs in with, as it names itself, its address, and the mark it keeps."""

    browser: str
    address: str
    device: str = ""


def credentials_of(session: Session, email: str) -> Credentials:
    """Return what to compare a password with, whoever the mail address belongs to."""
    account = find_account(session, email) if "\0" not in email else None
    if account is None or account.disabled_at is not None or account.password_hash is None:
        return Credentials(None, None)
    return Credentials(account.id, account.password_hash)


def actor_with(session: Session, proven: Credentials) -> Actor:
    """Return who has just given the right password, for `unit_of_work`.

    Raises `unauthorized` where the account was disabled or got another password while it was compared.
    """
    account = None if proven.account_id is None else session.get(Account, proven.account_id)
    if account is None or account.disabled_at is not None or account.password_hash != proven.password_hash:
        raise UnauthorizedError("This account has just changed; sign in again.")
    return Actor(account.id, account.role)


def actor_of(ctx: Context, account: Account) -> Context:
    """Return the same act as this person's own: somebody whom a link has let in."""
    return replace(ctx, actor=Actor(account.id, account.role))


def open_session(ctx: Context, whence: Whence) -> str:
    """Let the actor in with this browser; return the secret that stands for the session from now on."""
    token = secrets.token_urlsafe(32)
    row = StaffSession(
        public_id=new_public_id(),
        digest=digest_of(token),
        account_id=_person(ctx).id,
        created_at=ctx.now,
        seen_at=ctx.now,
        confirmed_at=ctx.now,
        browser=_printable(whence.browser)[:_BROWSER_LIMIT],
        address=_printable(whence.address)[:_ADDRESS_LIMIT],
        device=digest_of(whence.device) if whence.device else "",
    )
    ctx.session.add(row)
    audit(ctx, "sign_in", row.public_id)
    return token


def find_staff(session: Session, now: datetime, token: str) -> StaffSession:
    """Return the session that a browser's secret stands for; raise `unauthorized` where it does not hold."""
    row = find_session(session, digest_of(token)) if token else None
    if row is None:
        raise UnauthorizedError("Sign in first.")
    if row.ended_at is not None or now - row.seen_at >= LASTS:
        raise UnauthorizedError("This session was ended; sign in again.")
    if row.account.disabled_at is not None:
        raise UnauthorizedError("This account is disabled; ask an admin.")
    return row


def authenticate_staff(session: Session, now: datetime, token: str) -> Actor:
    """Return who acts in the browser with that secret, in the account's role of this very moment."""
    row = find_staff(session, now, token)
    return Actor(row.account.id, row.account.role, device=row.device)


def note_seen(session: Session, now: datetime, token: str) -> None:
    """Note that the session is in use, so that it goes on for another month."""
    find_staff(session, now, token).seen_at = now


def confirm_session(ctx: Context, token: str) -> None:
    """Note that the password was given again in this browser."""
    find_staff(ctx.session, ctx.now, token).confirmed_at = ctx.now


def is_confirmed(now: datetime, confirmed_at: datetime) -> bool:
    """Return whether the password was given lately enough for settings and accounts."""
    return abs(now - confirmed_at) <= CONFIRMED_FOR


def end_session(ctx: Context, token: str) -> None:
    """Sign this browser out; a session that is over already stays so."""
    row = find_session(ctx.session, digest_of(token))
    if row is not None and row.ended_at is None:
        row.ended_at = ctx.now
        audit(ctx, "sign_out", row.public_id)


def end_own_session(ctx: Context, public_id: str) -> None:
    """Sign another browser of the same person out."""
    for row in open_sessions(ctx.session, _person(ctx)):
        if row.public_id == public_id:
            row.ended_at = ctx.now
            audit(ctx, "sign_out", row.public_id)
            return
    raise NotFoundError("not_found", "This session has ended already.")


def end_sessions(ctx: Context, account: Account, but_token: str | None = None) -> int:
    """Sign a person out everywhere, or everywhere but in one browser; return how many sessions that ended.

    The caller asks for permission: it is part of other verbs.
    """
    kept = digest_of(but_token) if but_token else None
    rows = [row for row in open_sessions(ctx.session, account) if row.digest != kept]
    for row in rows:
        row.ended_at = ctx.now
    if rows:
        audit(ctx, "sign_out_everywhere", account.public_id, sessions=len(rows))
    return len(rows)


def _person(ctx: Context) -> Account:
    account = None if ctx.actor.account_id is None else ctx.session.get(Account, ctx.actor.account_id)
    if account is None:
        raise UnauthorizedError("Only a person can sign in.")
    return account


def _printable(text: str) -> str:
    return "".join(character if character.isprintable() else " " for character in text)
