"""The outside world for tests, with verbs."""

import hashlib
from datetime import UTC, datetime, timedelta

from statuspage.domain.errors import RuleError
from statuspage.services.ports import AlertError, Mail, MailError

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


class FakeAlerts:
    """Chat and paging services: known by their scheme, and as willing as the test says."""

    KNOWN = frozenset({"slack", "discord", "pagerduty", "ntfy", "json"})

    def __init__(self) -> None:
        self.sent: list[tuple[str, str, str]] = []
        self.refusal = ""
        self.broken: set[str] = set()

    def kind_of(self, url: str) -> str:
        scheme = url.partition("://")[0]
        if scheme not in self.KNOWN:
            raise RuleError("bad_address", "This is no address of a service.", "url")
        return scheme

    def send(self, url: str, title: str, text: str) -> None:
        if self.refusal:
            raise AlertError(self.refusal)
        if url in self.broken:
            raise AlertError("The service can't be reached.")
        self.sent.append((url, title, text))

    def refuse(self, sentence: str) -> None:
        """From now on take nothing, with that reason."""
        self.refusal = sentence


class FakePasswords:
    """Passwords kept in a way that costs no time."""

    def hash(self, password: str) -> str:
        return hashlib.sha256(password.encode()).hexdigest()

    def verify(self, stored: str | None, password: str) -> bool:
        return stored == self.hash(password)


class FakeMailer:
    """A mail server that takes what it is given until it is told to refuse."""

    delivers = True

    def __init__(self) -> None:
        self.taken: list[Mail] = []
        self.refusal = ""

    def refuse(self, words: str = "The mail server can't be reached.") -> None:
        self.refusal = words

    def take(self) -> None:
        self.refusal = ""

    def send(self, mail: Mail) -> None:
        if self.refusal:
            raise MailError(self.refusal)
        self.taken.append(mail)

    def check(self) -> None:
        if self.refusal:
            raise MailError(self.refusal)
