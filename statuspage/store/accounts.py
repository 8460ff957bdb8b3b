"""People who may sign in, and the tokens that act for them."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, func, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from statuspage.domain.roles import SiteRole
from statuspage.store.db import Base, Versioned


class Account(Versioned, Base):
    """A person of the staff. `password_hash` is None until a password is set."""

    __tablename__ = "accounts"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(12), unique=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(255))
    team: Mapped[str | None] = mapped_column(String(255))
    role: Mapped[SiteRole]
    password_hash: Mapped[str | None] = mapped_column(String(255))
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]


class ApiToken(Base):
    """A secret that acts for its owner with at most its own role. Only a digest is kept."""

    __tablename__ = "api_tokens"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(12), unique=True)
    name: Mapped[str] = mapped_column(String(255))
    role: Mapped[SiteRole]
    owner_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]

    owner: Mapped[Account] = relationship(lazy="joined")


def find_account(session: Session, email: str) -> Account | None:
    """Return the account of that mail address, whatever its letter case."""
    wanted = email.strip().lower()
    if not wanted.isprintable():  # nobody's address, and PostgreSQL refuses to look for some of it
        return None
    return session.scalar(select(Account).where(Account.email == wanted))


def account_with_id(session: Session, public_id: str) -> Account | None:
    """Return the account of that public id."""
    return session.scalar(select(Account).where(Account.public_id == public_id))


def all_accounts(session: Session) -> list[Account]:
    """Return every account by mail address."""
    return list(session.scalars(select(Account).order_by(Account.email)))


def count_accounts(session: Session) -> int:
    """Return how many accounts there are, disabled ones included."""
    return session.scalar(select(func.count()).select_from(Account)) or 0


def active_admins(session: Session) -> list[Account]:
    """Return the admins who may act, oldest first."""
    query = select(Account).where(Account.role == SiteRole.ADMIN, Account.disabled_at.is_(None))
    return list(session.scalars(query.order_by(Account.id)))


def find_token(session: Session, digest: str) -> ApiToken | None:
    """Return the token with that digest, revoked and expired ones included."""
    return session.scalar(select(ApiToken).where(ApiToken.digest == digest))


def all_tokens(session: Session) -> list[ApiToken]:
    """Return every token, newest first."""
    return list(session.scalars(select(ApiToken).order_by(ApiToken.id.desc())))


def tokens_named(session: Session, name_or_id: str) -> list[ApiToken]:
    """Return the tokens of that name or public id which were not revoked."""
    query = select(ApiToken).where(
        or_(ApiToken.name == name_or_id, ApiToken.public_id == name_or_id), ApiToken.revoked_at.is_(None)
    )
    return list(session.scalars(query.order_by(ApiToken.id)))
