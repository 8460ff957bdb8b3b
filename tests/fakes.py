"""The outside world for tests, with verbs."""

import hashlib
from datetime import UTC, datetime, timedelta

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


class FakeClock:
    """A clock that stands still until a test moves it."""

    def __init__(self, now: datetime = NOON) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now

    def set(self, now: datetime) -> None:
        assert now.tzinfo is not None
        self._now = now

    def advance(self, **length: float) -> datetime:
        """Move on by `minutes=…`, `seconds=…`; negative lengths move back. Return the new time."""
        self._now += timedelta(**length)
        return self._now


class FakePasswords:
    """Passwords kept in a way that costs no time."""

    def hash(self, password: str) -> str:
        return hashlib.sha256(password.encode()).hexdigest()

    def verify(self, stored: str | None, password: str) -> bool:
        return stored == self.hash(password)
