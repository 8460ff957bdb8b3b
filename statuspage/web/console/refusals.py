"""Refusals that a screen shows itself, beside what was typed."""

from statuspage.domain.errors import DomainError, ErrorKind
from statuspage.web.errors import STATUS

_SHOWN = frozenset({ErrorKind.RULE, ErrorKind.CONFLICT, ErrorKind.FORBIDDEN})


def shown_refusal(error: DomainError) -> DomainError:
    """Return a refusal that the screen can show; raise any other."""
    if error.kind not in _SHOWN:
        raise error
    return error


def status_for(error: DomainError | None) -> int:
    """Return the status of a screen that shows that refusal, or none."""
    return 200 if error is None else STATUS[error.kind]
