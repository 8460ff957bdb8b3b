"""How people get in: sessions that can be ended, links that work once, and what was tried too often."""

from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ForeignKey, String, case, delete, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from statuspage.store.accounts import Account
from statuspage.store.db import Base


class LinkKind(StrEnum):
    """What a link that works once is good for."""

    SETUP = "setup"
    INVITATION = "invitation"
    RESET = "reset"


class StaffSession(Base):
    """A browser somebody signed in with. Only a digest of its token is kept.

    `confirmed_at` is when the password was given last, at sign-in or again.
    """

    __tablename__ = "staff_sessions"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(12), unique=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    confirmed_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    browser: Mapped[str] = mapped_column(String(255))
    # The same for everybody who signs in with one browser: a digest of a mark kept there.
    device: Mapped[str] = mapped_column(String(64), default="")
    address: Mapped[str] = mapped_column(String(64))

    account: Mapped[Account] = relationship(lazy="joined")


class AccountLink(Base):
    """A link that works once. The set-up link belongs to no account."""

    __tablename__ = "account_links"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[LinkKind]
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"), index=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    used_at: Mapped[datetime | None]

    account: Mapped[Account | None] = relationship(lazy="joined")


class Throttle(Base):
    """How often something was tried within the window that began at `since`."""

    __tablename__ = "throttles"

    key: Mapped[str] = mapped_column(String(96), primary_key=True)
    count: Mapped[int]
    since: Mapped[datetime] = mapped_column(index=True)


class FormKey(Base):
    """A form that was sent, so that sending it twice acts once. `location` is where the answer led."""

    __tablename__ = "form_keys"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    at: Mapped[datetime] = mapped_column(index=True)
    location: Mapped[str] = mapped_column(String(2000))


def find_session(session: Session, digest: str) -> StaffSession | None:
    """Return the session with that digest, ended ones included."""
    return session.scalar(select(StaffSession).where(StaffSession.digest == digest))


def open_sessions(session: Session, account: Account) -> list[StaffSession]:
    """Return the person's sessions that were not ended, the last seen first."""
    query = select(StaffSession).where(StaffSession.account_id == account.id, StaffSession.ended_at.is_(None))
    return list(session.scalars(query.order_by(StaffSession.seen_at.desc(), StaffSession.id.desc())))


def last_seen(session: Session) -> dict[int, datetime]:
    """Return when each account was seen last in any browser, by the account's key."""
    query = select(StaffSession.account_id, func.max(StaffSession.seen_at)).group_by(StaffSession.account_id)
    return {account_id: seen_at for account_id, seen_at in session.execute(query)}  # noqa: C416 - rows


def find_link(session: Session, digest: str) -> AccountLink | None:
    """Return the link with that digest, used and expired ones included."""
    return session.scalar(select(AccountLink).where(AccountLink.digest == digest))


def void_links(session: Session, kind: LinkKind, account_id: int | None, now: datetime) -> None:
    """Make the unused links of that kind, for that account, useless."""
    session.execute(
        update(AccountLink)
        .where(AccountLink.kind == kind, AccountLink.account_id == account_id, AccountLink.used_at.is_(None))
        .values(used_at=now)
        .execution_options(synchronize_session="fetch")
    )


def count_try(session: Session, key: str, now: datetime, within: timedelta) -> Throttle:
    """Count one more try in the window that runs, or the first of a new one, in one statement.

    A window from the future is one from before the clock was set back; it is over too.
    """
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    is_over = or_(Throttle.since <= now - within, Throttle.since > now)
    statement = (
        insert(Throttle)
        .values(key=key, count=1, since=now)
        .on_conflict_do_update(
            index_elements=[Throttle.key],
            set_={
                "count": case((is_over, 1), else_=Throttle.count + 1),
                "since": case((is_over, now), else_=Throttle.since),
            },
        )
        .returning(Throttle)
    )
    return session.scalars(statement, execution_options={"populate_existing": True}).one()


def find_tries(session: Session, key: str, now: datetime, within: timedelta) -> Throttle | None:
    """Return what was counted in the window that runs, None where none does."""
    found = session.get(Throttle, key)
    return found if found is not None and now - within < found.since <= now else None


def forgive_tries(session: Session, key: str, number: int | None = None) -> None:
    """Take back so many tries, or all of them."""
    if number is None:
        session.execute(delete(Throttle).where(Throttle.key == key))
    else:
        counted = update(Throttle).where(Throttle.key == key, Throttle.count >= number)
        session.execute(counted.values(count=Throttle.count - number))


def forget_sign_ins(session: Session, before: datetime) -> None:
    """Forget forms and counts older than that instant."""
    session.execute(delete(FormKey).where(FormKey.at < before))
    session.execute(delete(Throttle).where(Throttle.since < before))
