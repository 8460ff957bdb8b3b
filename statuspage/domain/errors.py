"""What can be refused, and in which words."""

from collections.abc import Callable, Mapping
from datetime import UTC, timedelta, tzinfo
from enum import StrEnum

# One that names instants is made for the zone that its reader types times in.
Sentence = str | Callable[[tzinfo], str]


class ErrorKind(StrEnum):
    """Why an act was refused; the edges turn it into a status of their own."""

    RULE = "rule"
    CONFLICT = "conflict"
    UNAUTHORIZED = "unauthorized"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not_found"
    UNREADABLE = "unreadable"
    MEDIA_TYPE = "media_type"
    THROTTLED = "throttled"


class DomainError(Exception):
    """An act that the rules refuse.

    `code` is stable and for programs; the message is a sentence for people; `field` names the input that
    the sentence belongs beside, in the words of the API, or is empty. Instants are named in UTC until
    somebody says `use_zone`.
    """

    kind = ErrorKind.RULE

    def __init__(self, code: str, message: Sentence, field: str = "") -> None:
        self._sentence, self._beginning = message, ""
        self.use_zone(UTC)
        super().__init__(self.message)
        self.code = code
        self.field = field

    def use_zone(self, zone: tzinfo) -> None:
        """Have the message name its instants by the clock of that zone."""
        said = self._sentence if isinstance(self._sentence, str) else self._sentence(zone)
        self.message = self._beginning + said

    def begin_with(self, words: str) -> None:
        """Have the message say first what it is about."""
        self._beginning = words
        self.message = words + self.message

    @property
    def fields(self) -> Mapping[str, str]:
        """Return the sentence for each input it concerns."""
        return {self.field: self.message} if self.field else {}


class RuleError(DomainError):
    """A rule of communication says no (`cadence.md`)."""


class ConflictError(DomainError):
    """The incident is not, or no longer, in a state that allows the act."""

    kind = ErrorKind.CONFLICT


class StaleError(ConflictError):
    """Somebody else acted first: `latest_update_id` names what the caller has not seen, if it is a notice.

    `latest_text` and `own_text` stand beside each other in the answer, so that nothing is lost (rule 15).
    """

    def __init__(
        self,
        message: str,
        latest_update_id: str | None,
        latest_text: str | None = None,
        own_text: str | None = None,
    ) -> None:
        super().__init__("stale", message)
        self.latest_update_id = latest_update_id
        self.latest_text = latest_text
        self.own_text = own_text


class UnauthorizedError(DomainError):
    """Nobody we know: no credentials, or ones that no longer hold."""

    kind = ErrorKind.UNAUTHORIZED

    def __init__(self, message: str) -> None:
        super().__init__("unauthorized", message)


class ForbiddenError(DomainError):
    """The actor's role does not reach that far."""

    kind = ErrorKind.FORBIDDEN


class NotFoundError(DomainError):
    """There is no such thing."""

    kind = ErrorKind.NOT_FOUND


class ThrottledError(DomainError):
    """Tried too often; `free_within` says after how long it may be tried again."""

    kind = ErrorKind.THROTTLED

    def __init__(self, message: str, free_within: timedelta) -> None:
        super().__init__("throttled", message)
        self.free_within = free_within
