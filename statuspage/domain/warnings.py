"""Gentle words beside a publication that is allowed all the same."""

import re
from datetime import UTC, datetime, timedelta, tzinfo

from statuspage.domain.incident import Incident

SOON = timedelta(minutes=10)
_PROMISING = re.compile(
    r"(?:next update|update you|update (?:by|at|in)|more (?:by|at))[^.\n]{0,40}?\b(\d{1,2}:\d{2})\b", re.I
)


def warnings_about(incident: Incident, zone: tzinfo = UTC) -> tuple[str, ...]:
    """Return what to mind about the newest notice: too soon with nothing new, another time in its text.

    Clock times in a text are read in `zone`, where customers read the promise.
    """
    if not incident.notices:
        return ()
    newest = incident.notices[-1]
    found = [_too_soon(incident), _other_time(newest.text, newest.promise, zone)]
    return tuple(warning for warning in found if warning)


def _too_soon(incident: Incident) -> str | None:
    if len(incident.notices) < 2 or not incident.notices[-1].is_no_change:
        return None
    if incident.notices[-1].published_at - incident.notices[-2].published_at >= SOON:
        return None
    return "Less than 10 minutes after the last notice, this one says nothing new."


def _other_time(text: str, promise: datetime | None, zone: tzinfo) -> str | None:
    """Warn when the text promises another clock time than the product's own promise line (rule 3)."""
    written = _PROMISING.search(text)
    if written is None or promise is None:
        return None
    promise = promise.astimezone(zone)
    if written[1].zfill(5) == f"{promise:%H:%M}":
        return None
    return f"The text speaks of {written[1]}, the promise is {promise:%H:%M %Z}; readers see both."
