"""The console's words for what the rules know by name."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from statuspage.domain.cadence import ONE_MINUTE, DeadlineKind
from statuspage.domain.incident import IncidentStatus
from statuspage.domain.roles import SiteRole
from statuspage.render import words

_DEADLINES: Mapping[DeadlineKind, str] = {
    DeadlineKind.INITIAL_NOTICE: "First notice",
    DeadlineKind.UPDATE: "Update",
    DeadlineKind.RESOLUTION_NOTICE: "Resolution notice",
    DeadlineKind.POSTMORTEM: "Postmortem",
}
# Beside what customers read, what they never learn of.
STATUS_WORDS: Mapping[IncidentStatus, str] = {
    IncidentStatus.DETECTED: "Not announced",
    **words.STATUS_WORDS,
    IncidentStatus.DISMISSED: "Dismissed",
    IncidentStatus.INTERNAL: "Ended internally",
}
SITE_ROLE_WORDS: Mapping[SiteRole, str] = {
    SiteRole.VIEWER: "Viewer: sees everything, changes nothing",
    SiteRole.RESPONDER: "Responder: declares, keeps notes, prepares drafts",
    SiteRole.COMMUNICATOR: "Communicator: also publishes",
    SiteRole.ADMIN: "Admin: also settings and accounts",
}
_TWO_DAYS = 2 * 24 * 60


def deadline_words(kind: DeadlineKind) -> str:
    """Return what is owed, in words."""
    return _DEADLINES[kind]


def words_left(due_at: datetime, now: datetime) -> str:
    """Return `in 12 min`, or `due 3 min ago`; the page's script goes on from there in the same words."""
    left = due_at - now
    if left < timedelta():
        minutes = -left // ONE_MINUTE
        return f"due {_length(minutes)} ago" if minutes else "due just now"
    minutes = left // ONE_MINUTE
    return f"in {_length(minutes)}" if minutes else "under a minute"


def _length(minutes: int) -> str:
    if minutes < 60:
        return f"{minutes} min"
    if minutes >= _TWO_DAYS:
        return f"{minutes // (24 * 60)} days"
    hours, rest = divmod(minutes, 60)
    return f"{hours} h {rest} min" if rest else f"{hours} h"
