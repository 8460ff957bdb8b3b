"""A second person's word before a notice goes out, which never costs a promise (rule 11)."""

from datetime import datetime, timedelta

from statuspage.domain.component import Impact
from statuspage.domain.incident import Incident

ALONE_AFTER = timedelta(minutes=5)
ALONE_BEFORE_PROMISE = timedelta(minutes=2)


def is_approval_asked(incident: Incident, *, site_asks: bool) -> bool:
    """Return whether the next notice waits for a second person.

    Only where the site asks so, for critical incidents, and never before the initial notice of an episode.
    """
    return site_asks and incident.status.is_open and incident.impact is Impact.CRITICAL


def may_publish_alone_at(written_at: datetime, promise: datetime) -> datetime:
    """Return from when on the author may publish without approval; the record says so then.

    Five minutes after writing or two before the promise, whichever is earlier; at once when that has passed.
    """
    return max(written_at, min(written_at + ALONE_AFTER, promise - ALONE_BEFORE_PROMISE))
