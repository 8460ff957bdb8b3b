"""Messages on their way out: claimed in one statement, settled by whoever holds the claim."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select, text, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session

from statuspage.domain.retry import LONGEST_WAIT
from statuspage.store.reminders import MessageState, StaffMessage

# Longer than one address takes at worst; whoever sends renews it from address to address.
LEASE = timedelta(seconds=60)
# What lies further ahead than this was written by a clock that has been set back since.
_CLOCKS_APART = timedelta(minutes=5)
# The very condition of the index: SQLite uses it for no other.
_PENDING = text("staff_messages.state = 'pending'")


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to send one message until the lease is over."""

    message_id: int
    public_id: str
    attempts: int
    token: str


def count_due(session: Session, now: datetime) -> int:
    """Return how many messages could be claimed now."""
    return session.scalar(select(func.count(StaffMessage.id)).where(_PENDING, _is_due(now))) or 0


def claim_message(session: Session, now: datetime) -> Claim | None:
    """Take the message that has waited longest, in one statement; None where none is due."""
    token = secrets.token_hex(16)
    chosen = (
        select(StaffMessage.id)
        .where(_PENDING, _is_due(now))
        .order_by(StaffMessage.try_at, StaffMessage.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    taken = session.execute(
        update(StaffMessage)
        # A value, not a list: PostgreSQL may make a list of one anew for each row, and so take them all.
        .where(StaffMessage.id == chosen.scalar_subquery(), _PENDING, _is_due(now))
        .values(claim=token, claimed_until=now + LEASE, attempts=StaffMessage.attempts + 1)
        .returning(StaffMessage.id, StaffMessage.public_id, StaffMessage.attempts)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    return Claim(*taken, token) if taken is not None else None


def hold(session: Session, claim: Claim, now: datetime, details: dict[str, Any]) -> bool:
    """Renew the lease and note how far the message is; return whether the claim still holds."""
    return _set(session, claim, claimed_until=now + LEASE, details=details)


def settle(session: Session, claim: Claim, state: MessageState, **values: Any) -> bool:
    """Give the claim back with what came of it; return whether it still held."""
    return _set(session, claim, state=state, claim=None, claimed_until=None, **values)


def _set(session: Session, held: Claim, **values: Any) -> bool:
    done = session.execute(
        update(StaffMessage)
        .where(StaffMessage.id == held.message_id, StaffMessage.claim == held.token)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    assert isinstance(done, CursorResult)
    return done.rowcount == 1


def _is_due(now: datetime) -> ColumnElement[bool]:
    ahead = now + _CLOCKS_APART
    is_time = or_(
        StaffMessage.try_at <= now, StaffMessage.attempts == 0, StaffMessage.try_at > ahead + LONGEST_WAIT
    )
    is_free = or_(
        StaffMessage.claimed_until.is_(None),
        StaffMessage.claimed_until < now,
        StaffMessage.claimed_until > ahead + LEASE,
    )
    return is_time & is_free
