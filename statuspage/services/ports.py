"""The outside world as the services see it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from statuspage.domain.errors import DomainError, RuleError
from statuspage.domain.public import LogoGround


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> datetime:
        """Return the present instant, aware and in UTC."""


class MarkdownRenderer(Protocol):
    """Turns the text of a notice into safe markup."""

    def render(self, text: str) -> str:
        """Return safe HTML; raise `too_complex` when the text takes too long."""

    def render_many(self, texts: Sequence[str]) -> Sequence[str | RuleError]:
        """Return safe HTML for each text, or the refusal of one that takes too long, in order."""


class PasswordHasher(Protocol):
    """Keeps passwords so that nobody can read them."""

    def hash(self, password: str) -> str:
        """Return what to store for a password."""

    def verify(self, stored: str | None, password: str) -> bool:
        """Return whether the password is the one that was stored; where none was, after the same work."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as it was encoded here; `ground` is what it needs behind it to be seen."""

    content: bytes
    media_type: str
    width: int
    height: int
    ground: LogoGround


class PictureEncoder(Protocol):
    """Turns an uploaded file into one that is safe to show. Never call it inside a transaction."""

    def encode(self, content: bytes) -> Picture:
        """Return the picture drawn anew, without anything else the file held; raise a `RuleError`."""


class FetchRefusedError(DomainError):
    """What an address leads to can't be had; the message says why."""

    def __init__(self, message: str) -> None:
        super().__init__("cannot_fetch", message, "address")


class Fetcher(Protocol):
    """Fetches a file over HTTP. Never call it inside a transaction."""

    def fetch(self, address: str) -> bytes:
        """Return the file's content; raise `FetchRefusedError`."""


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail to one person. One with a `key` has the same Message-ID at every try."""

    to: str
    to_name: str
    subject: str
    text: str
    html: str
    key: str | None = None


class MailError(Exception):
    """A mail could not be sent; the message is a sentence for whoever looks after the product."""


class Mailer(Protocol):
    """Sends mails. Never call it inside a transaction."""

    @property
    def delivers(self) -> bool:
        """Return whether mails leave this machine; where no server is set they only go into a folder."""

    def send(self, mail: Mail) -> None:
        """Send one mail; raise `MailError`."""

    def check(self) -> None:
        """Raise `MailError` where no mail could be sent now."""


class WatcherError(Exception):
    """The outside watcher was not reached; the message is a sentence that names no secret."""


class Watcher(Protocol):
    """Somebody outside who notices when this machine falls silent."""

    def ping(self) -> None:
        """Say that all is well; raise `WatcherError`."""


class AlertError(Exception):
    """A chat or paging service did not take a message; the message is a sentence that names no secret."""


class StaffAlerts(Protocol):
    """Reaches staff over chat and paging services. Never call it inside a transaction."""

    def kind_of(self, url: str) -> str:
        """Return the name of the service that an address belongs to, like `slack`.

        Raises a `RuleError` (`bad_address`, beside `url`) for what is no such address, or leads where staff
        may not send.
        """

    def send(self, url: str, title: str, text: str) -> None:
        """Hand a message to the service within bounded time; raise `AlertError`."""
