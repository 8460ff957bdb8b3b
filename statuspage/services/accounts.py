"""Accounts of the staff: made, changed, disabled, given a new password."""

import re
from dataclasses import dataclass

from statuspage.domain.errors import ConflictError, NotFoundError, RuleError
from statuspage.domain.milestones import UNSET, Unset
from statuspage.domain.roles import SiteRole
from statuspage.domain.text import checked_line
from statuspage.services.audit import audit
from statuspage.services.context import Context
from statuspage.services.ports import PasswordHasher
from statuspage.services.sign_in import end_sessions
from statuspage.store.accounts import Account, account_with_id, find_account
from statuspage.store.ids import new_public_id
from statuspage.store.sign_ins import LinkKind, void_links

EMAIL_LIMIT = 254
SHORTEST_PASSWORD = 8
LONGEST_PASSWORD = 1024

_EMAIL = re.compile(r"[^@\s<>]+@[^@\s<>]+")


@dataclass(frozen=True, slots=True)
class NewAccount:
    """What is asked about a new member of the staff. Make the hash with `hashed_password` beforehand."""

    email: str
    name: str
    role: SiteRole
    team: str | None = None
    password_hash: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountFields:
    """What to set of an account; UNSET leaves a field alone."""

    name: str | Unset = UNSET
    role: SiteRole | Unset = UNSET
    team: str | Unset | None = UNSET


def create_account(ctx: Context, new: NewAccount) -> Account:
    """Make an account and return it; raise `email_taken` where the mail address has one, disabled or not."""
    ctx.actor.require(SiteRole.ADMIN)
    email = checked_email(new.email)
    if find_account(ctx.session, email):
        raise ConflictError("email_taken", f"{email} has an account already.", "email")
    account = Account(
        public_id=new_public_id(),
        email=email,
        name=checked_line(new.name, "name"),
        team=checked_line(new.team, "team") if new.team else None,
        role=new.role,
        password_hash=new.password_hash,
        created_at=ctx.now,
    )
    ctx.session.add(account)
    ctx.session.flush()
    audit(ctx, "create_account", account.public_id, role=account.role)
    return account


def change_account(ctx: Context, account: Account, fields: AccountFields) -> None:
    """Change name, role or team; raise `own_role` for one's own role, so that nobody locks themselves out."""
    ctx.actor.require(SiteRole.ADMIN)
    before = (account.name, account.role, account.team)
    if not isinstance(fields.name, Unset):
        account.name = checked_line(fields.name, "name")
    if not isinstance(fields.team, Unset):
        account.team = checked_line(fields.team, "team") if fields.team and fields.team.strip() else None
    if not isinstance(fields.role, Unset) and fields.role is not account.role:
        if ctx.actor.account_id == account.id:
            raise ConflictError("own_role", "Another admin has to change your role.", "role")
        account.role = fields.role
    if before != (account.name, account.role, account.team):
        audit(ctx, "change_account", account.public_id, role=account.role, team=account.team)


def change_own_name(ctx: Context, account: Account, name: str) -> None:
    """Change how the person who acts is called."""
    _require_oneself(ctx, account)
    account.name = checked_line(name, "name")
    audit(ctx, "change_account", account.public_id, role=account.role, team=account.team)


def disable_account(ctx: Context, account: Account) -> None:
    """Shut an account with its sessions, links and every token that acts for it; its acts keep its name.

    Raises `already_disabled` the second time, and `own_account` for one's own: so an admin always remains.
    """
    ctx.actor.require(SiteRole.ADMIN)
    if ctx.actor.account_id == account.id:
        raise ConflictError("own_account", "Another admin has to disable your account.")
    if account.disabled_at is not None:
        raise ConflictError("already_disabled", f"{account.email} is disabled already.")
    account.disabled_at = ctx.now
    end_sessions(ctx, account)
    for kind in (LinkKind.INVITATION, LinkKind.RESET):
        void_links(ctx.session, kind, account.id, ctx.now)
    audit(ctx, "disable_account", account.public_id)


def enable_account(ctx: Context, account: Account) -> None:
    """Open a disabled account again, with the password it had; raise `not_disabled` where it is open."""
    ctx.actor.require(SiteRole.ADMIN)
    if account.disabled_at is None:
        raise ConflictError("not_disabled", f"{account.email} is not disabled.")
    account.disabled_at = None
    audit(ctx, "enable_account", account.public_id)


def reset_password(ctx: Context, account: Account, password_hash: str | None) -> None:
    """Replace the password and sign the person out everywhere; with None nobody gets in until it is set."""
    ctx.actor.require(SiteRole.ADMIN)
    account.password_hash = password_hash
    end_sessions(ctx, account)
    void_links(ctx.session, LinkKind.RESET, account.id, ctx.now)
    audit(ctx, "reset_password", account.public_id, has_password=password_hash is not None)


def change_own_password(ctx: Context, account: Account, password_hash: str, token: str) -> None:
    """Replace the password of the person who acts, and end all sessions but the one of that secret."""
    _require_oneself(ctx, account)
    account.password_hash = password_hash
    end_sessions(ctx, account, but_token=token)
    void_links(ctx.session, LinkKind.RESET, account.id, ctx.now)
    audit(ctx, "change_password", account.public_id)


def known_account(ctx: Context, email: str) -> Account:
    """Return the account of that mail address; raise `not_found`."""
    account = find_account(ctx.session, email)
    if account is None:
        raise NotFoundError("not_found", f"There is no account for {email}.")
    return account


def the_account(ctx: Context, public_id: str) -> Account:
    """Return the account of that id; raise `not_found`."""
    account = account_with_id(ctx.session, public_id)
    if account is None:
        raise NotFoundError("not_found", "There is no such account.")
    return account


def checked_email(text: str) -> str:
    """Return the mail address in lower case; refuse what can't be one."""
    email = checked_line(text, "email", EMAIL_LIMIT).lower()
    if not _EMAIL.fullmatch(email):
        raise RuleError("invalid_email", f"“{email}” is no mail address.", "email")
    return email


def hashed_password(passwords: PasswordHasher, password: str) -> str:
    """Return what to store for a new password; refuse one that is too short or absurdly long.

    Takes long on purpose: call it outside of any transaction.
    """
    return passwords.hash(checked_password(password))


def checked_password(password: str) -> str:
    """Return the password; refuse one that is too short or absurdly long."""
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise RuleError(
            "password_length",
            f"Use a password of {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters.",
            "password",
        )
    return password


def _require_oneself(ctx: Context, account: Account) -> None:
    if ctx.actor.account_id != account.id:
        raise NotFoundError("not_found", "There is no such account.")
